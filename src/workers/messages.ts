// What the process that holds the sessions and those that answer say to each other.

import type { Request } from '../exchange/exchange.ts';
import type { Trouble } from '../http/app.ts';
import type { Piece } from '../http/tunnel.ts';
import type { Preferences } from '../mock/preferences.ts';
import type { Standing } from '../mock/quiet.ts';
import type { Served } from '../mock/stage.ts';
import type { Upstream } from '../mock/upstream.ts';
import type { Plan } from '../scenario/choose.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { MockOptions } from '../start.ts';

/** A world as text: what the files said when they were verified, whatever they say now. */
export interface Script {
  /** Counts the worlds of a run. */
  readonly version: number;
  /** Paths of the documents. */
  readonly documents: readonly string[];
  readonly texts: ReadonlyMap<string, string>;
  /** Those of files. */
  readonly scenarios: readonly Omit<Scenario, 'source'>[];
  readonly leftOut: number;
}

/** What a worker has to know to answer as all do. Only what has changed since it was last told. */
export interface Changes {
  /** Sessions that are over. They come before those below, one of which may have the same name. */
  readonly ended: readonly string[];
  readonly standings: readonly (readonly [id: string, standing: Standing])[];
  /** Fingerprint of a credential, and the session that it leads to. */
  readonly bindings: readonly (readonly [fingerprint: string, id: string])[];
  readonly upstreams: readonly Upstream[] | undefined;
}

/** What a worker has done since it last told. */
export interface Outbox {
  readonly entries: readonly Parcel[];
  readonly sessions: readonly {
    readonly id: string;
    /** How many calls stories looked at. */
    readonly turns: number;
    /** How many exchanges its part of the journal could not keep. */
    readonly dropped: number;
  }[];
}

/** A served exchange without what every process has. */
export interface Parcel {
  readonly served: Omit<Served, 'operation'>;
  /** "petstore GET /pets/{id}" */
  readonly operation: string | undefined;
  readonly version: number;
  /** Milliseconds on the clock of the machine, which all its processes share: when the answer was ready. */
  readonly at: number;
}

/** A call that has to be performed where the memory is. */
export interface Performing {
  readonly version: number;
  readonly session: string;
  readonly operation: string;
  readonly pathValues: Readonly<Record<string, string>>;
  readonly request: Request;
  readonly valid: boolean;
  readonly wish: Preferences;
  readonly ownOnly: boolean;
}

/** What came of it. */
export interface Performed {
  readonly plan: Pick<Plan, 'response' | 'exhausted' | 'deliver' | 'trace'>;
  /** What the session's stories have remembered. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly startedAt: number;
  /** What chance depends on in this turn, and how often it was drawn already. */
  readonly chance: { readonly seed: string; readonly drawn: number };
  readonly seed: string;
}

/** The turn of a call that needs no more. */
export interface Turned {
  readonly startedAt: number;
  /** What chance depends on in it. */
  readonly seed: string;
}

export type PerformFailure =
  | { readonly kind: 'template'; readonly message: string }
  | { readonly kind: 'bug'; readonly error: unknown };

/** What a worker is started with: no functions, which other processes cannot call. */
export type Assignment = Omit<MockOptions, 'onSessionDropped' | 'onTrouble' | 'onText' | 'texts'>;

export type ToWorker =
  | {
      readonly kind: 'begin';
      readonly options: Assignment;
      /** Makes its ids differ from those of all others. */
      readonly run: string;
      readonly script: Script;
    }
  /** Begins to take connections, when a world is loaded. Answered by "open". */
  | { readonly kind: 'open'; readonly port: number; readonly changes: Changes; readonly isHeard: boolean }
  /** Comes with a connection. Answered by "admitted". */
  | { readonly kind: 'socket'; readonly id: number }
  /** Answered by "step". */
  | { readonly kind: 'step'; readonly number: number; readonly changes: Changes }
  /** Answered by "loaded", as "begin" is. */
  | { readonly kind: 'load'; readonly script: Script }
  /** Answered by "swapped". */
  | { readonly kind: 'swap'; readonly version: number }
  /** Whether every exchange is to be told at once. */
  | { readonly kind: 'heard'; readonly isHeard: boolean }
  | { readonly kind: 'performed'; readonly number: number; readonly performed: Performed }
  | { readonly kind: 'turned'; readonly number: number; readonly turned: Turned }
  | { readonly kind: 'not-performed'; readonly number: number; readonly failure: PerformFailure }
  | { readonly kind: 'tunnel'; readonly id: number; readonly piece: Piece }
  | { readonly kind: 'close'; readonly grace: number };

export type FromWorker =
  | { readonly kind: 'open' }
  | { readonly kind: 'admitted'; readonly id: number }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'step'; readonly number: number; readonly outbox: Outbox }
  | { readonly kind: 'loaded'; readonly version: number }
  | { readonly kind: 'swapped'; readonly version: number }
  /** There are exchanges of this session that were not told yet. */
  | { readonly kind: 'touched'; readonly session: string }
  | { readonly kind: 'outbox'; readonly outbox: Outbox }
  /** Answered by "turned". */
  | { readonly kind: 'turn'; readonly number: number; readonly session: string }
  /** Answered by "performed" or "not-performed". */
  | { readonly kind: 'perform'; readonly number: number; readonly call: Performing }
  | { readonly kind: 'tunnel'; readonly id: number; readonly open: string | undefined }
  | { readonly kind: 'tunnel'; readonly id: number; readonly piece: Piece }
  | { readonly kind: 'trouble'; readonly trouble: Trouble }
  | { readonly kind: 'closed'; readonly outbox: Outbox };
