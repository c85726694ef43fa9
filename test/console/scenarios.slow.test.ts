// The screen Scenarios in Chromium: find and enable a scenario, edit its file with completion and lint, and lose nothing.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { startServer } from '../../src/start.ts';
import { expectAccessible, setUpConsole } from './console-page.ts';

const FLAKY = `# Sent by the tests.
title: Down twice, and then well
rules:
  - on: listPets
    reply: [503, 503, 200]
`;

const folder = mkdtempSync(path.join(tmpdir(), 'console-scenarios-'));
const specs = ['test/fixtures/pets.yaml'];
mkdirSync(path.join(folder, 'pets'));
writeFileSync(
  fileOf('tagged'),
  'title: Every pet is a dog\non-by-default: true\nrules:\n  - { on: getPet, reply: { patch: { tag: dog } } }\n',
);
writeFileSync(fileOf('flaky'), FLAKY);
const setup = setUpConsole({ specs, scenarios: [folder] });
afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(async () => {
  writeFileSync(fileOf('flaky'), FLAKY);
  for (const name of ['fresh', 'listPets-503', 'handed']) rmSync(fileOf(name), { force: true });
  await setup.mock.reload();
});

function fileOf(name: string): string {
  return path.join(folder, 'pets', `${name}.yaml`);
}

const EDIT_FLAKY = '#/scenarios/pets%2Fflaky';

/** The editor when it is ready. It is a text box as soon as the page is drawn, and CodeMirror a moment later. */
async function editorOf(page: Page, name: string): Promise<Locator> {
  const editor = page.locator('.yaml-editor').getByRole('textbox', { name });
  await editor.waitFor();
  return editor;
}

/** Puts the cursor behind a text and types. */
async function typeBehind(page: Page, editor: Locator, text: string, typed: string): Promise<void> {
  await editor.getByText(text, { exact: false }).last().click();
  await page.keyboard.press('End');
  await page.keyboard.type(typed);
}

/** The message about a save, with a button to enable what was saved. */
function offerToEnable(page: Page, session: string, name = 'flaky'): Locator {
  const text = `Saved to ${fileOf(name)}. Enable it to use it in session "${session}".`;
  return page.locator('.toast').filter({ hasText: text });
}

async function statusOfPets(session: string): Promise<number> {
  const url = `${setup.mock.url}/pets/pets`;
  return (await fetch(url, { headers: { 'x-deadringer-session': session } })).status;
}

describe('the list', () => {
  test('says what each scenario does and where it is written, and search finds it by effect', async () => {
    const page = await setup.open('#/scenarios?session=list');
    const row = page.getByRole('row', { name: 'flaky' });
    await row.getByText('GET /pets answers 503 twice, then 200').waitFor();
    await row.getByText(`${fileOf('flaky')}:4`).waitFor();
    await page.getByRole('searchbox', { name: 'Search scenarios' }).fill('delete 204');
    await page.getByRole('row', { name: 'removePet.204' }).waitFor();
    await page
      .getByRole('status')
      .getByText(/^1 of \d+ scenarios$/)
      .waitFor();
    expect(await row.count()).toBe(0);
    expect(page.url()).toContain('text=delete+204');
    await expectAccessible(page);
  });

  test('one click enables a scenario for this session only; the order shows which comes first', async () => {
    const page = await setup.open('#/scenarios?session=anna');
    await page.getByRole('button', { name: 'Enable pets/flaky' }).click();
    await page.getByRole('row', { name: 'flaky enabled' }).waitFor();
    await page
      .getByText(/9 built in|\d+ built in/)
      .first()
      .click();
    await page.getByRole('button', { name: 'Enable pets.listPets.200', exact: true }).click();
    const enabled = page.getByRole('region', { name: 'Enabled in session anna' });
    await expect
      .poll(() => enabled.getByRole('link').allTextContents())
      .toEqual(['pets.listPets.200', 'pets/flaky']);
    await enabled.getByText('1 enabled by default').click();
    expect(await enabled.getByRole('link').last().textContent()).toBe('pets/tagged');
    expect([await statusOfPets('anna'), await statusOfPets('bert')]).toEqual([200, 200]);
    await page.getByRole('button', { name: 'Put first: pets/flaky' }).click();
    await expect.poll(() => enabled.getByRole('link').first().textContent()).toBe('pets/flaky');
    expect([await statusOfPets('anna'), await statusOfPets('bert')]).toEqual([503, 200]);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Disable all' }).click();
    await enabled.getByText('None.').waitFor();
    expect(await statusOfPets('anna')).toBe(200);
  });

  test('a scenario that is on by default is disabled for one session', async () => {
    const page = await setup.open('#/scenarios?session=carl');
    const tagged = page.getByRole('row', { name: 'tagged' });
    await tagged.getByRole('button', { name: 'Disable pets/tagged' }).click();
    await tagged.getByText('default, disabled here').waitFor();
    const pet = await fetch(`${setup.mock.url}/~carl/pets/only/pets/1`);
    expect(await pet.json()).not.toHaveProperty('tag');
  });

  test('follows changes that are made elsewhere', async () => {
    const page = await setup.open('#/scenarios?session=dora');
    await page.getByRole('button', { name: 'Enable pets/flaky' }).waitFor();
    await fetch(`${setup.mock.url}/__deadringer/sessions/dora/scenarios`, {
      method: 'POST',
      body: JSON.stringify({ scenarios: ['pets/flaky'] }),
    });
    await page.getByRole('button', { name: 'Disable pets/flaky', exact: true }).waitFor();
    writeFileSync(fileOf('flaky'), FLAKY.replace('503, 503', '503'));
    await setup.mock.reload();
    await page.getByRole('row', { name: 'flaky' }).getByText('GET /pets answers 503, then 200').waitFor();
  });
});

