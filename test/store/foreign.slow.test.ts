// What others write into the store: it ends no replica, and harms no session but its own.
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { MockServer } from '../../src/start.ts';
import { type RedisServer, startRedis } from './redis-server.ts';
import { control, startReplica } from './replicas.ts';

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

test('a session whose keys somebody has overwritten says what to do, and harms no other one', async () => {
  const [server, other] = [await open('overwritten'), await open('overwritten')];
  const key = (session: string): string => `overwritten:{s:${session}}`;
  for (const session of ['anna', 'ben', 'carl', 'dora', 'default']) await pets(server, session, 'Rex');
  await redis.cliAll([
    ['DEL', key('anna')],
    ['SET', key('anna'), 'text'],
    ['HSET', key('ben'), 'memory', 'AAAA', 'v', '1'],
    ['HSET', key('default'), 'memory', 'AAAA', 'v', '1'],
    ['HSET', key('carl'), 'v', '1'],
    ['DEL', `${key('carl')}:t:pets/pets`],
    ['SET', `${key('carl')}:t:pets/pets`, 'text'],
  ]);
  const third = await open('overwritten');
  for (const session of ['anna', 'ben', 'carl', 'default']) {
    for (const { url } of [server, other, third]) {
      const response = await fetch(`${url}/~${session}/pets/pets`);
      expect([session, response.status]).toEqual([session, 503]);
      const { type, detail } = (await response.json()) as Record<string, string>;
      expect([type, detail]).toEqual([
        'deadringer:store-unavailable',
        expect.stringContaining(`"${session}"`),
      ]);
    }
  }
  const { sessions } = await control(third.url, 'GET', '/sessions');
  expect(sessions.map(({ id }: { id: string }) => id)).toEqual(['dora']);
  for (const session of ['anna', 'ben', 'carl', 'default']) {
    await control(third.url, 'DELETE', `/sessions/${session}`);
    for (const each of [server, other, third])
      expect(await pets(each, session)).toMatchObject({ status: 200, total: 0 });
  }
  expect(await pets(other, 'dora')).toMatchObject({ status: 200, total: 1 });
});
