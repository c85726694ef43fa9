import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import zlib from 'node:zlib';
import axios from 'axios';
import undici from 'undici';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ServeEvent } from '../../src/mock/serve-event.ts';
import { type MockServer, startServer } from '../../src/start.ts';

const PETS = 'test/fixtures/pets.yaml';
const JSON_PETS = JSON.stringify([{ id: 7, name: 'Rex' }]);

/** The responses of the upstream, by the last segment of the path. */
type Handler = (incoming: http.IncomingMessage, outgoing: http.ServerResponse) => void;
const HANDLERS: Record<string, Handler> = {
  plain: (_, outgoing) => outgoing.writeHead(200, { 'content-type': 'application/json' }).end(JSON_PETS),
  gzip: (_, outgoing) =>
    outgoing
      .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
      .end(zlib.gzipSync(JSON_PETS)),
  br: (_, outgoing) =>
    outgoing
      .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'br' })
      .end(zlib.brotliCompressSync(JSON_PETS)),
  zstd: (_, outgoing) =>
    outgoing
      .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'zstd' })
      .end(zlib.zstdCompressSync(JSON_PETS)),
  chunked: (_, outgoing) => {
    outgoing.writeHead(200, { 'content-type': 'application/json' });
    for (const piece of JSON_PETS.match(/.{1,5}/g) ?? []) outgoing.write(piece);
    outgoing.end();
  },
  'no-content': (_, outgoing) => outgoing.writeHead(204, 'Nothing Here').end(),
  'not-modified': (_, outgoing) => outgoing.writeHead(304, { etag: '"7"', 'content-length': '1234' }).end(),
  redirect: (_, outgoing) =>
    outgoing.writeHead(302, 'Look There', { location: 'https://elsewhere.example/pets' }).end(),
  cookies: (_, outgoing) =>
    outgoing
      .writeHead(200, [
        ...['Content-Type', 'application/json', 'Set-Cookie', 'a=1; Path=/'],
        ...['Set-Cookie', 'b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT', 'X-MiXeD', 'one', 'X-MiXeD', 'two'],
      ])
      .end('[]'),
  binary: (_, outgoing) =>
    outgoing
      .writeHead(200, { 'content-type': 'application/octet-stream' })
      .end(Buffer.from([0, 255, 254, 10, 13, 0, 128])),
  latin: (_, outgoing) =>
    outgoing.writeHead(200, { 'x-name': 'Jos\u00e9', 'content-type': 'text/plain' }).end('x'),
  echo: (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const received = {
        method: incoming.method,
        url: incoming.url,
        fields: incoming.rawHeaders,
        body: Buffer.concat(chunks).toString('base64'),
      };
      outgoing.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(received));
    });
  },
  trailers: (_, outgoing) => {
    outgoing.writeHead(200, { trailer: 'x-checksum', 'content-type': 'text/plain' });
    outgoing.write('body');
    outgoing.addTrailers({ 'x-checksum': '42' });
    outgoing.end();
  },
};

const service = http.createServer((incoming, outgoing) => {
  const name = incoming.url?.split('?')[0]?.split('/').at(-1) ?? '';
  outgoing.sendDate = name !== 'latin';
  (HANDLERS[name] ?? (HANDLERS.plain as Handler))(incoming, outgoing);
});
let origin: string;
let mock: MockServer;
let events: ServeEvent[] = [];
const direct = (name: string): string => `${origin}/v1/${name}`;
const through = (name: string): string => `${mock.url}/pets/v1/${name}`;

beforeAll(async () => {
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  origin = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
});
beforeEach(async () => {
  mock = await startServer({ specs: [PETS], upstreams: [`pets=${origin}`] });
  events = [];
  mock.state.subscribe(event => events.push(event));
});
afterEach(() => mock.close());
afterAll(() => {
  service.close();
  service.closeAllConnections();
});

interface Heard {
  readonly status: number | undefined;
  readonly phrase: string | undefined;
  readonly fields: readonly string[];
  readonly trailers: readonly string[];
  readonly body: string;
}

