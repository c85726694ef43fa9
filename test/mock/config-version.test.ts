// The version of what a server serves: equal for equal files in any folder, another one after any change.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createVersionOf } from '../../src/mock/config-version.ts';
import { completeServedConfig, readDocuments } from '../../src/mock/load-config.ts';
import { folderWith } from '../check/traffic.ts';

const DOCUMENT = `openapi: 3.1.0
info: { title: Tea, version: '1' }
paths:
  /teas:
    get:
      operationId: listTeas
      responses:
        '200':
          description: All.
          content:
            application/json:
              schema: { $ref: 'schemas/teas.yaml' }
              examples:
                inserted: { $ref: 'examples.yaml#/all' }
                whole: { value: { $ref: 'examples/teas.json' } }
                external: { externalValue: 'examples/more.json' }
`;
const OVERLAY = `overlay: 1.0.0
info: { title: Words, version: '1' }
actions: [{ target: $.info, update: { description: Green. } }]
`;
const SCENARIO = `title: None
rules:
  - { on: listTeas, reply: { status: 200, body-file: none.json } }
`;
const FILES = {
  'specs/tea.yaml': DOCUMENT,
  'specs/schemas/teas.yaml': 'type: array\nitems: { $ref: tea.yaml }\n',
  'specs/schemas/tea.yaml': 'type: string\n',
  'specs/examples.yaml': 'all: { value: [green] }\n',
  'specs/examples/teas.json': '["black"]',
  'specs/examples/more.json': '["white"]',
  'words.yaml': OVERLAY,
  'scenarios/tea/none.yaml': SCENARIO,
  'scenarios/tea/none.json': '[]',
};

async function versionOf(files: Readonly<Record<string, string>>, options: unknown = {}): Promise<string> {
  const folder = folderWith(files);
  const sources = {
    specs: [path.join(folder, 'specs/tea.yaml')],
    scenarios: [path.join(folder, 'scenarios')],
    overlays: [path.join(folder, 'words.yaml')],
    relativeTo: folder,
  };
  const run = async <T>(work: Iterable<readonly T[]>): Promise<T[]> => [...work].flat();
  const config = await completeServedConfig(await readDocuments(sources), sources, run);
  return createVersionOf(options)(config);
}

test('equal files in two folders have one version', async () => {
  const version = await versionOf(FILES);
  expect(version).toMatch(/^[0-9a-f]{16}$/);
  expect(await versionOf(FILES)).toBe(version);
});

test('a change of any file that is served gives another version', async () => {
  const versions = [await versionOf(FILES)];
  for (const [name, text] of Object.entries(FILES))
    versions.push(await versionOf({ ...FILES, [name]: `${text} ` }));
  expect(new Set(versions).size).toBe(versions.length);
});

test('files that exchange their contents give another version', async () => {
  const exchanged = {
    ...FILES,
    'specs/examples/teas.json': FILES['specs/examples/more.json'],
    'specs/examples/more.json': FILES['specs/examples/teas.json'],
  };
  expect(await versionOf(exchanged)).not.toBe(await versionOf(FILES));
});

test('other options give another version', async () => {
  expect(await versionOf(FILES, { dynamic: true })).not.toBe(await versionOf(FILES, { dynamic: false }));
});

test('a file that nothing refers to has no influence', async () => {
  const document = readFileSync('test/fixtures/pets.yaml', 'utf8');
  expect(await versionOf({ ...FILES, 'specs/other.yaml': document })).toBe(await versionOf(FILES));
});
