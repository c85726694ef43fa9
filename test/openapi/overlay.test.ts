// Overlays change documents while they are loaded, and findings name the line that is responsible.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatLocation } from '../../src/finding/finding.ts';
import { ContractError, loadContract } from '../../src/openapi/load.ts';
import { jsonPaths } from '../../src/schema/json-path.ts';

const DOCUMENT = `openapi: 3.1.0
info: { title: Pets, version: '1' }
paths:
  /pets:
    get:
      operationId: listPets
      tags: [a, b]
      parameters:
        - { name: page, in: query, schema: { type: integer } }
        - { name: dummy, in: query, schema: { type: string } }
        - name: sort
          in: query
          schema: { type: string, pattern: '(' }
      responses:
        '200':
          description: OK
          content:
            application/json:
              schema: { $ref: '#/components/schemas/Pets' }
components:
  schemas:
    Pets: { type: array, items: { $ref: '#/components/schemas/Pet' } }
    Pet:
      type: object
      properties:
        id: { type: integer }
        weight: { type: number, maximum: 12345678901234567890 }
`;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'overlay-'));
  await writeFile(path.join(folder, 'pets.yaml'), DOCUMENT);
});

afterAll(() => rm(folder, { recursive: true }));

let count = 0;

async function load(actions: string, { head = '', specs = ['pets.yaml'] } = {}) {
  const name = `overlay${count++}.yaml`;
  const text = `overlay: 1.1.0\ninfo: { title: Change, version: '1' }\n${head}actions:\n${actions}`;
  await writeFile(path.join(folder, name), text);
  const { contract, findings } = await loadContract(
    specs.map(each => path.join(folder, each)),
    { relativeTo: folder, overlays: [path.join(folder, name)] },
  );
  const [api] = contract.apis;
  if (api === undefined) throw new Error('no API');
  // biome-ignore lint/suspicious/noExplicitAny: a document of the test
  const root = api.documents.root(api.root.uri).value as any;
  const locate = (pointer: string): string =>
    formatLocation(api.documents.locate({ uri: api.root.uri, pointer })).replace(name, 'OVERLAY');
  const lines = findings.map(
    ({ code, location, message }) =>
      `${code} ${location && formatLocation(location).replace(name, 'OVERLAY')} ${message}`,
  );
  return { contract, root, locate, lines };
}

test('an update is merged: members are added, scalars replaced and arrays appended', async () => {
  const { root, locate, lines, contract } = await load(`
  - target: $.paths['/pets']
    update:
      get:
        operationId: findPets
        tags: [c]
      post:
        operationId: addPet
        responses: { '201': { description: Created } }
  - target: $.paths.*.get.parameters
    update: { name: size, in: query, schema: { type: integer } }
`);
  expect(lines).toEqual([]);
  expect(root.paths['/pets'].get.tags).toEqual(['a', 'b', 'c']);
  expect(contract.apis[0]?.operations.map(({ id }) => id)).toEqual(['findPets', 'addPet']);
  expect(root.paths['/pets'].get.parameters).toHaveLength(4);
  expect(locate('/paths/~1pets/get/operationId')).toBe('OVERLAY:8');
  expect(locate('/paths/~1pets/get/tags/2')).toBe('OVERLAY:9');
  expect(locate('/paths/~1pets/get/tags/1')).toBe('pets.yaml:7');
  expect(locate('/paths/~1pets/post/responses/201')).toBe('OVERLAY:12');
  expect(locate('/paths/~1pets/get/parameters/3/schema')).toBe('OVERLAY:14');
  expect(locate('/paths/~1pets/get')).toBe('pets.yaml:5');
});

test('nodes are removed, and what follows them in an array keeps its line', async () => {
  const { root, locate } = await load(`
  - target: $.paths.*.get.parameters[?@.name == 'dummy' || @.name == 'page']
    remove: true
  - target: $.components.schemas.Pet.properties.id
    remove: true
`);
  expect(root.paths['/pets'].get.parameters.map(({ name }: { name: string }) => name)).toEqual(['sort']);
  expect(locate('/paths/~1pets/get/parameters/0/schema')).toBe('pets.yaml:13');
  expect(root.components.schemas.Pet.properties).toEqual({ weight: expect.anything() });
});

test('a node is copied, and keeps the line where it was written', async () => {
  const { root, locate, lines } = await load(`
  - target: $.paths
    update: { /cats: {} }
  - target: $.paths['/cats']
    copy: $.paths['/pets']
  - target: $.paths['/cats'].get
    update: { operationId: listCats }
`);
  expect(lines).toEqual([]);
  expect(root.paths['/cats'].get.tags).toEqual(['a', 'b']);
  expect(root.paths['/pets'].get.operationId).toBe('listPets');
  expect(locate('/paths/~1cats/get/tags')).toBe('pets.yaml:7');
  expect(locate('/paths/~1cats/get/operationId')).toBe('OVERLAY:10');
});

test('scalars are replaced, and numbers keep their digits', async () => {
  const { root, contract } = await load(`
  - target: $.info.title
    update: Animals
  - target: $.components.schemas.Pet.properties.weight
    update: { minimum: 12345678901234567000 }
`);
  expect(root.info.title).toBe('Animals');
  expect(contract.apis[0]?.title).toBe('Animals');
  expect(root.components.schemas.Pet.properties.weight).toMatchObject({ type: 'number' });
});