/** Names and values as received, without hop-by-hop fields, Date and the field of the mock. */
async function hear(url: string, options: http.RequestOptions = {}): Promise<Heard> {
  const request = http.request(url, options).end();
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  const body = Buffer.concat(await response.toArray());
  const fields: string[] = [];
  for (let at = 0; at < response.rawHeaders.length; at += 2) {
    const name = response.rawHeaders[at] ?? '';
    if (!/^(connection|keep-alive|date|x-deadringer-exchange)$/i.test(name))
      fields.push(`${name}: ${response.rawHeaders[at + 1]}`);
  }
  return {
    status: response.statusCode,
    phrase: response.statusMessage,
    fields: fields.sort(),
    trailers: response.rawTrailers,
    body: body.toString('base64'),
  };
}

describe('a response is passed through unchanged', () => {
  test.each([
    'plain',
    'gzip',
    'br',
    'zstd',
    'chunked',
    'no-content',
    'not-modified',
    'redirect',
    'cookies',
    'binary',
    'latin',
    'trailers',
  ])('%s', async name => {
    expect(await hear(through(name))).toEqual(await hear(direct(name)));
    expect(events).toHaveLength(1);
    expect(events[0]?.upstream).toEqual({ origin, path: `/v1/${name}`, broke: undefined });
  });

  test('to HEAD', async () => {
    const [there, here] = [
      await hear(direct('plain'), { method: 'HEAD' }),
      await hear(through('plain'), { method: 'HEAD' }),
    ];
    expect(here).toEqual(there);
    expect(here.body).toBe('');
  });

  test('with the 1xx responses before it', async () => {
    HANDLERS.hints = (_, outgoing) => {
      outgoing.writeProcessing();
      outgoing.writeEarlyHints(
        { link: ['</a.css>; rel=preload', '</b.js>; rel=preload'], 'x-step': '1' },
        () => {},
      );
      outgoing.end('done');
    };
    const listen = async (url: string): Promise<unknown[]> => {
      const early: unknown[] = [];
      const request = http.get(url);
      request.on('information', ({ statusCode, rawHeaders }: http.InformationEvent) =>
        early.push([statusCode, rawHeaders]),
      );
      const [response] = (await once(request, 'response')) as [http.IncomingMessage];
      early.push((await response.toArray()).join(''));
      return early;
    };
    const there = await listen(direct('hints'));
    expect(there).toHaveLength(3);
    expect(await listen(through('hints'))).toEqual(there);
  });

  test('to undici and axios', async () => {
    for (const name of ['gzip', 'br', 'chunked', 'plain']) {
      const { body } = await undici.request(through(name));
      const there = await undici.request(direct(name));
      expect(Buffer.from(await body.arrayBuffer())).toEqual(Buffer.from(await there.body.arrayBuffer()));
      expect((await axios.get(through(name))).data).toEqual(JSON.parse(JSON_PETS));
    }
    const form = { name: 'Rex', born: 'in M\u00fcnchen' };
    const { data } = await axios.postForm<{ body: string }>(through('echo'), form);
    expect(Buffer.from(data.body, 'base64').toString()).toContain('in M\u00fcnchen');
  });

  test('to fetch, with cookies one by one', async () => {
    const response = await fetch(through('cookies'));
    expect(response.headers.getSetCookie()).toEqual([
      'a=1; Path=/',
      'b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT',
    ]);
    expect(response.headers.get('x-deadringer-exchange')).toBe(events[0]?.exchange.id);
  });

  test('while it is still streaming', async () => {
    let finish = (): void => {};
    HANDLERS.slowly = (_, outgoing) => {
      outgoing.writeHead(200, { 'content-type': 'text/event-stream' });
      outgoing.write('data: 1\n\n');
      finish = () => outgoing.end('data: 2\n\n');
    };
    const response = await fetch(through('slowly'));
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const first = await reader.read();
    expect(Buffer.from(first.value ?? []).toString()).toBe('data: 1\n\n');
    finish();
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe('data: 2\n\n');
  });
});

