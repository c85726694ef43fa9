// Finds the properties of a value that no schema names, and the read-only and write-only ones.
// Walks value and schemas together, because a validator stops at a branch that fails.

import { childNode, type DocumentNode } from '../document/documents.ts';
import { isObject, type JsonObject } from '../exchange/json.ts';
import { jsonPointer } from '../exchange/json-pointer.ts';
import { type Direction, hidingKeyword } from './dialect.ts';
import { namedSubtype } from './discriminated.ts';

/** Access to schemas as JSON Schema 2020-12. */
export interface SchemaReader {
  /** The target of a `$ref`; undefined if there is none. */
  resolve(schema: DocumentNode, ref: string): DocumentNode | undefined;
  /** The schema of that name under `components` of the file of a schema, or of the main document; undefined if there is none. */
  component(schema: DocumentNode, name: string): DocumentNode | undefined;
  /** Whether a value satisfies a schema. */
  isValid(schema: DocumentNode, value: unknown): boolean;
  /** Whether a name matches a regular expression of `patternProperties`. */
  matchesName(source: string, name: string): boolean;
}

export interface PropertyAnnotation {
  /** undocumented: no schema names the property. hidden: read-only in a request, write-only in a response. */
  readonly kind: 'undocumented' | 'hidden';
  /** JSON Pointer into the value. */
  readonly at: string;
  readonly address: { readonly uri: string; readonly pointer: string };
  /** Of an undocumented property: the declared names of the object. */
  readonly declared?: readonly string[];
}

/** The schema and every schema that it refers to, once each. */
export function* reachableSchemas(
  reader: Pick<SchemaReader, 'resolve'>,
  schema: DocumentNode,
  seen = new Set<string>(),
): Generator<DocumentNode> {
  const pending = [schema];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    const key = `${at.uri}#${at.pointer}`;
    if (seen.has(key)) continue;
    seen.add(key);
    yield at;
    for (const ref of memberValues(at.value, '$ref')) {
      const target = typeof ref === 'string' ? reader.resolve(at, ref) : undefined;
      if (target !== undefined) pending.push(target);
    }
  }
}

/** The values of all members of that name, at any depth. */
function* memberValues(value: unknown, name: string): Generator<unknown> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === name && typeof inner !== 'object') yield inner;
    else yield* memberValues(inner, name);
  }
}

/** Whether a schema, or one that it refers to, may mark a property as hidden in a direction. */
export function mayHideProperties(reader: SchemaReader, schema: DocumentNode, direction: Direction): boolean {
  for (const { value } of reachableSchemas(reader, schema)) {
    for (const isHidden of memberValues(value, hidingKeyword(direction))) if (isHidden === true) return true;
    // The target depends on the dynamic scope.
    for (const _ of memberValues(value, '$dynamicRef')) return true;
  }
  return false;
}

/** The properties of a value that are hidden in a direction, outer ones first. */
export function hiddenProperties(
  reader: SchemaReader,
  schema: DocumentNode,
  value: unknown,
  direction: Direction,
): PropertyAnnotation[] {
  return visit(reader, [schema], value, '', hidingKeyword(direction), []);
}

/**
 * The properties of a value that no schema names, outer ones first. Of an invalid value it is not known which branch was
 * meant, so every branch names properties where all of them fail.
 */
export function undocumentedProperties(
  reader: SchemaReader,
  schema: DocumentNode,
  value: unknown,
): PropertyAnnotation[] {
  return visit(reader, [schema], value, '', undefined, []);
}

/** @param hidden undefined: finds undocumented properties */
function visit(
  reader: SchemaReader,
  schemas: readonly DocumentNode[],
  value: unknown,
  at: string,
  hidden: 'readOnly' | 'writeOnly' | undefined,
  annotations: PropertyAnnotation[],
): PropertyAnnotation[] {
  const [outermost] = schemas;
  if (outermost === undefined) return annotations;
  const nodes = applicableSchemas(reader, schemas, value, hidden === undefined);
  const hidingNode = hidden && nodes.find(node => (node.value as JsonObject)[hidden] === true);
  if (hidingNode !== undefined) {
    annotations.push({
      kind: 'hidden',
      at,
      address: { uri: hidingNode.uri, pointer: `${hidingNode.pointer}/${hidden}` },
    });
  }
  if (typeof value !== 'object' || value === null) return annotations;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const inner = nodes.flatMap(node => itemSchemas(reader, node, index, item, true));
      visit(reader, inner, item, `${at}/${index}`, hidden, annotations);
    }
    return annotations;
  }
  // Schemas that name no property describe a free-form object, not an empty one.
  const declared = hidden === undefined ? declaredNames(nodes) : [];
  const undocumented: PropertyAnnotation[] = [];
  for (const [name, inner] of Object.entries(value)) {
    const named = nodes.flatMap(node => propertySchemas(reader, node, name, true));
    if (named.length > 0) visit(reader, named, inner, at + jsonPointer(name), hidden, annotations);
    else if (declared.length > 0)
      undocumented.push({ kind: 'undocumented', at: at + jsonPointer(name), address: outermost, declared });
  }
  // Do not spread into push: there may be more annotations than a call can have arguments.
  for (const annotation of undocumented) annotations.push(annotation);
  return annotations;
}

