// JSON Schema keywords that replace ajv's own where those are wrong, or take quadratic time.

import type { DocumentNode } from '../document/documents.ts';
import type { JsonObject } from '../exchange/json.ts';
import { textOfValue } from '../exchange/json.ts';
import { escapePointerStep } from '../exchange/json-pointer.ts';
import { isJson, parseMediaType } from '../exchange/media-type.ts';
import type { ErrorObject, FuncKeywordDefinition, ValidateFunction } from './ajv.ts';
import { type SchemaReader, unevaluatedIndexes, unevaluatedNames } from './annotations.ts';
import { type WrappedError, wrapError } from './wrapped-error.ts';

const MULTIPLE_OF: FuncKeywordDefinition = {
  keyword: 'multipleOf',
  type: 'number',
  schemaType: 'number',
  validate: isMultiple,
  errors: false,
};

/** Allows for binary rounding: 19.99 is a multiple of 0.01, although 19.99 / 0.01 is not an integer. */
function isMultiple(divisor: number, value: number): boolean {
  const quotient = value / divisor;
  // The quotient of two finite numbers may be infinite.
  if (!Number.isFinite(quotient)) return value % divisor === 0;
  return Math.abs(quotient - Math.round(quotient)) <= Math.abs(quotient) * Number.EPSILON;
}

/** ajv calls toString and valueOf of the values that it compares, which may be JSON members. It also rejects an empty enum. */
const CONST: FuncKeywordDefinition = {
  keyword: 'const',
  compile: (value: unknown) => equalsAnyOf([value]),
  errors: false,
};

const ENUM: FuncKeywordDefinition = {
  keyword: 'enum',
  schemaType: 'array',
  compile: equalsAnyOf,
  errors: false,
};

function equalsAnyOf(allowed: readonly unknown[]): (value: unknown) => boolean {
  const texts = new Set(allowed.map(canonicalJson));
  const scalars = new Set(allowed.filter(each => typeof each !== 'object' || each === null));
  return value => scalars.has(value) || (typeof value === 'object' && texts.has(canonicalJson(value)));
}

/** Asserts RFC 4648 if formats are asserted. In 2020-12 the keyword is an annotation. */
export const CONTENT_ENCODING: FuncKeywordDefinition = {
  keyword: 'contentEncoding',
  type: 'string',
  schemaType: 'string',
  compile: (name: string) => {
    const pattern = ENCODINGS[name.toLowerCase()];
    return text => pattern?.test(text) ?? true;
  },
  errors: false,
};

const ENCODINGS: Readonly<Record<string, RegExp>> = {
  base64: /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
  // Padding may be omitted if the length is known (RFC 4648, 3.2), which is usual for base64url.
  base64url: /^(?:[\w-]{4})*(?:[\w-]{2}(?:==)?|[\w-]{3}=?)?$/,
  base32: /^(?:[A-Z2-7]{8})*(?:[A-Z2-7]{2}={6}|[A-Z2-7]{4}={4}|[A-Z2-7]{5}={3}|[A-Z2-7]{7}=)?$/,
  base16: /^(?:[0-9A-F]{2})*$/i,
};

/** The format `byte` of OpenAPI 3.0. The pattern of ajv-formats accepts a text if one of its lines is valid. */
export const BASE64_PATTERN = ENCODINGS.base64 as RegExp;

/**
 * Asserts that a text with `contentMediaType: application/json` is JSON, and satisfies `contentSchema`, if formats are asserted.
 * In 2020-12 both are annotations.
 */
