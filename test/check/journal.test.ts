// The journal of a mock that receives valid requests only, checked as a recording.
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
