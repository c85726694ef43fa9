// The control API: sessions, scenarios and journal over sockets; each exchange is validated against its OpenAPI document.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROUTES } from '../../src/http/control/router.ts';
import { startMock } from '../../src/index.ts';
import { type ControlApi, type ControlResult, described, openControl } from './described-control.ts';

let mock: ControlApi;

beforeAll(async () => {
  mock = await openControl({
    specs: ['specs', 'test/fixtures/pets.yaml'],
    scenarios: ['test/fixtures/scenarios'],
  });
});
afterAll(async () => {
  await mock.close();
  const untouched = described.contract.apis[0]?.operations
    .map(({ id }) => id)
    .filter(id => !mock.exercised.has(id));
  expect(untouched).toEqual([]);
});

// biome-ignore lint/suspicious/noExplicitAny: responses are validated against the document, not by types
type Any = any;

const control = (...call: Parameters<ControlApi['control']>): Promise<ControlResult> => mock.control(...call);

const pets = (headers: Record<string, string> = {}, path = '/pets/pets'): Promise<Response> =>
  fetch(mock.url + path, { headers });

test('the route table and the OpenAPI document have the same routes', () => {
  const inTable = [
    ...ROUTES.map(({ method, path }) => `${method.toUpperCase()} ${path.replace(/:(\w+)/g, '{$1}')}`),
    'GET /events',
    'POST /check',
  ];
  const inDocument = described.contract.apis[0]?.operations.map(({ method, path }) => `${method} ${path}`);
  expect(inTable.sort()).toEqual(inDocument?.sort());
});

test('the server says what it serves', async () => {
  const { body } = await control('GET', '/server');
  expect(body.documents.map(({ api }: Any) => api)).toContain('pets');
});

test('a webhook is listed, and sent to a URL', async () => {
  const { webhooks } = (await control('GET', '/webhooks')).body;
  expect(webhooks.map(({ api, name }: Any) => [api, name])).toEqual([['pets', 'newPet']]);
  const sent = await control('POST', '/apis/pets/webhooks/newPet', {
    to: `${mock.url}/pets/pets`,
    session: 'hook',
  });
  expect(sent.body).toMatchObject({ sent: { kind: 'webhook', name: 'newPet' }, response: { status: 201 } });
});

describe('upstreams', () => {
  test('are listed, set for an API or an operation, and removed', async () => {
    expect((await control('GET', '/upstreams')).body).toEqual({ upstreams: [] });
    const staging = { url: 'http://127.0.0.1:9/v2', mode: 'first' };
    expect((await control('PUT', '/upstreams/pets', staging)).body).toEqual({ name: 'pets', ...staging });
    const one = await control('PUT', '/upstreams/pets.getPet', { url: 'http://127.0.0.1:9' });
    expect(one.body).toEqual({ name: 'pets.getPet', url: 'http://127.0.0.1:9', mode: 'always' });
    const unreachable = await fetch(`${mock.url}/pets/only/pets/1`);
    expect(unreachable.headers.get('x-deadringer-error')).toBe('upstream-unreachable');
    const mocked = await fetch(`${mock.url}/pets/v1/pets`);
    expect(mocked.status).toBe(200);
    expect((await control('GET', '/upstreams')).body.upstreams).toHaveLength(2);
    for (const name of ['pets', 'pets.getPet'])
      expect((await control('DELETE', `/upstreams/${name}`)).status).toBe(204);
    expect((await control('DELETE', '/upstreams/pets')).status).toBe(404);
    expect((await fetch(`${mock.url}/pets/only/pets/1`)).status).toBe(200);
  });

  test('are rejected if they are invalid', async () => {
    const { status, body } = await control('PUT', '/upstreams/dogs', { url: 'http://127.0.0.1:9' });
    expect([status, body.detail]).toEqual([
      400,
      expect.stringContaining('there is no API "dogs"; known APIs: '),
    ]);
    expect((await control('PUT', '/upstreams/pets', { url: 'nowhere' })).status).toBe(400);
  });
});

