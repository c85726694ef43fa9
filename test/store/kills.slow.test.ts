// Replicas that are killed or replaced, and a store that is killed: what survives, what is answered meanwhile, what is counted.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RedisServer, startRedis } from './redis-server.ts';
import { control, startReplicaProcess, startReplicas, until } from './replicas.ts';
import { balanceLoad } from './round-robin.ts';
import { send, statusAt, type TurnAnswer, type TurnFiles, writeTurnFiles } from './turns.ts';

const LENGTH = 1000;
const TIMEOUT = 500;

let redis: RedisServer;
let files: TurnFiles;
let args: readonly string[];
beforeAll(async () => {
  redis = await startRedis({ keepsData: true });
  files = await writeTurnFiles([LENGTH]);
  args = ['--stateful', '--specs', ...files.specs, '--scenarios', ...files.scenarios];
});
afterAll(async () => {
  await files.remove();
  await redis.stop();
});

const activate = (url: string, session: string): Promise<unknown> =>
  control(url, 'POST', `/sessions/${session}/scenarios`, { scenarios: ['turns/list-0'] });
const isUnavailable = ({ status, body }: TurnAnswer): boolean =>
  status === 503 && body?.type === 'deadringer:store-unavailable';

/** Sends requests from several clients until it is told to stop. */
function keepSending(clients: number, request: (client: number) => Promise<void>): () => Promise<void> {
  let isOver = false;
  const client = async (index: number): Promise<void> => {
    while (!isOver) await request(index);
  };
  const running = Promise.all(Array.from({ length: clients }, (_, index) => client(index)));
  return async () => {
    isOver = true;
    await running;
  };
}

test('kill -9 of a replica loses nothing but what was not yet in the journal, and that is counted', async () => {
  const prefix = 'killed-replica';
  const [killed, other] = await Promise.all([
    startReplicaProcess(redis.url(prefix), args),
    startReplicaProcess(redis.url(prefix), args),
  ]);
  await activate(killed.url, 'anna');
  await control(killed.url, 'PATCH', '/sessions/anna/clock', { now: '2030-01-01', frozen: true });
  await control(killed.url, 'PATCH', '/sessions/anna/switches/turns.getPlain', { status: 418, times: 5 });
  let next = 0;
  const turns = async (count: number): Promise<void> => {
    for (let index = 0; index < count; index++)
      expect((await send(killed.url, 'anna', 'GET /turn')).body.position).toBe(next++);
  };
  await turns(100);
  for (const text of ['one', 'two']) await send(killed.url, 'anna', 'POST /notes', { text });
  for (let index = 0; index < 3; index++) await send(killed.url, 'anna', 'GET /plain');
  await turns(200);
  const sent = 305;
  // From here on the calls are counted, in the journal or as lost.
  await until(async () => Number(await redis.cli('HGET', `${prefix}:{s:anna}`, 'recorded')) >= sent);
  killed.child.kill('SIGKILL');
  await killed.ended;
  expect(await send(other.url, 'anna', 'GET /turn')).toMatchObject({
    body: { list: 0, position: next },
    date: 'Tue, 01 Jan 2030 00:00:00 GMT',
  });
  expect((await send(other.url, 'anna', 'GET /notes')).body).toEqual([
    { id: 1, text: 'first' },
    { id: 2, text: 'one' },
    { id: 3, text: 'two' },
  ]);
  const plain: number[] = [];
  for (let index = 0; index < 3; index++) plain.push((await send(other.url, 'anna', 'GET /plain')).status);
  expect(plain).toEqual([418, 418, 200]);
  const session = await control(other.url, 'GET', '/sessions/anna');
  const { entries, dropped, lost = 0 } = session.journal;
  expect({ calls: session.calls, kept: entries + dropped + lost }).toEqual({
    calls: sent + 5,
    kept: sent + 5,
  });
  // What is there is there from the first call on, without a hole, and then what the other replica answered.
  const journal = await control(other.url, 'GET', '/sessions/anna/journal?summary=true');
  expect(journal.entries.map(({ sequence }: { sequence: number }) => sequence)).toEqual(
    Array.from({ length: entries }, (_, index) => index + 1),
  );
});

