// Stub mappings of WireMock as scenarios: what becomes of each construct, what is named as lost, and input that is broken.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parseFile } from '../../src/document/parse.ts';
import type { Rule } from '../../src/scenario/scenario.ts';
import { run } from '../cli/program.ts';

interface Report {
  readonly losses: readonly {
    file: string;
    line: number;
    construct: string;
    reason: string;
    remedy: string;
  }[];
  readonly files: readonly string[];
  readonly serve: string;
}

interface ImportRun {
  readonly code: number | null;
  readonly err: string;
  readonly rules: readonly Rule[];
  readonly report: Report | undefined;
  readonly folder: string;
}

/** @param input a JSON value, or a text that is written as it is */
async function importStubs(input: unknown, ...args: string[]): Promise<ImportRun> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'deadringer-import-'));
  const file = path.join(folder, 'stubs.json');
  writeFileSync(file, typeof input === 'string' ? input : JSON.stringify(input, null, 1));
  const out = path.join(folder, 'out');
  const ended = await run('import', file, '--output', out, '--json', ...args);
  const scenario = path.join(out, 'stubs/wiremock.yaml');
  const parsed = existsSync(scenario) ? parseFile(scenario, readFileSync(scenario, 'utf8')) : undefined;
  const rules = parsed !== undefined && 'value' in parsed ? (parsed.value as { rules: Rule[] }).rules : [];
  const report = ended.out.startsWith('{') ? (JSON.parse(ended.out) as Report) : undefined;
  return { code: ended.code, err: ended.err, rules, report, folder };
}

const stub = (
  request: object,
  response: object = { status: 200, body: 'yes' },
  more: object = {},
): object => ({
  request: { method: 'GET', urlPath: '/a', ...request },
  response,
  ...more,
});

const whenOf = async (request: object): Promise<unknown> => (await importStubs(stub(request))).rules[0]?.when;

test.each([
  [{ queryParameters: { q: { equalTo: 'x' } } }, { query: { q: 'x' } }],
  [{ queryParameters: { q: { equalTo: '7' } } }, { query: { q: { 'one-of': ['7', 7] } } }],
  [{ queryParameters: { q: { absent: true } } }, { query: { q: { exists: false } } }],
  [{ headers: { A: { contains: 'a.b' } } }, { headers: { A: { matches: 'a\\.b' } } }],
  [{ headers: { A: { doesNotMatch: 'x+' } } }, { headers: { A: { matches: '^(?:x+)$', not: true } } }],
  [
    { cookies: { c: { equalTo: 'Ab', caseInsensitive: true } } },
    { cookies: { c: { matches: '^[aA][bB]$' } } },
  ],
  [{ basicAuthCredentials: { username: 'a', password: 'b' } }, { headers: { Authorization: 'Basic YTpi' } }],
  [{ bodyPatterns: [{ equalToJson: '[1]' }] }, { body: { '': { equals: [1] } } }],
  [{ bodyPatterns: [{ equalTo: 'abc' }] }, { text: 'abc' }],
  [{ multipartPatterns: [{ bodyPatterns: [{ contains: 'a' }] }] }, { body: { '$.*': { matches: 'a' } } }],
  [
    { multipartPatterns: [{ matchingType: 'ALL', bodyPatterns: [{ contains: 'a' }] }] },
    { body: { '': { schema: { type: 'object', additionalProperties: { pattern: 'a' } } } } },
  ],
  [{ scheme: 'http' }, undefined],
  [{ bodyPatterns: [{ matchesJsonPath: '$.a' }] }, { body: { '$.a': { exists: true } } }],
  [
    { bodyPatterns: [{ or: [{ contains: 'a' }, { contains: 'b' }] }] },
    {
      text: {
        schema: {
          anyOf: [
            { type: 'string', pattern: 'a' },
            { type: 'string', pattern: 'b' },
          ],
        },
      },
    },
  ],
])('%j', async (request, when) => {
  expect(await whenOf(request)).toEqual(when);
});

