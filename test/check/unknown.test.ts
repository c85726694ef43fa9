// What a recording does not contain is unknown: no finding accuses anyone of it, and all else is validated.
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkTraffic } from '../../src/index.ts';
import { findingLines, folderWith, har } from './traffic.ts';

const SPEC = `openapi: 3.1.0
info: { title: library, version: '1' }
servers: [{ url: 'https://library.example' }]
paths:
  /books/{isbn}:
    get:
      operationId: getBook
      security: [{ token: [] }, { key: [] }]
      parameters:
        - { name: isbn, in: path, required: true, schema: { type: integer } }
        - { name: page, in: query, schema: { type: integer } }
        - { name: sort, in: query, style: deepObject, schema: { type: object, properties: { by: { enum: [title] } } } }
        - { name: X-Trace, in: header, schema: { type: integer } }
        - { name: reader, in: cookie, schema: { type: integer } }
      responses:
        '200':
          description: A book.
          headers: { X-Total: { required: true, schema: { type: integer } } }
          content: { application/json: { schema: { $ref: '#/components/schemas/Book' } } }
        '304': { description: The same as before. }
    put:
      operationId: putBook
      parameters: [{ name: isbn, in: path, required: true, schema: { type: integer } }]
      requestBody:
        required: true
        content:
          application/json: { schema: { $ref: '#/components/schemas/Book' } }
          application/x-www-form-urlencoded: { schema: { $ref: '#/components/schemas/Book' } }
      responses: { '204': { description: Done. } }
components:
  securitySchemes:
    token: { type: http, scheme: bearer }
    key: { type: apiKey, in: cookie, name: session }
  schemas:
    Book:
      type: object
      required: [title]
      properties:
        title: { type: string, minLength: 2 }
        year: { type: integer }
        mail: { type: string, pattern: '^[a-z]+@[a-z.]+$' }
        authors: { type: array, items: { type: integer }, uniqueItems: true }
`;

interface Overrides {
  readonly method?: string;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly send?: string;
  readonly answer?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly more?: object;
  readonly exact?: boolean;
}

const list = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([name, value]) => ({ name, value }));

async function findings(given: Overrides, failOn?: ['violation', 'not-checkable']) {
  const method = given.method ?? 'GET';
  const isGet = method === 'GET';
  const headers = { Host: 'library.example', Authorization: 'Bearer abc', ...given.headers };
  const answer =
    given.answer ?? (isGet ? { 'Content-Type': 'application/json', 'X-Total': '1' } : { Date: 'x' });
  const text = given.body ?? (isGet ? '{"title":"Emma"}' : '');
  const exact = given.exact === true && { _exact: true };
  const har = {
    log: {
      version: '1.2',
      creator: { name: 'Recorder', version: '1' },
      entries: [
        {
          startedDateTime: '2026-11-28T10:00:00.000Z',
          time: 1,
          request: {
            method,
            url: given.url ?? 'https://library.example/books/7',
            headers: list(headers),
            bodySize: -1,
            ...exact,
            ...(given.send !== undefined && { postData: { mimeType: 'application/json', text: given.send } }),
          },
          response: {
            status: isGet ? 200 : 204,
            headers: list(answer),
            bodySize: -1,
            content: { size: -1, mimeType: 'application/json', text },
            ...given.more,
          },
        },
      ],
    },
  };
  const folder = folderWith({ 'library.yaml': SPEC, 'a.har': JSON.stringify(har) });
  const report = await checkTraffic({
    specs: [path.join(folder, 'library.yaml')],
    traffic: [path.join(folder, 'a.har')],
    ...(failOn && { failOn }),
  });
  return { lines: findingLines(report), report };
}

const BOOKS = 'https://library.example/books';
const PUT = { method: 'PUT', headers: { 'Content-Type': 'application/json' } } as const;
const FORM = { method: 'PUT', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } } as const;

