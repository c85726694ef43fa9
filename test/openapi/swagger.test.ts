// Swagger 2.0 documents are served and checked, and every finding names a line of the file that the user wrote.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DocumentNode } from '../../src/document/documents.ts';
import type { Finding } from '../../src/finding/finding.ts';
import { loadContract } from '../../src/openapi/load.ts';
import type { ApiSpec, Operation } from '../../src/openapi/model.ts';
import { serverUrls } from '../../src/openapi/servers.ts';
import { type MockServer, startServer } from '../../src/start.ts';
import { lint } from '../../src/validate/lint.ts';

const SHOP = path.join(import.meta.dirname, '../fixtures/swagger/shop.yaml');

let root: string;
let mock: MockServer;
beforeAll(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'deadringer-swagger-'));
  cpSync(path.dirname(SHOP), path.join(root, 'shop'), { recursive: true });
  mock = await startServer({ specs: [path.join(root, 'shop/shop.yaml')] });
});
afterAll(async () => {
  await mock.close(0);
  rmSync(root, { recursive: true });
});

interface Loaded {
  readonly api: ApiSpec;
  /** "7 spec-parameter message" */
  readonly lines: readonly string[];
  readonly operation: (id: string) => Operation;
}

let count = 0;
/** Loads a document; other files are written beside it. */
async function load(text: string, others: Readonly<Record<string, string>> = {}): Promise<Loaded> {
  const folder = path.join(root, `d${count++}`);
  mkdirSync(folder);
  for (const [name, other] of Object.entries(others)) writeFileSync(path.join(folder, name), other);
  const file = path.join(folder, 'api.yaml');
  writeFileSync(file, text);
  const { contract, findings } = await loadContract([file], { relativeTo: folder });
  const [api] = contract.apis as readonly [ApiSpec];
  const show = ({ code, message, location }: Finding): string =>
    `${location?.file === 'api.yaml' ? '' : `${location?.file}:`}${location?.line} ${code} ${message}`;
  return {
    api,
    lines: [...findings, ...lint(contract)].map(show),
    operation: id => api.operations.find(each => each.id === id) as Operation,
  };
}

const HEAD = 'swagger: "2.0"\ninfo: { title: t, version: "1" }\n';
const OK = 'responses: { "200": { description: d } }';

