// Invalid, hostile and unusual documents: each gives a finding with a location, never a crash and never a silent pass.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../src/finding/finding.ts';
import { ContractError, loadContract } from '../../src/openapi/load.ts';
import { lint } from '../../src/validate/lint.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'deadringer-documents-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function findingsOf(text: string, name = 'spec.yaml'): Promise<string[]> {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  const show = ({ code, message, location }: Finding): string =>
    `${code} ${location?.file}:${location?.line}:${location?.column} ${message}`;
  try {
    const { contract, findings } = await loadContract([file], { relativeTo: folder });
    return [...findings, ...lint(contract)].map(show);
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    return error.findings.map(show);
  }
}

const head = 'openapi: 3.1.0\ninfo: { title: t, version: "1" }\n';
const withResponseSchema = (schema: string): string =>
  `${head}paths:\n  /a:\n    get:\n      responses:\n        200:\n          description: d\n          content:\n            application/json:\n              schema: ${schema}\n`;

describe('a document is unreadable when', () => {
  test.each([
    ['it is truncated', `${head}paths: [`, 'spec-unreadable spec.yaml:3:9 '],
    [
      'tabs indent it',
      `${head}paths:\n\t/a: {}\n`,
      'spec-unreadable spec.yaml:4:1 Tabs are not allowed as indentation',
    ],
    [
      'a key occurs twice',
      `${head}paths: {}\npaths: {}\n`,
      'spec-unreadable spec.yaml:4:1 Map keys must be unique',
    ],
    [
      'an alias refers to a node that contains it',
      `${head}paths: {}\nx-a: &a [*a]\n`,
      'spec-unreadable spec.yaml:4:10 this alias refers to a node that contains it',
    ],
    [
      'its aliases expand to too many nodes',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghij'].map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghij'[index]}`).join(',')}]`).join('\n')}\n`,
      'spec-unreadable spec.yaml:1:1 Excessive alias count',
    ],
    [
      'the document is nested too deeply',
      `${head}x-d: ${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}`,
      'spec-unreadable spec.yaml:3:',
    ],
    ['it is not an OpenAPI document', '[1, 2]', 'spec-invalid spec.yaml:1:1 "openapi: 3.x.y" is missing'],
  ])('%s', async (_, text, expected) => {
    const findings = await findingsOf(text);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain(expected);
  });
});

describe('references', () => {
  test('that are unresolvable, remote or circular are reported once, with their own line', async () => {
    const text = `${head}paths:
  /x: { get: { responses: { 200: { $ref: '#/components/responses/A' } } } }
  /z:
    get:
      parameters:
        - $ref: '#/nowhere'
        - $ref: 'missing.yaml#/x'
        - $ref: 'https://example.com/x'
      responses: { 200: { description: d } }
components:
  responses:
    A: { $ref: '#/components/responses/B' }
    B: { $ref: '#/components/responses/A' }
`;
    expect((await findingsOf(text)).sort()).toEqual([
      'spec-reference spec.yaml:10:11 $ref to https://example.com/x is not followed: remote documents are not fetched; keep a local copy and refer to it',
      `spec-reference spec.yaml:4:36 $ref "#/components/responses/B" is circular`,
      'spec-reference spec.yaml:8:11 $ref "#/nowhere" cannot be resolved',
      'spec-reference spec.yaml:9:11 $ref to missing.yaml: the file does not exist',
    ]);
  });

  test('may be circular in schemas if the cycle has keywords', async () => {
    const node = withResponseSchema("{ $ref: '#/components/schemas/Node' }");
    const components = (schema: string): string => `${node}components:\n  schemas:\n    Node: ${schema}\n`;
    expect(
      await findingsOf(
        components("{ type: object, properties: { next: { $ref: '#/components/schemas/Node' } } }"),
      ),
    ).toEqual([]);
    expect(await findingsOf(components("{ $ref: '#/components/schemas/Node' }"))).toEqual([
      'spec-schema spec.yaml:11:15 this schema cannot be used: its $refs are circular',
    ]);
  });
});

describe('schemas', () => {
  test.each([
    ['null', 'this schema cannot be used: it is neither an object nor a boolean'],
    ['7', 'this schema cannot be used: it is neither an object nor a boolean'],
    [
      '{ type: strnig }',
      '"type" must be one of array, boolean, integer, null, number, object, string, not "strnig"',
    ],
    ['{ type: object, required: id }', '"required" must be a list of property names, not "id"'],
    ['{ minLength: -1 }', '"minLength" must be an integer of at least 0, not -1'],
  ])('%s is reported once', async (schema, expected) => {
    const findings = await findingsOf(withResponseSchema(schema));
    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain(`spec-schema spec.yaml:11:`);
    expect(findings[0]).toContain(expected);
  });

  test('may be true or false and have properties with names like __proto__', async () => {
    expect(await findingsOf(withResponseSchema('true'))).toEqual([]);
    expect(await findingsOf(withResponseSchema('false'))).toEqual([]);
    expect(
      await findingsOf(
        withResponseSchema('{ type: object, properties: { __proto__: { type: string }, constructor: {} } }'),
      ),
    ).toEqual([]);
  });

  test('a document with empty and wrongly typed values gives findings and no crash', async () => {
    const text = `${head}paths:\n  /x:\n  /y: { get: , put: [], post: { responses: , parameters: 5, requestBody: null } }\n`;
    const findings = await findingsOf(text);
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.every(finding => finding.startsWith('spec-operation spec.yaml:5:'))).toBe(true);
  });
});

test('findings have line numbers in JSON documents as in YAML documents', async () => {
  const text = JSON.stringify(
    {
      openapi: '3.1.0',
      info: {},
      paths: {
        '/a': {
          get: {
            responses: {
              200: { content: { 'application/json': { schema: { type: 'integer' }, example: 'x' } } },
            },
          },
        },
      },
    },
    undefined,
    2,
  );
  expect(await findingsOf(text, 'spec.json')).toEqual([
    'spec-example spec.json:14:17 the example must be integer; got "x" (spec.json:12)',
  ]);
});

test('two documents with the same name cannot be loaded together', async () => {
  writeFileSync(path.join(folder, 'twin.yaml'), `${head}paths: {}\n`);
  writeFileSync(path.join(folder, 'twin.json'), '{"openapi":"3.1.0","paths":{}}');
  await expect(
    loadContract(
      ['twin.yaml', 'twin.json'].map(name => path.join(folder, name)),
      { relativeTo: folder },
    ),
  ).rejects.toThrow('twin.json:1: the API name "twin" is already used by twin.yaml; rename one of the files');
});
