// Which session a credential leads to, in the store. The store has hashes of credentials only, made with the key of the replicas.

import { LRUCache } from 'lru-cache';
import type { Maybe } from '../../mock/session/session-journal.ts';
import type { Channel } from './channel.ts';
import type { StoreConnection } from './connect.ts';
import type { StoreKeys } from './keys.ts';
import type { Seal } from './seal.ts';

export interface SharedCredentials {
  bind(hash: string, id: string): Promise<void>;
  find(hash: string): Maybe<string | undefined>;
  /** The session of whom a credential stands for; it gets a new name if it has none. */
  sessionOfIdentity(hash: string): Maybe<string>;
  /** True: a credential may lead to a session. */
  areUsed(): boolean;
  /** Forgets the credentials of a session. */
  unbind(id: string): Promise<void>;
}

const MAX_KNOWN = 10_000;
/** Milliseconds after which a known credential is asked for again, which extends its life in the store. */
const KNOWN_MS = 60_000;

/** KEYS: credential. ARGV: session. The credential may have been bound to another session meanwhile. */
const UNBIND = `
return redis.call('GET', KEYS[1]) == ARGV[1] and redis.call('DEL', KEYS[1])
`;

export async function openCredentials(
  connection: StoreConnection,
  channel: Channel,
  keys: StoreKeys,
  { nameOf }: Seal,
  idleMs: number,
): Promise<SharedCredentials> {
  /** An empty text: the credential leads to no session. */
  const known = new LRUCache<string, string>({ max: MAX_KNOWN, ttl: KNOWN_MS });
  const readUse = async (): Promise<boolean> =>
    (await connection.command('HGET', keys.server, 'credentials')) === '1';
  let areUsed = await readUse();
  /** True: others may have bound the first credential while this replica received nothing. */
  let isUnsure = false;
  /** Number of times that something known was forgotten. */
  let forgotten = 0;
  const forget = (hashes: unknown): void => {
    areUsed = true;
    forgotten++;
    for (const hash of hashes as string[]) known.delete(hash);
  };
  channel.answer('credentials', forget);
  channel.onMissed(() => {
    forgotten++;
    known.clear();
    isUnsure = true;
    void readUse()
      .then(isUsed => {
        areUsed ||= isUsed;
      })
      // When the store is back, messages were missed again.
      .catch(() => undefined)
      .finally(() => {
        isUnsure = false;
      });
  });

  const fetch = async (hash: string): Promise<string | undefined> => {
    const before = forgotten;
    const id = (await connection.command('GETEX', keys.credential(hash), 'PX', idleMs)) as string | null;
    // The credential may have been bound while the reply was on its way.
    if (forgotten === before) known.set(hash, id ?? '');
    return id ?? undefined;
  };
  const find = (hash: string): Maybe<string | undefined> => {
    const id = known.get(hash);
    const isKnown = id !== undefined && (channel.isCurrent() || !connection.isAvailable());
    return isKnown ? id || undefined : fetch(hash);
  };
  const addToSession = async (hash: string, id: string): Promise<void> => {
    const { credentials } = keys.session(id);
    await connection.command('SADD', credentials, hash);
    await connection.command('PEXPIRE', credentials, idleMs);
    // Another replica may have bound it to another session at the same time.
    const owner = await connection.command('GET', keys.credential(hash));
    if (owner !== id) await connection.command('SREM', credentials, hash);
  };
  return {
    find: hash => find(nameOf(hash)),
    areUsed: () => areUsed || isUnsure || (!channel.isCurrent() && connection.isAvailable()),
    async bind(credential, id) {
      const hash = nameOf(credential);
      const key = keys.credential(hash);
      const owner = (await connection.command('SET', key, id, 'PX', idleMs, 'GET')) as string | null;
      if (owner !== null && owner !== id)
        await connection.command('SREM', keys.session(owner).credentials, hash);
      await addToSession(hash, id);
      await connection.command('HSET', keys.server, 'credentials', 1);
      forget([hash]);
      await channel.ask('credentials', [hash]);
    },
    async sessionOfIdentity(identity) {
      const hash = nameOf(identity);
      for (;;) {
        const id = await find(hash);
        if (id !== undefined) return id;
        const next = `credential-${await connection.command('HINCRBY', keys.server, 'numbered', 1)}`;
        if ((await connection.command('EXISTS', keys.session(next).head)) === 1) continue;
        // Another replica may name the session at the same time.
        await connection.command('SET', keys.credential(hash), next, 'PX', idleMs, 'NX');
        known.delete(hash);
        const named = await fetch(hash);
        if (named !== undefined) await addToSession(hash, named);
      }
    },
    async unbind(id) {
      const hashes = (await connection.command('SMEMBERS', keys.session(id).credentials)) as string[];
      for (const hash of hashes) await connection.script(UNBIND, [keys.credential(hash)], [id]);
      if (hashes.length === 0) return;
      forget(hashes);
      await channel.ask('credentials', hashes);
    },
  };
}
