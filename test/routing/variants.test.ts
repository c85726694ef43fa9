// Several operations with one method and path: the query and header fields of a request select one of them.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { splitTarget } from '../../src/exchange/exchange.ts';
import { loadContract } from '../../src/index.ts';
import { createTargetMatcher } from '../../src/routing/match-target.ts';
import { type MockServer, startServer } from '../../src/start.ts';

const get = (name: string, ...parameters: object[]): object => ({
  operationId: name,
  parameters,
  responses: { 200: { description: 'ok', content: { 'text/plain': { example: name } } } },
});
const fixed = (location: string, name: string, schema: object, more = {}): object => ({
  in: location,
  name,
  required: true,
  schema,
  ...more,
});
const bucket = { in: 'path', name: 'bucket', required: true, schema: { type: 'string' } };
const action = (name: string): object => ({
  get: get(name, fixed('query', 'Action', { type: 'string', enum: [name] })),
});
const target = (name: string): object => ({
  post: get(name, fixed('header', 'X-Store-Target', { $ref: `#/components/schemas/${name}` })),
});

const document = {
  openapi: '3.1.0',
  info: { title: 't', version: '1' },
  components: { schemas: { 'S.List': { const: 'S.List' }, 'S.Drop': { enum: ['S.Drop'] } } },
  paths: {
    '/search?type=a': { get: get('searchA') },
    '/search?type=b&deep': { get: get('searchDeepB') },
    '/search': { get: get('search') },
    '/find?q={q}': { get: get('findByQuery') },
    '/find?id={id}#byId': { get: get('findById') },
    '/#Action=Start': action('Start'),
    '/#Action=Stop': action('Stop'),
    '/#X-Store-Target=S.List': target('S.List'),
    '/#X-Store-Target=S.Drop': target('S.Drop'),
    '/b/{bucket}': { get: get('listObjects', bucket) },
    '/b/{bucket}#acl': {
      get: get(
        'getAcl',
        bucket,
        fixed('query', 'acl', { type: 'boolean', enum: [true] }, { allowEmptyValue: true }),
      ),
    },
    '/b/{bucket}#uploadId': { get: get('getUpload', bucket, fixed('query', 'uploadId', { type: 'string' })) },
    '/rows{?page,size}': { get: get('listRows') },
  },
};

let folder: string;
let server: MockServer;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'variants-'));
  writeFileSync(path.join(folder, 'shop.json'), JSON.stringify(document));
  server = await startServer({ specs: [folder] });
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

describe('of operations with one method and path', () => {
  const requests: [string, string, Record<string, string>?][] = [
    ['GET /search?type=a', 'searchA'],
    ['GET /search?x=1&type=%61', 'searchA'],
    ['GET /search?type=b&deep=1', 'searchDeepB'],
    ['GET /search?type=b', 'search'],
    ['GET /search', 'search'],
    ['GET /find?q=1', 'findByQuery'],
    ['GET /find?id=1', 'findById'],
    ['GET /?Action=Start', 'Start'],
    ['GET /?Action=Stop', 'Stop'],
    ['POST /', 'S.List', { 'x-store-target': 'S.List' }],
    ['POST /', 'S.Drop', { 'X-Store-Target': 'S.Drop' }],
    ['GET /b/one', 'listObjects'],
    ['GET /b/one?acl', 'getAcl'],
    ['GET /b/one?acl=true', 'getAcl'],
    ['GET /b/one?uploadId=7', 'getUpload'],
    ['GET /rows?page=2', 'listRows'],
  ];

  test.each(requests)(
    'the one that the request fits is served: %s is %s',
    async (line, name, headers = {}) => {
      const [method = '', rest = ''] = line.split(' ');
      const response = await fetch(`${server.url}/shop${rest}`, { method, headers });
      expect(await response.text()).toBe(name);
    },
  );

  test.each(requests)(
    'the one that a recorded request fits is checked: %s is %s',
    async (line, name, headers = {}) => {
      const { contract } = await loadContract([folder], { relativeTo: folder });
      const [method = '', rest = ''] = line.split(' ');
      const matched = createTargetMatcher(
        contract,
        [],
      )({
        origin: 'http://localhost',
        exchange: {
          id: '1',
          startedAt: 0,
          duration: 0,
          request: {
            method,
            ...splitTarget(`/shop${rest}`),
            headers: Object.fromEntries(
              Object.entries(headers).map(([key, value]) => [key.toLowerCase(), [value]]),
            ),
            body: new Uint8Array(),
          },
        },
      } as never);
      expect(matched).toMatchObject({ operation: { id: name } });
    },
  );

  test('the first is served when the request fits none', async () => {
    const response = await fetch(`${server.url}/shop/?Action=Sleep`);
    expect(response.status).toBe(422);
    expect(await response.text()).toContain('must be one of Start; got');
  });
});
