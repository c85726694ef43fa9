// The Contract screen in Chromium: operations, schemas, findings and the lines of the documents.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { startServer } from '../../src/start.ts';
import { expectAccessible, setUpConsole } from './console-page.ts';

const setup = setUpConsole();

const PHONE = { context: { viewport: { width: 390, height: 800 } } };

async function serveDocument(
  document: object,
): Promise<{ origin: string; change: (next: object) => Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'contract-'));
  const file = path.join(folder, 'api.json');
  await writeFile(file, JSON.stringify(document));
  const server = await startServer({ specs: [file] });
  onTestFinished(async () => {
    await server.close(0);
    await rm(folder, { recursive: true });
  });
  return {
    origin: server.url,
    change: async next => {
      await writeFile(file, JSON.stringify(next));
      await server.reload();
    },
  };
}

const operationPage = (page: Page) => page.getByRole('article').first();

test('an operation is found by its summary and shows all that the document declares', async () => {
  const page = await setup.open('#/contract');
  await page.getByRole('heading', { level: 1, name: 'Contract' }).waitFor();
  await page.getByRole('searchbox', { name: 'Search operations' }).fill('put registration');
  await page.getByRole('link', { name: /PUT.*devices/ }).click();
  await page.getByRole('heading', { name: /^PUT/ }).waitFor();
  expect(page.url()).toContain('#/contract/imfpush/updateDeviceRegistration');
  await page
    .getByRole('list', { name: 'Parameters' })
    .getByText('The name or identifier of the application.')
    .waitFor();
  const schema = page.getByRole('list', { name: 'Schema of the request body' });
  await schema.getByText('phoneNumber', { exact: true }).waitFor();
  expect(await schema.getByText('vendor-code').count()).toBe(2);
  await page.getByRole('button', { name: 'swiftSdk' }).click();
  await page.getByRole('group', { name: 'Value of Example swiftSdk' }).waitFor();
  await page.getByRole('button', { name: /^404/ }).click();
  await page.getByRole('region', { name: 'Response 404' }).getByText('application/json').first().waitFor();
  await page.evaluate('scrollTo(0, 0)');
  await expectAccessible(page);
});

test('each part leads to its line, beside the page, in a link that can be shared', async () => {
  const page = await setup.open('#/contract/pets/addPet', {
    context: { viewport: { width: 1440, height: 900 } },
  });
  await page.getByRole('link', { name: 'Source of name, L82' }).first().click();
  const source = page.getByRole('complementary', { name: 'Source' });
  const marked = source.locator('[aria-current="location"]');
  await expect.poll(() => marked.textContent()).toMatch(/^82 +name: \{ type: string, pattern/);
  await source.getByRole('button', { name: 'Copy test/fixtures/pets.yaml:82' }).waitFor();
  expect(await source.getByRole('listitem').count()).toBeLessThan(40);
  await source.getByRole('button', { name: /^Show lines before/ }).click();
  await expect.poll(() => source.getByRole('listitem').count()).toBeGreaterThan(40);
  await page.reload();
  await marked.waitFor();
  await page.evaluate('scrollTo(0, 0)');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Close the source' }).click();
  await expect.poll(() => page.url()).not.toContain('source=');
  expect(await source.count()).toBe(0);
});

test('on a phone the list, the page and the source come one after the other', async () => {
  const page = await setup.open('#/contract', PHONE);
  const list = page.getByRole('navigation', { name: 'Operations of the documents' });
  await list.getByRole('link', { name: /POST.*pets/ }).click();
  await page.getByRole('heading', { name: /^POST/ }).waitFor();
  expect(await list.isVisible()).toBe(false);
  await page.getByRole('heading', { level: 1 }).and(page.locator(':focus')).waitFor();
  await page.getByRole('link', { name: 'Source of response 201, L35' }).click();
  const dialog = page.getByRole('dialog', { name: 'Source' });
  await expect.poll(() => dialog.locator('[aria-current="location"]').textContent()).toContain('"201":');
  await page.keyboard.press('Escape');
  await expect.poll(() => dialog.count()).toBe(0);
  await page.getByRole('link', { name: 'All operations' }).click();
  await list.waitFor();
});

test('the findings of a document are listed, and stand at their operation with the lines and the remedy', async () => {
  const page = await setup.open('#/contract/pets');
  const table = page.getByRole('table', { name: 'Findings of the document' });
  await expect.poll(() => table.getByRole('row').count()).toBe(3);
  await table.getByRole('link', { name: /L74$/ }).first().click();
  await page.locator('[aria-current="location"]', { hasText: 'example: { id: one }' }).waitFor();
  await page.goto(`${setup.mock.url}/__deadringer/#/contract/pets/lie`);
  const card = page.getByRole('article').filter({ hasText: 'the example at /id must be integer' }).last();
  await card.getByText('Correct the example or the schema.').waitFor();
  await card.getByText('error', { exact: true }).waitFor();
  await card.locator('[aria-current="location"]', { hasText: 'example: { id: one }' }).waitFor();
  await page.evaluate('scrollTo(0, 0)');
  await expectAccessible(page);
  await page.goto(`${setup.mock.url}/__deadringer/#/contract/bunce`);
  await page.getByText('no findings').waitFor();
});

test('a schema opens and closes by keyboard, and says where it is recursive', async () => {
  const page = await setup.open('#/contract/pets/addPet');
  const schema = page.getByRole('list', { name: 'Schema of the request body' });
  await schema.getByText('recursive').waitFor();
  await schema.getByText('matches').getByText('^[A-Z][a-z]{1,9}$').waitFor();
  const toggle = schema.getByRole('button', { name: 'Members of the request body' });
  await toggle.focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => schema.getByText('recursive').count()).toBe(0);
  expect(await toggle.getAttribute('aria-expanded')).toBe('false');
  await page.keyboard.press('Space');
  await schema.getByText('recursive').waitFor();
});

