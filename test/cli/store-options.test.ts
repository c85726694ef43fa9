// The options of the store: what is refused, and where the key and the password come from.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Io } from '../../src/cli/io.ts';
import { readStoreOptions } from '../../src/cli/store-options.ts';
import { start } from './program.ts';

const PETS = ['--specs', 'test/fixtures/pets.yaml', '--port', '0'];
const SHARED = 'valkey://127.0.0.1:1/0';
let folder: string;
const file = (name: string): string => path.join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'deadringer-store-'));
  writeFileSync(file('password'), 'FAKE-password\n');
  writeFileSync(file('key'), 'FAKE-key');
  writeFileSync(file('empty'), '\n');
  writeFileSync(file('lines'), 'a\nb\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each<[string, string[], Record<string, string>]>([
  ['the password in --store is visible to all users', ['--store', 'valkey://:hunter2@127.0.0.1:1'], {}],
  ['the URL of the store has an unknown scheme "valky"', ['--store', 'valky://127.0.0.1'], {}],
  ['the URL of the store has a port that is no number', [], { DEADRINGER_STORE: 'valkey://:hunter2@a:b' }],
  ['--store-key-file is for a store that servers share: add --store', ['--store-key-file', 'key'], {}],
  [
    '--store-password-file is for a store that servers share',
    ['--store', 'memory', '--store-password-file', 'key'],
    {},
  ],
  ['the URL of the store has no scheme', ['--store', ''], {}],
  ['--store-key-file: there is no file none', ['--store', SHARED, '--store-key-file', 'none'], {}],
  ['--store-key-file: FOLDER/empty is empty', ['--store', SHARED, '--store-key-file', 'FOLDER/empty'], {}],
  [
    '--store-password-file: FOLDER/lines has several lines',
    ['--store', SHARED, '--store-password-file', 'FOLDER/lines'],
    {},
  ],
  [
    'DEADRINGER_STORE_KEY and --store-key-file are both set',
    ['--store', SHARED, '--store-key-file', 'FOLDER/key'],
    { DEADRINGER_STORE_KEY: 'FAKE-key' },
  ],
  [
    'DEADRINGER_STORE_PASSWORD and --store-password-file are both set',
    ['--store', SHARED, '--store-password-file', 'FOLDER/password'],
    { DEADRINGER_STORE_PASSWORD: 'FAKE-password', DEADRINGER_STORE_KEY: 'FAKE-key' },
  ],
  [
    'the key of the store cannot be kept in FOLDER/key/deadringer/store.key',
    ['--store', SHARED],
    { XDG_STATE_HOME: 'FOLDER/key' },
  ],
  ["option '--workers <number>' argument '0' is invalid", ['--workers', '0'], {}],
  ['Must be a number from 1 to 256, or auto.', ['--workers', '257'], {}],
  ['Must be a number from 1 to 256, or auto.', ['--workers', 'all'], {}],
  ['Write a time such as 30s', ['--store-timeout', '5'], {}],
  ['Write a time such as 30s', ['--drain', '5'], {}],
  [
    '2 workers need a store that they share, and neither valkey-server nor redis-server is installed: install one of them, or name a store with --store valkey://host:6379',
    ['--workers', '2'],
    { PATH: 'FOLDER' },
  ],
])('a usage error: %s', async (message, args, env) => {
  const inFolder = (text: string): string => text.replace('FOLDER', folder);
  const variables = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, inFolder(value)]));
  const { code, out, err } = await start(['serve', ...PETS, ...args.map(inFolder)], { env: variables }).ended;
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(inFolder(message));
  expect(err).not.toMatch(/hunter2|FAKE-|\bat .*\.ts/);
});

const VALUES = { store: SHARED, storeTimeout: 250 };

function read(values: object, env: Record<string, string> = {}): object | undefined {
  return readStoreOptions({ ...VALUES, ...values }, { env } as unknown as Io).store;
}

test('memory is the default and needs no key', () => {
  expect(read({ store: 'memory' }, { XDG_STATE_HOME: file('none') })).toBeUndefined();
});

test('an empty DEADRINGER_STORE is as none', async () => {
  const running = start(['serve', ...PETS], { env: { DEADRINGER_STORE: '' } });
  await running.line(/deadringer serves/);
});

test('the password and the key come from the environment or from files', () => {
  const expected = { url: SHARED, key: 'FAKE-key', password: 'FAKE-password', timeout: 250 };
  const env = { DEADRINGER_STORE_KEY: 'FAKE-key', DEADRINGER_STORE_PASSWORD: 'FAKE-password' };
  expect(read({}, env)).toEqual(expected);
  expect(read({ storeKeyFile: file('key'), storePasswordFile: file('password') })).toEqual(expected);
  expect(read({}, { ...env, DEADRINGER_STORE_PASSWORD: '' })).toEqual({
    url: SHARED,
    key: 'FAKE-key',
    timeout: 250,
  });
});

test('a worker uses the store that its parent has started', () => {
  const env = { DEADRINGER_WORKER_STORE: 'unix:///a/b.sock', DEADRINGER_STORE_KEY: 'FAKE-key' };
  const expected = { url: 'unix:///a/b.sock', key: 'FAKE-key', timeout: 250 };
  expect(read({ store: 'memory' }, env)).toEqual(expected);
});

test('a key is created once, for this user only, and used by all later servers', () => {
  const env = { XDG_STATE_HOME: file('state') };
  const first = read({}, env) as { key: string };
  expect(first.key).toMatch(/^[\w-]{43}$/);
  expect(read({}, env)).toEqual(first);
  const kept = file('state/deadringer/store.key');
  expect(statSync(kept).mode & 0o777).toBe(0o600);
  expect(readFileSync(kept, 'utf8')).toBe(`${first.key}\n`);
  expect(read({}, { HOME: file('home') })).not.toEqual(first);
  expect(statSync(file('home/.local/state/deadringer/store.key')).isFile()).toBe(true);
});

test('a key file that is empty is no key', () => {
  mkdirSync(file('empty-key/deadringer'), { recursive: true });
  writeFileSync(file('empty-key/deadringer/store.key'), '');
  expect(() => read({}, { XDG_STATE_HOME: file('empty-key') })).toThrow(
    'the file is empty): set DEADRINGER_STORE_KEY',
  );
});

test('the help of serve has each option in a group', async () => {
  const { out } = await start(['serve', '--help']).ended;
  expect(out).not.toMatch(/^Options:/m);
  expect(out).toMatch(/^Sessions, and servers that share them:\n {2}--workers/m);
});
