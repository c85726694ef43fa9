// Opens the sessions of a server: in its memory, or in a store that replicas share.

import { isObject } from '../exchange/json.ts';
import { createReplicasAlone, type LocalServer, type Replicas } from '../mock/replicas.ts';
import type { ServerChange, ServerChanges } from '../mock/server-changes.ts';
import type { SessionStore } from '../mock/session/session-store.ts';
import { createMemoryStore } from './memory-store.ts';
import type { OpenStoreOptions, SharedStore } from './open-store.ts';
import { readStoreOption, type StoreOption } from './shared/store-option.ts';

export interface OpenSessionsOptions extends OpenStoreOptions {
  /** The name of this machine. */
  readonly host: string;
}

export interface OpenedSessions {
  readonly sessions: SessionStore;
  /** The server and its replicas. A server in whose memory the sessions are has none. */
  readonly joinReplicas: (server: LocalServer) => Promise<Replicas>;
}

/** @throws InputError if the store is named wrongly, or cannot be used */
export async function openSessions(
  store: StoreOption | undefined,
  options: OpenSessionsOptions,
  changes: ServerChanges,
): Promise<OpenedSessions> {
  const settings = store === undefined ? undefined : readStoreOption(store);
  if (settings === undefined)
    return {
      sessions: createMemoryStore(options),
      joinReplicas: async server => createReplicasAlone(server),
    };
  // ioredis is loaded only if it is needed.
  const [{ openStore }, { shareReplicas }] = await Promise.all([
    import('./open-store.ts'),
    import('./shared/replicas.ts'),
  ]);
  const shared = await openStore(settings, options);
  shareChanges(shared, changes);
  const { host, onProblem: onWarning } = options;
  return {
    sessions: shared.sessions,
    joinReplicas: server => shareReplicas({ ...server, ...shared, host, onWarning }),
  };
}

/** Followers of events on any replica learn what happens to sessions. Each replica tells itself that it serves other files. */
function shareChanges({ channel }: SharedStore, changes: ServerChanges): void {
  let isFromOther = false;
  changes.subscribe(change => {
    if (change.kind === 'session' && !isFromOther) channel.broadcast('change', change);
  });
  channel.onBroadcast('change', change => {
    // Anybody may publish to the channel.
    if (!isSessionChange(change)) return;
    isFromOther = true;
    changes.publish(change);
    isFromOther = false;
  });
}

function isSessionChange(value: unknown): value is ServerChange {
  return (
    isObject(value) &&
    value.kind === 'session' &&
    typeof value.id === 'string' &&
    typeof value.ended === 'boolean'
  );
}
