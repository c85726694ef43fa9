// Safety of replays: unsafe methods, hosts, placeholders and secrets.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { mergeReports, replayTraffic } from '../../src/index.ts';
import { REPORT_FORMATS, renderReport } from '../../src/reporters/formats.ts';
import { type Call, check, folderWith, GOOD, har, SHOP } from '../check/traffic.ts';
import { expectAccounting } from '../reporters/parse-accounting.ts';
import {
  describeFindings,
  type ReplayTestOptions,
  type Reply,
  replay,
  startService,
} from './recorded-service.ts';

const TEA = { id: 7, name: 'tea' };
const REMOVED: Call = { method: 'DELETE', url: '/orders/7', status: 204 };

/** It does not depend on REMOVED. */
const OTHER: Call = { ...GOOD, url: '/orders/8' };

function reasons(report: Awaited<ReturnType<typeof replay>>): Record<string, number> {
  return report.accounting.skipped?.reasons ?? {};
}

describe('an unsafe request', () => {
  const writes: Call[] = [
    REMOVED,
    { method: 'POST', url: '/orders', send: '{"name":"tea"}', status: 201, body: '{"name":"tea"}' },
    { method: 'TRACE', url: '/orders/7', body: '{"name":"tea"}' },
    { method: 'PUT', url: '/orders/7', send: '{}' },
  ];

  test('is not sent by default, and is reported as skipped', async () => {
    const shop = await startService(() => ({ body: TEA }));
    const report = await replay([...writes, OTHER], { targets: [shop.url] });
    expect(shop.requests).toMatchObject([{ method: 'GET' }]);
    expect(reasons(report)).toEqual({ write: 4 });
    expect(report).toMatchObject({ verdict: 'passed', exitCode: 0, accounting: { passed: 1, total: 5 } });
    expect(report.skipped?.map(({ place, message }) => `${place.entry}: ${message}`)[0]).toBe(
      '1: DELETE may change data on the target; use --allow-writes to send it',
    );
    await expectAccounting(report);
  });

  test('is detected by method override header or query parameter', async () => {
    const shop = await startService(() => ({ body: TEA }));
    const overridden: Call[] = [
      ...['X-HTTP-Method-Override', 'x-http-method', 'X-Method-Override'].map(
        (name): Call => ({ ...GOOD, headers: { [name]: 'Delete' } }),
      ),
      { ...GOOD, url: '/orders/7?a=1&_method=DELETE' },
      { ...GOOD, url: '/orders/7?%5fMethod=put' },
    ];
    const report = await replay([...overridden, { ...OTHER, url: '/orders/8?_method=GET' }], {
      targets: [shop.url],
    });
    expect(shop.requests.map(({ url }) => url)).toEqual(['/v1/orders/8?_method=GET']);
    expect(reasons(report)).toEqual({ write: 5 });
    expect(report.skipped?.[0]?.message).toContain('DELETE');
  });

  test('is sent with --allow-writes, alone and in order, at any concurrency', async () => {
    let running = 0;
    const shop = await startService(async ({ method }) => {
      running++;
      if (method === 'DELETE') expect(running).toBe(1);
      await new Promise(setImmediate);
      running--;
      return method === 'DELETE' ? { status: 204 } : { body: TEA };
    });
    const calls = [GOOD, GOOD, GOOD, REMOVED, GOOD, GOOD, REMOVED];
    const report = await replay(calls, { targets: [shop.url], allowWrites: true, concurrency: 4 });
    expect(shop.requests.map(({ method }) => method)).toEqual(calls.map(({ method = 'GET' }) => method));
    expect(report.accounting.passed).toBe(7);
  });
});

test('an unsafe request without a response is not retried', async () => {
  const shop = await startService(({ method }) => (method === 'GET' ? { body: TEA } : undefined));
  const report = await replay([GOOD, REMOVED, OTHER, { ...REMOVED, method: 'POST', url: '/notes' }], {
    targets: [shop.url],
    allowWrites: true,
  });
  expect(shop.requests.map(({ method }) => method)).toEqual(['GET', 'DELETE', 'GET', 'POST']);
  expect(reasons(report)).toEqual({ 'no-response': 2 });
});

