// The copies of sessions that a replica keeps are bounded, also those that it only reads.
import { expect, onTestFinished, test } from 'vitest';
import { startRedis } from './redis-server.ts';
import { control, startReplica } from './replicas.ts';
import { send, writeTurnFiles } from './turns.ts';

test('a replica that lists sessions keeps no more of them than its limit of bytes', async () => {
  const redis = await startRedis();
  const files = await writeTurnFiles([1]);
  const options = {
    storeUrl: redis.url('copies'),
    specs: files.specs,
    stateful: true,
    port: 0,
    storeTimeout: 200,
  };
  const writer = await startReplica(options);
  const reader = await startReplica({ ...options, limits: { totalBytes: 350_000 } });
  onTestFinished(async () => {
    await writer.close(100);
    await reader.close(100);
    await redis.stop();
    await files.remove();
  });
  const sessions = Array.from({ length: 10 }, (_, index) => `tester-${index}`);
  for (const session of sessions)
    await send(writer.url, session, 'POST /notes', { text: 'x'.repeat(100_000) });
  await control(reader.url, 'GET', '/sessions');
  await redis.kill();
  // Without the store, a session is known only if there is a copy of it.
  const answers = await Promise.all(sessions.map(session => send(reader.url, session, 'GET /plain')));
  expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(3);
});
