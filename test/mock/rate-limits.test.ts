// Rate limits: what is counted, when a window ends, what the response and its headers say, and how they are explained.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { EMPTY_BODY } from '../../src/exchange/exchange.ts';
import { createMatcher, loadContract } from '../../src/index.ts';
import { countRequest, type RateCounts, rateInForce } from '../../src/mock/session/rate-limits.ts';
import { parseRate } from '../../src/openapi/rate-limit.ts';
import { Call } from '../../src/scenario/call.ts';
import { type ControlApi, openControl } from '../http/described-control.ts';
import { latestOf } from '../store/tested-mock.ts';

// biome-ignore lint/suspicious/noExplicitAny: the JSON of many routes
type Json = any;

const START = '2027-01-01T00:00:00.000Z';
const EPOCH = Date.parse(START) / 1000;

let mock: ControlApi;
beforeAll(async () => {
  mock = await openControl({
    specs: ['test/fixtures/limits.yaml', 'test/fixtures/pets.yaml'],
    scenarios: ['test/fixtures/limit-scenarios'],
  });
});
afterAll(async () => await mock.close());

const clock = (session: string, patch: unknown): Promise<Json> =>
  mock.control('PATCH', `/sessions/${session}/clock`, patch);
const set = async (session: string, target: string, settings: unknown): Promise<void> => {
  const { status, body } = await mock.control('PATCH', `/sessions/${session}/switches/${target}`, settings);
  expect([status, body.detail]).toEqual([200, undefined]);
};
/** A session whose clock stands. */
const frozen = async (session: string): Promise<string> => {
  await clock(session, { now: START, frozen: true });
  return session;
};
const call = (session: string, path: string, init: RequestInit & { key?: string } = {}): Promise<Response> =>
  fetch(`${mock.url}/~${session}/limits${path}`, {
    ...init,
    headers: { 'x-key': init.key ?? 'a', ...init.headers },
  });
const statuses = async (session: string, path: string, count: number, key = 'a'): Promise<number[]> => {
  const seen: number[] = [];
  for (let index = 0; index < count; index++) seen.push((await call(session, path, { key })).status);
  return seen;
};
const lastEntry = async (session: string): Promise<Json> => {
  const { body } = await mock.control('GET', `/sessions/${session}/journal`);
  return (await mock.control('GET', `/sessions/${session}/journal/${latestOf<Json>(body.entries).id}`)).body;
};
const fieldsOf = (response: Response, ...names: string[]): (string | null)[] =>
  names.map(name => response.headers.get(name));

describe('a rate limit of the document', () => {
  test('gives the declared 429 above the limit, until the window ends on the clock of the session', async () => {
    const session = await frozen('window');
    expect(await statuses(session, '/items', 4)).toEqual([200, 200, 200, 429]);
    await clock(session, { advance: '59s' });
    expect(await statuses(session, '/items', 1)).toEqual([429]);
    await clock(session, { advance: '1s' });
    expect(await statuses(session, '/items', 4)).toEqual([200, 200, 200, 429]);
    await clock(session, { now: '2026-01-01' });
    expect(await statuses(session, '/items', 1)).toEqual([200]);
  });

  test('is counted for each credential, and together for requests without one', async () => {
    const session = await frozen('credentials');
    expect(await statuses(session, '/items', 4, 'a')).toEqual([200, 200, 200, 429]);
    expect(await statuses(session, '/items', 1, 'b')).toEqual([200]);
    expect(await statuses('credentials-2', '/items', 1, 'a')).toEqual([200]);
    const without = async (): Promise<number> => (await fetch(`${mock.url}/~${session}/limits/items`)).status;
    // Invalid requests count as well.
    expect([await without(), await without(), await without(), await without()]).toEqual([
      401, 401, 401, 429,
    ]);
  });

  test('is shared by the operations below its level, and an inner level replaces or ends it', async () => {
    const session = await frozen('levels');
    const add = async (): Promise<number> => (await call(session, '/items', { method: 'POST' })).status;
    expect([...(await statuses(session, '/items', 2)), await add(), await add()]).toEqual([
      200, 200, 204, 429,
    ]);
    expect(await statuses(session, '/drafts', 3)).toEqual([204, 204, 429]);
    expect(await statuses(session, '/named', 2)).toEqual([204, 429]);
    expect(await statuses(session, '/free', 5)).toEqual([204, 204, 204, 204, 204]);
    expect(await statuses(session, '/declared', 3)).toEqual([204, 204, 204]);
  });

  test('is not counted for a request that asks for a response, and comes before replies of scenarios', async () => {
    const session = await frozen('order');
    for (let index = 0; index < 5; index++)
      expect((await call(session, '/items?__code=429')).headers.get('retry-after')).toBe('1');
    await mock.control('POST', `/sessions/${session}/scenarios`, { scenarios: ['limits/counting'] });
    const first = await call(session, '/items');
    // A scenario sets its own numbers; the other headers have the true ones.
    expect(fieldsOf(first, 'x-ratelimit-remaining', 'x-ratelimit-limit')).toEqual(['77', '3']);
    const second = await call(session, '/items');
    expect([second.status, ...fieldsOf(second, 'retry-after')]).toEqual([429, '9']);
    await call(session, '/items');
    const limited = await call(session, '/items');
    expect([limited.status, ...fieldsOf(limited, 'retry-after')]).toEqual([429, '60']);
  });

  test('is reset with the session', async () => {
    const session = await frozen('reset');
    await statuses(session, '/items', 4);
    await mock.control('POST', `/sessions/${session}/reset`);
    expect(await statuses(session, '/items', 4)).toEqual([200, 200, 200, 429]);
  });
});

