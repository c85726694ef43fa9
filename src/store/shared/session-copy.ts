// The copy of a session in one replica: at a version of the store, with the changes that are not committed yet.

import { parseExactJson, writeExactJson } from '../../exchange/exact-json.ts';
import type { SessionSource } from '../../mock/serve-event.ts';
import { REAL_TIME } from '../../mock/session/clock.ts';
import type { StoredItem } from '../../mock/state/table.ts';
import type { OrderedItem, StateChange, StoredState } from '../../mock/state/tables.ts';
import { EMPTY_MEMORY } from '../../scenario/select-rule.ts';
import type { CountedEntries, OpenJournal } from './journal-reader.ts';
import type { Seal } from './seal.ts';
import {
  type ChangingSession,
  decodePart,
  encodePart,
  SESSION_PARTS,
  type SessionPart,
} from './session-parts.ts';

/** What a replica writes and publishes, with sealed texts. */
export interface SessionDelta {
  readonly parts: Readonly<Partial<Record<SessionPart, string>>>;
  /** By table: items by order, null for a removed one; or all items of the table, null for a table that is no longer stored. */
  readonly tables: Readonly<Record<string, TableDelta>>;
  /** Set: the journal was cleared; the number of the new one. */
  readonly epoch?: number;
  /** With `epoch`. 0: the session was reset. */
  readonly calls?: number;
}

export interface TableDelta {
  readonly isWhole: boolean;
  readonly items: readonly (readonly [order: number, sealed: string | null])[] | null;
}

/** What the head says besides the parts. */
export interface SessionCounters {
  readonly createdAt: number;
  readonly lastUsedAt: number;
  readonly calls: number;
  readonly credentials: number;
  readonly lastBoundBy: SessionSource | undefined;
  readonly epoch: number;
}

interface LoadedCounters {
  readonly counters: SessionCounters;
  readonly journal: CountedEntries;
}

const NOTHING_RECORDED: CountedEntries = { length: 0, recorded: 0, dropped: 0 };

/** No session of the store has this version. */
export const NO_VERSION = '0';

export interface CopyOptions {
  readonly id: string;
  readonly seed: string;
  readonly seal: Seal;
  readonly openJournal: OpenJournal;
  readonly createState: (createdAt: number, onChange: (change: StateChange) => void) => StoredState;
  /** When the session was created, in milliseconds since the Unix epoch. */
  readonly createdAt: number;
}

export class SessionCopy {
  /** The committed version. */
  version = NO_VERSION;
  /** False: the store may have another version, and no message said so. */
  isVerified = false;
  readonly session: ChangingSession;
  epoch = 0;
  readonly #options: CopyOptions;
  readonly #state: StoredState;
  /** The committed parts. */
  readonly #texts = new Map<SessionPart, string>();
  #changes: StateChange[] = [];
  #isCleared = false;
  #journal = NOTHING_RECORDED;
  #committedValues = EMPTY_MEMORY.values;
  /** The parts of the latest delta. */
  #deltaTexts: readonly (readonly [SessionPart, string])[] = [];

  constructor(options: CopyOptions) {
    const { id, seed, openJournal, createState, createdAt } = options;
    this.#options = options;
    this.#state = createState(createdAt, change => this.#changes.push(change));
    this.session = {
      id,
      createdAt,
      lastUsedAt: createdAt,
      activeScenarios: [],
      disabledScenarios: new Set(),
      memory: EMPTY_MEMORY,
      seed,
      clock: REAL_TIME,
      switches: new Map(),
      rateCounts: new Map(),
      calls: 0,
      credentials: 0,
      lastBoundBy: undefined,
      scenarioRuns: 0,
      journal: openJournal(
        id,
        () => this.#journal,
        () => {
          this.#isCleared = true;
          this.#journal = NOTHING_RECORDED;
        },
      ),
      state: this.#state,
    };
    for (const part of SESSION_PARTS) this.#texts.set(part, encodePart(this.session, part));
  }

