// Documents that are large, and schemas that are deep or circular: judged like any other, in time and memory of what is asked.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parseDocument } from 'yaml';
import { isParseFailure, type ParsedFile, parseFile } from '../../src/document/parse.ts';
import { jsonPointer } from '../../src/exchange/json-pointer.ts';
import { startMock } from '../../src/index.ts';
import { compileSchemas, lint } from '../../src/openapi/lint.ts';
import { loadContract } from '../../src/openapi/load.ts';
import type { ApiSpec, Operation } from '../../src/openapi/model.ts';
import { createMatcher } from '../../src/routing/match.ts';
import { validateResponse } from '../../src/validate/request.ts';
import { isLong } from '../suite.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'deadringer-big-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

type Json = Record<string, unknown>;

const answers = (schema: unknown, example?: unknown): Json => ({
  responses: {
    200: {
      description: 'd',
      content: { 'application/json': { schema, ...(example !== undefined && { example }) } },
    },
  },
});

const document = (paths: Json, schemas: Json = {}): Json => ({
  openapi: '3.1.0',
  info: { title: 't', version: '1' },
  paths,
  components: { schemas },
});

function write(name: string, value: unknown): string {
  const file = path.join(folder, name);
  writeFileSync(file, JSON.stringify(value));
  return file;
}

async function load(value: unknown): Promise<ApiSpec> {
  const { contract } = await loadContract([write('spec.json', value)], { relativeTo: folder });
  return contract.apis[0] as ApiSpec;
}

function judge(operation: Operation | undefined, value: unknown): string[] {
  const body = Buffer.from(JSON.stringify(value));
  const headers = { 'content-type': ['application/json'] };
  return validateResponse(operation as Operation, { status: 200, headers, body }).map(
    ({ message }) => message,
  );
}

const refTo = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });

/** S0 refers to S1 and so on, in properties; the last says what is in it. */
const chain = (length: number, last: unknown): Json => ({
  ...Object.fromEntries(
    Array.from({ length }, (_, index) => [
      `S${index}`,
      { type: 'object', properties: { next: refTo(`S${index + 1}`), index: { const: index } } },
    ]),
  ),
  [`S${length}`]: last,
});

const nested = (length: number, inmost: unknown): unknown => {
  let value = inmost;
  for (let index = length - 1; index >= 0; index--) value = { index, next: value };
  return value;
};

describe('references', () => {
  test('may go on for 300 schemas: in properties, and from one to the next', async () => {
    const api = await load(
      document(
        { '/a': { get: answers(refTo('S0')) }, '/b': { get: answers(refTo('T0')) } },
        {
          ...chain(300, { type: 'integer' }),
          ...Object.fromEntries(
            Array.from({ length: 300 }, (_, index) => [`T${index}`, refTo(`T${index + 1}`)]),
          ),
          T300: { type: 'integer' },
        },
      ),
    );
    expect(lint({ apis: [api] })).toEqual([]);
    const [deep, straight] = api.operations;
    expect(judge(deep, nested(300, 7))).toEqual([]);
    expect(judge(deep, nested(300, 'x'))).toEqual([
      `response body ${'/next'.repeat(300)} must be integer, is a string of 1 character`,
    ]);
    expect(judge(straight, 'x')).toEqual(['response body must be integer, is a string of 1 character']);
  });

  test('may come back after 300 schemas', async () => {
    const api = await load(document({ '/a': { get: answers(refTo('S0')) } }, chain(300, refTo('S0'))));
    expect(lint({ apis: [api] })).toEqual([]);
    expect(judge(api.operations[0], nested(300, nested(300, {})))).toEqual([]);
    expect(judge(api.operations[0], nested(300, nested(300, 'x')))).toHaveLength(1);
  });

  test.each([
    ['allOf', { allOf: [refTo('Node')] }],
    ['anyOf', { anyOf: [{ type: 'null' }, refTo('Node')] }],
    ['a detour', { allOf: [{ oneOf: [refTo('Other')] }] }],
  ])('that judge the same value without end, by %s, are a fault of the document', async (_, node) => {
    const api = await load(
      document(
        {
          '/a': { get: answers(refTo('Node')) },
          '/b': { get: answers({ properties: { inner: refTo('Node') } }) },
        },
        { Node: node, Other: { not: refTo('Node') } },
      ),
    );
    const findings = compileSchemas({ apis: [api] });
    expect(findings.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'spec-schema this schema cannot be used: its $refs go round in a circle',
      'spec-schema this schema cannot be used: its $refs go round in a circle',
    ]);
  });

  test('that cannot be resolved are reported for every schema that depends on them', async () => {
    const api = await load(
      document(
        { '/a': { get: answers(refTo('A')) }, '/b': { get: answers(refTo('B')) } },
        { A: { properties: { b: refTo('B') } }, B: { properties: { x: { $ref: '#/properties/y' }, y: {} } } },
      ),
    );
    const why = "this schema cannot be used: can't resolve reference #/properties/y";
    expect(compileSchemas({ apis: [api] }).map(({ message }) => message)).toEqual([why, why]);
  });
});

test('a false schema is reported with its own line', async () => {
  const text = JSON.stringify(
    document(
      { '/a': { get: answers(refTo('A')) } },
      { A: { properties: { self: refTo('A'), never: false } } },
    ),
    undefined,
    1,
  );
  const file = path.join(folder, 'never.json');
  writeFileSync(file, text);
  const { contract } = await loadContract([file], { relativeTo: folder });
  const body = Buffer.from('{"self":{"never":1}}');
  const [found] = validateResponse(contract.apis[0]?.operations[0] as Operation, {
    status: 200,
    headers: { 'content-type': ['application/json'] },
    body,
  });
  expect(found?.location?.line).toBe(text.split('\n').findIndex(line => line.includes('"never"')) + 1);
});

