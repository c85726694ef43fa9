// Responses and errors of one connection come in the order of the requests, whole, and end where the connection ends.
import { once } from 'node:events';
import net from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ServerError } from '../../src/http/options.ts';
import type { ServeEvent } from '../../src/mock/serve-event.ts';
import { type MockServer, startServer } from '../../src/start.ts';
import { splitResponses } from './split-responses.ts';

let mock: MockServer;
const errors: ServerError[] = [];
let events: ServeEvent[] = [];

beforeAll(async () => {
  mock = await startServer({ specs: ['test/fixtures/pets.yaml'], onError: error => errors.push(error) });
  mock.state.subscribe(event => events.push(event));
  await deliver('late', { delay: '60ms' });
  await deliver('slow', { drip: 200 });
  await deliver('garbage', { fault: 'garbage' });
  await deliver('silent', { fault: 'hang' });
  await deliver('next-month', { delay: `${2 ** 32}ms` });
});
afterAll(() => mock.close(0));
afterEach(() => {
  expect(errors.splice(0).filter(({ kind }) => kind === 'bug')).toEqual([]);
  events = [];
});

async function deliver(session: string, delivery: object): Promise<void> {
  const response = await fetch(`${mock.url}/__deadringer/sessions/${session}/delivery`, {
    method: 'PUT',
    body: JSON.stringify(delivery),
  });
  expect(response.status).toBe(200);
}

const PETS = '[{"id":1,"name":"Rex"},{"id":2,"name":"Tom"}]';
const request = (method = 'GET', fields = '', body = '', target = '/pets/pets'): string =>
  `${method} ${target} HTTP/1.1\r\nHost: x\r\n${fields}\r\n${body}`;
const inSession = (name: string): string => request('GET', `X-Deadringer-Session: ${name}\r\n`);

