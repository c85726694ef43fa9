// YAML as people write it: merge keys, leading zeros, tags, aliases and nesting keep their values and lines, or are refused with the line.
import { describe, expect, test } from 'vitest';
import { isParseFailure, parseFile } from '../../src/document/parse.ts';
import { cpuTimeOf, growsBeyond } from '../cpu-time.ts';

function read(text: string, file = 'a.yaml') {
  const parsed = parseFile(file, text);
  if (isParseFailure(parsed)) return `${parsed.location.line}:${parsed.location.column} ${parsed.message}`;
  const { value, locate } = parsed;
  return { value, line: (pointer: string) => locate(pointer).line };
}

function parse(text: string): unknown {
  const parsed = read(text);
  return typeof parsed === 'string' ? parsed : parsed.value;
}

describe('merge keys', () => {
  const SHARED = `one: &one
  a: 1
  b: { deep: [x, y] }
two: &two
  <<: *one
  b: 2
  c: 3
`;

  test.each([
    ['of an alias', '<<: *one\n  d: 4', { a: 1, b: { deep: ['x', 'y'] }, d: 4 }],
    ['of an alias that merges itself', '<<: *two', { a: 1, b: 2, c: 3 }],
    ['of a list, where the first counts', '<<: [*two, *one, { e: 5, a: 9 }]', { b: 2, c: 3, a: 1, e: 5 }],
    ['of a map', '<<: { a: 7 }\n  b: 8', { a: 7, b: 8 }],
    ['before and after a key that overrides', 'a: 0\n  <<: *two\n  c: 9', { a: 0, b: 2, c: 9 }],
    ['twice', '<<: *one\n  <<: { z: 1 }', { a: 1, b: { deep: ['x', 'y'] }, z: 1 }],
    ['that is quoted is an ordinary key', '"<<": *one', { '<<': { a: 1, b: { deep: ['x', 'y'] } } }],
  ])('%s', (_, text, expected) => {
    expect(parse(`${SHARED}all:\n  ${text}\n`)).toMatchObject({ all: expected });
    expect(parse(`${SHARED}all:\n  ${text}\n`)).toHaveProperty('all', expected);
  });

  test('keep the lines of what they merge', () => {
    const parsed = read(`${SHARED}all:\n  <<: [*two, { e: 5 }]\n  d: *one\n  f: { <<: *one }\n`);
    if (typeof parsed === 'string') throw new Error(parsed);
    const lines = ['/all/a', '/all/b', '/all/e', '/all/d', '/all/d/a', '/all/f/b/deep/1', '/all/none'];
    expect(lines.map(parsed.line)).toEqual([2, 6, 9, 10, 10, 3, 8]);
  });

  test.each([
    ['<<: 5', '2:3 the value of the merge key "<<"'],
    ['b: 1\n  <<: [{ a: 1 }, x]', '3:3 the value of the merge key "<<"'],
    ['<<: *none', '2:'],
    ['<<: ', '2:3 the value of the merge key "<<"'],
  ])('that merge no map (%s) are refused with the line', (text, expected) => {
    expect(parse(`a:\n  ${text}\n`)).toContain(expected);
  });
});

test('values that JSON does not write so are kept as written', () => {
  const text =
    'a: 007\nb: 0123\nc: -01.50\nd: 0\ne: 0.5\nf: 1_000\ng: yes\nh: on\ni: 2020-01-01\nj: 0x1F\nk: 0o17\nl: 12:30:45\nm: "07"\nn: 0e3\n';
  expect(parse(text)).toEqual({
    ...{ a: '007', b: '0123', c: '-01.50', d: 0, e: 0.5, f: '1_000', g: 'yes', h: 'on', i: '2020-01-01' },
    ...{ j: 31, k: 15, l: '12:30:45', m: '07', n: 0 },
  });
});

test('keys are texts', () => {
  const text = '200: a\n007: b\n1.0: c\nnull: d\ntrue: e\n0x10: f\n1e3: g\n1: h\n';
  expect(parse(text)).toEqual({
    1: 'h',
    200: 'a',
    '007': 'b',
    '1.0': 'c',
    null: 'd',
    true: 'e',
    '0x10': 'f',
    '1e3': 'g',
  });
});