describe('a host', () => {
  test('that is not allowed gets no request, whatever a recording or a response contains', async () => {
    const foreign = await startService(() => ({ body: TEA }));
    const host = new URL(foreign.url).host;
    const shop = await startService(() => ({
      status: 302,
      headers: { location: `${foreign.url}/v1/orders/7` },
    }));
    const calls: Call[] = [
      GOOD,
      { ...GOOD, headers: { Host: host } },
      { ...GOOD, url: `https://user:secret@eu.shop.example/v1/orders/7?next=${foreign.url}` },
      { ...GOOD, url: `https://eu.shop.example//${host}/v1/orders/7` },
      { ...GOOD, url: `https://eu.shop.example/v1/orders/7@${host}` },
      { ...GOOD, url: `http://${host}/v1/orders/7` },
      { ...GOOD, url: `https://eu.shop.example@${host}/v1/orders/7` },
    ];
    const report = await replay(calls, { targets: [shop.url] });
    expect(foreign.requests).toEqual([]);
    expect(shop.requests.map(({ headers }) => headers.host)).toEqual(
      shop.requests.map(() => new URL(shop.url).host),
    );
    // A redirect is not followed: it is the response.
    expect(describeFindings(report)).toContain('difference answer-status-differs /response/status');
    expect(JSON.stringify(report)).not.toContain('user:secret');
    await expectAccounting(report);
  });

  test('of the recording gets requests only with --allow-host', async () => {
    const shop = await startService(() => ({ body: TEA }));
    const { host } = new URL(shop.url);
    const there: Call = { ...GOOD, url: `${shop.url}/v1/orders/7` };
    const servers = [`${shop.url}/v1`];
    const unnamed = await replay([there], { servers, hosts: ['eu.shop.example'] });
    expect(shop.requests).toEqual([]);
    expect(reasons(unnamed)).toEqual({ 'host-not-allowed': 1 });
    expect(unnamed).toMatchObject({ exitCode: 3, verdict: 'incomplete' });
    expect(unnamed.skipped?.[0]?.message).toContain(`--allow-host ${host}`);
    // A host without a port means the default port.
    expect(reasons(await replay([there], { servers, hosts: ['127.0.0.1'] }))).toEqual({
      'host-not-allowed': 1,
    });
    const named = await replay([there], { servers, hosts: [host] });
    expect(shop.requests).toMatchObject([{ url: '/v1/orders/7' }]);
    expect(named.accounting.passed).toBe(1);
  });

  test('declared with https gets no request over http because the recording used http', async () => {
    const call: Call = { ...GOOD, url: 'http://eu.shop.example/v1/orders/7' };
    const report = await replay([call], { hosts: ['eu.shop.example'] });
    expect(reasons(report)).toEqual({ 'host-not-allowed': 1 });
    expect(report.skipped?.[0]?.message).toContain('--target http://eu.shop.example');
  });

  test('gets no request outside the base path of the target', async () => {
    const shop = await startService(() => ({ body: TEA }));
    const parentSegments = ['..', '.', '%2e%2E', '..;', '..%2f..%2fadmin', 'a%5C..%5Cb', '..\\admin'];
    const report = await replay(
      parentSegments.map(id => ({ ...GOOD, url: `/orders/${id}` })),
      { targets: [`${shop.url}/v1`] },
    );
    expect(shop.requests).toEqual([]);
    expect(reasons(report)).toEqual({ 'host-not-allowed': parentSegments.length });
  });

  test('of one API gets no values of another API', async () => {
    const shop = await startService(() => ({ body: TEA }));
    const other = path.join(folderWith({ 'other.yaml': readFileSync(SHOP, 'utf8') }), 'other.yaml');
    const report = await replay([GOOD], { specs: [SHOP, other], targets: [`other=${shop.url}`] });
    expect(shop.requests).toEqual([]);
    expect(reasons(report)).toEqual({ 'host-not-allowed': 1 });
  });

  test.for([
    ['with a password', { targets: ['https://u:FAKE-pw@a.example'] }, /must not contain a user and password/],
    ['with a query', { targets: ['https://a.example/?x=1'] }, /must not contain a query or fragment/],
    ['with an unknown scheme', { targets: ['ftp://a.example'] }, /is not a valid server/],
    ['of an unknown API', { targets: ['x=https://a.example'] }, /there is no API "x"/],
    [
      'twice for one',
      { targets: ['shop=https://a.example', 'shop=https://b.example'] },
      /two targets for shop/,
    ],
    [
      'twice for all',
      { targets: ['https://a.example', 'https://b.example'] },
      /two targets without an API name/,
    ],
    ['(--allow-host) a URL', { hosts: ['https://a.example'] }, /is not a host/],
    ['(--secret) a secret in place of its variable', { secrets: ['authorization'] }, /not the secret itself/],
    [
      '(--secret) a variable that is not set',
      { secrets: ['authorization=NOPE'] },
      /the environment variable NOPE for the secret "authorization" is not set/,
    ],
  ] as [string, ReplayTestOptions, RegExp][])('%s is refused', async ([, options, message]) => {
    await expect(replay([GOOD], options)).rejects.toThrow(message);
  });
});

