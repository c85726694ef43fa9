// The copy of a session in one replica: at a version of the store, with the changes that are not committed yet.

import { parseExactJson, writeExactJson } from '../../exchange/exact-json.ts';
import type { SessionSource } from '../../mock/serve-event.ts';
import { REAL_TIME, type SessionClock } from '../../mock/session/clock.ts';
import type { RateCounts } from '../../mock/session/rate-limits.ts';
import type { SessionJournal } from '../../mock/session/session-journal.ts';
import type { Session } from '../../mock/session/session-store.ts';
import type { Switch } from '../../mock/session/switches.ts';
import type { StoredItem } from '../../mock/state/table.ts';
import type { StateChange, StoredState } from '../../mock/state/tables.ts';
import { EMPTY_MEMORY, type ScenarioMemory } from '../../scenario/select-rule.ts';
import type { Seal } from './seal.ts';

/** Fields of the head that have a part of the session as sealed JSON. Each is written when it changes. */
const PARTS = ['settings', 'memory', 'values', 'rates'] as const;
type Part = (typeof PARTS)[number];

/** What a replica writes and tells others, with sealed texts. */
export interface SessionDelta {
  readonly parts: Readonly<Partial<Record<Part, string>>>;
  /** By table: items by order, null for a removed one; or all items of the table, null for a table that is no longer stored. */
  readonly tables: Readonly<Record<string, TableDelta>>;
  /** Set: the journal was cleared; the number of the new one. */
  readonly epoch?: number;
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
  readonly journal: JournalSizes;
}

type Mutable<Value> = { -readonly [Key in keyof Value]: Value[Key] };

const NOTHING_RECORDED: JournalSizes = { length: 0, recorded: 0, added: 0, dropped: 0 };

/** No session of the store has this version. */
export const NO_VERSION = '0';

export interface CopyOptions {
  readonly id: string;
  readonly seed: string;
  readonly seal: Seal;
  readonly createJournal: (id: string, sizes: () => JournalSizes, onClear: () => void) => SessionJournal;
  readonly createState: (createdAt: number, onChange: (change: StateChange) => void) => StoredState;
  /** When the session was created, in milliseconds since the Unix epoch. */
  readonly createdAt: number;
}

/** What the store counts of a journal. */
export interface JournalSizes {
  /** Number of entries that it has. */
  readonly length: number;
  /** Number of exchanges that were answered, that were added, and that were dropped before or after they were added. */
  readonly recorded: number;
  readonly added: number;
  readonly dropped: number;
}

export class SessionCopy {
  /** The committed version. */
  version = NO_VERSION;
  /** False: the store may have another version, and nobody told. */
  isVerified = false;
  readonly session: Mutable<Session>;
  epoch = 0;
  /** When the expiry of the keys was last extended, in milliseconds since the Unix epoch. */
  extendedAt = 0;
  readonly #options: CopyOptions;
  readonly #state: StoredState;
  /** The committed parts. */
  readonly #texts = new Map<Part, string>();
  readonly #storedTables = new Set<string>();
  #changes: StateChange[] = [];
  #isCleared = false;
  #journal: JournalSizes = NOTHING_RECORDED;
  #committedValues = EMPTY_MEMORY.values;
  /** The parts of the latest delta. */
  #deltaTexts: readonly (readonly [Part, string])[] = [];

