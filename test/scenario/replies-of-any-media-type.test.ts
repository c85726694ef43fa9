// Replies of scenarios to documents without examples, with ranges as media types, and in XML.
import { describe, expect, onTestFinished, test } from 'vitest';
import { loadContract } from '../../src/index.ts';
import type { ServeEvent } from '../../src/mock/serve-event.ts';
import { lintScenarios } from '../../src/scenario/lint.ts';
import { loadScenarios } from '../../src/scenario/load.ts';
import { startServer } from '../../src/start.ts';
import { folderWith } from '../check/traffic.ts';

const NOTE =
  '{ type: object, required: [id, text], additionalProperties: false, xml: { name: note }, properties: { id: { type: string }, text: { type: string, minLength: 1, maxLength: 20 }, tags: { type: array, items: { type: string } }, author: { type: object, required: [name], properties: { name: { type: string }, age: { type: integer } } } } }';
const NEW_NOTE =
  '{ type: object, required: [text], properties: { text: { type: string, minLength: 1 }, tags: { type: array, items: { type: string } } } }';

const documentOf = (content: string): string => `openapi: 3.1.0
info: { title: Notes, version: '1' }
paths:
  /notes:
    post:
      operationId: addNote
      requestBody: { required: true, content: { application/json: { schema: ${NEW_NOTE} } } }
      responses: { '201': { description: Made., content: { ${content} } }, '204': { description: None. } }
  /notes/{id}:
    get:
      operationId: getNote
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }, { name: q, in: query, schema: { type: string } }]
      responses: { '200': { description: One., content: { ${content} } } }
`;

const JSON_CONTENT = `application/json: { schema: ${NOTE} }`;

function scenarioFolder(rule: string, content = JSON_CONTENT): string {
  return folderWith({
    'specs/notes.yaml': documentOf(content),
    'scenarios/notes/one.yaml': `title: One\non-by-default: true\nrules:\n  - ${rule}\n`,
  });
}

async function lintRule(rule: string, content?: string): Promise<string[]> {
  const folder = scenarioFolder(rule, content);
  const { contract } = await loadContract([`${folder}/specs`], { relativeTo: folder });
  const { scenarios, findings } = await loadScenarios([`${folder}/scenarios`], folder);
  return [...findings, ...lintScenarios(contract, scenarios)].map(({ message }) => message);
}

describe('without an example in the document', () => {
  test.each([
    [
      'a patch with a value of the request',
      '{ on: addNote, reply: { status: 201, patch: { text: "{{ request.body.text }}" } } }',
    ],
    ['a constant patch', '{ on: addNote, reply: { status: 201, patch: { text: fine } } }'],
    ['a patch deep inside', '{ on: addNote, reply: { status: 201, patch: { author: { age: 3 } } } }'],
    [
      'a patch that removes an optional member',
      '{ on: addNote, reply: { status: 201, patch: { tags: null } } }',
    ],
    ['a header beside the generated body', '{ on: addNote, reply: { status: 201, headers: { etag: x } } }'],
    [
      'a body that repeats the request',
      '{ on: addNote, reply: { status: 201, body: { id: n, text: "{{ request.body.text }}" } } }',
    ],
    [
      'a filter',
      '{ on: addNote, reply: { status: 201, body: { id: n, text: "{{ request.body.text | upcase }}" } } }',
    ],
    [
      'a list of the request',
      '{ on: addNote, reply: { status: 201, body: { id: n, text: t, tags: "{{ request.body.tags }}" } } }',
    ],
    [
      '$each',
      '{ on: addNote, reply: { status: 201, body: { id: n, text: t, tags: { $each: "{{ request.body.tags }}", $as: "{{ item }}" } } } }',
    ],
    [
      'the memory',
      '{ on: getNote, reply: { status: 200, body: { id: "{{ request.path.id }}", text: "{{ memory.text }}" } } }',
    ],
    [
      'a patch from the memory',
      '{ on: getNote, reply: { status: 200, patch: { text: "{{ memory.text }}" } } }',
    ],
  ])('%s is accepted', async (_, rule) => {
    expect(await lintRule(rule)).toEqual([]);
  });

  test.each([
    ['{ on: addNote, reply: { status: 201, patch: { text: 5 } } }', '/text must be string'],
    ['{ on: addNote, reply: { status: 201, patch: { text: null } } }', '/text is missing'],
    [
      '{ on: addNote, reply: { status: 201, patch: { author: { age: old } } } }',
      '/author/age must be integer',
    ],
    ['{ on: addNote, reply: { status: 201, patch: { colour: red } } }', '/colour is not a property'],
    ['{ on: addNote, reply: { status: 201, body: { text: "{{ request.body.text }}" } } }', '/id is missing'],
    [
      '{ on: addNote, reply: { status: 201, body: { id: 7, text: "{{ request.body.text }}" } } }',
      '/id must be string',
    ],
    [
      '{ on: getNote, reply: { status: 200, body: { id: n, text: "{{ request.query.q }}" } } }',
      '/text is missing',
    ],
  ])('%s is still refused', async (rule, message) => {
    expect((await lintRule(rule)).join('\n')).toContain(message);
  });
});

