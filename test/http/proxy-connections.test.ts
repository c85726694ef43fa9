// Rare cases of the proxy, as bytes on both connections: pipelining, trailers, disconnects, slow peers.
import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { ServeEvent } from '../../src/mock/serve-event.ts';
import { type MockServer, startServer } from '../../src/start.ts';
import type { MockOptions } from '../../src/start-options.ts';

const PETS = 'test/fixtures/pets.yaml';
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi';

/** The upstream calls it with each received chunk. */
let onData: (chunk: string, socket: net.Socket) => void;
let received = '';
const sockets = new Set<net.Socket>();
let upstream: net.Server;
let origin: string;
let events: ServeEvent[] = [];
let bugs: unknown[] = [];

beforeEach(async () => {
  onData = (_, socket) => socket.write(OK);
  received = '';
  events = [];
  bugs = [];
  upstream = net.createServer(socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      received += chunk;
      onData(chunk, socket);
    });
  });
  upstream.listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  origin = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
});
afterEach(() => {
  upstream.close();
  for (const socket of sockets) socket.destroy();
});

async function startProxy(options: Partial<MockOptions> = {}): Promise<MockServer> {
  const mock = await startServer({
    specs: [PETS],
    upstreams: [`pets=${origin}`],
    onError: error => bugs.push(error),
    ...options,
  });
  onTestFinished(() => mock.close(0));
  mock.state.subscribe(event => events.push(event));
  return mock;
}

