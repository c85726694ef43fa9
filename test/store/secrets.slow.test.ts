// What stands in the store: no secret that a client sent, in any form, in any key, and in nothing that was ever written to it.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listenForEvents } from './event-listener.ts';
import { type RedisServer, startRedis } from './redis-server.ts';
import { control, type Replicas, STORE_KEY, startReplicas, until } from './replicas.ts';

const ACCOUNT = '{ $ref: "#/components/schemas/Account" }';
const JSON_ACCOUNT = `application/json: { schema: ${ACCOUNT} }`;
const DOCUMENT = `openapi: 3.1.0
info: { title: Accounts, version: "1" }
security: [{ bearer: [] }, { basic: [] }, { header: [] }, { query: [] }, { cookie: [] }]
paths:
  /accounts:
    get:
      operationId: listAccounts
      responses: { "200": { description: All., content: { application/json: { schema: { type: array, items: ${ACCOUNT} } } } } }
    post:
      operationId: addAccount
      requestBody: { content: { ${JSON_ACCOUNT}, application/x-www-form-urlencoded: { schema: ${ACCOUNT} } } }
      responses: { "201": { description: Added., content: { ${JSON_ACCOUNT} } } }
  /accounts/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: getAccount
      responses: { "200": { description: One., content: { ${JSON_ACCOUNT} } }, "404": { description: None. } }
    patch:
      operationId: changeAccount
      requestBody: { content: { ${JSON_ACCOUNT} } }
      responses: { "200": { description: Changed., content: { ${JSON_ACCOUNT} } }, "404": { description: None. } }
  /echo:
    post:
      operationId: echo
      requestBody: { content: { ${JSON_ACCOUNT} } }
      responses: { "200": { description: What was sent., content: { ${JSON_ACCOUNT} } } }
  /watch:
    post:
      operationId: watch
      requestBody: { content: { application/json: { schema: { type: object, properties: { callbackUrl: { type: string } } } } } }
      responses: { "204": { description: Done. } }
      callbacks:
        done:
          "{$request.body#/callbackUrl}":
            post:
              requestBody: { content: { application/json: { schema: { type: object, properties: { ok: { type: boolean } } }, example: { ok: true } } } }
              responses: { "204": { description: Taken. } }
components:
  schemas:
    Account:
      type: object
      properties:
        id: { type: string }
        name: { type: string }
        password: { type: string }
        accessToken: { type: string }
  securitySchemes:
    bearer: { type: http, scheme: bearer }
    basic: { type: http, scheme: basic }
    header: { type: apiKey, in: header, name: X-Team }
    query: { type: apiKey, in: query, name: team }
    cookie: { type: apiKey, in: cookie, name: team }
`;
const SCENARIO = `title: Remembers what was sent
rules:
  - on: echo
    remember: { last: "{{ request.body.password }}", named: "{{ request.body.name }}" }
    reply: { status: 200, body: { name: "{{ memory.named }}", password: "{{ memory.last }}" } }
`;

const secrets: string[] = [];
/** An obviously false secret that stands at one place only. The characters have other forms in URLs, in JSON and in base64. */
function secret(place: string): string {
  const text = `FAKE-${place}-q7+/${secrets.length}"Zk`;
  secrets.push(text);
  return text;
}
const jwt = (subject: string): string => {
  const text = ['{"alg":"none"}', `{"sub":"${subject}"}`, 'FAKE-signature-of-'.repeat(2) + subject]
    .map(each => Buffer.from(each).toString('base64url'))
    .join('.');
  secrets.push(text);
  return text;
};

let redis: RedisServer;
let replicas: Replicas;
let folder: string;
beforeAll(async () => {
  redis = await startRedis();
  folder = await mkdtemp(path.join(tmpdir(), 'deadringer-accounts-'));
  await mkdir(path.join(folder, 'scenarios', 'accounts'), { recursive: true });
  await writeFile(path.join(folder, 'accounts.yaml'), DOCUMENT);
  await writeFile(path.join(folder, 'scenarios', 'accounts', 'echo.yaml'), SCENARIO);
});
afterAll(async () => {
  await replicas?.close();
  await rm(folder, { recursive: true, force: true });
  await redis.stop();
});

