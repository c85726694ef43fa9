// Large documents, and deep or circular schemas: validated like any other; the cost depends on what is used.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parseDocument } from 'yaml';
import { isParseFailure, type ParsedFile, parseFile } from '../../src/document/parse.ts';
import { jsonPointer } from '../../src/exchange/json-pointer.ts';
import { startMock } from '../../src/index.ts';
import { loadContract } from '../../src/openapi/load.ts';
import type { ApiSpec, Operation } from '../../src/openapi/model.ts';
import { createMatcher } from '../../src/routing/match.ts';
import { compileSchemas, lint } from '../../src/validate/lint.ts';
import { validateResponse } from '../../src/validate/response.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'deadringer-big-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

type Json = Record<string, unknown>;

const withResponse = (schema: unknown, example?: unknown): Json => ({
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

function messagesFor(operation: Operation | undefined, value: unknown): string[] {
  const body = Buffer.from(JSON.stringify(value));
  const headers = { 'content-type': ['application/json'] };
  return validateResponse(operation as Operation, { status: 200, headers, body }).map(
    ({ message }) => message,
  );
}

const refTo = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });

/** S0 refers to S1 in a property, and so on; the last schema is `last`. */
const chain = (length: number, last: unknown): Json => ({
  ...Object.fromEntries(
    Array.from({ length }, (_, index) => [
      `S${index}`,
      { type: 'object', properties: { next: refTo(`S${index + 1}`), index: { const: index } } },
    ]),
  ),
  [`S${length}`]: last,
});

const nested = (length: number, innermost: unknown): unknown => {
  let value = innermost;
  for (let index = length - 1; index >= 0; index--) value = { index, next: value };
  return value;
};

