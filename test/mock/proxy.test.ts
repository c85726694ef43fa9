// Whether the upstream, the mock or a scenario responds, and where a request is proxied.
import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { InputError } from '../../src/index.ts';
import type { ServeEvent } from '../../src/mock/serve-event.ts';
import { type MockServer, startServer } from '../../src/start.ts';
import type { MockOptions } from '../../src/start-options.ts';
import { folderWith } from '../check/traffic.ts';

const PETS = 'test/fixtures/pets.yaml';
const TLS = 'test/fixtures/tls';
let upstreamRequests: string[] = [];
let status = 200;
const upstream = http.createServer((incoming, outgoing) => {
  upstreamRequests.push(`${incoming.method} ${incoming.url}`);
  incoming.resume();
  incoming.on('end', () =>
    outgoing.writeHead(status, { 'content-type': 'application/json' }).end('[{"id":77,"name":"Real"}]'),
  );
});
let origin: string;
let mock: MockServer | undefined;
const events: ServeEvent[] = [];

beforeAll(async () => {
  upstream.listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  origin = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await mock?.close();
  mock = undefined;
  upstreamRequests = [];
  status = 200;
  events.length = 0;
});
afterAll(() => {
  upstream.close();
  upstream.closeAllConnections();
});

async function start(options: Partial<MockOptions>): Promise<void> {
  mock = await startServer({ specs: [PETS], ...options });
  mock.state.subscribe(event => events.push(event));
}
const running = (): MockServer => {
  if (mock === undefined) throw new Error('no mock is running');
  return mock;
};
const call = (target: string, init?: RequestInit): Promise<Response> => fetch(running().url + target, init);
const isReal = async (response: Response): Promise<boolean> => (await response.text()).includes('Real');

describe('in the dialect of Prism', () => {
  const LIMIT = 100_000;

  /** Starts a proxy for a service that answers with chunks. @param write called until the client is gone */
  async function startProxy(type: string, write: (outgoing: http.ServerResponse) => void): Promise<void> {
    const service = http.createServer((_, outgoing) => {
      const headers = { 'content-type': type, 'sl-violations': 'of the service' };
      write(outgoing.writeHead(200, headers));
    });
    service.listen(0, '127.0.0.1');
    await once(service, 'listening');
    onTestFinished(() => {
      service.close();
      service.closeAllConnections();
    });
    const { port } = service.address() as AddressInfo;
    await start({ dialect: 'prism', upstreams: [`http://127.0.0.1:${port}`], bodyLimit: LIMIT });
  }

  test('a response without an end passes as soon as it is larger than the limit', async () => {
    const chunk = 'x'.repeat(LIMIT / 4);
    await startProxy('application/json', outgoing => {
      for (let count = 0; count < 8; count++) outgoing.write(chunk);
    });
    const response = await call('/pets');
    let size = 0;
    for await (const piece of response.body ?? []) {
      expect(Buffer.from(piece).toString()).toMatch(/^x+$/);
      size += piece.length;
      if (size === 2 * LIMIT) break;
    }
    expect(size).toBe(2 * LIMIT);
  });

  test.each(['application/jsonl', 'application/json-seq', 'text/event-stream'])(
    'a stream of %s passes at once',
    async type => {
      await startProxy(type, outgoing => void outgoing.write('{}\n'));
      const response = await call('/pets');
      const reader = response.body?.getReader();
      expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('{}\n');
      await reader?.cancel();
    },
  );

  test('violations are those that the proxy finds, not those of the service', async () => {
    await startProxy('application/json', outgoing => void outgoing.end('"x"'));
    const field = (await call('/pets')).headers.get('sl-violations');
    expect(JSON.parse(field ?? '')).toMatchObject([{ location: ['response', 'body'], code: 'type' }]);
  });
});

