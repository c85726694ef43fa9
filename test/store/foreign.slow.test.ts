// What others write into the store: it ends no replica, and harms no session but its own.
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { MockServer } from '../../src/start.ts';
import { type RedisServer, startRedis } from './redis-server.ts';
import { startReplica } from './replicas.ts';

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

async function open(prefix: string): Promise<MockServer> {
  const server = await startReplica({
    storeUrl: redis.url(prefix),
    specs: ['test/fixtures/state/pets.yaml'],
    stateful: true,
    port: 0,
  });
  onTestFinished(() => server.close(100));
  return server;
}

async function pets(server: MockServer, session: string, name?: string): Promise<unknown> {
  const response = await fetch(`${server.url}/~${session}/pets/pets`, {
    ...(name !== undefined && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name }),
    }),
  });
  return { status: response.status, ...((await response.json()) as object) };
}

test('messages that no replica sent are ignored', async () => {
  const server = await open('messages');
  await pets(server, 'anna', 'Rex');
  const version = await redis.cli('HGET', 'messages:{s:anna}', 'v');
  const commit = (delta: unknown): string =>
    `${Number(version) + 1} ${JSON.stringify({ from: 'x', session: 'anna', previous: version, delta })}`;
  const messages = [
    ...['', 'text', 'null', '[]', '7', `${version} {`, `${version} {}`],
    ...['change', 'events', 'drop-reload'].map(subject =>
      JSON.stringify({ from: 'x', kind: 'tell', subject }),
    ),
    JSON.stringify({ from: 'x', kind: 'tell', subject: 'change', value: null }),
    ...['settings', 'flush', 'credentials', 'serve-version'].map(subject =>
      JSON.stringify({ from: 'x', kind: 'ask', subject, question: 1 }),
    ),
    JSON.stringify({ from: 'x', kind: 'answer', question: 1 }),
    ...[{}, { parts: {}, tables: { 'pets/pets': {} } }, { parts: { memory: 'AAAA' }, tables: {} }].map(
      commit,
    ),
    commit({ parts: {}, tables: { 'pets/pets': { isWhole: false, items: [[0, 'A'.repeat(60)]] } } }),
  ];
  const publishing = redis.cliAll(messages.map(message => ['PUBLISH', 'messages:changes', message]));
  // Some arrive while the session is changed.
  const adding = Promise.all(['Ada', 'Bo'].map(name => pets(server, 'anna', name)));
  await Promise.all([publishing, adding]);
  expect(await pets(server, 'anna')).toMatchObject({ status: 200, total: 3 });
});
