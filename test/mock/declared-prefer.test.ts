// A document may declare a Prefer header of its own: preferences of the mock work beside it, and the API does not see them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ServeEvent } from '../../src/mock/serve-event.ts';
import { type MockServer, startServer } from '../../src/start.ts';

const operation = (id: string, parameter: string): string =>
  `  /${id}: { get: { operationId: ${id}, parameters: [{ name: Prefer, in: header, ${parameter} }], responses: { '200': { description: Done., content: { application/json: { example: { id: ${id} } } } }, '202': { description: Later. } } } }`;

const DOCUMENT = `openapi: 3.0.3
info: { title: Tables, version: '1' }
paths:
${operation('rows', "schema: { type: string, enum: [return=minimal, 'return=minimal, wait=10', 'respond-async; a=b'] }")}
${operation('needed', 'required: true, schema: { type: string, enum: [respond-async] }')}
${operation('mocked', "required: true, schema: { type: string, enum: ['code=202', 'code=200'] }")}
${operation('lists', 'schema: { type: array, items: { type: string, enum: [respond-async, wait=5] } }')}
`;

let mock: MockServer;
const events: ServeEvent[] = [];
const folder = mkdtempSync(path.join(os.tmpdir(), 'deadringer-prefer-'));
beforeAll(async () => {
  writeFileSync(path.join(folder, 'tables.yaml'), DOCUMENT);
  mock = await startServer({ specs: [folder] });
  mock.state.subscribe(event => events.push(event));
});
afterAll(async () => {
  await mock.close();
  rmSync(folder, { recursive: true });
});

test.each([
  ['rows', 'code=202', 202, undefined],
  ['rows', 'dynamic=true', 200, undefined],
  ['rows', 'return=minimal', 200, 'return=minimal'],
  ['rows', 'code=202, return=minimal', 202, 'return=minimal'],
  ['rows', 'return=minimal,code="202", wait=10', 202, 'return=minimal, wait=10'],
  ['rows', 'respond-async; a=b, seed=1; code=202', 202, 'respond-async; a=b'],
  ['rows', 'code=202, return=maximal', 422, 'return=maximal'],
  ['needed', 'code=202, respond-async', 202, 'respond-async'],
  ['needed', 'code=202', 422, 'code=202'],
  ['mocked', 'code=202', 202, 'code=202'],
  ['lists', 'respond-async, code=202, wait=5', 202, 'respond-async, wait=5'],
])('%s with Prefer: %s is %i', async (id, prefer, status, seen) => {
  const response = await fetch(`${mock.url}/tables/${id}`, { headers: { prefer } });
  expect([response.status, events.at(-1)?.exchange.request.headers.prefer?.[0]]).toEqual([status, seen]);
});