describe('the server', () => {
  test('returns health, description, APIs and scenarios', async () => {
    expect((await control('GET', '/health')).body.status).toBe('ok');
    expect((await control('GET', '/ready')).body.status).toBe('ready');
    expect((await control('GET', '/openapi.yaml')).body).toContain('openapi: 3.1.0');
    const { apis } = (await control('GET', '/apis')).body;
    expect(apis.map(({ name }: { name: string }) => name)).toContain('pets');
    expect((await control('GET', '/metrics')).body).toContain('# TYPE deadringer_exchanges_total counter');
    const { scenarios } = (await control('GET', '/scenarios?api=pets')).body;
    const ids = scenarios.map(({ id }: { id: string }) => id);
    expect(ids).toContain('pets/flaky');
    expect(ids).toContain('pets.listPets.503');
    expect(ids).toContain('pets.listPets.200.none');
  });
});

describe('the documents', () => {
  test('give the lines around a place', async () => {
    const { body } = await control('GET', '/source?file=test/fixtures/pets.yaml&line=13&column=7');
    expect(body).toMatchObject({ file: 'test/fixtures/pets.yaml', from: 1, cut: [] });
    expect(body.lines[13 - body.from]).toBe('      operationId: listPets');
    const some = await control('GET', '/source?file=test/fixtures/pets.yaml&from=2&to=3');
    expect(some.body.lines).toEqual(['openapi: 3.1.0', 'info: { title: Pets, version: "1" }']);
  });

  test('give the lines of scenarios, and of no other file', async () => {
    const { scenarios } = (await control('GET', '/scenarios?api=pets')).body;
    const file = scenarios.find(({ from }: { from: string }) => from !== 'built in').from;
    expect(
      (await control('GET', `/source?file=${encodeURIComponent(file)}`)).body.lines.length,
    ).toBeGreaterThan(3);
    for (const other of [
      'package.json',
      '../S6/package.json',
      '/etc/passwd',
      '',
      'test/fixtures/pets.yaml/',
    ]) {
      const { status, body } = await control('GET', `/source?file=${encodeURIComponent(other)}`);
      expect([status, body.type]).toEqual([404, 'deadringer:no-such-control']);
    }
    expect((await control('GET', '/source')).status).toBe(404);
    const { status, body } = await control('GET', '/source?file=test/fixtures/pets.yaml&line=0');
    expect([status, body.detail]).toEqual([400, '"line" must be a number from 1, not "0"']);
  });

  test('describe an operation, and continue a schema', async () => {
    const { body } = await control('GET', '/apis/pets/operations/addPet');
    expect(body).toMatchObject({
      id: 'addPet',
      basePaths: ['/pets/v1', '/pets/v2'],
      requestBody: {
        required: true,
        contents: [{ schema: { name: 'Pet', definition: 'test/fixtures/pets.yaml:77:5' } }],
      },
    });
    const at = encodeURIComponent('test/fixtures/pets.yaml#/components/schemas/Pet');
    expect((await control('GET', `/apis/pets/schema?at=${at}`)).body).toMatchObject({
      name: 'Pet',
      children: [
        { name: 'id', required: true },
        { name: 'name' },
        { name: 'tag' },
        { name: 'mother', schema: { recursive: true } },
      ],
    });
    expect((await control('GET', '/apis/pets/schema?at=package.json%23')).status).toBe(404);
    expect((await control('GET', '/apis/pets/schema')).status).toBe(404);
    const misspelt = await control('GET', '/apis/pets/operations/addPets');
    expect(misspelt.body.detail).toBe('the API "pets" has no operation "addPets"; did you mean "addPet"?');
    expect((await control('GET', '/apis/dogs/operations/addPet')).status).toBe(404);
  });

  test('list what is wrong with them, of an operation too', async () => {
    const findings = async (path: string): Promise<string[]> =>
      (await control('GET', path)).body.findings.map(
        ({ level, code, location }: Record<string, string>) => `${level} ${code} ${location}`,
      );
    const all = [
      'error spec-example test/fixtures/pets.yaml:74:15',
      'error spec-example test/fixtures/pets.yaml:74:26',
    ];
    expect(await findings('/apis/pets/findings')).toEqual(all);
    expect(await findings('/apis/pets/findings?operation=lie')).toEqual(all);
    expect(await findings('/apis/pets/findings?operation=addPet')).toEqual([]);
    expect((await control('GET', '/apis/pets/findings?operation=none')).status).toBe(404);
    const { codes } = (await control('GET', '/finding-codes')).body;
    expect(codes.find(({ code }: { code: string }) => code === 'spec-example')).toMatchObject({
      about: 'document',
      level: 'error',
      meaning: expect.any(String),
    });
  });
});

