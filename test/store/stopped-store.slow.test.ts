// A store that is connected and answers nothing, as a machine that hangs.
import { expect, onTestFinished, test } from 'vitest';
import { startRedis } from './redis-server.ts';
import { startReplicaProcess } from './replicas.ts';

test('a replica ends when it is told to, though the store answers nothing', { timeout: 30_000 }, async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const replica = await startReplicaProcess(redis.url(), ['--specs', 'test/fixtures/state/pets.yaml']);
  await fetch(`${replica.url}/pets/pets`);
  process.kill(redis.pid, 'SIGSTOP');
  replica.child.kill('SIGTERM');
  expect((await replica.ended).code).toBe(0);
});
