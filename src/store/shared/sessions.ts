// The sessions of replicas that share a store.

import { LRUCache } from 'lru-cache';
import { DEFAULT_SESSION } from '../../exchange/session-name.ts';
import type { Maybe } from '../../mock/session/session-journal.ts';
import type { Session, SessionStore, SessionStoreOptions } from '../../mock/session/session-store.ts';
import { createSessionState } from '../../mock/state/tables.ts';
import type { Channel } from './channel.ts';
import { createSessionStorage, DamagedSession, parseCommit } from './commit.ts';
import type { StoreConnection } from './connect.ts';
import { openCredentials } from './credentials.ts';
import type { SharedJournals } from './journal.ts';
import type { StoreKeys } from './keys.ts';
import type { Seal } from './seal.ts';
import { SessionCopy } from './session-copy.ts';
import { SessionQueue } from './session-queue.ts';

export interface SharedSessionsOptions extends SessionStoreOptions {
  readonly connection: StoreConnection;
  readonly channel: Channel;
  readonly keys: StoreKeys;
  readonly seal: Seal;
  readonly journals: SharedJournals;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** Called with a sentence about a session that cannot be read. */
  readonly onProblem: (message: string) => void;
}

const MIN_RESIZED = 16 * 1024;
/** Milliseconds between two searches for sessions that are over. */
const SWEEP_MS = 60_000;

