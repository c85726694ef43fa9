// The state of a running mock: clock, ids, seed, sessions, upstreams, configuration, subscribers.

import type { RequestValidation } from './preferences.ts';
import type { UpstreamTable } from './proxy/upstream-table.ts';
import type { ServeEvent } from './serve-event.ts';
import type { ServedConfig } from './served-config.ts';
import type { ServerChanges } from './server-changes.ts';
import type { SessionStore } from './session/session-store.ts';

/** How the mock answers in the dialect of Prism. */
export interface PrismSettings {
  /** True: a response that violates the document becomes an error. */
  readonly errors: boolean;
  /** True: bodies come from schemas, also where the document has an example. */
  readonly ignoreExamples: boolean;
  /** True: generated objects have members that their schemas allow without naming them. */
  readonly fillProperties: boolean;
  /** True: each generated body is another one, unless a request or a session has a seed. */
  readonly isVaried: boolean;
}

export interface ServerState {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Milliseconds on a monotonic clock. */
  monotonicNow(): number;
  /** Returns a new id, such as "k3x9a0b2-17". */
  nextId(): string;
  readonly seed: string;
  /** True: bodies are generated from schemas, unless the client sends `Prefer: dynamic=false`. */
  readonly dynamic: boolean;
  /** True: the documented success has the values of the request. */
  readonly requestValues: boolean;
  /** What happens to invalid requests, unless the client sends `Prefer: validate=...`. */
  readonly validateRequest: RequestValidation;
  /** Set: the mock answers as Prism does. */
  readonly prism: PrismSettings | undefined;
  readonly sessions: SessionStore;
  readonly upstreams: UpstreamTable;
  readonly config: ServedConfig;
  /** How often documents and scenarios were loaded. */
  readonly revision: number;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  readonly changes: ServerChanges;
  /** Requests that are being handled finish with the old configuration; sessions keep their state. */
  replaceConfig(next: ServedConfig): void;
  /** Calls all subscribers. */
  publish(event: ServeEvent): void;
  /** @returns a function that ends the subscription */
  subscribe(listener: (event: ServeEvent) => void): () => void;
}

export interface ServerStateOptions {
  readonly seed: string;
  readonly dynamic: boolean;
  readonly requestValues: boolean;
  readonly validateRequest: RequestValidation;
  readonly prism?: PrismSettings | undefined;
  readonly now: () => number;
  readonly monotonicNow: () => number;
  /** Prefix of ids, different for each run. */
  readonly runId: string;
  readonly sessions: SessionStore;
  readonly upstreams: UpstreamTable;
  readonly changes: ServerChanges;
  readonly config: ServedConfig;
}

export function createServerState({ runId, ...options }: ServerStateOptions): ServerState {
  const listeners = new Set<(event: ServeEvent) => void>();
  let count = 0;
  let revision = 0;
  let { config } = options;
  // A closure over `options` would keep the first configuration in memory.
  const { changes } = options;
  return {
    ...options,
    prism: options.prism,
    startedAt: options.now(),
    get revision() {
      return revision;
    },
    get config() {
      return config;
    },
    replaceConfig(next) {
      config = next;
      revision++;
      changes.publish({ kind: 'reloaded', revision });
    },
    nextId: () => `${runId}-${++count}`,
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
