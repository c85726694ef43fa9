// Recorded requests asked again: what is sent, what is told of the answers, and that everything is accounted for.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Mock, replayTraffic, startMock } from '../../src/index.ts';
import { type Call, folderWith, GOOD, SHOP } from '../check/traffic.ts';
import { expectAccounting } from '../reporters/parse-accounting.ts';
import { found, replay, vendor } from './recorded-service.ts';

const TEA = { id: 7, name: 'tea' };

test('an unchanged response passes without differences', async () => {
  const shop = await vendor(() => ({ body: TEA }));
  const report = await replay([GOOD], { targets: [`${shop.url}/v2`] });
  expect(report).toMatchObject({
    verdict: 'kept',
    exitCode: 0,
    findings: [],
    accounting: { total: 1, kept: 1 },
  });
  expect(report.replay).toEqual({ targets: [`${shop.url}/v2`], writes: false, strictValues: false });
  expect(shop.asked).toMatchObject([{ method: 'GET', url: '/v2/orders/7' }]);
  await expectAccounting(report);
});

describe('a changed service gives exactly the differences it has', () => {
  test.for([
    ['a renamed field', { id: 7, title: 'tea' }, ['difference answer-member-renamed /response/body/note']],
    ['a field that is gone', { id: 7 }, ['difference answer-member-gone /response/body/note']],
    ['a new field', { id: 7, note: 'tea', more: [] }, ['difference answer-member-new /response/body/more']],
    ['another type', { id: 7, note: 3 }, ['difference answer-type-differs /response/body/note']],
    ['another value', { id: 7, note: 'coffee' }, ['advice answer-value-differs /response/body/note']],
    ['nothing, but the order of members', { note: 'tea', id: 7 }, []],
  ] as const)('%s', async ([, body, expected]) => {
    const shop = await vendor(() => ({ body }));
    const call: Call = { url: '/orders/free', body: '{"id":7,"note":"tea"}' };
    const report = await replay([call, call], { specs: [free()], targets: [shop.url] });
    expect(found(report)).toEqual(expected);
    expect(report.accounting.passed).toBe(2);
    expect(report.exitCode).toBe(expected.some(each => each.startsWith('difference')) ? 1 : 0);
  });

  test('changed status', async () => {
    const shop = await vendor(() => ({ status: 404 }));
    const report = await replay([GOOD, GOOD], { targets: [shop.url] });
    expect(found(report)).toEqual(['difference answer-status-differs /response/status']);
    const [group] = report.findings;
    expect(group).toMatchObject({
      message: 'status 404 was 200 when it was recorded',
      clause: { file: SHOP },
      exchanges: 2,
      sample: { expected: '200', actual: '404' },
    });
    expect(report.reasons).toEqual(['1 thing in 1 operation differs from the recording']);
  });

  test('changed media type; the new body is still validated', async () => {
    const shop = await vendor(() => ({ headers: { 'content-type': 'text/plain' }, body: 'tea' }));
    const report = await replay([GOOD], { targets: [shop.url] });
    expect(found(report)).toContain('difference answer-media-type-differs /response/headers/content-type');
    expect(report.accounting.notCheckable.reasons).toEqual({ 'response-media-type': 1 });
  });

  test('missing or new significant headers are differences, others are not', async () => {
    const call: Call = { ...GOOD, answer: { 'X-Rate': '1', 'X-Old': 'a', Via: 'proxy', ETag: '"1"' } };
    const shop = await vendor(() => ({
      headers: { 'x-rate': '2', sunset: 'soon', server: 'new' },
      body: TEA,
    }));
    const report = await replay([call], { targets: [shop.url] });
    expect(found(report).filter(each => each.includes('answer'))).toEqual([
      'difference answer-header-new /response/headers/sunset',
      'difference answer-header-gone /response/headers/x-old',
      'advice answer-value-differs /response/headers/x-rate',
    ]);
  });

  test('a violation is reported beside the difference', async () => {
    const shop = await vendor(() => ({ body: { id: 7, title: 'tea' } }));
    const report = await replay([GOOD], { targets: [shop.url] });
    expect(found(report)).toEqual([
      'violation response-body-schema /response/body/name',
      'difference answer-member-renamed /response/body/name',
    ]);
    expect(report.findings[1]).toMatchObject({
      message: 'response body /name is now called "title"',
      sample: { expected: '"name": "tea"', actual: '"title": "tea"' },
      // The line that declares the member.
      clause: {
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
    for (const [now, expected] of changes) {
      const shop = await vendor(() => ({ body: { list: now } }));
      const call: Call = { url: '/orders/free', body: JSON.stringify({ list }) };
      const report = await replay([call], { specs: [free()], targets: [shop.url] });
      expect({ now, found: found(report) }).toEqual({ now, found: expected });
    }
  });
});

test('volatile values are not differences', async () => {
  const made = (n: number) => ({
    at: `2026-11-2${n}T04:00:0${n}Z`,
    day: `2026-01-0${n}`,
    createdAt: 1_700_000_000 + n,
    request: `018c7737-0ab2-78f7-9d5e-00000000000${n}`,
    link: `https://host-${n}.example/orders/0000000000a${n}b2?page=${n}`,
    cursor: `bmV4dCBwYWdl${n}abcdefgh`,
    nested: [{ traceToken: `FAKE-secret-${n}` }],
  });
  const shop = await vendor(() => ({ body: made(3) }));
  const call: Call = { url: '/orders/free', body: JSON.stringify(made(1)) };
  const report = await replay([call], { specs: [free()], targets: [shop.url], strictValues: true });
  expect(found(report)).toEqual([]);
  expect(report.verdict).toBe('kept');
});

test('with --strict-values a changed plain value fails the run', async () => {
  const shop = await vendor(() => ({ body: { ...TEA, name: 'coffee' } }));
  const report = await replay([GOOD], { targets: [shop.url], strictValues: true });
  expect(found(report)).toEqual(['difference answer-value-changed /response/body/name']);
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
  const story: Call[] = [
    { url: '/orders/7', status: 404 },
    CREATED,
    { url: '/orders/7', body: '{"id":7,"name":"tea"}' },
    { method: 'DELETE', url: '/orders/7', status: 204 },
  ];

  test('created by a POST, in paths, by parameter name', async () => {
    const orders = new Set<string>();
    const shop = await vendor(({ method, url }) => {
      if (method === 'POST') {
        orders.add('/v1/orders/91');
        return { status: 201, body: { id: 91, name: 'tea' } };
      }
      if (!orders.has(url)) return { status: 404 };
      return method === 'DELETE' ? { status: 204 } : { body: { id: 91, name: 'tea' } };
    });
    const [, ...made] = story;
    const report = await replay(made, { targets: [`${shop.url}/v1`], allowWrites: true, strictValues: true });
    expect(shop.asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /v1/orders',
      'GET /v1/orders/91',
      'DELETE /v1/orders/91',
    ]);
    expect(found(report)).toEqual([]);
    expect(report.accounting).toMatchObject({ kept: 3, cannotReplay: { count: 0 } });
  });

  test('a value used before its capture stays as recorded', async () => {
    const shop = await vendor(({ method }) =>
      method === 'POST' ? { status: 201, body: { id: 91, name: 'tea' } } : { status: 404 },
    );
    await replay(story, { targets: [`${shop.url}/v1`], allowWrites: true });
    expect(shop.asked.map(({ url }) => url)).toEqual([
      '/v1/orders/7',
      '/v1/orders',
      '/v1/orders/7',
      '/v1/orders/7',
    ]);
  });

  test('requests that depend on a skipped or failed creation are skipped', async () => {
    const shop = await vendor(({ method }) => (method === 'POST' ? { status: 500 } : { body: TEA }));
    const [, ...made] = story;
    const reads = await replay(made, { targets: [`${shop.url}/v1`] });
    expect(shop.asked).toEqual([]);
    expect(reads).toMatchObject({
      exitCode: 3,
      accounting: { cannotReplay: { reasons: { depends: 1, write: 2 } } },
    });
    expect(reads.skipped?.[1]?.message).toContain('it needs what entry 1 should have given');
    const all = await replay(made, { targets: [`${shop.url}/v1`], allowWrites: true });
    expect(all.accounting.skipped?.reasons).toEqual({ depends: 2 });
    expect(shop.asked).toHaveLength(1);
  });

  test.for(['', '.', '..'])('and no path is made of "%s", which would be another one', async id => {
    const shop = await vendor(({ method }) =>
      method === 'POST' ? { status: 201, body: { id, name: 'tea' } } : { status: 204 },
    );
    const [, ...made] = story;
    const report = await replay(made, { targets: [`${shop.url}/v1`], allowWrites: true });
    expect(shop.asked.map(({ method, url }) => `${method} ${url}`)).toEqual(['POST /v1/orders']);
    expect(report.accounting.skipped?.reasons).toEqual({ depends: 2 });
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
    const shop = await vendor(({ method, body }) => {
      if (method === 'GET') return { headers: { 'x-total': '0' }, body: [] };
      if (body.includes('after')) return { status: 201, body: { name: 'tea' } };
      return {
        status: 201,
        headers: { location: '/orders/018c7737-0ab2-78f7-9d5e-0000000000ff' },
        body: { name: 'tea', session: 'FAKE-session-of-now-22' },
      };
    });
    const report = await replay(calls, { targets: [`${shop.url}/v1`], allowWrites: true });
    expect(shop.asked[1]).toMatchObject({
      url: '/v1/orders?ids=018c7737-0ab2-78f7-9d5e-0000000000ff',
      headers: { authorization: 'Bearer FAKE-session-of-now-22' },
    });
    expect(JSON.parse(shop.asked[2]?.body ?? '')).toEqual({
      name: 'tea',
      after: { id: '018c7737-0ab2-78f7-9d5e-0000000000ff' },
    });
    expect(found(report).filter(each => each.startsWith('difference'))).toEqual([]);
  });
});

test('a longer list still provides its items', async () => {
  const list: Call = { url: '/orders', body: '[{"id":7,"name":"tea"}]', answer: { 'X-Total': '1' } };
  const shop = await vendor(({ url }) =>
    url.endsWith('/orders')
      ? { headers: { 'x-total': '2' }, body: [{ id: 8, name: 'new' }, TEA] }
      : { body: TEA },
  );
  const report = await replay([list, GOOD], { targets: [shop.url] });
  expect(shop.asked.map(({ url }) => url)).toEqual(['/v1/orders', '/v1/orders/7']);
  expect(found(report)).toEqual(['advice answer-value-differs /response/headers/x-total']);
});

test('a conditional response is not compared', async () => {
  const shop = await vendor(() => ({ body: TEA }));
  const report = await replay([{ ...GOOD, headers: { 'If-None-Match': '"1"' }, status: 304, body: '' }], {
    targets: [shop.url],
  });
  expect(found(report)).toEqual([]);
  expect(report.accounting.passed).toBe(1);
});

test('deeply nested bodies and bodies with many members do not end the run', async () => {
  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
  const wide = JSON.stringify(Object.fromEntries([...Array(5000).keys()].map(n => [`a${n}b`, n])));
  const call = (body: string): Call => ({ url: '/orders/free', body: `{"id":7,"more":${body}}` });
  const shop = await vendor(() => ({
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

  /** @param changed a vendor that has renamed a field and found another status for another operation */
  async function mock(changed = false): Promise<Mock> {
    const folder = folderWith({});
    const story = {
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
    writeFileSync(path.join(folder, 'shop', 'order.yaml'), JSON.stringify(story));
    const started = await startMock({ specs: [SHOP], scenarios: [folder] });
    onTestFinished(() => started.close());
    const used = await fetch(`${started.url}/__deadringer/sessions/default/scenarios`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ scenarios: ['shop/order'] }),
    });
    expect(used.status).toBe(200);
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

  test.for(['journal.har', 'journal.ndjson'])(
    'and its %s is kept when it is asked again elsewhere',
    async name => {
      const file = await record(await mock(), name);
      const again = await mock();
      const report = await replayTraffic({
        specs: [SHOP],
        traffic: [file],
        targets: [`${again.url}/shop`],
        environment: { DEADRINGER_SECRET_AUTHORIZATION: TOKEN },
      });
      expect(found(report)).toEqual([]);
      expect(report).toMatchObject({ verdict: 'kept', accounting: { kept: 4, total: 4 } });
    },
  );

  test('a renamed field and a changed status are the only differences', async () => {
    const file = await record(await mock(), 'journal.har');
    const again = await mock(true);
    const report = await replayTraffic({
      specs: [SHOP],
      traffic: [file],
      targets: [`shop=${again.url}/shop`],
      environment: { DEADRINGER_SECRET_SHOP_AUTHORIZATION: TOKEN },
    });
    const differences = report.findings.filter(({ kind }) => kind === 'difference');
    expect(differences.map(({ code, operation, at }) => [code, operation.id, at])).toEqual([
      ['answer-member-renamed', 'getOrder', '/response/body/state'],
      ['answer-status-differs', 'names', '/response/status'],
    ]);
    // What the document knows of neither is drift, as in a check.
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

/** A document with one operation whose answer may be any object. */
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
