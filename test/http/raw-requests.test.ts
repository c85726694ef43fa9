// Requests as bytes on a socket: unusual heads, parts, pipelining, disconnects, delayed responses.
import net from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ServerError } from '../../src/http/options.ts';
import type { ServeEvent } from '../../src/mock/serve-event.ts';
import { type MockServer, startServer } from '../../src/start.ts';
import { fc } from '../random.ts';
import { exchangeBytes, statusesIn } from './raw-client.ts';

let mock: MockServer;
const errors: ServerError[] = [];

beforeAll(async () => {
  mock = await startServer({
    specs: ['test/fixtures/pets.yaml'],
    bodyLimit: 4096,
    onError: error => errors.push(error),
  });
});
afterAll(() => mock.close(0));
afterEach(() => {
  expect(errors.splice(0).filter(({ kind }) => kind === 'bug')).toEqual([]);
});

const GET = 'GET /pets/pets HTTP/1.1\r\nHost: x\r\n\r\n';
const PETS = '[{"id":1,"name":"Rex"},{"id":2,"name":"Tom"}]';
const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const post = (body: string, fields = 'Content-Type: application/json\r\n'): string =>
  `POST /pets/pets HTTP/1.1\r\nHost: x\r\n${fields}Content-Length: ${body.length}\r\n\r\n${body}`;
/** Sends a text in these parts, and waits for this number of final responses, the last one with its body. */
const send = (parts: string | readonly string[], count = 1): Promise<string> =>
  exchangeBytes(mock.port, [parts].flat().map(bytes), received => {
    const heads = received.split(/HTTP\/1\.1 (?!1)/);
    const last = heads.length > count ? (heads.at(-1) as string) : '';
    const length = /^content-length: (\d+)/im.exec(last)?.[1] ?? '0';
    const body = last.indexOf('\r\n\r\n') + 4;
    return body > 3 && (last.length >= body + Number(length) || isHead(parts));
  });
const isHead = (parts: string | readonly string[]): boolean => /^(HEAD|OPTIONS)/.test(String(parts));
/** Sends a text, and ends the sending side of the connection at once. */
const sendAndEnd = (text: string): Promise<string> => exchangeBytes(mock.port, [bytes(text)]);

describe('the statuses of the responses to', () => {
  test.for([
    ['a request without a body', GET, [200]],
    ['a valid body', post('{"id":1,"name":"Rex"}'), [201]],
    ['a body that violates its schema', post('{"id":"one"}'), [422]],
    ['malformed JSON', post('{"id":'), [422]],
    ['a page of another origin', GET.replace('\r\n\r\n', '\r\nOrigin: http://localhost:3000\r\n\r\n'), [200]],
    ['an unknown path', GET.replace('/pets/pets', '/nothing?here=1'), [404]],
    ['a method that is not declared', GET.replace('GET', 'PATCH'), [405]],
    ['a preferred status', GET.replace('\r\n\r\n', '\r\nPrefer: code=503\r\n\r\n'), [503]],
    ['an invalid preference', GET.replace('\r\n\r\n', '\r\nPrefer: code=x\r\n\r\n'), [400]],
    ['a session', GET.replace('\r\n\r\n', '\r\nX-Deadringer-Session: ana\r\n\r\n'), [200]],
    ['HTTP/1.0', GET.replace('1.1', '1.0'), [200]],
    ['Connection: close', GET.replace('Host: x', 'Host: x\r\nConnection: close'), [200]],
    ['two lengths', post('{}', 'Content-Length: 2\r\n'), [400]],
    ['a length that is no number', post('{}').replace('Length: 2', 'Length: 0x2'), [400]],
    ['a length and chunks', post('{}', 'Transfer-Encoding: chunked\r\n'), [400]],
    ['a request without a host', GET.replace('Host: x\r\n', ''), [400]],
    ['a folded field', GET.replace('Host: x', 'Host: x\r\nA: b\r\n c'), [400]],
    ['a blank before the colon', GET.replace('Host:', 'Host :'), [400]],
    ['a bare line feed', GET.replaceAll('\r\n', '\n'), [400]],
    ['a control character', GET.replace('Host: x', 'Host: x\r\nA: \u0001'), [400]],
    ['a field named __proto__', GET.replace('Host: x', 'Host: x\r\n__proto__: x'), [200]],
    ['a thousand fields', GET.replace('Host: x', `Host: x\r\n${'a:b\r\n'.repeat(1000)}c: d`), [431]],
    ['Expect: 100-continue', post('{}', 'Expect: 100-continue\r\n'), [100, 415]],
    ['HEAD', GET.replace('GET', 'HEAD'), [200]],
    ['a preflight', GET.replace('GET', 'OPTIONS'), [204]],
    ['an absolute URL', GET.replace('/pets', 'http://x/pets'), [200]],
    ['a body over the limit', post('x'.repeat(5000)), [413]],
    ['an unknown content coding', post('{}', 'Content-Encoding: br2\r\n'), [415]],
    ['bytes that are not HTTP', 'hello\r\n\r\n', [400]],
    ['a head without end', `${GET.slice(0, -2)}X: ${'y'.repeat(20_000)}\r\n\r\n`, [431]],
    ['three requests at once', GET + post('{"id":1,"name":"Rex"}') + GET, [200, 201, 200]],
    [
      'a HEAD request and requests after it',
      GET.replace('GET', 'HEAD') + GET + post('{"id":1}'),
      [200, 200, 422],
    ],
  ] as const)('%s', async ([, text, statuses]) => {
    expect(statusesIn(await send(text, statuses.filter(status => status >= 200).length))).toEqual(statuses);
  });

  test('an incomplete head are none', async () => {
    expect(await sendAndEnd(GET.slice(0, 20))).toBe('');
  });
});

