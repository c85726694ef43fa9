// What a server agrees on with its replicas: which documents are served, and by which upstreams. A server alone agrees with itself.

import type { VersionOf } from './config-version.ts';
import type { Upstream } from './proxy/upstream.ts';
import type { ServedConfig } from './served-config.ts';
import type { ServerState } from './server-state.ts';

export interface Replicas {
  /**
   * Reads documents and scenarios again, and serves them when it resolves: on all replicas, or on none.
   * @throws ContractError if they cannot be used, ReloadRefused if replicas do not agree, StoreUnavailable
   */
  reload(): Promise<void>;
  /** Adds an upstream, or replaces the one with the same name. All replicas use it when it resolves. @throws StoreUnavailable */
  setUpstream(upstream: Upstream): Promise<void>;
  /** @returns false if there is no upstream with this name @throws StoreUnavailable */
  deleteUpstream(name: string): Promise<boolean>;
  served(): Promise<ServedVersions>;
  /** To be called when this server serves all its files: takes over what the replicas have agreed on. @throws StoreUnavailable */
  join(): Promise<void>;
}

/** Which files are served, here and by replicas. */
export interface ServedVersions {
  readonly version: string;
  /** All live replicas, this one first. Undefined: there is no shared store, or it is away. */
  readonly replicas?: readonly ReplicaVersion[];
}

/** Which files a replica serves. */
export interface ReplicaVersion {
  readonly id: string;
  /** The name of its machine. */
  readonly host: string;
  /** Undefined: it is starting, and serves part of its files. */
  readonly version: string | undefined;
}

/** The server itself, without regard to replicas. */
export interface LocalServer {
  readonly state: Pick<ServerState, 'config' | 'replaceConfig' | 'upstreams' | 'monotonicNow'>;
  /** Reads documents and scenarios again. @throws ContractError */
  readonly load: () => Promise<ServedConfig>;
  readonly versionOf: VersionOf;
  /** Resolves when the files with which the server was started are served. */
  readonly ready: Promise<void>;
}

/** Replicas do not agree on a reload: what was served before is still served. The message says which of them differ. */
export class ReloadRefused extends Error {
  override readonly name = 'ReloadRefused';
}

/** A server without replicas. */
export function createReplicasAlone({ state, load, versionOf, ready }: LocalServer): Replicas {
  const inTurn = createTurns(ready);
  return {
    reload: () => inTurn(async () => state.replaceConfig(await load())),
    setUpstream: async upstream => state.upstreams.set(upstream),
    deleteUpstream: async name => state.upstreams.delete(name),
    served: async () => ({ version: versionOf(state.config) }),
    join: async () => {},
  };
}

/** Runs reloads one after the other: one that read its files earlier never replaces a later one. */
export function createTurns(before: Promise<void>): (work: () => Promise<void>) => Promise<void> {
  let last = before;
  return work => {
    last = last.then(work, work);
    return last;
  };
}
