// Credentials that lead to sessions, while replicas bind, move and forget them at the same time.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type RedisServer, startRedis } from './redis-server.ts';
import type { Replicas } from './replicas.ts';
import { control, startReplicaProcess, startReplicas } from './replicas.ts';

const SPECS = ['test/fixtures/state/pets.yaml'];

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

async function open(prefix: string): Promise<Replicas> {
  const replicas = await startReplicas(2, { storeUrl: redis.url(prefix), specs: SPECS, port: 0 });
  onTestFinished(() => replicas.close());
  return replicas;
}

function bind(url: string, session: string, credential: string): Promise<unknown> {
  return control(url, 'POST', `/sessions/${session}/credentials`, { credential, move: true });
}

/** The session of a request with the credential. */
async function sessionOf(url: string, credential: string): Promise<string> {
  const { headers } = await fetch(`${url}/pets/pets`, { headers: { authorization: `Bearer ${credential}` } });
  const { session } = await control(url, 'GET', `/journal/${headers.get('x-deadringer-exchange')}`);
  return session;
}

test('a credential that two replicas bind at once is that of one session, whose end does not depend on the other', async () => {
  const { servers } = await open('at-once');
  const [one = '', other = ''] = servers.map(({ url }) => url);
  const credentials = Array.from({ length: 20 }, (_, index) => `FAKE-token-${index}`);
  for (const credential of credentials)
    await Promise.all([bind(one, 'anna', credential), bind(other, 'ben', credential)]);
  const owners = await Promise.all(credentials.map(each => sessionOf(one, each)));
  const sessions = await Promise.all(['anna', 'ben'].map(id => control(one, 'GET', `/sessions/${id}`)));
  const counts = sessions.map(({ bindings }) => bindings.credentials);
  expect(counts).toEqual(['anna', 'ben'].map(id => owners.filter(owner => owner === id).length));
  await control(one, 'DELETE', '/sessions/anna');
  const remaining = credentials.filter((_, index) => owners[index] === 'ben');
  expect(await Promise.all(remaining.map(each => sessionOf(other, each)))).toEqual(
    remaining.map(() => 'ben'),
  );
});

test('a replica that stood still while others bound the first credential uses it', async () => {
  const prefix = 'stood-still';
  const start = () => startReplicaProcess(redis.url(prefix), ['--specs', ...SPECS]);
  const [one, still] = await Promise.all([start(), start()]);
  still.child.kill('SIGSTOP');
  await bind(one.url, 'anna', 'FAKE-token');
  still.child.kill('SIGCONT');
  expect(await sessionOf(still.url, 'FAKE-token')).toBe('anna');
});

test('the hashes of credentials in the store cannot be compared with those of guesses', async () => {
  const { url } = await open('guesses');
  await bind(url, 'anna', 'FAKE-guess');
  await bind(url, 'ben', 'FAKE-guess');
  const keys = (await redis.cli('KEYS', 'guesses:*')).split('\n');
  const named = await redis.cli('SMEMBERS', 'guesses:{s:ben}:credentials');
  expect(named).not.toBe('');
  for (const form of ['hex', 'base64url'] as const)
    expect([...keys, named].join('\n')).not.toContain(createHash('sha256').update('FAKE-guess').digest(form));
  expect(await sessionOf(url, 'FAKE-guess')).toBe('ben');
});
