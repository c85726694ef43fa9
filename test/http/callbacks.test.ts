// Callbacks and webhooks: sent over sockets to receivers of the test, judged, and recorded in the journal.
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { startMock } from '../../src/index.ts';
import { type ControlApi, openControl } from './described-control.ts';

interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** Answers by the first segment of the path: /200, /500, /never ... */
async function openReceiver(): Promise<{ url: string; received: Received[]; server: http.Server }> {
  const received: Received[] = [];
  const server = http.createServer(async (incoming, outgoing) => {
    let body = '';
    for await (const chunk of incoming) body += chunk;
    const { method = '', url = '', headers } = incoming;
    received.push({ method, url, headers, body });
    const [, kind = ''] = url.split(/[/?]/);
    if (kind === 'never') return;
    if (kind === 'huge') {
      outgoing.writeHead(200, { 'content-type': 'application/json' });
      outgoing.end(`"${'x'.repeat(2 * 1024 * 1024)}"`);
    } else if (kind === 'garbage') incoming.socket.end('no HTTP\r\n\r\n');
    else if (kind === 'moved') outgoing.writeHead(302, { location: '/204' }).end();
    else if (kind === 'bad') outgoing.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":1}');
    else if (kind === '200')
      outgoing.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}');
    else outgoing.writeHead(Number(kind) || 204).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received, server };
}

let mock: ControlApi;
let receiver: Awaited<ReturnType<typeof openReceiver>>;
let session: string;
let sessions = 0;

beforeAll(async () => {
  receiver = await openReceiver();
  mock = await openControl({
    specs: ['test/fixtures/streams.yaml'],
    scenarios: ['test/fixtures/sent-scenarios'],
    callbackHosts: ['named.invalid:81'],
  });
});
afterAll(async () => {
  await mock.close();
  receiver.server.closeAllConnections();
  receiver.server.close();
});
beforeEach(() => {
  session = `s${++sessions}`;
  receiver.received.length = 0;
});

