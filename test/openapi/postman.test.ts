// Postman collections are served and checked as API documents, and every finding names a line of the collection.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serveBanner } from '../../src/cli/banner.ts';
import type { Finding } from '../../src/finding/finding.ts';
import { loadContract } from '../../src/openapi/load.ts';
import type { ApiSpec, Operation } from '../../src/openapi/model.ts';
import { serverUrls } from '../../src/openapi/servers.ts';
import { type MockServer, startServer } from '../../src/start.ts';
import { lint } from '../../src/validate/lint.ts';
import { run } from '../cli/program.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'deadringer-postman-'));
});
afterAll(() => rmSync(root, { recursive: true }));

const SCHEMA = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';
const JSON_FIELD = [{ key: 'Content-Type', value: 'application/json' }];

interface Loaded {
  readonly api: ApiSpec;
  /** "7 spec-operation message" */
  readonly lines: readonly string[];
  readonly ids: readonly string[];
  readonly operation: (id: string) => Operation;
}

let count = 0;
/** Loads a collection, written with one member per line. */
async function load(collection: unknown, provenance?: readonly string[]): Promise<Loaded> {
  const file = path.join(root, `c${count++}.postman_collection.json`);
  writeFileSync(file, typeof collection === 'string' ? collection : JSON.stringify(collection, null, 1));
  const { contract, findings } = await loadContract([file], {
    relativeTo: root,
    ...(provenance !== undefined && { provenance }),
  });
  const [api] = contract.apis as readonly [ApiSpec];
  const show = ({ code, message, location }: Finding): string => `${location?.line} ${code} ${message}`;
  return {
    api,
    lines: [...findings, ...lint(contract)].map(show),
    ids: api.operations.map(({ method, path: at }) => `${method} ${at}`),
    operation: id => api.operations.find(each => each.id === id) as Operation,
  };
}

interface Item {
  readonly name?: string;
  readonly request?: unknown;
  readonly response?: readonly unknown[];
  readonly [member: string]: unknown;
}

const collection = (item: readonly Item[], rest: object = {}): object => ({
  info: { name: 'Shop', schema: SCHEMA },
  item,
  ...rest,
});
const get = (url: unknown, rest: object = {}): Item => ({
  name: `Get ${String(url)}`,
  request: { method: 'GET', url, ...rest },
});
const saved = (body: unknown, code = 200, name = `Saved ${code}`, rest: object = {}): object => ({
  ...{ name, code, header: JSON_FIELD, body: typeof body === 'string' ? body : JSON.stringify(body) },
  ...rest,
});
const post = (body: unknown, rest: Item = {}): Item => ({
  name: 'Create',
  request: { method: 'POST', url: 'http://x.example/things', header: [], body },
  ...rest,
});
const raw = (text: string): object => ({ mode: 'raw', raw: text, options: { raw: { language: 'json' } } });

/** The inferred schema of the first body of a status. */
function schemaOf(operation: Operation, status = '200'): unknown {
  return operation.responses.find(each => each.status === status)?.contents[0]?.schema?.value;
}
const bodySchema = ({ requestBody }: Operation): unknown => requestBody?.contents[0]?.schema?.value;

