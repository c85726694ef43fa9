// XML bodies: a value is written as the keyword `xml` says, read back as the same value, and hostile text costs linear time.
import { describe, expect, test } from 'vitest';
import { parseXml } from '../../src/exchange/xml.ts';
import { loadContract } from '../../src/index.ts';
import { isBinarySchema, writeBody } from '../../src/openapi/write-body.ts';
import { readXml } from '../../src/schema/read-xml.ts';
import { folderWith } from '../check/traffic.ts';
import { cpuTimeOf, growsBeyond } from '../cpu-time.ts';

/** Schemas by name, as the components of a document. */
async function schemas(text: string) {
  const folder = folderWith({
    'api.yaml': `openapi: 3.0.3\ninfo: { title: A, version: '1' }\npaths: {}\ncomponents:\n  schemas:\n${text.replace(/^/gm, '    ')}\n`,
  });
  const { contract } = await loadContract([`${folder}/api.yaml`], { relativeTo: folder });
  const api = contract.apis[0] as (typeof contract.apis)[0];
  const { documents, root } = api;
  const reference = (name: string) => ({
    uri: root.uri,
    pointer: '/x',
    value: { $ref: `#/components/schemas/${name}` },
  });
  return {
    documents,
    write: (name: string, value: unknown): string =>
      Buffer.from(writeBody(api, reference(name), 'application/xml', [value]) ?? '')
        .toString()
        .replace('<?xml version="1.0" encoding="UTF-8"?>\n', ''),
    read: (name: string, xml: string): unknown => readXml(documents, reference(name), xml),
    reference,
  };
}

/** The examples of the XML Object in OpenAPI 3.0.3 and 3.1.0, and what they leave open. */
const EXAMPLES: readonly (readonly [string, string, unknown, string])[] = [
  [
    'nothing is said',
    'animals: { type: array, items: { type: string } }',
    { animals: ['a', 'b'] },
    '<animals>a</animals><animals>b</animals>',
  ],
  [
    'items have a name',
    'animals: { type: array, items: { type: string, xml: { name: animal } } }',
    { animals: ['a', 'b'] },
    '<animal>a</animal><animal>b</animal>',
  ],
  [
    'the name of the list does not matter',
    'animals: { type: array, xml: { name: aliens }, items: { type: string, xml: { name: animal } } }',
    { animals: ['a'] },
    '<animal>a</animal>',
  ],
  [
    'a wrapper',
    'animals: { type: array, xml: { wrapped: true }, items: { type: string } }',
    { animals: ['a', 'b'] },
    '<animals><animals>a</animals><animals>b</animals></animals>',
  ],
  [
    'a wrapper with other names',
    'animals: { type: array, xml: { name: aliens, wrapped: true }, items: { type: string, xml: { name: animal } } }',
    { animals: ['a'] },
    '<aliens><animal>a</animal></aliens>',
  ],
  [
    'a wrapper whose name is that of the items',
    'animals: { type: array, xml: { name: aliens, wrapped: true }, items: { type: string } }',
    { animals: ['a'] },
    '<aliens><aliens>a</aliens></aliens>',
  ],
  [
    'an empty wrapper',
    'animals: { type: array, xml: { wrapped: true }, items: { type: string } }',
    { animals: [] },
    '<animals/>',
  ],
  [
    'a prefix and a namespace',
    "name: { type: string, xml: { prefix: s, namespace: 'https://a.example/s' } }",
    { name: 'x' },
    '<s:name xmlns:s="https://a.example/s">x</s:name>',
  ],
  [
    'an object by reference',
    'tag: { $ref: "#/components/schemas/Tag" }',
    { tag: { id: 1 } },
    '<label><id>1</id></label>',
  ],
  [
    'a list by reference',
    'tags: { type: array, items: { $ref: "#/components/schemas/Tag" } }',
    { tags: [{ id: 1 }, { id: 2 }] },
    '<label><id>1</id></label><label><id>2</id></label>',
  ],
  [
    'a combination of one',
    'tag: { allOf: [{ $ref: "#/components/schemas/Tag" }], xml: { name: own } }',
    { tag: { id: 1 } },
    '<own><id>1</id></own>',
  ],
  [
    'types',
    'n: { type: number }, b: { type: boolean }, t: { type: string }',
    { n: 1.5, b: true, t: '<&>"\'' },
    '<n>1.5</n><b>true</b><t>&lt;&amp;&gt;&quot;&apos;</t>',
  ],
  ['null', 'n: { type: integer, nullable: true }', { n: null }, '<n/>'],
  [
    'itself',
    'inner: { $ref: "#/components/schemas/Root" }, n: { type: integer }',
    { inner: { inner: { n: 1 } } },
    '<root><root><n>1</n></root></root>',
  ],
];

