// The mutable state of a running mock: clock, ids, seed, sessions, upstreams, configuration, subscribers.

import type { Finding } from '../finding/finding.ts';
import type { Delivery } from '../scenario/delivery.ts';
import type { Verdict } from '../validate/verdict.ts';
import type { ProblemCode } from './problem.ts';
import type { UpstreamTable } from './proxy/upstream-table.ts';
import type { ServedConfig } from './served-config.ts';
import type { SessionStore } from './session/session.ts';

/** A verdict on an exchange that this mock took part in. */
export interface ServeEvent extends Verdict {
  readonly session: string;
  /** The finding that made the mock refuse the request, when it did. */
  readonly refusedFor: Finding | undefined;
  /** Set when the answer is the mock's own and not the API's. */
  readonly problem: ProblemCode | undefined;
  /** The scenario rules that had a part in the answer, as "petstore/not-found 1". */
  readonly rules: readonly string[];
  /** Why the answer may break the contract, when a scenario says that it may. */
  readonly offContract: string | undefined;
  readonly delivery: Delivery;
  /** Set when the real service was asked. */
  readonly upstream?: UpstreamAttempt | undefined;
}

/** Where the real service was asked, and what became of its answer. */
export interface UpstreamAttempt {
  /** "https://api.example.com" */
  readonly origin: string;
  /** As asked there, without the query. */
  readonly path: string;
  /** Why there is no answer, or not a whole one; undefined: it came whole. */
  readonly broke: string | undefined;
}

export interface ServerState {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Milliseconds on a clock that only goes forward. */
  monotonicNow(): number;
  /** A new id: short, unique in this process, readable in a log. */
  nextId(): string;
  readonly seed: string;
  /** True: bodies are made up from schemas where the client does not say otherwise. */
  readonly dynamic: boolean;
  readonly sessions: SessionStore;
  readonly upstreams: UpstreamTable;
  readonly config: ServedConfig;
  /** Swaps the world in one step; sessions keep their positions. */
  replaceConfig(world: ServedConfig): void;
  publish(served: ServeEvent): void;
  /** @returns a function that ends the subscription */
  subscribe(listener: (event: ServeEvent) => void): () => void;
}

export interface ServerStateOptions {
  readonly seed: string;
  readonly dynamic: boolean;
  readonly now: () => number;
  readonly monotonicNow: () => number;
  /** Makes the ids of two runs differ; eight letters will do. */
  readonly runId: string;
  readonly sessions: SessionStore;
  readonly upstreams: UpstreamTable;
  readonly config: ServedConfig;
}

export function createServerState({ runId: run, ...options }: ServerStateOptions): ServerState {
  const listeners = new Set<(event: ServeEvent) => void>();
  let count = 0;
  let { config } = options;
  return {
    ...options,
    get config() {
      return config;
    },
    replaceConfig(next) {
      config = next;
    },
    nextId: () => `${run}-${++count}`,
    publish(event) {
      for (const listener of listeners) listener(event);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
