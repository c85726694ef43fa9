// Numbers of JSON texts that a double cannot hold are validated by their digits.
import { expect, test } from 'vitest';
import { compareDecimals, type Decimal, decimalOf, isMultipleOf } from '../../src/exchange/decimal.ts';
import { serveText } from '../mock/serve-schemas.ts';
import { DONE, JSON_TYPE, validatorFor } from './validator.ts';

/** The violations in a body for a schema, as "pointer message". */
async function violations(schema: object, body: string): Promise<string[]> {
  const content = { 'application/json': { schema } };
  const validate = await validatorFor({
    '/numbers': { post: { requestBody: { content }, responses: DONE } },
  });
  return validate({ line: 'POST /numbers', headers: JSON_TYPE, body })
    .filter(({ code }) => code === 'request-body-schema')
    .map(({ at, message }) => `${at.replace('/request/body', '')} ${message}`);
}

const INTEGER = { type: 'integer' };
const ids = { type: 'array', uniqueItems: true, items: INTEGER };

test.for<[string, object, string]>([
  ['an integer beyond 2^53', INTEGER, '12345678901234567890123'],
  ['an integer beyond the range of a double', INTEGER, '1e400'],
  ['a negative number beyond the range of a double', { type: 'number', maximum: 0 }, '-1e400'],
  ['an integer with a point', INTEGER, '12345678901234567890123.0'],
  ['minus zero', { type: 'integer', minimum: 0, enum: [0] }, '-0'],
  ['a large fraction where a number is allowed', { type: 'number' }, '12345678901234567890123.5'],
  [
    'a large fraction where a branch allows it',
    { anyOf: [INTEGER, { type: 'number' }] },
    '9007199254740993.5',
  ],
  ['distinct integers that a double does not tell apart', ids, '[9007199254740992, 9007199254740993]'],
  [
    'such integers after many others',
    { properties: { b: ids } },
    `{"a":[${Array.from({ length: 30 }, (_, step) => `12345678901234567${step + 100}1`).join()}],"b":[9007199254740992,9007199254740993]}`,
  ],
  ['an integer just below an exclusive bound', { exclusiveMaximum: 2 }, '1.99999999999999999999'],
  ['a multiple of more digits than a double has', { multipleOf: 5 }, '12345678901234567895'],
])('%s is valid', async ([, schema, body]) => {
  expect(await violations(schema, body)).toEqual([]);
});

test.for<[string, object, string, string]>([
  ['a large fraction is no integer', INTEGER, '12345678901234567890123.5', 'type'],
  ['a fraction that rounds to an integer is none', INTEGER, '7.00000000000000000001', 'type'],
  ['also inside', { properties: { a: { items: INTEGER } } }, '{"a":[1,9007199254740993.5]}', 'type'],
  [
    'also in every branch',
    { oneOf: [{ ...INTEGER, minimum: 5 }, { const: 1 }] },
    '9007199254740993.5',
    'type',
  ],
  ['one more than the maximum', { maximum: 9007199254740991 }, '9007199254740991.25', 'maximum'],
  ['no multiple', { multipleOf: 5 }, '12345678901234567893', 'multipleOf'],
  ['not the constant', { const: 1 }, '1.00000000000000000001', 'const'],
  ['beyond the range of a double and the maximum', { type: 'integer', maximum: 10 }, '1e400', 'maximum'],
])('%s', async ([, schema, body, keyword]) => {
  const found = await violations(schema, body);
  expect(found).toHaveLength(1);
  const words: Record<string, RegExp> = {
    type: /must be integer/,
    maximum: /must be <= /,
    multipleOf: /must be a multiple of 5/,
    const: /must be the declared value/,
  };
  expect(found[0]).toMatch(words[keyword] as RegExp);
});

function decimal(text: string): Decimal {
  const read = decimalOf(text);
  if (read === undefined) throw new Error(`${text} is no number`);
  return read;
}

test('decimals compare as the numbers that they write', () => {
  const texts = [
    '-1e400',
    '-2',
    '-1.5',
    '-0',
    '1e-9',
    '0.1',
    '0.11',
    '1',
    '1.0000000000000000000001',
    '9',
    '10',
    '1e3',
    '1e400',
  ];
  for (const [left, one] of texts.entries())
    for (const [right, other] of texts.entries())
      expect(Math.sign(compareDecimals(decimal(one), decimal(other))), `${one} ${other}`).toBe(
        Math.sign(left - right),
      );
  expect(isMultipleOf(decimal('0.3'), decimal('0.1'))).toBe(true);
  expect(isMultipleOf(decimal('1e3'), decimal('0.25'))).toBe(true);
  expect(isMultipleOf(decimal('0.31'), decimal('0.1'))).toBe(false);
  expect(isMultipleOf(decimal('1e999999999'), decimal('3'))).toBe(undefined);
  for (const text of ['', ' 1', '01', '.5', '1.', '+1', '0x10', 'Infinity'])
    expect(decimalOf(text), text).toBe(undefined);
});

test('the numbers of the document are compared by their digits', async () => {
  // JSON.rawJSON is not yet in the types of TypeScript.
  const { rawJSON } = JSON as typeof JSON & { rawJSON(text: string): unknown };
  const limit = rawJSON('9223372036854775805');
  const found = await violations({ maximum: limit }, '9223372036854775806');
  expect(found.join()).toContain('must be <= 9223372036854775805');
  expect(await violations({ maximum: limit }, '9223372036854775805')).toEqual([]);
  expect(await violations({ const: limit }, '9223372036854775805')).toEqual([]);
  expect(await violations({ enum: [1, limit] }, '9223372036854775805')).toEqual([]);
  expect(await violations({ enum: [1, limit] }, '9223372036854775806')).toHaveLength(1);
});

const LONG = '9223372036854775807';

/** The document is text: JavaScript would change its limits. */
async function tooLarge(number: string): Promise<unknown> {
  const schema = `{"type":"integer","format":"int64","maximum":${LONG},"minimum":-9223372036854775808}`;
  const document = `{"openapi":"3.0.3","info":{"title":"Ids","version":"1"},"paths":{"/ids/{id}":{"post":{
    "parameters":[{"name":"id","in":"path","required":true,"schema":${schema}},{"name":"q","in":"query","schema":${schema}}],
    "requestBody":{"content":{"application/json":{"schema":{"type":"object","properties":{"id":${schema}}}}}},
    "responses":{"204":{"description":"Done"}}}}}}`;
  const { url } = await serveText('api.json', document);
  const post = async (target: string, body?: string): Promise<number> => {
    const headers = { 'content-type': 'application/json' };
    return (await fetch(`${url}/api/ids/${target}`, { method: 'POST', ...(body && { body, headers }) }))
      .status;
  };
  return [await post(number), await post(`1?q=${number}`), await post('1', `{"id":${number}}`)];
}

test('a limit of 64 bits is exact in paths, queries and bodies', async () => {
  expect(await tooLarge(LONG)).toEqual([204, 204, 204]);
  expect(await tooLarge('-9223372036854775808')).toEqual([204, 204, 204]);
  expect(await tooLarge('9223372036854775808')).toEqual([422, 422, 422]);
  expect(await tooLarge('-9223372036854775809')).toEqual([422, 422, 422]);
});
