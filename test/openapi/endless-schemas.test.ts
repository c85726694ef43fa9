// `lint` reports schemas that require themselves, and no others.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { run } from '../cli/program.ts';

const self = { $ref: '#/components/schemas/S' };
const required = (properties: Record<string, unknown>): object => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
});

async function lintSchema(schema: unknown): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'deadringer-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const content = { 'application/json': { schema: self } };
  const file = path.join(folder, 'api.json');
  const document = {
    openapi: '3.1.0',
    info: { title: 'Schemas', version: '1' },
    paths: { '/s': { get: { operationId: 's', responses: { 200: { description: 'OK', content } } } } },
    components: { schemas: { S: schema } },
  };
  await writeFile(file, JSON.stringify(document));
  return (await run('lint', file)).out;
}

const ENDLESS: readonly (readonly [string, unknown])[] = [
  ['three members', required({ a: self, b: self, c: self })],
  ['a list with items', required({ list: { type: 'array', minItems: 1, items: self } })],
  ['every branch', required({ next: { oneOf: [self, required({ inner: self })] } })],
  ['a part of an allOf', { allOf: [{ type: 'object' }, required({ inner: required({ next: self }) })] }],
];
test.each(ENDLESS)('%s without an end', async (_, schema) => {
  const out = await lintSchema(schema);
  expect(out).toContain('no value satisfies this schema: what it requires has no end');
  expect(out.match(/spec-schema/g)).toHaveLength(1);
});

const ENDING: readonly (readonly [string, unknown])[] = [
  ['an optional member', { type: 'object', properties: { next: self } }],
  ['an empty list', required({ list: { type: 'array', items: self } })],
  ['a nullable member', required({ next: { anyOf: [self, { type: 'null' }] } })],
  ['a second type', { ...required({ next: self }), type: ['object', 'string'] }],
  ['an enum', required({ next: { ...self, enum: [null] } })],
];
test.each(ENDING)('%s is an end', async (_, schema) => {
  expect(await lintSchema(schema)).not.toContain('no end');
});