describe('references', () => {
  test('may be chained through 300 schemas, in properties and directly', async () => {
    const api = await load(
      document(
        { '/a': { get: withResponse(refTo('S0')) }, '/b': { get: withResponse(refTo('T0')) } },
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
    expect(messagesFor(deep, nested(300, 7))).toEqual([]);
    expect(messagesFor(deep, nested(300, 'x'))).toEqual([
      `response body ${'/next'.repeat(300)} must be integer; got "x"`,
    ]);
    expect(messagesFor(straight, 'x')).toEqual(['response body must be integer; got "x"']);
  });

  test('may form a cycle of 300 schemas', async () => {
    const api = await load(document({ '/a': { get: withResponse(refTo('S0')) } }, chain(300, refTo('S0'))));
    expect(lint({ apis: [api] })).toEqual([]);
    expect(messagesFor(api.operations[0], nested(300, nested(300, {})))).toEqual([]);
    expect(messagesFor(api.operations[0], nested(300, nested(300, 'x')))).toHaveLength(1);
  });

  test.each([
    ['allOf', { allOf: [refTo('Node')] }],
    ['anyOf', { anyOf: [{ type: 'null' }, refTo('Node')] }],
    ['another schema', { allOf: [{ oneOf: [refTo('Other')] }] }],
  ])('that apply to the same value in a cycle, through %s, are findings', async (_, node) => {
    const api = await load(
      document(
        {
          '/a': { get: withResponse(refTo('Node')) },
          '/b': { get: withResponse({ properties: { inner: refTo('Node') } }) },
        },
        { Node: node, Other: { not: refTo('Node') } },
      ),
    );
    const findings = compileSchemas({ apis: [api] });
    expect(findings.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'spec-schema this schema cannot be used: its $refs are circular',
      'spec-schema this schema cannot be used: its $refs are circular',
    ]);
  });

  test('that cannot be resolved are reported once, and what depends on them is not checkable', async () => {
    const api = await load(
      document(
        { '/a': { get: withResponse(refTo('A')) }, '/b': { get: withResponse(refTo('B')) } },
        { A: { properties: { b: refTo('B') } }, B: { properties: { x: { $ref: '#/properties/y' }, y: {} } } },
      ),
    );
    // loadContract has reported the reference.
    expect(compileSchemas({ apis: [api] })).toEqual([]);
    const problem = 'cannot be checked: $ref "#/properties/y" cannot be resolved';
    expect(messagesFor(api.operations[0], { b: { x: 1 } })).toEqual([`response body /b/x ${problem}`]);
    expect(messagesFor(api.operations[1], { x: 1 })).toEqual([`response body /x ${problem}`]);
    expect(messagesFor(api.operations[1], { y: 1 })).toEqual([]);
  });
});

test('a false schema is reported with its own line', async () => {
  const text = JSON.stringify(
    document(
      { '/a': { get: withResponse(refTo('A')) } },
      { A: { properties: { self: refTo('A'), never: false } } },
    ),
    undefined,
    1,
  );
  const file = path.join(folder, 'never.json');
  writeFileSync(file, text);
  const { contract } = await loadContract([file], { relativeTo: folder });
  const body = Buffer.from('{"self":{"never":1}}');
  const [finding] = validateResponse(contract.apis[0]?.operations[0] as Operation, {
    status: 200,
    headers: { 'content-type': ['application/json'] },
    body,
  });
  expect(finding?.location?.line).toBe(text.split('\n').findIndex(line => line.includes('"never"')) + 1);
});

describe('the cost of a document', () => {
  /** Operations with one schema each, and one that all of them share. */
  const many = (count: number): Json =>
    document(
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [
          `/things/${index}/{id}`,
          {
            get: {
              operationId: `get${index}`,
              parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
              ...withResponse(
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
    const start = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(start);
    return user + system;
  };

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
    const costOf = (count: number): Promise<number> =>
      cost(async () => {
        const api = await load(bare(count));
        expect(lint({ apis: [api] })).toEqual([]);
        const match = createMatcher({ apis: [api] });
        for (let index = 0; index < count; index++) {
          const found = match({ method: 'GET', path: `/spec/things/${index}`, host: undefined });
          expect(found.kind).toBe('operation');
        }
      });
    // A busy machine only adds time: the fastest of three rounds counts.
    const rounds: { small: number; large: number }[] = [];
    for (let round = 0; round < 3; round++)
      rounds.push({ small: await costOf(1500), large: await costOf(6000) });
    const small = Math.min(...rounds.map(each => each.small));
    const large = Math.min(...rounds.map(each => each.large));
    expect(large).toBeLessThan(8 * small);
  });

  test('is linear in the requests of a Postman collection: folders, numbers in paths, names, secrets', async () => {
    const body = JSON.stringify({ id: 1, at: '2024-01-31T10:00:00Z', list: [{ a: 1 }, { a: null, b: 'x' }] });
    const collection = (count: number): Json => ({
      info: { name: 't', schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' },
      item: Array.from({ length: count }, (_, index) => ({
        name: 'Folder',
        variable: [{ key: 'host', value: `https://h${index % 3}.example` }],
        item: [
          {
            name: 'Same name',
            request: {
              method: index % 2 === 0 ? 'GET' : 'POST',
              url: `{{host}}/{{unknown${index}}}/${index % 5 === 0 ? 'things' : `t${index}`}/${index}?a=${index}`,
              auth: { type: 'bearer', bearer: [{ key: 'token', value: `FAKE-token-${index}` }] },
              body: { mode: 'raw', raw: body, options: { raw: { language: 'json' } } },
            },
            response: [{ name: 'Same', code: 200, header: [], body }],
          },
        ],
      })),
    });
    const costOf = (count: number): Promise<number> => {
      const file = write('collection.json', collection(count));
      return cost(async () => {
        const { contract, findings } = await loadContract([file], { relativeTo: folder });
        expect(contract.apis[0]?.operations.length).toBeGreaterThan(count / 2);
        expect(findings.map(({ code }) => code)).toEqual(['spec-ignored']);
      });
    };
    const rounds: { small: number; large: number }[] = [];
    for (let round = 0; round < 3; round++)
      rounds.push({ small: await costOf(500), large: await costOf(2000) });
    const small = Math.min(...rounds.map(each => each.small));
    const large = Math.min(...rounds.map(each => each.large));
    expect(large).toBeLessThan(8 * small);
  });

  test('is limited to what is used: one operation of many compiles one schema', async () => {
    const file = write('many.json', many(4000));
    const { contract } = await loadContract([file], { relativeTo: folder });
    const [api] = contract.apis;
    // ajv creates one function for each schema that it compiles.
    const compiled = vi.spyOn(globalThis, 'Function');
    messagesFor(api?.operations[0], { shared: { id: 1 } });
    expect(compiled.mock.calls.length).toBeGreaterThan(0);
    expect(compiled.mock.calls.length).toBeLessThan(10);
    compiled.mockRestore();
    expect(messagesFor(api?.operations[3999], { shared: { id: 'x' } })).toEqual([
      'response body /shared/id must be integer; got "x"',
    ]);
  });

  test('ambiguous operations are reported against the first of them', async () => {
    const get = { operationId: 'same', ...withResponse({}) };
    const withParameter = (name: string): Json => ({
      parameters: [{ name, in: 'path', required: true, schema: {} }],
      get,
    });
    const api = await load(
      document({
        '/a/{x}': withParameter('x'),
        '/a/{y}': withParameter('y'),
        '/a/{z}': withParameter('z'),
        '/b': { get },
      }),
    );
    expect(lint({ apis: [api] }).map(({ message }) => message)).toEqual([
      'GET /a/{y} matches the same requests as /a/{x}',
      'the operationId "same" is used twice',
      'GET /a/{z} matches the same requests as /a/{x}',
      'the operationId "same" is used twice',
      'the operationId "same" is used twice',
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

  test('one schema of a thousand that does not compile prevents a strict start', async () => {
    const invalid = many(520);
    (invalid.components as { schemas: Json }).schemas.Bad = { type: 'strnig' };
    (invalid.paths as Json)['/bad'] = { get: withResponse(refTo('Bad')) };
    const starting = startMock({ specs: [write('broken.json', invalid)], strict: true });
    await expect(starting).rejects.toThrow(
      '"type" must be one of array, boolean, integer, null, number, object, string, not "strnig"',
    );
  });
});

describe('the locations of the nodes of a JSON document', () => {
  const pointersOf = (value: unknown, at = ''): string[] =>
    typeof value !== 'object' || value === null
      ? [at]
      : [at, ...Object.entries(value).flatMap(([key, inner]) => pointersOf(inner, at + jsonPointer(key)))];

  test.each([
    ['pretty', (value: unknown) => JSON.stringify(value, undefined, 2)],
    ['in one line', (value: unknown) => JSON.stringify(value)],
    [
      'with odd space',
      (value: unknown) => ` \n${JSON.stringify(value, undefined, '\t').replaceAll('\n', '\r\n')}\n`,
    ],
  ])('equal those that a YAML parser finds, %s', (_, text) => {
    const value = {
      'a/b': [1, -2.5e3, true, null, 'x', [], {}, [[{}]]],
      'quote " and \\': { 'ümlaut 😀': 'é😀"\\', after: 1 },
      '': { '~': [{ deep: [0, { key: 'end\\' }] }] },
      __proto__x: 'y',
    };
    const documentText = text(value);
    const json = parseFile('a.json', documentText) as ParsedFile;
    const yaml = parseFile('a.yaml', documentText) as ParsedFile;
    expect(isParseFailure(json) || isParseFailure(yaml)).toBe(false);
    expect(parseDocument(documentText).errors).toEqual([]);
    for (const at of [...pointersOf(value), '/a~1b/99', '/nowhere', '/a~1b/0/deeper', '/a~1b/x'])
      expect([at, { ...json.locate(at), file: '' }]).toEqual([at, { ...yaml.locate(at), file: '' }]);
  });
});

test('an overlay that multiplies the document ends', async () => {
  const copies = Array.from(
    { length: 40 },
    (_, index) => `  - { target: $, update: { x-${index}: {} } }\n  - { target: $.x-${index}, copy: $ }\n`,
  );
  const overlay = path.join(folder, 'overlay.yaml');
  writeFileSync(
    overlay,
    `overlay: 1.1.0\ninfo: { title: Copies, version: '1' }\nactions:\n${copies.join('')}`,
  );
  const operation = { get: { responses: { 200: { description: 'd' } } } };
  const files = [write('spec.json', document({ '/things': operation }))];
  const { findings } = await loadContract(files, { relativeTo: folder, overlays: [overlay] });
  expect(findings[0]).toMatchObject({
    code: 'spec-overlay',
    message: expect.stringMatching(/^the action makes the document too large/),
  });
});
