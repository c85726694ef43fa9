// Why a request got its response: the steps of the explanation, for every path through the mock.
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Mock, type MockOptions, startMock } from '../../src/index.ts';

const OPTIONS: MockOptions = {
  specs: ['test/fixtures/why/shop.yaml'],
  scenarios: ['test/fixtures/why/scenarios'],
};
let mock: Mock;
beforeAll(async () => {
  mock = await startMock(OPTIONS);
});
afterAll(async () => {
  await mock.close();
});

interface Step {
  readonly step: string;
  readonly text: string;
  readonly location?: string;
  readonly detail?: readonly string[];
}

interface Sent extends RequestInit {
  readonly scenarios?: readonly string[];
}

let sessions = 0;

/** Sends a request in a session of its own. @returns the entry of the journal */
async function send(
  path: string,
  { scenarios = [], ...init }: Sent = {},
  session = `session-${++sessions}`,
  { url } = mock,
): Promise<{ readonly why: readonly Step[]; readonly curl: string; readonly repeatHint?: string }> {
  const control = `${url}/__deadringer`;
  if (scenarios.length > 0)
    await fetch(`${control}/sessions/${session}/scenarios`, {
      method: 'POST',
      body: JSON.stringify({ scenarios }),
    });
  const headers = { ...init.headers, 'x-deadringer-session': session };
  // A fault breaks the connection.
  await fetch(url + path, { ...init, headers })
    .then(response => response.text())
    .catch(() => undefined);
  const list = await fetch(`${control}/sessions/${session}/journal?summary=true&limit=1`);
  const { entries } = (await list.json()) as { entries: { id: string }[] };
  const response = await fetch(`${control}/journal/${entries[0]?.id}`);
  return (await response.json()) as { why: Step[]; curl: string; repeatHint?: string };
}

/** The steps as lines, without the session and an ordinary delivery. */
async function explained(...sent: Parameters<typeof send>): Promise<string[]> {
  const { why } = await send(...sent);
  return why
    .filter(({ step, text }) => step !== 'session' && text !== 'The response is sent at once.')
    .flatMap(({ step, text, location, detail = [] }) => [
      `${step}: ${text}${location === undefined ? '' : ` ${location}`}`,
      ...detail.map(each => `  ${each}`),
    ])
    .map(line => line.replaceAll('test/fixtures/why/', '').replaceAll(mock.url, ''));
}

/** Without the operation and what follows about it, unless nothing else is said there. */
function withoutMatch(lines: readonly string[]): string[] {
  const end = lines.findIndex(line => line.startsWith('validation: '));
  return end < 0 || lines.some(line => line.includes('HEAD is GET')) ? [...lines] : lines.slice(end);
}

const JSON_TYPE = { 'content-type': 'application/json' };

describe('a request that matches no operation', () => {
  test.each<[string, string, Sent, string[]]>([
    [
      'an unknown path',
      '/shop/nowhere',
      {},
      [
        'match: No operation matches GET /shop/nowhere; the nearest is GET /shop/v1/items.',
        '  Remedy: curl /shop/v1/items',
        'selection: The mock responds with an error of its own, no-such-path.',
        'body: The body describes the error, and how to correct it.',
      ],
    ],
    [
      'a method that the path does not declare',
      '/shop/items',
      { method: 'PUT' },
      [
        'match: /items of the API "shop" supports GET, POST, not PUT.',
        'selection: The mock responds with an error of its own, no-such-method.',
        'body: The body describes the error, and how to correct it.',
      ],
    ],
    [
      'OPTIONS',
      '/shop/items',
      { method: 'OPTIONS' },
      [
        'match: OPTIONS /shop/items asks for the methods of a path that a document declares.',
        'selection: OPTIONS is answered with the methods of the path: GET, POST, HEAD, OPTIONS.',
        'body: The response has no body.',
      ],
    ],
    [
      'an invalid preference',
      '/shop/items?__code=900',
      {},
      [
        'validation: The request is not validated, because what it asks of the mock is invalid.',
        'selection: The mock responds with an error of its own, bad-preference.',
        '  code must be a status from 200 to 599, such as 404',
        'body: The body describes the error, and how to correct it.',
      ],
    ],
  ])('%s', async (_, path, sent, expected) => {
    expect(withoutMatch(await explained(path, sent))).toEqual(expected);
  });
});