/** The forms in which the text may stand somewhere: as it is, in JSON, in a URL, in hexadecimal digits and in base64. */
function formsOf(text: string): string[] {
  const forms = [
    text,
    JSON.stringify(text).slice(1, -1),
    encodeURIComponent(text),
    new URLSearchParams({ x: text }).toString().slice(2),
    Buffer.from(text).toString('hex'),
  ];
  for (const before of ['', 'x', 'xx']) {
    // The characters at both ends also depend on what stands beside the text.
    const base64 = Buffer.from(before + text).toString('base64');
    const inner = base64.slice(before === '' ? 0 : 4, base64.length - 4);
    forms.push(inner, inner.replaceAll('+', '-').replaceAll('/', '_'));
  }
  return forms;
}

/** The bytes that MONITOR shows with escapes, as Latin 1. */
const unescaped = (text: string): string =>
  text.replace(/\\(?:x([0-9a-f]{2})|(.))/g, (_, hex: string | undefined, char: string) =>
    hex === undefined ? (char === 'n' ? '\n' : char) : String.fromCharCode(Number.parseInt(hex, 16)),
  );

/** All that stands in the store. */
async function everything(): Promise<string> {
  const keys = (await redis.cli('KEYS', '*')).split('\n');
  const types = (await redis.cliAll(keys.map(key => ['TYPE', key]))).trim().split('\n');
  const read: Readonly<Record<string, (key: string) => string[]>> = {
    string: key => ['GET', key],
    hash: key => ['HGETALL', key],
    zset: key => ['ZRANGE', key, '0', '-1'],
    set: key => ['SMEMBERS', key],
    list: key => ['LRANGE', key, '0', '-1'],
    stream: key => ['XRANGE', key, '-', '+'],
  };
  const contents = await redis.cliAll(
    keys.map((key, index) => {
      const command = read[types[index] as string];
      if (command === undefined) throw new Error(`${key} is a ${types[index]}`);
      return command(key);
    }),
  );
  return `${keys.join('\n')}\n${contents}`;
}

