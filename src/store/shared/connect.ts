// The connection to a Valkey or Redis server: commands with a time limit, scripts, one channel. The only file that knows ioredis.

import { createHash } from 'node:crypto';
import type { Cluster, Redis } from 'ioredis';
import { InputError } from '../../finding/input-error.ts';
import { StoreUnavailable } from '../../mock/session/session-store.ts';
import { storeStartError } from './connect-failure.ts';
import type { StoreAddress } from './store-settings.ts';

export interface StoreConnection {
  /**
   * Runs a command; replies are text.
   * @throws StoreUnavailable if the store does not answer within the timeout; an Error if it refuses the command
   */
  command(name: string, ...args: readonly (string | number)[]): Promise<unknown>;
  /** Runs a Lua script by its hash. @param keys in one slot of a cluster */
  script(lua: string, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>;
  subscribe(channel: string, listener: (message: string) => void): Promise<void>;
  isAvailable(): boolean;
  /** Calls the listener when the store is away, and when it is back. */
  onChange(listener: (isAvailable: boolean) => void): void;
  close(): Promise<void>;
}

type Client = Redis | Cluster;

const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 1000;
const SHORTEST_START_MS = 2000;

/**
 * @param timeoutMs milliseconds that a command waits for a connection and its reply
 * @throws InputError if the store cannot be reached, or refuses the credentials
 */
export async function connectStore(address: StoreAddress, timeoutMs: number): Promise<StoreConnection> {
  const { Redis, Cluster } = await importClient();
  const retryStrategy = (times: number): number => Math.min(FIRST_RETRY_MS * 2 ** times, LAST_RETRY_MS);
  const shared = {
    ...(address.username !== undefined && { username: address.username }),
    ...(address.password !== undefined && { password: address.password }),
    ...(address.isTls && { tls: {} }),
    connectTimeout: timeoutMs,
    connectionName: 'deadringer',
    // A command whose request was answered with an error must not take effect later.
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    lazyConnect: true,
  } as const;
  const createClient = (): Client => {
    if (address.isCluster)
      return new Cluster([...address.hosts], {
        redisOptions: shared,
        clusterRetryStrategy: retryStrategy,
        enableOfflineQueue: false,
        lazyConnect: true,
      });
    const [host] = address.hosts;
    return new Redis({
      ...(address.socket === undefined ? host : { path: address.socket }),
      ...shared,
      db: address.database,
      retryStrategy,
      enableOfflineQueue: false,
    });
  };
  const [commands, subscriber] = [createClient(), createClient()];
  try {
    for (const client of [commands, subscriber]) await connectFirst(client, timeoutMs);
    // ioredis goes on with database 0 if it cannot select the one of the URL.
    if (address.database > 0) await commands.call('SELECT', address.database);
  } catch (error) {
    commands.disconnect();
    subscriber.disconnect();
    throw storeStartError(address, error);
  }
  return createConnection(commands, subscriber, timeoutMs);
}

async function importClient(): Promise<Pick<typeof import('ioredis'), 'Redis' | 'Cluster'>> {
  try {
    return await import('ioredis');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new InputError('a shared store needs the package ioredis: install it with "npm install ioredis"');
  }
}

/** @throws Error with the cause: connect() itself only says that the connection is closed */
async function connectFirst(client: Client, timeoutMs: number): Promise<void> {
  let cause: Error | undefined;
  const remember = (error: Error): void => {
    cause ??= error;
  };
  client.on('error', remember);
  // A server that accepts connections may still answer nothing.
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('timed out')), Math.max(2 * timeoutMs, SHORTEST_START_MS));
  try {
    // A cluster that has no slots to give leaves connect() open, also when it is disconnected.
    await Promise.race([client.connect(), late]);
  } catch (error) {
    throw cause ?? error;
  } finally {
    clearTimeout(timer);
    client.off('error', remember);
    // Without a listener, ioredis prints the errors of reconnects.
    client.on('error', () => undefined);
  }
}