describe('a response of the document', () => {
  test.each<[string, string, Sent, string[]]>([
    [
      'a named example',
      '/shop/v1/items',
      {},
      [
        'validation: The request is valid.',
        'selection: 200 is the success response of the operation, and no scenario changes it. shop.yaml:13',
        'body: The body is the example "two" of the response. shop.yaml:19',
      ],
    ],
    [
      'HEAD',
      '/shop/items',
      { method: 'HEAD' },
      [
        'match: HEAD /shop/items is a request to listItems (GET /items) of the API "shop". shop.yaml:7',
        '  The path begins with the name of the API, /shop, without a base path.',
        '  HEAD is GET without the response body.',
        'validation: The request is valid.',
        'selection: 200 is the success response of the operation, and no scenario changes it. shop.yaml:13',
        'body: The body is the example "two" of the response. shop.yaml:19',
        '  The response to HEAD has no body.',
      ],
    ],
    [
      'a body that is generated from the schema',
      '/shop/items',
      { method: 'POST', headers: JSON_TYPE, body: '{"name":"Hat"}' },
      [
        'validation: The request is valid.',
        'selection: 201 is the success response of the operation, and no scenario changes it. shop.yaml:27',
        'body: The body is generated from the schema. shop.yaml:29',
      ],
    ],
    [
      'a generated body with an example in it',
      '/shop/items/8',
      {},
      [
        'validation: The request is valid.',
        'selection: 200 is the success response of the operation, and no scenario changes it. shop.yaml:35',
        'body: The body is generated from the schema; one value is an example or a default of it. shop.yaml:39',
        '  From the request: /id.',
      ],
    ],
    [
      'a body that is generated from a seed',
      '/shop/items/8?__dynamic=true',
      {},
      [
        'validation: The request is valid.',
        'selection: 200 is the success response of the operation, and no scenario changes it. shop.yaml:35',
        'body: The body is generated from the schema, from a seed that depends on the session, the operation, the path and the query. shop.yaml:39',
        '  From the request: /id.',
      ],
    ],
    [
      'an example of the schema',
      '/shop/whole',
      {},
      [
        'validation: The request is valid.',
        'selection: 200 is the success response of the operation, and no scenario changes it. shop.yaml:51',
        'body: The body is an example or a default of the schema. shop.yaml:51',
      ],
    ],
    [
      'neither an example nor a schema',
      '/shop/file',
      {},
      [
        'validation: The request is valid.',
        'selection: 200 is the success response of the operation, and no scenario changes it. shop.yaml:55',
        'body: The document has neither an example nor a schema for this response, so the body is a placeholder.',
      ],
    ],
    [
      'no body',
      '/shop/items/7',
      { method: 'DELETE' },
      [
        'validation: The request is valid.',
        'selection: 204 is the success response of the operation, and no scenario changes it. shop.yaml:47',
        'body: The response has no body.',
      ],
    ],
    [
      'an example that violates its schema',
      '/shop/lie',
      {},
      [
        'validation: The request is valid.',
        'selection: 200 is the success response of the operation, and no scenario changes it. shop.yaml:59',
        'body: The body is the example of the response. shop.yaml:59',
        '  response body must be array; got an object (shop.yaml:59, response-body-schema)',
      ],
    ],
    [
      'a response that cannot be read',
      '/shop/broken',
      {},
      [
        'validation: The request is valid.',
        'selection: The mock responds with an error of its own, unusable-operation.',
        '  shop.yaml:63: $ref "#/components/responses/Nowhere" cannot be resolved',
        '  Remedy: correct the document at this line; "deadringer lint" lists all that is wrong with it',
        'body: The body describes the error, and how to correct it.',
      ],
    ],
    [
      'remarks about the request',
      '/shop/items?page=1',
      {},
      [
        'validation: The request is valid.',
        '  query parameter "page" is deprecated (shop.yaml:11, parameter-deprecated)',
        'selection: 200 is the success response of the operation, and no scenario changes it. shop.yaml:13',
        'body: The body is the example "two" of the response. shop.yaml:19',
      ],
    ],
  ])('%s', async (_, path, sent, expected) => {
    expect(withoutMatch(await explained(path, sent))).toEqual(expected);
  });
});

