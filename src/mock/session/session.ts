// The state of one session, and the bounded store of all sessions.

import type { DeliverySpec } from '../../scenario/scenario.ts';
import { EMPTY_MEMORY, type ScenarioMemory } from '../../scenario/select-rule.ts';
import type { ServeEvent } from '../serve-event.ts';
import { Journal, type JournalLimits } from './journal.ts';

export interface Session {
  readonly id: string;
  readonly createdAt: number;
  lastUsedAt: number;
  /** Ids of the scenarios switched on here, the most recent last. */
  activeScenarios: readonly string[];
  /** Ids of scenarios that are on by default and were switched off here. */
  disabledScenarios: ReadonlySet<string>;
  memory: ScenarioMemory;
  seed: string;
  /** How answers are delivered here where no rule says otherwise. */
  delivery: DeliverySpec | undefined;
  /** How many calls were answered, by the mock or by a real service. */
  calls: number;
  /** How many of them scenarios looked at, so that chance differs from call to call and not from run to run. */
  scenarioRuns: number;
  readonly journal: Journal;
}

export interface SessionLimits extends JournalLimits {
  readonly count: number;
  /** Milliseconds without a call after which a session is forgotten. */
  readonly idle: number;
}

export const DEFAULT_SESSION = 'default';

/** Asynchronous, so that several replicas can share their sessions; `use` need not be waited for where the session is at hand. */
export interface SessionStore {
  /** Makes the session when there is none. `use` runs alone: no other call of the same session comes in between. */
  update<T>(id: string, now: number, use: (session: Session) => T): T | Promise<T>;
  get(id: string): Promise<Session | undefined>;
  /** Writes into the session's journal. Nobody waits for that. */
  record(id: string, served: ServeEvent): void;
  list(): Promise<readonly Session[]>;
  /** @returns whether there was such a session */
  delete(id: string): Promise<boolean>;
  /** Lets a credential, known by its fingerprint, lead to a session. */
  bindCredential(fingerprint: string, id: string): Promise<void>;
  findByCredential(fingerprint: string): Promise<string | undefined>;
  /** False: nothing is bound, and no credential needs looking at. */
  hasCredentials(): boolean;
}

export interface SessionStoreOptions {
  readonly limits: SessionLimits;
  readonly seed: string;
  /** Told of sessions that had to go, and why. */
  readonly onDropped: (id: string, why: 'idle' | 'too-many') => void;
}

/** The store of a single process. The default session is never dropped. */
export function createSessionStore({ limits, seed, onDropped }: SessionStoreOptions): SessionStore {
  const sessions = new Map<string, Session>();
  const bindings = new Map<string, string>();

  const drop = (id: string, why: 'idle' | 'too-many'): void => {
    remove(id);
    onDropped(id, why);
  };
  const remove = (id: string): boolean => {
    for (const [credentialHash, bound] of bindings) if (bound === id) bindings.delete(credentialHash);
    return sessions.delete(id);
  };
  /** Sessions stand in the order of their last use, so the oldest are the first. */
  const makeRoom = (now: number): void => {
    for (const [id, session] of sessions) {
      if (id === DEFAULT_SESSION) continue;
      if (now - session.lastUsedAt > limits.idle) drop(id, 'idle');
      else if (sessions.size >= limits.count) drop(id, 'too-many');
      else break;
    }
  };
  let latest: Session | undefined;
  const enter = (id: string, now: number): Session => {
    // The last to be used stands last already.
    if (latest?.id === id && sessions.has(id)) {
      latest.lastUsedAt = now;
      return latest;
    }
    let session = sessions.get(id);
    if (session === undefined) {
      makeRoom(now);
      session = {
        id,
        createdAt: now,
        lastUsedAt: now,
        activeScenarios: [],
        disabledScenarios: new Set(),
        memory: EMPTY_MEMORY,
        seed,
        delivery: undefined,
        calls: 0,
        scenarioRuns: 0,
        journal: new Journal(limits),
      };
    } else {
      sessions.delete(id);
    }
    session.lastUsedAt = now;
    sessions.set(id, session);
    latest = session;
    return session;
  };

  return {
    update: (id, now, use) => use(enter(id, now)),
    get: async id => sessions.get(id),
    record: (id, event) => {
      const session = enter(id, event.exchange.startedAt);
      session.calls++;
      session.journal.add(event);
    },
    list: async () => [...sessions.values()],
    delete: async id => remove(id),
    bindCredential: async (credentialHash, id) => {
      bindings.set(credentialHash, id);
    },
    findByCredential: async credentialHash => bindings.get(credentialHash),
    hasCredentials: () => bindings.size > 0,
  };
}
