// The other formats of traffic: WireMock journals, Postman collections, VCR cassettes.
import { Buffer } from 'node:buffer';
import zlib from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decodeBody } from '../../src/exchange/body.ts';
import type { Exchange } from '../../src/exchange/exchange.ts';
import { put, read } from './temporary-folder.ts';

let files = 0;
async function exchanges(content: string | object, format: string): Promise<Exchange[]> {
  const { recorded, ends } = await read([put(`formats/${files++}`, content)]);
  expect(ends).toMatchObject([{ format, entries: recorded.length, truncated: undefined }]);
  return recorded.map(each => {
    if (each.kind !== 'exchange') throw new Error(JSON.stringify(each));
    return each.exchange;
  });
}

const text = (body: unknown): unknown =>
  body instanceof Uint8Array ? Buffer.from(body).toString('utf8') : body;

describe('a WireMock journal', () => {
  const request = {
    url: '/pets?a=1',
    absoluteUrl: 'http://localhost:8080/pets?a=1',
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: ['a/b', 'c/d'] },
    body: '{"a":1}',
    bodyAsBase64: Buffer.from('{"a":1}').toString('base64'),
    loggedDate: 1_772_359_200_000,
  };
  const journal = (event: object) => ({ requests: [{ id: 'w1', request, ...event }], meta: { total: 1 } });

  test('returns the served response', async () => {
    const response = {
      status: 201,
      headers: { 'Content-Encoding': 'gzip' },
      bodyAsBase64: zlib.gzipSync('{"b":2}').toString('base64'),
    };
    const [exchange] = await exchanges(
      journal({ response, responseDefinition: { status: 500 }, timing: { serveTime: 7 } }),
      'wiremock',
    );
    expect(exchange).toMatchObject({
      id: 'w1',
      startedAt: 1_772_359_200_000,
      duration: 7,
      request: {
        method: 'POST',
        path: '/pets',
        query: 'a=1',
        headers: { accept: ['a/b', 'c/d'], host: ['localhost:8080'] },
      },
      response: { status: 201 },
    });
    expect(text(exchange?.request.body)).toBe('{"a":1}');
    expect(text(exchange?.response?.body)).toBe('{"b":2}');
  });

  test.each([
    [{ status: 200, body: 'hi' }, 'hi'],
    [{ status: 200, jsonBody: { b: [2] } }, '{"b":[2]}'],
    [{ status: 200, base64Body: 'aGk=' }, 'hi'],
    [{ status: 204 }, ''],
    [
      { status: 200, bodyFileName: 'x.json' },
      { notRecorded: expect.stringContaining('file or another server') },
    ],
    [
      { status: 200, body: '{{now}}', transformers: ['response-template'] },
      { notRecorded: expect.stringContaining('template') },
    ],
  ])('without a response tells what the stub defined: %j', async (responseDefinition, expected) => {
    const [exchange] = await exchanges(journal({ responseDefinition }), 'wiremock');
    expect(text(exchange?.response?.body)).toEqual(expected);
  });

  test('withholds the headers of a response from another server', async () => {
    const [proxied] = await exchanges(
      journal({ responseDefinition: { status: 200, headers: { A: 'b' }, proxyBaseUrl: 'http://b' } }),
      'wiremock',
    );
    expect(proxied?.response?.withheld).toEqual(['*']);
  });

  test('has errors of WireMock where no stub matches', async () => {
    const response = { status: 404, headers: {}, body: 'Request was not matched' };
    const { recorded } = await read([
      put('formats/unmatched.json', journal({ response, wasMatched: false })),
    ]);
    expect(recorded).toMatchObject([{ kind: 'not-an-exchange', reason: 'mock-error' }]);
  });

  test('with a fault has no response', async () => {
    const file = put(
      'formats/fault.json',
      journal({ responseDefinition: { status: 200, fault: 'EMPTY_RESPONSE' } }),
    );
    expect((await read([file])).recorded).toMatchObject([{ kind: 'not-an-exchange', reason: 'no-response' }]);
  });
});

