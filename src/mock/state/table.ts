// The stored items of one resource: in the order in which they were added, below their parents, with their size.

import type { JsonObject } from '../../exchange/json.ts';

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
}

/** The items below the same parents, by id. */
interface Group {
  readonly items: Map<string, SizedItem>;
  /** Undefined: not asked for since the last change. */
  list: readonly StoredItem[] | undefined;
}

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
    groupOf(parents)?.items.get(id);
  const change = (moreEntries: number, moreBytes: number): void => {
    size += moreEntries;
    bytes += moreBytes;
    revision++;
    count(moreEntries, moreBytes);
  };
  const set = (sized: SizedItem): void => {
    const { parents, id } = sized.item;
    const key = groupKey(parents);
    let group = groups.get(key);
    if (group === undefined) {
      group = { items: new Map(), list: undefined };
      groups.set(key, group);
    }
    group.items.set(id, sized);
    group.list = undefined;
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
      group.list ??= Array.from(group.items.values(), ({ item }) => item);
      return group.list;
    },
    count: parents => groupOf(parents)?.items.size ?? 0,
    *all() {
      for (const { items } of groups.values()) for (const { item } of items.values()) yield item;
    },
    seed(item) {
      if (find(item.parents, item.id) !== undefined) return;
      // The sessions share the values of the seeds, which are not counted therefore.
      set({ item, size: ITEM_BYTES });
      change(1, ITEM_BYTES);
    },
    put(item) {
      const previous = find(item.parents, item.id);
      const sized = { item, size: sizeOf(item) };
      const [moreEntries, moreBytes] = [previous === undefined ? 1 : 0, sized.size - (previous?.size ?? 0)];
      check(moreEntries, moreBytes);
      set(sized);
      change(moreEntries, moreBytes);
    },
    remove(parents, id) {
      const key = groupKey(parents);
      const group = groups.get(key);
      const removed = group?.items.get(id);
      if (group === undefined || removed === undefined) return false;
      group.items.delete(id);
      group.list = undefined;
      if (group.items.size === 0) groups.delete(key);
      change(-1, -removed.size);
      return true;
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
/** Of a member, an element, or a value that is no string. */
const VALUE_BYTES = 16;

/** About what an item keeps in memory. Iterative, because values may be nested to any depth. */
function sizeOf({ id, parents, value }: NewItem): number {
  let size = ITEM_BYTES + id.length;
  for (const parent of parents) size += parent.length;
  const waiting: unknown[] = [value];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    size += VALUE_BYTES;
    if (typeof next === 'string') size += next.length;
    if (typeof next !== 'object' || next === null) continue;
    for (const key of Object.keys(next)) {
      if (!Array.isArray(next)) size += key.length;
      waiting.push((next as JsonObject)[key]);
    }
  }
  return size;
}
