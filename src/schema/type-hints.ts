// The types that a schema allows, for converting text to values: "12" becomes a number only if the schema allows a number.
import { childNode, type DocumentNode, type DocumentSet } from '../document/documents.ts';
import { decimalOf } from '../exchange/decimal.ts';
import { isObject } from '../exchange/json.ts';
import { type CompiledSchemas, UnusableSchema } from './schemas.ts';

/** The types of a value and of its items and properties. */
export interface TypeHints {
  readonly types: ReadonlySet<string>;
  readonly items: TypeHints | undefined;
  readonly properties: ReadonlyMap<string, TypeHints>;
  /** The type hints of properties that the schema does not name; undefined if it does not describe them. */
  readonly additional: TypeHints | undefined;
  /** False if the schema allows no other properties. */
  readonly open: boolean;
  /** Whether a value satisfies the schema, or one of the schemas if several describe the same place. */
  accepts(value: unknown): boolean;
}

interface SchemaSource {
  readonly documents: DocumentSet;
  readonly schemas: CompiledSchemas;
}

const TYPE_HINTS = new WeakMap<object, TypeHints>();

/** Follows `$ref`, allOf, anyOf and oneOf. A recursive schema has no type hints inside itself. */
export function typeHintsOf(source: SchemaSource, schema: DocumentNode | undefined): TypeHints {
  const value = schema?.value;
  if (schema === undefined || !isObject(value)) return NO_TYPE_HINTS;
  let hints = TYPE_HINTS.get(value);
  if (hints === undefined) {
    TYPE_HINTS.set(value, NO_TYPE_HINTS);
    hints = readTypeHints(source, schema, value);
    TYPE_HINTS.set(value, hints);
  }
  return hints;
}

const NO_TYPE_HINTS: TypeHints = {
  types: new Set(),
  items: undefined,
  properties: new Map(),
  additional: undefined,
  open: true,
  accepts: () => true,
};

function readTypeHints(
  source: SchemaSource,
  schema: DocumentNode,
  value: Readonly<Record<string, unknown>>,
): TypeHints {
  const types = new Set<string>();
  const before: TypeHints[] = [];
  const after: TypeHints[] = [];
  const hintsAt = (...steps: (string | number)[]): TypeHints =>
    typeHintsOf(
      source,
      steps.reduce<DocumentNode | undefined>((node, step) => node && childNode(node, step), schema),
    );

  if (typeof value.$ref === 'string') {
    const target = source.documents.resolveChain(schema, value.$ref);
    if (target !== undefined) before.push(typeHintsOf(source, target));
  }
  for (const part of before) for (const type of part.types) types.add(type);
  for (const type of [value.type].flat()) if (typeof type === 'string') types.add(type);
  if (value.nullable === true) types.add('null');
  for (const literal of Array.isArray(value.enum) ? value.enum : 'const' in value ? [value.const] : []) {
    if (types.size === 0 || value.type === undefined) types.add(jsonTypeOf(literal));
  }
  const prefixItems = Array.isArray(value.prefixItems) ? value.prefixItems : [];
  if (isObject(value.properties) && types.size === 0) types.add('object');
  if ((value.items !== undefined || prefixItems.length > 0) && types.size === 0) types.add('array');
  for (const keyword of ['allOf', 'anyOf', 'oneOf']) {
    const list = value[keyword];
    if (Array.isArray(list)) for (const index of list.keys()) after.push(hintsAt(keyword, index));
  }
  for (const part of after) for (const type of part.types) types.add(type);
  const parts = [...before, ...after];

  // Members are read at their first use: the schemas that a schema leads to can be those of a whole large document.
  const properties = once(() => {
    const names = Object.keys(isObject(value.properties) ? value.properties : {});
    return mergedProperties([
      ...before.map(part => part.properties),
      new Map(names.map(name => [name, hintsAt('properties', name)])),
      ...after.map(part => part.properties),
    ]);
  });
  const items = once(() =>
    eitherOf([
      ...before.map(part => part.items),
      value.items === undefined ? undefined : hintsAt('items'),
      ...prefixItems.keys().map(index => hintsAt('prefixItems', index)),
      ...after.map(part => part.items),
    ]),
  );
  const additional = once(() =>
    eitherOf([
      ...before.map(part => part.additional),
      isObject(value.additionalProperties) ? hintsAt('additionalProperties') : undefined,
      ...after.map(part => part.additional),
    ]),
  );
  return {
    types,
    open: value.additionalProperties !== false && parts.every(({ open }) => open),
    accepts: candidate => acceptedBy(source.schemas, schema, candidate),
    get properties() {
      return properties();
    },
    get items() {
      return items();
    },
    get additional() {
      return additional();
    },
  };
}

function once<Value>(read: () => Value): () => Value {
  let known: { readonly value: Value } | undefined;
  return () => {
    known ??= { value: read() };
    return known.value;
  };
}

