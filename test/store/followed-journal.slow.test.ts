// What a listener of events costs the store.
import { expect, onTestFinished, test } from 'vitest';
import { listenForEvents } from './event-listener.ts';
import { startRedis } from './redis-server.ts';
import { control, startReplica } from './replicas.ts';

test('a listener reads each entry where it is, instead of searching the journal for it', async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const server = await startReplica({
    storeUrl: redis.url(),
    specs: ['test/fixtures/pets.yaml'],
    port: 0,
  });
  onTestFinished(() => server.close(100));
  for (let sent = 0; sent < 20; sent++) await fetch(`${server.url}/~anna/pets`);
  await control(server.url, 'GET', '/sessions/anna');
  await redis.cli('CONFIG', 'RESETSTAT');
  const listener = await listenForEvents(server.url);
  onTestFinished(listener.stop);
  await listener.until(20);
  await fetch(`${server.url}/~anna/pets`);
  await listener.until(21);
  expect(await redis.cli('INFO', 'commandstats')).not.toContain('cmdstat_xrevrange');
});