describe('a server', () => {
  const ask = (method: string, to: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${mock.url}/shop/v1${to}`, { method, ...init });
  const json = (body: unknown): RequestInit => ({
    headers: { 'content-type': 'application/json', 'x-key': 'k' },
    body: JSON.stringify(body),
  });

  test('answers with the example of the response', async () => {
    const response = await ask('GET', '/orders?tags=a|b&limit=5');
    expect([response.status, await response.json()]).toEqual([200, [{ id: 1, note: null }]]);
    expect(response.headers.get('x-total')).toMatch(/^-?\d+$/);
  });

  test.each([
    ['a shared query parameter of the path', '/orders?limit=500'],
    ['a list with pipes', '/orders?tags=a|toolong'],
    ['a list with commas', '/orders?sizes=1,b'],
    ['a list with repeated names', '/orders?colors=red&colors=none'],
  ])('rejects a wrong value of %s', async (_, to) => {
    expect((await ask('GET', to)).status).toBe(422);
  });

  test.each([
    ['commas', '/orders?sizes=1,2'],
    ['repeated names', '/orders?colors=red&colors=blue'],
    ['blanks', '/orders?words=a%20b'],
  ])('accepts a list with %s', async (_, to) => {
    expect((await ask('GET', to)).status).toBe(200);
  });

  test('judges a shared body, and what circular definitions describe', async () => {
    expect((await ask('POST', '/orders', json({ id: 4, note: null, parent: { id: 5 } }))).status).toBe(201);
    expect((await ask('POST', '/orders', json({ id: 4, parent: { id: 'x' } }))).status).toBe(400);
    expect((await ask('POST', '/orders', { headers: { 'x-key': 'k' } })).status).toBe(400);
  });

  test('asks for the credentials of the operation', async () => {
    const body = { ...json({ id: 4 }), headers: { 'content-type': 'application/json' } };
    expect((await ask('POST', '/orders', body)).status).toBe(401);
  });

  test('reads a form with a file as multipart, and one without as urlencoded', async () => {
    const form = new FormData();
    form.set('file', new Blob(['x']), 'a.txt');
    expect((await ask('POST', '/files', { body: form })).status).toBe(204);
    expect((await ask('POST', '/files', { body: new FormData() })).status).not.toBe(204);
    expect((await ask('POST', '/login', { body: new URLSearchParams({ user: 'a' }) })).status).toBe(204);
    expect((await ask('POST', '/login', { body: new URLSearchParams({ name: 'a' }) })).status).toBe(400);
  });

  test('sends a file as bytes', async () => {
    const response = await ask('GET', '/files/3');
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'application/octet-stream',
    ]);
  });

  test('names the format to the console', async () => {
    const response = await fetch(`${mock.url}/__deadringer/`, { headers: { accept: 'application/json' } });
    expect(response.status).toBe(200);
    expect(mock.state.config.contract.apis.map(({ format }) => format)).toEqual(['Swagger 2.0']);
  });
});

test.each([
  ['no host', 'basePath: /v1', ['/v1']],
  ['nothing', '', ['/']],
  ['a host and no scheme', 'host: a.example', ['//a.example']],
  [
    'two schemes',
    'host: a.example:8443\nbasePath: /v1\nschemes: [https, http]',
    ['https://a.example:8443/v1', 'http://a.example:8443/v1'],
  ],
])('the servers of a document with %s', async (_, lines, expected) => {
  const { api } = await load(`${HEAD}${lines}\npaths: { /a: { get: { ${OK} } } }\n`);
  expect(serverUrls(api)).toEqual(expected);
});

test('the schemes of an operation replace those of the document', async () => {
  const { operation } = await load(
    `${HEAD}host: a.example\nschemes: [http]\npaths: { /a: { get: { operationId: a, schemes: [https], ${OK} } } }\n`,
  );
  expect(operation('a').servers.map(({ url }) => url)).toEqual(['https://a.example']);
});

describe('what Swagger 2.0 does not have, or cannot be read, is reported at its line', () => {
  test.each([
    [
      'a key of OpenAPI 3',
      `${HEAD}servers: []\npaths: {}\n`,
      '3 spec-unknown-key Swagger 2.0 has no "servers" in documents',
    ],
    [
      'a keyword of OpenAPI 3',
      `${HEAD}paths: {}\ndefinitions:\n  A:\n    oneOf: [{ type: string }]\n`,
      '6 spec-unknown-key Swagger 2.0 has no "oneOf" in schemas; it is read as in OpenAPI 3.0',
    ],
    [
      'a list that tabs separate',
      `${HEAD}paths:\n  /a:\n    get:\n      parameters:\n        - name: a\n          in: query\n          type: array\n          items: { type: string }\n          collectionFormat: tsv\n      ${OK}\n`,
      '11 spec-unsupported collectionFormat "tsv" is not supported',
    ],
    [
      'a list format that every object inherits',
      `${HEAD}paths:\n  /a:\n    get:\n      parameters:\n        - name: a\n          in: query\n          type: array\n          items: { type: string }\n          collectionFormat: constructor\n      ${OK}\n`,
      '11 spec-parameter collectionFormat "constructor" is not allowed',
    ],
    [
      'a list format without a text',
      `${HEAD}paths:\n  /a:\n    get:\n      parameters:\n        - name: a\n          in: query\n          type: array\n          items: { type: string }\n          collectionFormat: { toString: null }\n      ${OK}\n`,
      '11 spec-parameter collectionFormat "{"toString":null}" is not allowed',
    ],
    [
      'a reference without a target in a definition',
      `${HEAD}paths: {}\ndefinitions:\n  A:\n    properties:\n      b: { $ref: '#/definitions/B' }\n`,
      '7 spec-reference ',
    ],
    [
      'a shared parameter that does not exist',
      `${HEAD}paths:\n  /a:\n    get:\n      parameters:\n        - $ref: '#/parameters/Gone'\n      ${OK}\n`,
      '7 spec-reference ',
    ],
    [
      'an example that does not match',
      `${HEAD}produces: [application/json]\npaths:\n  /a:\n    get:\n      responses:\n        200:\n          description: d\n          schema: { type: object, properties: { id: { type: integer } } }\n          examples:\n            application/json:\n              id: x\n`,
      '13 spec-example ',
    ],
    [
      'a schema that cannot be used',
      `${HEAD}paths:\n  /a:\n    get:\n      responses:\n        200:\n          description: d\n          schema:\n            type: strang\n`,
      '10 spec-schema ',
    ],
    [
      'a security scheme that is not declared',
      `${HEAD}paths:\n  /a:\n    get:\n      security:\n        - gone: []\n      ${OK}\n`,
      '7 spec-security "gone" is not declared in securityDefinitions',
    ],
    [
      'a flow that does not exist',
      `${HEAD}paths: {}\nsecurityDefinitions:\n  a: { type: oauth2, flow: x }\n`,
      '5 spec-security ',
    ],
    [
      'a number as version',
      `swagger: 2.0\ninfo: { title: t, version: "1" }\npaths: {}\n`,
      `1 spec-invalid "swagger" must be a string: write '2.0'`,
    ],
    [
      'a host with a scheme',
      `${HEAD}host: http://a.example/b\npaths: {}\n`,
      '3 spec-invalid "host" is a name',
    ],
  ])('%s', async (_, text, expected) => {
    const { lines } = await load(text);
    expect(lines).toEqual([expect.stringContaining(expected)]);
  });

  test('a flaw of one operation stops no other', async () => {
    const { api, lines } = await load(`${HEAD}paths:\n  /a:\n    get: 5\n  /b: { get: { ${OK} } }\n`);
    expect(lines).toEqual([expect.stringMatching(/^5 spec-operation /)]);
    expect(api.operations.map(({ path: at, unusable }) => [at, unusable === undefined])).toEqual([
      ['/a', false],
      ['/b', true],
    ]);
  });
});

