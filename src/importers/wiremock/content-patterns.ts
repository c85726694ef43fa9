// Reads the matchers of WireMock for one value: equalTo, matches, and, or, not and others.
import { isObject, type JsonObject, ownMember } from '../../exchange/json.ts';
import { jsonPointer } from '../../exchange/json-pointer.ts';
import { NotCarriedOver } from '../not-carried-over.ts';
import { ABSENT, allOf, anyOf, containing, equalText, matching, not, type Predicate } from '../predicate.ts';

/**
 * @param at pointer of the matcher, below the stub
 * @throws NotCarriedOver when rules have no such test
 */
export function readContentPattern(pattern: unknown, at: string): Predicate {
  if (typeof pattern === 'string') return equalText(pattern);
  if (!isObject(pattern)) throw unknownMatcher('matcher', at);
  const text = (name: string): string | undefined => {
    const value = pattern[name];
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : undefined;
  };
  const ignoreCase = pattern.caseInsensitive === true;
  const [equalTo, contains, doesNotContain, matches, doesNotMatch] = [
    'equalTo',
    'contains',
    'doesNotContain',
    'matches',
    'doesNotMatch',
  ].map(text);
  if (equalTo !== undefined) return equalText(equalTo, ignoreCase);
  if (contains !== undefined) return containing(contains, ignoreCase);
  if (doesNotContain !== undefined) return not(containing(doesNotContain, ignoreCase));
  if (matches !== undefined) return matching(`^(?:${matches})$`, at);
  if (doesNotMatch !== undefined) return not(matching(`^(?:${doesNotMatch})$`, at));
  if (pattern.absent === true) return ABSENT;
  if (pattern.absent === false) return not(ABSENT);
  if (pattern.not !== undefined) return not(readContentPattern(pattern.not, `${at}/not`));
  if (Array.isArray(pattern.and)) return allOf(readAll(pattern.and, `${at}/and`));
  if (Array.isArray(pattern.or)) return anyOf(readAll(pattern.or, `${at}/or`));
  for (const name of ['includes', 'hasExactly']) {
    const list = pattern[name];
    if (!Array.isArray(list)) continue;
    const [only, ...others] = list;
    if (others.length === 0) return readContentPattern(only, `${at}/${name}/0`);
    throw new NotCarriedOver(
      name,
      'a condition sees only one value of a repeated name',
      'test one value, or the text of the header field, which has all values',
      `${at}/${name}`,
    );
  }
  throw unknownMatcher(matcherName(pattern), at);
}

function readAll(patterns: readonly unknown[], at: string): Predicate[] {
  return patterns.map((each, index) => readContentPattern(each, `${at}/${index}`));
}

function matcherName(pattern: JsonObject): string {
  return Object.keys(pattern)[0] ?? 'matcher';
}

const REMEDIES: Readonly<Record<string, string>> = {
  equalToXml: 'test the text of the body: when: { text: { matches: ... } }',
  matchesXPath: 'test the text of the body: when: { text: { matches: ... } }',
  before: 'compare with a fixed pattern: { matches: "^2026-" }',
  after: 'compare with a fixed pattern: { matches: "^2026-" }',
  equalToDateTime: 'compare with a fixed pattern: { matches: "^2026-" }',
};

export function unknownMatcher(name: string, at: string): NotCarriedOver {
  return new NotCarriedOver(
    name,
    'rules have no such condition',
    ownMember(REMEDIES, name) ?? 'write the condition by hand, see docs/scenarios.md',
    at,
  );
}

/** The matchers of an object of names. */
export function readNamedPatterns(value: unknown, at: string): [string, Predicate][] {
  if (!isObject(value)) return [];
  return Object.entries(value).map(([name, pattern]) => [
    name,
    readContentPattern(pattern, at + jsonPointer(name)),
  ]);
}
