// Names with half of a surrogate pair, which JSON can write and URLs cannot, in documents of each kind.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MockServer, startServer } from '../../src/start.ts';
import { lint } from '../../src/validate/lint.ts';

const HALF = 'a\ud800';
const text = { type: 'string' };
const OPENAPI = {
  openapi: '3.2.0',
  info: { title: HALF, version: HALF },
  paths: {
    [`/x/${HALF}/{${HALF}}`]: {
      parameters: [
        { name: HALF, in: 'path', required: true, schema: text, example: HALF },
        ...['query', 'cookie'].map(place => ({ name: HALF, in: place, schema: text, example: HALF })),
      ],
      post: {
        operationId: HALF,
        tags: [HALF],
        security: [{ [HALF]: [] }],
        requestBody: {
          content: Object.fromEntries(
            ['application/json', 'application/x-www-form-urlencoded', 'application/xml', 'text/csv'].map(
              type => [type, { schema: { $ref: `#/components/schemas/${HALF}` } }],
            ),
          ),
        },
        responses: {
          200: {
            description: HALF,
            content: { 'application/json': { examples: { [HALF]: { dataValue: { [HALF]: HALF } } } } },
          },
        },
        callbacks: { [HALF]: { [`{$request.query#/${HALF}}/${HALF}`]: { post: { responses: {} } } } },
      },
    },
  },
  components: {
    securitySchemes: { [HALF]: { type: 'apiKey', in: 'query', name: HALF } },
    schemas: {
      [HALF]: {
        type: 'object',
        xml: { name: HALF, prefix: HALF, namespace: HALF },
        properties: { [HALF]: text },
        discriminator: { propertyName: HALF, mapping: { [HALF]: HALF }, defaultMapping: HALF },
        oneOf: [{ $ref: `#/components/schemas/${HALF}2` }],
      },
      [`${HALF}2`]: { properties: { [HALF]: text } },
    },
  },
};
const SWAGGER = {
  swagger: '2.0',
  info: { title: HALF, version: '1' },
  paths: { $ref: `other.json` },
};
const OTHER = {
  [`/x/${HALF}/{${HALF}}`]: {
    get: {
      parameters: [{ name: HALF, in: 'path', required: true, type: 'string' }],
      responses: { 200: { description: '', examples: { 'application/json': {} } } },
    },
  },
};
const COLLECTION = {
  info: { name: HALF, schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' },
  item: [
    {
      name: HALF,
      item: [
        {
          name: HALF,
          request: { method: 'POST', url: `http://x.example/x/${HALF}/:${HALF}?${HALF}=${HALF}` },
          response: [{ name: HALF, code: 200, status: 'OK', body: '{}' }],
        },
      ],
    },
  ],
};

let folder: string;
let mock: MockServer;
const errors: unknown[] = [];
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'deadringer-half-'));
  const files = { open: OPENAPI, swagger: SWAGGER, other: OTHER, collection: COLLECTION };
  for (const [name, value] of Object.entries(files))
    writeFileSync(path.join(folder, `${name}.json`), JSON.stringify(value));
  mock = await startServer({
    specs: ['open', 'swagger', 'collection'].map(name => path.join(folder, `${name}.json`)),
    onError: error => errors.push(error),
  });
});
afterAll(async () => {
  await mock.close(0);
  rmSync(folder, { recursive: true });
});

test('documents are linted and served', async () => {
  lint(mock.state.config.contract);
  for (const { name, operations } of mock.state.config.contract.apis) {
    expect({ name, operations: operations.length }).toEqual({ name, operations: 1 });
    for (const { method } of operations)
      for (const type of ['application/json', 'application/xml', 'text/csv', 'text/plain']) {
        const url = `${mock.url}/${name}/x/${encodeURIComponent(HALF.toWellFormed())}/1?a%EF%BF%BD=1`;
        const response = await fetch(url, {
          // "*": every method of a path whose reference has no target.
          method: method === '*' ? 'GET' : method,
          ...(method === 'POST' && { headers: { 'content-type': type }, body: '{"a":1}' }),
        });
        expect(await response.text()).not.toContain('deadringer:bug');
      }
  }
  for (const route of ['apis', 'scenarios', 'sessions/default/journal', 'sessions/default/coverage'])
    expect((await fetch(`${mock.url}/__deadringer/${route}`)).status).toBe(200);
  for (const { name, operations } of mock.state.config.contract.apis)
    for (const { id } of operations) {
      const operation = encodeURIComponent(id.toWellFormed());
      const sample = `${mock.url}/__deadringer/apis/${name}/operations/${operation}/sample-request`;
      expect((await fetch(sample)).status).not.toBe(500);
    }
  expect(errors).toEqual([]);
});