/** Sends parts, each after the one before has an effect, until the server closes the connection. @param half the client ends its side */
async function talk(parts: readonly string[], half = false): Promise<string> {
  const socket = net.connect({ port: mock.port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
  let received = '';
  socket.on('data', chunk => {
    received += chunk.toString('latin1');
  });
  socket.on('error', () => {});
  for (const [index, part] of parts.entries()) {
    await new Promise(resolve => socket.write(part, 'latin1', resolve));
    if (index < parts.length - 1 && received === '')
      await Promise.race([once(socket, 'data'), once(socket, 'close')]);
  }
  if (half) socket.end();
  if (!socket.destroyed) await Promise.race([once(socket, 'end'), once(socket, 'close')]);
  socket.destroy();
  return received;
}

const statuses = (received: string, methods?: readonly string[]): number[] =>
  splitResponses(received, methods).map(({ status }) => status);

describe('an error in later bytes comes after the response to', () => {
  test.each([
    ['GET', request()],
    ['HEAD', request('HEAD')],
    ['OPTIONS', request('OPTIONS')],
    [
      'POST',
      request('POST', 'Content-Type: application/json\r\nContent-Length: 21\r\n', '{"id":1,"name":"Rex"}'),
    ],
    [
      'POST',
      request(
        'POST',
        'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n',
        '15\r\n{"id":1,"name":"Rex"}\r\n0\r\n\r\n',
      ),
    ],
    ['GET', inSession('late')],
    ['GET', inSession('slow')],
    ['GET', request('GET', '', '', '/__deadringer/health')],
    ['GET', request('GET', '', '', '/nowhere')],
  ])('%s %#', async (method, text) => {
    for (const broken of [
      '}}',
      'this is not HTTP\r\n\r\n',
      `GET / HTTP/1.1\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`,
    ]) {
      const responses = splitResponses(await talk([text + broken]), [method]);
      expect(responses).toHaveLength(2);
      expect(responses[0]?.status).not.toBe(431);
      expect(responses[0]?.headers).not.toMatchObject({ 'x-deadringer-error': 'bad-request' });
      expect(responses[1]?.headers).toMatchObject({
        connection: 'close',
        'content-type': 'application/problem+json',
        'x-deadringer-error': broken.startsWith('GET') ? 'headers-too-large' : 'bad-request',
      });
    }
  });

  test('a request that is being answered', async () => {
    const responses = splitResponses(await talk([inSession('slow'), 'this is not HTTP\r\n\r\n']));
    expect(responses.map(({ status, body }) => [status, body.slice(0, 20)])).toEqual([
      [200, PETS.slice(0, 20)],
      [400, expect.stringContaining('{')],
    ]);
    expect(responses[0]?.body).toBe(PETS);
  });

  test('many requests', async () => {
    const received = await talk([`${inSession('late')}${request().repeat(100)}\0`]);
    expect(statuses(received)).toEqual([...Array(101).fill(200), 400]);
  });
});

describe('an error of one request takes the place of its response', () => {
  test.each([
    ['no Host', 'GET /pets/pets HTTP/1.1\r\nAccept: */*\r\n\r\n', 400, 'bad-request'],
    ['two Host fields', request('GET', 'Host: y\r\n'), 400, 'bad-request'],
    ['a Host that is none', request().replace('Host: x', 'Host: x/y'), 400, 'bad-request'],
    ['a URL without a host', request('GET', '', '', 'http:///pets/pets'), 400, 'bad-request'],
    ['another expectation', request('GET', 'Expect: 200-ok\r\n'), 417, 'expectation-failed'],
    ['a tunnel', 'CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n', 501, 'not-a-proxy'],
    [
      'a chunk without a size',
      request('POST', 'Transfer-Encoding: chunked\r\n', 'zz\r\n'),
      400,
      'bad-request',
    ],
    ['two lengths', request('POST', 'Content-Length: 1\r\nContent-Length: 2\r\n'), 400, 'bad-request'],
  ] as const)('%s', async (_, text, status, code) => {
    for (const before of ['', request(), inSession('late') + request()]) {
      events = [];
      const responses = splitResponses(await talk([before + text + request()]));
      const count = before.split('GET').length - 1;
      expect(responses.map(each => each.status)).toEqual([...Array(count).fill(200), status]);
      expect(responses.at(-1)?.headers).toMatchObject({
        connection: 'close',
        'content-type': 'application/problem+json',
        'x-deadringer-error': code,
      });
      // A request after the one that closes the connection is not handled (RFC 9112 section 9.6).
      expect(events).toHaveLength(count);
      expect(errors.splice(0).map(({ kind }) => kind)).toContain('malformed-http');
    }
  });

  test('of HEAD has no body', async () => {
    const [response, ...others] = splitResponses(await talk(['HEAD /pets/pets HTTP/1.1\r\n\r\n']), ['HEAD']);
    expect([response?.status, response?.headers['x-deadringer-error'], others]).toEqual([
      400,
      'bad-request',
      [],
    ]);
  });
});

test('a request after one with "Connection: close" is not handled', async () => {
  expect(statuses(await talk([request('GET', 'Connection: close\r\n') + request()]))).toEqual([200]);
  expect(events).toHaveLength(1);
});

test('a broken response does not overtake the one before it', async () => {
  const received = await talk([inSession('late') + inSession('garbage')]);
  expect(received).toMatch(/^HTTP\/1\.1 200 OK/);
  expect(received.indexOf('this is not HTTP')).toBeGreaterThan(received.indexOf(PETS));
});

describe('a client that closes its sending side', () => {
  test.each([
    ['at once', request(), 1],
    ['after several requests', request() + inSession('late') + inSession('slow') + request(), 4],
    ['in the middle of the next request', inSession('late') + request().slice(0, 20), 1],
    ['in the middle of the next body', request() + request('POST', 'Content-Length: 10\r\n', '{'), 1],
  ] as const)('%s gets the responses to its requests', async (_, text, count) => {
    const responses = splitResponses(await talk([text], true));
    expect(responses.map(({ status }) => status)).toEqual(Array(count).fill(200));
    for (const { body } of responses) expect(body).toBe(PETS);
  });

  test('while it waits for a response that never comes is disconnected', async () => {
    expect(await talk([inSession('silent')], true)).toBe('');
    expect(
      await talk(
        [request('GET', '', '', '/__deadringer/events?session=none').replace('Host: x', 'Host: 127.0.0.1')],
        true,
      ),
    ).toMatch(/^HTTP\/1\.1 200/);
  });

  test('does not hold up the shutdown', async () => {
    const other = await startServer({ specs: ['test/fixtures/pets.yaml'] });
    await fetch(`${other.url}/__deadringer/sessions/late/delivery`, {
      method: 'PUT',
      body: '{"delay":"10m"}',
    });
    const received = new Promise<void>(resolve => {
      other.state.subscribe(() => resolve());
    });
    const socket = net.connect(other.port, '127.0.0.1');
    socket.end(inSession('late'));
    await received;
    await other.close(600_000);
  });
});

test('a client that sends and does not read has few requests handled, and all of them when it reads', async () => {
  const count = 12_000;
  const socket = net.connect(mock.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.pause();
  let seen = -1;
  socket.write(request('GET', '', '', '/nowhere').repeat(count));
  // The server is idle when it handled nothing between two other requests.
  while (seen < events.length) {
    seen = events.length;
    for (let index = 0; index < 20; index++) await fetch(`${mock.url}/__deadringer/health`);
  }
  expect(events.length).toBeLessThan(count);
  let answers = 0;
  let rest = '';
  await new Promise<void>(resolve => {
    socket.on('data', chunk => {
      const parts = (rest + chunk.toString('latin1')).split('HTTP/1.1 404 Not');
      rest = (parts.pop() ?? '').slice(-20);
      answers += parts.length;
      if (answers === count) resolve();
    });
    socket.resume();
  });
  socket.destroy();
  expect(events).toHaveLength(count);
});

test('a delay that is longer than a timer of Node does not end at once', async () => {
  const controller = new AbortController();
  const pending = fetch(`${mock.url}/pets/pets`, {
    headers: { 'x-deadringer-session': 'next-month' },
    signal: controller.signal,
  });
  await expect.poll(() => events.length).toBe(1);
  const first = await Promise.race([
    pending.then(() => 'response'),
    fetch(`${mock.url}/pets/pets`)
      .then(() => fetch(`${mock.url}/pets/pets`))
      .then(() => 'others'),
  ]);
  expect(first).toBe('others');
  controller.abort();
  await expect(pending).rejects.toThrow();
});

describe('the host of an absolute target', () => {
  const target = (host: string, other: string, path = '/v1/pets'): string =>
    `GET http://${host}${path} HTTP/1.1\r\nHost: ${other}\r\nConnection: close\r\n\r\n`;

  test('replaces the Host field', async () => {
    expect(statuses(await talk([target('pets.example.com', 'other.example')]))).toEqual([200]);
    expect(events.at(-1)?.exchange.request.headers.host).toEqual(['pets.example.com']);
    expect(statuses(await talk([target('ana@PETS.example.com:80', 'other.example')]))).toEqual([200]);
    expect(statuses(await talk([target('other.example', 'pets.example.com')]))).toEqual([200]);
    expect(events.at(-1)?.exchange.request.headers.host).toEqual(['other.example']);
    expect(statuses(await talk([target('x', 'y', '?a=b').replace('GET', 'OPTIONS')]))).toEqual([404]);
  });

  test('decides about the control API', async () => {
    const path = '/__deadringer/health';
    expect(statuses(await talk([target('127.0.0.1', 'evil.example', path)]))).toEqual([200]);
    expect(statuses(await talk([target('evil.example', '127.0.0.1', path)]))).toEqual([403]);
  });
});
