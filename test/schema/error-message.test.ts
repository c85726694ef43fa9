// Messages say what is required and what was sent, and quote no value that may be a secret.
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { Request } from '../../src/exchange/exchange.ts';
import { loadContract } from '../../src/openapi/load.ts';
import type { Operation } from '../../src/openapi/model.ts';
import type { Match } from '../../src/routing/match.ts';
import { validateExchange } from '../../src/validate/exchange.ts';

const NEVER = { enum: ['never'] };

const DOCUMENT = {
  openapi: '3.1.0',
  info: { title: 'Orders', version: '1' },
  servers: [{ url: 'https://api.example.com' }],
  paths: {
    '/orders/{token}/{id}': {
      post: {
        security: [{ key: [] }],
        parameters: [
          { name: 'token', in: 'path', required: true, schema: { type: 'string' } },
          { name: 'id', in: 'path', required: true, schema: { pattern: '^\\d+$' } },
          { name: 'note', in: 'query', schema: NEVER },
          { name: 'session', in: 'query', schema: NEVER },
        ],
        requestBody: {
          content: {
            'application/json': {
              schema: {
                properties: {
                  state: { enum: ['new', 'paid'] },
                  count: { type: 'integer', maximum: 9 },
                  gift: { type: 'string' },
                  tags: { type: 'array', minItems: 2, items: { type: 'string' } },
                  name: { type: 'string', minLength: 2 },
                  choice: { oneOf: [{ type: 'integer' }, { minimum: 3 }] },
                  other: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
                  phrase: { ...NEVER, writeOnly: true },
                  phrases: { type: 'array', items: { $ref: '#/components/schemas/Phrase' } },
                  hint: { type: 'string', format: 'password', maxLength: 3 },
                  blob: { allOf: [{ type: 'string', contentEncoding: 'base64' }, NEVER] },
                  wallet: { properties: { inner: NEVER }, writeOnly: true },
                  acmeHeader: NEVER,
                  apiKeys: { type: 'array', items: NEVER },
                  pin: NEVER,
                  password: { type: 'string' },
                  token: { properties: { value: NEVER } },
                },
              },
            },
          },
        },
        responses: {
          200: {
            description: 'The order.',
            headers: { 'X-Echo': { schema: NEVER } },
            content: { 'application/json': { schema: { properties: { echo: NEVER } } } },
          },
        },
      },
    },
  },
  components: {
    schemas: { Phrase: { allOf: [{ writeOnly: true }], enum: ['never'] } },
    securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'acmeHeader' } },
  },
};

const folder = await mkdtemp(path.join(tmpdir(), 'deadringer-'));
afterAll(() => rm(folder, { recursive: true }));
await writeFile(path.join(folder, 'orders.json'), JSON.stringify(DOCUMENT));
const { contract } = await loadContract([path.join(folder, 'orders.json')], { relativeTo: folder });
const operation = contract.apis[0]?.operations[0] as Operation;

interface Sent {
  readonly body?: unknown;
  readonly query?: string;
  readonly headers?: Request['headers'];
  readonly pathValues?: Match['pathValues'];
  /** The body and a header of the response. */
  readonly echo?: string;
}

function messages({
  body,
  query = '',
  headers = {},
  pathValues = { token: 'any', id: '1' },
  echo,
}: Sent): string[] {
  const match: Match = { kind: 'operation', operation, pathValues };
  const { findings } = validateExchange(match, {
    request: {
      method: 'POST',
      path: `/orders/${pathValues.token}/${pathValues.id}`,
      query,
      headers: {
        acmeheader: ['k'],
        ...headers,
        ...(body !== undefined && { 'content-type': ['application/json'] }),
      },
      body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
    },
    ...(echo !== undefined && {
      response: {
        status: 200,
        headers: { 'content-type': ['application/json'], 'x-echo': [echo] },
        body: Buffer.from(JSON.stringify({ echo })),
      },
    }),
  });
  return findings.map(({ message }) => message);
}