test('parts of other files are converted by the place of the reference, and located in those files', async () => {
  const { lines, operation, api } = await load(
    `${HEAD}consumes: [application/json]\nproduces: [application/json]\npaths:\n  /a: { $ref: item.yaml }\n  /b:\n    post:\n      operationId: b\n      parameters:\n        - $ref: 'parts.yaml#/parameters/Body'\n        - $ref: 'parts.yaml#/parameters/Page'\n      responses:\n        200: { description: d, schema: { $ref: whole.yaml } }\n        404: { $ref: 'parts.yaml#/responses/Gone' }\n`,
    {
      'item.yaml': `parameters:\n  - { name: size, in: query, type: integer }\nget:\n  operationId: a\n  responses:\n    200:\n      description: d\n      schema: { $ref: 'parts.yaml#/definitions/Pet' }\n`,
      'parts.yaml': `definitions:\n  Pet:\n    type: object\n    discriminator: kind\n    properties:\n      kind: { type: string, x-nullable: true }\n      bad: { type: strang }\nparameters:\n  Page: { name: page, in: query, type: integer }\n  Body:\n    name: body\n    in: body\n    schema:\n      type: object\n      required: [pet]\n      properties: { pet: { $ref: '#/definitions/Pet' } }\nresponses:\n  Gone:\n    description: d\n    schema: { $ref: '#/definitions/Pet' }\n`,
      'whole.yaml': `type: object\nproperties:\n  pet: { $ref: 'parts.yaml#/definitions/Pet' }\n`,
    },
  );
  expect(lines).toEqual([expect.stringMatching(/^parts\.yaml:7 spec-schema /)]);
  expect(operation('a').parameters.map(({ name, schema }) => [name, schema?.value])).toEqual([
    ['size', { type: 'integer' }],
  ]);
  expect(operation('b').parameters.map(({ name }) => name)).toEqual(['page']);
  expect(operation('b').requestBody?.contents.map(({ mediaType }) => mediaType)).toEqual([
    'application/json',
  ]);
  expect(api.documents.locate(operation('b').requestBody?.node as never)).toMatchObject({
    file: 'parts.yaml',
    line: 10,
  });
  expect(operation('b').responses.map(({ status, contents }) => [status, contents.length])).toEqual([
    ['200', 1],
    ['404', 1],
  ]);
  const schema = operation('b').responses[1]?.contents[0]?.schema as DocumentNode;
  expect(api.documents.dereference(schema)).toMatchObject({
    pointer: '/definitions/Pet',
    value: {
      discriminator: { propertyName: 'kind' },
      properties: { kind: { type: 'string', nullable: true } },
    },
  });
});

test('references to schemas of other operations lead to the same schema', async () => {
  const { lines, api, operation } = await load(
    `${HEAD}paths:\n  /a:\n    get:\n      operationId: a\n      responses: { 200: { description: d, schema: { type: object, properties: { id: { type: integer } } } } }\n  /b:\n    get:\n      operationId: b\n      responses: { 200: { description: d, schema: { $ref: '#/paths/~1a/get/responses/200/schema' } } }\n`,
  );
  expect(lines).toEqual([]);
  const schema = operation('b').responses[0]?.contents[0]?.schema;
  expect(api.documents.locate(api.documents.dereference(schema as never))).toMatchObject({ line: 7 });
});

test('extensions are kept, also those of deadringer', async () => {
  const { operation, lines } = await load(
    `${HEAD}paths:\n  /a:\n    get:\n      operationId: a\n      x-owner: team\n      x-deadringer: { refusals: { body: { status: 422 } } }\n      responses: { 200: { description: d }, 422: { description: d } }\n`,
  );
  expect(lines).toEqual([]);
  expect(operation('a').node.value).toMatchObject({ 'x-owner': 'team' });
  expect(operation('a').refusals.responses).toMatchObject({ body: { status: 422 } });
});