test('nothing that a client sent stands in the store where the journal would redact it, in no form and at no time', async () => {
  const monitor = await redis.monitor();
  replicas = await startReplicas(2, {
    storeUrl: redis.url('secrets'),
    specs: [path.join(folder, 'accounts.yaml')],
    scenarios: [path.join(folder, 'scenarios')],
    stateful: true,
    sessionPerCredential: true,
  });
  const { url } = replicas;
  const listener = await listenForEvents(url);
  let sent = 0;
  const send = async (
    line: string,
    headers: Record<string, string>,
    body?: string,
    type = 'application/json',
  ): Promise<void> => {
    const [method = '', target = ''] = line.split(' ');
    const response = await fetch(`${url}/accounts${target}`, {
      method,
      headers: { ...(body !== undefined && { 'content-type': type }), ...headers },
      ...(body !== undefined && { body }),
    });
    await response.text();
    expect([line, response.status < 500]).toEqual([line, true]);
    sent++;
  };
  const session = {
    'x-deadringer-session': 'tester',
    authorization: `Bearer ${secret('bearer-of-session')}`,
  };
  const account = (place: string): string =>
    JSON.stringify({
      name: `words-${place}`,
      password: secret(`password-${place}`),
      accessToken: jwt(place),
    });
  await control(url, 'POST', '/sessions', {
    id: 'tester',
    scenarios: ['accounts/echo'],
    credentials: [secret('credential')],
  });

  // Credentials, in each place; each is a session of its own.
  for (const round of ['first', 'second'])
    await send('GET /accounts', { authorization: `Bearer ${secret(`bearer-${round}`)}` });
  await send('GET /accounts', { authorization: `Bearer ${jwt('subject-of-a-token')}` });
  await send('GET /accounts', { authorization: `Basic ${btoa(`user:${secret('basic')}`)}` });
  await send('GET /accounts', { 'x-team': secret('header') });
  await send(`GET /accounts?team=${encodeURIComponent(secret('query'))}`, {});
  await send('GET /accounts', {
    cookie: `team=${encodeURIComponent(secret('cookie'))}; sid=${encodeURIComponent(secret('sid'))}`,
  });
  // The same secret in a place that is none.
  const twice = secret('twice');
  await send(`GET /accounts?note=${encodeURIComponent(twice)}&harmless=marker-of-the-query`, {
    ...session,
    authorization: `Bearer ${twice}`,
  });
  // Bodies, stored items, remembered values, paths.
  await send('POST /accounts', session, account('json'));
  const form = new URLSearchParams({ name: 'form', password: secret('form'), accessToken: jwt('form') });
  await send('POST /accounts', session, String(form), 'application/x-www-form-urlencoded');
  await send('POST /accounts', session, `{"password": "${'FAKE-broken-JSON-7Q'}", "name": `);
  secrets.push('FAKE-broken-JSON-7Q');
  await send('POST /echo', session, account('echo'));
  await send(`GET /accounts/${jwt('path')}`, session);
  await send(`PATCH /accounts/${encodeURIComponent(jwt('patched'))}`, session, account('patched'));
  await send(
    'POST /watch',
    session,
    JSON.stringify({ callbackUrl: `${url}/nowhere?token=${encodeURIComponent(secret('callback'))}` }),
  );
  // The control API: items, snapshots, replies of switches, settings of upstreams.
  await control(url, 'PUT', '/sessions/tester/state/accounts/accounts/7', {
    id: '7',
    name: 'words-that-only-the-control-API-got',
    password: secret('item'),
  });
  secrets.push('words-that-only-the-control-API-got');
  const snapshot = await control(url, 'GET', '/sessions/tester/state?keep-secrets=true');
  expect(JSON.stringify(snapshot)).toContain(JSON.stringify(secrets.at(-2)).slice(1, -1));
  await control(url, 'PUT', '/sessions/copy/state', snapshot);
  await control(url, 'PUT', '/upstreams/accounts.watch', {
    url: `http://user:FAKE-upstream-7Kq@127.0.0.1:9/`,
  }).catch(() => undefined);
  secrets.push('FAKE-upstream-7Kq');
  await control(url, 'DELETE', '/upstreams/accounts.watch').catch(() => undefined);
  secrets.push(STORE_KEY);

  // To be asked, the replicas write what they have.
  let shown = '';
  const { sessions } = await control(url, 'GET', '/sessions');
  for (const { id } of sessions)
    shown += JSON.stringify(await control(url, 'GET', `/sessions/${id}/journal`));
  await listener.until(sent);
  listener.stop();
  const stands = await everything();
  const written = unescaped(monitor.text());
  // A search finds what is there.
  for (const text of [shown, stands, written]) expect(text).toContain('marker-of-the-query');
  const texts = { shown, stands, written, monitored: monitor.text() };
  const found = Object.entries(texts).flatMap(([name, text]) =>
    secrets.flatMap(each =>
      formsOf(each)
        .filter(form => text.includes(form))
        .map(form => `${name}: ${each} as ${form}`),
    ),
  );
  expect(found).toEqual([]);
  await monitor.stop();
});

test('a replica with another key does not start, and says what to do', async () => {
  await until(async () => (await redis.cli('EXISTS', 'secrets:{all}:server')) === '1');
  const wrong = startReplicas(1, {
    storeUrl: redis.url('secrets'),
    specs: [path.join(folder, 'accounts.yaml')],
    storeKey: 'FAKE-another-key',
  });
  const error = await wrong.then(
    () => undefined,
    (reason: Error) => reason,
  );
  expect(error?.message).toMatch(/key/);
  expect(error?.message).toContain('DEADRINGER_STORE_KEY');
  expect(error?.message).not.toContain('FAKE-another-key');
});
