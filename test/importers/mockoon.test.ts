// Environments of Mockoon as scenarios: rules, modes, resources, what is named as lost, and input that is broken.
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parseFile } from '../../src/document/parse.ts';
import type { Rule } from '../../src/scenario/scenario.ts';
import { run } from '../cli/program.ts';

interface Report {
  readonly losses: readonly { line: number; construct: string; reason: string; remedy: string }[];
  readonly serve: string;
}

interface ImportRun {
  readonly code: number | null;
  readonly err: string;
  readonly rules: readonly Rule[];
  readonly constructs: readonly string[];
  readonly report: Report | undefined;
  readonly document: string;
  /** The text of the state file. */
  readonly state: string;
}

async function importRoutes(routes: unknown, more: object = {}, specs?: string): Promise<ImportRun> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'deadringer-import-'));
  const file = path.join(folder, 'env.json');
  writeFileSync(file, JSON.stringify({ lastMigration: 33, endpointPrefix: '', routes, ...more }, null, 1));
  const out = path.join(folder, 'out');
  const {
    code,
    err,
    out: printed,
  } = await run(
    ...['import', file, '--output', out, '--json', ...(specs === undefined ? [] : ['--specs', specs])],
  );
  const state = path.join(out, 'env.state.yaml');
  const scenario = path.join(out, 'env/mockoon.yaml');
  const parsed = existsSync(scenario) ? parseFile(scenario, readFileSync(scenario, 'utf8')) : undefined;
  const rules = parsed !== undefined && 'value' in parsed ? (parsed.value as { rules: Rule[] }).rules : [];
  const report = printed.startsWith('{') ? (JSON.parse(printed) as Report) : undefined;
  const constructs = (report?.losses ?? [])
    .map(({ construct }) => construct)
    .filter(construct => construct !== 'requests without a rule');
  const document = path.join(out, 'env.openapi.yaml');
  return {
    code,
    err,
    rules,
    constructs,
    report,
    document: existsSync(document) ? readFileSync(document, 'utf8') : '',
    state: existsSync(state) ? readFileSync(state, 'utf8') : '',
  };
}

const route = (responses: readonly object[], more: object = {}): object => ({
  type: 'http',
  method: 'get',
  endpoint: 'things/:id',
  responses,
  ...more,
});
const rule = (
  target: string,
  modifier: string,
  value: string,
  operator = 'equals',
  invert = false,
): object => ({
  target,
  modifier,
  value,
  operator,
  invert,
});

test.each([
  [rule('params', 'id', 'x'), { path: { id: 'x' } }],
  [rule('query', 'filter.a', '^x', 'regex'), { query: { 'filter[a]': { matches: '^x' } } }],
  [rule('header', 'X-A', 'a-z', 'regex_i'), { headers: { 'X-A': { matches: '[aA]-[zZ]' } } }],
  [rule('cookie', 'c', 'x', 'equals', true), { cookies: { c: { equals: 'x', not: true } } }],
  [rule('body', 'a.0.b', 'x'), { body: { '/a/0/b': 'x' } }],
  [
    rule('body', '$.a', '', 'null'),
    { body: { '$.a': { schema: { not: { enum: [null, ''] } }, not: true } } },
  ],
  [rule('body', '', 'x'), { text: 'x' }],
  [rule('body', 'a', '', 'empty_array'), { body: { '/a': { schema: { type: 'array', maxItems: 0 } } } }],
])('%j', async (wanted, when) => {
  const { rules } = await importRoutes([route([{ rules: [wanted] }, { default: true }])]);
  expect(rules[0]?.when).toEqual(when);
  expect(rules[1]?.when).toBeUndefined();
});

test('alternatives are rules of their own, and conditions that must all hold are one', async () => {
  const rules = [rule('query', 'a', 'x'), rule('query', 'b', 'y')];
  const either = await importRoutes([route([{ rules, rulesOperator: 'OR' }])]);
  expect(either.rules.map(({ when }) => when?.query)).toEqual([{ a: 'x' }, { b: 'y' }, undefined]);
  const both = await importRoutes([route([{ rules, rulesOperator: 'AND' }], { responseMode: 'FALLBACK' })]);
  expect(both.rules.map(({ when }) => when?.query)).toEqual([{ a: 'x', b: 'y' }, undefined]);
});

test.each([
  ['rule on global_var', route([{ rules: [rule('global_var', 'x', '1')] }])],
  ['template in a rule', route([{ rules: [rule('query', 'x', '{{now}}')] }])],
  ['operator sounds_like', route([{ rules: [rule('query', 'x', '1', 'sounds_like')] }])],
  ['regular expression', route([{ rules: [rule('query', 'x', '(', 'regex')] }])],
  ['JSONPath', route([{ rules: [rule('body', '$.a[?(@.b =~ /x/)]', '1')] }])],
  ['rule on request_number', route([{ rules: [rule('request_number', '', '^1', 'regex')] }])],
  ['valid_json_schema', route([{ rules: [rule('body', '', 'none', 'valid_json_schema')] }])],
  ['rule on params', route([{ rules: [rule('params', 'none', 'x')] }])],
  ['method', route([{}], { method: 'mkcol' })],
  ['endpoint', route([{}], { endpoint: 'a(b)?c' })],
  ['endpoint', route([{}], { type: 'crud', endpoint: 'users/:user/posts' })],
  ['streamingMode', route([{}], { streamingMode: 'UNICAST' })],
  ['route of type ws', route([{}], { type: 'ws' })],
  ['statusCode', route([{ statusCode: 700 }])],
  ['filePath', route([{ bodyType: 'FILE', filePath: '../secret.txt' }])],
  ['databucketID', route([{ bodyType: 'DATABUCKET', databucketID: 'none' }])],
  ['databucketID', route([{ databucketID: 'none' }], { type: 'crud', endpoint: 'things' })],
  ['{{#switch x}}', route([{ body: '{{#switch x}}a{{/switch}}' }])],
])('%s is named', async (construct, wanted) => {
  const { constructs, report, err } = await importRoutes([
    route([{ body: 'kept' }], { endpoint: 'kept' }),
    wanted,
  ]);
  expect(constructs.map(each => each.replace('{{switch', '{{#switch'))).toContain(construct);
  expect(report?.losses.every(({ line, reason, remedy }) => line > 0 && reason !== '' && remedy !== '')).toBe(
    true,
  );
  expect(err).toBe('');
});

