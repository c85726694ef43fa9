// Compiling schemas: only the public API of ajv, the order of errors of ajv, and circular references.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadContract } from '../../src/openapi/load.ts';
import type { Operation } from '../../src/openapi/model.ts';
import { compileSchemas } from '../../src/validate/lint.ts';
import { validateResponse } from '../../src/validate/response.ts';

type Json = Record<string, unknown>;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'deadringer-schemas-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Loads a document with one operation for each root, the schema of its responses. */
async function load(schemas: Json, ...roots: string[]) {
  const responses = (root: string) => ({
    responses: {
      200: {
        description: 'd',
        content: { 'application/json': { schema: { $ref: `#/components/schemas/${root}` } } },
      },
    },
  });
  const document = {
    openapi: '3.1.0',
    info: { title: 't', version: '1' },
    paths: Object.fromEntries(roots.map(root => [`/${root}`, { get: responses(root) }])),
    components: { schemas },
  };
  const text = JSON.stringify(document, undefined, 1);
  const file = path.join(folder, 'spec.json');
  writeFileSync(file, text);
  const { contract } = await loadContract([file], { relativeTo: folder });
  const operations = contract.apis[0]?.operations ?? [];
  const validate = (value: unknown, index = 0) =>
    validateResponse(operations[index] as Operation, {
      status: 200,
      headers: { 'content-type': ['application/json'] },
      body: Buffer.from(JSON.stringify(value)),
    });
  const lineOf = (part: string) => text.split('\n').findIndex(line => line.includes(part)) + 1;
  return { contract, operations, validate, lineOf };
}

const refTo = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });

/** A cycle of schemas: S0 refers to S1 and so on, and the last one to S0. */
const cycle = (length: number, schemaOf: (next: Json, index: number) => Json): Json =>
  Object.fromEntries(
    Array.from({ length }, (_, index) => [`S${index}`, schemaOf(refTo(`S${(index + 1) % length}`), index)]),
  );

const nested = (length: number, innermost: unknown): unknown => {
  let value = innermost;
  for (let level = 0; level < length; level++) value = { next: value };
  return value;
};

/** Shorter and longer than the cycles that ajv compiles recursively. */
const LENGTHS = [1, 2, 20, 21, 60];

describe('ajv', () => {
  test('is used only through documented entry points and members', () => {
    const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(name =>
      name.endsWith('.ts'),
    );
    const imports = files.flatMap(name =>
      [...readFileSync(path.join('src', name), 'utf8').matchAll(/'(ajv[^']*)'/g)].map(([, from]) => from),
    );
    expect([...new Set(imports)].sort()).toEqual(['ajv', 'ajv-formats', 'ajv/dist/2020.js']);
    const text = readFileSync('src/schema/ajv.ts', 'utf8');
    const members = [...text.matchAll(/\b(?:ajv|metaSchemas)\.(?!js\b)(\w+)/g)].map(
      ([, member]) => member as string,
    );
    const documented =
      /^(addFormat|addKeyword|addMetaSchema|addSchema|compile|getKeyword|getSchema|removeKeyword)$/;
    expect(members.filter(member => !documented.test(member))).toEqual([]);
  });

  test('reports errors in the order of Ajv2020', async () => {
    const schema: Json = {
      not: {},
      anyOf: [{ type: 'null' }],
      allOf: [{ required: ['all'] }],
      if: true,
      // biome-ignore lint/suspicious/noThenProperty: it is a keyword
      then: { required: ['then'] },
      minProperties: 9,
      required: ['a'],
      propertyNames: { maxLength: 1 },
      additionalProperties: { type: 'null' },
      properties: {
        numbers: { minimum: 5, maximum: 1, exclusiveMinimum: 9, exclusiveMaximum: 1 },
        texts: { maxLength: 1, minLength: 9, pattern: '^x' },
        lists: {
          minItems: 9,
          maxItems: 1,
          prefixItems: [{ type: 'null' }],
          items: { type: 'null' },
          contains: { const: 7 },
        },
      },
      patternProperties: { s$: { type: 'boolean' } },
      dependentRequired: { texts: ['dependent'] },
      dependentSchemas: { texts: { required: ['schema'] } },
    };
    const value = { numbers: 3, texts: 'abc', lists: [1, 2], more: 1 };
    const { operations } = await load({ Root: schema }, 'Root');
    const [operation] = operations;
    const part = operation?.responses[0]?.contents[0]?.schema;
    if (operation === undefined || part === undefined) throw new Error('the operation has no schema');
    const ours = operation.api.schemas.errors(part, value, { direction: 'response', errors: 'all' });
    const standard = new Ajv2020({ strict: false, allErrors: true, ownProperties: true });
    standard.validate(schema, value);
    const names = (errors: readonly { keyword: string; instancePath: string }[]) =>
      errors.map(({ keyword, instancePath }) => `${instancePath} ${keyword}`);
    expect(names(ours)).toEqual(names(standard.errors ?? []));
    expect(ours.length).toBeGreaterThan(25);
  });
});

