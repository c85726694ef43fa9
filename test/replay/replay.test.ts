// Replays: requests sent, differences reported, captured values, and the accounting.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Mock, replayTraffic, startMock } from '../../src/index.ts';
import { type Call, folderWith, GOOD, SHOP } from '../check/traffic.ts';
import { expectAccounting } from '../reporters/parse-accounting.ts';
import { describeFindings, replay, startService } from './recorded-service.ts';

const TEA = { id: 7, name: 'tea' };

test('an unchanged response passes without differences', async () => {
  const shop = await startService(() => ({ body: TEA }));
  const report = await replay([GOOD], { targets: [`${shop.url}/v2`] });
  expect(report).toMatchObject({
    verdict: 'passed',
    exitCode: 0,
    findings: [],
    accounting: { total: 1, passed: 1 },
  });
  expect(report.replay).toEqual({ targets: [`${shop.url}/v2`], writes: false, strictValues: false });
  expect(shop.requests).toMatchObject([{ method: 'GET', url: '/v2/orders/7' }]);
  await expectAccounting(report);
});

describe('a changed service gives exactly the differences it has', () => {
  test.for([
    ['a renamed field', { id: 7, title: 'tea' }, ['difference answer-member-renamed /response/body/note']],
    ['a missing field', { id: 7 }, ['difference answer-member-gone /response/body/note']],
    ['a new field', { id: 7, note: 'tea', more: [] }, ['difference answer-member-new /response/body/more']],
    ['changed type', { id: 7, note: 3 }, ['difference answer-type-differs /response/body/note']],
    ['changed value', { id: 7, note: 'coffee' }, ['advice answer-value-differs /response/body/note']],
    ['changed order of members', { note: 'tea', id: 7 }, []],
  ] as const)('%s', async ([, body, expected]) => {
    const shop = await startService(() => ({ body }));
    const call: Call = { url: '/orders/free', body: '{"id":7,"note":"tea"}' };
    const report = await replay([call, call], { specs: [free()], targets: [shop.url] });
    expect(describeFindings(report)).toEqual(expected);
    expect(report.accounting.passed).toBe(2);
    expect(report.exitCode).toBe(expected.some(each => each.startsWith('difference')) ? 1 : 0);
  });

  test('changed status', async () => {
    const shop = await startService(() => ({ status: 404 }));
    const report = await replay([GOOD, GOOD], { targets: [shop.url] });
    expect(describeFindings(report)).toEqual(['difference answer-status-differs /response/status']);
    const [issue] = report.findings;
    expect(issue).toMatchObject({
      message: 'status is 404; recorded: 200',
      location: { file: SHOP },
      exchanges: 2,
      sample: { expected: '200', actual: '404' },
    });
    expect(report.reasons).toEqual(['1 finding in 1 operation differs from the recording']);
  });

  test('changed media type; the new body is still validated', async () => {
    const shop = await startService(() => ({ headers: { 'content-type': 'text/plain' }, body: 'tea' }));
    const report = await replay([GOOD], { targets: [shop.url] });
    expect(describeFindings(report)).toContain(
      'difference answer-media-type-differs /response/headers/content-type',
    );
    expect(report.accounting.notCheckable.reasons).toEqual({ 'response-media-type': 1 });
  });

  test('missing or new significant headers are differences, others are not', async () => {
    const call: Call = { ...GOOD, answer: { 'X-Rate': '1', 'X-Old': 'a', Via: 'proxy', ETag: '"1"' } };
    const shop = await startService(() => ({
      headers: { 'x-rate': '2', sunset: 'soon', server: 'new' },
      body: TEA,
    }));
    const report = await replay([call], { targets: [shop.url] });
    expect(describeFindings(report).filter(each => each.includes('answer'))).toEqual([
      'difference answer-header-new /response/headers/sunset',
      'difference answer-header-gone /response/headers/x-old',
      'advice answer-value-differs /response/headers/x-rate',
    ]);
  });

  test('a violation is reported beside the difference', async () => {
    const shop = await startService(() => ({ body: { id: 7, title: 'tea' } }));
    const report = await replay([GOOD], { targets: [shop.url] });
    expect(describeFindings(report)).toEqual([
      'violation response-body-schema /response/body/name',
      'difference answer-member-renamed /response/body/name',
      'undocumented response-property-undocumented /response/body/title',
    ]);
    expect(report.findings[1]).toMatchObject({
      message: 'response body /name is renamed to "title"',
      sample: { expected: '"name": "tea"', actual: '"title": "tea"' },
      // The line that declares the member.
      location: {
        file: SHOP,
        line: expect.any(Number) as number,
        pointer: '/components/schemas/Order/properties/name',
      },
    });
  });

  test('lists are compared by item, or by the shape of all items', async () => {
    const item = (id: number, more: object) => ({ id, note: 'x', ...more });
    const list = [item(1, {}), item(2, { seen: true })];
    const changes: [unknown, string[]][] = [
      [[item(1, {}), item(2, { seen: true }), item(3, {})], []],
      [[item(1, {})], []],
      [[{ id: 1 }, { id: 2 }, { id: 3 }], ['difference answer-member-gone /response/body/list/*/note']],
      [[item(1, { tag: 1 })], ['difference answer-member-new /response/body/list/*/tag']],
      [[1, 2, 3], ['difference answer-type-differs /response/body/list/*']],
      [[], ['advice answer-value-differs /response/body/list']],
      [
        [
          { id: 1, remark: 'x' },
          { id: 2, remark: 'x', seen: true },
        ],
        ['difference answer-member-renamed /response/body/list/*/note'],
      ],
    ];
    for (const [current, expected] of changes) {
      const shop = await startService(() => ({ body: { list: current } }));
      const call: Call = { url: '/orders/free', body: JSON.stringify({ list }) };
      const report = await replay([call], { specs: [free()], targets: [shop.url] });
      expect({ current, findings: describeFindings(report) }).toEqual({ current, findings: expected });
    }
  });
});