test('a CRUD route is a resource with the items of its bucket', async () => {
  const data = [{ id: 'b', name: 'B', value: '[{"key": 1, "name": "one"}]' }];
  const crud = route([{ databucketID: 'b', crudKey: 'key' }], { type: 'crud', endpoint: 'things' });
  const { document, state, report, code } = await importRoutes([crud], { data, endpointPrefix: 'api' });
  expect(document).toContain('/api/things/{id}:');
  expect(state.slice(state.indexOf('version'))).toBe(`version: 1
apis:
  env:
    things:
      - key: 1
        name: one
`);
  expect(report?.serve).toMatch(/ --state-file \S+out\/env\.state\.yaml /);
  expect(code).toBe(0);
});

const crudOf = (value: string): [object[], object] => [
  [route([{ databucketID: 'b', crudKey: 'id' }], { type: 'crud', endpoint: 'things' })],
  { data: [{ id: 'b', name: 'B', value }] },
];

test('the templates of a bucket are rendered once, each repetition with values of its own, the same at each import', async () => {
  const template = `[{{#repeat 3}}{"id":"{{faker 'string.uuid'}}","no":{{@index}},"name":"{{faker 'person.firstName'}}"}{{/repeat}}]`;
  const runs = [await importRoutes(...crudOf(template)), await importRoutes(...crudOf(template))];
  const [first, second] = runs.map(({ state }) => parseFile('state.yaml', state));
  const items = (first as { value: { apis: { env: { things: Record<string, unknown>[] } } } }).value.apis.env
    .things;
  expect(items.map(({ no }) => no)).toEqual([0, 1, 2]);
  expect(new Set(items.map(({ id }) => id)).size).toBe(3);
  expect(new Set(items.map(({ name }) => name)).size).toBe(3);
  expect((second as { value: unknown }).value).toEqual((first as { value: unknown }).value);
  expect(runs[0]?.constructs).toContain('templates of a data bucket');
});

test('what a bucket takes from requests, and items without an id of their own, are named', async () => {
  const { state, constructs } = await importRoutes(
    ...crudOf(
      `[{"id":1,"q":"{{queryParam 'q'}}"},{"id":1},{"name":"none"},{"id":"two"},{"id":"{{queryParam 'id'}}"}]`,
    ),
  );
  expect(constructs).toEqual(expect.arrayContaining(["{{queryParam 'q'}}", 'crudKey']));
  expect(state.match(/- id: .*/g)).toEqual(['- id: 1', '- id: two']);
});

test('the items of a bucket are for the resource of --specs that lists them, else named', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'deadringer-import-'));
  const document = path.join(folder, 'shop.yaml');
  const schema = '{ type: object, properties: { id: { type: integer }, name: { type: string } } }';
  writeFileSync(
    document,
    `openapi: 3.1.0
info: { title: Shop, version: '1' }
paths:
  /things:
    get: { responses: { 200: { description: All, content: { application/json: { schema: { type: array, items: ${schema} } } } } } }
    post: { requestBody: { content: { application/json: { schema: ${schema} } } }, responses: { 201: { description: New, content: { application/json: { schema: ${schema} } } } } }
  /things/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: integer } }]
    get: { responses: { 200: { description: One, content: { application/json: { schema: ${schema} } } } } }
`,
  );
  const [routes, more] = crudOf('[{"id":1,"name":"one"}]');
  const known = await importRoutes(routes, more, document);
  expect(known.state).toContain('shop:\n    things:\n      - id: 1');
  expect(known.report?.serve).toMatch(/^deadringer serve --specs \S+shop\.yaml --state-file /);
  const other = await importRoutes(routes, { ...more, endpointPrefix: 'other' }, document);
  expect(other.state).toBe('');
  expect(other.constructs).toContain('items of a data bucket');
});

test('what an environment has beside routes is named', async () => {
  const { constructs, report } = await importRoutes([route([{}])], {
    tlsOptions: { enabled: true },
    proxyMode: true,
    proxyHost: 'http://127.0.0.1:9',
    proxyReqHeaders: [{ key: 'a', value: 'b' }],
  });
  expect(constructs).toEqual(['tlsOptions', 'proxyReqHeaders', 'proxyMode']);
  expect(report?.serve).toContain('--upstream env=http://127.0.0.1:9');
});

test.each([
  [[], {}],
  [[null, 7, {}], { folders: [null], rootChildren: [{ type: 'folder', uuid: 'a' }], data: {} }],
  [[route([{ headers: [{ key: 7 }, { key: 'a b', value: 'x' }], rules: [7] }])], { headers: 'x' }],
  [
    [route([{}])],
    {
      folders: [{ uuid: 'a', children: [{ type: 'folder', uuid: 'a' }] }],
      rootChildren: [{ type: 'folder', uuid: 'a' }],
    },
  ],
])('%j with %j does not end the program', async (routes, more) => {
  const { code, err } = await importRoutes(routes, more);
  expect([0, 3]).toContain(code);
  expect(err).not.toContain('internal error');
});