describe('a request in parts', () => {
  const text = post('{"id":1,"name":"Rex"}');

  test.for([1, 20, text.length - 21, text.length - 10, text.length - 1])(
    'cut at %i is one request',
    async at => {
      const received = await send([text.slice(0, at), text.slice(at)]);
      expect(statusesIn(received)).toEqual([201]);
    },
  );

  test('of one byte each is one request', async () => {
    const long = post(`{"id":1,"name":"Rex"${' '.repeat(150)}}`);
    const received = await send([long.slice(0, -150), ...long.slice(-150)]);
    expect(statusesIn(received)).toEqual([201]);
  });

  test('that stays incomplete is reported as client-disconnected', async () => {
    await sendAndEnd(text.slice(0, -3));
    await vi.waitFor(() =>
      expect(errors).toEqual([{ kind: 'client-disconnected', request: 'POST /pets/pets' }]),
    );
  });

  test('whose connection is reset is reported as well', async () => {
    const socket = net.connect(mock.port, '127.0.0.1');
    await new Promise<void>(resolve => socket.write(text.slice(0, -3), () => resolve()));
    await new Promise(setImmediate);
    socket.resetAndDestroy();
    await vi.waitFor(() =>
      expect(errors).toEqual([{ kind: 'client-disconnected', request: 'POST /pets/pets' }]),
    );
  });
});

test('a repeated head is handled the same, with another body and after a reload', async () => {
  const valid = await send(post('{"id":1,"name":"Rex"}'));
  expect(statusesIn(valid)).toEqual([201]);
  // As long as the valid body, so that the head has the same Content-Length.
  expect(statusesIn(await send(post('{"id":"1","name":"R"}')))).toEqual([422]);
  await mock.reload();
  expect(statusesIn(await send(post('{"id":1,"name":"Rex"}')))).toEqual([201]);
});

test('heads that differ only in the field of a value are distinguished', async () => {
  const headers = async (fields: string): Promise<unknown> => {
    const event: ServeEvent[] = [];
    const unsubscribe = mock.state.subscribe(each => event.push(each));
    await send(GET.replace('\r\n\r\n', `\r\n${fields}\r\n\r\n`));
    unsubscribe();
    return event[0]?.exchange.request.headers;
  };
  expect(await headers('A: b\r\nC: d')).toMatchObject({ a: ['b'], c: ['d'] });
  expect(await headers('A: C\r\nB: d')).toMatchObject({ a: ['C'], b: ['d'] });
  expect(await headers('A:\r\nB: C')).toMatchObject({ a: [''], b: ['C'] });
});

