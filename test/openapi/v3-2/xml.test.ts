// `nodeType` of the XML Object: the examples of OpenAPI 3.2.1 are written, read back, generated and judged.
import { beforeAll, describe, expect, test } from 'vitest';
import { lint, loadContract } from '../../../src/index.ts';
import type { ApiSpec } from '../../../src/openapi/model.ts';
import { writeBody } from '../../../src/openapi/write-body.ts';
import { readXml } from '../../../src/schema/read-xml.ts';
import { type MockServer, startServer } from '../../../src/start.ts';

const SPEC = 'test/openapi/v3-2/xml.yaml';
let api: ApiSpec;
let mock: MockServer;
beforeAll(async () => {
  const { contract, findings } = await loadContract([SPEC], { relativeTo: process.cwd() });
  expect([...findings, ...lint(contract)]).toEqual([]);
  api = contract.apis[0] as ApiSpec;
  mock = await startServer({ specs: [SPEC], port: 0 });
  return () => mock.close();
});

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
const HTML = '<html><head><title>Awesome Docs</title></head><body></body><html>';
const XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
const reference = (name: string) => ({
  uri: api.root.uri,
  pointer: '/x',
  value: { $ref: `#/components/schemas/${name}` },
});
const write = (name: string, value: unknown): string =>
  Buffer.from(writeBody(api, reference(name), 'application/xml', [value]) ?? '')
    .toString()
    .replace(DECLARATION, '');
const read = (name: string, xml: string) => readXml(api.documents, reference(name), xml);

const EXAMPLES: readonly (readonly [component: string, value: unknown, xml: string])[] = [
  [
    'Person',
    { id: 123, name: 'example' },
    '<Person id="123"><sample:name xmlns:sample="https://example.com/schema/sample">example</sample:name></Person>',
  ],
  [
    'Unnamed',
    { animals: ['dog', 'cat'] },
    '<document><animals><animals>dog</animals><animals>cat</animals></animals></document>',
  ],
  [
    'Aliens',
    { animals: ['dog', 'cat'] },
    '<document><aliens><animal>dog</animal><animal>cat</animal></aliens></document>',
  ],
  ['Ignored', { animals: ['dog', 'cat'] }, '<document><animal>dog</animal><animal>cat</animal></document>'],
  [
    'Animals',
    [
      { kind: 'Cat', name: 'Fluffy' },
      { kind: 'Dog', name: 'Fido' },
    ],
    '<animals><animal kind="Cat">Fluffy</animal><animal kind="Dog">Fido</animal></animals>',
  ],
  ['Documentation', { content: HTML }, `<Documentation><![CDATA[${HTML}]]></Documentation>`],
  ['Stored', { content: HTML }, `<StoredDocument><![CDATA[${HTML}]]></StoredDocument>`],
  [
    'Around',
    { id: 1, name: 'a' },
    '<Around><Person id="1"><sample:name xmlns:sample="https://example.com/schema/sample">a</sample:name></Person></Around>',
  ],
  [
    'OneTwoThree',
    ['Some text', { unit: 'cubits', value: 42 }, null],
    `<OneTwoThree><One>Some text</One><Two unit="cubits">42</Two><Three ${XSI} xsi:nil="true"/></OneTwoThree>`,
  ],
  [
    'Report',
    ['Some preamble text.', 42, 'Some postamble text.'],
    '<Report>Some preamble text.<data>42</data>Some postamble text.</Report>',
  ],
  [
    'Product',
    { count: null, description: 'Thing', related: null },
    `<product><description>Thing</description><related ${XSI} xsi:nil="true"/></product>`,
  ],
  [
    'Product',
    { count: 42, description: 'Thing', related: {} },
    '<product count="42"><description>Thing</description><related/></product>',
  ],
  [
    'Group',
    { id: 1, members: { first: 'a', second: 2 } },
    '<group id="1"><first>a</first><second>2</second></group>',
  ],
];

describe('a value is written as the specification shows, and read back', () => {
  test.each(EXAMPLES)('%s', (name, value, xml) => {
    expect(write(name, value)).toBe(xml);
    expect(read(name, xml)).toEqual({ json: value });
  });

  test('with layout between elements', () => {
    const { json } = read(
      'OneTwoThree',
      '<OneTwoThree>\n  <One>a</One>\n  <Two unit="b">\n 4 </Two>\n  <Three>true</Three>\n</OneTwoThree>',
    ) as { json: unknown };
    expect(json).toEqual(['a', { unit: 'b', value: 4 }, true]);
    expect(read('Documentation', `<Documentation>\n  <![CDATA[${HTML}]]>\n</Documentation>`)).toEqual({
      json: { content: HTML },
    });
    expect(read('Animals', '<animals>\n <animal kind="Cat"/>\n</animals>')).toEqual({
      json: [{ kind: 'Cat', name: '' }],
    });
  });

  test('a CDATA section may contain what ends one', () => {
    const value = { content: 'a ]]> b' };
    expect(read('Documentation', write('Documentation', value))).toEqual({ json: value });
  });
});

test.each([
  ['OneTwoThree', '<OneTwoThree><Two unit="a">1</Two></OneTwoThree>', /item 1 of a list must be <One>/],
  ['OneTwoThree', '<OneTwoThree>text</OneTwoThree>', /item 1 of a list must be an element, not text/],
  ['Report', '<Report><data>1</data></Report>', /item 1 of a list must be text, not an element/],
  ['Stored', '<Inlined/>', /the root element must be <StoredDocument>/],
])('%s in another order is not read: %s', (name, xml, reason) => {
  expect(read(name, xml)).toEqual({ malformed: expect.stringMatching(reason) });
});

test('generated bodies have the nodes of their schema', async () => {
  const get = async (path: string) => (await (await fetch(mock.url + path)).text()).replace(DECLARATION, '');
  expect(await get('/persons')).toMatch(/^<Person id="\d+"><sample:name xmlns:sample="[^"]+">[^<]+<\//);
  expect(await get('/aliens')).toMatch(
    /^<document><aliens>(<animal>[^<]+<\/animal>){2}<\/aliens><\/document>$/,
  );
  expect(await get('/animals')).toMatch(/^<animals>(<animal kind="[^"]+">[^<]+<\/animal>)+<\/animals>$/);
  expect(await get('/docs')).toMatch(/^<StoredDocument><!\[CDATA\[.+\]\]><\/StoredDocument>$/s);
});

test('request bodies are judged as the values that they stand for', async () => {
  const post = async (path: string, body: string) => {
    const headers = { 'content-type': 'application/xml' };
    const { status, headers: fields } = await fetch(mock.url + path, { method: 'POST', headers, body });
    return `${status} ${fields.get('x-deadringer-reason') ?? ''}`;
  };
  for (const [component, path] of [
    ['Person', '/persons'],
    ['Animals', '/animals'],
    ['OneTwoThree', '/sequence'],
    ['Report', '/report'],
    ['Product', '/products'],
  ])
    for (const [, , xml] of EXAMPLES.filter(([name]) => name === component))
      expect(await post(path as string, xml)).toBe('204 ');
  expect(await post('/persons', '<Person id="x"><name>a</name></Person>')).toMatch(/\/id must be integer/);
  expect(await post('/animals', '<animals><animal>Fido</animal></animals>')).toMatch(/\/0\/kind is missing/);
  expect(await post('/sequence', '<OneTwoThree><Two/></OneTwoThree>')).toMatch(
    /request-body-malformed.*item 1 of a list must be <One>/,
  );
});
