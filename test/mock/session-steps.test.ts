// Which calls take a step in their session, how many, and what happens while the store of the sessions is away.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { ServeEvent } from '../../src/mock/serve-event.ts';
import { type SessionStore, StoreUnavailable } from '../../src/mock/session/session-store.ts';
import { type MockServer, startServer } from '../../src/start.ts';
import type { MockOptions } from '../../src/start-options.ts';

async function start(options: MockOptions): Promise<MockServer> {
  const mock = await startServer(options);
  onTestFinished(async () => await mock.close(0));
  return mock;
}

/** Replaces methods of the store. */
function replace(mock: MockServer, methods: Partial<SessionStore>): void {
  Object.assign(mock.state, { sessions: { ...mock.state.sessions, ...methods } });
}

/** Returns the number of steps that a request takes in its session. */
function countSteps(mock: MockServer): (path: string, init?: RequestInit) => Promise<number> {
  let steps = 0;
  const { update } = mock.state.sessions;
  replace(mock, {
    update(id, now, change) {
      steps++;
      return update(id, now, change);
    },
  });
  return async (path, init) => {
    steps = 0;
    await (await fetch(mock.url + path, init)).arrayBuffer();
    return steps;
  };
}

const away = (): never => {
  throw new StoreUnavailable('the store is away');
};
const awayLater = async (): Promise<never> => away();

const post = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

test('a call that needs nothing of what its session remembers takes no step in the session', async () => {
  const mock = await start({
    specs: ['test/fixtures/pets.yaml', 'test/fixtures/limits.yaml', 'test/fixtures/streams.yaml'],
  });
  const stepsOf = countSteps(mock);
  expect(await stepsOf('/pets/pets')).toBe(0);
  expect(await stepsOf('/pets/pets?limit=0')).toBe(0);
  expect(await stepsOf('/pets/nowhere')).toBe(0);
  expect(await stepsOf('/limits/free', { headers: { key: '1' } })).toBe(0);
  expect(await stepsOf('/limits/items', { headers: { key: '1' } })).toBe(1);
  expect(await stepsOf('/limits/items', { headers: { key: '1', prefer: 'code=429' } })).toBe(0);
  expect(await stepsOf('/streams/streams/1', post({ callbackUrl: 'http://127.0.0.1:1' }))).toBe(1);
});

test('a scenario and a switch concern the calls to their operations only', async () => {
  const mock = await start({ specs: ['test/fixtures/pets.yaml'] });
  const stepsOf = countSteps(mock);
  const control = async (method: string, path: string, body: unknown): Promise<void> => {
    const { status } = await fetch(`${mock.url}/__deadringer${path}`, { ...post(body), method });
    expect(status).toBe(200);
  };
  await control('POST', '/sessions/default/scenarios', { scenarios: ['pets.getPet.200'] });
  expect([await stepsOf('/pets/pets'), await stepsOf('/pets/pets/1')]).toEqual([0, 1]);
  await control('PATCH', '/sessions/default/switches/pets.listPets', { status: 503 });
  expect([await stepsOf('/pets/pets'), await stepsOf('/pets/pets/1')]).toEqual([1, 1]);
  expect(await stepsOf('/pets/pets', { headers: { 'x-deadringer-session': 'other' } })).toBe(0);
});

test('stored items answer in the step that applies the scenarios, once the responses are cached', async () => {
  const mock = await start({ specs: ['test/fixtures/state/pets.yaml'], stateful: true });
  const stepsOf = countSteps(mock);
  const rex = post({ name: 'Rex' });
  await stepsOf('/pets/pets', rex);
  await stepsOf('/pets/pets');
  await stepsOf('/pets/pets/1');
  expect(await stepsOf('/pets/pets', rex)).toBe(1);
  expect(await stepsOf('/pets/pets')).toBe(1);
  expect(await stepsOf('/pets/pets/1')).toBe(1);
  expect(await stepsOf('/pets/pets/999')).toBe(1);
  expect(await stepsOf('/pets/pets', post({ name: 7 }))).toBe(0);
  const listed: unknown = await (await fetch(`${mock.url}/pets/pets`)).json();
  expect(listed).toMatchObject({ total: 2 });
});

