// The console without a mouse: palette, shortcuts, skip link, focus after navigation.
import { expect, test } from 'vitest';
import { expectAccessible, setUpConsole } from './console-page.ts';

const setup = setUpConsole();
const focused = 'document.activeElement?.textContent ?? ""';

test('the palette opens at Ctrl-K, finds by words, and runs what is chosen', async () => {
  await fetch(`${setup.mock.url}/__deadringer/sessions`, { method: 'POST', body: '{"id":"palette-qa"}' });
  const page = await setup.open('');
  await page.getByRole('article', { name: 'pets' }).waitFor();
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: /^Go to a screen/ });
  await page.getByRole('option', { name: 'Start screen' }).waitFor();
  await expectAccessible(page);
  await field.fill('palette');
  await expect.poll(() => page.getByRole('listbox', { name: 'Found' }).getByRole('option').count()).toBe(1);
  await page.getByRole('option', { name: 'palette-qa session' }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/session=palette-qa/);
  expect(await page.getByRole('dialog').count()).toBe(0);
});

test('the palette is used with arrows, and Escape leaves everything as it was', async () => {
  const page = await setup.open('');
  const opener = page.getByRole('button', { name: 'Go to' });
  await opener.click();
  const selected = (): Promise<string | null> =>
    page.getByRole('listbox', { name: 'Found' }).getByRole('option', { selected: true }).textContent();
  const first = await selected();
  await page.keyboard.press('ArrowDown');
  await expect.poll(selected).not.toBe(first);
  await page.keyboard.press('ArrowUp');
  await expect.poll(selected).toBe(first);
  await page.keyboard.press('ArrowUp');
  await expect.poll(selected).not.toBe(first);
  await page.keyboard.type('no such words');
  await page.getByText('Nothing has these words.').waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
  expect(await opener.evaluate(element => element.matches(':focus'))).toBe(true);
});

test('All off runs from the palette', async () => {
  await fetch(`${setup.mock.url}/__deadringer/sessions`, {
    method: 'POST',
    body: '{"id":"off","scenarios":["pets/flaky"]}',
  });
  const page = await setup.open('#/start?session=off');
  await page.getByRole('button', { name: '1 active' }).waitFor();
  await page.keyboard.press('Control+k');
  await expect.poll(() => page.evaluate('document.activeElement.getAttribute("role")')).toBe('combobox');
  await page.keyboard.type('all off');
  await page.getByRole('option', { name: /^All off/, selected: true }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByText('Nothing is switched').waitFor();
});

test('the shortcuts are listed at "?", and single keys can be switched off for good', async () => {
  const page = await setup.open('');
  await page.getByRole('article', { name: 'pets' }).waitFor();
  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog', { name: 'Keyboard' });
  await dialog.getByText('Ctrl K').waitFor();
  await expectAccessible(page);
  await dialog.getByRole('checkbox', { name: /Single keys/ }).uncheck();
  await page.keyboard.press('Escape');
  await page.reload();
  await page.getByRole('article', { name: 'pets' }).waitFor();
  await page.keyboard.press('?');
  await page.getByRole('button', { name: 'Keyboard' }).click();
  expect(await page.getByRole('checkbox', { name: /Single keys/ }).isChecked()).toBe(false);
});

test('the skip link comes first, and a new screen takes the focus', async () => {
  const page = await setup.open('#/start');
  await page.getByRole('article', { name: 'pets' }).waitFor();
  await page.keyboard.press('Tab');
  expect(await page.evaluate(focused)).toBe('Skip to the content');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.evaluate('document.activeElement?.id')).toBe('main');
  await page.evaluate("location.hash = '#/nowhere'");
  await expect.poll(() => page.evaluate(focused)).toBe('Not found');
  expect(await page.title()).toBe('Not found · deadringer');
  await page.getByRole('main').getByRole('link', { name: 'Start' }).click();
  await expect.poll(() => page.evaluate(focused)).toBe('Start');
});

test('the menu of a narrow screen opens, leads to a screen and closes', async () => {
  const page = await setup.open('#/nowhere', { context: { viewport: { width: 360, height: 700 } } });
  const menu = page.getByRole('button', { name: 'Menu' });
  expect(await menu.getAttribute('aria-expanded')).toBe('false');
  await menu.click();
  await page.getByRole('navigation').getByRole('link', { name: 'Start' }).click();
  await page.getByRole('heading', { level: 1, name: 'Start' }).waitFor();
  await expect.poll(() => menu.getAttribute('aria-expanded')).toBe('false');
});
