// deadringer check and report merge as commands: exit codes, files, standard input, messages.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Call, folderWith, GOOD, har, SHOP } from '../check/traffic.ts';
import { startProcess } from './process.ts';
import { run, start } from './program.ts';

const INVALID: Call = { ...GOOD, body: '{"name":9}' };
const UNDOCUMENTED: Call = { ...GOOD, body: '{"name":"tea","colour":"green"}' };

function recorded(...calls: Call[]): string {
  return path.join(folderWith({ 'traffic.har': har(calls) }), 'traffic.har');
}

const check = (...args: string[]) => run('check', '--specs', SHOP, ...args);

describe('the exit code', () => {
  test('is 0 when the run passed', async () => {
    const { code, out, err } = await check(recorded(GOOD, UNDOCUMENTED));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/2 {2}passed/);
  });

  test('is 1 when it failed, with the line of the document', async () => {
    const { code, out } = await check(recorded(GOOD, INVALID));
    expect(code).toBe(1);
    expect(out).toMatch(/test\/check\/shop\.yaml:91:\d+ error response body \/name must be /);
  });

  test.for([
    ['an empty recording', har([]), /^Nothing to check: no entries in .*traffic\.har/m],
    [
      'a recording of another host',
      har([{ ...GOOD, url: 'https://other.example/x' }]),
      /went to https:\/\/other\.example \(1\).*--server https:\/\/other\.example/s,
    ],
    ['a truncated recording', har([GOOD, GOOD]).slice(0, -300), /is truncated after its first entry/],
    ['an empty file', '', /^Nothing to check: no entries in .*traffic\.har/m],
  ] as const)('is 3 for %s, with a message', async ([, text, message]) => {
    const { code, out } = await check(path.join(folderWith({ 'traffic.har': text }), 'traffic.har'));
    expect(code).toBe(3);
    expect(out).toMatch(message);
  });

  test.for([
    ['a missing file', ['/nowhere.har'], /nowhere\.har does not exist/],
    [
      'a file that is not a recording',
      ['package.json'],
      /package\.json is JSON, but contains no recorded traffic/,
    ],
    ['an invalid document', ['--specs', 'package.json', 'package.json'], /package\.json/],
    ['an invalid server', ['--server', 'shop', 'package.json'], /"shop" is not a valid server/],
    [
      'a server of an unknown API',
      ['--server', 'x=https://a.example', 'package.json'],
      /there is no API "x"/,
    ],
    ['an unknown format', ['--format', 'pdf', 'package.json'], /Use one or more of text, json, junit/],
    [
      'several formats on standard output',
      ['--format', 'json,html', 'package.json'],
      /2 formats cannot be written to standard output: use --output <folder>/,
    ],
    ['an invalid shard', ['--shard', '4/3', 'package.json'], /Write a shard as 2\/4/],
    ['an invalid coverage', ['--min-coverage', 'some', 'package.json'], /Write 80, or operations=80/],
    ['a missing baseline', ['--baseline', '/no.yaml', 'package.json'], /--update-baseline creates it/],
    ['no recording at all', [], /missing required argument/],
  ] as const)('is 2 for %s, with a message', async ([, args, message]) => {
    const { code, out, err } = await check(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
    expect(err).not.toContain('    at ');
  });
});

test('"-" reads standard input', async () => {
  const running = start(['check', '--specs', SHOP, '-']);
  running.stdin.end(har([GOOD, INVALID]));
  const { code, out } = await running.ended;
  expect(code).toBe(1);
  expect(out).toContain('2  total');
});

test('several formats go into a folder; text goes to standard output', async () => {
  const folder = folderWith({});
  const formats = 'text,json,junit,sarif,markdown,html';
  const { code, out, err } = await check(recorded(INVALID), '--format', formats, '--output', folder);
  expect(code).toBe(1);
  expect(readdirSync(folder).sort()).toEqual(
    ['html', 'json', 'md', 'sarif', 'xml'].map(extension => `deadringer.${extension}`),
  );
  expect(out).toContain('Failed: 1 finding; 1 of 1 checked exchange failed.');
  expect(err).toContain(`html report: ${path.join(folder, 'deadringer.html')}`);
  for (const file of readdirSync(folder))
    expect(readFileSync(path.join(folder, file), 'utf8')).toContain('response-body-schema');
});

test('in a workflow below the root of its repository, files have their names in the repository', async () => {
  const root = path.resolve('..');
  const below = path.basename(process.cwd());
  const folder = folderWith({});
  const args = ['--format', 'github,sarif', '--output', folder, recorded(INVALID)];
  const { out } = await start(['check', '--specs', SHOP, ...args], { env: { GITHUB_WORKSPACE: root } }).ended;
  expect(out).toContain(`::error file=${below}/test/check/shop.yaml,line=91,`);
  expect(readFileSync(path.join(folder, 'deadringer.sarif'), 'utf8')).toContain(
    `"uri": "${below}/test/check/shop.yaml"`,
  );
  const atRoot = await start(['check', '--specs', SHOP, ...args], {
    env: { GITHUB_WORKSPACE: process.cwd() },
  }).ended;
  expect(atRoot.out).toContain('::error file=test/check/shop.yaml,line=91,');
});

