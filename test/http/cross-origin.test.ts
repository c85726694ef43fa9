// Which web pages may read the mock, and which the real service behind it.
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MockServer, startServer } from '../../src/start.ts';
import type { MockOptions } from '../../src/start-options.ts';

const PAGE = 'https://page.example';
const seen: string[] = [];
let service: http.Server;
let origin: string;
const mocks: MockServer[] = [];

beforeAll(async () => {
  service = http.createServer((incoming, outgoing) => {
    seen.push(`${incoming.method}`);
    // The service lets one other page read it.
    if (incoming.headers.origin === 'https://friend.example')
      outgoing.setHeader('access-control-allow-origin', 'https://friend.example');
    outgoing.setHeader('content-type', 'application/json').end('[]');
  });
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  origin = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
});
afterAll(async () => {
  for (const mock of mocks) await mock.close(0);
  service.close();
});

async function start(options: Partial<MockOptions> = {}): Promise<MockServer> {
  const mock = await startServer({
    specs: ['test/fixtures/pets.yaml'],
    upstreams: [`pets=${origin}`],
    ...options,
  });
  mocks.push(mock);
  return mock;
}

/** @returns the origin that may read the response; null: none */
async function readableBy({ url }: MockServer, page: string, init: RequestInit = {}): Promise<string | null> {
  const response = await fetch(`${url}/pets/v1/pets`, {
    ...init,
    headers: { origin: page, ...init.headers },
  });
  await response.arrayBuffer();
  return response.headers.get('access-control-allow-origin');
}

const preflight = (method: string): RequestInit => ({
  method: 'OPTIONS',
  headers: { 'access-control-request-method': method, 'access-control-request-private-network': 'true' },
});

test('any page may read the mock', async () => {
  const mock = await start({ upstreams: [] });
  expect(await readableBy(mock, PAGE)).toBe(PAGE);
  expect(await readableBy(mock, PAGE, preflight('DELETE'))).toBe(PAGE);
});

describe('a page of another host', () => {
  test.each([
    PAGE,
    'null',
    'http://localhost.evil.example',
    'http://127.0.0.1.evil.example',
    'https://friend.example.org',
  ])('%s may not read the real service', async page => {
    const mock = await start();
    expect(await readableBy(mock, page)).toBeNull();
    expect(await readableBy(mock, page, { method: 'POST', body: 'x' })).toBeNull();
  });

  test('asks the service itself whether it may send a request', async () => {
    const mock = await start();
    seen.length = 0;
    expect(await readableBy(mock, PAGE, preflight('DELETE'))).toBeNull();
    expect(seen).toEqual(['OPTIONS']);
    expect(await readableBy(mock, 'https://friend.example', preflight('GET'))).toBe('https://friend.example');
    expect(await readableBy(mock, 'https://friend.example')).toBe('https://friend.example');
  });

  test('may not read a delayed response, or the error of an upstream', async () => {
    const mock = await start();
    await fetch(`${mock.url}/__deadringer/sessions/slow/delivery`, { method: 'PUT', body: '{"drip":1000}' });
    const session = { headers: { 'x-deadringer-session': 'slow' } };
    expect(await readableBy(mock, PAGE, session)).toBeNull();
    const broken = await start({ upstreams: ['pets=http://127.0.0.1:9'] });
    expect(await readableBy(broken, PAGE)).toBeNull();
  });

  test('may read what the mock responds beside the service', async () => {
    const mock = await start();
    expect(await readableBy(mock, PAGE, { headers: { prefer: 'code=503' } })).toBe(PAGE);
    const one = await start({ upstreams: [`pets.getPet=${origin}`] });
    expect(await readableBy(one, PAGE)).toBe(PAGE);
    expect(await readableBy(one, PAGE, preflight('GET'))).toBe(PAGE);
  });
});

test.each(['http://localhost:3000', 'http://app.localhost', 'https://127.0.0.1:8443', 'http://[::1]:5173'])(
  'a page of this machine may read the real service: %s',
  async page => {
    const mock = await start();
    expect(await readableBy(mock, page)).toBe(page);
    expect(await readableBy(mock, page, preflight('DELETE'))).toBe(page);
  },
);

test('a page of the host that it calls may read the real service', async () => {
  const { port } = await start();
  const request = http.get({
    port,
    path: '/pets/v1/pets',
    headers: { host: `192.168.1.20:${port}`, origin: 'http://192.168.1.20:3000' },
  });
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  response.resume();
  expect(response.headers['access-control-allow-origin']).toBe('http://192.168.1.20:3000');
});

test('named origins may read the real service, and "*" names all', async () => {
  const mock = await start({ corsOrigins: [PAGE, 'https://other.example:8443'] });
  expect(await readableBy(mock, PAGE)).toBe(PAGE);
  expect(await readableBy(mock, PAGE, preflight('DELETE'))).toBe(PAGE);
  expect(await readableBy(mock, 'https://other.example:8443')).toBe('https://other.example:8443');
  expect(await readableBy(mock, 'https://other.example')).toBeNull();
  expect(await readableBy(await start({ corsOrigins: ['*'] }), PAGE)).toBe(PAGE);
  await expect(start({ corsOrigins: ['https://page.example/app'] })).rejects.toThrow(/is not an origin/);
});

test('without CORS no page may read anything', async () => {
  const mock = await start({ cors: false, corsOrigins: ['*'] });
  expect(await readableBy(mock, PAGE)).toBeNull();
});
