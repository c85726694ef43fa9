// The page of the console over sockets: policy and caching, who is led there, and what pages of other origins can do: nothing.
import { once } from 'node:events';
import http from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reachableUrls } from '../../src/http/reachable-urls.ts';
import { type MockServer, startServer } from '../../src/start.ts';

let mock: MockServer;
let guarded: MockServer;
beforeAll(async () => {
  mock = await startServer({ specs: ['test/fixtures/pets.yaml'] });
  guarded = await startServer({ specs: ['test/fixtures/pets.yaml'], token: 'FAKE-token' });
});
afterAll(async () => {
  await mock.close();
  await guarded.close();
});

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

/** Sends exactly these header fields and this path, which fetch would normalize or forbid. */
async function send(
  server: MockServer,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body = '',
): Promise<Answer> {
  const request = http.request({ host: '127.0.0.1', port: server.port, method, path, headers });
  request.end(body);
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return { status: response.statusCode ?? 0, headers: response.headers, text };
}

const PAGE = '/__deadringer/';
const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

describe('the page', () => {
  test('is served with a policy that allows nothing but its own files', async () => {
    const { status, headers, text } = await send(mock, 'GET', PAGE);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-cache',
    });
    const policy = String(headers['content-security-policy']).split('; ');
    expect(policy).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data:",
      "connect-src 'self'",
      "font-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      'trusted-types',
    ]);
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect(text).not.toMatch(/<style|style=|<script(?![^>]* src=)|\bon\w+=|https?:/);
  });

  test('has assets that may be kept for ever, and others do not exist', async () => {
    const { text } = await send(mock, 'GET', PAGE);
    const assets = [...text.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(([, path]) => path);
    expect(assets.length).toBeGreaterThan(2);
    for (const asset of assets) {
      const { status, headers } = await send(mock, 'GET', PAGE + asset);
      expect([status, headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
    const missing = await send(mock, 'GET', `${PAGE}assets/index-00000000.js`);
    expect([missing.status, missing.headers['x-deadringer-error']]).toEqual([404, 'no-such-control']);
  });

  test.each([
    'assets/../../../package.json',
    'assets/..%2f..%2f..%2fpackage.json',
    'assets/%2e%2e/%2e%2e/%2e%2e/package.json',
    'assets/..%5c..%5c..%5cpackage.json',
    'assets//etc/passwd',
    'assets/.%00./package.json',
    'assets/',
    'assets',
    '.git/config',
    'index.html',
  ])('leads to no other file: %s', async path => {
    const { status, text } = await send(mock, 'GET', PAGE + path);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(text).not.toMatch(/"version"|root:|repositoryformat/);
  });

  test('has its address with a slash at the end', async () => {
    const { status, headers } = await send(mock, 'GET', '/__deadringer');
    expect([status, headers.location]).toEqual([301, PAGE]);
  });

  test('needs no token, and everything that it shows does', async () => {
    expect((await send(guarded, 'GET', PAGE)).status).toBe(200);
    for (const path of ['server', 'sessions', 'events', 'openapi.yaml', 'assets/../sessions'])
      expect((await send(guarded, 'GET', PAGE + path)).status, path).toBeGreaterThanOrEqual(400);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
      expect((await send(guarded, method, PAGE)).status, method).toBe(401);
  });
});

describe('every response of the control API', () => {
  test.each([
    ['GET', 'sessions'],
    ['GET', 'openapi.yaml'],
    ['GET', 'metrics'],
    ['GET', 'sessions/default/journal.har'],
    ['GET', 'nowhere'],
    ['GET', 'assets/nowhere.js'],
    ['POST', 'check?format=nothing'],
    ['POST', 'sessions/no%20name/reset'],
    ['POST', 'sessions/%ff/reset'],
    ['DELETE', 'sessions/nobody'],
  ])('runs and loads nothing, and is kept by no cache: %s %s', async (method, path) => {
    for (const server of [mock, guarded]) {
      const { headers } = await send(server, method, PAGE + path);
      expect(headers).toMatchObject({
        'content-security-policy': expect.stringMatching(/^default-src 'none'; .*frame-ancestors 'none'/),
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      });
    }
  });

  test('says that a "%" in the path escapes nothing', async () => {
    const { status, text } = await send(mock, 'POST', `${PAGE}sessions/%ff/reset`);
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ type: 'deadringer:bad-control', hint: 'write a "%" as %25' });
  });
});

