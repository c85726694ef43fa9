// Bodies without an example of the response are made of the examples and defaults of their schemas.
import { expect, test } from 'vitest';
import { serveSchemas, serveText } from './serve-schemas.ts';

type Schema = Record<string, unknown>;

async function bodyOf(schema: Schema, components: Record<string, Schema> = {}): Promise<unknown> {
  const served = await serveSchemas({ responses: { x: schema }, components });
  const { text, findings } = await served.ask('/x');
  expect(findings).toEqual([]);
  return JSON.parse(text);
}

test('the order is example, examples, default, then a value of const or enum, at every depth', async () => {
  const schema = {
    type: 'object',
    properties: {
      all: { type: 'string', example: 'first', examples: ['second'], default: 'third' },
      list: { type: 'string', examples: ['second', 'other'], default: 'third' },
      preset: { enum: ['one', 'third'], default: 'third' },
      choice: { enum: ['one', 'two'] },
      fixed: { const: 7 },
      inner: {
        type: 'array',
        items: { type: 'object', properties: { n: { type: 'integer', example: 12 } } },
      },
      nothing: { type: ['string', 'null'], default: null },
      zero: { type: 'integer', default: 0 },
      no: { type: 'boolean', default: false },
      blank: { type: 'string', example: '' },
    },
  };
  expect(await bodyOf(schema)).toEqual({
    ...{ all: 'first', list: 'second', preset: 'third', choice: 'one', fixed: 7, inner: [{ n: 12 }] },
    ...{ nothing: null, zero: 0, no: false, blank: '' },
  });
});

test('the example of an outer schema comes before those inside, also behind references', async () => {
  const components = {
    Point: {
      type: 'object',
      properties: { x: { type: 'integer', example: 1 }, y: { type: 'integer' } },
      example: { x: 5, y: 6 },
    },
  };
  expect(await bodyOf({ $ref: '#/components/schemas/Point' }, components)).toEqual({ x: 5, y: 6 });
  expect(await bodyOf({ type: 'array', items: { $ref: '#/components/schemas/Point' } }, components)).toEqual([
    { x: 5, y: 6 },
  ]);
});

test('the examples of all parts of an allOf are joined', async () => {
  const schema = {
    allOf: [
      { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'], example: { id: 3 } },
      { type: 'object', properties: { name: { type: 'string', example: 'Ana' } }, required: ['name'] },
    ],
  };
  expect(await bodyOf(schema)).toEqual({ id: 3, name: 'Ana' });
});

test('an invalid part of an example is replaced, and the rest stays', async () => {
  const schema = {
    type: 'object',
    required: ['id', 'name'],
    properties: { id: { type: 'integer', minimum: 1 }, name: { type: 'string' }, note: { type: 'string' } },
    example: { id: -4, name: 'Ana' },
  };
  expect(await bodyOf(schema)).toEqual({ id: expect.any(Number), name: 'Ana' });
});

test('a number that is written as text is a number, and the reverse', async () => {
  const schema = {
    type: 'object',
    properties: {
      count: { type: 'integer', example: '12' },
      phone: { type: 'string', example: 5551234 },
      on: { type: 'boolean', example: 'true' },
    },
  };
  expect(await bodyOf(schema)).toEqual({ count: 12, phone: '5551234', on: true });
});

test('the example of the response comes before those of its schema, and dynamic bodies use neither', async () => {
  const served = await serveSchemas({
    responses: { x: { type: 'string', example: 'schema', minLength: 9 } },
    media: { example: 'response!' },
  });
  expect((await served.ask('/x')).text).toBe('"response!"');
  expect((await served.ask('/x?__dynamic=true')).text).toMatch(/^"(?!schema|response)\w{9,}"$/);
});

const LONG = `openapi: 3.0.3
info: { title: Long integers, version: '1' }
paths:
  /media: { get: { responses: { '200': { description: OK, content: { application/json: { example: { ids: [9007199254740993, -9223372036854775808] } } } } } } }
  /named: { get: { responses: { '200': { description: OK, content: { application/json: { examples: { max: { value: 9223372036854775807 } } } } } } } }
  /schema: { get: { responses: { '200': { description: OK, content: { application/json: { schema: { $ref: '#/components/schemas/Ids' } } } } } } }
components:
  schemas:
    Ids:
      type: object
      properties:
        example: { type: integer, example: 1234567890123456789 }
        default: { type: integer, format: int64, default: 9223372036854775807 }
        choice: { type: integer, enum: [1152921504606846977, 2] }
        text: { type: string, example: 9007199254740993 }
        range: { type: integer, minimum: 9223372036854775807, maximum: 9223372036854775807 }
`;
const EXPECTED = {
  '/media': '{"ids":[9007199254740993,-9223372036854775808]}',
  '/named': '9223372036854775807',
  '/named?__example=max': '9223372036854775807',
  '/schema':
    '{"example":1234567890123456789,"default":9223372036854775807,"choice":1152921504606846977,"text":"9007199254740993","range":9223372036854775807}',
};

test('integers of 64 bits keep their digits in examples, defaults, enums and limits, in YAML, JSON and a cached file', async () => {
  const { parse } = await import('yaml');
  // The digits must reach the JSON text, too.
  const json = JSON.stringify(parse(LONG, { intAsBigInt: true }), (_, value: unknown) =>
    typeof value === 'bigint'
      ? (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(String(value))
      : value,
  );
  for (const [name, text] of [
    ['api.yaml', LONG],
    ['api.json', json],
    ['api.yaml', LONG],
  ] as const) {
    const served = await serveText(name, text);
    for (const [target, expected] of Object.entries(EXPECTED))
      expect((await served.ask(target)).text).toBe(expected);
  }
});

test.each([
  ['an empty string', ''],
  ['several values', '1, 2'],
])('%s as the default of a number is no number, so the number is generated', async (_, preset) => {
  const schema = {
    type: 'object',
    required: ['count'],
    properties: { count: { type: 'integer', default: preset } },
  };
  expect(await bodyOf(schema)).toEqual({ count: expect.any(Number) });
});