test('scenarios are read, linted and saved; an invalid text is not saved', async () => {
  expect((await control('GET', '/scenarios/schema.json')).body.title).toBe('A deadringer scenario');
  const flaky = (await control('GET', '/scenarios/pets%2Fflaky')).body;
  expect(flaky.sentence).toBe('GET /pets answers 503 twice, then 200');
  const text = flaky.text.replace('503', '404');
  const linted = (await control('POST', '/scenarios/lint', { api: 'pets', text })).body;
  const saved = await control('PUT', '/scenarios/pets%2Fflaky', { text, revision: flaky.revision });
  expect([saved.status, saved.body.findings]).toEqual([
    422,
    [{ ...linted.findings[0], location: 'test/fixtures/scenarios/pets/flaky.yaml:4' }],
  ]);
});

test('operations have their calls and a sample request', async () => {
  const { operations } = (await control('GET', '/sessions/default/operations')).body;
  expect(operations.map(({ operation }: Any) => operation)).toContain('listPets');
  const sample = (await control('POST', '/apis/pets/operations/listPets/sample-request', {})).body;
  expect(sample.curl).toBe(`curl ${mock.url}/pets/v1/pets`);
});

describe('a session', () => {
  test('is created, read, reset and deleted', async () => {
    expect(
      (await control('POST', '/sessions', { id: 'qa-1', scenarios: ['pets.listPets.503'], seed: 'x' }))
        .status,
    ).toBe(201);
    expect((await control('POST', '/sessions', { id: 'qa-1' })).status).toBe(400);
    expect((await pets({ 'x-deadringer-session': 'qa-1' })).status).toBe(503);
    expect((await control('GET', '/sessions/qa-1')).body).toMatchObject({
      scenarios: ['pets.listPets.503'],
      seed: 'x',
      calls: 1,
    });
    expect((await control('POST', '/sessions/qa-1/reset')).body).toMatchObject({
      calls: 0,
      journal: { entries: 0 },
    });
    expect((await control('GET', '/sessions')).body.sessions.map(({ id }: { id: string }) => id)).toContain(
      'qa-1',
    );
    expect((await control('DELETE', '/sessions/qa-1')).status).toBe(204);
    expect((await control('GET', '/sessions/qa-1')).status).toBe(404);
    expect((await pets({ 'x-deadringer-session': 'qa-1' })).status).toBe(200);
  });

  test('has its own position in a reply list', async () => {
    for (const id of ['a', 'b'])
      await control('POST', `/sessions/${id}/scenarios`, { scenarios: ['pets/flaky'] });
    const nextStatus = async (id: string): Promise<number> =>
      (await pets({ 'x-deadringer-session': id })).status;
    expect([
      await nextStatus('a'),
      await nextStatus('a'),
      await nextStatus('b'),
      await nextStatus('a'),
      await nextStatus('b'),
      await nextStatus('b'),
      await nextStatus('a'),
    ]).toEqual([503, 503, 503, 200, 503, 200, 200]);
  });

  test('a credential of another session is moved only on request', async () => {
    await control('POST', '/sessions', { id: 'first-owner', credentials: ['shared-key'] });
    const refused = await control('POST', '/sessions/second-owner/credentials', { credential: 'shared-key' });
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({
      type: 'deadringer:credential-bound',
      detail: 'the credential is bound to session "first-owner"',
    });
    const created = await control('POST', '/sessions', { id: 'third-owner', credentials: ['shared-key'] });
    expect(created.status).toBe(409);
    const again = await control('POST', '/sessions/first-owner/credentials', { credential: 'shared-key' });
    expect(again.status).toBe(204);
    const moved = { credential: 'shared-key', move: true };
    expect((await control('POST', '/sessions/second-owner/credentials', moved)).status).toBe(204);
    const bound = async (id: string): Promise<number> =>
      (await control('GET', `/sessions/${id}`)).body.bindings.credentials;
    expect([await bound('first-owner'), await bound('second-owner')]).toEqual([0, 1]);
    await control('DELETE', '/sessions/second-owner');
    const free = await control('POST', '/sessions/first-owner/credentials', { credential: 'shared-key' });
    expect(free.status).toBe(204);
  });

  test('is found by header, credential, cookie and URL prefix, in this order', async () => {
    await control('POST', '/sessions', {
      id: 'by-key',
      scenarios: ['bunce.createCustomerDevices.404'],
      credentials: ['key-of-one-tester'],
    });
    await control('POST', '/sessions', { id: 'by-header', scenarios: ['bunce.createCustomerDevices.429'] });
    const call = async (headers: Record<string, string>, prefix = ''): Promise<number> =>
      (
        await fetch(`${mock.url}${prefix}/bunce/customers/0000/devices`, {
          method: 'POST',
          headers: { 'x-authorization': 'k', ...headers },
        })
      ).status;
    expect(await call({})).toBe(200);
    expect(await call({ 'x-authorization': 'key-of-one-tester' })).toBe(404);
    expect(await call({ 'x-authorization': 'key-of-one-tester', 'x-deadringer-session': 'by-header' })).toBe(
      429,
    );
    expect(await call({ cookie: 'a=b; deadringer-session=by-header' })).toBe(429);
    expect(await call({}, '/~by-header')).toBe(429);
    expect((await control('GET', '/sessions/by-header')).body.lastBoundBy).toBe('prefix');
    expect((await control('GET', '/sessions/by-key')).body.lastBoundBy).toBe('credential');
    expect(await call({ 'x-authorization': 'key-of-one-tester' }, '/~by-header')).toBe(404);
    expect(
      (await control('POST', '/sessions/by-header/credentials', { credential: 'second-key' })).status,
    ).toBe(204);
    expect(await call({ 'x-authorization': 'second-key' })).toBe(429);
  });

  test('has its own delivery, and other sessions are not affected', async () => {
    expect(
      (await control('PUT', '/sessions/late/delivery', { fault: 'empty', times: 1 })).body.deliver,
    ).toEqual({ fault: 'empty', times: 1 });
    await expect(pets({ 'x-deadringer-session': 'late' })).rejects.toThrow();
    expect((await pets({ 'x-deadringer-session': 'late' })).status).toBe(200);
    await control('PUT', '/sessions/late/delivery', { delay: '120ms' });
    const begun = performance.now();
    await pets({ 'x-deadringer-session': 'punctual' });
    await pets({ 'x-deadringer-session': 'late' });
    expect(performance.now() - begun).toBeGreaterThanOrEqual(119);
    expect((await control('PUT', '/sessions/late/delivery', null)).body.deliver).toBeUndefined();
    expect((await control('PUT', '/sessions/late/delivery', { delay: 'long' })).status).toBe(400);
  });

  test('has switches, which are set, listed and removed', async () => {
    const set = await control('PATCH', '/sessions/switched/switches/pets.listPets', {
      status: 418,
      deliver: { delay: '1ms' },
      times: 2,
    });
    expect(set.body.switches).toMatchObject([{ target: 'pets.listPets', status: 418, state: 'on' }]);
    expect((await pets({ 'x-deadringer-session': 'switched' })).status).toBe(418);
    expect((await control('GET', '/sessions/switched/switches')).body.switches).toMatchObject([{ calls: 1 }]);
    expect((await control('GET', '/sessions/switched/journal')).body.entries).toMatchObject([
      { switches: ['pets.listPets'] },
    ]);
    await control('PATCH', '/sessions/switched/switches/*', { status: 503, deliver: null });
    const one = await control('DELETE', '/sessions/switched/switches/pets.listPets');
    expect(one.body.switches).toMatchObject([{ target: '*', status: 503 }]);
    expect((await control('DELETE', '/sessions/switched/switches')).body.switches).toEqual([]);
    expect((await control('PATCH', '/sessions/switched/switches/pts', { status: 503 })).status).toBe(400);
  });

  test('has a clock, which is set, advanced, frozen and reset', async () => {
    const path = '/sessions/timed/clock';
    expect((await control('GET', path)).status).toBe(404);
    const { body } = await control('PATCH', path, { now: '2027-01-01', advance: '1h30m', frozen: true });
    expect(body).toMatchObject({ now: '2027-01-01T01:30:00.000Z', frozen: true });
    const ended = new Date(Date.parse((await control('GET', path)).body.now)).toISOString();
    expect(ended).toBe(body.now);
    expect((await control('DELETE', path)).body).toMatchObject({ frozen: false, offset: 0 });
  });

  test('deactivates one scenario, all, and those that are on by default', async () => {
    const body = async (): Promise<unknown> =>
      (await pets({ 'x-deadringer-session': 'off' }, '/pets/only/pets/1')).json();
    expect(await body()).toEqual({ id: 1, name: 'Rex', tag: 'dog' });
    expect(
      (await control('DELETE', '/sessions/off/scenarios?scenario=pets/tagged')).body.disabledScenarios,
    ).toEqual(['pets/tagged']);
    expect(await body()).toEqual({ id: 1, name: 'Rex' });
    await control('POST', '/sessions/off/scenarios', { scenarios: ['pets.getPet.4XX'] });
    expect(await body()).toEqual({ title: 'No such pet' });
    expect((await control('DELETE', '/sessions/off/scenarios')).body.scenarios).toEqual([]);
    expect(await body()).toEqual({ id: 1, name: 'Rex' });
  });

  test('suggests the most similar scenario for a misspelt id', async () => {
    const { status, body } = await control('POST', '/sessions/default/scenarios', {
      scenarios: ['pets/flakey'],
    });
    expect([status, body.detail]).toEqual([
      400,
      'unknown scenario "pets/flakey"; did you mean "pets/flaky"?',
    ]);
  });
});

