// Plain requests are answered on the socket itself. Speed may never change meaning: node:http, asked the same, says the same.
import diagnostics from 'node:diagnostics_channel';
import { once } from 'node:events';
import net from 'node:net';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createWire } from '../../src/http/wire.ts';
import { bothRoads, type Roads, type Told, tell, timeless } from './both-roads.ts';

let roads: Roads;
/** How many requests node:http has read in this process. */
let readByNode = 0;
const count = (): void => {
  readByNode++;
};

beforeAll(async () => {
  diagnostics.subscribe('http.server.request.start', count);
  roads = await bothRoads({ specs: ['test/fixtures/pets.yaml'], bodyLimit: 4096 });
  // What answers need is made when first asked for, and a client that has hung up meanwhile gets none.
  const { url } = roads.mock;
  for (const path of ['/__deadringer/health', '/pets/pets', '/pets/pets/1', '/pets/lies'])
    await fetch(url + path);
  for (const method of ['POST', 'DELETE']) await fetch(`${url}/pets/pets`, { method });
  await fetch(`${url}/pets/pets/1`, { method: 'DELETE' });
  await fetch(`${url}/pets/pets`, { method: 'POST', body: '{"id":1,"name":"Rex"}', headers: JSON_TYPE });
});
afterAll(async () => {
  diagnostics.unsubscribe('http.server.request.start', count);
  await roads.close();
});
afterEach(() => {
  expect(roads.troubles.filter(({ kind }) => kind === 'bug')).toEqual([]);
});

const JSON_TYPE = { 'content-type': 'application/json' };
const GET = 'GET /pets/pets HTTP/1.1\r\nHost: x\r\n\r\n';
const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const post = (body: string, fields = 'Content-Type: application/json\r\n'): string =>
  `POST /pets/pets HTTP/1.1\r\nHost: x\r\n${fields}Content-Length: ${body.length}\r\n\r\n${body}`;

async function both(pieces: readonly Uint8Array[]): Promise<{ wire: Told; node: Told }> {
  const wire = await tell(roads, roads.mock.port, pieces);
  return { wire, node: await tell(roads, roads.node.port, pieces) };
}

/** Sends a text whole, and expects the same of both. */
async function same(text: string): Promise<Told> {
  const { wire, node } = await both([bytes(text)]);
  expect(wire).toEqual(node);
  return wire;
}

describe('node:http does not read', () => {
  test.for([
    ['a request without a body', GET],
    ['a valid body', post('{"id":1,"name":"Rex"}')],
    ['a body that breaks its schema', post('{"id":"one"}')],
    ['a broken body', post('{"id":')],
    ['a page of another origin', GET.replace('\r\n\r\n', '\r\nOrigin: http://localhost:3000\r\n\r\n')],
    ['a path that nothing answers', GET.replace('/pets/pets', '/nothing?here=1')],
    ['a method that is not declared', GET.replace('GET', 'PATCH')],
    ['a wish', GET.replace('\r\n\r\n', '\r\nPrefer: code=503\r\n\r\n')],
    ['a wish that nobody understands', GET.replace('\r\n\r\n', '\r\nPrefer: code=x\r\n\r\n')],
    ['a session of its own', GET.replace('\r\n\r\n', '\r\nX-Deadringer-Session: ana\r\n\r\n')],
    ['a compressed body that is none', post('none', 'Content-Encoding: identity\r\n')],
    ['two at once', GET + post('{"id":1,"name":"Rex"}') + GET],
  ] as const)('%s, and the answer is the same', async ([, text]) => {
    const before = readByNode;
    const wire = await tell(roads, roads.mock.port, [bytes(text)]);
    expect(readByNode).toBe(before);
    expect(wire.answer).toContain('HTTP/1.1 ');
    expect(wire).toEqual(await tell(roads, roads.node.port, [bytes(text)]));
    expect(readByNode).toBeGreaterThan(before);
  });
});

