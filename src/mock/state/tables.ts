// The stored items of one session: a table for each resource, bounded in entries and bytes.

import type { JsonObject } from '../../exchange/json.ts';
import { pluralize } from '../../finding/plural.ts';
import type { Resource } from './resource.ts';

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
  /** Id of the exchange that wrote it; undefined: it was seeded, loaded or edited. */
  readonly exchange?: string;
}

/** The items of a resource. Its lists are in the order in which the items were added. */
export interface Table {
  /** Number of items, below all parents. */
  readonly size: number;
  get(parents: readonly string[], id: string): StoredItem | undefined;
  list(parents: readonly string[]): Iterable<StoredItem>;
  /** Number of items below the parents. */
  count(parents: readonly string[]): number;
  /** The items below all parents. */
  all(): Iterable<StoredItem>;
  /** Adds the item, or replaces the one that has its id, in its place. @throws StateFull; nothing is changed then */
  put(item: StoredItem): void;
  /** @returns false if there is no such item */
  remove(parents: readonly string[], id: string): boolean;
}

/** Names a resource. A table keeps names only, never a document: a reload replaces the documents. */
export interface ResourceName {
  readonly api: string;
  readonly resource: string;
}

export interface StateLimits {
  /** Number of stored items of a session. */
  readonly stateEntries: number;
  /** About the bytes of the stored items of a session. */
  readonly stateBytes: number;
}

/** Returns the items that a resource has at first. */
export type SeedState = (resource: Resource) => Iterable<NewItem>;

export interface SessionState {
  /** The table of a resource; at the first access it gets its seeds. */
  table(resource: Resource): Table;
  /** Number of items in all tables. */
  readonly entries: number;
  /** About what the items keep in memory. */
  readonly bytes: number;
  /** Removes the items, so that the next access seeds the tables again. @param api undefined: all APIs */
  reset(api?: string): void;
  /**
   * Replaces the items of each named resource, and no others.
   * @param at milliseconds since the Unix epoch, on the clock of the session
   * @throws StateFull; nothing is changed then
   */
  load(contents: readonly (ResourceName & { readonly items: readonly NewItem[] })[], at: number): void;
}

/** Thrown when an item does not fit. */
export class StateFull extends Error {
  readonly hint = 'remove items, or reset the state with "deadringer state reset"';

  constructor({ stateEntries, stateBytes }: StateLimits) {
    super(
      `the session stores as much as it may: ${pluralize(stateEntries, 'item')}, or about ${Math.round(stateBytes / 1024)} KiB`,
    );
  }
}

interface SizedItem {
  readonly item: StoredItem;
  readonly size: number;
}

/** The items below the same parents, by id. */
type Group = Map<string, SizedItem>;

/** Called with the change of the entries and bytes. */
type Count = (entries: number, bytes: number) => void;

interface CountedTable extends Table {
  readonly bytes: number;
  /** Adds an item, unless the table has one with its id. */
  seed(item: StoredItem): void;
}

const NOTHING: Group = new Map();

/** @param check called before a change. @throws what `check` throws */
function createTable(check: Count, count: Count): CountedTable {
  const groups = new Map<string, Group>();
  let size = 0;
  let bytes = 0;
  const groupOf = (parents: readonly string[]): Group => groups.get(groupKey(parents)) ?? NOTHING;
  const change = (moreEntries: number, moreBytes: number): void => {
    size += moreEntries;
    bytes += moreBytes;
    count(moreEntries, moreBytes);
  };
  const set = (sized: SizedItem): void => {
    const { parents, id } = sized.item;
    const key = groupKey(parents);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, new Map([[id, sized]]));
    else group.set(id, sized);
  };
  return {
    get size() {
      return size;
    },
    get bytes() {
      return bytes;
    },
    get: (parents, id) => groupOf(parents).get(id)?.item,
    list: parents => itemsOf([groupOf(parents)]),
    count: parents => groupOf(parents).size,
    all: () => itemsOf(groups.values()),
    seed(item) {
      if (groupOf(item.parents).has(item.id)) return;
      // The sessions share the values of the seeds, which are not counted therefore.
      set({ item, size: ITEM_BYTES });
      change(1, ITEM_BYTES);
    },
    put(item) {
      const previous = groupOf(item.parents).get(item.id);
      const sized = { item, size: sizeOf(item) };
      const [moreEntries, moreBytes] = [previous === undefined ? 1 : 0, sized.size - (previous?.size ?? 0)];
      check(moreEntries, moreBytes);
      set(sized);
      change(moreEntries, moreBytes);
    },
    remove(parents, id) {
      const key = groupKey(parents);
      const group = groups.get(key);
      const removed = group?.get(id);
      if (group === undefined || removed === undefined) return false;
      group.delete(id);
      if (group.size === 0) groups.delete(key);
      change(-1, -removed.size);
      return true;
    },
  };
}