/** Subscribes with a URL for callbacks. @returns the id of the exchange */
async function subscribe(callbackUrl: unknown, { query = '', headers = {} } = {}): Promise<string> {
  const response = await fetch(`${mock.url}/streams/streams/a%20b${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-deadringer-session': session, ...headers },
    body: JSON.stringify({ ...(callbackUrl !== undefined && { callbackUrl }) }),
  });
  await response.arrayBuffer();
  return response.headers.get('x-deadringer-exchange') ?? '';
}

const use = (...scenarios: string[]): Promise<unknown> =>
  mock.control('POST', `/sessions/${session}/scenarios`, { scenarios });

// biome-ignore lint/suspicious/noExplicitAny: responses are validated against the document, not by types
type Any = any;

/** The entries of the journal that the mock sent, when there are so many. */
async function sent(count: number): Promise<Any[]> {
  let entries: Any[] = [];
  await expect
    .poll(async () => {
      ({ entries } = (await mock.control('GET', `/sessions/${session}/journal`)).body);
      entries = entries.filter(entry => entry.sent !== undefined);
      return entries.length;
    })
    .toBe(count);
  return entries;
}

describe('a callback', () => {
  test('is sent after the response, valid, with credentials, and judged', async () => {
    const cause = await subscribe(`${receiver.url}/204`);
    const [entry] = await sent(1);
    expect(receiver.received).toMatchObject([
      {
        method: 'POST',
        url: '/204?stream=a%20b',
        headers: { 'x-hook-key': 'test-key', 'x-deadringer-exchange': entry.id, 'user-agent': 'deadringer' },
        body: '{"n":1,"at":"2026-01-02T03:04:05Z"}',
      },
    ]);
    expect(Number(receiver.received[0]?.headers['x-count'])).toBeGreaterThanOrEqual(3);
    expect(entry).toMatchObject({
      operation: 'onData',
      api: 'streams',
      verdict: 'passed',
      findings: [],
      response: { status: 204 },
      sent: { kind: 'callback', name: 'onData', origin: receiver.url, cause },
    });
    expect(entry.request.headers['x-hook-key'][0]).not.toBe('test-key');
  });

  test('of a query parameter and by reference is sent as well', async () => {
    await subscribe(undefined, { query: `?endUrl=${encodeURIComponent(`${receiver.url}/204/end`)}` });
    const [entry] = await sent(1);
    expect(receiver.received.map(({ method, url }) => `${method} ${url}`)).toEqual(['DELETE /204/end']);
    expect(entry).toMatchObject({ operation: 'streamEnded', verdict: 'passed' });
  });

  test.each([
    ['/bad', 'failed', 'response-body-schema'],
    ['/500', 'failed', 'status-undocumented'],
    ['/moved', 'failed', 'status-undocumented'],
  ])('whose receiver answers wrongly at %s has %s', async (path, verdict, code) => {
    await subscribe(receiver.url + path);
    const [entry] = await sent(1);
    expect(entry.verdict).toBe(verdict);
    expect(entry.findings.map((finding: Any) => finding.code)).toContain(code);
    expect(receiver.received).toHaveLength(1);
  });

  test('with an answer that is too large is not checkable', async () => {
    await subscribe(`${receiver.url}/huge`);
    const [entry] = await sent(1);
    expect(entry.response.body.notRecorded).toContain('larger than 1048576 bytes');
    expect(entry.findings.map((finding: Any) => finding.code)).toEqual(['response-body-not-checkable']);
  });

  test.each([
    ['http://10.1.2.3/x', '10.1.2.3 is not on this machine: start the server with --callback-host 10.1.2.3'],
    ['http://[2001:db8::1]:81/', '[2001:db8::1]:81 is not on this machine'],
    ['http://0.0.0.0:9/', '0.0.0.0:9 is not on this machine'],
    ['http://named.invalid/', 'named.invalid cannot be resolved'],
    ['http://named.invalid:81/', 'named.invalid:81 cannot be resolved'],
    ['nonsense', 'is no absolute http or https URL'],
    ['', 'is no absolute http or https URL'],
    ['javascript:alert(1)', 'is no absolute http or https URL'],
    ['file:///etc/passwd', 'is no absolute http or https URL'],
    ['http://anna:FAKE-password@127.0.0.1/', 'contains a user and password'],
    [`http://127.0.0.1/${'x'.repeat(9000)}`, 'is longer than 8000 characters'],
    ['http://127.0.0.1:99999/', 'is no absolute http or https URL'],
  ])('is not sent to %.40s, and the journal says why', async (url, reason) => {
    await subscribe(url);
    const [entry] = await sent(1);
    expect(entry).toMatchObject({ verdict: 'problem', problem: 'callback-failed' });
    expect(entry.response).toBeUndefined();
    expect(entry.sent.failure).toContain(reason);
    expect(JSON.stringify(entry)).not.toContain('FAKE-password');
  });

  test('to a port without a server, or to one that sends no HTTP, has no response', async () => {
    const closed = await openReceiver();
    closed.server.close();
    await subscribe(closed.url);
    expect((await sent(1))[0].sent.failure).toContain('refuses connections');
    await subscribe(`${receiver.url}/garbage`);
    expect((await sent(2))[1].sent.failure).toContain('is not valid HTTP');
  });

  test.each([
    ['a line break', 'http://127.0.0.1:PORT/204/a\r\nX-Evil: 1'],
    ['a blank and a letter beyond ASCII', 'http://127.0.0.1:PORT/204/a b/ü'],
    ['a malformed escape', 'http://127.0.0.1:PORT/204/%7B%zz%7D'],
    ['an address in another notation', 'http://0x7f.1:PORT/204/'],
    ['an IPv4 address in IPv6', 'http://[::ffff:127.0.0.1]:PORT/204/'],
    ['a name of this machine', 'http://localhost:PORT/204/'],
  ])('with %s in its URL is one request', async (_, url) => {
    await subscribe(url.replace('PORT', new URL(receiver.url).port));
    const [entry] = await sent(1);
    expect(entry).toMatchObject({ verdict: 'passed' });
    expect(receiver.received).toHaveLength(1);
    expect(receiver.received[0]?.headers).not.toHaveProperty('x-evil');
  });

  test('has no secrets in the journal, whatever its URL says', async () => {
    const secret = 'FAKE-9fK2mQ7xT4vB8nL3';
    await subscribe(`${receiver.url}/500/x?token=${secret}`);
    const [entry] = await sent(1);
    expect(receiver.received[0]?.url).toContain(secret);
    const pages = await Promise.all(
      ['journal', 'journal.har', `journal/${entry.id}/evidence.html`].map(async path =>
        (await fetch(`${mock.url}/__deadringer/sessions/${session}/${path}`)).text(),
      ),
    );
    for (const page of pages) expect(page).not.toContain(secret);
  });

  test('is sent for a page of this machine, and not for one of another site', async () => {
    await subscribe(`${receiver.url}/204`, { headers: { origin: 'http://localhost:3000' } });
    expect((await sent(1))[0].verdict).toBe('passed');
    for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }])
      await subscribe(`${receiver.url}/204`, { headers: headers as Record<string, string> });
    const [, ...refused] = await sent(3);
    for (const {
      sent: { failure },
    } of refused)
      expect(failure).toContain('a page of another site sent the request');
    expect(receiver.received).toHaveLength(1);
  });

  test('is not sent to the control API', async () => {
    await subscribe(`${mock.url}/__deadringer/sessions`);
    const [entry] = await sent(1);
    expect(entry.response.status).toBe(403);
  });

  test('to the mock itself causes no further ones', async () => {
    const self = `${mock.url}/~${session}/streams/streams/1`;
    await subscribe(self);
    await sent(1);
    const { entries } = (await mock.control('GET', `/sessions/${session}/journal`)).body;
    expect(entries.map((entry: Any) => entry.operation).sort()).toEqual(['onData', 'subscribe', 'subscribe']);
  });

  test('is neither a call in coverage nor in the expectations of verify', async () => {
    await subscribe(`${receiver.url}/500`);
    await sent(1);
    const expectations = { expected: [{ on: 'subscribe', times: 1 }] };
    const verified = await mock.control('POST', `/sessions/${session}/verify`, expectations);
    expect(verified.body).toMatchObject({ passed: true, unmatched: [] });
    expect((await mock.control('GET', `/sessions/${session}`)).body.calls).toBe(1);
    const coverage = (await mock.control('GET', `/sessions/${session}/coverage`)).body;
    expect(coverage.details).toMatchObject([{ operation: 'subscribe', calls: 1 }]);
  });

  test('is explained, exported and repeated from its entry', async () => {
    const cause = await subscribe(`${receiver.url}/500`);
    const [{ id }] = await sent(1);
    const entry = (await mock.control('GET', `/journal/${id}`)).body;
    expect(entry.why.map(({ text }: Any) => text)).toEqual([
      `The mock sends the callback onData to ${receiver.url}, after the exchange ${cause}.`,
      `The session is ${session}, that of the exchange ${cause}.`,
      'The request that the mock sends is valid.',
      'The receiver responds with 500.',
    ]);
    expect(entry.curl).toContain(`${receiver.url}/500?stream=a%20b`);
    const caused = (await mock.control('GET', `/journal/${cause}`)).body;
    expect(caused.why.filter(({ step }: Any) => step === 'callbacks').map(({ text }: Any) => text)).toEqual([
      'After the response the callback onData is sent to the URL {$request.body#/callbackUrl}?stream={$request.path.id}.',
      'The callback onEnd is not sent: there is no $request.query.endUrl.',
    ]);
    const har = (await mock.control('GET', `/sessions/${session}/journal.har`)).body;
    expect(har.log.entries.map(({ request }: Any) => request.url)).toEqual([
      `${mock.url}/streams/streams/a%20b`,
      `${receiver.url}/500?stream=a%20b`,
    ]);
    const scenario = await mock.control('POST', `/sessions/${session}/journal/${id}/scenario`);
    expect(scenario.body.detail).toContain('the mock sent the request');
  });

  test('of a session that ended is not sent', async () => {
    await use('streams/second');
    await subscribe(`${receiver.url}/204`);
    await mock.control('DELETE', `/sessions/${session}`);
    session = `other-${session}`;
    await use('streams/second');
    await subscribe(`${receiver.url}/204/other`);
    await sent(1);
    expect(receiver.received.map(({ url }) => url)).toEqual(['/204/other?stream=a%20b']);
  });
});

