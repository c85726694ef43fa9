// Tests of one value that may be absent, closed under and, or, not; written as conditions of scenario rules.

import type { Condition } from '../scenario/when.ts';
import { conditionTest } from '../schema/schemas.ts';
import { NotCarriedOver } from './not-carried-over.ts';

type Schema = Readonly<Record<string, unknown>>;

/** A test: the JSON Schema of the values that pass, and whether the absence of a value passes. */
export interface Predicate {
  readonly schema: Schema;
  readonly absent: boolean;
}

const NOTHING: Schema = { not: {} };

export const PRESENT: Predicate = { schema: {}, absent: false };
export const ABSENT: Predicate = { schema: NOTHING, absent: true };

/** A text, or the number or boolean that is written like it. */
export function equalText(text: string, ignoreCase = false): Predicate {
  if (ignoreCase) return matching(`^${anyCase(text)}$`, '');
  const value: unknown = /^(?:-?(?:0|[1-9]\d{0,14})(?:\.\d{1,9})?|true|false)$/.test(text)
    ? JSON.parse(text)
    : text;
  return {
    schema: value === text || String(value) !== text ? { const: text } : { enum: [text, value] },
    absent: false,
  };
}

export function containing(text: string, ignoreCase = false): Predicate {
  return matching(ignoreCase ? anyCase(text) : escapeRegExp(text), '');
}

/** @throws NotCarriedOver when the expression is not one of ECMA-262 */
export function matching(source: string, at: string): Predicate {
  try {
    conditionTest(source);
  } catch (error) {
    throw new NotCarriedOver(
      'regular expression',
      `/${source}/ cannot be used: ${(error as Error).message}`,
      'rewrite the expression in the syntax of JavaScript',
      at,
    );
  }
  return { schema: { pattern: source }, absent: false };
}

export function satisfying(schema: Schema): Predicate {
  return { schema, absent: false };
}

export function not({ schema, absent }: Predicate): Predicate {
  return { schema: isNothing(schema) ? {} : isEmpty(schema) ? NOTHING : { not: schema }, absent: !absent };
}

export function allOf(predicates: readonly Predicate[]): Predicate {
  const schemas = predicates.map(({ schema }) => schema).filter(schema => !isEmpty(schema));
  const absent = predicates.every(each => each.absent);
  const [first = {}, ...others] = schemas;
  return {
    schema: schemas.some(isNothing) ? NOTHING : others.length === 0 ? first : { allOf: schemas },
    absent,
  };
}

export function anyOf(predicates: readonly Predicate[]): Predicate {
  const schemas = predicates.map(({ schema }) => schema).filter(schema => !isNothing(schema));
  const absent = predicates.some(each => each.absent);
  const [first = NOTHING, ...others] = schemas;
  return { schema: schemas.some(isEmpty) ? {} : others.length === 0 ? first : { anyOf: schemas }, absent };
}

/** The plainest condition that says the same. */
export function toCondition({ schema, absent }: Predicate): Condition {
  if (isNothing(schema)) return { exists: false };
  if (isEmpty(schema)) return absent ? { not: true, exists: true, schema: NOTHING } : { exists: true };
  if (absent) {
    const negated = isObjectSchema(schema.not) ? schema.not : { not: schema };
    return { ...testOf(negated), not: true };
  }
  const test = testOf(schema);
  const { equals } = test;
  const isScalar = typeof equals === 'string' || typeof equals === 'number' || typeof equals === 'boolean';
  return isScalar && Object.keys(test).length === 1 ? equals : test;
}

function testOf(schema: Schema): {
  equals?: unknown;
  'one-of'?: unknown[];
  matches?: string;
  schema?: Schema;
} {
  if (Object.keys(schema).length === 1) {
    if ('const' in schema) return { equals: schema.const };
    if (Array.isArray(schema.enum)) return { 'one-of': schema.enum };
    if (typeof schema.pattern === 'string') return { matches: schema.pattern };
  }
  return { schema: withStringTypes(schema) };
}

/** In JSON Schema, `pattern` passes every value that is no string. */
function withStringTypes(schema: Schema): Schema {
  return Object.fromEntries(
    Object.entries(schema).flatMap(([key, value]): [string, unknown][] => {
      if (key === 'pattern' && schema.type === undefined)
        return [
          ['type', 'string'],
          [key, value],
        ];
      if (key === 'not' && isObjectSchema(value)) return [[key, withStringTypes(value)]];
      if ((key === 'allOf' || key === 'anyOf') && Array.isArray(value))
        return [[key, value.map(each => (isObjectSchema(each) ? withStringTypes(each) : each))]];
      return [[key, value]];
    }),
  );
}

function isObjectSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEmpty(schema: Schema): boolean {
  return Object.keys(schema).length === 0;
}

function isNothing({ not: negated, ...others }: Schema): boolean {
  return isEmpty(others) && isObjectSchema(negated) && isEmpty(negated);
}

export function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function anyCase(text: string): string {
  return Array.from(text, character => {
    const [lower, upper] = [character.toLowerCase(), character.toUpperCase()];
    return lower !== upper && lower.length === 1 && upper.length === 1
      ? `[${lower}${upper}]`
      : escapeRegExp(character);
  }).join('');
}
