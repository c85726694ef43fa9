// The dialect of Prism: statuses, error bodies, violations and the choice of a response, on one server.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serveBanner } from '../../src/cli/banner.ts';
import { type MockServer, startServer } from '../../src/start.ts';
import { type Mock, startMock } from '../../src/start-mock.ts';

const text = { type: 'string' };
const json = (content: object): object => ({ 'application/json': content });
const ok = { 200: { description: '', content: json({ example: { ok: true } }) } };
/** A schema that violates each keyword of `BAD`. */
const KEYWORDS = {
  type: 'object',
  required: ['gone'],
  dependentRequired: { type: ['first', 'second'] },
  propertyNames: { maxLength: 12 },
  unevaluatedProperties: false,
  minProperties: 90,
  maxProperties: 3,
  properties: {
    type: { type: ['integer', 'null'] },
    enum: { enum: ['a', 'b'] },
    const: { const: 1 },
    short: { minLength: 3 },
    long: { maxLength: 3 },
    few: { minItems: 3, uniqueItems: true, items: { type: 'integer' } },
    many: { maxItems: 1, contains: { type: 'null' } },
    some: { contains: { type: 'null' }, minContains: 1, maxContains: 2 },
    tuple: { prefixItems: [{ type: 'string' }], items: false },
    closed: { additionalProperties: false },
    low: { minimum: 3, exclusiveMinimum: 3 },
    high: { maximum: -3, exclusiveMaximum: -3 },
    step: { multipleOf: 0.5 },
    pattern: { pattern: '^a+$' },
    email: { format: 'email' },
    // An annotation to Prism, also where formats are asserted.
    text: { contentMediaType: 'application/json', contentSchema: { type: 'object' } },
    any: { anyOf: [{ type: 'null' }, { minimum: 7 }] },
    one: { oneOf: [{ type: 'integer' }, { minimum: 0 }] },
    not: { not: { type: 'integer' } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    if: { if: { type: 'integer' }, then: { minimum: 9 } },
    never: false,
  },
};
const BAD = {
  ...{ type: 'x', enum: 'c', const: 2, short: 'x', long: 'xxxx', few: [1, 1], many: [1, 2], some: [1] },
  ...{ tuple: ['a', 2], closed: { x: 1 }, low: 1, high: 1, step: 0.3, pattern: 'b', email: 'x', text: '{' },
  ...{ any: 1, one: 1, not: 1, if: 1, never: 1, 'a long name of a property': 1 },
};
const nested = (depth: number): object =>
  depth === 0
    ? { type: 'boolean' }
    : {
        type: 'object',
        properties: Object.fromEntries([...'abcdefgh'].map(name => [name, refer(depth - 1)])),
      };
const refer = (depth: number): object => ({ $ref: `#/components/schemas/Depth${depth}` });
const DOCUMENT = {
  openapi: '3.1.0',
  info: { title: 'Pets', version: '1' },
  servers: [{ url: 'https://api.example.com/v1' }],
  components: {
    securitySchemes: {
      token: { type: 'http', scheme: 'bearer' },
      basic: { type: 'http', scheme: 'basic' },
    },
    schemas: Object.fromEntries([0, 1, 2, 3].map(depth => [`Depth${depth}`, nested(depth)])),
  },
  paths: {
    '/pets': {
      get: {
        parameters: [
          { name: 'limit', in: 'query', schema: { type: 'integer' } },
          { name: 'old', in: 'query', deprecated: true, schema: text },
        ],
        responses: {
          200: {
            description: '',
            content: json({
              examples: { tom: { value: [{ name: 'Tom' }] }, rex: { value: [{ name: 'Rex' }] } },
            }),
          },
          404: { description: '', content: json({ example: { error: 'gone' } }) },
        },
      },
      post: {
        requestBody: {
          required: true,
          content: json({
            schema: {
              type: 'object',
              required: ['name'],
              properties: {
                name: text,
                owner: { type: 'object', properties: { email: { type: 'string', format: 'email' } } },
              },
            },
          }),
        },
        responses: {
          201: {
            description: '',
            content: json({
              schema: { $ref: '#/paths/~1pets~1{id}/get/responses/200/content/application~1json/schema' },
            }),
          },
          422: { description: '', content: json({ example: { error: 'invalid' } }) },
        },
      },
    },
    '/pets/{id}': {
      get: {
        parameters: [{ name: 'id', in: 'path', required: true, schema: text }],
        responses: {
          200: {
            description: '',
            content: json({
              schema: {
                type: 'object',
                properties: { name: text, age: { type: 'integer' }, example: { type: 'boolean' } },
              },
            }),
          },
        },
      },
    },
    '/objects': {
      post: { requestBody: { content: json({ schema: { enum: [{ toString: null }] } }) }, responses: ok },
    },
    '/basic': { get: { security: [{ basic: [] }], responses: ok } },
    '/secret': { get: { security: [{ token: [] }], responses: ok } },
    '/old': { get: { deprecated: true, responses: ok } },
    '/keywords': { post: { requestBody: { content: json({ schema: KEYWORDS }) }, responses: ok } },
    // Four levels of eight members are more parts than the sampler takes.
    '/large': { get: { responses: { 200: { description: '', content: json({ schema: nested(4) }) } } } },
    '/ticks': {
      get: {
        responses: {
          200: {
            description: '',
            content: {
              'text/event-stream': { schema: { properties: { event: { const: 'tick' }, data: text } } },
              'text/csv': { schema: { type: 'array', items: { properties: { id: { const: 7 } } } } },
              'text/plain': { schema: { properties: { id: { const: 7 } } } },
            },
          },
        },
      },
    },
    '/wrong': {
      get: {
        responses: {
          200: {
            description: '',
            content: json({
              schema: { type: 'array', items: { type: 'integer' } },
              example: Array.from({ length: 500 }, (_, index) => `číslo ${index}`),
            }),
          },
        },
      },
    },
  },
};

let folder: string;
let mock: MockServer;
let strict: Mock;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'prism-dialect-'));
  const specs = [path.join(folder, 'pets.json')];
  writeFileSync(specs[0] ?? '', JSON.stringify(DOCUMENT));
  mock = await startServer({ specs, dialect: 'prism', assertFormats: true, requestValues: false });
  strict = await startMock({ specs, dialect: 'prism', errors: true, ignoreExamples: true });
});
afterAll(async () => {
  await Promise.all([mock.close(), strict.close()]);
  rmSync(folder, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

async function ask(target: string, init: RequestInit & { readonly of?: Mock } = {}): Promise<Answer> {
  const response = await fetch(`${(init.of ?? mock).url}${target}`, init);
  const body = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: body === '' ? undefined : JSON.parse(body),
  };
}

function post(body: unknown, headers: Record<string, string> = {}): RequestInit {
  const fields = { 'content-type': 'application/json', ...headers };
  return { method: 'POST', body: JSON.stringify(body), headers: fields };
}

const error = (name: string, status: number): object => ({
  type: `https://stoplight.io/prism/errors#${name}`,
  status,
});

describe('errors', () => {
  test.each([
    ['/toys', {}, 'NO_PATH_MATCHED_ERROR', 404],
    ['/v1/pets', {}, 'NO_PATH_MATCHED_ERROR', 404],
    ['/pets/pets', {}, undefined, 200],
    ['/pets', { method: 'DELETE' }, 'NO_METHOD_MATCHED_ERROR', 405],
    ['/pets', { method: 'OPTIONS' }, 'NO_METHOD_MATCHED_ERROR', 405],
    ['/pets?__server=https://api.example.com/v1', {}, undefined, 200],
    ['/pets?__server=https://other.example.com', {}, 'NO_SERVER_MATCHED_ERROR', 404],
    ['/pets?limit=many', {}, 'UNPROCESSABLE_ENTITY', 422],
    ['/secret', {}, 'UNAUTHORIZED', 401],
    ['/pets', { headers: { accept: 'text/html' } }, 'NOT_ACCEPTABLE', 406],
    ['/pets', { headers: { prefer: 'code=418' } }, 'NOT_FOUND', 404],
    ['/pets', { headers: { prefer: 'code=abc' } }, 'UNPROCESSABLE_ENTITY', 422],
    ['/pets?__example=max', {}, 'NOT_FOUND', 404],
    ['/toys?__code=x', {}, 'UNPROCESSABLE_ENTITY', 422],
  ] as const)('%s %o gets %s', async (target, init, name, status) => {
    const { status: got, body, headers } = await ask(target, init);
    expect(got).toBe(status);
    if (name === undefined) return;
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(body).toMatchObject(error(name, status));
  });

  test('a violation has a location, a severity, a code and a message', async () => {
    expect((await ask('/pets?limit=many')).body).toMatchObject({
      validation: [
        { location: ['query', 'limit'], severity: 'Error', code: 'type', message: expect.any(String) },
      ],
    });
  });

  test('allowed values may be objects without a text', async () => {
    const { body } = await ask('/objects', post({}));
    expect(body).toMatchObject({
      validation: [{ message: expect.stringContaining('values: {"toString":null}') }],
    });
  });

  test('a large body has its first violation only', async () => {
    const { status, body } = await ask(
      '/keywords',
      post({ few: Array.from({ length: 300_000 }, () => 'x') }),
    );
    expect(status).toBe(422);
    expect((body as { validation: object[] }).validation).toHaveLength(1);
  });

  test('the messages about a body are those of ajv', async () => {
    const ajv = new Ajv2020({ allErrors: true, strict: false });
    addFormats.default(ajv);
    ajv.validate(KEYWORDS, BAD);
    const { body } = await ask('/keywords', post(BAD));
    const { validation } = body as { validation: { location: string[]; message: string }[] };
    const messages = validation.map(({ location: [, ...steps], message }) =>
      message.slice(`Request body ${steps.length === 0 ? '' : `property ${steps.join('.')} `}`.length),
    );
    const expected = (ajv.errors ?? []).map(({ message, params }) =>
      [
        message,
        params.allowedValues && `: ${params.allowedValues.join(', ')}`,
        params.additionalProperty && `; found '${params.additionalProperty}'`,
        params.unevaluatedProperty && `: '${params.unevaluatedProperty}'`,
      ].join(''),
    );
    expect(messages.toSorted()).toEqual(expected.toSorted());
  });

  test('a 401 has the challenges', async () => {
    expect((await ask('/secret')).headers.get('www-authenticate')).toBe('Bearer');
    expect((await ask('/secret', { headers: { authorization: 'bearer x' } })).status).toBe(200);
    expect((await ask('/secret', { headers: { authorization: 'Basic eDp4' } })).status).toBe(401);
    const { status, headers } = await ask('/basic', { headers: { authorization: 'Basic eA==' } });
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Basic realm="*"');
    expect(headers.get('x-deadringer-reason')).toMatch(/^credentials-malformed: /);
  });

  test('the declared error of an invalid request has the violations in a field', async () => {
    const { status, headers, body } = await ask('/pets', post({ owner: { email: 'nobody' } }));
    expect({ status, body }).toEqual({ status: 422, body: { error: 'invalid' } });
    expect(JSON.parse(headers.get('sl-violations') ?? '')).toMatchObject([
      { location: ['request', 'body'], severity: 'Error', code: 'required' },
      { location: ['request', 'body', 'owner', 'email'], severity: 'Error', code: 'format' },
    ]);
  });
});

describe('responses', () => {
  test('a body without an example has the fixed values of each type', async () => {
    expect((await ask('/pets/7')).body).toEqual({ name: 'string', age: 0, example: true });
    expect((await ask('/pets', post({ name: 'Tom' }))).body).toEqual({
      name: 'string',
      age: 0,
      example: true,
    });
  });

  test.each([
    ['text/event-stream', 'event: tick\ndata: string\n\n'],
    ['text/csv', 'id\r\n7\r\n'],
    ['text/plain', /#NO_COMPLEX_OBJECT_TEXT"/],
  ])('an object as %s', async (accept, body) => {
    expect(await (await fetch(`${mock.url}/ticks`, { headers: { accept } })).text()).toMatch(body);
  });

  test('a schema that is too large for samples gets a generated body', async () => {
    const { status, body } = await ask('/large');
    expect(status).toBe(200);
    expect(body).toMatchObject({ a: expect.any(Object) });
  });

  test('a Prefer header outweighs the query, and its parameters are not preferences', async () => {
    const headers = { prefer: 'example=rex; code=404' };
    expect((await ask('/pets?__code=404', { headers })).body).toEqual([{ name: 'Rex' }]);
    expect((await ask('/pets?__code=404')).body).toEqual({ error: 'gone' });
  });

  test('a deprecated operation says so, and a deprecated parameter is a warning', async () => {
    expect((await ask('/old')).headers.get('deprecation')).toBe('true');
    const { status, headers } = await ask('/pets?old=1');
    expect(status).toBe(200);
    expect(JSON.parse(headers.get('sl-violations') ?? '')).toMatchObject([
      { location: ['request', 'query', 'old'], severity: 'Warning', code: 'deprecated' },
    ]);
  });

  test('sl-violations is JSON that clients accept, however many violations there are', async () => {
    const { status, headers } = await ask('/wrong');
    const field = headers.get('sl-violations') ?? '';
    expect(status).toBe(200);
    expect(field.length).toBeLessThan(8192);
    const entries: unknown[] = JSON.parse(field);
    expect(entries.length).toBeGreaterThan(20);
    expect(entries[0]).toMatchObject({ location: ['response', 'body', '0'], code: 'type' });
  });

  test('with errors a response that violates the document is an error', async () => {
    const response = await ask('/wrong?__example=default', { of: strict });
    expect(response.status).toBe(200);
    expect((await ask('/pets?limit=1', { of: strict })).status).toBe(200);
    const plain = await startMock({
      specs: [path.join(folder, 'pets.json')],
      dialect: 'prism',
      errors: true,
    });
    const { status, body } = await ask('/wrong', { of: plain });
    await plain.close();
    expect({ status, body }).toMatchObject({ status: 500, body: error('VIOLATIONS', 500) });
  });

  test('without examples the body comes from the schema', async () => {
    expect((await ask('/wrong', { of: strict })).body).toEqual([0]);
  });

  test('every response has the CORS fields, and a preflight is answered for any path', async () => {
    const { headers } = await ask('/pets', { headers: { origin: 'https://app.example.com' } });
    expect(headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    expect(headers.get('access-control-expose-headers')).toBe('*');
    const preflight = { origin: 'https://app.example.com', 'access-control-request-method': 'PUT' };
    const { status, headers: allowed } = await ask('/toys', { method: 'OPTIONS', headers: preflight });
    expect({ status, methods: allowed.get('access-control-allow-methods') }).toEqual({
      status: 204,
      methods: 'PUT',
    });
  });
});

describe('generated bodies', () => {
  const dynamic = async (prefer: string, of?: Mock) =>
    await ask('/pets/7', { headers: { prefer }, ...(of && { of }) });

  test('each is another one, and the id of the exchange is its seed', async () => {
    const { body, headers } = await dynamic('dynamic=true');
    const others = await Promise.all([1, 2, 3].map(async () => (await dynamic('dynamic=true')).body));
    expect(others).not.toContainEqual(body);
    const seed = headers.get('x-deadringer-exchange');
    expect((await dynamic(`dynamic=true, seed=${seed}`)).body).toEqual(body);
  });

  test('a seed gives the same ones, and open objects get further members on request', async () => {
    const specs = [path.join(folder, 'pets.json')];
    const options = { specs, dialect: 'prism', dynamic: true, seed: 'monday', requestValues: false } as const;
    const [plain, filled] = await Promise.all([
      startMock(options),
      startMock({ ...options, fillProperties: true }),
    ]);
    const { body } = await dynamic('x', plain);
    expect((await dynamic('x', plain)).body).toEqual(body);
    expect(Object.keys(body as object)).toEqual(['name', 'age', 'example']);
    const { body: more } = await dynamic('x', filled);
    expect(more).toMatchObject({ name: expect.any(String), property1: expect.anything() });
    expect((await ask('/keywords', { ...post({}), of: filled })).status).toBe(422);
    await Promise.all([plain.close(), filled.close()]);
  });
});

describe('what the mock has besides', () => {
  test('Prefer: relaxed answers an invalid request and reports it', async () => {
    const { status, headers } = await ask('/pets?limit=many', { headers: { prefer: 'relaxed' } });
    expect(status).toBe(200);
    expect(JSON.parse(headers.get('sl-violations') ?? '')).toMatchObject([{ code: 'type' }]);
    expect(headers.get('x-deadringer-would-reject')).toContain('parameter-schema');
    expect((await ask('/pets?limit=many', { headers: { prefer: 'strict' } })).status).toBe(422);
    expect((await ask('/secret', { headers: { prefer: 'relaxed' } })).status).toBe(200);
    expect((await ask('/pets', { headers: { prefer: 'relaxed', accept: 'text/html' } })).status).toBe(200);
  });

  test('switches, sessions and the journal work', async () => {
    const session = '/__deadringer/sessions/anna';
    const headers = { 'x-deadringer-session': 'anna' };
    const { status } = await ask(`${session}/switches/*`, {
      method: 'PATCH',
      body: JSON.stringify({ status: 404 }),
      headers: { 'content-type': 'application/json' },
    });
    expect(status).toBe(200);
    expect(await ask('/pets', { headers })).toMatchObject({ status: 404, body: { error: 'gone' } });
    expect((await ask('/pets')).status).toBe(200);
    await ask('/toys', { headers });
    expect((await ask(`${session}/journal`)).body).toMatchObject({
      entries: [{ request: { path: '/pets' } }, { request: { path: '/toys' }, problem: 'no-such-path' }],
    });
  });

  test('requests that the control API and the banner suggest have the paths of the document', async () => {
    const sample = await ask(
      '/__deadringer/apis/pets/operations/GET%20%2Fpets/sample-request',
      post({}, { origin: mock.url }),
    );
    expect(sample.body).toMatchObject({ url: `${mock.url}/pets` });
    const { body } = await ask('/__deadringer/server');
    expect(body).toMatchObject({
      documents: [{ basePaths: ['/'], firstRequest: { curl: `curl ${mock.url}/pets` } }],
    });
    const { body: coverage } = await ask('/__deadringer/sessions/default/operations');
    expect(coverage).toMatchObject({
      operations: expect.arrayContaining([expect.objectContaining({ path: '/pets/{id}' })]),
    });
    const { body: operation } = await ask('/__deadringer/apis/pets/operations/GET%20%2Fpets');
    expect(operation).toMatchObject({ basePaths: [''] });
    expect(await serveBanner(mock, (_, plain) => plain)).toContain(`curl ${mock.url}/pets\n`);
  });
});
