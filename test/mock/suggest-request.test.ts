// The request that the banner and the hints suggest: the mock that suggests it accepts it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isRecorded } from '../../src/exchange/exchange.ts';
import { suggestFirst } from '../../src/mock/respond/suggest-request.ts';
import { type MockServer, startServer } from '../../src/start.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'deadringer-suggest-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const OK = 'responses: { "200": { description: ok } }';
const post = (body: string): string =>
  `{ post: { requestBody: { required: true, content: { ${body} } }, ${OK} } }`;
const get = (parameters: string): string => `{ get: { parameters: [${parameters}], ${OK} } }`;
const OBJECT =
  'type: object, required: [email, count, kind], properties: { id: { type: string, readOnly: true }, email: { type: string, format: email }, count: { type: integer, minimum: 17, multipleOf: 5 }, kind: { enum: [x, y] }, code: { type: string, pattern: "^[A-Z]{2}-[0-9]{3}$" } }';

async function serve(name: string, paths: string): Promise<MockServer> {
  const file = path.join(folder, `${name}.yaml`);
  writeFileSync(
    file,
    `openapi: 3.0.3\ninfo: { title: t, version: "1" }\nservers: [{ url: /v2 }]\npaths:\n${paths}\n`,
  );
  return await startServer({ specs: [file] });
}

async function statusOfSuggestion(mock: MockServer, name: string): Promise<number | undefined> {
  const suggested = await suggestFirst(mock.state.config.contract.apis.flatMap(api => api.operations));
  if (suggested === undefined) return undefined;
  const { method, path: at, query, headers, body } = suggested.request;
  const fields = Object.entries(headers).flatMap(([field, values]) =>
    (values ?? []).map((value): [string, string] => [field, value]),
  );
  const response = await fetch(`${mock.url}/${name}/v2${at}?${query}`, {
    method,
    headers: fields,
    ...(isRecorded(body) && body.length > 0 && { body: new Uint8Array(body) }),
  });
  return response.status;
}

describe('a valid request is suggested for an operation that needs', () => {
  test.each([
    ['a JSON body', post(`application/json: { schema: { ${OBJECT} } }`)],
    [
      'a JSON body with an invalid example',
      post(`application/json: { example: { count: 1 }, schema: { ${OBJECT} } }`),
    ],
    ['a form', post(`application/x-www-form-urlencoded: { schema: { ${OBJECT} } }`)],
    ['several parts', post(`multipart/form-data: { schema: { ${OBJECT} } }`)],
    ['any media type', post(`"*/*": { schema: { ${OBJECT} } }`)],
    ['text', post('text/plain: { schema: { type: string, minLength: 12 } }')],
    ['bytes', post('application/octet-stream: { schema: { type: string, format: binary } }')],
    ['XML', post('application/xml: { schema: { type: object } }')],
    [
      'a number in a range',
      get('{ name: n, in: query, required: true, schema: { type: integer, minimum: 40, maximum: 42 } }'),
    ],
    [
      'a header with a pattern',
      get('{ name: X-Shard, in: header, required: true, schema: { type: string, pattern: "^s[0-9]{4}$" } }'),
    ],
    [
      'a cookie with a length',
      get('{ name: c, in: cookie, required: true, schema: { type: string, minLength: 15 } }'),
    ],
    [
      'a list',
      get(
        '{ name: l, in: query, required: true, schema: { type: array, minItems: 2, items: { type: integer } } }',
      ),
    ],
    [
      'a list with commas',
      get(
        '{ name: l, in: query, required: true, explode: false, schema: { type: array, minItems: 2, items: { type: integer } } }',
      ),
    ],
    [
      'a deep object',
      get(
        '{ name: o, in: query, required: true, style: deepObject, schema: { type: object, required: [a], properties: { a: { type: integer, minimum: 9 } } } }',
      ),
    ],
    [
      'JSON in the query',
      get(
        '{ name: j, in: query, required: true, content: { application/json: { schema: { type: object, required: [a], properties: { a: { type: integer } } } } } }',
      ),
    ],
    [
      'a parameter whose example is invalid',
      get('{ name: n, in: query, required: true, example: 1, schema: { type: integer, minimum: 40 } }'),
    ],
  ])('%s', async (title, item) => {
    const name = title.replaceAll(' ', '-');
    const mock = await serve(name, `  /things: ${item}`);
    try {
      expect(await statusOfSuggestion(mock, name)).toBe(200);
    } finally {
      await mock.close(0);
    }
  });

  test('a path with a date and an undeclared variable', async () => {
    const parameter =
      '{ name: day, in: path, required: true, schema: { type: string, format: date, pattern: "^20" } }';
    const mock = await serve('dates', `  /days/{day}/notes/{note}: ${get(parameter)}`);
    try {
      expect(await statusOfSuggestion(mock, 'dates')).toBe(200);
    } finally {
      await mock.close(0);
    }
  });
});

test('a read is suggested rather than a write, and nothing that cannot be served', async () => {
  const mock = await serve(
    'order',
    `  /dead: { get: { $ref: "#/no" } }\n  /gone: { get: { responses: { "404": { description: no } } } }\n  /a: ${post('application/json: {}')}\n  /b: ${get('')}`,
  );
  try {
    const suggested = await suggestFirst(mock.state.config.contract.apis.flatMap(api => api.operations));
    expect(suggested?.operation.id).toBe('GET /b');
  } finally {
    await mock.close(0);
  }
});

test('the hint of an unknown path is a request that is accepted', async () => {
  const mock = await serve('hints', `  /things: ${post(`application/json: { schema: { ${OBJECT} } }`)}`);
  try {
    const response = await fetch(`${mock.url}/hints/v2/thing`, { method: 'POST' });
    expect(response.status).toBe(404);
    const { hint } = (await response.json()) as { hint: string };
    const [, body = ''] = /--data-raw '(\{.*\})'/.exec(hint) ?? [];
    const headers = { 'content-type': 'application/json' };
    const accepted = await fetch(`${mock.url}/hints/v2/things`, { method: 'POST', headers, body });
    expect(accepted.status).toBe(200);
  } finally {
    await mock.close(0);
  }
});
