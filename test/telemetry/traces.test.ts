// Traces of exchanges, as a collector receives them, and the trace context of requests to other services.
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { ServerError } from '../../src/http/options.ts';
import { type MockServer, startServer } from '../../src/start.ts';
import type { TelemetrySettings } from '../../src/telemetry/settings.ts';
import { type Collector, type Span, startCollector } from './collector.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
let collector: Collector;
let mock: MockServer;

const start = (
  settings: Partial<TelemetrySettings> = {},
  options: Partial<Parameters<typeof startServer>[0]> = {},
): Promise<MockServer> =>
  startServer({
    specs: ['test/fixtures/pets.yaml'],
    telemetry: { url: collector.url, delay: 5, ...settings },
    ...options,
  });

beforeAll(async () => {
  collector = await startCollector();
  mock = await start({ headers: { 'x-key': 'FAKE-key' }, resource: { 'service.name': 'pets', team: 'a b' } });
});
afterEach(() => expect(collector.problems).toEqual([]));
afterAll(async () => {
  await mock.close(100);
  collector.close();
});

/** The spans of what an action does. */
async function traced(action: () => Promise<unknown>, count = 1): Promise<readonly Span[]> {
  const before = collector.spans.length;
  await action();
  await collector.received(before + count);
  return collector.spans.slice(before);
}

describe('the span of an exchange', () => {
  test('has a placeholder for a value of the path that is named like a secret', async () => {
    const document = path.join(mkdtempSync(path.join(tmpdir(), 'deadringer-traces-')), 'push.json');
    onTestFinished(() => rmSync(path.dirname(document), { recursive: true }));
    const parameters = [{ name: 'token', in: 'path', required: true, schema: { type: 'string' } }];
    const get = { parameters, responses: { 204: { description: '' } } };
    const info = { title: 'Push', version: '1' };
    writeFileSync(
      document,
      JSON.stringify({ openapi: '3.1.0', info, paths: { '/devices/{token}': { get } } }),
    );
    const server = await start({}, { specs: [document] });
    onTestFinished(() => server.close(0));
    const [span] = await traced(() => fetch(`${server.url}/push/devices/FAKE-token?again=FAKE-token`));
    expect(span?.attributes).toMatchObject({
      'url.path': '/push/devices/XXXX-xxxxx',
      'url.query': 'again=XXXX-xxxxx',
    });
  });

  test('names the operation, the verdict and the session', async () => {
    const [span] = await traced(() => fetch(`${mock.url}/~anna/pets/7?verbose=1`));
    const { hostname, port } = new URL(mock.url);
    expect(span).toMatchObject({ name: 'GET /pets/{id}', kind: 2, status: {} });
    expect(span).not.toHaveProperty('parentSpanId');
    expect(span?.attributes).toEqual({
      'http.request.method': 'GET',
      'http.response.status_code': 200,
      'http.route': '/pets/{id}',
      'url.scheme': 'http',
      'url.path': '/pets/7',
      'url.query': 'verbose=1',
      'server.address': hostname,
      'server.port': Number(port),
      'network.protocol.version': '1.1',
      'deadringer.operation': 'pets.getPet',
      'deadringer.verdict': 'passed',
      'deadringer.session': 'anna',
      'deadringer.selection': 'document',
      'deadringer.findings': ['parameter-undocumented', 'operation-deprecated'],
    });
    expect(BigInt(span?.endTimeUnixNano ?? 0)).toBeGreaterThan(BigInt(span?.startTimeUnixNano ?? 0));
    expect(collector.requests.at(-1)).toMatchObject({ 'x-key': 'FAKE-key' });
    expect(collector.resources.at(-1)).toMatchObject({
      'service.name': 'pets',
      team: 'a b',
      'telemetry.sdk.language': 'nodejs',
    });
  });

  test('says why a request was rejected, and by which code', async () => {
    const [span] = await traced(() => fetch(`${mock.url}/pets/seven`));
    expect(span?.attributes).toMatchObject({
      'deadringer.verdict': 'failed',
      'deadringer.selection': 'refusal',
      'deadringer.findings': ['parameter-schema', 'operation-deprecated'],
    });
  });

  test('is an error for 5xx, and has no route if no operation matches', async () => {
    const [failed, unknown] = await traced(async () => {
      await fetch(`${mock.url}/pets?__code=503`);
      await fetch(`${mock.url}/nowhere`, { method: 'PURGE' });
    }, 2);
    expect(failed).toMatchObject({ status: { code: 2 }, attributes: { 'error.type': '503' } });
    expect(failed?.attributes).toMatchObject({ 'deadringer.selection': 'preference' });
    expect(unknown).toMatchObject({ name: '_OTHER', status: {} });
    expect(unknown?.attributes).toMatchObject({
      'http.request.method_original': 'PURGE',
      'deadringer.problem': 'no-such-path',
      'deadringer.verdict': 'problem',
    });
  });

  test('shows no secret', async () => {
    const secret = 'sk_live_4eC39HqLyjWDarjtT1zdp7dc';
    const [span] = await traced(() => fetch(`${mock.url}/pets/${secret}?api_key=${secret}&limit=3`));
    expect(JSON.stringify(span)).not.toContain(secret);
    expect(span?.attributes['url.query']).toMatch(/limit=3/);
  });
});