describe('a message says what is required and what was sent', () => {
  test.for<[string, Sent, string[]]>([
    ['a string', { body: { state: 'pending' } }, ['/state must be one of new, paid; got "pending"']],
    [
      'a text with quotes',
      { body: { state: 'a "b"' } },
      ['/state must be one of new, paid; got "a \\"b\\""'],
    ],
    ['an empty text', { body: { state: '' } }, ['/state must be one of new, paid; got ""']],
    ['digits in a string', { body: { count: '7' } }, ['/count must be integer; got "7"']],
    [
      'a number',
      { body: { count: 10, gift: 1.5 } },
      ['/count must be <= 9; got 10', '/gift must be string; got 1.5'],
    ],
    ['a boolean', { body: { gift: true } }, ['/gift must be string; got true']],
    [
      'a UUID',
      { body: { state: '550e8400-e29b-41d4-a716-446655440000' } },
      ['/state must be one of new, paid; got "550e8400-e29b-41d4-a716-446655440000"'],
    ],
    [
      'a date',
      { body: { state: '2026-13-01T00:00:00Z' } },
      ['/state must be one of new, paid; got "2026-13-01T00:00:00Z"'],
    ],
    [
      'words',
      { body: { state: 'Überfällig since item12, camelCase' } },
      ['/state must be one of new, paid; got "Überfällig since item12, camelCase"'],
    ],
    ['null', { body: { gift: null } }, ['/gift must be string; got null']],
    ['an object', { body: { gift: { a: 'x' } } }, ['/gift must be string; got an object']],
    ['an array', { body: { gift: ['x'] } }, ['/gift must be string; got an array of 1 item']],
    ['a number of items', { body: { tags: ['x'] } }, ['/tags must have at least 2 items; got 1']],
    ['a length', { body: { name: 'x' } }, ['/name must have at least 2 characters; got 1']],
    [
      'two alternatives that match',
      { body: { choice: 4 } },
      ['/choice must match exactly one of the 2 alternatives; matches 1 and 2'],
    ],
    [
      'no alternative',
      { body: { other: 'x' } },
      ['/other must match one of the 2 alternatives (integer, null); got "x"'],
    ],
  ])('%s', ([, sent, expected]) => {
    expect(messages(sent)).toEqual(expected.map(message => `request body ${message}`));
  });

  test('parameters and response headers', () => {
    expect(messages({ query: 'note=now', pathValues: { token: 'any', id: 'one' }, echo: 'hello' })).toEqual([
      'path parameter "id" must match the pattern ^\\d+$; got "one"',
      'query parameter "note" must be one of never; got "now"',
      'response header "X-Echo" must be one of never; got "hello"',
      'response body /echo must be one of never; got "hello"',
    ]);
  });
});

describe('a message does not quote', () => {
  test.for<[string, Sent, string]>([
    ['a long text', { body: { state: 'word '.repeat(9) } }, 'a string of 45 characters'],
    ['a control character', { body: { state: 'a\nb' } }, 'a string of 3 characters'],
    ['a change of direction', { body: { state: 'a\u202eb' } }, 'a string of 3 characters'],
    ['a value with a secret name', { body: { pin: 'four' } }, 'a string of 4 characters'],
    ['a number with a secret name', { body: { pin: 4711 } }, 'a number'],
    ['a boolean with a secret name', { body: { pin: true } }, 'a boolean'],
    ['a value below a secret name', { body: { token: { value: 'four' } } }, 'a string of 4 characters'],
    ['a value of a list with a secret name', { body: { apiKeys: ['four'] } }, 'a string of 4 characters'],
    ['a value with the name of an API key', { body: { acmeHeader: 'four' } }, 'a string of 4 characters'],
    ['a secret parameter', { query: 'session=four' }, 'a string of 4 characters'],
    ['a write-only value', { body: { phrase: 'four' } }, 'a string of 4 characters'],
    ['a write-only value behind references', { body: { phrases: ['four'] } }, 'a string of 4 characters'],
    ['a value inside a write-only one', { body: { wallet: { inner: 'four' } } }, 'a string of 4 characters'],
    ['a value of the format password', { body: { hint: 7 } }, 'a number'],
    ['encoded bytes', { body: { blob: 'four' } }, 'a string of 4 characters'],
    ['a credential', { body: { state: 'Bearer abc' } }, 'a string of 10 characters'],
    ['a pair of a URL', { body: { state: '/x?token=four' } }, 'a string of 13 characters'],
    ['the key of a service', { body: { state: 'sk_live_abcdefgh' } }, 'a string of 16 characters'],
    ['letters and digits', { body: { state: 'k7Qz2mX9pL4w' } }, 'a string of 12 characters'],
  ])('%s', ([, sent, description]) => {
    expect(messages(sent)).toEqual([expect.stringMatching(new RegExp(`; got ${description}$`))]);
  });
});

