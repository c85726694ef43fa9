// Matchers of a rule: conditions on path, query, headers, cookies, body, validity and state. Pure.
import { isDeepStrictEqual } from 'node:util';
import { jsonpath } from 'json-p3';
import { valueAt } from '../exchange/json-pointer.ts';
import { satisfies } from '../schema/schemas.ts';
import type { Call } from './call.ts';
import type { Condition, When } from './scenario.ts';

/** Why a rule does not apply, in words for "why did it not match?"; undefined when it does. */
export type Mismatch = (call: Call, state: string) => string | undefined;

/**
 * Compiles the conditions of a rule: regular expressions and JSONPath once, schemas when the first value is held against them.
 * @throws SyntaxError, or what json-p3 throws, when an expression in them is not one
 */
export function compileWhen(when: When | undefined): Mismatch {
  if (when === undefined) return () => undefined;
  const { valid, state: expected } = when;
  const tests = [
    ...testsOf('path', when.path, name => call => presentValues(call.path[name])),
    ...testsOf('query', when.query, name => call => presentValues(call.query[name])),
    ...testsOf('header', when.headers, name => call => presentValues(call.header(name))),
    ...testsOf('cookie', when.cookies, name => call => presentValues(call.cookies[name])),
    ...testsOf('body', when.body, compileBodyPath),
  ];
  return (call, state) => {
    if (valid !== undefined && valid !== call.valid)
      return `the request is ${call.valid ? 'valid' : 'invalid'}`;
    if (expected !== undefined && expected !== state)
      return `the story is in state "${state}", not "${expected}"`;
    return tests.find(({ holds, valuesIn }) => !holds(valuesIn(call)))?.complaint;
  };
}

/** What a condition looks at: the values that a call has there. */
type Values = (call: Call) => readonly unknown[];

interface Test {
  readonly valuesIn: Values;
  readonly holds: (values: readonly unknown[]) => boolean;
  readonly complaint: string;
}

function testsOf(
  location: string,
  conditions: Readonly<Record<string, Condition>> | undefined,
  valuesOf: (name: string) => Values,
): Test[] {
  return Object.entries(conditions ?? {}).map(([name, condition]) => ({
    valuesIn: valuesOf(name),
    holds: compileCondition(condition),
    complaint: `${location} ${name} does not match the condition`,
  }));
}

function presentValues(value: unknown): readonly unknown[] {
  return value === undefined ? [] : [value];
}

/**
 * The parts of a body at a JSON Pointer or a JSONPath.
 * @throws what json-p3 throws when it is neither
 */
export function compileBodyPath(location: string): Values {
  if (location === '' || location.startsWith('/'))
    return ({ body }) => (body === undefined ? [] : presentValues(valueAt(body, location)));
  const query = jsonpath.compile(location);
  return ({ body }) =>
    body === undefined ? [] : query.query(body as Parameters<typeof query.query>[0]).values();
}

/** A condition on several values (a JSONPath may find many) holds when it holds for one of them. */
function compileCondition(condition: Condition): Test['holds'] {
  if (typeof condition !== 'object' || condition === null)
    return values => values.some(value => equalsExpected(value, condition));
  const { not = false, exists, ...test } = condition;
  if (exists !== undefined && Object.keys(test).length === 0)
    return values => (values.length > 0 === exists) !== not;
  const passes = compileTest(test);
  return values => ((exists === undefined || values.length > 0 === exists) && values.some(passes)) !== not;
}

function compileTest(
  test: Exclude<Condition, string | number | boolean | null>,
): (value: unknown) => boolean {
  const pattern = test.matches === undefined ? undefined : new RegExp(test.matches, 'u');
  return value => {
    if ('equals' in test && !equalsExpected(value, test.equals)) return false;
    if (test['one-of'] !== undefined && !test['one-of'].some(expected => equalsExpected(value, expected)))
      return false;
    if (pattern !== undefined && !pattern.test(textOf(value))) return false;
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (test.greater !== undefined && !(typeof number === 'number' && number > test.greater)) return false;
    if (test.less !== undefined && !(typeof number === 'number' && number < test.less)) return false;
    return test.schema === undefined || satisfies(test.schema, value);
  };
}

/** Parameters are text on the wire, so 7 in a rule equals "7" in a path. */
function equalsExpected(value: unknown, expected: unknown): boolean {
  if (isDeepStrictEqual(value, expected)) return true;
  return (
    typeof value === 'string' &&
    (typeof expected === 'number' || typeof expected === 'boolean') &&
    value === String(expected)
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