test('volatile values are not differences', async () => {
  const volatileBody = (n: number) => ({
    at: `2026-11-2${n}T04:00:0${n}Z`,
    day: `2026-01-0${n}`,
    createdAt: 1_700_000_000 + n,
    request: `018c7737-0ab2-78f7-9d5e-00000000000${n}`,
    link: `https://host-${n}.example/orders/0000000000a${n}b2?page=${n}`,
    cursor: `bmV4dCBwYWdl${n}abcdefgh`,
    nested: [{ traceToken: `FAKE-secret-${n}` }],
  });
  const shop = await startService(() => ({ body: volatileBody(3) }));
  const call: Call = { url: '/orders/free', body: JSON.stringify(volatileBody(1)) };
  const report = await replay([call], { specs: [free()], targets: [shop.url], strictValues: true });
  expect(describeFindings(report)).toEqual([]);
  expect(report.verdict).toBe('passed');
});

test('with --strict-values a changed plain value fails the run', async () => {
  const shop = await startService(() => ({ body: { ...TEA, name: 'coffee' } }));
  const report = await replay([GOOD], { targets: [shop.url], strictValues: true });
  expect(describeFindings(report)).toEqual(['difference answer-value-changed /response/body/name']);
  expect(report.exitCode).toBe(1);
});