describe('an invalid request', () => {
  test.each<[string, string, Sent, string[]]>([
    [
      'with a declared response',
      '/shop/items?limit=x',
      {},
      [
        'validation: The request is rejected: query parameter "limit" must be integer; got "x". shop.yaml:10',
        'selection: The document declares 422 for a request like this. shop.yaml:21',
        'body: The body is the example of the response. shop.yaml:21',
      ],
    ],
    [
      'without a declared response',
      '/shop/items',
      { method: 'POST', headers: JSON_TYPE, body: '{"nam":1}' },
      [
        'validation: The request is rejected: request body /name is missing. shop.yaml:25',
        'selection: The document declares no response for this case, so the mock responds with an error of its own.',
        '  Remedy: declare a 422 or 400 response for addItem; the mock then sends it instead of this problem',
        'body: The body describes the error, and how to correct it.',
      ],
    ],
    [
      'that accepts no declared media type',
      '/shop/whole',
      { headers: { accept: 'text/csv' } },
      [
        'validation: The request is rejected: Accept excludes every media type that getWhole returns: application/json. shop.yaml:51',
        'selection: The document declares no response for this case, so the mock responds with an error of its own.',
        '  Remedy: declare a 406 response for getWhole; the mock then sends it instead of this problem',
        'body: The body describes the error, and how to correct it.',
      ],
    ],
    [
      'to which a scenario replies',
      '/shop/items?limit=x',
      { scenarios: ['shop.listItems.503'] },
      [
        'validation: The request has 1 finding, and is answered all the same. shop.yaml:10',
        '  query parameter "limit" must be integer; got "x" (shop.yaml:10, parameter-schema)',
        'selection: The built-in scenario shop.listItems.503 replies with 503. shop.yaml:22',
        '  It applies to every request to listItems.',
        'body: The response has no body.',
      ],
    ],
  ])('%s', async (_, path, sent, expected) => {
    expect(withoutMatch(await explained(path, sent))).toEqual(expected);
  });
});

describe('a preference of the client', () => {
  test.each<[string, string, Sent, string[]]>([
    [
      'for a status',
      '/shop/items?__code=503',
      { scenarios: ['shop/flaky'] },
      [
        'validation: The request is valid.',
        'selection: The client asks for the status 503, in its query. shop.yaml:22',
        '  Scenarios do not apply to such a request.',
        'body: The response has no body.',
      ],
    ],
    [
      'for an example',
      '/shop/items',
      { headers: { prefer: 'code=200, example=none' } },
      [
        'validation: The request is valid.',
        'selection: The client asks for the status 200 and the example "none", in its Prefer header. shop.yaml:13',
        '  Scenarios do not apply to such a request.',
        'body: The body is the example "none" of the response. shop.yaml:20',
      ],
    ],
    [
      'for a status that is not declared',
      '/shop/items?__code=404',
      {},
      [
        'validation: The request is valid.',
        'selection: The mock responds with an error of its own, not-declared.',
        '  listItems declares no response 404; it declares 200, 422, 503',
        'body: The body describes the error, and how to correct it.',
      ],
    ],
  ])('%s', async (_, path, sent, expected) => {
    expect(withoutMatch(await explained(path, sent))).toEqual(expected);
  });
});

describe('a curl command', () => {
  test.each([
    [
      'that a header carries',
      '__code=200&__example=none',
      "/shop/items -H .*-H 'prefer: code=200, example=none'$",
    ],
    [
      'that a header does not carry',
      '__code=200&__example=%C3%BC',
      "/shop/items\\?__code=200&__example=%C3%BC' (?!.*prefer)",
    ],
    [
      'of a query beside a Prefer header',
      '__code=503',
      "/shop/items\\?__code=503' .*-H 'prefer: return=minimal'",
      'return=minimal',
    ],
  ])('has the preferences %s', async (_, query, expected, prefer?: string) => {
    const init = prefer === undefined ? {} : { headers: { prefer } };
    const { curl, repeatHint } = await send(`/shop/items?${query}`, init);
    expect(curl).toMatch(new RegExp(expected));
    expect(repeatHint).toBeUndefined();
  });
});

