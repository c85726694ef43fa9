// The journals of a shared store: replicas write them, and read and follow them, over a real server.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { ServeEvent } from '../../src/mock/serve-event.ts';
import { DEFAULT_LIMITS, type SessionLimits } from '../../src/mock/session/session-limits.ts';
import { type FollowFrom, StoreUnavailable } from '../../src/mock/session/session-store.ts';
import { loadContract } from '../../src/openapi/load.ts';
import { IMMEDIATE_DELIVERY } from '../../src/scenario/delivery.ts';
import { openChannel } from '../../src/store/shared/channel.ts';
import { connectStore, type StoreConnection } from '../../src/store/shared/connect.ts';
import { createSharedJournals, type SharedJournals } from '../../src/store/shared/journal.ts';
import { ANNOUNCE_ENTRIES, APPEND } from '../../src/store/shared/journal-scripts.ts';
import { createKeys } from '../../src/store/shared/keys.ts';
import { parseStoreUrl } from '../../src/store/shared/store-settings.ts';

const { contract } = await loadContract(['test/fixtures/pets.yaml'], { relativeTo: process.cwd() });
const folder = mkdtempSync(path.join(os.tmpdir(), 'deadringer-journals-'));
const socket = path.join(folder, 'redis.sock');
let redis: ChildProcess;

async function startRedis(): Promise<void> {
  redis = spawn('redis-server', ['--port', '0', '--unixsocket', socket, '--save', '', '--dir', folder]);
  await new Promise<void>(resolve => {
    redis.stdout?.on('data', chunk => {
      if (/ready to accept/i.test(String(chunk))) resolve();
    });
  });
}
async function killRedis(): Promise<void> {
  const closed = once(redis, 'exit');
  redis.kill('SIGKILL');
  await closed;
}

beforeAll(startRedis);
afterAll(async () => {
  await killRedis();
  rmSync(folder, { recursive: true });
});

interface Replica {
  readonly journals: SharedJournals;
  readonly connection: StoreConnection;
  readonly problems: string[];
  readonly created: string[];
  /** Records requests with the statuses, and returns the ids of the exchanges. */
  record(session: string, statuses: readonly number[], epoch?: number): string[];
}

interface Setup {
  readonly prefix: string;
  readonly limits?: Partial<SessionLimits>;
  /** Changes how a script runs. */
  readonly around?: (lua: string, run: () => Promise<unknown>) => Promise<unknown>;
}

let replicas = 0;
let prefixes = 0;
const newPrefix = (): string => `journal-test-${++prefixes}`;

async function openReplica({ prefix, limits = {}, around }: Setup): Promise<Replica> {
  const address = parseStoreUrl(`unix://${socket}?prefix=${prefix}`);
  if (address.kind !== 'shared') throw new Error('the store is shared');
  const opened = await connectStore(address, 1000);
  const connection: StoreConnection = {
    ...opened,
    script: (lua, keys, args) => {
      const run = (): Promise<unknown> => opened.script(lua, keys, args);
      return around === undefined ? run() : around(lua, run);
    },
  };
  const replica = `replica-${++replicas}`;
  const keys = createKeys(prefix);
  const monotonicNow = (): number => performance.now();
  const channel = await openChannel({ connection: opened, keys, replica, monotonicNow, idleMs: 60_000 });
  const problems: string[] = [];
  const created: string[] = [];
  const journals = createSharedJournals({
    connection,
    keys,
    channel,
    limits: { ...DEFAULT_LIMITS, ...limits },
    monotonicNow,
    ruleOf: () => undefined,
    onCreated: id => created.push(id),
    onProblem: text => problems.push(text),
  });
  onTestFinished(async () => {
    await journals.close();
    await channel.close();
    await opened.close();
  });
  let exchanges = 0;
  return {
    journals,
    connection: opened,
    problems,
    created,
    record: (session, statuses, epoch) =>
      statuses.map(status => {
        const id = `${replica}-${++exchanges}`;
        journals.record(session, eventOf(id, session, status), epoch);
        return id;
      }),
  };
}