describe('captured identifiers replace recorded ones', () => {
  const CREATED: Call = {
    method: 'POST',
    url: '/orders',
    send: '{"name":"tea"}',
    status: 201,
    body: '{"id":7,"name":"tea"}',
  };
  const LIFECYCLE: Call[] = [
    { url: '/orders/7', status: 404 },
    CREATED,
    { url: '/orders/7', body: '{"id":7,"name":"tea"}' },
    { method: 'DELETE', url: '/orders/7', status: 204 },
  ];

  test('created by a POST, in paths, by parameter name', async () => {
    const orders = new Set<string>();
    const shop = await startService(({ method, url }) => {
      if (method === 'POST') {
        orders.add('/v1/orders/91');
        return { status: 201, body: { id: 91, name: 'tea' } };
      }
      if (!orders.has(url)) return { status: 404 };
      return method === 'DELETE' ? { status: 204 } : { body: { id: 91, name: 'tea' } };
    });
    const [, ...calls] = LIFECYCLE;
    const report = await replay(calls, {
      targets: [`${shop.url}/v1`],
      allowWrites: true,
      strictValues: true,
    });
    expect(shop.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /v1/orders',
      'GET /v1/orders/91',
      'DELETE /v1/orders/91',
    ]);
    expect(describeFindings(report)).toEqual([]);
    expect(report.accounting).toMatchObject({ passed: 3, skipped: { count: 0 } });
  });

  test('a value used before its capture stays as recorded', async () => {
    const shop = await startService(({ method }) =>
      method === 'POST' ? { status: 201, body: { id: 91, name: 'tea' } } : { status: 404 },
    );
    await replay(LIFECYCLE, { targets: [`${shop.url}/v1`], allowWrites: true });
    expect(shop.requests.map(({ url }) => url)).toEqual([
      '/v1/orders/7',
      '/v1/orders',
      '/v1/orders/7',
      '/v1/orders/7',
    ]);
  });

  test('requests that depend on a skipped or failed creation are skipped', async () => {
    const shop = await startService(({ method }) => (method === 'POST' ? { status: 500 } : { body: TEA }));
    const [, ...calls] = LIFECYCLE;
    const reads = await replay(calls, { targets: [`${shop.url}/v1`] });
    expect(shop.requests).toEqual([]);
    expect(reads).toMatchObject({
      exitCode: 3,
      accounting: { skipped: { reasons: { 'missing-dependency': 1, write: 2 } } },
    });
    expect(reads.skipped?.[1]?.message).toContain(
      'it needs a value from entry 1: that exchange was skipped, or its response does not contain the value',
    );
    const all = await replay(calls, { targets: [`${shop.url}/v1`], allowWrites: true });
    expect(all.accounting.skipped?.reasons).toEqual({ 'missing-dependency': 2 });
    expect(shop.requests).toHaveLength(1);
  });

  test.for(['', '.', '..'])('a captured "%s" is never put into a path', async id => {
    const shop = await startService(({ method }) =>
      method === 'POST' ? { status: 201, body: { id, name: 'tea' } } : { status: 204 },
    );
    const [, ...calls] = LIFECYCLE;
    const report = await replay(calls, { targets: [`${shop.url}/v1`], allowWrites: true });
    expect(shop.requests.map(({ method, url }) => `${method} ${url}`)).toEqual(['POST /v1/orders']);
    expect(report.accounting.skipped?.reasons).toEqual({ 'missing-dependency': 2 });
  });

  test('from a Location header, into queries and bodies; a token from a login', async () => {
    const calls: Call[] = [
      {
        method: 'POST',
        url: '/orders',
        send: '{"name":"tea"}',
        status: 201,
        answer: { Location: 'https://eu.shop.example/v1/orders/018c7737-0ab2-78f7-9d5e-000000000001' },
        body: '{"name":"tea","session":"FAKE-session-of-then-1"}',
      },
      {
        url: '/orders?ids=018c7737-0ab2-78f7-9d5e-000000000001',
        headers: { Authorization: 'Bearer FAKE-session-of-then-1' },
        body: '[]',
        answer: { 'X-Total': '0' },
      },
      {
        method: 'POST',
        url: '/orders',
        send: '{"name":"tea","after":{"id":"018c7737-0ab2-78f7-9d5e-000000000001"}}',
        status: 201,
        body: '{"name":"tea"}',
      },
    ];
    const shop = await startService(({ method, body }) => {
      if (method === 'GET') return { headers: { 'x-total': '0' }, body: [] };
      if (body.includes('after')) return { status: 201, body: { name: 'tea' } };
      return {
        status: 201,
        headers: { location: '/orders/018c7737-0ab2-78f7-9d5e-0000000000ff' },
        body: { name: 'tea', session: 'FAKE-session-of-now-22' },
      };
    });
    const report = await replay(calls, { targets: [`${shop.url}/v1`], allowWrites: true });
    expect(shop.requests[1]).toMatchObject({
      url: '/v1/orders?ids=018c7737-0ab2-78f7-9d5e-0000000000ff',
      headers: { authorization: 'Bearer FAKE-session-of-now-22' },
    });
    expect(JSON.parse(shop.requests[2]?.body ?? '')).toEqual({
      name: 'tea',
      after: { id: '018c7737-0ab2-78f7-9d5e-0000000000ff' },
    });
    expect(describeFindings(report).filter(each => each.startsWith('difference'))).toEqual([]);
  });
});

test('a longer list still provides its items', async () => {
  const list: Call = { url: '/orders', body: '[{"id":7,"name":"tea"}]', answer: { 'X-Total': '1' } };
  const shop = await startService(({ url }) =>
    url.endsWith('/orders')
      ? { headers: { 'x-total': '2' }, body: [{ id: 8, name: 'new' }, TEA] }
      : { body: TEA },
  );
  const report = await replay([list, GOOD], { targets: [shop.url] });
  expect(shop.requests.map(({ url }) => url)).toEqual(['/v1/orders', '/v1/orders/7']);
  expect(describeFindings(report)).toEqual(['advice answer-value-differs /response/headers/x-total']);
});

test('a conditional response is not compared', async () => {
  const shop = await startService(() => ({ body: TEA }));
  const report = await replay([{ ...GOOD, headers: { 'If-None-Match': '"1"' }, status: 304, body: '' }], {
    targets: [shop.url],
  });
  expect(describeFindings(report)).toEqual([]);
  expect(report.accounting.passed).toBe(1);
});

