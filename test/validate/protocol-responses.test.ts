// What HTTP itself says about an exchange is neither a violation nor undocumented, whatever the document declares.
import { beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../src/finding/finding.ts';
import { codes, DONE, JSON_TYPE, type ShortExchange, validatorFor } from './validator.ts';

const NOTE = {
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'integer' }, text: { type: 'string' } },
};
const json = (schema: object): object => ({ 'application/json': { schema } });
const ok = (more: object = {}): object => ({ description: 'A note.', content: json(NOTE), ...more });
const PATHS = {
  '/notes': {
    get: { responses: { 200: ok() } },
    put: { requestBody: { content: json(NOTE) }, responses: DONE },
  },
  '/strict': {
    get: {
      responses: {
        200: ok({ headers: { 'X-Total': { required: true, schema: { type: 'integer' } } } }),
        default: { description: 'An error.', content: json({ type: 'object', required: ['error'] }) },
      },
    },
  },
  '/login': {
    get: {
      responses: {
        200: {
          description: 'In.',
          headers: { 'Set-Cookie': { schema: { type: 'string', pattern: '^(sid|lang)=' } } },
        },
        201: {
          description: 'In.',
          headers: { 'Set-Cookie': { schema: { type: 'array', maxItems: 2, items: { type: 'string' } } } },
        },
      },
    },
  },
};

let validate: (exchange: ShortExchange) => readonly Finding[];
beforeAll(async () => {
  validate = await validatorFor(PATHS);
});

const answer = (
  status: number,
  body?: string,
  headers: Record<string, string> = JSON_TYPE,
): ShortExchange['response'] => ({
  status,
  headers,
  ...(body !== undefined && { body }),
});
const get = (
  headers: Record<string, string>,
  response: ShortExchange['response'],
  path = '/notes',
): string[] => codes(validate({ line: `GET ${path}`, headers, ...(response && { response }) }));

describe('an Accept of which the document declares nothing', () => {
  test('is no violation if the server disregarded it', () => {
    expect(get({ accept: 'text/html' }, answer(200, '{"id":1}'))).toEqual([]);
  });
  test('leaves the violations of the response', () => {
    expect(get({ accept: 'text/html' }, answer(200, '{}'))).toEqual([
      'response-body-schema /response/body/id',
    ]);
  });
  test('is one if the server refused it, and if there is no response', () => {
    expect(get({ accept: 'text/html' }, answer(406))).toContain(
      'accept-unsatisfiable /request/headers/accept',
    );
    expect(get({ accept: 'text/html' }, undefined)).toEqual(['accept-unsatisfiable /request/headers/accept']);
  });
});

describe('a status that HTTP provides for', () => {
  test.for<[string, Record<string, string>, number, string[]]>([
    ['304 to a condition', { 'if-none-match': '"1"' }, 304, []],
    ['304 to a date', { 'if-modified-since': 'Sat, 01 Jan 2022 00:00:00 GMT' }, 304, []],
    ['304 to a request without a condition', {}, 304, ['status-undocumented /response/status']],
    ['412 to a condition', { 'if-match': '"1"' }, 412, ['response-not-checkable /response/status']],
    ['412 without a condition', {}, 412, ['status-undocumented /response/status']],
    ['416 to a range', { range: 'bytes=9-' }, 416, ['response-not-checkable /response/status']],
    ['416 without a range', {}, 416, ['status-undocumented /response/status']],
    ['103', {}, 103, ['response-not-checkable /response/status']],
    ['408', {}, 408, ['response-not-checkable /response/status']],
    ['502 of a gateway', {}, 502, ['response-not-checkable /response/status']],
    ['504 of a gateway', {}, 504, ['response-not-checkable /response/status']],
    ['429, which an API documents', {}, 429, ['status-undocumented /response/status']],
    ['503, which an API documents', {}, 503, ['status-undocumented /response/status']],
    ['302, which an API documents', {}, 302, ['status-undocumented /response/status']],
  ])('%s', ([, headers, status, expected]) => {
    expect(get(headers, answer(status, undefined, {}))).toEqual(expected);
  });

  test('is not validated as the "default" error', () => {
    const page = answer(502, '<h1>Bad Gateway</h1>', { 'content-type': 'text/html' });
    expect(get({}, page, '/strict')).toEqual(['response-not-checkable /response/status']);
    expect(get({ 'if-none-match': '"1"' }, answer(304, undefined, {}), '/strict')).toEqual([]);
  });

  test('is validated as the "default" error if it has its media type', () => {
    expect(get({}, answer(502, '{}'), '/strict')).toEqual(['response-body-schema /response/body/error']);
  });
});