describe('a secret of the exchange is in no message, wherever it occurs again', () => {
  const secret = fc.oneof(
    fc.string({ unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'), minLength: 6, maxLength: 12 }),
    fc.string({ unit: 'grapheme-ascii', minLength: 6, maxLength: 40 }).filter(text => text.trim() === text),
    fc.stringMatching(/^[a-z]{3,8}-[a-z]{3,8}$/),
    fc.constantFrom('hunter22', 'correct horse', 'FAKEsecret1', 'FAKEhunter'),
  );
  const CARRIERS: Readonly<Record<string, (secret: string) => Sent>> = {
    'a member of the body': text => ({ body: { password: text } }),
    'a member of an object with a secret name': text => ({ body: { token: { other: text } } }),
    'the Authorization header': text => ({ headers: { authorization: [`Bearer ${text}`] } }),
    'the password of a Basic credential': text => ({
      headers: { authorization: [`Basic ${Buffer.from(`x:${text}`).toString('base64')}`] },
    }),
    'the header of an API key': text => ({ headers: { acmeheader: [text] } }),
    'a cookie': text => ({ headers: { cookie: [`sid=${encodeURIComponent(text)}`] } }),
    'the query': text => ({ query: `code=${encodeURIComponent(text)}` }),
    'the path': text => ({ pathValues: { token: encodeURIComponent(text), id: '1' } }),
  };
  test.for(Object.entries(CARRIERS))('%s', ([, carrier]) => {
    fc.assert(
      fc.property(secret, fc.constantFrom('', 'the ', 'x'), (text, before) => {
        const { body, query, ...rest } = carrier(text);
        const again = before + text;
        const sent = {
          ...rest,
          query: [query, `note=${encodeURIComponent(again)}`].filter(Boolean).join('&'),
          body: { ...(body as object), state: again, tags: [again, 7, { a: again }], count: again },
          echo: again.replace(/[^ -~]/g, '').trim() || 'x',
        };
        for (const message of messages(sent)) {
          const [, got = ''] = message.split('; got ');
          expect(got).not.toContain(text);
          expect(got).not.toContain(JSON.stringify(text).slice(1, -1));
        }
      }),
      { numRuns: 200 },
    );
  });

  test('a number', () => {
    expect(messages({ body: { pin: 482913, count: 482913, gift: 'is 482913' } })).toEqual([
      'request body /count must be <= 9; got a number',
      'request body /pin must be one of never; got a number',
    ]);
  });

  test('a short text', () => {
    expect(messages({ body: { password: 'abc', state: 'abc' } })).toEqual([
      'request body /state must be one of new, paid; got a string of 3 characters',
    ]);
  });
});

test('a random token is in no message', () => {
  const tokens = (['hex', 'base64', 'base64url'] as const).flatMap(encoding =>
    Array.from({ length: 300 }, (_, index) =>
      createHash('sha512')
        .update(`${encoding} ${index}`)
        .digest()
        .subarray(0, 9 + (index % 40))
        .toString(encoding),
    ),
  );
  for (const token of tokens) {
    for (const text of [token, `it is ${token}`, `id=${token}`])
      for (const message of messages({ body: { state: text } })) expect(message).not.toContain(token);
  }
});
