// The stored items of one resource: in the order in which they were added, below their parents, with their size.

import { LRUCache } from 'lru-cache';
import type { JsonObject } from '../../exchange/json.ts';
import { jsonSize } from '../../exchange/json-size.ts';
import { type Arrangement, createView, type ItemView } from './item-view.ts';

export interface NewItem {
  /** As in the path of the item, without percent-encoding. */
  readonly id: string;
  /** The values of the path parameters of the parents, outermost first. */
  readonly parents: readonly string[];
  /** Plain JSON. It is never changed: a change puts another value. */
  readonly value: JsonObject;
}

export interface StoredItem extends NewItem {
  /** Milliseconds since the Unix epoch, on the clock of the session. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** From 1; each change adds one. */
  readonly version: number;
  /** The id of the exchange that wrote it; undefined: a seed, a snapshot or the control API. */
  readonly exchange?: string;
}

/** The items of a resource. Its lists are in the order in which the items were added. */
export interface Table {
  /** Number of items, below all parents. */
  readonly size: number;
  /** Grows with each change. */
  readonly revision: number;
  get(parents: readonly string[], id: string): StoredItem | undefined;
  /** The same array until the items below the parents change. */
  list(parents: readonly string[]): readonly StoredItem[];
  /** The items below the parents, filtered and sorted. The array changes with the items. */
  arranged(parents: readonly string[], arrangement: Arrangement): readonly StoredItem[];
  /** Number of items below the parents. */
  count(parents: readonly string[]): number;
  /** The items below all parents. */
  all(): Iterable<StoredItem>;
  /** Adds the item, or replaces the one that has its id, in its place. @throws StateFull; nothing is changed then */
  put(item: StoredItem): void;
  /** @returns false if there is no such item */
  remove(parents: readonly string[], id: string): boolean;
}

interface SizedItem {
  readonly item: StoredItem;
  readonly size: number;
  /** Grows with each item that is added. A change of the item keeps it. */
  readonly order: number;
}

/** The items below the same parents. */
interface Group {
  readonly byId: Map<string, SizedItem>;
  /** By their order. */
  list: StoredItem[];
  /** True: a caller has the list, so that a change is made to a copy. */
  isShared: boolean;
  /** The orders of the items, at the same places. */
  readonly orders: number[];
  /** By arrangement: clients read one page after the other. */
  readonly views: LRUCache<string, ItemView<StoredItem>>;
}

const MAX_VIEWS = 4;

/** Called with a change of the entries and bytes. */
export type CountItems = (entries: number, bytes: number) => void;

export interface CountedTable extends Table {
  readonly bytes: number;
  /** Adds an item, unless the table has one with its id. */
  seed(item: StoredItem): void;
}

/** @param check called before a change. Its error goes to the caller, and nothing is changed */
export function createTable(check: CountItems, count: CountItems): CountedTable {
  const groups = new Map<string, Group>();
  let size = 0;
  let bytes = 0;
  let revision = 0;
  const groupOf = (parents: readonly string[]): Group | undefined => groups.get(groupKey(parents));
  const find = (parents: readonly string[], id: string): SizedItem | undefined =>
    groupOf(parents)?.byId.get(id);
  const change = (moreEntries: number, moreBytes: number): void => {
    size += moreEntries;
    bytes += moreBytes;
    revision++;
    count(moreEntries, moreBytes);
  };
  let nextOrder = 0;
  const set = (item: StoredItem, itemSize: number, previous: SizedItem | undefined): void => {
    const key = groupKey(item.parents);
    let group = groups.get(key);
    if (group === undefined) {
      const views = new LRUCache<string, ItemView<StoredItem>>({ max: MAX_VIEWS });
      group = { byId: new Map(), list: [], isShared: false, orders: [], views };
      groups.set(key, group);
    }
    const order = previous?.order ?? nextOrder++;
    group.byId.set(item.id, { item, size: itemSize, order });
    const list = ownList(group);
    if (previous !== undefined) list[placeOf(group.orders, order)] = item;
    else {
      list.push(item);
      group.orders.push(order);
    }
    changeViews(group, order, previous?.item, item);
  };
  return {
    get size() {
      return size;
    },
    get bytes() {
      return bytes;
    },
    get revision() {
      return revision;
    },
    get: (parents, id) => find(parents, id)?.item,
    list(parents) {
      const group = groupOf(parents);
      if (group === undefined) return NOTHING;
      group.isShared = true;
      return group.list;
    },
    arranged(parents, arrangement) {
      const group = groupOf(parents);
      if (group === undefined) return NOTHING;
      const { wanted, keys, isReversed } = arrangement;
      if (wanted.length === 0 && keys.length === 0 && !isReversed) return group.list;
      const key = JSON.stringify(arrangement);
      let view = group.views.get(key);
      if (view === undefined) {
        view = createView(group.list, group.orders, arrangement);
        group.views.set(key, view);
      }
      return view.items;
    },
    count: parents => groupOf(parents)?.list.length ?? 0,
    *all() {
      for (const { list } of groups.values()) yield* list;
    },
    seed(item) {
      if (find(item.parents, item.id) !== undefined) return;
      // The sessions share the values of the seeds, which are not counted therefore.
      set(item, ITEM_BYTES, undefined);
      change(1, ITEM_BYTES);
    },
    put(item) {
      const previous = find(item.parents, item.id);
      const itemSize = sizeOf(item);
      const moreEntries = previous === undefined ? 1 : 0;
      const moreBytes = itemSize - (previous?.size ?? 0);
      check(moreEntries, moreBytes);
      set(item, itemSize, previous);
      change(moreEntries, moreBytes);
    },
    remove(parents, id) {
      const key = groupKey(parents);
      const group = groups.get(key);
      const removed = group?.byId.get(id);
      if (group === undefined || removed === undefined) return false;
      group.byId.delete(id);
      const place = placeOf(group.orders, removed.order);
      ownList(group).splice(place, 1);
      group.orders.splice(place, 1);
      changeViews(group, removed.order, removed.item, undefined);
      if (group.list.length === 0) groups.delete(key);
      change(-1, -removed.size);
      return true;
    },
  };
}

const NOTHING: readonly StoredItem[] = [];

function changeViews(
  { views }: Group,
  order: number,
  before: StoredItem | undefined,
  after: StoredItem | undefined,
): void {
  if (views.size === 0) return;
  for (const [key, view] of [...views.entries()]) if (!view.change(order, before, after)) views.delete(key);
}

function ownList(group: Group): StoredItem[] {
  if (group.isShared) group.list = group.list.slice();
  group.isShared = false;
  return group.list;
}

/** @param orders ascending */
function placeOf(orders: readonly number[], order: number): number {
  let [low, high] = [0, orders.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((orders[middle] ?? order) < order) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** An id can have any character. */
function groupKey(parents: readonly string[]): string {
  return parents.length === 0 ? '' : JSON.stringify(parents);
}

/** Of an item without its value. */
const ITEM_BYTES = 200;

/** About what an item keeps in memory. */
function sizeOf({ id, parents, value }: NewItem): number {
  return parents.reduce((sum, parent) => sum + parent.length, ITEM_BYTES + id.length) + jsonSize(value);
}
