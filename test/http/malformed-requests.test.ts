// Malformed and oversized input: each request gets a 4xx response or a closed connection, and the server stays available.
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import zlib from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ServerError } from '../../src/http/options.ts';
import type { ServeEvent } from '../../src/mock/serve-event.ts';
import { type MockServer, startServer } from '../../src/start.ts';

let mock: MockServer;
const errors: ServerError[] = [];
const waiting: (() => void)[] = [];
const events: ServeEvent[] = [];
beforeAll(async () => {
  mock = await startServer({
    specs: ['test/fixtures/pets.yaml'],
    onError: error => {
      errors.push(error);
      waiting.shift()?.();
    },
  });
  mock.state.subscribe(event => events.push(event));
});
afterAll(() => mock.close());

/** The server still responds, and no internal error was reported. */
afterEach(async () => {
  expect((await fetch(`${mock.url}/pets/pets`)).status).toBe(200);
  expect(errors.filter(({ kind }) => kind === 'bug')).toEqual([]);
});

const post = (body: RequestInit['body'], headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${mock.url}/pets/pets`, {
    method: 'POST',
    body: body ?? null,
    headers: { 'content-type': 'application/json', ...headers },
  });

/** Sends bytes on a new connection. @returns everything received until it closes */
async function raw(bytes: string | Uint8Array): Promise<string> {
  const socket = net.connect(mock.port, '127.0.0.1');
  socket.on('error', () => {});
  let received = '';
  socket.on('data', chunk => {
    received += chunk.toString('latin1');
  });
  socket.end(bytes);
  await once(socket, 'close');
  return received;
}

describe('bodies', () => {
  test('with a byte order mark are read', async () => {
    expect((await post('﻿{"id":1,"name":"Rex"}')).status).toBe(201);
  });

  test('of 11 MB get 413, and the response arrives', async () => {
    const response = await post('x'.repeat(11 * 1024 * 1024));
    expect([response.status, response.headers.get('x-deadringer-error')]).toEqual([413, 'body-too-large']);
    expect(((await response.json()) as { hint: string }).hint).toContain('--body-limit');
  });

  test('that decompress beyond the limit get 413', async () => {
    const bomb = new Uint8Array(zlib.gzipSync(Buffer.alloc(64 * 1024 * 1024)));
    const response = await post(bomb, { 'content-encoding': 'gzip' });
    expect([response.status, response.headers.get('x-deadringer-error')]).toEqual([413, 'body-too-large']);
  });

  test('that do not match their content coding get a problem', async () => {
    const response = await post('not gzip', { 'content-encoding': 'gzip' });
    expect([response.status, response.headers.get('x-deadringer-error')]).toEqual([400, 'bad-coding']);
    const unknown = await post('{}', { 'content-encoding': 'compress' });
    expect([unknown.status, unknown.headers.get('x-deadringer-error')]).toEqual([415, 'unknown-coding']);
  });

  test.each([
    ['cut short', '{"id":1,'],
    ['a trailing comma', '{"id":1,}'],
    ['nothing but a quote', '"'],
    ['an unknown charset', '{}', 'application/json; charset=klingon'],
    ['bytes that are not UTF-8', new Uint8Array([0x22, 0xff, 0xfe, 0x22])],
  ])('of malformed JSON (%s) are rejected with the reason', async (_, body, type = 'application/json') => {
    const response = await post(body, { 'content-type': type });
    expect([response.status, response.headers.get('x-deadringer-error')]).toEqual([422, 'invalid-request']);
    expect(response.headers.get('x-deadringer-reason')).toMatch(
      /^request-body-malformed: .*pets\.yaml:\d+\)$/,
    );
  });

  test('nested ten thousand levels deep are validated', async () => {
    const response = await post(`{"id":1,"name":"Rex","deep":${'['.repeat(10_000)}${']'.repeat(10_000)}}`);
    expect(response.status).toBe(201);
  });

  test('with a member named __proto__ change nothing', async () => {
    expect((await post('{"id":1,"name":"Rex","__proto__":{"polluted":true}}')).status).toBe(201);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});

describe('request lines and headers', () => {
  test('an Accept that is no media range is ignored', async () => {
    const answered = await fetch(`${mock.url}/pets/pets/1`, {
      method: 'DELETE',
      headers: { accept: '?, a b, a/b c, a/b; q' },
    });
    expect(answered.status).toBe(204);
  });

  test.each([
    '/pets/pets/%',
    '/pets/pets/%zz',
    '/%/toys',
    '/pets/%c0%af',
    '/..%2f..%2fetc/passwd',
    '/__proto__/x',
    '/constructor',
  ])('path %s gets a 4xx response', async path => {
    const request = http.get({ port: mock.port, path });
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    response.resume();
    expect(Math.floor((response.statusCode ?? 0) / 100)).toBe(4);
  });

  test('a lone % in a path parameter is rejected as an invalid parameter', async () => {
    const response = await fetch(`${mock.url}/pets/pets/%`);
    expect(response.status).toBe(422);
    expect(events.at(-1)?.findings[0]?.message).toBe(
      'path parameter "id" contains a "%" that is not followed by two hexadecimal digits',
    );
  });

  test('a header of 20 KB gets 431', async () => {
    const received = await raw(`GET /pets/pets HTTP/1.1\r\nhost: x\r\nx-long: ${'a'.repeat(20_000)}\r\n\r\n`);
    expect(received).toMatch(/^HTTP\/1\.1 431 /);
    expect(received).toContain('x-deadringer-error: headers-too-large');
  });

  test.each([
    'this is not HTTP\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    '\x16\x03\x01\x02\x00\x01\x00',
    'GET /pets/pets HTTP/1.1\r\nhost: a\r\nbad header\r\n\r\n',
  ])('%j gets 400 and a closed connection', async bytes => {
    expect(await raw(bytes)).toMatch(/^HTTP\/1\.1 400 .*x-deadringer-error: bad-request/s);
  });

  test('a control character in an echoed value cannot split the response', async () => {
    const response = await fetch(`${mock.url}/pets/pets?a%0d%0aset-cookie:x=1`);
    expect(response.headers.get('set-cookie')).toBeNull();
  });
});

describe('clients that disconnect', () => {
  test('in the middle of a body are reported and cleaned up', async () => {
    const before = events.length;
    const noticed = new Promise<void>(resolve => waiting.push(resolve));
    const socket = net.connect(mock.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(
      'POST /pets/pets HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"id":',
    );
    await fetch(`${mock.url}/pets/pets`);
    socket.destroy();
    await noticed;
    expect(errors.at(-1)).toEqual({ kind: 'client-disconnected', request: 'POST /pets/pets' });
    expect(events.length).toBe(before + 1);
  });

  test('two hundred times leave no open connection', async () => {
    const { promise: allNoticed, resolve } = Promise.withResolvers<void>();
    let left = 200;
    for (let index = 0; index < left; index++)
      waiting.push(() => {
        if (--left === 0) resolve();
      });
    const sockets = await Promise.all(
      Array.from({ length: 200 }, async () => {
        const socket = net.connect(mock.port, '127.0.0.1');
        await once(socket, 'connect');
        socket.write('POST /pets/pets HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n{');
        return socket;
      }),
    );
    await fetch(`${mock.url}/pets/pets`);
    for (const socket of sockets) socket.destroy();
    await allNoticed;
  });

  test('before they read the response do no harm', async () => {
    const socket = net.connect(mock.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write('GET /pets/pets HTTP/1.1\r\nhost: x\r\n\r\n');
    socket.resetAndDestroy();
  });
});
