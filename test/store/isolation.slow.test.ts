// Many testers through three replicas: answers never cross sessions, and each position of a list is used once.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomFrom } from '../../src/exchange/seeded-random.ts';
import { seedOr } from '../suite.ts';
import { listenForEvents } from './event-listener.ts';
import { type RedisServer, startRedis } from './redis-server.ts';
import { control, type Replicas, startReplicas } from './replicas.ts';
import { send, statusAt, type TurnFiles, writeTurnFiles } from './turns.ts';

const TESTERS = 32;
const CALLS = 300;
const draw = randomFrom(String(seedOr(12)));
const lengths = Array.from({ length: TESTERS }, (_, list) => 40 + list);

let redis: RedisServer;
let files: TurnFiles;
let replicas: Replicas;
beforeAll(async () => {
  redis = await startRedis();
  files = await writeTurnFiles([...lengths, 400]);
  const { specs, scenarios } = files;
  replicas = await startReplicas(3, { storeUrl: redis.url(), specs, scenarios, stateful: true, draw });
});
afterAll(async () => {
  await replicas.close();
  await files.remove();
  await redis.stop();
});

/** One tester: knows what each answer must be, and lists what is wrong. */
async function test300Calls(tester: number): Promise<string[]> {
  const session = `tester-${tester}`;
  const choose = randomFrom(`${tester} ${seedOr(12)}`);
  let now = Date.UTC(2030 + tester, 0, 1);
  await control(replicas.url, 'POST', '/sessions', { id: session, scenarios: [`turns/list-${tester}`] });
  await control(replicas.url, 'PATCH', `/sessions/${session}/clock`, {
    now: new Date(now).toISOString(),
    frozen: true,
  });
  const wrong: string[] = [];
  // The example of the document is there at first.
  const notes = [{ id: 1, text: 'first' }];
  let turns = 0;
  for (let call = 0; call < CALLS; call++) {
    const kind = choose();
    let sent: Awaited<ReturnType<typeof send>>;
    let expected: readonly [number, unknown];
    if (kind < 0.6) {
      const position = turns++ % (lengths[tester] as number);
      sent = await send(replicas.url, session, 'GET /turn');
      expected = [statusAt(position), { list: tester, position }];
    } else if (kind < 0.75) {
      const text = `note ${notes.length} of ${session}`;
      sent = await send(replicas.url, session, 'POST /notes', { text });
      notes.push({ id: sent.body?.id, text });
      expected = [201, { id: notes.length, text }];
    } else if (kind < 0.9) {
      sent = await send(replicas.url, session, 'GET /notes?limit=100');
      expected = [200, notes];
    } else {
      now += 3_600_000;
      await control(replicas.url, 'PATCH', `/sessions/${session}/clock`, { advance: '1h' });
      sent = await send(replicas.url, session, 'GET /plain');
      expected = [200, { plain: true }];
    }
    const seen = JSON.stringify([sent.status, sent.body, sent.date]);
    const wanted = JSON.stringify([...expected, new Date(now).toUTCString()]);
    if (seen !== wanted) wrong.push(`${session} call ${call}: ${seen}, not ${wanted}`);
  }
  const { entries, calls } = await control(
    replicas.url,
    'GET',
    `/sessions/${session}/journal?summary=true`,
  ).then(async ({ entries }) => ({
    entries,
    calls: (await control(replicas.url, 'GET', `/sessions/${session}`)).calls,
  }));
  if (entries.length !== CALLS || calls !== CALLS)
    wrong.push(`${session}: ${entries.length} entries in the journal, ${calls} calls, not ${CALLS}`);
  return wrong;
}

test(`${TESTERS} testers x ${CALLS} calls with a list, stored items and a clock each: no answer crosses, no position is skipped or repeated`, async () => {
  const wrong = await Promise.all(Array.from({ length: TESTERS }, (_, tester) => test300Calls(tester)));
  expect(wrong.flat().slice(0, 5)).toEqual([]);
  expect([...replicas.balancer.counts.values()].every(count => count > (TESTERS * CALLS) / 6)).toBe(true);
});

/** Sends the request so many times, 24 at once. */
async function sendMany(
  count: number,
  session: string,
  line: string,
): Promise<Awaited<ReturnType<typeof send>>[]> {
  const answers: Awaited<ReturnType<typeof send>>[] = [];
  let sent = 0;
  const client = async (): Promise<void> => {
    while (sent++ < count)
      answers.push(
        await send(replicas.url, session, line, line.startsWith('POST') ? { text: 'x' } : undefined),
      );
  };
  await Promise.all(Array.from({ length: 24 }, client));
  return answers;
}

test('concurrent calls of one session use each position of its list once', async () => {
  await control(replicas.url, 'POST', '/sessions/crowd/scenarios', { scenarios: [`turns/list-${TESTERS}`] });
  const answers = await sendMany(400, 'crowd', 'GET /turn');
  const positions = answers.map(({ body }) => body.position as number).sort((a, b) => a - b);
  expect(positions).toEqual(Array.from({ length: 400 }, (_, position) => position));
  expect(answers.every(({ status, body }) => status === statusAt(body.position))).toBe(true);
  expect((await send(replicas.url, 'crowd', 'GET /turn')).body.position).toBe(0);
});

