// Scenarios generated from handwritten recordings: conditions, lists, templates, skipped entries; and that they reproduce the recording.
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Exchange, Request, Response } from '../../src/exchange/exchange.ts';
import { loadContract } from '../../src/openapi/load.ts';
import { createMatcher } from '../../src/routing/match.ts';
import { analyzeExchange } from '../../src/scenario-generator/recorded-step.ts';
import { type Call, folderWith, GOOD, HOST, har, SHOP } from '../check/traffic.ts';
import { fc } from '../random.ts';
import { seedOr } from '../suite.ts';
import { fileOf, type GeneratedFolder, generateFrom, serveGenerated } from './generated.ts';

const PETS = 'test/fixtures/pets.yaml';

async function shop(calls: readonly Call[]): Promise<GeneratedFolder> {
  return await generateFrom([SHOP], { 'traffic.har': har(calls) });
}

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** Sends the recorded requests, in order, to a mock that serves the generated scenarios. */
async function replay(generated: GeneratedFolder, calls: readonly Call[]): Promise<Answered[]> {
  const mock = await serveGenerated([SHOP], generated);
  const answers: Answered[] = [];
  for (const { method = 'GET', url, send, headers } of calls) {
    const path = url.replace(HOST, '');
    const response = await fetch(`${mock.url}/shop/v1${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(typeof send === 'string' && { 'content-type': 'application/json' }),
        authorization: 'Bearer FAKE-token-of-a-test',
        ...(headers as Record<string, string>),
      },
      ...(typeof send === 'string' && { body: send }),
    });
    answers.push({ status: response.status, headers: response.headers, body: await response.text() });
  }
  return answers;
}

/** Asserts that every request gets the recorded status and body. */
async function expectReproduced(generated: GeneratedFolder, calls: readonly Call[]): Promise<Answered[]> {
  const answers = await replay(generated, calls);
  const parse = (body: string): unknown => (/^[[{"\d-]/.test(body) ? JSON.parse(body) : body);
  expect(answers.map(({ status, body }) => [status, parse(body)])).toEqual(
    calls.map(({ status = 200, body = '' }) => [status, parse(String(body))]),
  );
  return answers;
}

const NOT_FOUND: Call = { url: '/orders/99', status: 404, body: '' };
const order = (id: number, name: string, more: object = {}): Call => ({
  url: `/orders/${id}`,
  body: JSON.stringify({ id, name, ...more }),
});

describe('requests with different responses', () => {
  test('are distinguished by the fewest conditions', async () => {
    const calls = [GOOD, NOT_FOUND, { ...GOOD, url: '/orders/7?verbose=1' }];
    const generated = await shop(calls);
    expect(fileOf(generated, 'recorded-getOrder-404')).toBe(
      `title: GET /orders/{id} responds with 404, as recorded
on-by-default: true
rules:
  # traffic.har entry 2, 2026-11-21 04:00 UTC
  - on: getOrder
    when:
      path:
        id: 99
    reply: 404
`,
    );
    expect(fileOf(generated, 'recorded-getOrder-200')).toBe(
      `title: GET /orders/{id} responds with 200, as recorded
on-by-default: true
rules:
  # traffic.har entry 1, 2026-11-21 04:00 UTC, and 1 similar
  - on: getOrder
    when:
      path:
        id: 7
    reply:
      status: 200
      body:
        id: "{{ request.path.id | plus: 0 }}"
        name: tea
`,
    );
    expect(generated.accounting).toEqual({ total: 3, inScenarios: 2, merged: 1, skipped: {} });
    await expectReproduced(generated, calls);
  });

  test('are distinguished by the query, also by an absent parameter', async () => {
    const list = (query: string, name: string): Call => ({
      url: `/orders${query}`,
      answer: { 'X-Total': '1' },
      body: JSON.stringify([{ name }]),
    });
    const calls = [list('?tag=new&ids=1', 'green'), list('?tag=old&ids=1', 'black'), list('?ids=1', 'white')];
    const generated = await shop(calls);
    expect(fileOf(generated, 'recorded-listOrders-200')).toMatch(
      /tag: new[\s\S]*tag: old[\s\S]*tag:\n +exists: false/,
    );
    expect(fileOf(generated, 'recorded-listOrders-200')).not.toContain('ids:');
    await expectReproduced(generated, calls);
  });

  test('are distinguished by the relevant member of the body', async () => {
    const make = (name: string, state: string, status: number): Call => ({
      method: 'POST',
      url: '/orders',
      send: JSON.stringify({ name, state, lines: [{ sku: 'a' }] }),
      status,
      body: status === 201 ? JSON.stringify({ name, state }) : '',
    });
    const calls = [make('tea', 'open', 201), make('rum', 'open', 400), make('gin', 'paid', 201)];
    const generated = await shop(calls);
    expect(fileOf(generated, 'recorded-createOrder-400')).toContain(
      'when:\n      body:\n        /name: rum\n    reply: 400\n',
    );
    // Two responses became one reply, because each repeats a value of its request.
    expect(fileOf(generated, 'recorded-createOrder-201')).toContain(
      `name: '{{ request.body.name | default: "tea" }}'`,
    );
    expect(generated.accounting).toMatchObject({ inScenarios: 2, merged: 1 });
    await expectReproduced(generated, calls);
  });

  test('are distinguished by negated values if those are fewer', async () => {
    const make = (name: string): Call => ({
      method: 'POST',
      url: '/orders',
      send: JSON.stringify({ name }),
      status: 201,
      body: JSON.stringify({ name }),
    });
    const refused: Call = { ...make('rum'), status: 400, body: '' };
    const calls = [...['tea', 'gin', 'milk', 'wine'].map(make), refused];
    const generated = await shop(calls);
    expect(fileOf(generated, 'recorded-createOrder-201')).toContain(
      'body:\n        /name:\n          equals: rum\n          not: true\n',
    );
    await expectReproduced(generated, [...calls, make('beer')]);
  });

  test('are distinguished by an absent credential, never by its value', async () => {
    const calls: Call[] = [
      order(1, 'tea'),
      { ...order(2, 'tea'), headers: { Authorization: 'Bearer FAKE-other-token' } },
    ];
    const entries = JSON.parse(har([...calls, { ...order(3, 'x'), status: 401, body: '' }])) as {
      log: { entries: { request: { headers: { name: string }[] } }[] };
    };
    const last = entries.log.entries[2]?.request;
    if (last !== undefined) last.headers = last.headers.filter(({ name }) => name !== 'Authorization');
    const generated = await generateFrom([SHOP], { 'traffic.har': JSON.stringify(entries) });
    expect(fileOf(generated, 'recorded-getOrder-401')).toContain(
      'when:\n      headers:\n        authorization:\n          exists: false\n',
    );
    expect(generated.files.map(({ text }) => text).join()).not.toMatch(/FAKE|Bearer/);
  });

  test('become a list if the same request got different responses over time', async () => {
    const calls = [
      { ...GOOD, status: 503, body: '{"why":"repairs"}' },
      { ...GOOD, status: 503, body: '{"why":"repairs"}' },
      GOOD,
      NOT_FOUND,
      GOOD,
      NOT_FOUND,
    ];
    const generated = await shop(calls);
    const text = fileOf(generated, 'recorded-getOrder-503-200');
    expect(text).toContain('title: GET /orders/{id} responds with 503, then 200, as recorded\n');
    expect(text).toContain('then: repeat-last\n');
    expect(text).toContain('# traffic.har entry 3, 2026-11-21 04:00 UTC, and 1 similar\n');
    expect(generated.accounting).toEqual({ total: 6, inScenarios: 4, merged: 2, skipped: {} });
    await expectReproduced(generated, calls);
  });

  test('a list repeats its last step and keeps the number of equal polls before it', async () => {
    const pending = order(7, 'tea', { state: 'open' });
    const calls = [...Array.from({ length: 12 }, () => pending), order(7, 'tea', { state: 'paid' })];
    const generated = await shop(calls);
    expect(fileOf(generated, 'recorded-getOrder-200').match(/\*a1/g)).toHaveLength(11);
    await expectReproduced(generated, [...calls, calls.at(-1) as Call]);
  });

  test('a timestamp in the request is no condition', async () => {
    const make = (at: string, status: number): Call => ({
      method: 'POST',
      url: '/orders',
      send: JSON.stringify({ name: 'tea', at }),
      status,
      body: '',
      startedDateTime: at,
    });
    const generated = await shop([
      make('2026-11-21T04:00:00.000Z', 400),
      make('2026-11-21T04:00:09.000Z', 400),
    ]);
    expect(fileOf(generated, 'recorded-createOrder-400')).not.toContain('when:');
    expect(generated.accounting).toMatchObject({ inScenarios: 1, merged: 1 });
  });
});

test('recorded requests get their recorded responses in any order', async () => {
  const id = fc.constantFrom('1', '2', 'x y', '7');
  const name = fc.constantFrom('tea', 'gin', 'rum', '7');
  const call = fc.oneof(
    fc.tuple(id, fc.constantFrom('', '?a=1', '?a=2&b=', '?b=1')).map(([of, query]) => ({
      url: `/orders/${encodeURIComponent(of)}${query}`,
    })),
    id.map(of => ({ method: 'DELETE', url: `/orders/${encodeURIComponent(of)}` })),
    fc
      .record(
        { name, state: fc.constantFrom('open', 'paid', 7), lines: fc.array(name, { maxLength: 2 }) },
        { requiredKeys: [] },
      )
      .map(body => ({ method: 'POST', url: '/orders', send: JSON.stringify(body) })),
  );
  const answer = fc.record({
    status: fc.constantFrom(200, 201, 404, 418, 500),
    body: fc.record({ name, id: fc.constantFrom(1, 2, 7), state: fc.constantFrom('open', 'paid') }),
  });
  const recordings = fc.sample(
    fc.array(fc.tuple(call, answer), { minLength: 1, maxLength: 40, size: 'max' }),
    {
      seed: seedOr(11),
      numRuns: 12,
    },
  );
  for (const recording of recordings) {
    const calls = recording.map(
      ([request, { status, body }]): Call => ({ ...request, status, body: JSON.stringify(body) }),
    );
    const generated = await shop(calls);
    const { total, inScenarios, merged } = generated.accounting;
    expect(inScenarios + merged).toBe(total);
    await expectReproduced(generated, calls);
  }
});

test('a short value is echoed if the names match by word, not by letters', async () => {
  const answer = { id: 7, orderId: 7, order_id: 7, paid: 7, name: 'tea', filename: 'tea' };
  const generated = await shop([
    { url: '/orders/7?name=tea', body: JSON.stringify(answer) },
    {
      method: 'POST',
      url: '/orders',
      send: '{"age":3}',
      status: 201,
      body: '{"name":"x","page":3,"message":3}',
    },
  ]);
  const get = fileOf(generated, 'recorded-getOrder-200');
  for (const name of ['id', 'orderId', 'order_id'])
    expect(get).toContain(` ${name}: "{{ request.path.id | plus: 0 }}"`);
  expect(get).toMatch(/ paid: 7\n/);
  expect(get).toContain(' name: \'{{ request.query.name | default: "tea" }}\'');
  expect(get).toMatch(/ filename: tea\n/);
  expect(fileOf(generated, 'recorded-createOrder-201')).toMatch(/ page: 3\n *message: 3\n/);
});

describe('values that change per call', () => {
  const AT = '2026-11-21T04:00:00.000Z';
  const bodyOf = async (members: object): Promise<string> => {
    const generated = await shop([order(7, 'tea', members)]);
    return fileOf(generated, 'recorded-getOrder-200').replace(/^[\s\S]*name: tea\n/, '');
  };

  test.for([
    [AT, '"{{ now }}"', /^....-..-..T..:..:..\....Z$/],
    ['2026-11-21T04:00:01Z', `'{{ now | date: "%Y-%m-%dT%H:%M:%SZ", 0 }}'`, /^....-..-..T..:..:..Z$/],
    ['2026-11-21T04:00:01.5Z', `'{{ now | date: "%Y-%m-%dT%H:%M:%S.0Z", 0 }}'`, /^....-..-..T..:..:..\.0Z$/],
    [
      '2026-11-21T06:00:00.123456+02:00',
      `'{{ now | date: "%Y-%m-%dT%H:%M:%S.%L000+02:00", -120 }}'`,
      /^....-..-..T..:..:..\....000\+02:00$/,
    ],
    ['2026-11-20 23:00:00-0500', `'{{ now | date: "%Y-%m-%d %H:%M:%S-0500", 300 }}'`, /-0500$/],
    ['Sat, 21 Nov 2026 04:00:00 GMT', `'{{ now | date: "%a, %d %b %Y %H:%M:%S GMT", 0 }}'`, / GMT$/],
    ['1795233600', `'{{ now | date: "%s" }}'`, /^\d{10}$/],
  ] as const)('%s becomes the current time in the same format', async ([at, template, form]) => {
    const generated = await shop([order(7, 'tea', { at })]);
    expect(fileOf(generated, 'recorded-getOrder-200')).toContain(`at: ${template}\n`);
    const [answer] = await replay(generated, [order(7, 'tea')]);
    const current = (JSON.parse(answer?.body ?? '') as { at: string }).at;
    expect(current).toMatch(form);
    const time = /^\d+$/.test(current)
      ? Number(current) * 1000
      : Date.parse(current.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
    expect(Math.abs(Date.now() - time)).toBeLessThan(60_000);
  });

  test('numbers stay numbers', async () => {
    const generated = await shop([order(7, 'tea', { seconds: 1795233600, milliseconds: 1795233600000 })]);
    const [answer] = await replay(generated, [order(7, 'tea')]);
    const { seconds, milliseconds } = JSON.parse(answer?.body ?? '') as Record<string, number>;
    expect(Math.abs(Date.now() / 1000 - (seconds ?? 0))).toBeLessThan(60);
    expect(Math.abs(Date.now() - (milliseconds ?? 0))).toBeLessThan(60_000);
  });

  test('another timestamp stays literal', async () => {
    expect(await bodyOf({ a: '2026-11-20T04:00:00Z', b: '2026-11-21', c: '2026-11-21 04:00' })).toBe(
      '        a: 2026-11-20T04:00:00Z\n        b: 2026-11-21\n        c: 2026-11-21 04:00\n',
    );
  });

  test('a unique identifier is generated anew, and one that is requested later stays', async () => {
    const [lone, used] = ['3b8021e9-8b0c-4f60-a75d-c9a871228a30', '56fec17e-8b5e-4288-9487-0c2f6ffbf1a8'];
    const calls: Call[] = [
      {
        method: 'POST',
        url: '/orders',
        send: '{"name":"tea"}',
        status: 201,
        body: `{"name":"x","trace":"${lone}","ref":"${used}"}`,
      },
      { url: `/orders/${used}`, body: '{"name":"y"}' },
    ];
    const text = fileOf(await shop(calls), 'recorded-createOrder-201');
    expect(text).toContain('trace: "{{ uuid }}"');
    expect(text).toContain(`ref: ${used}`);
  });
});

describe('a recorded body is reproduced exactly', () => {
  test.for([
    ['templates', { name: 'a {{ now }} b {% if x %}', other: '  {{', third: '}} {{{ {%- raw -%}' }],
    ['other alphabets', { name: 'Zoë 日本 🍵 \u2028 \u0000', 'clé "{}"': "it's: - # 'quoted'\n\ttext " }],
    [
      'strings that YAML would read as other types',
      { name: 'no', a: 'null', b: '1e3', c: '2026-11-21', d: '0x10', e: '', f: '~', g: '*a' },
    ],
    ['nested and empty values', { name: 'x', a: [], b: {}, c: [[{ d: [null, false, 0, 1.5e-7] }]] }],
    ['template keywords', { name: 'x', $each: '{{ 1 }}', $as: 'y' }],
  ] as const)('%s', async ([, body]) => {
    const calls: Call[] = [{ ...GOOD, body: JSON.stringify(body) }];
    await expectReproduced(await shop(calls), calls);
  });

  test.for([
    '{"name":"tea","big":12345678901234567890,"exact":0.12345678901234567890123}',
    '{"name":"tea","minus":-0,"huge":1e400}',
    '{"name":"tea",',
    'null',
  ])('byte for byte if parsing the JSON would lose information: %s', async body => {
    const calls: Call[] = [{ ...GOOD, body }];
    const generated = await shop(calls);
    expect(fileOf(generated, 'recorded-getOrder-200')).toContain('$text: ');
    const [answer] = await replay(generated, calls);
    expect(answer?.body).toBe(body);
  });

  test('for any JSON value', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('{{', '{% raw %}', ' {{ x }} and ', '$text', '- a', '1_0', '\t'),
    );
    const { json } = fc.letrec(tie => ({
      json: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        text,
        fc.double(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('json'), { maxLength: 4 }),
        fc.dictionary(text, tie('json'), { maxKeys: 4 }),
      ),
    }));
    const calls = fc
      .sample(json, { seed: seedOr(4), numRuns: 190 })
      .map((value, index): Call => ({ url: `/orders/${index}`, body: JSON.stringify(value) }));
    const generated = await shop(calls);
    expect(generated.accounting.skipped).toEqual({});
    const answers = await replay(generated, calls);
    expect(answers.map(({ body }) => JSON.parse(body) as unknown)).toEqual(
      calls.map(({ body }) => JSON.parse(String(body)) as unknown),
    );
  });

  test('or skipped with the reason', async () => {
    const generated = await shop([
      {
        ...GOOD,
        body: { size: 4, mimeType: 'image/png', encoding: 'base64', text: 'iVBORw==' },
        answer: { 'Content-Type': 'image/png' },
      },
      { ...order(1, 'x'), body: { size: 100, mimeType: 'application/json' } },
      { ...order(2, 'x'), body: '{"name":"tea","token":"FAKE-secret-value","big":12345678901234567890}' },
      { url: '/nowhere', status: 404, body: '' },
      { url: 'https://other.example/x', body: '' },
      { ...GOOD, body: JSON.stringify({ name: 'x'.repeat(1024 * 1024) }) },
    ]);
    expect(generated.files).toEqual([]);
    expect(generated.accounting).toEqual({
      total: 6,
      inScenarios: 0,
      merged: 0,
      skipped: {
        'binary body': 1,
        'body not recorded': 1,
        'body of more than 1 MiB': 1,
        'undocumented operation': 1,
        'numbers that lost precision when secrets were redacted': 1,
        'out of scope: other-host': 1,
      },
    });
    expect(generated.otherOrigins).toEqual(['https://other.example']);
  });

  test('and no rule replies to a skipped request', async () => {
    const calls: Call[] = [
      GOOD,
      {
        ...order(1, 'x'),
        body: { size: 4, mimeType: 'image/png', encoding: 'base64', text: 'iVBORw==' },
        answer: { 'Content-Type': 'image/png' },
      },
    ];
    expect(fileOf(await shop(calls), 'recorded-getOrder-200')).toContain(
      'when:\n      path:\n        id: 7\n',
    );
  });
});

describe('kinds of responses', () => {
  test('an undocumented response and an invalid one get an off-contract reason', async () => {
    const calls = [
      { ...GOOD, body: '{"id":"seven","name":"tea"}' },
      { ...NOT_FOUND, status: 418, body: '{"tea":true}' },
    ];
    const generated = await shop(calls);
    expect(generated.files.flatMap(({ offContract }) => offContract)).toEqual([
      'recorded 2026-11-21, traffic.har entry 1: response body /id must be integer; got "seven" (test/check/shop.yaml:90)',
      'recorded 2026-11-21, traffic.har entry 2: status 418 is not declared by getOrder (declared: 200, 404) (test/check/shop.yaml:41)',
    ]);
    expect(fileOf(generated, 'recorded-getOrder-418')).toMatch(
      /off-contract: "?recorded 2026-11-21, traffic\.har entry 2/,
    );
    await expectReproduced(generated, calls);
  });

  test('a response without media type gets none, and JSON in another charset stays JSON', async () => {
    const bare = har([
      { ...GOOD, body: { size: 12, mimeType: '', text: '{"name":"x"}' }, answer: { ETag: '"1"' } },
    ]);
    const generated = await generateFrom([SHOP], { 'traffic.har': bare });
    const [answer] = await replay(generated, [GOOD]);
    expect([answer?.headers.get('content-type'), answer?.body]).toEqual([null, '{"name":"x"}']);
    const latin: Call = {
      ...GOOD,
      body: {
        size: 12,
        mimeType: 'application/json',
        encoding: 'base64',
        text: Buffer.from('{"name":"é"}', 'latin1').toString('base64'),
      },
      answer: { 'Content-Type': 'application/json; charset=iso-8859-1' },
    };
    const [other] = await replay(await shop([latin]), [latin]);
    expect([other?.headers.get('content-type'), other?.body]).toEqual(['application/json', '{"name":"é"}']);
  });

  test('redirects lead to where the client calls the mock, and fields of infrastructure are omitted', async () => {
    const calls: Call[] = [
      {
        ...GOOD,
        status: 302,
        body: '',
        answer: {
          Location: '/v1/orders/8',
          'Cache-Control': 'no-store',
          Server: 'nginx',
          Date: 'Sat, 21 Nov 2026 04:00:00 GMT',
          'X-Request-Id': 'r1',
          'Set-Cookie': 'sid=FAKE-secret',
          'X-RateLimit-Remaining': '9',
        },
      },
    ];
    const generated = await shop(calls);
    const text = fileOf(generated, 'recorded-getOrder-302');
    expect(text).toContain(
      'headers:\n        cache-control: no-store\n        location: /v1/orders/8\n        set-cookie: sid=XXXX-xxxxxx\n        x-ratelimit-remaining: 9\n',
    );
    expect(text).not.toMatch(/FAKE|nginx|r1|04:00:00 GMT/);
    const [answer] = await expectReproduced(generated, calls);
    expect(answer?.headers.get('location')).toBe('/shop/v1/orders/8');
  });

  test('HEAD gets the response of GET without a rule of its own', async () => {
    const head: Call = { ...GOOD, method: 'HEAD', body: '' };
    const generated = await shop([head, GOOD, head]);
    expect(generated.files.map(({ name, rules }) => [name, rules])).toEqual([['recorded-getOrder-200', 1]]);
    expect(generated.accounting).toEqual({ total: 3, inScenarios: 1, merged: 2, skipped: {} });
    await expectReproduced(generated, [head, GOOD, head]);
  });

  test('text keeps its media type, and an empty body stays empty', async () => {
    const calls: Call[] = [
      {
        ...GOOD,
        status: 502,
        body: '<h1>Bad {{ gateway }}</h1>',
        answer: { 'Content-Type': 'text/html; charset=utf-8' },
      },
      { method: 'DELETE', url: '/orders/7', status: 204, body: '' },
      { url: '/names', body: 'Zoë', answer: { 'Content-Type': 'text/plain' } },
      {
        ...order(8, ''),
        headers: { 'If-None-Match': '"v1"' },
        status: 304,
        body: '',
        answer: { ETag: '"v1"' },
      },
    ];
    const generated = await shop(calls);
    const answers = await expectReproduced(generated, calls);
    expect(answers[0]?.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answers[3]?.headers.get('etag')).toBe('"v1"');
    expect(fileOf(generated, 'recorded-deleteOrder-204')).toContain('reply: 204\n');
  });

  test('a success for an invalid request is reproduced', async () => {
    const calls: Call[] = [
      { method: 'POST', url: '/orders', send: '{"nam":"tea"}', status: 201, body: '{"name":"none"}' },
    ];
    const generated = await shop(calls);
    expect(fileOf(generated, 'recorded-createOrder-201')).toContain('even-if-invalid: true\n');
    await expectReproduced(generated, calls);
  });

  test('a response that equals a declared example names it', async () => {
    const recording = (body: string): string =>
      har([{ url: 'https://pets.example.com/v1/pets', body, answer: { 'X-Total': '2' } }]);
    const two = await generateFrom([PETS], {
      'traffic.har': recording('[{"id":1,"name":"Rex"},{"id":2,"name":"Tom"}]'),
    });
    expect(fileOf(two, 'recorded-listPets-200')).toContain(
      'reply:\n      status: 200\n      headers:\n        x-total: 2\n',
    );
    const none = await generateFrom([PETS], { 'traffic.har': recording('[]') });
    expect(fileOf(none, 'recorded-listPets-200')).toContain('example: none\n');
  });
});

describe('secrets', () => {
  test('are in no file, wherever the recording contains them', async () => {
    const secrets = [
      'FAKEbearer1234',
      'FAKEcookie1234',
      'FAKEquery1234',
      'FAKEbody1234',
      'FAKEanswer1234',
      'FAKEheader1234',
    ];
    const calls: Call[] = [
      {
        method: 'POST',
        url: `/orders?api_key=${secrets[2]}`,
        headers: {
          Authorization: `Bearer ${secrets[0]}`,
          Cookie: `sid=${secrets[1]}`,
          'X-Api-Key': `${secrets[5]}`,
        },
        send: JSON.stringify({ name: 'tea', password: secrets[3] }),
        status: 201,
        body: JSON.stringify({
          name: 'tea',
          access_token: secrets[4],
          error: `bad password ${secrets[3]} of ${secrets[0]}`,
        }),
        answer: {
          'Set-Cookie': `sid=${secrets[1]}`,
          'X-Auth-Token': `${secrets[4]}`,
          Location: `/x?token=${secrets[4]}`,
        },
      },
      { method: 'POST', url: '/orders', send: '{"name":"gin"}', status: 400, body: '' },
    ];
    const generated = await shop(calls);
    const all = generated.files.map(({ text, offContract }) => text + offContract.join()).join();
    expect(generated.files).toHaveLength(2);
    expect(secrets.filter(secret => all.includes(secret))).toEqual([]);
    expect(all).not.toContain('FAKE');
    expect(all).not.toMatch(/password: *\n? *(equals|x)/);
  });

  test('that a recording redacted are neither conditions nor templates', async () => {
    const { contract } = await loadContract([SHOP], { relativeTo: '.' });
    const analyze = (ref: string, redacted: readonly string[]): ReturnType<typeof analyzeExchange> => {
      const request: Request = {
        method: 'POST',
        path: '/shop/v1/orders',
        query: '',
        headers: { 'content-type': ['application/json'] },
        body: Buffer.from(JSON.stringify({ name: 'tea', ref })),
      };
      const response: Response = { ...request, status: 201 };
      const match = createMatcher(contract)({ ...request, host: undefined });
      if (match.kind !== 'operation') throw new Error('no operation matches');
      const exchange: Exchange = { id: '1', startedAt: 0, duration: 0, request, response, redacted };
      return analyzeExchange(match, { exchange, place: { file: 'traffic.har', entry: 1 }, origin: HOST });
    };
    const complete = (redacted: readonly string[]): unknown => {
      const draft = analyze('r-0001', redacted).stepDraft();
      return typeof draft === 'string' ? draft : draft.complete(new Set());
    };
    expect(analyze('r-0001', []).request.key).not.toBe(analyze('r-0002', []).request.key);
    const both = ['/request/body/ref', '/response/body/ref'];
    expect(analyze('r-0001', both).request.key).toBe(analyze('r-0002', both).request.key);
    expect(complete([])).toMatchObject({
      reply: { body: { ref: expect.stringContaining('{{ request.body.ref') } },
    });
    expect(complete(both)).toMatchObject({ reply: { body: { ref: 'r-0001' } } });
  });
});

describe('a folder of scenarios', () => {
  test('is divided by API, with file names that are distinct on every file system', async () => {
    const generated = await generateFrom([SHOP, PETS], {
      'a.har': har([GOOD]),
      'b.har': har([{ url: 'https://pets.example.com/v1/pets', body: '[]', answer: { 'X-Total': '0' } }]),
    });
    expect(generated.files.map(({ api, name }) => `${api}/${name}`)).toEqual([
      'shop/recorded-getOrder-200',
      'pets/recorded-listPets-200',
    ]);
    expect(generated.files[0]?.text).toMatch(
      /^# Made by "deadringer scenarios from" \(source: a\.har, b\.har, recorded 2026-11-21\)\. --force overwrites this file\.\n/,
    );
  });

  test('has distinct names for operations with equal or missing operationIds', async () => {
    const document = {
      openapi: '3.1.0',
      info: { title: 'Clash', version: '1' },
      servers: [{ url: 'https://clash.example' }],
      paths: Object.fromEntries(
        [
          ['/a', 'read'],
          ['/b', 'READ'],
          ['/c/{id}', undefined],
          ['/d', 'läs/../it'],
          ['/e', '*'],
          ['/f', 'GET /a'],
        ].map(([route = '', operationId]) => [
          route,
          {
            get: {
              ...(operationId !== undefined && { operationId }),
              ...(route.includes('{') && {
                parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
              }),
              responses: {
                200: {
                  description: 'Fine.',
                  content: { 'application/json': { schema: { type: 'object' } } },
                },
              },
            },
          },
        ]),
      ),
    };
    const spec = path.join(folderWith({ 'clash.json': JSON.stringify(document) }), 'clash.json');
    const calls = ['/a', '/b', '/c/1', '/d', '/e', '/f'].map(
      (route): Call => ({ url: `https://clash.example${route}`, body: JSON.stringify({ route }) }),
    );
    const generated = await generateFrom([spec], { 'traffic.har': har(calls) });
    expect(generated.files.map(({ name }) => name)).toEqual([
      'recorded-read-200',
      'recorded-READ-2-200',
      'recorded-GET-c-id-200',
      'recorded-l-s-..-it-200',
      'recorded-operation-200',
      'recorded-GET-a-200',
    ]);
    const mock = await serveGenerated([spec], generated);
    for (const { url, body } of calls) {
      const answer = await fetch(url.replace('https://clash.example', `${mock.url}/clash`));
      expect(await answer.text()).toBe(body);
    }
  });

  test('is the same for the same recording', async () => {
    const calls = [GOOD, NOT_FOUND, order(3, 'gin'), { ...GOOD, status: 503 }];
    expect((await shop(calls)).files).toEqual((await shop(calls)).files);
  });
});

