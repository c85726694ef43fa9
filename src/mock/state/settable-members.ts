// The members of an item that clients set, as the request bodies of its resource declare them, and their defaults.

import { childNode, type DocumentNode } from '../../document/documents.ts';
import { isObject, type JsonObject } from '../../exchange/json.ts';
import { splitPointer } from '../../exchange/json-pointer.ts';
import { perObject } from '../../exchange/per-object.ts';
import type { ApiSpec, Content, Operation } from '../../openapi/model.ts';
import { propertySchemas, type SchemaReader } from '../../schema/annotations.ts';
import type { Direction } from '../../schema/dialect.ts';
import { typeHintsOf } from '../../schema/type-hints.ts';
import { combineSchemas } from '../respond/combine-schemas.ts';
import { hintsAt, sentPlace } from './item-place.ts';
import type { Resource } from './resource.ts';

const SETTABLE = new WeakMap<Operation, ReadonlySet<string>>();
const DEFAULTS = new WeakMap<Content, JsonObject>();

/** The names that requests may send and that are not read-only, without that of the id. */
export const settableMembers = perObject((resource: Resource): ReadonlySet<string> => {
  const { create, replace, update } = resource.operations;
  const operations = [create, replace, update].filter(each => each !== undefined);
  return new Set(operations.flatMap(operation => [...settableBy(resource, operation)]));
});

/** As settableMembers, for one operation of the resource. */
export function settableBy(resource: Resource, operation: Operation): ReadonlySet<string> {
  let names = SETTABLE.get(operation);
  if (names === undefined) {
    names = new Set(readSettable(resource, operation));
    SETTABLE.set(operation, names);
  }
  return names;
}

function* readSettable(resource: Resource, { requestBody }: Operation): Generator<string> {
  const { api, idProperty } = resource;
  for (const content of requestBody?.contents ?? []) {
    const place = sentPlace(resource, content);
    const names = hintsAt(typeHintsOf(api, content.schema), place)?.properties.keys() ?? [];
    for (const name of names) {
      const keywords = memberKeywords(resource, content, place, name);
      if (name !== idProperty && !keywords.some(({ readOnly }) => readOnly === true)) yield name;
    }
  }
}

/** The members that a server adds to a request that omits them: those with a default. */
export function defaultMembers(resource: Resource, content: Content): JsonObject {
  let defaults = DEFAULTS.get(content);
  if (defaults === undefined) {
    const place = sentPlace(resource, content);
    const names = hintsAt(typeHintsOf(resource.api, content.schema), place)?.properties.keys() ?? [];
    defaults = Object.fromEntries(
      [...names].flatMap((name): [string, unknown][] => {
        const found = memberKeywords(resource, content, place, name).find(each => each.default !== undefined);
        return found === undefined ? [] : [[name, found.default]];
      }),
    );
    DEFAULTS.set(content, defaults);
  }
  return defaults;
}

/** The keywords of all schemas of a member; of alternatives the first counts. */
function memberKeywords(
  { api }: Resource,
  { schema }: Content,
  place: string,
  name: string,
): readonly JsonObject[] {
  return keywordsAt(api, schema, [...splitPointer(place), name], 'request');
}

/** The keywords of all schemas of the value at a place; of alternatives the first counts. */
export function keywordsAt(
  api: ApiSpec,
  schema: DocumentNode | undefined,
  steps: readonly string[],
  direction: Direction,
): readonly JsonObject[] {
  if (schema === undefined) return [];
  const { reader, schema: start } = api.schemas.reader(schema, direction);
  const first = (): number => 0;
  const member = (nodes: readonly DocumentNode[], step: string): DocumentNode[] =>
    combineSchemas(api, reader, nodes, first).nodes.flatMap(node => named(reader, node, step));
  const nodes = steps.reduce<readonly DocumentNode[]>(member, [start]);
  return combineSchemas(api, reader, nodes, first).keywords;
}

function named(reader: SchemaReader, node: DocumentNode, name: string): readonly DocumentNode[] {
  const properties = childNode(node, 'properties');
  return properties !== undefined && isObject(properties.value) && Object.hasOwn(properties.value, name)
    ? propertySchemas(reader, node, name, false)
    : [];
}
