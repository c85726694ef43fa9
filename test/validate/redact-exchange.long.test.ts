// Redaction removes secrets and preserves the findings, for every kind of schema constraint.
import { Buffer } from 'node:buffer';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Body, Exchange, Headers } from '../../src/exchange/exchange.ts';
import { loadContract } from '../../src/openapi/load.ts';
import { type Contract, type Operation, secretNames } from '../../src/openapi/model.ts';
import { toHarEntry } from '../../src/recording/har-writer.ts';
import { toExchangeLine } from '../../src/recording/ndjson.ts';
import { matchForOperation } from '../../src/routing/path-values.ts';
import { validateExchange } from '../../src/validate/exchange.ts';
import { redactPreservingFindings } from '../../src/validate/redact-exchange.ts';
import { folderWith } from '../check/traffic.ts';
import { fc } from '../random.ts';
import { amount } from '../suite.ts';

/** A schema, and values that satisfy it. */
interface Kind {
  readonly schema: object;
  readonly value: fc.Arbitrary<string>;
}

const letters = (unit: string, length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...unit), minLength: length, maxLength: length });
const hex = (length: number): fc.Arbitrary<string> => letters('0123456789abcdef', length);
const joined = (...parts: (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> =>
  fc
    .tuple(...parts.map(part => (typeof part === 'string' ? fc.constant(part) : part)))
    .map(all => all.join(''));

const KINDS: Readonly<Record<string, Kind>> = {
  'any text': { schema: { type: 'string' }, value: joined('Zq', letters('acegikmQRST2468', 14)) },
  'a length': {
    schema: { type: 'string', minLength: 12, maxLength: 12 },
    value: letters('bdfhjBDFHJ13579', 12),
  },
  'a prefix': {
    schema: { type: 'string', pattern: '^key-[a-f]{6}-\\d{6}$' },
    value: joined('key-', letters('bcdef', 6), '-', letters('23456789', 6)),
  },
  'a small alphabet': { schema: { type: 'string', pattern: '^[g-k]{12}$' }, value: letters('hijk', 12) },
  'a UUID of version 4': {
    schema: {
      type: 'string',
      pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$',
    },
    value: joined(hex(8), '-', hex(4), '-4', hex(3), '-9', hex(3), '-', hex(12)),
  },
  'a UUID': { schema: { type: 'string', format: 'uuid' }, value: fc.uuid() },
  'an email address': {
    schema: { type: 'string', format: 'email' },
    value: joined(letters('abcdefgh', 8), '@', letters('ijklmn', 6), '.org'),
  },
  'a date and time': {
    schema: { type: 'string', format: 'date-time' },
    value: joined('20', letters('34', 2), '-0', letters('2345', 1), '-2', letters('345', 1), 'T12:34:56Z'),
  },
};
const NUMBERS: Readonly<Record<string, Kind>> = {
  'a range': {
    schema: { type: 'integer', minimum: 20_000_000, maximum: 99_999_999 },
    value: fc.integer({ min: 20_000_000, max: 99_999_999 }).map(String),
  },
  'a multiple': {
    schema: { type: 'integer', multipleOf: 7 },
    value: fc.integer({ min: 3_000_000, max: 14_000_000 }).map(each => String(each * 7)),
  },
};

interface Slots {
  readonly header: string;
  readonly cookie: string;
  readonly query: string;
  readonly path: string;
  readonly body: string;
  readonly number: string;
}

function documentOf(kinds: Slots, isForm: boolean): string {
  const schemaOf = (name: string): object => (KINDS[name] ?? NUMBERS[name] ?? { schema: {} }).schema;
  const schema = {
    type: 'object',
    required: ['password', 'pin'],
    properties: {
      password: schemaOf(kinds.body),
      pin: schemaOf(kinds.number),
      token_type: { type: 'string', enum: ['bearer', 'mac'] },
      secret_kind_token: { type: 'string', enum: ['opaque', 'signed'] },
      accessTokens: { type: 'array', uniqueItems: true, items: { type: 'string' } },
    },
  };
  const parameter = (place: string, name: string, kind: string): object => ({
    name,
    in: place,
    required: true,
    schema: schemaOf(kind),
  });
  return JSON.stringify({
    openapi: '3.1.0',
    info: { title: 'x', version: '1' },
    servers: [{ url: 'https://api.example.com/orders' }],
    components: { securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Key' } } },
    security: [{ key: [] }],
    paths: {
      '/secretsOfAccount/{accessToken}': {
        post: {
          operationId: 'send',
          parameters: [
            parameter('path', 'accessToken', kinds.path),
            parameter('query', 'api_key', kinds.query),
            parameter('header', 'X-Key', kinds.header),
            parameter('cookie', 'sid', kinds.cookie),
          ],
          requestBody: {
            content: { [isForm ? 'application/x-www-form-urlencoded' : 'application/json']: { schema } },
          },
          responses: {
            '200': {
              description: 'x',
              headers: { 'X-Next-Token': { schema: schemaOf(kinds.header) } },
              content: {
                'application/json': {
                  schema: {
                    type: 'object',
                    properties: { error: { type: 'string' }, password: schemaOf(kinds.body) },
                  },
                },
              },
            },
          },
        },
      },
    },
  });
}

function exchangeOf(values: Slots, isForm: boolean): Exchange {
  const { header, cookie, query, path, body, number } = values;
  const type = isForm ? 'application/x-www-form-urlencoded' : 'application/json';
  const requestBody = isForm
    ? `password=${encodeURIComponent(body)}&pin=${number}&note=+a%2Cb`
    : `{ "password": ${JSON.stringify(body)}, "pin": ${number}, "token_type": "bearer", "secret_kind_token":"signed", "accessTokens": ["Qa1Qa1Qa1", "Qb2Qb2Qb2"] }`;
  const error = `key ${header} or ${query} of ${cookie} (${JSON.stringify(path)}) is no match for ${body}, ${number}`;
  return {
    id: 'x',
    startedAt: 1,
    duration: 1,
    request: {
      method: 'POST',
      path: `/orders/secretsOfAccount/${encodeURIComponent(path)}`,
      query: `api_key=${encodeURIComponent(query)}`,
      headers: {
        host: ['api.example.com'],
        'content-type': [type],
        'x-key': [header],
        cookie: [`theme=dark1; sid=${encodeURIComponent(cookie)}`],
      },
      body: Buffer.from(requestBody),
    },
    response: {
      status: 200,
      headers: { 'content-type': ['application/json'], 'x-next-token': [header] },
      body: Buffer.from(JSON.stringify({ error, password: body })),
    },
  };
}

async function load(document: string): Promise<{ contract: Contract; operation: Operation }> {
  const folder = folderWith({ 'api.json': document });
  const { contract } = await loadContract([path.join(folder, 'api.json')], {
    relativeTo: folder,
    assertFormats: true,
  });
  return { contract, operation: contract.apis[0]?.operations[0] as Operation };
}

function findingsOf(operation: Operation, exchange: Exchange): string[] {
  const match = matchForOperation(operation, exchange.request.path);
  if (match === undefined) return ['no match'];
  return validateExchange(match, exchange).findings.map(
    ({ code, at, location }) => `${code} ${at} ${location?.pointer}`,
  );
}

function serialized(exchange: Exchange): string {
  const text = JSON.stringify([toHarEntry(exchange, 'https://api.example.com'), toExchangeLine(exchange)]);
  const bodies = [exchange.request.body, exchange.response?.body as Body].map(body =>
    body instanceof Uint8Array ? Buffer.from(body).toString('latin1') : body.notRecorded,
  );
  return [text, ...bodies].join('\n');
}

/** The secret as plain text, escaped for a URL, escaped for JSON, and in base64. */
function formsOf(secret: string): string[] {
  return [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  ];
}

const kindOf = fc.constantFrom(...Object.keys(KINDS));
const numberKind = fc.constantFrom(...Object.keys(NUMBERS));

describe.for([
  ['JSON', false],
  ['a form', true],
] as const)('an exchange with %s', ([, isForm]) => {
  test('redaction keeps the findings of valid and invalid exchanges', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record<Slots>({
          header: kindOf,
          cookie: kindOf,
          query: kindOf,
          path: kindOf,
          body: kindOf,
          number: numberKind,
        }),
        // The kinds of the values of an invalid exchange.
        fc.record<Slots>({
          header: kindOf,
          cookie: kindOf,
          query: kindOf,
          path: kindOf,
          body: kindOf,
          number: numberKind,
        }),
        fc.boolean(),
        fc.gen(),
        async (declaredKinds, otherKinds, isValid, gen) => {
          const { operation } = await load(documentOf(declaredKinds, isForm));
          const sentKinds = isValid ? declaredKinds : otherKinds;
          const pick = (name: string): string => gen(() => (KINDS[name] ?? (NUMBERS[name] as Kind)).value);
          const values: Slots = {
            header: pick(sentKinds.header),
            cookie: pick(sentKinds.cookie),
            query: pick(sentKinds.query),
            path: pick(sentKinds.path),
            body: pick(sentKinds.body),
            number: pick(sentKinds.number),
          };
          const exchange = exchangeOf(values, isForm);
          const names = secretNames(operation.api);
          const match = matchForOperation(operation, exchange.request.path);
          const redacted = redactPreservingFindings(match, exchange, names);
          expect(redacted).toBeDefined();
          if (redacted === undefined) return;
          const text = serialized(redacted);
          for (const [slot, secret] of Object.entries(values)) {
            for (const form of formsOf(secret))
              expect({ slot, found: text.includes(form) }).toEqual({ slot, found: false });
          }
          expect(findingsOf(operation, redacted)).toEqual(findingsOf(operation, exchange));
        },
      ),
      { numRuns: amount(10, 200) },
    );
  });
});

