// Answers a request for a list: the body of the document with a page of the stored items in it.

import { LRUCache } from 'lru-cache';
import { withValueAt } from '../../exchange/change-json.ts';
import { originOfServer } from '../../exchange/exchange.ts';
import { isObject, type JsonObject } from '../../exchange/json.ts';
import { splitPointer, valueAt } from '../../exchange/json-pointer.ts';
import { type ApiSpec, responseFor } from '../../openapi/model.ts';
import { typeHintsOf } from '../../schema/type-hints.ts';
import { keepParts } from '../respond/response-cache.ts';
import {
  type BaseResponse,
  createValidated,
  type Fields,
  isWorse,
  type ValidatedResponse,
} from './base-response.ts';
import { idIn, itemHints } from './change-item.ts';
import { fillList, type LinkedPage, listFields, type PageUrls } from './fill-list.ts';
import { correctBody, type FitTask, type FittedBody, fitItem } from './fit-item.ts';
import { withFormats } from './item-formats.ts';
import { hintsAt } from './item-place.ts';
import { badCursor, missingParent } from './refuse-item.ts';
import type { Resource } from './resource.ts';
import { type ListPage, selectPage } from './select-page.ts';
import { keywordsAt, settableMembers } from './settable-members.ts';
import { effectOf, parentsOf, type StateRequest, type StateResult } from './state-request.ts';
import type { StoredItem, Table } from './table.ts';

interface RenderedList extends ValidatedResponse {
  readonly leftOff: readonly string[];
}

/** @returns undefined if the request is answered as documented, because the response has no list that is understood */
export function answerList(request: StateRequest): StateResult | undefined {
  const { role, success, call } = request;
  const { resource } = role;
  const { listPlace, api } = resource;
  const { body } = success;
  if (listPlace === undefined || body === undefined) return undefined;
  const orphan = missingParent(request, parentsOf(request));
  if (orphan !== undefined) return orphan;
  const table = request.tableOf(resource);
  const tableId = idOf(table);
  const pages = PAGES.get(api) ?? new LRUCache<string, CachedPage>({ max: MAX_PAGES });
  PAGES.set(api, pages);
  const key = `${call.header('host')}${request.urlPrefix}${call.request.path}?${call.request.query}`;
  const cached = pages.get(key);
  if (cached?.base === success && cached.tableId === tableId && cached.revision === table.revision) {
    keepParts(cached.rendered.response);
    return cached.result;
  }
  const hints = typeHintsOf(api, body.content.schema);
  const item = itemHints(resource) ?? hintsAt(hints, listPlace.pointer)?.items;
  const page = selectPage(call, table, parentsOf(request), item, boundsOf(resource, success).most);
  if (page === 'bad-cursor') return badCursor(request);
  const isSamePage =
    cached?.base === success && cached.page.total === page.total && isSame(cached.page.items, page.items);
  const rendered = isSamePage ? cached.rendered : renderList(request, page);
  const { ignored } = page;
  const effect = effectOf(request, 'listed', undefined, { leftOff: rendered.leftOff, ignored });
  const result = { ...rendered, effect };
  const bytes = rendered.response.body;
  if (bytes instanceof Uint8Array && bytes.length <= MAX_PAGE_BYTES)
    pages.set(key, { base: success, tableId, revision: table.revision, page, rendered, result });
  return result;
}

/** A cached page must not keep the table of a dropped session in memory. */
const TABLE_IDS = new WeakMap<Table, number>();
let tables = 0;

function idOf(table: Table): number {
  const id = TABLE_IDS.get(table) ?? ++tables;
  TABLE_IDS.set(table, id);
  return id;
}

interface CachedPage {
  readonly base: BaseResponse;
  readonly tableId: number;
  readonly revision: number;
  readonly page: ListPage;
  readonly rendered: RenderedList;
  readonly result: StateResult;
}

/** Pages per API, and the bytes of the largest. A page is the same as long as its items and their number are. */
const MAX_PAGES = 200;
const MAX_PAGE_BYTES = 64 * 1024;
const PAGES = new WeakMap<ApiSpec, LRUCache<string, CachedPage>>();

interface ListBounds {
  readonly least: number;
  readonly most: number;
}

const BOUNDS = new WeakMap<BaseResponse, ListBounds>();

/** How many items the schema of the list admits. */
function boundsOf({ api, listPlace }: Resource, base: BaseResponse): ListBounds {
  let bounds = BOUNDS.get(base);
  if (bounds === undefined) {
    const steps = splitPointer(listPlace?.pointer ?? '');
    const keywords = keywordsAt(api, base.body?.content.schema, steps, 'response');
    const numbers = (name: string): number[] =>
      keywords.flatMap(each => (typeof each[name] === 'number' ? each[name] : []));
    bounds = { least: Math.max(0, ...numbers('minItems')), most: Math.min(Infinity, ...numbers('maxItems')) };
    BOUNDS.set(base, bounds);
  }
  return bounds;
}

function isSame(one: readonly StoredItem[], other: readonly StoredItem[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index]);
}