describe('the journal', () => {
  test('stores and finds exchanges without secrets', async () => {
    const session = { 'x-deadringer-session': 'secrets' };
    const response = await fetch(`${mock.url}/bonifiq/v1/pvt/Customer/7?token=query-secret-1`, {
      method: 'PUT',
      headers: {
        ...session,
        authorization: `Basic ${btoa('user-secret-2:password-secret-3')}`,
        cookie: 'sid=cookie-secret-4',
        'content-type': 'application/json',
        'x-echo': 'query-secret-1',
      },
      body: JSON.stringify({ Name: 'Ana', accessToken: 'body-secret-5' }),
    });
    const id = response.headers.get('x-deadringer-exchange');
    const { body } = await control('GET', `/sessions/secrets/journal/${id}`);
    expect(body).toMatchObject({
      operation: 'updateCustomer',
      request: { method: 'PUT' },
      response: { status: 200 },
    });
    const text = JSON.stringify(
      (await control('GET', '/sessions/secrets/journal?operation=updateCustomer&status=200')).body,
    );
    expect(text).not.toMatch(/secret-\d/);
    expect(text).not.toContain(btoa('user-secret-2:password-secret-3').slice(0, 12));
    expect(JSON.parse(text).entries).toHaveLength(1);
    for (const form of ['journal.har', 'journal.ndjson']) {
      expect(JSON.stringify((await control('GET', `/sessions/secrets/${form}`)).body)).not.toMatch(
        /secret-\d/,
      );
    }
    expect((await control('GET', `/journal/${id}`)).body).toEqual(body);
    for (const form of ['.har', '/evidence.html']) {
      const exported = (await control('GET', `/sessions/secrets/journal/${id}${form}`)).body;
      expect(JSON.stringify(exported)).not.toMatch(/secret-\d/);
    }
    const scenario = (await control('POST', `/sessions/secrets/journal/${id}/scenario`)).body;
    expect(JSON.stringify(scenario)).not.toMatch(/secret-\d/);
    expect((await control('GET', '/sessions/secrets/journal?after=1')).body.entries).toEqual([]);
    expect((await control('DELETE', '/sessions/secrets/journal')).status).toBe(204);
    expect((await control('GET', '/sessions/secrets/journal')).body.entries).toEqual([]);
    expect((await control('GET', '/sessions/secrets/journal/nothing')).status).toBe(404);
  });

  test('is exported as HAR and NDJSON, with coverage', async () => {
    await control('POST', '/sessions', { id: 'export', scenarios: ['pets.listPets.503'] });
    await pets({ 'x-deadringer-session': 'export' }, '/pets/pets?limit=2');
    await control('DELETE', '/sessions/export/scenarios');
    await pets({ 'x-deadringer-session': 'export' });
    const { log } = (await control('GET', '/sessions/export/journal.har')).body;
    expect(
      log.entries.map(({ request, response }: Any) => [
        request.method,
        request.url.replace(mock.url, ''),
        response.status,
      ]),
    ).toEqual([
      ['GET', '/pets/pets?limit=2', 503],
      ['GET', '/pets/pets', 200],
    ]);
    const lines = (await control('GET', '/sessions/export/journal.ndjson')).body.trim().split('\n');
    expect(lines.map((line: string) => JSON.parse(line).operation)).toEqual(['listPets', 'listPets']);
    const { operations, details } = (await control('GET', '/sessions/export/coverage')).body;
    expect(operations.exercised).toBe(1);
    expect(details.find(({ operation }: Any) => operation === 'listPets')).toMatchObject({
      calls: 2,
      statuses: { 200: 1, 503: 1 },
    });
  });

  test('is streamed: stored entries first, then new ones', async () => {
    await pets({ 'x-deadringer-session': 'stream' });
    mock.exercised.add('streamEvents');
    const request = http.get(`${mock.url}/__deadringer/events?session=stream`);
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    expect(response.headers['content-type']).toBe('text/event-stream');
    let text = '';
    const seen = (count: number): Promise<void> =>
      new Promise(resolve => {
        const look = (): void => {
          if ((text.match(/^event: exchange$/gm) ?? []).length < count) return;
          response.off('data', look);
          resolve();
        };
        response.on('data', look);
        look();
      });
    response.on('data', chunk => {
      text += String(chunk);
    });
    await seen(1);
    await pets({ 'x-deadringer-session': 'another' });
    await pets({ 'x-deadringer-session': 'stream' });
    await seen(2);
    request.destroy();
    expect(text).not.toContain('"session":"another"');
  });
});

