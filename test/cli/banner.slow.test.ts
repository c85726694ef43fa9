// The requests under "Try:" that "serve" prints: a shell runs each line, and the mock answers with a success.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Running, start } from './program.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'deadringer-banner-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function linesOf(program: Running): Promise<readonly string[]> {
  const [banner] = await program.line(/^[\s\S]*Press Ctrl-C/);
  const [, text = ''] = /Try:\n([\s\S]*?)\n\nPress/.exec(banner) ?? [];
  return text.split('\n').map(line => line.trim());
}

/** The status that the command gets, as a shell runs it. */
async function statusOf(shell: string, command: string): Promise<string> {
  const options = '--silent --show-error --output /dev/null --write-out "%{http_code}"';
  const { stdout } = await promisify(execFile)(shell, ['-c', `${command} ${options}`]);
  return stdout;
}

test('the documents of the repository have a line each', async () => {
  const lines = await linesOf(start(['serve', '--port', '0']));
  expect(lines).toHaveLength(5);
  for (const line of lines)
    expect({ line, status: await statusOf('sh', line) }).toEqual({ line, status: '200' });
});

const OK = 'responses: { "200": { description: ok } }';
const get = (parameters: string): string => `{ get: { parameters: [${parameters}], ${OK} } }`;
const post = (content: string): string =>
  `{ post: { requestBody: { required: true, content: { ${content} } }, ${OK} } }`;
const query = (name: string, schema: string, more = ''): string =>
  `{ name: ${name}, in: query, required: true, ${more} schema: ${schema} }`;
const at = (name: string, schema: string, more = ''): string =>
  `{ name: ${name}, in: path, required: true, ${more} schema: ${schema} }`;
const ITEM =
  '{ type: object, required: [id, tags], properties: { id: { type: integer, xml: { attribute: true } }, tags: { type: array, minItems: 2, xml: { wrapped: true }, items: { type: string } } } }';
const NUMBERS = '{ type: array, minItems: 2, items: { type: integer, minimum: 5 } }';

