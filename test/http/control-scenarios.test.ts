// Scenarios through the control API: described, linted, read and saved inside their folders only.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { start } from '../cli/program.ts';
import { type ControlApi, type ControlResult, openControl } from './described-control.ts';

const FLAKY = `# Sent by the tests.
title: Down twice
rules:
  - on: listPets # the list
    reply: [503, 503, 200]
`;

let folder = '';
let mock: ControlApi;

/** A mock of test/fixtures/pets.yaml with one scenario, pets/flaky. */
async function open(readOnly = false): Promise<void> {
  mock = await openControl({
    specs: ['test/fixtures/pets.yaml'],
    scenarios: [path.join(folder, 'scenarios')],
    readOnly,
  });
}

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'control-scenarios-'));
  mkdirSync(path.join(folder, 'scenarios', 'pets'), { recursive: true });
  writeFileSync(fileOf('pets/flaky'), FLAKY);
  await open();
});
afterEach(async () => {
  await mock.close();
  rmSync(folder, { recursive: true });
});

function fileOf(id: string): string {
  return path.join(folder, 'scenarios', `${id}.yaml`);
}

function get(id: string): Promise<ControlResult> {
  return mock.control('GET', `/scenarios/${encodeURIComponent(id)}`);
}

function put(id: string, text: string, revision?: string): Promise<ControlResult> {
  return mock.control('PUT', `/scenarios/${encodeURIComponent(id)}`, { text, ...(revision && { revision }) });
}

async function statusOfPets(): Promise<number> {
  return (await fetch(`${mock.url}/pets/pets`, { headers: { 'x-deadringer-session': 'anna' } })).status;
}

test('the list says what each scenario does and where each rule is written', async () => {
  const { body } = await mock.control('GET', '/scenarios?api=pets');
  expect(body).toMatchObject({ readOnly: false, folder: path.join(folder, 'scenarios') });
  const file = fileOf('pets/flaky');
  const text = 'GET /pets answers 503 twice, then 200';
  expect(body.scenarios.find(({ id }: { id: string }) => id === 'pets/flaky')).toEqual({
    id: 'pets/flaky',
    api: 'pets',
    title: 'Down twice',
    onByDefault: false,
    from: file,
    sentence: text,
    rules: [{ on: 'listPets', text, location: `${file}:4`, line: 4 }],
  });
});

describe('reading', () => {
  test('gives the text as it is on disk, comments included', async () => {
    const served = (await get('pets/flaky')).body;
    expect(served).toMatchObject({ text: FLAKY, readOnly: false, findings: [] });
    writeFileSync(fileOf('pets/flaky'), `${FLAKY}surplus: 1\n`);
    const { body } = await get('pets/flaky');
    expect(body.revision).not.toBe(served.revision);
    expect(body.findings).toMatchObject([
      { code: 'scenario-unreadable', level: 'error', line: 6, column: 1 },
    ]);
  });

  test('gives a built-in scenario as the text of a file, which cannot be saved', async () => {
    const { body } = await get('pets.listPets.200.none');
    expect(body).toMatchObject({
      from: 'built in',
      readOnly: true,
      readOnlyReason: 'pets.listPets.200.none is built in and has no file',
      findings: [],
    });
    expect((await put('pets.listPets.200.none', body.text, body.revision)).body.type).toBe(
      'deadringer:scenario-read-only',
    );
    expect((await put('pets/none', body.text)).status).toBe(201);
  });

  test('names the most similar scenario, and a file that was removed', async () => {
    expect((await get('pets/flakey')).body.detail).toBe(
      'there is no scenario "pets/flakey"; did you mean "pets/flaky"?',
    );
    rmSync(fileOf('pets/flaky'));
    expect(await get('pets/flaky')).toMatchObject({
      status: 404,
      body: { detail: expect.stringMatching(/flaky.yaml cannot be read: the file does not exist$/) },
    });
  });
});