describe('a Postman collection', () => {
  const schema = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';
  const collection = (request: unknown, response: object = {}, more: object = {}) => ({
    info: { name: 'Pets', schema },
    item: [
      {
        name: 'Folder',
        item: [{ name: 'Pet', request, response: [{ name: 'ok', code: 200, ...response }] }],
      },
    ],
    variable: [
      { key: 'base', value: '{{scheme}}://api.example.com' },
      { key: 'scheme', value: 'https' },
    ],
    ...more,
  });
  const first = async (...given: Parameters<typeof collection>) =>
    (await exchanges(collection(...given), 'postman'))[0] as Exchange;

  test('returns each saved response with its own request', async () => {
    const originalRequest = {
      method: 'PUT',
      header: [
        { key: 'X-A', value: '{{scheme}}' },
        { key: 'X-Off', value: '1', disabled: true },
      ],
      body: { mode: 'raw', raw: '{"a":"{{scheme}}"}', options: { raw: { language: 'json' } } },
      url: { raw: '{{base}}/pets/:id?full=1', variable: [{ key: 'id', value: '7' }] },
    };
    const response = {
      originalRequest,
      code: 201,
      header: [{ key: 'Content-Type', value: 'application/json' }],
      body: '{"b":2}',
      responseTime: 31,
    };
    const exchange = await first({ method: 'GET', url: 'http://other.example/' }, response);
    expect(exchange).toMatchObject({
      duration: 31,
      request: {
        method: 'PUT',
        path: '/pets/7',
        query: 'full=1',
        headers: { 'x-a': ['https'], 'content-type': ['application/json'], host: ['api.example.com'] },
      },
      response: { status: 201, headers: { 'content-type': ['application/json'] } },
    });
    expect(exchange.request.headers).not.toHaveProperty('x-off');
    expect(text(exchange.request.body)).toBe('{"a":"https"}');
    expect(text(exchange.response?.body)).toBe('{"b":2}');
  });

  test.each([
    [
      { mode: 'urlencoded', urlencoded: [{ key: 'a', value: '1 2' }] },
      { kind: 'form', pairs: [{ name: 'a', value: '1 2' }] },
    ],
    [
      { mode: 'formdata', formdata: [{ key: 'a', value: '1', type: 'text' }] },
      { kind: 'multipart', parts: [{ name: 'a' }] },
    ],
    [{ mode: 'formdata', formdata: [{ key: 'a', src: 'x', type: 'file' }] }, { kind: 'not-recorded' }],
    [
      { mode: 'graphql', graphql: { query: '{a}', variables: '{"b":1}' } },
      { value: { query: '{a}', variables: { b: 1 } } },
    ],
    [{ mode: 'file', file: {} }, { kind: 'not-recorded' }],
    [undefined, { kind: 'empty' }],
  ])('sends what Postman would: %j', async (body, expected) => {
    const { request } = await first({ method: 'POST', url: 'https://a.example/', body });
    expect(decodeBody(request)).toMatchObject(expected);
  });

  test('withholds the authorization that Postman adds when it sends', async () => {
    const auth = { type: 'bearer' };
    expect((await first('https://a.example/', {}, { auth })).request.withheld).toEqual(['authorization']);
    expect((await first('https://a.example/')).request).not.toHaveProperty('withheld');
  });

  const key = (place: string) => ({
    type: 'apikey',
    apikey: [
      { key: 'key', value: 'X-{{name}}' },
      { key: 'in', value: place },
    ],
  });
  test.each([
    ['a key in a header', key('header'), ['x-key']],
    ['a key in the query', key('query'), ['/query/X-Key']],
    [
      'a key as version 2.0 writes it',
      { type: 'apikey', apikey: { key: 'X-Key', in: 'query' } },
      ['/query/X-Key'],
    ],
    ['basic', { type: 'basic', basic: [] }, ['authorization']],
    [
      'a token in the query',
      { type: 'oauth2', oauth2: [{ key: 'addTokenTo', value: 'queryParams' }] },
      ['/query/access_token'],
    ],
    [
      'a JSON Web Token in the query',
      { type: 'jwt', jwt: [{ key: 'addTokenTo', value: 'query' }] },
      ['/query/token'],
    ],
  ])('withholds what its authentication adds: %s', async (_kind, auth, withheld) => {
    const variable = [{ key: 'name', value: 'Key' }];
    const { request } = await first('https://a.example/', {}, { auth, variable });
    expect(request.withheld).toEqual(withheld);
  });

  test('withholds nothing if the request or the collection has no authentication', async () => {
    const request = { url: 'https://a.example/', auth: { type: 'noauth' } };
    expect((await first(request, {}, { auth: key('header') })).request).not.toHaveProperty('withheld');
    expect((await first('https://a.example/', {}, { auth: { type: 'noauth' } })).request).not.toHaveProperty(
      'withheld',
    );
  });

  test('withholds the cookies that Postman keeps, if a response of the collection has any', async () => {
    const cookie = [{ name: 'sid', value: '1', domain: 'a.example', path: '/' }];
    expect((await first('https://a.example/', { cookie })).request.withheld).toEqual(['cookie']);
    const request = { url: 'https://a.example/', header: [{ key: 'Cookie', value: 'sid=1' }] };
    expect((await first(request, { cookie })).request).not.toHaveProperty('withheld');
  });

  test.each([
    ['a variable without a value', '{"a":{{size}}}', 'not-recorded'],
    ['a comment, which Postman removes', '{ // size\n "a": 1 }', 'not-recorded'],
    ['a variable in a text', '{"a":"{{size}}"}', 'json'],
    ['a text with slashes', '{"a":"https://b.example"}', 'json'],
    ['a mistake', '{"a":', 'malformed'],
  ])('has JSON with %s', async (_what, raw, kind) => {
    const options = { raw: { language: 'json' } };
    const { request } = await first({
      method: 'POST',
      url: 'https://a.example/',
      body: { mode: 'raw', raw, options },
    });
    expect(decodeBody(request).kind).toBe(kind);
  });

  test('may be wrapped, as the API of Postman gives it', async () => {
    expect(await exchanges({ collection: collection('https://a.example/') }, 'postman')).toHaveLength(1);
  });

  test('has a response by hand, which has no header but the type', async () => {
    const header = [{ key: 'Content-Type', value: 'application/json' }];
    expect((await first('https://a.example/', { header })).response?.withheld).toEqual(['*']);
    const date = [...header, { key: 'Date', value: 'x' }];
    expect((await first('https://a.example/', { header: date })).response).not.toHaveProperty('withheld');
  });

  test.each(['request.headers.add(signature)', 'request.addHeader(a)', 'request.url.addQueryParams(a)'])(
    'withholds what a script may add: pm.%s',
    async call => {
      const event = [{ listen: 'prerequest', script: { exec: [`pm.${call}`] } }];
      expect((await first('https://a.example/', {}, { event })).request.withheld).toEqual(['*']);
    },
  );

  test('withholds every header that a script may add', async () => {
    const event = (exec: string) => [{ listen: 'prerequest', script: { exec: [exec] } }];
    const scripted = await first(
      'https://a.example/',
      {},
      { event: event('pm.request.headers.add(signature)') },
    );
    expect(scripted.request.withheld).toEqual(['*']);
    const other = await first('https://a.example/', {}, { event: event('console.log(1)') });
    expect(other.request).not.toHaveProperty('withheld');
  });

  test.each([
    ['json', 'application/json'],
    ['xml', 'application/xml'],
    ['text', 'text/plain'],
  ])('a response saved without headers has the type of its preview: %s', async (language, type) => {
    const { response } = await first('https://a.example/', {
      header: null,
      body: '1',
      _postman_previewlanguage: language,
    });
    expect(response).toMatchObject({ withheld: ['*'], headers: { 'content-type': [type] } });
  });

  test('joins a URL of its parts, without what is disabled', async () => {
    const url = {
      protocol: 'https',
      host: ['api', 'example', 'com'],
      port: '8443',
      path: ['pets', ':id', { type: 'string', value: 'toys' }],
      query: [
        { key: 'a', value: '1' },
        { key: 'b', value: '2', disabled: true },
      ],
      variable: [{ key: 'id', value: 7 }],
    };
    expect((await first({ url })).request).toMatchObject({
      path: '/pets/7/toys',
      query: 'a=1',
      headers: { host: ['api.example.com:8443'] },
    });
  });

  test('keeps variables without a value in the path and the query as marks', async () => {
    const url = { raw: 'https://a.example/pets/:id?page={{page}}', variable: [{ key: 'id', value: '' }] };
    expect((await first({ url })).request).toMatchObject({ path: '/pets/{{id}}', query: 'page={{page}}' });
  });

  test('gives unreadable entries for variables without a value', async () => {
    const { recorded } = await read([put('formats/var.json', collection('{{unknown}}/pets'))]);
    expect(recorded).toMatchObject([
      {
        kind: 'unreadable',
        message:
          'its URL contains the variable "unknown", which has no value: add it to "variable" of the collection',
      },
    ]);
  });

  test('without saved responses is empty; a truncated one is an input error', async () => {
    expect(
      await exchanges({ info: { schema }, item: [{ request: 'https://a.example/' }] }, 'postman'),
    ).toEqual([]);
    const half = put('formats/half.json', JSON.stringify(collection('https://a.example/')).slice(0, -9));
    await expect(read([half])).rejects.toThrow('looks like a Postman collection, but is not valid JSON');
  });
});

