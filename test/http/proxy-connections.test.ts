// What seldom happens on a wire, between a client and a real service: bytes as they are, on both sides of the relay.
import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { type Mock, type MockOptions, startMock } from '../../src/index.ts';
import type { ServeEvent } from '../../src/mock/serve-event.ts';

const PETS = 'test/fixtures/pets.yaml';
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi';

/** What the service does with each piece that it is sent. */
let answer: (piece: string, socket: net.Socket) => void;
let heard = '';
const sockets = new Set<net.Socket>();
let service: net.Server;
let origin: string;
let seen: ServeEvent[] = [];
let bugs: unknown[] = [];

beforeEach(async () => {
  answer = (_, socket) => socket.write(OK);
  heard = '';
  seen = [];
  bugs = [];
  service = net.createServer(socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    socket.setEncoding('latin1').on('data', (piece: string) => {
      heard += piece;
      answer(piece, socket);
    });
  });
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  origin = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
});
afterEach(() => {
  service.close();
  for (const socket of sockets) socket.destroy();
});

async function relaying(options: Partial<MockOptions> = {}): Promise<Mock> {
  const mock = await startMock({
    specs: [PETS],
    upstreams: [`pets=${origin}`],
    onError: trouble => bugs.push(trouble),
    ...options,
  });
  onTestFinished(() => mock.close(0));
  mock.state.subscribe(served => seen.push(served));
  return mock;
}

/** @returns what comes back, up to where it matches or the connection ends */
function say({ port }: Mock, text: string, until: RegExp = /\r\n\r\nhi$/): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(text, 'latin1'));
    let got = '';
    socket.setEncoding('latin1').on('data', (piece: string) => {
      got += piece;
      if (!until.test(got)) return;
      socket.destroy();
      resolve(got);
    });
    socket.on('end', () => resolve(got));
    socket.on('error', reject);
  });
}

const get = (name: string, version = '1.1', fields = ''): string =>
  `GET /pets/v1/${name} HTTP/${version}\r\nHost: h\r\n${fields}\r\n`;