describe('a request is proxied', () => {
  test.each([
    ['an origin keeps the base path', '', '/pets/v1/pets', '/v1/pets'],
    ['an origin gets the base path if the client omits it', '', '/pets/pets', '/v1/pets'],
    ['an origin gets the path unchanged from a client without API prefix', '', '/v1/pets', '/v1/pets'],
    ['a URL replaces the server URL', '/deep/v9', '/pets/v1/pets', '/deep/v9/pets'],
    ['a URL replaces the server URL for paths without base path', '/deep/v9', '/pets/pets', '/deep/v9/pets'],
    [
      'a URL replaces the server URL for a client without API prefix',
      '/deep/v9',
      '/v1/pets',
      '/deep/v9/pets',
    ],
    ['a path that begins with the name of the API is no prefix', '', '/pets', '/v1/pets'],
    ['a path below such a path is no prefix either', '', '/pets/7', '/only/pets/7'],
    ['a slash alone is a URL without a base path', '/', '/pets/v1/pets', '/pets'],
    ['an undocumented path is proxied as well', '', '/pets/v1/toys/1', '/v1/toys/1'],
    ['a session prefix is removed', '', '/~qa/pets/v1/pets', '/v1/pets'],
    ['the servers of one path override those of the document', '/deep', '/pets/only/pets/1', '/deep/pets/1'],
  ])('%s', async (_, path, target, expected) => {
    await start({ upstreams: [`pets=${origin}${path}`] });
    expect(await isReal(await call(`${target}?a=%20`))).toBe(true);
    expect(upstreamRequests).toEqual([`GET ${expected}?a=%20`]);
  });

  test('by its Host, if two APIs have upstreams', async () => {
    await start({ specs: [PETS, 'specs'], upstreams: [`pets=${origin}`, `bunce=${origin}/other`] });
    const request = http.get(`${running().url}/v1/pets`, { headers: { host: 'pets.example.com' } });
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    response.resume();
    expect(upstreamRequests).toEqual(['GET /v1/pets']);
  });

  test('at the root with its base path or without, if two APIs have upstreams', async () => {
    await start({ specs: [PETS, 'specs'], upstreams: [`pets=${origin}`, `bunce=${origin}/other`] });
    expect(await isReal(await call('/v1/pets'))).toBe(true);
    expect(await isReal(await call('/pets'))).toBe(true);
    expect(await isReal(await call('/~qa/pets'))).toBe(true);
    expect(upstreamRequests).toEqual(['GET /v1/pets', 'GET /v1/pets', 'GET /v1/pets']);
  });

  test('to another upstream for one operation than for its API, and not at all for an API without upstream', async () => {
    await start({
      specs: [PETS, 'specs'],
      upstreams: [`pets=${origin}/all`, `pets.getPet=${origin}/one`],
    });
    await call('/pets/v1/pets');
    await call('/pets/only/pets/1');
    expect(upstreamRequests).toEqual(['GET /all/pets', 'GET /one/pets/1']);
    const mocked = await call('/bunce/v1/customers/0/devices', { method: 'POST' });
    expect(await isReal(mocked)).toBe(false);
  });

  test.each([
    [
      'nonsense',
      `"nonsense" is not a valid upstream: use https://host or https://host/base/path, with petstore= before it for one API`,
    ],
    [
      'ftp://host',
      `"ftp://host" is not a valid upstream: use https://host or https://host/base/path, with petstore= before it for one API`,
    ],
    ['dogs=https://host', 'there is no API "dogs"; known APIs: pets'],
    ['pet=https://host', 'there is no API "pet"; did you mean "pets"?'],
    ['pets.getPets=https://host', 'pets has no operation "getPets"; did you mean "pets.getPet"?'],
    [
      'pets=https://user:FAKEpassword@host',
      'the upstream host contains a user and password: remove them, clients send their own credentials',
    ],
    ['pets=https://host/?a=b', 'the upstream https://host/ must have no query and no fragment'],
    ['https://host/?key=FAKEkey', 'the upstream https://host/ must have no query and no fragment'],
  ])('and %s is rejected', async (text, words) => {
    await expect(start({ upstreams: [text] })).rejects.toThrow(new InputError(words));
  });

  test('but never to the server itself, which would loop', async () => {
    await start({});
    const { url, state: stage } = running();
    const path = '/pets/v1';
    stage.upstreams.set({
      name: 'pets',
      api: 'pets',
      operation: undefined,
      origin: url,
      path,
      mode: 'always',
    });
    const response = await call('/pets/v1/pets');
    expect([response.status, response.headers.get('x-deadringer-error')]).toEqual([508, 'upstream-loop']);
  });

  test('and a host that no document names needs an API name if there are several APIs', async () => {
    await expect(start({ specs: [PETS, 'specs'], upstreams: [origin] })).rejects.toThrow(
      new InputError(
        `no document has ${new URL(origin).host} among its servers: name the API, as in pets=${origin}; known APIs: pets, bonifiq, bunce, deliverect, imfpush, masivo`,
      ),
    );
  });
});

