// The media type of a response: ranges as keys of a document, what Accept prefers, what can be written, and bytes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServeEvent } from '../../src/mock/serve-event.ts';
import { type MockServer, startServer } from '../../src/start.ts';

const CAT = '{ type: object, required: [id], properties: { id: { type: integer } } }';
const ROW =
  '{ type: object, required: [id], properties: { id: { type: integer }, name: { type: string }, tags: { type: array } } }';
const BYTES = '{ type: string, format: binary }';

/** Operations with one response each, by path. */
const CONTENTS: Readonly<Record<string, string>> = {
  any: `'*/*': { schema: ${CAT}, example: { id: 3 } }`,
  anyWithoutExample: `'*/*': { schema: ${CAT} }`,
  anyText: `'*/*': { schema: { type: string }, example: fine }`,
  anyJsonText: `'*/*': { schema: ${CAT}, example: '{"id":3}' }`,
  anyXmlText: `'*/*': { schema: ${CAT}, example: '<cat><id>3</id></cat>' }`,
  anyBytes: `'*/*': { schema: ${BYTES} }`,
  anyAndHtml: `'*/*': { schema: ${CAT}, example: { id: 3 } }, text/html: { example: '<p>3</p>' }`,
  applicationRange: `'application/*': { schema: ${CAT}, example: { id: 3 } }`,
  textRange: `'text/*': { schema: { type: string }, example: fine }`,
  imageRange: `'image/*': { schema: ${BYTES} }`,
  jsonBytes: `application/json: { schema: ${BYTES} }`,
  jsonSuffix: `'application/*+json': { schema: ${CAT}, example: { id: 3 } }`,
  noType: `N/A: { schema: ${CAT}, example: { id: 3 } }`,
  noTypeText: `'application/json, text/plain': { schema: { type: string }, example: fine }`,
  csv: `text/csv: { schema: { type: array, items: ${ROW} }, example: [{ id: 3, name: 'a "b", c' }, { id: 4, tags: [] }] }`,
  csvRows: `text/csv: { schema: { type: array, items: { type: array, items: { type: string } } }, example: [[a, b], [c, d]] }`,
  csvNumber: `text/csv: { schema: { type: array, items: { type: integer } }, example: [5] }`,
  tsv: `text/tab-separated-values: { schema: { type: array, items: ${ROW} }, example: [{ id: 3, name: "a\tb" }] }`,
  jsonLines: `application/x-ndjson: { schema: { type: array, items: ${CAT} }, example: [{ id: 3 }, { id: 4 }] }`,
  jsonLine: `application/jsonl: { schema: ${CAT}, example: { id: 3 } }`,
  events: `text/event-stream: { schema: ${CAT}, example: { id: 3 } }`,
  objectAsText: `text/plain: { schema: ${CAT}, example: { id: 3 } }`,
  objectAsBytes: `application/octet-stream: { schema: { type: object } }`,
  pdfAsList: `application/pdf: { schema: { type: array, items: { type: string, format: byte } } }`,
  xmlAsText: `application/xml: { schema: { type: string } }`,
  svgAsText: `image/svg+xml: { schema: { type: string } }`,
  latin1: `'text/plain; charset=iso-8859-1': { schema: { type: string, enum: [é] } }`,
  utf16: `'text/plain; charset=utf-16le': { schema: { type: string }, example: é }`,
  yaml: `application/yaml: { schema: ${CAT}, example: { id: 3 } }`,
  versions: `'application/json; version=2': { example: { id: 2 } }, 'application/json; version=1': { example: { id: 1 } }`,
  csvFirst: `text/csv: { schema: { type: array, items: { type: integer } } }, application/json: { schema: { type: array, items: { type: integer } }, example: [1] }`,
  csvWithExample: `text/csv: { schema: { type: array, items: { type: integer } }, example: "1,2" }, application/json: { example: [1] }`,
  encryptedFirst: `application/jose+jwe: { schema: ${CAT} }, application/json; charset=utf-8: { schema: ${CAT}, example: { id: 3 } }`,
  xmlFirst: `application/xml: { schema: ${CAT} }, application/json: { schema: ${CAT}, example: { id: 3 } }`,
  png: `image/png: {}`,
  pdf: `application/pdf: {}`,
  zip: `application/zip: { schema: ${BYTES} }`,
  longBytes: `application/octet-stream: { schema: { type: string, format: binary, minLength: 20 } }`,
  emptyJson: `application/json: {}`,
  emptyText: `text/plain: {}`,
  emptyXml: `application/xml: {}`,
  examples: `application/xml: { examples: { one: { value: <id>1</id> } } }, application/json: { examples: { two: { value: { id: 2 } } } }`,
};

