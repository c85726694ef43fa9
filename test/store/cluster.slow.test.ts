// Replicas over a cluster of three nodes: the sessions are spread over the nodes, and each is on one.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomFrom } from '../../src/exchange/seeded-random.ts';
import { seedOr } from '../suite.ts';
import { listenForEvents } from './event-listener.ts';
import { type RedisCluster, startRedisCluster } from './redis-server.ts';
import { control, type Replicas, startReplicas } from './replicas.ts';
import { send, type TurnFiles, writeTurnFiles } from './turns.ts';

let cluster: RedisCluster;
let files: TurnFiles;
let replicas: Replicas;
beforeAll(async () => {
  cluster = await startRedisCluster('clustered');
  files = await writeTurnFiles([50]);
  const { specs, scenarios } = files;
  const draw = randomFrom(String(seedOr(21)));
  replicas = await startReplicas(3, { storeUrl: cluster.url, specs, scenarios, stateful: true, draw });
});
afterAll(async () => {
  await replicas.close();
  await files.remove();
  await cluster.stop();
});

test('lists, stored items, journals, the list of sessions and events are as with one node', async () => {
  const listener = await listenForEvents(replicas.servers[0]?.url as string, 'from=now');
  const sessions = Array.from({ length: 9 }, (_, index) => `member-${index}`);
  await Promise.all(
    sessions.map(async session => {
      await control(replicas.url, 'POST', '/sessions', {
        id: session,
        scenarios: ['turns/list-0'],
        credentials: [`FAKE-token-of-${session}`],
      });
      for (let position = 0; position < 20; position++)
        expect((await send(replicas.url, session, 'GET /turn')).body).toEqual({ list: 0, position });
      const { body } = await send(replicas.url, session, 'POST /notes', { text: session });
      expect((await send(replicas.url, session, `GET /notes/${body.id}`)).body.text).toBe(session);
      const { entries } = await control(replicas.url, 'GET', `/sessions/${session}/journal?summary=true`);
      expect(entries.length).toBe(22);
    }),
  );
  await listener.until(22 * 9);
  listener.stop();
  expect(new Set(listener.heard.map(({ id }) => id)).size).toBe(22 * 9);
  const { sessions: listed } = await control(replicas.url, 'GET', '/sessions');
  expect(listed.map(({ id }: { id: string }) => id)).toEqual(expect.arrayContaining(sessions));
  expect((await control(replicas.url, 'DELETE', '/sessions/member-3')) ?? null).toBeNull();
  expect((await send(replicas.url, 'member-3', 'GET /turn')).body.list).toBe(-1);
  expect((await control(replicas.url, 'GET', '/sessions/member-3')).calls).toBe(1);
});

test('each session is in one slot, and the sessions are on all nodes', async () => {
  const keys = await Promise.all(cluster.nodes.map(node => node.cli('KEYS', 'clustered:{s:*')));
  const sessionsOf = keys.map(
    text => new Set([...text.matchAll(/\{s:(member-\d)\}/g)].map(([, session]) => session as string)),
  );
  expect(sessionsOf.every(({ size }) => size > 0)).toBe(true);
  expect(sessionsOf.reduce((sum, { size }) => sum + size, 0)).toBe(9);
});
