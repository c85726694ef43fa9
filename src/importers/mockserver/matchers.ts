// Reads the matchers of MockServer: texts that are also regular expressions, negated and optional ones, and schemas.
import { isObject } from '../../exchange/json.ts';
import { jsonPointer } from '../../exchange/json-pointer.ts';
import { conditionTest } from '../../schema/schemas.ts';
import { NotCarriedOver } from '../not-carried-over.ts';
import { ABSENT, allOf, anyOf, equalText, matching, not, type Predicate, satisfying } from '../predicate.ts';

/** @throws NotCarriedOver when conditions have no such test */
export function readTextMatcher(value: unknown, at: string): Predicate {
  if (isObject(value)) {
    if (value.parameterStyle !== undefined)
      throw new NotCarriedOver(
        'parameterStyle',
        'a condition sees a parameter as one text',
        'write an expression for the text',
        at,
      );
    if (isObject(value.schema)) return negate(satisfying(value.schema), value.not);
    if (typeof value.value === 'string') return negate(readTextMatcher(value.value, at), value.not);
  }
  if (typeof value === 'number' || typeof value === 'boolean') return equalText(String(value));
  if (typeof value !== 'string')
    throw new NotCarriedOver('matcher', 'it is neither a text nor a schema', 'write a text', at);
  if (value.startsWith('!')) return not(readTextMatcher(value.slice(1), at));
  if (!/[\\^$.*+?()[\]{}|]/.test(value)) return equalText(value);
  const source = `^(?:${value})$`;
  const expression = matching(source, at);
  // A text that does not match itself as an expression is meant as it is written, too.
  return conditionTest(source)(value) ? expression : anyOf([equalText(value), expression]);
}

function negate(predicate: Predicate, isNegated: unknown): Predicate {
  return isNegated === true ? not(predicate) : predicate;
}

/**
 * The tests of named values: an object of texts or lists, or a list of { name, values }.
 * "!name" must be absent, and "?name" may be.
 */
export function readNamedMatchers(value: unknown, construct: string, at: string): [string, Predicate][] {
  return namedValues(value).flatMap(([name, values, place]): [string, Predicate][] => {
    const plain = name.replace(/^[!?]/, '');
    if (!/^[\w.~$[\]-]+$/.test(plain))
      throw new NotCarriedOver(
        construct,
        `"${plain}" is an expression for names, and a condition has one name`,
        'write the name',
        at + place,
      );
    if (name.startsWith('!')) return [[plain, ABSENT]];
    const tests = values.map(each => readTextMatcher(each, at + place));
    const all = tests.length === 0 ? satisfying({}) : allOf(tests);
    if (values.length > 1)
      throw new NotCarriedOver(
        construct,
        `a condition sees only one value of "${plain}"`,
        'test one value',
        at + place,
      );
    const isOptional = name.startsWith('?') || values.some(each => isObject(each) && each.optional === true);
    return [[plain, isOptional ? { ...all, absent: true } : all]];
  });
}

/** Names with their values and pointers. */
export function namedValues(value: unknown): [string, readonly unknown[], string][] {
  if (Array.isArray(value))
    return value.flatMap((each: unknown, index): [string, readonly unknown[], string][] => {
      if (!isObject(each) || typeof each.name !== 'string') return [];
      const values: unknown[] = Array.isArray(each.values)
        ? each.values
        : each.value === undefined
          ? []
          : [each.value];
      return [[each.name, values, jsonPointer(index)]];
    });
  if (!isObject(value)) return [];
  return Object.entries(value)
    .filter(([name]) => name !== 'keyMatchStyle')
    .map(([name, inner]) => [name, Array.isArray(inner) ? (inner as unknown[]) : [inner], jsonPointer(name)]);
}
