// When Faker is loaded, and that two processes generate the same body.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

type Schema = Record<string, unknown>;

const object = (properties: Schema): Schema => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
});

// Prism, which a checkout loads as a whole, imports Faker, too: what counts is who imports it.
const CHILD = `
import { registerHooks } from 'node:module';
let isLoaded = false;
registerHooks({ resolve(name, context, next) { isLoaded ||= name.includes('faker/locale') && context.parentURL.includes('faker-library'); return next(name, context); } });
const { startServer } = await import(process.argv[1]);
const mock = await startServer({ specs: [process.argv[2]] });
const seen = [];
for (const name of ['example', 'schema-example', 'named']) {
  const body = await (await fetch(mock.url + '/api/' + name)).text();
  seen.push([name, body, isLoaded]);
}
await mock.close();
console.log(JSON.stringify(seen));
`;

test('Faker is loaded when a name asks for it, and two processes generate the same body', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'deadringer-faker-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const respond = (content: object): object => ({
    get: { responses: { 200: { description: '', content: { 'application/json': content } } } },
  });
  const named = object({
    name: { type: 'string' },
    email: { type: 'string' },
    createdAt: { type: 'string' },
  });
  const document = {
    openapi: '3.1.0',
    info: { title: 't', version: '1' },
    paths: {
      '/example': respond({ example: { a: 1 } }),
      '/schema-example': respond({ schema: object({ a: { type: 'integer', example: 2 } }) }),
      '/named': respond({ schema: { type: 'array', items: named } }),
    },
  };
  const file = path.join(folder, 'api.json');
  writeFileSync(file, JSON.stringify(document));
  const run = async (): Promise<unknown> => {
    const start = path.resolve('src/start.ts');
    const args = ['--input-type=module', '-e', CHILD, start, file];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    return JSON.parse(stdout);
  };
  const first = await run();
  expect(first).toEqual([
    ['example', '{"a":1}', false],
    ['schema-example', '{"a":2}', false],
    ['named', expect.stringContaining('@example.'), true],
  ]);
  expect(await run()).toEqual(first);
});