describe('a mark in place of a value is unknown, any other wrong value is not', () => {
  test.each<[string, (value: string) => Overrides, string, string]>([
    [
      'credential',
      value => ({ headers: { Authorization: value } }),
      'security-not-checkable /request/headers/authorization',
      'credentials-missing /request/headers/authorization',
    ],
    [
      'path',
      value => ({ url: `${BOOKS}/${value}` }),
      'parameter-not-checkable /request/path/isbn',
      'parameter-schema /request/path/isbn',
    ],
    [
      'query',
      value => ({ url: `${BOOKS}/7?page=${encodeURIComponent(value)}` }),
      'parameter-not-checkable /request/query/page',
      'parameter-schema /request/query/page',
    ],
    [
      'deep object',
      value => ({ url: `${BOOKS}/7?sort[by]=${value}` }),
      'parameter-not-checkable /request/query/sort/by',
      'parameter-schema /request/query/sort/by',
    ],
    [
      'header',
      value => ({ headers: { 'X-Trace': value } }),
      'parameter-not-checkable /request/headers/x-trace',
      'parameter-schema /request/headers/x-trace',
    ],
    [
      'cookie',
      value => ({ headers: { Cookie: `a=b; reader=${value}` } }),
      'parameter-not-checkable /request/cookies/reader',
      'parameter-schema /request/cookies/reader',
    ],
    [
      'request property',
      value => ({ ...PUT, send: JSON.stringify({ title: 'Emma', year: value }) }),
      'request-body-not-checkable /request/body/year',
      'request-body-schema /request/body/year',
    ],
    [
      'item of a list',
      value => ({ ...PUT, send: JSON.stringify({ title: 'Emma', authors: [1, value] }) }),
      'request-body-not-checkable /request/body/authors/*',
      'request-body-schema /request/body/authors/*',
    ],
    [
      'form field',
      value => ({ ...FORM, send: `title=Emma&year=${value}` }),
      'request-body-not-checkable /request/body/year',
      'request-body-schema /request/body/year',
    ],
    [
      'whole request body',
      value => ({ ...PUT, send: value }),
      'request-body-not-checkable /request/body',
      'request-body-malformed /request/body',
    ],
    [
      'response header',
      value => ({ answer: { 'Content-Type': 'application/json', 'X-Total': value } }),
      'response-header-not-checkable /response/headers/x-total',
      'response-header-schema /response/headers/x-total',
    ],
    [
      'response property',
      value => ({ body: JSON.stringify({ title: 'Emma', mail: value }) }),
      'response-body-not-checkable /response/body/mail',
      'response-body-schema /response/body/mail',
    ],
    [
      'whole response body',
      value => ({ body: value }),
      'response-body-not-checkable /response/body',
      'response-body-malformed /response/body',
    ],
  ])('%s', async (_place, give, unknown, wrong) => {
    for (const mark of ['[FILTERED]', '***', 'REDACTED'])
      expect((await findings(give(mark))).lines).toEqual([unknown]);
    expect((await findings(give('plain'))).lines).toEqual([wrong]);
  });

  test('a list with the same mark twice may have had two values', async () => {
    const body = JSON.stringify({ title: 'Emma', authors: ['***', '***'] });
    const { report, lines } = await findings({ body });
    expect(new Set(lines.map(line => line.split(' ')[0]))).toEqual(new Set(['response-body-not-checkable']));
    expect(report.accounting.failed.count).toBe(0);
  });

  test('what is beside a mark is validated', async () => {
    const body = '{"title":"E","year":"[REDACTED]","mail":5}';
    expect((await findings({ body })).lines).toEqual([
      'response-body-schema /response/body/mail',
      'response-body-schema /response/body/title',
      'response-body-not-checkable /response/body/year',
    ]);
  });

  test('a cookie header that is a mark may have had the key', async () => {
    const headers = { Authorization: '', Cookie: '[REDACTED]' };
    expect((await findings({ headers })).lines).toEqual(['security-not-checkable /request/headers/cookie']);
    expect((await findings({ headers: { ...headers, Cookie: 'a=b' } })).lines).toHaveLength(1);
  });

  test('in a recording of deadringer a mark is what the client sent', async () => {
    const { lines } = await findings({ exact: true, headers: { Authorization: '[FILTERED]' } });
    expect(lines).toEqual(['credentials-missing /request/headers/authorization']);
  });
});

