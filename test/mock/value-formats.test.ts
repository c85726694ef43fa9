// A text that was sent comes back only where it has the format that the response declares.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MockServer, startServer } from '../../src/start.ts';

const DOCUMENT = `openapi: 3.0.3
info: { title: Repositories, version: '1' }
paths:
  /repos:
    get:
      responses:
        '200': { description: '', content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Repo' } } } } }
    post:
      requestBody: { content: { application/json: { schema: { type: object, properties: { name: { type: string }, homepage: { type: string }, mirrors: { type: array, items: { type: string } }, email: { type: string, format: email }, owner: { type: object, properties: { site: { type: string } } } } } } } }
      responses:
        '201': { description: '', content: { application/json: { schema: { $ref: '#/components/schemas/Repo' } } } }
  /repos/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
    get:
      responses:
        '200': { description: '', content: { application/json: { schema: { $ref: '#/components/schemas/Repo' } } } }
  /rooms:
    post:
      requestBody: { content: { application/json: { schema: { type: object, properties: { name: { type: string } } } } } }
      responses:
        '201': { description: '', content: { application/json: { schema: { $ref: '#/components/schemas/Room' } } } }
  /rooms/{sid}:
    parameters: [{ name: sid, in: path, required: true, schema: { type: string } }]
    get:
      responses:
        '200': { description: '', content: { application/json: { schema: { $ref: '#/components/schemas/Room' } } } }
  /addresses:
    post:
      responses:
        '201': { description: '', content: { application/json: { schema: { $ref: '#/components/schemas/Address' }, example: { ip: 45.55.96.47 } } } }
  /addresses/{ip}:
    parameters: [{ name: ip, in: path, required: true, schema: { type: string } }]
    get:
      responses:
        '200': { description: '', content: { application/json: { schema: { $ref: '#/components/schemas/Address' } } } }
components:
  schemas:
    Address: { type: object, required: [ip], properties: { ip: { type: string, format: ipv4 } } }
    Room: { type: object, required: [sid], properties: { sid: { type: string, pattern: '^RM[0-9a-fA-F]{32}$', minLength: 34, maxLength: 34 }, name: { type: string } } }
    Repo:
      type: object
      required: [id]
      properties:
        id: { type: string, format: uuid }
        name: { type: string }
        homepage: { type: string, format: uri, nullable: true }
        mirrors: { type: array, items: { type: string, format: uri } }
        email: { type: string, format: email }
        owner: { type: object, properties: { site: { type: string, format: uri } } }
`;

let stateful: MockServer;
let plain: MockServer;
const folder = mkdtempSync(path.join(os.tmpdir(), 'deadringer-value-formats-'));

beforeAll(async () => {
  const file = path.join(folder, 'repos.yaml');
  writeFileSync(file, DOCUMENT);
  stateful = await startServer({ specs: [file], stateful: true });
  plain = await startServer({ specs: [file] });
});

afterAll(async () => {
  await stateful.close();
  await plain.close();
  rmSync(folder, { recursive: true });
});

interface Answer {
  readonly state: string | null;
  readonly body: Record<string, unknown>;
}

async function send(mock: MockServer, method: string, target: string, body?: object): Promise<Answer> {
  const response = await fetch(mock.url + target, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  return {
    state: response.headers.get('x-deadringer-state'),
    body: (await response.json()) as Record<string, unknown>,
  };
}

const SENT = {
  name: 'mine',
  homepage: 'w1',
  mirrors: ['https://example.com/a', 'b'],
  email: 'nobody',
  owner: { site: 'w2' },
};

test('with state, a text without the format of the response is left off, unless the request declares the same format', async () => {
  const { state, body } = await send(stateful, 'POST', '/repos/repos', SENT);
  expect(state).toBe('created; partial="/homepage /mirrors /owner/site"');
  expect(body).toMatchObject({ name: 'mine', email: 'nobody' });
  expect(JSON.stringify(body)).not.toMatch(/"w[12]"|"b"/);
  const read = await send(stateful, 'GET', `/repos/repos/${body.id}`);
  expect(read.body).toEqual(body);
  const listed = await send(stateful, 'GET', '/repos/repos');
  expect(listed.state).toMatch(/^listed; partial="/);
  expect(listed.state?.match(/\/[a-z/]+/g)?.sort()).toEqual(['/homepage', '/mirrors', '/owner/site']);
  expect(listed.body).toEqual([body]);
});

test('without state, such a text is left off, too', async () => {
  const { body } = await send(plain, 'POST', '/repos/repos', SENT);
  expect(body).toMatchObject({ name: 'mine', email: 'nobody' });
  expect(JSON.stringify(body)).not.toMatch(/"w[12]"|"b"/);
  const valid = { homepage: 'https://example.com/x', mirrors: ['https://example.com/a'] };
  expect((await send(plain, 'POST', '/repos/repos', valid)).body).toMatchObject(valid);
});

test('an id of the path without the format of the response is left off', async () => {
  expect((await send(plain, 'GET', '/repos/repos/abc')).body.id).not.toBe('abc');
  const id = '0f8fad5b-d9cb-469f-a165-70867728950e';
  expect((await send(plain, 'GET', `/repos/repos/${id}`)).body.id).toBe(id);
});

test('a new id has the format that its schema declares', async () => {
  for (let count = 0; count < 30; count++)
    expect((await send(stateful, 'POST', '/repos/addresses')).state).toBe('created');
});

test('a new id has the pattern that its schema declares', async () => {
  const first = await send(stateful, 'POST', '/repos/rooms', { name: 'a' });
  const second = await send(stateful, 'POST', '/repos/rooms', { name: 'b' });
  expect(first.state).toBe('created');
  expect(first.body.sid).toMatch(/^RM[0-9a-fA-F]{32}$/);
  expect(second.body.sid).not.toBe(first.body.sid);
  expect((await send(stateful, 'GET', `/repos/rooms/${second.body.sid}`)).body.name).toBe('b');
});
