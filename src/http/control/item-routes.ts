// Control routes for the stored items of a resource in a session.

import { isObject, type JsonObject } from '../../exchange/json.ts';
import { pluralize } from '../../finding/plural.ts';
import { sessionTime } from '../../mock/session/clock.ts';
import { idIn } from '../../mock/state/change-item.ts';
import { itemFindings } from '../../mock/state/item-findings.ts';
import { redactItems, restoreSecrets } from '../../mock/state/redact-items.ts';
import type { Resource } from '../../mock/state/resource.ts';
import type { StoredItem } from '../../mock/state/table.ts';
import { parseFlag } from './journal-query.ts';
import { ControlError, type Route, requireSession } from './route.ts';
import { describeItems, exactJson, toItemFindingJson } from './state-json.ts';
import {
  changeSession,
  parseJsonText,
  parseNumber,
  requireParents,
  requireResource,
} from './state-request.ts';

/** Of a page. */
const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

export const ITEM_ROUTES: readonly Route[] = [
  {
    method: 'get',
    path: '/sessions/:id/state/:api/:resource',
    handle: async request => {
      const resource = requireResource(request);
      const table = (await requireSession(request)).state.table(resource);
      const parents = request.query.has('parent') ? requireParents(request, resource) : undefined;
      const offset = parseNumber(request, 'offset', 0);
      const limit = Math.min(parseNumber(request, 'limit', DEFAULT_LIMIT), MAX_LIMIT);
      const items: StoredItem[] = [];
      let index = 0;
      for (const item of parents === undefined ? table.all() : table.list(parents)) {
        if (index++ < offset) continue;
        if (items.length === limit) break;
        items.push(item);
      }
      const total = parents === undefined ? table.size : table.count(parents);
      return exactJson({ total, offset, items: describeItems(resource, items) });
    },
  },
  {
    method: 'get',
    path: '/sessions/:id/state/:api/:resource/:item',
    handle: async request => {
      const resource = requireResource(request);
      const parents = requireParents(request, resource);
      const item = (await requireSession(request)).state
        .table(resource)
        .get(parents, request.params.item ?? '');
      if (item === undefined) throw noSuchItem(resource, request.params.item);
      return exactJson(describeItems(resource, [item])[0]);
    },
  },
  {
    method: 'put',
    path: '/sessions/:id/state/:api/:resource/:item',
    readsText: true,
    handle: async request => {
      const resource = requireResource(request);
      const parents = requireParents(request, resource);
      const edited = parseJsonText(request);
      if (!isObject(edited))
        throw new ControlError({ code: 'bad-control', detail: 'the item must be an object' });
      const id = request.params.item ?? '';
      requireId(resource, edited, id);
      const keepInvalid = parseFlag(request.query, 'keep-invalid');
      const [item, isNew] = await changeSession(request, session => {
        const { state } = session;
        const table = state.table(resource);
        const stored = table.get(parents, id);
        const value = stored === undefined ? edited : restore(resource, edited, stored);
        if (!keepInvalid) requireValid(resource, value);
        const now = sessionTime(session, request.state.now());
        const { createdAt = now, version = 0 } = stored ?? {};
        const changed = { id, parents, value, createdAt, updatedAt: now, version: version + 1 };
        table.put(changed);
        return [changed, stored === undefined] as const;
      });
      return { ...exactJson(describeItems(resource, [item])[0]), status: isNew ? 201 : 200 };
    },
  },
  {
    method: 'delete',
    path: '/sessions/:id/state/:api/:resource/:item',
    handle: async request => {
      const resource = requireResource(request);
      const parents = requireParents(request, resource);
      const { item = '' } = request.params;
      if (!(await changeSession(request, ({ state }) => state.table(resource).remove(parents, item))))
        throw noSuchItem(resource, request.params.item);
      return { status: 204 };
    },
  },
];

/** Placeholders of secrets in the edited value become the stored secrets again. */
function restore({ api }: Resource, edited: JsonObject, { value }: StoredItem): JsonObject {
  const [shown] = redactItems(api, [value]);
  return restoreSecrets(edited, shown, value);
}

/** @throws ControlError if the id property of the value is not the id of the path */
function requireId(resource: Resource, value: JsonObject, id: string): void {
  const { idProperty } = resource;
  const idInValue = idIn(resource, value);
  if (idProperty === undefined || idInValue === id) return;
  throw new ControlError({
    code: 'bad-control',
    detail:
      idInValue === undefined
        ? `the item has no "${idProperty}"`
        : `the "${idProperty}" of the item is "${idInValue}", and the path says "${id}"`,
    hint: `the member "${idProperty}" must be the id in the path`,
  });
}

/** @throws ControlError with what the schema rejects */
function requireValid(resource: Resource, value: JsonObject): void {
  const findings = itemFindings(resource, value);
  if (findings.length === 0) return;
  throw new ControlError({
    code: 'state-invalid',
    detail: `the item violates its schema: ${pluralize(findings.length, 'finding')}; the first: ${findings[0]?.message}`,
    hint: 'correct it, or store it all the same with ?keep-invalid=true: responses leave out what the schema rejects',
    more: { findings: findings.map(toItemFindingJson) },
  });
}

function noSuchItem({ name }: Resource, id: string | undefined): ControlError {
  return new ControlError({
    code: 'no-stored-item',
    detail: `"${name}" has no item "${id}" in this session`,
  });
}
