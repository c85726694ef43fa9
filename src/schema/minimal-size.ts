// The size of the smallest value that a schema allows, in values. It bounds generated bodies and ends recursions.

import type { DocumentNode } from '../document/documents.ts';
import { childNode } from '../document/documents.ts';
import { isObject, type JsonObject, textOfValue } from '../exchange/json.ts';
import { propertySchemas, type SchemaReader, subschemaList } from './annotations.ts';

/** By schema object. Infinity: no finite value is valid. */
const SIZES = new WeakMap<object, number>();

/** The part of a schema that its size depends on. */
interface Part {
  readonly schema: object;
  /** All of these are needed, so many times each. */
  readonly all: readonly (readonly [schema: DocumentNode, times: number])[];
  /** One of each of these is needed. */
  readonly oneOf: readonly (readonly DocumentNode[])[];
}

const SCALARS = ['null', 'boolean', 'integer', 'number', 'string'];

/** @returns an estimate, infinite if what the schema requires has no end */
export function minimalSize(reader: SchemaReader, schema: DocumentNode): number {
  const known = knownSize(schema);
  if (known !== undefined) return known;
  const parts: Part[] = [];
  const seen = new Set<object>();
  const pending = [schema];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (!isObject(node.value) || seen.has(node.value) || SIZES.has(node.value)) continue;
    seen.add(node.value);
    const part = partOf(reader, node, node.value);
    parts.push(part);
    for (const [inner] of part.all) pending.push(inner);
    for (const branch of part.oneOf.flat()) pending.push(branch);
  }
  // The sizes of a cycle depend on each other. Each round settles at least the smallest that is left.
  for (const { schema: part } of parts) SIZES.set(part, Number.POSITIVE_INFINITY);
  parts.reverse();
  for (let isChanged = true; isChanged; ) {
    isChanged = false;
    for (const part of parts) {
      const size = sizeOf(part);
      if (size >= (SIZES.get(part.schema) ?? 0)) continue;
      SIZES.set(part.schema, size);
      isChanged = true;
    }
  }
  return knownSize(schema) ?? 1;
}

function knownSize({ value }: DocumentNode): number | undefined {
  // No value either, but that is meant.
  if (value === false) return Number.MAX_SAFE_INTEGER;
  return isObject(value) ? SIZES.get(value) : 1;
}

function sizeOf({ all, oneOf }: Part): number {
  let size = 1;
  for (const [inner, times] of all) size += (knownSize(inner) ?? 1) * times;
  for (const branches of oneOf) size += Math.min(...branches.map(branch => knownSize(branch) ?? 1));
  return size;
}

function partOf(reader: SchemaReader, node: DocumentNode, schema: JsonObject): Part {
  const all: (readonly [DocumentNode, number])[] = [];
  if ('const' in schema || Array.isArray(schema.enum)) return { schema, all, oneOf: [] };
  const target = typeof schema.$ref === 'string' ? reader.resolve(node, schema.$ref) : undefined;
  for (const each of [target, ...subschemaList(node, 'allOf')]) if (each !== undefined) all.push([each, 1]);
  const oneOf = ['oneOf', 'anyOf']
    .map(keyword => subschemaList(node, keyword))
    .filter(branches => branches.length > 0);
  const types = [schema.type].flat();
  if (!types.some(type => SCALARS.includes(textOfValue(type)))) {
    const required = Array.isArray(schema.required) ? schema.required : [];
    if (types.includes('object') || !types.includes('array'))
      for (const name of required)
        for (const property of propertySchemas(reader, node, textOfValue(name), true))
          all.push([property, 1]);
    const items = childNode(node, 'items');
    const first = subschemaList(node, 'prefixItems').length;
    const minItems = typeof schema.minItems === 'number' ? schema.minItems - first : 0;
    if (items !== undefined && minItems > 0 && !types.includes('object')) all.push([items, minItems]);
  }
  return { schema, all, oneOf };
}