function declaredNames(schemas: readonly DocumentNode[]): readonly string[] {
  return schemas.flatMap(({ value }) => Object.keys(Object(Object(value).properties)));
}

/** The properties of an object that no schema evaluates, not counting `unevaluatedProperties` of the schema itself. */
export function unevaluatedNames(reader: SchemaReader, schema: DocumentNode, value: JsonObject): string[] {
  const nodes = applicableSchemas(reader, [schema], value);
  return Object.keys(value).filter(
    name => !nodes.some(node => propertySchemas(reader, node, name, !isSameNode(node, schema)).length > 0),
  );
}

/** The indexes of the items of an array that no schema evaluates, not counting its own `unevaluatedItems`. */
export function unevaluatedIndexes(
  reader: SchemaReader,
  schema: DocumentNode,
  value: readonly unknown[],
): number[] {
  const nodes = applicableSchemas(reader, [schema], value);
  const indexes = value.map((_, index) => index);
  return indexes.filter(
    index =>
      !nodes.some(
        node => itemSchemas(reader, node, index, value[index], !isSameNode(node, schema)).length > 0,
      ),
  );
}

function isSameNode(one: DocumentNode, other: DocumentNode): boolean {
  return one.pointer === other.pointer && one.uri === other.uri;
}

/**
 * The schema objects that apply to a value: also through references, and those of valid branches.
 * @param isGenerous true: also all branches where none is valid, and the subtype that a discriminator names
 */
function applicableSchemas(
  reader: SchemaReader,
  schemas: readonly DocumentNode[],
  value: unknown,
  isGenerous = false,
): DocumentNode[] {
  const found = new Map<string, DocumentNode>();
  const queue = [...schemas].reverse();
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    const key = `${node.uri}#${node.pointer}`;
    if (!isObject(node.value) || found.has(key)) continue;
    const { value: keywords } = node;
    found.set(key, node);
    const next: (DocumentNode | undefined)[] = [];
    if (typeof keywords.$ref === 'string') next.push(reader.resolve(node, keywords.$ref));
    next.push(...subschemaList(node, 'allOf'));
    for (const keyword of ['anyOf', 'oneOf'] as const) {
      const branches = subschemaList(node, keyword);
      const valid = branches.filter(branch => reader.isValid(branch, value));
      next.push(...(valid.length === 0 && isGenerous ? branches : valid));
    }
    if (isGenerous) next.push(namedSubtype(reader, node, value));
    const condition = childNode(node, 'if');
    if (condition !== undefined) {
      const isMet = reader.isValid(condition, value);
      if (isMet) next.push(condition);
      next.push(childNode(node, isMet ? 'then' : 'else'));
    }
    const dependent = childNode(node, 'dependentSchemas');
    if (dependent !== undefined && isObject(dependent.value) && isObject(value)) {
      for (const name of Object.keys(dependent.value)) {
        if (Object.hasOwn(value, name)) next.push(childNode(dependent, name));
      }
    }
    for (const each of next.reverse()) if (each !== undefined) queue.push(each);
  }
  return [...found.values()];
}

export function subschemaList(node: DocumentNode, keyword: string): DocumentNode[] {
  const list = childNode(node, keyword);
  if (list === undefined || !Array.isArray(list.value)) return [];
  return list.value.map((_, index) => childNode(list, index) as DocumentNode);
}

/** The subschemas of a schema object that apply to a property; none if it does not name the property. */
export function propertySchemas(
  reader: SchemaReader,
  node: DocumentNode,
  name: string,
  withUnevaluated: boolean,
): DocumentNode[] {
  const found: DocumentNode[] = [];
  const properties = childNode(node, 'properties');
  const property = properties && childNode(properties, name);
  if (property !== undefined) found.push(property);
  const patterns = childNode(node, 'patternProperties');
  if (patterns !== undefined && isObject(patterns.value)) {
    for (const pattern of Object.keys(patterns.value)) {
      if (reader.matchesName(pattern, name)) found.push(childNode(patterns, pattern) as DocumentNode);
    }
  }
  if (found.length > 0) return found;
  const others =
    childNode(node, 'additionalProperties') ??
    (withUnevaluated ? childNode(node, 'unevaluatedProperties') : undefined);
  return others === undefined ? [] : [others];
}

export function itemSchemas(
  reader: SchemaReader,
  node: DocumentNode,
  index: number,
  item: unknown,
  withUnevaluated: boolean,
): DocumentNode[] {
  const found: DocumentNode[] = [];
  const prefix = subschemaList(node, 'prefixItems')[index];
  const rest =
    prefix ?? childNode(node, 'items') ?? (withUnevaluated ? childNode(node, 'unevaluatedItems') : undefined);
  if (rest !== undefined) found.push(rest);
  const contained = childNode(node, 'contains');
  if (contained !== undefined && reader.isValid(contained, item)) found.push(contained);
  return found;
}
