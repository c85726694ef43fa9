// Tests that fail, and what their results show; playwright.package.test.ts reads the results.
import { expect, test } from 'deadringer/playwright';

const POST = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"name":5}' };

/** Sends an invalid request from the page, which the mock rejects. */
test.beforeEach(async ({ page, mockUrl }) => {
  await page.goto('/empty');
  await page.evaluate(([url, init]) => fetch(`${url}/pets`, init).then(() => {}), [mockUrl, POST] as const);
});

test('passes, because nothing looks at the contract', () => {});

test('fails, and shows the invalid request', async ({ page }) => {
  expect(await page.title()).toBe('Pets');
});

test.fail('fails as it should', async ({ page }) => {
  expect(await page.title()).toBe('Pets');
});

test.describe('with failOnViolation', () => {
  test.use({ failOnViolation: true });

  test('fails because of an invalid request', () => {});

  test('fails because of a path that no document declares', async ({ page, mock, mockUrl }) => {
    await mock.reset();
    await page.evaluate(url => fetch(url).then(() => {}), `${mockUrl}/cats`);
  });

  test('passes, because a forced error is no fault of the page', async ({ page, mock, mockUrl }) => {
    await mock.reset();
    await mock.change('*', { status: 599 });
    expect(await page.evaluate(url => fetch(url).then(each => each.status), `${mockUrl}/pets`)).toBe(599);
  });
});

test.describe('with mockHar: on', () => {
  test.use({ mockHar: 'on' });
  test('passes, and has its exchanges attached', () => {});
  test('passes, and has no exchange to attach', ({ mock }) => mock.reset());
});

test.describe('with mockHar: off', () => {
  test.use({ mockHar: 'off' });
  test('fails without an attachment', () => expect(1).toBe(2));
});
