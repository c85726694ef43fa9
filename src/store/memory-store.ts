// The store of sessions in this process: bounded in sessions and bytes, the least recently used dropped first.

import { jsonGrowth } from '../exchange/json-size.ts';
import { DEFAULT_SESSION } from '../exchange/session-name.ts';
import type { SessionSource } from '../mock/serve-event.ts';
import { REAL_TIME } from '../mock/session/clock.ts';
import type {
  DropReason,
  FollowFrom,
  JournaledExchange,
  Session,
  SessionSettings,
  SessionStore,
  SessionStoreOptions,
} from '../mock/session/session-store.ts';
import { createSessionState } from '../mock/state/tables.ts';
import { EMPTY_MEMORY, type ScenarioMemory } from '../scenario/select-rule.ts';
import { type JournalUsage, MemoryJournal } from './memory-journal.ts';

interface MemorySession extends Session {
  lastUsedAt: number;
  /** Size of the remembered values. */
  memoryBytes: number;
  credentials: number;
  lastBoundBy: SessionSource | undefined;
  readonly journal: MemoryJournal;
}

/** Creates a store for one process. The default session is never dropped. */
export function createMemoryStore({
  limits,
  seed,
  onDropped,
  onCreated,
  seedState = () => [],
  sessionPerCredential = false,
}: SessionStoreOptions): SessionStore {
  const sessions = new Map<string, MemorySession>();
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
  const countMemory = (session: MemorySession, before: ScenarioMemory['values']): void => {
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
  let latest: MemorySession | undefined;
  const use = (id: string, now: number): MemorySession => {
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
        journal: new MemoryJournal(limits, usage),
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

  const update: SessionStore['update'] = (id, now, change) => {
    const session = use(id, now);
    const { values } = session.memory;
    const result = change(session);
    if (session.memory.values !== values) countMemory(session, values);
    if (usage.bytes > limits.totalBytes) dropExcess();
    return result;
  };
  /** Of sessions that do not exist. */
  const initialSettings: SessionSettings = {
    activeScenarios: [],
    disabledScenarios: new Set(),
    seed,
    clock: REAL_TIME,
    switches: new Map(),
  };
  const followers = new Set<(recorded: JournaledExchange) => void>();

  return {
    settings: id => sessions.get(id) ?? initialSettings,
    update,
    configure: update,
    get: async id => sessions.get(id),
    journalOf: id => sessions.get(id)?.journal,
    record: (id, event) => {
      const session = use(id, event.exchange.startedAt);
      if (event.sent === undefined) {
        session.calls++;
        session.lastBoundBy = event.sessionSource;
      }
      session.journal.add(event);
      if (usage.bytes > limits.totalBytes) dropExcess();
      for (const listener of followers) listener({ session: id, exchange: event.exchange.id });
    },
    count: () => sessions.size,
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
    findByCredential: credentialHash => bindings.get(credentialHash),
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
    // The journals are read and the listener is added in one tick, so that no exchange is missing or comes twice.
    follow: async (from, listener) => {
      if (from !== 'now') for (const recorded of storedExchanges(sessions.values(), from)) listener(recorded);
      followers.add(listener);
      return () => {
        followers.delete(listener);
      };
    },
    status: () => ({ kind: 'memory' }),
    close: async () => {},
  };
}

/** The exchanges in the journals, in the order in which they began. */
function storedExchanges(
  sessions: Iterable<MemorySession>,
  from: Exclude<FollowFrom, 'now'>,
): readonly JournaledExchange[] {
  const stored = [...sessions]
    .flatMap(({ id, journal }) => journal.events().map(({ exchange }) => ({ session: id, exchange })))
    .sort((left, right) => left.exchange.startedAt - right.exchange.startedAt)
    .map(({ session, exchange }) => ({ session, exchange: exchange.id }));
  if (from === 'start') return stored;
  return stored.slice(stored.findIndex(({ exchange }) => exchange === from.after) + 1);
}