describe('with --format github, an error that ends the command is an annotation', () => {
  test.for([
    ['a missing recording', ['no.har'], /^::error title=deadringer::no\.har does not exist\. Give/],
    [
      'a wrong value',
      ['no.har', '--fail-on', 'all'],
      /^::error title=deadringer::option '--fail-on <kinds>'/,
    ],
    [
      'an invalid document, with its line in the repository',
      ['--specs', 'bad.yaml', 'traffic.har'],
      /^::error file=\/\S+bad\.yaml,line=\d+,col=\d+,title=spec-\w+::/,
    ],
  ] as const)('%s', async ([, args, annotation]) => {
    const folder = folderWith({ 'bad.yaml': 'openapi: 3.1.0\ninfo: {\n', 'traffic.har': har([GOOD]) });
    const words = args.map(word => (existsSync(path.join(folder, word)) ? path.join(folder, word) : word));
    const { code, out, err } = await run('check', '--format', 'github', ...words);
    expect(code).toBe(2);
    expect(out).toMatch(annotation);
    expect(out.trimEnd().split('\n')).toHaveLength(1);
    expect(err).not.toBe('');
  });

  test('and with another format it is not', async () => {
    expect(await run('check', '--format', 'json', 'no.har', '--', '--format=github')).toMatchObject({
      out: '',
    });
  });
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

test('merged shards equal the report of one run byte for byte, with its exit code', async () => {
  const file = recorded(GOOD, INVALID, UNDOCUMENTED, GOOD, { ...GOOD, url: '/nowhere', body: '{}' });
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
  ['a file that is not JSON', 'text', /is not JSON: create reports to merge with --format json/],
  ['a file that is not a report', '{"version":3}', /is not a valid report: \/tool/],
  ['a file without a report version', '{}', /is not a valid report: \/version/],
  [
    'a report of another version',
    '{"version":1}',
    /is a report of version 1, but only version 3 can be read: create it again with this release/,
  ],
] as const)('merging %s ends with 2', async ([, text, message]) => {
  const file = path.join(folderWith({ 'report.json': text }), 'report.json');
  const { code, err } = await run('report', 'merge', file);
  expect(code).toBe(2);
  expect(err).toMatch(message);
});

test('--update-baseline writes a baseline that makes the run pass and does not change when written again', async () => {
  const traffic = recorded(INVALID, GOOD);
  const baseline = path.join(folderWith({}), 'accepted.yaml');
  const first = await check(traffic, '--baseline', baseline, '--update-baseline');
  expect(first).toMatchObject({
    code: 0,
    out: expect.stringContaining('1 finding accepted (1 new), 0 removed') as string,
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
  const { code, err } = await check(recorded(UNDOCUMENTED), '--suggest', folder);
  expect(code).toBe(0);
  expect(err).toContain(`overlay: ${path.join(folder, 'shop.overlay.yaml')}`);
  expect(readFileSync(path.join(folder, 'shop.overlay.yaml'), 'utf8')).toContain('colour:');
});

test('a suggested overlay can be applied to its document', async () => {
  const folder = folderWith({});
  const traffic = recorded(UNDOCUMENTED);
  const before = await check(traffic, '--suggest', folder, '--fail-on', 'undocumented');
  expect(before.code).toBe(1);
  const overlay = path.join(folder, 'shop.overlay.yaml');
  const after = await check(traffic, '--overlay', overlay, '--fail-on', 'undocumented');
  expect(after).toMatchObject({ code: 0, err: '' });
});

test('--show-values prints a warning', async () => {
  const traffic = recorded({ ...INVALID, headers: { Authorization: 'Bearer FAKE-very-secret' } });
  const shown = await check(traffic, '--show-values');
  expect(shown.err).toContain('--show-values: the report contains secrets; do not share it');
  expect(shown.out).toContain('FAKE-very-secret');
  expect((await check(traffic)).out).not.toContain('FAKE-very-secret');
});

test('files that are not recordings are skipped with a message', async () => {
  const folder = folderWith({ 'a.har': har([GOOD]), 'notes.json': '{"a":1}' });
  const { code, err } = await check(folder);
  expect(code).toBe(0);
  expect(err).toMatch(/skipped: .*notes\.json/);
});

test('an interrupt leaves no partial report', async () => {
  const folder = folderWith({});
  const report = path.join(folder, 'report.json');
  writeFileSync(report, 'before');
  const running = startProcess(['check', '--specs', SHOP, '-', '--format', 'json', '--output', report]);
  const text = har([GOOD]);
  running.child.stdin.write(text.slice(0, 200));
  // The command reads once it has accepted more bytes than a pipe buffers.
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
  expect(out).toContain('3 incomplete (nothing checked, or input unreadable)');
});