describe('paths', () => {
  test('variables of the path become parameters, whatever they are called and however they are written', async () => {
    const { ids, api } = await load(
      collection([
        get({ raw: '{{baseUrl}}/users/:id', variable: [{ key: 'id', value: '7', description: 'The user' }] }),
        { name: 'Delete user', request: { method: 'DELETE', url: '{{baseUrl}}/users/{{userId}}' } },
        get('{{baseUrl}}/users/{id}/files/{{file}}.json'),
        get('{{baseUrl}}/users/me'),
      ]),
    );
    expect(ids).toEqual([
      'GET /users/{id}',
      'DELETE /users/{id}',
      'GET /users/{id}/files/{file}.json',
      'GET /users/me',
    ]);
    expect(api.operations[0]?.parameters[0]?.node.value).toEqual({
      name: 'id',
      in: 'path',
      required: true,
      description: 'The user',
      schema: { type: 'string' },
      example: '7',
    });
  });

  test('a number is a parameter where requests have several, or after a plural; identifiers always are', async () => {
    const { ids } = await load(
      collection([
        get('http://x.example/api/2/status/404'),
        get('http://x.example/api/2/status/500'),
        get('http://x.example/orders/17/items/3'),
        get('http://x.example/report/0c5ee6a4-1111-4a7e-9a11-52c3d9f5d001'),
        get('http://x.example/report/507f1f77bcf86cd799439011/page/1'),
      ]),
    );
    expect(ids).toEqual([
      'GET /api/2/status/{statusId}',
      'GET /orders/{orderId}/items/{itemId}',
      'GET /report/{reportId}',
      'GET /report/{reportId}/page/1',
    ]);
  });

  test('a variable that is the base of URLs becomes the server; one without a value is named', async () => {
    const { api, ids, lines } = await load(
      collection(
        [
          get('{{baseUrl}}/a'),
          get('{{baseUrl}}/b'),
          get('{{protocol}}://{{host}}/{{base}}/{{version}}/c'),
          get('https://{{tenant}}.x.example:8443/d'),
          get('{{other}}/e'),
          get('x.example/f?x=1#y'),
        ],
        {
          variable: [
            { key: 'baseUrl', value: 'https://{{host}}/v1' },
            { key: 'host', value: 'api.x.example' },
            { key: 'protocol', value: 'https' },
            { key: 'base', value: 'shop/api' },
            { key: 'version', value: 'v2' },
          ],
        },
      ),
    );
    expect(ids).toEqual(['GET /a', 'GET /b', 'GET /shop/api/v2/c', 'GET /d', 'GET /e', 'GET /f']);
    expect(serverUrls(api)).toEqual([
      'https://api.x.example/v1',
      'https://api.x.example',
      'https://tenant.x.example:8443',
      '/',
      'http://x.example',
    ]);
    expect(lines.filter(line => line.includes('spec-ignored'))).toEqual([
      expect.stringMatching(
        /^\d+ spec-ignored 2 variables have no value in the collection: "tenant", "other"$/,
      ),
    ]);
  });

  test('a collection of version 1 is read in its order, with folders', async () => {
    const { ids, api, operation, lines } = await load({
      id: 'c',
      name: 'Old',
      order: ['r2'],
      folders_order: ['f1'],
      folders: [{ id: 'f1', name: 'Things', order: ['r1', 'gone'], folders_order: ['f1'] }],
      requests: [
        {
          id: 'r1',
          name: 'Create thing',
          method: 'POST',
          url: 'http://x.example/things/:kind',
          pathVariables: { kind: 'a' },
          headers: 'Content-Type: application/json\nX-Tenant: acme\n// X-Off: 1\n',
          dataMode: 'raw',
          rawModeData: '{"size": 1}',
          currentHelper: 'basicAuth',
          helperAttributes: { username: 'u', password: 'FAKE-password-1' },
          responses: [
            {
              name: 'Made',
              responseCode: { code: 201 },
              headers: [{ key: 'Content-Type', value: 'application/json' }],
              text: '{"id": 1}',
            },
          ],
        },
        {
          id: 'r2',
          name: 'Search',
          method: 'GET',
          url: 'http://x.example/search',
          tests: 'x();',
          dataMode: 'urlencoded',
          data: [],
        },
        { id: 'r3', name: 'Lost', method: 'GET', url: 'nonsense://x' },
      ],
    });
    expect(api.format).toBe('Postman collection 1.0');
    expect(ids).toEqual(['POST /things/{kind}', 'GET /search']);
    const create = operation('createThing');
    expect(create.parameters.map(({ name }) => name)).toEqual(['kind', 'x-tenant']);
    expect([create.security[0]?.[0]?.scheme, bodySchema(create), schemaOf(create, '201')]).toMatchObject([
      { type: 'http', scheme: 'basic' },
      { properties: { size: { type: 'number' } } },
      { required: ['id'] },
    ]);
    expect(lines).toEqual([
      expect.stringMatching(/^65 spec-operation the request "Lost" has a URL that is not one of HTTP/),
      expect.stringMatching(/spec-ignored 1 script/),
      expect.stringMatching(
        /^24 spec-inferred the schemas of createThing are inferred from 1 saved response and 1 request body/,
      ),
      expect.stringMatching(/spec-inferred search has no saved response/),
    ]);
    expect(api.documents.text(api.root.uri)).not.toContain('FAKE-password-1');
  });

  test('texts such as "<integer>" tell the type, and are no examples', async () => {
    const body = '{"id": "<long>", "at": "<dateTime>", "name": "<string>", "list": ["<boolean>"]}';
    const item = {
      ...get({ raw: '{{u}}/things/:id?limit=<integer>', variable: [{ key: 'id', value: '<uuid>' }] }),
      ...{ name: 'List', response: [saved(body)] },
    };
    const { operation } = await load(collection([item]));
    expect(schemaOf(operation('list'))).toMatchObject({
      properties: {
        id: { type: 'integer' },
        at: { type: 'string', format: 'date-time' },
        name: { type: 'string' },
        list: { type: 'array', items: { type: 'boolean' } },
      },
    });
    expect(operation('list').responses[0]?.contents[0]?.examples).toEqual([]);
    expect(
      operation('list').parameters.map(({ schema, node }) => [
        schema?.value,
        (node.value as { example: unknown }).example,
      ]),
    ).toEqual([
      [{ type: 'string', format: 'uuid' }, undefined],
      [{ type: 'integer' }, undefined],
    ]);
  });

  test('requests with one method and path are one operation, named by the first', async () => {
    const { api } = await load(
      collection([
        { name: 'Orders', item: [{ ...get('{{u}}/orders?limit=1'), name: 'List orders' }] },
        { ...get('{{u}}/orders?status=open&tag=a&tag=b'), name: 'List open orders' },
      ]),
    );
    expect(api.operations.map(({ id, node }) => [id, (node.value as { tags: unknown }).tags])).toEqual([
      ['listOrders', ['Orders']],
    ]);
    expect(
      api.operations[0]?.parameters.map(({ name, required, schema }) => [name, required, schema?.value]),
    ).toEqual([
      ['limit', false, { type: 'string' }],
      ['status', false, { type: 'string' }],
      ['tag', false, { type: 'array', items: { type: 'string' } }],
    ]);
  });
});

