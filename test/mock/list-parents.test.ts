// The items of a list below a parent show the id of the parent, where their schema has a property for it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MockServer, startServer } from '../../src/start.ts';

let folder: string;
let mock: MockServer;

const list = (schema: string, example: string): string =>
  `{ get: { responses: { '200': { description: d, content: { application/json: { schema: ${schema}, example: ${example} } } } } } }`;
const post = (userId: string): string =>
  `{ type: object, properties: { id: { type: integer }, userId: ${userId} } }`;
const array = (userId: string): string => `{ type: array, items: ${post(userId)} }`;
const POSTS = '[{ id: 1, userId: 1 }, { id: 2, userId: 3 }]';

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'deadringer-parents-'));
  const file = path.join(folder, 'api.yaml');
  writeFileSync(
    file,
    `openapi: 3.1.0
info: { title: t, version: "1" }
paths:
  /users/{userId}/posts: ${list(array('{ type: integer }'), POSTS)}
  /people/{user_id}/posts: ${list(`{ type: object, properties: { total: { type: integer }, data: ${array('{ type: string }')} } }`, `{ total: 2, data: [{ id: 1, userId: a }] }`)}
  /bounded/{userId}/posts: ${list(array('{ type: integer, maximum: 9 }'), POSTS)}
  /teams/{teamId}/posts: ${list(array('{ type: integer }'), POSTS)}
`,
  );
  mock = await startServer({ specs: [file] });
});

afterAll(async () => {
  await mock.close();
  rmSync(folder, { recursive: true });
});

const get = async (target: string): Promise<unknown> => (await fetch(mock.url + target)).json();

test('items of a list have the id of the path', async () => {
  expect(await get('/users/7/posts')).toEqual([
    { id: 1, userId: 7 },
    { id: 2, userId: 7 },
  ]);
  expect(await get('/users/8/posts')).toEqual([
    { id: 1, userId: 8 },
    { id: 2, userId: 8 },
  ]);
  expect(await get('/people/anna/posts')).toEqual({ total: 2, data: [{ id: 1, userId: 'anna' }] });
});

test('an id that the items do not admit, or have no property for, is not shown', async () => {
  const documented = [
    { id: 1, userId: 1 },
    { id: 2, userId: 3 },
  ];
  expect(await get('/bounded/77/posts')).toEqual(documented);
  expect(await get('/teams/7/posts')).toEqual(documented);
});
