// The stored items of one resource: in the order in which they were added, below their parents, with their size.

import type { JsonObject } from '../../exchange/json.ts';
import { jsonSize } from '../../exchange/json-size.ts';
import { ItemGroup, type SizedItem } from './item-group.ts';
import type { Arrangement } from './item-view.ts';

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
  /** True: as the document has it. Sessions share the values of seeds, which are not counted therefore. */
  readonly isSeed?: true;
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
  /** The items below all parents: those below the same parents together, the parents by their first item. */
  all(): Iterable<StoredItem>;
  /** Adds the item, or replaces the one that has its id, in its place. @throws StateFull; nothing is changed then */
  put(item: StoredItem): void;
  /** @returns false if there is no such item */
  remove(parents: readonly string[], id: string): boolean;
}

/** Called with a change of the entries and bytes. */
export type CountItems = (entries: number, bytes: number) => void;

/** Called after a change of an item. @param before undefined: it was added @param after undefined: it was removed */
type ReportItem = (order: number, before: StoredItem | undefined, after: StoredItem | undefined) => void;

export interface CountedTable extends Table {
  readonly bytes: number;
  /** True: nothing was changed since it got its seeds, so that it can be made again from the document. */
  hasSeedsOnly: boolean;
  /** Adds an item, unless the table has one with its id. */
  seed(item: StoredItem): void;
  /** All items, in their order. */
  ordered(): readonly SizedItem<StoredItem>[];
  /**
   * Sets what is at a place, without a check and a report: for changes that are undone or were made elsewhere. An item with
   * the same id at another place is removed.
   */
  setAt(order: number, item: StoredItem | undefined): void;
}

export interface TableOptions {
  /** Called before a change. Its error goes to the caller, and nothing is changed. */
  readonly check: CountItems;
  readonly count: CountItems;
  readonly report: ReportItem;
}

export function createTable({ check, count, report }: TableOptions): CountedTable {
  let groups = new Map<string, ItemGroup<StoredItem>>();
  /** False: a group may have an item that comes before the first one of an earlier group. */
  let areGroupsInOrder = true;
  /** Made when an item is first looked up by its order. */
  let byOrder: Map<number, SizedItem<StoredItem>> | undefined;
  let size = 0;
  let bytes = 0;
  let revision = 0;
  let nextOrder = 0;
  const groupOf = (parents: readonly string[]): ItemGroup<StoredItem> | undefined =>
    groups.get(groupKey(parents));
  const find = (parents: readonly string[], id: string): SizedItem<StoredItem> | undefined =>
    groupOf(parents)?.get(id);
  const findAt = (order: number): SizedItem<StoredItem> | undefined => {
    if (byOrder === undefined) {
      byOrder = new Map();
      for (const group of groups.values()) for (const sized of group.sized()) byOrder.set(sized.order, sized);
    }
    return byOrder.get(order);
  };
  const change = (moreEntries: number, moreBytes: number): void => {
    size += moreEntries;
    bytes += moreBytes;
    revision++;
    count(moreEntries, moreBytes);
  };
  /** @param previous the item with the same id and order */
  const set = (sized: SizedItem<StoredItem>, previous: SizedItem<StoredItem> | undefined): void => {
    const { item, order } = sized;
    const key = groupKey(item.parents);
    let group = groups.get(key);
    if (group === undefined) {
      group = new ItemGroup();
      groups.set(key, group);
    }
    if (previous === undefined && order < nextOrder) areGroupsInOrder = false;
    nextOrder = Math.max(nextOrder, order + 1);
    group.set(sized);
    byOrder?.set(order, sized);
    change(previous === undefined ? 1 : 0, sized.size - (previous?.size ?? 0));
  };
  const take = (sized: SizedItem<StoredItem>): void => {
    const { item, order } = sized;
    const key = groupKey(item.parents);
    const group = groups.get(key);
    const isFirst = group?.firstOrder === order;
    group?.remove(sized);
    if (group?.size === 0) groups.delete(key);
    else if (isFirst) areGroupsInOrder = false;
    byOrder?.delete(order);
    change(-1, -sized.size);
  };
  const inOrder = (): Iterable<ItemGroup<StoredItem>> => {
    // Not in place: a caller may still read the groups.
    if (!areGroupsInOrder)
      groups = new Map([...groups].sort(([, one], [, other]) => one.firstOrder - other.firstOrder));
    areGroupsInOrder = true;
    return groups.values();
  };
  return {
    hasSeedsOnly: false,
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
    list: parents => groupOf(parents)?.share() ?? NOTHING,
    arranged: (parents, arrangement) => groupOf(parents)?.arranged(arrangement) ?? NOTHING,
    count: parents => groupOf(parents)?.size ?? 0,
    *all() {
      for (const { items } of inOrder()) yield* items;
    },
    ordered: () =>
      [...groups.values()].flatMap(group => [...group.sized()]).sort((one, other) => one.order - other.order),
    seed(item) {
      if (find(item.parents, item.id) !== undefined) return;
      set({ item, size: sizeOf(item), order: nextOrder }, undefined);
    },
    put(item) {
      const previous = find(item.parents, item.id);
      const itemSize = sizeOf(item);
      check(previous === undefined ? 1 : 0, itemSize - (previous?.size ?? 0));
      const order = previous?.order ?? nextOrder;
      set({ item, size: itemSize, order }, previous);
      report(order, previous?.item, item);
    },
    remove(parents, id) {
      const removed = find(parents, id);
      if (removed === undefined) return false;
      take(removed);
      report(removed.order, removed.item, undefined);
      return true;
    },
    setAt(order, item) {
      const there = findAt(order);
      const named = item && find(item.parents, item.id);
      if (there !== undefined && there !== named) take(there);
      if (named !== undefined && named.order !== order) take(named);
      if (item !== undefined)
        set({ item, size: sizeOf(item), order }, named?.order === order ? named : undefined);
    },
  };
}

const NOTHING: readonly StoredItem[] = [];

/** An id can have any character. */
function groupKey(parents: readonly string[]): string {
  return parents.length === 0 ? '' : JSON.stringify(parents);
}

/** Of an item without its value. */
const ITEM_BYTES = 200;

/** About what an item keeps in memory. */
function sizeOf({ id, parents, value, isSeed }: StoredItem): number {
  if (isSeed) return ITEM_BYTES;
  return parents.reduce((sum, parent) => sum + parent.length, ITEM_BYTES + id.length) + jsonSize(value);
}