describe('schemas', () => {
  test('are what all saved bodies of a status have in common', async () => {
    const { operation } = await load(
      collection([
        {
          ...get('{{u}}/things'),
          name: 'List',
          response: [
            saved([
              {
                id: 1,
                price: 1,
                at: '2024-01-31T10:00:00Z',
                on: '2024-02-29',
                tag: 'a',
                mixed: 1,
                gone: null,
              },
              {
                id: 2,
                price: 1.5,
                at: '2024-02-01T10:00:00.5+01:00',
                on: '2024-02-30',
                tag: null,
                mixed: 'x',
                extra: true,
              },
            ]),
            saved([{ id: 3, price: 2, at: '2024-02-01T10:00:00Z', on: '2024-01-01', tag: 'b', mixed: {} }]),
            saved({ error: 'x' }, 500),
          ],
        },
      ]),
    );
    expect(schemaOf(operation('list'))).toEqual({
      type: 'array',
      items: {
        type: 'object',
        required: ['id', 'price', 'at', 'on', 'tag', 'mixed'],
        properties: {
          id: { type: 'integer' },
          price: { type: 'number' },
          at: { type: 'string', format: 'date-time' },
          on: { type: 'string' },
          tag: { type: 'string', nullable: true },
          mixed: { anyOf: [{ type: 'integer' }, { type: 'string' }, { type: 'object' }] },
          gone: {},
          extra: { type: 'boolean' },
        },
      },
      'x-provenance': 'inferred',
    });
    expect(schemaOf(operation('list'), '500')).toMatchObject({ required: ['error'] });
  });

  test('of objects with the same members have what is known of such objects from other responses', async () => {
    const one = (id: number, due: unknown): object => ({ id, title: 'x', due });
    const { operation } = await load(
      collection([
        {
          ...get('{{u}}/things/1'),
          name: 'Read',
          response: [saved(one(1, '2024-01-01')), saved({ due: 1 }, 404)],
        },
        { ...get('{{u}}/things'), name: 'List', response: [saved({ list: [one(1, null), one(2.5, null)] })] },
      ]),
    );
    const properties = {
      id: { type: 'number' },
      title: {},
      due: { type: 'string', format: 'date', nullable: true },
    };
    expect(schemaOf(operation('read'))).toMatchObject({ properties });
    expect(schemaOf(operation('list'))).toMatchObject({ properties: { list: { items: { properties } } } });
    expect(schemaOf(operation('read'), '404')).toMatchObject({ properties: { due: { type: 'integer' } } });
  });

  test('leave the names of maps open', async () => {
    const body = { '2024-01-01': { n: 1 }, '2024-01-02': { n: 2, m: [] } };
    const { operation } = await load(
      collection([{ ...get('{{u}}/days'), name: 'Days', response: [saved(body)] }]),
    );
    expect(schemaOf(operation('days'))).toEqual({
      type: 'object',
      additionalProperties: {
        type: 'object',
        required: ['n'],
        properties: { n: { type: 'integer' }, m: { type: 'array', items: {} } },
      },
      'x-provenance': 'inferred',
    });
  });

  test('of requests require what several accepted bodies have, and nothing if there is one', async () => {
    const one = await load(collection([post(raw('{"name": "a"}'))]));
    expect(bodySchema(one.operation('create'))).toEqual({
      type: 'object',
      properties: { name: { type: 'string' } },
      'x-provenance': 'inferred',
    });
    const sentWith = (text: string): object => ({
      originalRequest: { method: 'POST', url: 'http://x.example/things', body: raw(text) },
    });
    const several = await load(
      collection([
        post(raw('{"name": "a", "size": {{size}}, /* note */ "by": "{{user}}"}'), {
          response: [
            saved({ id: 1 }, 201, 'Made', sentWith('{"name": "b", "note": "x"}')),
            saved({ error: 'x' }, 400, 'Bad', sentWith('{"nam": true}')),
          ],
        }),
      ]),
    );
    expect(bodySchema(several.operation('create'))).toMatchObject({
      required: ['name'],
      properties: { name: { type: 'string' }, size: {}, by: { type: 'string' }, note: { type: 'string' } },
    });
    expect(several.operation('create').requestBody?.contents[0]?.examples.map(({ name }) => name)).toEqual([
      'Made',
    ]);
  });

  test('are not written for another provenance', async () => {
    const item = { ...get('{{u}}/days'), name: 'Days', response: [saved({ a: 1 })] };
    const { operation } = await load(collection([item]), ['page']);
    expect(schemaOf(operation('days'))).toBeUndefined();
    expect(operation('days').responses[0]?.contents[0]?.examples[0]?.value).toEqual({ a: 1 });
  });
});