function* itemsOf(groups: Iterable<Group>): Generator<StoredItem> {
  for (const group of groups) for (const { item } of group.values()) yield item;
}

/** An id can have any character. */
function groupKey(parents: readonly string[]): string {
  return parents.length === 0 ? '' : JSON.stringify(parents);
}

export interface SessionStateOptions {
  readonly limits: StateLimits;
  readonly seed: SeedState;
  /** Called with the change of the bytes. */
  readonly onBytes: (bytes: number) => void;
  /** Milliseconds since the Unix epoch: when the seeds were created. */
  readonly at: number;
}

export function createSessionState({ limits, seed, onBytes, at }: SessionStateOptions): SessionState {
  /** By API and resource. */
  const apis = new Map<string, Map<string, CountedTable>>();
  let entries = 0;
  let bytes = 0;
  const check: Count = (moreEntries, moreBytes) => {
    const isTooMany = moreEntries > 0 && entries + moreEntries > limits.stateEntries;
    const isTooLarge = moreBytes > 0 && bytes + moreBytes > limits.stateBytes;
    if (isTooMany || isTooLarge) throw new StateFull(limits);
  };
  const count: Count = (moreEntries, moreBytes) => {
    entries += moreEntries;
    bytes += moreBytes;
    onBytes(moreBytes);
  };
  const find = ({ api, resource }: ResourceName): CountedTable | undefined => apis.get(api)?.get(resource);
  const set = ({ api, resource }: ResourceName, table: CountedTable): void => {
    const tables = apis.get(api);
    if (tables === undefined) apis.set(api, new Map([[resource, table]]));
    else tables.set(resource, table);
  };
  return {
    get entries() {
      return entries;
    },
    get bytes() {
      return bytes;
    },
    table(resource) {
      const name = { api: resource.api.name, resource: resource.name };
      const known = find(name);
      if (known !== undefined) return known;
      const table = createTable(check, count);
      for (const item of seed(resource)) table.seed(firstVersion(item, at));
      set(name, table);
      return table;
    },
    reset(api) {
      for (const name of api === undefined ? [...apis.keys()] : [api]) {
        for (const table of apis.get(name)?.values() ?? []) count(-table.size, -table.bytes);
        apis.delete(name);
      }
    },
    load(contents, loadedAt) {
      let [moreEntries, moreBytes] = [0, 0];
      const loaded = contents.map(({ items, ...name }) => {
        const previous = find(name);
        moreEntries -= previous?.size ?? 0;
        moreBytes -= previous?.bytes ?? 0;
        let isInUse = false;
        // A table that is not in use yet counts for the load only.
        const table = createTable(
          (...change) => isInUse && check(...change),
          (changedEntries, changedBytes) => {
            if (isInUse) return count(changedEntries, changedBytes);
            moreEntries += changedEntries;
            moreBytes += changedBytes;
          },
        );
        for (const item of items) table.put(firstVersion(item, loadedAt));
        const use = (): void => {
          isInUse = true;
          set(name, table);
        };
        return use;
      });
      check(moreEntries, moreBytes);
      for (const use of loaded) use();
      count(moreEntries, moreBytes);
    },
  };
}

function firstVersion({ id, parents, value }: NewItem, at: number): StoredItem {
  return { id, parents, value, createdAt: at, updatedAt: at, version: 1 };
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
