// Plays every scenario that is shipped, over real sockets and to the end of its lists, and holds what it answers to the documents.
import { Buffer } from 'node:buffer';
import { type IncomingHttpHeaders, request as open } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Request } from '../../src/exchange/exchange.ts';
import { isObject } from '../../src/exchange/json.ts';
import type { FindingCode } from '../../src/finding/catalogue.ts';
import { severityOf } from '../../src/finding/severity.ts';
import { basePathOf } from '../../src/mock/respond/refuse.ts';
import type { ServeEvent } from '../../src/mock/serve-event.ts';
import { type Operation, responseFor } from '../../src/openapi/model.ts';
import { sampleRequest } from '../../src/openapi/sample-request.ts';
import { stepStatus } from '../../src/scenario/canned-response.ts';
import { loadScenarios } from '../../src/scenario/load.ts';
import type { DeliverySpec, ResponseStep, Rule, Scenario } from '../../src/scenario/scenario.ts';
import { type MockServer, startServer } from '../../src/start.ts';

/** Found before the tests are named; the mock reads the same files again. */
const SHIPPED = (await loadScenarios(['scenarios'], '.')).scenarios;
const APIS = [...new Set(SHIPPED.map(({ api }) => api))];

/** Every API tells these, whatever its page says. */
const ORDINARY = [
  'broken-connection',
  'echo',
  'flaky',
  'invalid-body',
  'not-found',
  'rate-limited',
  'server-error',
  'slow',
  'success',
  'unauthorized',
];

/** Bodies for scenarios that the sample request does not wake, one after the other; "sample" is that request itself. */
const BODIES: Readonly<Record<string, readonly unknown[]>> = {
  'bunce/echo': [{ devices: null }, 'sample'],
  'deliverect/echo': ['sample', { dateOfBirth: 'string' }],
  'deliverect/email-required': [{ phoneNumber: '+32411222333' }],
  'deliverect/phone-number-required': [{ email: 'amelie.dubois@example.com' }],
  'imfpush/unknown-member': [{ userId: 'maria.lindqvist', nickname: 'Maria' }],
};

let mock: MockServer;
const served: ServeEvent[] = [];
let recorded = (): void => {};
beforeAll(async () => {
  mock = await startServer({ specs: ['specs'], scenarios: ['scenarios'] });
  mock.state.subscribe(each => {
    served.push(each);
    recorded();
  });
});
afterAll(() => mock.close());

/** What a client sees. */
type Seen =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly body: Buffer;
    }
  | {
      readonly kind: 'broken';
      readonly code: string | undefined;
      readonly status: number | undefined;
      readonly bytes: number;
    }
  /** The client gave up once the mock had decided what to say; `status` when something had come by then. */
  | { readonly kind: 'left'; readonly status: number | undefined };

/** @param leave when to give up: never, as soon as the verdict is recorded, or when another call was answered after that */
function send(
  session: string,
  { method, path, headers, body }: Request,
  leave: 'never' | 'at once' | 'after another call',
): Promise<Seen & { decided: ServeEvent | undefined }> {
  const before = served.length;
  return new Promise(resolve => {
    let status: number | undefined;
    let bytes = 0;
    let settled = false;
    const settle = (seen: Seen): void => {
      // To give up breaks the connection, too.
      if (settled) return;
      settled = true;
      recorded = () => {};
      resolve({ ...seen, decided: served[before] });
    };
    const broken = (error: NodeJS.ErrnoException): void =>
      settle({ kind: 'broken', code: error.code, status, bytes });
    const outgoing = open(
      `${mock.url}${path}`,
      {
        method,
        agent: false,
        headers: {
          ...Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, values?.join(', ')])),
          'x-deadringer-session': session,
        },
      },
      incoming => {
        status = incoming.statusCode ?? 0;
        const pieces: Buffer[] = [];
        incoming.on('data', (piece: Buffer) => {
          pieces.push(piece);
          bytes += piece.length;
        });
        incoming.on('error', broken);
        incoming.on('end', () =>
          settle({
            kind: 'answer',
            status: status ?? 0,
            headers: incoming.headers,
            body: Buffer.concat(pieces),
          }),
        );
      },
    );
    outgoing.on('error', broken);
    const giveUp = (): void => {
      settle({ kind: 'left', status });
      outgoing.destroy();
    };
    if (leave === 'at once') recorded = giveUp;
    if (leave === 'after another call') recorded = () => void control('GET', '/health').then(giveUp);
    outgoing.end(Buffer.from(body as Uint8Array));
  });
}

