// JSON is formatted without a change to its values, and values are marked by their pointers.
import { expect, test } from 'vitest';
import { formatJson } from '../../src/exchange/format-json.ts';
import { fc } from '../random.ts';

const shown = (text: string, ...pointers: string[]): string[] =>
  formatJson(text, pointers).map(({ text: line, marked }) => `${marked ? '>' : ' '}${line}`);

test.each([
  ['{}', [' {}']],
  ['[ ]', [' []']],
  ['"a:{b"', [' "a:{b"']],
  [' 12345678901234567890.0 ', [' 12345678901234567890.0']],
  ['{"a":1,"a":2}', [' {', '   "a": 1,', '   "a": 2', ' }']],
  [
    '[[],{"b":[1,"\\"]"]}]',
    [' [', '   [],', '   {', '     "b": [', '       1,', '       "\\"]"', '     ]', '   }', ' ]'],
  ],
])('%s', (text, lines) => {
  expect(shown(text)).toEqual(lines);
});

test('a value is marked by its pointer, and a missing one at the value around it', () => {
  const text = '{"a":[{"b/c":1},{"d":null}]}';
  expect(shown(text, '/a/0/b~1c', '/a/1/missing/too')).toEqual([
    ' {',
    '   "a": [',
    '     {',
    '>      "b/c": 1',
    '     },',
    '>    {',
    '       "d": null',
    '     }',
    '   ]',
    ' }',
  ]);
  expect(shown(text, '')[0]).toBe('>{');
  expect(shown('7', '/body')).toEqual(['>7']);
});

test('any JSON is the same value afterwards, formatted as JSON.stringify does', () => {
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      const text = formatJson(JSON.stringify(value))
        .map(line => line.text)
        .join('\n');
      expect(text).toBe(JSON.stringify(JSON.parse(JSON.stringify(value)), undefined, 2));
    }),
  );
});

test('the beginning of a text is formatted as far as it goes', () => {
  expect(shown('{"a\\"', '/a')).toEqual(['>{', '   "a\\"']);
  expect(shown('{"a":[1,{"b":"c d')).toEqual([' {', '   "a": [', '     1,', '     {', '       "b": "c d']);
});

test('a deep text takes memory in proportion to its length', () => {
  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
  const size = formatJson(deep).reduce((sum, { text }) => sum + text.length, 0);
  expect(size).toBeLessThan(130 * deep.length);
});
