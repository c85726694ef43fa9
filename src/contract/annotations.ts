// What the schemas of a value say about it besides right and wrong: which properties they name, and which are read-only.
// Gathered by walking value and schemas together, because validators leave off where a branch fails.
import { pointer } from '../finding/pointer.ts';
import { type Direction, hiderOf } from './dialect.ts';
import { child, isObject, type Json, type Part } from './sources.ts';

/** Reads schemas as plain JSON Schema 2020-12. */
export interface Reader {
  /** Where a `$ref` leads. */
  target(schema: Part, ref: string): Part | undefined;
  /** Whether a value satisfies a schema. */
  holds(schema: Part, value: unknown): boolean;
}

export interface Remark {
  /** undocumented: no schema names the property. hidden: it belongs into the other direction. */
  readonly kind: 'undocumented' | 'hidden';
  /** JSON Pointer into the value. */
  readonly at: string;
  readonly place: { readonly uri: string; readonly pointer: string };
}

/** The schema and all that it refers to, each once. */
export function* reachable(reader: Reader, schema: Part, seen = new Set<string>()): Generator<Part> {
  const pending = [schema];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    const key = `${at.uri}#${at.pointer}`;
    if (seen.has(key)) continue;
    seen.add(key);
    yield at;
    for (const ref of valuesOf(at.value, '$ref')) {
      const target = typeof ref === 'string' ? reader.target(at, ref) : undefined;
      if (target !== undefined) pending.push(target);
    }
  }
}

/** The values of all members of a name, however deep. */
function* valuesOf(value: unknown, name: string): Generator<unknown> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === name && typeof inner !== 'object') yield inner;
    else yield* valuesOf(inner, name);
  }
}

/** Whether a schema, or one that it refers to, may say that something belongs into the other direction. */
export function mayHide(reader: Reader, schema: Part, direction: Direction): boolean {
  for (const { value } of reachable(reader, schema)) {
    for (const said of valuesOf(value, hiderOf(direction))) if (said === true) return true;
    // Where that leads depends on the way there.
    for (const _ of valuesOf(value, '$dynamicRef')) return true;
  }
  return false;
}

export function remarksOn(reader: Reader, schema: Part, value: unknown, direction: Direction): Remark[] {
  const remarks: Remark[] = [];
  visit(reader, [schema], value, '', hiderOf(direction), remarks);
  return remarks;
}

function visit(
  reader: Reader,
  schemas: readonly Part[],
  value: unknown,
  at: string,
  hidden: 'readOnly' | 'writeOnly',
  remarks: Remark[],
): void {
  const [outermost] = schemas;
  if (outermost === undefined) return;
  const parts = applicable(reader, schemas, value);
  const hiding = parts.find(part => (part.value as Json)[hidden] === true);
  if (hiding !== undefined) {
    remarks.push({ kind: 'hidden', at, place: { uri: hiding.uri, pointer: `${hiding.pointer}/${hidden}` } });
  }
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const inner = parts.flatMap(part => ofItem(reader, part, index, item, true));
      visit(reader, inner, item, `${at}/${index}`, hidden, remarks);
    }
    return;
  }
  // An object whose schemas name no property at all is a free-form bag, not a closed empty object.
  const closed = parts.some(
    ({ value: says }) =>
      isObject((says as Json).properties) && Object.keys((says as Json).properties as Json).length > 0,
  );
  const unnamed: Remark[] = [];
  for (const [name, inner] of Object.entries(value)) {
    const named = parts.flatMap(part => ofProperty(part, name, true));
    if (named.length > 0) visit(reader, named, inner, at + pointer(name), hidden, remarks);
    else if (closed) unnamed.push({ kind: 'undocumented', at: at + pointer(name), place: outermost });
  }
  // Not by spreading: there may be more of them than arguments a call can have.
  for (const remark of unnamed) remarks.push(remark);
}

/** The property names of an object that no schema evaluates, `unevaluatedProperties` of the schema itself left aside. */
export function unevaluatedNames(reader: Reader, schema: Part, value: Json): string[] {
  const parts = applicable(reader, [schema], value);
  return Object.keys(value).filter(
    name => !parts.some(part => ofProperty(part, name, !isSame(part, schema)).length > 0),
  );
}

/** The same of the items of an array: their indexes. */
export function unevaluatedIndexes(reader: Reader, schema: Part, value: readonly unknown[]): number[] {
  const parts = applicable(reader, [schema], value);
  const indexes = value.map((_, index) => index);
  return indexes.filter(
    index => !parts.some(part => ofItem(reader, part, index, value[index], !isSame(part, schema)).length > 0),
  );
}

function isSame(one: Part, other: Part): boolean {
  return one.pointer === other.pointer && one.uri === other.uri;
}

/** The schema objects that describe this very value: through references, and through every branch that holds. */
function applicable(reader: Reader, schemas: readonly Part[], value: unknown): Part[] {
  const found = new Map<string, Part>();
  const todo = [...schemas].reverse();
  for (let part = todo.pop(); part !== undefined; part = todo.pop()) {
    const key = `${part.uri}#${part.pointer}`;
    if (!isObject(part.value) || found.has(key)) continue;
    const { value: says } = part;
    found.set(key, part);
    const next: (Part | undefined)[] = [];
    if (typeof says.$ref === 'string') next.push(reader.target(part, says.$ref));
    next.push(...list(part, 'allOf'));
    for (const keyword of ['anyOf', 'oneOf'] as const) {
      next.push(...list(part, keyword).filter(branch => reader.holds(branch, value)));
    }
    const condition = child(part, 'if');
    if (condition !== undefined) {
      const holds = reader.holds(condition, value);
      if (holds) next.push(condition);
      next.push(child(part, holds ? 'then' : 'else'));
    }
    const dependent = child(part, 'dependentSchemas');
    if (dependent !== undefined && isObject(dependent.value) && isObject(value)) {
      for (const name of Object.keys(dependent.value)) {
        if (Object.hasOwn(value, name)) next.push(child(dependent, name));
      }
    }
    for (const each of next.reverse()) if (each !== undefined) todo.push(each);
  }
  return [...found.values()];
}

function list(part: Part, keyword: string): Part[] {
  const holder = child(part, keyword);
  if (holder === undefined || !Array.isArray(holder.value)) return [];
  return holder.value.map((_, index) => child(holder, index) as Part);
}

/** The schemas by which one schema object describes a property; none where it does not name it. */
function ofProperty(part: Part, name: string, withUnevaluated: boolean): Part[] {
  const found: Part[] = [];
  const properties = child(part, 'properties');
  const own = properties && child(properties, name);
  if (own !== undefined) found.push(own);
  const patterns = child(part, 'patternProperties');
  if (patterns !== undefined && isObject(patterns.value)) {
    for (const pattern of Object.keys(patterns.value)) {
      if (new RegExp(pattern, 'u').test(name)) found.push(child(patterns, pattern) as Part);
    }
  }
  if (found.length > 0) return found;
  const others =
    child(part, 'additionalProperties') ??
    (withUnevaluated ? child(part, 'unevaluatedProperties') : undefined);
  return others === undefined ? [] : [others];
}

function ofItem(reader: Reader, part: Part, index: number, item: unknown, withUnevaluated: boolean): Part[] {
  const found: Part[] = [];
  const prefix = list(part, 'prefixItems')[index];
  const rest =
    prefix ?? child(part, 'items') ?? (withUnevaluated ? child(part, 'unevaluatedItems') : undefined);
  if (rest !== undefined) found.push(rest);
  const contained = child(part, 'contains');
  if (contained !== undefined && reader.holds(contained, item)) found.push(contained);
  return found;
}
