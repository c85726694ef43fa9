// The value of an item after a request: created, replaced, updated by a patch, or changed by an action.

import { exactMember } from '../../exchange/exact-json.ts';
import type { JsonObject } from '../../exchange/json.ts';
import { memberValue, type TypeHints, typeHintsOf } from '../../schema/type-hints.ts';
import { type TimeKind, timeKind, timeValue } from './item-times.ts';
import { mergeMembers } from './message-item.ts';
import { plainName } from './names.ts';
import type { Resource } from './resource.ts';
import { settableMembers } from './settable-members.ts';

/** The hints of the members of an item in a response; undefined: no response declares one. */
export function itemHints({ api, itemSchema }: Resource): TypeHints | undefined {
  return itemSchema && typeHintsOf(api, itemSchema);
}

/** The text of an id in a value, as it stands in a path; undefined: the value has none. */
export function idIn({ idProperty }: Resource, value: JsonObject): string | undefined {
  const id =
    idProperty !== undefined && Object.hasOwn(value, idProperty)
      ? exactMember(value, idProperty, value[idProperty])
      : undefined;
  return (typeof id === 'string' && id !== '') || typeof id === 'number' || id instanceof Number
    ? String(id)
    : undefined;
}

/** The members that follow from the path: the id, and those that are named as a parameter of a parent. */
export function pathMembers(resource: Resource, id: string | number, parents: readonly string[]): JsonObject {
  const { idProperty, parents: names } = resource;
  const hints = itemHints(resource);
  const members = new Map<string, unknown>();
  for (const [index, parameter] of names.entries()) {
    const plain = plainName(parameter);
    const name = [...(hints?.properties.keys() ?? [])].find(each => plainName(each) === plain);
    if (name !== undefined) members.set(name, memberValue(hints?.properties.get(name), parents[index] ?? ''));
  }
  if (idProperty !== undefined) {
    const ofItem = hints?.properties.get(idProperty);
    members.set(idProperty, memberValue(ofItem, String(id)));
  }
  return Object.fromEntries(members);
}

/**
 * The members that tell when the item was created or changed.
 * @param samples an item that the document shows, for the form of the times
 */
export function timeMembers(
  resource: Resource,
  samples: JsonObject,
  kinds: readonly TimeKind[],
  at: number,
): JsonObject {
  const hints = itemHints(resource);
  const names = new Set([...(hints?.properties.keys() ?? []), ...Object.keys(samples)]);
  return Object.fromEntries(
    [...names].flatMap((name): [string, unknown][] => {
      const kind = timeKind(name);
      if (kind === undefined || !kinds.includes(kind)) return [];
      const sample = Object.hasOwn(samples, name) ? samples[name] : undefined;
      const value = timeValue(hints?.properties.get(name), sample, at);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** PUT: what clients set is replaced as a whole; the rest, such as when the item was created, stays. */
export function replaceMembers(resource: Resource, before: JsonObject, sent: JsonObject): JsonObject {
  const settable = settableMembers(resource);
  const kept = Object.fromEntries(Object.entries(before).filter(([name]) => !settable.has(name)));
  return mergeMembers(kept, sent);
}