test('the arrow keys move through the list of operations', async () => {
  const page = await setup.open('#/contract');
  await page.getByRole('searchbox', { name: 'Search operations' }).fill('lies');
  for (let presses = 0; presses < 3; presses++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'GET /lies' }).waitFor();
  // The focus stays, for the next operation.
  await page
    .getByRole('link', { name: /GET.*lies/ })
    .and(page.locator(':focus'))
    .waitFor();
  await page.keyboard.press('/');
  await page.getByRole('searchbox', { name: 'Search operations' }).and(page.locator(':focus')).waitFor();
});

test('the page leads to the operation and to its traffic, and says what does not exist', async () => {
  const page = await setup.open('#/contract/pets/getPet?session=anna', { expected: [/status of 404/] });
  expect(await page.getByRole('link', { name: 'Try it' }).getAttribute('href')).toBe(
    '#/operations/pets/getPet?session=anna',
  );
  expect(await page.getByRole('link', { name: 'Its traffic' }).getAttribute('href')).toBe(
    '#/traffic?session=anna&api=pets&operation=getPet',
  );
  await page.goto(`${setup.mock.url}/__deadringer/#/contract/pets/nothing`);
  await page.getByText('the API "pets" has no operation "nothing"').waitFor();
  await page.goto(`${setup.mock.url}/__deadringer/#/contract/dogs`);
  await page.getByText('There is no API "dogs"').waitFor();
  await page.goto(`${setup.mock.url}/__deadringer/#/contract/pets/getPet?source=package.json:1`);
  await page.getByText('no document and no scenario was loaded from "package.json"').waitFor();
});

test('a response becomes the answer of the mock with one click, for this session only', async () => {
  const page = await setup.open('#/contract/pets/listPets?session=carl');
  const button = page.getByRole('button', { name: 'Answer 503' });
  await button.click();
  await page.getByRole('button', { name: '1 active' }).waitFor();
  expect(await button.getAttribute('aria-pressed')).toBe('true');
  const answer = async (session: string): Promise<number> =>
    (await fetch(`${setup.mock.url}/pets/pets`, { headers: { 'x-deadringer-session': session } })).status;
  expect([await answer('carl'), await answer('default')]).toEqual([503, 200]);
  await button.click();
  await page.getByText('Nothing is switched').waitFor();
  expect(await answer('carl')).toBe(200);
});

const HOSTILE = [
  '<script>document.title = "taken"</script> <img src=x onerror=alert(1)>',
  '[click](javascript:alert(1)) [page](https://example.com/a)',
  '- `code`',
  '- **bold**',
  '\u202eright to left\u0000\u001b[31m',
].join('\n\n');