describe('a 206', () => {
  const part = (contentRange: string, body: string, type = 'application/json'): string[] =>
    get({ range: 'bytes=0-4' }, answer(206, body, { 'content-type': type, 'content-range': contentRange }));

  test('has a part of the document that the 200 declares', () => {
    expect(part('bytes 0-4/100', '{"id"')).toEqual(['response-body-not-checkable /response/body']);
    expect(part('bytes 5-9/*', ': 1, ')).toEqual(['response-body-not-checkable /response/body']);
  });
  test('of the whole is validated as the whole', () => {
    expect(part('bytes 0-7/8', '{"id":1}')).toEqual([]);
    expect(part('bytes 0-1/2', '{}')).toEqual(['response-body-schema /response/body/id']);
  });
  test('has the media type of the whole, or several parts', () => {
    expect(part('bytes 0-4/100', '<html', 'text/html')).toEqual([
      'response-media-type /response/headers/content-type',
    ]);
    expect(part('', '--x--', 'multipart/byteranges; boundary=x')).toEqual([
      'response-body-not-checkable /response/body',
    ]);
  });
  test('has the header fields of the 200', () => {
    const headers = { ...JSON_TYPE, 'content-range': 'bytes 0-4/9' };
    expect(get({ range: 'bytes=0-4' }, answer(206, '{"id"', headers), '/strict')).toEqual([
      'response-header-missing /response/headers/x-total',
      'response-body-not-checkable /response/body',
    ]);
  });
  test('to If-Range need not have them, because the client has them', () => {
    const headers = { ...JSON_TYPE, 'content-range': 'bytes 0-4/9' };
    expect(get({ range: 'bytes=0-4', 'if-range': '"1"' }, answer(206, '{"id"', headers), '/strict')).toEqual([
      'response-body-not-checkable /response/body',
    ]);
  });
  test('to a request without a range is undocumented', () => {
    expect(get({}, answer(206, '{"id"'))).toEqual(['status-undocumented /response/status']);
  });
});

test('a part of a document that a request puts is not validated as the whole', () => {
  const put = (headers: Record<string, string>): string[] =>
    codes(
      validate({
        line: 'PUT /notes',
        headers: { ...JSON_TYPE, ...headers },
        body: '{"id"',
        response: answer(204),
      }),
    );
  expect(put({ 'content-range': 'bytes 0-4/100' })).toEqual(['request-body-not-checkable /request/body']);
  expect(put({ 'content-range': 'bytes 0-4/5' })).toEqual(['request-body-malformed /request/body']);
  expect(put({})).toEqual(['request-body-malformed /request/body']);
});

describe('header fields that were not recorded', () => {
  test('are unknown where a message with content has none at all', () => {
    expect(get({}, answer(200, '{"id":1}', {}))).toEqual(['response-body-not-checkable /response/body']);
    expect(get({}, answer(200, '{"id":1}', {}), '/strict')).toEqual([
      'response-header-not-checkable /response/headers/x-total',
      'response-body-not-checkable /response/body',
    ]);
  });
  test('are missing where others were recorded', () => {
    expect(get({}, answer(200, '{"id":1}', { date: 'now' }))).toEqual([
      'response-media-type-missing /response/headers/content-type',
    ]);
  });
});

describe('Set-Cookie', () => {
  const cookies = (status: number, ...fields: string[]): string[] =>
    codes(validate({ line: 'GET /login', response: { status, headers: { 'set-cookie': fields } } }));
  const sid = 'sid=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT';

  test('is one text for each field, with commas inside', () => {
    expect(cookies(200, sid, 'lang=en')).toEqual([]);
    expect(cookies(200, sid, 'other=1')).toEqual(['response-header-schema /response/headers/set-cookie']);
  });
  test('is a list of fields, not of what is between commas', () => {
    expect(cookies(201, sid, sid)).toEqual([]);
    expect(cookies(201, sid, sid, sid)).toEqual(['response-header-schema /response/headers/set-cookie']);
  });
});

test.for([
  'via',
  'age',
  'cf-ray',
  'x-amzn-requestid',
  'matched-stub-id',
  'sl-violations',
  'x-vercel-id',
  'signature-input',
])('the header field %s of HTTP, a proxy or a mock server is not undocumented', name => {
  expect(get({}, answer(200, '{"id":1}', { ...JSON_TYPE, [name]: '1' }))).toEqual([]);
});

test('any other header field is undocumented', () => {
  expect(get({}, answer(200, '{"id":1}', { ...JSON_TYPE, 'x-plan': '1', 'ratelimit-limit': '1' }))).toEqual([
    'response-header-undocumented /response/headers/x-plan',
    'response-header-undocumented /response/headers/ratelimit-limit',
  ]);
});

describe('a response without bytes', () => {
  const text = { type: 'string' };
  test.for<[string, object, string, string[]]>([
    ['text/csv', text, 'is the empty text', []],
    ['text/plain', { ...text, minLength: 1 }, 'is no text of a least length', ['response-body-missing']],
    ['text/plain', { type: 'integer' }, 'is no number', ['response-body-missing']],
    ['application/json', text, 'is no JSON', ['response-body-missing']],
    ['application/xml', text, 'is no XML', ['response-body-missing']],
  ])('as %s %s %s', async ([type, schema, , expected]) => {
    const content = { [type]: { schema } };
    const validate = await validatorFor({
      '/t': { get: { responses: { 200: { description: 'Text.', content } } } },
    });
    const found = codes(
      validate({ line: 'GET /t', response: { status: 200, headers: { 'content-type': type } } }),
    );
    expect(found.map(each => each.split(' ')[0])).toEqual(expected);
  });
});