describe('two APIs with a target each', () => {
  const OTHER_SERVER = 'https://eu.other.example/v1';
  const redacted = { Authorization: 'Bearer XXXX-xxxxx-xx-x-xxxx' };
  const ORDER = '018c7737-0ab2-78f7-9d5e-000000000001';
  const LOGIN: Call = {
    method: 'POST',
    url: '/orders',
    send: '{"name":"tea"}',
    status: 201,
    body: `{"name":"tea","session":"XXXX-xxxxx-xx-x-xxxx","orderId":"${ORDER}"}`,
    answer: { 'Set-Cookie': 'sid=XXXX-xxxxx-xx-x-xxxx' },
  };
  const both = async (calls: readonly Call[], options: ReplayTestOptions = {}) => {
    const answer = (id: string) => (): Reply => ({
      status: 201,
      headers: { 'set-cookie': `sid=FAKE-cookie-of-${id}` },
      body: {
        name: 'tea',
        session: `FAKE-token-of-${id}`,
        orderId: `018c7737-0ab2-78f7-9d5e-0000000000${id}`,
      },
    });
    const [shop, other] = [await startService(answer('01a')), await startService(answer('02b'))];
    const text = readFileSync(SHOP, 'utf8').replace('{region}.shop', '{region}.other');
    const report = await replay(calls, {
      specs: [SHOP, path.join(folderWith({ 'other.yaml': text }), 'other.yaml')],
      targets: [`shop=${shop.url}`, `other=${other.url}`],
      allowWrites: true,
      ...options,
    });
    return { shop, other, report };
  };

  test('a variable for one API is not used for the other, whatever the field names in the recording', async () => {
    const headers = { ...redacted, 'Other-Authorization': 'xxxx', 'X-Key': 'xxxx' };
    const environment = {
      DEADRINGER_SECRET_AUTHORIZATION: 'FAKE-of-both',
      DEADRINGER_SECRET_OTHER_AUTHORIZATION: 'FAKE-of-the-other',
    };
    const { shop, other, report } = await both(
      [
        { ...GOOD, headers },
        { ...GOOD, url: `${OTHER_SERVER}/orders/7`, headers: redacted },
      ],
      { environment },
    );
    expect(shop.requests).toEqual([]);
    expect(reasons(report)).toEqual({ 'missing-secret': 1 });
    expect(other.requests[0]?.headers.authorization).toBe('Bearer FAKE-of-the-other');
  });

  test('a token captured from one API is not sent to the other with the same placeholder', async () => {
    const use: Call = { ...GOOD, url: `${OTHER_SERVER}/orders/7`, headers: redacted };
    const { shop, other, report } = await both([LOGIN, use]);
    expect([shop.requests.length, other.requests.length]).toEqual([1, 0]);
    expect(report.skipped?.[0]?.message).toContain('set DEADRINGER_SECRET_AUTHORIZATION');
  });

  test('a cookie of one API is not sent to the other, even if both were recorded on one host', async () => {
    const host = 'https://api.example';
    const servers = [`shop=${host}/a`, `other=${host}/b`];
    const cookie = { Authorization: 'Bearer FAKE', Cookie: 'sid=XXXX-xxxxx-xx-x-xxxx' };
    const { shop, other } = await both(
      [
        { ...LOGIN, url: `${host}/a/orders` },
        { ...GOOD, url: `${host}/a/orders/7`, headers: cookie },
        { ...GOOD, url: `${host}/b/orders/7`, headers: cookie },
      ],
      { servers },
    );
    expect(shop.requests[1]?.headers.cookie).toBe('sid=FAKE-cookie-of-01a');
    expect(other.requests).toEqual([]);
  });

  test('a captured value is not sent to the other API: requests that depend on it are skipped', async () => {
    const { shop, other, report } = await both([
      LOGIN,
      { ...GOOD, url: `/orders/${ORDER}` },
      { ...GOOD, url: `${OTHER_SERVER}/orders/${ORDER}` },
    ]);
    expect(shop.requests.map(({ url }) => url)).toEqual([
      '/v1/orders',
      '/v1/orders/018c7737-0ab2-78f7-9d5e-000000000001a',
    ]);
    expect(other.requests).toEqual([]);
    expect(reasons(report)).toEqual({ 'missing-dependency': 1 });
    expect(report.skipped?.[0]?.message).toContain('entry 1');
  });
});