const DOCUMENT = `openapi: 3.0.3
info: { title: Cats, version: '1' }
paths:
${Object.entries(CONTENTS)
  .map(
    ([id, content]) =>
      `  /${id}: { get: { operationId: ${id}, responses: { '200': { description: Done., content: { ${content.replace('application/json; charset=utf-8', "'application/json; charset=utf-8'")} } } } } }`,
  )
  .join('\n')}
  /cats:
    post:
      requestBody: { required: true, content: { '*/*': { schema: ${CAT} } } }
      responses: { '201': { description: Done., content: { '*/*': { schema: ${CAT} } } }, '404': { description: None., content: { '*/*': { example: { message: none } } } } }
  /notes:
    post:
      requestBody: { required: true, content: { 'application/*+json': { schema: ${CAT} }, 'text/*': { schema: { type: string, maxLength: 3 } } } }
      responses: { '204': { description: Done. } }
`;

let mock: MockServer;
const events: ServeEvent[] = [];
const folder = mkdtempSync(path.join(os.tmpdir(), 'deadringer-media-'));
beforeAll(async () => {
  writeFileSync(path.join(folder, 'cats.yaml'), DOCUMENT);
  mock = await startServer({ specs: [folder] });
  mock.state.subscribe(event => events.push(event));
});
afterAll(async () => {
  await mock.close();
  rmSync(folder, { recursive: true });
});

/** Status, Content-Type and body as Latin-1. The response must have no findings, unless it cannot be checked. */
async function ask(target: string, accept = '*/*'): Promise<[number, string | null, string]> {
  const response = await fetch(`${mock.url}/cats/${target}`, { headers: { accept } });
  const body = Buffer.from(await response.arrayBuffer()).toString('latin1');
  const findings = events.at(-1)?.findings.filter(({ code }) => code !== 'response-body-not-checkable');
  if (response.status === 200) expect(findings).toEqual([]);
  return [response.status, response.headers.get('content-type'), body];
}

describe('a range as a key stands for a concrete media type', () => {
  test.each([
    ['any', '*/*', 'application/json', '{"id":3}'],
    ['any', 'application/json', 'application/json', '{"id":3}'],
    ['any', 'application/json, text/plain, */*', 'application/json', '{"id":3}'],
    ['any', 'application/vnd.cats+json', 'application/vnd.cats+json', '{"id":3}'],
    ['any', 'text/html, application/xml;q=0.9, */*;q=0.8', 'application/json', '{"id":3}'],
    ['any', 'text/html', 'application/json', '{"id":3}'],
    ['anyText', '*/*', 'text/plain', 'fine'],
    ['anyText', 'text/plain', 'text/plain', 'fine'],
    ['anyText', 'application/json', 'application/json', '"fine"'],
    ['anyText', 'text/html', 'text/html', 'fine'],
    ['anyJsonText', '*/*', 'application/json', '{"id":3}'],
    ['anyXmlText', '*/*', 'application/xml', '<cat><id>3</id></cat>'],
    ['anyBytes', '*/*', 'application/octet-stream', 'sample'],
    ['anyAndHtml', 'text/html', 'text/html', '<p>3</p>'],
    ['anyAndHtml', 'application/json', 'application/json', '{"id":3}'],
    ['applicationRange', '*/*', 'application/json', '{"id":3}'],
    ['applicationRange', 'application/*', 'application/json', '{"id":3}'],
    ['textRange', '*/*', 'text/plain', 'fine'],
    ['textRange', 'text/css', 'text/css', 'fine'],
    ['jsonSuffix', 'application/hal+json', 'application/hal+json', '{"id":3}'],
    ['jsonSuffix', '*/*', 'application/vnd.example+json', '{"id":3}'],
    ['jsonSuffix', 'application/json', 'application/vnd.example+json', '{"id":3}'],
    ['noType', '*/*', 'application/json', '{"id":3}'],
    ['noType', 'application/json', 'application/json', '{"id":3}'],
    ['noTypeText', 'text/plain', 'text/plain', 'fine'],
  ])('%s for Accept: %s', async (target, accept, type, body) => {
    expect(await ask(target, accept)).toEqual([200, type, body]);
  });

  test('of an image that can be displayed, whatever formats a browser prefers', async () => {
    const [, type, body] = await ask('imageRange', 'image/avif,image/webp,image/*,*/*;q=0.8');
    expect([type, body.slice(1, 4)]).toEqual(['image/png', 'PNG']);
    const jpeg = await ask('imageRange', 'image/jpeg');
    expect([jpeg[1], jpeg[2].slice(0, 3)]).toEqual(['image/jpeg', '\xff\xd8\xff']);
  });

  test('in generated bodies and in errors, too', async () => {
    const [status, type, body] = await ask('anyWithoutExample');
    expect([status, type, typeof JSON.parse(body).id]).toEqual([200, 'application/json', 'number']);
    const error = await fetch(`${mock.url}/cats/cats?__code=404`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"id":1}',
    });
    expect([error.status, await error.json()]).toEqual([404, { message: 'none' }]);
  });

  test('but Accept may exclude it', async () => {
    expect((await ask('applicationRange', 'text/html'))[0]).toBe(406);
    expect((await ask('jsonSuffix', 'text/html'))[0]).toBe(406);
  });

  test.each([
    ['/cats', 'application/json', '{"id":1}', 201],
    ['/cats', 'application/json', '{"id":"one"}', 422],
    ['/cats', 'application/vnd.cat+json', '{}', 422],
    ['/cats', 'application/x-www-form-urlencoded', 'id=1', 201],
    ['/notes', 'application/vnd.cat+json', '{"id":1}', 204],
    ['/notes', 'application/vnd.cat+json; charset=utf-8', '{"id":"one"}', 422],
    ['/notes', 'text/csv', '1,2', 204],
    ['/notes', 'text/markdown', 'long', 422],
    ['/notes', 'application/json', '{"id":1}', 415],
  ])('and describes request bodies: POST %s %s %s', async (target, type, body, status) => {
    const response = await fetch(`${mock.url}/cats${target}`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
    expect(response.status).toBe(status);
  });
});