/** Whether a schema accepts a value. Validation reports a schema that cannot be used, and a value that is too deep. */
function acceptedBy(schemas: CompiledSchemas, schema: DocumentNode, value: unknown): boolean {
  try {
    return schemas.errors(schema, value, { direction: 'request', errors: 'all' }).length === 0;
  } catch (error) {
    if (error instanceof UnusableSchema || error instanceof RangeError) return true;
    throw error;
  }
}

/** The hints of a place that several schemas describe. */
function eitherOf(all: readonly (TypeHints | undefined)[]): TypeHints | undefined {
  const hints = [...new Set(all)].filter(each => each !== undefined);
  if (hints.length < 2) return hints[0];
  const properties = once(() => mergedProperties(hints.map(each => each.properties)));
  const items = once(() => eitherOf(hints.map(each => each.items)));
  const additional = once(() => eitherOf(hints.map(each => each.additional)));
  return {
    types: new Set(hints.flatMap(({ types }) => [...types])),
    open: hints.every(({ open }) => open),
    accepts: value => hints.some(each => each.accepts(value)),
    get properties() {
      return properties();
    },
    get items() {
      return items();
    },
    get additional() {
      return additional();
    },
  };
}

function mergedProperties(maps: readonly ReadonlyMap<string, TypeHints>[]): ReadonlyMap<string, TypeHints> {
  const [only = NO_TYPE_HINTS.properties, ...others] = maps.filter(map => map.size > 0);
  if (others.length === 0) return only;
  const byName = Map.groupBy(
    [only, ...others].flatMap(map => [...map]),
    ([name]) => name,
  );
  return new Map(
    [...byName].map(([name, entries]) => [
      name,
      eitherOf(entries.map(([, hints]) => hints)) ?? NO_TYPE_HINTS,
    ]),
  );
}

function jsonTypeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
}

/** True if a value can be an array or an object only: no style of OpenAPI can write it inside another value. */
export function isStructured(hints: TypeHints | undefined): boolean {
  if (hints === undefined || hints.types.size === 0) return false;
  for (const type of hints.types) if (type !== 'array' && type !== 'object' && type !== 'null') return false;
  return hints.types.has('array') || hints.types.has('object');
}

/**
 * The values that a text may stand for, the likeliest first. Numbers have the grammar of JSON: " " is not 0 and "0x10" is
 * not 16.
 */
export function candidateValues(hints: Pick<TypeHints, 'types'>, text: string): unknown[] {
  const { types } = hints;
  const values: unknown[] = [];
  if (types.has('integer') || types.has('number')) {
    const decimal = decimalOf(text);
    // A fraction that a double rounds to an integer is still no integer.
    const isRounded = decimal !== undefined && !decimal.isInteger && Number.isInteger(decimal.nearest);
    if (decimal !== undefined && (types.has('number') || !isRounded)) values.push(decimal.nearest);
  }
  if (types.has('boolean') && (text === 'true' || text === 'false')) values.push(text === 'true');
  if (types.has('null') && (text === '' || text === 'null')) values.push(null);
  // Where the schema allows no string, validating the text reports what is expected.
  values.push(text);
  return values;
}

/** The value of a text inside another value: the first that its schema accepts, else the likeliest. */
export function memberValue(hints: TypeHints | undefined, text: string): unknown {
  return hints === undefined ? text : firstAccepted(hints, memberCandidates(hints, text));
}

/** The value of the texts that one member was sent with. */
export function membersValue(hints: TypeHints | undefined, texts: readonly string[]): unknown {
  const [first = ''] = texts;
  const isList = hints?.types.has('array') === true;
  if (texts.length > 1) return texts.map(text => memberValue(isList ? hints.items : hints, text));
  if (!isList) return memberValue(hints, first);
  const list = [memberValue(hints.items, first)];
  return hints.types.size === 1 && !isStructured(hints.items)
    ? list
    : firstAccepted(hints, [list, ...memberCandidates(hints, first)]);
}

function memberCandidates(hints: TypeHints, text: string): unknown[] {
  const candidates = candidateValues(hints, text);
  // What OpenAPI does not define is mostly written as JSON.
  const isJson = (hints.types.has('object') || hints.types.has('array')) && /^\s*[[{]/.test(text);
  return isJson ? [jsonOrText(text), ...candidates] : candidates;
}

/** The first candidate that the schema accepts, else the first. */
export function firstAccepted(hints: TypeHints, candidates: readonly unknown[]): unknown {
  const isClear = candidates.length === 1 || (!hints.types.has('string') && !isUnsure(hints));
  return isClear ? candidates[0] : (candidates.find(each => hints.accepts(each)) ?? candidates[0]);
}

function isUnsure({ types }: TypeHints): boolean {
  return types.has('array') || types.has('object') || types.has('null');
}

/** Text that is not JSON stays text: validation then reports what the schema requires. */
export function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