test('while the store is away, what needs no memory is answered, and what does gets an error in time', async () => {
  const { specs, scenarios } = files;
  const options = { storeUrl: redis.url('away'), storeTimeout: TIMEOUT, specs, scenarios, stateful: true };
  const replicas = await startReplicas(2, options);
  const [first, second] = replicas.servers.map(({ url }) => url) as [string, string];
  try {
    await activate(first, 'ben');
    for (let position = 0; position < 4; position++)
      expect((await send(replicas.url, 'ben', 'GET /turn')).body.position).toBe(position);
    await send(replicas.url, 'ben', 'POST /notes', { text: 'before' });
    await redis.kill();
    for (const url of [first, second]) {
      expect(await send(url, 'ben', 'GET /plain')).toMatchObject({ status: 200, body: { plain: true } });
      // Whether a session that this replica never served has scenarios is known to the store only.
      expect((await send(url, 'never-seen', 'GET /plain')).status).toBe(503);
      for (const [line, body] of [
        ['GET /turn'],
        ['POST /notes', { text: 'lost' }],
        ['GET /notes'],
      ] as const) {
        const begun = performance.now();
        const answer = await send(url, 'ben', line, body);
        expect([line, answer.status, answer.body.type]).toEqual([line, 503, 'deadringer:store-unavailable']);
        expect(answer.body.detail).not.toContain('redis.sock?');
        // The limit, and what a busy machine adds.
        expect(performance.now() - begun).toBeLessThan(TIMEOUT + 5000);
      }
      const raw = await fetch(`${url}/turns/turn`, { headers: { 'x-deadringer-session': 'ben' } });
      expect([raw.headers.get('x-deadringer-error'), raw.headers.get('retry-after')]).toEqual([
        'store-unavailable',
        '1',
      ]);
      await expect(activate(url, 'ben')).rejects.toThrow('deadringer:store-unavailable');
      const health = await fetch(`${url}/__deadringer/health`);
      expect(await health.text()).toMatch(/store/);
    }
    await redis.start();
    for (const url of [first, second])
      await until(async () => !isUnavailable(await send(url, 'ben', 'GET /notes')));
    // Nothing of what was refused was written.
    expect((await send(second, 'ben', 'GET /notes')).body).toEqual([
      { id: 1, text: 'first' },
      { id: 2, text: 'before' },
    ]);
    for (let position = 4; position < 8; position++)
      expect((await send(replicas.url, 'ben', 'GET /turn')).body.position).toBe(position);
    const { calls } = await control(second, 'GET', '/sessions/ben');
    const { entries } = await control(first, 'GET', '/sessions/ben/journal?summary=true');
    expect(entries.length).toBe(calls);
  } finally {
    await replicas.close();
  }
});

test('kill -9 of the store under load: no position is used twice, nothing is an internal error, all goes on', async () => {
  const { specs, scenarios } = files;
  const options = { storeUrl: redis.url('loaded'), storeTimeout: TIMEOUT, specs, scenarios, stateful: true };
  const replicas = await startReplicas(2, options);
  try {
    await activate(replicas.url, 'carla');
    const positions: number[] = [];
    const odd: TurnAnswer[] = [];
    let refused = 0;
    const stop = keepSending(6, async () => {
      const answer = await send(replicas.url, 'carla', 'GET /turn');
      if (isUnavailable(answer)) refused++;
      else if (answer.body.list === 0 && answer.status === statusAt(answer.body.position))
        positions.push(answer.body.position);
      else odd.push(answer);
    });
    await until(() => positions.length > 50);
    await redis.kill();
    await until(() => refused > 20);
    await redis.start();
    const before = positions.length;
    await until(() => positions.length > before + 50);
    await stop();
    expect(odd).toEqual([]);
    expect(new Set(positions).size).toBe(positions.length);
    // A position without an answer belongs to a call that the store took and could not confirm.
    const unused = Math.max(...positions) + 1 - positions.length;
    expect(unused).toBeLessThanOrEqual(refused);
    expect(unused).toBeLessThanOrEqual(12);
  } finally {
    await replicas.close();
  }
});

test('10,000 requests over a replacement of all replicas: none fails', async () => {
  const url = redis.url('rolling');
  const old = await Promise.all([1, 2, 3].map(() => startReplicaProcess(url, args)));
  const balancer = await balanceLoad(old.map(replica => replica.url));
  try {
    const clients = 16;
    const next = Array.from({ length: clients }, () => 0);
    for (let client = 0; client < clients; client++) await activate(balancer.url, `client-${client}`);
    const wrong: string[] = [];
    let answered = 0;
    const stop = keepSending(clients, async client => {
      const session = `client-${client}`;
      try {
        if (answered++ % 4 !== 0) {
          const { status } = await send(balancer.url, session, 'GET /plain');
          if (status !== 200) wrong.push(`${session}: ${status}`);
          return;
        }
        const position = (next[client] as number) % LENGTH;
        next[client] = position + 1;
        const { status, body } = await send(balancer.url, session, 'GET /turn');
        if (status !== statusAt(position) || body.position !== position)
          wrong.push(`${session} at ${position}: ${status} ${JSON.stringify(body)}`);
      } catch (error) {
        wrong.push(`${session}: ${(error as Error).cause ?? error}`);
      }
    });
    for (const replica of old) {
      const replacement = await startReplicaProcess(url, args);
      balancer.add(replacement.url);
      balancer.remove(replica.url);
      replica.child.kill('SIGTERM');
      expect((await replica.ended).code).toBe(0);
    }
    await until(() => answered >= 10_000);
    await stop();
    expect(wrong.slice(0, 5)).toEqual([]);
    expect([...balancer.counts.values()].every(count => count > 0)).toBe(true);
  } finally {
    await balancer.close();
  }
});
