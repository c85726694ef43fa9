// The screen "Operations" in Chromium: answers, coverage, "Try it", as a person uses them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startServer } from '../../src/start.ts';
import { expectAccessible, setUpConsole } from './console-page.ts';

const setup = setUpConsole();

/** Chromium reports error statuses that a test provokes. */
const expected = [/Failed to load resource: the server responded with a status of/];

/** The status that an app in the session gets. */
async function statusFor(session: string, target: string, init: RequestInit = {}): Promise<number> {
  const headers = { ...init.headers, 'x-deadringer-session': session };
  return (await fetch(setup.mock.url + target, { ...init, headers })).status;
}

function row(page: Page, id: string): Locator {
  return page
    .getByRole('listitem')
    .filter({ has: page.getByRole('link', { name: `Try it: ${id}`, exact: true }) });
}

describe('the list', () => {
  test('forces a 404 for one session with one click, and another click ends it', async () => {
    const page = await setup.open('#/operations?session=phone');
    const listPets = row(page, 'listPets');
    await listPets.getByText('Now: 200 from the document, with the example "two"').waitFor();
    const answer = listPets.getByRole('button', { name: 'Answer 503', exact: true });
    await answer.click();
    await expect.poll(() => answer.getAttribute('aria-pressed')).toBe('true');
    await listPets.getByText('Now: 503 from the switch of pets.listPets').waitFor();
    expect(await statusFor('phone', '/pets/v1/pets')).toBe(503);
    expect(await statusFor('another', '/pets/v1/pets')).toBe(200);
    await listPets.getByText('1 call').waitFor();
    await answer.click();
    await listPets.getByText('Now: 200 from the document').waitFor();
    expect(await statusFor('phone', '/pets/v1/pets')).toBe(200);
    await listPets.getByText('2 calls').waitFor();
  });

  test('marks the statuses that the session did not try, by name of the session', async () => {
    await statusFor('marked', '/pets/v1/pets');
    const page = await setup.open('#/operations?session=marked');
    await page.getByText('not tried in session marked').waitFor();
    await page.getByText(/errors, in session marked$/).waitFor();
    const untried = row(page, 'listPets').getByRole('button', { name: 'Answer 503', exact: true });
    await untried.locator('svg').waitFor();
    const tried = row(page, 'listPets').getByRole('button', { name: 'Answer 200', exact: true });
    expect(await tried.locator('svg').count()).toBe(0);
    expect(await tried.getAttribute('title')).not.toContain('Not tried');
    expect(await untried.getAttribute('title')).toContain('Not tried in this session');
  });

  test('answers with a named example, and with the status of a range', async () => {
    const page = await setup.open('#/operations?session=examples');
    await row(page, 'listPets').getByRole('button', { name: 'Answer 200 with the example none' }).click();
    await row(page, 'listPets').getByText('with the example "none"').waitFor();
    const response = await fetch(`${setup.mock.url}/~examples/pets/v1/pets`);
    expect(await response.json()).toEqual([]);
    const range = row(page, 'getPet').getByRole('button', { name: 'Answer 4XX' });
    await range.click();
    await expect.poll(() => range.getAttribute('aria-pressed')).toBe('true');
    expect(await statusFor('examples', '/pets/only/pets/1')).toBe(400);
  });

  test('offers any other status, which is off-contract', async () => {
    const page = await setup.open('#/operations?session=off-contract');
    const listPets = row(page, 'listPets');
    await listPets.getByRole('button', { name: 'Other status…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Another status for listPets' });
    await expectAccessible(page);
    await dialog.getByLabel('Status from 200 to 599').fill('418');
    await dialog.getByRole('button', { name: 'Answer 418, off-contract' }).click();
    await dialog.waitFor({ state: 'detached' });
    const pressed = listPets.getByRole('button', { name: 'Answer 418, off-contract' });
    await expect.poll(() => pressed.getAttribute('aria-pressed')).toBe('true');
    expect(await statusFor('off-contract', '/pets/v1/pets')).toBe(418);
    await pressed.click();
    await pressed.waitFor({ state: 'detached' });
    await listPets.getByRole('button', { name: 'Other status…' }).click();
    await dialog.getByRole('button', { name: '429 Too Many Requests' }).click();
    await listPets.getByText('Now: 429').waitFor();
  });

  test('is searched, filtered and collapsed, and the link keeps what was chosen', async () => {
    const page = await setup.open('#/operations');
    await page.getByText('10 operations').waitFor();
    await page.getByLabel('Search operations').fill('get pets');
    await page.getByText('3 of 10 operations').waitFor();
    await page.waitForURL(url => url.hash === '#/operations?q=get+pets');
    await page.getByLabel('Show').selectOption('Not as the document says');
    await page.getByText('1 of 10 operations').waitFor();
    await row(page, 'getPet').getByText('Now: 200 from scenario pets/tagged').waitFor();
    await page.reload();
    await page.getByText('1 of 10 operations').waitFor();
    await page.getByLabel('Search operations').fill('nothing like this');
    await page.getByText('No operation is found').waitFor();
    await page.getByRole('button', { name: 'Show all operations' }).click();
    const api = page.getByRole('button', { name: /^pets 5 operations/ });
    await api.click();
    await row(page, 'listPets').waitFor({ state: 'detached' });
    expect(await api.getAttribute('aria-expanded')).toBe('false');
    await api.click();
    await row(page, 'listPets').waitFor();
  });

  test('is used with the keyboard alone', async () => {
    const page = await setup.open('#/operations?session=keys');
    await row(page, 'listPets').getByRole('button', { name: 'Answer 503' }).focus();
    await page.keyboard.press('Space');
    await row(page, 'listPets').getByText('Now: 503').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Another status for listPets' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('Other status…');
  });
});

