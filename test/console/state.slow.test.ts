// The screen State in Chromium: tables that follow the requests, edits that the schema judges, snapshots, on and off.
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { expectAccessible, setUpConsole } from './console-page.ts';

const setup = setUpConsole({ specs: ['test/fixtures/todos.yaml', 'test/fixtures/pets.yaml'], scenarios: [] });

const call = async (session: string, method: string, path: string, body?: unknown): Promise<number> => {
  const response = await fetch(`${setup.mock.url}/~${session}/todos${path}`, {
    method,
    headers: { authorization: 'Bearer FAKE-token', 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  await response.text();
  return response.status;
};
const control = (method: string, path: string, body?: unknown): Promise<Response> =>
  fetch(`${setup.mock.url}/__deadringer${path}`, {
    method,
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
const stored = async (session: string): Promise<unknown[]> => {
  const snapshot = await (await control('GET', `/sessions/${session}/state?keep-secrets=true`)).json();
  return (snapshot as { apis: { todos: { todos: unknown[] } } }).apis.todos.todos;
};
/** A session whose state is on. */
const begin = async (id: string, todos: readonly object[] = []): Promise<void> => {
  await control('POST', '/sessions', { id, scenarios: ['todos/state'] });
  await control('PUT', `/sessions/${id}/state`, { version: 1, apis: { todos: { todos } } });
};
const todo = (id: number, more: object = {}): object => ({
  id,
  title: `to-do ${id}`,
  done: false,
  createdAt: '2026-11-28T12:00:00Z',
  ...more,
});
const row = (page: Page, name: string) => page.getByRole('row', { name });

test('a table follows the requests of the app, also below parents', async () => {
  await begin('followed');
  const page = await setup.open('#/state/todos/todos?session=followed');
  await page.getByText('No items', { exact: true }).waitFor();
  await expectAccessible(page);
  expect(await call('followed', 'POST', '/todos', { title: 'Buy milk', shareToken: 'FAKE-share-1' })).toBe(
    201,
  );
  await row(page, 'Buy milk').waitFor();
  await page.getByRole('link', { name: 'todos 1', exact: true }).waitFor();
  expect(await row(page, 'Buy milk').textContent()).toContain('XXXX-xxxxx-0');
  await call('followed', 'POST', '/todos/1/comments', { text: 'Soon' });
  await page.getByRole('link', { name: 'todos/comments 1' }).click();
  await row(page, 'Soon').getByRole('cell', { name: '1', exact: true }).waitFor();
  await expectAccessible(page);
  await page.getByRole('link', { name: 'todos 1', exact: true }).click();
  await call('followed', 'DELETE', '/todos/1');
  await expect.poll(() => row(page, 'Buy milk').count()).toBe(0);
});

test('an item is shown with the exchange that wrote it, edited, and deleted after a question', async () => {
  await begin('edited');
  await call('edited', 'POST', '/todos', { title: 'Buy milk', shareToken: 'FAKE-share-1' });
  const page = await setup.open('#/state/todos/todos?session=edited', { expected: [/status of (422|404)/] });
  await page.getByRole('link', { name: '1', exact: true }).click();
  await page.getByText('"title": "Buy milk"').waitFor();
  const exchange = page.getByText('written by').getByRole('link');
  expect(await exchange.getAttribute('href')).toMatch(/^#\/traffic\/.+session=edited$/);
  await expectAccessible(page);

  await page.getByRole('button', { name: 'Edit' }).click();
  const field = page.getByRole('textbox', { name: 'JSON of the item' });
  const before = await field.inputValue();
  await field.fill(`${before},`);
  await page.getByText('This is not JSON').waitFor();
  expect(await page.getByRole('button', { name: 'Save', exact: true }).last().isDisabled()).toBe(true);
  await field.fill(before.replace('Buy milk', ''));
  await field.press('Control+Enter');
  await page.getByText('It is not stored: its schema rejects it.').waitFor();
  const finding = page.getByText('the item /title must have at least 1 character');
  await finding.waitFor();
  await page.getByText('title: { type: string, minLength: 1, maxLength: 200 }').first().waitFor();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Store it all the same' }).click();
  await page.getByText('"title": ""').waitFor();

  await page.getByRole('button', { name: 'Edit' }).click();
  await field.fill(before.replace('Buy milk', 'Buy bread'));
  await call('edited', 'PATCH', '/todos/1', { done: true });
  await page.getByText('A request has changed the item since you began to edit it').waitFor();
  await field.press('Control+s');
  await page.getByText('"title": "Buy bread"').waitFor();
  // The placeholder of the secret has not replaced it.
  expect(await stored('edited')).toMatchObject([
    { title: 'Buy bread', shareToken: 'FAKE-share-1', done: false },
  ]);

  await page.getByRole('button', { name: 'Delete' }).click();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Delete the item' }).click();
  await page.getByText('No items', { exact: true }).waitFor();
  expect(await call('edited', 'GET', '/todos/1')).toBe(404);
});

test('a new item is drafted from its schema with a free id, and the app sees it', async () => {
  await begin('created', [todo(41)]);
  const page = await setup.open('#/state/todos/todos?session=created');
  await page.getByRole('button', { name: 'New item' }).click();
  const field = page.getByRole('textbox', { name: 'New item' });
  expect(JSON.parse(await field.inputValue())).toMatchObject({ id: 42, title: expect.any(String) });
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  expect(await field.count()).toBe(0);
  await page.getByRole('button', { name: 'New item' }).click();
  await field.fill(JSON.stringify(todo(42, { title: 'made by hand' })));
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByText('"title": "made by hand"').waitFor();
  expect(await call('created', 'GET', '/todos/42')).toBe(200);

  await page.goto(`${setup.mock.url}/__deadringer/#/state/todos/todos%2Fcomments?session=created`);
  await page.getByRole('button', { name: 'New item' }).click();
  await page.getByRole('textbox', { name: 'todoId' }).fill('42');
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByText('Below 42').waitFor();
  expect(await call('created', 'GET', '/todos/42/comments')).toBe(200);
});

test('the digits of long ids are never rounded', async () => {
  await begin('exact');
  const item = '{"id":9007199254740993,"title":"long","done":false,"createdAt":"2026-11-28T12:00:00Z"}';
  await control('PUT', '/sessions/exact/state', `{"version":1,"apis":{"todos":{"todos":[${item}]}}}`);
  const page = await setup.open('#/state/todos/todos?session=exact');
  await page.getByRole('link', { name: '9007199254740993' }).click();
  await page.getByText('"id": 9007199254740993,').waitFor();
  await page.getByRole('button', { name: 'Edit' }).click();
  const field = page.getByRole('textbox', { name: 'JSON of the item' });
  await field.fill((await field.inputValue()).replace('long', 'longer'));
  await field.press('Control+Enter');
  await page.getByText('"title": "longer"').waitFor();
  expect(await (await control('GET', '/sessions/exact/state')).text()).toContain('"id": 9007199254740993');
});

test('a hundred thousand items are read page by page', async () => {
  await begin('many');
  const items = Array.from({ length: 100_000 }, (_, index) => todo(index + 1));
  const loaded = await control('PUT', '/sessions/many/state', {
    version: 1,
    apis: { todos: { todos: items } },
  });
  expect(loaded.status).toBe(200);
  const page = await setup.open('#/state/todos/todos?session=many');
  await page.getByText('1 to 50 of 100,000').waitFor();
  expect(await page.getByRole('row').count()).toBe(51);
  await page.getByRole('button', { name: 'Last' }).click();
  await page.getByText('99,951 to 100,000 of 100,000').waitFor();
  await row(page, 'to-do 100000').waitFor();
  expect(await page.getByRole('button', { name: 'Next' }).isDisabled()).toBe(true);
  await page.getByRole('button', { name: 'Previous' }).click();
  await row(page, 'to-do 99901').waitFor();
  await expectAccessible(page);
  // The page asks for the state of its session again and again.
  await page.close();
  await control('DELETE', '/sessions/many');
});

test('a snapshot is saved, loaded, and refused with its mistakes', async () => {
  await begin('saved', [todo(1, { shareToken: 'FAKE-share-1' })]);
  const page = await setup.open('#/state/todos/todos?session=saved', { expected: [/status of 400/] });
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe('state-saved.json');
  const text = readFileSync(await download.path(), 'utf8');
  expect([text.includes('FAKE'), text.includes('"title": "to-do 1"')]).toEqual([false, true]);

  const load = (name: string, content: string): Promise<void> =>
    page
      .locator('input[type=file]')
      .setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(content) });
  await load('two.json', JSON.stringify({ version: 1, apis: { todos: { todos: [todo(7), todo(8)] } } }));
  await row(page, 'to-do 8').waitFor();
  await load('bad.json', JSON.stringify({ version: 1, apis: { todo: {}, todos: { todos: [{}] } } }));
  const dialog = page.getByRole('dialog', { name: 'bad.json is not loaded' });
  await dialog.getByText('there is no API "todo"; did you mean "todos"?').waitFor();
  await dialog.getByText('item 0 must have its id in "id"').waitFor();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await load(
    'odd.json',
    JSON.stringify({ version: 1, apis: { todos: { todos: [todo(9, { done: 'no' })] } } }),
  );
  const remarks = page.getByRole('dialog', { name: 'odd.json is loaded, with remarks' });
  await remarks.getByText('the item /done must be boolean').waitFor();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await row(page, 'to-do 9').waitFor();

  await page.getByRole('button', { name: 'Reset' }).click();
  await page.getByRole('button', { name: 'Reset the state' }).click();
  await page.getByText('No items', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'pets 2' }).waitFor();
});

test('the state is turned on and off for this session only', async () => {
  await control('POST', '/sessions', { id: 'switched' });
  const page = await setup.open('#/state?session=switched');
  await page.getByText('The state is off').waitFor();
  await page.getByText('Choose a resource').waitFor();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Turn on' }).click();
  const toggle = page.getByRole('button', { name: 'State of todos:' });
  await expect.poll(() => toggle.getAttribute('aria-pressed')).toBe('true');
  await call('switched', 'POST', '/todos', { title: 'kept' });
  expect(await call('switched', 'GET', '/todos/1')).toBe(200);
  expect(await stored('switched')).toHaveLength(1);
  await toggle.click();
  await expect.poll(() => toggle.getAttribute('aria-pressed')).toBe('false');
  await call('switched', 'POST', '/todos', { title: 'not kept' });
  expect(await stored('switched')).toHaveLength(1);
  expect(await (await control('GET', '/sessions/default/resources')).json()).toMatchObject({ on: [] });
});

test('names that no document has, and items that are gone, are said to be so', async () => {
  await begin('wrong');
  const page = await setup.open('#/state/todos/nothing?session=wrong', { expected: [/status of 404/] });
  await page.getByText('todos has no resource "nothing"').waitFor();
  await page.goto(`${setup.mock.url}/__deadringer/#/state/todos/todos/5?session=wrong`);
  await page.getByText('There is no item 5').waitFor();
  await expectAccessible(page);
});

test('texts of items are text', async () => {
  await begin('hostile', [todo(1, { title: '<img src=x onerror=alert(1)>' })]);
  const page = await setup.open('#/state/todos/todos?session=hostile');
  await page.getByRole('cell', { name: '<img src=x onerror=alert(1)>' }).waitFor();
  await page.getByRole('link', { name: '1', exact: true }).click();
  await page.getByText('"title": "<img src=x onerror=alert(1)>"').waitFor();
});
