// What replicas ask each other is answered, whatever happens to their connections.
import { expect, onTestFinished, test } from 'vitest';
import { type Channel, openChannel } from '../../src/store/shared/channel.ts';
import { connectStore } from '../../src/store/shared/connect.ts';
import { createKeys } from '../../src/store/shared/keys.ts';
import { parseStoreUrl } from '../../src/store/shared/store-settings.ts';
import { type RedisServer, startRedis } from './redis-server.ts';
import { until } from './replicas.ts';

async function joinChannel(storeUrl: string, replica: string): Promise<Channel> {
  const address = parseStoreUrl(storeUrl);
  if (address.kind === 'memory') throw new Error('the store must be shared');
  const connection = await connectStore(address, 1000);
  onTestFinished(() => connection.close());
  return await openChannel({
    connection,
    keys: createKeys(address.prefix),
    replica,
    monotonicNow: () => performance.now(),
    idleMs: 60_000,
  });
}

async function subscribersOf(redis: RedisServer): Promise<string[]> {
  const clients = await redis.cli('CLIENT', 'LIST', 'TYPE', 'pubsub');
  return [...clients.matchAll(/^id=(\d+) /gm)].map(([, id = '']) => id);
}

test('a question that does not reach a replica, because its connection broke off, is asked again', async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const url = redis.url();
  const asking = await joinChannel(url, 'asking');
  const own = await subscribersOf(redis);
  const asked = await joinChannel(url, 'asked');
  let heard = 0;
  asked.answer('how-often', () => ++heard);
  const [subscriber = ''] = (await subscribersOf(redis)).filter(id => !own.includes(id));
  // Nothing that is published reaches the connection after it was killed, and before the client has another one.
  const kill = redis.cli('CLIENT', 'KILL', 'ID', subscriber);
  const answers = [kill, ...Array.from({ length: 50 }, () => asking.ask('how-often', null))];
  await Promise.all(answers);
  expect(await asking.ask('how-often', null)).toEqual([{ replica: 'asked', answer: heard }]);
});

test('a replica that is still answering a question ignores that it is asked again', async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const url = redis.url();
  const asking = await joinChannel(url, 'asking');
  const asked = await joinChannel(url, 'asked');
  const traffic = await redis.monitor();
  let heard = 0;
  asked.answer('slow', async () => {
    heard++;
    await until(() => traffic.text().split('slow').length > 2);
    return heard;
  });
  expect(await asking.ask('slow', null)).toEqual([{ replica: 'asked', answer: 1 }]);
  await traffic.stop();
});
