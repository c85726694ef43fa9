// A server with a certificate: HTTPS and HTTP/2, as clients of each protocol see it.
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { callControl } from '../../src/client/call-control.ts';
import { createLocalCertificate } from '../../src/http/local-certificate.ts';
import type { ServerError } from '../../src/http/options.ts';
import type { ServeEvent } from '../../src/mock/serve-event.ts';
import { type MockServer, startServer } from '../../src/start.ts';
import { exchangeBytes } from './raw-client.ts';

const certificate = createLocalCertificate(['localhost', '127.0.0.1', '::1'], Date.now());
const { ca, cert, key } = certificate;
const errors: ServerError[] = [];
const events: ServeEvent[] = [];
let mock: MockServer;
let session: http2.ClientHttp2Session;

const start = (options: Partial<Parameters<typeof startServer>[0]> = {}): Promise<MockServer> =>
  startServer({
    specs: ['test/fixtures/pets.yaml'],
    tls: { cert, key },
    bodyLimit: 1024 * 1024,
    onError: error => errors.push(error),
    ...options,
  });

beforeAll(async () => {
  mock = await start();
  mock.state.subscribe(event => events.push(event));
  session = http2.connect(mock.url, { ca });
});
afterAll(async () => {
  session.close();
  await mock.close(100);
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: http2.IncomingHttpHeaders;
  readonly body: string;
  readonly trailers: http2.IncomingHttpHeaders | undefined;
  readonly information: readonly (number | undefined)[];
  /** Of RST_STREAM; 0: none. */
  readonly code: number;
}

/** Sends a request of HTTP/2. @param body undefined: none; a list is sent in parts, so without Content-Length */
async function ask(
  headers: http2.OutgoingHttpHeaders,
  body?: readonly (string | Buffer)[],
  on: http2.ClientHttp2Session = session,
): Promise<Answer> {
  const stream = on.request(headers, { endStream: body === undefined });
  let received: http2.IncomingHttpHeaders = {};
  let trailers: http2.IncomingHttpHeaders | undefined;
  const information: (number | undefined)[] = [];
  let text = '';
  stream.setEncoding('utf8');
  stream.on('headers', fields => information.push(Number(fields[':status'])));
  stream.on('response', fields => {
    received = fields;
  });
  stream.on('trailers', fields => {
    trailers = fields;
  });
  stream.on('data', chunk => {
    text += chunk;
  });
  stream.on('error', () => {});
  if (body !== undefined) Readable.from(body).pipe(stream);
  await closed(stream);
  const { ':status': status, ...fields } = received;
  return {
    status: status === undefined ? undefined : Number(status),
    headers: fields,
    body: text,
    trailers,
    information,
    code: stream.rstCode,
  };
}

/** Also after an error. */
function closed(stream: http2.ClientHttp2Stream): Promise<void> {
  return new Promise(resolve => stream.once('close', resolve));
}

/** Sends a request of HTTP/1.1. */
async function askHttp1(path: string): Promise<{ status: number | undefined; body: string }> {
  const request = https.get(`${mock.url}${path}`, { ca, agent: false });
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  const chunks = await response.setEncoding('utf8').toArray();
  return { status: response.statusCode, body: chunks.join('') };
}

async function deliver(target: string, delivery: object | null): Promise<void> {
  const path = `/__deadringer/sessions/${target}/delivery`;
  expect((await ask({ ':method': 'PUT', ':path': path }, [JSON.stringify(delivery)])).status).toBe(200);
}

test('the URL of the server uses https', () => {
  expect(mock.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
});

test('HTTP/1.1 and HTTP/2 get the same answer', async () => {
  const first = await askHttp1('/pets/7');
  const second = await ask({ ':path': '/pets/7' });
  expect(second).toMatchObject({ status: 200, body: first.body, code: 0 });
  expect(first).toEqual({ status: 200, body: '{"id":7,"name":"Rex"}' });
  expect(Object.keys(second.headers)).toEqual(
    expect.not.arrayContaining(['connection', 'keep-alive', 'transfer-encoding']),
  );
  expect(events.slice(-2).map(({ exchange }) => exchange.request.transport)).toEqual([
    { scheme: 'https', httpVersion: 'HTTP/1.1' },
    { scheme: 'https', httpVersion: 'HTTP/2' },
  ]);
});

test('a request of HTTP/2 is recorded with the fields that were sent, and Host', async () => {
  await ask({
    ':path': '/pets?limit=2',
    'x-two': ['a', 'b'],
    cookie: 'a=1; b=2',
    accept: 'application/json',
  });
  expect(events.at(-1)?.exchange.request).toMatchObject({
    method: 'GET',
    path: '/pets',
    query: 'limit=2',
    headers: {
      host: [new URL(mock.url).host],
      'x-two': ['a', 'b'],
      cookie: ['a=1; b=2'],
      accept: ['application/json'],
    },
  });
  expect(Object.keys(events.at(-1)?.exchange.request.headers ?? {})).not.toContain('connection');
});

test('the recording of the journal names the protocol, and its URLs are those of HTTPS', async () => {
  const id = { 'x-deadringer-session': 'recorded' };
  await ask({ ':path': '/pets/7', ...id });
  const { body } = await ask({ ':path': '/__deadringer/sessions/recorded/journal.har' });
  const { log } = JSON.parse(body) as { log: { entries: { request: object; response: object }[] } };
  expect(log.entries).toMatchObject([
    { request: { httpVersion: 'HTTP/2', url: `${mock.url}/pets/7` }, response: { httpVersion: 'HTTP/2' } },
  ]);
});

test('links that the mock writes lead to HTTPS', async () => {
  const { body } = await ask({ ':path': '/petz' });
  expect(JSON.parse(body)).toMatchObject({ hint: expect.stringContaining(mock.url) });
});

test('plain HTTP on the port gets an error with the address to use', async () => {
  const { port } = mock;
  const text = await exchangeBytes(
    port,
    [Buffer.from(`GET /pets HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`)],
    received => received.endsWith('}\n'),
  );
  expect(text).toMatch(/^HTTP\/1\.1 400 /);
  expect(text).toContain('deadringer:tls-required');
  expect(text).toContain(`use https://127.0.0.1:${port}`);
  expect(errors).toContainEqual({ kind: 'malformed-http', code: 'tls-required' });
});

test('the client of the control API says that a certificate is not trusted, and which scheme to use', async () => {
  const error = (url: string): Promise<unknown> =>
    callControl({ server: url }, 'GET', '/sessions').catch(String);
  expect(await error(mock.url)).toContain(
    'is not trusted (UNABLE_TO_VERIFY_LEAF_SIGNATURE): set NODE_EXTRA_CA_CERTS',
  );
  expect(await error(mock.url.replace('https', 'http'))).toContain(`use ${mock.url}`);
  const plain = await startServer({ specs: ['test/fixtures/pets.yaml'] });
  onTestFinished(() => plain.close(0));
  expect(await error(plain.url.replace('http', 'https'))).toContain(`does not serve HTTPS: use ${plain.url}`);
});

test('bytes of an unknown protocol close their connection, and no other', async () => {
  expect(await exchangeBytes(mock.port, [Buffer.from([0x16, 3, 1, 0, 5, 1, 2, 3, 4, 5])])).not.toContain(
    'HTTP',
  );
  expect(await ask({ ':path': '/pets/7' })).toMatchObject({ status: 200 });
});

describe('a stream of HTTP/2', () => {
  test('does not wait for the streams before it', async () => {
    await deliver('slow', { delay: '20s' });
    const slow = session.request({ ':path': '/~slow/pets' });
    slow.on('error', () => {});
    expect(await ask({ ':path': '/pets/7' })).toMatchObject({ status: 200 });
    const before = events.length;
    slow.close(http2.constants.NGHTTP2_CANCEL);
    await closed(slow);
    expect(await ask({ ':path': '/pets/7' })).toMatchObject({ status: 200 });
    expect(events.length).toBe(before + 1);
  });

  test('many at once each get their own answer', async () => {
    const ids = Array.from({ length: 150 }, (_, index) => index + 1);
    const answers = await Promise.all(ids.map(id => ask({ ':path': `/pets/${id}` })));
    expect(answers.map(({ body }) => JSON.parse(body).id)).toEqual(ids);
  });

  test('is one of a limited number on its connection, so that their memory is bounded', () => {
    expect(session.remoteSettings.maxConcurrentStreams).toBe(1000);
  });

  test('sends a body in parts, without its length', async () => {
    const headers = { ':method': 'POST', ':path': '/pets', 'content-type': 'application/json' };
    expect(await ask(headers, ['{"id":7,', '"name":"Tom"}'])).toMatchObject({
      status: 201,
      body: expect.stringContaining('"name":"Tom"'),
      code: 0,
    });
  });

  test.each(['GET', 'DELETE', 'OPTIONS', 'POST'])(
    'the body of %s without its length is a body, and no further request',
    async method => {
      const before = events.length;
      const body = 'PUT /smuggled HTTP/1.1\r\nHost: evil\r\nContent-Length: 0\r\n\r\n';
      const { code } = await ask({ ':method': method, ':path': '/pets/7', 'content-type': 'text/plain' }, [
        body,
      ]);
      await ask({ ':path': '/pets/8' });
      const requests = events.slice(before).map(({ exchange }) => exchange.request);
      expect(requests.map(request => `${request.method} ${request.path}`)).toEqual([
        `${method} /pets/7`,
        'GET /pets/8',
      ]);
      expect(code).toBe(0);
      expect(Buffer.from(requests[0]?.body as Uint8Array).toString()).toBe(body);
    },
  );

  test('gets the error about a body that is too large, while it is still sending', async () => {
    const headers = { ':method': 'POST', ':path': '/pets', 'content-type': 'application/json' };
    const parts = Array.from({ length: 40 }, () => Buffer.alloc(512 * 1024, ' '));
    const { status, body } = await ask(headers, parts);
    expect({ status, type: JSON.parse(body).type }).toEqual({
      status: 413,
      type: 'deadringer:body-too-large',
    });
    expect(await ask({ ':path': '/pets/7' })).toMatchObject({ status: 200 });
  });

  test('reads headers of the size that HTTP/1.1 may have, and no larger ones', async () => {
    const large = (size: number): Promise<Answer> => ask({ ':path': '/pets/7', 'x-large': 'x'.repeat(size) });
    expect(await large(8000)).toMatchObject({ status: 200 });
    expect(await large(20_000)).toMatchObject({ status: 431 });
  });

  test('gets 100 (Continue) if it asks for it', async () => {
    const headers = { ':method': 'POST', ':path': '/pets', 'content-type': 'application/json' };
    const answer = await ask({ ...headers, expect: '100-continue' }, ['{"id":7,"name":"Tom"}']);
    expect(answer).toMatchObject({ status: 201, information: [100] });
  });

  test('HEAD, OPTIONS * and a preflight', async () => {
    expect(await ask({ ':method': 'HEAD', ':path': '/pets/7' })).toMatchObject({
      status: 200,
      body: '',
      headers: { 'content-length': '21' },
    });
    expect(
      await ask({
        ':method': 'OPTIONS',
        ':path': '/pets',
        origin: 'https://app.example.com',
        'access-control-request-method': 'POST',
      }),
    ).toMatchObject({ status: 204, headers: { 'access-control-allow-origin': 'https://app.example.com' } });
  });

  test('CONNECT is refused, as in HTTP/1.1', async () => {
    const stream = session.request({ ':method': 'CONNECT', ':authority': 'example.com:443' });
    const [headers] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders];
    const chunks = await stream.setEncoding('utf8').toArray();
    expect(headers[':status']).toBe(501);
    expect(chunks.join('')).toContain('deadringer:not-a-proxy');
  });

  test('opens the console and follows the events of the server', async () => {
    expect(await ask({ ':path': '/', accept: 'text/html' })).toMatchObject({
      status: 302,
      headers: { location: '/__deadringer/' },
    });
    const stream = session.request({ ':path': '/__deadringer/events?from=now' });
    stream.setEncoding('utf8');
    await once(stream, 'response');
    const text = once(stream, 'data');
    await ask({ ':path': '/pets/7' });
    expect((await text)[0]).toContain('event: exchange');
    stream.close();
  });

  test('a page of the server itself may use the control API, one of another scheme may not', async () => {
    const path = '/__deadringer/sessions';
    expect(await ask({ ':path': path, origin: mock.url })).toMatchObject({ status: 200 });
    expect(await ask({ ':path': path, origin: mock.url.replace('https', 'http') })).toMatchObject({
      status: 403,
    });
  });
});

describe('a fault on a stream of HTTP/2', () => {
  const { NGHTTP2_INTERNAL_ERROR, NGHTTP2_PROTOCOL_ERROR } = http2.constants;
  const cases = [
    { fault: 'reset', code: NGHTTP2_INTERNAL_ERROR, status: undefined, body: '' },
    { fault: 'empty', code: NGHTTP2_INTERNAL_ERROR, status: undefined, body: '' },
    { fault: 'garbage', code: NGHTTP2_PROTOCOL_ERROR, status: undefined, body: '' },
    // The client finds that the length is not the one of the head.
    { fault: 'truncate', code: NGHTTP2_PROTOCOL_ERROR, status: 200, body: '{"id":7,"na' },
    { fault: 'reset-mid-body', code: NGHTTP2_PROTOCOL_ERROR, status: 200, body: '{"id":7,"na' },
    { fault: 'wrong-length', code: NGHTTP2_PROTOCOL_ERROR, status: 200, body: '{"id":7,"name":"Rex"}' },
  ];

  test.each(cases)('$fault resets it, and leaves the other streams', async ({ fault, ...expected }) => {
    await deliver(fault, { fault });
    const [broken, other] = await Promise.all([
      ask({ ':path': `/~${fault}/pets/7` }),
      ask({ ':path': '/pets/7' }),
    ]);
    const { code, status, body } = broken;
    expect({ code, status, body }).toEqual(expected);
    expect(other).toMatchObject({ status: 200, code: 0 });
  });

  test('hang leaves it open until the client resets it', async () => {
    await deliver('hang', { fault: 'hang' });
    const stream = session.request({ ':path': '/~hang/pets/7' });
    stream.on('error', () => {});
    await expect.poll(() => events.at(-1)?.session).toBe('hang');
    await ask({ ':path': '/pets/7' });
    expect(stream.closed).toBe(false);
    stream.close(http2.constants.NGHTTP2_CANCEL);
    await closed(stream);
  });

  test('a slow body arrives in parts', async () => {
    await deliver('slow-body', { drip: 2000 });
    expect(await ask({ ':path': '/~slow-body/pets/7' })).toMatchObject({ status: 200, body: /Rex/, code: 0 });
  });
});

describe('a real service behind the mock', () => {
  test('its trailers, informational responses and cookies arrive over HTTP/2', async () => {
    const received: http.IncomingMessage[] = [];
    const service = http.createServer((incoming, outgoing) => {
      received.push(incoming);
      incoming.resume().on('end', () => {
        outgoing.writeEarlyHints({ link: '</style.css>; rel=preload' });
        outgoing.writeHead(200, [
          ...['content-type', 'application/json', 'trailer', 'x-checksum', 'keep-alive', 'timeout=9'],
          ...['set-cookie', 'a=1; Secure; SameSite=None', 'content-type', 'application/json'],
          ...['location', `http://127.0.0.1:${(service.address() as AddressInfo).port}/v1/pets/8`],
        ]);
        outgoing.write('{"id":7,"name":"Rex"}');
        outgoing.addTrailers({ 'x-checksum': '42' });
        outgoing.end();
      });
    });
    await once(service.listen(0, '127.0.0.1'), 'listening');
    const origin = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
    const proxy = await start({ upstreams: [`pets=${origin}/v1`] });
    const client = http2.connect(proxy.url, { ca });
    onTestFinished(async () => {
      client.close();
      await proxy.close(0);
      service.close();
    });
    const answer = await ask({ ':method': 'POST', ':path': '/pets/pets', te: 'trailers' }, ['{}'], client);
    expect(answer).toMatchObject({
      status: 200,
      body: '{"id":7,"name":"Rex"}',
      trailers: { 'x-checksum': '42' },
      information: [103],
      headers: { 'set-cookie': ['a=1; Secure; SameSite=None'], location: `${proxy.url}/pets/pets/8` },
      code: 0,
    });
    expect(received[0]?.headers).not.toHaveProperty('http2-settings');
  });

  test('a body of unknown length that breaks off does not look complete', async () => {
    const service = http.createServer((_, outgoing) => {
      outgoing.writeHead(200, { 'content-type': 'application/json' });
      outgoing.write('{"id":7', () => outgoing.destroy());
    });
    await once(service.listen(0, '127.0.0.1'), 'listening');
    const origin = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
    const proxy = await start({ upstreams: [`pets=${origin}`] });
    const client = http2.connect(proxy.url, { ca });
    onTestFinished(async () => {
      client.close();
      await proxy.close(0);
      service.close();
    });
    const { status, code } = await ask({ ':path': '/pets/7' }, undefined, client);
    expect({ status, isBroken: code !== 0 }).toEqual({ status: 200, isBroken: true });
  });
});

describe('when the server closes', () => {
  test('connections of HTTP/2 get their pending responses, then GOAWAY, and idle ones end', async () => {
    const server = await start();
    const busy = http2.connect(server.url, { ca });
    const idle = http2.connect(server.url, { ca });
    const silent = net.connect(server.port, '127.0.0.1');
    await Promise.all([once(busy, 'connect'), once(idle, 'connect'), once(silent, 'connect')]);
    await ask(
      { ':method': 'PUT', ':path': '/__deadringer/sessions/late/delivery' },
      ['{"delay":"150ms"}'],
      busy,
    );
    const pending = ask({ ':path': '/~late/pets/7' }, undefined, busy);
    await new Promise<void>(resolve => server.state.subscribe(() => resolve()));
    const [answer] = await Promise.all([pending, server.close(), once(idle, 'close'), once(silent, 'close')]);
    expect(answer).toMatchObject({ status: 200, code: 0 });
  });

  test('streams that do not end are reset after the grace time', async () => {
    const server = await start();
    const client = http2.connect(server.url, { ca });
    client.on('error', () => {});
    await ask(
      { ':method': 'PUT', ':path': '/__deadringer/sessions/hang/delivery' },
      ['{"fault":"hang"}'],
      client,
    );
    const pending = ask({ ':path': '/~hang/pets/7' }, undefined, client);
    await new Promise<void>(resolve => server.state.subscribe(() => resolve()));
    await server.close(10);
    expect((await pending).status).toBeUndefined();
  });
});
