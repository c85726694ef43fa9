// Creates an item: its id, its times, what was sent, and what the response of the document adds.

import { mergeMembers } from '../../exchange/change-json.ts';
import { isObject, type JsonObject } from '../../exchange/json.ts';
import { valueAt } from '../../exchange/json-pointer.ts';
import { perObject } from '../../exchange/per-object.ts';
import { type TypeHints, typeHintsOf } from '../../schema/type-hints.ts';
import type { BaseResponse, Fields } from './base-response.ts';
import { idIn, idMember, itemHints, itemTraits, pathMembers, timeMembers } from './change-item.ts';
import { declaresField, locationField, tagField } from './item-fields.ts';
import { itemPlace } from './item-place.ts';
import { newId, nextInteger } from './new-id.ts';
import { conflict, declaredError, missingParent } from './refuse-item.ts';
import { renderItem } from './render-item.ts';
import type { Resource } from './resource.ts';
import { readSentItem } from './sent-item.ts';
import { defaultMembers, settableBy } from './settable-members.ts';
import { effectOf, parentsOf, type StateRequest, type StateResult } from './state-request.ts';
import type { StoredItem, Table } from './table.ts';
import { takenUnique } from './unique-members.ts';

/** @param idInPath the id of an item that PUT creates */
export function createItem(request: StateRequest, table: Table, idInPath?: string): StateResult | undefined {
  const { role, call, at } = request;
  const { resource } = role;
  const sent = readSentItem(resource, call.operation, call.request, request.findings);
  // A body of another form, such as a list of items, is answered as documented.
  if (sent.members === undefined) return undefined;
  const parents = parentsOf(request);
  const orphan = missingParent(request, parents);
  if (orphan !== undefined) return orphan;
  const base = request.baseFor(201) ?? request.success;
  const sentId = idIn(resource, sent.members);
  const given = idInPath ?? sentId;
  const taken = given === undefined ? undefined : table.get(parents, given);
  const clash =
    taken === undefined ? takenUnique(resource, table, parents, sent.members) : resource.idProperty;
  if (clash !== undefined && declaredError(call.operation, [409]) !== undefined)
    return conflict(request, given);
  const sample = sampleItem(resource, base) ?? first(table.all())?.value ?? {};
  const id = given ?? freeId(request, table, parents, sample);
  const ofPath = pathMembers(resource, id, parents);
  const item = mergeMembers(
    ofPath,
    timeMembers(resource, sample, ['created', 'updated'], at),
    otherIds(request, table, sample),
    sent.content === undefined ? {} : defaultMembers(resource, sent.content),
    sent.members,
    idInPath === undefined ? {} : ofPath,
    // A member that is no id, such as null or "".
    sentId === undefined && Object.hasOwn(sent.members, resource.idProperty ?? '')
      ? idMember(resource, id)
      : {},
  );
  const fields = locationField(request, String(id), base);
  const settable = settableBy(resource, call.operation);
  const rendered = renderItem(resource, base, item, fields, settable);
  const stored: StoredItem = {
    id: String(id),
    parents,
    // What the response shows, so that later responses show the same, and what it does not show.
    value: mergeMembers(rendered.shown ?? {}, item),
    createdAt: at,
    updatedAt: at,
    version: (taken?.version ?? 0) + 1,
    exchange: request.exchange,
  };
  table.put(stored);
  return {
    ...withTag(request, base, stored, rendered, fields),
    effect: effectOf(request, taken === undefined ? 'created' : 'replaced', stored.id, {
      leftOff: rendered.leftOff,
      writtenBy: taken?.exchange,
    }),
  };
}

/** The tag depends on the stored value, which depends on the response. */
function withTag(
  { role }: StateRequest,
  base: BaseResponse,
  stored: StoredItem,
  rendered: ReturnType<typeof renderItem>,
  fields: Fields,
): ReturnType<typeof renderItem> {
  const tag = tagField(role.resource, stored);
  return Object.keys(tag).length === 0 || !declaresField(base, 'etag')
    ? rendered
    : renderItem(role.resource, base, stored.value, { ...fields, ...tag });
}

/** An item that the document shows: for the forms of ids and times. */
function sampleItem(resource: Resource, base: BaseResponse): JsonObject | undefined {
  const { body } = base;
  const place = body && itemPlace(resource, body.content);
  const sample = body === undefined || place === undefined ? undefined : valueAt(body.value, place);
  return isObject(sample) ? sample : undefined;
}

function first<Value>(values: Iterable<Value>): Value | undefined {
  for (const value of values) return value;
  return undefined;
}

function freeId(
  request: StateRequest,
  table: Table,
  parents: readonly string[],
  sample: JsonObject,
): string | number {
  const { resource } = request.role;
  const isTaken = (id: string): boolean => table.get(parents, id) !== undefined;
  return newId({
    hints: idHints(resource),
    sample: resource.idProperty === undefined ? undefined : sample[resource.idProperty],
    next: () => nextInteger(table, isTaken),
    isFormatted: text => itemTraits(resource).idFormats.every(test => test(text)),
    isTaken,
    random: request.random,
  });
}

/** What the schemas of the id property and of the path parameter say. */
const idHints = perObject((resource: Resource): readonly TypeHints[] => {
  const { idProperty, idParameter, operations } = resource;
  const ofProperty = idProperty === undefined ? undefined : itemHints(resource)?.properties.get(idProperty);
  const parameter = [operations.read, operations.delete, operations.replace, operations.update]
    .flatMap(operation => operation?.parameters ?? [])
    .find(each => each.in === 'path' && each.name === idParameter);
  const ofParameter = parameter && typeHintsOf(resource.api, parameter.schema);
  return [ofProperty, ofParameter].filter(each => each !== undefined);
});

/** Other members that are ids by their name, such as "id" beside "number": equal ones would look like one item. */
function otherIds({ role, random }: StateRequest, table: Table, sample: JsonObject): JsonObject {
  const ids = itemTraits(role.resource).otherIds.flatMap(([name, hints]): [string, unknown][] => {
    const own = sample[name];
    // The revision grows with each change, so that no two items get the same number.
    const next = (): number => (typeof own === 'number' ? own : 0) + table.revision + 1;
    const id = newId({
      hints: [hints],
      sample: own,
      next,
      isTaken: () => false,
      random,
      isFormatted: () => true,
    });
    return hints.accepts(id) ? [[name, id]] : [];
  });
  return Object.fromEntries(ids);
}