describe('the coverage', () => {
  test('shows untried errors first, and makes one happen', async () => {
    await statusFor('coverage', '/pets/v1/pets');
    const page = await setup.open('#/operations?session=coverage&view=coverage', { expected });
    await page.getByText('1 of 40 statuses tried').waitFor();
    const grid = page.getByRole('table');
    const rows = grid.getByRole('row');
    // The operations of pets that declare no error come after all that do.
    await expect.poll(() => rows.nth(1).getByRole('rowheader').innerText()).toContain('/pets/v1/pets');
    expect(await rows.last().getByRole('rowheader').innerText()).toContain('/pets/v1/lies');
    await expectAccessible(page);

    await grid.getByRole('button', { name: '404 of updateCustomer: not tried' }).click();
    const dialog = page.getByRole('dialog', { name: '404 of updateCustomer' });
    await dialog.getByText('"Customer not found"').waitFor();
    await dialog.getByText('The request asks for', { exact: false }).first().waitFor();
    await expectAccessible(page);
    expect(await dialog.getByRole('link', { name: 'Show in Traffic' }).getAttribute('href')).toMatch(
      /^#\/traffic\/[\w-]+\?session=coverage$/,
    );
    const customer = '/bonifiq/v1/pvt/Customer/7';
    await dialog.getByRole('button', { name: 'Answer 404 to all calls of updateCustomer' }).click();
    await page.getByText('All calls of updateCustomer in session "coverage" get 404.').waitFor();
    await dialog.getByRole('button', { name: 'Answer 404 to all calls of', pressed: true }).waitFor();
    await expect.poll(() => statusFor('coverage', customer, { method: 'PUT' })).toBe(404);
    await page.keyboard.press('Escape');
    await grid.getByRole('button', { name: /^404 of updateCustomer: [2-9] answers$/ }).waitFor();
    await page.getByText('2 of 40 statuses tried').waitFor();
    await expect
      .poll(() => page.evaluate('document.activeElement.getAttribute("aria-label")'))
      .toMatch(/^404 of updateCustomer/);
  });
});

