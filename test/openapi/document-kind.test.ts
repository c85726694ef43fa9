// A file that is no Swagger 2.0, OpenAPI 3.0, 3.1 or 3.2 document is named with its kind, alone and in a folder, and stops nothing else.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ContractError, loadContract } from '../../src/index.ts';
import { run } from '../cli/program.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'deadringer-kinds-'));
});
afterAll(() => rmSync(root, { recursive: true }));

const GOOD =
  'openapi: 3.0.3\ninfo: { title: t, version: "1" }\npaths: { /a: { get: { responses: { "200": { description: d } } } } }\n';
const POSTMAN = 'https://schema.getpostman.com/json/collection/v3.0.0/collection.json';

const KINDS: readonly (readonly [name: string, text: string, expected: RegExp])[] = [
  ['swagger3', 'swagger: "3.0"\ninfo: {}\npaths: {}', /this is Swagger 3\.0; documents are Swagger 2\.0/],
  ['swagger1', 'swaggerVersion: "1.2"\napis: []', /Swagger 1\.2/],
  [
    'next',
    'openapi: 3.3.0\ninfo: {}\npaths: {}',
    /OpenAPI 3\.3\.0 is not supported; documents are Swagger 2\.0, OpenAPI 3\.0, 3\.1 or 3\.2/,
  ],
  ['four', 'openapi: 4.0.0\npaths: {}', /OpenAPI 4\.0\.0 is not supported/],
  ['word', 'openapi: latest\npaths: {}', /OpenAPI latest is not supported/],
  [
    'postman',
    JSON.stringify({ info: { schema: POSTMAN }, item: [] }),
    /Postman collection 3\.0 is not supported; export it as version 2\.1/,
  ],
  ['items', JSON.stringify({ info: { _postman_id: 'x' } }), /the collection has no "item" list/],
  [
    'environment',
    '{ "_postman_variable_scope": "environment", "values": [] }',
    /this is a Postman environment; .*export the collection/,
  ],
  ['async', 'asyncapi: 2.6.0\nchannels: {}', /AsyncAPI 2\.6\.0/],
  ['steps', 'arazzo: 1.0.0\nworkflows: []', /Arazzo 1\.0\.0/],
  ['layer', 'overlay: 1.0.0\nactions: []', /OpenAPI Overlay 1\.0\.0/],
  ['rpc', 'openrpc: 1.2.6\nmethods: []', /OpenRPC 1\.2\.6/],
  ['insomnia', '{ "_type": "export", "resources": [] }', /an Insomnia export/],
  ['google', '{ "kind": "discovery#restDescription" }', /a Google API discovery document/],
  ['unversioned', 'info: { title: t }\npaths: {}', /"openapi: 3\.x\.y" is missing/],
];

test.each(KINDS)(
  '%s is named in a folder, and the document beside it is loaded',
  async (name, text, expected) => {
    const folder = path.join(root, name);
    mkdirSync(folder);
    writeFileSync(path.join(folder, `${name}.yaml`), text);
    writeFileSync(path.join(folder, 'good.yaml'), GOOD);
    const { contract, findings } = await loadContract([folder], { relativeTo: folder });
    expect(contract.apis.map(api => api.name)).toEqual(['good']);
    expect(findings).toEqual([
      expect.objectContaining({ code: 'spec-invalid', message: expect.stringMatching(expected) }),
    ]);
    expect(findings[0]?.location?.file).toBe(`${name}.yaml`);
    const { code, out } = await run('lint', folder);
    expect(code).toBe(1);
    expect(out).toMatch(expected);
  },
);

test.each([
  ...KINDS,
  ['schema', '$schema: https://json-schema.org/draft/2020-12/schema\ntype: object', /a JSON Schema/] as const,
  ['recording', '{ "log": { "entries": [] } }', /a HAR recording/] as const,
  ['list', '[1, 2]', /"openapi: 3\.x\.y" is missing/] as const,
])('%s cannot be loaded alone', async (name, text, expected) => {
  const file = path.join(root, `${name}.yaml`);
  writeFileSync(file, text);
  const loading = loadContract([file], { relativeTo: root });
  await expect(loading).rejects.toThrow(ContractError);
  await expect(loading).rejects.toThrow(expected);
});

test('parts of documents in a folder are not named', async () => {
  const folder = path.join(root, 'parts');
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'good.yaml'), GOOD);
  writeFileSync(path.join(folder, 'paths.yaml'), 'paths: { /b: {} }');
  writeFileSync(
    path.join(folder, 'schema.json'),
    '{ "$schema": "https://json-schema.org/draft/2020-12/schema" }',
  );
  writeFileSync(path.join(folder, 'notes.yml'), 'title: notes');
  const { findings } = await loadContract([folder], { relativeTo: folder });
  expect(findings).toEqual([]);
});

test('two named files: what cannot be read stops nothing, a missing file is wrong usage', async () => {
  const good = path.join(root, 'beside.yaml');
  const broken = path.join(root, 'broken.yaml');
  writeFileSync(good, GOOD);
  writeFileSync(broken, 'openapi: 3.0.3\npaths: [');
  const { contract, findings } = await loadContract([good, broken], { relativeTo: root });
  expect(contract.apis.map(({ name }) => name)).toEqual(['beside']);
  expect(findings.map(({ code }) => code)).toEqual(['spec-unreadable']);
  await expect(loadContract([good, path.join(root, 'nowhere.yaml')], { relativeTo: root })).rejects.toThrow(
    /does not exist/,
  );
});
