// Regular expressions of documents and scenarios: compiled as their version says, and matched in bounded time.

import { createRequire } from 'node:module';
import type { AST } from '@eslint-community/regexpp';
import { LRUCache } from 'lru-cache';
import { linearMatcher } from './linear-matcher.ts';
import { maxMatchSteps } from './match-cost.ts';
import type { OpenApiVersion } from './openapi-version.ts';

export interface Pattern {
  /** Whether a text contains a match; undefined if that takes too many steps to find out. */
  test(text: string): boolean | undefined;
  /** True: the expression compiles only with (3.0) or only without (3.1, 3.2) the flag "u", against its version. */
  readonly usesOtherFlag: boolean;
  /** False: there are texts for which `test` returns undefined. */
  readonly isLinear: boolean;
}

/** Steps of a backtracking engine that take less than a millisecond. */
const QUICK = 100_000;
/** Steps for each character that are allowed in a text of any length. */
const STEPS_PER_CHARACTER = 100;
const SHORT = 64;
const LONGEST_TEXT = 2 ** 30;

const patterns = new LRUCache<string, { readonly pattern: Pattern | undefined }>({ max: 50_000 });

/**
 * Compiles a pattern. OpenAPI 3.0 refers to ECMA-262 5.1, 7.8.5, which has no flag "u". JSON Schema 2020-12 core, 6.4,
 * recommends the flag, and so do scenarios. Many documents ignore this, so the other way is tried second.
 * @returns undefined if the text is no regular expression of ECMA-262
 */
export function compilePattern(source: string, version: OpenApiVersion): Pattern | undefined {
  const key = `${version} ${source}`;
  let known = patterns.get(key);
  if (known === undefined) {
    known = { pattern: compile(source, version) };
    patterns.set(key, known);
  }
  return known.pattern;
}

function compile(source: string, version: OpenApiVersion): Pattern | undefined {
  const flagsInOrder = version === '3.0' ? ['', 'u'] : ['u', ''];
  for (const [index, flags] of flagsInOrder.entries()) {
    const regExp = regExpOf(source, flags);
    if (regExp !== undefined) return boundedPattern(regExp, index === 1);
  }
  return undefined;
}

/**
 * Syntax of other dialects that compiles without the flag "u" and then means something else: escapes of letters, such as
 * "\A" and "\p{L}" (no identifier letter is an identity escape in ECMA-262 5.1, 15.10.1), POSIX classes, and "{,5}".
 */
const FOREIGN_SYNTAX =
  /\[:\^?(?:al(?:num|pha)|blank|cntrl|digit|graph|lower|print|punct|space|upper|word|xdigit):\]|\{,\d+\}/;
const KNOWN_ESCAPES =
  /^(?:[^\\]|\\(?:[^A-Za-z]|[bBdDfnrsStvwW]|c[A-Za-z]|x[\dA-Fa-f]{2}|u[\dA-Fa-f]{4}|k<))*$/s;

/** A regular expression literal: read as an expression, it would match nothing, because of its slashes. */
const LITERAL = /^\/(?:\^.*|(?:.*[^\\])?\$)\/[dgimsuvy]*$/s;

function regExpOf(source: string, flags: string): RegExp | undefined {
  if (LITERAL.test(source)) return undefined;
  if (flags === '' && (FOREIGN_SYNTAX.test(source) || !KNOWN_ESCAPES.test(source))) return undefined;
  try {
    return new RegExp(source, flags);
  } catch {
    // A SyntaxError: the caller reports the pattern.
    return undefined;
  }
}

/**
 * V8 backtracks: it matches only texts for which that is quick, whatever they contain. The other texts are matched by an
 * automaton, which is slower for most texts, but linear.
 */
function boundedPattern(regExp: RegExp, usesOtherFlag: boolean): Pattern {
  const ast = parse(regExp);
  if (ast === undefined) return { test: () => undefined, isLinear: false, usesOtherFlag };
  // Most texts are short: how long ones are matched is found out when there is one.
  const isShortQuick = maxMatchSteps(ast, SHORT) <= QUICK;
  let known: TextTest | undefined;
  const anyText = (): TextTest => {
    known ??= testOfAnyText(regExp, ast);
    return known;
  };
  return {
    test: text => (isShortQuick && text.length <= SHORT ? regExp.test(text) : anyText().test(text)),
    usesOtherFlag,
    get isLinear() {
      return anyText().isLinear;
    },
  };
}

type TextTest = Pick<Pattern, 'test' | 'isLinear'>;

function testOfAnyText(regExp: RegExp, ast: AST.Pattern): TextTest {
  let quickLength = 1;
  const isQuick = (length: number): boolean =>
    maxMatchSteps(ast, length) <= Math.max(QUICK, STEPS_PER_CHARACTER * length);
  while (quickLength < LONGEST_TEXT && isQuick(2 * quickLength)) quickLength *= 2;
  if (quickLength === LONGEST_TEXT) return { test: text => regExp.test(text), isLinear: true };
  const matches = linearMatcher(ast, regExp.flags);
  return {
    test: text => (text.length <= quickLength ? regExp.test(text) : matches?.(text)),
    isLinear: matches !== undefined,
  };
}

let parser: import('@eslint-community/regexpp').RegExpParser | undefined;

/** @returns undefined if V8 knows a syntax that the parser does not know */
function parse({ source, flags }: RegExp): AST.Pattern | undefined {
  if (parser === undefined) {
    const { RegExpParser } = createRequire(import.meta.url)(
      '@eslint-community/regexpp',
    ) as typeof import('@eslint-community/regexpp');
    parser = new RegExpParser();
  }
  try {
    return parser.parsePattern(source, 0, source.length, { unicode: flags === 'u' });
  } catch {
    return undefined;
  }
}