describe('placeholders for constrained schemas', () => {
  const redact = async (
    schema: object,
    body: string,
    headers: Headers = {},
  ): Promise<{
    before: string[];
    after: string[] | undefined;
    redacted: Exchange | undefined;
    body: string;
  }> => {
    const document = {
      openapi: '3.1.0',
      info: { title: 'x', version: '1' },
      servers: [{ url: 'https://api.example.com' }],
      paths: {
        '/a': {
          post: {
            parameters: Object.keys(headers).map(name => ({ name, in: 'header', schema })),
            requestBody: { content: { 'application/json': { schema } } },
            responses: { '200': { description: 'x' } },
          },
        },
      },
    };
    const { operation } = await load(JSON.stringify(document));
    const exchange: Exchange = {
      id: 'x',
      startedAt: 1,
      duration: 1,
      request: {
        method: 'POST',
        path: '/a',
        query: '',
        headers: { 'content-type': ['application/json'], ...headers },
        body: Buffer.from(body),
      },
      response: { status: 200, headers: {}, body: Buffer.from('') },
    };
    const redacted = redactPreservingFindings(matchForOperation(operation, '/a'), exchange, new Set());
    return {
      before: findingsOf(operation, exchange),
      after: redacted && findingsOf(operation, redacted),
      redacted,
      body:
        redacted?.request.body instanceof Uint8Array
          ? Buffer.from(redacted.request.body).toString('utf8')
          : 'not recorded',
    };
  };
  const member = (schema: object): object => ({ type: 'object', properties: { token: schema } });

  test('the first value of an enum is the placeholder', async () => {
    const { before, after, body } = await redact(member({ enum: ['low', 'high'] }), '{"token":"high"}');
    expect(body).toBe('{"token":"low"}');
    expect(after).toEqual(before);
  });

  test('the only value that the schema allows is not redacted', async () => {
    const { after, body } = await redact(member({ const: 'bearer' }), '{"token":"bearer"}');
    expect(body).toBe('{"token":"bearer"}');
    expect(after).toEqual([]);
  });

  test('a bound is not used as placeholder for a number equal to it', async () => {
    const pin = { type: 'object', properties: { pin: { type: 'integer', minimum: 20_000_000 } } };
    const { before, after, body } = await redact(pin, '{"pin":20000000}');
    expect(body).toMatch(/^\{"pin":(?!20000000)[2-9]\d{7}\}$/);
    expect(after).toEqual(before);
    // For any other number the bound is a good placeholder.
    expect((await redact(pin, '{"pin":31337313}')).body).toBe('{"pin":20000000}');
  });

  test('a property name equal to the password is not redacted', async () => {
    const schema = {
      type: 'object',
      required: ['customer'],
      additionalProperties: false,
      properties: { customer: {}, password: {} },
    };
    const { after, body } = await redact(schema, '{"customer":1,"password":"customer"}');
    expect(body).toBe('{"customer":1,"password":"xxxxxxxx"}');
    expect(after).toEqual([]);
  });

  test('a body without a valid placeholder is omitted', async () => {
    const odd = { type: 'integer', multipleOf: 1009, minimum: 1_000_000_000 };
    const { after, redacted, body } = await redact(member(odd), `{"token":${1009 * 1_000_003}}`);
    expect(body).toBe('not recorded');
    expect(JSON.stringify(redacted)).not.toContain(String(1009 * 1_000_003));
    expect(after).toEqual([expect.stringMatching(/^request-body-not-checkable/)]);
  });

  test('the number of attempts is limited by the body size', async () => {
    const token = 'hijkkjihhijk';
    const schema = member({ pattern: '^[g-k]{12}$' });
    const large = JSON.stringify({ token, note: 'word '.repeat(2_000_000) });
    const { redacted, body } = await redact(schema, large);
    expect(body).toBe('not recorded');
    expect(JSON.stringify(redacted)).not.toContain(token);
    expect((await redact(schema, JSON.stringify({ token }))).body).toMatch(/^\{"token":"[g-k]{12}"\}$/);
  });

  test('a header without a valid placeholder is withheld', async () => {
    const odd = { type: 'integer', multipleOf: 1009, minimum: 1_000_000_000 };
    const { after, redacted } = await redact(odd, '1009000000', { 'x-token': [String(1009 * 1_000_003)] });
    expect(redacted?.request.headers).not.toHaveProperty('x-token');
    expect(redacted?.request.withheld).toEqual(['x-token']);
    expect(after).not.toContainEqual(expect.stringMatching(/schema/));
  });
});

test('equal secrets get equal placeholders across exchanges', async () => {
  const names = Object.fromEntries(
    ['header', 'cookie', 'query', 'path', 'body'].map(slot => [slot, 'a small alphabet']),
  );
  const { operation } = await load(documentOf({ ...names, number: 'a range' } as unknown as Slots, false));
  const secret = 'hijkkjihhijk';
  const values = {
    header: secret,
    cookie: secret,
    query: secret,
    path: secret,
    body: secret,
    number: '31337313',
  };
  const learned = new Map<string, string>();
  const redactOne = (): Exchange | undefined => {
    const exchange = exchangeOf(values, false);
    return redactPreservingFindings(
      matchForOperation(operation, exchange.request.path),
      exchange,
      secretNames(operation.api),
      learned,
    );
  };
  const [first, second] = [redactOne(), redactOne()];
  const placeholder = learned.get(secret) as string;
  expect(first?.request.headers).toMatchObject({ 'x-key': [placeholder] });
  expect(first?.request.path).toBe(`/orders/secretsOfAccount/${placeholder}`);
  expect(JSON.stringify(first?.request.headers.cookie)).toContain(placeholder);
  expect(second).toEqual(first);
});