test.each([
  ['multipartPatterns', { multipartPatterns: [7] }, '/request/multipartPatterns/0'],
  ['headers', { multipartPatterns: [{ headers: {} }] }, '/request/multipartPatterns/0/headers'],
  [
    'bodyPatterns',
    { multipartPatterns: [{ bodyPatterns: [{ equalToJson: {} }] }] },
    '/request/multipartPatterns/0/bodyPatterns',
  ],
  ['urlPth', { urlPth: '/b' }, '/request/urlPth'],
  ['scheme', { scheme: 'https' }, '/request/scheme'],
  ['customMatcher', { customMatcher: { name: 'mine' } }, '/request/customMatcher'],
  ['clientIp', { clientIp: { equalTo: '127.0.0.1' } }, '/request/clientIp'],
  ['equalToXml', { bodyPatterns: [{ equalToXml: '<a/>' }] }, '/request/bodyPatterns/0'],
  ['matchesXPath', { bodyPatterns: [{ matchesXPath: '//a' }] }, '/request/bodyPatterns/0'],
  ['before', { headers: { Date: { before: 'now' } } }, '/request/headers/Date'],
  [
    'JSONPath',
    { bodyPatterns: [{ matchesJsonPath: '$.a[?(@.b =~ /x/)]' }] },
    '/request/bodyPatterns/0/matchesJsonPath',
  ],
  ['regular expression', { headers: { A: { matches: '(' } } }, '/request/headers/A'],
  [
    'regular expression of a URL',
    { urlPath: undefined, urlPathPattern: '/a(/b)?' },
    '/request/urlPathPattern',
  ],
  ['method', { method: 'PURGE' }, '/request/method'],
  [
    'and, or, not',
    { bodyPatterns: [{ or: [{ contains: 'a' }, { equalToJson: {} }] }] },
    '/request/bodyPatterns/0',
  ],
  ['JSON in a text', { bodyPatterns: [{ equalToJson: '{' }] }, '/request/bodyPatterns/0/equalToJson'],
])('a stub with %s is left out, and named with its line', async (construct, request, pointer) => {
  const mappings = [stub({ urlPath: '/kept' }), stub(request)];
  const { rules, report, folder, code } = await importStubs({ mappings });
  expect(rules.map(({ on }) => on)).toEqual(['GET /kept']);
  const loss = report?.losses.find(each => each.construct === construct);
  expect(loss?.reason).toMatch(/; the rule is left out$/);
  const text = readFileSync(path.join(folder, 'stubs.json'), 'utf8');
  const source = parseFile('stubs.json', text);
  expect(loss?.line).toBe('locate' in source ? source.locate(`/mappings/1${pointer}`).line : 0);
  expect(code).toBe(0);
});

test('a template without its transformer is sent as it is, and named', async () => {
  const { rules, report } = await importStubs(stub({}, { body: 'Hi {{request.query.who}}' }));
  expect(report?.losses[0]?.construct).toBe('{{ without response-template');
  expect(rules[0]?.reply).toMatchObject({ body: { $text: '{{ "" }}Hi {{ "{{" }}request.query.who}}' } });
});

test('what a reply cannot have is named, and the rest of the reply is kept', async () => {
  const { rules, report } = await importStubs(
    stub(
      {},
      {
        status: 200,
        statusMessage: 'Fine',
        body: '{{hostname}} {{#nothing}}x{{/nothing}} {{upper request.query.q}}',
        transformers: ['response-template', 'mine'],
        delayDistribution: { type: 'gamma' },
        fault: 'UNKNOWN',
      },
      { postServeActions: [{ name: 'webhook' }] },
    ),
  );
  expect(report?.losses.map(({ construct }) => construct)).toEqual([
    'statusMessage',
    'transformer mine',
    '{{hostname}}',
    '{{nothing}}',
    'delayDistribution gamma',
    'fault UNKNOWN',
    'postServeActions',
    'requests without a rule',
  ]);
  expect(report?.losses.every(({ remedy, reason }) => remedy !== '' && reason !== '')).toBe(true);
  expect(rules[0]?.reply).toMatchObject({
    status: 200,
    body: { $text: '  {{ request.query.q | upcase }}{{ "" }}' },
  });
});

