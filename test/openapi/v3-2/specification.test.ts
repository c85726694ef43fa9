// The examples of the specification of OpenAPI 3.2: each is sound, and each operation answers as it is documented.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { DocumentNode } from '../../../src/document/documents.ts';
import { lint, loadContract } from '../../../src/index.ts';
import type { ServeEvent } from '../../../src/mock/serve-event.ts';
import type { ApiSpec } from '../../../src/openapi/model.ts';
import { readXml } from '../../../src/schema/read-xml.ts';
import { writeXml } from '../../../src/schema/write-xml.ts';
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

test('the XML examples stand for the data beside them, in both directions', async () => {
  const { contract } = await loadContract([path.join(FOLDER, 'xml.yaml')], { relativeTo: FOLDER });
  const [api] = contract.apis as [ApiSpec];
  const contents = api.operations.flatMap(({ responses }) => responses.flatMap(each => each.contents));
  let count = 0;
  for (const { node, schema } of contents) {
    const { examples } = node.value as { examples: Record<string, Record<string, unknown>> };
    for (const [name, { dataValue, externalValue, serializedValue }] of Object.entries(examples)) {
      const text = serializedValue ?? readFileSync(path.join(FOLDER, String(externalValue)), 'utf8');
      const read = (xml: string) => readXml(api.documents, schema as DocumentNode, xml);
      expect({ name, ...read(String(text)) }).toEqual({ name, json: dataValue });
      expect({ name, ...read(writeXml(api.documents, schema, dataValue)) }).toEqual({
        name,
        json: dataValue,
      });
      count++;
    }
  }
  expect(count).toBe(12);
});
