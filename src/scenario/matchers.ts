// Compiles the conditions of a rule: path, query, headers, cookies, body, validity and state of the scenario.
import { isDeepStrictEqual } from 'node:util';
import { valueAt } from '../exchange/json-pointer.ts';
import { jsonPaths } from '../schema/json-path.ts';
import { conditionTest, satisfies } from '../schema/schemas.ts';
import type { Call } from './call.ts';
import { parseMemoryKey, readMemory } from './memory-key.ts';
import { TemplateContext, templateScope } from './template-context.ts';
import type { Condition, When } from './when.ts';

/** Returns the reason why a rule does not match a request; undefined if it matches. */
export type Mismatch = (
  call: Call,
  state: string,
  /** What the session remembers. */
  memory?: Readonly<Record<string, unknown>>,
) => string | undefined;

/**
 * Compiles the conditions of a rule. Regular expressions and JSONPath are compiled here, schemas at the first value.
 * @throws SyntaxError when a regular expression is invalid; the error of json-p3 when a JSONPath is invalid
 */
export function compileWhen(when: When | undefined): Mismatch {
  if (when === undefined) return () => undefined;
  const { valid, state: expected } = when;
  const tests = [
    ...compileTests('path', when.path, name => call => presentValues(ownValue(call.path, name))),
    ...compileTests('query', when.query, name => call => presentValues(ownValue(call.query, name))),
    ...compileTests('header', when.headers, name => call => presentValues(call.header(name))),
    ...compileTests('cookie', when.cookies, name => call => presentValues(ownValue(call.cookies, name))),
    ...compileTests('body', when.body, compileBodyPath),
    ...compileTests(
      'text',
      when.text === undefined ? undefined : { 'of the body': when.text },
      () => call => presentValues(call.text),
    ),
    ...compileTests('memory', when.memory, compileMemoryKey),
  ];
  return (call, state, memory = {}) => {
    if (valid !== undefined && valid !== call.valid)
      return `the request is ${call.valid ? 'valid' : 'invalid'}`;
    if (expected !== undefined && expected !== state)
      return `the scenario is in state "${state}", not "${expected}"`;
    return tests.find(({ holds, readValues }) => {
      const values = readValues(call, memory);
      return values === undefined || !holds(values);
    })?.message;
  };
}

/** Reads the values of a request that a condition tests; undefined: they cannot be found, and no condition holds. */
type ReadValues = (call: Call, memory: Readonly<Record<string, unknown>>) => readonly unknown[] | undefined;

interface CompiledTest {
  readonly readValues: ReadValues;
  readonly holds: (values: readonly unknown[]) => boolean;
  readonly message: string;
}

function compileTests(
  location: string,
  conditions: Readonly<Record<string, Condition>> | undefined,
  valuesOf: (name: string) => ReadValues,
): CompiledTest[] {
  return Object.entries(conditions ?? {}).map(([name, condition]) => ({
    readValues: valuesOf(name),
    holds: compileCondition(condition),
    message: `${location} ${name} does not match the condition`,
  }));
}

/** Names such as "constructor" and "__proto__" are plain names. */
function ownValue(values: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

function presentValues(value: unknown): readonly unknown[] {
  return value === undefined ? [] : [value];
}

/**
 * Reads the values of a body at a JSON Pointer (RFC 6901) or JSONPath (RFC 9535).
 * @throws the error of json-p3 when the location is neither
 */
export function compileBodyPath(location: string): ReadValues {
  if (location === '' || location.startsWith('/'))
    return ({ body }) => (body === undefined ? [] : presentValues(valueAt(body, location)));
  const query = PATHS.compile(location);
  return ({ body }) => (body === undefined ? [] : query(body)?.map(({ value }) => value));
}

/** @throws TemplateError if the text is no key */
export function compileMemoryKey(text: string): ReadValues {
  const key = parseMemoryKey(text);
  return (call, memory) => {
    // A key depends on the request and the memory only.
    const context = new TemplateContext(call, memory, 0, () => 0);
    return presentValues(readMemory(memory, key.resolve(templateScope(context))));
  };
}

/** Descendant segments ("..") take time for each level of each value. */
const PATHS = jsonPaths({ maxLevels: 128 });

/** A JSONPath can select several values: the condition holds if it holds for at least one. */
function compileCondition(condition: Condition): CompiledTest['holds'] {
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
  const matches = test.matches === undefined ? undefined : conditionTest(test.matches);
  return value => {
    if ('equals' in test && !equalsExpected(value, test.equals)) return false;
    if (test['one-of'] !== undefined && !test['one-of'].some(expected => equalsExpected(value, expected)))
      return false;
    if (matches !== undefined && !matches(textOf(value))) return false;
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (test.greater !== undefined && !(typeof number === 'number' && number > test.greater)) return false;
    if (test.less !== undefined && !(typeof number === 'number' && number < test.less)) return false;
    return test.schema === undefined || satisfies(test.schema, value);
  };
}

/** Parameters are strings on the wire, so 7 in a rule equals "7" in a path. */
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
