// Ids that are secrets: a snapshot has placeholders that lead from an item to those below it, and that can be loaded.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MockServer, startServer } from '../../src/start.ts';

const DOCUMENT = `openapi: 3.0.3
info: { title: Push, version: '1' }
paths:
  /devices:
    post:
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Device' } } } }
      responses: { '201': { description: '', content: { application/json: { schema: { $ref: '#/components/schemas/Device' } } } } }
  /devices/{token}:
    parameters: [{ name: token, in: path, required: true, schema: { type: string } }]
    get:
      responses: { '200': { description: '', content: { application/json: { schema: { $ref: '#/components/schemas/Device' } } } } }
  /devices/{token}/topics:
    parameters: [{ name: token, in: path, required: true, schema: { type: string } }]
    post:
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Topic' } } } }
      responses: { '201': { description: '', content: { application/json: { schema: { $ref: '#/components/schemas/Topic' } } } } }
  /devices/{token}/topics/{id}:
    parameters:
      - { name: token, in: path, required: true, schema: { type: string } }
      - { name: id, in: path, required: true, schema: { type: string } }
    get:
      responses: { '200': { description: '', content: { application/json: { schema: { $ref: '#/components/schemas/Topic' } } } } }
components:
  schemas:
    Device: { type: object, required: [token], properties: { token: { type: string }, platform: { type: string } } }
    Topic: { type: object, required: [id], properties: { id: { type: string }, name: { type: string } } }
`;

let mock: MockServer;
const folder = mkdtempSync(path.join(os.tmpdir(), 'deadringer-redact-ids-'));
beforeAll(async () => {
  writeFileSync(path.join(folder, 'push.yaml'), DOCUMENT);
  mock = await startServer({ specs: [path.join(folder, 'push.yaml')], stateful: true });
});
afterAll(async () => {
  await mock.close();
  rmSync(folder, { recursive: true });
});

async function send(method: string, target: string, body?: object): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return await fetch(mock.url + target, { method, headers, ...(body && { body: JSON.stringify(body) }) });
}

test('a token that is an id is a placeholder in a snapshot, and items below it name the same one', async () => {
  for (const token of ['FAKE-1a', 'FAKE-2b']) {
    await send('POST', '/push/devices', { token, platform: 'ios' });
    await send('POST', `/push/devices/${token}/topics`, { id: 'news', name: token.slice(-1) });
  }
  const state = '/__deadringer/sessions/default/state';
  const snapshot = await (await send('GET', state)).text();
  expect(JSON.parse(snapshot).apis.push).toEqual({
    devices: [
      { token: 'XXXX-0x', platform: 'ios' },
      { token: 'XXXX-02', platform: 'ios' },
    ],
    'devices/topics': [
      { parents: ['XXXX-0x'], value: { id: 'news', name: 'a' } },
      { parents: ['XXXX-02'], value: { id: 'news', name: 'b' } },
    ],
  });
  expect(await (await send('GET', `${state}?keep-secrets=true`)).text()).toContain('FAKE-2b');
  expect((await send('PUT', state, JSON.parse(snapshot))).status).toBe(200);
  const loaded = await send('GET', '/push/devices/XXXX-02/topics/news');
  expect([loaded.status, await loaded.json()]).toEqual([200, { id: 'news', name: 'b' }]);
});
