// The screen Check in Chromium: a recording is dropped, checked with progress, and its report is shown as text.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { entry, GOOD, har, SHOP } from '../check/traffic.ts';
import { run } from '../cli/program.ts';
import { expectAccessible, setUpConsole } from './console-page.ts';

const setup = setUpConsole({ specs: [SHOP, 'test/fixtures/pets.yaml'] });
const BAD = { ...GOOD, body: '{"id":"seven","name":"tea"}' };
const HOSTILE = '<script>globalThis.pwned = 1</script><img src=x onerror=pwned>\u202e\u0007';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'deadringer-check-screen-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function recording(name: string, content: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

async function check(file: string, options: Parameters<typeof setup.open>[1] = {}): Promise<Page> {
  const page = await setup.open('#/check', options);
  await page.getByLabel('Choose a file').setInputFiles(file);
  return page;
}

test('a chosen HAR shows the verdict, the findings and the coverage in the words of the command', async () => {
  const file = recording(
    'traffic.har',
    har([GOOD, BAD, BAD, { ...GOOD, url: 'https://elsewhere.example/x' }]),
  );
  const page = await check(file);
  const sentence = page.getByRole('heading', { level: 2, name: /^Failed: 1 finding/ });
  await sentence.waitFor();
  const { out } = await run('check', file, '--specs', SHOP, '--specs', 'test/fixtures/pets.yaml');
  expect(out).toContain(await sentence.textContent());
  const failed = page.getByRole('row', { name: /^failed 2/ });
  expect(await failed.textContent()).toContain('response 2');

  await page.getByText('response body /id must be').click();
  const finding = page.getByRole('group').filter({ hasText: 'response body /id' });
  await expect.poll(() => finding.locator('mark').allTextContents()).toEqual(['  "id": "seven",']);
  expect(await finding.textContent()).toContain('test/check/shop.yaml:');
  const operation = page.getByRole('listitem').filter({ hasText: '/orders/{id}' });
  expect(await operation.first().textContent()).toContain('3 calls, 1 passed');
  await expectAccessible(page);
});

test('findings are filtered by text, operation and kind', async () => {
  const undocumented = { ...GOOD, body: '{"id":7,"name":"tea","colour":"green"}' };
  const page = await check(recording('two.har', har([BAD, undocumented])));
  const listed = page.getByRole('status').filter({ hasText: 'listed' });
  await expect.poll(() => listed.textContent()).toMatch(/^\d listed$/);
  await page.getByRole('searchbox').fill('COLOUR');
  await expect.poll(() => listed.textContent()).toMatch(/^1 of \d listed$/);
  await page.getByRole('button', { name: /^Undocumented/ }).click();
  await page.getByText('No finding matches the filter.').waitFor();
});

test('a dropped file is checked, and several are refused', async () => {
  const page = await setup.open('#/check');
  await page.getByRole('heading', { name: 'Drop a recording here' }).waitFor();
  const drop = (files: readonly (readonly [string, string])[]): Promise<void> =>
    page.evaluate(
      `(() => {
        const data = new DataTransfer();
        for (const [name, text] of ${JSON.stringify(files)}) data.items.add(new File([text], name));
        for (const type of ['dragover', 'drop']) document.body.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
      })()`,
    );
  await drop([
    ['a.har', '{}'],
    ['b.har', '{}'],
  ]);
  await page.getByText('Check one file at a time.').waitFor();
  await drop([['lines.ndjson', JSON.stringify(entry(GOOD))]]);
  await page.getByRole('heading', { level: 2, name: /^Passed: 1 of 1 checked exchange passed/ }).waitFor();
});

test('a file that is no recording gets the message of the command, and can be replaced', async () => {
  const page = await check(recording('notes.txt', 'hello'), { expected: [/status of 400/] });
  await page.getByRole('alert').getByText('notes.txt is not a known recording format.').waitFor();
  await page.getByLabel('Choose a file').setInputFiles(recording('good.har', har([GOOD])));
  await page.getByRole('heading', { level: 2, name: /^Passed/ }).waitFor();
  await page.getByRole('button', { name: 'Check another recording' }).click();
  await page.getByRole('heading', { name: 'Drop a recording here' }).waitFor();
});

test('the reports can be saved', async () => {
  const page = await check(recording('saved.har', har([BAD])));
  for (const [format, begin] of [
    ['HTML', '<!doctype html>'],
    ['JSON', '{\n  "version": 3'],
  ] as const) {
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: `Download ${format}` }).click();
    const saved = await saving;
    expect(saved.suggestedFilename()).toBe(`deadringer-saved.${format.toLowerCase()}`);
    expect(readFileSync(await saved.path(), 'utf8').slice(0, begin.length)).toBe(begin);
  }
});

