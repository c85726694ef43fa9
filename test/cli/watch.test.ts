// serve --watch: edits of documents, of files they refer to, and of scenarios, under load and without a failed request.
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
const story = (reply: string): string => `title: A story\nrules:\n  - on: a\n    reply: ${reply}\n`;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'deadringer-watch-'));
  mkdirSync(path.join(folder, 'stories', 'api'), { recursive: true });
  write('api.yaml', document('first'));
  write('parts.yaml', 'Name: { type: string }\n');
  write('stories/api/list.yaml', story('[200, 503, 200, 503]'));
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
      path.join(folder, 'stories'),
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

const ask = async (): Promise<string> => {
  const response = await fetch(`${url}/api/a`);
  return `${response.status} ${await response.text()}`;
};

/** Waits for the next reload, good or bad. */
let reloads = 0;
async function reloaded(good: boolean): Promise<void> {
  reloads++;
  const pattern = new RegExp(`(?:"reloaded":(?:true|false)[^]*?){${reloads - 1}}"reloaded":${good}`);
  await program.line(pattern);
}

test('a valid edit is served, an invalid one changes nothing, and no request fails', async () => {
  let running = true;
  const answers = new Map<string, number>();
  const load = Promise.all(
    Array.from({ length: 4 }, async () => {
      while (running) {
        const answer = await ask();
        answers.set(answer, (answers.get(answer) ?? 0) + 1);
      }
    }),
  );
  expect(await ask()).toBe('200 "first"');
  write('api.yaml', document('second'));
  await reloaded(true);
  expect(await ask()).toBe('200 "second"');
  write('api.yaml', document('third').replace('paths:', 'paths: ['));
  await reloaded(false);
  expect(await ask()).toBe('200 "second"');
  write('parts.yaml', 'Name: { type: strnig }\n');
  await reloaded(false);
  write('parts.yaml', 'Name: { type: string, maxLength: 9 }\n');
  await reloaded(false);
  write('api.yaml', document('third'));
  await reloaded(true);
  expect(await ask()).toBe('200 "third"');
  running = false;
  await load;
  expect([...answers.keys()].sort()).toEqual(['200 "first"', '200 "second"', '200 "third"']);
});

test('sessions keep their position in a list when the scenario is edited', async () => {
  await fetch(`${url}/__deadringer/sessions/default/scenarios`, {
    method: 'POST',
    body: '{"scenarios":["api/list"]}',
  });
  expect([await ask(), (await ask()).slice(0, 3)]).toEqual(['200 "third"', '503']);
  write('stories/api/list.yaml', story('[503, 503, { status: 200, body: edited }, 503]'));
  await reloaded(true);
  expect(await ask()).toBe('200 "edited"');
  write('stories/api/list.yaml', story('[503, 503, { status: 200, body: 7 }]'));
  await reloaded(false);
  expect((await ask()).slice(0, 3)).toBe('503');
});
