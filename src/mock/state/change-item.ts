// The value of an item after a request: created, replaced, updated by a patch, or changed by an action.

import { mergeMembers, setMember } from '../../exchange/change-json.ts';
import { exactMember } from '../../exchange/exact-json.ts';
import type { JsonObject } from '../../exchange/json.ts';
import { plainName } from '../../exchange/names.ts';
import { perObject } from '../../exchange/per-object.ts';
import { formatTest } from '../../schema/formats.ts';
import { memberValue, type TypeHints, typeHintsOf } from '../../schema/type-hints.ts';
import { type TimeForm, type TimeKind, timeForm, timeKind, timeValue } from './item-times.ts';
import type { Resource } from './resource.ts';
import { keywordsAt, settableMembers } from './settable-members.ts';

/** The hints of the members of an item in a response; undefined: no response declares one. */
export function itemHints({ api, itemSchema }: Resource): TypeHints | undefined {
  return itemSchema && typeHintsOf(api, itemSchema);
}

/** The text of an id in a value, as a path without percent-encoding can have it; undefined: the value has none. */
export function idIn({ idProperty }: Resource, value: JsonObject): string | undefined {
  const id =
    idProperty !== undefined && Object.hasOwn(value, idProperty)
      ? exactMember(value, idProperty, value[idProperty])
      : undefined;
  return (typeof id === 'string' && id !== '') || typeof id === 'number' || id instanceof Number
    ? String(id).toWellFormed()
    : undefined;
}

/** What the names of the members of an item say. */
interface ItemTraits {
  /** Members that tell when the item was created or changed. */
  readonly times: readonly {
    readonly name: string;
    readonly kind: TimeKind;
    /** @param sample a value that the document shows */
    valueAt(at: number, sample: unknown): string | number | undefined;
  }[];
  /** Members that are named as the parameter of a parent, by the position of the parent. */
  readonly parents: readonly (readonly [name: string, hints: TypeHints] | undefined)[];
  /** The formats of the id. */
  readonly idFormats: readonly ((text: string) => boolean)[];
  /** Members beside the id that are ids by their name. */
  readonly otherIds: readonly (readonly [name: string, hints: TypeHints])[];
}

const OTHER_IDS = /^(?:id|uuid|guid|nodeid)$/;

export const itemTraits = perObject((resource: Resource): ItemTraits => {
  const members = [...(itemHints(resource)?.properties ?? [])].map(([name, hints]) => ({
    name,
    plain: plainName(name),
    hints,
  }));
  return {
    times: members.flatMap(({ name, hints }) => {
      const kind = timeKind(name);
      if (kind === undefined) return [];
      const isDate = keywordsAt(resource.api, resource.itemSchema, [name], 'response').some(
        ({ format }) => format === 'date',
      );
      return [{ name, kind, valueAt: timeReader(hints, isDate ? 'date' : undefined) }];
    }),
    parents: resource.parents.map(parameter => {
      const member = members.find(({ plain }) => plain === plainName(parameter));
      return member && [member.name, member.hints];
    }),
    idFormats: idFormats(resource),
    otherIds: members.flatMap(({ name, plain, hints }): (readonly [string, TypeHints])[] =>
      name !== resource.idProperty && OTHER_IDS.test(plain) ? [[name, hints]] : [],
    ),
  };
});

/** @param declared the form that the schema names. Items of many requests have the same time: the latest is remembered */
function timeReader(hints: TypeHints, declared: TimeForm): ItemTraits['times'][number]['valueAt'] {
  let latest: { at: number; form: TimeForm; value: string | number | undefined } | undefined;
  return (at, sample) => {
    const form = declared ?? timeForm(sample);
    if (latest?.at !== at || latest.form !== form) latest = { at, form, value: timeValue(hints, form, at) };
    return latest.value;
  };
}

function idFormats({ api, itemSchema, idProperty }: Resource): ItemTraits['idFormats'] {
  if (idProperty === undefined) return [];
  const keywords = keywordsAt(api, itemSchema, [idProperty], 'response');
  return keywords.flatMap(({ format }) => (typeof format === 'string' ? (formatTest(format) ?? []) : []));
}

/** The members that follow from the path: the id, and those that are named as a parameter of a parent. */
export function pathMembers(resource: Resource, id: string | number, parents: readonly string[]): JsonObject {
  const members: Record<string, unknown> = {};
  const named = itemTraits(resource).parents;
  for (const [index, parent] of parents.entries()) {
    const [name, hints] = named[index] ?? [];
    if (name !== undefined) setMember(members, name, memberValue(hints, parent), NOTHING);
  }
  return mergeMembers(members, idMember(resource, id));
}

const NOTHING: JsonObject = {};

/** The member with the id. */
export function idMember(resource: Resource, id: string | number): JsonObject {
  const { idProperty } = resource;
  return idProperty === undefined
    ? {}
    : { [idProperty]: memberValue(itemHints(resource)?.properties.get(idProperty), String(id)) };
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
  const members: Record<string, unknown> = {};
  for (const { name, kind, valueAt } of itemTraits(resource).times) {
    const sample = Object.hasOwn(samples, name) ? samples[name] : undefined;
    const value = kinds.includes(kind) ? valueAt(at, sample) : undefined;
    if (value !== undefined) members[name] = value;
  }
  return members;
}

/** PUT: what clients set is replaced as a whole; the rest, such as when the item was created, stays. */
export function replaceMembers(resource: Resource, before: JsonObject, sent: JsonObject): JsonObject {
  const settable = settableMembers(resource);
  const kept: Record<string, unknown> = {};
  for (const name of Object.keys(before))
    if (!settable.has(name)) setMember(kept, name, before[name], before);
  return mergeMembers(kept, sent);
}