describe('a check', () => {
  test('returns one report as it is, and several as one object', async () => {
    const { body: har } = await control('GET', '/sessions/default/journal.har');
    const one = await control('POST', '/check?api=pets', har);
    expect([one.status, one.body.version, one.body.verdict]).toEqual([200, 3, 'passed']);
    const { status, body } = await control('POST', '/check?api=pets&format=json,html,junit,view', har);
    expect([status, Object.keys(body)]).toEqual([200, ['json', 'html', 'junit', 'view', 'notes']]);
    expect(body.json).toEqual(one.body);
    expect((await control('POST', '/check?api=pets&format=html', har)).body).toContain('<!doctype html>');
    expect((await control('POST', '/check', { log: {} })).status).toBe(400);
  });

  test('has a schema of its report, to which the served description refers', async () => {
    const { body } = await control('GET', '/report.schema.json');
    expect(body.required).toContain('verdict');
    expect((await control('GET', '/openapi.yaml')).body).toContain("$ref: 'report.schema.json'");
  });
});

describe('verify', () => {
  const headers = { 'x-deadringer-session': 'verify' };
  const check = async (
    expectations: unknown,
  ): Promise<{ passed: boolean; failures: string[]; unused: string[] }> =>
    (await control('POST', '/sessions/verify/verify', expectations)).body;

  test('has a schema of the expectations, which is the published one', async () => {
    const { body } = await control('GET', '/expectations.schema.json');
    const published = new URL('../../scenarios/expectations.schema.json', import.meta.url);
    expect(body).toEqual(JSON.parse(readFileSync(published, 'utf8')));
  });

  test('checks the number, order and values of requests', async () => {
    await control('POST', '/sessions', { id: 'verify', scenarios: ['pets/flaky', 'pets.getPet.200'] });
    await pets(headers, '/pets/pets?limit=2');
    await pets(headers, '/pets/pets');
    await pets(headers, '/pets/only/pets/1');
    expect(
      await check({
        expected: [
          { on: 'listPets', times: 2 },
          { on: 'listPets', times: 1, when: { query: { limit: 2 } } },
          { on: 'GET /pets/{id}' },
        ],
      }),
    ).toMatchObject({ passed: true, failures: [] });
    expect(await check({ ordered: [{ on: 'listPets' }, { on: 'getPet' }] })).toMatchObject({ passed: true });
    expect(
      await check({
        expected: [{ on: 'addPet' }],
        forbidden: [{ on: 'getPet' }],
        ordered: [{ on: 'getPet' }, { on: 'listPets' }],
      }),
    ).toMatchObject({
      passed: false,
      failures: [
        'addPet: expected at least 1 call, received 0',
        'getPet: expected no call, received 1',
        'listPets was not called in the expected order',
      ],
    });
  });

  test('lists unmatched requests and rules that never applied', async () => {
    await control('POST', '/sessions/verify/scenarios', { scenarios: ['pets.addPet.201'] });
    expect(await check({ 'allow-unused': false })).toMatchObject({
      passed: false,
      unused: ['pets.addPet.201 1'],
    });
    await pets(headers, '/pets/no/where');
    expect((await check({})).failures).toEqual([
      '1 request did not match an operation; the first is GET /pets/no/where',
    ]);
    expect(await check({ 'allow-unmatched': true })).toMatchObject({ passed: true });
  });

  test('shows no secret of an unmatched path', async () => {
    const token = `eyJhbGciOiJIUzI1NiJ9.${'eyJzdWIiOiJGQUtFIn0'}.${'FAKE'.repeat(8)}`;
    await pets({ 'x-deadringer-session': 'secret' }, `/pets/reset/${token}`);
    const { body } = await control('POST', '/sessions/secret/verify', {});
    expect(body).toMatchObject({
      passed: false,
      unmatched: [expect.stringMatching(/^GET \/pets\/reset\/xxX/)],
    });
    expect(JSON.stringify(body)).not.toContain('FAKE');
  });
});

