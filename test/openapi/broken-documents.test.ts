// Documents that are broken, hostile or odd: each gets a finding with its place, never a crash and never a silent pass.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../src/finding/finding.ts';
import { lint } from '../../src/openapi/lint.ts';
import { ContractError, loadContract } from '../../src/openapi/load.ts';

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
const answering = (schema: string): string =>
  `${head}paths:\n  /a:\n    get:\n      responses:\n        200:\n          description: d\n          content:\n            application/json:\n              schema: ${schema}\n`;

describe('a document is unreadable when', () => {
  test.each([
    ['it ends in the middle', `${head}paths: [`, 'spec-unreadable spec.yaml:3:9 '],
    [
      'tabs indent it',
      `${head}paths:\n\t/a: {}\n`,
      'spec-unreadable spec.yaml:4:1 Tabs are not allowed as indentation',
    ],
    [
      'a key comes twice',
      `${head}paths: {}\npaths: {}\n`,
      'spec-unreadable spec.yaml:4:1 Map keys must be unique',
    ],
    [
      'an alias stands for something around it',
      `${head}paths: {}\nx-a: &a [*a]\n`,
      'spec-unreadable spec.yaml:4:10 this alias refers to a node that contains it',
    ],
    [
      'its aliases multiply beyond reason',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghij'].map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghij'[index]}`).join(',')}]`).join('\n')}\n`,
      'spec-unreadable spec.yaml:1:1 Excessive alias count',
    ],
    [
      'the document is nested too deeply',
      `${head}x-d: ${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}`,
      'spec-unreadable spec.yaml:3:',
    ],
    ['it is something else', '[1, 2]', 'spec-invalid spec.yaml:1:1 "openapi: 3.x.y" is missing'],
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
      'spec-operation spec.yaml:4:9 the operation declares no response',
      'spec-reference spec.yaml:10:11 $ref to https://example.com/x is not followed: nothing is fetched; keep a copy beside the document',
      `spec-reference spec.yaml:4:36 $ref "#/components/responses/B" goes round in a circle`,
      'spec-reference spec.yaml:8:11 $ref "#/nowhere" leads nowhere',
      'spec-reference spec.yaml:9:11 $ref to missing.yaml: the file does not exist',
    ]);
  });

  test('may be circular in schemas if the cycle has keywords', async () => {
    const node = answering("{ $ref: '#/components/schemas/Node' }");
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
    ['{ type: strnig }', 'this schema cannot be used: type must be JSONType or JSONType[]: strnig'],
    ['{ pattern: "(" }', 'this schema cannot be used: Invalid regular expression: /(/u: Unterminated group'],
    ['{ type: object, required: id }', 'this schema cannot be used: '],
    ['{ minLength: -1 }', 'this is no JSON Schema: must be >= 0'],
  ])('%s is reported once', async (schema, expected) => {
    const findings = await findingsOf(answering(schema));
    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain(`spec-schema spec.yaml:11:`);
    expect(findings[0]).toContain(expected);
  });

  test('true, false and properties with names like __proto__ are sound', async () => {
    expect(await findingsOf(answering('true'))).toEqual([]);
    expect(await findingsOf(answering('false'))).toEqual([]);
    expect(
      await findingsOf(
        answering('{ type: object, properties: { __proto__: { type: string }, constructor: {} } }'),
      ),
    ).toEqual([]);
  });

  test('and everything else may be empty or of the wrong kind', async () => {
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
    'spec-example spec.json:14:17 the example must be integer, is a string of 1 character (spec.json:12)',
  ]);
});

test('two documents of one name cannot both be served', async () => {
  writeFileSync(path.join(folder, 'twin.yaml'), `${head}paths: {}\n`);
  writeFileSync(path.join(folder, 'twin.json'), '{"openapi":"3.1.0","paths":{}}');
  await expect(
    loadContract(
      ['twin.yaml', 'twin.json'].map(name => path.join(folder, name)),
      { relativeTo: folder },
    ),
  ).rejects.toThrow('twin.json:1: the name "twin" is already taken by twin.yaml');
});