test('a thousand different exchanges of one operation are limited and counted', async () => {
  const calls = Array.from({ length: 1000 }, (_, index) => order(index, `name ${index}`));
  const { accounting } = await shop(calls);
  expect(accounting).toEqual({
    total: 1000,
    inScenarios: 200,
    merged: 0,
    skipped: { 'more different exchanges for one operation than the limit': 800 },
  });
});

test('no rule replies to an exchange above the limit', async () => {
  const many = Array.from({ length: 250 }, (_, index) => order(index, 'tea')).map(
    (call): Call => ({ ...call, body: '{"name":"tea"}' }),
  );
  const generated = await shop([...many, { ...NOT_FOUND, url: '/orders/none' }]);
  expect(generated.accounting).toMatchObject({ total: 251, inScenarios: 1, merged: 199 });
  const when = fileOf(generated, 'recorded-getOrder-200');
  // A request above the limit with the same response matches; one with another response does not.
  expect(when).toContain('id:\n          equals: none\n          not: true');
  const [similar] = await replay(generated, [order(249, 'tea')]);
  expect(similar?.body).toBe('{"name":"tea"}');
});

test('a truncated recording is reported as incomplete, and the part before is used', async () => {
  const whole = har([GOOD, NOT_FOUND]);
  const { files, incomplete, accounting } = await generateFrom([SHOP], {
    'traffic.har': whole.slice(0, whole.lastIndexOf('"response"')),
  });
  expect(files).toHaveLength(1);
  expect(incomplete).toEqual([expect.stringMatching(/^traffic\.har: /)]);
  expect(accounting).toEqual({ total: 2, inScenarios: 1, merged: 0, skipped: { truncated: 1 } });
});