export function contentKeywords(schemas: SchemaAccess): FuncKeywordDefinition[] {
  const json = (text: string, parent: JsonObject | undefined): { readonly value: unknown } | undefined => {
    try {
      return parent?.contentEncoding === undefined ? { value: JSON.parse(text) } : undefined;
    } catch {
      return undefined;
    }
  };
  const isOfJson = (type: unknown): boolean => isJson(parseMediaType(textOfValue(type))?.essence ?? '');
  const validate: NonNullable<FuncKeywordDefinition['validate']> = (
    says: unknown,
    text: string,
    parentSchema,
    context,
  ): boolean => {
    const schema = schemas.nodeOf(parentSchema);
    const read = isOfJson(parentSchema?.contentMediaType) ? json(text, parentSchema) : undefined;
    if (schema === undefined || context === undefined || read === undefined) return true;
    const check = schemas.validator({ ...schema, pointer: `${schema.pointer}/contentSchema`, value: says });
    if (check(read.value)) return true;
    validate.errors = (check.errors ?? []).map(error => ({
      ...wrapError(error),
      instancePath: context.instancePath + error.instancePath,
    }));
    return false;
  };
  return [
    {
      ...{ keyword: 'contentMediaType', type: 'string', schemaType: 'string', errors: false },
      validate: (type: string, text: string, parentSchema?: JsonObject) =>
        !isOfJson(type) ||
        parentSchema?.contentEncoding !== undefined ||
        json(text, parentSchema) !== undefined,
    },
    { keyword: 'contentSchema', type: 'string', schemaType: ['boolean', 'object'], errors: 'full', validate },
  ];
}

/** ajv compares every pair of objects. This compares canonical texts, in linear time. */
const UNIQUE_ITEMS: FuncKeywordDefinition = {
  keyword: 'uniqueItems',
  type: 'array',
  schemaType: 'boolean',
  errors: 'full',
  validate: findDuplicates,
};

function findDuplicates(mustBeUnique: boolean, items: unknown[]): boolean {
  if (!mustBeUnique) return true;
  const seen = new Map<string, number>();
  for (const [i, item] of items.entries()) {
    // No canonical text of a value other than a string begins with a quote, so strings need no escaping.
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

/** The keywords that replace ajv's own everywhere. */
export const OWN_KEYWORDS: readonly FuncKeywordDefinition[] = [CONST, ENUM, MULTIPLE_OF, UNIQUE_ITEMS];

/** The access to the compiler that unevaluatedProperties and unevaluatedItems need. */
export interface SchemaAccess extends SchemaReader {
  /** The node of a schema object; undefined if it is not of the documents. */
  nodeOf(schema: unknown): DocumentNode | undefined;
  validator(schema: DocumentNode): ValidateFunction;
}

/**
 * ajv loses evaluated properties if a condition does not hold (ajv issue 2559), does not count items that match
 * `contains`, and tracks nothing through a `$dynamicRef`. So annotations.ts finds what is evaluated.
 */
export function unevaluatedKeywords(schemas: SchemaAccess): FuncKeywordDefinition[] {
  const properties = keyword('unevaluatedProperties', 'object', (schema, value) =>
    unevaluatedNames(schemas, schema, value as JsonObject),
  );
  const items = keyword('unevaluatedItems', 'array', (schema, value) =>
    unevaluatedIndexes(schemas, schema, value as unknown[]),
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
      const schema = schemas.nodeOf(parentSchema);
      if (schema === undefined || context === undefined) return true;
      const errors: Partial<WrappedError>[] = [];
      for (const key of leftOver(schema, value)) {
        const data: unknown = (value as Record<string | number, unknown>)[key];
        if (says === false) {
          const params = type === 'object' ? { unevaluatedProperty: key } : { unevaluatedItem: key };
          errors.push({ keyword: name, params, ...(parentSchema && { parentSchema }) });
          continue;
        }
        const check = schemas.validator({ ...schema, pointer: `${schema.pointer}/${name}`, value: says });
        if (check(data)) continue;
        for (const error of check.errors ?? []) {
          const below = `/${escapePointerStep(String(key))}${error.instancePath}`;
          errors.push({ ...wrapError(error), instancePath: context.instancePath + below });
        }
      }
      validate.errors = errors;
      return errors.length === 0;
    };
    return { keyword: name, type, schemaType: ['boolean', 'object'], errors: 'full', validate };
  }
}
