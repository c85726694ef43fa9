// The comparison of shown and real output: what may differ does not matter, and all else does.
import { describe, expect, test } from 'vitest';
import { scriptOf } from './blocks.ts';
import { differenceOf, isInLog } from './compare.ts';

const isSame = (shown: string, output: string): boolean =>
  differenceOf(shown.split('\n'), `${output}\n`) === undefined;

describe('differenceOf accepts', () => {
  test.each([
    ['the same lines', 'one\ntwo', 'one\ntwo'],
    ['lines that are left out', 'one\n...\nfour', 'one\ntwo\nthree\nfour'],
    ['no line in place of dots', 'one\n...', 'one'],
    ['text that is left out in a line', 'curl ... -d {}', "curl -H 'a: b' -d {}"],
    ['another server and another duration', 'POST 200 4.1ms 961b4de6-2', 'POST 200 12.07ms 0f00ba11-2'],
    ['another time', 'last used 2026-11-28T16:23:53.135Z', 'last used 2027-01-01T00:00:00Z'],
    ['wider columns', 'id   name', 'id        name'],
    ['a body that is broken into lines', '{\n  "a": [1,\n "b c"] }', '{"a":[1,"b c"]}'],
    ['fields that every answer has', 'HTTP/1.1 200 OK\n\nx', 'HTTP/1.1 200 OK\nDate: today\n\nx'],
  ])('%s', (_, shown, output) => {
    expect(isSame(shown, output)).toBe(true);
  });
});

describe('differenceOf reports', () => {
  test.each([
    ['another word', 'default: on', 'default: off'],
    ['a line too many', 'one', 'one\ntwo'],
    ['a line too few', 'one\ntwo', 'one'],
    ['output where none is shown', '', 'failed'],
    ['lines in another order', 'one\n...\ntwo', 'two\none'],
    ['the number of another exchange', '961b4de6-2', '961b4de6-3'],
    ['another status', 'POST 200 4.1ms', 'POST 500 4.1ms'],
    ['white space within a text of JSON', '{"a":"b c"}', '{"a":"bc"}'],
    ['a duration that a command was given', 'delay 2s', 'delay 3s'],
    ['signs that patterns know', 'a.c (x)', 'abc (x)'],
  ])('%s', (_, shown, output) => {
    expect(isSame(shown, output)).toBe(false);
  });

  test('both texts', () => {
    expect(differenceOf(['a'], 'b\n')).toEqual({ shown: 'a', output: 'b' });
  });
});

test('lines are found in a log in their order', () => {
  expect(isInLog(['one', 'three'], 'zero\none\nthree\n')).toBe(true);
  expect(isInLog(['one', 'three'], 'zero\none\ntwo\nthree\n')).toBe(false);
});

test('a backslash, a pipe and an open quote continue a command; a comment is not a command', () => {
  const script = ['# first', 'curl a \\', '  -d b', 'jq . |', '  cat', "echo 'x", "y'", "echo it\\'s"];
  expect(scriptOf(script).map(({ text }) => text)).toEqual([
    'curl a \\\n  -d b',
    'jq . |\n  cat',
    "echo 'x\ny'",
    "echo it\\'s",
  ]);
});
