// deadringer state, and serve --state-file: what they print, what they write, and what they refuse.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Mock, startMock } from '../../src/index.ts';
import { type Ended, run, start } from './program.ts';

const COMMENT = { id: '6a1f2c9e-0000-4000-8000-000000000001', text: 'soon' };
const SNAPSHOT = `{
  "version": 1,
  "apis": { "todos": {
    "todos": [
      { "id": 1, "title": "Buy milk", "done": false, "createdAt": "2026-11-28T12:00:00Z", "shareToken": "FAKE-ab-12" },
      { "id": 9007199254740993, "title": "Long id", "done": true, "createdAt": "2026-11-28T12:00:00Z" }
    ],
    "todos/comments": [{ "parents": ["1"], "value": ${JSON.stringify(COMMENT)} }]
  } }
}`;

let mock: Mock;
let folder: string;
const inFolder = (name: string): string => path.join(folder, name);
const file = (name: string, text: string): string => {
  writeFileSync(inFolder(name), text);
  return inFolder(name);
};
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'deadringer-state-'));
  mock = await startMock({
    specs: ['test/fixtures/todos.yaml'],
    stateFile: file('seed.json', SNAPSHOT),
  });
});
afterAll(async () => {
  await mock.close();
  rmSync(folder, { recursive: true });
});

const state = (...args: string[]): Promise<Ended> => run('state', ...args, '--server', mock.url);
const outOf = async (...args: string[]): Promise<string> => {
  const { code, out, err } = await state(...args);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out;
};

