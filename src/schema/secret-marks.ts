// Finds out whether a schema marks a value as secret: `writeOnly`, `format: password`, or encoded bytes.

import type { DocumentNode } from '../document/documents.ts';
import { isObject, type JsonObject } from '../exchange/json.ts';
import { jsonPointer } from '../exchange/json-pointer.ts';
import type { SchemaReader } from './annotations.ts';
import { subschemas } from './dialect.ts';

/** Keywords whose schema describes every property, or every item, that it applies to. */
const EVERY_CHILD = new Set([
  'items',
  'additionalProperties',
  'contains',
  'unevaluatedItems',
  'unevaluatedProperties',
]);

/**
 * Whether a schema marks a value, or a value around it, as secret. Follows `$ref` and all branches, whether they are valid
 * or not: of an invalid value it is not known which branch was meant.
 * @param steps the steps of the JSON Pointer to the value
 */
export function isMarkedSecret(
  reader: SchemaReader,
  schema: DocumentNode,
  steps: readonly string[],
): boolean {
  let nodes = sameInstance(reader, [schema]);
  if (nodes.some(hasMark)) return true;
  for (const step of steps) {
    nodes = sameInstance(
      reader,
      nodes.flatMap(node => childSchemas(reader, node, step)),
    );
    if (nodes.some(hasMark)) return true;
  }
  return false;
}

function hasMark({ value }: DocumentNode): boolean {
  const { writeOnly, format, contentEncoding } = value as JsonObject;
  return (
    writeOnly === true ||
    contentEncoding !== undefined ||
    (typeof format === 'string' && /^(?:password|byte|binary)$/.test(format))
  );
}

/** The schemas, and those that describe the same value through references and branches. */
function sameInstance(reader: SchemaReader, schemas: readonly DocumentNode[]): DocumentNode[] {
  const found = new Map<unknown, DocumentNode>();
  const pending = [...schemas];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (!isObject(node.value) || found.has(node.value)) continue;
    found.set(node.value, node);
    const { $ref } = node.value;
    const target = typeof $ref === 'string' ? reader.resolve(node, $ref) : undefined;
    if (target !== undefined) pending.push(target);
    for (const { node: inner, keyword } of innerSchemas(node))
      if (!isChildKeyword(keyword)) pending.push(inner);
  }
  return [...found.values()];
}

function childSchemas(reader: SchemaReader, node: DocumentNode, step: string): DocumentNode[] {
  return innerSchemas(node).flatMap(({ node: inner, keyword, key }) => {
    const applies =
      EVERY_CHILD.has(keyword) ||
      (['properties', 'prefixItems'].includes(keyword) && String(key) === step) ||
      (keyword === 'patternProperties' && reader.matchesName(String(key), step));
    return applies ? [inner] : [];
  });
}

function isChildKeyword(keyword: string): boolean {
  return (
    EVERY_CHILD.has(keyword) ||
    ['properties', 'prefixItems', 'patternProperties', 'propertyNames'].includes(keyword)
  );
}

function innerSchemas(node: DocumentNode): { node: DocumentNode; keyword: string; key?: string | number }[] {
  return [...subschemas(node.value as JsonObject)].map(({ schema, keyword, key }) => ({
    keyword,
    ...(key !== undefined && { key }),
    node: {
      uri: node.uri,
      pointer: node.pointer + (key === undefined ? jsonPointer(keyword) : jsonPointer(keyword, key)),
      value: schema,
    },
  }));
}