test('connection, time, forwarding and browser headers are not sent', async () => {
  const shop = await startService(() => ({ body: TEA }));
  const stale = {
    Connection: 'keep-alive, x-hop',
    'Content-Length': '0',
    'If-None-Match': '"1"',
    'If-Modified-Since': 'Fri, 20 Nov 2026 04:00:00 GMT',
    Date: 'Fri, 20 Nov 2026 04:00:00 GMT',
    Traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    'X-Forwarded-For': '10.0.0.1',
    'X-Original-URL': '/admin',
    'X-Rewrite-URL': '/admin',
    'X-Host': 'other.example',
    Origin: 'https://app.example',
    Referer: 'https://app.example/page',
    'Sec-Fetch-Mode': 'cors',
    'X-Deadringer-Session': 'old',
  };
  await replay([{ ...GOOD, headers: { ...stale, 'X-Own': 'stays', Cookie: 'theme=dark' } }], {
    targets: [shop.url],
  });
  const { host, connection, ...sent } = shop.requests[0]?.headers ?? {};
  expect(host).toBe(new URL(shop.url).host);
  expect(connection).toBe('keep-alive');
  expect(sent).toEqual({
    'accept-encoding': 'gzip, deflate, br',
    authorization: 'Bearer FAKE-token-of-a-test',
    cookie: 'theme=dark',
    'x-own': 'stays',
  });
});

