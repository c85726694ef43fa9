// Writes one schema error as a message: what is required and what was sent. Quotes only values that cannot be secrets.

import { isObject, textOfValue } from '../exchange/json.ts';
import { pluralize } from '../finding/plural.ts';
import type { SchemaError } from './schemas.ts';

/**
 * "must be one of new, paid; got \"pending\"".
 * @param mayQuote whether the message may quote the value that the error is about; otherwise it names type and length
 */
export function errorMessage(error: SchemaError, mayQuote: () => boolean): string {
  const { keyword, params, schema, data } = error;
  const got = (): string => describeValue(data, mayQuote);
  switch (keyword) {
    case 'required':
      return 'is missing';
    case 'dependentRequired':
      return `is missing; it is required when "${params.property}" is present`;
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return 'is not a property that the schema allows';
    case 'unevaluatedItems':
      return 'is not an item that the schema allows';
    case 'type':
      return `must be ${[schema].flat().join(' or ')}; got ${got()}`;
    case 'enum':
      return `must be one of ${formatList(schema)}; got ${got()}`;
    case 'const':
      return `must be ${JSON.stringify(schema)}; got ${got()}`;
    case 'minLength':
    case 'maxLength':
      return `must have ${keyword === 'minLength' ? 'at least' : 'at most'} ${pluralize(Number(schema), 'character')}; got ${[...String(data)].length}`;
    case 'minItems':
    case 'maxItems':
      return `must have ${keyword === 'minItems' ? 'at least' : 'at most'} ${pluralize(Number(schema), 'item')}; got ${(data as unknown[]).length}`;
    case 'minProperties':
    case 'maxProperties':
      return `must have ${keyword === 'minProperties' ? 'at least' : 'at most'} ${pluralize(Number(schema), 'property')}; got ${Object.keys(data as object).length}`;
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return `must be ${params.comparison} ${schema}; got ${got()}`;
    case 'multipleOf':
      return `must be a multiple of ${schema}; got ${got()}`;
    case 'pattern':
      return `must match the pattern ${schema}; got ${got()}`;
    case 'format':
      return `must have the format "${schema}"; got ${got()}`;
    case 'contentEncoding':
      return `must be ${schema} (RFC 4648); got ${got()}`;
    case 'contentMediaType':
      return `must be JSON; got ${got()}`;
    case 'uniqueItems':
      return `must have unique items; items ${params.j} and ${params.i} are equal`;
    case 'contains':
      return params.maxContains === undefined
        ? `must contain at least ${pluralize(Number(params.minContains), 'item')} that match the "contains" schema`
        : `must contain at least ${params.minContains} and at most ${pluralize(Number(params.maxContains), 'item')} that match the "contains" schema`;
    case 'propertyNames':
      return 'is not a property name that the schema allows';
    case 'anyOf':
    case 'oneOf': {
      const branches = schema as unknown[];
      if (Array.isArray(params.passingSchemas)) {
        const matching = params.passingSchemas.map(index => Number(index) + 1).join(' and ');
        return `must match exactly one of the ${branches.length} alternatives; matches ${matching}`;
      }
      const literals = branches.flatMap(branchLiterals);
      if (!literals.includes(undefined)) return `must be one of ${formatList(literals)}; got ${got()}`;
      return `must match one of the ${branches.length} alternatives (${describeBranches(branches)}); got ${got()}`;
    }
    case 'not':
      return 'must not match the "not" schema';
    case 'false schema':
      return 'is not allowed here';
    default:
      return `violates "${keyword}"`;
  }
}

function formatList(values: unknown): string {
  if (!Array.isArray(values)) return textOfValue(values);
  const shown = values.slice(0, 12).map(value => (typeof value === 'string' ? value : JSON.stringify(value)));
  return shown.join(', ') + (values.length > shown.length ? ` and ${values.length - shown.length} more` : '');
}

/** The values that a branch lists; undefined if it describes them in another way. */
function branchLiterals(branch: unknown): unknown[] {
  if (!isObject(branch)) return [undefined];
  if (Array.isArray(branch.enum)) return branch.enum;
  if ('const' in branch) return [branch.const];
  return branch.type === 'null' ? [null] : [undefined];
}

function describeBranches(branches: readonly unknown[]): string {
  return branches
    .map((branch, index) => {
      if (!isObject(branch)) return `${index + 1}`;
      const { title, type, $ref } = branch;
      return textOfValue(
        title ?? ($ref === undefined ? (type ?? index + 1) : textOfValue($ref).split('/').at(-1)),
      );
    })
    .join(', ');
}

function describeValue(value: unknown, mayQuote: () => boolean): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `an array of ${pluralize(value.length, 'item')}`;
  switch (typeof value) {
    case 'string':
      return mayQuote() ? JSON.stringify(value) : `a string of ${pluralize([...value].length, 'character')}`;
    case 'object':
      return 'an object';
    case 'number':
    case 'boolean':
      return mayQuote() ? String(value) : `a ${typeof value}`;
    default:
      return typeof value;
  }
}
