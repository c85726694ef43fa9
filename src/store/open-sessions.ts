// Opens the sessions of a server: in its memory, or in a store that replicas share.

import type { ServerChange, ServerChanges } from '../mock/server-changes.ts';
import type { SessionStore } from '../mock/session/session-store.ts';
import { createMemoryStore } from './memory-store.ts';
import type { OpenStoreOptions, SharedStore } from './open-store.ts';
import { readStoreOption, type StoreOption } from './shared/store-option.ts';

export interface OpenedSessions {
  readonly sessions: SessionStore;
  /** Undefined: the server has no replicas. */
  readonly shared: SharedStore | undefined;
}

/** @throws InputError if the store is named wrongly, or cannot be used */
export async function openSessions(
  store: StoreOption | undefined,
  options: OpenStoreOptions,
  changes: ServerChanges,
): Promise<OpenedSessions> {
  const settings = store && readStoreOption(store);
  if (settings === undefined) return { sessions: createMemoryStore(options), shared: undefined };
  // ioredis is loaded only if it is needed.
  const { openStore } = await import('./open-store.ts');
  const shared = await openStore(settings, options);
  shareChanges(shared, changes);
  return { sessions: shared.sessions, shared };
}

/** Followers of events on any replica learn what happens to sessions. Each replica tells itself that it serves other files. */
function shareChanges({ channel }: SharedStore, changes: ServerChanges): void {
  let isTold = false;
  changes.subscribe(change => {
    if (change.kind === 'session' && !isTold) channel.tell('change', change);
  });
  channel.onTold('change', change => {
    isTold = true;
    changes.publish(change as ServerChange);
    isTold = false;
  });
}