test('rules are for the operations of --specs, and stubs without one are named', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'deadringer-import-'));
  const document = path.join(folder, 'shop.yaml');
  writeFileSync(
    document,
    `openapi: 3.1.0
info: { title: Shop, version: '1' }
servers: [{ url: https://shop.example/v1 }]
paths:
  /items/{id}:
    get:
      operationId: getItem
      parameters: [{ name: id, in: path, required: true, schema: { type: integer } }]
      responses: { 200: { description: Found, content: { application/json: { schema: { type: object, required: [id] } } } } }
`,
  );
  const mappings = [
    stub({ urlPath: '/v1/items/7' }, { status: 200, jsonBody: { id: 7 } }),
    stub({ urlPath: '/items/8' }, { status: 418, body: 'tea' }),
    stub({ urlPath: '/elsewhere' }),
  ];
  writeFileSync(path.join(folder, 'stubs.json'), JSON.stringify({ mappings }, null, 1));
  const out = path.join(folder, 'out');
  const stubs = (text: string): number => text.split('off-contract').length - 1;
  const { out: printed, code } = await run(
    ...['import', path.join(folder, 'stubs.json'), '--specs', document, '--output', out],
  );
  expect(code).toBe(0);
  expect(printed).toContain('no operation of the documents has this method and path');
  const linted = await run('lint', document, '--scenarios', out);
  expect(linted.out).toContain('1 scenario: no errors');
  const text = readFileSync(path.join(out, 'shop/wiremock.yaml'), 'utf8');
  expect(text).toContain('on: GET /items/{id}');
  expect(text).toMatch(
    /off-contract: "?imported from stubs\.json:\d+: status 418 is not declared by getItem/,
  );
  expect(stubs(text)).toBe(1);
  expect(existsSync(path.join(out, 'stubs.openapi.yaml'))).toBe(false);
});

test('a segment of the path has an example that the expression matches, so that a template with it is JSON', async () => {
  const headers = { 'Content-Type': 'application/json' };
  const body = '{"id": {{request.pathSegments.[1]}}}';
  const { rules, folder } = await importStubs(
    stub(
      { urlPath: undefined, urlPathPattern: '/orders/[0-9]+' },
      { status: 200, headers, body, transformers: ['response-template'] },
    ),
  );
  expect(rules[0]?.reply).not.toHaveProperty('off-contract');
  expect(readFileSync(path.join(folder, 'out/stubs.openapi.yaml'), 'utf8')).toContain('example: "1"');
});

test('files of the user are not overwritten, and imported ones only with --force', async () => {
  const { folder } = await importStubs(stub({}));
  const args = ['import', path.join(folder, 'stubs.json'), '--output', path.join(folder, 'out')];
  expect((await run(...args)).code).toBe(0);
  const scenario = path.join(folder, 'out/stubs/wiremock.yaml');
  writeFileSync(scenario, `${readFileSync(scenario, 'utf8')}# mine\n`);
  expect(await run(...args)).toMatchObject({
    code: 2,
    err: expect.stringContaining('--force overwrites it') as string,
  });
  expect((await run(...args, '--force')).code).toBe(0);
  writeFileSync(scenario, '# all mine\n');
  expect((await run(...args, '--force')).err).toContain('was not made by this command');
});

test.each([
  ['{', /stubs\.json:1: /],
  ['[]', /cannot tell which tool .* is of/],
  ['{"paths":{}}', /it has "paths"; --from names the tool/],
  ['{"openapi":"3.1.0"}', /is an OpenAPI document, which needs no import/],
  ['{"info":{"_postman_id":"a"},"item":[]}', /is a Postman collection, which needs no import/],
  ['PK\x03\x04', /stubs\.json is a ZIP archive: unpack it, and import the folder/],
  ['{\0', /is no text in UTF-8/],
])('%j is refused with the reason', async (text, message) => {
  const { code, err } = await importStubs(text);
  expect(code).toBe(2);
  expect(err).toMatch(message);
});

