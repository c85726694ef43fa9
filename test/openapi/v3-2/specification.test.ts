// The examples of the specification of OpenAPI 3.2: each is sound, and each operation answers as it is documented.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { lint, loadContract } from '../../../src/index.ts';
import type { ServeEvent } from '../../../src/mock/serve-event.ts';
import { type MockServer, startServer } from '../../../src/start.ts';

const FOLDER = path.join(import.meta.dirname, 'specification');
const FILES = readdirSync(FOLDER).filter(file => file.endsWith('.yaml'));

/** What an operation requires, by its id. */
const QUERIES: Readonly<Record<string, string>> = { 'GET /pets': '?skip=0&limit=5' };

let mock: MockServer;
const events: ServeEvent[] = [];
beforeAll(async () => {
  mock = await startServer({ specs: [FOLDER], port: 0 });
  mock.state.subscribe(event => events.push(event));
  return () => mock.close();
});

test.each(FILES)('%s has no findings', async file => {
  const { contract, findings } = await loadContract([path.join(FOLDER, file)], { relativeTo: FOLDER });
  expect([...findings, ...lint(contract)]).toEqual([]);
});

test.each(FILES)('%s is served', async file => {
  const name = path.basename(file, '.yaml');
  const { contract } = await loadContract([path.join(FOLDER, file)], { relativeTo: FOLDER });
  for (const { method, path: template, id } of contract.apis[0]?.operations ?? []) {
    const url = `${mock.url}/${name}${template.replace(/\{[^}]+\}/g, '1')}${QUERIES[id] ?? ''}`;
    const seen = events.length;
    const { status } = await fetch(url, { method, headers: id === 'GET /keys' ? { 'api-key': 'FAKE' } : {} });
    await expect.poll(() => events.length).toBeGreaterThan(seen);
    const { findings } = events.at(-1) as ServeEvent;
    expect({ id, isSuccess: status === 200 || status === 204, findings }).toEqual({
      id,
      isSuccess: true,
      findings: [],
    });
  }
});