describe('node:http reads', () => {
  test.for([
    ['HTTP/1.0', GET.replace('1.1', '1.0')],
    ['a connection that is to be closed', GET.replace('Host: x', 'Host: x\r\nConnection: close')],
    ['a body in chunks', `${post('').replace('Content-Length: 0', 'Transfer-Encoding: chunked')}0\r\n\r\n`],
    ['two lengths', post('{}', 'Content-Length: 2\r\n')],
    ['a length that is none', post('{}').replace('Length: 2', 'Length: 0x2')],
    ['a length and chunks', post('{}', 'Transfer-Encoding: chunked\r\n')],
    ['a request without a host', GET.replace('Host: x\r\n', '')],
    ['a thousand fields', GET.replace('Host: x', `Host: x\r\n${'a:b\r\n'.repeat(1000)}c: d`)],
    ['a hundred fields', GET.replace('Host: x', `Host: x\r\n${'a:b\r\n'.repeat(100)}c: d`)],
    ['two hosts', GET.replace('Host: x', 'Host: x\r\nHost: y')],
    ['a folded field', GET.replace('Host: x', 'Host: x\r\nA: b\r\n c')],
    ['a blank before the colon', GET.replace('Host:', 'Host :')],
    ['a bare line feed', GET.replaceAll('\r\n', '\n')],
    ['a control character', GET.replace('Host: x', 'Host: x\r\nA: \u0001')],
    ['a field called __proto__', GET.replace('Host: x', 'Host: x\r\n__proto__: x')],
    ['a wish to be told to go on', post('{}', 'Expect: 100-continue\r\n')],
    ['another protocol', GET.replace('Host: x', 'Host: x\r\nConnection: upgrade\r\nUpgrade: websocket')],
    ['HEAD', GET.replace('GET', 'HEAD')],
    ['a preflight', GET.replace('GET', 'OPTIONS')],
    ['the whole URL', GET.replace('/pets', 'http://x/pets')],
    ['a body over the limit', post('x'.repeat(5000))],
    ['a coding that is not known', post('{}', 'Content-Encoding: br2\r\n')],
    ['bytes that are no HTTP', 'hello\r\n\r\n'],
    ['a head without end', `${GET.slice(0, -2)}X: ${'y'.repeat(20_000)}\r\n\r\n`],
  ] as const)('%s, whoever has the socket first', async ([, text]) => {
    expect((await same(text)).answer).toContain('HTTP/1.1 ');
  });

  test('half a head', async () => {
    expect(await same(GET.slice(0, 20))).toEqual({ answer: '', served: [] });
  });

  test('what follows on a connection that it has, plain or not', async () => {
    const { answer } = await same(GET.replace('GET', 'HEAD') + GET + post('{"id":1,"name":"Rex"}') + GET);
    expect(answer.match(/HTTP\/1.1 20[01]/g)).toHaveLength(4);
  });
});

describe('a request that comes in pieces', () => {
  const text = post('{"id":1,"name":"Rex"}');

  test.for([1, 20, text.length - 21, text.length - 10, text.length - 1])(
    'cut at %i is one request',
    async at => {
      const { wire, node } = await both([bytes(text.slice(0, at)), bytes(text.slice(at))]);
      expect(wire).toEqual(node);
      expect(wire.answer).toContain('HTTP/1.1 201');
    },
  );

  test('of a byte each is one request, which node:http goes on reading', async () => {
    const long = post(`{"id":1,"name":"Rex"${' '.repeat(150)}}`);
    const before = readByNode;
    const wire = await tell(roads, roads.mock.port, [
      bytes(long.slice(0, -150)),
      ...long.slice(-150).split('').map(bytes),
    ]);
    expect(readByNode).toBe(before + 1);
    expect(wire.answer).toContain('HTTP/1.1 201');
    expect(wire).toEqual(await tell(roads, roads.node.port, [bytes(long)]));
  });

  test('and never whole is told of as one whose client has gone', async () => {
    roads.troubles.length = 0;
    await same(text.slice(0, -3));
    const gone = { kind: 'client-gone', request: 'POST /pets/pets' };
    expect(roads.troubles.filter(({ kind }) => kind === 'client-gone')).toEqual([gone, gone]);
  });

  test.for(['mock', 'node'] as const)(
    'nor is one whose connection was reset passed over (%s)',
    async road => {
      roads.troubles.length = 0;
      const socket = net.connect(roads[road].port, '127.0.0.1');
      await new Promise<void>(resolve => socket.write(text.slice(0, -3), () => resolve()));
      await new Promise(setImmediate);
      socket.resetAndDestroy();
      await vi.waitFor(() =>
        expect(roads.troubles).toEqual([{ kind: 'client-gone', request: 'POST /pets/pets' }]),
      );
    },
  );
});

test('five thousand requests in one go are answered one by one, to a client that reads late', async () => {
  const socket = net.connect(roads.mock.port, '127.0.0.1');
  socket.pause();
  socket.write(bytes(GET.repeat(5000)));
  let answers = 0;
  let rest = '';
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('data', chunk => {
      const pieces = (rest + chunk.toString('latin1')).split('HTTP/1.1 200 OK');
      rest = pieces.pop() ?? '';
      answers += pieces.length;
      if (answers === 5000 && rest.includes('\r\n\r\n[{"id":1,"name":"Rex"},{"id":2,"name":"Tom"}]'))
        resolve();
    });
    setImmediate(() => socket.resume());
  });
  socket.destroy();
  expect(answers).toBe(5000);
});