test.each([
  ['a key that is a list', 'a: 1\n? [b]\n: 2\n', '2:3 '],
  ['a key that occurs twice', 'a: 1\nb: 2\na: 3\n', '3:1 Map keys must be unique'],
  ['a tab', 'a:\n\tb: 1\n', '2:1 Tabs are not allowed'],
  ['several documents', 'a: 1\n---\nb: 2\n', '2:1 the file contains several YAML documents'],
  ['an unknown tag', 'a: 1\nb: !include other.yaml\n', '2:4 Unresolved tag: !include'],
  ['binary', 'a: 1\nb: !!binary aGk=\n', '2:1 the type of this value does not exist in JSON'],
  ['a set', 'a: 1\nb: [!!set { x }]\n', '2:11 the type of this value does not exist in JSON'],
  ['a missing anchor', 'a: 1\nb: *c\n', '2:4 no anchor before this alias is named "c"'],
])('%s is refused with its line', (_, text, expected) => {
  expect(parse(text)).toContain(expected);
});

test('an anchor may be used as often as large documents do', () => {
  const parsed = parse(
    `a: &a { b: 1 }\nc:\n${'  - *a\n'.repeat(3000)}d:\n${'  - { <<: *a }\n'.repeat(3000)}`,
  );
  expect(parsed).toMatchObject({ c: { length: 3000 }, d: { length: 3000 } });
});

test('a map is read in proportion to the number of its keys', () => {
  const costOf = (count: number): number => {
    const text = Array.from({ length: count }, (_, index) => `k${index}: 1\n`).join('');
    return cpuTimeOf(() => expect(Object.keys(parse(text) as object)).toHaveLength(count));
  };
  // Eight times the keys. If each key were compared with all others, this would be 64.
  expect(growsBeyond(costOf, { from: 2000, to: 16_000, factor: 24, noise: 0 })).toBe(false);
});

describe('a file that would grow', () => {
  const levels = 'abcdefghijklmnop';
  const bomb = (use: (name: string) => string) =>
    `a: &a { x: 1 }\n${[...levels]
      .slice(1)
      .map((name, index) => `${name}: &${name} ${use(levels[index] as string)}\n`)
      .join('')}`;

  test.each([
    ['by aliases', bomb(name => `[${Array(9).fill(`*${name}`).join(', ')}]`)],
    ['by merge keys', bomb(name => `{ <<: [${Array(9).fill(`*${name}`).join(', ')}] }`)],
    ['by a large node with many aliases', `a: &a [${'x, '.repeat(5000)}]\nb: [${'*a, '.repeat(3000)}]\n`],
    [
      'by aliases, two at a time',
      `a: &a [x]\n${Array.from({ length: 60 }, (_, index) => `b${index}: &b${index} [*${index === 0 ? 'a' : `b${index - 1}`}, *${index === 0 ? 'a' : `b${index - 1}`}]\n`).join('')}`,
    ],
  ])('%s is refused', (_, text) => {
    expect(parse(text)).toContain('Excessive alias count');
  });
});

test.each([
  ['a.json', `{"a":\n${'['.repeat(20_000)}${']'.repeat(20_000)}}`],
  ['a.json', `{"a":\n${'{"b":'.repeat(600)}1${'}'.repeat(600)}}`],
  ['a.yaml', `a:\n  ${'['.repeat(600)}${']'.repeat(600)}`],
  ['a.yaml', `a:\n  ${'['.repeat(20_000)}${']'.repeat(20_000)}`],
  ['a.yaml', `a:\n${Array.from({ length: 600 }, (_, index) => `${' '.repeat(index + 1)}b:\n`).join('')}`],
  [
    'a.yaml',
    `x0: &x0 [1]\n${Array.from({ length: 600 }, (_, index) => `x${index + 1}: &x${index + 1} [*x${index}]\n`).join('')}`,
  ],
])('%s that is nested too deeply is refused (%#)', (file, text) => {
  expect(read(text, file)).toMatch(/^\d+:\d+ (the document is nested too deeply|Excessive alias count)/);
});