test('a large recording shows its progress, and is stopped at a click', async () => {
  const page = await setup.open('#/check', { expected: [/ERR_ABORTED/] });
  // The browser sends as fast as the server checks: slowly, with this one.
  const many = Array.from({ length: 400 }, () => GOOD);
  const file = recording(
    'large.har',
    har(many).replace('"entries":', `"padding": "${'x'.repeat(2 ** 20)}",\n"entries":`),
  );
  const client = await page.context().newCDPSession(page);
  await client.send('Network.enable');
  await client.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: 100_000,
  });
  await page.getByLabel('Choose a file').setInputFiles(file);
  await page.getByRole('progressbar').waitFor();
  await page.getByText(/of 1\.\d MB checked \(\d+%\)/).waitFor();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('heading', { name: 'Drop a recording here' }).waitFor();
  await page.close();
});

test('what a session was served is checked with one click', async () => {
  for (const id of ['1', 'x']) await (await fetch(`${setup.mock.url}/~anna/pets/only/pets/${id}`)).text();
  const page = await setup.open('#/check?session=anna');
  await page.getByRole('button', { name: 'Check what session “anna” was served' }).click();
  await page.getByRole('heading', { level: 2, name: /of 2 checked exchanges/ }).waitFor();
  expect(await page.getByText('session-anna.har').count()).toBeGreaterThan(0);
});

test('another host is checked as the server of the documents with one click', async () => {
  const page = await check(
    recording('staging.har', har([{ ...GOOD, url: 'https://staging.example/orders/7' }])),
  );
  await page.getByRole('button', { name: 'Check as the server of the documents' }).click();
  await page.getByRole('heading', { level: 2, name: /^Passed: 1 of 1/ }).waitFor();
});

test('whatever a recording contains is shown as text', async () => {
  const hostile = {
    ...BAD,
    body: JSON.stringify({ id: HOSTILE }),
    answer: { 'X-Total': HOSTILE.slice(0, 60) },
  };
  const page = await check(recording('<img src=x onerror=pwned>.har'.replaceAll('/', ''), har([hostile])));
  await page.locator('summary').filter({ hasText: '/id must be' }).click();
  await page.getByText('globalThis.pwned = 1').first().waitFor();
  expect(await page.evaluate('globalThis.pwned')).toBeUndefined();
  expect(await page.evaluate('document.querySelectorAll("main img, main script").length')).toBe(0);
  await expectAccessible(page);
});

test('the choices and the list of findings work with the keyboard', async () => {
  const page = await setup.open('#/check');
  await page.getByLabel('Choose a file').focus();
  await page.getByRole('combobox', { name: 'Documents' }).selectOption('shop');
  await page.getByRole('combobox', { name: 'What can fail the check' }).selectOption('client');
  await page.getByLabel('Choose a file').setInputFiles(recording('keys.har', har([BAD])));
  await page.getByRole('heading', { level: 2, name: /^Passed/ }).waitFor();
  await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('check-verdict');
  await page.locator('summary').filter({ hasText: '/id must be' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Copy curl' }).waitFor();
  await expectAccessible(page);
});

test('invalid requests that were correctly rejected pass, and those that were accepted can be left out', async () => {
  const invalid = { method: 'POST', url: '/orders', send: '{"id":"x","name":"tea"}' };
  const rejected = { ...invalid, status: 400 };
  const page = await check(recording('rejected.har', har([rejected])));
  await page.getByRole('heading', { level: 2, name: /^Passed: .*, 1 rejected/ }).waitFor();
  expect(await page.getByText('--').count()).toBe(0);
  expect(await page.getByRole('row', { name: /^rejected 1/ }).textContent()).toContain('400 1');
  const operation = page.getByRole('list', { name: 'Operations by status' }).getByRole('listitem');
  const orders = operation.filter({ hasText: 'POST /orders' }).first();
  expect(await orders.innerText()).toContain('0 passed, 1 correctly rejected');
  expect(await orders.innerText()).not.toContain('none passed');
  await expectAccessible(page);

  const accepted = { ...invalid, status: 201, body: '{"name":"tea"}' };
  const other = await check(recording('accepted.har', har([rejected, accepted])));
  await other.getByRole('heading', { level: 2, name: /^Failed: 1 finding/ }).waitFor();
  await other.getByRole('button', { name: 'Check only the responses' }).click();
  await other.getByRole('heading', { level: 2, name: /^Passed/ }).waitFor();
});

test('errors of the mock in the traffic of a session lead to these calls', async () => {
  await (await fetch(`${setup.mock.url}/~errors/pets/v1/nowhere`)).text();
  await (await fetch(`${setup.mock.url}/~errors/pets/v1/pets`)).text();
  const page = await setup.open('#/check?session=errors');
  await page.getByRole('button', { name: 'Check what session “errors” was served' }).click();
  await page.getByRole('link', { name: 'Show them in Traffic' }).click();
  await page.getByRole('heading', { level: 1, name: 'Traffic' }).waitFor();
  await page.getByText('/pets/v1/nowhere').first().waitFor();
  expect(page.url()).toContain('session=errors&verdict=problem');
});
