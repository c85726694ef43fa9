// Bodies and paths that are expensive to validate: each gets a response with few findings, and the server stays responsive.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ServeEvent } from '../../src/mock/serve-event.ts';
import { type MockServer, startServer } from '../../src/start.ts';

let mock: MockServer;
let folder: string;
const events: ServeEvent[] = [];
const SCHEMAS = {
  tree: '{ $ref: "#/components/schemas/Tree" }',
  numbers: '{ type: array, items: { type: number } }',
  closed: '{ type: object, additionalProperties: false, properties: { a: {} } }',
  open: '{ type: object, properties: { a: {} } }',
  unique: '{ type: array, uniqueItems: true }',
  form: '{ type: object, properties: { a: { type: object } } }',
};

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'deadringer-floods-'));
  const paths = Object.entries(SCHEMAS).map(([name, schema]) => {
    const type =
      name === 'form'
        ? 'application/x-www-form-urlencoded: { encoding: { a: { style: deepObject } }, '
        : 'application/json: { ';
    return `  /${name}: { post: { requestBody: { content: { ${type} schema: ${schema} } } }, responses: { "204": { description: d }, "422": { description: no } } } }`;
  });
  const tree =
    'components: { schemas: { Tree: { anyOf: [{ type: object, required: [op, a], properties: { op: { const: neg }, a: { $ref: "#/components/schemas/Tree" } } }, { type: object, required: [op, b], properties: { op: { const: not }, b: { $ref: "#/components/schemas/Tree" } } }, { type: number }] } } }';
  writeFileSync(
    path.join(folder, 'floods.yaml'),
    `openapi: 3.1.0\ninfo: { title: f, version: "1" }\npaths:\n  /d/{y}-{m}-{d}.json: { get: { parameters: [{ name: y, in: path, required: true, schema: { type: string } }, { name: m, in: path, required: true, schema: { type: string } }, { name: d, in: path, required: true, schema: { type: string } }], responses: { "204": { description: d } } } }\n${paths.join('\n')}\n${tree}\n`,
  );
  mock = await startServer({ specs: [path.join(folder, 'floods.yaml')] });
  mock.state.subscribe(event => events.push(event));
});
afterAll(async () => {
  await mock.close();
  rmSync(folder, { recursive: true });
});

async function post(name: keyof typeof SCHEMAS, body: string): Promise<{ status: number; findings: number }> {
  const type = name === 'form' ? 'application/x-www-form-urlencoded' : 'application/json';
  const response = await fetch(`${mock.url}/floods/${name}`, {
    method: 'POST',
    body,
    headers: { 'content-type': type },
  });
  return { status: response.status, findings: events.at(-1)?.findings.length ?? -1 };
}

test.each([
  [
    'alternatives in alternatives, ten deep',
    'tree',
    `${'{"op":"neg","a":'.repeat(10)}true${'}'.repeat(10)}`,
    422,
  ],
  ['half a million wrong items', 'numbers', `[${Array(500_000).fill('"x"').join(',')}]`, 422],
  [
    'fifty thousand properties too many',
    'closed',
    JSON.stringify(Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`p${index}`, 1]))),
    422,
  ],
  [
    'fifty thousand undocumented properties',
    'open',
    JSON.stringify(Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`p${index}`, 1]))),
    204,
  ],
  [
    'a hundred thousand integers that lose digits',
    'numbers',
    `[${Array(50_000).fill('12345678901234567890').join(',')}]`,
    204,
  ],
  [
    'twenty thousand objects that must all differ',
    'unique',
    JSON.stringify(Array.from({ length: 20_000 }, (_, index) => ({ index }))),
    204,
  ],
  [
    'forty thousand members of a deep object',
    'form',
    Array.from({ length: 40_000 }, (_, index) => `a[k${index}]=1`).join('&'),
    204,
  ],
  [
    'nested too deeply to be validated',
    'tree',
    `${'{"op":"neg","a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
    422,
  ],
] as const)('%s', async (_, name, body, status) => {
  const answered = await post(name, body);
  expect(answered.status).toBe(status);
  expect(answered.findings).toBeLessThanOrEqual(20);
  expect((await post('numbers', '[1]')).status).toBe(204);
});

test('a path that forces the router to try every branch', async () => {
  expect((await fetch(`${mock.url}/floods/d/${'-'.repeat(6000)}x`)).status).toBe(404);
});
