// Lists of a mock with state whose examples do not fit their schemas: what was created is listed all the same.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestedMock, type TestedMock } from '../store/tested-mock.ts';

const DOCUMENT = `openapi: 3.0.3
info: { title: Notes, version: '1' }
paths:
  /notes:
    get:
      parameters: [{ name: limit, in: query, schema: { type: integer } }]
      responses:
        '200': { description: '', content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Note' } }, example: [{ id: 1, text: first, rank: high }] } } }
    post:
      requestBody: { content: { application/json: { schema: { type: object, properties: { text: { type: string } } } } } }
      responses:
        '201': { description: '', content: { application/json: { schema: { type: object, properties: { id: { type: integer }, text: { type: string } } } } } }
  /notes/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: integer } }]
    get:
      responses:
        '200': { description: '', content: { application/json: { schema: { $ref: '#/components/schemas/Note' }, example: { id: 1, text: first, rank: high } } } }
  /ranks:
    get:
      parameters:
        - { name: sort, in: query, schema: { type: string } }
        - { name: order, in: query, schema: { type: string } }
      responses:
        '200': { description: '', content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Rank' } }, example: [] } } }
    post:
      requestBody: { content: { application/json: { schema: { type: object, properties: { rank: { type: integer } } } } } }
      responses:
        '201': { description: '', content: { application/json: { schema: { type: object, properties: { id: { type: integer }, rank: { type: integer } } } } } }
  /ranks/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: integer } }]
    delete:
      responses:
        '204': { description: '' }
components:
  schemas:
    Rank: { type: object, required: [id, rank], properties: { id: { type: integer }, rank: { type: integer, maximum: 9 } } }
    Note: { type: object, required: [id], properties: { id: { type: integer }, text: { type: string }, rank: { type: integer } } }
`;

let mock: TestedMock;
const folder = mkdtempSync(path.join(os.tmpdir(), 'deadringer-state-lists-'));

beforeAll(async () => {
  const file = path.join(folder, 'notes.yaml');
  writeFileSync(file, DOCUMENT);
  mock = await startTestedMock({ specs: [file], stateful: true });
});

afterAll(async () => {
  await mock.close();
  rmSync(folder, { recursive: true });
});

async function send(
  method: string,
  target: string,
  body?: object,
): Promise<{ state: string | null; body: unknown }> {
  const response = await fetch(mock.url + target, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  return { state: response.headers.get('x-deadringer-state'), body: await response.json() };
}

test('an example with an invalid member does not hide the items that were created', async () => {
  for (const text of ['a', 'b', 'c']) await send('POST', '/notes/notes', { text });
  const { state, body } = await send('GET', '/notes/notes');
  expect(state).toBe('listed');
  expect((body as { text: string }[]).map(({ text }) => text)).toEqual(['first', 'a', 'b', 'c']);
  expect((await send('GET', '/notes/notes?limit=2')).body).toHaveLength(2);
});

test('items that the schema of a list does not admit do not hide the others', async () => {
  for (const rank of [1, 10, 2]) await send('POST', '/notes/ranks', { rank });
  const { state, body } = await send('GET', '/notes/ranks');
  expect(state).toMatch(/^listed; partial="[^"]*#"$/);
  expect((body as { rank: number }[]).map(({ rank }) => rank)).toEqual([1, 2]);
  const descending = await send('GET', '/notes/ranks?sort=rank&order=desc');
  expect((descending.body as { rank: number }[]).map(({ rank }) => rank)).toEqual([2, 1]);
});
