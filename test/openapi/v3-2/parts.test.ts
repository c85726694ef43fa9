// Parts by their position (OpenAPI 3.2): prefixEncoding, itemEncoding and nested encodings of multipart bodies.
import { Buffer } from 'node:buffer';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lint, loadContract } from '../../../src/index.ts';
import type { ServeEvent } from '../../../src/mock/serve-event.ts';
import { type MockServer, startServer } from '../../../src/start.ts';

/** The examples of the section "Encoding multipart Media Types" of the specification, as requests and responses. */
const CONTENTS: Readonly<Record<string, string>> = {
  ordered: `
multipart/mixed:
  schema:
    type: array
    prefixItems:
    - type: object
      properties:
        author:
          type: string
        created:
          type: string
          format: datetime
    - {}
  prefixEncoding:
  - {}
  - contentType: image/*`,
  page: `
multipart/related; type=text/html:
  schema:
    prefixItems:
    - type: string
    items:
      anyOf:
      - type: string
      - $comment: To allow binary, this must always pass
  prefixEncoding:
  - contentType: text/html
    headers:
      Content-ID:
        $ref: '#/components/headers/RFC2557NoContentId'
      Content-Location:
        $ref: '#/components/headers/RFC2557ContentLocation'
  itemEncoding:
    contentType: text/css,text/javascript,image/*
    headers:
      Content-ID:
        $ref: '#/components/headers/RFC2557NoContentId'
      Content-Location:
        $ref: '#/components/headers/RFC2557ContentLocation'`,
  pictures: `
multipart/mixed:
  itemSchema:
    $comment: A single data image from the device
  itemEncoding:
    contentType: image/jpg`,
  nested: `
multipart/mixed:
  schema:
    type: array
    prefixItems:
    - type: array
    - type: array
      prefixItems:
      - type: object
        xml: { name: note }
        properties: { id: { type: integer } }
      - type: string
      - {}
  prefixEncoding:
    - {}
    - contentType: multipart/mixed
      prefixEncoding:
      - contentType: application/xml
      - {}
      - contentType: image/png`,
  reports: `
multipart/mixed:
  itemSchema: { type: object, required: [id], properties: { id: { type: integer } } }
  itemEncoding: { contentType: application/json }
  example: [{ id: 1 }, { id: 2 }]`,
  form: `
multipart/form-data:
  schema:
    type: array
    prefixItems:
    - { type: object, required: [id], properties: { id: { type: integer } } }
    items: { type: object, properties: { file: { type: string } } }`,
  named: `
multipart/form-data:
  schema:
    type: object
    properties:
      pair: { type: array, items: { type: array, prefixItems: [{ type: object, properties: { id: { type: integer } } }, { type: string }] } }
      address: { type: object, required: [city], xml: { name: address }, properties: { city: { type: string }, zip: { type: integer } } }
  encoding:
    pair: { contentType: multipart/mixed }
    address: { contentType: application/xml; charset=utf-8 }`,
};
const indented = (text: string): string => text.replaceAll('\n', '\n          ');
const DOCUMENT = `openapi: 3.2.0
info: { title: Parts, version: '1' }
paths:
${Object.entries(CONTENTS)
  .map(
    ([name, content]) => `  /${name}:
    post:
      operationId: ${name}
      requestBody:
        content:${indented(content)}
      responses:
        '200':
          description: The same.
          content:${indented(`\n${content.trim()}`.replaceAll('\n', '\n  '))}
`,
  )
  .join('')}components:
  headers:
    RFC2557NoContentId:
      description: Use Content-Location instead of Content-ID
      schema: false
    RFC2557ContentLocation:
      required: true
      schema:
        $comment: Use a full URI (not a relative reference)
        type: string
        format: uri
`;

let mock: MockServer;
let folder: string;
const served: ServeEvent[] = [];
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'deadringer-parts-'));
  writeFileSync(path.join(folder, 'parts.yaml'), DOCUMENT);
  mock = await startServer({ specs: [path.join(folder, 'parts.yaml')] });
  mock.state.subscribe(event => served.push(event));
});
afterAll(async () => {
  await mock.close();
  rmSync(folder, { recursive: true });
});

/** @param parts header fields and content of each */
const body = (parts: readonly (readonly [fields: string, content: string])[], boundary = 'b'): string =>
  `${parts.map(([fields, content]) => `--${boundary}\r\n${fields === '' ? '' : `${fields}\r\n`}\r\n${content}\r\n`).join('')}--${boundary}--\r\n`;

async function send(
  name: string,
  text: string,
  query = '',
): Promise<{ findings: string[]; type: string; text: string }> {
  const key = /^\s*(multipart[^:]*):/.exec(CONTENTS[name] ?? '')?.[1] ?? '';
  const response = await fetch(`${mock.url}/parts/${name}${query}`, {
    method: 'POST',
    headers: { 'content-type': `${key}; boundary=b` },
    body: Buffer.from(text, 'latin1'),
  });
  return {
    text: Buffer.from(await response.arrayBuffer()).toString('latin1'),
    type: response.headers.get('content-type') ?? '',
    findings: (served.at(-1)?.findings ?? []).map(({ code, at }) => `${code} ${at}`),
  };
}