describe('a scenario', () => {
  test('turns callbacks off', async () => {
    await use('streams/off');
    const cause = await subscribe(`${receiver.url}/204`);
    const { why } = (await mock.control('GET', `/journal/${cause}`)).body;
    const [step] = why.filter(({ step }: Any) => step === 'callbacks');
    expect(step.text).toBe('The callback onData is not sent: a scenario turns it off.');
    expect(step.detail).toEqual([expect.stringContaining('rule streams/off 1')]);
    expect(receiver.received).toEqual([]);
  });

  test('sends a callback several times, late and with other bodies', async () => {
    await use('streams/twice');
    await subscribe(`${receiver.url}/204`);
    const entries = await sent(2);
    expect(receiver.received.map(({ body }) => JSON.parse(body))).toEqual([
      { n: 2, at: '2026-01-02T03:04:06Z' },
      { n: 7, at: '2026-01-02T03:04:05Z', stream: 'a b' },
    ]);
    expect(entries.map(({ rules }) => rules)).toEqual([['streams/twice 1'], ['streams/twice 1']]);
  });

  test('sends a body of its own, and what violates the document is a finding', async () => {
    await use('streams/broken');
    await subscribe(`${receiver.url}/204`);
    const [entry] = await sent(1);
    expect(receiver.received[0]?.body).toBe('{"n":201}');
    expect(entry.verdict).toBe('failed');
    expect(entry.findings.map(({ message }: Any) => message)).toEqual(['request body /at is missing']);
  });

  test('sends a text exactly as written', async () => {
    await use('streams/text');
    await subscribe(`${receiver.url}/204`);
    expect((await sent(1))[0].findings[0].code).toBe('request-body-malformed');
    expect(receiver.received[0]?.body).toBe('{"n":');
  });

  test('that replies with an error leads to no callback', async () => {
    await use('streams/refused');
    const cause = await subscribe(`${receiver.url}/204`);
    const { why } = (await mock.control('GET', `/journal/${cause}`)).body;
    expect(why.at(-1).text).toBe('The callback onEnd is not sent: the response is no success.');
    expect(receiver.received).toEqual([]);
  });
});

