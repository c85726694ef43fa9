// One tester's private world in a shared server, and the bounded store that holds them all.
import { BLANK, type Memory } from '../scenario/choose.ts';
import type { Deliver } from '../scenario/scenario.ts';
import { Journal, type JournalLimits } from './journal.ts';
import type { Served } from './stage.ts';

export interface Session {
  readonly id: string;
  readonly createdAt: number;
  usedAt: number;
  /** Ids of the scenarios switched on here, the most recent last. */
  active: readonly string[];
  /** Ids of scenarios that are on by default and were switched off here. */
  off: ReadonlySet<string>;
  memory: Memory;
  seed: string;
  /** How answers are delivered here where no rule says otherwise. */
  deliver: Deliver | undefined;
  /** How many calls were answered, by the mock or by a real service. */
  calls: number;
  /** How many of them scenarios looked at, so that chance differs from call to call and not from run to run. */
  turns: number;
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
  use<T>(id: string, now: number, use: (session: Session) => T): T | Promise<T>;
  get(id: string): Promise<Session | undefined>;
  /** Writes into the session's journal. Nobody waits for that. */
  record(id: string, served: Served): void;
  list(): Promise<readonly Session[]>;
  /** @returns whether there was such a session */
  end(id: string): Promise<boolean>;
  /** Lets a credential, known by its fingerprint, lead to a session. */
  bind(fingerprint: string, id: string): Promise<void>;
  bound(fingerprint: string): Promise<string | undefined>;
  /** False: nothing is bound, and no credential needs looking at. */
  hasBindings(): boolean;
}

export interface StoreOptions {
  readonly limits: SessionLimits;
  readonly seed: string;
  /** Told of sessions that had to go, and why. */
  readonly onDropped: (id: string, why: 'idle' | 'too-many') => void;
}

/** The store of a single process. The default session is never dropped. */
export function createStore({ limits, seed, onDropped }: StoreOptions): SessionStore {
  const sessions = new Map<string, Session>();
  const bindings = new Map<string, string>();

  const drop = (id: string, why: 'idle' | 'too-many'): void => {
    remove(id);
    onDropped(id, why);
  };
  const remove = (id: string): boolean => {
    for (const [fingerprint, bound] of bindings) if (bound === id) bindings.delete(fingerprint);
    return sessions.delete(id);
  };
  /** Sessions stand in the order of their last use, so the oldest are the first. */
  const makeRoom = (now: number): void => {
    for (const [id, session] of sessions) {
      if (id === DEFAULT_SESSION) continue;
      if (now - session.usedAt > limits.idle) drop(id, 'idle');
      else if (sessions.size >= limits.count) drop(id, 'too-many');
      else break;
    }
  };
  let latest: Session | undefined;
  const enter = (id: string, now: number): Session => {
    // The last to be used stands last already.
    if (latest?.id === id && sessions.has(id)) {
      latest.usedAt = now;
      return latest;
    }
    let session = sessions.get(id);
    if (session === undefined) {
      makeRoom(now);
      session = {
        id,
        createdAt: now,
        usedAt: now,
        active: [],
        off: new Set(),
        memory: BLANK,
        seed,
        deliver: undefined,
        calls: 0,
        turns: 0,
        journal: new Journal(limits),
      };
    } else {
      sessions.delete(id);
    }
    session.usedAt = now;
    sessions.set(id, session);
    latest = session;
    return session;
  };

  return {
    use: (id, now, use) => use(enter(id, now)),
    get: async id => sessions.get(id),
    record: (id, served) => {
      const session = enter(id, served.exchange.startedAt);
      session.calls++;
      session.journal.add(served);
    },
    list: async () => [...sessions.values()],
    end: async id => remove(id),
    bind: async (fingerprint, id) => {
      bindings.set(fingerprint, id);
    },
    bound: async fingerprint => bindings.get(fingerprint),
    hasBindings: () => bindings.size > 0,
  };
}