describe('the mock responds although an upstream exists', () => {
  test('if the client requests a status or an example by name', async () => {
    await start({ upstreams: [`pets=${origin}`] });
    expect((await call('/pets/v1/pets?__code=503')).status).toBe(503);
    expect(await (await call('/pets/v1/pets', { headers: { prefer: 'example=none' } })).json()).toEqual([]);
    expect(upstreamRequests).toEqual([]);
  });

  test('if a scenario of the session replies; other requests are proxied', async () => {
    await start({ upstreams: [`pets=${origin}`], scenarios: ['test/fixtures/scenarios'] });
    await call('/__deadringer/sessions', {
      method: 'POST',
      body: '{"id":"qa","scenarios":["pets/flaky"]}',
    });
    const statuses: number[] = [];
    for (let time = 0; time < 4; time++) statuses.push((await call('/~qa/pets/v1/pets')).status);
    expect(statuses.slice(0, 2)).toEqual([503, 503]);
    await call('/~qa/pets/v1/toys');
    await call('/pets/v1/pets');
    expect(upstreamRequests.slice(-2)).toEqual(['GET /v1/toys', 'GET /v1/pets']);
    const { calls } = (await (await call('/__deadringer/sessions/default')).json()) as { calls: number };
    expect(calls).toBe(1);
  });

  test('if the client requests a status and uses the origin without the API prefix', async () => {
    await start({ specs: [PETS, 'specs'], upstreams: [`pets=${origin}`] });
    expect((await call('/v1/pets?__code=503')).headers.get('x-deadringer-error')).toBeNull();
    expect(events.at(-1)?.operation?.id).toBe('listPets');
    expect(upstreamRequests).toEqual([]);
    const other = await call('/masivo/v1/pets?__code=503');
    expect(other.headers.get('x-deadringer-error')).toBe('no-such-path');
  });

  test('if a scenario of the session replies and the client uses the origin without the API prefix', async () => {
    await start({ upstreams: [`pets=${origin}`], scenarios: ['test/fixtures/scenarios'] });
    await call('/__deadringer/sessions', {
      method: 'POST',
      body: '{"id":"qa","scenarios":["pets/flaky"]}',
    });
    expect((await call('/~qa/v1/pets')).status).toBe(503);
    await call('/~qa/v1/toys');
    expect(upstreamRequests).toEqual(['GET /v1/toys']);
  });

  test('but a scenario that is on by default does not replace the upstream', async () => {
    await start({ upstreams: [`pets=${origin}`], scenarios: ['test/fixtures/scenarios'] });
    expect(await isReal(await call('/pets/v1/pets'))).toBe(true);
  });
});

describe('mode first', () => {
  test('the upstream responds, and the mock responds instead of 501', async () => {
    await start({ upstreams: [`pets=${origin}`], upstreamMode: 'first' });
    expect(await isReal(await call('/pets/v1/pets'))).toBe(true);
    status = 501;
    const response = await call('/pets/v1/pets', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"id":3,"name":"Rex"}',
    });
    expect(response.status).toBe(201);
    expect(events.at(-1)?.upstream?.failure).toBe('it responded with 501 (not implemented)');
    expect(events.at(-1)?.findings).toEqual([]);
  });

  test('other errors of the upstream are passed on', async () => {
    await start({ upstreams: [`pets=${origin}`], upstreamMode: 'first' });
    status = 500;
    expect((await call('/pets/v1/pets')).status).toBe(500);
  });

  test('the mock responds if the connection is refused, with the body of the request', async () => {
    const closed = http.createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const unreachable = `http://127.0.0.1:${(closed.address() as AddressInfo).port}`;
    closed.close();
    await once(closed, 'close');
    await start({ upstreams: [unreachable], upstreamMode: 'first' });
    expect(await (await call('/pets/v1/pets')).json()).toEqual([
      { id: 1, name: 'Rex' },
      { id: 2, name: 'Tom' },
    ]);
    expect((await call('/v1/pets')).status).toBe(200);
    const refused = await call('/pets/v1/pets', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"id":"three"}',
    });
    expect(refused.headers.get('x-deadringer-error')).toBe('invalid-request');
    expect(events.at(-1)?.upstream?.failure).toMatch(/refuses connections/);
  });

  test('the mock responds if the upstream times out', async () => {
    const silent = http.createServer(() => {}).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    await start({ upstreams: [url], upstreamMode: 'first', upstreamTimeout: 50 });
    expect((await call('/pets/v1/pets')).status).toBe(200);
    silent.close();
    silent.closeAllConnections();
  });
});

