// serve --watch: which files are followed, and how: saves of editors, folders that go and return, errors, and the end.
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { createWatcher } from '../../src/cli/watch.ts';
import { startProcess } from './process.ts';
import { start } from './program.ts';

const pets = (name: string, part = 'parts/name.yaml'): string => `openapi: 3.0.3
info: { title: Pets, version: "1" }
paths:
  /pet:
    get:
      operationId: pet
      responses:
        "200":
          description: d
          content: { application/json: { schema: { $ref: ${part} }, example: ${name} } }
`;
const story = (body: string): string =>
  `title: A story\non-by-default: true\nrules: [{ on: pet, reply: { status: 200, body: ${body} } }]\n`;

interface Watched {
  readonly file: (name: string) => string;
  readonly write: (name: string, text: string) => void;
  readonly pet: () => Promise<unknown>;
  /** Waits for the next line about a reload. */
  readonly next: () => Promise<{ reloaded: boolean; error?: string; findings?: { message: string }[] }>;
  /** The number of reloads so far. */
  readonly count: () => number;
  readonly signal: (name: 'SIGINT' | 'SIGTERM') => void;
  readonly ended: Promise<{ code: number | null }>;
}

async function watched(): Promise<Watched> {
  const folder = mkdtempSync(path.join(tmpdir(), 'deadringer-watched-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = (name: string): string => path.join(folder, name);
  const write = (name: string, text: string): void => {
    mkdirSync(path.dirname(file(name)), { recursive: true });
    writeFileSync(file(name), text);
  };
  write('specs/pets.yaml', pets('first'));
  write('specs/parts/name.yaml', 'type: string\n');
  mkdirSync(file('scenarios/pets'), { recursive: true });
  const args = ['--port', '0', '--log', 'json', '--watch', '--specs', file('specs')];
  const program = start(['serve', ...args, '--scenarios', file('scenarios')]);
  const url = (await program.line(/"listening":"([^"]+)"/))[1];
  let count = 0;
  return {
    file,
    write,
    count: () => count,
    pet: async () => (await fetch(`${url}/pets/pet`)).json(),
    next: async () => {
      const line = `[^\\n]*"reloaded":[^\\n]*\\n`;
      const [, text = ''] = await program.line(
        new RegExp(`(?:^|\\n)(?:(?:[^\\n]*\\n)*?${line}){${count}}(?:[^\\n]*\\n)*?(${line})`),
      );
      count++;
      return JSON.parse(text);
    },
    signal: program.signal,
    ended: program.ended,
  };
}

test('files that nothing reads are not followed: logs, locks, copies and temporary files of editors', async () => {
  const { file, write, next, pet } = await watched();
  for (const name of [
    'build.log',
    'notes.txt',
    'pets.yaml~',
    '.pets.yaml.swp',
    '4913',
    '#pets.yaml#',
    '._pets.yaml',
  ])
    write(`specs/${name}`, 'not: [a document');
  for (const name of ['.story.yaml.swo', '._story.yaml', 'story.yml~'])
    write(`scenarios/pets/${name}`, 'rules: [');
  write('scenarios/readme.yaml', 'rules: [');
  mkdirSync(file('specs/cache.json'));
  mkdirSync(file('scenarios/pets/old.yaml'));
  mkdirSync(file('scenarios/.git'));
  symlinkSync('me@host.1:2', file('specs/.#pets.yaml'));
  symlinkSync('me@host.1:2', file('scenarios/pets/.#story.yaml'));
  write('specs/pets.yaml', pets('second'));
  // One reload for all of it, and it succeeds.
  expect(await next()).toMatchObject({ reloaded: true });
  expect(await pet()).toBe('second');
});

test('a save in several steps is one reload', async () => {
  const { file, write, next, pet, count } = await watched();
  // Into a new file that takes the place of the old one.
  write('specs/pets.yaml.tmp', pets('renamed'));
  renameSync(file('specs/pets.yaml.tmp'), file('specs/pets.yaml'));
  expect(await next()).toMatchObject({ reloaded: true });
  // The old file becomes a copy first.
  renameSync(file('specs/pets.yaml'), file('specs/pets.yaml~'));
  write('specs/pets.yaml', pets('copied'));
  expect(await next()).toMatchObject({ reloaded: true });
  // Emptied, and then written.
  write('specs/pets.yaml', '');
  write('specs/parts/name.yaml', '');
  await new Promise(resolve => setTimeout(resolve, 300));
  write('specs/pets.yaml', pets('emptied'));
  write('specs/parts/name.yaml', 'type: string\n');
  expect(await next()).toMatchObject({ reloaded: true });
  expect(await pet()).toBe('emptied');
  expect(count()).toBe(3);
});

test('a folder may go and return, and its files are followed again', async () => {
  const { file, write, next, pet } = await watched();
  rmSync(file('specs'), { recursive: true });
  const gone = await next();
  expect(gone).toMatchObject({ reloaded: false });
  expect(gone.findings?.[0]?.message).toContain('specs cannot be read: the file does not exist');
  expect(await pet()).toBe('first');
  write('specs/parts/name.yaml', 'type: string\n');
  write('specs/pets.yaml', pets('returned'));
  expect(await next()).toMatchObject({ reloaded: true });
  write('specs/pets.yaml', pets('edited'));
  expect(await next()).toMatchObject({ reloaded: true });
  expect(await pet()).toBe('edited');
  rmSync(file('scenarios'), { recursive: true });
  expect(await next()).toMatchObject({ reloaded: false });
  mkdirSync(file('scenarios'));
  expect(await next()).toMatchObject({ reloaded: true });
});

test('files of folders and files that references name are followed from when they appear to when they go', async () => {
  const { file, write, next, pet } = await watched();
  write('scenarios/pets/story.yaml', story('told'));
  expect(await next()).toMatchObject({ reloaded: true });
  expect(await pet()).toBe('told');
  unlinkSync(file('scenarios/pets/story.yaml'));
  expect(await next()).toMatchObject({ reloaded: true });
  expect(await pet()).toBe('first');
  // A folder behind a link.
  write('elsewhere/story.yaml', story('linked'));
  rmSync(file('scenarios/pets'), { recursive: true });
  symlinkSync(file('elsewhere'), file('scenarios/pets'));
  expect(await next()).toMatchObject({ reloaded: true });
  write('elsewhere/story.yaml', story('edited'));
  expect(await next()).toMatchObject({ reloaded: true });
  expect(await pet()).toBe('edited');
  // A file that does not exist yet.
  write('specs/pets.yaml', pets('second', 'later/name.json'));
  await next();
  write('specs/later/name.json', '{"type": "integer"}');
  await next();
  write('specs/parts/name.yaml', 'nothing refers to: it\n');
  write('specs/later/name.json', '{"type": "string"}');
  expect(await next()).toMatchObject({ reloaded: true });
});

test('whatever cannot be loaded is reported, and the previous version is served', async () => {
  const { file, write, next, pet } = await watched();
  const depth = 30_000;
  write(
    'specs/pets.yaml',
    pets('second').replace('paths:', `x-deep: ${'['.repeat(depth)}${']'.repeat(depth)}\npaths:`),
  );
  expect(await next()).toMatchObject({ reloaded: false });
  write('specs/pets.yaml', pets('third'));
  expect(await next()).toMatchObject({ reloaded: true });
  symlinkSync(file('specs'), file('scenarios/pets/a.yaml'));
  const unreadable = await next();
  expect(unreadable.findings?.[0]?.message).toMatch(/a\.yaml cannot be read: it is a directory$/);
  expect(await pet()).toBe('third');
});

test('the output of the server itself is not followed, even if it has the name of a document', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'deadringer-watched-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const log = path.join(folder, 'log.yaml');
  writeFileSync(log, '');
  const { ino } = statSync(log);
  let looks = 0;
  const isOwnLog = (file: { readonly ino: number }): boolean => {
    if (file.ino === ino) looks++;
    return file.ino === ino;
  };
  const stop = new AbortController();
  const watcher = createWatcher({ specs: [folder] }, isOwnLog, stop.signal);
  let reloads = 0;
  const reload = async (): Promise<void> => appendFileSync(log, `reload ${++reloads}\n`);
  const following = watcher.follow(reload, { onReload: () => {}, onFailure: () => {} });
  await expect.poll(() => reloads).toBe(1);
  const before = looks;
  await expect.poll(() => looks, { timeout: 30_000 }).toBeGreaterThan(before + 6);
  expect(reloads).toBe(1);
  stop.abort();
  await following;
});

test('nothing is reloaded as long as nothing changes', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'deadringer-watched-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const document = path.join(folder, 'pets.yaml');
  writeFileSync(document, pets('first'));
  let looks = 0;
  const isOwnLog = (): boolean => ++looks < 0;
  const stop = new AbortController();
  const watcher = createWatcher({ specs: [folder, document], scenarios: [folder] }, isOwnLog, stop.signal);
  watcher.onRead(pathToFileURL(document).href);
  watcher.onRead(pathToFileURL(path.join(folder, 'missing.yaml')).href);
  watcher.onRead('https://example.com/remote.yaml');
  watcher.onRead('no URL');
  const following = watcher.follow(() => expect.fail('reloaded'), {
    onReload: () => {},
    onFailure: error => {
      throw error;
    },
  });
  await Promise.race([following, expect.poll(() => looks, { timeout: 30_000 }).toBeGreaterThan(30)]);
  stop.abort();
  await following;
});