describe('the headers', () => {
  test('have true numbers in the form that the document declares, and others stay as they are', async () => {
    const session = await frozen('numbers');
    const names = ['limit', 'remaining', 'used', 'reset', 'resource'].map(name => `x-ratelimit-${name}`);
    const first = await call(session, '/items');
    expect(fieldsOf(first, ...names, 'x-total')).toEqual(['3', '2', '1', `${EPOCH + 60}`, 'core', '2']);
    await clock(session, { advance: '20s' });
    expect(fieldsOf(await call(session, '/items'), ...names)).toEqual([
      '3',
      '1',
      '2',
      `${EPOCH + 60}`,
      'core',
    ]);
    await call(session, '/items');
    const limited = await call(session, '/items');
    expect(fieldsOf(limited, 'retry-after', 'x-ratelimit-reset', 'x-ratelimit-limit')).toEqual([
      '40',
      '2027-01-01T00:01:00.000Z',
      null,
    ]);
    expect(await limited.json()).toEqual({ error: 'slow down' });
    expect((await lastEntry(session)).findings).toEqual([]);
  });

  test('may be those of the drafts of RateLimit, and Retry-After may be a date', async () => {
    const session = await frozen('drafts');
    const names = ['ratelimit', 'ratelimit-policy', 'retry-after'];
    expect(fieldsOf(await call(session, '/drafts'), ...names)).toEqual([
      '"default";r=1;t=3600',
      '"default";q=2;w=3600',
      null,
    ]);
    await call(session, '/drafts');
    expect(fieldsOf(await call(session, '/drafts'), ...names)).toEqual([
      'limit=2, remaining=0, reset=3600',
      '2;w=3600',
      'Fri, 01 Jan 2027 01:00:00 GMT',
    ]);
  });

  test('may have names that the extension gives, and never violate their schemas', async () => {
    const session = await frozen('names');
    // X-Left is at least 1, so the true 0 is not sent. X-Wait is so large that it can only be milliseconds.
    expect(fieldsOf(await call(session, '/named'), 'x-left', 'x-wait', 'x-max', 'ratelimit')).toEqual([
      '7',
      `${(EPOCH + 86_400) * 1000}`,
      '1',
      '1',
    ]);
    expect((await lastEntry(session)).findings).toEqual([]);
  });
});