describe('the trace of a client', () => {
  const ask = (fields: Record<string, string>): Promise<readonly Span[]> =>
    traced(() => fetch(`${mock.url}/pets/7`, { headers: fields }));

  test('continues in the span', async () => {
    const [span] = await ask({ traceparent: `00-${TRACE}-${PARENT}-01`, tracestate: 'a=1,b=2' });
    expect(span).toMatchObject({ traceId: TRACE, parentSpanId: PARENT, traceState: 'a=1,b=2' });
  });

  test.each([
    ['an id of zeros', `00-${'0'.repeat(32)}-${PARENT}-01`],
    ['capital letters', `00-${TRACE.toUpperCase()}-${PARENT}-01`],
    ['the version ff', `ff-${TRACE}-${PARENT}-01`],
    ['more than version 00 has', `00-${TRACE}-${PARENT}-01-more`],
    ['two fields', `00-${TRACE}-${PARENT}-01, 00-${TRACE}-${PARENT}-01`],
    ['no trace at all', 'x'.repeat(5000)],
  ])('is ignored with %s', async (_, traceparent) => {
    const [span] = await ask({ traceparent, tracestate: 'a=1' });
    expect(span?.traceId).not.toBe(TRACE);
    expect(span).not.toHaveProperty('parentSpanId');
    expect(span).not.toHaveProperty('traceState');
  });

  test('continues with a later version', async () => {
    const [span] = await ask({ traceparent: `cc-${TRACE}-${PARENT}-01-what-comes-later` });
    expect(span).toMatchObject({ traceId: TRACE, parentSpanId: PARENT });
  });

  test('is not sent if the client does not sample it', async () => {
    const spans = await traced(async () => {
      await fetch(`${mock.url}/pets/7`, { headers: { traceparent: `00-${TRACE}-${PARENT}-00` } });
      await fetch(`${mock.url}/pets/8`);
    });
    expect(spans.map(({ attributes }) => attributes['url.path'])).toEqual(['/pets/8']);
  });
});

describe('requests to other services', () => {
  async function startService(): Promise<{ url: string; received: http.IncomingHttpHeaders[] }> {
    const received: http.IncomingHttpHeaders[] = [];
    const service = http.createServer((incoming, outgoing) => {
      received.push(incoming.headers);
      outgoing.writeHead(200, { 'content-type': 'application/json' }).end('{"id":7,"name":"Rex"}');
    });
    await once(service.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => {
      service.close();
      service.closeAllConnections();
    });
    return { url: `http://127.0.0.1:${(service.address() as AddressInfo).port}`, received };
  }
  const headers = { traceparent: `00-${TRACE}-${PARENT}-01`, tracestate: 'a=1' };

  test('an upstream continues the trace below the span of the exchange', async () => {
    const { url, received } = await startService();
    const proxy = await start({}, { upstreams: [`pets=${url}`] });
    onTestFinished(() => proxy.close(0));
    const [span] = await traced(() => fetch(`${proxy.url}/pets/7`, { headers }));
    expect(span).toMatchObject({ traceId: TRACE, parentSpanId: PARENT });
    expect(span?.attributes).toMatchObject({
      'deadringer.selection': 'upstream',
      'deadringer.upstream': url,
    });
    expect(received[0]).toMatchObject({ traceparent: `00-${TRACE}-${span?.spanId}-01`, tracestate: 'a=1' });
    const [first] = await traced(() => fetch(`${proxy.url}/pets/7`, { headers: { tracestate: 'a=1' } }));
    expect(received[1]?.traceparent).toBe(`00-${first?.traceId}-${first?.spanId}-01`);
    expect(received[1]).not.toHaveProperty('tracestate');
  });

  test('without telemetry the fields are passed on as they are', async () => {
    const { url, received } = await startService();
    const proxy = await startServer({ specs: ['test/fixtures/pets.yaml'], upstreams: [`pets=${url}`] });
    onTestFinished(() => proxy.close(0));
    await fetch(`${proxy.url}/pets/7`, { headers });
    expect(received[0]).toMatchObject(headers);
  });

  test('a callback is a span of its own below that of the exchange', async () => {
    const { url, received } = await startService();
    const sender = await start({}, { specs: ['test/fixtures/streams.yaml'] });
    onTestFinished(() => sender.close(0));
    const spans = await traced(
      () =>
        fetch(`${sender.url}/streams/7`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', traceparent: `00-${TRACE}-${PARENT}-01` },
          body: JSON.stringify({ callbackUrl: `${url}/events` }),
        }),
      2,
    );
    const [served, sent] = spans.toSorted((left, right) => left.kind - right.kind);
    expect(sent).toMatchObject({ traceId: TRACE, parentSpanId: served?.spanId, kind: 3 });
    expect(sent?.attributes).toMatchObject({
      'deadringer.sent': 'callback',
      'http.response.status_code': 200,
    });
    expect(sent?.attributes['url.full']).toContain(`${url}/events`);
    expect(received[0]?.traceparent).toBe(`00-${TRACE}-${sent?.spanId}-01`);
  });
});

