// The messages of ajv with the additions of Prism: the compiled schemas of this program have none.

import type { SchemaError } from '../../schema/schemas.ts';

/** What follows the name of the value: "must be integer". */
export function ajvMessage({ keyword, params, schema }: SchemaError): string {
  const { limit, missingProperty, property, deps, depsCount, minContains: least, maxContains: most } = params;
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
      return `must be ${params.type}`;
    case 'enum':
      return `must be equal to one of the allowed values: ${[schema].flat().join(', ')}`;
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
      return `must be ${params.comparison} ${limit}`;
    case 'multipleOf':
      return `must be multiple of ${schema}`;
    case 'pattern':
      return `must match pattern "${schema}"`;
    case 'format':
      return `must match format "${params.format}"`;
    case 'uniqueItems':
      return `must NOT have duplicate items (items ## ${params.j} and ${params.i} are identical)`;
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
