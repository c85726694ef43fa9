// Matchers of a rule: conditions on path, query, headers, cookies, body, validity and state. Pure.
import { isDeepStrictEqual } from 'node:util';
import { jsonpath } from 'json-p3';
import { valueAt } from '../exchange/json-pointer.ts';
import { satisfies } from '../schema/schemas.ts';
import type { Call } from './call.ts';
import type { Condition, When } from './scenario.ts';

/** Why a rule does not apply, in words for "why did it not match?"; undefined when it does. */
export function mismatch(when: When | undefined, call: Call, state: string): string | undefined {
  if (when === undefined) return undefined;
  if (when.valid !== undefined && when.valid !== call.valid)
    return `the request is ${call.valid ? 'valid' : 'invalid'}`;
  if (when.state !== undefined && when.state !== state)
    return `the scenario is in state "${state}", not "${when.state}"`;
  const places: readonly (readonly [
    string,
    Readonly<Record<string, Condition>> | undefined,
    (name: string) => readonly unknown[],
  ])[] = [
    ['path', when.path, name => presentValues(call.path[name])],
    ['query', when.query, name => presentValues(call.query[name])],
    ['header', when.headers, name => presentValues(call.header(name))],
    ['cookie', when.cookies, name => presentValues(call.cookies[name])],
    ['body', when.body, name => bodyValues(call.body, name)],
  ];
  for (const [location, conditions, valuesOf] of places) {
    for (const [name, condition] of Object.entries(conditions ?? {})) {
      if (!conditionHolds(condition, valuesOf(name)))
        return `${location} ${name} does not match the condition`;
    }
  }
  return undefined;
}

function presentValues(value: unknown): readonly unknown[] {
  return value === undefined ? [] : [value];
}

function bodyValues(body: unknown, location: string): readonly unknown[] {
  if (body === undefined) return [];
  if (location === '' || location.startsWith('/')) return presentValues(valueAt(body, location));
  return jsonpath.query(location, body as Parameters<typeof jsonpath.query>[1]).values();
}

/** A condition on several values (a JSONPath may find many) holds when it holds for one of them. */
function conditionHolds(condition: Condition, values: readonly unknown[]): boolean {
  if (typeof condition !== 'object' || condition === null)
    return values.some(value => equalsExpected(value, condition));
  const { not = false, exists, ...test } = condition;
  const found =
    exists !== undefined && Object.keys(test).length === 0
      ? values.length > 0 === exists
      : (exists === undefined || values.length > 0 === exists) &&
        values.some(value => passesTest(test, value));
  return found !== not;
}

function passesTest(test: Exclude<Condition, string | number | boolean | null>, value: unknown): boolean {
  if ('equals' in test && !equalsExpected(value, test.equals)) return false;
  if (test['one-of'] !== undefined && !test['one-of'].some(expected => equalsExpected(value, expected)))
    return false;
  if (test.matches !== undefined && !new RegExp(test.matches, 'u').test(textOf(value))) return false;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (test.greater !== undefined && !(typeof number === 'number' && number > test.greater)) return false;
  if (test.less !== undefined && !(typeof number === 'number' && number < test.less)) return false;
  return test.schema === undefined || satisfies(test.schema, value);
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
