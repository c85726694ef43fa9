// Random patterns: the automaton agrees with the engine of the language, and every pattern is bounded on hostile texts.
import { RegExpParser } from '@eslint-community/regexpp';
import { expect, test } from 'vitest';
import { linearMatcher } from '../../src/schema/linear-matcher.ts';
import { compilePattern } from '../../src/schema/pattern.ts';
import { fc } from '../random.ts';

const ATOMS = [
  ...['a', 'b', 'c', '.', '-', ' ', 'é', '😀', '\\d', '\\w', '\\s', '\\W', '\\b', '\\B', '^', '$', '\\.'],
  ...['[ab]', '[^a]', '[a-c-]', '[😀a]', '[^]', '[]', '\\u0061', '\\x62', '(?:)'],
];
const QUANTIFIERS = ['*', '+', '?', '{2}', '{1,3}', '{0,2}', '{2,}', '*?', '+?', '??'];

const patterns = fc.letrec<{ pattern: string }>(tie => ({
  pattern: fc.oneof(
    { maxDepth: 5, depthSize: 'large' },
    fc.constantFrom(...ATOMS),
    fc.array(tie('pattern'), { minLength: 2, maxLength: 4 }).map(parts => parts.join('')),
    fc.tuple(tie('pattern'), tie('pattern')).map(([one, other]) => `(?:${one}|${other})`),
    fc
      .tuple(tie('pattern'), fc.constantFrom(...QUANTIFIERS))
      .map(([one, quantifier]) => `(${one})${quantifier}`),
    fc.tuple(fc.constantFrom('=', '!', '<=', '<!'), tie('pattern')).map(([kind, one]) => `(?${kind}${one})`),
  ),
})).pattern;
const characters = fc.constantFrom('a', 'b', 'c', '-', ' ', '1', 'é', '😀', '\n', '_', '.', '\ud83d');
const texts = fc.array(characters, { maxLength: 10 }).map(parts => parts.join(''));
const parser = new RegExpParser();

/** Tries each position. V8 alone also finds "(?![^]|$)" between the surrogates of one character, which no match begins at. */
function matchesAnywhere(source: string, flags: string, text: string): boolean {
  const regExp = new RegExp(source, `${flags}y`);
  for (let at = 0; at <= text.length; at += flags === 'u' && (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1) {
    regExp.lastIndex = at;
    if (regExp.test(text)) return true;
  }
  return false;
}

test('the automaton finds a match where RegExp does', () => {
  fc.assert(
    fc.property(
      patterns,
      fc.constantFrom('', 'u'),
      fc.array(texts, { minLength: 5, maxLength: 5 }),
      (source, flags, all) => {
        const ast = parser.parsePattern(source, 0, source.length, { unicode: flags === 'u' });
        const matches = linearMatcher(ast, flags);
        // A larger expression may take too many steps.
        if (matches === undefined) return;
        for (const text of all)
          expect([text, matches(text)]).toEqual([text, matchesAnywhere(source, flags, text)]);
      },
    ),
    { numRuns: 30_000 },
  );
});

test('every pattern ends on a text that is made for it to backtrack', () => {
  fc.assert(
    fc.property(
      patterns,
      fc.constantFrom('3.0', '3.1'),
      characters,
      texts,
      (source, version, repeated, end) => {
        const pattern = compilePattern(`^(${source})+$`, version);
        for (const length of [50, 3000]) pattern?.test(repeated.repeat(length) + end);
      },
    ),
    { numRuns: 5000 },
  );
});
