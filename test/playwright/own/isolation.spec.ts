// 400 tests of eight workers on one server: each changes and stores what is its own, and sees nothing of another.
import type { Page } from '@playwright/test';
import { test as base, expect, type TestMock } from 'deadringer/playwright';

// A page for each of 400 tests takes minutes of processor time. Most tests of a worker share one.
const test = base.extend<object, { sharedPage: Page }>({
  sharedPage: [
    async ({ browser }, use) => {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(`${process.env.APP_URL}/empty`);
      await use(page);
      await context.close();
    },
    { scope: 'worker' },
  ],
});

for (let index = 0; index < 400; index++) {
  if (index % 20 === 0)
    test(`test ${index} is alone`, async ({ page, mock, mockUrl }) => {
      await page.goto('/empty');
      await expectAlone(page, mock, mockUrl, index);
    });
  else
    test(`test ${index} is alone`, async ({ sharedPage, mock, mockUrl }) => {
      await mock.route(sharedPage.context());
      await expectAlone(sharedPage, mock, mockUrl, index);
    });
}

async function expectAlone(page: Page, mock: TestMock, url: string, index: number): Promise<void> {
  const name = `Rex ${index}`;
  const status = 500 + (index % 90);
  await mock.use('openapi/state');
  await mock.change('openapi.getPet', { status });
  const seen = await page.evaluate(
    async ({ url, name }) => {
      const send = async (method: string, path: string, body?: object): Promise<[number, unknown]> => {
        const response = await fetch(url + path, {
          method,
          ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
        });
        return [response.status, await response.json()];
      };
      const added = await Promise.all([send('POST', '/pets', { name }), send('POST', '/pets', { name })]);
      const [replaced, read] = await Promise.all([
        send('PUT', '/pets/1', { id: 1, name: `${name} the first` }),
        send('GET', '/pets/1'),
      ]);
      const all = await send('GET', '/pets');
      return { added: added.map(([status]) => status), replaced, read: read[0], all };
    },
    { url, name },
  );
  const mine = [
    { id: 1, name: `${name} the first` },
    { id: 2, name: 'Tom' },
    { id: 3, name },
    { id: 4, name },
  ];
  expect(seen).toEqual({ added: [201, 201], replaced: [200, mine[0]], read: status, all: [200, mine] });
  const journal = await mock.journal();
  expect(journal.map(each => each.session)).toEqual(Array.from({ length: 5 }, () => mock.name));
}