async function control(method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${mock.url}/__deadringer${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
  return response.status === 204 ? undefined : response.json();
}

interface Entry {
  readonly rules: readonly string[];
  readonly findings: readonly { code: FindingCode; message: string; at: string }[];
  readonly offContract?: string;
  readonly problem?: string;
}

async function journalOf(session: string): Promise<Entry[]> {
  const { entries } = (await control('GET', `/sessions/${session}/journal`)) as { entries: Entry[] };
  return entries;
}

let sessions = 0;
/** A session of its own that plays these scenarios over the ones that are on by default. */
async function sessionWith(...scenarios: string[]): Promise<string> {
  const id = `shipped-${++sessions}`;
  await control('POST', '/sessions', { id, scenarios });
  return id;
}

function operationOf(api: string): Operation {
  const found = mock.state.config.contract.apis.find(({ name }) => name === api)?.operations[0];
  if (found === undefined) throw new Error(`no API is called ${api}`);
  return found;
}

function sample(api: string): Request {
  const operation = operationOf(api);
  return sampleRequest(operation, basePathOf(operation));
}

function withBody(request: Request, body: unknown): Request {
  const headers = { ...request.headers, 'content-type': ['application/json'] };
  return { ...request, headers, body: Buffer.from(JSON.stringify(body)) };
}

function stepsOf({ reply }: Rule): ResponseStep[] {
  if (reply === undefined) return [];
  return [reply].flat().map(step => {
    if (step === 'upstream') throw new Error('what is shipped answers by itself');
    return typeof step === 'number' ? { status: step } : step;
  });
}

/** As often as it takes to walk every list, or the requests that the scenario asks for. */
function requestsFor({ id, api, rules }: Scenario): Request[] {
  const plain = sample(api);
  const bodies = BODIES[id];
  if (bodies !== undefined) return bodies.map(body => (body === 'sample' ? plain : withBody(plain, body)));
  const calls = rules.reduce((sum, rule) => sum + Math.max(1, stepsOf(rule).length), 0);
  return Array.from({ length: calls }, () => plain);
}

function brokenPromises({ findings }: Entry): string[] {
  return findings
    .filter(({ at }) => at.startsWith('/response'))
    .filter(({ code }) => severityOf(code) === 'error' || code === 'status-undocumented')
    .map(({ message }) => message);
}

/** Asserts that the client saw what the delivery says. */
function checkDelivery(deliver: DeliverySpec | undefined, seen: Seen, status: number): void {
  switch (deliver?.fault) {
    case undefined:
      if (deliver?.delay === undefined) expect(seen).toMatchObject({ kind: 'answer', status });
      else expect(seen).toMatchObject({ kind: 'left', status: undefined });
      return;
    case 'reset':
      expect(seen).toEqual(
        expect.objectContaining({ kind: 'broken', code: 'ECONNRESET', status: undefined, bytes: 0 }),
      );
      return;
    case 'hang':
      expect(seen).toMatchObject({ kind: 'left', status: undefined });
      return;
    case 'truncate':
      expect(seen).toMatchObject({ kind: 'broken', code: 'ECONNRESET', status });
      if (seen.kind === 'broken') expect(seen.bytes).toBeGreaterThan(0);
      return;
    default:
      throw new Error(`no test knows what a client sees of ${deliver?.fault}`);
  }
}

describe.each(SHIPPED.map(scenario => ({ scenario, name: scenario.id })))('$name', ({ scenario }) => {
  test('replies as written at every step, and is valid or gives the reason', async () => {
    const operation = operationOf(scenario.api);
    const session = await sessionWith(scenario.id);
    const played = new Map<string, number>();

    for (const request of requestsFor(scenario)) {
      const late = scenario.rules.some(
        ({ deliver }) => deliver?.delay !== undefined || deliver?.fault === 'hang',
      );
      const { decided, ...seen } = await send(session, request, late ? 'after another call' : 'never');
      expect(decided?.problem).toBeUndefined();

      let expected: ResponseStep = {};
      let deliver: DeliverySpec | undefined;
      for (const key of decided?.rules ?? []) {
        const [id = '', number] = key.split(' ');
        const rule = mock.state.config.scenarios.get(id)?.rules[Number(number) - 1];
        if (rule === undefined) throw new Error(`there is no rule ${key}`);
        const steps = stepsOf(rule);
        const before = played.get(key) ?? 0;
        played.set(key, before + 1);
        expected = steps[Math.min(before, steps.length - 1)] ?? expected;
        deliver ??= expected.deliver ?? rule.deliver;
      }
      const status = stepStatus(operation, expected);
      expect(decided?.exchange.response).toMatchObject({ status });
      expect(decided?.offContract).toBe(expected['off-contract']);
      checkDelivery(deliver, seen, status);
      if (deliver?.delay !== undefined) expect(decided?.delivery.delay).toBeGreaterThan(0);
    }

    const all = scenario.rules.map((rule, index) => ({
      key: `${scenario.id} ${index + 1}`,
      steps: Math.max(1, stepsOf(rule).length),
    }));
    expect(all.filter(({ key, steps }) => (played.get(key) ?? 0) < steps)).toEqual([]);

    for (const entry of await journalOf(session)) {
      const broken = brokenPromises(entry);
      // Both ways: no lie without a reason, and no reason without a lie.
      expect([entry.offContract !== undefined, broken]).toEqual([broken.length > 0, broken]);
    }
  });
});

describe('the shipped scenarios', () => {
  test('cover five vendors', () => {
    expect(APIS).toEqual(['bonifiq', 'bunce', 'deliverect', 'imfpush', 'masivo']);
    expect(APIS).toEqual(mock.state.config.contract.apis.map(({ name }) => name).sort());
  });

  test.each(APIS)('include the common scenarios for %s', api => {
    const names = SHIPPED.filter(scenario => scenario.api === api).map(({ id }) => id.slice(api.length + 1));
    expect(ORDINARY.filter(name => !names.includes(name))).toEqual([]);
  });

  test.each(APIS)('include every status that %s documents', api => {
    const operation = operationOf(api);
    const told = SHIPPED.filter(scenario => scenario.api === api)
      .flatMap(({ rules }) => rules.flatMap(stepsOf))
      .map(step => responseFor(operation, stepStatus(operation, step))?.status);
    expect(operation.responses.map(({ status }) => status).filter(status => !told.includes(status))).toEqual(
      [],
    );
  });

  test('have only the echo scenarios on by default', () => {
    expect(SHIPPED.filter(({ onByDefault }) => onByDefault).map(({ id }) => id)).toEqual(
      APIS.map(api => `${api}/echo`),
    );
  });

  test('say in the title what the vendor page does not document', () => {
    const marks = {
      inferred: /not on the page: inferred/,
      vendor: /another page/,
      'vendor-code': /own code/,
    };
    const silent = SHIPPED.filter(({ api, title, rules }) => {
      const operation = operationOf(api);
      const sources = rules.flatMap(stepsOf).flatMap(step => provenance(operation, step));
      const [weakest] = Object.entries(marks).filter(([source]) => sources.includes(source));
      return weakest !== undefined && !weakest[1].test(title);
    });
    expect(silent.map(({ id, title }) => `${id}: ${title}`)).toEqual([]);
  });
});

/** Where the answer of a step is from, other than the page: the tags of its response and of its example. */
function provenance(operation: Operation, step: ResponseStep): unknown[] {
  const declared = responseFor(operation, stepStatus(operation, step));
  if (declared === undefined || step['off-contract'] !== undefined) return ['inferred'];
  const examples = declared.contents.map(({ node: part }) => isObject(part.value) && part.value.examples);
  const example = examples.map(named => isObject(named) && step.example !== undefined && named[step.example]);
  return [declared.node.value, ...example].map(each => isObject(each) && each['x-provenance']);
}

/** Asks the API with a body, as a client would, in a session that plays these scenarios. */
async function ask(session: string, request: Request): Promise<{ status: number; body: unknown }> {
  const seen = await send(session, request, 'never');
  if (seen.kind !== 'answer') throw new Error(`the answer was ${seen.kind}`);
  const text = seen.body.toString();
  return { status: seen.status, body: text === '' ? undefined : JSON.parse(text) };
}

describe('with the default scenarios', () => {
  test('masivo answers with the customer in the path, and keeps its own identifier of the owner', async () => {
    const request = sample('masivo');
    const { body } = await ask(await sessionWith(), {
      ...request,
      path: request.path.replace('crm-100482', 'crm%2F7'),
    });
    expect(body).toMatchObject({
      data: {
        customer: { id: 'crm/7', name: 'Lucía Fernández' },
        wallet: { owner_id: '5e9b7c10-84d2-4a3b-b6f1-1c2d3e4f5a66' },
      },
    });
  });

  test('bunce gives back the devices that were sent, each with a new identifier', async () => {
    const { body } = await ask(await sessionWith(), sample('bunce'));
    const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
    const { devices } = body as { devices: { device_id: string }[] };
    expect(devices).toEqual([
      {
        device_id: expect.stringMatching(uuid),
        device_type: 'android',
        device_token: 'fcm-token-for-tests:APA91b_not-a-real-token',
      },
      {
        device_id: expect.stringMatching(uuid),
        device_type: 'ios',
        device_token: 'apns-token-for-tests-not-a-real-token',
      },
    ]);
    expect(devices[0]?.device_id).not.toBe(devices[1]?.device_id);
  });

  test('bunce gives the devices of its page to a call without a body, and none for none', async () => {
    const {
      headers: { 'content-type': _, ...headers },
      ...bare
    } = sample('bunce');
    const session = await sessionWith();
    expect((await ask(session, { ...bare, headers, body: new Uint8Array() })).body).toMatchObject({
      devices: [{ device_id: '1710dd8fe631-018c7737-0ab2-78f7' }, { device_type: 'ios' }],
    });
    for (const devices of [null, []]) {
      expect((await ask(session, withBody(sample('bunce'), { devices }))).body).toEqual({ devices: [] });
    }
  });

  test('bonifiq merges what was sent into the customer, false and empty text included', async () => {
    const sent = { Name: 'Zoé', Phone: '', IsEnrolled: false, BirthdayDate: '2001-02-03T00:00:00Z' };
    const { body } = await ask(await sessionWith(), withBody(sample('bonifiq'), sent));
    expect(body).toMatchObject({
      Result: { ...sent, OriginalId: 'ana.souza@example.com', Document: '000.000.000-00' },
      HasError: false,
    });
  });

  test('bonifiq names the customer by the path, unless the body gives another identifier', async () => {
    const request = { ...sample('bonifiq'), path: '/bonifiq/v1/pvt/Customer/shop%2F7' };
    const session = await sessionWith();
    expect((await ask(session, withBody(request, {}))).body).toMatchObject({
      Result: { OriginalId: 'shop/7' },
    });
    expect((await ask(session, withBody(request, { OriginalId: 'other' }))).body).toMatchObject({
      Result: { OriginalId: 'other' },
    });
  });

  test('bonifiq gives back null for a member that was set to null', async () => {
    const sent = { Email: null, Phone: null };
    const { body } = await ask(await sessionWith(), withBody(sample('bonifiq'), sent));
    expect(body).toMatchObject({ Result: { ...sent, Name: 'Ana Souza' } });
  });

  test('deliverect gives the new customer back, the date of birth as midnight UTC', async () => {
    const session = await sessionWith();
    for (const dateOfBirth of ['1988-05-21', '1988-05-21T13:45:00+02:00']) {
      const sent = { email: 'zoe@example.com', firstName: 'Zoé', lastName: '', phoneNumber: '+32499000000' };
      const { status, body } = await ask(session, withBody(sample('deliverect'), { ...sent, dateOfBirth }));
      expect({ status, body }).toEqual({
        status: 200,
        body: {
          ...sent,
          tier: null,
          providerId: expect.stringMatching(/^\d{6}$/),
          dateOfBirth: '1988-05-21T00:00:00.000000+00:00',
          lifetimePointsBalance: 0,
        },
      });
    }
  });

  test('imfpush gives the registration back with all eight members, updated just now', async () => {
    const sent = { deviceId: 'no', phoneNumber: '5550100', token: 'xyz', userId: 'admin', platform: 'G' };
    const before = Math.floor(Date.now() / 1000) * 1000;
    const { body } = await ask(await sessionWith(), withBody(sample('imfpush'), sent));
    const after = Date.now();
    const { lastUpdatedTime } = body as { lastUpdatedTime: string };
    expect(body).toEqual({
      ...sent,
      deviceId: '12345-6789',
      createdMode: 'API',
      createdTime: '2025-01-15T10:00:00Z',
      lastUpdatedTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
    expect(Date.parse(lastUpdatedTime)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(lastUpdatedTime)).toBeLessThanOrEqual(after);
  });

  test('imfpush calls the user of a device without one anonymous', async () => {
    const { body } = await ask(await sessionWith(), withBody(sample('imfpush'), { token: 'xyz' }));
    expect(body).toMatchObject({ userId: 'anonymous', token: 'xyz', phoneNumber: '123456789' });
    expect(Object.keys(body as object)).toHaveLength(8);
  });

  test.each(APIS)('%s still rejects a request without credentials', async api => {
    const {
      headers: { authorization: _, 'x-authorization': __, ...headers },
      ...bare
    } = sample(api);
    expect((await ask(await sessionWith(), { ...bare, headers })).status).toBe(401);
  });
});

describe('scenario details', () => {
  const statuses = async (session: string, ...requests: Request[]): Promise<number[]> => {
    const all: number[] = [];
    for (const request of requests) all.push((await ask(session, request)).status);
    return all;
  };

  test.each(APIS)('%s with "flaky" fails twice and then succeeds', async api => {
    const request = sample(api);
    expect(await statuses(await sessionWith(`${api}/flaky`), request, request, request, request)).toEqual([
      503, 503, 200, 200,
    ]);
  });

  test('an invalid request gets no success, at any position of a list', async () => {
    const session = await sessionWith('bonifiq/flaky');
    const wrong = withBody(sample('bonifiq'), { Name: 7 });
    expect(await statuses(session, wrong, wrong, wrong, sample('bonifiq'))).toEqual([503, 503, 400, 200]);
  });

  test('masivo says with a refusal for the quota when to come back', async () => {
    const seen = await send(await sessionWith('masivo/rate-limited'), sample('masivo'), 'never');
    expect(seen).toMatchObject({
      status: 429,
      headers: {
        'x-ratelimit-limit': '1000',
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': '3600',
        'retry-after': '3600',
      },
    });
  });

  test('masivo counts the quota down, and says when to come back only at its end', async () => {
    const session = await sessionWith('masivo/rate-limit-runs-out');
    const told: unknown[] = [];
    for (let call = 0; call < 4; call++) {
      const seen = await send(session, sample('masivo'), 'never');
      if (seen.kind === 'answer')
        told.push([seen.status, seen.headers['x-ratelimit-remaining'], seen.headers['retry-after']]);
    }
    expect(told).toEqual([
      [200, '2', undefined],
      [200, '1', undefined],
      [200, '0', undefined],
      [429, '0', '3570'],
    ]);
  });

  test("masivo's proxy answers with HTML as it is, not as JSON text", async () => {
    const seen = await send(await sessionWith('masivo/html-error-page'), sample('masivo'), 'never');
    expect(seen).toMatchObject({ status: 502, headers: { 'content-type': 'text/html; charset=utf-8' } });
    if (seen.kind === 'answer') expect(seen.body.toString()).toMatch(/^<!doctype html>/);
  });

  test('bunce refuses an identifier that is no UUID, and takes one that is', async () => {
    const request = sample('bunce');
    const uuid = {
      ...request,
      path: request.path.replace('customer-1001', '018c7737-0ab2-78f7-ba75-1710dd8fe631'),
    };
    const session = await sessionWith('bunce/invalid-uuid');
    expect(await ask(session, request)).toEqual({
      status: 422,
      body: { success: false, message: 'ID param is not valid UUID' },
    });
    expect((await ask(session, uuid)).status).toBe(200);
  });

  test('bunce, in its envelope, gives back the devices that were sent', async () => {
    const { body } = await ask(await sessionWith('bunce/enveloped'), sample('bunce'));
    expect(body).toMatchObject({
      success: true,
      data: [{ device_type: 'android' }, { token: 'apns-token-for-tests-not-a-real-token' }],
    });
  });

  test('bunce and deliverect take once what they know from then on, and count no call that was refused', async () => {
    for (const [id, wrong] of [
      ['bunce/registered-once', { devices: 7 }],
      ['deliverect/created-once', { email: 'amelie.dubois@example.com', firstName: 7 }],
    ] as const) {
      const request = sample(id.split('/')[0] ?? '');
      const found = await statuses(await sessionWith(id), withBody(request, wrong), request, request);
      expect([id, found[0], ...found.slice(1)]).toEqual([id, expect.toBeOneOf([400, 422]), 200, 409]);
    }
  });

  test('deliverect creates somebody else all the same', async () => {
    const other = withBody(sample('deliverect'), { email: 'zoe@example.com' });
    expect(await statuses(await sessionWith('deliverect/created-once'), other, other)).toEqual([200, 200]);
  });

  test('deliverect asks for an e-mail address only where the header is missing', async () => {
    const session = await sessionWith('deliverect/email-required');
    const without = withBody(sample('deliverect'), { firstName: 'Zoé' });
    expect(await statuses(session, sample('deliverect'), without)).toEqual([200, 400]);
  });

  test('imfpush refuses only members that nobody knows', async () => {
    const session = await sessionWith('imfpush/unknown-member');
    const known = withBody(sample('imfpush'), { userId: 'admin', platform: 'G', variables: { a: 'b' } });
    const unknown = withBody(sample('imfpush'), { userId: 'admin', nickname: 'Maria' });
    expect(await statuses(session, known, unknown)).toEqual([200, 400]);
  });

  test('imfpush keeps what an earlier update gave', async () => {
    const session = await sessionWith('imfpush/keeps-what-was-sent');
    const update = async (body: unknown): Promise<unknown> =>
      (await ask(session, withBody(sample('imfpush'), body))).body;
    expect(await update({ token: 'xyz' })).toMatchObject({ token: 'xyz', userId: 'anonymous' });
    expect(await update({ userId: 'admin' })).toMatchObject({ token: 'xyz', userId: 'admin' });
    expect(await update({ phoneNumber: '5550100' })).toMatchObject({
      phoneNumber: '5550100',
      token: 'xyz',
      userId: 'admin',
    });
  });

  test('imfpush registers a device between two updates, at the time of the first', async () => {
    const session = await sessionWith('imfpush/registered-later');
    expect((await ask(session, sample('imfpush'))).status).toBe(404);
    const { status, body } = await ask(session, sample('imfpush'));
    const { createdTime, lastUpdatedTime } = body as Record<string, string>;
    expect(status).toBe(200);
    expect(Date.parse(createdTime ?? '')).toBeGreaterThan(Date.parse('2026-01-01'));
    expect(Date.parse(createdTime ?? '')).toBeLessThanOrEqual(Date.parse(lastUpdatedTime ?? ''));
  });

  test('every API is slow in the same way, about two seconds in the middle and rarely over four', async () => {
    const slow = SHIPPED.filter(({ id }) => id.endsWith('/slow'));
    expect(slow.map(({ rules }) => rules[0]?.deliver)).toEqual(
      APIS.map(() => ({ delay: { p50: '2s', p99: '4s' } })),
    );
    const session = await sessionWith('masivo/slow');
    const delays: number[] = [];
    for (let call = 0; call < 200; call++) {
      const { decided } = await send(session, sample('masivo'), 'at once');
      delays.push(decided?.delivery.delay ?? 0);
    }
    delays.sort((left, right) => left - right);
    expect(delays[100]).toBeGreaterThan(1700);
    expect(delays[100]).toBeLessThan(2300);
    expect(delays.filter(delay => delay > 4000).length).toBeLessThan(10);
  });
});