describe('a scenario', () => {
  test.each<[string, string, Sent, string[]]>([
    [
      'a rule with conditions and a body',
      '/shop/items/7',
      { scenarios: ['shop/one'] },
      [
        'validation: The request is valid.',
        'selection: The rule shop/one 1 replies with 200. scenarios/shop/one.yaml:3',
        '  It applies when the path parameter id is 7.',
        '  The scenario is in the state "seen" after it.',
        'body: The body is the one of the rule. scenarios/shop/one.yaml:5',
      ],
    ],
    [
      'a rule with a patch',
      '/shop/items/8',
      { scenarios: ['shop/one'] },
      [
        'validation: The request is valid.',
        'selection: The rule shop/one 2 replies with 200. scenarios/shop/one.yaml:7',
        '  It applies to every request to getItem.',
        'body: The rule changes the body: name. scenarios/shop/one.yaml:8',
        '  Without the change: The body is generated from the schema; one value is an example or a default of it. (shop.yaml:39)',
      ],
    ],
    [
      'a built-in scenario',
      '/shop/items/7',
      { scenarios: ['shop.getItem.404'] },
      [
        'validation: The request is valid.',
        'selection: The built-in scenario shop.getItem.404 replies with 404. shop.yaml:43',
        '  It applies to every request to getItem.',
        'body: The body is the example of the response. shop.yaml:43',
      ],
    ],
    [
      'a rule that is off-contract',
      '/shop/whole',
      { scenarios: ['shop/teapot'] },
      [
        'validation: The request is valid.',
        'selection: The rule shop/teapot 1 replies with 418. scenarios/shop/teapot.yaml:3',
        '  It applies to every request to getWhole.',
        'body: The body is the one of the rule. scenarios/shop/teapot.yaml:4',
        '  The response is off-contract: the gateway sends it.',
        '  status 418 is not declared by getWhole (declared: 200) (shop.yaml:49, status-undocumented)',
      ],
    ],
    [
      'a rule that only delivers',
      '/shop/whole',
      { scenarios: ['shop/slow'] },
      [
        'validation: The request is valid.',
        'selection: 200 is the success response of the operation. shop.yaml:51',
        '  Also applied, without a reply: rule shop/slow 1 (scenarios/shop/slow.yaml:3).',
        'body: The body is an example or a default of the schema. shop.yaml:51',
        'delivery: The response is delayed by 5 ms, and its body is sent at 100000 bytes per second. scenarios/shop/slow.yaml:3',
        '  Set by the rule shop/slow 1 (scenarios/shop/slow.yaml:3).',
      ],
    ],
    [
      'a rule with a fault',
      '/shop/whole',
      { scenarios: ['shop/empty'] },
      [
        'validation: The request is valid.',
        'selection: The rule shop/empty 1 replies with 200. scenarios/shop/empty.yaml:3',
        '  It applies to every request to getWhole.',
        'body: The body is an example or a default of the schema. shop.yaml:51',
        'delivery: The mock closes the connection without a byte. scenarios/shop/empty.yaml:3',
        '  Set by the rule shop/empty 1 (scenarios/shop/empty.yaml:3).',
      ],
    ],
    [
      'a template that fails',
      '/shop/items',
      { method: 'POST', headers: JSON_TYPE, body: '{"name":"Hat","list":[1]}', scenarios: ['shop/template'] },
      [
        'validation: The request is valid.',
        'selection: The rule shop/template 1 replies, which fails: bad-template. scenarios/shop/template.yaml:3',
        '  template render limit exceeded',
        '  Remedy: correct the template of the rule shop/template 1 (scenarios/shop/template.yaml:3)',
        '  It applies to every request to addItem.',
        'body: The body describes the error, and how to correct it.',
      ],
    ],
    [
      'an upstream that is not configured',
      '/shop/items',
      { scenarios: ['shop/real'] },
      [
        'validation: The request is valid.',
        'selection: The rule shop/real 1 replies, which fails: no-upstream. scenarios/shop/real.yaml:3',
        '  the scenario replies to listItems with "upstream", and no upstream is configured for it',
        '  Remedy: deadringer serve --upstream shop=https://... --upstream-mode on-request',
        '  It applies to every request to listItems.',
        'body: The body describes the error, and how to correct it.',
      ],
    ],
  ])('%s', async (_, path, sent, expected) => {
    expect(withoutMatch(await explained(path, sent))).toEqual(expected);
  });
});

describe('the operation', () => {
  test.each([
    ['/shop/v1/items/7?a=b', 'The path begins with the name of the API, /shop, and the base path /v1.'],
    ['/shop/items/7', 'The path begins with the name of the API, /shop, without a base path.'],
  ])('of %s is found by its name', async (path, prefix) => {
    const { why } = await send(path);
    expect(why[0]).toEqual({
      step: 'match',
      text: `GET ${path.replace(/\?.*/, '')} is a request to getItem (GET /items/{id}) of the API "shop".`,
      location: 'test/fixtures/why/shop.yaml:31',
      detail: [prefix, 'The path parameter id is 7.'],
    });
  });

  test.each([
    ['/v1/whole', 'The API is the one whose document has the path, and the base path /v1.'],
    ['/whole', 'The API is the one whose document has the path, without a base path.'],
  ])('of %s is found by the path alone', async (path, text) => {
    const { why } = await send(path);
    expect(why[0]?.detail).toEqual([text]);
  });

  test('is found by the host', async () => {
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      const headers = { host: 'shop.example.com' };
      http.get(`${mock.url}/v1/whole`, { headers }, resolve).on('error', reject);
    });
    response.resume();
    const id = response.headers['x-deadringer-exchange'];
    const entry = await (await fetch(`${mock.url}/__deadringer/journal/${id}`)).json();
    expect((entry as { why: Step[] }).why[0]?.detail).toEqual([
      'The API is found by the host shop.example.com, and the base path /v1.',
    ]);
  });
});