test('of a stream that the client stops reading, the complete events are recorded', async () => {
  HANDLERS.endlessly = (_, outgoing) => {
    outgoing.writeHead(200, { 'content-type': 'text/event-stream' });
    outgoing.write('data: 1\n\ndata: 2\n\ndata: 3');
  };
  const gone = new AbortController();
  const response = await fetch(through('endlessly'), { signal: gone.signal });
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  gone.abort();
  await expect.poll(() => events.at(-1)?.exchange.request.path).toContain('endlessly');
  const { response: recorded } = events.at(-1)?.exchange ?? {};
  expect(Buffer.from(recorded?.body as Uint8Array).toString()).toBe('data: 1\n\ndata: 2\n\n');
  expect(events.at(-1)?.upstream?.failure).toBeUndefined();
});

describe('a request is forwarded unchanged', () => {
  interface ReceivedFields {
    readonly method: string;
    readonly url: string;
    readonly fields: readonly string[];
    readonly body: string;
  }
  const ask = async (
    options: http.RequestOptions & { body?: string | Buffer },
    target = 'echo',
  ): Promise<ReceivedFields> => {
    // A path instead of a URL: a URL would be normalized.
    const { hostname, port } = new URL(mock.url);
    const request = http.request({ hostname, port, path: `/pets/v1/${target}`, ...options });
    request.end(options.body);
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    return JSON.parse((await response.toArray()).join('')) as ReceivedFields;
  };

  test('with field names in their original case, repeated fields included', async () => {
    const { fields } = await ask({
      headers: [
        'Host',
        new URL(mock.url).host,
        'X-CaSe',
        'a',
        'Accept',
        'text/plain',
        'X-Twice',
        '1',
        'X-Twice',
        '2',
        'Cookie',
        'a=1; b=2',
      ],
    });
    const text = fields.join('|');
    expect(text).toContain('X-CaSe|a|Accept|text/plain|X-Twice|1|X-Twice|2|Cookie|a=1; b=2');
    expect(fields[1]).toBe(origin.replace('http://', ''));
  });

  test('without hop-by-hop fields and fields for the mock', async () => {
    const { fields } = await ask({
      headers: {
        connection: 'close, X-Private',
        'x-private': '1',
        te: 'trailers',
        'keep-alive': 'timeout=3',
        'proxy-connection': 'keep-alive',
        'x-deadringer-session': 'qa-7',
        cookie: 'deadringer-session=qa-7; theirs=1',
        upgrade: 'h2c',
      },
    });
    const names = fields.filter((_, index) => index % 2 === 0).map(name => name.toLowerCase());
    expect(names.sort()).toEqual(['connection', 'cookie', 'host']);
    expect(fields.join('|')).toContain('cookie|theirs=1');
    expect(events[0]?.session).toBe('qa-7');
  });

  test('with the original escapes in path and query', async () => {
    const { url } = await ask({}, 'a%2Fb/../%C3%A9/echo?q=%20+%2B&q=&tags[]=%5B');
    expect(url).toBe('/v1/a%2Fb/../%C3%A9/echo?q=%20+%2B&q=&tags[]=%5B');
  });

  test.each([
    ['text', { 'content-type': 'application/json' }, Buffer.from('{"name":"Jos\u00e9"}')],
    ['bytes', { 'content-type': 'application/octet-stream' }, Buffer.from([0, 1, 255, 254])],
    [
      'gzip',
      { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      zlib.gzipSync('{"id":1,"name":"Rex"}'),
    ],
    ['chunks', { 'content-type': 'text/plain', 'transfer-encoding': 'chunked' }, Buffer.from('in chunks')],
  ])('with its body: %s', async (_, headers, body) => {
    const received = await ask({ method: 'POST', headers, body });
    expect(received.body).toBe(body.toString('base64'));
  });

  test('a GET with a body', async () => {
    const received = await ask({ method: 'GET', headers: { 'content-length': '4' }, body: 'body' });
    expect([received.method, Buffer.from(received.body, 'base64').toString()]).toEqual(['GET', 'body']);
  });
});

describe('a proxied exchange', () => {
  test('is validated on both sides and recorded in the journal', async () => {
    HANDLERS.pets = (_, outgoing) =>
      outgoing.writeHead(200, { 'content-type': 'application/json' }).end('[{"id":"7","name":"Rex"}]');
    await (await fetch(`${through('pets')}?limit=many`)).text();
    expect(events[0]?.operation?.id).toBe('listPets');
    expect(events[0]?.findings.map(({ code, at }) => [code, at])).toEqual([
      ['parameter-schema', '/request/query/limit'],
      ['response-body-schema', '/response/body/0/id'],
    ]);
    const journal = (await (await fetch(`${mock.url}/__deadringer/sessions/default/journal`)).json()) as {
      entries: { upstream: object; response: { body: { text: string } } }[];
    };
    expect(journal.entries[0]?.upstream).toEqual({ origin, path: '/v1/pets' });
    expect(journal.entries[0]?.response.body.text).toBe('[{"id":"7","name":"Rex"}]');
  });

  test('is decoded for validation, for every content coding', async () => {
    HANDLERS.pets = (_, outgoing) =>
      outgoing
        .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'br' })
        .end(zlib.brotliCompressSync(JSON_PETS));
    await (await fetch(through('pets'))).text();
    expect(events[0]?.findings).toEqual([]);
  });

  test('is matched if documented, and reported as undocumented if not', async () => {
    await (await fetch(through('unknown'))).text();
    expect(events[0]?.findings.map(({ code }) => code)).toEqual(['operation-undocumented']);
  });
});