test.each([
  { mappings: [] },
  { mappings: [{ request: {}, response: {} }] },
  {
    request: { urlPath: 7, method: [], headers: [], bodyPatterns: {} },
    response: { status: 'x', headers: 7, body: {} },
  },
  stub({ bodyPatterns: [{ not: { not: { not: {} } } }] }, {}),
])('%j does not end the program', async input => {
  const { code, err } = await importStubs(input);
  expect([0, 3]).toContain(code);
  expect(err).not.toContain('internal error');
});

test('a program is never run, and said to be none of the input', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'deadringer-import-'));
  mkdirSync(path.join(folder, 'mappings'));
  writeFileSync(path.join(folder, 'mappings/a.js'), 'throw new Error("run")');
  writeFileSync(path.join(folder, 'mappings/b.json'), JSON.stringify(stub({})));
  const { out, code } = await run('import', folder, '--output', path.join(folder, 'out'));
  expect(out).toMatch(/a\.js:1 +file +it is a program/);
  expect(code).toBe(0);
});

test('a reply that the document declares otherwise does not stop the import, and a missing type is no violation', async () => {
  const mappings = [
    stub(
      { urlPath: '/a/0' },
      { status: 404, jsonBody: { a: 1 }, headers: { 'Content-Type': 'application/json' } },
    ),
    stub({ urlPath: undefined, urlPathPattern: '/a/[0-9]+' }, { status: 200, body: 'x' }),
  ];
  const { rules, code } = await importStubs({ mappings });
  expect(code).toBe(0);
  expect(rules.map(rule => [rule.on, (rule.reply as { 'off-contract'?: string })['off-contract']])).toEqual([
    ...['GET /a/{part2}', 'GET /a/0', 'GET /a/0', 'GET /a/{part2}'].map(on => [on, undefined]),
    ['GET /a/{part2}', expect.stringMatching(/^no imported rule applies: response body is missing/)],
  ]);
});

test('files keep their names, without folders, and those of one name are told apart', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'deadringer-import-'));
  mkdirSync(path.join(folder, 'mappings'));
  mkdirSync(path.join(folder, '__files/b'), { recursive: true });
  writeFileSync(path.join(folder, '__files/a.png'), 'one');
  writeFileSync(path.join(folder, '__files/b/a.png'), 'two');
  const mappings = ['a.png', 'b/a.png', '../mappings/all.json', '../../../../../../etc/hostname'].map(
    (bodyFileName, index) => stub({ urlPath: `/${index}` }, { bodyFileName }),
  );
  writeFileSync(path.join(folder, 'mappings/all.json'), JSON.stringify({ mappings }));
  const { out, code } = await run(
    ...['import', folder, '--output', path.join(folder, 'out'), '--name', 'x', '--json'],
  );
  const { files, losses } = JSON.parse(out) as Report;
  expect(code).toBe(0);
  expect(files.map(file => path.relative(path.join(folder, 'out'), file))).toEqual([
    ...['x.openapi.yaml', 'x/files/all.json', 'x/files/a.png', 'x/files/a-2.png', 'x/wiremock.yaml'],
  ]);
  expect(losses[0]?.reason).toMatch(/hostname is not in the folder of the rules; the rule is left out/);
});

test('an import that fails leaves no file behind, and restores the document', async () => {
  const { folder } = await importStubs(stub({}));
  const document = path.join(folder, 'out/stubs.openapi.yaml');
  const before = readFileSync(document, 'utf8');
  writeFileSync(path.join(folder, 'out/stubs/wiremock.yaml'), '# mine');
  writeFileSync(path.join(folder, 'stubs.json'), JSON.stringify(stub({ urlPath: '/other' })));
  const args = ['import', path.join(folder, 'stubs.json'), '--output', path.join(folder, 'out'), '--force'];
  expect((await run(...args)).err).toContain('was not made by this command');
  expect(readFileSync(document, 'utf8')).toBe(before);
});

test('two thousand stubs that are left out are listed one by one', async () => {
  const mappings = Array.from({ length: 2000 }, (_, index) =>
    stub({ urlPath: `/things/${index}`, headers: { A: { before: 'x' } } }),
  );
  const { report, code } = await importStubs({ mappings });
  expect(code).toBe(3);
  expect(report?.losses.length).toBe(2000);
});