describe('the session', () => {
  test.each([
    [
      'header',
      '',
      { 'x-deadringer-session': 'anna' },
      'The session is anna: the header X-Deadringer-Session names it.',
    ],
    [
      'credential',
      '',
      { authorization: 'Bearer FAKE-token-of-anna' },
      'The session is anna: the credential of the request is bound to it.',
    ],
    [
      'cookie',
      '',
      { cookie: 'deadringer-session=anna' },
      'The session is anna: the cookie deadringer-session names it.',
    ],
    ['prefix', '/~anna', {}, 'The session is anna: the path begins with its name after "/~".'],
    ['default', '', {}, 'The session is default: the request names no other.'],
  ])('is found by its %s', async (_, prefix, headers, text) => {
    await fetch(`${mock.url}/__deadringer/sessions/anna/credentials`, {
      method: 'POST',
      body: JSON.stringify({ credential: 'FAKE-token-of-anna' }),
    });
    const response = await fetch(`${mock.url}${prefix}/shop/whole?__code=200`, { headers });
    const id = response.headers.get('x-deadringer-exchange');
    const entry = await (await fetch(`${mock.url}/__deadringer/journal/${id}`)).json();
    const { why, curl } = entry as { why: Step[]; curl: string };
    expect(why.find(({ step }) => step === 'session')).toEqual({ step: 'session', text });
    expect(curl).toContain(`curl ${mock.url}/shop/whole `);
    expect(curl).toContain("-H 'prefer: code=200'");
    expect(curl.includes("-H 'x-deadringer-session: anna'")).toBe(text.includes('anna'));
    expect(curl).not.toContain('FAKE-token');
  });
});

describe('a list of replies', () => {
  test('names the entry, and its end', async () => {
    const selection = async (sent: Sent = {}): Promise<string[]> =>
      (await explained('/shop/items', sent, 'list')).filter(line => line.startsWith('selection'));
    expect([await selection({ scenarios: ['shop/flaky'] }), await selection(), await selection()]).toEqual([
      [
        'selection: The rule shop/flaky 1 replies with 503, with entry 1 of the 2 in its list. scenarios/shop/flaky.yaml:3',
      ],
      [
        'selection: The rule shop/flaky 1 replies with 200, with entry 2 of the 2 in its list. scenarios/shop/flaky.yaml:3',
      ],
      ['selection: The list of replies of the rule shop/flaky 1 is exhausted. scenarios/shop/flaky.yaml:3'],
    ]);
  });
});

