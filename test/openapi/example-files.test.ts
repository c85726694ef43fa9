// Examples whose value is in a file: externalValue, and $ref in the value of an example.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lint } from '../../src/index.ts';
import { loadDocuments } from '../../src/openapi/load.ts';
import { type MockServer, startServer } from '../../src/start.ts';

const DOCUMENT = `openapi: 3.1.0
info: { title: t, version: '1' }
paths:
  /a:
    get:
      responses:
        '200':
          description: ok
          content:
            application/json:
              schema: { type: object, properties: { id: { type: integer } } }
              examples:
                one: { externalValue: files/one.json }
                two: { externalValue: ./files/two.yaml }
                gone: { externalValue: files/gone.json }
                remote: { externalValue: 'https://example.com/x.json' }
                text: { externalValue: files/text.txt }
                referred: { value: { $ref: files/one.json } }
                huge: { externalValue: files/huge.json }
                broken: { externalValue: files/broken.json }
            application/xml:
              examples: { x: { externalValue: files/x.xml } }
            image/png:
              examples: { x: { externalValue: files/x.png } }
  /whole: { get: { responses: { '200': { description: ok, content: { application/json: { example: { $ref: '#/components/examples/Shared' } } } } } } }
  /inside: { get: { responses: { '200': { description: ok, content: { application/json: { example: { a: { $ref: 'files/one.json#/id' }, b: [{ $ref: files/outer.json }], c: { $ref: '#/components' }, d: { $ref: nowhere }, e: { $ref: 'https://example.com/e.json' } } } } } } } }
  /circular: { get: { responses: { '200': { description: ok, content: { application/json: { schema: { type: object }, example: { $ref: files/loop.json } } } } } } }
  /schema: { get: { responses: { '200': { description: ok, content: { application/json: { schema: { type: string, examples: [{ $ref: files/gone.json }, fine] } } } } } } }
components: { examples: { Shared: { value: { id: 7 } } } }
`;
const LONG = '{"id":12345678901234567890}';
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0x00]);

let folder: string;
let mock: MockServer;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'deadringer-examples-'));
  mkdirSync(path.join(folder, 'files'));
  const files = {
    ...{
      'api.yaml': DOCUMENT,
      'files/one.json': LONG,
      'files/two.yaml': 'id: three\n',
      'files/text.txt': '{"id":5}',
    },
    ...{
      'files/x.xml': '<x>1</x>\n',
      'files/loop.json': '{"$ref":"loop.json"}',
      'files/broken.json': '{"id":',
    },
    ...{ 'files/outer.json': '{"inner":{"$ref":"one.json"}}', 'files/huge.json': '' },
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  writeFileSync(path.join(folder, 'files/x.png'), PNG);
  truncateSync(path.join(folder, 'files/huge.json'), 10 * 1024 * 1024 + 1);
  mock = await startServer({ specs: [path.join(folder, 'api.yaml')] });
});
afterAll(async () => {
  await mock.close();
  rmSync(folder, { recursive: true });
});

test.each([
  ['a', LONG],
  ['a?__example=two', '{"id":"three"}'],
  ['a?__example=text', '{"id":5}'],
  ['a?__example=referred', LONG],
  ['whole', '{"id":7}'],
  [
    'inside',
    `{"a":12345678901234567890,"b":[{"inner":${LONG}}],"c":{"$ref":"#/components"},"d":{"$ref":"nowhere"},"e":{"$ref":"https://example.com/e.json"}}`,
  ],
  ['circular', '{}'],
  ['schema', '"fine"'],
])('GET /%s has the value of the file', async (target, expected) => {
  const response = await fetch(`${mock.url}/api/${target}`);
  expect(await response.text()).toBe(expected);
});

test.each(['gone', 'remote', 'huge', 'broken'])('the example "%s" is not served', async name => {
  const response = await fetch(`${mock.url}/api/a?__example=${name}`);
  expect(await response.json()).toMatchObject({ type: 'deadringer:not-declared' });
});

