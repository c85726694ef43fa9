// One reload at a time among all replicas: a lock in the store, which ends by itself if its replica ends.

import { setTimeout as sleep } from 'node:timers/promises';
import { ReloadRefused } from '../../mock/replicas.ts';
import type { StoreConnection } from './connect.ts';
import type { StoreKeys } from './keys.ts';

export interface HeldLock {
  /** Different for each reload. */
  readonly token: string;
  /** Writes the version that replicas are about to serve. @throws ReloadRefused if the lock was lost, StoreUnavailable */
  agreeOn(version: string): Promise<void>;
}

/** Waits for the lock, and has it while the work runs. @throws ReloadRefused if others have it for too long, StoreUnavailable */
export type WithReloadLock = (work: (lock: HeldLock) => Promise<void>) => Promise<void>;

export interface ReloadLockOptions {
  readonly connection: StoreConnection;
  readonly keys: StoreKeys;
  /** Id of this replica. */
  readonly replica: string;
  /** Milliseconds on a monotonic clock. */
  readonly monotonicNow: () => number;
}

const LOCK_MS = 10_000;
/** Parsing a large document keeps the timer waiting. */
const RENEW_MS = 2000;
const RETRY_MS = 50;
const MAX_WAIT_MS = 60_000;

/** KEYS: lock. ARGV: token, milliseconds. */
const RENEW = `
return redis.call('GET', KEYS[1]) == ARGV[1] and redis.call('PEXPIRE', KEYS[1], ARGV[2])
`;
/** KEYS: lock. ARGV: token. */
const RELEASE = `
return redis.call('GET', KEYS[1]) == ARGV[1] and redis.call('DEL', KEYS[1])
`;
/** KEYS: lock, server. ARGV: token, version. Replies 1 if it was written. */
const AGREE = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[2], 'version', ARGV[2])
return 1
`;

export function createReloadLock({
  connection,
  keys,
  replica,
  monotonicNow,
}: ReloadLockOptions): WithReloadLock {
  let count = 0;
  const acquire = async (token: string): Promise<void> => {
    const start = monotonicNow();
    while ((await connection.command('SET', keys.reload, token, 'NX', 'PX', LOCK_MS)) === null) {
      if (monotonicNow() - start > MAX_WAIT_MS)
        throw new ReloadRefused(
          `another replica has been reloading for ${MAX_WAIT_MS / 1000} s, so nothing was reloaded; try again later`,
        );
      await sleep(RETRY_MS);
    }
  };
  return async work => {
    const token = `${replica}-${++count}`;
    await acquire(token);
    // If it cannot be renewed, agreeOn() finds that the lock was lost.
    const renew = (): void => void connection.script(RENEW, [keys.reload], [token, LOCK_MS]).catch(() => {});
    const timer = setInterval(renew, RENEW_MS);
    timer.unref();
    try {
      await work({
        token,
        agreeOn: async version => {
          if ((await connection.script(AGREE, [keys.reload, keys.server], [token, version])) === 1) return;
          throw new ReloadRefused(
            'reading the files took so long that another replica began to reload; what was served before is still served, reload again',
          );
        },
      });
    } finally {
      clearInterval(timer);
      // If it cannot be released, it ends by itself.
      await connection.script(RELEASE, [keys.reload], [token]).catch(() => {});
    }
  };
}