describe('a switch', () => {
  const set = (session: string, target: string, body: object): Promise<Response> =>
    fetch(`${mock.url}/__deadringer/sessions/${session}/switches/${target}`, {
      method: 'PATCH',
      body: JSON.stringify(body),
    });

  test('replies with a declared status, late', async () => {
    await set('late', 'shop.getItem', { status: 404, deliver: { delay: 5 } });
    expect(withoutMatch(await explained('/shop/items/7', {}, 'late'))).toEqual([
      'validation: The request is valid.',
      'selection: The switch for shop.getItem in this session replies with 404. shop.yaml:43',
      'body: The body is the example of the response. shop.yaml:43',
      'delivery: The response is delayed by 5 ms.',
      '  Set by the switch for shop.getItem.',
    ]);
  });

  test('is named beside the curl command, with what gets the response again', async () => {
    const hint = async (session: string, target: string): Promise<string | undefined> =>
      (await send(target, {}, session)).repeatHint?.replaceAll(mock.url, '$URL');
    await set('again', 'shop.getItem', { status: 404 });
    expect(await hint('again', '/shop/items/7')).toBe(
      'The switch for shop.getItem replied with 404. To get it again after the switch is off, add __code=404 to the query, or run: deadringer use --status 404 --on shop.getItem --session again --server $URL',
    );
    await set('again', '*', { status: 503, deliver: { delay: 5 } });
    expect(await hint('again', '/shop/whole')).toBe(
      'The switch for everything replied with 503. To get it again after the switch is off, run: deadringer use --status 503 --delay 5ms --on shop.getWhole --session again --server $URL',
    );
    await set('again-example', 'shop', { example: 'none' });
    expect(await hint('again-example', '/shop/items')).toBe(
      'The switch for shop replied with 200. To get it again after the switch is off, add __code=200&__example=none to the query, or run: deadringer use --status 200 --example none --on shop.listItems --session again-example --server $URL',
    );
    // The request alone would be rejected.
    await set('again-example', 'shop.listItems', { status: 422, example: null });
    expect(await hint('again-example', '/shop/items?limit=x')).toContain('is off, run: deadringer use');
    await set('again-slow', '*', { deliver: { drip: 100_000 } });
    expect(await hint('again-slow', '/shop/items')).toBe(
      'The switch for everything set the delivery. To get it again after the switch is off, run: deadringer use --drip 100000 --on shop.listItems --session again-slow --server $URL',
    );
  });

  test('replies with a status that is not declared', async () => {
    await set('down', '*', { status: 503 });
    expect(withoutMatch(await explained('/shop/items/7', {}, 'down'))).toEqual([
      'validation: The request is valid.',
      'selection: The switch for everything in this session replies with 503, which getItem does not declare. shop.yaml:31',
      'body: The document has neither an example nor a schema for this response, so the body is a placeholder.',
      expect.stringContaining('  The response is off-contract: '),
      expect.stringContaining('status-undocumented'),
    ]);
  });
});

describe('an upstream service', () => {
  let upstream: http.Server;
  let origin: string;
  beforeAll(async () => {
    upstream = http.createServer((request, response) => {
      if (request.url?.includes('broken')) request.socket.destroy();
      else response.writeHead(200, { 'content-type': 'application/json' }).end('["Real"]');
    });
    upstream.listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    origin = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    upstream.close();
  });

  async function proxied(
    mode: 'always' | 'first',
    url: string,
    ...sent: Parameters<typeof send>
  ): Promise<string[]> {
    const proxy = await startMock({ ...OPTIONS, upstreams: [`shop=${url}`], upstreamMode: mode });
    try {
      const [path, init, session = 'proxied'] = sent;
      return (await explained(path, init, session, proxy))
        .slice(1)
        .map(line => line.replaceAll(url, 'ORIGIN').replaceAll(proxy.url, ''));
    } finally {
      await proxy.close();
    }
  }

  test('responds, and its response is validated', async () => {
    expect(await proxied('always', origin, '/shop/v1/items')).toEqual([
      '  The path begins with the name of the API, /shop, and the base path /v1.',
      'validation: The request is valid.',
      'selection: The request is sent to ORIGIN/v1/items, and that service responds.',
      'body: The body is the one that the upstream service sent.',
      '  response body /0 must be integer; got "Real" (shop.yaml:17, response-body-schema)',
    ]);
  });

  test('responds because a rule says so', async () => {
    const lines = await proxied('always', origin, '/shop/items', { scenarios: ['shop/real'] });
    expect(lines.slice(2, 4)).toEqual([
      'selection: The request is sent to ORIGIN/v1/items, and that service responds.',
      '  Set by the rule shop/real 1 (scenarios/shop/real.yaml:3).',
    ]);
  });

  test('fails', async () => {
    expect((await proxied('always', origin, '/shop/broken')).slice(1)).toEqual([
      expect.stringContaining('validation: '),
      expect.stringMatching(/^selection: The request is sent to ORIGIN\/v1\/broken, which fails: .*\.$/),
      'body: The body describes the error, and how to correct it.',
    ]);
  });

  test('fails, and the mock responds instead', async () => {
    const lines = await proxied('first', 'http://127.0.0.1:9', '/shop/items');
    expect(lines.filter(line => line.startsWith('selection'))).toEqual([
      expect.stringMatching(/^selection: The request is sent to ORIGIN\/v1\/items, which fails: .*\.$/),
      'selection: 200 is the success response of the operation, and no scenario changes it. shop.yaml:13',
    ]);
  });

  test('gets what no document declares', async () => {
    expect(await proxied('always', origin, '/shop/v1/nowhere')).toEqual([
      expect.stringContaining('undocumented'),
      'selection: The request is sent to ORIGIN/v1/nowhere, and that service responds.',
      'body: The body is the one that the upstream service sent.',
    ]);
  });
});
