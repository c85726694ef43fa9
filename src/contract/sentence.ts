// One schema error in words: what must be, what kind of thing is there instead, and never a string that was sent.
import type { SchemaError } from './schemas.ts';
import { isObject } from './sources.ts';

export function sentence(error: SchemaError): string {
  const { keyword, params, schema, data } = error;
  switch (keyword) {
    case 'required':
      return 'is missing';
    case 'dependentRequired':
      return `is missing, and "${params.property}" requires it`;
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return 'is not a property that the schema allows';
    case 'unevaluatedItems':
      return 'is not an item that the schema allows';
    case 'type':
      return `must be ${list(schema)}, is ${kindOf(data)}`;
    case 'enum':
      return `must be one of ${list(schema)}, is ${kindOf(data)}`;
    case 'const':
      return `must be ${JSON.stringify(schema)}, is ${kindOf(data)}`;
    case 'minLength':
    case 'maxLength':
      return `must have ${keyword === 'minLength' ? 'at least' : 'at most'} ${schema} characters, has ${[...String(data)].length}`;
    case 'minItems':
    case 'maxItems':
      return `must have ${keyword === 'minItems' ? 'at least' : 'at most'} ${schema} items, has ${(data as unknown[]).length}`;
    case 'minProperties':
    case 'maxProperties':
      return `must have ${keyword === 'minProperties' ? 'at least' : 'at most'} ${schema} properties, has ${Object.keys(data as object).length}`;
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return `must be ${params.comparison} ${schema}, is ${data}`;
    case 'multipleOf':
      return `must be a multiple of ${schema}, is ${data}`;
    case 'pattern':
      return `must match the pattern ${schema}, is ${kindOf(data)}`;
    case 'format':
      return `must be in the format "${schema}", is ${kindOf(data)}`;
    case 'contentEncoding':
      return `must be ${schema} (RFC 4648), is ${kindOf(data)}`;
    case 'uniqueItems':
      return `items ${params.j} and ${params.i} are equal, and all must differ`;
    case 'contains':
      return params.maxContains === undefined
        ? `must hold at least ${plural(params.minContains, 'item')} of the required kind`
        : `must hold at least ${params.minContains} and at most ${plural(params.maxContains, 'item')} of the required kind`;
    case 'propertyNames':
      return 'is not a property name that the schema allows';
    case 'anyOf':
    case 'oneOf': {
      const branches = schema as unknown[];
      if (Array.isArray(params.passingSchemas)) {
        const both = params.passingSchemas.map(index => Number(index) + 1).join(' and ');
        return `matches alternatives ${both}, and may match only one`;
      }
      const literals = branches.flatMap(literalsOf);
      if (!literals.includes(undefined)) return `must be one of ${list(literals)}, is ${kindOf(data)}`;
      return `matches none of the ${branches.length} alternatives (${alternatives(branches)}), is ${kindOf(data)}`;
    }
    case 'not':
      return 'matches what the schema forbids';
    case 'false schema':
      return 'must not be there';
    default:
      return `breaks "${keyword}"`;
  }
}

function list(values: unknown): string {
  if (!Array.isArray(values)) return String(values);
  const shown = values.slice(0, 12).map(value => (typeof value === 'string' ? value : JSON.stringify(value)));
  return shown.join(', ') + (values.length > shown.length ? ` and ${values.length - shown.length} more` : '');
}

/** The values that a branch spells out; undefined when it describes them some other way. */
function literalsOf(branch: unknown): unknown[] {
  if (!isObject(branch)) return [undefined];
  if (Array.isArray(branch.enum)) return branch.enum;
  if ('const' in branch) return [branch.const];
  return branch.type === 'null' ? [null] : [undefined];
}

function alternatives(branches: readonly unknown[]): string {
  return branches
    .map((branch, index) => {
      if (!isObject(branch)) return `${index + 1}`;
      const { title, type, $ref } = branch;
      return String(title ?? ($ref === undefined ? (type ?? index + 1) : String($ref).split('/').at(-1)));
    })
    .join(', ');
}

/** Says what a value is without saying it: strings may be secrets. */
function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  switch (typeof value) {
    case 'string':
      return `a string of ${plural([...value].length, 'character')}`;
    case 'object':
      return 'an object';
    case 'number':
    case 'boolean':
      return `the ${typeof value} ${value}`;
    default:
      return typeof value;
  }
}

function plural(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
