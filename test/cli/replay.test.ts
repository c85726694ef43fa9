// Tests of the replay command: exit codes, messages, report files, and which requests it sends without an option.
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
    expect(out).toMatch(/ 1 {2}passed\n/);
    expect(out).toMatch(/ 1 {2}skipped +write 1\n/);
    expect(out).toContain('entry 2: DELETE may change data on the target; use --allow-writes to send it');
    expect(shop.requests).toHaveLength(1);
  });

  test('is 1 when a response differs, with both values; 0 without --fail-on difference', async () => {
    const shop = await startService(() => ({ body: { ...TEA, state: 'open' } }));
    const file = recorded(GOOD);
    const { code, out } = await replay(file, '--target', shop.url);
    expect(code).toBe(1);
    expect(out).toContain('response body /state is new');
    expect(out).toContain(
      'Failed: 1 finding where the response differs from the recording; 1 of 1 checked exchange passed.',
    );
    expect((await replay(file, '--target', shop.url, '--fail-on', 'violation')).code).toBe(0);
  });

  test('is 1 for violations', async () => {
    const shop = await startService(() => ({ body: { name: 9 } }));
    const { code, out } = await replay(recorded(GOOD), '--target', shop.url);
    expect(code).toBe(1);
    expect(out).toContain('Failed: 3 findings; 1 of 1 checked exchange failed.');
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
    [
      'a missing target',
      ['package.json'],
      /--target <url> is required, or --allow-host <host> to send to the recorded host\n/,
    ],
    [
      'an invalid target',
      ['--target', 'shop', 'package.json'],
      /"shop" is not a valid server: use https:\/\/host or https:\/\/host\/base\/path\n/,
    ],
    [
      'an invalid rate',
      ['--rate', 'fast', 'package.json'],
      /Must be a number of requests per second, such as 5 or 0\.5\.\n/,
    ],
    [
      'an invalid time',
      ['--timeout', '30', 'package.json'],
      /Write a time such as 30s, 500ms or 2m; the maximum is one hour\.\n/,
    ],
    ['an invalid concurrency', ['--concurrency', '0', 'package.json'], /whole number from 1/],
    [
      'a secret in place of the name of its variable',
      ['--target', 'http://127.0.0.1:1', '--secret', 'authorization=FAKE-secret', 'package.json'],
      /the environment variable that holds it, not the secret itself\n/,
    ],
  ] as const)('is 2 for %s, with a message', async ([, args, message]) => {
    const { code, out, err } = await replay(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
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
    `send   GET ${shop.url}/v2/orders/7 (${file}, entry 1)`,
    `skip   ${file}, entry 2: write: DELETE may change data on the target; use --allow-writes to send it`,
    `skip   ${file}, entry 3: missing-secret: the secret "authorization" is a placeholder in the recording; set DEADRINGER_SECRET_AUTHORIZATION`,
    `skip   ${file}, entry 4: write: POST may change data on the target; use --allow-writes to send it`,
    `skip   ${file}, entry 5: missing-dependency: it needs a value from entry 4: that exchange was skipped, or its response does not contain the value`,
    '5 exchanges: 1 would be sent, 4 skipped, 0 out of scope, 0 unreadable; nothing was sent',
    '',
  ]);
  const writes = await replay(file, '--target', shop.url, '--dry-run', '--allow-writes');
  expect(writes.out).toContain('entry 5), uses values from entry 4\n');
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
  expect(accept.out).toContain(`${baseline}: 1 finding accepted (1 new), 0 removed\n`);
  expect((await replay(file, '--target', shop.url, '--baseline', baseline)).code).toBe(0);
});

test('an interrupt leaves no partial report', async () => {
  const folder = folderWith({ 'report.json': 'before' });
  const report = path.join(folder, 'report.json');
  let onRequest: () => void = () => {};
  const requested = new Promise<void>(resolve => {
    onRequest = resolve;
  });
  const shop = await startService(() => {
    onRequest();
    return new Promise(() => {});
  });
  const running = startProcess([
    ...['replay', '--specs', SHOP, recorded(GOOD), '--target', shop.url],
    ...['--format', 'json', '--output', report],
  ]);
  await requested;
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

test('check does not accept --fail-on difference', async () => {
  const file = recorded(GOOD);
  writeFileSync(`${file}.txt`, '');
  const { code, err } = await run('check', '--specs', SHOP, file, '--fail-on', 'difference');
  expect(code).toBe(2);
  expect(err).toContain(
    "argument 'difference' is invalid. Use one or more of violation, rejected, undocumented, undecodable, not-checkable, advice, separated by commas, or none.\n",
  );
});
