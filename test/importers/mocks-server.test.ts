// Collections of mocks-server as scenarios: switching between them, programs that are never run, and what is named as lost.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type MockServer, startServer } from '../../src/start.ts';
import { run } from '../cli/program.ts';

let mock: MockServer | undefined;
afterEach(async () => {
  await mock?.close();
  mock = undefined;
});

interface ImportRun {
  readonly code: number | null;
  readonly out: string;
  readonly losses: readonly {
    construct: string;
    reason: string;
    remedy: string;
    file: string;
    line: number;
  }[];
  readonly files: readonly string[];
  readonly use: string | undefined;
}

async function importProject(files: Readonly<Record<string, unknown>>): Promise<ImportRun> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'deadringer-import-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(
      path.join(folder, name),
      typeof content === 'string' ? content : JSON.stringify(content, null, 1),
    );
  }
  const out = path.join(folder, 'out');
  const ended = await run('import', folder, '--name', 'app', '--output', out, '--json');
  expect(ended.err).not.toContain('internal error');
  return { code: ended.code, out, ...(JSON.parse(ended.out) as Omit<ImportRun, 'code' | 'out'>) };
}

const text = (id: string, body: string): object => ({ id, type: 'text', options: { status: 200, body } });
const ROUTES = [
  { id: 'a', url: '/a', method: 'GET', variants: [text('one', 'a1'), text('two', 'a2')] },
  { id: 'b', url: '/b', method: 'GET', variants: [text('one', 'b1')] },
];

test('the first collection is on, another one is switched to, and what it lacks is not found', async () => {
  const { out, use } = await importProject({
    'mocks/collections.json': [
      { id: 'base', routes: ['a:one', 'b:one'] },
      { id: 'only a', routes: ['a:two'] },
    ],
    'mocks/routes/all.json': ROUTES,
  });
  expect(use).toBe('deadringer use app/only-a');
  mock = await startServer({ specs: [`app=${path.join(out, 'app.openapi.yaml')}`], scenarios: [out] });
  const { url } = mock;
  const read = async (place: string, session = 'default'): Promise<[number, string]> => {
    const response = await fetch(`${url}${place}`, { headers: { 'x-deadringer-session': session } });
    return [response.status, await response.text()];
  };
  expect([await read('/a'), await read('/b')]).toEqual([
    [200, 'a1'],
    [200, 'b1'],
  ]);
  const body = JSON.stringify({ id: 's1', scenarios: ['app/only-a'] });
  await fetch(`${url}/__deadringer/sessions`, { method: 'POST', body });
  expect([await read('/a', 's1'), await read('/b', 's1')]).toEqual([
    [200, 'a2'],
    [404, ''],
  ]);
});

test('a variant without a body is left out and named', async () => {
  const bare = (type: string): object => ({ id: type, type, options: { status: 200 } });
  const { losses, code } = await importProject({
    'mocks/collections.json': [{ id: 'base', routes: ['a:one', 'd:json', 'e:text'] }],
    'mocks/routes/all.json': [
      ...ROUTES,
      { id: 'd', url: '/d', method: 'GET', variants: [bare('json')] },
      { id: 'e', url: '/e', method: 'GET', variants: [bare('text')] },
    ],
  });
  expect(code).toBe(0);
  expect(losses.filter(({ construct }) => construct === 'body').map(({ reason }) => reason)).toEqual([
    'a variant of type "json" needs a body; the rule is left out',
    'a variant of type "text" needs a body; the rule is left out',
  ]);
});

test('programs are never run; they and the routes that they have are named', async () => {
  const { losses, code } = await importProject({
    'mocks/collections.json': [{ id: 'base', routes: ['a:one', 'c:one'] }],
    'mocks/routes/all.json': ROUTES,
    'mocks/routes/c.js': 'throw new Error("run")',
  });
  expect(code).toBe(0);
  expect(losses.map(({ construct }) => construct)).toEqual(['route', 'requests without a rule', 'file']);
  expect(losses[0]?.reason).toContain('no file that is read has a route "c"');
  expect(losses[2]?.file).toMatch(/c\.js$/);
});

const variant = (type: string, options: object): object => ({ id: 'v', type, options });

test.each([
  ['variant of type middleware', {}, variant('middleware', {})],
  ['variant of type static', {}, variant('static', { path: 'x' })],
  ['status', {}, variant('json', { status: 99, body: {} })],
  ['path', {}, variant('file', { status: 200, path: '../../etc/hosts' })],
  ['proxy', {}, variant('proxy', { host: 'http://127.0.0.1:9' })],
  ['method', { method: 'BREW' }, variant('json', { status: 200, body: {} })],
  ['url', { url: 7 }, variant('json', { status: 200, body: {} })],
  ['endpoint', { url: '/a(b)?' }, variant('json', { status: 200, body: {} })],
])('%s is named', async (construct, route, chosen) => {
  const { losses } = await importProject({
    'mocks/collections.json': [{ id: 'base', routes: ['r:v'] }],
    'mocks/routes/r.json': [{ id: 'r', url: '/r', method: 'GET', variants: [chosen], ...route }],
  });
  const loss = losses.find(each => each.construct === construct);
  expect(loss).toMatchObject({
    line: expect.any(Number) as number,
    remedy: expect.stringMatching(/./) as string,
  });
});

test.each([
  [
    [
      { id: 'a', from: 'b', routes: ['a:one'] },
      { id: 'b', from: 'a', routes: [] },
    ],
    [],
  ],
  [[{ id: 'a', from: 'none', routes: ['a:none', 'x'] }], ['from', 'variant', 'route']],
  [[{ id: 'a', routes: [7, null] }], ['route', 'route']],
])('collections %j: %j is named', async (collections, constructs) => {
  const { losses } = await importProject({
    'mocks/collections.json': collections,
    'mocks/routes/all.json': ROUTES,
  });
  const named = losses.map(({ construct }) => construct).filter(each => each !== 'requests without a rule');
  expect(named).toEqual(constructs);
});