export async function openSharedSessions(options: SharedSessionsOptions): Promise<SessionStore> {
  const { connection, channel, keys, seal, journals, now, limits, seed } = options;
  const { seedState = () => [], sessionPerCredential = false, onCreated, onDropped } = options;
  const storage = createSessionStorage({
    connection,
    keys,
    replica: channel.replica,
    idleMs: limits.idle,
    now,
  });
  const credentials = await openCredentials(connection, channel, keys, seal, limits.idle);
  let availableSince = now();
  connection.onChange(() => {
    availableSince = now();
  });

  const queues = new LRUCache<string, SessionQueue>({
    max: limits.count + 1,
    maxSize: limits.totalBytes,
    sizeCalculation: ({ copy }) => copy?.bytes ?? 1,
  });
  /** The size of an entry is that of the time when it was set. */
  const resize = (id: string, queue: SessionQueue): void => {
    // It was dropped meanwhile.
    if (queues.peek(id) !== queue) return;
    const counted = queues.info(id)?.size ?? 0;
    const bytes = queue.copy?.bytes ?? 1;
    if (id === DEFAULT_SESSION || Math.abs(bytes - counted) < MIN_RESIZED) return;
    queues.delete(id);
    queues.set(id, queue);
  };
  const createQueue = (id: string): SessionQueue =>
    new SessionQueue({
      id,
      storage,
      onUsed: async isNew => {
        if (isNew) onCreated?.(id);
        await connection.command('ZADD', keys.sessions, now(), id);
      },
      createCopy: loaded => {
        const copy = new SessionCopy({
          id,
          seed,
          seal,
          openJournal: journals.open,
          createState: (at, onChange) =>
            createSessionState({ limits, seed: seedState, onBytes: () => undefined, at, onChange }),
          createdAt: loaded?.counters.createdAt ?? now(),
        });
        if (loaded === undefined) return copy;
        try {
          if (loaded.delta !== undefined) copy.apply(loaded.version, loaded.delta);
        } catch {
          // The error could quote what was sealed.
          throw new DamagedSession(id);
        }
        copy.setCounters(loaded);
        return copy;
      },
    });
  // Requests without a session need its settings also while the store is away, so it is never evicted.
  const defaultQueue = createQueue(DEFAULT_SESSION);
  const find = (id: string): SessionQueue | undefined =>
    id === DEFAULT_SESSION ? defaultQueue : queues.get(id);
  const queueOf = (id: string): SessionQueue => {
    let queue = find(id);
    if (queue === undefined) {
      queue = createQueue(id);
      queues.set(id, queue);
    }
    return queue;
  };

  channel.onCommit((version, text) => {
    const message = parseCommit(text);
    // A session may have a second queue of this replica, if the first was evicted while it ran.
    if (message !== undefined) find(message.session)?.receive(version, message);
  });
  channel.onMissed(() => {
    for (const queue of [defaultQueue, ...queues.values()])
      if (queue.copy !== undefined) queue.copy.isVerified = false;
  });
  channel.answer('settings', async value => {
    const { id, version } = value as { id: string; version: string };
    const queue = find(id);
    await queue?.untilIdle();
    if (queue?.copy !== undefined && Number(queue.copy.version) < Number(version))
      queue.copy.isVerified = false;
  });
  channel.answer('flush', value => journals.flush(value === null ? undefined : String(value)));

  const update = async <T>(id: string, change: (session: Session) => T): Promise<T> => {
    const queue = queueOf(id);
    const result = await queue.run(change, false);
    resize(id, queue);
    return result;
  };
  const read = async (id: string): Promise<Session | undefined> => {
    const queue = queueOf(id);
    const session = await queue.run(found => found, true);
    resize(id, queue);
    return session;
  };
  const flush = async (id?: string): Promise<void> => {
    await Promise.all([journals.flush(id), channel.ask('flush', id ?? null)]);
  };
  const readSettings = async (id: string): Promise<Session> => {
    const queue = queueOf(id);
    try {
      await queue.run(() => undefined, true);
      resize(id, queue);
    } catch (error) {
      // Nobody can change a session while the store is away.
      if (queue.copy === undefined) throw error;
    }
    if (queue.copy === undefined) throw new Error('a session that is read must have a copy');
    return queue.copy.session;
  };
  const remove = async (id: string): Promise<boolean> => {
    await flush(id);
    await credentials.unbind(id);
    const existed = await storage.delete(id);
    await connection.command('ZREM', keys.sessions, id);
    queues.delete(id);
    if (id === DEFAULT_SESSION && defaultQueue.copy !== undefined) defaultQueue.copy.isVerified = false;
    await channel.ask('settings', { id, version: '0' });
    return existed;
  };
  /** The others are shown also if somebody has overwritten one. */
  const readOrReport = async (id: string): Promise<Session | 'damaged' | undefined> => {
    try {
      return await read(id);
    } catch (error) {
      if (!(error instanceof DamagedSession)) throw error;
      options.onProblem(error.message);
      return 'damaged';
    }
  };
  const list = async (): Promise<readonly Session[]> => {
    await flush();
    const ids = (await connection.command('ZRANGE', keys.sessions, 0, -1)) as string[];
    const found = await Promise.all(ids.map(readOrReport));
    const gone = ids.filter((_, index) => found[index] === undefined);
    if (gone.length > 0) await connection.command('ZREM', keys.sessions, ...gone);
    return found.filter(session => typeof session === 'object');
  };
  /** The keys of idle sessions expire by themselves. */
  const sweep = async (): Promise<void> => {
    const idle = (await connection.command(
      'ZRANGEBYSCORE',
      keys.sessions,
      '-inf',
      now() - limits.idle,
    )) as string[];
    for (const id of idle)
      if ((await connection.command('ZREM', keys.sessions, id)) === 1 && id !== DEFAULT_SESSION)
        onDropped(id, 'idle');
    const excess = Number(await connection.command('ZCARD', keys.sessions)) - limits.count;
    if (excess <= 0) return;
    const oldest = (await connection.command('ZRANGE', keys.sessions, 0, excess)) as string[];
    for (const id of oldest.filter(each => each !== DEFAULT_SESSION).slice(0, excess))
      if (await remove(id)) onDropped(id, 'too-many');
  };
  // What fails is tried again a minute later.
  const sweeping = setInterval(() => void sweep().catch(() => undefined), SWEEP_MS);
  sweeping.unref();

  // Requests without a session need its settings also when the store is away.
  await readOrReport(DEFAULT_SESSION);
  return {
    settings(id): Maybe<Session> {
      const copy = find(id)?.copy;
      const isKnown = copy?.isVerified === true && channel.isCurrent();
      return copy !== undefined && (isKnown || !connection.isAvailable()) ? copy.session : readSettings(id);
    },
    update: (id, _, change) => update(id, change),
    async configure(id, _, change) {
      // What the result shows of the journal is that of the store.
      await flush(id);
      await read(id);
      const result = await update(id, change);
      await channel.ask('settings', { id, version: queueOf(id).copy?.version ?? '0' });
      return result;
    },
    async get(id) {
      await flush(id);
      return await read(id);
    },
    journalOf: async id => (await read(id))?.journal,
    record: (id, event) => journals.record(id, event, find(id)?.copy?.epoch),
    list,
    count: async () => Number(await connection.command('ZCARD', keys.sessions)),
    delete: remove,
    bindCredential: credentials.bind,
    findByCredential: credentials.find,
    sessionOfIdentity: hash => (sessionPerCredential ? credentials.sessionOfIdentity(hash) : undefined),
    hasCredentials: () => sessionPerCredential || credentials.areUsed(),
    follow: journals.follow,
    status: () => ({
      kind: 'shared',
      isAvailable: connection.isAvailable(),
      since: availableSince,
      replica: channel.replica,
      replicas: channel.replicas(),
      waiting: journals.waiting(),
      lost: journals.lost(),
    }),
    async close() {
      clearInterval(sweeping);
      await journals.close();
      await channel.close();
      await connection.close();
    },
  };
}
