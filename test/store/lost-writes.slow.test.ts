// A store that loses its latest writes, as after a crash or when a replica of the store takes over.
import { expect, onTestFinished, test } from 'vitest';
import { startRedis } from './redis-server.ts';
import { control, startReplica } from './replicas.ts';

test('a replica does not take another change for the one that the store has lost', async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const options = {
    storeUrl: redis.url('lost'),
    specs: ['test/fixtures/state/pets.yaml'],
    stateful: true,
    port: 0,
  };
  const [one, other] = [await startReplica(options), await startReplica(options)];
  onTestFinished(async () => {
    await one.close(100);
    await other.close(100);
  });
  const configure = (url: string, now: string): Promise<unknown> =>
    control(url, 'PATCH', '/sessions/anna/clock', { now, frozen: true });
  await control(one.url, 'POST', '/sessions', { id: 'anna' });
  await redis.cli('COPY', 'lost:{s:anna}', 'before');
  await configure(one.url, '2030-01-01');
  await redis.cli('COPY', 'before', 'lost:{s:anna}', 'REPLACE');
  await configure(other.url, '2031-01-01');
  expect(await control(one.url, 'GET', '/sessions/anna')).toMatchObject({
    clock: { now: '2031-01-01T00:00:00.000Z' },
  });
});
