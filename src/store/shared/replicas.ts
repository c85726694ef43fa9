// What replicas agree on through a shared store: the files that they serve, and upstreams.

import type { LocalServer, Replicas } from '../../mock/replicas.ts';
import { StoreUnavailable } from '../../mock/session/session-store.ts';
import type { Channel } from './channel.ts';
import type { StoreConnection } from './connect.ts';
import type { StoreKeys } from './keys.ts';
import { createReloadLock } from './reload-lock.ts';
import { shareReloads } from './reloads.ts';
import type { Seal } from './seal.ts';
import { createServerField } from './server-field.ts';
import { shareUpstreams } from './upstreams.ts';

export interface SharedReplicasOptions extends LocalServer {
  readonly connection: StoreConnection;
  readonly channel: Channel;
  readonly keys: StoreKeys;
  readonly seal: Seal;
  /** The name of this machine. */
  readonly host: string;
  /** Called when replicas differ, and when they cannot find out whether they do. */
  readonly onWarning: (message: string) => void;
}

/** Uses the upstreams that the control API of any replica has set. @throws StoreUnavailable */
export async function shareReplicas(options: SharedReplicasOptions): Promise<Replicas> {
  const { connection, channel, keys, seal, host, state, versionOf, ready } = options;
  let lastWarning: string | undefined;
  const onWarning = (message: string): void => {
    // A store that comes and goes changes nothing about it.
    if (message !== lastWarning) options.onWarning(message);
    lastWarning = message;
  };
  const upstreams = shareUpstreams({
    table: state.upstreams,
    channel,
    field: createServerField(connection, keys, 'upstreams'),
    seal,
    onWarning,
  });
  const withLock = createReloadLock({
    connection,
    keys,
    replica: channel.replica,
    monotonicNow: state.monotonicNow,
  });
  const field = createServerField(connection, keys, 'version');
  const reloads = shareReloads({ ...options, field, withLock, onWarning });
  const catchUp = async (): Promise<void> => {
    await ready;
    try {
      await upstreams.take();
      await reloads.catchUp();
    } catch (error) {
      // When the store is back again, messages were missed again.
      if (error instanceof StoreUnavailable) return;
      onWarning(`this replica may serve other files than others: ${(error as Error).message}`);
    }
  };
  channel.onMissed(() => void catchUp());
  await upstreams.take();
  return {
    reload: reloads.reload,
    setUpstream: upstreams.set,
    deleteUpstream: upstreams.delete,
    async served() {
      const version = versionOf(state.config);
      try {
        return { version, replicas: [{ id: channel.replica, host, version }, ...(await reloads.others())] };
      } catch (error) {
        if (error instanceof StoreUnavailable) return { version };
        throw error;
      }
    },
    join: reloads.join,
  };
}
