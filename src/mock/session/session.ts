// The state of one session, and the bounded store of all sessions.

import { jsonGrowth } from '../../exchange/json-size.ts';
import { DEFAULT_SESSION } from '../../exchange/session-name.ts';
import { EMPTY_MEMORY, type ScenarioMemory } from '../../scenario/select-rule.ts';
import type { ServeEvent, SessionSource } from '../serve-event.ts';
import { createSessionState, type SeedState, type SessionState } from '../state/tables.ts';
import { REAL_TIME, type SessionClock } from './clock.ts';
import { Journal, type JournalUsage } from './journal.ts';
import type { RateCounts } from './rate-limits.ts';
import type { SessionLimits } from './session-limits.ts';
import type { Switch } from './switches.ts';

export interface Session {
  readonly id: string;
  readonly createdAt: number;
  lastUsedAt: number;
  /** Ids of the scenarios that were activated in the session, the latest last. */
  activeScenarios: readonly string[];
  /** Ids of scenarios that are on by default and were deactivated in the session. */
  disabledScenarios: ReadonlySet<string>;
  memory: ScenarioMemory;
  /** Size of the remembered values. */
  memoryBytes: number;
  seed: string;
  /** The time that the app sees. Journals, deliveries and the end of idle sessions keep real time. */
  clock: SessionClock;
  /** By target, in the order in which they were set. */
  readonly switches: Map<string, Switch>;
  readonly rateCounts: RateCounts;
  /** Number of recorded requests. */
  calls: number;
  /** Number of credentials that are bound to the session. */
  credentials: number;
  /** How the last request named the session; undefined before the first one. */
  lastBoundBy: SessionSource | undefined;
  /** Number of requests to which scenarios were applied. It seeds their random values, so runs are reproducible. */
  scenarioRuns: number;
  readonly journal: Journal;
  /** The stored items of a stateful mock. */
  readonly state: SessionState;
}

/** Asynchronous, so that a store can be shared between processes. update() may return its result directly to avoid an await. */
export interface SessionStore {
  /** Creates the session if it does not exist. No other update of the session runs during `change`. */
  update<T>(id: string, now: number, change: (session: Session) => T): T | Promise<T>;
  get(id: string): Promise<Session | undefined>;
  /** Adds the event to the journal of the session, without waiting for the result. */
  record(id: string, event: ServeEvent): void;
  list(): Promise<readonly Session[]>;
  /** @returns false if there is no such session */
  delete(id: string): Promise<boolean>;
  /** Requests with this credential use the session. @param credentialHash see hashCredential */
  bindCredential(credentialHash: string, id: string): Promise<void>;
  /** @returns the id of the session */
  findByCredential(credentialHash: string): Promise<string | undefined>;
  /**
   * The session that a credential gets if it is bound to none and the request names none: its own one, or undefined if the
   * store has no sessions per credential. @param identityHash the hash of whom the credential stands for
   */
  sessionOfIdentity(identityHash: string): string | undefined;
  /** False: no credential leads to a session, so requests need not be searched for credentials. */
  hasCredentials(): boolean;
}

/** too-large: the remembered values and stored items of all sessions exceed `totalBytes`. */
export type DropReason = 'idle' | 'too-many' | 'too-large';

export interface SessionStoreOptions {
  readonly limits: SessionLimits;
  readonly seed: string;
  /** Called when a session is dropped. */
  readonly onDropped: (id: string, reason: DropReason) => void;
  readonly onCreated?: (id: string) => void;
  /** The items that resources have at first. Default: none. */
  readonly seedState?: SeedState;
  /** True: each credential that is bound to no session gets one of its own. Default false. */
  readonly sessionPerCredential?: boolean;
}

