// The journal of a mock that receives valid requests only, checked as a recording.
import { once } from 'node:events';
import http from 'node:http';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { checkTraffic } from '../../src/index.ts';
import { startServer } from '../../src/start.ts';
import { callsOf } from './page-calls.ts';
import { folderWith } from './traffic.ts';

test('the journal of the mock passes, as HAR and as NDJSON', async () => {
  const mock = await startServer({ specs: ['specs'] });
  onTestFinished(() => mock.close(0));
  for (const { url, init } of callsOf(mock, 'FAKEsecretOfThePage')) await (await fetch(url, init)).text();
  const origin = `http://127.0.0.1:${mock.port}/__deadringer/sessions/default`;
  for (const name of ['journal.har', 'journal.ndjson']) {
    const text = await (await fetch(`${origin}/${name}`)).text();
    const report = await checkTraffic({
      specs: ['specs'],
      traffic: [path.join(folderWith({ [name]: text }), name)],
    });
    expect(report).toMatchObject({
      verdict: 'passed',
      accounting: { failed: { count: 0 }, notCheckable: { count: 0 } },
    });
    expect(report.accounting.passed).toBeGreaterThanOrEqual(5);
  }
});

test('the journal of the mock is in scope whatever the host of the mock was', async () => {
  const mock = await startServer({ specs: ['specs'] });
  onTestFinished(() => mock.close(0));
  const hosts = [
    `192.168.1.20:${mock.port}`,
    `10.0.2.2:${mock.port}`,
    'laptop.local',
    `[fe80::1]:${mock.port}`,
  ];
  for (const host of hosts) {
    const request = http.request({
      port: mock.port,
      method: 'PATCH',
      path: '/masivo/customers/7/devices',
      headers: { host, authorization: 'Bearer x', 'content-type': 'application/json' },
    });
    request.end('{"device_info":{}}');
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    response.resume();
    await once(response, 'end');
  }
  const journal = `http://127.0.0.1:${mock.port}/__deadringer/sessions/default`;
  for (const name of ['journal.har', 'journal.ndjson']) {
    const text = await (await fetch(`${journal}/${name}`)).text();
    const check = (traffic: string): ReturnType<typeof checkTraffic> =>
      checkTraffic({ specs: ['specs'], traffic: [path.join(folderWith({ [name]: traffic }), name)] });
    const report = await check(text);
    expect(report.accounting).toMatchObject({
      rejected: { count: 4 },
      failed: { count: 0 },
      outOfScope: { count: 0 },
    });
    expect(report.findings.map(({ operation, code }) => [operation.id, code])).toEqual([
      ['registerCustomerDevice', 'request-body-schema'],
    ]);
    // Without the field that the mock sends, the same URLs are those of another host.
    const others = await check(text.replaceAll('x-deadringer-exchange', 'x-other'));
    expect(others.accounting).toMatchObject({
      rejected: { count: 0 },
      failed: { count: 0 },
      outOfScope: { count: 4 },
    });
  }
});

test('a HEAD that the mock served has no body in its journal', async () => {
  const document = `openapi: 3.0.3
info: { title: docks, version: '1' }
paths:
  /docks:
    get: { responses: { '200': { description: all, content: { application/json: { example: [1, 2] } } } } }
`;
  const specs = [path.join(folderWith({ 'docks.yaml': document }), 'docks.yaml')];
  const mock = await startServer({ specs });
  onTestFinished(() => mock.close(0));
  const origin = `http://127.0.0.1:${mock.port}`;
  await fetch(`${origin}/docks/docks`, { method: 'HEAD' });
  const journal = `${origin}/__deadringer/sessions/default`;
  for (const name of ['journal.har', 'journal.ndjson']) {
    const file = path.join(folderWith({ [name]: await (await fetch(`${journal}/${name}`)).text() }), name);
    const report = await checkTraffic({ specs, traffic: [file] });
    expect([name, report.findings, report.accounting.passed]).toEqual([name, [], 1]);
  }
});

test('the callbacks of the mock are out of scope', async () => {
  const mock = await startServer({ specs: ['test/fixtures/streams.yaml'] });
  onTestFinished(() => mock.close(0));
  const receiver = http.createServer((_, outgoing) => outgoing.writeHead(500).end());
  receiver.listen(0, '127.0.0.1');
  onTestFinished(() => {
    receiver.closeAllConnections();
    receiver.close();
  });
  await once(receiver, 'listening');
  const { port } = receiver.address() as { port: number };
  const recorded = new Promise(resolve => mock.state.subscribe(({ sent }) => sent && resolve(sent)));
  await fetch(`${mock.url}/streams/streams/1`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ callbackUrl: `http://127.0.0.1:${port}/streams/1` }),
  });
  await recorded;
  const text = await (await fetch(`${mock.url}/__deadringer/sessions/default/journal.har`)).text();
  const traffic = [path.join(folderWith({ 'journal.har': text }), 'journal.har')];
  const report = await checkTraffic({ specs: ['test/fixtures/streams.yaml'], traffic });
  expect(report).toMatchObject({
    verdict: 'passed',
    accounting: { passed: 1, outOfScope: { count: 1, reasons: { callback: 1 } } },
  });
});