describe('a redacted credential', () => {
  const redacted: Call = { ...GOOD, headers: { Authorization: 'Bearer XXXX-xxxxx-xx-x-xxxx' } };

  test('is never sent as a placeholder; the request is skipped', async () => {
    const shop = await startService(() => ({ body: TEA }));
    const report = await replay([redacted], { targets: [shop.url] });
    expect(shop.requests).toEqual([]);
    expect(report).toMatchObject({ exitCode: 3, verdict: 'incomplete', accounting: { passed: 0 } });
    expect(reasons(report)).toEqual({ 'missing-secret': 1 });
    expect(report.reasons[0]).toContain('set DEADRINGER_SECRET_AUTHORIZATION');
    await expectAccounting(report);
    const both = await replay([redacted, GOOD], { targets: [shop.url] });
    expect(both).toMatchObject({ exitCode: 0, accounting: { passed: 1, skipped: { count: 1 } } });
  });

  test.for([
    ['DEADRINGER_SECRET_AUTHORIZATION', {}, 'Bearer FAKE-one'],
    ['DEADRINGER_SECRET_SHOP_AUTHORIZATION', { DEADRINGER_SECRET_AUTHORIZATION: 'no' }, 'Bearer FAKE-one'],
    ['STAGING', {}, 'Bearer FAKE-one'],
  ] as const)('comes from %s', async ([variable, others, expected]) => {
    const shop = await startService(() => ({ body: TEA }));
    await replay([redacted], {
      targets: [shop.url],
      environment: { ...others, [variable]: 'FAKE-one' },
      secrets: variable === 'STAGING' ? ['Authorization=STAGING'] : [],
    });
    expect(shop.requests[0]?.headers.authorization).toBe(expected);
  });

  test('may end with a line break; the variable must not be empty', async () => {
    const shop = await startService(() => ({ body: TEA }));
    const from = (value: string): ReturnType<typeof replay> =>
      replay([redacted], { targets: [shop.url], environment: { DEADRINGER_SECRET_AUTHORIZATION: value } });
    await from('FAKE-one\r\n');
    expect(shop.requests[0]?.headers.authorization).toBe('Bearer FAKE-one');
    expect(reasons(await from('\n'))).toEqual({ 'missing-secret': 1 });
  });

  test('may be Basic, a cookie, a query parameter, a body member, or withheld', async () => {
    const shop = await startService(({ method }) =>
      method === 'POST' ? { status: 201, body: { name: 'tea' } } : { body: TEA },
    );
    const calls: Call[] = [
      { ...GOOD, headers: { Authorization: `Basic ${Buffer.from('xxxx:xxxxxx').toString('base64')}` } },
      { ...GOOD, headers: { Cookie: 'theme=dark; sid=xxxx-0000; _ga=XX0.0.0000; own=1' } },
      { ...GOOD, url: '/orders/7?page=2&api_key=xxxx0000' },
      {
        method: 'POST',
        url: '/orders',
        send: '{"name":"tea","login":{"password":"xxxxxxxx"}}',
        status: 201,
        body: '{"name":"tea"}',
      },
    ];
    const environment = {
      DEADRINGER_SECRET_AUTHORIZATION: 'maria:FAKE-pw',
      DEADRINGER_SECRET_SID: 'FAKE-sid',
      DEADRINGER_SECRET_API_KEY: 'FAKE key',
      DEADRINGER_SECRET_PASSWORD: 'FAKE-password',
    };
    const report = await replay(calls, { targets: [shop.url], environment, allowWrites: true });
    expect(reasons(report)).toEqual({});
    const [basic, cookie, key, body] = shop.requests;
    expect(basic?.headers.authorization).toBe(`Basic ${Buffer.from('maria:FAKE-pw').toString('base64')}`);
    expect(cookie?.headers.cookie).toBe('theme=dark; sid=FAKE-sid; own=1');
    expect(key?.url).toBe('/v1/orders/7?page=2&api_key=FAKE%20key');
    expect(JSON.parse(body?.body ?? '')).toEqual({ name: 'tea', login: { password: 'FAKE-password' } });
    const { Authorization: _, ...bare } = { Authorization: '' };
    const file = path.join(
      folderWith({
        'traffic.har': har([{ ...GOOD, headers: bare }], 'WebInspector').replace(
          /\{\s*"name": "Authorization",\s*"value": "[^"]*"\s*\}/,
          '',
        ),
      }),
      'traffic.har',
    );
    const options = { specs: [SHOP], traffic: [file], targets: [shop.url] };
    expect(reasons(await replayTraffic({ ...options, environment: {} }))).toEqual({ 'missing-secret': 1 });
    await replayTraffic({ ...options, environment: { DEADRINGER_SECRET_AUTHORIZATION: 'FAKE-token' } });
    expect(shop.requests.at(-1)?.headers.authorization).toBe('Bearer FAKE-token');
  });

  test('is taken from an earlier response, as with a login', async () => {
    const login: Call = {
      method: 'POST',
      url: '/orders',
      send: '{"name":"tea"}',
      status: 201,
      body: '{"name":"tea","session":"placeholder-of-a-session"}',
      more: { _redacted: ['/response/body/session'] },
    };
    const use: Call = {
      ...GOOD,
      headers: { Authorization: 'Bearer placeholder-of-a-session' },
      more: { _redacted: ['/request/headers/authorization'] },
    };
    const shop = await startService(({ method }) =>
      method === 'POST' ? { status: 201, body: { name: 'tea', session: 'FAKE-of-now' } } : { body: TEA },
    );
    const report = await replay([login, use], { targets: [shop.url], allowWrites: true });
    expect(shop.requests[1]?.headers.authorization).toBe('Bearer FAKE-of-now');
    expect(describeFindings(report).filter(each => each.includes('answer'))).toEqual([]);
    const alone = await replay([use], { targets: [shop.url] });
    expect(reasons(alone)).toEqual({ 'missing-secret': 1 });
    const reads = await replay([login, use], { targets: [shop.url] });
    expect(reasons(reads)).toEqual({ write: 1, 'missing-dependency': 1 });
    expect(shop.requests).toHaveLength(2);
  });

  test('is found where the recording marks it; one in a path cannot be restored', async () => {
    const shop = await startService(() => ({ status: 201, body: { name: 'tea' } }));
    const order: Call = { method: 'POST', url: '/orders', status: 201, body: '{"name":"tea"}' };
    const calls: Call[] = [
      { ...GOOD, more: { _redacted: ['/request/path'] } },
      { ...order, send: '{"name":"tea","code":1111}', more: { _redacted: ['/request/body/code'] } },
      { ...order, send: '{"name":"tea","lost":1}', more: { _redacted: ['/request/body/gone'] } },
    ];
    const environment = { DEADRINGER_SECRET_CODE: '4711', DEADRINGER_SECRET_GONE: 'FAKE' };
    const report = await replay(calls, { targets: [shop.url], allowWrites: true, environment });
    expect(reasons(report)).toEqual({ 'missing-secret': 2 });
    expect(shop.requests.map(({ body }) => body)).toEqual(['{"name":"tea","code":4711}']);
  });

  test('may be a cookie, which is dropped if it is not a credential', async () => {
    const shop = await startService(() => ({ body: TEA }));
    const calls = ['_ga=XX0.0', 'JSESSIONID=XXXX0000'].map(
      (Cookie): Call => ({ ...GOOD, headers: { Cookie } }),
    );
    const report = await replay(calls, { targets: [shop.url] });
    expect(shop.requests).toHaveLength(1);
    expect(shop.requests[0]?.headers.cookie).toBeUndefined();
    expect(report.skipped?.[0]?.message).toContain('DEADRINGER_SECRET_JSESSIONID');
  });

  test('is in no report of any format, even if a response repeats it in any encoding', async () => {
    const password = 'FAKE:p\u00e4ss "w/rd" & <so on>';
    const base64 = Buffer.from(password).toString('base64');
    const written = [
      ...[password, encodeURIComponent(password), encodeURI(password), base64, base64.replace(/=+$/, '')],
      encodeURIComponent(password).replace(/%../g, each => each.toLowerCase()),
      new URLSearchParams({ a: password }).toString().slice(2),
      Buffer.from(password).toString('base64url'),
      JSON.stringify(password).slice(1, -1),
      'FAKE:p\\u00e4ss \\"w/rd\\" & <so on>',
      'FAKE:p\u00e4ss &quot;w/rd&quot; &amp; &lt;so on&gt;',
    ];
    const token = 'FAKEtoken';
    const shop = await startService(({ headers, url }) => ({
      status: 418,
      headers: { 'x-echo': String(headers.authorization), 'x-bare': token },
      body: {
        message: `wrong token ${token} at ${url}`,
        list: written,
        [token]: 1,
        [`a ${password}`]: 1,
      },
    }));
    const report = await replay(
      [
        { ...GOOD, url: `/orders/7?key=xxxx` },
        {
          method: 'POST',
          url: '/orders',
          send: '{"name":"tea","pin":"xxxx"}',
          status: 201,
          body: '{"name":"t"}',
        },
        { ...GOOD, url: '/nowhere/7' },
      ].map(call => ({ ...call, headers: { Authorization: 'Bearer xxxx' } })),
      {
        targets: [shop.url],
        allowWrites: true,
        environment: {
          DEADRINGER_SECRET_AUTHORIZATION: token,
          DEADRINGER_SECRET_KEY: password,
          DEADRINGER_SECRET_PIN: password,
        },
      },
    );
    expect(shop.requests).toHaveLength(3);
    expect(report.findings.length).toBeGreaterThan(2);
    const secrets = [token, 'FAKE:p', 'so on', ...written];
    for (const format of REPORT_FORMATS) {
      const text = await renderReport(report, format);
      expect({ format, leaked: secrets.filter(each => text.includes(each)) }).toEqual({ format, leaked: [] });
    }
  });
});