describe('an operation', () => {
  test('has a valid request that is edited and sent, and says what came back and why', async () => {
    const page = await setup.open('#/operations/pets/addPet?session=try', { expected });
    await page.getByRole('heading', { level: 1, name: 'addPet' }).waitFor();
    await page.getByRole('button', { name: 'Send' }).click();
    const answer = page.getByRole('region', { name: 'Answer', exact: true });
    await answer.getByText('201', { exact: true }).waitFor();
    await answer.getByText('The request is valid.').waitFor();
    await expectAccessible(page);
    const body = page.getByLabel('Body', { exact: true });
    const valid = await body.inputValue();
    await page.getByRole('button', { name: 'Other values' }).click();
    await expect.poll(() => body.inputValue()).not.toBe(valid);
    await body.fill('{"id":1,}');
    await page.getByText('Not valid JSON:').waitFor();
    expect(await body.getAttribute('aria-invalid')).toBe('true');
    await body.fill('{"id":1}');
    await page.getByRole('button', { name: 'Format' }).click();
    expect(await body.inputValue()).toBe('{\n  "id": 1\n}');
    await body.press('Control+Enter');
    await answer.getByText('422', { exact: true }).first().waitFor();
    await answer.getByText('request body /name is missing').first().waitFor();
    await page.getByRole('button', { name: 'Undo edits' }).click();
    await answer.getByRole('link', { name: 'Show in Traffic' }).click();
    await page.waitForURL(url => url.hash.startsWith('#/traffic/'));
  });

  test('gets another answer for one request, which changes nothing else', async () => {
    const page = await setup.open('#/operations/pets/listPets?session=once', { expected });
    await page.getByLabel('Answer of this request').selectOption('503, for this request only');
    await page.getByRole('button', { name: 'Send' }).click();
    const answer = page.getByRole('region', { name: 'Answer', exact: true });
    await answer.getByText('503', { exact: true }).waitFor();
    await page.getByText('503 × 1').waitFor();
    expect(await statusFor('once', '/pets/v1/pets')).toBe(200);
    await page
      .getByLabel('Answer of this request')
      .selectOption('200 with the example "none", for this request only');
    await page.getByRole('button', { name: 'Send' }).click();
    await answer.getByText('200', { exact: true }).waitFor();
  });

  test('says so if the connection breaks, and if the browser does not send a request', async () => {
    await fetch(`${setup.mock.url}/__deadringer/sessions/broken/switches/pets`, {
      method: 'PATCH',
      body: JSON.stringify({ deliver: { fault: 'reset' } }),
    });
    const page = await setup.open('#/operations/pets/listPets?session=broken', { expected: [/ERR_/] });
    const send = page.getByRole('button', { name: 'Send' });
    await send.click();
    await page.getByText('The connection broke before the answer was complete.').waitFor();
    await page.getByRole('link', { name: 'Show in Traffic' }).waitFor();
    await page.getByLabel('Headers, one a line').fill('no field');
    await send.click();
    await page.getByText('"no field" is no header field: write "Name: value"').waitFor();
    await page.getByLabel('Headers, one a line').fill('host: example.com');
    await send.click();
    await page.getByText('The browser sets or leaves out the header host itself').waitFor();
  });

  test('a late answer can be cancelled', async () => {
    await fetch(`${setup.mock.url}/__deadringer/sessions/late/switches/*`, {
      method: 'PATCH',
      body: JSON.stringify({ deliver: { fault: 'hang' } }),
    });
    const page = await setup.open('#/operations/pets/listPets?session=late', { expected: [/ERR_/] });
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('Waiting for the answer…').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('The request was cancelled.').waitFor();
  });

  test('that does not exist is reported', async () => {
    const page = await setup.open('#/operations/pets/noSuch');
    await page.getByText('No API "pets" has an operation "noSuch"').waitFor();
    await page.getByRole('link', { name: 'All operations' }).click();
    await page.getByText('10 operations').waitFor();
  });
});

