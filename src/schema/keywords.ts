// JSON Schema keywords in place of ajv's own, where those are wrong for decimals or take quadratic time.
import type { ErrorObject, FuncKeywordDefinition, ValidateFunction } from 'ajv/dist/2020.js';
import type { DocumentNode, JsonObject } from '../document/documents.ts';
import { escapePointerStep } from '../exchange/json-pointer.ts';
import { type SchemaReader, unevaluatedIndexes, unevaluatedNames } from './annotations.ts';

export const MULTIPLE_OF: FuncKeywordDefinition = {
  keyword: 'multipleOf',
  type: 'number',
  schemaType: 'number',
  validate: isMultiple,
  errors: false,
};

/** In decimal: 19.99 is a multiple of 0.01, whatever binary fractions make of the division. */
function isMultiple(of: number, value: number): boolean {
  const quotient = value / of;
  // The quotient of two numbers that can be written may be one that cannot.
  if (!Number.isFinite(quotient)) return value % of === 0;
  return Math.abs(quotient - Math.round(quotient)) <= Math.abs(quotient) * Number.EPSILON;
}

/** ajv calls methods of the values that it compares, which a member named "toString" is not; and knows no empty enum. */
export const CONST: FuncKeywordDefinition = {
  keyword: 'const',
  compile: (wanted: unknown) => equalsAnyOf([wanted]),
  errors: false,
};

export const ENUM: FuncKeywordDefinition = {
  keyword: 'enum',
  schemaType: 'array',
  compile: equalsAnyOf,
  errors: false,
};

function equalsAnyOf(wanted: readonly unknown[]): (value: unknown) => boolean {
  const texts = new Set(wanted.map(canonicalJson));
  const plain = new Set(wanted.filter(each => typeof each !== 'object' || each === null));
  return value => plain.has(value) || (typeof value === 'object' && texts.has(canonicalJson(value)));
}

/** Held to RFC 4648 where formats are asserted: 2020-12 has it as an annotation. */
export const CONTENT_ENCODING: FuncKeywordDefinition = {
  keyword: 'contentEncoding',
  type: 'string',
  schemaType: 'string',
  compile: (name: string) => {
    const form = ENCODINGS[name.toLowerCase()];
    return text => form?.test(text) ?? true;
  },
  errors: false,
};

const ENCODINGS: Readonly<Record<string, RegExp>> = {
  base64: /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
  // Padding may be left out where the length is known otherwise (RFC 4648, 3.2), which is usual for this one.
  base64url: /^(?:[\w-]{4})*(?:[\w-]{2}(?:==)?|[\w-]{3}=?)?$/,
  base32: /^(?:[A-Z2-7]{8})*(?:[A-Z2-7]{2}={6}|[A-Z2-7]{4}={4}|[A-Z2-7]{5}={3}|[A-Z2-7]{7}=)?$/,
  base16: /^(?:[0-9A-F]{2})*$/i,
};

/** The format of OpenAPI 3.0 for the same; that of ajv-formats is content with one good line among others. */
export const BASE64_PATTERN = ENCODINGS.base64 as RegExp;

/** ajv compares every item with every other; this compares texts that are equal where the values are. */
export const UNIQUE_ITEMS: FuncKeywordDefinition = {
  keyword: 'uniqueItems',
  type: 'array',
  schemaType: 'boolean',
  errors: 'full',
  validate: findDuplicates,
};

function findDuplicates(wanted: boolean, items: unknown[]): boolean {
  if (!wanted) return true;
  const seen = new Map<string, number>();
  for (const [i, item] of items.entries()) {
    // Nothing else begins with a quote, so texts need not be written as JSON to be told from it.
    const text = typeof item === 'string' ? `"${item}` : canonicalJson(item);
    const j = seen.get(text);
    if (j !== undefined) {
      (findDuplicates as { errors?: Partial<ErrorObject>[] }).errors = [
        { keyword: 'uniqueItems', params: { i, j } },
      ];
      return false;
    }
    seen.set(text, i);
  }
  return true;
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${members.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`).join(',')}}`;
}

/** An error that a keyword passes on: ajv writes the keyword's own schema and value over those of the error. */
interface WrappedError extends ErrorObject {
  readonly original?: ErrorObject;
}

/** The error as it was when it was found. */
export function originalError(error: WrappedError): ErrorObject {
  return error.original ?? error;
}

/** What the keywords that see what others have evaluated need of whoever compiles. */
export interface EvaluationContext extends SchemaReader {
  /** The part that a schema object is the value of. */
  nodeOf(schema: unknown): DocumentNode | undefined;
  validator(schema: DocumentNode): ValidateFunction;
}

/**
 * ajv loses what was evaluated where a condition does not hold (ajv issue 2559), counts no items that `contains` holds,
 * and forgets all behind a `$dynamicRef`. So evaluated properties and items are found anew, by walking.
 */
export function unevaluatedKeywords(evaluation: EvaluationContext): FuncKeywordDefinition[] {
  const properties = keyword('unevaluatedProperties', 'object', (schema, value) =>
    unevaluatedNames(evaluation, schema, value as JsonObject),
  );
  const items = keyword('unevaluatedItems', 'array', (schema, value) =>
    unevaluatedIndexes(evaluation, schema, value as unknown[]),
  );
  return [properties, items];

  function keyword(
    name: 'unevaluatedProperties' | 'unevaluatedItems',
    type: 'object' | 'array',
    leftOver: (schema: DocumentNode, value: unknown) => readonly (string | number)[],
  ): FuncKeywordDefinition {
    const validate: NonNullable<FuncKeywordDefinition['validate']> = (
      says: unknown,
      value: object,
      parentSchema,
      context,
    ): boolean => {
      const schema = evaluation.nodeOf(parentSchema);
      if (schema === undefined || context === undefined) return true;
      const errors: Partial<WrappedError>[] = [];
      for (const key of leftOver(schema, value)) {
        const data: unknown = (value as Record<string | number, unknown>)[key];
        if (says === false) {
          const params = type === 'object' ? { unevaluatedProperty: key } : { unevaluatedItem: key };
          errors.push({ keyword: name, params, ...(parentSchema && { parentSchema }) });
          continue;
        }
        const check = evaluation.validator({ ...schema, pointer: `${schema.pointer}/${name}`, value: says });
        if (check(data)) continue;
        for (const error of check.errors ?? []) {
          const below = `/${escapePointerStep(String(key))}${error.instancePath}`;
          errors.push({
            ...error,
            instancePath: context.instancePath + below,
            original: originalError(error),
          });
        }
      }
      validate.errors = errors;
      return errors.length === 0;
    };
    return { keyword: name, type, schemaType: ['boolean', 'object'], errors: 'full', validate };
  }
}