describe('what a document costs', () => {
  /** Each operation with a schema of its own, and one that all share. */
  const many = (count: number): Json =>
    document(
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [
          `/things/${index}/{id}`,
          {
            get: {
              operationId: `get${index}`,
              parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
              ...answers(
                { type: 'object', properties: { shared: refTo('Shared') } },
                { shared: { id: index } },
              ),
            },
          },
        ]),
      ),
      {
        Shared: {
          type: 'object',
          properties: { id: { type: 'integer' }, more: { type: 'array', items: { type: 'string' } } },
        },
      },
    );

  const cost = async (work: () => unknown): Promise<number> => {
    const begun = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(begun);
    return user + system;
  };

  // Compares processor time, of which a short run would have too little.
  if (isLong)
    test('is linear in its operations: loading, linting, matching', async () => {
      const bare = (count: number): Json =>
        document(
          Object.fromEntries(
            Array.from({ length: count }, (_, index) => [
              `/things/${index}`,
              { get: { operationId: `get${index}`, responses: { 200: { description: 'd' } } } },
            ]),
          ),
        );
      const costs: number[] = [];
      for (const count of [1500, 6000]) {
        const spent = await cost(async () => {
          const api = await load(bare(count));
          expect(lint({ apis: [api] })).toEqual([]);
          const match = createMatcher({ apis: [api] });
          for (let index = 0; index < count; index++) {
            const found = match({ method: 'GET', path: `/spec/things/${index}`, host: undefined });
            expect(found.kind).toBe('operation');
          }
        });
        costs.push(spent);
      }
      const [small = 0, large = 0] = costs;
      expect(large).toBeLessThan(8 * small);
    });

  test('is limited to what is used: one operation of many compiles one schema', async () => {
    const file = write('many.json', many(4000));
    const { contract } = await loadContract([file], { relativeTo: folder });
    const [api] = contract.apis;
    // ajv makes a function of each schema that it compiles.
    const compiled = vi.spyOn(globalThis, 'Function');
    judge(api?.operations[0], { shared: { id: 1 } });
    expect(compiled.mock.calls.length).toBeGreaterThan(0);
    expect(compiled.mock.calls.length).toBeLessThan(10);
    compiled.mockRestore();
    expect(judge(api?.operations[3999], { shared: { id: 'x' } })).toEqual([
      'response body /shared/id must be integer, is a string of 1 character',
    ]);
  });

  test('ambiguous operations are reported against the first of them', async () => {
    const get = { operationId: 'same', ...answers({}) };
    const named = (name: string): Json => ({
      parameters: [{ name, in: 'path', required: true, schema: {} }],
      get,
    });
    const api = await load(
      document({ '/a/{x}': named('x'), '/a/{y}': named('y'), '/a/{z}': named('z'), '/b': { get } }),
    );
    expect(lint({ apis: [api] }).map(({ message }) => message)).toEqual([
      'GET /a/{y} cannot be told apart from /a/{x}',
      'the operationId "same" is already taken',
      'GET /a/{z} cannot be told apart from /a/{x}',
      'the operationId "same" is already taken',
      'the operationId "same" is already taken',
    ]);
  });

  test('schemas that are verified without being cached are still served', async () => {
    const file = write('large.json', many(520));
    const mock = await startMock({ specs: [file] });
    try {
      const response = await fetch(`${mock.url}/large/things/77/x`);
      expect(await response.json()).toEqual({ shared: { id: 77 } });
    } finally {
      await mock.close(0);
    }
  });

  test('one schema of a thousand that does not compile prevents the start', async () => {
    const broken = many(520);
    (broken.components as { schemas: Json }).schemas.Bad = { type: 'strnig' };
    (broken.paths as Json)['/bad'] = { get: answers(refTo('Bad')) };
    const starting = startMock({ specs: [write('broken.json', broken)] });
    await expect(starting).rejects.toThrow('type must be JSONType or JSONType[]: strnig');
  });
});

describe('the places of a JSON document', () => {
  const places = (value: unknown, at = ''): string[] =>
    typeof value !== 'object' || value === null
      ? [at]
      : [at, ...Object.entries(value).flatMap(([key, inner]) => places(inner, at + jsonPointer(key)))];

  test.each([
    ['pretty', (value: unknown) => JSON.stringify(value, undefined, 2)],
    ['in one line', (value: unknown) => JSON.stringify(value)],
    [
      'with odd space',
      (value: unknown) => ` \n${JSON.stringify(value, undefined, '\t').replaceAll('\n', '\r\n')}\n`,
    ],
  ])('are those that a YAML parser finds, %s', (_, text) => {
    const value = {
      'a/b': [1, -2.5e3, true, null, 'x', [], {}, [[{}]]],
      'quote " and \\': { 'ümlaut 😀': 'é😀"\\', after: 1 },
      '': { '~': [{ deep: [0, { key: 'end\\' }] }] },
      __proto__x: 'y',
    };
    const written = text(value);
    const json = parseFile('a.json', written) as ParsedFile;
    const yaml = parseFile('a.yaml', written) as ParsedFile;
    expect(isParseFailure(json) || isParseFailure(yaml)).toBe(false);
    expect(parseDocument(written).errors).toEqual([]);
    for (const at of [...places(value), '/a~1b/99', '/nowhere', '/a~1b/0/deeper', '/a~1b/x'])
      expect([at, { ...json.locate(at), file: '' }]).toEqual([at, { ...yaml.locate(at), file: '' }]);
  });
});
