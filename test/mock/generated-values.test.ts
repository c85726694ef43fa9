// What generated bodies contain: discriminators that name a schema, no write-only members, values of every kind of limit.
import { describe, expect, test } from 'vitest';
import { serveSchemas } from './serve-schemas.ts';

const QUERIES = ['', ...Array.from({ length: 12 }, (_, seed) => `?__dynamic=true&__seed=${seed}`)];
type Schema = Record<string, unknown>;

/** Serves the schema and returns all bodies, which must have no findings. */
async function bodiesOf(
  schema: Schema,
  options: { components?: Record<string, Schema>; version?: '3.0.3' | '3.1.0' } = {},
): Promise<unknown[]> {
  const served = await serveSchemas({ responses: { x: schema }, ...options });
  const bodies: unknown[] = [];
  for (const query of QUERIES) {
    const { status, text, findings } = await served.ask(`/x${query}`);
    expect({ query, status, text, findings }).toEqual({ query, status: 200, text, findings: [] });
    bodies.push(JSON.parse(text));
  }
  return bodies;
}

const object = (properties: Schema, required = Object.keys(properties)): Schema => ({
  type: 'object',
  required,
  properties,
});
const string = { type: 'string' };
const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

describe('the value of a discriminator', () => {
  const branches = {
    Card: object({ kind: string, number: string }),
    Iban: object({ kind: string, iban: string }),
  };
  const kindOf = (body: unknown): string => {
    const members = body as Record<string, unknown>;
    return `${members.kind} ${'number' in members ? 'Card' : 'Iban'}`;
  };

  test.each(['oneOf', 'anyOf'])('is the name of the schema that %s takes', async keyword => {
    const schema = { [keyword]: [ref('Card'), ref('Iban')], discriminator: { propertyName: 'kind' } };
    const bodies = await bodiesOf(schema, { components: branches });
    expect(new Set(bodies.map(kindOf))).toEqual(new Set(['Card Card', 'Iban Iban']));
  });

  test('is the key of the mapping, by name or by reference', async () => {
    const mapping = { card: 'Card', account: '#/components/schemas/Iban' };
    const schema = { oneOf: [ref('Card'), ref('Iban')], discriminator: { propertyName: 'kind', mapping } };
    const bodies = await bodiesOf(schema, { components: branches, version: '3.0.3' });
    expect(new Set(bodies.map(kindOf))).toEqual(new Set(['card Card', 'account Iban']));
  });

  test('names a child where the schema is a parent, and the child itself where it is one', async () => {
    const components = {
      Event: { ...object({ type: string, at: string }), discriminator: { propertyName: 'type' } },
      Created: { allOf: [ref('Event'), object({ by: string })] },
      Deleted: { allOf: [ref('Event'), object({ reason: string })] },
    };
    const served = await serveSchemas({
      responses: { x: object({ any: ref('Event'), created: ref('Created') }) },
      components,
    });
    for (const query of QUERIES) {
      const body = JSON.parse((await served.ask(`/x${query}`)).text) as Record<
        string,
        Record<string, unknown>
      >;
      expect(body.created).toMatchObject({ type: 'Created', by: expect.any(String) });
      expect(body.any).toMatchObject(
        body.any?.type === 'Created'
          ? { by: expect.any(String) }
          : { type: 'Deleted', reason: expect.any(String) },
      );
    }
  });

  test('obeys the enum of the branch, and is right in lists and below other discriminators', async () => {
    const components = {
      Inner: { oneOf: [ref('Card'), ref('Iban')], discriminator: { propertyName: 'kind' } },
      ...branches,
      Outer: object({ type: { enum: ['outer'] }, list: { type: 'array', minItems: 1, items: ref('Inner') } }),
    };
    const schema = { oneOf: [ref('Outer')], discriminator: { propertyName: 'type' } };
    for (const body of (await bodiesOf(schema, { components })) as { type: string; list: unknown[] }[]) {
      expect(body.type).toBe('outer');
      for (const item of body.list) expect(['Card Card', 'Iban Iban']).toContain(kindOf(item));
    }
  });
});

test('write-only members are left out, at every depth, through references and from examples of schemas', async () => {
  const secret = { type: 'string', writeOnly: true };
  const components = {
    Secret: secret,
    Login: {
      ...object({ name: string, password: secret, pin: { allOf: [ref('Secret')] } }, ['name', 'password']),
      example: { name: 'ana', password: 'FAKE-1' },
    },
  };
  const schema = object({
    login: ref('Login'),
    list: { type: 'array', minItems: 1, items: object({ id: string, key: ref('Secret') }) },
  });
  const bodies = await bodiesOf(schema, { components, version: '3.0.3' });
  expect(bodies[0]).toMatchObject({ login: { name: 'ana' } });
  for (const body of bodies) expect(JSON.stringify(body)).not.toMatch(/password|pin|key/);
});

test('null is a body, and a member', async () => {
  const bodies = await bodiesOf({
    type: ['array', 'null'],
    items: { type: ['string', 'null'], pattern: '^\\d+$' },
  });
  expect(bodies.some(body => body === null)).toBe(true);
  expect(await bodiesOf({ type: 'null' })).toEqual(QUERIES.map(() => null));
  expect(await bodiesOf({ enum: [null] })).toEqual(QUERIES.map(() => null));
});

