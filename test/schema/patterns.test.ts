// Patterns: compiled as the version of the document says, matched in bounded time, and undecided where neither is possible.
import { describe, expect, test } from 'vitest';
import { compilePattern } from '../../src/schema/pattern.ts';

const matches = (source: string, text: string, version: '3.0' | '3.1' = '3.1') =>
  compilePattern(source, version)?.test(text);

describe('the flag "u"', () => {
  test.each([
    ['^[\\w\\_]+\\@[\\w-\\.]+$', 'a_b@c-d.org', 'ab@'],
    ['^\\#\\!\\%\\&\\=\\~$', '#!%&=~', '#'],
    ['^{id}$', '{id}', 'id'],
    ['^a]$', 'a]', 'a'],
    ['^\\08$', '\u00008', '08'],
  ])('is left out where %s does not compile with it', (source, good, bad) => {
    expect(compilePattern(source, '3.0')?.usesOtherFlag).toBe(false);
    expect(compilePattern(source, '3.1')?.usesOtherFlag).toBe(true);
    for (const version of ['3.0', '3.1'] as const)
      expect([matches(source, good, version), matches(source, bad, version)]).toEqual([true, false]);
  });

  test.each([
    ['^\\p{Lu}\\p{L}*$', 'Émile', 'émile'],
    ['^\\u{1F600}$', '😀', 'u'],
    ['^[😀-😎]$', '😂', 'x'],
  ])('is set where %s means nothing without it', (source, good, bad) => {
    expect(compilePattern(source, '3.0')?.usesOtherFlag).toBe(true);
    expect(compilePattern(source, '3.1')?.usesOtherFlag).toBe(false);
    for (const version of ['3.0', '3.1'] as const)
      expect([matches(source, good, version), matches(source, bad, version)]).toEqual([true, false]);
  });

  test('decides whether a character outside the BMP is one or two', () => {
    expect(matches('^.$', '😀', '3.1')).toBe(true);
    expect(matches('^.$', '😀', '3.0')).toBe(false);
  });
});

test.each([
  ['(?i)abc', 'an inline flag'],
  ['\\A\\d+\\z', 'anchors of Ruby'],
  ['^\\d+\\Z', 'an anchor of Python'],
  ['a++b', 'a possessive quantifier'],
  ['(?>a|b)c', 'an atomic group'],
  ['(?P<year>\\d{4})', 'a named group of Python'],
  ['^[[:alpha:]]+$', 'a POSIX class'],
  ['^[[:^digit:]_]+$', 'a negated POSIX class'],
  ['^\\Qa.b\\E$', 'quoting'],
  ['^x{,5}$', 'a repetition without minimum'],
  ['(?#note)a', 'a comment'],
  ['[z-a]', 'a range backwards'],
  ['(', 'an open group'],
  ['^\\p{IsGreek}$', 'a block of .NET'],
  ['/^[a-z]+$/', 'a literal of JavaScript'],
  ['/^[a-z]+/i', 'a literal of JavaScript with a flag'],
  ['/[0-9]$/gu', 'a literal of JavaScript with two flags'],
])('%s (%s) is no pattern, and never means something else', source => {
  expect(compilePattern(source, '3.0')).toBeUndefined();
  expect(compilePattern(source, '3.1')).toBeUndefined();
});

test.each([
  ['^/[a-z]+/$', '/a/'],
  ['/a/b', '/a/b'],
  ['/items/\\$/', '/items/$/'],
])('slashes are a part of %s', (source, text) => {
  expect(matches(source, text, '3.0')).toBe(true);
  expect(matches(source, text, '3.1')).toBe(true);
});

const LONG = 100_000;
describe('an expression on which backtracking takes forever', () => {
  test.each([
    ['^(a+)+$', 'a', '!', false],
    ['^(\\w+\\s?)*$', 'ab ', '!', false],
    ['(a|a)*b', 'a', '', false],
    ['(a|a)*b', 'a', 'b', true],
    ['^([0-9]+[-_.]?)+@x\\.org$', '12', ' at x', false],
    ['^(([a-z])+.)+[A-Z]([a-z])+$', 'a', '', false],
    ['^(.*)(.*)(.*)x$', 'y', '', false],
    ['(x+x+)+y', 'x', '', false],
    ['\\s+$', ' ', 'x', false],
    ['^(?=(a+)+$)a*!', 'a', '!', false],
    ['^(?!(a|aa)+$)', 'a', '', false],
    ['(?<=^(a|aa)+)!', 'a', '!', true],
    ['^(\\u{61}|[^b])*b?c$', 'a', 'd', false],
  ])('%s on %j repeated and %j', (source, unit, end, expected) => {
    expect(compilePattern(source, '3.1')?.isLinear).toBe(true);
    expect(matches(source, unit.repeat(25) + end)).toBe(expected);
    expect(matches(source, unit.repeat(LONG / unit.length) + end)).toBe(expected);
  });

  test('with a backreference, or too large, is decided for short texts at most', () => {
    expect(matches('(.*)\\1x', 'ababx')).toBe(true);
    expect(matches('(.*)\\1x', 'a'.repeat(LONG))).toBeUndefined();
    expect(matches('^(a{1,3000}b?){1,300}c$', 'a'.repeat(50))).toBeUndefined();
    expect(matches('[a-z0-9]{1,9000}[a-z]{1,9000}x', 'abc'.repeat(LONG))).toBeUndefined();
  });
});

test.each([
  '^[a-z][a-z0-9_-]{0,62}$',
  '^\\d{4}-\\d{2}-\\d{2}$',
  '^(?=.*[A-Z])(?=.*\\d).{8,}$',
  '^.{1,65535}$',
])('an ordinary pattern such as %s is decided for a text of any length', source => {
  for (const text of ['', 'aB3-'.repeat(3), 'a'.repeat(1_000_000)])
    expect(matches(source, text)).toBe(new RegExp(source, 'u').test(text));
});