test('concurrent calls of one session create items with different ids, all of which are listed', async () => {
  const created = await sendMany(120, 'authors', 'POST /notes');
  expect(new Set(created.map(({ body }) => body.id)).size).toBe(120);
  const lists = await Promise.all(
    replicas.servers.map(({ url }) => send(url, 'authors', 'GET /notes?limit=500')),
  );
  expect(lists.map(({ body }) => body.length)).toEqual([121, 121, 121]);
  expect(lists[1]?.body).toEqual(lists[0]?.body);
});

test('concurrent calls of one session are counted once by its rate limit, and by the number of calls of a switch', async () => {
  const limited = await sendMany(80, 'limited', 'GET /limited');
  expect(limited.filter(({ status }) => status === 200)).toHaveLength(50);
  expect(limited.filter(({ status }) => status === 429)).toHaveLength(30);
  await control(replicas.url, 'PATCH', '/sessions/switched/switches/turns.getPlain', {
    status: 503,
    after: 10,
    times: 30,
  });
  const switched = await sendMany(80, 'switched', 'GET /plain');
  expect(switched.filter(({ status }) => status === 503)).toHaveLength(30);
});

test('what the control API changes on one replica holds for the next request on every other', async () => {
  const session = 'seen-at-once';
  const url = (): string => replicas.servers[Math.floor(draw() * 3)]?.url as string;
  const wrong: string[] = [];
  for (let round = 0; round < 250; round++) {
    const list = round % TESTERS;
    await control(url(), 'DELETE', `/sessions/${session}/scenarios`);
    const off = await send(url(), session, 'GET /turn');
    if (off.body.list !== -1)
      wrong.push(`${round}: the scenario was deactivated, and ${JSON.stringify(off)}`);
    await control(url(), 'POST', `/sessions/${session}/scenarios`, { scenarios: [`turns/list-${list}`] });
    const on = await send(url(), session, 'GET /turn');
    if (on.body.list !== list) wrong.push(`${round}: list ${list} was activated, and ${JSON.stringify(on)}`);
    const status = 500 + (round % 50);
    await control(url(), 'PATCH', `/sessions/${session}/switches/turns.getPlain`, { status });
    const switched = await send(url(), session, 'GET /plain');
    if (switched.status !== status) wrong.push(`${round}: status ${status} was set, and ${switched.status}`);
    await control(url(), 'DELETE', `/sessions/${session}/switches`);
    const plain = await send(url(), session, 'GET /plain');
    if (plain.status !== 200) wrong.push(`${round}: the switch was removed, and ${plain.status}`);
  }
  expect(wrong.slice(0, 5)).toEqual([]);
});

test('the control API on any replica shows what was answered before it was asked', async () => {
  const url = (): string => replicas.servers[Math.floor(draw() * 3)]?.url as string;
  for (let round = 1; round <= 100; round++) {
    const { exchange } = await send(url(), 'asked', round % 2 === 0 ? 'GET /plain' : 'GET /turn');
    const { entries } = await control(url(), 'GET', '/sessions/asked/journal?summary=true');
    expect([entries.length, entries.at(-1).id, entries.at(-1).sequence]).toEqual([round, exchange, round]);
  }
  const found = await send(url(), 'asked', 'GET /plain');
  expect((await control(url(), 'GET', `/journal/${found.exchange}`)).session).toBe('asked');
});

test('a listener of one replica hears of each exchange of all once, in the order of its session, and resumes anywhere', async () => {
  const [first, second, third] = replicas.servers.map(({ url }) => url) as [string, string, string];
  const listener = await listenForEvents(first, 'from=now');
  const resuming = await listenForEvents(second, 'from=now');
  const sessions = Array.from({ length: 6 }, (_, index) => `heard-${index}`);
  const sent = new Set<string>();
  const traffic = async (session: string, count: number): Promise<void> => {
    for (let index = 0; index < count; index++)
      sent.add((await send(replicas.url, session, index % 3 === 0 ? 'GET /notes' : 'GET /plain')).exchange);
  };
  const running = Promise.all(sessions.map(session => traffic(session, 60)));
  await resuming.until(100);
  resuming.stop();
  const before = [...resuming.heard];
  await running;
  const resumed = await listenForEvents(third, '', before.at(-1)?.id);
  await Promise.all([listener.until(360), resumed.until(360 - before.length)]);
  // One more, so that what comes twice would be here.
  await traffic('heard-0', 1);
  await Promise.all([listener.until(361), resumed.until(361 - before.length)]);
  listener.stop();
  resumed.stop();
  const inOrder = (heard: readonly { session: string; sequence: number }[]): Record<string, number[]> =>
    Object.fromEntries(
      sessions.map(session => [
        session,
        heard.filter(each => each.session === session).map(({ sequence }) => sequence),
      ]),
    );
  const expected = Object.fromEntries(
    sessions.map((session, index) => [
      session,
      Array.from({ length: index === 0 ? 61 : 60 }, (_, position) => position + 1),
    ]),
  );
  expect(inOrder(listener.heard)).toEqual(expected);
  expect(inOrder([...before, ...resumed.heard])).toEqual(expected);
  expect(new Set(listener.heard.map(({ id }) => id))).toEqual(sent);
});