test('a credential is in no report of a response that contains it before it was sent', async () => {
  const shop = await startService(() => ({ body: { ...TEA, hint: 'it was FAKE-of-today' } }));
  const calls: Call[] = [GOOD, { ...GOOD, url: '/orders/8?key=xxxx' }];
  for (const concurrency of [1, 8]) {
    const environment = { DEADRINGER_SECRET_KEY: 'FAKE-of-today' };
    const report = await replay(calls, { targets: [shop.url], environment, concurrency });
    expect(report.findings.length).toBeGreaterThan(0);
    expect(JSON.stringify(report)).not.toContain('FAKE-of-today');
  }
});

test('two placeholders of one name are two secrets, and each has a variable of its own', async () => {
  const shop = await startService(() => ({ body: TEA }));
  const as = (placeholder: string): Call => ({
    ...GOOD,
    headers: { Authorization: `Bearer ${placeholder}` },
  });
  const calls = [as('xxxx-00'), as('xxxxx-000'), as('xxxx-00'), as('xxxxx-000')];
  const sent = async (environment: Record<string, string>) => {
    shop.requests.length = 0;
    const report = await replay(calls, { targets: [shop.url], environment });
    return { report, tokens: shop.requests.map(({ headers }) => headers.authorization) };
  };
  const one = await sent({ DEADRINGER_SECRET_AUTHORIZATION: 'FAKE-ada' });
  expect(one.tokens).toEqual(['Bearer FAKE-ada', 'Bearer FAKE-ada']);
  expect(one.report.skipped?.map(({ message }) => message)).toEqual(
    Array(2).fill(
      'the secret "authorization" is a placeholder in the recording; set DEADRINGER_SECRET_AUTHORIZATION_2',
    ),
  );
  const both = await sent({
    DEADRINGER_SECRET_AUTHORIZATION: 'FAKE-ada',
    DEADRINGER_SECRET_SHOP_AUTHORIZATION_2: 'FAKE-bob',
  });
  expect(both.tokens).toEqual(['Bearer FAKE-ada', 'Bearer FAKE-bob', 'Bearer FAKE-ada', 'Bearer FAKE-bob']);
});