test('a file in another format than JSON is sent as it is', async () => {
  const xml = await fetch(`${mock.url}/api/a`, { headers: { accept: 'application/xml' } });
  expect(await xml.text()).toBe('<x>1</x>\n');
  const png = await fetch(`${mock.url}/api/a`, { headers: { accept: 'image/png' } });
  expect(Buffer.from(await png.arrayBuffer())).toEqual(PNG);
});

test('lint reports what cannot be used at the reference, and an invalid value in its file', async () => {
  const read: string[] = [];
  const onRead = (uri: string): number => read.push(path.basename(uri));
  const file = path.join(folder, 'api.yaml');
  const { contract, findings } = await loadDocuments([file], { relativeTo: folder, onRead });
  const shown = [...findings, ...lint(contract)].map(
    ({ code, location, message }) => `${location?.file}:${location?.line} ${code} ${message}`,
  );
  expect(shown.toSorted()).toEqual([
    'api.yaml:15 spec-reference externalValue: files/gone.json: the file does not exist; the example is not used',
    expect.stringMatching(
      /^api\.yaml:19 .*files\/huge\.json: the file has 10485761 bytes; an example may have 10485760/,
    ),
    expect.stringMatching(/^api\.yaml:20 spec-reference externalValue: files\/broken\.json:1:\d+: /),
    expect.stringMatching(/^api\.yaml:27 spec-reference \$ref "loop\.json" is circular/),
    expect.stringMatching(/^api\.yaml:28 spec-reference \$ref to files\/gone\.json: the file does not exist/),
    expect.stringMatching(/^files\/two\.yaml:1 spec-example example "two" at \/id must be integer/),
  ]);
  // --watch follows these files, whether they exist or not.
  expect(read).toEqual(expect.arrayContaining(['one.json', 'two.yaml', 'gone.json', 'x.png', 'outer.json']));
});

test('files that do not belong to the document, and references that multiply values, are not used', async () => {
  const own = path.join(folder, 'own');
  mkdirSync(path.join(own, '.hidden'), { recursive: true });
  for (const name of ['outside.json', 'own/.hidden/key.json', 'own/inside.json'])
    writeFileSync(path.join(folder, name), '{"private":true}');
  symlinkSync(path.join(folder, 'outside.json'), path.join(own, 'link.json'));
  const names = Array.from({ length: 12 }, (_, index) => `n${index}`);
  const lists = names.map((name, index) => [name, Array(10).fill({ $ref: `bomb.json#/n${index + 1}` })]);
  writeFileSync(path.join(own, 'bomb.json'), JSON.stringify({ ...Object.fromEntries(lists), n12: 1 }));
  const targets = ['../outside.json', 'link.json', '.hidden/key.json', 'file:///dev/zero', 'inside.json'];
  const examples = {
    ...Object.fromEntries(targets.map((target, index) => [`e${index}`, { externalValue: target }])),
    bomb: { value: { $ref: 'bomb.json#/n0' } },
    referred: { value: { $ref: '../outside.json' } },
  };
  const responses = { 200: { description: 'd', content: { 'application/json': { examples } } } };
  const document = {
    openapi: '3.1.0',
    info: { title: 't', version: '1' },
    paths: { '/a': { get: { responses } } },
  };
  const file = path.join(own, 'api.json');
  writeFileSync(file, JSON.stringify(document));
  const { findings, contract } = await loadDocuments([file], { relativeTo: own });
  const reason = 'it is not below the folder of the document';
  expect(findings.map(({ message }) => message)).toEqual([
    ...['../outside.json', 'link.json', '.hidden/key.json', '/dev/zero'].map(() =>
      expect.stringContaining(reason),
    ),
    expect.stringContaining('more than 1000000 values'),
    expect.stringContaining(reason),
  ]);
  const [served] = contract.apis[0]?.operations[0]?.responses[0]?.contents ?? [];
  expect(served?.examples.map(({ name }) => name)).toEqual(['e4']);
});