test('pipelined requests get their responses in order', async () => {
  answer = (piece, socket) => {
    for (const [, name = ''] of piece.matchAll(/GET \/v1\/(\w+)/g))
      setTimeout(
        () => socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${name.length}\r\n\r\n${name}`),
        name === 'first' ? 50 : 0,
      );
  };
  const got = await say(await relaying(), get('first') + get('second') + get('third'), /third$/);
  expect([...got.matchAll(/\r\n\r\n(\w+?)(?=HTTP|$)/g)].map(([, name]) => name)).toEqual([
    'first',
    'second',
    'third',
  ]);
});

test('a pipelined response that is cut off is cut off in its place', async () => {
  answer = (piece, socket) => {
    if (piece.includes('first')) setTimeout(() => socket.write(OK), 100);
    else socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\npart');
  };
  expect(await say(await relaying(), get('first') + get('second'), /never/)).toMatch(/hiHTTP[\s\S]*part$/);
});

test('a client that disconnects cancels its pipelined requests', async () => {
  answer = piece => {
    if (piece.includes('second')) client.destroy();
  };
  const { port } = await relaying();
  const client = net.connect(port, '127.0.0.1', () => client.write(get('first') + get('second')));
  await expect
    .poll(() => seen.map(({ upstream }) => upstream?.broke))
    .toEqual([
      'the client disconnected before the response arrived',
      'the client disconnected before the response arrived',
    ]);
  await expect.poll(() => sockets.size).toBe(0);
});

test.for([
  [
    'another protocol',
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    /101/,
  ],
  ['a status that is none', 'HTTP/1.1 099 Odd\r\nContent-Length: 2\r\n\r\nhi', /status 99/],
] as const)('%s is a problem', async ([, said, why]) => {
  answer = (_, socket) => socket.write(said);
  const mock = await relaying();
  const response = await fetch(`${mock.url}/pets/v1/pets`);
  expect(response.headers.get('x-deadringer-error')).toBe('upstream-garbage');
  expect(seen[0]?.upstream?.broke).toMatch(why);
  expect(bugs).toEqual([]);
  await expect.poll(() => sockets.size).toBe(0);
});

const TRAILING = 'HTTP/1.1 200 OK\r\nTrailer: X-T\r\nTransfer-Encoding: chunked\r\n\r\n';

test('trailers are dropped if the message is not chunked', async () => {
  answer = (_, socket) => socket.write(`${TRAILING}2\r\nhi\r\n0\r\nX-T: 1\r\n\r\n`);
  const mock = await relaying();
  expect(await say(mock, get('x', '1.0'))).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*hi$/);
  answer = (_, socket) => socket.write(TRAILING);
  const head = await fetch(`${mock.url}/pets/v1/x`, { method: 'HEAD' });
  expect([head.status, head.headers.get('trailer')]).toEqual([200, null]);
  answer = (_, socket) => socket.write(OK);
  expect(await say(mock, get('x', '1.1', 'Trailer: X-T\r\n'))).toMatch(/hi$/);
  expect(bugs).toEqual([]);
});

test('trailers of a request are forwarded', async () => {
  answer = (_, socket) => {
    if (heard.includes('0\r\n')) socket.write(OK);
  };
  const chunks = '2\r\nab\r\n0\r\nX-T: 5\r\n\r\n';
  const head = 'POST /pets/v1/x HTTP/1.1\r\nHost: h\r\nTrailer: X-T\r\nTransfer-Encoding: chunked\r\n\r\n';
  await say(await relaying(), head + chunks);
  expect(heard).toContain(chunks);
});

test('a POST without body stays without body, and an empty query is kept', async () => {
  await say(await relaying(), 'POST /pets/v1/x? HTTP/1.1\r\nHost: h\r\n\r\n');
  expect(heard).toMatch(/^POST \/v1\/x\? HTTP/);
  expect(heard).not.toMatch(/transfer-encoding/i);
});

test('a request that is not idempotent is not retried', async () => {
  const mock = await relaying();
  await say(mock, get('x'));
  answer = (_, socket) => socket.resetAndDestroy();
  heard = '';
  const got = await say(mock, 'POST /pets/v1/x HTTP/1.1\r\nHost: h\r\n\r\n', /upstream-broke/);
  expect(got).toMatch(/^HTTP\/1\.1 502/);
  expect(heard.match(/POST/g)).toHaveLength(1);
});

test('a slow reader gets the whole response', async () => {
  const size = 20 * 1024 * 1024;
  answer = (_, socket) => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
    socket.write(Buffer.alloc(size, 'x'));
  };
  const mock = await relaying({ upstreamTimeout: 300 });
  const [response] = (await once(http.get(`${mock.url}/pets/v1/x`), 'response')) as [http.IncomingMessage];
  // The time itself is what is tested: more than the limit, with the service waiting for the client.
  await new Promise(resolve => setTimeout(resolve, 900));
  let got = 0;
  for await (const piece of response) got += (piece as Buffer).length;
  expect(got).toBe(size);
});

test('a slow sender does not cause an upstream timeout, and a silent upstream does', async () => {
  answer = piece => piece;
  const mock = await relaying({ upstreamTimeout: 100 });
  const request = http.request(`${mock.url}/pets/v1/x`, { method: 'POST' });
  request.write('begin');
  await new Promise(resolve => setTimeout(resolve, 400));
  expect(seen).toEqual([]);
  request.end('end');
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  response.resume();
  expect(response.headers['x-deadringer-error']).toBe('upstream-timeout');
});

test('a connection with an incomplete request is not reused', async () => {
  answer = (piece, socket) => {
    if (!piece.startsWith('POST')) return;
    socket.pause();
    socket.write('HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig');
  };
  const mock = await relaying();
  const request = http.request(`${mock.url}/pets/v1/x`, {
    method: 'POST',
    headers: { 'content-length': 5e7 },
  });
  request.on('error', () => {});
  request.write(Buffer.alloc(5e6));
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  expect([response.statusCode, (await response.toArray()).join('')]).toEqual([413, 'big']);
  for (const socket of sockets) socket.resume();
  await expect.poll(() => sockets.size).toBe(0);
  request.destroy();
});

test('an exchange is validated by the URL it was sent to, although the upstream was changed meanwhile', async () => {
  const mock = await relaying();
  answer = (_, socket) => {
    mock.state.upstreams.delete('pets');
    socket.write(
      'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 22\r\n\r\n[{"id":"7","name":"R"}]'.replace(
        '22',
        '23',
      ),
    );
  };
  await (await fetch(`${mock.url}/pets/v1/pets`)).text();
  expect(seen[0]?.operation?.id).toBe('listPets');
  expect(seen[0]?.findings.map(({ at }) => at)).toContain('/response/body/0/id');
});

test('a throttled response is complete, or a problem', async () => {
  const mock = await relaying({ bodyLimit: 100 });
  const slow = { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{"drip":100000}' };
  expect((await fetch(`${mock.url}/__deadringer/sessions/default/delivery`, slow)).status).toBe(200);
  answer = (_, socket) => socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n${'x'.repeat(200)}`);
  const error = async (): Promise<unknown> =>
    (await fetch(`${mock.url}/pets/v1/pets`)).headers.get('x-deadringer-error');
  expect(await error()).toBe('upstream-too-large');
  answer = (_, socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nonly this');
  expect(await error()).toBe('upstream-broke');
  answer = (_, socket) => socket.write(OK);
  expect(await (await fetch(`${mock.url}/pets/v1/pets`)).text()).toBe('hi');
});

test('a closing server waits for the pending response and for nothing after it', async () => {
  const { promise: asked, resolve } = Promise.withResolvers<net.Socket>();
  answer = (_, socket) => resolve(socket);
  const mock = await startMock({ specs: [PETS], upstreams: [`pets=${origin}`] });
  const agent = new http.Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const response = once(http.get(`${mock.url}/pets/v1/x`, { agent }), 'response');
  const socket = await asked;
  socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n');
  const [head] = (await response) as [http.IncomingMessage];
  const closed = mock.close(60_000);
  socket.write('hi');
  expect((await head.toArray()).join('')).toBe('hi');
  await closed;
  // A kept connection that nobody uses is closed by node after 5 seconds.
}, 4000);
