// serve --watch: edits of documents, of the files that they reference, and of scenarios, while requests are served.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Running, start } from './program.ts';

let folder: string;
let program: Running;
let url: string;

const document = (name: string): string => `openapi: 3.1.0
info: { title: t, version: "1" }
paths:
  /a:
    get:
      operationId: a
      responses:
        200:
          description: d
          content:
            application/json:
              schema: { $ref: 'parts.yaml#/Name' }
              example: ${name}
        503: { description: down }
`;
const write = (name: string, text: string): void => writeFileSync(path.join(folder, name), text);
const scenario = (reply: string): string => `title: A scenario\nrules:\n  - on: a\n    reply: ${reply}\n`;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'deadringer-watch-'));
  mkdirSync(path.join(folder, 'scenarios', 'api'), { recursive: true });
  write('api.yaml', document('first'));
  write('parts.yaml', 'Name: { type: string }\n');
  write('scenarios/api/list.yaml', scenario('[200, 503, 200, 503]'));
  program = start(
    [
      'serve',
      '--port',
      '0',
      '--log',
      'json',
      '--watch',
      '--specs',
      path.join(folder, 'api.yaml'),
      '--scenarios',
      path.join(folder, 'scenarios'),
    ],
    { outlivesTest: true },
  );
  url = (await program.line(/"listening":"([^"]+)"/))[1] ?? '';
});
afterAll(async () => {
  program.signal('SIGINT');
  await program.ended;
  rmSync(folder, { recursive: true });
});

const callApi = async (): Promise<string> => {
  const response = await fetch(`${url}/api/a`);
  return `${response.status} ${await response.text()}`;
};

let reloads = 0;
/** Waits for the next reload. @param succeeded false: the reload rejects an invalid edit */
async function reloaded(succeeded: boolean): Promise<void> {
  reloads++;
  const pattern = new RegExp(`(?:"reloaded":(?:true|false)[^]*?){${reloads - 1}}"reloaded":${succeeded}`);
  await program.line(pattern);
}

test('a valid edit is served, an invalid one changes nothing, and no request fails', async () => {
  let running = true;
  const responses = new Map<string, number>();
  const load = Promise.all(
    Array.from({ length: 4 }, async () => {
      while (running) {
        const response = await callApi();
        responses.set(response, (responses.get(response) ?? 0) + 1);
      }
    }),
  );
  expect(await callApi()).toBe('200 "first"');
  write('api.yaml', document('second'));
  await reloaded(true);
  expect(await callApi()).toBe('200 "second"');
  write('api.yaml', document('third').replace('paths:', 'paths: ['));
  await reloaded(false);
  expect(await callApi()).toBe('200 "second"');
  write('parts.yaml', 'Name: { type: strnig }\n');
  await reloaded(false);
  write('parts.yaml', 'Name: { type: string, maxLength: 9 }\n');
  await reloaded(false);
  write('api.yaml', document('third'));
  await reloaded(true);
  expect(await callApi()).toBe('200 "third"');
  running = false;
  await load;
  expect([...responses.keys()].sort()).toEqual(['200 "first"', '200 "second"', '200 "third"']);
});

test('sessions keep their position in a list when the scenario is edited', async () => {
  await fetch(`${url}/__deadringer/sessions/default/scenarios`, {
    method: 'POST',
    body: '{"scenarios":["api/list"]}',
  });
  expect([await callApi(), (await callApi()).slice(0, 3)]).toEqual(['200 "third"', '503']);
  write('scenarios/api/list.yaml', scenario('[503, 503, { status: 200, body: edited }, 503]'));
  await reloaded(true);
  expect(await callApi()).toBe('200 "edited"');
  write('scenarios/api/list.yaml', scenario('[503, 503, { status: 200, body: 7 }]'));
  await reloaded(false);
  expect((await callApi()).slice(0, 3)).toBe('503');
});