test('a current token is in no report of a recording with --keep-secrets', async () => {
  const login: Call = {
    ...{ method: 'POST', url: '/orders', send: '{"name":"tea"}', status: 201 },
    body: '{"name":"tea","session":"fake-token-of-1then"}',
  };
  const shop = await startService(({ method }) =>
    method === 'POST'
      ? { status: 201, body: { name: 'tea', session: 'fake-token-of-1now' } }
      : { body: { ...TEA, more: 1 } },
  );
  const report = await replay([login, { ...GOOD, url: '/orders/fake-token-of-1then' }], {
    targets: [shop.url],
    allowWrites: true,
  });
  expect(shop.requests[1]?.url).toBe('/v1/orders/fake-token-of-1now');
  expect(report.findings.length).toBeGreaterThan(0);
  expect(JSON.stringify(report)).not.toContain('fake-token-of-1now');
});

describe('skipped exchanges are counted with their reason', () => {
  test('an unrecorded body', async () => {
    const shop = await startService(() => ({ status: 201 }));
    const call: Call = {
      method: 'POST',
      url: '/orders',
      send: { mimeType: 'application/json' },
      status: 201,
    };
    const report = await replay([call], { targets: [shop.url], allowWrites: true });
    expect(shop.requests).toEqual([]);
    expect(reasons(report)).toEqual({ 'body-not-recorded': 1 });
  });

  test('no response (refused, cut, timeout); the verdict is not passed', async () => {
    const closing = await startService(() => undefined);
    const cut = await replay([GOOD], { targets: [closing.url] });
    expect(reasons(cut)).toEqual({ 'no-response': 1 });
    expect(cut.exitCode).toBe(3);
    const refused = await replay([GOOD], { targets: ['http://127.0.0.1:1'] });
    expect(refused.skipped?.[0]?.message).toContain('refuses connections');
    const silent = await startService(() => new Promise(() => {}));
    const late = await replay([GOOD], { targets: [silent.url], timeout: 50 });
    expect(late.skipped?.[0]?.message).toMatch(/did not respond within 0\.05 s/);
    let times = 0;
    const flaky = await startService(() => (times++ === 0 ? undefined : { body: TEA }));
    const some = await replay([REMOVED, OTHER], { targets: [flaky.url], allowWrites: true });
    expect(some).toMatchObject({ exitCode: 3, verdict: 'incomplete', accounting: { passed: 1 } });
    expect(some.reasons[0]).toContain('1 exchange got no response from the API');
  });

  test('in every format, beside out of scope and unreadable', async () => {
    const shop = await startService(({ url }) => (url.endsWith('/8') ? undefined : { body: TEA }));
    const calls: Call[] = [
      GOOD,
      { ...GOOD, url: '/orders/8' },
      REMOVED,
      { ...GOOD, url: 'https://other.example/x' },
      { ...GOOD, url: '/style.css', answer: { 'Content-Type': 'text/css' } },
      { ...GOOD, headers: { Authorization: 'Bearer xxxx' } },
      { ...GOOD, url: '/invoices/1' },
      { ...GOOD, more: { request: 'broken' } },
      { ...GOOD, answer: { 'x-deadringer-error': 'no-such-path' } },
    ];
    const report = await replay(calls, { targets: [shop.url] });
    expect(report.accounting).toMatchObject({
      total: 9,
      passed: 1,
      notCheckable: { reasons: { 'operation-undocumented': 1 } },
      skipped: { reasons: { write: 1, 'missing-secret': 1, 'no-response': 1 } },
      outOfScope: { reasons: { 'other-host': 1, asset: 1, 'mock-error': 1 } },
      unreadable: { reasons: { entry: 1 } },
    });
    // A read is sent again if a reused connection was closed.
    expect(new Set(shop.requests.map(({ url }) => url))).toEqual(
      new Set(['/v1/orders/7', '/v1/orders/8', '/v1/invoices/1']),
    );
    await expectAccounting(report);
  });
});

