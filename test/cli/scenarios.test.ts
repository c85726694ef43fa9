// deadringer scenarios from, as a user runs it: files, what it says, exit codes, and what it never overwrites.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Call, folderWith, GOOD, har, SHOP } from '../check/traffic.ts';
import { type Ended, run, start } from './program.ts';

const NOT_FOUND: Call = { url: '/orders/99', status: 404, body: '' };
const LIE: Call = { ...GOOD, url: '/orders/8', body: '{"id":8,"name":8}' };

interface Place {
  readonly folder: string;
  readonly out: string;
  from(...args: string[]): Promise<Ended>;
}

function place(calls: readonly Call[]): Place {
  const folder = folderWith({ 'traffic.har': har(calls) });
  const out = path.join(folder, 'stories');
  const traffic = path.join(folder, 'traffic.har');
  return {
    folder,
    out,
    from: (...args) => run('scenarios', 'from', traffic, '--specs', SHOP, '--output', out, ...args),
  };
}

test('writes files, says which, and accounts for every exchange', async () => {
  const { out, from } = place([GOOD, GOOD, NOT_FOUND, LIE, { url: 'https://other.example/' }]);
  expect(await from()).toEqual({
    code: 0,
    err: '',
    out: `${out}/shop/recorded-getOrder-200.yaml: 2 rules
  off contract: recorded 2026-11-21, traffic.har entry 4: response body /name must be string, is the number 8 (test/check/shop.yaml:91)
${out}/shop/recorded-getOrder-404.yaml: 1 rule
Exchanges  each of them is in exactly one row
  5  in all
  3  in scenarios
  1  the same as one of these
  1  left out: out of scope: other-host
Play them  deadringer serve --specs ${SHOP} --scenarios ${out}
     then  deadringer use shop/recorded-getOrder-200 shop/recorded-getOrder-404
`,
  });
  const text = readFileSync(path.join(out, 'shop/recorded-getOrder-404.yaml'), 'utf8');
  expect(text).not.toContain('on-by-default');
  expect(text).not.toContain('yaml-language-server');
});

test('what it writes is sound, and can be served', async () => {
  const { out, from } = place([GOOD, NOT_FOUND, LIE]);
  const { out: said } = await from('--on', '--prefix', 'monday');
  expect(said).toMatch(/\nPlay them {2}deadringer serve --specs \S+ --scenarios \S+\n$/);
  expect(readdirSync(path.join(out, 'shop')).sort()).toEqual([
    'monday-getOrder-200.yaml',
    'monday-getOrder-404.yaml',
  ]);
  const linted = await run('lint', SHOP, '--scenarios', out);
  expect(linted.out).toMatch(/2 scenarios: sound/);
  const server = start(['serve', '--port', '0', '--log', 'json', '--specs', SHOP, '--scenarios', out]);
  const [, url = ''] = await server.line(/"listening":"([^"]+)"/);
  const answer = await fetch(`${url}/shop/v1/orders/99`, { headers: { authorization: 'Bearer x' } });
  expect(answer.status).toBe(404);
  server.signal('SIGTERM');
  await server.ended;
});

