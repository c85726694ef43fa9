// JSON is read and written with all digits of integers beyond 2^53.
import { expect, test } from 'vitest';
import { copyJson, parseExactJson, writeExactJson } from '../../src/exchange/exact-json.ts';
import { fc } from '../random.ts';

test('integers of any length are written as they were read', () => {
  const text =
    '{"id":9007199254740993,"list":[-9223372036854775808,18446744073709551615,7],"deep":{"a/b":1e400}}';
  expect(writeExactJson(parseExactJson(text))).toBe(text.replace('1e400', 'null'));
  expect(writeExactJson(copyJson(parseExactJson(text)))).toBe(text.replace('1e400', 'null'));
});

test('a member that was replaced is written with its new value', () => {
  const value = parseExactJson('{"id":9007199254740993}') as { id: unknown };
  value.id = 5;
  expect(writeExactJson(value)).toBe('{"id":5}');
  value.id = 'text';
  expect(writeExactJson(value)).toBe('{"id":"text"}');
});

test('text that is nested too deeply for the digits is read without them', () => {
  const depth = 200_000;
  const text = `${'['.repeat(depth)}9007199254740993${']'.repeat(depth)}`;
  expect(Array.isArray(parseExactJson(text))).toBe(true);
});

test('texts that are not JSON are errors, with and without long numbers', () => {
  for (const text of ['', '{', '[9007199254740993', '01'])
    expect(() => parseExactJson(text)).toThrow(SyntaxError);
});

test('integers and other values survive in any nesting', () => {
  const leaf = fc.oneof(
    fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
    fc.constantFrom('true', 'null', '"9007199254740993"', '0.5'),
  );
  const { json } = fc.letrec<{ json: string }>(tie => ({
    json: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.array(tie('json')).map(items => `[${items.join(',')}]`),
      fc.array(tie('json')).map(items => `{${items.map((item, index) => `"k${index}":${item}`).join(',')}}`),
    ),
  }));
  fc.assert(
    fc.property(json, text => {
      expect(writeExactJson(parseExactJson(`{"v":${text}}`))).toBe(`{"v":${text}}`);
    }),
  );
});