describe('a webhook', () => {
  const send = async (body: object, name = 'newStream'): Promise<Any> =>
    mock.control('POST', `/apis/streams/webhooks/${name}`, { session, ...body });

  test('is listed with its examples and its place', async () => {
    expect((await mock.control('GET', '/webhooks')).body).toEqual({
      webhooks: [
        {
          api: 'streams',
          name: 'newStream',
          operation: 'newStream',
          method: 'POST',
          summary: 'A stream was created',
          examples: ['first', 'second'],
          location: expect.stringMatching(/^test\/fixtures\/streams\.yaml:\d+$/),
        },
      ],
    });
  });

  test('is sent on demand, and the answer is judged', async () => {
    const { status, body } = await send({ to: `${receiver.url}/200/hook?x=1` });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      verdict: 'passed',
      findings: [],
      session,
      sent: { kind: 'webhook', name: 'newStream', origin: receiver.url },
      response: { status: 200 },
    });
    expect(receiver.received).toMatchObject([
      { url: '/200/hook?x=1', body: '{"n":1,"at":"2026-01-02T03:04:05Z"}' },
    ]);
    const bad = await send({ to: `${receiver.url}/bad` });
    expect(bad.body).toMatchObject({ verdict: 'failed', findings: [{ code: 'response-body-schema' }] });
  });

  test('has a named example, a seeded body, or a given one', async () => {
    const to = `${receiver.url}/200`;
    await send({ to, example: 'second' });
    await send({ to, seed: 'a' });
    await send({ to, seed: 'a' });
    await send({ to, body: { n: 5, at: '2026-01-01T00:00:00Z' } });
    const text = await send({ to, body: { $text: '{"n": "x"}' } });
    const bodies = receiver.received.map(({ body }) => body);
    expect(bodies[0]).toBe('{"n":2,"at":"2026-01-02T03:04:06Z"}');
    expect(bodies[1]).toBe(bodies[2]);
    expect(bodies.slice(3)).toEqual(['{"n":5,"at":"2026-01-01T00:00:00Z"}', '{"n": "x"}']);
    expect(text.body.findings.map(({ code }: Any) => code)).toContain('request-body-schema');
  });

  test('that cannot be sent says why', async () => {
    const detail = async (body: object, name?: string): Promise<string> =>
      (await send(body, name)).body.detail;
    expect(await detail({ to: 'nonsense' })).toContain('"to" is no absolute http or https URL');
    expect(await detail({})).toContain('"to" is missing');
    expect(await detail({ to: receiver.url, example: 'third' })).toContain('its examples are first, second');
    expect(await detail({ to: receiver.url }, 'newStrem')).toContain('did you mean "newStream"?');
    const refused = await send({ to: 'http://10.1.2.3/' });
    expect(refused.body).toMatchObject({
      verdict: 'problem',
      sent: { failure: expect.stringContaining('--callback-host') },
    });
  });
});