/** @returns the received text, until it matches or the connection ends */
function sendText({ port }: MockServer, text: string, until: RegExp = /\r\n\r\nhi$/): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(text, 'latin1'));
    let got = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      got += chunk;
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
  onData = (chunk, socket) => {
    for (const [, name = ''] of chunk.matchAll(/GET \/v1\/(\w+)/g))
      setTimeout(
        () => socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${name.length}\r\n\r\n${name}`),
        name === 'first' ? 50 : 0,
      );
  };
  const text = await sendText(await startProxy(), get('first') + get('second') + get('third'), /third$/);
  expect([...text.matchAll(/\r\n\r\n(\w+?)(?=HTTP|$)/g)].map(([, name]) => name)).toEqual([
    'first',
    'second',
    'third',
  ]);
});

test('a pipelined response that is cut off is cut off in its place', async () => {
  onData = (chunk, socket) => {
    if (chunk.includes('first')) setTimeout(() => socket.write(OK), 100);
    else socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\npart');
  };
  expect(await sendText(await startProxy(), get('first') + get('second'), /never/)).toMatch(
    /hiHTTP[\s\S]*part$/,
  );
});

test('a client that disconnects cancels its request, and those behind it are not sent', async () => {
  onData = chunk => {
    if (chunk.includes('first')) client.destroy();
  };
  const { port } = await startProxy();
  const client = net.connect(port, '127.0.0.1', () => client.write(get('first') + get('second')));
  await expect
    .poll(() => events.map(({ upstream }) => upstream?.failure))
    .toEqual(['the client disconnected before the response arrived']);
  await expect.poll(() => sockets.size).toBe(0);
  expect(received).not.toContain('second');
});

test.for([
  [
    'another protocol',
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    /101/,
  ],
  ['a status that is none', 'HTTP/1.1 099 Odd\r\nContent-Length: 2\r\n\r\nhi', /status 99/],
] as const)('%s is a problem', async ([, said, why]) => {
  onData = (_, socket) => socket.write(said);
  const mock = await startProxy();
  const response = await fetch(`${mock.url}/pets/v1/pets`);
  expect(response.headers.get('x-deadringer-error')).toBe('upstream-garbage');
  expect(events[0]?.upstream?.failure).toMatch(why);
  expect(bugs).toEqual([]);
  await expect.poll(() => sockets.size).toBe(0);
});

const TRAILING = 'HTTP/1.1 200 OK\r\nTrailer: X-T\r\nTransfer-Encoding: chunked\r\n\r\n';

test('trailers are dropped if the message is not chunked', async () => {
  onData = (_, socket) => socket.write(`${TRAILING}2\r\nhi\r\n0\r\nX-T: 1\r\n\r\n`);
  const mock = await startProxy();
  expect(await sendText(mock, get('x', '1.0'))).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*hi$/);
  onData = (_, socket) => socket.write(TRAILING);
  const head = await fetch(`${mock.url}/pets/v1/x`, { method: 'HEAD' });
  expect([head.status, head.headers.get('trailer')]).toEqual([200, null]);
  onData = (_, socket) => socket.write(OK);
  expect(await sendText(mock, get('x', '1.1', 'Trailer: X-T\r\n'))).toMatch(/hi$/);
  expect(bugs).toEqual([]);
});

test('trailers of a request are forwarded', async () => {
  onData = (_, socket) => {
    if (received.includes('0\r\n')) socket.write(OK);
  };
  const chunks = '2\r\nab\r\n0\r\nX-T: 5\r\n\r\n';
  const head = 'POST /pets/v1/x HTTP/1.1\r\nHost: h\r\nTrailer: X-T\r\nTransfer-Encoding: chunked\r\n\r\n';
  await sendText(await startProxy(), head + chunks);
  expect(received).toContain(chunks);
});

test('a POST without body stays without body, and an empty query is kept', async () => {
  await sendText(await startProxy(), 'POST /pets/v1/x? HTTP/1.1\r\nHost: h\r\n\r\n');
  expect(received).toMatch(/^POST \/v1\/x\? HTTP/);
  expect(received).not.toMatch(/transfer-encoding/i);
});

test('a request that is not idempotent is not retried', async () => {
  const mock = await startProxy();
  await sendText(mock, get('x'));
  onData = (_, socket) => socket.resetAndDestroy();
  received = '';
  const text = await sendText(mock, 'POST /pets/v1/x HTTP/1.1\r\nHost: h\r\n\r\n', /upstream-broke/);
  expect(text).toMatch(/^HTTP\/1\.1 502/);
  expect(received.match(/POST/g)).toHaveLength(1);
});

test('a slow reader gets the whole response', async () => {
  const size = 20 * 1024 * 1024;
  onData = (_, socket) => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
    socket.write(Buffer.alloc(size, 'x'));
  };
  const mock = await startProxy({ upstreamTimeout: 300 });
  const [response] = (await once(http.get(`${mock.url}/pets/v1/x`), 'response')) as [http.IncomingMessage];
  // The time itself is what is tested: more than the limit, with the service waiting for the client.
  await new Promise(resolve => setTimeout(resolve, 900));
  let received = 0;
  for await (const chunk of response) received += (chunk as Buffer).length;
  expect(received).toBe(size);
});

test('a slow sender does not cause an upstream timeout, and a silent upstream does', async () => {
  onData = chunk => chunk;
  const mock = await startProxy({ upstreamTimeout: 100 });
  const request = http.request(`${mock.url}/pets/v1/x`, { method: 'POST' });
  request.write('begin');
  await new Promise(resolve => setTimeout(resolve, 400));
  expect(events).toEqual([]);
  request.end('end');
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  response.resume();
  expect(response.headers['x-deadringer-error']).toBe('upstream-timeout');
});

test('a connection with an incomplete request is not reused', async () => {
  onData = (chunk, socket) => {
    if (!chunk.startsWith('POST')) return;
    socket.pause();
    socket.write('HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig');
  };
  const mock = await startProxy();
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
  const mock = await startProxy();
  onData = (_, socket) => {
    mock.state.upstreams.delete('pets');
    socket.write(
      'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 22\r\n\r\n[{"id":"7","name":"R"}]'.replace(
        '22',
        '23',
      ),
    );
  };
  await (await fetch(`${mock.url}/pets/v1/pets`)).text();
  expect(events[0]?.operation?.id).toBe('listPets');
  expect(events[0]?.findings.map(({ at }) => at)).toContain('/response/body/0/id');
});

test('a throttled response is complete, or a problem', async () => {
  const mock = await startProxy({ bodyLimit: 100 });
  const slow = { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{"drip":100000}' };
  expect((await fetch(`${mock.url}/__deadringer/sessions/default/delivery`, slow)).status).toBe(200);
  onData = (_, socket) => socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n${'x'.repeat(200)}`);
  const error = async (): Promise<unknown> =>
    (await fetch(`${mock.url}/pets/v1/pets`)).headers.get('x-deadringer-error');
  expect(await error()).toBe('upstream-too-large');
  onData = (_, socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nonly this');
  expect(await error()).toBe('upstream-broke');
  onData = (_, socket) => socket.write(OK);
  expect(await (await fetch(`${mock.url}/pets/v1/pets`)).text()).toBe('hi');
});

test('a closing server waits for the pending response and for nothing after it', async () => {
  const { promise: asked, resolve } = Promise.withResolvers<net.Socket>();
  onData = (_, socket) => resolve(socket);
  const mock = await startServer({ specs: [PETS], upstreams: [`pets=${origin}`] });
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
  // node:http closes an idle connection after 5 seconds.
}, 4000);
