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
    expect(report.accounting).toMatchObject({ failed: { count: 4 }, outOfScope: { count: 0 } });
    expect(report.findings.map(({ operation, code }) => [operation.id, code])).toEqual([
      ['registerCustomerDevice', 'request-body-schema'],
    ]);
    // Without the field that the mock sends, the same URLs are those of another host.
    const others = await check(text.replaceAll('x-deadringer-exchange', 'x-other'));
    expect(others.accounting).toMatchObject({ failed: { count: 0 }, outOfScope: { count: 4 } });
  }
});
