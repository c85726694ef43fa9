// Links and cookies of a real service, as a client gets them through the proxy: they lead through the proxy again.
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type MockServer, startServer } from '../../src/start.ts';

const PETS = 'test/fixtures/pets.yaml';

let service: http.Server;
let origin: string;
let headers: http.OutgoingHttpHeaders;
let mock: MockServer | undefined;

beforeEach(async () => {
  service = http.createServer((_, outgoing) => outgoing.writeHead(200, headers).end('[]'));
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  origin = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await mock?.close();
  service.close();
  service.closeAllConnections();
});

/** The fields that a client gets, with "<mock>" for the origin of the mock. */
async function fields(
  upstream: string,
  at: string,
  sent: http.OutgoingHttpHeaders,
): Promise<Record<string, string>> {
  headers = sent;
  mock = await startServer({ specs: [PETS], upstreams: [`pets=${upstream}`] });
  const response = await fetch(mock.url + at, { redirect: 'manual' });
  const names = Object.keys(sent);
  return Object.fromEntries(
    names.map(name => [name, String(response.headers.get(name)).replaceAll(mock?.url ?? '', '<mock>')]),
  );
}

test.for([
  ['/pets/v1/pets', '', '<mock>/pets/v1/pets/8?a=%20b#c', '/pets/v1/pets/8'],
  ['/pets/pets', '', '<mock>/pets/pets/8?a=%20b#c', '/pets/pets/8'],
  ['/~qa/pets/v1/pets', '', '<mock>/~qa/pets/v1/pets/8?a=%20b#c', '/~qa/pets/v1/pets/8'],
  ['/v1/pets', '', '<mock>/v1/pets/8?a=%20b#c', '/v1/pets/8'],
  ['/pets/v1/pets', '/api/2', '<mock>/pets/v1/pets/8?a=%20b#c', '/pets/v1/pets/8'],
] as const)(
  'a link to the upstream leads through the mock, from %s, upstream path "%s"',
  async ([at, base, absolute, local]) => {
    const there = base === '' ? '/v1' : base;
    const got = await fields(`${origin}${base}`, at, {
      location: `${origin}${there}/pets/8?a=%20b#c`,
      'content-location': `${there}/pets/8`,
      link: `<${origin}${there}/pets/8?a=%20b#c>; rel="next", <https://docs.example/x>; rel=help`,
      refresh: `5; url=${origin}${there}/pets/8?a=%20b#c`,
    });
    expect(got).toEqual({
      location: absolute,
      'content-location': local,
      link: `<${absolute}>; rel="next", <https://docs.example/x>; rel=help`,
      refresh: `5; url=${absolute}`,
    });
  },
);

test('a link of another scheme or port of the same host leads through the mock', async () => {
  const { location } = await fields(origin, '/pets/v1/pets', { location: 'https://127.0.0.1/v1/pets/8' });
  expect(location).toBe('<mock>/pets/v1/pets/8');
});

test.for([
  'https://elsewhere.example/v1/pets/8',
  '8',
  '../owners/3',
  '//elsewhere.example/v1/pets',
  'mailto:me@elsewhere.example',
  'http://[broken/v1',
])('another link is passed on unchanged: %s', async location => {
  expect(await fields(origin, '/pets/v1/pets', { location })).toEqual({ location });
});

test('a path outside of the base path of the upstream is passed on unchanged', async () => {
  const { location } = await fields(`${origin}/api/2`, '/pets/v1/pets', { location: '/api/20/pets' });
  expect(location).toBe('/api/20/pets');
});

test('a cookie for the host of the service is one for the mock', async () => {
  headers = {
    'set-cookie': [
      'sid=a=b; Domain=shop.example; Path=/v1; Secure; HttpOnly; SameSite=None; Max-Age=60',
      '__Host-id=1; Path=/; Secure',
      'theme=dark; Path=/; SameSite=Lax',
    ],
  };
  mock = await startServer({ specs: [PETS], upstreams: [`pets=${origin}`] });
  const response = await fetch(`${mock.url}/pets/v1/pets`);
  expect(response.headers.getSetCookie()).toEqual([
    'sid=a=b; Path=/pets/v1; HttpOnly; Max-Age=60',
    '__Host-id=1; Path=/; Secure',
    'theme=dark; Path=/; SameSite=Lax',
  ]);
});

test('the journal keeps the fields as the service sent them', async () => {
  const location = `${origin}/v1/pets/8`;
  await fields(origin, '/pets/v1/pets', { location });
  const journal = await fetch(`${mock?.url}/__deadringer/sessions/default/journal.har`);
  expect(await journal.text()).toContain(location);
});
