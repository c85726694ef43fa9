// Recordings as a browser really makes them: a page in Chromium calls the five mocked APIs, and its HAR is checked.
import { readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkTraffic, type Report } from '../../src/index.ts';
import { REPORT_FORMATS, renderReport } from '../../src/reporters/formats.ts';
import { type MockServer, startServer } from '../../src/start.ts';
import { launchChromium } from '../chromium.ts';
import { expectAccounting } from '../reporters/parse-accounting.ts';
import { callsOf } from './page-calls.ts';
import { folderWith } from './traffic.ts';

/** What the page sends as credentials: obviously fake, and to be found nowhere afterwards. */
const SECRET = 'FAKEsecretOfThePage';

let mock: MockServer;
let site: http.Server;
let browser: Browser;

beforeAll(async () => {
  mock = await startServer({ specs: ['specs'] });
  site = http.createServer((_, answer) =>
    answer.setHeader('content-type', 'text/html').end('<title>Shop</title>'),
  );
  await new Promise<void>(resolve => site.listen(0, '127.0.0.1', resolve));
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await new Promise(resolve => site.close(resolve));
  await mock?.close(0);
});

async function record(
  name: string,
  recordHar: Partial<NonNullable<BrowserContextOptions['recordHar']>>,
): Promise<string> {
  const file = path.join(folderWith({}), name);
  const context = await browser.newContext({ recordHar: { path: file, ...recordHar } });
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
  const statuses = await page.evaluate(
    async asked => {
      const answers = await Promise.all(asked.map(({ url, init }) => fetch(url, init)));
      // A body that nobody reads is not recorded.
      await Promise.all(answers.map(answer => answer.text()));
      return answers.map(({ status }) => status);
    },
    callsOf(mock, SECRET) as { url: string; init: object }[],
  );
  await context.close();
  expect(statuses).toEqual([200, 200, 200, 200, 200]);
  return file;
}

const checkIt = (file: string): Promise<Report> => checkTraffic({ specs: ['specs'], traffic: [file] });

describe('a page that calls the five mocked APIs passes', () => {
  test.for([
    ['in full', 'full.har', {}],
    ['without what a replay does not need', 'minimal.har', { mode: 'minimal' }],
    ['with its bodies in an archive', 'bodies.zip', { content: 'attach' }],
    ['with its bodies in files beside it', 'beside.har', { content: 'attach' }],
  ] as const)('recorded %s: kept', async ([, name, how]) => {
    const report = await checkIt(await record(name, how));
    expect(report).toMatchObject({ verdict: 'kept', exitCode: 0 });
    expect(report.accounting).toMatchObject({
      kept: 5,
      broken: { count: 0 },
      notCheckable: { count: 0 },
      unreadable: { count: 0 },
    });
    expect(report.findings.filter(({ kind }) => kind !== 'advice')).toEqual([]);
    expect(report.coverage.levels.operations).toMatchObject({ declared: 5, kept: 5 });
    await expectAccounting(report);
  });

  test('with a changed field type in one response: failed, one issue, with its line and without a secret', async () => {
    const file = await record('changed.har', {});
    const text = readFileSync(file, 'utf8');
    expect(text).toContain(SECRET);
    // The first of BonifiQ's booleans, as it stands in a string of the HAR.
    const changed = text.replace(/(\\"HasError\\":\s*)false/, '$1\\"no\\"');
    expect(changed).not.toBe(text);
    writeFileSync(file, changed);
    const report = await checkIt(file);
    expect(report).toMatchObject({
      verdict: 'broken',
      exitCode: 1,
      accounting: { kept: 4, broken: { count: 1, reasons: { response: 1 } } },
    });
    const [finding, ...others] = report.findings.filter(({ kind }) => kind !== 'advice');
    expect(others).toEqual([]);
    const { file: spec, line } = finding?.location ?? {};
    const says = readFileSync(spec ?? '', 'utf8').split('\n')[(line ?? 0) - 1];
    expect([spec, says?.trim()]).toEqual(['specs/bonifiq.yaml', 'type: boolean']);
    expect(finding?.sample.request.method).toBe('PUT');
    expect(finding?.sample.response?.status).toBe(200);
    expect(finding?.sample.curl).toMatch(/^curl -X PUT http/);
    for (const format of REPORT_FORMATS) {
      const shown = await renderReport(report, format);
      expect(shown).not.toContain(SECRET);
      expect(shown).not.toContain(btoa(`user:${SECRET}`));
      expect(shown).toContain('response-body-schema');
    }
  });
});
