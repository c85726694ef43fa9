// The screen Sessions in Chromium: who is here, links for testers, isolate, bind, reset, end.
import { expect, test } from 'vitest';
import { expectAccessible, setUpConsole } from './console-page.ts';

const setup = setUpConsole({ specs: ['test/fixtures/pets.yaml'] });

const post = (path: string, body: unknown): Promise<Response> =>
  fetch(`${setup.mock.url}/__deadringer${path}`, { method: 'POST', body: JSON.stringify(body) });
const call = async (path: string, headers: Record<string, string> = {}): Promise<number> => {
  const response = await fetch(setup.mock.url + path, { headers });
  await response.text();
  return response.status;
};

test('each session shows its calls, what is active, and how requests reach it', async () => {
  await post('/sessions', { id: 'listed', scenarios: ['pets/flaky'], credentials: ['key-of-listed'] });
  await call('/~listed/pets/pets');
  const page = await setup.open('#/sessions');
  const item = page.getByRole('listitem', { name: 'listed' });
  await item.getByText('1 call,').waitFor();
  expect(await item.textContent()).toContain(
    'Last reached by a path that begins with its name; 1 credential is bound',
  );
  expect(await item.textContent()).toContain('pets/flaky');
  await call('/pets/pets', { 'x-deadringer-session': 'listed' });
  await item.getByText('2 calls,').waitFor();
  await item.getByText('Last reached by the header x-deadringer-session').waitFor();
  await call('/~late/pets/pets');
  await page.getByRole('listitem', { name: 'late' }).waitFor();
  await expectAccessible(page);
});

test('counts and lists what is active, and shows apart what is used up', async () => {
  const change = (target: string, settings: unknown): Promise<unknown> =>
    fetch(`${setup.mock.url}/__deadringer/sessions/used/switches/${target}`, {
      method: 'PATCH',
      body: JSON.stringify(settings),
    });
  await change('pets.listPets', { status: 503, times: 1 });
  await change('pets.getPet', { status: 500 });
  await call('/~used/pets/pets');
  const page = await setup.open('#/sessions');
  const item = page.getByRole('listitem', { name: 'used' });
  await item.getByText('1 active').waitFor();
  await item.getByText('Switched: pets.getPet', { exact: true }).waitFor();
  const usedUp = item.getByRole('list', { name: 'Used up in session "used"' });
  await usedUp.getByRole('button', { name: 'Once more: pets.listPets' }).click();
  await item.getByText('2 active').waitFor();
  await expect.poll(() => usedUp.count()).toBe(0);
});