test('the screen is accessible', async () => {
  const page = await setup.open('#/operations?session=access');
  await row(page, 'listPets').getByText('Now: 200').waitFor();
  await fetch(`${setup.mock.url}/__deadringer/sessions/access/switches/pets.listPets`, {
    method: 'PATCH',
    body: JSON.stringify({ status: 418 }),
  });
  await row(page, 'listPets').getByText('Now: 418').waitFor();
  await row(page, 'addPet').getByRole('button', { name: 'Answer 201' }).click();
  await row(page, 'addPet').getByText('Now: 201 from the switch').waitFor();
  await expectAccessible(page);
});

/** A server of one document, which ends with the test. @param paths in YAML, indented */
async function serve(name: string, paths: string, more = ''): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'deadringer-operations-'));
  const file = path.join(folder, `${name}.yaml`);
  writeFileSync(file, `openapi: 3.1.0\ninfo: { title: ${name}, version: "1" }\npaths:\n${paths}\n${more}`);
  const server = await startServer({ specs: [file] });
  onTestFinished(async () => {
    await server.close(0);
    rmSync(folder, { recursive: true });
  });
  return server.url;
}

test('cookies are sent, and a redirection and bytes are shown as far as a browser shows them', async () => {
  const key = 'components: { securitySchemes: { key: { type: apiKey, in: cookie, name: sid } } }';
  const ok = '"200": { description: ok }';
  const origin = await serve(
    'door',
    [
      `  /in: { get: { operationId: enter, security: [{ key: [] }], responses: { ${ok}, "401": { description: who } } } }`,
      '  /moved: { get: { operationId: moved, responses: { "302": { description: elsewhere } } } }',
      '  /image: { get: { operationId: image, responses: { "200": { description: ok, content: { image/png: {} } } } } }',
    ].join('\n'),
    key,
  );
  const page = await setup.open('#/operations/door/enter', { origin });
  const answer = page.getByRole('region', { name: 'Answer', exact: true });
  expect(await page.getByLabel('Headers, one a line').inputValue()).toBe('cookie: sid=test-key');
  await page.getByRole('button', { name: 'Send' }).click();
  await answer.getByText('200', { exact: true }).waitFor();
  expect(await page.evaluate('document.cookie')).toBe('');
  await page.goto(`${origin}/__deadringer/#/operations/door/moved`);
  await page.getByRole('button', { name: 'Send' }).click();
  await answer.getByText('The browser does not show redirections to a page.').waitFor();
  await answer.getByRole('link', { name: 'Show in Traffic' }).waitFor();
  await page.goto(`${origin}/__deadringer/#/operations/door/image`);
  await page.getByRole('button', { name: 'Send' }).click();
  await answer.getByText(/^Bytes · /).waitFor();
});

test('1,200 operations are drawn as they come into view', async () => {
  const paths = Array.from(
    { length: 1200 },
    (_, index) =>
      `  /things/${index}: { get: { operationId: thing${index}, responses: { "200": { description: ok }, "404": { description: no } } } }`,
  );
  const origin = await serve('large', paths.join('\n'));
  const page = await setup.open('#/operations', { origin });
  await page.getByText('0 of 2400 statuses tried', { exact: true }).waitFor();
  await row(page, 'thing0').waitFor();
  const drawn = (): Promise<number> => page.getByRole('link', { name: /^Try it: / }).count();
  expect(await drawn()).toBeLessThan(100);
  await page.keyboard.press('End');
  await row(page, 'thing1199').waitFor();
  expect(await drawn()).toBeLessThan(300);
  await page.getByLabel('Search operations').fill('thing777');
  await row(page, 'thing777').getByRole('button', { name: 'Answer 404' }).click();
  await row(page, 'thing777').getByText('Now: 404').waitFor();
  await page.getByRole('button', { name: 'Coverage' }).click();
  await page.getByLabel('Search operations').fill('');
  await page.getByRole('button', { name: '404 of thing0: not tried' }).waitFor();
  expect(await page.getByRole('row').count()).toBeLessThan(300);
  for (const target of ['/large/things/777', '/large/things/0']) await fetch(origin + target);
  await page.getByText('2 of 2400 statuses tried', { exact: true }).waitFor();
  await page.getByRole('button', { name: '200 of thing0: 1 answer', exact: true }).waitFor();
});
