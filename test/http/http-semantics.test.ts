// How APIs are reachable, and HTTP semantics: prefixes, Host, Prefer, CORS, HEAD, OPTIONS, Allow, content codings, shutdown.
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import zlib from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServeEvent } from '../../src/mock/serve-event.ts';
import { type MockServer, startServer } from '../../src/start.ts';

let mock: MockServer;
const events: ServeEvent[] = [];
beforeAll(async () => {
  mock = await startServer({ specs: ['test/fixtures/pets.yaml'] });
  mock.state.subscribe(event => events.push(event));
});
afterAll(() => mock.close());

/** Uses node:http, because fetch does not allow the Host field. */
async function withHost(path: string, host: string): Promise<number | undefined> {
  const request = http.get(mock.url + path, { headers: { host } });
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  response.resume();
  await once(response, 'end');
  return response.statusCode;
}

describe('an API is reachable', () => {
  test.each([
    ['under its name and base path', '/pets/v1/pets'],
    ['under its name alone', '/pets/pets'],
    ['under every server of the document, whatever its variables', '/pets/v7/pets'],
    ['under the servers of one path', '/pets/only/pets/1'],
  ])('%s', async (_, path) => {
    expect((await fetch(mock.url + path)).status).toBe(200);
  });

  test.each([
    ['its own', '/v1/pets', 'pets.example.com', 200],
    ['its own with a port, in capitals', '/v1/pets', 'PETS.example.com:8080', 200],
    ['one that a server variable allows', '/v3/pets', 'us.pets.example.com', 200],
    ['one that no server variable allows: at the root', '/v3/pets', 'asia.pets.example.com', 200],
    ['another: at the root', '/v1/pets', 'example.org', 200],
    ['another, without the base path', '/pets', 'example.org', 200],
    ['its own, without the base path', '/pets', 'pets.example.com', 404],
    ['the one of another path', '/only/pets/1', 'pets.example.com', 404],
    ['the one of that path', '/only/pets/1', 'one.example.com', 200],
  ])('by Host: %s', async (_, path, host, status) => {
    expect(await withHost(path, host)).toBe(status);
  });

  test('not with an empty segment for a variable', async () => {
    expect((await fetch(`${mock.url}/pets/pets/`)).status).toBe(404);
  });
});

describe('an unmatched path', () => {
  test('gets a problem with the most similar path and a working curl command', async () => {
    const response = await fetch(`${mock.url}/pets/v1/pet`);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('x-deadringer-error')).toBe('no-such-path');
    const problem = (await response.json()) as { type: string; hint: string; detail: string };
    expect(problem.type).toBe('deadringer:no-such-path');
    expect(problem.detail).toBe('no operation matches GET /pets/v1/pet; the nearest is GET /pets/v1/pets');
    expect(problem.hint).toBe(`curl ${mock.url}/pets/v1/pets`);
  });
});

describe('preferences', () => {
  const ask = async (
    path: string,
    prefer?: string,
  ): Promise<{ status: number; error: string | null; body: unknown }> => {
    const response = await fetch(mock.url + path, prefer === undefined ? {} : { headers: { prefer } });
    const text = await response.text();
    return {
      status: response.status,
      error: response.headers.get('x-deadringer-error'),
      body: text && JSON.parse(text),
    };
  };

  test('select a status and an example, by header or query', async () => {
    expect(await ask('/pets/pets', 'code=503')).toEqual({ status: 503, error: null, body: '' });
    expect(await ask('/pets/pets?__code=503')).toEqual({ status: 503, error: null, body: '' });
    expect(await ask('/pets/pets', 'example=none')).toEqual({ status: 200, error: null, body: [] });
    expect(await ask('/pets/pets?__example=none', 'example=two')).toEqual({
      status: 200,
      error: null,
      body: [],
    });
    expect((await ask('/pets/pets/1', 'code=418')).body).toEqual({ title: 'No such pet' });
  });

  test('for undeclared responses get a problem that lists the declared ones', async () => {
    expect(await ask('/pets/pets', 'code=404')).toMatchObject({
      status: 400,
      error: 'not-declared',
      body: { declared: ['200', '503'] },
    });
    expect(await ask('/pets/pets', 'example=three')).toMatchObject({
      status: 400,
      error: 'not-declared',
      body: { declared: ['two', 'none'] },
    });
    expect(await ask('/pets/pets?__code=abc')).toMatchObject({ status: 400, error: 'bad-preference' });
  });

  test('of other software are ignored, and the query parameters are removed before validation', async () => {
    expect((await ask('/pets/pets', 'return=minimal')).status).toBe(200);
    await ask('/pets/pets?limit=1&__example=two');
    expect(events.at(-1)?.findings).toEqual([]);
    expect(events.at(-1)?.exchange.request.query).toBe('limit=1');
  });
});

