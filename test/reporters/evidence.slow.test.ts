// The evidence page of one exchange in Chromium: accessible, self-contained, and everything from traffic is text.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Mock, startMock } from '../../src/index.ts';
import { launchChromium } from '../chromium.ts';
import { expectAccessible } from '../console/console-page.ts';

let mock: Mock;
let browser: Browser;
beforeAll(async () => {
  mock = await startMock({
    specs: ['test/fixtures/why/shop.yaml'],
    scenarios: ['test/fixtures/why/scenarios'],
  });
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await mock.close();
});

/** Sends a request and opens the page about it as a file. Fails if the page reports a problem or loads anything. */
async function evidenceOf(target: string, init: RequestInit = {}): Promise<Page> {
  const response = await fetch(mock.url + target, init);
  await response.arrayBuffer();
  const id = response.headers.get('x-deadringer-exchange');
  const page = await fetch(`${mock.url}/__deadringer/sessions/default/journal/${id}/evidence.html`);
  const folder = mkdtempSync(path.join(tmpdir(), 'deadringer-evidence-'));
  const file = path.join(folder, 'evidence.html');
  writeFileSync(file, await page.text());
  const shown = await browser.newPage();
  const problems: string[] = [];
  shown.on('console', message => problems.push(message.text()));
  shown.on('pageerror', error => problems.push(error.message));
  shown.on('request', request => {
    if (request.url() !== `file://${file}`) problems.push(request.url());
  });
  onTestFinished(async () => {
    await shown.close();
    rmSync(folder, { recursive: true });
    expect(problems).toEqual([]);
  });
  await shown.goto(`file://${file}`);
  return shown;
}

const post = (body: string, type = 'application/json'): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': type },
  body,
});

test('shows findings beside the lines of the document, the reasons, and both messages', async () => {
  const page = await evidenceOf('/shop/items?limit=x', post('{"nam":"Hat"}'));
  await page.getByRole('heading', { name: 'POST /shop/items?limit=x 422' }).waitFor();
  const lines = page.getByRole('group', { name: /^Lines of .*shop\.yaml:25$/ });
  expect(await lines.locator('.marked').innerText()).toContain('requestBody: { required: true');
  const why = page.getByRole('region', { name: 'Why this response' });
  await why.getByText('The request is rejected: request body /name is missing.').waitFor();
  expect(await page.getByRole('region', { name: 'Request' }).innerText()).toContain('"nam": "Hat"');
  expect(await page.getByRole('region', { name: 'Response', exact: true }).innerText()).toContain('HTTP 422');
  await expectAccessible(page);
});

test('shows hostile texts as text', async () => {
  const body = {
    name: '<script>document.title = "taken"</script><img src=x onerror=alert(1)>',
    rtl: '\u202egnp.exe \u05d0\u05d1',
    control: '\u0000\u0007\u001b[31m',
    'a"b': ['&lt;', '{{ 7 | times: 6 }}', '{% raw %}'],
  };
  const page = await evidenceOf('/shop/items?note=%3Cscript%3E', post(JSON.stringify(body)));
  const request = await page.getByRole('region', { name: 'Request' }).innerText();
  expect(request).toContain('<script>document.title = \\"taken\\"</script><img src=x onerror=alert(1)>');
  expect(request).toContain('\\u202egnp.exe \u05d0\u05d1');
  for (const text of ['&lt;', '{{ 7 | times: 6 }}', '{% raw %}']) expect(request).toContain(text);
  expect(await page.title()).toMatch(/^POST \/shop\/items /);
  expect(await page.locator('script, img').count()).toBe(0);
  await expectAccessible(page);
});

test('shows five megabytes of JSON in part, and a binary body by its size', async () => {
  const large = JSON.stringify({ name: 'Hat', list: Array.from({ length: 400_000 }, (_, index) => index) });
  const page = await evidenceOf('/shop/items', post(`${large}${' '.repeat(5_000_000 - large.length)}`));
  await page.getByText('Only the beginning; the whole body has 5000000 bytes.').waitFor();
  const lines = page.getByRole('region', { name: 'Request' }).locator('.line');
  expect([await lines.count(), await lines.nth(2).innerText()]).toEqual([20_000, '  "list": [']);
  const picture = await evidenceOf('/shop/file');
  await picture.getByText(/^The body has \d+ bytes that are no text\.$/).waitFor();
  await expectAccessible(picture);
});

test('a problem of the mock, and an exchange without an operation', async () => {
  const page = await evidenceOf('/shop/nowhere');
  await page.getByText('Problem: the response is an error of the mock').waitFor();
  await page
    .getByText('No operation matches GET /shop/nowhere; the nearest is GET /shop/v1/items.')
    .waitFor();
  await expectAccessible(page);
});
