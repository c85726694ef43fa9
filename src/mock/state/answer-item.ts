// Answers a request about one item: creates, reads, replaces, updates or deletes it.

import { mergeMembers } from '../../exchange/change-json.ts';
import type { JsonObject } from '../../exchange/json.ts';
import { mergePatch } from '../../exchange/merge-patch.ts';
import type { BaseResponse } from './base-response.ts';
import { idIn, replaceMembers, timeMembers } from './change-item.ts';
import { createItem } from './create-item.ts';
import { failedCondition, usesEntityTags } from './entity-tags.ts';
import { tagField } from './item-fields.ts';
import { applyJsonPatch, isJsonPatch } from './patch-item.ts';
import {
  conflict,
  declaredError,
  missing,
  notModified,
  patchFailed,
  preconditionFailed,
} from './refuse-item.ts';
import { renderItem, renderStored } from './render-item.ts';
import type { Resource } from './resource.ts';
import { readSentItem, type SentItem } from './sent-item.ts';
import { defaultMembers } from './settable-members.ts';
import { effectOf, parentsOf, type StateRequest, type StateResult } from './state-request.ts';
import type { StoredItem, Table } from './table.ts';
import { takenUnique } from './unique-members.ts';

/** @returns undefined if the request is answered as documented, because it says nothing about one item */
export function answerItem(request: StateRequest): StateResult | undefined {
  const { call, role } = request;
  const { resource } = role;
  const table = request.tableOf(resource);
  if (role.role === 'create') return createItem(request, table);
  const sent = readSentItem(resource, call.operation, call.request, request.findings);
  const id = idOfRequest(request, sent);
  const stored = id === undefined ? undefined : table.get(parentsOf(request), id);
  if (usesEntityTags(resource)) {
    const failed = failedCondition(call, stored);
    if (failed === 304 && stored !== undefined) return notModified(request, stored);
    if (failed === 412 && (stored !== undefined || role.role === 'replace'))
      return preconditionFailed(request, id);
  }
  if (stored === undefined) {
    const creates = role.role === 'replace' && id !== undefined && mayCreateByPut(request);
    return creates ? createItem(request, table, id) : missing(request, resource, id ?? '');
  }
  switch (role.role) {
    case 'read': {
      const rendered = renderStored(resource, request.success, stored, item => tagField(resource, item));
      return {
        ...rendered,
        effect: effectOf(request, 'read', stored.id, {
          leftOff: rendered.leftOff,
          writtenBy: stored.exchange,
        }),
      };
    }
    case 'delete':
      return deleteItem(request, table, stored);
    default:
      return changeItem(request, table, stored, sent);
  }
}

/** The id in the path, or in the body of a PUT to the collection. */
function idOfRequest({ role, call }: StateRequest, { members }: SentItem): string | undefined {
  const { resource, idParameter } = role;
  const inPath = idParameter === undefined ? undefined : call.path[idParameter];
  return inPath ?? (members && idIn(resource, members));
}

/** PUT creates where the document declares 201, or where nothing else creates items. */
function mayCreateByPut({ call, role }: StateRequest): boolean {
  return declares201(call.operation.responses) || role.resource.operations.create === undefined;
}

function declares201(responses: readonly { readonly status: string }[]): boolean {
  return responses.some(({ status }) => status === '201');
}

function changeItem(
  request: StateRequest,
  table: Table,
  stored: StoredItem,
  sent: SentItem,
): StateResult | undefined {
  const { role, at, call } = request;
  const { resource } = role;
  const { id, parents, createdAt } = stored;
  const changed = changedValue(request, stored.value, sent);
  if (changed === undefined) return undefined;
  if (typeof changed === 'string') return patchFailed(request, id, changed);
  const clash = takenUnique(resource, table, parents, changed, id);
  if (clash !== undefined && declaredError(call.operation, [409]) !== undefined) return conflict(request, id);
  const { idProperty } = resource;
  const kept =
    idProperty === undefined || !Object.hasOwn(stored.value, idProperty)
      ? {}
      : { [idProperty]: stored.value[idProperty] };
  const times = timeMembers(resource, stored.value, ['updated'], at);
  const value = mergeMembers(changed, times, kept);
  const next: StoredItem = {
    id,
    parents,
    value,
    createdAt,
    updatedAt: at,
    version: stored.version + 1,
    exchange: request.exchange,
  };
  table.put(next);
  const rendered = renderItem(resource, baseOfChange(request), value, tagField(resource, next));
  return {
    ...rendered,
    effect: effectOf(request, role.role === 'replace' ? 'replaced' : 'updated', id, {
      leftOff: rendered.leftOff,
      writtenBy: stored.exchange,
    }),
  };
}

/** The value after the request; a text: why the patch fails; undefined: the body is none of an item. */
function changedValue(
  { role, call }: StateRequest,
  before: JsonObject,
  { members, body, content }: SentItem,
): JsonObject | string | undefined {
  const { resource } = role;
  if (role.role === 'action') {
    const action = resource.actions.find(({ operation }) => operation === call.operation);
    return mergeMembers(before, action?.set ?? {});
  }
  if (role.role === 'update' && isJsonPatch(body)) return applyJsonPatch(before, body);
  if (members === undefined) return undefined;
  if (role.role === 'update') return mergePatch(before, members) as JsonObject;
  const defaults = content === undefined ? {} : defaultMembers(resource, content);
  return replaceMembers(resource, before, mergeMembers(defaults, members));
}

/** 201 says that an item was created, so another 2xx is sent if there is one. */
function baseOfChange({ success, call, baseFor }: StateRequest): BaseResponse {
  if (success.response.status !== 201) return success;
  const others = call.operation.responses
    .map(({ status }) => Number(status))
    .filter(status => status > 201 && status < 300);
  return others.map(baseFor).find(base => base !== undefined) ?? success;
}

function deleteItem(
  request: StateRequest,
  table: Table,
  { id, parents, value, exchange }: StoredItem,
): StateResult {
  const { role, resources, tableOf } = request;
  table.remove(parents, id);
  const below = [...parents, id];
  for (const child of resources.filter(each => isBelow(each, role.resource))) {
    const items = tableOf(child);
    for (const item of [...items.all()])
      if (below.every((parent, index) => item.parents[index] === parent)) items.remove(item.parents, item.id);
  }
  const rendered = renderItem(role.resource, request.success, value, {}, NO_NAMES);
  return {
    ...rendered,
    effect: effectOf(request, 'deleted', id, { leftOff: rendered.leftOff, writtenBy: exchange }),
  };
}

const NO_NAMES: ReadonlySet<string> = new Set();

function isBelow(child: Resource, { item }: Resource): boolean {
  return item !== undefined && child.collection.startsWith(`${item}/`);
}