function documentWith(description: string, paths: object = {}): object {
  const response = { description, content: { 'text/plain': { example: HOSTILE } } };
  const get = {
    operationId: 'read',
    summary: `Reads. ${HOSTILE}`,
    description,
    responses: { 200: response },
  };
  // Some thousand characters before the operation: the document is one line.
  const tags = [{ name: 'read', description: 'x'.repeat(3000) }];
  return {
    openapi: '3.1.0',
    info: { title: HOSTILE, version: '1' },
    tags,
    paths: { '/': { get }, ...paths },
  };
}

test('texts of a document are shown as text, and a reload shows the new document', async () => {
  const { origin, change } = await serveDocument(documentWith(HOSTILE));
  const page = await setup.open('#/contract/api/read', { origin });
  const description = page.getByRole('region', { name: 'Description' });
  await description.getByText('<script>document.title = "taken"</script>').waitFor();
  await description.getByText('[click](javascript:alert(1))').waitFor();
  expect(await description.getByRole('link').count()).toBe(1);
  expect(await description.getByRole('listitem').count()).toBe(2);
  expect(await page.title()).not.toContain('taken');
  await change(documentWith('Another description.'));
  await description.getByText('Another description.').waitFor();
  await page.context().close();
});

test('simple HTML in a description is shown as what it means, and a long line around its column', async () => {
  const { origin } = await serveDocument(
    documentWith(
      '<p>Send <code>a=1</code>.</p><ul><li>one</li><li><a href="https://example.com/x">two</a></li></ul>',
    ),
  );
  const page = await setup.open('#/contract/api/read', { origin });
  const description = page.getByRole('region', { name: 'Description' });
  await expect.poll(() => description.getByRole('paragraph').textContent()).toBe('Send a=1.');
  expect(await description.getByRole('listitem').allTextContents()).toEqual(['one', 'two']);
  await page.getByRole('link', { name: /^Source of response 200, L1/ }).click();
  await page.locator('mark', { hasText: '"200"' }).waitFor();
  await page.context().close();
});

test('a large document is divided, searched, and its deep schemas are read on request', async () => {
  const level = (next: string) => ({
    type: 'object',
    properties: Object.fromEntries(
      Array.from({ length: 25 }, (_, index) => [`${next}${index}`, { $ref: `#/components/schemas/${next}` }]),
    ),
  });
  const operation = (index: number) => ({
    get: {
      operationId: `operation${index}`,
      tags: [`tag ${index % 12}`],
      responses: {
        200: {
          description: 'Deep.',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/A' } } },
        },
      },
    },
  });
  const { origin } = await serveDocument({
    ...documentWith(
      'Large.',
      Object.fromEntries(Array.from({ length: 1200 }, (_, index) => [`/path/${index}`, operation(index)])),
    ),
    components: {
      schemas: {
        A: level('B'),
        B: level('C'),
        C: level('D'),
        D: { type: 'object', properties: { end: { type: 'string' } } },
      },
    },
  });
  const page = await setup.open('#/contract/api', { origin });
  const list = page.getByRole('navigation', { name: 'Operations of the documents' });
  await list.getByRole('button', { name: 'tag 7' }).waitFor();
  expect(await list.getByRole('link').count()).toBeLessThan(20);
  await list.getByRole('button', { name: 'tag 7' }).click();
  expect(await list.getByRole('link').count()).toBeGreaterThan(100);
  await page.getByRole('searchbox', { name: 'Search operations' }).fill('path/1');
  await list.getByRole('button', { name: /^Show 111 of 111 more|^Show 200 of/ }).waitFor();
  await page.getByRole('searchbox', { name: 'Search operations' }).fill('operation777');
  await list.getByRole('link', { name: /777/ }).click();
  await operationPage(page).getByText('Deep.').waitFor();
  const schema = page.getByRole('list', { name: 'Schema of response 200' });
  await schema.getByRole('button', { name: 'Members of B24' }).click();
  await schema.getByRole('button', { name: 'Members of C24' }).click();
  await schema.getByRole('button', { name: 'Members of D24' }).click();
  await schema.getByText('end', { exact: true }).waitFor();
  await page.context().close();
});