describe('an answer that is delivered in another way', () => {
  beforeAll(async () => {
    const { url } = roads.mock;
    const headers = { 'content-type': 'application/json' };
    for (const [id, deliver] of [
      ['late', { delay: '30ms' }],
      ['dripping', { drip: 400 }],
      ['cut', { fault: 'truncate' }],
    ] as const) {
      await fetch(`${url}/__deadringer/sessions`, { method: 'POST', headers, body: JSON.stringify({ id }) });
      const answer = await fetch(`${url}/__deadringer/sessions/${id}/delivery`, {
        method: 'PUT',
        headers,
        body: JSON.stringify(deliver),
      });
      expect(answer.status).toBe(200);
    }
  });

  test.for(['late', 'dripping', 'cut'])(
    '%s is decided once, and delivered by node:http with what follows',
    async id => {
      const asked = GET.replace('\r\n\r\n', `\r\nX-Deadringer-Session: ${id}\r\n\r\n`);
      const heard = async (port: number): Promise<string> => {
        const socket = net.connect(port, '127.0.0.1');
        let answer = '';
        socket.on('data', chunk => {
          answer += chunk.toString('latin1');
        });
        socket.on('error', () => {});
        socket.write(asked + GET);
        const done = once(socket, 'close');
        const whole = new Promise<void>(resolve => {
          socket.on('data', () => {
            if (answer.split('"Tom"}]').length === 3) resolve();
          });
        });
        await Promise.race([done, whole]);
        socket.destroy();
        return timeless(answer);
      };
      const calls = async (): Promise<number> => (await roads.mock.stage.sessions.get(id))?.calls ?? 0;
      const before = await calls();
      const wire = await heard(roads.mock.port);
      expect(await calls()).toBe(before + 1);
      expect(wire).toBe(await heard(roads.node.port));
      expect(wire).toContain('HTTP/1.1 200 OK');
    },
  );
});

