// The mutable state of a running mock: clock, ids, seed, sessions, upstreams, configuration, subscribers.

import type { UpstreamTable } from './proxy/upstream-table.ts';
import type { ServeEvent } from './serve-event.ts';
import type { ServedConfig } from './served-config.ts';
import type { SessionStore } from './session/session.ts';

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