  /** About the bytes of the copy. */
  get bytes(): number {
    let bytes = this.#state.bytes;
    for (const text of this.#texts.values()) bytes += text.length;
    return bytes;
  }

  setCounters({ counters: { epoch, ...shown }, journal }: LoadedCounters): void {
    Object.assign(this.session, shown);
    this.epoch = epoch;
    this.#journal = journal;
  }

  /** What changed since the last commit. */
  delta(): SessionDelta {
    const { seal } = this.#options.seal;
    const parts: Partial<Record<SessionPart, string>> = {};
    this.#deltaTexts = this.#changedParts();
    for (const [part, text] of this.#deltaTexts) parts[part] = seal(text);
    const cleared = this.#isCleared && { epoch: this.epoch + 1, calls: this.session.calls };
    return { parts, tables: this.#tableDeltas(), ...cleared };
  }

  /** The store has what delta() returned. */
  commit(version: string, { epoch }: SessionDelta): void {
    for (const [part, text] of this.#deltaTexts) this.#texts.set(part, text);
    this.#forgetChanges();
    this.version = version;
    if (epoch !== undefined) this.epoch = epoch;
  }

  /** Undoes what is not committed. */
  undo(): void {
    for (const [part] of this.#changedParts())
      decodePart(this.session, part, this.#texts.get(part) as string);
    this.#state.undo(this.#changes);
    this.#forgetChanges();
  }

  /** Takes what another replica committed. Call it when nothing is changed that is not committed. */
  apply(version: string, { parts, tables, epoch }: SessionDelta): void {
    const { unseal } = this.#options.seal;
    for (const part of SESSION_PARTS) {
      const sealed = parts[part];
      if (sealed === undefined) continue;
      const text = unseal(sealed);
      decodePart(this.session, part, text);
      this.#texts.set(part, text);
    }
    for (const [name, { isWhole, items }] of Object.entries(tables)) {
      const table = parseTableName(name);
      const opened = items?.map(([order, sealed]) => ({
        order,
        item: sealed === null ? undefined : (parseExactJson(unseal(sealed)) as StoredItem),
      }));
      if (isWhole) this.#state.apply({ table, items: opened?.filter(isPresent) });
      else for (const each of opened ?? []) this.#state.apply({ table, ...each });
    }
    this.#forgetChanges();
    this.version = version;
    if (epoch !== undefined) this.epoch = epoch;
  }

  #forgetChanges(): void {
    this.#changes = [];
    this.#committedValues = this.session.memory.values;
    this.#isCleared = false;
  }

  #changedParts(): (readonly [SessionPart, string])[] {
    return SESSION_PARTS.flatMap(part => {
      // Remembered values may be large, and change rarely.
      if (part === 'values' && this.session.memory.values === this.#committedValues) return [];
      const text = encodePart(this.session, part);
      return text === this.#texts.get(part) ? [] : [[part, text] as const];
    });
  }

  #tableDeltas(): Record<string, TableDelta> {
    const { seal } = this.#options.seal;
    const deltas: Record<string, TableDelta> = {};
    for (const [name, changes] of Map.groupBy(this.#changes, ({ table }) => tableName(table))) {
      const [{ table }] = changes as [StateChange];
      const isWhole = changes.some(({ kind }) => kind === 'table');
      const items = isWhole ? this.#state.contents(table) : changes.flatMap(toChangedItem);
      deltas[name] = {
        isWhole,
        items:
          items?.map(({ order, item }) => [order, item === undefined ? null : seal(writeExactJson(item))]) ??
          null,
      };
    }
    return deltas;
  }
}

interface ChangedItem {
  readonly order: number;
  readonly item: StoredItem | undefined;
}

function toChangedItem(change: StateChange): ChangedItem | [] {
  return change.kind === 'item' ? { order: change.order, item: change.after } : [];
}

function isPresent(changed: ChangedItem): changed is OrderedItem {
  return changed.item !== undefined;
}

/** Names of APIs and resources may have any character. */
function tableName({ api, resource }: StateChange['table']): string {
  return `${encodeURIComponent(api.toWellFormed())}/${encodeURIComponent(resource.toWellFormed())}`;
}

function parseTableName(name: string): StateChange['table'] {
  const [api = '', resource = ''] = name.split('/').map(decodeURIComponent);
  return { api, resource };
}