describe('a server of its own', () => {
  const post = (url: string, path: string): Promise<Response> =>
    fetch(`${url}/streams/streams/1`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ callbackUrl: receiver.url + path }),
    });
  const options = {
    specs: ['test/fixtures/streams.yaml'],
    scenarios: ['test/fixtures/sent-scenarios'],
    onError: (error: unknown) => expect.fail(JSON.stringify(error)),
  };

  test('ends callbacks that wait when it closes, for a receiver or for their delay', async () => {
    const own = await startMock(options);
    const arrived = once(receiver.server, 'request');
    await post(own.url, '/never');
    await arrived;
    await fetch(`${own.url}/__deadringer/sessions/default/scenarios`, {
      method: 'POST',
      body: '{"scenarios":["streams/late"]}',
    });
    await post(own.url, '/204');
    await own.close();
    expect(receiver.received.map(({ url }) => url)).toEqual(['/never?stream=1']);
  });

  test('bounds the callbacks that wait, and names those that are not sent', async () => {
    const own = await startMock({ ...options, callbackTimeout: 60_000, limits: { entries: 4000 } });
    await fetch(`${own.url}/__deadringer/sessions/default/scenarios`, {
      method: 'POST',
      body: '{"scenarios":["streams/late"]}',
    });
    for (let batch = 0; batch < 26; batch++)
      await Promise.all(Array.from({ length: 40 }, async () => (await post(own.url, '/204')).arrayBuffer()));
    const query = '/__deadringer/sessions/default/journal?summary=true&operation=onData';
    const { entries } = (await (await fetch(own.url + query)).json()) as Any;
    expect(entries).toHaveLength(40);
    expect(entries[0].sent.failure).toBe('1000 callbacks wait to be sent already');
    await own.close();
    expect(receiver.received).toEqual([]);
  });

  test('bounds the memory of the requests whose callbacks wait', async () => {
    const own = await startMock(options);
    onTestFinished(() => own.close());
    await fetch(`${own.url}/__deadringer/sessions/default/scenarios`, {
      method: 'POST',
      body: '{"scenarios":["streams/late"]}',
    });
    const body = JSON.stringify({ callbackUrl: receiver.url, padding: 'x'.repeat(9 * 1024 * 1024) });
    const headers = { 'content-type': 'application/json' };
    for (let count = 0; count < 2; count++)
      await fetch(`${own.url}/streams/streams/1`, { method: 'POST', headers, body });
    const query = '/__deadringer/sessions/default/journal?summary=true&operation=onData';
    const { entries } = (await (await fetch(own.url + query)).json()) as Any;
    expect(entries).toHaveLength(1);
    expect(entries[0].sent.failure).toBe(
      'callbacks with 9 MiB of the requests that caused them wait to be sent already',
    );
  });

  test('sends a body that the document declares as optional', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'deadringer-optional-'));
    const file = path.join(folder, 'jobs.yaml');
    await writeFile(
      file,
      `openapi: 3.1.0
info: { title: Jobs, version: "1" }
paths:
  /jobs:
    post:
      responses: { "202": { description: d } }
      callbacks:
        done:
          "{$request.query.to}":
            post:
              requestBody: { content: { application/json: { schema: { type: object, required: [state], properties: { state: { enum: [done] } } } } } }
              responses: { "2XX": { description: d } }
`,
    );
    const own = await startMock({ ...options, scenarios: [], specs: [file] });
    onTestFinished(async () => {
      await own.close();
      await rm(folder, { recursive: true });
    });
    const arrived = once(receiver.server, 'request');
    await fetch(`${own.url}/jobs/jobs?to=${receiver.url}/204`, { method: 'POST' });
    await arrived;
    await expect.poll(() => receiver.received.map(({ body }) => body)).toEqual(['{"state":"done"}']);
  });

  test('gives up receivers that do not answer, a few at once', async () => {
    const own = await startMock({ ...options, callbackTimeout: 100 });
    onTestFinished(() => own.close());
    await Promise.all(Array.from({ length: 20 }, () => post(own.url, '/never')));
    await expect
      .poll(async () => {
        const query = '/__deadringer/sessions/default/journal?operation=onData';
        const { entries } = (await (await fetch(own.url + query)).json()) as Any;
        return entries.map(({ sent: { failure } }: Any) => failure);
      })
      .toEqual(Array(20).fill(`${receiver.url} did not respond within 0.1 s`));
    expect(receiver.received).toHaveLength(20);
  });
});
