// contentEncoding: RFC 4648 is asserted if formats are asserted, and never otherwise.
import { expect, test } from 'vitest';
import { createValueValidator } from '../json-schema/validate-value.ts';

const VALID: readonly (readonly [string, string])[] = [
  ['base64', ''],
  ['base64', 'Zm9v'],
  ['base64', 'Zm8='],
  ['base64', 'Zg=='],
  ['base64', '+/+/'],
  ['base64url', '-_-_'],
  ['base64url', 'Zg'],
  ['base64url', 'Zg=='],
  ['base32', 'MZXW6==='],
  ['base32', 'MY======'],
  ['base16', '666F6F'],
  ['base16', '666f6f'],
  ['BASE64', 'Zm9v'],
  ['rot13', 'whatever this is'],
];
const INVALID: readonly (readonly [string, string])[] = [
  ['base64', 'Zm8'],
  ['base64', 'Z==='],
  ['base64', 'Zg==Zg=='],
  ['base64', 'Zm9v\n'],
  ['base64', 'Zm9v\nnot base64 at all'],
  ['base64', 'Zm 9v'],
  ['base64', '-_-_'],
  ['base64url', '+/+/'],
  ['base64url', 'Z'],
  ['base32', 'MZXW6'],
  ['base32', 'mzxw6==='],
  ['base16', '666'],
  ['base16', 'xx'],
];

const validatorOf = (schema: object, assertFormats: boolean) =>
  createValueValidator({ schemas: { 'schema.json': schema }, assertFormats });

test.for(VALID)('%s: "%s" is valid', async ([contentEncoding, text]) => {
  expect((await validatorOf({ contentEncoding }, true))('schema.json', text)).toBe('valid');
});

test.for(INVALID)('%s: "%s" is invalid', async ([contentEncoding, text]) => {
  expect((await validatorOf({ contentEncoding }, true))('schema.json', text)).toBe('invalid');
  expect((await validatorOf({ contentEncoding }, false))('schema.json', text)).toBe('valid');
});

test.for([...VALID, ...INVALID].filter(([name]) => name === 'base64'))(
  'the format "byte" gives the same result: %s, "%s"',
  async ([contentEncoding, text]) => {
    const byEncoding = (await validatorOf({ contentEncoding }, true))('schema.json', text);
    expect((await validatorOf({ format: 'byte' }, true))('schema.json', text)).toBe(byEncoding);
  },
);

test('contentEncoding does not apply to a number', async () => {
  expect((await validatorOf({ contentEncoding: 'base64' }, true))('schema.json', 1)).toBe('valid');
});