test('a pattern that cannot be generated spoils one string only', async () => {
  const hard = { type: 'string', pattern: '^(?=.{40}$)(?=(?:.*\\d){20})(?=.*z{9})[a-z\\d]+$' };
  const served = await serveSchemas({
    responses: {
      x: object({
        hard,
        code: { type: 'string', pattern: '^[A-F]{4}$' },
        count: { type: 'integer', minimum: 7, maximum: 9 },
      }),
    },
  });
  for (const query of QUERIES) {
    const { text, findings } = await served.ask(`/x${query}`);
    expect(JSON.parse(text)).toMatchObject({
      hard: expect.any(String),
      code: expect.stringMatching(/^[A-F]{4}$/),
      count: expect.any(Number),
    });
    expect(findings).toEqual([expect.stringContaining('/hard')]);
  }
});

const LIMITS: readonly (readonly [string, Schema])[] = [
  ['letters of Unicode', { type: 'string', pattern: '^\\p{Lu}\\p{Ll}+ \\p{L}{3,9}$' }],
  ['named groups and lookaheads', { type: 'string', pattern: '^(?<year>\\d{4})-(?!00)\\d{2}$' }],
  [
    'a pattern and lengths',
    { type: 'string', pattern: '^[a-z]+(?:-[a-z]+)*$', minLength: 25, maxLength: 30 },
  ],
  ['a format and a length', { type: 'string', format: 'email', minLength: 80, maxLength: 90 }],
  ['two patterns', { type: 'string', allOf: [{ pattern: '^[a-z]+$' }, { pattern: 'x' }] }],
  [
    'names by a pattern',
    {
      type: 'object',
      patternProperties: { '^x-[a-z]+$': { type: 'integer' } },
      additionalProperties: false,
      minProperties: 3,
    },
  ],
  [
    'names of a pattern',
    {
      type: 'object',
      propertyNames: { pattern: '^[a-z]{2}$' },
      additionalProperties: string,
      minProperties: 4,
    },
  ],
  [
    'names of an enum',
    {
      type: 'object',
      propertyNames: { enum: ['de', 'en', 'pt'] },
      additionalProperties: string,
      minProperties: 3,
    },
  ],
  [
    'different items',
    { type: 'array', uniqueItems: true, minItems: 4, items: { enum: ['a', 'b', 'c', 'd'] } },
  ],
  [
    'items of a tuple',
    { type: 'array', prefixItems: [string, { type: 'integer' }], items: { type: 'boolean' }, minItems: 4 },
  ],
  [
    'contained items',
    { type: 'array', items: { type: 'integer' }, contains: { minimum: 5000 }, minContains: 2 },
  ],
  ['cents', { type: 'number', multipleOf: 0.01, exclusiveMinimum: 0, maximum: 0.05 }],
  [
    'multiples of two numbers',
    { type: 'integer', allOf: [{ multipleOf: 6 }, { multipleOf: 4 }], minimum: 1, maximum: 20 },
  ],
  ['a narrow range', { type: 'number', exclusiveMinimum: 1, exclusiveMaximum: 1.000001 }],
  [
    'members that need others',
    {
      ...object({ a: string, b: string, c: string }, ['a']),
      dependentRequired: { a: ['c'] },
      maxProperties: 2,
    },
  ],
  [
    'schemas of members',
    { ...object({ a: string }), dependentSchemas: { a: object({ z: { type: 'integer' } }) } },
  ],
  ['forbidden values', { type: 'integer', minimum: 1, maximum: 4, not: { enum: [1, 2, 3] } }],
  ['forbidden members', { ...object({ a: string, b: string }, ['a']), not: { required: ['b'] } }],
  [
    'conditions',
    {
      ...object({ c: { enum: ['x', 'y'] } }),
      if: { properties: { c: { const: 'x' } } },
      ...Object.fromEntries([['then', object({ only: string })]]),
      else: object({ other: string }),
    },
  ],
  ['distinct branches', { oneOf: [object({ a: { const: 1 }, b: string }), object({ a: { const: 2 } })] }],
];

test.each(LIMITS)('generated bodies satisfy %s', async (_, schema) => {
  const bodies = await bodiesOf(object({ value: schema }));
  expect(bodies.length).toBe(QUERIES.length);
});

describe('small limits of a value', () => {
  test('a type that "not" excludes is not taken', async () => {
    for (const body of await bodiesOf({ not: { type: 'string' } })) expect(typeof body).not.toBe('string');
    const schema = { type: ['string', 'integer'], not: { type: 'string' } };
    for (const body of await bodiesOf(schema)) expect(body).toBeTypeOf('number');
  });

  test('numbers of one byte fit in it, a GUID is a UUID, and base64 has content', async () => {
    const schema = object({
      signed: { type: 'integer', format: 'int8' },
      unsigned: { type: 'integer', format: 'uint8' },
      guid: { type: 'string', format: 'guid' },
      file: { type: 'string', contentEncoding: 'base64', contentMediaType: 'image/png' },
    });
    for (const body of await bodiesOf(schema)) {
      const { signed, unsigned, guid, file } = body as {
        signed: number;
        unsigned: number;
        guid: string;
        file: string;
      };
      expect([signed <= 127, unsigned <= 255]).toEqual([true, true]);
      expect(guid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-/);
      expect(file).toMatch(/^[A-Za-z0-9+/]{4,}=*$/);
    }
  });
});