test('deeply nested bodies and bodies with many members do not end the run', async () => {
  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
  const wide = JSON.stringify(Object.fromEntries([...Array(5000).keys()].map(n => [`a${n}b`, n])));
  const call = (body: string): Call => ({ url: '/orders/free', body: `{"id":7,"more":${body}}` });
  const shop = await startService(() => ({
    headers: { 'content-type': 'application/json' },
    body: `{"id":7,"more":${wide.replaceAll('b"', 'c"')},"deep":${deep}}`,
  }));
  const report = await replay([call(deep), call(wide)], { specs: [free()], targets: [shop.url] });
  expect(report.accounting.total).toBe(2);
  await expectAccounting(report);
});

describe('against a mock of the same document', () => {
  const TOKEN = 'FAKE-token-of-a-test';
  const RENAMED = { status: 200, body: { ...TEA, condition: 'open' }, 'off-contract': 'it has changed' };

  /** @param changed a renamed field in one operation and a different status in another */
  async function mock(changed = false): Promise<Mock> {
    const folder = folderWith({});
    const scenario = {
      title: 'An order',
      rules: [
        { on: 'getOrder', reply: changed ? RENAMED : { status: 200, body: { ...TEA, state: 'open' } } },
        ...(changed
          ? [{ on: 'names', reply: { status: 410, body: 'gone', 'off-contract': 'it has changed' } }]
          : []),
        { on: 'listOrders', reply: { status: 200, headers: { 'X-Total': '1' }, body: [TEA] } },
      ],
    };
    mkdirSync(path.join(folder, 'shop'));
    writeFileSync(path.join(folder, 'shop', 'order.yaml'), JSON.stringify(scenario));
    const started = await startMock({ specs: [SHOP], scenarios: [folder] });
    onTestFinished(() => started.close());
    const response = await fetch(`${started.url}/__deadringer/sessions/default/scenarios`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ scenarios: ['shop/order'] }),
    });
    expect(response.status).toBe(200);
    return started;
  }

  async function record(from: Mock, to: string): Promise<string> {
    const headers = { authorization: `Bearer ${TOKEN}` };
    for (const url of ['/shop/orders/7', '/shop/orders', '/shop/orders/latest', '/shop/names'])
      await (await fetch(from.url + url, { headers })).arrayBuffer();
    const journal = await fetch(`${from.url}/__deadringer/sessions/default/${to}`);
    const file = path.join(folderWith({ [to]: await journal.text() }), to);
    expect(readFileSync(file, 'utf8')).not.toContain(TOKEN);
    return file;
  }

  test.for(['journal.har', 'journal.ndjson'])('its %s passes against another mock', async name => {
    const file = await record(await mock(), name);
    const target = await mock();
    const report = await replayTraffic({
      specs: [SHOP],
      traffic: [file],
      targets: [`${target.url}/shop`],
      environment: { DEADRINGER_SECRET_AUTHORIZATION: TOKEN },
    });
    expect(describeFindings(report)).toEqual([]);
    expect(report).toMatchObject({ verdict: 'passed', accounting: { passed: 4, total: 4 } });
  });

  test('a renamed field and a changed status are the only differences', async () => {
    const file = await record(await mock(), 'journal.har');
    const target = await mock(true);
    const report = await replayTraffic({
      specs: [SHOP],
      traffic: [file],
      targets: [`shop=${target.url}/shop`],
      environment: { DEADRINGER_SECRET_SHOP_AUTHORIZATION: TOKEN },
    });
    const differences = report.findings.filter(({ kind }) => kind === 'difference');
    expect(differences.map(({ code, operation, at }) => [code, operation.id, at])).toEqual([
      ['answer-member-renamed', 'getOrder', '/response/body/state'],
      ['answer-status-differs', 'names', '/response/status'],
    ]);
    // Undocumented parts of the responses are reported as in a check.
    expect(report.findings.filter(({ kind }) => kind !== 'difference').map(({ code }) => code)).toEqual([
      'response-property-undocumented',
      'status-undocumented',
    ]);
    expect(report.exitCode).toBe(1);
    await expectAccounting(report);
  });

  test('an error of the mock itself is not a response of the API', async () => {
    const report = await replay([GOOD], { targets: [`${(await mock()).url}/nowhere`] });
    expect(report.accounting.skipped?.reasons).toEqual({ 'mock-error': 1 });
    expect(report.exitCode).toBe(3);
  });
});

/** A document with one operation whose response may be any object. */
function free(): string {
  const text = `openapi: 3.1.0
info: { title: Free, version: '1' }
servers: [{ url: 'https://eu.shop.example/v1' }]
paths:
  /orders/free:
    get:
      operationId: free
      responses:
        '200':
          description: Anything.
          content: { application/json: { schema: { type: object, additionalProperties: true } } }
`;
  return path.join(folderWith({ 'free.yaml': text }), 'free.yaml');
}
