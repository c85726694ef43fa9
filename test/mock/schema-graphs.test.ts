// Bodies of schemas that refer to each other in every way: the cost is that of the body, and other requests are answered.
import { describe, expect, test } from 'vitest';
import { serveSchemas } from './serve-schemas.ts';

type Schema = Record<string, unknown>;
type Components = Record<string, Schema>;

const ref = (name: string | number): Schema => ({ $ref: `#/components/schemas/S${name}` });
const text = { type: 'string' };

/** `count` schemas, each made from its index and a reference to the next; the last one refers to a string. */
const chain = (count: number, link: (next: Schema) => Schema): Components =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `S${index}`,
      link(index + 1 < count ? ref(index + 1) : text),
    ]),
  );

const GRAPHS: readonly (readonly [string, Components])[] = [
  [
    'two optional members of the next schema, 300 times',
    chain(300, next => ({ type: 'object', properties: { a: next, b: next } })),
  ],
  [
    'lists of lists of shared schemas',
    chain(60, next => ({
      type: 'object',
      properties: { a: { type: 'array', items: next }, b: { type: 'array', items: next, minItems: 0 } },
    })),
  ],
  [
    'a choice of the next schema or a string, 40 times',
    chain(40, next => ({
      type: 'object',
      required: ['a', 'b'],
      properties: { a: { anyOf: [text, next] }, b: { anyOf: [next, text] } },
    })),
  ],
  [
    'every schema refers to every other',
    Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [
        `S${index}`,
        {
          type: 'object',
          properties: Object.fromEntries(Array.from({ length: 40 }, (_, other) => [`p${other}`, ref(other)])),
        },
      ]),
    ),
  ],
  [
    'a required chain of 100 schemas',
    chain(100, next => ({ type: 'object', required: ['next'], properties: { next } })),
  ],
  [
    'a thousand members',
    {
      S0: {
        type: 'object',
        properties: Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`p${index}`, text])),
      },
    },
  ],
  [
    'a tree',
    {
      S0: {
        type: 'object',
        required: ['children'],
        properties: { children: { type: 'array', items: ref(0) }, parent: ref(0) },
      },
    },
  ],
  [
    'a list that ends with null',
    {
      S0: {
        type: 'object',
        required: ['next'],
        properties: { next: { type: ['object', 'null'], allOf: [{ properties: { next: ref(0) } }] } },
      },
    },
  ],
  [
    'a list that ends in another branch',
    {
      S0: {
        type: 'object',
        required: ['next'],
        properties: { next: { oneOf: [ref(0), { type: 'integer' }] } },
      },
    },
  ],
  ['a map of itself', { S0: { type: 'object', additionalProperties: ref(0) } }],
];

test.each(GRAPHS)('%s: static and dynamic bodies are valid and of moderate size', async (_, components) => {
  const served = await serveSchemas({ responses: { x: ref(0) }, components });
  for (const query of ['', '?__dynamic=true', '?__dynamic=true&__seed=2']) {
    const { status, text: body, findings } = await served.ask(`/x${query}`);
    expect({ status, findings, isModerate: body.length < 100_000 }).toEqual({
      status: 200,
      findings: [],
      isModerate: true,
    });
  }
});

describe('a schema that no body satisfies gets a small body, and a finding', () => {
  const three = (next: Schema): Schema => ({
    type: 'object',
    required: ['a', 'b', 'c'],
    properties: { a: next, b: next, c: next },
  });
  const ENDLESS: readonly (readonly [string, Components])[] = [
    ['three required members of itself', { S0: three(ref(0)) }],
    ['a circle of two schemas', { S0: three(ref(1)), S1: { type: 'array', minItems: 2, items: ref(0) } }],
    [
      'every branch is endless',
      { S0: { oneOf: [three(ref(0)), { type: 'array', minItems: 1, items: ref(0) }] } },
    ],
    ['three to the power of thirty values', chain(30, three)],
    ['a hundred million items', { S0: { type: 'array', minItems: 100_000_000, items: text } }],
    [
      'a hundred million members',
      { S0: { type: 'object', minProperties: 100_000_000, additionalProperties: text } },
    ],
    ['a text of a gigabyte', { S0: { type: 'string', minLength: 1_000_000_000 } }],
    [
      'three thousand different booleans',
      { S0: { type: 'array', minItems: 3000, uniqueItems: true, items: { type: 'boolean' } } },
    ],
    ['nothing', { S0: { not: {} } }],
    ['a contradiction', { S0: { type: 'integer', minimum: 5, maximum: 4 } }],
  ];
  test.each(ENDLESS)('%s', async (_, components) => {
    const served = await serveSchemas({ responses: { x: ref(0) }, components });
    for (const query of ['', '?__dynamic=true']) {
      const { status, text: body, findings } = await served.ask(`/x${query}`);
      expect({ status, isModerate: body.length < 400_000 }).toEqual({ status: 200, isModerate: true });
      expect(findings).not.toEqual([]);
    }
  });
});

test('patterns whose matches are endless or enormous cost little', async () => {
  const patterns = [
    '^((a{1000}){1000}){1000}$',
    '^(a+)+$',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
    'x{5000}',
    '^(?:a|a)*$',
    '(?=(a*)*b)',
  ];
  const properties = Object.fromEntries(
    patterns.map((pattern, index) => [`p${index}`, { type: 'string', pattern, minLength: 40 }]),
  );
  const served = await serveSchemas({
    responses: { x: { type: 'object', properties, required: Object.keys(properties) } },
  });
  for (const query of ['', '?__dynamic=true']) {
    const { status, text: body } = await served.ask(`/x${query}`);
    expect(status).toBe(200);
    expect(Object.keys(JSON.parse(body))).toEqual(Object.keys(properties));
  }
});