describe('a VCR cassette', () => {
  const yaml = `---
http_interactions:
- request:
    method: post
    uri: https://api.example.com/pets?a=1
    body: {encoding: UTF-8, string: '{"a":1}'}
    headers:
      Content-Type: [application/json]
  response:
    status: {code: 201, message: Created}
    headers:
      X-Zip: ['00123']
    body:
      encoding: ASCII-8BIT
      string: !binary |-
        eyJi
        IjoyfQ==
  recorded_at: Tue, 03 Mar 2026 04:58:44 GMT
recorded_with: VCR 6.0.0
`;

  test('of Ruby is read from YAML', async () => {
    const [exchange] = await exchanges(yaml, 'vcr');
    expect(exchange).toMatchObject({
      startedAt: Date.UTC(2026, 2, 3, 4, 58, 44),
      request: {
        method: 'POST',
        path: '/pets',
        query: 'a=1',
        headers: { 'content-type': ['application/json'] },
      },
      response: { status: 201, headers: { 'x-zip': ['00123'] } },
    });
    expect(text(exchange?.request.body)).toBe('{"a":1}');
    expect(text(exchange?.response?.body)).toBe('{"b":2}');
  });

  test('of Python has binary bodies or none', async () => {
    const cassette = `interactions:
- request:
    body: null
    headers: {Accept: ['*/*']}
    method: GET
    uri: http://api.example.com/pets
  response:
    body: {string: !!binary aGk=}
    headers: {content-type: [text/plain]}
    status: {code: 200, message: OK}
version: 1
`;
    const [exchange] = await exchanges(cassette, 'vcr');
    expect([text(exchange?.request.body), text(exchange?.response?.body)]).toEqual(['', 'hi']);
  });

  test('of Go and of PHP uses other member names', async () => {
    const go = `---
version: 2
interactions:
  - id: 0
    request: {body: "", form: {}, headers: {Accept: ["*/*"]}, url: "https://a.example/x", method: GET}
    response: {body: "hi", headers: {}, status: 200 OK, code: 200, duration: 1ms}
`;
    const php = `
-
    request: {method: GET, url: 'https://a.example/y', headers: {Host: a.example}}
    response: {status: {http_version: '1.1', code: '404', message: Not Found}, headers: {}, body: nope}
`;
    expect((await exchanges(go, 'vcr'))[0]).toMatchObject({
      request: { path: '/x' },
      response: { status: 200 },
    });
    expect((await exchanges(php, 'vcr'))[0]).toMatchObject({
      request: { path: '/y' },
      response: { status: 404 },
    });
  });

  test('withholds all that a request does not have, unless the service saw no credential either', async () => {
    const cassette = (code: number, headers = '{Date: [x]}') => `interactions:
- request: {method: GET, uri: 'https://a.example/', headers: {Accept: ['*/*']}}
  response: {status: {code: ${code}}, headers: ${headers}, body: {string: hi}}
`;
    const [ok] = await exchanges(cassette(200), 'vcr');
    expect(ok?.request.withheld).toEqual(['*']);
    expect(ok?.response?.withheld).toEqual(['set-cookie']);
    const [refused] = await exchanges(cassette(401, '{}'), 'vcr');
    expect(refused?.request).not.toHaveProperty('withheld');
    expect(refused?.response?.withheld).toEqual(['*']);
  });

  test('lacks a body whose length the response declares, except that of a HEAD', async () => {
    const cassette = (method: string, headers: string) => `interactions:
- request: {method: ${method}, uri: 'https://a.example/'}
  response: {status: {code: 200}, headers: ${headers}, body: {string: ''}}
`;
    const kinds = async (...given: [string, string]) =>
      (await exchanges(cassette(...given), 'vcr')).map(
        ({ response }) => response && decodeBody(response).kind,
      );
    expect(await kinds('GET', "{Content-Length: ['7']}")).toEqual(['not-recorded']);
    expect(await kinds('GET', "{Content-Length: ['0']}")).toEqual(['empty']);
    expect(await kinds('GET', "{Content-Length: ['20'], Content-Encoding: [gzip]}")).toEqual(['empty']);
    expect(await kinds('HEAD', "{Content-Length: ['7']}")).toEqual(['empty']);
  });

  test('of Schemathesis has requests without a response', async () => {
    const { recorded } = await read([
      put(
        'formats/error.yaml',
        "http_interactions:\n- request: {method: GET, uri: 'https://a.example/'}\n  response: null\n",
      ),
    ]);
    expect(recorded).toMatchObject([{ kind: 'not-an-exchange', reason: 'no-response' }]);
  });

  test.each([
    ['ExVCR', { type: 'ok', status_code: 201, headers: { A: 'b' }, body: 'hi' }],
    ['PHP-VCR', { status: { code: '201' }, headers: { A: 'b' }, body: 'hi' }],
  ])('of %s is a JSON list', async (_writer, response) => {
    const request = { method: 'post', url: 'https://a.example/x', headers: { C: 'd' }, body: '' };
    const [exchange] = await exchanges([{ request, response }], 'ndjson');
    expect(exchange).toMatchObject({
      request: { method: 'POST', path: '/x', headers: { c: ['d'] } },
      response: { status: 201, headers: { a: ['b'] } },
    });
  });

  test('of ExVCR has an empty list where there are no header fields', async () => {
    const request = { method: 'get', url: 'https://a.example/x', headers: [], body: '', options: [] };
    const response = { type: 'ok', status_code: 200, headers: { A: 'b' }, body: 'hi' };
    const [exchange] = await exchanges([{ request, response }], 'ndjson');
    expect(exchange).toMatchObject({
      request: { method: 'GET', headers: { host: ['a.example'] } },
      response: { headers: { a: ['b'] } },
    });
  });

  test('of ExVCR has errors in place of responses', async () => {
    const request = { method: 'get', url: 'https://a.example/x', headers: [], body: '' };
    const response = { type: 'error', status_code: null, headers: [], body: 'econnrefused' };
    const { recorded } = await read([put('formats/exvcr.json', [{ request, response }])]);
    expect(recorded).toMatchObject([{ kind: 'not-an-exchange', reason: 'no-response' }]);
  });

  test.each([
    ['go-vcr', 'form', { a: ['x y'], b: ['1', '2'] }, 'a=x%20y&b=1&b=2'],
    ['PHP-VCR', 'post_fields', { a: 'x', b: 3 }, 'a=x&b=3'],
  ])('of %s may list the fields of a form in place of the body', async (_writer, member, listed, sent) => {
    const cassette = (headers: object) => ({
      interactions: [
        {
          request: { method: 'POST', url: 'https://a.example/', body: '', headers, [member]: listed },
          response: { status: 200, headers: {}, body: '' },
        },
      ],
    });
    const type = { 'Content-Type': 'application/x-www-form-urlencoded' };
    expect(text((await exchanges(cassette(type), 'vcr'))[0]?.request.body)).toBe(sent);
    expect((await exchanges(cassette({}), 'vcr'))[0]?.request.body).toHaveProperty('notRecorded');
  });

  test('may have line feeds in a multipart body', async () => {
    const body = '--x\nContent-Disposition: form-data; name="a"\n\n1\n--x--\n';
    const headers = { 'Content-Type': 'multipart/form-data; boundary=x' };
    const request = { method: 'POST', uri: 'https://a.example/', headers, body };
    const response = { status: { code: 200 }, headers: {}, body: '' };
    const [exchange] = await exchanges({ interactions: [{ request, response }] }, 'vcr');
    expect(exchange && decodeBody(exchange.request)).toMatchObject({
      kind: 'multipart',
      parts: [{ name: 'a' }],
    });
  });

  test('may be JSON', async () => {
    const request = {
      method: 'GET',
      uri: 'https://a.example/',
      headers: {},
      body: { encoding: 'utf-8', string: '' },
    };
    const response = {
      status: { code: 200 },
      headers: {},
      body: { encoding: 'utf-8', base64_string: 'aGk=' },
    };
    const [exchange] = await exchanges(
      { http_interactions: [{ request, response }], recorded_with: 'betamax' },
      'vcr',
    );
    expect(text(exchange?.response?.body)).toBe('hi');
  });

  test('that is not YAML is reported without quoting it', async () => {
    const file = put('formats/bad.yaml', 'http_interactions:\n- request: "secret\n');
    await expect(read([file])).rejects.toThrow(
      `${file} looks like a VCR cassette, but is not valid YAML. Accepted`,
    );
  });
});