describe('a value is written in XML and read back', () => {
  test.each(EXAMPLES)('%s', async (_, properties, value, xml) => {
    const { write, read } = await schemas(
      `Root: { type: object, xml: { name: root }, properties: { ${properties} } }\nTag: { type: object, xml: { name: label }, properties: { id: { type: integer } } }`,
    );
    expect(write('Root', value)).toBe(`<root>${xml}</root>`);
    expect(read('Root', `<root>\n${xml}</root>`)).toEqual({ json: value });
  });

  test('with attributes, the name of the component, and lists of objects', async () => {
    const { write, read } = await schemas(`Book:
  type: object
  properties:
    id: { type: integer, xml: { attribute: true } }
    lang: { type: string, xml: { attribute: true, name: lang, prefix: xml } }
    note: { type: string, nullable: true }
Books: { type: array, items: { $ref: '#/components/schemas/Book' } }`);
    const xml = '<Books><Book id="1" xml:lang="en"><note>a</note></Book><Book id="2"/></Books>';
    const value = [{ id: 1, lang: 'en', note: 'a' }, { id: 2 }];
    expect(write('Books', value)).toBe(xml);
    expect(read('Books', xml)).toEqual({ json: value });
  });

  test('also if its names and characters are not allowed in XML', async () => {
    const { write } = await schemas('Any: { type: object }');
    const xml = write('Any', { '1 st': 'a\u0000b', $x: 1, __proto__x: [{}] });
    expect(parseXml(xml)).toMatchObject({
      nodes: [{ name: '_1_st' }, { name: '_x' }, { name: '__proto__x' }],
    });
  });
});

test('a binary string is found behind references and in both versions', async () => {
  const { documents, reference } = await schemas(
    'File: { type: string, format: binary }\nText: { type: string }\nNewFile: { contentMediaType: image/png }\nEncoded: { contentMediaType: image/png, contentEncoding: base64 }',
  );
  expect(
    ['File', 'Text', 'NewFile', 'Encoded', 'Missing'].map(name => isBinarySchema(documents, reference(name))),
  ).toEqual([true, false, true, false, false]);
});

test.each([
  ['open elements', '<a>'],
  ['attributes without values', '<a b '],
  ['open brackets', '<'],
  ['ampersands', '&'],
  ['blanks', ' '],
  ['comment dashes', '<!--'],
  ['entities', '&lt;'],
  ['closing tags', '</a>'],
  ['cdata', '<![CDATA['],
  ['declarations', '<!DOCTYPE a [<!ENTITY b "c">'],
  ['quotes', '<a b="'],
])('XML of many %s is read or refused in time that grows with its length', (_, piece) => {
  const costOf = (count: number): number => {
    const text = `<a>${piece.repeat(count)}</a>`;
    return cpuTimeOf(() => void parseXml(text));
  };
  // Eight times the text; quadratic cost is sixty-four times as much. Short measurements are noise.
  expect(growsBeyond(costOf, { from: 20_000, to: 160_000, factor: 30, noise: 600 })).toBe(false);
});