const [operation] = contract.apis.flatMap(api => api.operations.filter(({ id }) => id === 'listPets'));

function eventOf(id: string, session: string, status: number): ServeEvent {
  return {
    exchange: {
      ...{ id, startedAt: 1_800_000_000_000, duration: 1 },
      request: {
        ...{ method: 'GET', path: '/pets/pets', query: '', body: Buffer.alloc(0) },
        headers: { authorization: ['Bearer FAKE-token-of-anna'], host: ['localhost'] },
      },
      response: { status, headers: { 'content-type': ['text/plain'] }, body: Buffer.from(id.padEnd(100)) },
    },
    ...{
      operation,
      session,
      sessionSource: 'header',
      findings: [],
      refusedFor: undefined,
      problem: undefined,
    },
    ...{
      rules: [],
      switches: [],
      offContract: undefined,
      delivery: IMMEDIATE_DELIVERY,
      redactPersonal: false,
    },
  };
}

const NOTHING = { length: 0, recorded: 0, dropped: 0 };
const open = ({ journals }: Replica, id: string) =>
  journals.open(
    id,
    () => NOTHING,
    () => undefined,
  );

async function exchangesOf(replica: Replica, session: string): Promise<readonly string[]> {
  const entries = await open(replica, session).entries();
  return entries.map(({ exchange, sequence }) => `${sequence} ${exchange.id}`);
}

async function headOf(
  { connection }: Replica,
  prefix: string,
  session: string,
): Promise<Record<string, string>> {
  const fields = (await connection.command('HGETALL', createKeys(prefix).session(session).head)) as string[];
  return Object.fromEntries(
    fields.flatMap((name, at) => (at % 2 === 0 ? [[name, fields[at + 1] ?? '']] : [])),
  );
}

/** As the journals of a session are shown, from what its head says. */
async function journalOf(replica: Replica, prefix: string, session: string) {
  const { recorded, dropped } = await headOf(replica, prefix, session);
  const length = Number(
    await replica.connection.command('XLEN', createKeys(prefix).session(session).journal),
  );
  const counted = { length, recorded: Number(recorded), dropped: Number(dropped) };
  return replica.journals.open(
    session,
    () => counted,
    () => undefined,
  );
}

const numbers = (count: number): number[] => Array.from({ length: count }, () => 200);
const numbered = (ids: readonly string[], first = 1): string[] => ids.map((id, at) => `${first + at} ${id}`);

test('replicas add to one journal, each in its order, and read the same', async () => {
  const prefix = newPrefix();
  const [one, two] = [await openReplica({ prefix }), await openReplica({ prefix })];
  const first = one.record('qa', [200, 503]);
  await one.journals.flush('qa');
  const second = two.record('qa', [200]);
  await two.journals.flush();
  const third = one.record('qa', [404, 200]);
  await one.journals.flush('qa');
  const all = numbered([...first, ...second, ...third]);
  expect(await exchangesOf(one, 'qa')).toEqual(all);
  expect(await exchangesOf(two, 'qa')).toEqual(all);
  expect([one.created, two.created]).toEqual([['qa'], []]);
  const journal = await journalOf(two, prefix, 'qa');
  expect([journal.length, journal.dropped, journal.lost]).toEqual([5, 0, 0]);
  expect(Object.fromEntries((await journal.calls()).get('pets.listPets') ?? [])).toEqual({
    ...{ 200: 3, 404: 1, 503: 1 },
  });
  expect(await headOf(one, prefix, 'qa')).toMatchObject({
    ...{ calls: '5', bound: 'header', created: '1800000000000', used: '1800000000000', seq: '5' },
  });
  const { sessions } = createKeys(prefix);
  expect(await one.connection.command('ZSCORE', sessions, 'qa')).toBe('1800000000000');
  const [id] = second;
  expect((await journal.find(id as string))?.sequence).toBe(3);
  expect(await journal.findSummary(id as string)).toMatchObject({ status: 200, operation: 'listPets' });
  expect(await journal.find('no-such-exchange')).toBeUndefined();
  const sequences = async (filter: object) => (await journal.summaries(filter)).map(each => each.sequence);
  expect(await sequences({ after: 1, before: 5, limit: 2 })).toEqual([3, 4]);
  expect(await sequences({ matches: (each: { status: number }) => each.status === 200, limit: 2 })).toEqual([
    3, 5,
  ]);
  expect([
    await sequences({ limit: 0 }),
    await sequences({ before: 0 }),
    await sequences({ after: 5 }),
  ]).toEqual([[], [], []]);
});

