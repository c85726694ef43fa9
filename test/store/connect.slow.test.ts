// The connection to the store: what it sends, and which errors pass by themselves.
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { connectStore, type StoreConnection } from '../../src/store/shared/connect.ts';
import { parseStoreUrl } from '../../src/store/shared/store-settings.ts';
import { type RedisServer, startRedis } from './redis-server.ts';

let redis: RedisServer;
let connection: StoreConnection;
beforeAll(async () => {
  redis = await startRedis();
  const address = parseStoreUrl(redis.url());
  if (address.kind === 'memory') throw new Error('the store must be shared');
  connection = await connectStore(address, 10_000);
});
afterAll(async () => {
  await connection.close();
  await redis.stop();
});

test('a script may have as many parts as a table with the most items', async () => {
  const parts = Array.from({ length: 210_000 }, () => 'x');
  expect(await connection.script('return #ARGV', ['key'], parts)).toBe(parts.length);
});

test.each([
  "OOM command not allowed when used memory > 'maxmemory'. script: 1, on @user_script:1.",
  "ERR Error running script (call to f_1): @user_script:1: @user_script: 1: -OOM command not allowed when used memory > 'maxmemory'.",
  "ERR Error running script (call to f_1): @user_script:1: @user_script: 1: -READONLY You can't write against a read only replica.",
  'NOREPLICAS Not enough good replicas to write.',
])('the store is unavailable while it says: %s', async text => {
  const lua = 'return redis.error_reply(ARGV[1])';
  await expect(connection.script(lua, ['key'], [text])).rejects.toMatchObject({ name: 'StoreUnavailable' });
});

test('commands that wait for the store are sent when it is back, however many there are', async () => {
  const warnings: string[] = [];
  const listener = ({ message }: Error): void => void warnings.push(message);
  process.on('warning', listener);
  onTestFinished(() => void process.off('warning', listener));
  const isAway = new Promise(resolve => connection.onChange(resolve));
  await redis.kill();
  await isAway;
  // Both connections have ended when the events of this moment are handled.
  await new Promise(setImmediate);
  const replies = Promise.all(Array.from({ length: 100 }, (_, index) => connection.command('ECHO', index)));
  await redis.start();
  expect(await replies).toEqual(Array.from({ length: 100 }, (_, index) => String(index)));
  expect(warnings).toEqual([]);
});

test('a reply that arrives while the process is busy for longer than the timeout is taken', async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const address = parseStoreUrl(redis.url());
  if (address.kind !== 'shared') throw new Error('the store is shared');
  const timeoutMs = 200;
  const connection = await connectStore(address, timeoutMs);
  onTestFinished(() => connection.close());
  const reply = connection.command('ECHO', 'here');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5 * timeoutMs);
  expect(await reply).toBe('here');
  expect(connection.isAvailable()).toBe(true);
});

test('many commands that wait for a store that is away end within the timeout, without a warning', async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const address = parseStoreUrl(redis.url());
  if (address.kind !== 'shared') throw new Error('the store is shared');
  const connection = await connectStore(address, 100);
  onTestFinished(() => connection.close());
  const warnings: Error[] = [];
  const warned = (warning: Error): void => void warnings.push(warning);
  process.on('warning', warned);
  onTestFinished(() => void process.off('warning', warned));
  const away = new Promise<void>(resolve => connection.onChange(isAvailable => !isAvailable && resolve()));
  await redis.kill();
  await away;
  const commands = Array.from({ length: 20 }, () => connection.command('ECHO', 'here'));
  const results = await Promise.allSettled(commands);
  expect(results.every(({ status }) => status === 'rejected')).toBe(true);
  expect(warnings).toEqual([]);
});
