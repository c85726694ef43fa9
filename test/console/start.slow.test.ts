// The Start screen in Chromium: addresses, QR code, base URLs of a session, findings, the first request, a reload.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startServer } from '../../src/start.ts';
import { expectAccessible, setUpConsole } from './console-page.ts';

const setup = setUpConsole();
const CLIPBOARD = { permissions: ['clipboard-read', 'clipboard-write'] };

test('each API has its base URL and a first request, to copy and to run', async () => {
  const page = await setup.open('', { context: CLIPBOARD });
  const pets = page.getByRole('article', { name: 'pets' });
  await pets.getByRole('button', { name: 'Copy the base URL of pets' }).click();
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(`${setup.mock.url}/pets/v1`);
  await pets.getByText('A first request: listPets').click();
  await pets.getByRole('button', { name: 'Copy a first request to pets' }).click();
  const curl = String(await page.evaluate('navigator.clipboard.readText()'));
  const [, url = ''] = /(http:\S+)/.exec(curl) ?? [];
  expect((await fetch(url)).status).toBe(200);
  await page.getByRole('article', { name: 'bunce' }).getByText('no findings').waitFor();
  await expectAccessible(page);
});

test('a session has base URLs and first requests of its own', async () => {
  const page = await setup.open('#/start?session=anna', { context: CLIPBOARD });
  const pets = page.getByRole('article', { name: 'pets' });
  await pets.getByRole('button', { name: 'Copy the base URL of pets' }).click();
  const base = String(await page.evaluate('navigator.clipboard.readText()'));
  expect(base).toBe(`${setup.mock.url}/~anna/pets/v1`);
  await fetch(`${base}/pets`);
  expect((await setup.mock.state.sessions.get('anna'))?.calls).toBe(1);
});

test('a server that only this machine reaches says how a phone reaches it', async () => {
  const page = await setup.open('');
  await page.getByText('Only this machine can connect.').waitFor();
  expect(await page.getByRole('img', { name: /QR code/ }).count()).toBe(0);
});

test('a server in the network shows a QR code, which leads a phone into the session', async () => {
  const open = await startServer({
    specs: ['test/fixtures/pets.yaml'],
    host: '0.0.0.0',
    token: 'FAKE-token',
  });
  onTestFinished(async () => await open.close(0));
  const url = `http://127.0.0.1:${open.port}`;
  const described = await fetch(`${url}/__deadringer/server`, {
    headers: { authorization: 'Bearer FAKE-token' },
  });
  const { urls } = (await described.json()) as { urls: { url: string; kind: string }[] };
  expect(urls[0]).toEqual({ url, kind: 'local' });
  const network = urls.filter(({ kind }) => kind === 'network');
  expect(network.length, 'this machine has no network').toBeGreaterThan(0);
  const page = await setup.open('#/start?session=anna', { origin: url, expected: [/status of 401/] });
  await page.getByRole('textbox', { name: 'Token' }).fill('FAKE-token');
  await page.keyboard.press('Enter');
  await page.getByRole('img', { name: `QR code of ${network[0]?.url}/~anna/` }).waitFor();
  await page.getByLabel('Base URLs at').selectOption(network[0]?.url ?? '');
  await page.getByText(`${network[0]?.url}/~anna/pets/v1`, { exact: true }).waitFor();
  await expectAccessible(page);
});

test('findings about the documents stand at their API, and a repaired document is shown at once', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'deadringer-start-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'bunce.yaml');
  const text = readFileSync('specs/bunce.yaml', 'utf8');
  writeFileSync(file, text.replace('type: string', 'type: strange'));
  writeFileSync(path.join(folder, 'broken.yaml'), 'openapi: 3.1.0\npaths: [');
  const server = await startServer({ specs: [folder] });
  onTestFinished(async () => await server.close(0));
  const page = await setup.open('', { origin: server.url });
  const bunce = page.getByRole('article', { name: 'bunce', exact: true });
  await bunce.getByText(/\d+ errors?$/).waitFor();
  await bunce.getByText(/about the document$/).click();
  await bunce
    .getByText(/bunce\.yaml:\d+/)
    .first()
    .waitFor();
  await page
    .getByRole('region', { name: 'Not served' })
    .getByText(/broken\.yaml/)
    .waitFor();
  await expectAccessible(page);
  writeFileSync(file, text);
  rmSync(path.join(folder, 'broken.yaml'));
  await server.reload();
  await bunce.getByText('no findings').waitFor();
  expect(await page.getByRole('region', { name: 'Not served' }).count()).toBe(0);
});

test('what people come for is one click away: the untried statuses, and a new tester', async () => {
  const page = await setup.open('#/start');
  await page.getByRole('link', { name: 'Find what is untried' }).click();
  await page.getByRole('table').getByRole('columnheader', { name: '404' }).waitFor();
  await page.goBack();
  await page.getByRole('link', { name: 'Invite a tester' }).click();
  const dialog = page.getByRole('dialog', { name: 'New tester' });
  await dialog.getByRole('textbox', { name: 'Name of the session' }).fill('cleo');
  await dialog.getByRole('button', { name: 'Create the session' }).click();
  const links = page.getByRole('dialog', { name: 'Session "cleo" for a tester' });
  const note = await links.getByText('Only this machine can connect.').boundingBox();
  const code = await links.getByRole('img', { name: /^QR code/ }).boundingBox();
  expect(note?.y).toBeLessThan(code?.y ?? 0);
  await expectAccessible(page);
  await links.getByRole('link', { name: 'Force an answer for this tester' }).click();
  await page.getByRole('heading', { level: 1, name: 'Switches' }).waitFor();
  expect(page.url()).toMatch(/#\/switches\?session=cleo$/);
});