describe('bodies of requests', () => {
  const contentOf = async (body: object, header: readonly object[] = []): Promise<object> => {
    const item = { name: 'Send', request: { method: 'POST', url: 'http://x.example/a', header, body } };
    const { operation, lines } = await load(collection([item]));
    expect(lines.filter(line => /error|spec-(?!inferred|ignored)/.test(line))).toEqual([]);
    const [content] = operation('send').requestBody?.contents ?? [];
    return { type: content?.mediaType, schema: content?.schema?.value, example: content?.examples[0]?.value };
  };
  const marked = { 'x-provenance': 'inferred' };

  test('raw text has the media type of the header, else of the editor, else plain text', async () => {
    expect(
      await contentOf({ mode: 'raw', raw: '<a/>' }, [
        { key: 'Content-Type', value: 'application/xml; charset=utf-8' },
      ]),
    ).toEqual({ type: 'application/xml', schema: undefined, example: '<a/>' });
    expect(await contentOf({ mode: 'raw', raw: 'hello', options: { raw: { language: 'text' } } })).toEqual({
      type: 'text/plain',
      schema: { type: 'string', ...marked },
      example: 'hello',
    });
  });

  test('the body of a GET is not sent, unless the item says so', async () => {
    const item = { ...get('/a', { body: raw('{"a": 1}') }), name: 'Pruned' };
    const sent = { ...get('/b', { body: raw('{"a": 1}') }), name: 'Sent' };
    const protocolProfileBehavior = { disableBodyPruning: true };
    const { operation } = await load(collection([item, { ...sent, protocolProfileBehavior }]));
    expect([operation('pruned').requestBody, operation('sent').requestBody?.required]).toEqual([
      undefined,
      true,
    ]);
  });

  test('forms leave out disabled fields, and have files', async () => {
    const urlencoded = [
      { key: 'user', value: 'bob', description: 'Who' },
      { key: 'tag', value: 'a' },
      { key: 'tag', value: 'b' },
      { key: 'off', value: 'x', disabled: true },
    ];
    expect(await contentOf({ mode: 'urlencoded', urlencoded })).toEqual({
      type: 'application/x-www-form-urlencoded',
      schema: {
        type: 'object',
        properties: {
          user: { type: 'string', description: 'Who' },
          tag: { type: 'array', items: { type: 'string' } },
        },
        ...marked,
      },
      example: { user: 'bob', tag: ['a', 'b'] },
    });
    const formdata = [
      { key: 'photo', type: 'file', src: '/home/x/p.png' },
      { key: 'meta', type: 'text', value: '{}', contentType: 'application/json' },
    ];
    expect(await contentOf({ mode: 'formdata', formdata })).toEqual({
      type: 'multipart/form-data',
      schema: {
        type: 'object',
        properties: { photo: { type: 'string', format: 'binary' }, meta: { type: 'string' } },
        ...marked,
      },
      example: undefined,
    });
  });

  test('a file is bytes, GraphQL is JSON', async () => {
    expect(await contentOf({ mode: 'file', file: { src: '/a.bin' } })).toEqual({
      type: 'application/octet-stream',
      schema: { type: 'string', format: 'binary', ...marked },
      example: undefined,
    });
    expect(
      await contentOf({ mode: 'graphql', graphql: { query: '{a}', variables: '{"id": 1}' } }),
    ).toMatchObject({
      type: 'application/json',
      schema: { properties: { query: { type: 'string' }, variables: { type: 'object' } } },
      example: { query: '{a}', variables: { id: 1 } },
    });
  });
});