/** Creates an in-memory store for one process. The default session is never dropped. */
export function createSessionStore({
  limits,
  seed,
  onDropped,
  onCreated,
  seedState = () => [],
  sessionPerCredential = false,
}: SessionStoreOptions): SessionStore {
  const sessions = new Map<string, Session>();
  const bindings = new Map<string, string>();
  const usage: JournalUsage = { bytes: 0 };

  const drop = (id: string, reason: DropReason): void => {
    remove(id);
    onDropped(id, reason);
  };
  const remove = (id: string): boolean => {
    for (const [credentialHash, bound] of bindings) if (bound === id) bindings.delete(credentialHash);
    const session = sessions.get(id);
    if (session === undefined) return false;
    // A session that is no longer in the store does not count.
    session.journal.clear();
    usage.bytes -= session.memoryBytes + session.state.bytes;
    return sessions.delete(id);
  };
  const dropExcess = (): void => {
    for (const { journal } of sessions.values()) {
      while (usage.bytes > limits.totalBytes && journal.length > 0) journal.dropOldest();
      if (usage.bytes <= limits.totalBytes) return;
    }
    for (const { id, memoryBytes, journal, state } of sessions.values()) {
      if (id !== DEFAULT_SESSION && memoryBytes + journal.bytes + state.bytes > 0) drop(id, 'too-large');
      if (usage.bytes <= limits.totalBytes) return;
    }
  };
  const countMemory = (session: Session, before: ScenarioMemory['values']): void => {
    const bytes = jsonGrowth(before, session.memory.values);
    usage.bytes += bytes;
    session.memoryBytes += bytes;
  };
  const countState = (bytes: number): void => {
    usage.bytes += bytes;
  };
  /** The map is in the order of the last use, least recent first. */
  const dropExpired = (now: number): void => {
    for (const [id, session] of sessions) {
      if (id === DEFAULT_SESSION) continue;
      if (now - session.lastUsedAt > limits.idle) drop(id, 'idle');
      else if (sessions.size >= limits.count) drop(id, 'too-many');
      else break;
    }
  };
  /** A credential may be bound before the session exists. */
  const countBindings = (id: string): number =>
    bindings.size === 0 ? 0 : [...bindings.values()].filter(each => each === id).length;
  let numbered = 0;
  let latest: Session | undefined;
  const use = (id: string, now: number): Session => {
    // The latest session is already at the end of the map.
    if (latest?.id === id && sessions.has(id)) {
      latest.lastUsedAt = now;
      return latest;
    }
    let session = sessions.get(id);
    if (session === undefined) {
      dropExpired(now);
      session = {
        id,
        createdAt: now,
        lastUsedAt: now,
        activeScenarios: [],
        disabledScenarios: new Set(),
        memory: EMPTY_MEMORY,
        memoryBytes: 0,
        seed,
        clock: REAL_TIME,
        switches: new Map(),
        rateCounts: new Map(),
        calls: 0,
        credentials: countBindings(id),
        lastBoundBy: undefined,
        scenarioRuns: 0,
        journal: new Journal(limits, usage),
        state: createSessionState({ limits, seed: seedState, onBytes: countState, at: now }),
      };
      onCreated?.(id);
    } else {
      sessions.delete(id);
    }
    session.lastUsedAt = now;
    sessions.set(id, session);
    latest = session;
    return session;
  };

  return {
    update: (id, now, change) => {
      const session = use(id, now);
      const { values } = session.memory;
      const result = change(session);
      if (session.memory.values !== values) countMemory(session, values);
      if (usage.bytes > limits.totalBytes) dropExcess();
      return result;
    },
    get: async id => sessions.get(id),
    record: (id, event) => {
      const session = use(id, event.exchange.startedAt);
      if (event.sent === undefined) {
        session.calls++;
        session.lastBoundBy = event.sessionSource;
      }
      session.journal.add(event);
      if (usage.bytes > limits.totalBytes) dropExcess();
    },
    list: async () => [...sessions.values()],
    delete: async id => remove(id),
    bindCredential: async (credentialHash, id) => {
      const owner = bindings.get(credentialHash);
      if (owner === id) return;
      bindings.set(credentialHash, id);
      for (const [each, change] of [
        [owner, -1],
        [id, 1],
      ] as const) {
        const session = each === undefined ? undefined : sessions.get(each);
        if (session !== undefined) session.credentials += change;
      }
    },
    findByCredential: async credentialHash => bindings.get(credentialHash),
    sessionOfIdentity: identityHash => {
      if (!sessionPerCredential) return undefined;
      let id = bindings.get(identityHash);
      while (id === undefined) {
        const next = `credential-${++numbered}`;
        if (!sessions.has(next)) id = next;
      }
      bindings.set(identityHash, id);
      return id;
    },
    hasCredentials: () => sessionPerCredential || bindings.size > 0,
  };
}