describe('a collector that does not take the spans', () => {
  const errors: ServerError[] = [];
  const onError = (error: ServerError): void => void errors.push(error);
  const messages = (): string[] =>
    errors.splice(0).map(error => ('message' in error ? error.message : error.kind));

  test('is asked again when it says so, and the log has a line each for failure and recovery', async () => {
    const server = await start({}, { onError });
    onTestFinished(() => server.close(0));
    for (const status of [503, 429])
      collector.answers.push(outgoing => outgoing.writeHead(status, { 'retry-after': '0' }).end());
    await traced(() => fetch(`${server.url}/pets/7`));
    await expect.poll(() => errors.length).toBe(2);
    expect(messages()).toEqual([
      `traces are not delivered to ${collector.url}: the collector responded with 503`,
      `traces are delivered to ${collector.url} again; spans dropped so far: 0`,
    ]);
  });

  test('loses the spans that it rejects, and the metrics count them', async () => {
    const server = await start({}, { onError });
    onTestFinished(() => server.close(0));
    collector.answers.push(outgoing => outgoing.writeHead(400).end());
    await fetch(`${server.url}/pets/7`);
    await expect.poll(() => errors.length).toBe(1);
    expect(messages()).toEqual([
      `traces are not delivered to ${collector.url}: the collector responded with 400`,
    ]);
    const metrics = await (await fetch(`${server.url}/__deadringer/metrics`)).text();
    expect(metrics).toContain('deadringer_spans_dropped_total 1');
    collector.answers.push(outgoing =>
      outgoing.writeHead(200).end('{"partialSuccess":{"rejectedSpans":"1"}}'),
    );
    await fetch(`${server.url}/pets/7`);
    await expect
      .poll(async () => await (await fetch(`${server.url}/__deadringer/metrics`)).text())
      .toContain('deadringer_spans_dropped_total 2');
  });

  test('delays no answer while it is slow, and the queue is bounded', async () => {
    const server = await start({ queueSize: 5, batchSize: 2 }, { onError });
    let release = (): void => {};
    const asked = new Promise<void>(resolve => {
      collector.answers.push(outgoing => {
        release = () => outgoing.writeHead(200).end('{}');
        resolve();
      });
    });
    await fetch(`${server.url}/pets/1`);
    await asked;
    const before = collector.spans.length;
    for (let id = 2; id < 12; id++) expect((await fetch(`${server.url}/pets/${id}`)).status).toBe(200);
    const metrics = await (await fetch(`${server.url}/__deadringer/metrics`)).text();
    expect(metrics).toContain('deadringer_spans_dropped_total 5');
    release();
    await collector.received(before + 5);
    await server.close(0);
    expect(messages()).toEqual([]);
  });

  test('that never ends its answer is heard to a limit, and the log shows no query of its URL', async () => {
    const server = await start({ url: `${collector.url}?key=FAKE-secret`, timeout: 60_000 }, { onError });
    onTestFinished(() => server.close(0));
    const ended = new Promise<void>(resolve => {
      collector.answers.push(outgoing => {
        outgoing.writeHead(400).on('close', resolve);
        const more = (): void => {
          while (!outgoing.destroyed && outgoing.write('x'.repeat(65_536)));
        };
        outgoing.on('drain', more);
        more();
      });
    });
    await fetch(`${server.url}/pets/7`);
    await ended;
    await expect.poll(() => errors.length).toBe(1);
    expect(messages()).toEqual([
      `traces are not delivered to ${collector.url}: the collector responded with 400`,
    ]);
  });

  test('cannot be asked with a malformed header field: the log does not show its value', async () => {
    const server = await start({ headers: { 'x-key': 'FAKE-secret\n1' } }, { onError });
    onTestFinished(() => server.close(0));
    await fetch(`${server.url}/pets/7`);
    await expect.poll(() => errors.length).toBe(1);
    expect(messages()).toEqual([
      `traces are not delivered to ${collector.url}: the URL or a header field for the collector is malformed`,
    ]);
  });

  test('that does not respond does not keep the server from answering and closing', async () => {
    const away = await startCollector();
    away.close();
    const server = await start({ url: away.url }, { onError });
    for (let id = 1; id < 4; id++) expect((await fetch(`${server.url}/pets/${id}`)).status).toBe(200);
    await expect.poll(() => errors.length).toBe(1);
    await server.close(0);
    expect(messages()).toEqual([
      `traces are not delivered to ${away.url}: the collector refuses connections`,
    ]);
  });

  test('gets the waiting spans when the server closes', async () => {
    const server = await start({ delay: 60_000 });
    await fetch(`${server.url}/pets/7`);
    const before = collector.spans.length;
    await server.close(0);
    expect(collector.spans.length).toBe(before + 1);
  });
});