describe('authentication', () => {
  const bearer = { type: 'bearer', bearer: [{ key: 'token', value: 'FAKE-token-123456' }] };
  const apikey = (place: string): object => ({
    type: 'apikey',
    apikey: [
      { key: 'key', value: 'X-Key' },
      { key: 'value', value: 'FAKE-key-123456' },
      { key: 'in', value: place },
    ],
  });

  test('is inherited from folders, replaced by requests, and removed by "noauth"', async () => {
    const named = (name: string, auth?: unknown): Item => ({ ...get(`{{u}}/${name}`, { auth }), name });
    const { api } = await load(
      collection(
        [
          named('inherited'),
          named('none', { type: 'noauth' }),
          {
            name: 'Folder',
            auth: apikey('header'),
            item: [named('folder'), named('own', { type: 'basic' })],
          },
          named('query', apikey('query')),
          named('token', {
            type: 'oauth2',
            oauth2: { grant_type: 'client_credentials', accessTokenUrl: 'https://x.example/t' },
          }),
          {
            ...get('{{u}}/header', {
              header: [{ key: 'Authorization', value: 'Basic dTpw' }],
              auth: { type: 'noauth' },
            }),
            name: 'header',
          },
        ],
        { auth: bearer },
      ),
    );
    expect(
      Object.fromEntries(
        api.operations.map(({ id, security }) => [id, security.flat().map(({ scheme }) => scheme)]),
      ),
    ).toEqual({
      inherited: [{ type: 'http', scheme: 'bearer' }],
      none: [],
      folder: [{ type: 'apiKey', in: 'header', name: 'X-Key' }],
      own: [{ type: 'http', scheme: 'basic' }],
      query: [{ type: 'apiKey', in: 'query', name: 'X-Key' }],
      token: [{ type: 'http', scheme: 'bearer' }],
      header: [{ type: 'http', scheme: 'basic' }],
    });
  });

  test('secrets are in nothing that is read from the collection', async () => {
    const secrets = [
      'FAKE-token-123456',
      'FAKE-key-123456',
      'FAKE-variable-1',
      'FAKE-field-1',
      'FAKE-password-1',
    ];
    const item = {
      ...post(raw('{"password": "FAKE-password-1", "key": "{{apiSecret}}", "echo": "FAKE-token-123456"}')),
      response: [saved({ access_token: 'FAKE-password-1', you: 'sent FAKE-variable-1' }, 200)],
    };
    const request = {
      ...(item.request as object),
      auth: apikey('header'),
      description: 'Use FAKE-key-123456',
    };
    const { api } = await load(
      collection(
        [
          {
            ...item,
            request: { ...request, header: [...JSON_FIELD, { key: 'X-Api-Key', value: 'FAKE-field-1' }] },
          },
        ],
        { auth: bearer, variable: [{ key: 'apiSecret', value: 'FAKE-variable-1', type: 'secret' }] },
      ),
    );
    const { uri } = api.root;
    const all = JSON.stringify(api.root.value) + api.documents.text(uri);
    expect(secrets.filter(secret => all.includes(secret))).toEqual([]);
    expect(all).toContain('"access_token":"XXXX-xxxxxxxx-0"');
  });
});