describe('show', () => {
  test('lists the resources, the items of one as a table, and one item', async () => {
    expect(await outOf('show')).toMatch(
      /^default: 3 items, about 1 KiB; at most 100,000 items, 64 MiB\n {2}todos\/todos +2 items\n {2}todos\/todos\/comments +1 item\n/,
    );
    expect(await outOf('show', 'todos')).toBe(
      'todos/todos           2 items\ntodos/todos/comments  1 item\n',
    );
    expect(await outOf('show', 'todos/todos')).toBe(
      [
        'ID                title     done   createdAt             shareToken',
        '1                 Buy milk  false  2026-11-28T12:00:00Z  XXXX-xx-00',
        '9007199254740993  Long id   true   2026-11-28T12:00:00Z',
        '',
      ].join('\n'),
    );
    expect(await outOf('show', 'todos/todos', '--limit', '1')).toContain(
      '1 to 1 of 2 items; --offset 1 shows the next',
    );
    expect(await outOf('show', 'todos/todos', '9007199254740993')).toMatch(
      /^9007199254740993: version 1, created \S+\n\{\n {2}"id": 9007199254740993,\n/,
    );
    const comment = ['show', 'todos/todos/comments', COMMENT.id, '--parent', '1'];
    expect(await outOf(...comment)).toContain(', below 1\n');
    expect(JSON.parse(await outOf(...comment, '--json')).value).toEqual(COMMENT);
    expect(JSON.parse(await outOf('show', 'todos/todos', '--json')).total).toBe(2);
    expect(JSON.parse(await outOf('show', '--json')).entries).toBe(3);
  });

  test('suggests the nearest name, and says what is wrong', async () => {
    const errors = [
      await state('show', 'todos/todo'),
      await state('show', 'todos', '1'),
      await state('show', 'todos/todos', '5'),
      await state('show', 'todos/todos', '--limit', 'x'),
      await state('show', '-s', 'nowhere'),
    ];
    expect(errors.map(({ code }) => code)).toEqual([2, 2, 2, 2, 2]);
    expect(errors.map(({ err }) => err)).toEqual([
      expect.stringContaining('did you mean "todos/todos"?'),
      expect.stringContaining('"todos" is an API: name one of its resources before the id'),
      expect.stringContaining('"todos" has no item "5"'),
      expect.stringContaining('--limit "x" is not a number'),
      expect.stringContaining('there is no session "nowhere"'),
    ]);
  });
});

test('a session whose state is off says how to turn it on', async () => {
  await run('use', '--off', 'todos/state', '-s', 'off', '--server', mock.url);
  expect(await outOf('show', '-s', 'off')).toContain(
    'the state is off: "deadringer use todos/state" turns it on in a session\n',
  );
  await run('use', 'todos/state', '-s', 'off', '--server', mock.url);
  expect(await outOf('show', '-s', 'off')).not.toContain('the state is off');
});

describe('save, load and reset', () => {
  test('carry the items to another session, without their secrets', async () => {
    const saved = inFolder('saved.json');
    expect(await outOf('save', saved, '--api', 'todos')).toBe(`default: the state is in ${saved}\n`);
    expect(readFileSync(saved, 'utf8')).toContain('"shareToken": "XXXX-xx-00"');
    expect(readFileSync(saved, 'utf8')).toContain('"id": 9007199254740993,');
    await outOf('reset', '-s', 'copy');
    expect(await outOf('load', saved, '-s', 'copy')).toBe('copy: loaded, 3 items\n');
    expect(await outOf('save', '-', '--api', 'todos', '-s', 'copy')).toBe(readFileSync(saved, 'utf8'));
    const kept = await state('save', inFolder('kept.json'), '--keep-secrets');
    expect([kept.code, kept.err]).toEqual([
      0,
      'deadringer: the file has secrets as they are stored: keep it private\n',
    ]);
    expect(readFileSync(inFolder('kept.json'), 'utf8')).toContain('"shareToken": "FAKE-ab-12"');
  });

  test('of an empty resource removes its items, and a reset brings those of the state file back', async () => {
    const empty = file('empty.json', '{"version":1,"apis":{"todos":{"todos":[]}}}');
    expect(await outOf('load', empty, '-s', 'emptied')).toBe('emptied: loaded, 1 item\n');
    expect(await outOf('show', 'todos/todos', '-s', 'emptied')).toBe('no items\n');
    expect(await outOf('reset', '-s', 'emptied')).toBe('emptied: reset, 3 items\n');
    expect((await state('reset', 'todo')).err).toContain('there is no API "todo"; did you mean "todos"?');
  });

  test('names the lines of a file that is wrong, or whose items are', async () => {
    const named = async (text: string): Promise<[Ended['code'], string]> => {
      const { code, err } = await state('load', file('wrong.json', text), '-s', 'wrong');
      return [code, err.replaceAll(`${folder}/`, '')];
    };
    expect(await named('{"version": 1,\n')).toEqual([2, expect.stringMatching(/^wrong\.json:2:1 error /)]);
    expect(
      await named(
        '{\n"version": 1,\n"apis": {\n  "todo": {},\n  "todos": {"todos": [\n    {"title": "x"}]}}}',
      ),
    ).toEqual([
      2,
      'wrong.json:4:3 error there is no API "todo"; did you mean "todos"? (state-unreadable)\n' +
        'wrong.json:6:5 error item 0 must have its id in "id" (state-unreadable)\n',
    ]);
    const item = '{"id": 1, "title": "x", "createdAt": "2026-11-28T12:00:00Z",\n "done": "no"}';
    const [code, err] = await named(`{"version": 1, "apis": {"todos": {"todos": [\n${item}]}}}`);
    expect(code).toBe(0);
    expect(err).toMatch(
      /^wrong\.json:3:2 warning the item \/done must be boolean; got "no" \(test\/fixtures\/todos\.yaml:\d+:\d+\) \(state-item\)\n$/,
    );
    expect((await state('load', inFolder('nowhere.json'))).err).toContain(
      'nowhere.json cannot be read: the file does not exist',
    );
  });
});

describe('a state file', () => {
  const serve = (text: string) =>
    start([
      'serve',
      '--specs',
      'test/fixtures/todos.yaml',
      '--port',
      '0',
      '--state-file',
      file('s.yaml', text),
    ]);

  test('that is wrong keeps the server from starting', async () => {
    const { code, err } = await serve('version: 1\napis:\n  todo: {}\n').ended;
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/s\.yaml:3:3 error there is no API "todo".*\(state-unreadable\)\n$/),
    ]);
    const missing = await run('serve', '--port', '0', '--state-file', inFolder('nowhere.json'));
    expect([missing.code, missing.err]).toEqual([
      2,
      expect.stringContaining('nowhere.json cannot be read: the file does not exist (state-unreadable)'),
    ]);
  });

  test('whose items are wrong is served with a warning, and seeds each session', async () => {
    const program = serve('version: 1\napis:\n  todos:\n    todos:\n      - { id: 1, title: "" }\n');
    const [, url = ''] = await program.line(/ on (http:\S+)/);
    const session = await fetch(`${url}/__deadringer/sessions/new/reset`, { method: 'POST' });
    expect(session.status).toBe(200);
    const page = await (await fetch(`${url}/__deadringer/sessions/new/state/todos/todos`)).json();
    expect(page).toMatchObject({ total: 1, items: [{ id: '1', value: { id: 1, title: '' } }] });
    const list = await fetch(`${url}/todos`, { headers: { authorization: 'Bearer x' } });
    expect(list.headers.get('x-deadringer-state')).toMatch(/^listed/);
    program.signal('SIGINT');
    const { code, err } = await program.ended;
    expect(code).toBe(0);
    expect(err).toMatch(/s\.yaml:5:\d+ warning item "1" of todos: the item \/title .*\(state-item\)\n/);
  });
});
