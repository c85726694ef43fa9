// deadringer replay, as a user runs it: exit codes, words, files, and nothing sent without being told to.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Call, folderWith, GOOD, har, SHOP } from '../check/traffic.ts';
import { startService } from '../replay/recorded-service.ts';
import { closedPort } from './listening.ts';
import { startProcess } from './process.ts';
import { run, start } from './program.ts';

const TEA = { id: 7, name: 'tea' };
const MASKED: Call = { ...GOOD, headers: { Authorization: 'Bearer xxxx-xxxxx' } };
const REMOVED: Call = { method: 'DELETE', url: '/orders/7', status: 204 };

function recorded(...calls: Call[]): string {
  return path.join(folderWith({ 'traffic.har': har(calls) }), 'traffic.har');
}

const refusing = async () => `http://127.0.0.1:${await closedPort()}`;
const replay = (...args: string[]) => run('replay', '--specs', SHOP, ...args);

describe('the exit code', () => {
  test('is 0 when responses are valid and unchanged', async () => {
    const shop = await startService(() => ({ body: TEA }));
    const { code, out, err } = await replay(recorded(GOOD, REMOVED), '--target', shop.url);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/1 {2}kept/);
    expect(out).toMatch(/1 {2}cannot replay +write 1/);
    expect(out).toContain('entry 2: DELETE may change something there; --allow-writes sends it');
    expect(shop.requests).toHaveLength(1);
  });

  test('is 1 when a response differs, with both values; 0 without --fail-on difference', async () => {
    const shop = await startService(() => ({ body: { ...TEA, state: 'open' } }));
    const file = recorded(GOOD);
    const { code, out } = await replay(file, '--target', shop.url);
    expect(code).toBe(1);
    expect(out).toContain('response body /state is new');
    expect(out).toContain('The answers are not the recorded ones: 1 finding to act on');
    expect((await replay(file, '--target', shop.url, '--fail-on', 'violation')).code).toBe(0);
  });

  test('is 1 for violations', async () => {
    const shop = await startService(() => ({ body: { name: 9 } }));
    const { code, out } = await replay(recorded(GOOD), '--target', shop.url);
    expect(code).toBe(1);
    expect(out).toContain('The contract is broken');
  });

  test('is 3 when missing credentials left nothing to send', async () => {
    const shop = await startService(() => ({ body: TEA }));
    const { code, out } = await replay(recorded(MASKED), '--target', shop.url);
    expect(code).toBe(3);
    expect(out).toContain('set DEADRINGER_SECRET_AUTHORIZATION');
    expect(shop.requests).toEqual([]);
  });

  test('all missing credentials are named at once', async () => {
    const headers = { ...MASKED.headers, 'X-Api-Key': 'xxxx-xxxx-0000' };
    const { out } = await replay(recorded({ ...GOOD, headers }), '--target', await refusing());
    expect(out).toMatch(
      /entry 1: the secret "authorization" .*; set DEADRINGER_SECRET_AUTHORIZATION; the secret "x-api-key" .*; set DEADRINGER_SECRET_X_API_KEY\n/,
    );
  });

  test('is 3 without any response', async () => {
    const { code, out } = await replay(recorded(GOOD), '--target', await refusing());
    expect(code).toBe(3);
    expect(out).toContain('refuses connections');
  });

  test.for([
    ['nobody named', ['package.json'], /say --target <url>, or --allow-host <host>/],
    ['a target that is none', ['--target', 'shop', 'package.json'], /"shop" is no server/],
    ['a rate that is none', ['--rate', 'fast', 'package.json'], /Requests a second/],
    ['a time that is none', ['--timeout', '30', 'package.json'], /written like 30s/],
    ['a concurrency that is none', ['--concurrency', '0', 'package.json'], /whole number from 1/],
    [
      'a secret in place of its variable',
      ['--target', 'http://127.0.0.1:1', '--secret', 'authorization=FAKE-secret', 'package.json'],
      /never the secret itself/,
    ],
  ] as const)('is 2 for %s, in words', async ([, args, words]) => {
    const { code, out, err } = await replay(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(words);
    expect(err).not.toContain('FAKE-secret');
  });
});