test('a finding about what an overlay wrote names the line of the overlay', async () => {
  const { lines } = await load(`
  - target: $.components.schemas.Pet.properties
    update:
      owner: { $ref: '#/components/schemas/Owner' }
`);
  expect(lines).toEqual(['spec-reference OVERLAY:7 $ref "#/components/schemas/Owner" cannot be resolved']);
});

test('a file of which parts were written by an overlay is found by the name of either', async () => {
  const { contract } = await load('  - { target: $.info, update: { title: Changed } }\n');
  const documents = contract.apis[0]?.documents;
  const file =
    documents?.locate({ uri: contract.apis[0]?.root.uri ?? '', pointer: '/info/title' }).file ?? '';
  expect(file).toMatch(/^overlay/);
  expect(documents?.textOf(file)).toMatch(/^overlay: 1/);
  expect(documents?.textOf('pets.yaml')).toBe(DOCUMENT);
  expect(documents?.uriOf(file)).toBe(documents?.uriOf('pets.yaml'));
  expect(documents?.uriOf('other.yaml')).toBeUndefined();
});

test('a target without a match is named', async () => {
  const { lines } = await load(`
  - target: $.paths['/dogs']
    remove: true
  - target: $.info
    update: { summary: x }
`);
  expect(lines).toEqual([
    "spec-overlay-advice OVERLAY:5 the target $.paths['/dogs'] matches nothing; the action has no effect",
  ]);
});

test('an overlay without any match is an error', async () => {
  const { lines } = await load('  - { target: $.nothing, remove: true }\n');
  expect(lines).toEqual([
    'spec-overlay OVERLAY:3 no target of this overlay matches anything in any document',
  ]);
});

test('an overlay changes the document that it extends only', async () => {
  await writeFile(path.join(folder, 'other.yaml'), DOCUMENT);
  const specs = ['pets.yaml', 'other.yaml'];
  const action = '  - { target: $.info, update: { title: Changed } }\n';
  const { contract } = await load(action, { head: 'extends: ./other.yaml\n', specs });
  expect(contract.apis.map(({ title }) => title)).toEqual(['Pets', 'Changed']);
  const { lines } = await load(action, { head: 'extends: ./third.yaml\n', specs });
  expect(lines).toEqual([
    expect.stringMatching(/^spec-overlay OVERLAY:3 "extends" names file:.*third\.yaml, which is none/),
  ]);
  const both = await load(action, { specs });
  expect(both.contract.apis.map(({ title }) => title)).toEqual(['Changed', 'Changed']);
});

test.each([
  ['- { target: "$.paths[", remove: true }', /OVERLAY:4 "\$\.paths\[" is no JSONPath of RFC 9535/],
  ['- { remove: true }', /OVERLAY:4 an action needs "target"/],
  ['- { target: $.info }', /OVERLAY:4 the action does nothing/],
  ['- { target: $, remove: true }', /OVERLAY:4 the whole document cannot be removed/],
  ['- { target: $.info, update: text }', /OVERLAY:4 a string cannot be merged into an object/],
  ['- { target: $, update: { paths: null } }', /OVERLAY:4 null cannot be merged into an object/],
  ['- { target: $.info, copy: $.paths.nothing }', /OVERLAY:4 "copy" must select one node, and selects 0/],
  ['- { target: $.info, update: {}, copy: $.info }', /OVERLAY:4 the action has both/],
])('the action %s is reported, and the others are applied', async (action, message) => {
  const { lines, root } = await load(`  ${action}\n  - { target: $.info, update: { title: Changed } }\n`);
  expect(lines).toEqual([expect.stringMatching(message)]);
  expect(root.info.title).toBe('Changed');
});

test.each([
  ['openapi: 3.1.0\n', 'bad.yaml:1: this is no OpenAPI Overlay: "overlay: 1.0.0" is missing'],
  ['overlay: 2.0.0\n', 'bad.yaml:1: Overlay "2.0.0" is not supported'],
  [
    "overlay: 1.0.0\ninfo: { title: a, version: '1' }\nactions: []\n",
    'bad.yaml:3: an overlay needs "actions"',
  ],
  ['overlay: [\n', 'bad.yaml:2: '],
])('the file %j is no overlay', async (text, message) => {
  await writeFile(path.join(folder, 'bad.yaml'), text);
  const loading = loadContract([path.join(folder, 'pets.yaml')], {
    relativeTo: folder,
    overlays: [path.join(folder, 'bad.yaml')],
  });
  await expect(loading).rejects.toThrow(ContractError);
  await expect(loading).rejects.toThrow(message);
});

test('a JSONPath that visits too many nodes ends', () => {
  const query = jsonPaths({ maxLevels: 300, maxMembers: 1000 }).compile('$..*..*..*.nothing');
  const chain = (length: number): unknown => (length === 0 ? 1 : { a: chain(length - 1) });
  expect(query(chain(10))).toEqual([]);
  expect(query(chain(40))).toBeUndefined();
});