test('nothing is followed after the end, also if it comes during a reload', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'deadringer-watched-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(path.join(folder, 'pets.yaml'), pets('first'));
  const stop = new AbortController();
  const watcher = createWatcher({ specs: [folder] }, () => false, stop.signal);
  const started = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const reload = (): Promise<void> => {
    started.resolve();
    return release.promise;
  };
  const failures: unknown[] = [];
  const following = watcher.follow(reload, { onReload: () => {}, onFailure: error => failures.push(error) });
  await started.promise;
  stop.abort();
  release.reject(new Error('interrupted'));
  await following;
  expect(failures).toEqual([]);
});

test('a missing scenario folder is an error that names it', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'deadringer-watched-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const missing = path.join(folder, 'none');
  for (const watch of [[], ['--watch']]) {
    const args = ['--port', '0', '--specs', 'test/fixtures/pets.yaml', '--scenarios', missing, ...watch];
    const { code, err } = await start(['serve', ...args]).ended;
    expect([code, err]).toEqual([
      2,
      `error ${missing} cannot be read: the folder does not exist (scenario-unreadable)\n`,
    ]);
  }
});

test.each(['SIGTERM', 'SIGINT'] as const)('%s ends a server that still loads', async signal => {
  const folder = mkdtempSync(path.join(tmpdir(), 'deadringer-watched-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const operation = '{ get: { responses: { "200": { description: d } } } }';
  const paths = Array.from({ length: 1500 }, (_, n) => `  /p${n}: ${operation}\n`).join('');
  for (const name of ['a', 'b', 'c'])
    writeFileSync(
      path.join(folder, `${name}.yaml`),
      `openapi: 3.0.3\ninfo: { title: t, version: "1" }\npaths:\n${paths}`,
    );
  const program = start(['serve', '--port', '0', '--watch', '--specs', folder]);
  const timer = setInterval(() => program.signal(signal), 5);
  const { code, out } = await program.ended;
  clearInterval(timer);
  expect([code, out]).toEqual([0, '']);
});

test('a second signal of another kind ends the process at once', async () => {
  const { child, line, ended } = startProcess(['serve', '--port', '0', '--specs', 'test/fixtures/pets.yaml']);
  const [, url = ''] = await line(/ on (http:\S+)/);
  await fetch(`${url}/__deadringer/sessions/default/delivery`, { method: 'PUT', body: '{"delay":"60s"}' });
  const pending = fetch(`${url}/pets/pets`).catch(() => 'cut');
  await fetch(`${url}/__deadringer/health`);
  child.kill('SIGINT');
  await line(/stopping after open requests/);
  child.kill('SIGTERM');
  expect((await ended).code).toBe(null);
  expect(await pending).toBe('cut');
});
