// The keys of the store: each of a session expires, the others are bounded, and someone else may remove them all.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listenForEvents } from './event-listener.ts';
import { type RedisServer, startRedis } from './redis-server.ts';
import { control, type Replicas, startReplicas, until } from './replicas.ts';
import { send, type TurnAnswer, type TurnFiles, writeTurnFiles } from './turns.ts';

/** The keys that are not of a session: what bounds each. All others belong to a session and end with it. */
const SHARED: Readonly<Record<string, string>> = {
  '{all}:sessions': 'a member for each session; those that ended are removed',
  '{all}:events': 'a stream of at most about 10,000 entries',
  '{all}:replicas': 'a member for each replica; those that ended are removed',
  '{all}:server': 'a hash with a field for each setting',
};

let redis: RedisServer;
let files: TurnFiles;
beforeAll(async () => {
  redis = await startRedis();
  files = await writeTurnFiles([300]);
});
afterAll(async () => {
  await files.remove();
  await redis.stop();
});

const open = (prefix: string, idle: number): Promise<Replicas> =>
  startReplicas(2, {
    storeUrl: redis.url(prefix),
    specs: files.specs,
    scenarios: files.scenarios,
    stateful: true,
    limits: { idle },
  });
/** Uses everything that a session has. */
async function useSession(url: string, session: string): Promise<void> {
  await control(url, 'POST', '/sessions', {
    id: session,
    scenarios: ['turns/list-0'],
    credentials: [`FAKE-token-of-${session}`],
  });
  await control(url, 'PATCH', `/sessions/${session}/clock`, { advance: '1h' });
  await control(url, 'PATCH', `/sessions/${session}/switches/turns.getPlain`, { status: 418, times: 1 });
  for (const line of ['GET /turn', 'GET /plain', 'GET /limited', 'GET /notes'])
    await send(url, session, line);
  await send(url, session, 'POST /notes', { text: 'kept' });
  await control(url, 'GET', `/sessions/${session}/journal`);
}

test('every key expires or is one of those that are bounded, and an idle session leaves nothing behind', async () => {
  const idle = 4000;
  const replicas = await open('expiring', idle);
  try {
    const listener = await listenForEvents(replicas.url);
    for (const session of ['anna', 'ben']) await useSession(replicas.url, session);
    await listener.until(10);
    // A hash that lost its last item is a new one.
    for (const line of ['DELETE /notes/1', 'DELETE /notes/2'])
      expect((await send(replicas.url, 'ben', line)).status).toBe(204);
    await send(replicas.url, 'ben', 'POST /notes', { text: 'kept' });
    const keys = async (): Promise<string[]> =>
      (await redis.cli('KEYS', 'expiring:*')).split('\n').filter(key => key !== '');
    expect(await keys()).toContain('expiring:{s:ben}');
    const lasting: string[] = [];
    for (const key of await keys()) {
      if (Object.hasOwn(SHARED, key.slice('expiring:'.length))) continue;
      const left = Number(await redis.cli('PTTL', key));
      if (left === -1 || left > idle) lasting.push(`${key} ${left}`);
    }
    expect(lasting).toEqual([]);
    const names = (await redis.cli('KEYS', '*')).split('\n');
    expect(names.filter(name => !name.startsWith('expiring:'))).toEqual([]);
    listener.stop();
    await until(
      async () => !(await keys()).some(key => !Object.hasOwn(SHARED, key.slice('expiring:'.length))),
    );
    expect((await control(replicas.url, 'GET', '/sessions')).sessions).toEqual([]);
    expect((await send(replicas.url, 'anna', 'GET /turn')).body.list).toBe(-1);
    expect(await redis.cli('ZRANGE', 'expiring:{all}:sessions', '0', '-1')).not.toContain('ben');
  } finally {
    await replicas.close();
  }
});

test('a replica that ends is no longer in the store', async () => {
  const replicas = await open('ending', 60_000);
  await send(replicas.url, 'anna', 'GET /turn');
  expect(await redis.cli('ZCARD', 'ending:{all}:replicas')).toBe('2');
  await replicas.close();
  expect(await redis.cli('ZCARD', 'ending:{all}:replicas')).toBe('0');
});

test('FLUSHDB while requests run is survived: sessions begin anew, and the replicas find each other again', async () => {
  const replicas = await open('flushed', 60_000);
  const [first, second] = replicas.servers.map(({ url }) => url) as [string, string];
  const odd: TurnAnswer[] = [];
  let answered = 0;
  let isOver = false;
  const client = async (session: string): Promise<void> => {
    await useSession(replicas.url, session);
    while (!isOver) {
      for (const [line, statuses] of [
        ['GET /turn', [200, 503]],
        ['POST /notes', [201]],
        ['GET /notes', [200]],
        ['GET /plain', [200]],
      ] as const) {
        const answer = await send(
          replicas.url,
          session,
          line,
          line.startsWith('POST') ? { text: 'x' } : undefined,
        );
        answered++;
        if (!(statuses as readonly number[]).includes(answer.status) || answer.body.type !== undefined)
          odd.push(answer);
      }
    }
  };
  try {
    const clients = Promise.all(['anna', 'ben', 'carla'].map(client));
    await until(() => answered > 60);
    await redis.cli('FLUSHDB');
    const before = answered;
    await until(() => answered > before + 100);
    isOver = true;
    await clients;
    expect(odd.slice(0, 3)).toEqual([]);
    for (const url of [first, second]) {
      // The scenario was active before.
      expect((await send(url, 'anna', 'GET /turn')).body.list).toBe(-1);
      expect((await control(url, 'GET', '/sessions/anna')).scenarios).toEqual([]);
    }
    const { body } = await send(first, 'dora', 'GET /notes');
    expect(body).toEqual([{ id: 1, text: 'first' }]);
    await until(async () => (await redis.cli('ZCARD', 'flushed:{all}:replicas')) === '2');
    const wrong: string[] = [];
    for (let round = 0; round < 20; round++) {
      const [changed, asked] = round % 2 === 0 ? [first, second] : [second, first];
      await control(changed, 'PATCH', '/sessions/dora/switches/turns.getPlain', { status: 500 + round });
      const { status } = await send(asked, 'dora', 'GET /plain');
      if (status !== 500 + round) wrong.push(`round ${round}: ${status}`);
    }
    expect(wrong).toEqual([]);
    await useSession(second, 'anna-again');
    expect((await control(first, 'GET', '/sessions/anna-again/journal')).entries.length).toBe(5);
  } finally {
    isOver = true;
    await replicas.close();
  }
});
