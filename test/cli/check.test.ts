// deadringer check and report merge, as a user runs them: exit codes, files, standard input, words.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Call, folderWith, GOOD, har, SHOP } from '../check/traffic.ts';
import { startProcess } from './process.ts';
import { run, start } from './program.ts';

const BROKEN: Call = { ...GOOD, body: '{"name":9}' };
const DRIFT: Call = { ...GOOD, body: '{"name":"tea","colour":"green"}' };

function recorded(...calls: Call[]): string {
  return path.join(folderWith({ 'traffic.har': har(calls) }), 'traffic.har');
}

const check = (...args: string[]) => run('check', '--specs', SHOP, ...args);

describe('the exit code', () => {
  test('is 0 when the run passed', async () => {
    const { code, out, err } = await check(recorded(GOOD, DRIFT));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/2 {2}kept/);
  });

  test('is 1 when it failed, with the line of the document', async () => {
    const { code, out } = await check(recorded(GOOD, BROKEN));
    expect(code).toBe(1);
    expect(out).toMatch(/test\/check\/shop\.yaml:91:\d+ error response body \/name must be /);
  });

  test.for([
    ['an empty recording', har([]), /holds no entries/],
    [
      'a recording of another site',
      har([{ ...GOOD, url: 'https://other.example/x' }]),
      /went to https:\/\/other\.example \(1\).*--server https:\/\/other\.example/s,
    ],
    ['a recording that is cut off', har([GOOD, GOOD]).slice(0, -300), /is cut off after its first entry/],
    ['an empty file', '', /holds no entries/],
  ] as const)('is 3 for %s, and says so', async ([, text, words]) => {
    const { code, out } = await check(path.join(folderWith({ 'traffic.har': text }), 'traffic.har'));
    expect(code).toBe(3);
    expect(out).toMatch(words);
  });

  test.for([
    ['a file that is not there', ['/nowhere.har'], /nowhere\.har does not exist/],
    ['a file that is no recording', ['package.json'], /package\.json is JSON, but holds no traffic/],
    ['a document that is broken', ['--specs', 'package.json', 'package.json'], /package\.json/],
    ['a server that is none', ['--server', 'shop', 'package.json'], /"shop" is no server/],
    [
      'a server of an unknown API',
      ['--server', 'x=https://a.example', 'package.json'],
      /there is no API "x"/,
    ],
    ['an unknown format', ['--format', 'pdf', 'package.json'], /One or more of text, json, junit/],
    [
      'several formats on one output',
      ['--format', 'json,html', 'package.json'],
      /name a folder with --output/,
    ],
    ['a shard that is none', ['--shard', '4/3', 'package.json'], /A shard is written 2\/4/],
    ['a coverage that is none', ['--min-coverage', 'some', 'package.json'], /Write it as 80/],
    [
      'a baseline that is not there',
      ['--baseline', '/no.yaml', 'package.json'],
      /--update-baseline writes one/,
    ],
    ['no recording at all', [], /missing required argument/],
  ] as const)('is 2 for %s, in words', async ([, args, words]) => {
    const { code, out, err } = await check(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(words);
    expect(err).not.toContain('    at ');
  });
});

test('standard input is "-"', async () => {
  const running = start(['check', '--specs', SHOP, '-']);
  running.stdin.end(har([GOOD, BROKEN]));
  const { code, out } = await running.ended;
  expect(code).toBe(1);
  expect(out).toContain('2  in all');
});

test('several formats go into a folder; text output stays on the terminal', async () => {
  const folder = folderWith({});
  const formats = 'text,json,junit,sarif,markdown,html';
  const { code, out, err } = await check(recorded(BROKEN), '--format', formats, '--output', folder);
  expect(code).toBe(1);
  expect(readdirSync(folder).sort()).toEqual(
    ['html', 'json', 'md', 'sarif', 'xml'].map(extension => `deadringer.${extension}`),
  );
  expect(out).toContain('The contract is broken');
  expect(err).toContain(`html report: ${path.join(folder, 'deadringer.html')}`);
  for (const file of readdirSync(folder))
    expect(readFileSync(path.join(folder, file), 'utf8')).toContain('response-body-schema');
});

test('a report that cannot be written exits with 2 and leaves the existing file', async () => {
  const folder = folderWith({ file: 'before' });
  const { code, err } = await check(
    recorded(GOOD),
    '--format',
    'json',
    '--output',
    path.join(folder, 'file', 'report.json'),
  );
  expect(code).toBe(2);
  expect(err).toMatch(/report\.json cannot be written/);
  expect(readFileSync(path.join(folder, 'file'), 'utf8')).toBe('before');
});

