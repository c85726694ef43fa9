// `$self`: documents that name themselves, and references by these names.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { lint, loadContract } from '../../../src/index.ts';
import { startServer } from '../../../src/start.ts';

const EXAMPLE = path.join(import.meta.dirname, 'self');

async function load(folder: string, ...files: string[]) {
  const { contract, findings } = await loadContract(
    files.map(file => path.join(folder, file)),
    { relativeTo: folder },
  );
  return { contract, findings: [...findings, ...lint(contract)] };
}

function write(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'deadringer-self-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  return folder;
}

const document = (self: string, rest: string) =>
  `openapi: 3.2.0\n$self: ${self}\ninfo: { title: t, version: '1' }\n${rest}\n`;
const postTo = (ref: string) =>
  `paths: { /foo: { post: { requestBody: { $ref: '${ref}' }, responses: { '204': { description: d } } } } }`;
const BODY =
  'components: { requestBodies: { Foo: { content: { application/json: { schema: { type: object, required: [a] } } } } } }';

test('the example of the specification resolves, and a finding names the line in the other document', async () => {
  const { findings } = await load(EXAMPLE, 'openapi.yaml', 'shared/foo.yaml');
  expect(findings).toEqual([]);
  const specs = ['openapi.yaml', 'shared/foo.yaml'].map(file => path.join(EXAMPLE, file));
  const mock = await startServer({ specs, port: 0 });
  onTestFinished(() => mock.close());
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${mock.url}/foo`, { method: 'POST', headers, body: '{"bar":7}' });
  expect(answer.headers.get('x-deadringer-reason')).toMatch(
    /request body \/bar must be string; got 7 \(.*shared\/foo\.yaml:19\)/,
  );
  expect(await (await fetch(`${mock.url}/bar`)).json()).toEqual({ bar: expect.any(String) });
});

test('without the other document, the message says under which name it was looked for', async () => {
  const { findings } = await load(EXAMPLE, 'openapi.yaml');
  expect(findings[0]).toMatchObject({
    code: 'spec-reference',
    message: expect.stringMatching(
      /^\$ref to shared\/foo: the file does not exist, and no other document .* "\$self" https:\/\/example\.com\/api\/shared\/foo$/,
    ),
    location: { line: 10 },
  });
});

test('a relative $self is resolved against the place of the file', async () => {
  const folder = write({
    'a.yaml': document('/api/openapi', postTo('shared/foo#/components/requestBodies/Foo')),
    'b.yaml': document('/api/shared/foo', BODY),
  });
  expect((await load(folder, 'a.yaml', 'b.yaml')).findings).toEqual([]);
});

test('a reference to a file beside the document is found although $self is on the web', async () => {
  const folder = write({
    'a.yaml': document('https://example.com/api/a.yaml', postTo('./b.yaml#/components/requestBodies/Foo')),
    'b.yaml': document('https://example.com/elsewhere', BODY),
  });
  expect((await load(folder, 'a.yaml')).findings).toEqual([]);
});

test('a document without $self may refer to one by its $self', async () => {
  const folder = write({
    'a.yaml': `openapi: 3.1.0\ninfo: { title: t, version: '1' }\n${postTo('https://example.com/b#/components/requestBodies/Foo')}`,
    'b.yaml': document('https://example.com/b', BODY),
  });
  expect((await load(folder, 'a.yaml', 'b.yaml')).findings).toEqual([]);
});

test('in a document of 3.1 $self is ignored, and named', async () => {
  const folder = write({
    'a.yaml':
      document('https://example.com/a', postTo('#/components/requestBodies/Foo')).replace('3.2', '3.1') +
      BODY,
  });
  const { findings } = await load(folder, 'a.yaml');
  expect(findings.map(({ code, location }) => `${code} ${location?.line}`)).toEqual(['spec-version 2']);
});

test('a $self with a fragment is named', async () => {
  const { findings } = await load(write({ 'a.yaml': document("'#top'", 'paths: {}') }), 'a.yaml');
  expect(findings).toMatchObject([{ code: 'spec-invalid', location: { line: 2 } }]);
});

test('the schemas of a discriminator may be in another document, by its $self', async () => {
  const pet =
    "type: object, required: [kind], properties: { kind: { type: string } }, discriminator: { propertyName: kind, mapping: { hound: 'b#/components/schemas/Dog' } }";
  const responses = `{ '200': { content: { application/json: { schema: { $ref: '#/components/schemas/Pet' } } } } }`;
  const dog =
    "allOf: [{ $ref: 'a#/components/schemas/Pet' }, { required: [bark], properties: { bark: { type: string } } }]";
  const folder = write({
    'a.yaml': document(
      'https://example.com/a',
      `paths: { /pet: { get: { responses: ${responses} } } }\ncomponents: { schemas: { Pet: { ${pet} } } }`,
    ),
    'b.yaml': document('https://example.com/b', `components: { schemas: { Dog: { ${dog} } } }`),
  });
  expect((await load(folder, 'a.yaml', 'b.yaml')).findings).toEqual([]);
  const mock = await startServer({ specs: [folder], port: 0 });
  onTestFinished(() => mock.close());
  const body = await (await fetch(`${mock.url}/pet`)).json();
  expect(body).toEqual({ kind: 'hound', bark: expect.any(String) });
});
