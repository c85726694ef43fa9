// Whether a server is ready, from its start to its end, and how connections end when it stops.
import { once } from 'node:events';
import http from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { type ListeningServer, listen } from '../../src/http/listen.ts';
import { type MockServer, startServer } from '../../src/start.ts';

const SPECS = ['test/fixtures/pets.yaml'];

async function start(token?: string): Promise<MockServer> {
  const mock = await startServer({ specs: SPECS, ...(token !== undefined && { token }) });
  onTestFinished(() => mock.close(0));
  return mock;
}

async function readiness(url: string, init?: RequestInit): Promise<[number, unknown]> {
  const response = await fetch(`${url}/__deadringer/ready`, init);
  return [response.status, await response.json()];
}

/** A port of its own for the state of a server, which becomes ready when the test says so. */
async function openBefore(ready: Promise<void>): Promise<ListeningServer> {
  const { state } = await start();
  const server = await listen({
    port: 0,
    host: '127.0.0.1',
    state,
    ready,
    bodyLimit: 1000,
    tls: undefined,
    cors: true,
    corsOrigins: [],
    token: undefined,
    scenarioFiles: {} as never,
    replicas: {} as never,
    checks: { load: { relativeTo: '.' }, bytes: 1000 },
    callbackHosts: [],
    callbackTimeout: 1000,
    upstreamTimeout: 1000,
    upstreamProxy: undefined,
    tracing: undefined,
    onError: () => {},
  });
  onTestFinished(() => server.close(0));
  return server;
}

test('a server whose documents are not verified is not ready, and other control requests wait for it', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { url } = await openBefore(promise);
  const health = fetch(`${url}/__deadringer/health`);
  expect(await readiness(url)).toEqual([503, { status: 'starting', store: { kind: 'memory' } }]);
  resolve();
  expect((await health).status).toBe(200);
  expect(await readiness(url)).toMatchObject([200, { status: 'ready' }]);
});

test('readiness needs no token, and no web page of another origin may ask for it', async () => {
  const { url } = await start('FAKE-token');
  expect((await readiness(url))[0]).toBe(200);
  expect((await readiness(url, { headers: { origin: 'https://evil.example' } }))[0]).toBe(403);
  expect((await fetch(`${url}/__deadringer/ready`, { method: 'HEAD' })).status).toBe(200);
  expect((await readiness(url, { method: 'POST' }))[0]).toBe(401);
});

test('a draining server answers, says that it stops, and closes each connection after its response', async () => {
  const mock = await start();
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  expect((await get(mock, agent)).headers.connection).toBe('keep-alive');
  mock.drain();
  const last = await get(mock, agent);
  expect([last.statusCode, last.headers.connection]).toEqual([200, 'close']);
  const next = await get(mock, agent);
  expect([next.statusCode, next.headers.connection]).toEqual([200, 'close']);
  expect(await readiness(mock.url)).toEqual([503, { status: 'stopping', store: { kind: 'memory' } }]);
});

test('a response that is under way when the server stops closes its connection', async () => {
  const mock = await startServer({ specs: SPECS });
  const agent = new http.Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  await fetch(`${mock.url}/__deadringer/sessions/default/delivery`, {
    method: 'PUT',
    body: JSON.stringify({ delay: '300ms' }),
  });
  const received = new Promise<void>(resolve => mock.state.subscribe(() => resolve()));
  const response = get(mock, agent);
  await received;
  const closed = mock.close();
  const { statusCode, headers } = await response;
  expect([statusCode, headers.connection]).toEqual([200, 'close']);
  await closed;
});

async function get({ url }: MockServer, agent: http.Agent): Promise<http.IncomingMessage> {
  const [response] = (await once(http.get(`${url}/pets/v1/pets`, { agent }), 'response')) as [
    http.IncomingMessage,
  ];
  await once(response.resume(), 'end');
  return response;
}