/** The response of a server with the scenario, and the findings about it. */
async function replyTo(rule: string, content?: string) {
  const folder = scenarioFolder(rule, content);
  const mock = await startServer({ specs: [`${folder}/specs`], scenarios: [`${folder}/scenarios`] });
  onTestFinished(() => mock.close());
  const events: ServeEvent[] = [];
  mock.state.subscribe(event => events.push(event));
  const response = await fetch(`${mock.url}/notes/notes`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"text":"Hello"}',
  });
  return {
    type: response.headers.get('content-type'),
    text: await response.text(),
    findings: events.at(-1)?.findings,
  };
}

test('a patch changes the generated body', async () => {
  const { text, findings } = await replyTo(
    '{ on: addNote, reply: { status: 201, patch: { text: "{{ request.body.text }}" } } }',
  );
  expect([JSON.parse(text), findings]).toEqual([
    expect.objectContaining({ id: expect.any(String), text: 'Hello' }),
    [],
  ]);
});

test.each([
  [`'*/*': { schema: ${NOTE} }`, 'application/json', '{"id":"n","text":"Hello"}'],
  [`'application/*+json': { schema: ${NOTE} }`, 'application/vnd.example+json', '{"id":"n","text":"Hello"}'],
  [`text/csv: { schema: ${NOTE} }, ${JSON_CONTENT}`, 'application/json', '{"id":"n","text":"Hello"}'],
  [`application/xml: { schema: ${NOTE} }`, 'application/xml', '<note><id>n</id><text>Hello</text></note>'],
])('a body is written in the media type of %s', async (content, type, text) => {
  const rule = '{ on: addNote, reply: { status: 201, body: { id: n, text: "{{ request.body.text }}" } } }';
  expect(await lintRule(rule, content)).toEqual([]);
  const reply = await replyTo(rule, content);
  expect([reply.type, reply.text.replace(/^<\?xml.*\?>\n/, ''), reply.findings]).toEqual([type, text, []]);
});

test('a patch changes a body in XML', async () => {
  const rule = '{ on: addNote, reply: { status: 201, patch: { text: "{{ request.body.text }}" } } }';
  const content = `application/xml: { schema: ${NOTE} }`;
  expect(await lintRule(rule, content)).toEqual([]);
  const { type, text, findings } = await replyTo(rule, content);
  expect([type, findings]).toEqual(['application/xml', []]);
  expect(text).toMatch(/<note><id>.+<\/id><text>Hello<\/text>/);
});

test.each([
  ['text/csv', '[{ id: "1", text: "{{ request.body.text }}" }]', 'id,text\r\n1,Hello\r\n'],
  ['application/jsonl', '[{ id: "1", text: "{{ request.body.text }}" }]', '{"id":"1","text":"Hello"}\n'],
  [
    'text/event-stream',
    '{ $each: [a, b], $as: { id: "{{ item }}", text: "{{ request.body.text }}" } }',
    'data: {"id":"a","text":"Hello"}\n\ndata: {"id":"b","text":"Hello"}\n\n',
  ],
])('a list is written as %s', async (type, body, text) => {
  const rule = `{ on: addNote, reply: { status: 201, body: ${body} } }`;
  const content = `text/plain: { schema: { type: string } }, ${type}: { schema: { type: array, items: ${NOTE} } }`;
  expect(await lintRule(rule, content)).toEqual([]);
  expect(await replyTo(rule, content)).toMatchObject({ type, text, findings: [] });
});

test('an object is written as parts', async () => {
  const rule = '{ on: addNote, reply: { status: 201, body: { id: "1", text: "{{ request.body.text }}" } } }';
  const { text, findings } = await replyTo(rule, `multipart/form-data: { schema: ${NOTE} }`);
  expect(findings).toEqual([]);
  expect(text).toContain('name="text"\r\n\r\nHello\r\n');
});

test('integers of 64 bits keep their digits in every place of a reply that repeats them', async () => {
  const folder = folderWith({
    'specs/ids.yaml': `openapi: 3.1.0
info: { title: Ids, version: '1' }
paths:
  /ids:
    post: { operationId: add, requestBody: { content: { application/json: {} } }, responses: { '200': { description: Done., content: { application/json: {} } } } }
    get: { operationId: read, responses: { '200': { description: Done., content: { application/json: { example: { id: 1 } } } } } }
`,
    'scenarios/ids/echo.yaml': `title: Echo
on-by-default: true
rules:
  - on: add
    remember: { id: "{{ request.body.id }}" }
    reply:
      status: 200
      headers: { x-id: "{{ request.body.id }}" }
      body: { id: "{{ request.body.id }}", text: "no. {{ request.body.id }}", list: ["{{ request.body.list[1] }}"], each: { $each: "{{ request.body.list }}", $as: { of: "{{ item }}" } }, other: "{{ request.body.none | default: request.body.id }}" }
  - on: read
    reply: { status: 200, patch: { id: "{{ memory.id }}", inside: { id: "{{ memory.id }}" } } }
`,
  });
  const mock = await startServer({ specs: [`${folder}/specs`], scenarios: [`${folder}/scenarios`] });
  onTestFinished(() => mock.close());
  const [one, two] = ['9223372036854775807', '-9007199254740993'];
  const response = await fetch(`${mock.url}/ids/ids`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{"id":${one},"list":[1,${two}]}`,
  });
  expect(await response.text()).toBe(
    `{"id":${one},"text":"no. ${one}","list":[${two}],"each":[{"of":1},{"of":${two}}],"other":${one}}`,
  );
  expect(response.headers.get('x-id')).toBe(one);
  const patched = await fetch(`${mock.url}/ids/ids`);
  expect(await patched.text()).toBe(`{"id":${one},"inside":{"id":${one}}}`);
});
