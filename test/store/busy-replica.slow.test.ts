// A replica that is busy itself does not take the store for away.
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
