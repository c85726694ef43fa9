// Every node of a document, replaced by a wrong value, one at a time: nothing throws, and the other operations are served.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ContractError, lint, loadContract } from '../../src/index.ts';
import { type MockServer, startServer } from '../../src/start.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const WRONG: readonly unknown[] = [
  null,
  'text',
  7,
  true,
  [],
  {},
  ['text'],
  [null],
  { $ref: '#/no' },
  { $ref: 7 },
  { constructor: {}, toString: null },
  'constructor',
];

/** The paths to all nodes below the root, outer ones first. */
function* places(value: unknown, at: readonly (string | number)[] = []): Generator<(string | number)[]> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    const place = [...at, Array.isArray(value) ? Number(key) : key];
    yield place;
    yield* places(inner, place);
  }
}

function replaced(document: unknown, place: readonly (string | number)[], value: unknown): unknown {
  const copy = structuredClone(document) as Record<string | number, unknown>;
  let holder = copy;
  for (const step of place.slice(0, -1)) holder = holder[step] as Record<string | number, unknown>;
  holder[place.at(-1) as string] = value;
  return copy;
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'deadringer-mutated-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const GOOD = {
  get: {
    security: [],
    responses: { 200: { description: 'ok', content: { 'application/json': { example: { ok: 1 } } } } },
  },
};

function readDocument(file: string): { paths: Record<string, unknown> } {
  const document = parse(readFileSync(path.join(ROOT, file), 'utf8')) as { paths: Record<string, unknown> };
  return { ...document, paths: { ...document.paths, '/good': GOOD } };
}

test.each([
  'test/fixtures/pets.yaml',
  'test/fixtures/negotiation.yaml',
  'specs/masivo.yaml',
  'test/fixtures/swagger/shop.yaml',
  'test/fixtures/streams.yaml',
])('a wrong value anywhere in %s', async name => {
  const document = readDocument(name);
  const mutations = [...places(document)]
    // The version and the paths as a whole concern every operation.
    .filter(
      place => !['openapi', 'swagger', 'paths', 'servers'].includes(String(place[0])) || place.length > 1,
    )
    .filter(place => place[1] !== '/good')
    .flatMap(place => WRONG.map(value => ({ place, value })));
  const chosen = mutations.filter((_, index) => index % 11 === 0);
  const size = 40;
  for (let start = 0; start < chosen.length; start += size) {
    const files = chosen.slice(start, start + size).map(({ place, value }, index) => {
      const file = path.join(folder, `m${index}.json`);
      writeFileSync(file, JSON.stringify(replaced(document, place, value)));
      return { file, name: `m${index}`, place: place.join('/'), value: JSON.stringify(value) };
    });
    for (const { file, place, value } of files) {
      const { contract, findings } = await loadContract([file], { relativeTo: folder }).catch(
        (error: unknown) => {
          throw new Error(
            `${place} = ${value}: ${error instanceof ContractError ? error.message : String((error as Error).stack)}`,
          );
        },
      );
      try {
        lint(contract);
      } catch (error) {
        throw new Error(`lint, ${place} = ${value}, ${findings.length} findings: ${(error as Error).stack}`);
      }
    }
    const mock: MockServer = await startServer({ specs: files.map(({ file }) => file), dynamic: false });
    try {
      for (const { name: api, place, value } of files) {
        const good = await fetch(`${mock.url}/${api}/good`);
        expect({ place, value, status: good.status }).toEqual({ place, value, status: 200 });
        for (const operation of mock.state.config.contract.apis.find(each => each.name === api)?.operations ??
          []) {
          const url = `${mock.url}/${api}${operation.path.replace(/\{[^{}]*\}/g, '1')}`;
          const method = operation.method === '*' ? 'GET' : operation.method;
          if (method === 'TRACE') continue;
          const response = await fetch(url, { method });
          expect({
            place,
            value,
            url: operation.id,
            bug: (await response.text()).includes('deadringer:bug'),
          }).toEqual({ place, value, url: operation.id, bug: false });
        }
      }
    } finally {
      await mock.close(0);
    }
  }
});

test('a wrong value anywhere in a Postman collection: the other requests are operations', async () => {
  const text = readFileSync(path.join(ROOT, 'test/fixtures/postman/shop.postman_collection.json'), 'utf8');
  const collection = JSON.parse(text) as { item: unknown[] };
  const document = {
    ...collection,
    item: [...collection.item, { name: 'Good', request: 'http://x.example/good' }],
  };
  const mutations = [...places(document)]
    // The list as a whole and the version concern every request.
    .filter(([first, second]) => first !== 'info' && !(first === 'item' && second === undefined))
    .filter(place => place[1] !== collection.item.length)
    .flatMap(place => WRONG.map(value => ({ place, value })));
  const file = path.join(folder, 'collection.json');
  for (const { place, value } of mutations.filter((_, index) => index % 23 === 0)) {
    writeFileSync(file, JSON.stringify(replaced(document, place, value)));
    const { contract, findings } = await loadContract([file], { relativeTo: folder });
    const operations = contract.apis.flatMap(api => api.operations.map(({ path: at }) => at));
    expect({ place, value, operations }).toMatchObject({ operations: expect.arrayContaining(['/good']) });
    for (const finding of [...findings, ...lint(contract)])
      expect(finding.location?.file).toBe('collection.json');
  }
});
