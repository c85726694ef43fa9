// The access rights of docs/scale.md are those that replicas need: nothing is refused, and no right is unused.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startMock } from '../../src/index.ts';
import { startRedis } from './redis-server.ts';

const [, LINE = ''] = /^(user deadringer on .*)$/m.exec(readFileSync('docs/scale.md', 'utf8')) ?? [];
const PASSWORD = 'FAKE-store-password-replace-me';
/** What only a cluster needs, or another number of the database. */
const ELSEWHERE = ['select', 'cluster|slots'];

/** The control API, as its commands use it: method, path below /__deadringer, body. */
const CONTROL: readonly (readonly [string, string, unknown?])[] = [
  ['POST', '/sessions', { id: 'anna', credentials: ['FAKE-credential'] }],
  ['POST', '/sessions', { id: 'ben' }],
  ['POST', '/sessions/ben/credentials', { credential: 'FAKE-credential', move: true }],
  ['PATCH', '/sessions/anna/clock', { advance: '1h' }],
  ['PATCH', '/sessions/anna/switches/*', { rate: '100/1m' }],
  ['GET', '/sessions'],
  ['GET', '/sessions/anna'],
  ['GET', '/sessions/anna/state'],
  ['GET', '/sessions/anna/journal'],
  ['GET', '/sessions/anna/journal.har'],
  ['GET', '/sessions/anna/coverage'],
  ['POST', '/sessions/anna/verify', { expected: [{ on: 'listPets' }] }],
  ['PUT', '/upstreams/pets', { url: 'http://127.0.0.1:9' }],
  ['DELETE', '/upstreams/pets'],
  ['GET', '/server'],
  ['GET', '/health'],
  ['GET', '/metrics'],
  ['DELETE', '/sessions/anna/journal'],
  ['POST', '/sessions/anna/reset'],
  ['DELETE', '/sessions/anna/state'],
  ['DELETE', '/sessions/anna'],
];

/** Requests to the mock come after these. */
const CALLS_AFTER = new Set(['/sessions/anna/switches/*', '/sessions/anna/journal', '/sessions/anna/reset']);

test('replicas work with the rights that the page gives them, and need each of them', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'access-rights-'));
  const file = path.join(folder, 'users.acl');
  writeFileSync(file, `user default on nopass ~* &* +@all\n${LINE}\n`);
  const redis = await startRedis({ more: ['--aclfile', file] });
  onTestFinished(async () => {
    await redis.stop();
    rmSync(folder, { recursive: true });
  });
  const store = {
    url: redis.url('deadringer'),
    username: 'deadringer',
    password: PASSWORD,
    key: 'FAKE-store-key',
  };
  const options = {
    specs: ['test/fixtures/state/pets.yaml'],
    port: 0,
    stateful: true,
    sessionPerCredential: true,
    limits: { entries: 5 },
    store,
  };
  const [first, second] = [await startMock(options), await startMock(options)];
  const answered: string[] = [];
  const send = async (url: string, method: string, body?: unknown): Promise<void> => {
    const response = await fetch(url, {
      method,
      headers: {
        ...(url.includes('/__deadringer/') ? {} : { authorization: `Bearer FAKE-${answered.length % 3}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.status >= (url.includes('/__deadringer/') ? 400 : 500))
      answered.push(`${method} ${url}: ${response.status} ${text}`);
  };
  const calls = async (): Promise<void> => {
    for (const { url } of [first, second]) {
      await send(`${url}/~anna/pets/pets`, 'POST', { name: 'Rex' });
      await send(`${url}/~anna/pets/pets`, 'GET');
      await send(`${url}/~anna/pets/pets/1`, 'DELETE');
      await send(`${url}/pets/pets`, 'GET');
    }
  };
  try {
    const events = await fetch(`${second.url}/__deadringer/events`);
    for (const [index, [method, route, body]] of CONTROL.entries()) {
      await send(`${(index % 2 === 0 ? first : second).url}/__deadringer${route}`, method, body);
      if (CALLS_AFTER.has(route)) await calls();
    }
    await first.reload();
    await events.body?.cancel();
  } finally {
    await first.close();
    await second.close();
  }
  expect(answered).toEqual([]);
  expect(await redis.cli('ACL', 'LOG')).toBe('');
  const granted = [...LINE.matchAll(/ \+([\w|]+)/g)].map(([, command]) => command as string);
  const stats = await redis.cli('INFO', 'commandstats');
  const used = new Set([...stats.matchAll(/^cmdstat_([\w|]+):/gm)].map(([, command]) => command));
  expect(granted.filter(command => !used.has(command))).toEqual(ELSEWHERE);
});