test('a text is linted with lines and columns, and said in a sentence, without being saved', async () => {
  const lint = async (text: string) =>
    (await mock.control('POST', '/scenarios/lint', { api: 'pets', text })).body;
  expect(await lint(FLAKY)).toMatchObject({
    findings: [],
    sentence: 'GET /pets answers 503 twice, then 200',
  });
  expect((await lint('title: [')).findings).toMatchObject([{ code: 'scenario-unreadable', line: 1 }]);
  const { findings } = await lint(FLAKY.replace('503, 503', '503, 404'));
  expect(findings).toMatchObject([
    { level: 'error', line: 5, column: 18, message: expect.stringContaining('declares no response 404') },
  ]);
  expect((await lint(FLAKY.replace('200', '{ body: [], off-contract: As seen }'))).rules).toMatchObject([
    { on: 'listPets', offContract: ['As seen'] },
  ]);
  expect((await lint('title: x\nrules: [{ on: listPet, reply: 200 }]\n')).findings[0].message).toBe(
    'pets has no operation "listPet"; did you mean "listPets"?',
  );
});

describe('saving', () => {
  test('writes the text as typed and serves it; sessions keep their state', async () => {
    await mock.control('POST', '/sessions/anna/scenarios', { scenarios: ['pets/flaky'] });
    expect(await statusOfPets()).toBe(503);
    const { revision } = (await get('pets/flaky')).body;
    const text = FLAKY.replace('503, 503, 200', '503, 200').replaceAll('\n', '\r\n');
    const { status, body } = await put('pets/flaky', text, revision);
    const after = (await get('pets/flaky')).body;
    expect([status, body.served, after.sentence]).toEqual([200, true, 'GET /pets answers 503, then 200']);
    expect([after.text, after.revision]).toEqual([text, body.revision]);
    expect(readFileSync(fileOf('pets/flaky'), 'utf8')).toBe(text);
    expect(await statusOfPets()).toBe(200);
    expect((await mock.control('GET', '/sessions/anna')).body).toMatchObject({
      calls: 2,
      scenarios: ['pets/flaky'],
    });
  });

  test('creates a new file in the folder of its API', async () => {
    rmSync(path.join(folder, 'scenarios', 'pets'), { recursive: true });
    const { status, body } = await put('pets/gone', FLAKY);
    expect([status, body.id, body.served]).toEqual([201, 'pets/gone', true]);
    expect(readdirSync(path.join(folder, 'scenarios', 'pets'))).toEqual(['gone.yaml']);
  });

  test('refuses a text with errors and lists them', async () => {
    const { revision } = (await get('pets/flaky')).body;
    const { status, body } = await put('pets/flaky', FLAKY.replace('listPets', 'nothing'), revision);
    expect([status, body.type, body.detail]).toEqual([
      422,
      'deadringer:scenario-invalid',
      'the scenario has 1 error',
    ]);
    expect(body.findings).toMatchObject([{ code: 'scenario-unknown', line: 4, column: 5 }]);
    expect(readFileSync(fileOf('pets/flaky'), 'utf8')).toBe(FLAKY);
  });

  test('refuses to overwrite what someone else has changed, created or removed', async () => {
    const { revision } = (await get('pets/flaky')).body;
    const results = await Promise.all(
      ['one', 'two', 'three'].map(name => put('pets/flaky', `${FLAKY}# ${name}\n`, revision)),
    );
    expect(results.map(({ status }) => status).toSorted()).toEqual([200, 409, 409]);
    expect((await get('pets/flaky')).body.revision).toBe(
      results.find(({ status }) => status === 200)?.body.revision,
    );
    expect((await put('pets/flaky', FLAKY)).body.detail).toMatch(/flaky.yaml exists already$/);
    rmSync(fileOf('pets/flaky'));
    expect((await put('pets/flaky', FLAKY, revision)).body.detail).toMatch(/flaky.yaml was removed$/);
    expect((await put('pets/flaky', FLAKY)).body).toMatchObject({ served: true });
  });

  test.each([
    '../outside',
    'pets/../../outside',
    'pets/.hidden',
    'pets/a/b',
    'pets/',
    'pets',
    'dogs/new',
    'pets/a\0b',
    '/etc/x',
  ])('refuses the id %j', async id => {
    expect(await put(id, FLAKY)).toMatchObject({
      status: 400,
      body: { detail: `"${id}" is no id for a scenario` },
    });
    expect(existsSync(path.join(folder, 'outside.yaml'))).toBe(false);
  });

  test('refuses to write through a link that leads out of the folder', async () => {
    mkdirSync(path.join(folder, 'elsewhere'));
    writeFileSync(path.join(folder, 'elsewhere', 'x.yaml'), FLAKY);
    symlinkSync(path.join(folder, 'elsewhere', 'x.yaml'), fileOf('pets/linked'));
    await mock.close();
    await open();
    const linked = (await get('pets/linked')).body;
    expect(linked).toMatchObject({ text: FLAKY, readOnly: true });
    const refused = await put('pets/linked', `${FLAKY}#\n`, linked.revision);
    expect([refused.status, refused.body.type]).toEqual([403, 'deadringer:scenario-read-only']);
    rmSync(path.join(folder, 'scenarios', 'pets'), { recursive: true });
    symlinkSync(path.join(folder, 'elsewhere'), path.join(folder, 'scenarios', 'pets'));
    expect((await put('pets/new', FLAKY)).status).toBe(403);
    expect(readdirSync(path.join(folder, 'elsewhere'))).toEqual(['x.yaml']);
    expect(readFileSync(path.join(folder, 'elsewhere', 'x.yaml'), 'utf8')).toBe(FLAKY);
  });

  test('says why a file cannot be written', async () => {
    rmSync(path.join(folder, 'scenarios', 'pets'), { recursive: true });
    writeFileSync(path.join(folder, 'scenarios', 'pets'), '');
    const { status, body } = await put('pets/new', FLAKY);
    expect([status, body.type, body.detail]).toEqual([
      500,
      'deadringer:scenario-not-saved',
      expect.stringMatching(/pets\/new.yaml cannot be written: /),
    ]);
  });

  test('says what keeps the server from serving the saved text', async () => {
    writeFileSync(fileOf('pets/broken'), 'title: [');
    const { status, body } = await put('pets/new', FLAKY);
    expect([status, body.served, body.findings]).toEqual([
      201,
      false,
      [expect.objectContaining({ location: `${fileOf('pets/broken')}:1` })],
    ]);
    rmSync(fileOf('pets/broken'));
    expect((await put('pets/other', FLAKY)).body.served).toBe(true);
    expect((await get('pets/new')).body.text).toBe(FLAKY);
  });
});

