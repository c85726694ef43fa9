// Each regular expression of the program takes time in proportion to the text: texts come from outside.
import { globSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Expression, expressionsOf } from './expressions.ts';

const FILES = globSync('src/**/*.ts').toSorted();

/** Repeated, these make a backtracking expression try every way to divide the text. */
const FILLERS: readonly string[] = [
  ...' \t\n-aA0_/\\."\'=:&%<>([{;,~+*é',
  ...[
    '\r\n',
    '%41',
    'x=',
    'x ',
    'a.',
    'a-',
    'a=',
    '"a',
    '"a":',
    '1.',
    '://',
    '://a:',
    '?a=',
    '&a=',
    'a b:',
    '<a>',
    '<a ',
  ],
  ...['--', '/a', '{a}', '{{', '${', '\\"', ';a', ';q=', ', '],
];
const BEFORE: readonly string[] = ['', 'a', '"', ' '];
const AFTER: readonly string[] = ['', '\0', '\n'];

/** Fillers made of the words in the expression itself. */
function wordsOf({ source }: Expression): readonly string[] {
  const words = new Set([...source.matchAll(/[A-Za-z]{2,}/g)].map(([word]) => word));
  return [...words].slice(0, 8).flatMap(word => [word, `-${word}`, `${word} `, `${word}=`]);
}

/** Milliseconds for one search of all matches. */
function timeOf(pattern: RegExp, text: string): number {
  const begun = performance.now();
  text.replace(pattern, '');
  return performance.now() - begun;
}

/** Four times the text takes at most this many times as long. Quadratic time would take 16 times. */
const FACTOR = 9;
const LENGTH = 4000;

/** The texts, described, for which the time grows faster than the text. */
function superlinear(expression: Expression): string[] {
  const pattern = new RegExp(expression.source, expression.flags.replace('y', ''));
  const found: string[] = [];
  for (const filler of [...FILLERS, ...wordsOf(expression)]) {
    for (const before of BEFORE) {
      for (const after of AFTER) {
        const text = (length: number): string =>
          before + filler.repeat(Math.ceil(length / filler.length)) + after;
        // Less is noise: linear time is far below, and quadratic time above.
        if (timeOf(pattern, text(LENGTH * 4)) < 4) continue;
        const shorter = Math.min(...[1, 2, 3].map(() => timeOf(pattern, text(LENGTH * 4))));
        const longer = Math.min(...[1, 2, 3].map(() => timeOf(pattern, text(LENGTH * 16))));
        if (longer > 4 && longer > FACTOR * shorter) {
          found.push(
            `${JSON.stringify(before)} + ${JSON.stringify(filler)} repeated + ${JSON.stringify(after)}`,
          );
          return found;
        }
      }
    }
  }
  return found;
}

describe('regular expressions of the program', () => {
  test('the literals are found', () => {
    expect(FILES.flatMap(file => expressionsOf(file)).length).toBeGreaterThan(300);
  });

  test('a quadratic expression is noticed', () => {
    expect(superlinear({ at: 'here', source: '[a-z]+=', flags: '' })).not.toEqual([]);
    expect(superlinear({ at: 'here', source: '\\s+$', flags: '' })).not.toEqual([]);
    expect(superlinear({ at: 'here', source: '(?<![a-z])[a-z]+=', flags: '' })).toEqual([]);
  });

  test.for(FILES)('%s', file => {
    const slow = expressionsOf(file).flatMap(expression =>
      superlinear(expression).map(text => `${expression.at} /${expression.source}/: ${text}`),
    );
    expect(slow).toEqual([]);
  });
});
