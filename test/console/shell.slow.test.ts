// The shell of the console in Chromium: navigation, session, theme, connection, token.
import { expect, test } from 'vitest';
import { startServer } from '../../src/start.ts';
import { expectAccessible, setUpConsole } from './console-page.ts';

const setup = setUpConsole();

test('the console opens with the Start screen', async () => {
  const page = await setup.open('');
  await page.getByRole('heading', { level: 1, name: 'Start' }).waitFor();
  expect(await page.title()).toBe('Start · deadringer');
  await page.getByRole('article', { name: 'pets' }).waitFor();
  await expectAccessible(page);
});

test('a link with a session shows that session, and creates it', async () => {
  const page = await setup.open('#/start?session=anna');
  const picker = page.getByRole('combobox', { name: 'Session' });
  await expect.poll(() => picker.inputValue()).toBe('anna');
  await expect.poll(async () => await setup.mock.state.sessions.get('anna')).toBeDefined();
  await picker.selectOption('default');
  await page.waitForURL(url => url.hash === '#/start');
});

test('two tabs that open the same new session both show it', async () => {
  const page = await setup.open('#/start', { expected: [/status of 400/] });
  await page.getByRole('combobox', { name: 'Session' }).waitFor();
  await page.route('**/__deadringer/sessions', async route => {
    // The other tab is faster.
    if (route.request().method() === 'POST')
      await fetch(`${setup.mock.url}/__deadringer/sessions`, { method: 'POST', body: '{"id":"both"}' });
    await route.continue();
  });
  await page.evaluate('location.hash = "#/start?session=both"');
  await expect.poll(() => page.getByText('Nothing is switched').count()).toBe(1);
  expect(await page.getByRole('combobox', { name: 'Session' }).inputValue()).toBe('both');
  expect(await page.getByRole('alert').count()).toBe(0);
});

test('what is switched is in view, and off with two clicks', async () => {
  await fetch(`${setup.mock.url}/__deadringer/sessions`, {
    method: 'POST',
    body: JSON.stringify({ id: 'switched', scenarios: ['pets/flaky'] }),
  });
  const page = await setup.open('#/start?session=switched');
  await page.getByRole('button', { name: '1 active' }).click();
  await page.getByText('pets/flaky').waitFor();
  await page.getByRole('button', { name: 'All off' }).click();
  await page.getByText('Nothing is switched').waitFor();
  expect((await setup.mock.state.sessions.get('switched'))?.activeScenarios).toEqual([]);
});

test('a session that somebody ends is left, with a message', async () => {
  const page = await setup.open('#/start?session=short');
  await page.getByRole('combobox', { name: 'Session' }).waitFor();
  await expect.poll(async () => await setup.mock.state.sessions.get('short')).toBeDefined();
  await fetch(`${setup.mock.url}/__deadringer/sessions/short`, { method: 'DELETE' });
  await page.getByText('Session "short" was ended. You see the default session now.').waitFor();
  expect(await page.getByRole('combobox', { name: 'Session' }).inputValue()).toBe('default');
});

test('a server with a token asks for it once, and never puts it into an address', async () => {
  const guarded = await startServer({ specs: ['test/fixtures/pets.yaml'], token: 'FAKE-token' });
  try {
    const page = await setup.open('', { origin: guarded.url, expected: [/status of 401/] });
    const urls: string[] = [];
    page.on('request', request => urls.push(request.url()));
    const field = page.getByRole('textbox', { name: 'Token' });
    await field.fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('The server does not accept this token.').waitFor();
    await field.fill('FAKE-token');
    await page.getByRole('button', { name: 'Open the console' }).click();
    await page.getByRole('article', { name: 'pets' }).waitFor();
    await page.reload();
    await page.getByRole('article', { name: 'pets' }).waitFor();
    expect(urls.filter(url => url.includes('FAKE'))).toEqual([]);
    expect(await page.evaluate('localStorage.length')).toBe(0);
    await page.context().close();
  } finally {
    await guarded.close(0);
  }
});

test('a lost server is reported, and the page goes on when it is back', async () => {
  const first = await startServer({ specs: ['test/fixtures/pets.yaml'] });
  const page = await setup.open('#/start', { origin: first.url, expected: [/ERR_/] });
  await page.getByRole('article', { name: 'pets' }).waitFor();
  await first.close(0);
  await page.getByText('What you see may be old').waitFor();
  await expectAccessible(page);
  const second = await startServer({ specs: ['test/fixtures/pets.yaml', 'specs'], port: first.port });
  try {
    await page.getByRole('article', { name: 'bunce' }).waitFor();
    await expect.poll(() => page.getByText('What you see may be old').count()).toBe(0);
    await page.getByText('The server was restarted').waitFor();
    await page.context().close();
  } finally {
    await second.close(0);
  }
});

test('a second tab sees what the first one changes', async () => {
  const first = await setup.open('#/start?session=shared');
  await first.getByText('Nothing is switched').waitFor();
  const second = await first.context().newPage();
  await second.goto(`${setup.mock.url}/__deadringer/#/start?session=shared`);
  await second.getByText('Nothing is switched').waitFor();
  await fetch(`${setup.mock.url}/__deadringer/sessions/shared/scenarios`, {
    method: 'POST',
    body: '{"scenarios":["pets/flaky"]}',
  });
  for (const page of [first, second]) await page.getByRole('button', { name: '1 active' }).waitFor();
  await second.getByRole('button', { name: '1 active' }).click();
  await second.getByRole('button', { name: 'All off' }).click();
  await first.getByText('Nothing is switched').waitFor();
});

test('a hidden tab gives its connection back, and catches up when it is shown', async () => {
  const page = await setup.open('#/start?session=hidden');
  await page.clock.install();
  await page.reload();
  await page.getByText('Nothing is switched').waitFor();
  const ended = page.waitForEvent('requestfailed', request => request.url().includes('/events'));
  const show = (isHidden: boolean): Promise<unknown> =>
    page.evaluate(
      `Object.defineProperty(document, 'hidden', { configurable: true, value: ${isHidden} });
       document.dispatchEvent(new Event('visibilitychange'))`,
    );
  await show(true);
  await page.clock.fastForward(11_000);
  await ended;
  await fetch(`${setup.mock.url}/__deadringer/sessions/hidden/scenarios`, {
    method: 'POST',
    body: '{"scenarios":["pets/flaky"]}',
  });
  expect(await page.getByText('Nothing is switched').count()).toBe(1);
  await show(false);
  await page.getByRole('button', { name: '1 active' }).waitFor();
});

test('a reload of documents is announced', async () => {
  const page = await setup.open('');
  await page.getByRole('article', { name: 'pets' }).waitFor();
  await setup.mock.reload();
  await page.getByText('Documents and scenarios were loaded again.').waitFor();
});

test('the theme is chosen by a button, and kept', async () => {
  const page = await setup.open('');
  await page.emulateMedia({ colorScheme: 'light' });
  const background =
    'getComputedStyle(document.body).backgroundColor + getComputedStyle(document.documentElement).backgroundColor';
  const light = await page.evaluate(background);
  await page.getByRole('button', { name: 'Theme: auto' }).click();
  await page.getByRole('button', { name: 'Theme: light' }).click();
  await page.getByRole('button', { name: 'Theme: dark' }).waitFor();
  expect(await page.evaluate(background)).not.toBe(light);
  await page.reload();
  await page.getByRole('button', { name: 'Theme: dark' }).waitFor();
});