describe('access control', () => {
  const ask = async (headers: http.OutgoingHttpHeaders, port = mock.port): Promise<number | undefined> => {
    const request = http.get({ port, path: '/__deadringer/sessions', headers });
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    response.resume();
    return response.statusCode;
  };

  test('rejects other origins and other hosts', async () => {
    expect(await ask({ origin: 'https://evil.example' })).toBe(403);
    expect(await ask({ origin: `http://localhost:${mock.port}` })).toBe(200);
    expect(await ask({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await ask({ host: 'rebound.example' })).toBe(403);
    expect(await ask({ host: 'localhost:1234' })).toBe(200);
  });

  test('requires the token if one is set', async () => {
    const guarded = await startMock({ specs: ['test/fixtures/pets.yaml'], token: 'token-for-tests' });
    expect(await ask({}, guarded.port)).toBe(401);
    expect(await ask({ authorization: 'Bearer wrong' }, guarded.port)).toBe(401);
    expect(await ask({ authorization: 'Bearer token-for-tests' }, guarded.port)).toBe(200);
    // The name of the scheme is case-insensitive (RFC 9110 section 11.1), the token is not.
    expect(await ask({ authorization: 'bearer token-for-tests' }, guarded.port)).toBe(200);
    expect(await ask({ authorization: 'BEARER  token-for-tests' }, guarded.port)).toBe(200);
    expect(await ask({ authorization: 'bearer TOKEN-FOR-TESTS' }, guarded.port)).toBe(401);
    expect(await ask({ authorization: 'token-for-tests' }, guarded.port)).toBe(401);
    // Orchestrators ask for the health, and have no token.
    const health = async (path: string, init: RequestInit = {}) =>
      (await fetch(`http://127.0.0.1:${guarded.port}/__deadringer${path}`, init)).status;
    expect(await health('/health')).toBe(200);
    expect(await health('/health', { method: 'HEAD' })).toBe(200);
    expect(await health('/health', { method: 'POST' })).toBe(401);
    expect(await health('/health', { headers: { origin: 'https://evil.example' } })).toBe(403);
    expect(await health('/health/../sessions')).toBe(401);
    await guarded.close();
  });

  test('responds to a body above its limit with the limit', async () => {
    const response = await fetch(`${mock.url}/__deadringer/sessions`, {
      method: 'POST',
      body: JSON.stringify({ id: 'x'.repeat(1_100_000) }),
    });
    expect([response.status, response.headers.get('x-deadringer-error')]).toEqual([413, 'body-too-large']);
    expect(((await response.json()) as Any).detail).toContain('1048576 bytes');
  });

  test('responds to invalid input with a problem', async () => {
    expect((await control('POST', '/sessions', { name: 'x' })).status).toBe(400);
    expect((await control('POST', '/sessions/bad%2Fname/reset')).status).toBe(404);
    const response = await fetch(`${mock.url}/__deadringer/sessions`, { method: 'POST', body: '{' });
    expect([response.status, response.headers.get('x-deadringer-error')]).toEqual([400, 'bad-control']);
    expect((await fetch(`${mock.url}/__deadringer/nothing`)).headers.get('x-deadringer-error')).toBe(
      'no-such-control',
    );
  });
});

test('stored items are listed, edited, saved, loaded and reset', async () => {
  const pet = '/sessions/stored/state/pets/pets/7';
  expect((await control('GET', '/apis/pets/resources')).body.resources).toMatchObject([{ name: 'pets' }]);
  expect((await control('GET', '/apis/pets/resources/pets/draft')).status).toBe(200);
  expect((await control('PUT', pet, { id: 7, name: 'Rex' })).status).toBe(201);
  expect((await control('GET', pet)).body.value).toEqual({ id: 7, name: 'Rex' });
  const snapshot = (await control('GET', '/sessions/stored/state?api=pets')).body;
  expect((await control('DELETE', pet)).status).toBe(204);
  await control('PUT', '/sessions/stored/state', snapshot);
  const { items } = (await control('GET', '/sessions/stored/state/pets/pets')).body;
  expect(items.at(-1)).toMatchObject({ id: '7', version: 1 });
  await control('DELETE', '/sessions/stored/state');
  expect((await control('GET', pet)).status).toBe(404);
  expect((await control('GET', '/sessions/stored/resources')).status).toBe(200);
});

test('the oldest session is dropped above the limit and reported', async () => {
  const dropped: string[] = [];
  const small = await startMock({
    specs: ['test/fixtures/pets.yaml'],
    limits: { count: 3 },
    onSessionDropped: (id, why) => dropped.push(`${id} ${why}`),
  });
  for (const id of ['one', 'two', 'three', 'four']) {
    await (await fetch(`${small.url}/pets/pets`, { headers: { 'x-deadringer-session': id } })).text();
  }
  expect(dropped).toEqual(['one too-many']);
  await small.close();
});