test('what is recorded is written without being asked for, without secrets, and expires', async () => {
  const prefix = newPrefix();
  const one = await openReplica({ prefix });
  one.record('qa', [200, 200]);
  await expect.poll(() => exchangesOf(one, 'qa')).toHaveLength(2);
  await expect.poll(() => one.journals.waiting()).toBe(0);
  const names = (await one.connection.command('KEYS', `${prefix}:*`)) as string[];
  expect(names.length).toBeGreaterThanOrEqual(5);
  for (const name of names)
    expect(Number(await one.connection.command('PTTL', name)), name).toBeGreaterThan(0);
  const { journal } = createKeys(prefix).session('qa');
  const text = JSON.stringify(await one.connection.command('XRANGE', journal, '-', '+'));
  expect(text).toContain('listPets');
  expect(text).not.toContain('FAKE');
});

test('a batch whose reply is lost is not added twice', async () => {
  const prefix = newPrefix();
  let failures = 0;
  const one = await openReplica({
    prefix,
    async around(_, run) {
      const reply = await run();
      if (failures++ < 3) throw new StoreUnavailable('the reply is lost');
      return reply;
    },
  });
  const ids = one.record('qa', numbers(3));
  await expect(one.journals.flush('qa')).rejects.toThrow(StoreUnavailable);
  ids.push(...one.record('qa', numbers(2)));
  await expect.poll(() => one.journals.waiting()).toBe(0);
  expect(await exchangesOf(one, 'qa')).toEqual(numbered(ids));
  expect(await headOf(one, prefix, 'qa')).toMatchObject({ recorded: '5', calls: '5' });
  expect(failures).toBeGreaterThan(3);
});

test('what was answered before the journal was cleared is not added after it', async () => {
  const prefix = newPrefix();
  const one = await openReplica({ prefix });
  one.record('qa', numbers(2), 0);
  await one.journals.flush('qa');
  one.record('qa', numbers(2), 0);
  const { head, journal } = createKeys(prefix).session('qa');
  await one.connection.command('HSET', head, 'epoch', 1, 'recorded', 0, 'bytes', 0);
  await one.connection.command('DEL', journal);
  const after = one.record('qa', [404], 1);
  await one.journals.flush('qa');
  // Sequence numbers go on.
  expect(await exchangesOf(one, 'qa')).toEqual(numbered(after, 3));
  expect(await headOf(one, prefix, 'qa')).toMatchObject({ recorded: '1' });
  expect([one.journals.waiting(), one.journals.lost()]).toEqual([0, 0]);
});

