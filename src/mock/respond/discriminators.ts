// Names the schema of a value by its discriminator (OpenAPI, "Discriminator Object").

import type { DocumentNode } from '../../document/documents.ts';
import { resolveReference } from '../../document/references.ts';
import { isObject, type JsonObject } from '../../exchange/json.ts';
import { escapePointerStep, splitPointer } from '../../exchange/json-pointer.ts';
import type { ApiSpec } from '../../openapi/model.ts';
import { type SchemaReader, subschemaList } from '../../schema/annotations.ts';

export interface Discriminator {
  readonly propertyName: string;
  /** The values of the property and the schemas that they name. */
  readonly mapping: readonly (readonly [value: string, schema: DocumentNode])[];
  /** The schema of values without the property, or with a value that names no schema. */
  readonly otherwise: DocumentNode | undefined;
}

/** The discriminator of a schema object; undefined if it has none. */
export function discriminatorOf(
  api: ApiSpec,
  reader: SchemaReader,
  schema: DocumentNode,
): Discriminator | undefined {
  const { discriminator } = schema.value as JsonObject;
  if (!isObject(discriminator) || typeof discriminator.propertyName !== 'string') return undefined;
  const mapping = Object.entries(isObject(discriminator.mapping) ? discriminator.mapping : {}).flatMap(
    ([value, name]) => {
      if (typeof name !== 'string') return [];
      const target = namedSchema(api, reader, schema, name);
      return target === undefined ? [] : [[value, target] as const];
    },
  );
  const { propertyName, defaultMapping } = discriminator;
  const otherwise =
    typeof defaultMapping === 'string' ? namedSchema(api, reader, schema, defaultMapping) : undefined;
  return { propertyName, mapping, otherwise };
}

/** A name of the components comes before a relative reference: "Cat" or "cat.yaml". */
function namedSchema(
  api: ApiSpec,
  reader: SchemaReader,
  from: DocumentNode,
  name: string,
): DocumentNode | undefined {
  const byName = componentReference(api, name);
  const schemas = memberOf(memberOf(api.root.value, 'components'), 'schemas');
  if (isObject(schemas) && Object.hasOwn(schemas, name)) return reader.resolve(from, byName);
  const base = { ...from, uri: api.schemas.fileOf(from.uri) };
  const { uri, pointer } = resolveReference(base.uri, name);
  return reader.resolve({ ...base, uri }, `#${encodeURI(pointer.toWellFormed())}`);
}

function componentReference(api: ApiSpec, name: string): string {
  return `${api.root.uri}#/components/schemas/${encodeURIComponent(escapePointerStep(name).toWellFormed())}`;
}

function memberOf(holder: unknown, key: string): unknown {
  return isObject(holder) ? holder[key] : undefined;
}

/** Whether two nodes are the same schema. */
export function isSameSchema(api: ApiSpec, one: DocumentNode, other: DocumentNode): boolean {
  return one.pointer === other.pointer && api.schemas.fileOf(one.uri) === api.schemas.fileOf(other.uri);
}

/**
 * The value that names a schema: that of the mapping, else the implicit name, which is the last step of its reference.
 * @returns undefined if the schema describes what has no such value
 */
export function discriminatorValue(
  api: ApiSpec,
  { mapping, otherwise }: Discriminator,
  schema: DocumentNode,
): string | undefined {
  const mapped = mapping.find(([, target]) => isSameSchema(api, target, schema));
  if (mapped !== undefined) return mapped[0];
  if (otherwise !== undefined && isSameSchema(api, otherwise, schema)) return undefined;
  const steps = splitPointer(schema.pointer);
  const file = api.schemas.fileOf(schema.uri).split('/').at(-1);
  return steps.at(-1) ?? file?.replace(/\.\w+$/, '');
}

/** The schema that a reference stands for, also inside an allOf of one. */
export function referredSchema(reader: SchemaReader, schema: DocumentNode): DocumentNode | undefined {
  let at: DocumentNode | undefined = schema;
  for (let hops = 0; hops < 100 && isObject(at?.value); hops++) {
    const { $ref, properties, allOf } = at.value;
    if (typeof $ref === 'string') return reader.resolve(at, $ref);
    if (properties !== undefined || !Array.isArray(allOf) || allOf.length !== 1) return undefined;
    at = subschemaList(at, 'allOf')[0];
  }
  return undefined;
}

const SUBTYPES = new WeakMap<ApiSpec, ReadonlyMap<string, readonly string[]>>();

/** The schemas of the components that have the schema in their allOf. */
export function subtypesOf(api: ApiSpec, reader: SchemaReader, parent: DocumentNode): DocumentNode[] {
  let subtypes = SUBTYPES.get(api);
  if (subtypes === undefined) {
    subtypes = readSubtypes(api);
    SUBTYPES.set(api, subtypes);
  }
  const names = subtypes.get(`${api.schemas.fileOf(parent.uri)}#${parent.pointer}`) ?? [];
  return names.flatMap(name => reader.resolve(parent, componentReference(api, name)) ?? []);
}

function readSubtypes(api: ApiSpec): ReadonlyMap<string, readonly string[]> {
  const subtypes = new Map<string, string[]>();
  const schemas = memberOf(memberOf(api.root.value, 'components'), 'schemas');
  for (const [name, schema] of Object.entries(isObject(schemas) ? schemas : {})) {
    const parts = memberOf(schema, 'allOf');
    for (const part of Array.isArray(parts) ? parts : []) {
      const ref = memberOf(part, '$ref');
      if (typeof ref !== 'string') continue;
      const { uri, pointer } = resolveReference(api.root.uri, ref);
      const key = `${uri}#${pointer}`;
      subtypes.set(key, [...(subtypes.get(key) ?? []), name]);
    }
  }
  return subtypes;
}
