// Compares a message with the expected one. JSON is compared by value, and errors without the wording of their texts.
import { isDeepStrictEqual } from 'node:util';
import type { Expected } from './read-cases.ts';

export interface Message {
  readonly start: string;
  readonly headers: Headers;
  readonly body: string;
}

/** What differs, in words; empty if the message is as expected. */
export function differences(expected: Expected, got: Message): string[] {
  const list = expected.start === got.start ? [] : [`expected ${expected.start}, got ${got.start}`];
  for (const [name, value] of expected.headers) {
    const actual = got.headers.get(name) ?? '(absent)';
    if (value === '<any>' ? actual === '(absent)' : !sameText(value, actual)) {
      list.push(`expected ${name}: ${value}, got ${actual}`);
    }
  }
  if (!sameText(expected.body, got.body)) list.push(`expected the body ${expected.body}, got ${got.body}`);
  return list;
}

/** A text between slashes is a pattern of the whole text. */
function sameText(expected: string, actual: string): boolean {
  if (expected === actual.trimEnd() || expected === '<any>') return true;
  const pattern = /^\/(.+)\/$/s.exec(expected)?.[1];
  if (pattern !== undefined) return new RegExp(`^(?:${pattern})$`, 's').test(actual);
  const [wanted, found] = [parseJson(expected), parseJson(actual)];
  return wanted !== undefined && found !== undefined && same(wanted, found);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The strings `<string>`, `<integer>`, `<number>`, `<boolean>` and `<any>` stand for every value of their type. */
function same(expected: unknown, actual: unknown): boolean {
  if (typeof expected === 'string') {
    if (expected === '<any>') return true;
    if (expected === '<integer>') return Number.isInteger(actual);
    const type = /^<(string|number|boolean)>$/.exec(expected)?.[1];
    return type === undefined ? expected === actual : typeof actual === type;
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual)) return false;
    // The order of violations is that in which a validator finds them.
    if (expected.every(isViolation)) {
      const hasMessages = expected.every(each => 'message' in each);
      return isDeepStrictEqual(keys(expected, hasMessages), keys(actual, hasMessages));
    }
    return expected.length === actual.length && expected.every((item, index) => same(item, actual[index]));
  }
  if (!isObject(expected)) return expected === actual;
  if (!isObject(actual)) return false;
  // The expected text of an error has the members that are compared: its detail is a sentence.
  const isProblem = typeof expected.type === 'string' && expected.type.includes('/prism/errors#');
  const names = Object.keys(expected);
  return (
    (isProblem || names.length === Object.keys(actual).length) &&
    names.every(name => name in actual && same(expected[name], actual[name]))
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Violations are objects with a severity. Their messages are compared if all expected ones have one. */
const isViolation = (value: unknown): value is Record<string, unknown> =>
  isObject(value) && 'severity' in value;

const keys = (violations: readonly unknown[], hasMessages: boolean): string[] =>
  violations
    .map(violation => {
      if (!isObject(violation)) return String(violation);
      const { location, severity, code, message } = violation;
      return JSON.stringify([location, severity, code, ...(hasMessages ? [message] : [])]);
    })
    .sort();