test('a journal is bounded in entries and bytes, and what is dropped is counted', async () => {
  const prefix = newPrefix();
  const one = await openReplica({ prefix, limits: { entries: 10 } });
  const ids = [...one.record('few', numbers(4))];
  await one.journals.flush();
  // The first ones of these do not even wait.
  ids.push(...one.record('few', numbers(25)));
  await one.journals.flush();
  expect(await exchangesOf(one, 'few')).toEqual(numbered(ids.slice(-10), 5));
  const journal = await journalOf(one, prefix, 'few');
  expect([journal.length, journal.dropped, journal.lost]).toEqual([10, 19, 0]);

  const two = await openReplica({ prefix, limits: { bytes: 5000 } });
  const last = two.record('small', numbers(50)).at(-1);
  await two.journals.flush();
  const small = await journalOf(two, prefix, 'small');
  expect((await small.entries()).at(-1)?.exchange.id).toBe(last);
  expect(small.length).toBeGreaterThan(1);
  expect([small.length + small.dropped, small.lost]).toEqual([50, 0]);
  expect(Number((await headOf(two, prefix, 'small')).bytes)).toBeLessThanOrEqual(5000);
});

test('while the store is away what waits is bounded; it is written when the store is back', async () => {
  const prefix = newPrefix();
  const one = await openReplica({ prefix, limits: { entries: 10 } });
  one.record('qa', numbers(3));
  await one.journals.flush();
  await killRedis();
  await expect.poll(() => one.connection.isAvailable()).toBe(false);
  const ids = one.record('qa', numbers(1000));
  await expect(one.journals.flush('qa')).rejects.toThrow(StoreUnavailable);
  expect(one.journals.waiting()).toBe(1000);
  await startRedis();
  await expect.poll(() => one.journals.waiting()).toBe(0);
  const journal = await journalOf(one, prefix, 'qa');
  // The server keeps no data, so the session begins again.
  expect((await journal.entries()).map(({ exchange }) => exchange.id)).toEqual(ids.slice(-10));
  expect([journal.length, journal.dropped, journal.lost]).toEqual([10, 990, 0]);
  expect([one.journals.lost(), one.problems]).toEqual([0, []]);
});

test('what a killed replica had counted and not written is lost, and that is known', async () => {
  const prefix = newPrefix();
  let isKilled = false;
  const never = new Promise<never>(() => undefined);
  const one = await openReplica({ prefix, around: (_, run) => (isKilled ? never : run()) });
  one.record('qa', numbers(2));
  await one.journals.flush();
  await one.connection.command('HINCRBY', createKeys(prefix).session('qa').head, 'recorded', 5);
  isKilled = true;
  const two = await openReplica({ prefix });
  two.record('qa', [200]);
  await two.journals.flush();
  const journal = await journalOf(two, prefix, 'qa');
  expect([journal.length, journal.dropped, journal.lost]).toEqual([3, 0, 5]);
});

test('an entry that is none, or of another version, is left out and reported once', async () => {
  const prefix = newPrefix();
  const one = await openReplica({ prefix });
  const ids = one.record('qa', [200]);
  await one.journals.flush();
  const { journal, head } = createKeys(prefix).session('qa');
  await one.connection.command('XADD', journal, '2-0', 'x', 'some-id', 'e', '{"format":2,"secret":"FAKE"}');
  await one.connection.command('HSET', head, 'seq', 2);
  ids.push(...one.record('qa', [404]));
  await one.journals.flush();
  for (const _ of [1, 2]) expect(await exchangesOf(one, 'qa')).toEqual([`1 ${ids[0]}`, `3 ${ids[1]}`]);
  expect(await open(one, 'qa').find('some-id')).toBeUndefined();
  expect(one.problems).toEqual([
    'entry 2 of the session "qa" in the store cannot be read: another version of deadringer wrote it',
  ]);
});

test('a session that the store refuses is named, and the others go on', async () => {
  const prefix = newPrefix();
  const one = await openReplica({ prefix });
  await one.connection.command('SET', createKeys(prefix).session('bad').head, 'text');
  one.record('bad', numbers(2));
  one.record('good', [200]);
  await one.journals.flush();
  expect(one.problems).toEqual([expect.stringContaining('refuses exchanges of the session "bad": ')]);
  expect([one.journals.lost(), one.journals.waiting()]).toEqual([2, 0]);
  expect(await exchangesOf(one, 'good')).toHaveLength(1);
});

