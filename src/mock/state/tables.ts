// The stored items of one session: a table for each resource, bounded in entries and bytes.

import { pluralize } from '../../finding/plural.ts';
import type { Resource } from './resource.ts';
import {
  type CountedTable,
  type CountItems,
  createTable,
  type NewItem,
  type StoredItem,
  type Table,
} from './table.ts';

/** Names a resource. A table keeps names only, never a document: a reload replaces the documents. */
interface ResourceName {
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
  readonly limits: StateLimits;
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
  const check: CountItems = (moreEntries, moreBytes) => {
    const isTooMany = moreEntries > 0 && entries + moreEntries > limits.stateEntries;
    const isTooLarge = moreBytes > 0 && bytes + moreBytes > limits.stateBytes;
    if (isTooMany || isTooLarge) throw new StateFull(limits);
  };
  const count: CountItems = (moreEntries, moreBytes) => {
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
    limits,
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