describe('a cycle of schemas', () => {
  test.each(LENGTHS)('of %i: an error is reported once, with its location and line', async length => {
    const { validate, contract, lineOf } = await load(
      cycle(length, (next, index) => ({
        type: 'object',
        properties: { next, leaf: { type: 'integer', maximum: 1000 + index } },
      })),
      'S0',
    );
    expect(compileSchemas(contract)).toEqual([]);
    expect(validate(nested(2 * length, { leaf: 1 }))).toEqual([]);
    const findings = validate(nested(2 * length, { leaf: 5000 }));
    expect(findings.map(({ at, location }) => [at, location?.line])).toEqual([
      [`/response/body${'/next'.repeat(2 * length)}/leaf`, lineOf('"maximum": 1000')],
    ]);
  });

  test.each(LENGTHS)('of %i, through anyOf: the error of the closest branch is reported', async length => {
    const { validate } = await load(
      cycle(length, next => ({
        type: 'object',
        properties: { next: { anyOf: [{ type: 'null' }, next] }, leaf: { type: 'integer' } },
      })),
      'S0',
    );
    expect(validate(nested(length + 1, { leaf: 'x', next: null })).map(({ at }) => at)).toEqual([
      `/response/body${'/next'.repeat(length + 1)}/leaf`,
    ]);
  });

  test.each(LENGTHS)(
    'of %i, through allOf: properties of a base schema are documented, others are not',
    async length => {
      const { validate } = await load(
        {
          ...cycle(length, (next, index) => ({
            allOf: [refTo(`B${index}`)],
            type: 'object',
            properties: { next },
          })),
          ...Object.fromEntries(
            Array.from({ length }, (_, index) => [
              `B${index}`,
              { type: 'object', properties: { base: { type: 'array', items: refTo(`S${index}`) } } },
            ]),
          ),
        },
        'S0',
      );
      expect(validate(nested(length + 1, { base: [{ base: [] }] }))).toEqual([]);
      const codes = validate(nested(length + 1, { base: [{ other: 1 }] })).map(({ code, at }) => [code, at]);
      expect(codes).toEqual([
        ['response-property-undocumented', `/response/body${'/next'.repeat(length + 1)}/base/0/other`],
      ]);
    },
  );

  test.each(LENGTHS)(
    'of %i: one wrong keyword is reported once and leaves all of them usable',
    async length => {
      const { contract, validate } = await load(
        cycle(length, (next, index) => ({
          properties: { next, ...(index === length - 1 && { bad: { type: 'strnig' } }) },
        })),
        'S0',
        `S${Math.floor(length / 2)}`,
      );
      const why = '"type" must be one of array, boolean, integer, null, number, object, string, not "strnig"';
      expect(compileSchemas(contract).map(({ message }) => message)).toEqual([why]);
      expect(validate({ other: 1 }).map(({ code }) => code)).toEqual(['response-property-undocumented']);
      const findings = validate(nested(length - 1, { bad: 1 }));
      expect(findings.map(({ code, at }) => [code, at])).toEqual([
        ['response-body-not-checkable', `/response/body${'/next'.repeat(length - 1)}/bad`],
      ]);
      expect(findings[0]?.message).toContain(`cannot be checked: ${why}`);
    },
  );
});

describe('a schema', () => {
  test('may have examples that repeat an `$id`', async () => {
    const { contract, validate } = await load(
      {
        Root: {
          type: 'object',
          example: { $id: 'https://example.com/same', $anchor: 'not an anchor!' },
          properties: {
            a: { type: 'integer', example: { $id: 'https://example.com/same' } },
            b: { type: 'integer', example: { $id: 'https://example.com/same', more: 1 } },
          },
        },
      },
      'Root',
    );
    expect(compileSchemas(contract)).toEqual([]);
    expect(validate({ a: 1, b: 'x' })).toHaveLength(1);
  });

  test('may have members with the names of internal keywords, which have no effect', async () => {
    const { contract, validate } = await load(
      {
        Root: {
          type: 'object',
          'x-deadringer-schema': 0,
          'x-deadringer-deferred': {},
          properties: { a: { 'x-deadringer-schema': {}, 'x-deadringer-deferred': 1, type: 'integer' } },
        },
      },
      'Root',
    );
    expect(compileSchemas(contract)).toEqual([]);
    expect(validate({ a: 1 })).toEqual([]);
    expect(validate({ a: 'x' }).map(({ at }) => at)).toEqual(['/response/body/a']);
  });

  test('may be a whole file, or a member with an empty name', async () => {
    writeFileSync(
      path.join(folder, 'other.json'),
      JSON.stringify({
        type: 'object',
        '': { type: 'integer' },
        properties: { self: { $ref: '#' }, n: { $ref: '#/' } },
      }),
    );
    const { contract, validate } = await load({ Root: { $ref: './other.json' } }, 'Root');
    expect(compileSchemas(contract)).toEqual([]);
    expect(validate({ self: { self: { n: 1 } } })).toEqual([]);
    expect(validate({ self: { self: { n: 'x' } } }).map(({ at }) => at)).toEqual([
      '/response/body/self/self/n',
    ]);
  });
});
