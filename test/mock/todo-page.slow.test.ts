// A page in Chromium against a stateful mock of a document without examples: create, list, edit, delete, reload.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Mock, startMock } from '../../src/index.ts';
import { launchChromium } from '../chromium.ts';
import { listening } from '../cli/listening.ts';

const PAGE = readFileSync('test/fixtures/todo-app.html');

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(async () => await browser.close());

async function startTodos(options: { sessionPerCredential?: boolean } = {}): Promise<Mock> {
  const mock = await startMock({ specs: ['test/fixtures/todos.yaml'], stateful: true, ...options });
  onTestFinished(() => mock.close());
  return mock;
}

/** Opens the page of a user in a browser profile of its own. Fails if the page reports an error. */
async function openPage(mock: Mock, token: string): Promise<Page> {
  const origin = await listening(
    http.createServer((_, response) => {
      response.setHeader('content-type', 'text/html').end(PAGE);
    }),
  );
  const context = await browser.newContext();
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', message => problems.push(message.text()));
  page.on('pageerror', error => problems.push(error.message));
  onTestFinished(async () => {
    await context.close();
    expect(problems).toEqual([]);
  });
  const query = new URLSearchParams({ api: `${mock.url}/todos`, token });
  await page.goto(`http://127.0.0.1:${origin}/?${query}`);
  return page;
}

const titles = (page: Page): Promise<string[]> =>
  page
    .getByRole('textbox', { name: /^Title of/ })
    .evaluateAll(fields => fields.map(field => (field as unknown as { value: string }).value));
const add = async (page: Page, title: string): Promise<void> => {
  await page.getByLabel('New to-do').fill(title);
  await page.getByRole('button', { name: 'Add' }).click();
};

/** The page draws the list again after each change: a text that is typed before that is lost. */
const drawn = (page: Page): Promise<void> => page.locator('#list[aria-busy="false"]').waitFor();

/** All that a user does, and what is there after a reload. */
async function useThePage(page: Page): Promise<void> {
  await page.getByText('0 in all').waitFor();
  for (const title of ['Buy milk', 'Buy bread', 'Water the plants']) {
    await add(page, title);
    await page.getByRole('button', { name: `Delete ${title}` }).waitFor();
  }
  await page.getByText('3 in all').waitFor();
  await page.getByRole('checkbox', { name: 'Done: Buy bread' }).check();
  await drawn(page);
  await page.getByRole('textbox', { name: 'Title of 1' }).fill('Buy oat milk');
  await page.keyboard.press('Tab');
  await page.getByRole('button', { name: 'Delete Buy oat milk' }).waitFor();
  await page.getByRole('button', { name: 'Delete Water the plants' }).click();
  await page.getByText('2 in all').waitFor();
  await page.reload();
  await page.getByText('2 in all').waitFor();
  expect(await titles(page)).toEqual(['Buy oat milk', 'Buy bread']);
  expect(await page.getByRole('checkbox', { name: 'Done: Buy bread' }).isChecked()).toBe(true);
  expect(await page.getByRole('checkbox', { name: 'Done: Buy oat milk' }).isChecked()).toBe(false);
}

test('a page works, and with a session per credential another token sees none of it', async () => {
  const mock = await startTodos({ sessionPerCredential: true });
  const page = await openPage(mock, 'FAKE-token-of-anna');
  await useThePage(page);

  const other = await openPage(mock, 'FAKE-token-of-ben');
  await other.getByText('0 in all').waitFor();
  expect(await titles(other)).toEqual([]);
  await add(other, 'Of Ben');
  await other.getByText('1 in all').waitFor();
  await page.reload();
  await page.getByText('2 in all').waitFor();
  const again = await openPage(mock, 'FAKE-token-of-anna');
  await again.getByText('2 in all').waitFor();
});

test('a token that is bound to a session has items of its own, and others share the default session', async () => {
  const mock = await startTodos();
  await fetch(`${mock.url}/__deadringer/sessions`, {
    method: 'POST',
    body: JSON.stringify({ id: 'ben', credentials: ['FAKE-token-of-ben'] }),
  });
  const page = await openPage(mock, 'FAKE-token-of-anna');
  await useThePage(page);
  const bound = await openPage(mock, 'FAKE-token-of-ben');
  await bound.getByText('0 in all').waitFor();
  const shared = await openPage(mock, 'FAKE-token-of-carla');
  await shared.getByText('2 in all').waitFor();
});

test('what the page was answered is valid', async () => {
  const mock = await startTodos();
  await useThePage(await openPage(mock, 'FAKE-token'));
  const journal = await fetch(`${mock.url}/__deadringer/sessions/default/journal?failed=true`);
  expect(await journal.json()).toMatchObject({ entries: [] });
});