describe('a server', () => {
  const SECRET = 'FAKE-token-123456';
  let mock: MockServer;
  let file: string;
  beforeAll(async () => {
    file = path.join(root, 'shop.postman_collection.json');
    const list = { ...get('{{baseUrl}}/orders'), name: 'List orders' };
    const response = [
      saved([{ id: 1 }], 200, 'One order'),
      saved([], 200, 'No orders'),
      saved({ error: 'x' }, 401),
    ];
    const create = post(raw('{"quantity": 1}'), {
      name: 'Create order',
      response: [saved({ $ref: 'x.json', id: 1 }, 201)],
    });
    writeFileSync(
      file,
      JSON.stringify(
        collection([{ ...list, response }, create], {
          variable: [{ key: 'baseUrl', value: 'https://api.x.example/v1' }],
          auth: { type: 'bearer', bearer: [{ key: 'token', value: SECRET }] },
        }),
      ),
    );
    mock = await startServer({ specs: [file] });
  });
  afterAll(() => mock.close(0));
  const ask = async (to: string, init: RequestInit = {}): Promise<unknown[]> => {
    const response = await fetch(`${mock.url}${to}`, { headers: { authorization: 'Bearer x' }, ...init });
    return [response.status, await response.json(), response.headers.get('x-deadringer-reason')];
  };

  test('answers with saved responses: the first, one by its name, and that of missing credentials', async () => {
    expect(await ask('/shop/v1/orders')).toEqual([200, [{ id: 1 }], null]);
    expect(await ask('/orders?__example=No%20orders')).toEqual([200, [], null]);
    const headers = { authorization: 'Bearer x', prefer: 'example="No orders"' };
    expect(await ask('/orders', { headers })).toEqual([200, [], null]);
    expect((await ask('/orders', { headers: {} })).slice(0, 2)).toEqual([401, { error: 'x' }]);
  });

  test('says that the schema by which it rejects is inferred', async () => {
    const headers = { authorization: 'Bearer x', 'content-type': 'application/json' };
    const send = (body: string): Promise<unknown[]> => ask('/things', { method: 'POST', headers, body });
    expect(await send('{"quantity": 2}')).toEqual([201, { $ref: 'x.json', id: 1 }, null]);
    // A single saved body has a whole number.
    expect(await send('{"quantity": 2.5}')).toEqual([201, { $ref: 'x.json', id: 1 }, null]);
    const [status, , reason] = await send('{"quantity": "two"}');
    expect(status).toBe(422);
    expect(reason).toMatch(
      /request body \/quantity must be number; got "two" \(inferred schema\) \(.*shop\.postman_collection\.json:1\)/,
    );
  });

  test('and lint say which format they read, and from what the schemas are inferred', async () => {
    const shop = 'test/fixtures/postman/shop.postman_collection.json';
    const linted = await run('lint', shop);
    expect(linted.code).toBe(0);
    expect(linted.out).toMatch(
      / warning the schemas of getOrder are inferred from 2 saved responses \(spec-inferred\)/,
    );
    expect(linted.out).toMatch(/1 document \(Postman collection 2\.1\), 6 operations: no errors\n$/);
    const banner = await serveBanner(mock, (_, text) => text);
    expect(banner).toContain(
      'Documents: Postman collection 2.1\nshop: schemas inferred from 4 saved responses\n',
    );
  });

  test('and a check that should suggest overlays say that a collection gets none', async () => {
    const shop = 'test/fixtures/postman/shop.postman_collection.json';
    const folder = path.join(root, 'overlays');
    const { err, out } = await run('check', shop, '--specs', shop, '--suggest', folder);
    expect(err).toContain(`no overlay for ${shop}: it is a Postman collection 2.1`);
    // The request that was saved with an error is invalid; all else agrees with what was inferred from it.
    expect(out).toMatch(/ 1 {2}rejected /);
    expect(out).toMatch(/ 0 {2}failed/);
    expect(existsSync(folder)).toBe(false);
  });

  test('shows the text of the collection without its secrets', async () => {
    const source = await fetch(`${mock.url}/__deadringer/source?file=${encodeURIComponent(file)}&line=1`);
    const text = await source.text();
    expect(text).toContain('List orders');
    expect(text).not.toContain(SECRET);
  });
});

