// Generates random JSON Schemas for OpenAPI 3.0 and 3.1, and values that are valid in most cases.
import fc from 'fast-check';
import { isJson, type Json } from './corrupt.ts';

const TEXTS = [
  '',
  'a',
  'abc',
  '123',
  'true',
  'null',
  'a b',
  'a,b',
  'x/y',
  'Ünï',
  '1.5',
  '2024-02-30',
  '2024-02-29T12:00:00Z',
];
const NUMBERS = [-1, 0, 1, 2, 3, 10, 1.5, 100];
const small = fc.integer({ min: 0, max: 3 });

export const some = (
  members: Record<string, fc.Arbitrary<unknown>>,
  ...requiredKeys: string[]
): fc.Arbitrary<Json> => fc.record(members, { requiredKeys });
const both = (...parts: fc.Arbitrary<Json>[]): fc.Arbitrary<Json> =>
  fc.tuple(...parts).map(list => Object.assign({}, ...list) as Json);
const maybe = (more: fc.Arbitrary<Json>): fc.Arbitrary<Json> => fc.option(more, { freq: 2, nil: {} });

export type Version = '3.0' | '3.1';

export function primitives(version: Version) {
  const only31 = <T>(...list: T[]): T[] => (version === '3.1' ? list : []);
  const is = (type: string): fc.Arbitrary<Json> =>
    fc.constantFrom<Json>(
      { type },
      { type },
      version === '3.1' ? { type: [type, 'null'] } : { type, nullable: true },
    );
  const text = both(
    is('string'),
    maybe(
      fc.oneof(
        some({ minLength: small, maxLength: fc.integer({ min: 2, max: 5 }) }),
        some({ pattern: fc.constantFrom('^[a-z]+$', '^\\d{3}$', '^\\p{L}*$') }, 'pattern'),
        some({ format: fc.constantFrom('date-time', 'date', 'uuid', 'email', 'uri', 'odd') }, 'format'),
        some({ enum: fc.subarray(TEXTS, { minLength: 1, maxLength: 4 }) }, 'enum'),
      ),
    ),
  );
  const exclusive = version === '3.1' ? { exclusiveMinimum: small } : { exclusiveMinimum: fc.boolean() };
  const number = both(
    fc.oneof(is('integer'), is('number')),
    maybe(
      fc.oneof(
        some({ minimum: small, maximum: fc.integer({ min: 2, max: 20 }) }),
        some({ minimum: small, ...exclusive }, 'minimum'),
        some({ multipleOf: fc.constantFrom(2, 0.5) }, 'multipleOf'),
        some({ enum: fc.subarray(NUMBERS, { minLength: 1, maxLength: 3 }) }, 'enum'),
      ),
    ),
  );
  return { is, only31, primitive: fc.oneof(text, number, is('boolean')) };
}

/** Nested schemas of many kinds, including `Tree` of the document's components. */
export function anySchema(version: Version): fc.Arbitrary<Json> {
  const { is, only31, primitive } = primitives(version);
  const Tree = { $ref: '#/components/schemas/Tree' };
  const literal = fc.constantFrom<Json>(
    { enum: ['red', 1, null, { a: 1 }] },
    {},
    Tree,
    { ...Tree, maxProperties: 1 },
    { anyOf: [{ type: 'object', required: ['c'], properties: { c: { type: 'string', writeOnly: true } } }] },
    { type: 'object', properties: { c: { type: 'string', readOnly: true } }, additionalProperties: false },
    ...only31<Json>({ const: 5 }, { type: ['string', 'integer'] }),
  );
  const { node } = fc.letrec<{ node: Json; array: Json; object: Json; mix: Json }>(tie => {
    const branches = fc.array(tie('node'), { minLength: 1, maxLength: 3 });
    const hidden = fc.constantFrom<Json>({}, {}, { readOnly: true }, { writeOnly: true });
    const properties = some({ a: tie('node'), b: tie('node'), c: both(primitive, hidden) });
    const [array31, object31] = only31(
      { prefixItems: branches, contains: tie('node'), unevaluatedItems: fc.constant(false) },
      {
        patternProperties: fc.record({ '^[bc]$': tie('node') }),
        unevaluatedProperties: fc.constant(false),
        dependentRequired: fc.constant({ a: ['b'] }),
        propertyNames: fc.constant({ maxLength: 1 }),
        if: fc.constant({ required: ['a'] }),
        else: tie('node'),
      },
    );
    const items = {
      items: tie('node'),
      minItems: small,
      maxItems: fc.constant(2),
      uniqueItems: fc.boolean(),
    };
    return {
      node: fc.oneof(
        { maxDepth: 2 },
        { arbitrary: primitive, weight: 4 },
        { arbitrary: literal, weight: 1 },
        { arbitrary: tie('object'), weight: 4 },
        { arbitrary: tie('array'), weight: 2 },
        { arbitrary: tie('mix'), weight: 1 },
      ),
      array: both(is('array'), some({ ...items, ...array31 }, 'items')),
      object: both(
        is('object'),
        some(
          {
            properties,
            required: fc.subarray(['a', 'b', 'c'], { minLength: 1 }),
            additionalProperties: fc.oneof(fc.boolean(), tie('node')),
            minProperties: small,
            maxProperties: fc.constant(2),
            ...object31,
          },
          'properties',
        ),
      ),
      mix: fc.oneof(
        some({ allOf: fc.array(tie('object'), { minLength: 1, maxLength: 2 }) }, 'allOf'),
        some({ anyOf: branches }, 'anyOf'),
        some({ oneOf: branches }, 'oneOf'),
        some({ not: tie('node') }, 'not'),
      ),
    };
  });
  return node;
}

/** Values that are valid for a generated schema in most cases. */
export function instances(schema: unknown): fc.Arbitrary<unknown> {
  if (!isJson(schema)) return fc.constantFrom<unknown>('a', 1, null);
  const { $ref, allOf, properties, prefixItems, items, required, minItems } = schema;
  const branches = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(schema.enum)) return fc.constantFrom<unknown>(...schema.enum);
  if ('const' in schema) return fc.constant(schema.const);
  if ($ref !== undefined)
    return fc.constantFrom<unknown>({}, { label: 'a' }, { label: 'a', inner: { label: 'b' } });
  if (Array.isArray(branches)) return fc.oneof(...branches.map(instances));
  if (Array.isArray(allOf)) return both(...(allOf.map(instances) as fc.Arbitrary<Json>[]));
  switch ([schema.type].flat()[0]) {
    case 'string':
      return fc.constantFrom(...TEXTS);
    case 'integer':
    case 'number':
      return fc.constantFrom(...NUMBERS);
    case 'boolean':
      return fc.boolean();
    case 'array':
      if (Array.isArray(prefixItems)) return fc.tuple(...prefixItems.map(instances));
      return fc.array(instances(items), { minLength: Number(minItems ?? 0), maxLength: 3 });
    case 'object': {
      const members = Object.entries(properties as Json).map(([key, inner]) => [key, instances(inner)]);
      const requiredKeys = ((required ?? []) as string[]).filter(key => key in (properties as Json));
      return some(Object.fromEntries(members) as Record<string, fc.Arbitrary<unknown>>, ...requiredKeys);
    }
    default:
      return fc.constantFrom<unknown>('a', 1, null, {}, []);
  }
}