test('a dry run prints what would be sent or skipped and sends nothing', async () => {
  const shop = await startService(() => ({ body: TEA }));
  const made: Call = {
    method: 'POST',
    url: '/orders',
    send: '{"name":"tea"}',
    status: 201,
    body: '{"id":8,"name":"tea"}',
  };
  const file = recorded(GOOD, REMOVED, MASKED, made, { ...GOOD, url: '/orders/8' });
  const { code, out } = await replay(file, '--target', `${shop.url}/v2`, '--dry-run');
  expect(code).toBe(0);
  expect(out.split('\n')).toEqual([
    `ask    GET ${shop.url}/v2/orders/7 (${file} entry 1)`,
    `leave  ${file} entry 2: write: DELETE may change something there; --allow-writes sends it`,
    `leave  ${file} entry 3: secret: the secret "authorization" is a placeholder in the recording; set DEADRINGER_SECRET_AUTHORIZATION`,
    `leave  ${file} entry 4: write: POST may change something there; --allow-writes sends it`,
    expect.stringContaining('entry 5: depends: it needs what entry 4 should have given'),
    '5 exchanges: 1 would be asked, 4 cannot be replayed, 0 out of scope, 0 unreadable; nothing was sent',
    '',
  ]);
  const writes = await replay(file, '--target', shop.url, '--dry-run', '--allow-writes');
  expect(writes.out).toContain('entry 5), with what entry 4 gives');
  expect((await replay(recorded(REMOVED), '--target', shop.url, '--dry-run')).code).toBe(3);
  expect(shop.requests).toEqual([]);
});

test('several formats go into a folder, and a baseline accepts differences', async () => {
  const shop = await startService(() => ({ status: 404 }));
  const folder = folderWith({});
  const file = recorded(GOOD);
  const formats = 'text,json,junit,sarif,markdown,html';
  const { code } = await replay(file, '--target', shop.url, '--format', formats, '--output', folder);
  expect(code).toBe(1);
  for (const name of readdirSync(folder))
    expect(readFileSync(path.join(folder, name), 'utf8')).toContain('answer-status-differs');
  const merged = await run('report', 'merge', path.join(folder, 'deadringer.json'), '--format', 'json');
  expect(merged).toMatchObject({
    code: 1,
    out: readFileSync(path.join(folder, 'deadringer.json'), 'utf8'),
  });
  const baseline = path.join(folderWith({}), 'accepted.yaml');
  const accept = await replay(file, '--target', shop.url, '--baseline', baseline, '--update-baseline');
  expect(accept.out).toContain('1 finding accepted, 1 of them new');
  expect((await replay(file, '--target', shop.url, '--baseline', baseline)).code).toBe(0);
});

test('an interrupt leaves no partial report', async () => {
  const folder = folderWith({ 'report.json': 'before' });
  const report = path.join(folder, 'report.json');
  let heard: () => void = () => {};
  const asked = new Promise<void>(resolve => {
    heard = resolve;
  });
  const shop = await startService(() => {
    heard();
    return new Promise(() => {});
  });
  const running = startProcess([
    ...['replay', '--specs', SHOP, recorded(GOOD), '--target', shop.url],
    ...['--format', 'json', '--output', report],
  ]);
  await asked;
  running.child.kill('SIGINT');
  const { code, err } = await running.ended;
  expect({ code, err }).toEqual({ code: 130, err: 'deadringer: interrupted; no report was written\n' });
  expect(readFileSync(report, 'utf8')).toBe('before');
});

test('a recording of an earlier replay target can be read from standard input', async () => {
  const shop = await startService(() => ({ body: TEA }));
  const running = start(['replay', '--specs', SHOP, '-', '--target', shop.url]);
  running.stdin.end(har([GOOD]));
  expect((await running.ended).code).toBe(0);
});

test('the help shows examples, exit codes and where credentials come from', async () => {
  const { code, out } = await run('replay', '--help');
  expect(code).toBe(0);
  expect(out).toContain('deadringer replay traffic.har --target https://staging.example.com/v2');
  expect(out.replace(/\s+/g, ' ')).toContain('DEADRINGER_SECRET_<API>_<NAME>');
});

test('check has no option for differences', async () => {
  const file = recorded(GOOD);
  writeFileSync(`${file}.txt`, '');
  const { code, err } = await run('check', '--specs', SHOP, file, '--fail-on', 'difference');
  expect(code).toBe(2);
  expect(err).toContain('One or more of violation, undocumented, not-checkable, advice');
});
