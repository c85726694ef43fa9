// The violations of a keyword of JSON Schema, with the messages of ajv and the additions of Prism: those of this program differ.

import { textOfValue } from '../../exchange/json.ts';
import type { SchemaError } from '../../schema/schemas.ts';
import type { PrismViolation } from './violation.ts';

/** `schema`: the value of the keyword. */
export type KeywordError = Pick<SchemaError, 'keyword' | 'params' | 'schema'>;

/** Prism reads the format int32 as bounds, besides checking it. @param subject the beginning of the message */
export function keywordViolations(
  path: readonly string[],
  subject: string,
  error: KeywordError,
  value: unknown,
): readonly PrismViolation[] {
  const violation = ({ keyword, ...others }: KeywordError): PrismViolation => ({
    path,
    severity: 'Error',
    code: keyword,
    message: subject + ajvMessage({ keyword, ...others }),
  });
  if (error.keyword !== 'format' || error.schema !== 'int32') return [violation(error)];
  const bound =
    Number(value) < 0
      ? { keyword: 'minimum', schema: -(2 ** 31), params: {} }
      : { keyword: 'maximum', schema: 2 ** 31 - 1, params: {} };
  return [violation(bound), violation(error)];
}

/** What follows the name of the value: "must be integer". */
function ajvMessage({ keyword, params, schema }: KeywordError): string {
  const { missingProperty, property, deps, depsCount, minContains: least, maxContains: most } = params;
  const limit = params.limit ?? schema;
  switch (keyword) {
    case 'required':
      return `must have required property '${missingProperty}'`;
    case 'dependentRequired':
    case 'dependencies':
      return `must have ${depsCount === 1 ? 'property' : 'properties'} ${deps} when property ${property} is present`;
    case 'additionalProperties':
      return `must NOT have additional properties; found '${params.additionalProperty}'`;
    case 'unevaluatedProperties':
      return `must NOT have unevaluated properties: '${params.unevaluatedProperty}'`;
    case 'items':
    case 'additionalItems':
    case 'unevaluatedItems':
      return `must NOT have more than ${limit} items`;
    case 'propertyNames':
      return 'property name must be valid';
    case 'type':
      return `must be ${schema}`;
    case 'enum':
      return `must be equal to one of the allowed values: ${[schema].flat().map(textOfValue).join(', ')}`;
    case 'const':
      return 'must be equal to constant';
    case 'minLength':
    case 'maxLength':
      return `must NOT have ${moreOrFewer(keyword)} than ${limit} characters`;
    case 'minItems':
    case 'maxItems':
      return `must NOT have ${moreOrFewer(keyword)} than ${limit} items`;
    case 'minProperties':
    case 'maxProperties':
      return `must NOT have ${moreOrFewer(keyword)} than ${limit} properties`;
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return `must be ${COMPARISONS[keyword]} ${limit}`;
    case 'multipleOf':
      return `must be multiple of ${schema}`;
    case 'pattern':
      return `must match pattern "${schema}"`;
    case 'format':
      return `must match format "${schema}"`;
    case 'uniqueItems':
      return params.i === undefined
        ? 'must NOT have duplicate items'
        : `must NOT have duplicate items (items ## ${Math.max(params.i, params.j)} and ${Math.min(params.i, params.j)} are identical)`;
    case 'contains':
      return most === undefined
        ? `must contain at least ${least} valid item(s)`
        : `must contain at least ${least} and no more than ${most} valid item(s)`;
    case 'anyOf':
      return 'must match a schema in anyOf';
    case 'oneOf':
      return 'must match exactly one schema in oneOf';
    case 'if':
      return `must match "${params.failingKeyword}" schema`;
    case 'not':
      return 'must NOT be valid';
    case 'false schema':
      return 'boolean schema is false';
    default:
      return `must pass "${keyword}" keyword validation`;
  }
}

function moreOrFewer(keyword: string): string {
  return keyword.startsWith('max') ? 'more' : 'fewer';
}

const COMPARISONS: Readonly<Record<string, string>> = {
  minimum: '>=',
  maximum: '<=',
  exclusiveMinimum: '>',
  exclusiveMaximum: '<',
};