describe('a body that cannot be decoded', () => {
  test('is counted, named, and fails a run that asks for it', async () => {
    const answer = { 'Content-Type': 'application/json', 'X-Total': '1', 'Content-Encoding': 'br' };
    const content = { size: 9, mimeType: 'application/json', encoding: 'base64', text: 'i4iAAAECAwT//w==' };
    const { lines, report } = await findings({ answer, more: { content } }, ['violation', 'not-checkable']);
    expect(lines).toEqual(['response-body-undecodable /response/body']);
    expect(report).toMatchObject({ exitCode: 1, accounting: { notCheckable: { count: 1 } } });
    expect(report.findings[0]?.message).toContain('damaged br data');
  });
});

describe('headers that the recording leaves out', () => {
  test('are unknown, and the body is validated by the media type beside it', async () => {
    const good = await findings({ answer: {} });
    expect(good.lines).toEqual(['response-header-not-checkable /response/headers/x-total']);
    const bad = await findings({ answer: {}, body: '{"title":"E"}' });
    expect(bad.lines).toContain('response-body-schema /response/body/title');
  });

  test('leave the type of a body unknown if nothing else names it', async () => {
    const { lines } = await findings({ answer: {}, more: { content: { text: '{}' } } });
    expect(lines).toContain('response-body-not-checkable /response/body');
  });
});

test('a response after a 304, which a browser shows as 200, matches the document', async () => {
  const headers = { 'If-None-Match': '"7"' };
  const { lines, report } = await findings({ headers, answer: { ETag: '"7"' }, more: { bodySize: 0 } });
  expect(lines).toEqual([]);
  expect(report.accounting.passed).toBe(1);
});

test.each(['Bearer {{token}}', 'Bearer [REDACTED]', 'bearer ***'])(
  'a scheme is known although its credential is not: %s',
  async Authorization => {
    const { report } = await findings({ headers: { Authorization } });
    expect(report).toMatchObject({ findings: [], accounting: { passed: 1 } });
  },
);

test.each(['oneOf', 'anyOf'])(
  'a mark on the values of one branch does not accuse by another: %s',
  async keyword => {
    const branch = (kind: string, member: string): string =>
      `{ type: object, required: [kind, ${member}], properties: { kind: { enum: [${kind}] }, ${member}: { type: integer } } }`;
    const spec = SPEC.replace(
      "$ref: '#/components/schemas/Book'",
      `${keyword}: [${branch('paper', 'pages')}, ${branch('audio', 'minutes')}]`,
    );
    const list = (body: string): string =>
      har([
        { url: `${BOOKS}/7`, headers: { Authorization: 'Bearer abc' }, answer: { 'X-Total': '1' }, body },
      ]);
    const codesOf = async (body: string): Promise<string[]> => {
      const folder = folderWith({ 'library.yaml': spec, 'a.har': list(body) });
      const report = await checkTraffic({
        specs: [path.join(folder, 'library.yaml')],
        traffic: [path.join(folder, 'a.har')],
      });
      return findingLines(report).filter(line => line.includes('/response/body'));
    };
    expect(await codesOf('{"kind":"[REDACTED]","minutes":"***"}')).toEqual([
      'response-body-not-checkable /response/body/kind',
      'response-body-not-checkable /response/body/minutes',
    ]);
    expect(await codesOf('{"kind":"audio","minutes":"many"}')).toEqual([
      'response-body-schema /response/body/minutes',
    ]);
  },
);
