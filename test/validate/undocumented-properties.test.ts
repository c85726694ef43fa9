// Undocumented properties beside violations, and the properties of subtypes that a discriminator names.
import { describe, expect, test } from 'vitest';
import { codes, DONE, JSON_TYPE, validatorFor } from './validator.ts';

const ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` });
const text = { type: 'string' };

async function findings(
  schema: object,
  value: unknown,
  schemas: object = {},
  openapi = '3.0.3',
): Promise<string[]> {
  const content = { 'application/json': { schema } };
  const validate = await validatorFor(
    { '/things': { post: { requestBody: { content }, responses: DONE } } },
    { schemas },
    openapi,
  );
  return codes(validate({ line: 'POST /things', headers: JSON_TYPE, body: JSON.stringify(value) })).map(
    each => each.replace('/request/body', '').replace('request-', ''),
  );
}

describe('an undocumented property beside a violation', () => {
  const order = { properties: { id: { type: 'integer' }, lines: { items: { properties: { sku: text } } } } };

  test.for<[string, unknown, string[]]>([
    ['in the same object', { id: 'x', token: 1 }, ['body-schema /id', 'property-undocumented /token']],
    [
      'in an item',
      { id: 'x', lines: [{ sku: '1' }, { cost: 1 }] },
      ['body-schema /id', 'property-undocumented /lines/1/cost'],
    ],
    [
      'above it',
      { lines: [{ sku: 1 }], secret: {} },
      ['body-schema /lines/0/sku', 'property-undocumented /secret'],
    ],
    ['none where all are declared', { id: 'x', lines: [] }, ['body-schema /id']],
    ['none inside a value of another type', { id: { a: 1 } }, ['body-schema /id']],
  ])('%s', async ([, value, expected]) => {
    expect(await findings(order, value)).toEqual(expected);
  });

  test('where every branch fails, each of them declares its properties', async () => {
    const circle = { required: ['r'], properties: { kind: { enum: ['circle'] }, r: { type: 'number' } } };
    const square = { required: ['a'], properties: { kind: { enum: ['square'] }, a: { type: 'number' } } };
    expect(await findings({ oneOf: [circle, square] }, { kind: 'circle', r: 'x' })).toEqual([
      'body-schema /r',
    ]);
    expect(await findings({ oneOf: [circle, square] }, { kind: 'circle', r: 'x', z: 1 })).toEqual([
      'body-schema /r',
      'property-undocumented /z',
    ]);
  });

  test('a property that the schema forbids is a violation only', async () => {
    expect(
      await findings({ properties: { id: text }, additionalProperties: false }, { id: 1, z: 1 }),
    ).toEqual(['body-schema /z', 'body-schema /id']);
  });
});

describe('a discriminator documents the properties of the subtype that it names', () => {
  const base = (mapping?: object): object => ({
    type: 'object',
    required: ['kind'],
    properties: { kind: text },
    discriminator: { propertyName: 'kind', ...(mapping && { mapping }) },
  });
  const schemas = {
    Vehicle: base({ lorry: '#/components/schemas/Truck', van: 'Van' }),
    Truck: { allOf: [ref('Vehicle'), { properties: { load: { type: 'number' } } }] },
    Van: { allOf: [ref('Vehicle'), { properties: { seats: { type: 'integer' } } }] },
    Bus: { allOf: [ref('Van'), { properties: { line: text } }] },
  };

  test.for<[string, unknown, string[]]>([
    ['by a reference in the mapping', { kind: 'lorry', load: 1 }, []],
    ['by a name in the mapping', { kind: 'van', seats: 2 }, []],
    ['by its own name, two levels below', { kind: 'Bus', seats: 2, line: 'M1' }, []],
    ['not the properties of another subtype', { kind: 'lorry', seats: 2 }, ['property-undocumented /seats']],
    ['nothing for a name that is no schema', { kind: 'toString', load: 1 }, ['property-undocumented /load']],
    ['and changes no verdict', { kind: 'lorry', load: 'heavy' }, []],
  ])('%s', async ([, value, expected]) => {
    expect(await findings(ref('Vehicle'), value, schemas)).toEqual(expected);
    expect(
      await findings({ properties: { all: { items: ref('Vehicle') } } }, { all: [value] }, schemas, '3.1.0'),
    ).toEqual(expected.map(each => each.replace(' ', ' /all/0')));
  });

  test('also beside a violation', async () => {
    expect(
      await findings(
        { allOf: [ref('Vehicle')], properties: { id: text } },
        { kind: 'van', seats: 2, id: 1 },
        schemas,
      ),
    ).toEqual(['body-schema /id']);
  });
});