describe('of several media types', () => {
  test.each([
    ['csvFirst', '*/*', 'application/json', '[1]'],
    ['csvWithExample', '*/*', 'text/csv', '1,2'],
    ['csvWithExample', 'application/json;q=0.9, text/csv;q=0.1', 'application/json', '[1]'],
    ['encryptedFirst', '*/*', 'application/json; charset=utf-8', '{"id":3}'],
    ['encryptedFirst', 'application/jose+jwe', 'application/json; charset=utf-8', '{"id":3}'],
    ['xmlFirst', '*/*', 'application/json', '{"id":3}'],
    ['yaml', '*/*', 'application/yaml', '{"id":3}'],
    ['versions', '*/*', 'application/json; version=2', '{"id":2}'],
    ['versions', 'application/json; version=1', 'application/json; version=1', '{"id":1}'],
  ])('one that can be written is sent: %s for Accept: %s', async (target, accept, type, body) => {
    expect(await ask(target, accept)).toEqual([200, type, body]);
  });

  test('the one with the requested example is sent', async () => {
    expect(await ask('examples?__example=two')).toEqual([200, 'application/json', '{"id":2}']);
    expect((await ask('examples?__example=two', 'application/xml'))[0]).toBe(400);
  });
});

describe('a media type that is no notation of objects', () => {
  test.each([
    ['csv', 'text/csv', 'id,name,tags\r\n3,"a ""b"", c",\r\n4,,[]\r\n'],
    ['csvRows', 'text/csv', 'a,b\r\nc,d\r\n'],
    ['csvNumber', 'text/csv', '5\r\n'],
    ['tsv', 'text/tab-separated-values', 'id\tname\n3\ta b\n'],
    ['jsonLines', 'application/x-ndjson', '{"id":3}\n{"id":4}\n'],
    ['jsonLine', 'application/jsonl', '{"id":3}\n'],
    ['events', 'text/event-stream', 'data: {"id":3}\n\n'],
    ['objectAsText', 'text/plain', '{"id":3}'],
    ['objectAsBytes', 'application/octet-stream', 'sample'],
  ])('has one anyway: %s', async (target, type, body) => {
    expect(await ask(target)).toEqual([200, type, body]);
  });

  test.each([
    ['pdfAsList', '%PDF'],
    ['xmlAsText', '<root/>'],
    ['svgAsText', '<svg '],
  ])('is a valid file where the schema describes it otherwise: %s', async (target, begin) => {
    const [status, , body] = await ask(target);
    expect([status, body.slice(0, begin.length)]).toEqual([200, begin]);
  });

  test.each([
    ['latin1', '\xe9'],
    ['utf16', '\xe9\0'],
  ])('is encoded in its charset: %s', async (target, body) => {
    expect((await ask(target))[2]).toBe(body);
  });
});

describe('a body without a schema', () => {
  test.each([
    ['png', 'image/png', '\x89PNG'],
    ['pdf', 'application/pdf', '%PDF'],
    ['zip', 'application/zip', 'PK'],
    ['emptyJson', 'application/json', '{}'],
    ['emptyText', 'text/plain', 'sample'],
    ['emptyXml', 'application/xml', '<root/>'],
  ])('is a valid file: %s', async (target, type, begin) => {
    const [status, sent, body] = await ask(target);
    expect([status, sent, body.slice(0, begin.length)]).toEqual([200, type, begin]);
  });

  test('of bytes as JSON is a JSON string, which the schema allows as well', async () => {
    const [status, type, body] = await ask('jsonBytes');
    expect([status, type, typeof JSON.parse(body)]).toEqual([200, 'application/json', 'string']);
  });

  test('of bytes has the length that a schema asks for', async () => {
    expect((await ask('longBytes'))[2].length).toBeGreaterThanOrEqual(20);
  });
});