test('a report does not depend on the order of responses', async () => {
  const calls = [...Array(12).keys()].map(
    (n): Call => ({ url: `/orders/${n}`, body: '{"id":1,"name":"tea"}' }),
  );
  const shop = await startService(async ({ url }) => {
    const turns = 12 - Number(url.split('/').at(-1));
    for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
    return turns % 3 === 0 ? { status: 500 } : { body: { name: 'tea', turns } };
  });
  const one = await replay(calls, { targets: [shop.url] });
  const many = await replay(calls, { targets: [shop.url], concurrency: 6 });
  const bare = (report: typeof one) => JSON.stringify(report).replaceAll(/"[^"]*traffic\.har"/g, '"file"');
  expect(bare(many)).toBe(bare(one));
});

test('--rate limits requests at any concurrency', async () => {
  const times: number[] = [];
  const shop = await startService(() => {
    times.push(performance.now());
    return { body: TEA };
  });
  await replay([GOOD, GOOD, GOOD], { targets: [shop.url], concurrency: 3, rate: 10 });
  expect((times[2] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(150);
});

test('reports of replays can be merged; a check and a replay cannot', async () => {
  const shop = await startService(() => ({ body: TEA }));
  const left = await replay([GOOD, REMOVED], { targets: [shop.url] });
  const right = await replay([{ ...GOOD, headers: { Authorization: 'Bearer xxxx' } }], {
    targets: [shop.url],
  });
  const merged = mergeReports([left, right]);
  expect(merged.accounting).toMatchObject({
    total: 3,
    skipped: { count: 2, reasons: { 'missing-secret': 1, write: 1 } },
  });
  expect(merged.skipped).toHaveLength(2);
  await expectAccounting(merged);
  expect(() => mergeReports([left, { ...right, replay: undefined }])).toThrow(
    'different commands (check or replay)',
  );
  const checked = await check([GOOD]);
  expect(() => mergeReports([left, checked])).toThrow('different commands (check or replay)');
});
