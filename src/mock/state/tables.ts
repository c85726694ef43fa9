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
interface TableName {
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
  load(contents: readonly (TableName & { readonly items: readonly NewItem[] })[], at: number): void;
}

export interface OrderedItem {
  /** Its place in lists. */
  readonly order: number;
  readonly item: StoredItem;
}

/** A change of the stored items, in the order in which it was made. */
export type StateChange =
  | {
      readonly kind: 'item';
      readonly table: TableName;
      /** Its place in lists. A change keeps it. */
      readonly order: number;
      readonly before: StoredItem | undefined;
      readonly after: StoredItem | undefined;
    }
  /**
   * The table was loaded or, if it is undefined after the change, reset. The same table before and after: it had its seeds
   * only, and the changes of its items that follow are the first ones, so that it must now be stored as a whole.
   */
  | {
      readonly kind: 'table';
      readonly table: TableName;
      readonly before: CountedTable | undefined;
      readonly after: CountedTable | undefined;
    };

/** What another process changed: an item at its place, or a whole table. */
type AppliedChange =
  | { readonly table: TableName; readonly order: number; readonly item: StoredItem | undefined }
  /** Without items the next access seeds the table. */
  | { readonly table: TableName; readonly items: readonly OrderedItem[] | undefined };

/** The items of a session, for a store that keeps them outside of the process. */
export interface StoredState extends SessionState {
  /** The items of a table in their order; undefined: it is not in use, or it has its seeds only. */
  contents(table: TableName): readonly OrderedItem[] | undefined;
  /** Undoes reported changes, the latest first. They are all that were made since the first of them. The limits do not apply. */
  undo(changes: readonly StateChange[]): void;
  /** The limits do not apply. An item of a table that is not in use creates the table without seeds. */
  apply(change: AppliedChange): void;
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
  /** Called after each change, except those that are undone or applied. */
  readonly onChange?: (change: StateChange) => void;
}

export function createSessionState({
  limits,
  seed,
  onBytes,
  at,
  onChange,
}: SessionStateOptions): StoredState {
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
  const find = ({ api, resource }: TableName): CountedTable | undefined => apis.get(api)?.get(resource);
  /** @param after undefined: the table is not in use then */
  const replace = ({ api, resource }: TableName, after: CountedTable | undefined): void => {
    const tables = apis.get(api) ?? new Map<string, CountedTable>();
    const before = tables.get(resource);
    if (after === undefined) tables.delete(resource);
    else apis.set(api, tables.set(resource, after));
    count((after?.size ?? 0) - (before?.size ?? 0), (after?.bytes ?? 0) - (before?.bytes ?? 0));
  };
  /** A table counts and reports when it is in use. */
  const create = (name: TableName): { readonly table: CountedTable; use(): void } => {
    let isInUse = false;
    const table = createTable({
      check: (...change) => isInUse && check(...change),
      count: (...change) => isInUse && count(...change),
      report(order, before, after) {
        if (!isInUse) return;
        const hadSeedsOnly = table.hasSeedsOnly;
        table.hasSeedsOnly = false;
        if (onChange === undefined) return;
        if (hadSeedsOnly) onChange({ kind: 'table', table: name, before: table, after: table });
        onChange({ kind: 'item', table: name, order, before, after });
      },
    });
    const use = (): void => {
      replace(name, table);
      isInUse = true;
    };
    return { table, use };
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
      const { table, use } = create(name);
      for (const item of seed(resource)) table.seed({ ...firstVersion(item, at), isSeed: true });
      table.hasSeedsOnly = true;
      use();
      return table;
    },
    reset(api) {
      for (const each of api === undefined ? [...apis.keys()] : [api])
        for (const [resource, before] of [...(apis.get(each) ?? [])]) {
          const name = { api: each, resource };
          replace(name, undefined);
          onChange?.({ kind: 'table', table: name, before, after: undefined });
        }
    },
    load(contents, loadedAt) {
      const loaded = contents.map(({ api, resource, items }) => {
        const name = { api, resource };
        const { table, use } = create(name);
        for (const item of items) table.put(firstVersion(item, loadedAt));
        return { name, table, use };
      });
      let [moreEntries, moreBytes] = [0, 0];
      for (const { name, table } of loaded) {
        moreEntries += table.size - (find(name)?.size ?? 0);
        moreBytes += table.bytes - (find(name)?.bytes ?? 0);
      }
      check(moreEntries, moreBytes);
      for (const { name, table, use } of loaded) {
        const before = find(name);
        use();
        onChange?.({ kind: 'table', table: name, before, after: table });
      }
    },
    contents(name) {
      const table = find(name);
      if (table === undefined || table.hasSeedsOnly) return undefined;
      return table.ordered().map(({ order, item }) => ({ order, item }));
    },
    undo(changes) {
      for (const change of changes.toReversed()) {
        const { table: name } = change;
        if (change.kind === 'item') find(name)?.setAt(change.order, change.before);
        else if (change.before !== undefined && change.before === change.after)
          change.before.hasSeedsOnly = true;
        else replace(name, change.before);
      }
    },
    apply(change) {
      const { table: name } = change;
      if ('items' in change) {
        if (change.items === undefined) return replace(name, undefined);
        const { table, use } = create(name);
        for (const { order, item } of change.items) table.setAt(order, item);
        return use();
      }
      if (find(name) === undefined) create(name).use();
      const table = find(name) as CountedTable;
      table.hasSeedsOnly = false;
      table.setAt(change.order, change.item);
    },
  };
}

function firstVersion({ id, parents, value }: NewItem, at: number): StoredItem {
  return { id, parents, value, createdAt: at, updatedAt: at, version: 1 };
}
