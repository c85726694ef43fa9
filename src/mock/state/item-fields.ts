// Header fields of responses about one item: its entity tag, and where a created item is.

import type { BaseResponse, Fields } from './base-response.ts';
import { entityTag, usesEntityTags } from './entity-tags.ts';
import type { Resource } from './resource.ts';
import type { StateRequest } from './state-request.ts';
import type { StoredItem } from './table.ts';

const NO_FIELDS: Fields = {};

export function tagField(resource: Resource, stored: StoredItem): Fields {
  return usesEntityTags(resource) ? { etag: [entityTag(stored)] } : NO_FIELDS;
}

export function declaresField({ response }: BaseResponse, name: string): boolean {
  return Object.hasOwn(response.headers, name);
}

/** Where the created item is, in the form of the address that the client used. */
export function locationField(
  { call, role, urlPrefix }: StateRequest,
  id: string,
  base: BaseResponse,
): Fields {
  const { item, collection, idParameter } = role.resource;
  if (item === undefined || (base.response.status !== 201 && !declaresField(base, 'location')))
    return NO_FIELDS;
  const { path } = call.request;
  if (call.operation.path === item) return { location: [urlPrefix + path] };
  // The path of the item begins with that of the collection: "/pets" and "/pets/{id}", or "/pets.json" and "/pets/{id}.json".
  const rest = item.startsWith(collection) ? item.slice(collection.length) : undefined;
  if (rest === undefined || call.operation.path !== collection) return NO_FIELDS;
  return {
    location: [urlPrefix + path + rest.replace(`{${idParameter}}`, encodeURIComponent(id.toWellFormed()))],
  };
}