  constructor(options: CopyOptions) {
    const { id, seed, createJournal, createState, createdAt } = options;
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
      journal: createJournal(
        id,
        () => this.#journal,
        () => {
          this.#isCleared = true;
        },
      ),
      state: this.#state,
    };
    for (const part of PARTS) this.#texts.set(part, this.#encode(part));
  }

  /** About the bytes of the copy. */
  get bytes(): number {
    let bytes = this.#state.bytes;
    for (const text of this.#texts.values()) bytes += text.length;
    return bytes;
  }

  get storedTables(): ReadonlySet<string> {
    return this.#storedTables;
  }

  setCounters({ counters: { epoch, ...shown }, journal }: LoadedCounters): void {
    Object.assign(this.session, shown);
    this.epoch = epoch;
    this.#journal = journal;
  }

  /** What changed since the last commit; undefined: nothing. */
  delta(): SessionDelta | undefined {
    const { seal } = this.#options.seal;
    const parts: Partial<Record<Part, string>> = {};
    this.#deltaTexts = this.#changedParts();
    for (const [part, text] of this.#deltaTexts) parts[part] = seal(text);
    const tables = this.#tableDeltas();
    const epoch = this.#isCleared ? this.epoch + 1 : undefined;
    if (Object.keys(parts).length === 0 && Object.keys(tables).length === 0 && epoch === undefined)
      return undefined;
    return { parts, tables, ...(epoch !== undefined && { epoch }) };
  }

  /** The store has what delta() returned. */
  commit(version: string, { tables, epoch }: Pick<SessionDelta, 'tables' | 'epoch'>): void {
    for (const [part, text] of this.#deltaTexts) this.#texts.set(part, text);
    for (const [table, { items }] of Object.entries(tables)) this.#setStored(table, items !== null);
    this.#forgetChanges();
    this.version = version;
    if (epoch !== undefined) this.epoch = epoch;
  }

  /** Undoes what is not committed. */
  undo(): void {
    for (const [part] of this.#changedParts()) this.#decode(part, this.#texts.get(part) as string);
    this.#state.undo(this.#changes);
    this.#forgetChanges();
  }

  /** Takes what another replica committed. Call it when nothing is changed that is not committed. */
  apply(version: string, { parts, tables, epoch }: SessionDelta): void {
    const { unseal } = this.#options.seal;
    for (const part of PARTS) {
      const sealed = parts[part];
      if (sealed === undefined) continue;
      const text = unseal(sealed);
      this.#decode(part, text);
      this.#texts.set(part, text);
    }
    for (const [name, { isWhole, items }] of Object.entries(tables)) {
      const table = parseTableName(name);
      this.#setStored(name, items !== null);
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

  #setStored(table: string, isStored: boolean): void {
    if (isStored) this.#storedTables.add(table);
    else this.#storedTables.delete(table);
  }

  #forgetChanges(): void {
    this.#changes = [];
    this.#committedValues = this.session.memory.values;
    this.#isCleared = false;
  }

  #changedParts(): (readonly [Part, string])[] {
    return PARTS.flatMap(part => {
      // Remembered values may be large, and change rarely.
      if (part === 'values' && this.session.memory.values === this.#committedValues) return [];
      const text = this.#encode(part);
      return text === this.#texts.get(part) ? [] : [[part, text] as const];
    });
  }

  #encode(part: Part): string {
    const { session } = this;
    const { values, ...memory } = session.memory;
    if (part === 'values') return writeExactJson(values);
    if (part === 'rates') return session.rateCounts.size === 0 ? '[]' : JSON.stringify([...session.rateCounts]);
    if (part === 'memory') return JSON.stringify({ ...memory, runs: session.scenarioRuns });
    return JSON.stringify({
      active: session.activeScenarios,
      disabled: [...session.disabledScenarios],
      seed: session.seed,
      ...(session.clock !== REAL_TIME && { clock: session.clock }),
      switches: [...session.switches.values()],
    });
  }

  #decode(part: Part, text: string): void {
    const { session } = this;
    if (part === 'values') {
      session.memory = { ...session.memory, values: parseExactJson(text) as ScenarioMemory['values'] };
    } else if (part === 'rates') {
      refill(session.rateCounts, JSON.parse(text) as [string, never][]);
    } else if (part === 'memory') {
      const { runs, ...memory } = JSON.parse(text) as ScenarioMemory & { runs: number };
      session.memory = { ...memory, values: session.memory.values };
      session.scenarioRuns = runs;
    } else {
      const settings = JSON.parse(text) as StoredSettings;
      session.activeScenarios = settings.active;
      session.disabledScenarios = new Set(settings.disabled);
      session.seed = settings.seed;
      session.clock = settings.clock ?? REAL_TIME;
      refill(
        session.switches,
        settings.switches.map(each => [each.target, each]),
      );
    }
  }

  #tableDeltas(): Record<string, TableDelta> {
    const { seal } = this.#options.seal;
    const deltas: Record<string, TableDelta> = {};
    const whole = new Set(this.#changes.filter(({ kind }) => kind === 'table').map(({ table }) => tableName(table)));
    for (const change of this.#changes) {
      const name = tableName(change.table);
      if (whole.has(name) || change.kind === 'table') continue;
      const { items } = (deltas[name] ??= { isWhole: false, items: [] });
      const sealed = change.after === undefined ? null : seal(writeExactJson(change.after));
      (items as [number, string | null][]).push([change.order, sealed]);
    }
    for (const name of whole) {
      const items = this.#state.contents(parseTableName(name));
      deltas[name] = {
        isWhole: true,
        items: items?.map(({ order, item }) => [order, seal(writeExactJson(item))] as const) ?? null,
      };
    }
    return deltas;
  }
}

interface StoredSettings {
  readonly active: readonly string[];
  readonly disabled: readonly string[];
  readonly seed: string;
  readonly clock?: SessionClock;
  readonly switches: readonly Switch[];
}

function isPresent<Item>(ordered: { order: number; item: Item | undefined }): ordered is { order: number; item: Item } {
  return ordered.item !== undefined;
}

function refill<Key, Value>(map: Map<Key, Value> | RateCounts, entries: readonly (readonly [Key, Value])[]): void {
  const refilled = map as Map<Key, Value>;
  refilled.clear();
  for (const [key, value] of entries) refilled.set(key, value);
}

/** Names of APIs and resources may have any character. */
function tableName({ api, resource }: StateChange['table']): string {
  return `${encodeURIComponent(api.toWellFormed())}/${encodeURIComponent(resource.toWellFormed())}`;
}

function parseTableName(name: string): StateChange['table'] {
  const [api = '', resource = ''] = name.split('/').map(decodeURIComponent);
  return { api, resource };
}