function createConnection(commands: Client, subscriber: Client, timeoutMs: number): StoreConnection {
  const listeners = new Set<(isAvailable: boolean) => void>();
  let isAvailable = true;
  let isClosed = false;
  const isReady = (): boolean => commands.status === 'ready' && subscriber.status === 'ready';
  const setAvailable = (next: boolean): void => {
    if (isAvailable === next || isClosed) return;
    isAvailable = next;
    for (const listener of listeners) listener(next);
  };
  // Each command that waits for the connection listens.
  commands.setMaxListeners(0);
  for (const client of [commands, subscriber]) {
    client.on('close', () => setAvailable(false));
    client.on('ready', () => setAvailable(isReady()));
  }
  const run = async <T>(send: () => Promise<T>): Promise<T> => {
    const late = commands.status === 'ready' ? undefined : new AbortController();
    const sent = late === undefined ? send() : untilReady(commands, late.signal).then(send);
    const reply = await withTimeout(sent, timeoutMs, () => {
      late?.abort();
      setAvailable(false);
    });
    if (!isAvailable) setAvailable(isReady());
    return reply;
  };
  const hashes = new Map<string, string>();
  const hashOf = (lua: string): string => {
    let hash = hashes.get(lua);
    if (hash === undefined) {
      hash = createHash('sha1').update(lua).digest('hex');
      hashes.set(lua, hash);
    }
    return hash;
  };
  return {
    command: (name, ...args) => run(() => commands.call(name, ...args)),
    script: (lua, keys, args) =>
      run(() =>
        // An array, not arguments: a large table has more parts than a call may have arguments.
        commands.evalsha(hashOf(lua), keys.length, [...keys, ...args] as string[]).catch((error: Error) => {
          if (!error.message.startsWith('NOSCRIPT')) throw error;
          return commands.eval(lua, keys.length, [...keys, ...args] as string[]);
        }),
      ),
    async subscribe(channel, listener) {
      subscriber.on('message', (from: string, message: string) => {
        if (from === channel) listener(message);
      });
      await subscriber.subscribe(channel);
    },
    isAvailable: () => isAvailable,
    onChange: listener => {
      listeners.add(listener);
    },
    async close() {
      isClosed = true;
      // quit() waits for the replies of what was sent. A store that answers nothing would keep the process alive.
      await withTimeout(commands.quit(), timeoutMs, () => undefined).catch(() => commands.disconnect());
      subscriber.disconnect();
    },
  };
}

/** @param late after it, the promise stays pending */
function untilReady(client: Client, late: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const ready = (): void => resolve();
    client.once('ready', ready);
    late.addEventListener('abort', () => client.off('ready', ready));
  });
}

function withTimeout<T>(reply: Promise<T>, timeoutMs: number, onTimeout: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const fail = (): void => {
      if (isSettled) return;
      onTimeout();
      reject(new StoreUnavailable(`the store does not answer within ${timeoutMs} ms`));
    };
    let isSettled = false;
    // A process that had no time itself reads what arrived meanwhile before it gives up.
    const timer = setTimeout(() => setImmediate(fail), timeoutMs);
    reply.then(
      value => {
        isSettled = true;
        clearTimeout(timer);
        resolve(value);
      },
      (error: Error) => {
        isSettled = true;
        clearTimeout(timer);
        reject(toStoreError(error));
      },
    );
  });
}

/** Errors that pass by themselves. Redis before 7 writes them behind the place in the script. */
const PASSING = /(?:^|-)(?:LOADING|CLUSTERDOWN|MASTERDOWN|TRYAGAIN|READONLY|OOM|MISCONF|BUSY|NOREPLICAS)\b/;

/** A reply of the server that is an error has the name ReplyError. */
function toStoreError(error: Error): Error {
  const { name, message } = error;
  if (name !== 'ReplyError') return new StoreUnavailable('the connection to the store broke off');
  return PASSING.test(message)
    ? new StoreUnavailable(`the store refuses the command: ${message}`)
    : // The error of ioredis has all that was sent, which is too much for a log.
      new Error(`the store refuses a command: ${message}`);
}