test('five thousand pipelined requests get their responses in order, also if the client reads late', async () => {
  const socket = net.connect(mock.port, '127.0.0.1');
  socket.pause();
  socket.write(bytes(GET.repeat(5000)));
  let answers = 0;
  let rest = '';
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('data', chunk => {
      const parts = (rest + chunk.toString('latin1')).split('HTTP/1.1 200 OK');
      rest = parts.pop() ?? '';
      answers += parts.length;
      if (answers === 5000 && rest.includes(`\r\n\r\n${PETS}`)) resolve();
    });
    setImmediate(() => socket.resume());
  });
  socket.destroy();
  expect(answers).toBe(5000);
});

describe('a response that is delivered', () => {
  beforeAll(async () => {
    const headers = { 'content-type': 'application/json' };
    for (const [id, deliver] of [
      ['late', { delay: '30ms' }],
      ['slowly', { drip: 400 }],
      ['cut off', { fault: 'truncate' }],
    ] as const) {
      const name = id.replace(' ', '-');
      const sessions = `${mock.url}/__deadringer/sessions`;
      await fetch(sessions, { method: 'POST', headers, body: JSON.stringify({ id: name }) });
      const body = JSON.stringify(deliver);
      expect((await fetch(`${sessions}/${name}/delivery`, { method: 'PUT', headers, body })).status).toBe(
        200,
      );
    }
  });

  test.for([
    ['late', 2],
    ['slowly', 2],
    ['cut off', 0],
  ] as const)(
    '%s is counted once, and the next request on the connection is handled after it',
    async ([id, whole]) => {
      const name = id.replace(' ', '-');
      const slowRequest = GET.replace('\r\n\r\n', `\r\nX-Deadringer-Session: ${name}\r\n\r\n`);
      const last = GET.replace('Host: x', 'Host: x\r\nConnection: close');
      const received = await send(slowRequest + last, 2);
      expect(received.split(PETS).length - 1).toBe(whole);
      expect(statusesIn(received)).toEqual(whole === 0 ? [200] : [200, 200]);
      expect((await mock.state.sessions.get(name))?.calls).toBe(1);
    },
  );
});

test('a connection without a request that the client ends is closed', async () => {
  expect(await sendAndEnd('')).toBe('');
});

describe('for random bytes', () => {
  const part = fc.oneof(
    fc.constantFrom(
      'GET',
      'POST',
      'HEAD',
      ' ',
      '/pets/pets',
      '?limit=x&y=%zz',
      ' HTTP/1.1',
      '\r\n',
      '\n',
      ':',
    ),
    fc.constantFrom(
      'Host: x',
      'Content-Length: 5',
      'Transfer-Encoding: chunked',
      'Accept: */*',
      'Prefer: code=503',
    ),
    fc.constantFrom('{"id":1,"name":"Rex"}', '[1', '\0', 'é', '5', '*', 'http://x/', '~ana'),
  );
  const damaged = fc
    .record({ parts: fc.array(part, { maxLength: 6 }), at: fc.nat(400), drop: fc.nat(3), from: fc.boolean() })
    .map(({ parts, at, drop, from }) => {
      const base = from ? GET + post('{"id":1,"name":"Rex"}') : GET;
      const place = at % base.length;
      return base.slice(0, place) + parts.join('') + base.slice(place + drop);
    });

  test('the server reports no internal error, and responds to the next client', async () => {
    await fc.assert(
      fc.asyncProperty(damaged, async text => {
        await sendAndEnd(text);
        expect(errors.filter(({ kind }) => kind === 'bug')).toEqual([]);
      }),
      { numRuns: 300, seed: 1 },
    );
    expect(statusesIn(await send(GET))).toEqual([200]);
  });
});