test('"Isolate me" begins a session for this tab, and shows where its requests go', async () => {
  const page = await setup.open('#/sessions');
  await page.getByRole('button', { name: 'Isolate me' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Base URL of pets').waitFor();
  const [, name = ''] = /session=([a-z]+-[a-z]+)$/.exec(page.url()) ?? [];
  expect(await page.getByRole('combobox', { name: 'Session' }).inputValue()).toBe(name);
  const base = `${setup.mock.url}/~${name}/pets/v1`;
  await dialog.getByText(base, { exact: true }).waitFor();
  await dialog.getByRole('img', { name: `QR code of ${setup.mock.url}/~${name}/` }).waitFor();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await page.getByRole('listitem', { name }).getByText('this tab').waitFor();
  await call(`/~${name}/pets/pets`);
  await page.getByRole('listitem', { name }).getByText('1 call,').waitFor();
});

test('a new tester gets a session with a chosen name, and a link that opens it', async () => {
  await post('/sessions', { id: 'taken' });
  const page = await setup.open('#/sessions', { expected: [/status of 400/] });
  await page.getByRole('button', { name: 'New tester' }).click();
  const field = page.getByRole('textbox', { name: 'Name of the session' });
  expect(await field.inputValue()).toMatch(/^[a-z]+-[a-z]+$/);
  await field.fill('taken');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('session "taken" already exists').waitFor();
  await expectAccessible(page);
  await field.fill('bea');
  await page.getByRole('button', { name: 'Create the session' }).click();
  const link = page.getByRole('dialog').getByText(/#\/traffic\?session=bea$/);
  const other = await setup.open(new URL((await link.textContent()) ?? '').hash);
  await expect.poll(() => other.getByRole('combobox', { name: 'Session' }).inputValue()).toBe('bea');
});

test('a credential is bound, and taken from another session only when asked again', async () => {
  await post('/sessions', { id: 'owner', credentials: ['shared-key'] });
  await post('/sessions', { id: 'heir' });
  const page = await setup.open('#/sessions', { expected: [/status of 409/] });
  const item = page.getByRole('listitem', { name: 'heir' });
  await item.getByRole('button', { name: 'Bind a credential' }).click();
  const field = page.getByLabel('Credential', { exact: true });
  expect(await field.getAttribute('type')).toBe('password');
  await field.fill('shared-key');
  await page.getByRole('button', { name: 'Bind', exact: true }).click();
  await page.getByRole('alert').getByText('the credential is bound to session "owner"').waitFor();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Take it from that session' }).click();
  await item.getByText('1 credential is bound').waitFor();
  expect(await page.evaluate('document.body.innerHTML.includes("shared-key")')).toBe(false);
  await call('/pets/pets', { authorization: 'Bearer shared-key' });
  await item.getByText('Last reached by a bound credential').waitFor();
});

test('a session is reset and ended after a question, and another tab leaves it', async () => {
  await post('/sessions', { id: 'short' });
  await call('/~short/pets/pets');
  const page = await setup.open('#/sessions');
  const other = await setup.open('#/sessions?session=short');
  await expect.poll(() => other.getByRole('combobox', { name: 'Session' }).inputValue()).toBe('short');
  const item = page.getByRole('listitem', { name: 'short' });
  await item.getByText('1 call,').waitFor();
  await item.getByRole('button', { name: 'Reset' }).click();
  await page.getByRole('button', { name: 'Reset the session' }).click();
  await item.getByText('0 calls,').waitFor();
  await item.getByRole('button', { name: 'End' }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await item.getByRole('button', { name: 'End' }).click();
  await page.getByRole('button', { name: 'End the session' }).click();
  await expect.poll(() => item.count()).toBe(0);
  await other.getByText('Session "short" was ended.').waitFor();
  const defaultItem = page.getByRole('listitem', { name: 'default' });
  expect(await defaultItem.getByRole('button', { name: 'End' }).count()).toBe(0);
});

test('the clock of a session is frozen, set, advanced and reset, and the list shows that it differs', async () => {
  await post('/sessions', { id: 'timed' });
  const page = await setup.open('#/sessions');
  const item = page.getByRole('listitem', { name: 'timed' });
  await item.getByRole('button', { name: 'Clock' }).click();
  const dialog = page.getByRole('dialog', { name: 'Clock of "timed"' });
  await dialog.getByText('real time', { exact: true }).waitFor();
  await dialog.getByRole('button', { name: 'Freeze' }).click();
  await dialog.getByText('frozen', { exact: true }).waitFor();
  await dialog.getByLabel('Time in UTC').fill('2027-01-01T09:30');
  await dialog.getByRole('button', { name: 'Set', exact: true }).click();
  await dialog.getByText('2027-01-01 09:30:00 UTC').waitFor();
  await dialog.getByRole('button', { name: '1 day' }).click();
  await dialog.getByText('2027-01-02 09:30:00 UTC').waitFor();
  await dialog.getByLabel('Another duration').fill('1h30m');
  await page.keyboard.press('Enter');
  await dialog.getByText('2027-01-02 11:00:00 UTC').waitFor();
  await expectAccessible(page);
  const response = await fetch(`${setup.mock.url}/~timed/pets/pets`);
  expect(response.headers.get('date')).toBe('Sat, 02 Jan 2027 11:00:00 GMT');
  await item.getByText('Clock: 2027-01-02 11:00:00 UTC, frozen').waitFor();
  await dialog.getByRole('button', { name: 'Let it run' }).click();
  await dialog.getByText('ahead of real time').waitFor();
  await dialog.getByRole('button', { name: 'Real time' }).click();
  await dialog.getByText('real time', { exact: true }).waitFor();
  await expect.poll(() => item.getByText('Clock: ').count()).toBe(0);
  await page.keyboard.press('Escape');
  await expect.poll(() => dialog.count()).toBe(0);
});

test('many sessions are filtered by name, with the keyboard', async () => {
  for (let index = 0; index < 12; index++) await post('/sessions', { id: `worker-${index}` });
  const page = await setup.open('#/sessions');
  await page.getByRole('searchbox', { name: 'Filter the sessions by name' }).focus();
  await page.keyboard.type('WORKER-11');
  await expect
    .poll(() => page.getByRole('list', { name: 'Sessions' }).getByRole('heading').allTextContents())
    .toEqual(['worker-11']);
  await page.keyboard.press('Tab');
  await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('worker-11');
});