describe('the editor', () => {
  test('completes operations, statuses and examples, and says what is wrong while one types', async () => {
    const page = await setup.open(EDIT_FLAKY);
    const editor = await editorOf(page, 'Text of pets/flaky');
    await typeBehind(page, editor, '503, 503', '\n');
    await page.keyboard.press('Backspace');
    await page.keyboard.type('- on: ');
    const options = page.getByRole('listbox').getByRole('option');
    await options.filter({ hasText: 'addPet' }).waitFor();
    await page.keyboard.type('listP');
    await expect.poll(() => options.count()).toBe(1);
    await options.click();
    await page.keyboard.press('Enter');
    await page.keyboard.type('reply: { sta');
    await options.filter({ hasText: /^status/ }).click();
    await expect.poll(() => options.allTextContents()).toEqual(['200All pets.', '503Down for repairs.']);
    await options.first().click();
    await page.keyboard.type(', exa');
    await options.filter({ hasText: /^example/ }).click();
    await options.filter({ hasText: /^none/ }).waitFor();
    await page.keyboard.type('nobody');
    await page.keyboard.press('Escape');
    const finding = page.getByRole('button', { name: /has no example "nobody"/ });
    await finding.waitFor();
    await finding.click();
    expect(await editor.evaluate(element => element.matches(':focus'))).toBe(true);
    await expectAccessible(page);
    expect(readFileSync(fileOf('flaky'), 'utf8')).toBe(FLAKY);
  });

  test('keeps up with fast typing', async () => {
    const page = await setup.open(EDIT_FLAKY);
    const editor = await editorOf(page, 'Text of pets/flaky');
    await typeBehind(page, editor, '503, 503', ` # ${'abcdefghij '.repeat(20)}`);
    await page.getByText('not saved').waitFor();
    expect(await editor.textContent()).toContain(`# ${'abcdefghij '.repeat(20)}`.trim());
  });

  test('saves at Ctrl-S as typed, and the mock replies accordingly', async () => {
    const page = await setup.open(`${EDIT_FLAKY}?session=emil`);
    const editor = await editorOf(page, 'Text of pets/flaky');
    await page.getByRole('button', { name: 'Enable pets/flaky' }).click();
    expect(await page.getByRole('button', { name: 'Save to flaky.yaml' }).isDisabled()).toBe(true);
    await typeBehind(page, editor, 'rules:', ' # in order');
    await page.getByText('not saved').waitFor();
    await page.keyboard.press('Control+s');
    await page.getByText(`Saved to ${fileOf('flaky')}. Session "emil" uses it.`).waitFor();
    expect(readFileSync(fileOf('flaky'), 'utf8')).toBe(FLAKY.replace('rules:', 'rules: # in order'));
    expect(await statusOfPets('emil')).toBe(503);
    expect(await page.getByText('not saved').count()).toBe(0);
  });

  test('keeps the line ends of a file, and the missing one at its end', async () => {
    const text = FLAKY.trimEnd().replaceAll('\n', '\r\n');
    writeFileSync(fileOf('flaky'), text);
    const page = await setup.open(EDIT_FLAKY);
    const editor = await editorOf(page, 'Text of pets/flaky');
    await typeBehind(page, editor, 'title:', '\ndescription: In two lines');
    await page.keyboard.press('Control+s');
    await offerToEnable(page, 'default').waitFor();
    const saved = readFileSync(fileOf('flaky'), 'utf8');
    expect(saved).toBe(text.replace('\r\nrules', '\r\ndescription: In two lines\r\nrules'));
  });

  test('does not save a text with errors, and says why', async () => {
    const expected = [/status of 422/];
    const page = await setup.open(EDIT_FLAKY, { expected });
    const editor = await editorOf(page, 'Text of pets/flaky');
    await typeBehind(page, editor, '503, 503', '\n');
    await page.keyboard.press('Backspace');
    await page.keyboard.type('- on: nothing');
    await page.getByRole('button', { name: 'Save to flaky.yaml' }).click();
    const message = page.getByText('Not saved: the scenario has 1 error', { exact: true });
    await message.waitFor();
    await page.getByRole('button', { name: /has no operation "nothing"/ }).waitFor();
    expect(readFileSync(fileOf('flaky'), 'utf8')).toBe(FLAKY);
    // The message is about the text that was saved, so the next letter ends it.
    await editor.press('x');
    await message.waitFor({ state: 'detached' });
    await page.keyboard.press('Control+s');
    await message.waitFor();
    await page.getByRole('button', { name: 'Undo all changes' }).click();
    await message.waitFor({ state: 'detached' });
  });

  test('offers to enable what was saved, until it is enabled', async () => {
    const page = await setup.open(`${EDIT_FLAKY}?session=hans`);
    const editor = await editorOf(page, 'Text of pets/flaky');
    const offer = offerToEnable(page, 'hans');
    await typeBehind(page, editor, 'rules:', ' # one');
    await page.keyboard.press('Control+s');
    await offer.waitFor();
    await expectAccessible(page);
    await offer.getByRole('button', { name: 'Enable', exact: true }).click();
    await page.getByRole('button', { name: 'Disable pets/flaky' }).click();
    await typeBehind(page, editor, 'rules:', ' # two');
    await page.keyboard.press('Control+s');
    await offer.waitFor();
    await page.getByRole('button', { name: 'Enable pets/flaky' }).click();
    await offer.waitFor({ state: 'detached' });
    expect(await statusOfPets('hans')).toBe(503);
  });

  test('says all that an undeclared status needs, once for a line, and names the off-contract replies', async () => {
    const page = await setup.open(EDIT_FLAKY);
    const editor = await editorOf(page, 'Text of pets/flaky');
    await typeBehind(page, editor, '503, 503', '');
    await page.keyboard.press('Shift+Home');
    await page.keyboard.insertText('reply: [418, 418]');
    const finding = page.getByRole('button', { name: /listPets declares no response 418/ });
    await finding.getByText('2 times on this line').waitFor();
    expect(await finding.count()).toBe(1);
    const reply = /\{ status: 418.*\}/.exec((await finding.textContent()) ?? '')?.[0] ?? '';
    const file = fileOf('fresh');
    writeFileSync(file, `title: Tea\nrules:\n  - on: listPets\n    reply: ${reply}\n`);
    await setup.mock.reload();
    page.once('dialog', dialog => void dialog.accept());
    await page.evaluate("location.hash = '#/scenarios/pets%2Ffresh'");
    await editorOf(page, 'Text of pets/fresh');
    await page.getByText('No findings; 1 reply is off-contract: the reason', { exact: true }).waitFor();
  });

  test('warns before changes are lost: at a link, and at a reload', async () => {
    const page = await setup.open(EDIT_FLAKY);
    const editor = await editorOf(page, 'Text of pets/flaky');
    await typeBehind(page, editor, 'rules:', ' # mine');
    await page.getByText('not saved').waitFor();
    const questions: string[] = [];
    let answer = false;
    page.on('dialog', dialog => {
      questions.push(`${dialog.type()}: ${dialog.message()}`);
      void (answer ? dialog.accept() : dialog.dismiss());
    });
    await page.getByRole('link', { name: 'All scenarios' }).click();
    await expect
      .poll(() => questions)
      .toEqual(['confirm: pets/flaky has changes that are not saved. Leave it and lose them?']);
    expect(page.url()).toContain(EDIT_FLAKY);
    expect(await editor.textContent()).toContain('# mine');
    // Another session is the same place.
    await page.evaluate(`location.hash = '${EDIT_FLAKY}?session=fritz'`);
    await expect.poll(() => page.getByRole('combobox', { name: 'Session' }).inputValue()).toBe('fritz');
    expect(await editor.textContent()).toContain('# mine');
    answer = true;
    await page.getByRole('link', { name: 'All scenarios' }).click();
    await page.getByRole('searchbox').waitFor();
    expect(questions).toHaveLength(2);
  });

  test('does not overwrite what someone else saved meanwhile, unless one says so', async () => {
    const page = await setup.open(EDIT_FLAKY, { expected: [/status of 409/] });
    const editor = await editorOf(page, 'Text of pets/flaky');
    await typeBehind(page, editor, 'rules:', ' # mine');
    writeFileSync(fileOf('flaky'), `${FLAKY}# theirs\n`);
    await page.keyboard.press('Control+s');
    const alert = page.getByRole('alert').filter({ hasText: 'has changed since' });
    await alert.waitFor();
    expect(readFileSync(fileOf('flaky'), 'utf8')).toBe(`${FLAKY}# theirs\n`);
    await expectAccessible(page);
    await alert.getByRole('button', { name: 'Replace it by mine' }).click();
    await offerToEnable(page, 'default').waitFor();
    expect(readFileSync(fileOf('flaky'), 'utf8')).toBe(FLAKY.replace('rules:', 'rules: # mine'));
    // Without changes of one's own the text follows the file.
    writeFileSync(fileOf('flaky'), `${FLAKY}# theirs again\n`);
    await setup.mock.reload();
    await editor.getByText('# theirs again').waitFor();
  });

  test('keeps the text when the file is removed meanwhile, and can write it again', async () => {
    const page = await setup.open(EDIT_FLAKY, { expected: [/status of 404/, /status of 409/] });
    const editor = await editorOf(page, 'Text of pets/flaky');
    await typeBehind(page, editor, 'rules:', ' # mine');
    rmSync(fileOf('flaky'));
    await setup.mock.reload();
    await page.keyboard.press('Control+s');
    await page.getByText('was removed').waitFor();
    await page.getByRole('button', { name: 'Replace it by mine' }).click();
    await offerToEnable(page, 'default').waitFor();
    expect(readFileSync(fileOf('flaky'), 'utf8')).toBe(FLAKY.replace('rules:', 'rules: # mine'));
  });

  test('shows hostile texts as text', async () => {
    const title = '<script>document.title = "x"</script> \u202e\u0007 <img src=x onerror=alert(1)>';
    writeFileSync(
      fileOf('fresh'),
      `title: ${JSON.stringify(title)}\nrules:\n  - { on: listPets, reply: 503, becomes: "<b>" }\n`,
    );
    await setup.mock.reload();
    const page = await setup.open('#/scenarios');
    await page.getByText('<img src=x onerror=alert(1)>').waitFor();
    await page.getByRole('link', { name: 'fresh' }).click();
    await editorOf(page, 'Text of pets/fresh');
    await page.getByText('and the state becomes "<b>"').waitFor();
  });

  test('is left with Escape, then Tab', async () => {
    const page = await setup.open(EDIT_FLAKY);
    const editor = await editorOf(page, 'Text of pets/flaky');
    await editor.focus();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    const isFocused = (): Promise<boolean> => editor.evaluate(element => element.matches(':focus'));
    await expect.poll(isFocused).toBe(false);
    expect(await page.getByText('not saved').count()).toBe(0);
  });
});

