// The store of sessions, as the mock knows it: in this process, or shared by replicas.

import type { ScenarioMemory } from '../../scenario/select-rule.ts';
import type { ServeEvent, SessionSource } from '../serve-event.ts';
import type { SeedState, SessionState } from '../state/tables.ts';
import type { SessionClock } from './clock.ts';
import type { RateCounts } from './rate-limits.ts';
import type { Maybe, SessionJournal } from './session-journal.ts';
import type { SessionLimits } from './session-limits.ts';
import type { Switch } from './switches.ts';

/** What testers set for a session. It decides whether a request needs what the session remembers. */
export interface SessionSettings {
  /** Ids of the scenarios that were activated in the session, the latest last. */
  readonly activeScenarios: readonly string[];
  /** Ids of scenarios that are on by default and were deactivated in the session. */
  readonly disabledScenarios: ReadonlySet<string>;
  readonly seed: string;
  /** The time that the app sees. Journals, deliveries and the end of idle sessions keep real time. */
  readonly clock: SessionClock;
  /** By target, in the order in which they were set. */
  readonly switches: ReadonlyMap<string, Switch>;
}

/** A session while it is changed or shown. */
export interface Session extends SessionSettings {
  readonly id: string;
  readonly createdAt: number;
  readonly lastUsedAt: number;
  activeScenarios: readonly string[];
  disabledScenarios: ReadonlySet<string>;
  seed: string;
  clock: SessionClock;
  readonly switches: Map<string, Switch>;
  /** Immutable: a change creates a new object. */
  memory: ScenarioMemory;
  readonly rateCounts: RateCounts;
  /** Number of recorded requests. */
  calls: number;
  /** Number of credentials that are bound to the session. */
  readonly credentials: number;
  /** How the last request named the session; undefined before the first one. */
  readonly lastBoundBy: SessionSource | undefined;
  /** Number of requests that needed what the session remembers. It seeds their random values, so runs are reproducible. */
  scenarioRuns: number;
  readonly journal: SessionJournal;
  /** The stored items of a stateful mock. */
  readonly state: SessionState;
}

/** An exchange that is in the journal of its session. */
export interface JournaledExchange {
  readonly session: string;
  /** Id of the exchange. */
  readonly exchange: string;
}

/** Where a reader of recorded exchanges begins: at the oldest, with the next one, or after an exchange id, else at the oldest. */
export type FollowFrom = 'start' | 'now' | { readonly after: string };

/** What the health of the server says about its store. */
export type StoreStatus =
  | { readonly kind: 'memory' }
  | {
      readonly kind: 'shared';
      /** False: what needs the store is answered with "store-unavailable". */
      readonly isAvailable: boolean;
      /** When that began, in milliseconds since the Unix epoch. */
      readonly since: number;
      /** Id of this replica, which begins the ids of its exchanges. */
      readonly replica: string;
      /** Number of replicas that share the store, this one included; as it was last known. */
      readonly replicas: number;
      /** Number of exchanges that are answered and not yet in their journal. */
      readonly waiting: number;
      /** Number of exchanges of this replica that never reached their journal. */
      readonly lost: number;
    };

export interface SessionStore {
  /** The settings of a session, also of one that does not exist. A promise only if they are not known in this process. */
  settings(id: string): Maybe<SessionSettings>;
  /**
   * Changes what a session remembers, in one step: no other update of the session runs in between, on any replica. Creates the
   * session if it does not exist. A shared store may call `change` again, on the session as another replica left it.
   * @param change returns its result directly, without waiting for anything
   * @throws StoreUnavailable
   */
  update<T>(id: string, now: number, change: (session: Session) => T): Maybe<T>;
  /** As update, for the settings: all replicas use them when the result is there. */
  configure<T>(id: string, now: number, change: (session: Session) => T): Maybe<T>;
  /** The session with everything that was answered until now, on any replica. @throws StoreUnavailable */
  get(id: string): Promise<Session | undefined>;
  /** The journal as it is known now, for a reader that follows it. */
  journalOf(id: string): Maybe<SessionJournal | undefined>;
  /** Adds the event to the journal of the session, without waiting for the result. */
  record(id: string, event: ServeEvent): void;
  list(): Promise<readonly Session[]>;
  /** Number of sessions, without those that a replica has just created. @throws StoreUnavailable */
  count(): Maybe<number>;
  /** @returns false if there is no such session */
  delete(id: string): Promise<boolean>;
  /** Requests with this credential use the session. @param credentialHash see hashCredential */
  bindCredential(credentialHash: string, id: string): Promise<void>;
  /** @returns the id of the session */
  findByCredential(credentialHash: string): Maybe<string | undefined>;
  /**
   * The session that a credential gets if it is bound to none and the request names none: its own one, or undefined if the
   * store has no sessions per credential. @param identityHash the hash of whom the credential stands for
   */
  sessionOfIdentity(identityHash: string): Maybe<string | undefined>;
  /** False: no credential leads to a session, so requests need not be searched for credentials. */
  hasCredentials(): boolean;
  /**
   * Calls the listener for recorded exchanges of all sessions and replicas, those of a session in the order of its journal.
   * @returns a function that ends it
   */
  follow(from: FollowFrom, listener: (recorded: JournaledExchange) => void): Promise<() => void>;
  status(): StoreStatus;
  /** Writes what waits, and ends connections. */
  close(): Promise<void>;
}

/** Thrown by a shared store that cannot be reached. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** too-large: the remembered values and stored items of all sessions exceed `totalBytes`. */
export type DropReason = 'idle' | 'too-many' | 'too-large';

/** What a store of any kind needs to know. */
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
