// Each regular expression of the program takes time in proportion to the text: texts come from outside.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { cpuTimeOf, growsBeyond } from './cpu-time.ts';
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

/** Milliseconds of CPU time for one search of all matches. */
const timeOf = (pattern: RegExp, text: string): number => cpuTimeOf(() => void text.replace(pattern, ''));

/** Four times the text takes at most this many times as long. Quadratic time takes 16 times. */
const FACTOR = 9;
const LENGTH = 4000;

/** The first text, described, for which the time grows faster than the text. */
function superlinear(expression: Expression): string | undefined {
  const pattern = new RegExp(expression.source, expression.flags.replace('y', ''));
  const fastest = (text: string): number => Math.min(...[1, 2, 3, 4, 5].map(() => timeOf(pattern, text)));
  for (const filler of [...FILLERS, ...wordsOf(expression)]) {
    for (const before of BEFORE) {
      for (const after of AFTER) {
        const text = (length: number): string =>
          before + filler.repeat(Math.ceil(length / filler.length)) + after;
        const isSlow = (length: number): boolean =>
          timeOf(pattern, text(length)) > 2 && fastest(text(length)) > 2;
        // The short texts come first, so that an exponential expression ends. Less time than this is noise: linear time is
        // far below, and quadratic time above.
        if (
          isSlow(25) ||
          isSlow(400) ||
          (isSlow(LENGTH) &&
            growsBeyond(length => timeOf(pattern, text(length)), {
              from: LENGTH,
              to: LENGTH * 4,
              factor: FACTOR,
              noise: 2,
            }))
        )
          return `${JSON.stringify(before)} + ${JSON.stringify(filler)} repeated + ${JSON.stringify(after)}`;
      }
    }
  }
  return undefined;
}

describe('regular expressions of the program', () => {
  test('the literals are found', () => {
    expect(FILES.flatMap(file => expressionsOf(file)).length).toBeGreaterThan(300);
  });

  test('a quadratic expression is noticed', () => {
    expect(superlinear({ at: 'here', source: '[a-z]+=', flags: '' })).toBeDefined();
    expect(superlinear({ at: 'here', source: '^(?:a|a)*$', flags: '' })).toBeDefined();
    expect(superlinear({ at: 'here', source: '^(?:A?a{2,}){1,4}$', flags: '' })).toBeDefined();
    expect(superlinear({ at: 'here', source: '\\s+$', flags: '' })).toBeDefined();
    expect(superlinear({ at: 'here', source: '(?<![a-z])[a-z]+=', flags: '' })).toBeUndefined();
  });

  test('those that modules build take linear time, too', async () => {
    const built: Expression[] = [];
    const Original = RegExp;
    globalThis.RegExp = new Proxy(Original, {
      construct(target, [source, flags = ''], newTarget) {
        const expression = Reflect.construct(target, [source, flags], newTarget) as RegExp;
        built.push({ at: 'built', source: expression.source, flags: expression.flags });
        return expression;
      },
    });
    try {
      for (const file of FILES) {
        if (/^(?:export )?const .*= new RegExp\(/m.test(readFileSync(file, 'utf8')))
          await import(path.resolve(file));
      }
    } finally {
      globalThis.RegExp = Original;
    }
    expect(built.length).toBeGreaterThan(5);
    const slow = built.flatMap(each => superlinear(each) ?? []);
    expect(slow).toEqual([]);
  });

  const searched = new Set<string>();
  test.for(FILES)('%s', file => {
    const slow = expressionsOf(file)
      // Without repetition the time does not depend on the text.
      .filter(({ source, flags }) => /[*+{]/.test(source) && !searched.has(`${source}/${flags}`))
      .flatMap(expression => {
        const text = superlinear(expression);
        if (text === undefined) searched.add(`${expression.source}/${expression.flags}`);
        return text === undefined ? [] : [`${expression.at} /${expression.source}/: ${text}`];
      });
    expect(slow).toEqual([]);
  });
});
