// Entity tags of stored items, and the conditions of requests on them (RFC 9110 sections 8.8.3 and 13.1).

import { fnv1a } from '../../exchange/fnv1a.ts';
import { perObject } from '../../exchange/per-object.ts';
import type { Operation } from '../../openapi/model.ts';
import type { Call } from '../../scenario/call.ts';
import type { Resource } from './resource.ts';
import type { StoredItem } from './table.ts';

/** Whether the document declares entity tags for the items of a resource. */
export const usesEntityTags = perObject((resource: Resource): boolean =>
  Object.values(resource.operations).some(declaresTags),
);

function declaresTags({ parameters, responses }: Operation): boolean {
  return (
    parameters.some(({ in: place, name }) => place === 'header' && /^if-(?:none-)?match$/i.test(name)) ||
    responses.some(({ headers }) => headers.some(({ name }) => name.toLowerCase() === 'etag'))
  );
}

export function entityTag({ id, parents, version, createdAt, value }: StoredItem): string {
  const text = JSON.stringify([parents, id, createdAt, value]);
  return `"${version}-${fnv1a(text).toString(16)}"`;
}

/** @param item undefined: it does not exist @returns the status that the conditions lead to; undefined: they are met */
export function failedCondition(call: Call, item: StoredItem | undefined): 304 | 412 | undefined {
  const mustMatch = call.header('if-match');
  if (mustMatch !== undefined && !matches(mustMatch, item, false)) return 412;
  const mustNotMatch = call.header('if-none-match');
  if (mustNotMatch === undefined || !matches(mustNotMatch, item, true)) return undefined;
  return ['GET', 'HEAD'].includes(call.request.method) ? 304 : 412;
}

function matches(field: string, item: StoredItem | undefined, isWeak: boolean): boolean {
  if (item === undefined) return false;
  if (field.trim() === '*') return true;
  const tag = entityTag(item);
  // The tags have no comma.
  return field.split(',').some(each => (isWeak ? each.trim().replace(/^W\//, '') : each.trim()) === tag);
}