describe('a browser that opens the server', () => {
  test.each([
    ['/', '/__deadringer/'],
    ['/~anna/', '/__deadringer/#/start?session=anna'],
    ['/~anna', '/__deadringer/#/start?session=anna'],
  ])('is led from %s to %s, and nothing is journaled', async (path, location) => {
    const { status, headers } = await send(mock, 'GET', path, BROWSER);
    expect([status, headers.location]).toEqual([302, location]);
    expect(headers['cache-control']).toBe('no-store');
    expect(await mock.state.sessions.get('anna')).toBeUndefined();
  });

  test('gets the problem for any other path, and other programs get it for / as well', async () => {
    for (const [method, path, headers] of [
      ['GET', '/nowhere', BROWSER],
      ['POST', '/', BROWSER],
      ['GET', '/', {}],
      ['GET', '/', { accept: '*/*' }],
      ['GET', '/', { accept: 'application/json' }],
    ] as const) {
      const answer = await send(mock, method, path, headers);
      expect([answer.status, answer.headers['x-deadringer-error']]).toEqual([404, 'no-such-path']);
    }
  });
});

describe('a page of another origin', () => {
  const other = 'http://127.0.0.1:5173';
  const NAVIGATION = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
  const FROM_OTHERS: readonly Record<string, string>[] = [
    { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' },
    { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors', origin: other },
    { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
    { origin: other },
    { origin: 'null' },
    { origin: 'https://evil.example' },
  ];

  test.each(FROM_OTHERS)('reads nothing, neither data nor the page: %j', async headers => {
    for (const path of ['server', 'sessions', 'events', 'sessions/default/journal', 'openapi.yaml', '']) {
      const answer = await send(mock, 'GET', PAGE + path, headers);
      expect([path, answer.status, answer.headers['x-deadringer-error']]).toEqual([
        path,
        403,
        'control-forbidden',
      ]);
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  test.each(FROM_OTHERS)('changes nothing, with simple requests and forms: %j', async headers => {
    const form = { ...headers, 'content-type': 'text/plain' };
    const body = JSON.stringify({ id: 'intruder' });
    expect((await send(mock, 'POST', `${PAGE}sessions`, form, body)).status).toBe(403);
    const encoded = { ...headers, ...NAVIGATION, 'content-type': 'application/x-www-form-urlencoded' };
    expect((await send(mock, 'POST', `${PAGE}sessions`, { ...encoded, origin: other }, body)).status).toBe(
      403,
    );
    expect((await send(mock, 'POST', `${PAGE}sessions/default/reset`, form)).status).toBe(403);
    expect((await send(mock, 'DELETE', `${PAGE}sessions/default/journal`, form)).status).toBe(403);
    expect(
      (await send(mock, 'OPTIONS', `${PAGE}sessions`, { ...headers, ...PREFLIGHT })).headers,
    ).not.toHaveProperty('access-control-allow-origin');
    expect(await mock.state.sessions.get('intruder')).toBeUndefined();
  });

  const PREFLIGHT = { origin: other, 'access-control-request-method': 'DELETE' };

  test('may link to the page, and to nothing else', async () => {
    for (const site of ['same-site', 'cross-site']) {
      const headers = { 'sec-fetch-site': site, ...NAVIGATION };
      expect((await send(mock, 'GET', PAGE, headers)).status).toBe(200);
      expect((await send(mock, 'GET', `${PAGE}sessions`, headers)).status).toBe(403);
      expect((await send(mock, 'POST', PAGE, headers)).status).toBe(403);
    }
  });

  test('gets nothing by a name that resolves to this machine', async () => {
    for (const path of ['', 'server', 'assets/index.js']) {
      const { status } = await send(mock, 'GET', PAGE + path, { host: `rebound.example:${mock.port}` });
      expect([path, status]).toEqual([path, 403]);
    }
  });

  test('cannot send a token in the address', async () => {
    for (const query of [
      '?token=FAKE-token',
      '?access_token=FAKE-token',
      '?authorization=Bearer%20FAKE-token',
    ])
      expect((await send(guarded, 'GET', `${PAGE}sessions${query}`)).status).toBe(401);
  });
});

test('the addresses of a server are those that other machines can use', () => {
  const address = (text: string, internal = false) =>
    ({ address: text, family: text.includes(':') ? 'IPv6' : 'IPv4', internal }) as never;
  const interfaces = {
    lo: [address('127.0.0.1', true), address('::1', true)],
    docker0: [address('172.17.0.1')],
    wlan0: [address('fe80::1'), address('192.168.1.20')],
  };
  expect(reachableUrls('http', '0.0.0.0', 4010, interfaces)).toEqual([
    { url: 'http://127.0.0.1:4010', kind: 'local' },
    { url: 'http://192.168.1.20:4010', kind: 'network' },
    { url: 'http://172.17.0.1:4010', kind: 'network' },
  ]);
  expect(reachableUrls('http', '127.0.0.1', 1, interfaces)).toEqual([
    { url: 'http://127.0.0.1:1', kind: 'local' },
  ]);
  expect(reachableUrls('http', '::1', 1, interfaces)).toEqual([{ url: 'http://[::1]:1', kind: 'local' }]);
  expect(reachableUrls('http', '192.168.1.20', 1)).toEqual([
    { url: 'http://192.168.1.20:1', kind: 'network' },
  ]);
});