describe('the line works for', () => {
  test.each([
    [
      'a required header',
      '/a',
      get(`{ name: X-Mode, in: header, required: true, schema: { enum: ["it's", slow] } }`),
    ],
    [
      'a cookie',
      '/a',
      get('{ name: c, in: cookie, required: true, schema: { type: string, minLength: 9 } }'),
    ],
    ['a query array', '/a', get(query('ids', NUMBERS))],
    ['a query array with pipes', '/a', get(query('ids', NUMBERS, 'style: pipeDelimited, explode: false,'))],
    ['a query array with blanks', '/a', get(query('ids', NUMBERS, 'style: spaceDelimited, explode: false,'))],
    ['brackets in a name', '/a', get(query('"ids[]"', NUMBERS))],
    [
      'a deep object',
      '/a',
      get(
        query(
          'f',
          '{ type: object, required: [from, to], properties: { from: { type: string, format: date }, to: { type: integer } } }',
          'style: deepObject,',
        ),
      ),
    ],
    [
      'an object in the query',
      '/a',
      get(query('f', '{ type: object, required: [n], properties: { n: { type: integer } } }')),
    ],
    [
      'a pattern in the path',
      '/a/{sku}/b',
      get(at('sku', '{ type: string, pattern: "^[A-Z]{3}-[0-9]{4}$" }')),
    ],
    ['an enum in the path', '/a/{kind}', get(at('kind', '{ enum: ["a b", "c/d"] }'))],
    ['a uuid in the path', '/a/{id}', get(at('id', '{ type: string, format: uuid }'))],
    ['a path in label style', '/a/{id}', get(at('id', NUMBERS, 'style: label,'))],
    ['a path in matrix style', '/a/{id}', get(at('id', NUMBERS, 'style: matrix, explode: true,'))],
    [
      'a path with dots',
      '/v1.0/a.b/{name}.{format}',
      get(`${at('name', '{ type: string }')}, ${at('format', '{ enum: [json, xml] }')}`),
    ],
    ['a path with blanks and signs', "/a b/it's/{id}:go", get(at('id', '{ type: integer }'))],
    ['a form', '/a', post(`application/x-www-form-urlencoded: { schema: ${ITEM} }`)],
    ['several parts', '/a', post(`multipart/form-data: { schema: ${ITEM} }`)],
    [
      'a file in several parts',
      '/a',
      post(
        'multipart/form-data: { schema: { type: object, required: [file, meta], properties: { file: { type: string, format: binary }, meta: { type: object, required: [n], properties: { n: { type: integer } } } } } }',
      ),
    ],
    ['XML', '/a', post(`application/xml: { schema: ${ITEM} }`)],
    ['bytes', '/a', post('application/octet-stream: { schema: { type: string, format: binary } }')],
    ['a picture', '/a', post('image/png: {}')],
    ['text', '/a', post(`text/plain: { schema: { type: string }, example: "two\\nlines of 'text'" }`)],
    [
      'a body of JSON Patch',
      '/a',
      post(
        'application/json-patch+json: { schema: { type: array, minItems: 1, items: { type: object, required: [op, path], properties: { op: { enum: [add] }, path: { type: string, pattern: "^/" } } } } }',
      ),
    ],
    ['the path /', '/', get('')],
    ['a status that is a range', '/a', '{ get: { responses: { 2XX: { description: ok } } } }'],
    ['a response for all statuses', '/a', '{ get: { responses: { default: { description: ok } } } }'],
  ])('%s', async (_, template, item) => {
    await expectLine(`  ${JSON.stringify(template)}: ${item}`);
  });

  test.each([
    ['an API key in a header', '{ type: apiKey, in: header, name: X-Key }'],
    ['an API key in the query', '{ type: apiKey, in: query, name: api key }'],
    ['an API key in a cookie', '{ type: apiKey, in: cookie, name: sid }'],
    ['basic authentication', '{ type: http, scheme: basic }'],
    ['digest authentication', '{ type: http, scheme: digest }'],
    ['a bearer token', '{ type: http, scheme: bearer, bearerFormat: JWT }'],
    [
      'OAuth',
      '{ type: oauth2, flows: { clientCredentials: { tokenUrl: "https://x.example/t", scopes: {} } } }',
    ],
    ['OpenID Connect', '{ type: openIdConnect, openIdConnectUrl: "https://x.example/c" }'],
  ])('%s', async (_, scheme) => {
    await expectLine(
      `  /a: ${get('')}\nsecurity: [{ s: [] }]\ncomponents: { securitySchemes: { s: ${scheme} } }`,
    );
  });

  test('a document with the name of its paths, beside another with the same path', async () => {
    const files = ['pets', 'shop'].map(name =>
      write(name, `  /pets: ${get('')}\n  /${name}/status: ${get('')}`),
    );
    const lines = await linesOf(start(['serve', '--port', '0', '--specs', ...files]));
    expect(lines.map(line => new URL(line.slice('curl '.length)).pathname)).toEqual([
      '/pets/pets',
      '/shop/pets',
    ]);
    for (const line of lines) expect(await statusOf('sh', line)).toBe('200');
  });
});

function write(name: string, paths: string): string {
  const file = path.join(folder, `${name}.yaml`);
  const head = 'openapi: 3.1.0\ninfo: { title: t, version: "1" }\nservers: [{ url: "https://x.example/v2" }]';
  writeFileSync(file, `${head}\npaths:\n${paths}\n`);
  return file;
}

async function expectLine(paths: string): Promise<void> {
  const [line = ''] = await linesOf(start(['serve', '--port', '0', '--specs', write('api', paths)]));
  for (const shell of ['sh', 'bash'])
    expect({ shell, line, status: await statusOf(shell, line) }).toEqual({ shell, line, status: '200' });
}