describe('a new scenario', () => {
  test('begins with one that works, and is saved to a file of its own', async () => {
    const page = await setup.open('#/scenarios', { expected: [/status of 409/] });
    await page.getByRole('button', { name: 'New scenario' }).click();
    const editor = await editorOf(page, 'Text of the new scenario');
    await page.getByText('The scenario fits the document.').waitFor();
    await page.getByRole('textbox', { name: 'Name' }).fill('flaky');
    await page.getByText('pets/flaky exists already').waitFor();
    await page.getByRole('textbox', { name: 'Name' }).fill('fresh');
    writeFileSync(fileOf('listPets-503'), 'Not read yet.');
    await page.getByRole('textbox', { name: 'Name' }).fill('listPets-503');
    await page.keyboard.press('Control+s');
    await page.getByText('listPets-503.yaml exists already: choose another name.').waitFor();
    rmSync(fileOf('listPets-503'));
    await page.getByRole('textbox', { name: 'Name' }).fill('fresh');
    await typeBehind(page, editor, 'title:', ' really');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Save to pets/fresh.yaml' }).click();
    await page.getByRole('heading', { name: 'pets/fresh' }).waitFor();
    expect(readFileSync(fileOf('fresh'), 'utf8')).toMatch(
      /^title: .* really\nrules:\n {2}- on: listPets\n {4}reply: 503\n {4}# Or a list, .*:\n {4}# reply: \[503, 503\]\n {4}# then: pass-on\n$/,
    );
    await offerToEnable(page, 'default', 'fresh').waitFor();
  });

  test('is copied from a built-in one, which cannot be changed itself', async () => {
    const page = await setup.open('#/scenarios/pets.listPets.503');
    await page.getByText('This text cannot be changed').waitFor();
    await editorOf(page, 'Text of pets.listPets.503');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Copy to a new file' }).click();
    await editorOf(page, 'Text of the new scenario');
    expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('listPets-503');
    await page.getByRole('button', { name: 'Save to pets/listPets-503.yaml' }).click();
    await page.getByRole('heading', { name: 'pets/listPets-503' }).waitFor();
    expect(readFileSync(fileOf('listPets-503'), 'utf8')).toContain('reply:\n      status: 503');
  });

  test('is made of an exchange, saved and enabled, and repeats its response', async () => {
    const headers = { 'x-deadringer-session': 'gerd', prefer: 'example=none' };
    const response = await fetch(`${setup.mock.url}/pets/pets`, { headers });
    const exchange = response.headers.get('x-deadringer-exchange');
    const page = await setup.open(`#/traffic/${exchange}?session=gerd`);
    await page.getByRole('button', { name: 'Turn into a scenario' }).click();
    await editorOf(page, 'Text of the new scenario');
    await page.getByText('The scenario fits the document.').waitFor();
    await page.reload();
    await editorOf(page, 'Text of the new scenario');
    await page.getByRole('textbox', { name: 'Name' }).fill('handed');
    await page.keyboard.press('Control+s');
    await page.getByRole('heading', { name: 'pets/handed' }).waitFor();
    await page.getByRole('button', { name: 'Enable pets/handed' }).click();
    await page.getByRole('button', { name: 'Disable pets/handed' }).waitFor();
    const again = await fetch(`${setup.mock.url}/pets/pets`, { headers: { 'x-deadringer-session': 'gerd' } });
    expect(await again.json()).toEqual([]);
  });

  test('cannot be saved by a server that reads only', async () => {
    const readOnly = await startServer({ specs, scenarios: [folder], readOnly: true });
    try {
      const page = await setup.open('#/scenarios/new', { origin: readOnly.url });
      await page.getByText('This server saves no scenarios').waitFor();
      expect(await page.getByRole('button', { name: /^Save/ }).count()).toBe(0);
      await page.goto(`${readOnly.url}/__deadringer/${EDIT_FLAKY}`);
      await page.getByText('--read-only').waitFor();
      const editor = await editorOf(page, 'Text of pets/flaky');
      await editor.press('x');
      expect(await editor.textContent()).toContain('# Sent by the tests.');
    } finally {
      await readOnly.close();
    }
  });
});