describe('files that are there already', () => {
  test('are left alone if this command did not write them', async () => {
    const { out, from } = place([GOOD]);
    await from();
    const file = path.join(out, 'shop/recorded-getOrder-200.yaml');
    writeFileSync(file, 'title: Mine\nrules: [{ on: getOrder, reply: 200 }]\n');
    const { code, err } = await from('--force');
    expect([code, err]).toEqual([
      2,
      `deadringer: ${file} was not made by this command and is left as it is: choose another --prefix or --output\n`,
    ]);
    expect(readFileSync(file, 'utf8')).toMatch(/^title: Mine/);
  });

  test('are written anew by --force alone, and nothing is written before all of them may be', async () => {
    const { out, from, folder } = place([GOOD]);
    await from();
    expect((await from()).code).toBe(0);
    const file = path.join(out, 'shop/recorded-getOrder-200.yaml');
    writeFileSync(path.join(folder, 'traffic.har'), har([{ ...GOOD, body: '{"name":"gin"}' }, NOT_FOUND]));
    const { code, err } = await from();
    expect([code, err]).toEqual([
      2,
      `deadringer: ${file} is there already: --force writes it anew, and what was changed in it is lost\n`,
    ]);
    expect(existsSync(path.join(out, 'shop/recorded-getOrder-404.yaml'))).toBe(false);
    expect((await from('--force')).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toContain('gin');
  });
});

describe('the exit code', () => {
  test('is 3 where nothing could be made, with the server to name', async () => {
    const { out, from } = place([{ ...GOOD, url: 'https://staging.example/v1/orders/7' }]);
    const { code, err } = await from();
    expect([code, err]).toEqual([
      3,
      'deadringer: no scenario could be made; if the API was recorded at https://staging.example, say --server https://staging.example\n',
    ]);
    expect(existsSync(out)).toBe(false);
    expect((await from('--server', 'https://staging.example/v1')).code).toBe(0);
  });

  test('is 3 where the recording holds nothing, and that is said', async () => {
    const { out, from } = place([]);
    const { code, err } = await from();
    expect([code, err]).toEqual([
      3,
      'deadringer: no scenario could be made: there is no exchange in what was read\n',
    ]);
    expect(existsSync(out)).toBe(false);
  });

  test('is 3 where the recording is incomplete, and the rest is written', async () => {
    const { folder, out, from } = place([GOOD]);
    const whole = har([GOOD, NOT_FOUND]);
    writeFileSync(path.join(folder, 'traffic.har'), whole.slice(0, whole.lastIndexOf('"response"')));
    const { code, err } = await from();
    expect(code).toBe(3);
    expect(err).toMatch(/^deadringer: traffic\.har: /);
    expect(readdirSync(path.join(out, 'shop'))).toEqual(['recorded-getOrder-200.yaml']);
  });

  test.for([
    [['--prefix', '../x'], /--prefix "\.\.\/x" cannot begin the name of a file/],
    [['--server', 'nowhere=https://x.example'], /there is no API "nowhere"/],
    [['--specs', 'nowhere.yaml'], /nowhere\.yaml/],
  ] as const)('is 2 for wrong usage: %s', async ([args, complaint]) => {
    const { code, err } = await place([GOOD]).from(...args);
    expect(code).toBe(2);
    expect(err).toMatch(complaint);
  });
});

test('names a story that is on by default and would answer before what was recorded', async () => {
  const { out, from } = place([GOOD]);
  mkdirSync(path.join(out, 'shop'), { recursive: true });
  writeFileSync(
    path.join(out, 'shop/echo.yaml'),
    'title: Mine\non-by-default: true\nrules: [{ on: getOrder, reply: 404 }]\n',
  );
  expect((await from()).err).toBe('');
  const { code, err } = await from('--on', '--force');
  expect([code, err]).toEqual([
    0,
    'deadringer: shop/echo is on by default as well, and is asked first: "deadringer use --off shop/echo" lets the recorded answers through\n',
  ]);
});

test('Ctrl-C ends it, and nothing is written', async () => {
  const { out } = place([]);
  const program = start(['scenarios', 'from', '-', '--specs', SHOP, '-o', out]);
  program.stdin.on('error', () => {});
  program.stdin.write(har([GOOD]).slice(0, 200));
  // It is reading once it has taken more than a pipe holds.
  await new Promise<void>(resolve => program.stdin.write(' '.repeat(1 << 20), () => resolve()));
  program.signal('SIGINT');
  const { code, err } = await program.ended;
  expect([code, err]).toEqual([130, 'deadringer: interrupted; nothing was written\n']);
  expect(existsSync(out)).toBe(false);
});

test('reads standard input, and help shows how', async () => {
  const { out } = place([]);
  const program = start(['scenarios', 'from', '-', '--specs', SHOP, '-o', out]);
  program.stdin.end(har([GOOD]));
  expect((await program.ended).code).toBe(0);
  expect(readFileSync(path.join(out, 'shop/recorded-getOrder-200.yaml'), 'utf8')).toContain(
    'out of standard input, recorded',
  );
  const help = await run('scenarios', 'from', '--help');
  expect(help.out).toMatch(/--output <folder>/);
  expect((await run('scenarios', '--help')).out).toContain('deadringer scenarios from traffic.har');
});

test('names the schema for editors where there is one', async () => {
  const { out, from } = place([GOOD]);
  await from();
  writeFileSync(path.join(out, 'scenario.schema.json'), '{}');
  expect((await from('--force')).code).toBe(0);
  expect(readFileSync(path.join(out, 'shop/recorded-getOrder-200.yaml'), 'utf8')).toMatch(
    /^# Made by [^\n]*\n# yaml-language-server: \$schema=\.\.\/scenario\.schema\.json\n/,
  );
});
