// The properties and items that a schema declares, in whatever branch, for rules that compare schemas without a value.

import { childNode, childNodes, type DocumentNode } from '../../document/documents.ts';
import { isObject } from '../../exchange/json.ts';
import type { ApiSpec } from '../../openapi/model.ts';
import { subschemaList } from '../../schema/annotations.ts';

export interface SchemaShape {
  /** Equal for two schemas that refer to the same one. */
  readonly key: string;
  /** The first declaration of each property. */
  readonly properties: ReadonlyMap<string, DocumentNode>;
  /** The schema of array items; undefined: the schema describes no array. */
  readonly items: DocumentNode | undefined;
  /** Empty: no type is declared. */
  readonly types: ReadonlySet<string>;
}

export type ReadShape = (schema: DocumentNode) => SchemaShape;

/** Reads each schema once, on demand. */
export function createShapeReader(api: Pick<ApiSpec, 'documents' | 'version'>): ReadShape {
  const shapes = new Map<string, SchemaShape>();
  return schema => {
    const start = coreOf(api, schema);
    const key = keyOf(start);
    let shape = shapes.get(key);
    if (shape === undefined) {
      shape = combine(api, start, key);
      shapes.set(key, shape);
    }
    return shape;
  };
}

/** True for a property with a text, a number, or a type that is not declared. */
export function isScalar({ types, properties, items }: SchemaShape): boolean {
  if (types.size === 0) return properties.size === 0 && items === undefined;
  return ['string', 'integer', 'number'].some(type => types.has(type));
}

function combine(api: Pick<ApiSpec, 'documents' | 'version'>, start: DocumentNode, key: string): SchemaShape {
  const properties = new Map<string, DocumentNode>();
  const types = new Set<string>();
  let items: DocumentNode | undefined;
  const seen = new Set<unknown>();
  const pending = [start];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (!isObject(node.value) || seen.has(node.value)) continue;
    seen.add(node.value);
    const target = referenced(api, node);
    if (target !== undefined) pending.push(target);
    if (target !== undefined && api.version === '3.0') continue;
    for (const type of [node.value.type].flat()) if (typeof type === 'string') types.add(type);
    for (const [name, property] of childNodes(childNode(node, 'properties')))
      if (!properties.has(name)) properties.set(name, property);
    items ??= childNode(node, 'items');
    for (const keyword of ['anyOf', 'oneOf', 'allOf'])
      for (const branch of subschemaList(node, keyword).toReversed()) pending.push(branch);
  }
  return { key, properties, items, types };
}

/** The schema behind references and behind combinations of one schema, such as `anyOf: [{$ref}, {type: "null"}]`. */
function coreOf(api: Pick<ApiSpec, 'documents' | 'version'>, schema: DocumentNode): DocumentNode {
  const seen = new Set<unknown>();
  let node = schema;
  while (isObject(node.value) && !seen.has(node.value)) {
    seen.add(node.value);
    if (node.value.properties !== undefined && typeof node.value.$ref !== 'string') return node;
    const branches = ['allOf', 'anyOf', 'oneOf'].flatMap(keyword => subschemaList(node, keyword));
    const described = branches.filter(({ value }) => !isObject(value) || value.type !== 'null');
    const next = referenced(api, node) ?? (described.length === 1 ? described[0] : undefined);
    if (next === undefined) return node;
    node = next;
  }
  return node;
}

function referenced({ documents }: Pick<ApiSpec, 'documents'>, node: DocumentNode): DocumentNode | undefined {
  const ref = isObject(node.value) ? node.value.$ref : undefined;
  return typeof ref === 'string' ? documents.resolve(node, ref) : undefined;
}

function keyOf({ uri, pointer }: DocumentNode): string {
  return `${uri}#${pointer}`;
}