const PNG: [string, string] = ['Content-Type: image/png', '\x89PNG\xff'];
const HTML = 'Content-Type: text/html\r\nContent-Location: https://example.com/';
const CSS = 'Content-Type: text/css\r\nContent-Location: https://example.com/a.css';
const XML = 'Content-Type: application/xml';
const NESTED = 'Content-Type: multipart/mixed; boundary=in';
const inner = (xml: string): string => body([[XML, xml], ['', 'text'], PNG], 'in');
const field = (name: string, more = ''): string => `Content-Disposition: form-data; name="${name}"${more}`;

test('the examples of the specification are sound', async () => {
  const { contract, findings } = await loadContract([path.join(folder, 'parts.yaml')], {
    relativeTo: folder,
  });
  expect([...findings, ...lint(contract)]).toEqual([]);
});

describe('a request is validated part by part', () => {
  test.each<[string, string, string[]]>([
    ['ordered', body([['', '{"author":"Ann"}'], PNG]), []],
    [
      'ordered',
      body([
        ['', '{"author":1}'],
        ['Content-Type: text/plain', 'x'],
      ]),
      ['request-media-type /request/body/1', 'request-body-schema /request/body/0/author'],
    ],
    ['ordered', body([['Content-Type: application/json', '{']]), ['request-body-malformed /request/body/0']],
    ['ordered', '--b\r\n\r\n{}\r\n', ['request-body-malformed /request/body']],
    [
      'page',
      body([
        [HTML, '<p>hi'],
        [CSS, 'p {}'],
      ]),
      [],
    ],
    [
      'page',
      body([
        ['Content-Type: text/html', '<p>hi'],
        [`${CSS}\r\nContent-ID: 7`, 'p {}'],
      ]),
      ['request-body-schema /request/body/0', 'request-body-schema /request/body/1'],
    ],
    [
      'pictures',
      body([
        ['Content-Type: image/jpg', '\xff\xd8'],
        ['Content-Type: image/jpg', '\xff\xd9'],
      ]),
      [],
    ],
    ['pictures', body([PNG]), ['request-media-type /request/body/0']],
    [
      'nested',
      body([
        ['', '[1]'],
        [NESTED, inner('<note><id>1</id></note>')],
      ]),
      [],
    ],
    [
      'nested',
      body([
        ['', '{}'],
        [NESTED, inner('<note><id>one</id></note>')],
      ]),
      ['request-body-schema /request/body/0', 'request-body-schema /request/body/1/0/id'],
    ],
    [
      'nested',
      body([
        ['', '[]'],
        [NESTED, inner('<note>')],
      ]),
      ['request-body-malformed /request/body/1'],
    ],
    [
      'reports',
      body([
        ['', '{"id":1}'],
        ['', '{"id":"two"}'],
      ]),
      ['request-body-schema /request/body/1/id'],
    ],
    [
      'form',
      body([
        [field('id'), '7'],
        [field('file', '; filename="a"'), 'text'],
      ]),
      [],
    ],
    [
      'form',
      body([
        [field('file'), 'x'],
        [field('id'), '7'],
      ]),
      [
        'request-body-schema /request/body/0/id',
        'request-property-undocumented /request/body/0/file',
        'request-property-undocumented /request/body/1/id',
      ],
    ],
    [
      'named',
      body([
        [
          `${field('pair')}\r\n${NESTED}`,
          body(
            [
              ['Content-Type: application/json', '{"id":1}'],
              ['', 'x'],
            ],
            'in',
          ),
        ],
        [`${field('address')}\r\n${XML}`, '<address><city>Bonn</city></address>'],
      ]),
      [],
    ],
    [
      'named',
      body([
        [`${field('pair')}\r\n${NESTED}`, body([['Content-Type: application/json', '{"id":"x"}']], 'in')],
        [`${field('address')}\r\n${XML}`, '<address><zip>x</zip></address>'],
      ]),
      [
        'request-body-schema /request/body/pair/0/0/id',
        'request-body-schema /request/body/address/city',
        'request-body-schema /request/body/address/zip',
      ],
    ],
  ])('%s %#', async (name, text, expected) => {
    const { findings } = await send(name, text);
    expect(findings.toSorted()).toEqual(expected.toSorted());
  });
});

describe('the mock sends valid parts', () => {
  test.each(Object.keys(CONTENTS))('%s', async name => {
    for (const seed of ['a', 'b']) {
      const { findings, type } = await send(name, body([]), `?__dynamic=true&__seed=${seed}&__validate=off`);
      expect(findings.filter(finding => finding.includes(' /response'))).toEqual([]);
      expect(type).toMatch(/^multipart\/.*boundary=/);
    }
  });

  test('an example with a part for each item', async () => {
    const { text, type } = await send('reports', body([['', '{"id":1}']]));
    const boundary = /boundary=(.*)/.exec(type)?.[1];
    const json = 'Content-Type: application/json';
    expect(text).toBe(
      body(
        [
          [json, '{"id":1}'],
          [json, '{"id":2}'],
        ],
        boundary,
      ),
    );
  });
});
