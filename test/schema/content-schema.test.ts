// contentMediaType and contentSchema: JSON in a text is asserted if formats are asserted, and never otherwise.
import { describe, expect, test } from 'vitest';
import { createValueValidator } from '../json-schema/validate-value.ts';

const SCHEMA = {
  contentMediaType: 'application/vnd.order+json',
  contentSchema: { $ref: '#/$defs/order' },
  $defs: { order: { type: 'object', required: ['id'], properties: { id: { type: 'integer' } } } },
};
const ENCODED = { contentEncoding: 'base64', contentMediaType: 'application/json', contentSchema: false };

const validate = async (schema: object, text: unknown, assertFormats = true): Promise<string> =>
  (await createValueValidator({ schemas: { 'schema.json': schema }, assertFormats }))('schema.json', text);

test.for<[string, object, unknown]>([
  ['JSON of the schema', SCHEMA, '{"id":1}'],
  ['no text', SCHEMA, { id: 'x' }],
  ['another media type', { ...SCHEMA, contentMediaType: 'text/plain' }, '{'],
  ['no media type', { contentSchema: false }, '{}'],
  ['another encoding', ENCODED, 'e30='],
])('%s is valid', async ([, schema, text]) => {
  expect(await validate(schema, text)).toBe('valid');
});

describe('invalid, if formats are asserted, is', () => {
  test.for<[string, object, string]>([
    ['JSON that the schema rejects', SCHEMA, '{"id":"one"}'],
    ['JSON that lacks a member', SCHEMA, '{}'],
    ['text that is not JSON', SCHEMA, 'id=1'],
  ])('%s', async ([, schema, text]) => {
    expect(await validate(schema, text)).toBe('invalid');
    expect(await validate(schema, text, false)).toBe('valid');
  });
});
