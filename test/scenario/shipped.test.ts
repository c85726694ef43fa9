// Runs every shipped scenario over HTTP, to the end of its lists, and validates the responses against the documents.
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

/** Loaded before the tests are named; the mock loads the same files again. */
const SHIPPED = (await loadScenarios(['scenarios'], '.')).scenarios;
const APIS = [...new Set(SHIPPED.map(({ api }) => api))];

/** Scenarios that every API has, also if the vendor does not document them. */
const COMMON = [
  'broken-connection',
  'flaky',
  'invalid-body',
  'not-found',
  'rate-limited',
  'server-error',
  'slow',
  'success',
  'unauthorized',
];

/** Request bodies, in order, for scenarios that do not match the sample request; "sample" is the sample request. */
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

/** The result of a request as the client observes it. */
type ClientResult =
  | {
      readonly kind: 'response';
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly body: Buffer;
    }
  | {
      readonly kind: 'error';
      readonly code: string | undefined;
      readonly status: number | undefined;
      readonly bytes: number;
    }
  /** The client aborted after the mock had selected the response; `status`: the headers had arrived. */
  | { readonly kind: 'aborted'; readonly status: number | undefined };

/** @param abort when the client aborts: never, when the mock has recorded the exchange, or after another request after that */
function send(
  session: string,
  { method, path, headers, body }: Request,
  abort: 'never' | 'at once' | 'after another request',
): Promise<ClientResult & { event: ServeEvent | undefined }> {
  const before = served.length;
  return new Promise(resolve => {
    let status: number | undefined;
    let bytes = 0;
    let settled = false;
    const settle = (result: ClientResult): void => {
      // Aborting also raises an error of the connection.
      if (settled) return;
      settled = true;
      recorded = () => {};
      resolve({ ...result, event: served[before] });
    };
    const fail = (error: NodeJS.ErrnoException): void =>
      settle({ kind: 'error', code: error.code, status, bytes });
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
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          bytes += chunk.length;
        });
        incoming.on('error', fail);
        incoming.on('end', () =>
          settle({
            kind: 'response',
            status: status ?? 0,
            headers: incoming.headers,
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    outgoing.on('error', fail);
    const abortRequest = (): void => {
      settle({ kind: 'aborted', status });
      outgoing.destroy();
    };
    if (abort === 'at once') recorded = abortRequest;
    if (abort === 'after another request') recorded = () => void control('GET', '/health').then(abortRequest);
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
/** Creates a session with these scenarios in addition to the default ones. */
async function sessionWith(...scenarios: string[]): Promise<string> {
  const id = `shipped-${++sessions}`;
  await control('POST', '/sessions', { id, scenarios });
  return id;
}

function operationOf(api: string): Operation {
  const operation = mock.state.config.contract.apis.find(({ name }) => name === api)?.operations[0];
  if (operation === undefined) throw new Error(`no API is named ${api}`);
  return operation;
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
    if (step === 'upstream') throw new Error('a shipped scenario must not use "upstream"');
    return typeof step === 'number' ? { status: step } : step;
  });
}

/** The requests of BODIES, or the sample request as often as the lists have steps. */
function requestsFor({ id, api, rules }: Scenario): Request[] {
  const request = sample(api);
  const bodies = BODIES[id];
  if (bodies !== undefined)
    return bodies.map(body => (body === 'sample' ? request : withBody(request, body)));
  const count = rules.reduce((sum, rule) => sum + Math.max(1, stepsOf(rule).length), 0);
  return Array.from({ length: count }, () => request);
}

function responseViolations({ findings }: Entry): string[] {
  return findings
    .filter(({ at }) => at.startsWith('/response'))
    .filter(({ code }) => severityOf(code) === 'error' || code === 'status-undocumented')
    .map(({ message }) => message);
}

/** Asserts that the client observes the delivery. */
function checkDelivery(deliver: DeliverySpec | undefined, result: ClientResult, status: number): void {
  switch (deliver?.fault) {
    case undefined:
      if (deliver?.delay === undefined) expect(result).toMatchObject({ kind: 'response', status });
      else expect(result).toMatchObject({ kind: 'aborted', status: undefined });
      return;
    case 'reset':
      expect(result).toEqual(
        expect.objectContaining({ kind: 'error', code: 'ECONNRESET', status: undefined, bytes: 0 }),
      );
      return;
    case 'hang':
      expect(result).toMatchObject({ kind: 'aborted', status: undefined });
      return;
    case 'truncate':
      expect(result).toMatchObject({ kind: 'error', code: 'ECONNRESET', status });
      if (result.kind === 'error') expect(result.bytes).toBeGreaterThan(0);
      return;
    default:
      throw new Error(`no assertion for the fault ${deliver?.fault}`);
  }
}

describe.each(SHIPPED.map(scenario => ({ scenario, name: scenario.id })))('$name', ({ scenario }) => {
  test('replies as written at every step, and is valid or gives the reason', async () => {
    const operation = operationOf(scenario.api);
    const session = await sessionWith(scenario.id);
    const applied = new Map<string, number>();

    for (const request of requestsFor(scenario)) {
      const isLate = scenario.rules.some(
        ({ deliver }) => deliver?.delay !== undefined || deliver?.fault === 'hang',
      );
      const { event, ...result } = await send(session, request, isLate ? 'after another request' : 'never');
      expect(event?.problem).toBeUndefined();

      let expected: ResponseStep = {};
      let deliver: DeliverySpec | undefined;
      for (const { key } of event?.rules ?? []) {
        const [id = '', number] = key.split(' ');
        const rule = mock.state.config.scenarios.get(id)?.rules[Number(number) - 1];
        if (rule === undefined) throw new Error(`there is no rule ${key}`);
        const steps = stepsOf(rule);
        const position = applied.get(key) ?? 0;
        applied.set(key, position + 1);
        expected = steps[Math.min(position, steps.length - 1)] ?? expected;
        deliver ??= expected.deliver ?? rule.deliver;
      }
      const status = stepStatus(operation, expected);
      expect(event?.exchange.response).toMatchObject({ status });
      expect(event?.offContract).toBe(expected['off-contract']);
      checkDelivery(deliver, result, status);
      if (deliver?.delay !== undefined) expect(event?.delivery.delay).toBeGreaterThan(0);
    }

    const all = scenario.rules.map((rule, index) => ({
      key: `${scenario.id} ${index + 1}`,
      steps: Math.max(1, stepsOf(rule).length),
    }));
    expect(all.filter(({ key, steps }) => (applied.get(key) ?? 0) < steps)).toEqual([]);

    for (const entry of await journalOf(session)) {
      const violations = responseViolations(entry);
      // A violation needs a reason, and a reason needs a violation.
      expect([entry.offContract !== undefined, violations]).toEqual([violations.length > 0, violations]);
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
    expect(COMMON.filter(name => !names.includes(name))).toEqual([]);
  });

  test.each(APIS)('include every status that %s documents', api => {
    const operation = operationOf(api);
    const statuses = SHIPPED.filter(scenario => scenario.api === api)
      .flatMap(({ rules }) => rules.flatMap(stepsOf))
      .map(step => responseFor(operation, stepStatus(operation, step))?.status);
    expect(
      operation.responses.map(({ status }) => status).filter(status => !statuses.includes(status)),
    ).toEqual([]);
  });

  test('have on by default only what the mock does not do by itself', () => {
    expect(SHIPPED.filter(({ onByDefault }) => onByDefault).map(({ id }) => id)).toEqual([
      'bunce/echo',
      'deliverect/echo',
      'imfpush/echo',
    ]);
  });

  test('say in the title what the vendor page does not document', () => {
    const marks = {
      inferred: /not on the page: inferred/,
      vendor: /another page/,
      'vendor-code': /own code/,
    };
    const unmarked = SHIPPED.filter(({ api, title, rules }) => {
      const operation = operationOf(api);
      const sources = rules.flatMap(stepsOf).flatMap(step => provenance(operation, step));
      const [weakest] = Object.entries(marks).filter(([source]) => sources.includes(source));
      return weakest !== undefined && !weakest[1].test(title);
    });
    expect(unmarked.map(({ id, title }) => `${id}: ${title}`)).toEqual([]);
  });
});

/** The sources of a step's response other than the vendor page: `x-provenance` of the response and the example. */
function provenance(operation: Operation, step: ResponseStep): unknown[] {
  const declared = responseFor(operation, stepStatus(operation, step));
  if (declared === undefined || step['off-contract'] !== undefined) return ['inferred'];
  const examples = declared.contents.map(({ node }) => isObject(node.value) && node.value.examples);
  const example = examples.map(named => isObject(named) && step.example !== undefined && named[step.example]);
  return [declared.node.value, ...example].map(each => isObject(each) && each['x-provenance']);
}

/** Sends a request in the session and parses the response. */
async function sendForJson(session: string, request: Request): Promise<{ status: number; body: unknown }> {
  const seen = await send(session, request, 'never');
  if (seen.kind !== 'response') throw new Error(`expected a response: ${seen.kind}`);
  const text = seen.body.toString();
  return { status: seen.status, body: text === '' ? undefined : JSON.parse(text) };
}

test('masivo refuses a token once, after an hour on the clock of the session', async () => {
  const session = await sessionWith('masivo/token-lifetime');
  const status = async (): Promise<number> => (await sendForJson(session, sample('masivo'))).status;
  const advance = (duration: string): Promise<unknown> =>
    control('PATCH', `/sessions/${session}/clock`, { advance: duration, frozen: true });
  const seen = [await status()];
  for (const duration of ['59m', '1m', '1s', '59m59s']) {
    await advance(duration);
    seen.push(await status());
  }
  expect(seen).toEqual([200, 200, 401, 200, 401]);
});

describe('with the default scenarios', () => {
  test('masivo replies with the customer of the path and its own owner_id', async () => {
    const request = sample('masivo');
    const { body } = await sendForJson(await sessionWith(), {
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

  test('bunce returns the devices of the request, each with a new identifier', async () => {
    const { body } = await sendForJson(await sessionWith(), sample('bunce'));
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

  test('bunce returns the documented devices for a request without body, and none for null or an empty list', async () => {
    const {
      headers: { 'content-type': _, ...headers },
      ...bare
    } = sample('bunce');
    const session = await sessionWith();
    expect((await sendForJson(session, { ...bare, headers, body: new Uint8Array() })).body).toMatchObject({
      devices: [{ device_id: '1710dd8fe631-018c7737-0ab2-78f7' }, { device_type: 'ios' }],
    });
    for (const devices of [null, []]) {
      expect((await sendForJson(session, withBody(sample('bunce'), { devices }))).body).toEqual({
        devices: [],
      });
    }
  });

  test('bonifiq merges the request into the customer, including false and empty strings', async () => {
    const sent = { Name: 'Zoé', Phone: '', IsEnrolled: false, BirthdayDate: '2001-02-03T00:00:00Z' };
    const { body } = await sendForJson(await sessionWith(), withBody(sample('bonifiq'), sent));
    expect(body).toMatchObject({
      Result: { ...sent, OriginalId: 'ana.souza@example.com', Document: '000.000.000-00' },
      HasError: false,
    });
  });

  test('bonifiq takes the identifier from the path, unless the body has one', async () => {
    const request = { ...sample('bonifiq'), path: '/bonifiq/v1/pvt/Customer/shop%2F7' };
    const session = await sessionWith();
    expect((await sendForJson(session, withBody(request, {}))).body).toMatchObject({
      Result: { OriginalId: 'shop/7' },
    });
    expect((await sendForJson(session, withBody(request, { OriginalId: 'other' }))).body).toMatchObject({
      Result: { OriginalId: 'other' },
    });
  });

  test('bonifiq returns null for a member that the request sets to null', async () => {
    const sent = { Email: null, Phone: null };
    const { body } = await sendForJson(await sessionWith(), withBody(sample('bonifiq'), sent));
    expect(body).toMatchObject({ Result: { ...sent, Name: 'Ana Souza' } });
  });

  test('deliverect returns the new customer, the date of birth as midnight UTC', async () => {
    const session = await sessionWith();
    for (const dateOfBirth of ['1988-05-21', '1988-05-21T13:45:00+02:00']) {
      const sent = { email: 'zoe@example.com', firstName: 'Zoé', lastName: '', phoneNumber: '+32499000000' };
      const { status, body } = await sendForJson(
        session,
        withBody(sample('deliverect'), { ...sent, dateOfBirth }),
      );
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

  test('imfpush returns the registration with all eight members, updated now', async () => {
    const sent = { deviceId: 'no', phoneNumber: '5550100', token: 'xyz', userId: 'admin', platform: 'G' };
    const before = Math.floor(Date.now() / 1000) * 1000;
    const { body } = await sendForJson(await sessionWith(), withBody(sample('imfpush'), sent));
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

  test('imfpush returns userId "anonymous" for a device without a user', async () => {
    const { body } = await sendForJson(await sessionWith(), withBody(sample('imfpush'), { token: 'xyz' }));
    expect(body).toMatchObject({ userId: 'anonymous', token: 'xyz', phoneNumber: '123456789' });
    expect(Object.keys(body as object)).toHaveLength(8);
  });

  test.each(APIS)('%s still rejects a request without credentials', async api => {
    const {
      headers: { authorization: _, 'x-authorization': __, ...headers },
      ...bare
    } = sample(api);
    expect((await sendForJson(await sessionWith(), { ...bare, headers })).status).toBe(401);
  });
});

describe('scenario details', () => {
  const statuses = async (session: string, ...requests: Request[]): Promise<number[]> => {
    const all: number[] = [];
    for (const request of requests) all.push((await sendForJson(session, request)).status);
    return all;
  };

  test.each(APIS)('%s with "flaky" fails twice and then succeeds', async api => {
    const request = sample(api);
    expect(await statuses(await sessionWith(`${api}/flaky`), request, request, request, request)).toEqual([
      503, 503, 200, 200,
    ]);
  });

  test.each(APIS.flatMap(api => ['', 'success'].map(usual => [api, usual, 'flaky', 2] as const)))(
    'after the failures, %s answers as it does %s without "%s"',
    async (api, usual, failing, failures) => {
      const others = usual === '' ? [] : [`${api}/${usual}`];
      const request = sample(api);
      /** Without what is new in each response. */
      const body = async (session: string): Promise<string> =>
        JSON.stringify((await sendForJson(session, request)).body)
          .replaceAll(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, '<uuid>')
          .replaceAll(/"providerId":"\d{6}"/g, '"providerId":"<digits>"')
          .replaceAll(/"lastUpdatedTime":"[^"]*"/g, '"lastUpdatedTime":"<now>"');
      const session = await sessionWith(...others, `${api}/${failing}`);
      for (let call = 0; call < failures; call++) await body(session);
      const normal = await body(await sessionWith(...others));
      expect(await body(session)).toBe(normal);
      expect(await body(session)).toBe(normal);
    },
  );

  test('an invalid request gets no success, at any position of a list', async () => {
    const session = await sessionWith('bonifiq/flaky');
    const invalid = withBody(sample('bonifiq'), { Name: 7 });
    expect(await statuses(session, invalid, invalid, invalid, sample('bonifiq'))).toEqual([
      503, 503, 400, 200,
    ]);
  });

  test('masivo sends Retry-After with the 429 of an exhausted quota', async () => {
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

  test('masivo counts the quota down and sends Retry-After only with the 429', async () => {
    const session = await sessionWith('masivo/rate-limit-runs-out');
    const responses: unknown[] = [];
    for (let call = 0; call < 4; call++) {
      const seen = await send(session, sample('masivo'), 'never');
      if (seen.kind === 'response')
        responses.push([seen.status, seen.headers['x-ratelimit-remaining'], seen.headers['retry-after']]);
    }
    expect(responses).toEqual([
      [200, '2', undefined],
      [200, '1', undefined],
      [200, '0', undefined],
      [429, '0', '3570'],
    ]);
  });

  test("masivo's proxy sends HTML, not a JSON string", async () => {
    const seen = await send(await sessionWith('masivo/html-error-page'), sample('masivo'), 'never');
    expect(seen).toMatchObject({ status: 502, headers: { 'content-type': 'text/html; charset=utf-8' } });
    if (seen.kind === 'response') expect(seen.body.toString()).toMatch(/^<!doctype html>/);
  });

  test('bunce rejects an identifier that is not a UUID, and accepts a UUID', async () => {
    const request = sample('bunce');
    const uuid = {
      ...request,
      path: request.path.replace('customer-1001', '018c7737-0ab2-78f7-ba75-1710dd8fe631'),
    };
    const session = await sessionWith('bunce/invalid-uuid');
    expect(await sendForJson(session, request)).toEqual({
      status: 422,
      body: { success: false, message: 'ID param is not valid UUID' },
    });
    expect((await sendForJson(session, uuid)).status).toBe(200);
  });

  test('bunce returns the devices of the request in its envelope', async () => {
    const { body } = await sendForJson(await sessionWith('bunce/enveloped'), sample('bunce'));
    expect(body).toMatchObject({
      success: true,
      data: [{ device_type: 'android' }, { token: 'apns-token-for-tests-not-a-real-token' }],
    });
  });

  test('bunce and deliverect accept a resource once, and a rejected request does not count', async () => {
    for (const [id, invalid] of [
      ['bunce/registered-once', { devices: 7 }],
      ['deliverect/created-once', { email: 'amelie.dubois@example.com', firstName: 7 }],
    ] as const) {
      const request = sample(id.split('/')[0] ?? '');
      const received = await statuses(await sessionWith(id), withBody(request, invalid), request, request);
      expect([id, received[0], ...received.slice(1)]).toEqual([id, expect.toBeOneOf([400, 422]), 200, 409]);
    }
  });

  test('deliverect still creates another customer', async () => {
    const other = withBody(sample('deliverect'), { email: 'zoe@example.com' });
    expect(await statuses(await sessionWith('deliverect/created-once'), other, other)).toEqual([200, 200]);
  });

  test('deliverect requires an e-mail address only if the request has none', async () => {
    const session = await sessionWith('deliverect/email-required');
    const without = withBody(sample('deliverect'), { firstName: 'Zoé' });
    expect(await statuses(session, sample('deliverect'), without)).toEqual([200, 400]);
  });

  test('imfpush rejects only unknown members', async () => {
    const session = await sessionWith('imfpush/unknown-member');
    const known = withBody(sample('imfpush'), { userId: 'admin', platform: 'G', variables: { a: 'b' } });
    const unknown = withBody(sample('imfpush'), { userId: 'admin', nickname: 'Maria' });
    expect(await statuses(session, known, unknown)).toEqual([200, 400]);
  });

  test('imfpush keeps the values of earlier updates', async () => {
    const session = await sessionWith('imfpush/keeps-what-was-sent');
    const update = async (body: unknown): Promise<unknown> =>
      (await sendForJson(session, withBody(sample('imfpush'), body))).body;
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
    expect((await sendForJson(session, sample('imfpush'))).status).toBe(404);
    const { status, body } = await sendForJson(session, sample('imfpush'));
    const { createdTime, lastUpdatedTime } = body as Record<string, string>;
    expect(status).toBe(200);
    expect(Date.parse(createdTime ?? '')).toBeGreaterThan(Date.parse('2026-01-01'));
    expect(Date.parse(createdTime ?? '')).toBeLessThanOrEqual(Date.parse(lastUpdatedTime ?? ''));
  });

  test('every API has the same delays, with a median of about two seconds and rarely over four', async () => {
    const slow = SHIPPED.filter(({ id }) => id.endsWith('/slow'));
    expect(slow.map(({ rules }) => rules[0]?.deliver)).toEqual(
      APIS.map(() => ({ delay: { p50: '2s', p99: '4s' } })),
    );
    const session = await sessionWith('masivo/slow');
    const delays: number[] = [];
    for (let call = 0; call < 200; call++) {
      const { event } = await send(session, sample('masivo'), 'at once');
      delays.push(event?.delivery.delay ?? 0);
    }
    delays.sort((left, right) => left - right);
    expect(delays[100]).toBeGreaterThan(1700);
    expect(delays[100]).toBeLessThan(2300);
    expect(delays.filter(delay => delay > 4000).length).toBeLessThan(10);
  });
});
