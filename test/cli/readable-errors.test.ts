// What a person reads: no terminal escapes from input, plain sentences with places, advice that is whole, no repetition.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { folderWith } from '../check/traffic.ts';
import { run } from './program.ts';

const RED = '\u001b[31m';
const har = (...urls: string[]): string =>
  JSON.stringify({
    log: {
      version: '1.2',
      entries: urls.map(url => ({
        startedDateTime: '2026-01-01T00:00:00Z',
        request: { method: 'GET', url, headers: [] },
        response: { status: 200, headers: [], content: {} },
      })),
    },
  });
const document = (title: string): string =>
  `openapi: 3.0.3\ninfo: { title: ${title}, version: "1" }\npaths: {}\n`;

test.each<[string, (folder: string) => string[]]>([
  ['the name of a document', folder => ['lint', path.join(folder, 'specs')]],
  ['the name of a command', () => [`lint${RED}`]],
  ['the name of an option', () => ['lint', `--x${RED}`]],
  ['the value of an option', () => ['serve', '--log', RED]],
  [
    'the name of an API in a scenario folder',
    folder => ['lint', folder, '--scenarios', path.join(folder, 'stories')],
  ],
  [
    'the output folder',
    folder => [
      'check',
      path.join(folder, 'a.har'),
      '--specs',
      folder,
      '--format',
      'json',
      '-o',
      path.join(folder, RED, 'x.json'),
    ],
  ],
])('%s is printed without escape sequences', async (_, args) => {
  const folder = folderWith({ 'a.yaml': document('A'), 'a.har': har('http://a/x') });
  mkdirSync(path.join(folder, 'specs'));
  writeFileSync(
    path.join(folder, 'specs', `b${RED}.yaml`),
    'openapi: 3.0.3\ninfo: { title: b, version: "1" }\npaths: [',
  );
  mkdirSync(path.join(folder, 'stories', `b${RED}`), { recursive: true });
  writeFileSync(path.join(folder, 'stories', `b${RED}`, `c${RED}.yaml`), 'title: c\nruls: 3\n');
  const { out, err } = await run(...args(folder));
  expect(out + err).not.toContain('\u001b');
  expect(out + err).toContain('\\u001b');
});

test.each([
  [
    '{"version": 3,\n "tool": 3}',
    /^deadringer: \S+r\.json:2:2 is not a valid report: \/tool must be an object; create/,
  ],
  ['[]', /^deadringer: \S+r\.json:1:1 is not a valid report: \/ must be an object; create/],
])('the report %j is refused with its place', async (text, expected) => {
  const { code, err } = await run('report', 'merge', path.join(folderWith({ 'r.json': text }), 'r.json'));
  expect([code, err]).toEqual([2, expect.stringMatching(expected)]);
});

test('a baseline with a misspelt key is refused with its place', async () => {
  const folder = folderWith({
    'a.yaml': document('A'),
    'a.har': har('http://a/x'),
    'b.txt': 'version: 1\nacepted: []\n',
  });
  const baseline = path.join(folder, 'b.txt');
  const { code, err } = await run(
    'check',
    path.join(folder, 'a.har'),
    '--specs',
    path.join(folder, 'a.yaml'),
    '--baseline',
    baseline,
  );
  expect([code, err]).toEqual([
    2,
    expect.stringContaining(`${baseline}:1:1 not a valid baseline: /accepted "accepted" is missing`),
  ]);
});

test.each(['text', 'markdown', 'github', 'junit', 'html'])(
  'advice in %s is whole, and is given once',
  async format => {
    const host = `${'long-name.'.repeat(12)}example.com`;
    const names = Object.fromEntries(
      Array.from({ length: 12 }, (_, n) => [`api-${n}.yaml`, document(`Title ${n}`)]),
    );
    const folder = folderWith({
      ...names,
      'a.har': har(`https://${host}/a`, `https://${host}/b`, 'https://b.example.com/b'),
    });
    const { code, out } = await run(
      'check',
      path.join(folder, 'a.har'),
      '--specs',
      folder,
      '--format',
      format,
    );
    expect(code).toBe(3);
    const text = out.replaceAll('&#46;', '.').replaceAll('&#58;', ':').replaceAll('\\', '');
    expect(text).toContain(`add --server https://${host} to the command`);
    expect(text.match(/If one of these hosts is the API/g)?.length).toBe(format === 'github' ? 2 : 1);
    if (format === 'text') for (const n of Object.keys(names)) expect(out).toContain(n);
  },
);

test('the help of a part of a command has examples', async () => {
  for (const args of [
    ['scenarios', 'from'],
    ['report', 'merge'],
  ])
    expect((await run(...args, '--help')).out).toContain(`Examples:\n  deadringer ${args.join(' ')} `);
});