describe('HTTP', () => {
  test('HEAD is GET without the body', async () => {
    const [get, head] = [
      await fetch(`${mock.url}/pets/pets`),
      await fetch(`${mock.url}/pets/pets`, { method: 'HEAD' }),
    ];
    expect(head.status).toBe(200);
    expect(await head.text()).toBe('');
    for (const name of ['content-length', 'content-type', 'x-total']) {
      expect([name, head.headers.get(name)]).toEqual([name, get.headers.get(name)]);
    }
    expect(events.at(-1)?.findings).toEqual([]);
  });

  test('a 415 names the media types and content codings that are accepted', async () => {
    const post = (headers: Record<string, string>): Promise<Response> =>
      fetch(`${mock.url}/pets/pets`, { method: 'POST', headers, body: 'x' });
    const type = await post({ 'content-type': 'application/x-unknown' });
    expect([type.status, type.headers.get('accept')]).toEqual([415, 'application/json']);
    const coding = await post({ 'content-type': 'application/json', 'content-encoding': 'compress' });
    expect([coding.status, coding.headers.get('accept-encoding')]).toEqual([
      415,
      'gzip, x-gzip, deflate, br, zstd',
    ]);
  });

  test('OPTIONS and a wrong method list the allowed methods', async () => {
    const options = await fetch(`${mock.url}/pets/pets`, { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, POST, HEAD, OPTIONS']);
    const wrongMethod = await fetch(`${mock.url}/pets/pets`, { method: 'DELETE' });
    expect([wrongMethod.status, wrongMethod.headers.get('allow')]).toEqual([405, 'GET, POST, HEAD, OPTIONS']);
    expect(wrongMethod.headers.get('x-deadringer-error')).toBe('no-such-method');
  });

  test('204 has no body and no Content-Length', async () => {
    const response = await fetch(`${mock.url}/pets/pets/1`, { method: 'DELETE' });
    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([
      204,
      null,
      '',
    ]);
  });

  test('a deprecated operation sends the Deprecation header', async () => {
    expect((await fetch(`${mock.url}/pets/pets/1`)).headers.get('deprecation')).toBe('true');
  });

  test.each([
    ['gzip', zlib.gzipSync],
    ['br', zlib.brotliCompressSync],
    ['deflate', zlib.deflateSync],
    ['zstd', zlib.zstdCompressSync],
  ])('a %s request body is decompressed', async (coding, compress) => {
    const body = new Uint8Array(compress(Buffer.from(JSON.stringify({ id: 1, name: 'rex' }))));
    const headers = { 'content-type': 'application/json', 'content-encoding': coding };
    await fetch(`${mock.url}/pets/pets`, { method: 'POST', body, headers });
    expect(events.at(-1)?.findings.map(({ message }) => message)).toEqual([
      'request body /name must match the pattern ^[A-Z][a-z]{1,9}$; got "rex"',
    ]);
  });
});

test('a repeated response differs only in the exchange id and the CORS fields', async () => {
  const send = (headers: Record<string, string>): Promise<Response> =>
    fetch(`${mock.url}/pets/pets`, { headers });
  const plain = await send({});
  const other = await send({ origin: 'http://localhost:3000' });
  const again = await send({});
  const ids = [plain, other, again].map(({ headers }) => headers.get('x-deadringer-exchange'));
  expect(new Set(ids).size).toBe(3);
  expect(ids).not.toContain(null);
  const names = ({ headers }: Response): string[] => [...headers.keys()];
  expect(names(again)).toEqual(names(plain));
  expect(names(again)).not.toContain('access-control-allow-origin');
  expect(other.headers.get('access-control-allow-origin')).toBe('http://localhost:3000');
  const bodies = [await plain.text(), await other.text(), await again.text()];
  expect(new Set(bodies).size).toBe(1);
});

describe('a page on another origin', () => {
  test('passes the preflight and can read every response header', async () => {
    const before = await fetch(`${mock.url}/pets/pets`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://app.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'x-key',
      },
    });
    expect(before.status).toBe(204);
    expect(Object.fromEntries(before.headers)).toMatchObject({
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'x-key',
      'access-control-allow-credentials': 'true',
    });
    const response = await fetch(`${mock.url}/pets/pets`, { headers: { origin: 'https://app.example' } });
    expect(response.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(response.headers.get('access-control-expose-headers')?.split(', ')).toEqual(
      expect.arrayContaining(['content-type', 'x-total', 'x-deadringer-exchange']),
    );
  });

  test('gets no CORS headers if CORS is off', async () => {
    const closed = await startServer({ specs: ['test/fixtures/pets.yaml'], cors: false });
    const response = await fetch(`${closed.url}/pets/pets`, { headers: { origin: 'https://app.example' } });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    await closed.close();
  });
});

describe('the mock validates its own responses', () => {
  test('and reports an invalid one', async () => {
    await fetch(`${mock.url}/pets/lies`);
    expect(events.at(-1)?.findings.map(({ code, at, location }) => [code, at, location?.line])).toEqual([
      ['response-body-schema', '/response/body/name', 79],
      ['response-body-schema', '/response/body/id', 81],
    ]);
  });

  test('and generates a valid body if the document has only a schema', async () => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${mock.url}/pets/pets`, {
      method: 'POST',
      body: '{"id":1,"name":"Rex"}',
      headers,
    });
    expect(response.status).toBe(201);
    expect(events.at(-1)?.findings).toEqual([]);
  });
});

describe('shutdown', () => {
  test('finishes pending requests and closes idle connections', async () => {
    const server = await startServer({ specs: ['test/fixtures/pets.yaml'] });
    const idle = net.connect(server.port, '127.0.0.1');
    await once(idle, 'connect');
    const request = http.request(`${server.url}/pets/pets`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': 21, connection: 'close' },
    });
    const event = once(request, 'response') as Promise<[http.IncomingMessage]>;
    request.write('{"id":1,');
    await once(request, 'socket');
    // After an exchange on another connection, the server has the head of the open request.
    await fetch(`${server.url}/pets/pets`, { headers: { connection: 'close' } });
    const closed = server.close();
    request.end('"name":"Rex"}');
    const [response] = await event;
    expect(response.statusCode).toBe(201);
    response.resume();
    idle.destroy();
    await closed;
    await expect(fetch(`${server.url}/pets/pets`)).rejects.toThrow();
  });

  test('does not wait for a client that never completes its request', async () => {
    const server = await startServer({ specs: ['test/fixtures/pets.yaml'] });
    const stuck = net.connect(server.port, '127.0.0.1');
    await once(stuck, 'connect');
    stuck.write('POST /pets/pets HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\n');
    await fetch(`${server.url}/pets/pets`, { headers: { connection: 'close' } });
    const gone = once(stuck, 'close');
    stuck.on('error', () => {});
    await server.close(50);
    await gone;
  });
});