test('a call that needs its session while the store is away gets a 503, and is recorded', async () => {
  const mock = await start({ specs: ['test/fixtures/pets.yaml', 'test/fixtures/limits.yaml'] });
  const events: ServeEvent[] = [];
  mock.state.subscribe(event => events.push(event));
  replace(mock, { update: awayLater });
  const limited = await fetch(`${mock.url}/~anna/limits/items`, { headers: { key: '1' } });
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([503, '1']);
  expect(limited.headers.get('x-deadringer-error')).toBe('store-unavailable');
  expect(await limited.json()).toEqual({
    type: 'deadringer:store-unavailable',
    title: 'The store of the sessions cannot be reached',
    status: 503,
    detail: 'the request needs its session: the store is away',
    hint: 'send the request again; GET /__deadringer/health tells when the store is back',
  });
  expect(events.map(({ session, problem, operation }) => [session, problem, operation?.id])).toEqual([
    ['anna', 'store-unavailable', 'listItems'],
  ]);
  expect(await (await mock.state.sessions.get('anna'))?.journal.entries()).toHaveLength(1);
  expect((await fetch(`${mock.url}/pets/pets`)).status).toBe(200);
});

test('a credential whose session cannot be found while the store is away gets a 503', async () => {
  const mock = await start({ specs: ['test/fixtures/pets.yaml'], sessionPerCredential: true });
  replace(mock, { findByCredential: awayLater });
  const token = { authorization: 'Bearer anna' };
  const response = await fetch(`${mock.url}/~ben/pets/pets`, { headers: token });
  expect([response.status, response.headers.get('x-deadringer-error')]).toEqual([503, 'store-unavailable']);
  expect(await (await mock.state.sessions.get('ben'))?.journal.entries()).toHaveLength(1);
  // The session is known without the store.
  const named = await fetch(`${mock.url}/pets/pets`, {
    headers: { ...token, 'x-deadringer-session': 'anna' },
  });
  expect(named.status).toBe(200);
});

test('an upstream answers only what surely needs no session while the store is away', async () => {
  const upstream = createServer((_, response) => response.end('upstream')).listen(0, '127.0.0.1');
  onTestFinished(() => void upstream.close());
  await once(upstream, 'listening');
  const { port } = upstream.address() as AddressInfo;
  const mock = await start({
    specs: ['test/fixtures/pets.yaml'],
    upstreams: [`http://127.0.0.1:${port}`],
  });
  replace(mock, { settings: awayLater });
  const statuses = ['/pets/pets', '/pets/no/where'].map(path =>
    fetch(mock.url + path).then(each => each.status),
  );
  expect(await Promise.all(statuses)).toEqual([503, 200]);
});

test('the control API answers with a 503 while the store is away, also a follower of events', async () => {
  const mock = await start({ specs: ['test/fixtures/pets.yaml'] });
  replace(mock, { get: awayLater, configure: away, follow: awayLater });
  const call = async (path: string, init?: RequestInit): Promise<unknown[]> => {
    const response = await fetch(`${mock.url}/__deadringer${path}`, init);
    const { type } = (await response.json()) as { type: string };
    return [response.status, response.headers.get('retry-after'), type];
  };
  const unavailable = [503, '1', 'deadringer:store-unavailable'];
  expect(await call('/sessions/default')).toEqual(unavailable);
  expect(await call('/sessions/default/reset', { method: 'POST' })).toEqual(unavailable);
  expect(await call('/events')).toEqual(unavailable);
});

test('a follower of events gets what it waits for when the store is back', async () => {
  const mock = await start({ specs: ['test/fixtures/pets.yaml'] });
  const { journalOf } = mock.state.sessions;
  let reads = 0;
  const { promise: isRead, resolve: setRead } = Promise.withResolvers<void>();
  replace(mock, {
    journalOf(id) {
      setRead();
      return ++reads === 1 ? awayLater() : journalOf(id);
    },
  });
  const left = new AbortController();
  const { body } = await fetch(`${mock.url}/__deadringer/events?from=now`, { signal: left.signal });
  const id = (await fetch(`${mock.url}/pets/pets`)).headers.get('x-deadringer-exchange');
  await isRead;
  let text = '';
  for await (const chunk of body ?? []) {
    text += Buffer.from(chunk as Uint8Array).toString();
    if (text.includes('event: exchange')) break;
  }
  left.abort();
  expect(text).toContain(`id: ${id}\n`);
  expect(text).not.toContain('skipped');
});