function renderList(request: StateRequest, page: ListPage): RenderedList {
  const { role, success: base } = request;
  const { api, listPlace } = role.resource;
  const { body } = base;
  if (body === undefined || listPlace === undefined) throw new Error('a list has a body and a place');
  const { pointer } = listPlace;
  const hints = typeHintsOf(api, body.content.schema);
  const linked: LinkedPage = { ...page, urls: pageUrls(request, page) };
  const declared = responseFor(base.operation, base.response.status)?.headers.map(({ name }) =>
    name.toLowerCase(),
  );
  const fields = listFields(declared ?? [], linked);
  const make = (list: readonly unknown[]): ValidatedResponse =>
    createValidated(base, fillList(withValueAt(body.value, pointer, list), hints, pointer, linked), fields);
  const shown = valueAt(body.value, pointer);
  const samples: readonly unknown[] = Array.isArray(shown) ? shown : [];
  const fitted = page.items.map(item => fitElement(role.resource, base, pointer, samples[0], item));
  const tasks = fitted.map(({ task }) => task);
  const first = make(fitted.map(({ element }) => element));
  const mismatched = tasks.flatMap(task => ('item' in task ? task.mismatched : NONE));
  if (!isWorse(base, first, pointer)) return { ...first, leftOff: [...new Set(mismatched)] };
  const corrected = tasks.map(task =>
    'item' in task ? correctElement(base, task) : { body: fitTask(task), leftOff: NONE },
  );
  const leftOff = new Set([...mismatched, ...corrected.flatMap(each => each.leftOff)]);
  const list = tasks.map((task, index) => elementOf(task, corrected[index]?.body));
  const second = make(list);
  if (!isWorse(base, second, pointer)) return { ...second, leftOff: [...leftOff] };
  // The list must have more items, other members of the body are invalid, or some items are.
  for (const attempt of [
    () => make([...list, ...samples.slice(list.length, boundsOf(role.resource, base).least)]),
    () => createValidated(base, withValueAt(body.value, pointer, list), NO_FIELDS),
    () => make(list.filter(item => !isWorse(base, make([item]), pointer))),
  ]) {
    const made = attempt();
    if (!isWorse(base, made, pointer)) return { ...made, leftOff: [...leftOff, pointer] };
  }
  return { response: base.response, findings: base.findings, leftOff: [pointer] };
}

const NONE: readonly string[] = [];
const NO_FIELDS: Fields = {};

type ElementTask =
  | (FitTask & { readonly mismatched: readonly string[] })
  | { readonly place: string; readonly scalar: unknown };

/** An item as a body of its own: the list with this item only. */
function elementTask(
  resource: Resource,
  { body }: BaseResponse,
  pointer: string,
  sample: unknown,
  stored: StoredItem,
): ElementTask {
  const { api } = resource;
  const place = `${pointer}/0`;
  const content = body?.content;
  const hints = hintsAt(typeHintsOf(api, content?.schema), pointer)?.items;
  const isScalar = hints !== undefined && hints.types.size > 0 && !hints.types.has('object');
  // Some lists have the ids only.
  if (isScalar || content === undefined) return { place, scalar: idIn(resource, stored.value) ?? stored.id };
  const shown = withValueAt(body?.value, pointer, [isObject(sample) ? sample : {}]);
  const { item, leftOff: mismatched } = withFormats(resource, content, shown, place, stored.value);
  return {
    api,
    content,
    base: shown,
    place,
    item,
    mismatched,
    first: resource.idProperty,
    settable: settableMembers(resource),
  };
}

function fitTask(task: ElementTask): unknown {
  return 'item' in task ? fitItem(task) : task.scalar;
}

interface FittedElement {
  readonly task: ElementTask;
  readonly element: unknown;
}

const FITTED = new WeakMap<BaseResponse, WeakMap<StoredItem, FittedElement>>();

/** A page with one changed item has the others as they were. */
function fitElement(
  resource: Resource,
  base: BaseResponse,
  pointer: string,
  sample: unknown,
  stored: StoredItem,
): FittedElement {
  const byItem = FITTED.get(base) ?? new WeakMap<StoredItem, FittedElement>();
  FITTED.set(base, byItem);
  let fitted = byItem.get(stored);
  if (fitted === undefined) {
    const task = elementTask(resource, base, pointer, sample, stored);
    fitted = { task, element: elementOf(task, fitTask(task)) };
    byItem.set(stored, fitted);
  }
  return fitted;
}

const CORRECTED = new WeakMap<BaseResponse, WeakMap<JsonObject, FittedBody>>();

/** Correcting takes several validations, and the values of items stay the same. */
function correctElement(base: BaseResponse, task: FitTask): FittedBody {
  const byValue = CORRECTED.get(base) ?? new WeakMap<JsonObject, FittedBody>();
  CORRECTED.set(base, byValue);
  const corrected = byValue.get(task.item) ?? correctBody(task);
  byValue.set(task.item, corrected);
  return corrected;
}

function elementOf(task: ElementTask, body: unknown): unknown {
  return 'item' in task ? valueAt(body, task.place) : body;
}

/** The URLs of pages, in the form of the one that the client used. */
function pageUrls(
  { call, urlPrefix }: StateRequest,
  { queryFor, offset, limit = 0, total, nextCursor }: ListPage,
): PageUrls {
  const { request } = call;
  const origin = originOfServer(request);
  const toUrl = (query: string): string =>
    `${origin}${urlPrefix}${request.path}${query === '' ? '' : `?${query}`}`;
  const urlOf = (index: number, cursor?: string): string | undefined =>
    queryFor && toUrl(queryFor(index, cursor));
  const isPaged = queryFor !== undefined && limit > 0;
  const lastPage = isPaged ? Math.max(0, Math.ceil(total / limit) - 1) * limit : 0;
  const byCursor = queryFor?.(limit, undefined) === queryFor?.(0, undefined);
  return {
    self: toUrl(request.query),
    first: isPaged ? urlOf(0) : undefined,
    last: isPaged && !byCursor ? urlOf(lastPage) : undefined,
    next: isPaged && nextCursor !== undefined ? urlOf(offset + limit, nextCursor) : undefined,
    previous: isPaged && !byCursor && offset > 0 ? urlOf(Math.max(0, offset - limit)) : undefined,
  };
}
