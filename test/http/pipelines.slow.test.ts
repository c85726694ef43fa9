// Random pipelines of sound and broken requests, in random packets: every response is whole, in its place, and of its request.
import net from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ServerError } from '../../src/http/options.ts';
import { type MockServer, startServer } from '../../src/start.ts';
import { fc } from '../random.ts';
import { splitResponses } from './split-responses.ts';

let mock: MockServer;
const errors: ServerError[] = [];
beforeAll(async () => {
  mock = await startServer({
    specs: ['test/fixtures/pets.yaml'],
    bodyLimit: 4096,
    onError: error => errors.push(error),
  });
  for (const [session, delivery] of [
    ['late', { delay: '3ms' }],
    ['slow', { drip: 3000 }],
  ] as const)
    await fetch(`${mock.url}/__deadringer/sessions/${session}/delivery`, {
      method: 'PUT',
      body: JSON.stringify(delivery),
    });
});
afterAll(() => mock.close(0));

interface Part {
  readonly text: string;
  readonly method: string;
  /** The status that only this request gets. */
  readonly status: number;
  /** Nothing after it is answered. */
  readonly closes: boolean;
}

const sound = (method: string, target: string, status: number, fields = '', body = ''): Part => ({
  text: `${method} ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\n${fields}\r\n${body}`,
  method,
  status,
  closes: false,
});
const closing = (text: string, status: number, method = 'GET'): Part => ({
  text,
  method,
  status,
  closes: true,
});
const JSON_TYPE = 'Content-Type: application/json\r\n';

const soundPart = fc.constantFrom(
  sound('GET', '/pets/pets', 200),
  sound('GET', '/pets/pets', 200, 'X-Deadringer-Session: late\r\n'),
  sound('GET', '/pets/pets', 200, 'X-Deadringer-Session: slow\r\n'),
  sound('GET', '/pets/pets?__code=503', 503),
  sound('GET', 'http://x/pets/pets', 200),
  sound('HEAD', '/pets/pets', 200),
  sound('OPTIONS', '/pets/pets', 204),
  sound('GET', '/nowhere', 404),
  sound('PATCH', '/pets/pets', 405),
  sound('GET', '/__deadringer/health', 200),
  sound('POST', '/pets/pets', 201, `${JSON_TYPE}Content-Length: 21\r\n`, '{"id":1,"name":"Rex"}'),
  sound('POST', '/pets/pets', 422, `${JSON_TYPE}Content-Length: 2\r\n`, '{}'),
  sound(
    'POST',
    '/pets/pets',
    201,
    `${JSON_TYPE}Transfer-Encoding: chunked\r\n`,
    '15;a=b\r\n{"id":1,"name":"Rex"}\r\n0\r\nX: y\r\n\r\n',
  ),
  sound('POST', '/pets/pets', 415, 'Expect: 100-continue\r\nContent-Length: 2\r\n', '{}'),
  sound('DELETE', '/pets/pets/1', 204),
);
const closingPart = fc.constantFrom(
  closing('this is not HTTP\r\n\r\n', 400),
  closing('\0', 400),
  closing('GET /pets/pets HTTP/1.1\r\n\r\n', 400),
  closing('HEAD /pets/pets HTTP/1.1\r\n\r\n', 400, 'HEAD'),
  closing('GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n', 400),
  closing('GET / HTTP/1.1\r\nHost: x\r\nExpect: y\r\n\r\n', 417),
  closing('CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\n\r\n', 501),
  closing(`GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`, 431),
  closing(
    `POST /pets/pets HTTP/1.1\r\nHost: x\r\n${JSON_TYPE}Transfer-Encoding: chunked\r\n\r\n5\r\n{"id"\r\nzz\r\n`,
    400,
  ),
  closing(
    'POST /pets/pets HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    400,
  ),
  closing('GET /pets/pets HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 200),
  closing('GET /pets/pets HTTP/1.0\r\n\r\n', 200),
  closing(`POST /pets/pets HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n${'x'.repeat(5000)}`, 413),
);

const pipeline = fc.record({
  parts: fc.array(soundPart, { minLength: 1, maxLength: 12 }),
  last: fc.option(closingPart, { nil: undefined }),
  after: fc.array(fc.oneof(soundPart, closingPart), { maxLength: 3 }),
  cuts: fc.array(fc.nat(6000), { maxLength: 6 }),
  half: fc.boolean(),
});

/** Sends the packets, and reads until the server closes or `isComplete`. */
async function send(
  packets: readonly string[],
  half: boolean,
  isComplete: (text: string) => boolean,
): Promise<string> {
  const socket = net.connect({ port: mock.port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
  let received = '';
  const ended = new Promise<void>(resolve => {
    socket.on('data', chunk => {
      received += chunk.toString('latin1');
      if (!half && isComplete(received)) resolve();
    });
    socket.on('end', resolve);
    socket.on('close', () => resolve());
    // The server may close the connection while the client sends.
    socket.on('error', () => {});
  });
  for (const packet of packets) {
    if (socket.destroyed) break;
    await new Promise(resolve => socket.write(packet, 'latin1', resolve));
  }
  if (half) socket.end();
  await ended;
  socket.destroy();
  return received;
}

test('random pipelines are answered in order', async () => {
  await fc.assert(
    fc.asyncProperty(pipeline, async ({ parts, last, after, cuts, half }) => {
      const expected = last === undefined ? parts : [...parts, last];
      const text = [...expected, ...(last === undefined ? [] : after)].map(part => part.text).join('');
      const at = [0, ...new Set(cuts.map(cut => cut % (text.length + 1))), text.length].sort((a, b) => a - b);
      const packets = at.slice(1).map((end, index) => text.slice(at[index], end));
      const methods = expected.map(({ method }) => method);
      const received = await send(packets, half, got => {
        try {
          return last === undefined && splitResponses(got, methods).length === expected.length;
        } catch {
          return false;
        }
      });
      const responses = splitResponses(received, methods);
      expect(responses.map(({ status }) => status)).toEqual(expected.map(({ status }) => status));
      expect(errors.splice(0).filter(({ kind }) => kind === 'bug')).toEqual([]);
    }),
    {
      numRuns: 3000,
    },
  );
  expect((await fetch(`${mock.url}/pets/pets`)).status).toBe(200);
});