test('merged shards are the bytes of one run, with its exit code', async () => {
  const file = recorded(GOOD, BROKEN, DRIFT, GOOD, { ...GOOD, url: '/nowhere', body: '{}' });
  const folder = folderWith({});
  const json = (name: string, ...args: string[]) =>
    check(file, '--format', 'json', '--output', path.join(folder, name), ...args);
  expect((await json('whole.json')).code).toBe(1);
  const codes = [];
  for (const index of [1, 2, 3]) codes.push((await json(`${index}.json`, '--shard', `${index}/3`)).code);
  expect(codes).toEqual([0, 1, 0]);
  const parts = [3, 1, 2].map(index => path.join(folder, `${index}.json`));
  const { code, out } = await run('report', 'merge', ...parts, '--format', 'json');
  expect(code).toBe(1);
  expect(out).toBe(readFileSync(path.join(folder, 'whole.json'), 'utf8'));
  const missing = await run('report', 'merge', ...parts.slice(1));
  expect(missing).toMatchObject({ code: 2, err: 'deadringer: shard 3 of 3 is missing\n' });
});

test.for([
  ['no JSON', 'text', /is not JSON: write reports that are to be merged with --format json/],
  ['no report', '{"version":1}', /is no report of this version: \/tool/],
] as const)('merging %s ends with 2', async ([, text, words]) => {
  const file = path.join(folderWith({ 'report.json': text }), 'report.json');
  const { code, err } = await run('report', 'merge', file);
  expect(code).toBe(2);
  expect(err).toMatch(words);
});

test('a baseline is written, makes the run pass, and is unchanged when written again', async () => {
  const traffic = recorded(BROKEN, GOOD);
  const baseline = path.join(folderWith({}), 'accepted.yaml');
  const first = await check(traffic, '--baseline', baseline, '--update-baseline');
  expect(first).toMatchObject({
    code: 0,
    out: expect.stringContaining('1 finding accepted, 1 of them new') as string,
  });
  const bytes = readFileSync(baseline, 'utf8');
  expect((await check(traffic, '--baseline', baseline)).code).toBe(0);
  expect((await check(traffic, '--baseline', baseline, '--update-baseline')).code).toBe(0);
  expect(readFileSync(baseline, 'utf8')).toBe(bytes);
  const empty = await check(recorded(), '--baseline', baseline, '--update-baseline');
  expect(empty.code).toBe(3);
  expect(readFileSync(baseline, 'utf8')).toBe(bytes);
});

test('--suggest writes overlays', async () => {
  const folder = folderWith({});
  const { code, err } = await check(recorded(DRIFT), '--suggest', folder);
  expect(code).toBe(0);
  expect(err).toContain(`suggested changes: ${path.join(folder, 'shop.overlay.yaml')}`);
  expect(readFileSync(path.join(folder, 'shop.overlay.yaml'), 'utf8')).toContain('colour:');
});

test('--show-values prints a warning', async () => {
  const traffic = recorded({ ...BROKEN, headers: { Authorization: 'Bearer FAKE-very-secret' } });
  const shown = await check(traffic, '--show-values');
  expect(shown.err).toContain('the report holds secrets as they were recorded');
  expect(shown.out).toContain('FAKE-very-secret');
  expect((await check(traffic)).out).not.toContain('FAKE-very-secret');
});

test('files that are no recordings are skipped and named', async () => {
  const folder = folderWith({ 'a.har': har([GOOD]), 'notes.json': '{"a":1}' });
  const { code, err } = await check(folder);
  expect(code).toBe(0);
  expect(err).toMatch(/passed over: .*notes\.json/);
});

test('an interrupt leaves no partial report', async () => {
  const folder = folderWith({});
  const report = path.join(folder, 'report.json');
  writeFileSync(report, 'before');
  const running = startProcess(['check', '--specs', SHOP, '-', '--format', 'json', '--output', report]);
  const text = har([GOOD]);
  running.child.stdin.write(text.slice(0, 200));
  // It is reading once it has taken more than a pipe holds.
  await new Promise<void>(resolve => running.child.stdin.write(' '.repeat(1 << 20), () => resolve()));
  running.child.kill('SIGINT');
  const { code, err } = await running.ended;
  expect(code).toBe(130);
  expect(err).toContain('interrupted');
  expect(readFileSync(report, 'utf8')).toBe('before');
});

test('the help shows examples and exit codes', async () => {
  const { code, out } = await run('check', '--help');
  expect(code).toBe(0);
  expect(out).toContain('deadringer check traffic.har');
  expect(out).toContain('3 nothing checked or input incomplete');
});