/** Follows a replica until the test ends. @returns what was told, as "session exchange" */
async function follow({ journals }: Replica, from: FollowFrom): Promise<string[]> {
  const told: string[] = [];
  const end = await journals.follow(from, ({ session, exchange }) => told.push(`${session} ${exchange}`));
  onTestFinished(end);
  return told;
}
const named = (session: string, ids: readonly string[]): string[] => ids.map(id => `${session} ${id}`);

test('followers on every replica are told each exchange once, and can resume', async () => {
  const prefix = newPrefix();
  const [one, two] = [await openReplica({ prefix }), await openReplica({ prefix })];
  const before = one.record('qa', numbers(3));
  await one.journals.flush();
  const [start, now, unknown] = [
    await follow(two, 'start'),
    await follow(two, 'now'),
    await follow(two, { after: 'no-such-exchange' }),
  ];
  expect([start, now, unknown]).toEqual([named('qa', before), [], named('qa', before)]);
  const [a, b] = [one.record('qa', numbers(20)), two.record('other', numbers(20))];
  await expect.poll(() => now.length).toBe(40);
  for (const [session, ids] of Object.entries({ qa: a, other: b }))
    expect(now.filter(each => each.startsWith(session))).toEqual(named(session, ids));
  await expect.poll(() => start.length).toBe(43);
  expect(start.slice(3)).toEqual(now);
  const resumed = await follow(one, { after: now[24]?.split(' ')[1] as string });
  expect(resumed).toEqual(now.slice(25));
});

test('an exchange that another replica announces late is told in the order of its session, once', async () => {
  const prefix = newPrefix();
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  const { promise: appended, resolve: setAppended } = Promise.withResolvers<void>();
  const slow = await openReplica({
    prefix,
    async around(lua, run) {
      if (lua === ANNOUNCE_ENTRIES) await held;
      const reply = await run();
      if (lua === APPEND) setAppended();
      return reply;
    },
  });
  const fast = await openReplica({ prefix });
  const listener = await follow(fast, 'now');
  // One exchange: further ones could be in a second batch, which waits for the announcement of the first.
  const late = slow.record('qa', numbers(1));
  await appended;
  const early = fast.record('qa', numbers(3));
  await expect.poll(() => listener.length).toBe(4);
  release();
  await slow.journals.flush();
  const more = fast.record('qa', numbers(1));
  const expected = named('qa', [...late, ...early, ...more]);
  await expect.poll(() => listener.length).toBe(5);
  expect(listener).toEqual(expected);
  // The events are in another order than the journal.
  expect(await follow(fast, 'start')).toEqual(expected);
  expect(await follow(fast, { after: late[0] as string })).toEqual(expected.slice(1));
});

test('after somebody empties the store, sessions begin again and followers go on', async () => {
  const prefix = newPrefix();
  const [one, two] = [await openReplica({ prefix }), await openReplica({ prefix })];
  const listener = await follow(two, 'start');
  const ids = one.record('qa', numbers(5));
  await expect.poll(() => listener.length).toBe(5);
  await one.connection.command('FLUSHDB');
  const after = [...one.record('qa', numbers(2)), ...one.record('qa', [404])];
  await expect.poll(() => listener.length).toBe(8);
  expect(listener).toEqual(named('qa', [...ids, ...after]));
  expect(await exchangesOf(two, 'qa')).toEqual(numbered(after));
  expect(await follow(one, 'start')).toEqual(named('qa', after));
});

test('what waits is written when a replica closes', async () => {
  const prefix = newPrefix();
  const [one, two] = [await openReplica({ prefix }), await openReplica({ prefix })];
  const ids = one.record('qa', numbers(300));
  await one.journals.close();
  expect(await exchangesOf(two, 'qa')).toEqual(numbered(ids));
  expect([one.journals.waiting(), one.journals.lost()]).toEqual([0, 0]);
  one.record('qa', [200]);
  expect(one.journals.lost()).toBe(1);
});
