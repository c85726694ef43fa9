// The screen "Traffic" in Chromium: what a person does with the list and with one exchange.
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { expectAccessible, setUpConsole } from './console-page.ts';

const setup = setUpConsole({ specs: ['test/fixtures/pets.yaml'], scenarios: ['test/fixtures/scenarios'] });

/** Calls the mock as a client of one session does. */
async function call(session: string, path: string, init: RequestInit = {}): Promise<Response> {
  return await fetch(`${setup.mock.url}${path}`, {
    ...init,
    headers: { 'x-deadringer-session': session, 'content-type': 'application/json', ...init.headers },
  });
}

function rows(page: Page) {
  return page
    .getByRole('grid', { name: 'Exchanges' })
    .getByRole('row')
    .filter({ hasNot: page.getByRole('columnheader') });
}

async function pathsOf(page: Page): Promise<string[]> {
  return await rows(page).getByRole('link').allInnerTexts();
}

describe('the list', () => {
  test('says what to do while there are no calls, and shows a call when it happens', async () => {
    const page = await setup.open('#/traffic?session=live');
    await page.getByText('No calls yet').waitFor();
    await call('live', '/pets/pets/7');
    await page.getByRole('row', { name: /200 GET \/pets\/pets\/7 getPet/ }).waitFor();
    await call('live', '/pets/pets/8');
    await expect.poll(() => pathsOf(page)).toEqual(['/pets/pets/8', '/pets/pets/7']);
  });

  test('has the calls of one session, or of all sessions', async () => {
    await call('one', '/pets/pets/1');
    await call('two', '/pets/pets/2');
    const page = await setup.open('#/traffic?session=one');
    await expect.poll(() => pathsOf(page)).toEqual(['/pets/pets/1']);
    await page.getByRole('combobox', { name: 'Session' }).selectOption('*');
    await page.getByRole('row', { name: /\/pets\/pets\/1 .* one/ }).waitFor();
    await page.getByRole('row', { name: /\/pets\/pets\/2 .* two/ }).waitFor();
  });

  test('is filtered by text, operation, status and verdict, and the link keeps the filter', async () => {
    await call('filter', '/pets/pets/1');
    await call('filter', '/pets/pets/none-such');
    await call('filter', '/pets/pets');
    await call('filter', '/pets/pets', { method: 'POST', body: '{"name":7}' });
    await call('filter', '/elsewhere');
    const page = await setup.open('#/traffic?session=filter');
    await expect.poll(() => pathsOf(page)).toHaveLength(5);

    await page.keyboard.press('/');
    await page.keyboard.type('post pets');
    await expect.poll(() => pathsOf(page)).toEqual(['/pets/pets']);
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('combobox', { name: 'Operation' }).selectOption('getPet');
    await expect.poll(() => pathsOf(page)).toEqual(['/pets/pets/none-such', '/pets/pets/1']);
    await page.getByRole('button', { name: 'Problems only' }).click();
    await expect.poll(() => pathsOf(page)).toEqual(['/pets/pets/none-such']);
    expect(new URL(page.url()).hash).toBe('#/traffic?session=filter&operation=getPet&verdict=problems');
    const [har] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save the listed exchanges as HAR' }).click(),
    ]);
    expect(JSON.parse(await readFile(await har.path(), 'utf8')).log.entries).toHaveLength(1);

    const other = await setup.open(new URL(page.url()).hash);
    await expect.poll(() => pathsOf(other)).toEqual(['/pets/pets/none-such']);
    await other.getByRole('button', { name: 'Clear' }).click();
    await other.getByRole('combobox', { name: 'Status' }).selectOption({ label: '2xx success' });
    await expect.poll(() => pathsOf(other)).toEqual(['/pets/pets', '/pets/pets/1']);
    await other.getByRole('button', { name: /^2xx/ }).click();
    await expect.poll(() => pathsOf(other)).toHaveLength(5);
    await other.getByRole('combobox', { name: 'Verdict' }).selectOption('Problem of the mock');
    await expect.poll(() => pathsOf(other)).toEqual(['/elsewhere']);
  });

  test('is walked with the keyboard', async () => {
    for (let id = 1; id <= 60; id++) await call('keys', `/pets/pets/${id}`);
    const page = await setup.open('#/traffic?session=keys');
    const grid = page.getByRole('grid', { name: 'Exchanges' });
    await rows(page).first().waitFor();
    const active = (): Promise<string> => grid.locator('[aria-selected=true]').getByRole('link').innerText();
    await page.keyboard.press('j');
    await expect.poll(active).toBe('/pets/pets/60');
    await grid.focus();
    await page.keyboard.press('ArrowDown');
    await expect.poll(active).toBe('/pets/pets/59');
    await page.keyboard.press('End');
    await expect.poll(active).toBe('/pets/pets/1');
    await page.keyboard.press('Home');
    await page.keyboard.press('PageDown');
    await expect.poll(async () => Number((await active()).split('/').at(-1))).toBeLessThan(55);
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    const view = page.getByRole('article', { name: 'Exchange' });
    await view.getByRole('heading', { level: 2, name: /\/pets\/pets\/60/ }).waitFor();
    await page.keyboard.press('j');
    await view.getByRole('heading', { level: 2, name: /\/pets\/pets\/59/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await view.getByRole('heading', { level: 2, name: /\/pets\/pets\/58/ }).waitFor();
    await view.getByRole('button', { name: 'Newer exchange' }).click();
    await view.getByRole('heading', { level: 2, name: /\/pets\/pets\/59/ }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => view.count()).toBe(0);
    expect(await grid.getAttribute('aria-rowcount')).toBe('61');
  });

  test('marks its first row when the keyboard reaches it, and is left with the next Tab', async () => {
    for (let id = 1; id <= 60; id++) await call('tabs', `/pets/pets/${id}`);
    const page = await setup.open('#/traffic?session=tabs');
    await rows(page).first().waitFor();
    await page.getByRole('button', { name: 'Problems only' }).focus();
    const isInGrid = (): Promise<boolean> => page.evaluate("document.activeElement.matches('[role=grid]')");
    for (let tabs = 0; tabs < 12 && !(await isInGrid()); tabs++) await page.keyboard.press('Tab');
    expect(await isInGrid()).toBe(true);
    await page.getByRole('row', { selected: true, name: /\/pets\/pets\/60/ }).waitFor();
    await page.keyboard.press('Tab');
    await expect
      .poll(() => page.evaluate("document.activeElement.closest('[role=grid]') === null"))
      .toBe(true);
  });

  test('says why it cannot be saved', async () => {
    await call('unsaved', '/pets/pets/1');
    const page = await setup.open('#/traffic?session=*');
    const save = page.getByRole('button', { name: 'Save the listed exchanges as HAR', disabled: true });
    await save.focus();
    await page.keyboard.press('Enter');
    await page.getByText('A HAR has the exchanges of one session: choose a session.').waitFor();
    await page.evaluate("location.hash = '#/traffic?session=unsaved'");
    await page.getByRole('button', { name: 'Save the listed exchanges as HAR', disabled: false }).waitFor();
    await page.getByRole('searchbox', { name: 'Filter by text' }).fill('get pets');
    await save.waitFor();
    expect(await save.getAttribute('title')).toBe(
      'A filter with several words cannot be saved: filter by one word.',
    );
  });

  test('stands still while it is paused or scrolled, and says what is new', async () => {
    for (let id = 1; id <= 80; id++) await call('still', `/pets/pets/${id}`);
    const page = await setup.open('#/traffic?session=still');
    await expect.poll(async () => (await pathsOf(page))[0]).toBe('/pets/pets/80');
    await page.getByRole('button', { name: 'Pause' }).click();
    await call('still', '/pets/pets/81');
    await page.getByRole('button', { name: '1 new' }).waitFor();
    expect((await pathsOf(page))[0]).toBe('/pets/pets/80');
    await page.getByRole('button', { name: 'Resume' }).click();
    await expect.poll(async () => (await pathsOf(page))[0]).toBe('/pets/pets/81');

    await rows(page).first().hover();
    await page.mouse.wheel(0, 800);
    await expect.poll(async () => (await pathsOf(page)).includes('/pets/pets/81')).toBe(false);
    const before = (await pathsOf(page))[0];
    for (let id = 82; id <= 84; id++) await call('still', `/pets/pets/${id}`);
    const news = page.getByRole('button', { name: '3 new' });
    await news.waitFor();
    expect((await pathsOf(page))[0]).toBe(before);
    await news.click();
    await expect.poll(async () => (await pathsOf(page))[0]).toBe('/pets/pets/84');
  });

  test('is emptied with the journal', async () => {
    await call('emptied', '/pets/pets/1');
    const page = await setup.open('#/traffic?session=emptied');
    await rows(page).first().waitFor();
    await fetch(`${setup.mock.url}/__deadringer/sessions/emptied/reset`, { method: 'POST' });
    await page.getByText('No calls yet').waitFor();
  });

  test('has charts that say in words what they show', async () => {
    for (let id = 1; id <= 9; id++) await call('charts', `/pets/pets/${id}`);
    await call('charts', '/pets/pets/x');
    const page = await setup.open('#/traffic?session=charts');
    const statuses = page.getByRole('figure', { name: 'Answers by status' });
    await statuses.getByRole('button', { name: '2xx 9 90 %' }).waitFor();
    await statuses.getByRole('button', { name: '4xx 1 10 %' }).click();
    await expect.poll(() => pathsOf(page)).toEqual(['/pets/pets/x']);
    const latency = page.getByRole('figure', { name: 'Latency over time' });
    await latency.getByText(/median/).waitFor();
    await latency.getByRole('link').click();
    await page.getByRole('article', { name: 'Exchange' }).waitFor();
  });

  test('is accessible, alone and beside an exchange', async () => {
    await call('axe', '/pets/pets/1');
    await call('axe', '/pets/pets', { method: 'POST', body: '{"id":"x","tags":[{"a":1}]}' });
    await call('axe', '/pets/lies');
    const page = await setup.open('#/traffic?session=axe');
    await rows(page).first().waitFor();
    await expectAccessible(page);
    await page.getByRole('row', { name: /POST/ }).click();
    await page.getByRole('region', { name: 'Request', exact: true }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Answer the next call with' }).click();
    await page.getByRole('dialog').waitFor();
    await expectAccessible(page);
  });
});

describe('an exchange', () => {
  test('shows request and response together, its findings where they belong, and why', async () => {
    const { headers } = await call('why', '/pets/pets', { method: 'POST', body: '{"id":1,"name":7}' });
    const id = headers.get('x-deadringer-exchange');
    const page = await setup.open(`#/traffic/${id}?session=why`);
    const view = page.getByRole('article', { name: 'Exchange' });
    const request = view.getByRole('region', { name: 'Request', exact: true });
    await request.getByText('"name"').waitFor();
    const note = request.getByRole('button', { name: /\/name must be string/ });
    await note.waitFor();
    await view.getByRole('region', { name: 'Response', exact: true }).getByText('"status"').waitFor();
    const why = view.getByRole('region', { name: 'Why this answer' });
    await why
      .getByText(/addPet/)
      .first()
      .waitFor();
    const finding = view
      .getByRole('region', { name: /^Findings/ })
      .getByRole('listitem')
      .first();
    expect(await finding.innerText()).toMatch(/test\/fixtures\/pets\.yaml:\d+/);
    await note.click();
    await expect.poll(() => page.locator('.finding-list > li:focus').count()).toBe(1);
  });

  test('opens by its link in any session, also on a phone, and closes', async () => {
    const { headers } = await call('phone', '/pets/pets/5');
    const page = await setup.open(`#/traffic/${headers.get('x-deadringer-exchange')}`, {
      context: { viewport: { width: 390, height: 800 } },
    });
    const view = page.getByRole('article', { name: 'Exchange' });
    await view.getByText('session phone').waitFor();
    expect(await page.getByRole('grid').count()).toBe(0);
    await view.getByRole('button', { name: 'Close the exchange' }).click();
    await expect.poll(() => view.count()).toBe(0);
    await page.getByRole('combobox', { name: 'Session' }).selectOption('phone');
    await rows(page).first().waitFor();
    await page.keyboard.press('j');
    const grid = page.getByRole('grid', { name: 'Exchanges' });
    await grid.focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('article:focus').count()).toBe(1);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('[role=grid]:focus').count()).toBe(1);
  });

  test('that the journal does not hold any longer says so', async () => {
    const page = await setup.open('#/traffic/gone-1', { expected: [/status of 404/] });
    await page.getByText(/does not hold this exchange any longer/).waitFor();
  });

  test('lets the next call get another status, once, also one that is not declared', async () => {
    const { headers } = await call('next', '/pets/pets/5');
    const page = await setup.open(`#/traffic/${headers.get('x-deadringer-exchange')}?session=next`);
    await page.getByRole('button', { name: 'Answer the next call with' }).click();
    const dialog = page.getByRole('dialog', { name: 'Answer the next call of getPet' });
    await dialog.getByRole('button', { name: 'Answer 503' }).click();
    await page.getByText('The next call of getPet in session "next" gets 503.').waitFor();
    expect((await call('next', '/pets/pets/5')).status).toBe(503);
    expect((await call('next', '/pets/pets/5')).status).toBe(200);
    await page.getByRole('row', { name: /503 .* off-contract/ }).waitFor();
  });

  test('lets the answer that is switched on return after the next call', async () => {
    const { headers } = await call('return', '/pets/pets/5');
    const switches = `${setup.mock.url}/__deadringer/sessions/return/switches/pets.getPet`;
    await fetch(switches, { method: 'PATCH', body: '{"status":404}' });
    const page = await setup.open(`#/traffic/${headers.get('x-deadringer-exchange')}?session=return`);
    await page.getByRole('button', { name: 'Answer the next call with' }).click();
    const dialog = page.getByRole('dialog', { name: 'Answer the next call of getPet' });
    await dialog.getByText('Afterwards the answer is as now.').waitFor();
    await dialog.getByRole('button', { name: 'Answer 500' }).click();
    await page.getByText('The next call of getPet in session "return" gets 500.').waitFor();
    const statuses: number[] = [];
    for (let index = 0; index < 3; index++) statuses.push((await call('return', '/pets/pets/5')).status);
    expect(statuses).toEqual([500, 404, 404]);
  });

  test('becomes a scenario, a curl command, a HAR and an evidence file', async () => {
    const { headers } = await call('export', '/pets/pets/5');
    const id = headers.get('x-deadringer-exchange') ?? '';
    const page = await setup.open(`#/traffic/${id}?session=export`, {
      context: { permissions: ['clipboard-read', 'clipboard-write'] },
    });
    const clipboard = (): Promise<string> => page.evaluate('navigator.clipboard.readText()');
    await page.getByRole('button', { name: 'curl' }).click();
    await expect.poll(clipboard).toMatch(/^curl .*\/pets\/pets\/5/s);
    await page.getByRole('button', { name: 'Link', exact: true }).click();
    await expect.poll(clipboard).toBe(`${setup.mock.url}/__deadringer/#/traffic/${id}?session=export`);
    await page.getByRole('button', { name: 'HAR', exact: true }).click();
    await expect.poll(async () => JSON.parse(await clipboard()).log?.entries?.length).toBe(1);
    const [evidence] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export evidence' }).click(),
    ]);
    expect(evidence.suggestedFilename()).toBe(`exchange-${id}.html`);
    await page.getByText(`Saved as exchange-${id}.html.`).waitFor();
    expect(await readFile(await evidence.path(), 'utf8')).toContain('/pets/pets/5');
    const [har] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save HAR', exact: true }).click(),
    ]);
    expect(har.suggestedFilename()).toBe(`exchange-${id}.har`);
    await page.getByRole('button', { name: 'Turn into a scenario' }).click();
    await expect.poll(() => new URL(page.url()).hash).toBe('#/scenarios/new?session=export');
    await page
      .getByText(/on: getPet/)
      .first()
      .waitFor();
  });

  test('that a switch answered says what gets the answer again', async () => {
    await fetch(`${setup.mock.url}/__deadringer/sessions/again/switches/pets.getPet`, {
      method: 'PATCH',
      body: '{"status":404}',
    });
    const { headers } = await call('again', '/pets/pets/5');
    const page = await setup.open(`#/traffic/${headers.get('x-deadringer-exchange')}?session=again`, {
      context: { permissions: ['clipboard-read', 'clipboard-write'] },
    });
    const hint = /add __code=404 to the query, or run: deadringer use --status 404 --on pets.getPet/;
    await page.getByRole('button', { name: 'curl' }).click();
    await page.getByRole('status').getByText(hint).waitFor();
  });
});
