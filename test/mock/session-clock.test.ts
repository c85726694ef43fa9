// The clock of a session: set, advanced, frozen and reset; what follows it, and what keeps real time.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { changeClock, REAL_TIME, sessionTime } from '../../src/mock/session/clock.ts';
import { type ControlApi, openControl } from '../http/described-control.ts';
import { latestOf } from '../store/tested-mock.ts';

// biome-ignore lint/suspicious/noExplicitAny: the JSON of many routes
type Json = any;

let mock: ControlApi;
beforeAll(async () => {
  mock = await openControl({
    specs: ['test/fixtures/limits.yaml'],
    scenarios: ['test/fixtures/limit-scenarios'],
  });
});
afterAll(async () => await mock.close());

const clock = async (session: string, patch?: unknown): Promise<Json> =>
  (await mock.control(patch === undefined ? 'GET' : 'PATCH', `/sessions/${session}/clock`, patch)).body;
const call = (session: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${mock.url}/~${session}/limits/items`, { ...init, headers: { 'x-key': 'a' } });
const isNear = (time: string | null, expected: number): boolean =>
  Math.abs(Date.parse(time ?? '') - expected) < 60_000;

test('templates, remembered times and the field Date follow the clock; the journal keeps real time', async () => {
  await mock.control('POST', '/sessions/stamped/scenarios', { scenarios: ['limits/stamped'] });
  await clock('stamped', { now: '2027-01-01T00:00Z', frozen: true });
  await call('stamped', { method: 'POST' });
  await clock('stamped', { advance: '1d1h30m' });
  const response = await call('stamped');
  expect(await response.json()).toEqual(['2027-01-01T00:00:00.000Z', '2027-01-02T01:30:00.000Z']);
  expect(response.headers.get('date')).toBe('Sat, 02 Jan 2027 01:30:00 GMT');
  const { body } = await mock.control('GET', '/sessions/stamped/journal');
  const entry = (await mock.control('GET', `/sessions/stamped/journal/${latestOf<Json>(body.entries).id}`))
    .body;
  expect(isNear(entry.startedAt, Date.now())).toBe(true);
  expect(entry.why.find((each: Json) => each.step === 'session').detail).toEqual([
    'Its clock shows 2027-01-02T01:30:00.000Z, not real time.',
  ]);
  const session = (await mock.control('GET', '/sessions/stamped')).body;
  expect([isNear(session.lastUsedAt, Date.now()), session.clock]).toMatchObject([
    true,
    { now: '2027-01-02T01:30:00.000Z', frozen: true },
  ]);
  expect(isNear((await call('another')).headers.get('date'), Date.now())).toBe(true);
  expect((await mock.control('GET', '/sessions/another')).body).not.toHaveProperty('clock');
});

test('a clock that is not frozen runs on, and a frozen one runs on from where it stands', async () => {
  const year = 365 * 86_400_000;
  const set = await clock('running', { now: new Date(Date.now() + year).toISOString() });
  expect(set.frozen).toBe(false);
  expect(Math.abs(set.offset - year)).toBeLessThan(1000);
  // By arithmetic, because a test does not wait.
  const at = 1_000_000;
  const frozen = changeClock(
    changeClock(REAL_TIME, { now: '1970-01-01T01:00:00Z' }, at),
    { frozen: true },
    at + 500,
  );
  expect([at + 600, at + 9000].map(now => sessionTime({ clock: frozen }, now))).toEqual([
    3_600_500, 3_600_500,
  ]);
  const later = changeClock(frozen, { advance: '250ms' }, at + 9000);
  const run = changeClock(later, { frozen: false }, at + 10_000);
  expect([at + 10_000, at + 10_300].map(now => sessionTime({ clock: run }, now))).toEqual([
    3_600_750, 3_601_050,
  ]);
});

test('a reset of the session, or of its clock, shows real time again', async () => {
  for (const [method, path] of [
    ['POST', '/sessions/again/reset'],
    ['DELETE', '/sessions/again/clock'],
  ] as const) {
    await clock('again', { now: '2030-05-05', frozen: true });
    expect((await mock.control(method, path)).status).toBe(200);
    const shown = await clock('again');
    expect([shown.offset, shown.frozen, isNear(shown.now, Date.now())]).toEqual([0, false, true]);
  }
});

test.each([
  [
    { now: 'yesterday' },
    '/now must be a time such as 2027-01-01, 2027-01-01T09:30Z or 2027-01-01T09:30:00+02:00',
  ],
  [{ now: '2027-01-01T09:30' }, '/now must be a time such as'],
  [{ now: '2027-02-29' }, '/now must be a time such as'],
  [{ now: '1969-12-31T23:59:59Z' }, 'the clock of a session shows a time from 1970 to 2999'],
  [{ now: '2999-12-31', advance: '1d' }, 'the clock of a session shows a time from 1970 to 2999'],
  [{ advance: '9999999999999d' }, 'the clock of a session shows a time from 1970 to 2999'],
  [{ advance: '90' }, '/advance must be a duration such as 30s, 1h30m or 7d'],
  [{ advance: '-1h' }, '/advance must be a duration such as 30s, 1h30m or 7d'],
  [{ frozen: 'yes' }, '/frozen must be true or false'],
  [{ nwo: '2027-01-01' }, '/nwo unknown key "nwo"'],
  [{}, 'the body changes nothing: write "now", "advance" or "frozen"'],
])('%j is refused, and changes nothing', async (patch, detail) => {
  const { status, body } = await mock.control('PATCH', '/sessions/refused/clock', patch);
  expect([status, body.detail]).toEqual([400, expect.stringContaining(detail)]);
  const { body: session } = await mock.control('GET', '/sessions/refused');
  expect(session).not.toHaveProperty('clock');
});