test('a read-only server and a server without a folder refuse and say so', async () => {
  await mock.close();
  await open(true);
  const { body } = await get('pets/flaky');
  expect(body).toMatchObject({ readOnly: true, readOnlyReason: expect.stringContaining('--read-only') });
  expect((await mock.control('GET', '/scenarios')).body).toMatchObject({ readOnly: true });
  for (const [id, revision] of [
    ['pets/flaky', body.revision],
    ['pets/new', undefined],
  ])
    expect(await put(id, FLAKY, revision)).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining('--read-only') },
    });
  expect(readdirSync(path.join(folder, 'scenarios', 'pets'))).toEqual(['flaky.yaml']);
  await mock.close();
  mock = await openControl({ specs: ['test/fixtures/pets.yaml'] });
  expect((await put('pets/new', FLAKY)).body.hint).toBe('start it with --scenarios <folder>');
});

test('serve --read-only writes no scenario file', async () => {
  const paths = ['--specs', 'test/fixtures/pets.yaml', '--scenarios', path.join(folder, 'scenarios')];
  const program = start(['serve', '--port', '0', '--read-only', ...paths]);
  const [, url = ''] = await program.line(/ on (http:\S+)/);
  const response = await fetch(`${url}/__deadringer/scenarios/pets%2Fnew`, {
    method: 'PUT',
    body: JSON.stringify({ text: FLAKY }),
  });
  expect([response.status, readdirSync(path.join(folder, 'scenarios', 'pets'))]).toEqual([
    403,
    ['flaky.yaml'],
  ]);
});