describe('what is wrong is named where it is, and the rest is used', () => {
  test.each([
    [
      'an item without a request',
      { name: 'Empty' },
      'spec-operation the item "Empty" has no request: it is left out',
    ],
    [
      'a request without a URL',
      { name: 'A', request: { method: 'GET' } },
      'spec-operation the request "A" has no URL: it is left out',
    ],
    [
      'a host that is none',
      get('http://a b/c'),
      'spec-operation the request "Get http://a b/c" has a URL without a valid host: it is left out',
    ],
    [
      'another protocol',
      get('ws://x.example/c'),
      'spec-operation the request "Get ws://x.example/c" has a URL that is not one of HTTP: "ws:": it is left out',
    ],
    [
      'another method',
      { name: 'A', request: { method: 'PURGE', url: '/a' } },
      'spec-operation the request "A" has the method "PURGE": it is left out',
    ],
    [
      'a response without a status',
      { ...get('/a'), response: [{ name: 'R', body: '1' }] },
      'spec-operation the saved response "R" has no status code of a final response: it is not used',
    ],
    [
      'a body that is no JSON',
      { ...get('/a'), response: [saved('{"a":')] },
      'spec-example the body of the saved response "Saved 200" is no application/json, or is nested too deeply: it is not used',
    ],
    [
      'an unknown authentication',
      get('/a', { auth: { type: 'magic' } }),
      'spec-security the authentication "magic" is not known: it is not checked',
    ],
  ])('%s', async (_, item, expected) => {
    const { lines, ids } = await load(collection([get('/good'), item]));
    expect(ids).toContain('GET /good');
    const found = lines.filter(line => !/spec-(?:inferred|ignored)/.test(line));
    expect(found).toEqual([expect.stringMatching(/^\d+ /)]);
    expect(found[0]).toContain(expected);
    // The first seven lines are those of the other request.
    expect(Number.parseInt(found[0] ?? '', 10)).toBeGreaterThan(12);
  });

  test('a truncated file', async () => {
    const text = JSON.stringify(collection([get('/a')]), null, 1);
    await expect(load(text.slice(0, -20))).rejects.toThrow(/postman_collection\.json:\d+: /);
  });

  test('deep folders and bodies', async () => {
    let folder: Item = get('/a');
    for (let level = 0; level < 100; level++) folder = { name: `f${level}`, item: [folder] };
    const deep = { ...get('/b'), response: [saved('['.repeat(600) + ']'.repeat(600))] };
    const { ids } = await load(collection([folder, deep]));
    expect(ids).toEqual(['GET /a', 'GET /b']);
    for (let level = 0; level < 100; level++) folder = { name: `g${level}`, item: [folder] };
    await expect(load(collection([folder]))).rejects.toThrow(/nested too deeply/);
  });

  test('scripts are counted', async () => {
    const event = [
      { listen: 'test', script: { exec: ['pm.test();'] } },
      { listen: 'test', script: { exec: [''] } },
    ];
    const { lines } = await load(collection([{ ...get('/a'), event }], { event }));
    expect(lines.filter(line => line.includes('script'))).toEqual([
      expect.stringContaining('spec-ignored 2 scripts of the collection are not run'),
    ]);
  });
});
