// The connection to the store: what it does while the process is busy, and while the store is away.
import { expect, onTestFinished, test } from 'vitest';
import { connectStore } from '../../src/store/shared/connect.ts';
import { parseStoreUrl } from '../../src/store/shared/store-settings.ts';
import { startRedis } from './redis-server.ts';

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
