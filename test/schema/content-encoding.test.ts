// Where formats are asserted, base64 and its kin are held to RFC 4648; where they are not, nothing is said of them.
import { expect, test } from 'vitest';
import { judgeOf } from '../json-schema/validate-value.ts';

const GOOD: readonly (readonly [string, string])[] = [
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
const BAD: readonly (readonly [string, string])[] = [
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

const judge = (schema: object, assertFormats: boolean) =>
  judgeOf({ schemas: { 'schema.json': schema }, assertFormats });

test.for(GOOD)('%s: "%s" is good', async ([contentEncoding, text]) => {
  expect((await judge({ contentEncoding }, true))('schema.json', text)).toBe('valid');
});

test.for(BAD)('%s: "%s" is not', async ([contentEncoding, text]) => {
  expect((await judge({ contentEncoding }, true))('schema.json', text)).toBe('invalid');
  expect((await judge({ contentEncoding }, false))('schema.json', text)).toBe('valid');
});

test.for([...GOOD, ...BAD].filter(([name]) => name === 'base64'))(
  'the format "byte" says the same: %s, "%s"',
  async ([contentEncoding, text]) => {
    const byEncoding = (await judge({ contentEncoding }, true))('schema.json', text);
    expect((await judge({ format: 'byte' }, true))('schema.json', text)).toBe(byEncoding);
  },
);

test('what is no string has no encoding', async () => {
  expect((await judge({ contentEncoding: 'base64' }, true))('schema.json', 1)).toBe('valid');
});