test('a body above the limit is passed through completely, and the journal says that it is not recorded', async () => {
  const size = 30 * 1024 * 1024;
  const bytes = randomBytes(size);
  HANDLERS.big = (incoming, outgoing) => {
    outgoing.writeHead(200, { 'content-type': 'application/octet-stream' });
    incoming.pipe(outgoing);
  };
  const response = await fetch(through('big'), { method: 'POST', body: bytes });
  const digest = (of: Uint8Array): string => createHash('sha256').update(of).digest('hex');
  expect(digest(Buffer.from(await response.arrayBuffer()))).toBe(digest(bytes));
  const { request: methods, response: answered } = events[0]?.exchange ?? {};
  const limitReached = { notRecorded: `the body has ${size} bytes, more than the limit of 10485760` };
  expect([methods?.body, answered?.body]).toEqual([limitReached, limitReached]);
});

describe('an upstream that fails', () => {
  /** A server on a socket that can send anything. */
  async function rawService(
    handle: (socket: net.Socket) => void,
  ): Promise<{ url: string; server: net.Server }> {
    const server = net.createServer(handle).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
  }
  const received = async (response: Response): Promise<unknown[]> => [
    response.status,
    response.headers.get('x-deadringer-error'),
    ((await response.json()) as { detail: string }).detail,
  ];

  async function behind(
    handle: (socket: net.Socket) => void,
    use: (url: string) => Promise<void>,
  ): Promise<void> {
    const { url, server } = await rawService(handle);
    const { state, url: mockUrl } = mock;
    const [before] = state.upstreams.list();
    if (before === undefined) throw new Error('there is an upstream');
    state.upstreams.set({ ...before, origin: url });
    try {
      await use(`${mockUrl}/pets/v1/pets`);
      state.upstreams.set(before);
      // The next request gets a response.
      expect((await fetch(`${mockUrl}/pets/v1/plain`)).status).toBe(200);
    } finally {
      server.close();
    }
  }

  test('by refusing connections: a problem, recorded in the journal', async () => {
    const { url, server } = await rawService(() => {});
    server.close();
    await once(server, 'close');
    const refused = await startServer({ specs: [PETS], upstreams: [url] });
    try {
      const event: ServeEvent[] = [];
      refused.state.subscribe(each => event.push(each));
      const response = await fetch(`${refused.url}/pets/v1/pets`);
      const words = `${url.replace('http://', '')} refuses connections`;
      expect(await received(response)).toEqual([502, 'upstream-unreachable', words]);
      expect([event[0]?.problem, event[0]?.upstream?.failure]).toEqual(['upstream-unreachable', words]);
      expect(event[0]?.findings).toEqual([]);
    } finally {
      await refused.close();
    }
  });

  test('by responding with invalid HTTP', () =>
    behind(
      socket => socket.end('\u0007 hello\r\n\r\n'),
      async url => {
        const [status, code] = await received(await fetch(url));
        expect([status, code]).toEqual([502, 'upstream-garbage']);
      },
    ));

  test('by switching protocols without a request', () =>
    behind(
      socket =>
        socket.once('data', () =>
          socket.write('HTTP/1.1 101 Go\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
        ),
      async url => {
        const [status, code] = await received(await fetch(url));
        expect([status, code]).toEqual([502, 'upstream-garbage']);
      },
    ));

  test('by closing without a response', () =>
    behind(
      socket => socket.once('data', () => socket.destroy()),
      async url => {
        const [status, code] = await received(await fetch(url));
        expect([status, code]).toEqual([502, 'upstream-broke']);
      },
    ));

  test('by closing a kept-alive connection: safe requests are retried once, writes never', async () => {
    const methods: string[] = [];
    const known = new WeakSet<net.Socket>();
    HANDLERS.fickle = ({ method = '', socket }, outgoing) => {
      methods.push(method);
      if (known.has(socket)) socket.destroy();
      else outgoing.end('[]');
      known.add(socket);
    };
    const ask = async (method: string): Promise<number> =>
      (await fetch(through('fickle'), { method })).status;
    for (const method of ['POST', 'DELETE', 'PUT', 'PATCH']) {
      methods.length = 0;
      expect(await ask('GET')).toBe(200);
      expect(await ask(method)).toBe(502);
      expect(methods).toEqual(['GET', method]);
    }
    methods.length = 0;
    expect([await ask('GET'), await ask('GET')]).toEqual([200, 200]);
    expect(methods).toEqual(['GET', 'GET', 'GET']);
  });

  test('by closing mid-body: the client gets the received part and the closed connection', () =>
    behind(
      socket => {
        socket.once('data', () =>
          socket.write(
            'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 100\r\n\r\nonly this',
            () => socket.destroySoon(),
          ),
        );
      },
      async url => {
        const request = http.get(url);
        const [response] = (await once(request, 'response')) as [http.IncomingMessage];
        let body = '';
        response.on('data', chunk => {
          body += String(chunk);
        });
        const [error] = (await once(response, 'error')) as [NodeJS.ErrnoException];
        expect([body, error.code]).toEqual(['only this', 'ECONNRESET']);
        const notRecorded = 'the connection closed after 9 bytes of the response body';
        expect(events[0]?.upstream?.failure).toBe(notRecorded);
        expect(events[0]?.exchange.response?.body).toEqual({ notRecorded, undecodable: true });
      },
    ));

  test('by labelling a body as gzip that is not: it is passed through and not validated', () =>
    behind(
      socket => {
        socket.once('data', () =>
          socket.end(
            'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\n[]',
          ),
        );
      },
      async url => {
        expect(Buffer.from((await hear(url)).body, 'base64').toString()).toBe('[]');
        expect(events[0]?.exchange.response?.body).toEqual({
          notRecorded: 'the body is not valid gzip',
          undecodable: true,
        });
      },
    ));

  test('by sending nothing: the request times out', async () => {
    const { url, server } = await rawService(() => {});
    const patient = await startServer({ specs: [PETS], upstreams: [url], upstreamTimeout: 100 });
    try {
      const [status, code, detail] = await received(await fetch(`${patient.url}/pets/v1/pets`));
      expect([status, code, detail]).toEqual([504, 'upstream-timeout', `${url} sent no data for 0.1 s`]);
    } finally {
      await patient.close();
      server.close();
    }
  });

  test('while the client is still sending: the client gets the error', async () => {
    const { url, server } = await rawService(() => {});
    server.close();
    await once(server, 'close');
    const refused = await startServer({ specs: [PETS], upstreams: [url] });
    try {
      const response = await fetch(`${refused.url}/pets/v1/pets`, {
        method: 'POST',
        body: Buffer.alloc(20 * 1024 * 1024),
      });
      expect(response.status).toBe(502);
    } finally {
      await refused.close();
    }
  });

  test('a client that disconnects cancels the upstream request', async () => {
    const { promise: left, resolve } = Promise.withResolvers<void>();
    HANDLERS.endless = (incoming, outgoing) => {
      outgoing.writeHead(200).write('on and on');
      incoming.socket.once('close', () => resolve());
    };
    const request = http.get(through('endless'));
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    await once(response, 'data');
    request.destroy();
    await left;
    await expect
      .poll(() => events[0]?.upstream?.failure)
      .toBe('the client disconnected before the end of the response');
  });
});