describe('the switch', () => {
  test('limits an operation, an API or everything, and "off" ends a limit of the document', async () => {
    const session = await frozen('switched');
    await set(session, '*', { rate: '1/10s' });
    expect(await statuses(session, '/free', 2)).toEqual([204, 429]);
    expect((await fetch(`${mock.url}/~${session}/pets/pets`)).status).toBe(200);
    await set(session, 'limits', { rate: 'off' });
    expect(await statuses(session, '/items', 5)).toEqual([200, 200, 200, 200, 200]);
    await set(session, 'limits.declared', { rate: 'on' });
    expect(await statuses(session, '/declared', 2)).toEqual([204, 429]);
    await clock(session, { advance: '30s' });
    expect(await statuses(session, '/declared', 1)).toEqual([204]);
  });

  test('counts anew when it is changed, and combines with status and delay', async () => {
    const session = await frozen('combined');
    await set(session, 'limits.free', { rate: '1/1m' });
    expect(await statuses(session, '/free', 2)).toEqual([204, 429]);
    await set(session, 'limits.free', { status: 503, deliver: { delay: 1 } });
    expect(await statuses(session, '/free', 2)).toEqual([503, 429]);
    expect((await lastEntry(session)).switches).toEqual(['limits.free']);
    await set(session, 'limits.free', { rate: null });
    expect(await statuses(session, '/free', 2)).toEqual([503, 503]);
  });

  test('replies with an error of the mock, marked off-contract, where no 429 is declared', async () => {
    const session = await frozen('undeclared');
    await set(session, 'limits.addItem', { rate: '1/90s' });
    await call(session, '/items', { method: 'POST' });
    const limited = await call(session, '/items', { method: 'POST' });
    expect([limited.status, ...fieldsOf(limited, 'retry-after', 'x-deadringer-error')]).toEqual([
      429,
      '90',
      'rate-limited',
    ]);
    expect(await limited.json()).toMatchObject({
      type: 'deadringer:rate-limited',
      detail:
        'this is request 2 of a window that allows 1: the rate limit 1/90s of the switch for limits.addItem, counted for the credential of the request',
      hint: 'declare a 429 response for addItem; the mock then sends it instead of this problem',
    });
    expect((await lastEntry(session)).offContract).toBe(
      'addItem declares 204, not 429 (test/fixtures/limits.yaml:31)',
    );
  });

  test('is explained, and named where the response in force is', async () => {
    const session = await frozen('explained');
    const texts = async (): Promise<string[]> =>
      (await lastEntry(session)).why
        .filter((each: Json) => each.step === 'selection')
        .map((each: Json) => `${each.text} ${each.location}`);
    await call(session, '/items');
    expect((await texts()).at(-1)).toMatch(
      /^This is request 1 of a window that allows 3: the rate limit 3\/1m of the document/,
    );
    await statuses(session, '/items', 3);
    expect(await texts()).toEqual([
      'This is request 4 of a window that allows 3: the rate limit 3/1m of the document, counted for the credential of the request. test/fixtures/limits.yaml:5',
    ]);
    expect(await lastEntry(session)).toMatchObject({
      rateLimit: { rate: '3/1m', calls: 4, exceeded: true, resetsAt: '2027-01-01T00:01:00.000Z' },
      sessionTime: START,
    });
    const { body } = await mock.control('GET', `/sessions/${session}/operations`);
    const inForce = body.operations.find((each: Json) => each.operation === 'listItems').inForce;
    expect(inForce).toMatchObject({
      by: 'document',
      conditional: [
        {
          status: 429,
          by: 'rate-limit',
          text: 'the rate limit 3/1m of the document, if the request exceeds it',
        },
      ],
    });
  });

  test('needs a rate, or a declared one', async () => {
    const refused = async (target: string, rate: string): Promise<string> =>
      (await mock.control('PATCH', `/sessions/refused/switches/${target}`, { rate })).body.detail;
    const form =
      '/rate must be a number of requests in a time of at most 366 days, such as 5/1m or 1000/1d, or on, or off';
    for (const rate of ['5', '0/1m', '5/m', '5/0s', '5/367d', '-1/1m', '5/1m ', '5 / 1m'])
      expect(await refused('pets', rate)).toBe(form);
    expect(await refused('pets', 'on')).toBe(
      'the document declares no rate limit for pets: set one such as 5/1m, or declare x-deadringer.rate-limit',
    );
    expect([parseRate('5/1m'), parseRate('1000/1d12h')?.window]).toEqual([
      { text: '5/1m', requests: 5, window: 60_000 },
      129_600_000,
    ]);
  });
});

test('a request above the limit is not sent to the real service', async () => {
  let received = 0;
  const service = createServer((_, outgoing) => {
    received++;
    outgoing.writeHead(204).end();
  });
  await new Promise<void>(resolve => service.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void service.close());
  const upstream = `limits=http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  const proxying = await openControl({ specs: ['test/fixtures/limits.yaml'], upstreams: [upstream] });
  onTestFinished(async () => await proxying.close());
  const get = async (): Promise<number> =>
    (await fetch(`${proxying.url}/limits/drafts`, { headers: { 'x-key': 'a' } })).status;
  expect([await get(), await get(), await get(), received]).toEqual([204, 204, 429, 2]);
});

test('a session counts a bounded number of credentials, and forgets the oldest window first', async () => {
  const { contract } = await loadContract(['test/fixtures/limits.yaml'], { relativeTo: '.' });
  const match = createMatcher(contract)({ method: 'GET', path: '/limits/items', host: undefined });
  if (match.kind !== 'operation') throw new Error(match.kind);
  const inForce = rateInForce(match.operation, undefined);
  if (inForce === undefined) throw new Error('no rate limit');
  const counts: RateCounts = new Map();
  const count = (key: string): number => {
    const headers = { 'x-key': [key] };
    const request = { method: 'GET', path: '/limits/items', query: '', headers, body: EMPTY_BODY };
    return countRequest(counts, inForce, new Call(match, request, true), 0, false).calls;
  };
  expect([count('first'), count('first')]).toEqual([1, 2]);
  for (let index = 0; index < 999; index++) count(`key-${index}`);
  expect([counts.size, count('first'), count('one more'), counts.size, count('first')]).toEqual([
    1000, 3, 1, 1000, 1,
  ]);
  expect([...counts.keys()].join()).not.toContain('key-');
});
