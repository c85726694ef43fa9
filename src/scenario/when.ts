// Does a rule apply? Conditions on path, query, headers, cookies, body, verdict and state. Pure.
import { isDeepStrictEqual } from 'node:util';
import { jsonpath } from 'json-p3';
import { satisfies } from '../contract/schemas.ts';
import { follow } from '../finding/pointer.ts';
import type { Call } from './call.ts';
import type { Condition, When } from './scenario.ts';

/** Why a rule does not apply, in words for "why did it not match?"; undefined when it does. */
export function mismatch(when: When | undefined, call: Call, state: string): string | undefined {
  if (when === undefined) return undefined;
  if (when.valid !== undefined && when.valid !== call.valid)
    return `the request is ${call.valid ? 'valid' : 'invalid'}`;
  if (when.state !== undefined && when.state !== state)
    return `the story is in state "${state}", not "${when.state}"`;
  const places: readonly (readonly [
    string,
    Readonly<Record<string, Condition>> | undefined,
    (name: string) => readonly unknown[],
  ])[] = [
    ['path', when.path, name => present(call.path[name])],
    ['query', when.query, name => present(call.query[name])],
    ['header', when.headers, name => present(call.header(name))],
    ['cookie', when.cookies, name => present(call.cookies[name])],
    ['body', when.body, name => partsOfBody(call.body, name)],
  ];
  for (const [place, conditions, valuesOf] of places) {
    for (const [name, condition] of Object.entries(conditions ?? {})) {
      if (!holds(condition, valuesOf(name))) return `${place} ${name} is not as the rule wants it`;
    }
  }
  return undefined;
}

function present(value: unknown): readonly unknown[] {
  return value === undefined ? [] : [value];
}

function partsOfBody(body: unknown, place: string): readonly unknown[] {
  if (body === undefined) return [];
  if (place === '' || place.startsWith('/')) return present(follow(body, place));
  return jsonpath.query(place, body as Parameters<typeof jsonpath.query>[1]).values();
}

/** A condition on several values (a JSONPath may find many) holds when it holds for one of them. */
function holds(condition: Condition, values: readonly unknown[]): boolean {
  if (typeof condition !== 'object' || condition === null)
    return values.some(value => equal(value, condition));
  const { not = false, exists, ...test } = condition;
  const found =
    exists !== undefined && Object.keys(test).length === 0
      ? values.length > 0 === exists
      : (exists === undefined || values.length > 0 === exists) && values.some(value => passes(test, value));
  return found !== not;
}

function passes(test: Exclude<Condition, string | number | boolean | null>, value: unknown): boolean {
  if ('equals' in test && !equal(value, test.equals)) return false;
  if (test['one-of'] !== undefined && !test['one-of'].some(wanted => equal(value, wanted))) return false;
  if (test.matches !== undefined && !new RegExp(test.matches, 'u').test(textOf(value))) return false;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (test.greater !== undefined && !(typeof number === 'number' && number > test.greater)) return false;
  if (test.less !== undefined && !(typeof number === 'number' && number < test.less)) return false;
  return test.schema === undefined || satisfies(test.schema, value);
}

/** Parameters are text on the wire, so 7 in a rule equals "7" in a path. */
function equal(value: unknown, wanted: unknown): boolean {
  if (isDeepStrictEqual(value, wanted)) return true;
  return (
    typeof value === 'string' &&
    (typeof wanted === 'number' || typeof wanted === 'boolean') &&
    value === String(wanted)
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