describe('reply: upstream', () => {
  const story = (reply: string, more = ''): string =>
    folderWith({
      'pets/real.yaml': `title: Partly real\non-by-default: true\nrules:\n  - on: listPets\n    reply: ${reply}\n${more}`,
    });

  test('proxies where the scenario says so, and nowhere else', async () => {
    await start({
      upstreams: [`pets=${origin}`],
      upstreamMode: 'on-request',
      scenarios: [story('[503, upstream, { example: none }]')],
    });
    const answers: unknown[] = [];
    for (let time = 0; time < 3; time++) {
      const response = await call('/pets/v1/pets');
      answers.push(response.status === 200 ? await response.json() : response.status);
    }
    expect(answers).toEqual([503, [{ id: 77, name: 'Real' }], []]);
    await call('/pets/v1/toys');
    await call('/pets/only/pets/1');
    expect(upstreamRequests).toEqual(['GET /v1/pets']);
    expect(events[1]?.rules.map(({ key }) => key)).toEqual(['pets/real 1']);
  });

  test('forwards a body unchanged after matching it', async () => {
    await start({
      upstreams: [`pets=${origin}`],
      upstreamMode: 'on-request',
      scenarios: [
        folderWith({
          'pets/some.yaml':
            'title: Some are real\non-by-default: true\nrules:\n  - on: addPet\n    when: { body: { /name: Rex } }\n    reply: upstream\n',
        }),
      ],
    });
    const add = (name: string): Promise<Response> =>
      call('/pets/v1/pets', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ id: 1, name }),
      });
    expect([(await add('Rex')).status, (await add('Tom')).status]).toEqual([200, 201]);
    expect(upstreamRequests).toEqual(['POST /v1/pets']);
  });

  test('applies the delay and fault of the scenario', async () => {
    await start({
      upstreams: [`pets=${origin}`],
      upstreamMode: 'on-request',
      scenarios: [story('upstream', '    deliver: { fault: truncate }\n')],
    });
    const response = await call('/pets/v1/pets');
    await expect(response.text()).rejects.toThrow();
    expect(upstreamRequests).toEqual(['GET /v1/pets']);
  });

  test('without an upstream is a problem with a hint', async () => {
    await start({ scenarios: [story('upstream')] });
    const response = await call('/pets/v1/pets');
    expect(response.headers.get('x-deadringer-error')).toBe('no-upstream');
    expect(((await response.json()) as { hint: string }).hint).toBe(
      'deadringer serve --upstream pets=https://... --upstream-mode on-request',
    );
  });
});

describe('TLS to an upstream', () => {
  test('is used only if the certificate is trusted', async () => {
    const server = https.createServer(
      { key: readFileSync(`${TLS}/fake-key.pem`), cert: readFileSync(`${TLS}/fake-certificate.pem`) },
      (_, outgoing) => outgoing.end('[]'),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `https://localhost:${(server.address() as AddressInfo).port}`;
    await start({ upstreams: [url] });
    const response = await call('/pets/v1/pets');
    expect([response.status, response.headers.get('x-deadringer-error')]).toEqual([502, 'upstream-tls']);
    const { detail, hint } = (await response.json()) as { detail: string; hint: string };
    expect(detail).toMatch(
      /^the TLS connection to localhost:\d+ is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)$/,
    );
    expect(hint).toContain('NODE_EXTRA_CA_CERTS');
    server.close();
  });
});
