// Examples whose values have members named toString: they are written in each media type without failing.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MockServer, startServer } from '../../src/start.ts';

const TYPES = [
  ...['application/json', 'application/xml', 'text/csv', 'text/tab-separated-values', 'text/event-stream'],
  ...[
    'application/jsonl',
    'application/json-seq',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
  ],
  ...['multipart/mixed', 'text/plain', 'text/html', 'application/octet-stream'],
];
const ODD = { toString: null, constructor: 1 };
const EXAMPLES = [{ a: ODD, b: [ODD], c: [[ODD]] }, [ODD], [[ODD]], [{ a: [ODD] }], ODD];
const XML_NODES = ['attribute', 'text', 'cdata', 'none'];

/** A form has names, and bytes are no object. */
const UNWRITABLE = /octet-stream|urlencoded\/[123]$/;

const respondWith = (type: string, schema: object, example: unknown): object => ({
  get: { responses: { 200: { description: 'd', content: { [type]: { schema, example } } } } },
});
const paths = Object.fromEntries([
  ...TYPES.flatMap(type =>
    EXAMPLES.map((example, index) => [`/${type}/${index}`, respondWith(type, {}, example)]),
  ),
  ...XML_NODES.flatMap(nodeType => {
    const properties = Object.fromEntries(['a', 'b', 'c'].map(name => [name, { xml: { nodeType } }]));
    return EXAMPLES.map((example, index) => [
      `/${nodeType}/${index}`,
      respondWith('application/xml', { xml: { name: 'root' }, properties }, example),
    ]);
  }),
]);

let folder: string;
let mock: MockServer;
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'odd-examples-'));
  const file = path.join(folder, 'odd.json');
  writeFileSync(file, JSON.stringify({ openapi: '3.2.0', info: { title: 't', version: '1' }, paths }));
  mock = await startServer({ specs: [file] });
});
afterAll(async () => {
  await mock.close(0);
  rmSync(folder, { recursive: true });
});

test.each(Object.keys(paths))('%s', async to => {
  const response = await fetch(mock.url + to);
  expect(await response.text()).not.toContain('deadringer:bug');
  expect(response.status).toBe(UNWRITABLE.test(to) ? 501 : 200);
});