describe('a client that has said all before its answer is found', () => {
  /** Sends it all at once to a wire whose sessions are elsewhere, and come when the client has ended its side. */
  async function hurried(text: string): Promise<{ answer: string; given: number }> {
    const { stage } = roads.mock;
    const ended = Promise.withResolvers<void>();
    let given = 0;
    const wire = createWire({
      stage: {
        ...stage,
        sessions: {
          ...stage.sessions,
          use: async (id, now, use) => {
            await ended.promise;
            return await stage.sessions.use(id, now, use);
          },
        },
      },
      patience: 60_000,
      keepAlive: 1000,
      bodyLimit: 4096,
      cors: true,
      onTrouble: () => {},
      giveAway: socket => {
        given++;
        socket.destroy();
      },
    });
    const server = net.createServer({ allowHalfOpen: true }, socket => {
      socket.once('end', ended.resolve);
      wire.accept(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1');
    let answer = '';
    socket.on('data', chunk => {
      answer += chunk.toString('latin1');
    });
    socket.end(text);
    await once(socket, 'close');
    server.close();
    return { answer, given };
  }

  test('still gets it, and those that it asked for behind it', async () => {
    const { answer, given } = await hurried(GET + GET + GET);
    expect(answer.match(/HTTP\/1\.1 200/g)).toHaveLength(3);
    expect(given).toBe(0);
  });

  test('is not given to node:http, which would hold on to it', async () => {
    const late = GET.replace('\r\n\r\n', '\r\nX-Deadringer-Session: late\r\n\r\n');
    expect(await hurried(late)).toEqual({ answer: '', given: 0 });
  });
});

describe('a connection that is silent', () => {
  const listening = async (patience: number, keepAlive: number) => {
    const { stage } = roads.mock;
    const given: string[] = [];
    const wire = createWire({
      stage,
      patience,
      keepAlive,
      bodyLimit: 4096,
      cors: true,
      onTrouble: () => {},
      giveAway: socket => {
        given.push(String(socket.read()));
        socket.destroy();
      },
    });
    const server = net.createServer(wire.accept);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as net.AddressInfo;
    const socket = net.connect(port, '127.0.0.1');
    socket.resume();
    return { socket, given, closed: once(socket, 'close').then(() => server.close()) };
  };

  test('from the start is closed', async () => {
    const { given, closed } = await listening(20, 20);
    await closed;
    expect(given).toEqual([]);
  });

  test('after an answer is closed, a second later than it was told', async () => {
    const { socket, given, closed } = await listening(60_000, 20);
    socket.write(GET);
    await closed;
    expect(given).toEqual([]);
  });

  test('in the middle of a body is given to node:http', async () => {
    const { socket, given, closed } = await listening(20, 20);
    socket.write(post('{"id":1}').slice(0, -1));
    await closed;
    expect(given).toEqual([post('{"id":1}').slice(0, -1)]);
  });
});

describe('whatever is sent', () => {
  const name = fc.constantFrom(
    'Accept',
    'accept',
    'Content-Type',
    'X-Key',
    'Cookie',
    'Prefer',
    'Origin',
    'TE',
    'If-Match',
  );
  const value = fc.oneof(
    fc.constantFrom(
      'application/json',
      '*/*',
      'text/html;q=0.1',
      'code=503',
      'a=b; c="d"',
      ' padded\t',
      '',
      'http://a.example',
    ),
    fc.string({ maxLength: 12 }).map(text => Buffer.from(text).toString('latin1')),
  );
  const fields = fc.array(fc.tuple(name, value), { maxLength: 4 });
  const target = fc.constantFrom(
    '/pets/pets',
    '/pets/pets',
    '/pets/pets',
    '/pets/pets?limit=1',
    '/pets/pets?limit=x&y=%zz',
    '/pets/pets/1',
    '/pets/pets/x',
    '/pets/v1/pets?__code=503',
    '/~ana/pets/pets',
    '/pets//pets',
    '/pets/lies',
    '/pe%74s/pets',
    '/',
    '*',
    '/pets/pets?a[b]=c#d',
    '/p{}',
    'pets',
  );
  const body = fc.oneof(
    fc.constantFrom(
      '',
      '{"id":1,"name":"Rex"}',
      '{"id":"1","name":7,"x":1}',
      '[1',
      '{"id":12345678901234567890}',
    ),
    fc.string({ maxLength: 20 }).map(text => Buffer.from(text).toString('latin1')),
  );
  const request = fc
    .record({
      method: fc.constantFrom(
        'GET',
        'GET',
        'GET',
        'POST',
        'POST',
        'POST',
        'DELETE',
        'PUT',
        'HEAD',
        'OPTIONS',
        'get',
      ),
      target,
      fields,
      body,
    })
    .map(({ method, target, fields, body }) => {
      const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
      const length = body === '' ? '' : `Content-Length: ${body.length}\r\n`;
      return `${method} ${target} HTTP/1.1\r\nHost: x\r\n${lines}${length}\r\n${body}`;
    });
  const damage = fc.record({
    at: fc.nat(400),
    drop: fc.nat(3),
    add: fc.constantFrom('', '\r\n', '\n', ' ', ':', '\0', 'é', '5'),
  });
  const sent = fc
    .record({
      requests: fc.array(request, { minLength: 1, maxLength: 3 }),
      damage: fc.option(damage, { nil: undefined, freq: 1 }),
      cuts: fc.array(fc.nat(600), { maxLength: 2 }),
    })
    .map(({ requests, damage, cuts }) => {
      let text = requests.join('');
      if (damage !== undefined) {
        const at = damage.at % text.length;
        text = text.slice(0, at) + damage.add + text.slice(at + damage.drop);
      }
      const places = [0, ...cuts.map(cut => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
      return places
        .slice(1)
        .map((to, index) => text.slice(places[index], to))
        .filter(piece => piece !== '');
    });

  test('gets the same answer, headers and findings on both roads', async () => {
    let byWire = 0;
    await fc.assert(
      fc.asyncProperty(sent, async pieces => {
        const before = readByNode;
        const wire = await tell(roads, roads.mock.port, pieces.map(bytes));
        if (readByNode === before && wire.served.length > 0) byWire++;
        const node = await tell(roads, roads.node.port, pieces.map(bytes));
        if (node.answer.includes('x-deadringer-error: bad-request')) {
          // Where something broken follows at once, node:http throws away answers that it has not sent by then.
          const [less = [], more = []] = [wire, node]
            .map(({ answer }) => answer.split(/(?=HTTP\/1\.1 )/))
            .toSorted((left, right) => left.length - right.length);
          expect([...more.slice(0, less.length - 1), more.at(-1)]).toEqual(less);
        } else {
          expect(wire).toEqual(node);
        }
      }),
      { numRuns: 800 },
    );
    // The property says something only where the roads differ.
    expect(byWire).toBeGreaterThan(100);
  });
});
