// A pattern that cannot be decided is one assertion that is not checkable: what does not depend on it is validated.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadContract } from '../../src/openapi/load.ts';
import type { Operation } from '../../src/openapi/model.ts';
import { lintScenarios } from '../../src/scenario/lint.ts';
import { loadScenarios } from '../../src/scenario/load.ts';
import { startServer } from '../../src/start.ts';
import { lint } from '../../src/validate/lint.ts';
import { validateResponse } from '../../src/validate/response.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'deadringer-patterns-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function load(schema: object, version = '3.1.0') {
  const document = {
    openapi: version,
    info: { title: 't', version: '1' },
    paths: {
      '/a': {
        post: {
          requestBody: { content: { 'application/json': { schema } } },
          responses: { 200: { description: 'd', content: { 'application/json': { schema } } } },
        },
      },
    },
  };
  const file = path.join(folder, 'spec.json');
  writeFileSync(file, JSON.stringify(document, undefined, 1));
  const { contract } = await loadContract([file], { relativeTo: folder });
  const [operation] = contract.apis[0]?.operations ?? [];
  const codesFor = (value: unknown) =>
    validateResponse(operation as Operation, {
      status: 200,
      headers: { 'content-type': ['application/json'] },
      body: Buffer.from(JSON.stringify(value)),
    }).map(({ code, at }) => `${code.replace('response-', '')} ${at.replace('/response/body', '')}`.trim());
  return { file, contract, codesFor };
}

const FOREIGN = '(?i)^abc$';

test('the rest of the body is validated', async () => {
  const properties = { code: { type: 'string', pattern: FOREIGN }, size: { type: 'integer' } };
  const { codesFor } = await load({ type: 'object', properties });
  expect(codesFor({ code: 'ABC', size: 1 })).toEqual(['body-not-checkable /code']);
  expect(codesFor({ code: 'ABC', size: 'x' })).toEqual(['body-schema /size', 'body-not-checkable /code']);
  expect(codesFor({ code: 1, size: 1 })).toEqual(['body-schema /code']);
  expect(codesFor({ size: 1 })).toEqual([]);
  expect(codesFor({ code: 'ABC', size: 1, more: 1 })).toEqual([
    'body-not-checkable /code',
    'property-undocumented /more',
  ]);
});

describe.each([true, false])(
  'where it decides about the whole value (with a second alternative: %s)',
  more => {
    test.each([
      [{ not: { pattern: FOREIGN } }],
      [{ oneOf: [{ pattern: FOREIGN }, more ? { type: 'string' } : { type: 'integer' }] }],
      [{ anyOf: [{ pattern: FOREIGN }, more ? { const: 'z' } : { type: 'integer' }] }],
      [{ if: { pattern: FOREIGN }, [more ? 'then' : 'else']: false }],
    ])('%j is neither valid nor invalid', async schema => {
      const { codesFor } = await load({
        properties: { a: { type: 'string', ...schema }, b: { type: 'integer' } },
      });
      expect(codesFor({ a: 'x' })).toEqual(['body-not-checkable /a']);
      expect(codesFor({ a: 'x', b: 'x' })).toEqual(['body-schema /b', 'body-not-checkable /a']);
    });
  },
);

test('names of properties that cannot be matched violate nothing', async () => {
  const { codesFor } = await load({
    type: 'object',
    properties: { known: { type: 'integer' } },
    patternProperties: { '\\Ax-': { type: 'integer' } },
    additionalProperties: false,
  });
  expect(codesFor({ 'x-a': 'text' })).toEqual(['body-not-checkable']);
  expect(codesFor({ known: 'x', 'x-a': 1 })).toEqual(['body-schema /known', 'body-not-checkable']);
});

test('a text that takes too many steps is not checkable, a short one is', async () => {
  const { codesFor } = await load({ type: 'string', pattern: '^(.*)\\1$' });
  expect(codesFor('abab')).toEqual([]);
  expect(codesFor('aba')).toEqual(['body-schema']);
  expect(codesFor('ab'.repeat(50_000))).toEqual(['body-not-checkable']);
});

test('lint names each pattern once, with its place, also as a name of properties', async () => {
  const { contract } = await load(
    { patternProperties: { 'a++': { items: { pattern: '\\p{L}' } } }, allOf: [{ pattern: '(?i)b' }] },
    '3.0.3',
  );
  const base = '/paths/~1a/post/requestBody/content/application~1json/schema';
  expect(
    lint(contract)
      .filter(({ location }) => location?.pointer.startsWith(base))
      .map(({ code, location }) => `${code} ${location?.pointer.replace(base, '')}`)
      .sort(),
  ).toEqual([
    'spec-pattern /allOf/0/pattern',
    'spec-pattern /patternProperties/a++',
    'spec-pattern-advice /patternProperties/a++/items/pattern',
  ]);
});

test('a server serves an operation with such a pattern, and the others', async () => {
  const { file } = await load({
    type: 'object',
    properties: { code: { type: 'string', pattern: FOREIGN } },
    example: {},
  });
  const mock = await startServer({ specs: [file] });
  const send = (body: string) =>
    fetch(`${mock.url}/spec/a`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  expect((await send('{"code":"abc"}')).status).toBe(200);
  expect((await send('[]')).headers.get('x-deadringer-reason') ?? '').toMatch(/^request-body-schema/);
  await mock.close();
});

test('a scenario whose "matches" is no regular expression is reported with its line', async () => {
  const { contract } = await load({ type: 'object' });
  const scenarios = path.join(folder, 'scenarios', 'spec');
  mkdirSync(scenarios, { recursive: true });
  writeFileSync(
    path.join(scenarios, 'one.yaml'),
    'title: t\nrules:\n  - on: POST /a\n    when:\n      body:\n        /a: { matches: "(?i)x" }\n        /b: { matches: "a\\\\-b" }\n    reply: { status: 200, body: {} }\n',
  );
  const loaded = await loadScenarios([path.dirname(scenarios)], folder);
  expect(
    lintScenarios(contract, loaded.scenarios).map(({ message, location }) => [location?.line, message]),
  ).toEqual([[6, 'the pattern (?i)x is not a regular expression of ECMA-262']]);
});
