// Opens the shared store: connection, channel, sessions. The program loads it only if a store is named.

import { InputError } from '../finding/input-error.ts';
import {
  type SessionStore,
  type SessionStoreOptions,
  StoreUnavailable,
} from '../mock/session/session-store.ts';
import type { AppliedRule } from '../scenario/compile.ts';
import { type Channel, openChannel } from './shared/channel.ts';
import { connectStore, type StoreConnection } from './shared/connect.ts';
import { storeStartError } from './shared/connect-failure.ts';
import { createSharedJournals } from './shared/journal.ts';
import { createKeys, type StoreKeys } from './shared/keys.ts';
import { createSeal, type Seal } from './shared/seal.ts';
import { openSharedSessions } from './shared/sessions.ts';
import type { StoreSettings } from './shared/store-settings.ts';

export interface OpenStoreOptions extends SessionStoreOptions {
  /** Id of this replica, different for each run. */
  readonly replica: string;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** Milliseconds on a monotonic clock. */
  readonly monotonicNow: () => number;
  /** Called with a sentence if the store is away or back, if exchanges cannot be written, and if replicas differ. */
  readonly onProblem: (message: string) => void;
  /** The rule of a served scenario, by its key. */
  readonly ruleOf: (key: string) => AppliedRule | undefined;
}

export interface SharedStore {
  readonly sessions: SessionStore;
  readonly connection: StoreConnection;
  readonly channel: Channel;
  readonly keys: StoreKeys;
  readonly seal: Seal;
}

/** The oldest version with all commands that are used (GETEX, and SET with GET). */
const OLDEST = [6, 2] as const;

/** @throws InputError if the store cannot be used: it is away, refuses the credentials, is too old, or has another key */
export async function openStore(
  { address, key, timeoutMs }: StoreSettings,
  options: OpenStoreOptions,
): Promise<SharedStore> {
  const { replica, monotonicNow, limits, onCreated = () => undefined } = options;
  const connection = await connectStore(address, timeoutMs);
  try {
    await requireVersion(connection, address.name);
    const keys = createKeys(address.prefix);
    const seal = createSeal(key);
    const checkKey = (): Promise<void> => requireKey(connection, keys, seal, address.name);
    await checkKey();
    const channel = await openChannel({ connection, keys, replica, monotonicNow, idleMs: limits.idle });
    // Somebody may have emptied the store.
    channel.onMissed(
      () =>
        void checkKey().catch((error: Error) => {
          // If the store is away, it is checked when it is back.
          if (!(error instanceof StoreUnavailable)) options.onProblem(error.message);
        }),
    );
    const shared = { connection, channel, keys };
    const journals = createSharedJournals({ ...options, ...shared, onCreated });
    const sessions = await openSharedSessions({ ...options, ...shared, seal, journals });
    connection.onChange(isAvailable =>
      options.onProblem(
        isAvailable
          ? `the store ${address.name} is back`
          : `the store ${address.name} is away: requests that need it get an error until it is back`,
      ),
    );
    return { ...shared, sessions, seal };
  } catch (error) {
    await connection.close();
    throw storeStartError(address, error);
  }
}

async function requireVersion(connection: StoreConnection, name: string): Promise<void> {
  const info = String(await connection.command('INFO', 'server'));
  const [, version = '0', minor = '0'] = /^redis_version:(\d+)\.(\d+)/m.exec(info) ?? [];
  const [oldest, oldestMinor] = OLDEST;
  if (Number(version) > oldest || (Number(version) === oldest && Number(minor) >= oldestMinor)) return;
  throw new InputError(
    `the store ${name} has version ${version}.${minor}; deadringer needs Valkey, or Redis ${OLDEST.join('.')} or newer`,
  );
}

/** Values that were sealed with another key cannot be read. */
async function requireKey(
  connection: StoreConnection,
  keys: StoreKeys,
  { keyCheck }: Seal,
  name: string,
): Promise<void> {
  await connection.command('HSETNX', keys.server, 'keyCheck', keyCheck);
  if ((await connection.command('HGET', keys.server, 'keyCheck')) === keyCheck) return;
  throw new InputError(
    `the store ${name} is used with another key: give all replicas the same DEADRINGER_STORE_KEY, or name another prefix in the URL, such as ?prefix=team`,
  );
}
