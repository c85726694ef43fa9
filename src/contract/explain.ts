// Schema errors to sentences people can act on: the branch that was meant, one line an error, no value that could be a secret.
import { pointer } from '../finding/pointer.ts';
import type { Reading } from './dialect.ts';
import type { SchemaError, Schemas } from './schemas.ts';
import { isObject, type Part } from './sources.ts';

export interface Problem {
  /** JSON Pointer into the value that was judged. */
  readonly at: string;
  readonly keyword: string;
  readonly message: string;
  /** The keyword's own place in the document. */
  readonly place: { readonly uri: string; readonly pointer: string };
}

/** More problems with the same cause than this are counted, not listed. */
const SAMPLES = 3;

/** Holds a value against a schema. Problems come in the document's order, equal causes capped with a count. */
export function problemsOf(
  schemas: Schemas,
  schema: Part,
  value: unknown,
  reading: Reading,
): readonly Problem[] {
  const errors = schemas.errors(schema, value, reading);
  if (errors.length === 0) return NONE;
  return cap(untangle(schemas, errors, reading).map(error => toProblem(error, schema)));
}

const NONE: readonly Problem[] = [];

/**
 * ajv lists the errors of every failed branch and then the anyOf or oneOf itself. Keeps, of each, only the branch that
 * comes closest. The errors of one branch are found again by validating it alone: their number tells how many to replace.
 */
function untangle(schemas: Schemas, errors: readonly SchemaError[], reading: Reading): SchemaError[] {
  const kept: SchemaError[] = [];
  for (const error of errors) {
    if (error.keyword === 'if') continue;
    if ((error.keyword === 'anyOf' || error.keyword === 'oneOf') && error.place !== undefined) {
      const branches = branchErrors(schemas, error, error.place, reading);
      kept.length = Math.max(
        0,
        kept.length - branches.reduce((sum, branch) => sum + countKept(schemas, branch, reading), 0),
      );
      kept.push(...(closest(schemas, branches, error, reading) ?? [error]));
    } else if (error.keyword === 'contains') {
      while (kept.at(-1)?.instancePath.startsWith(`${error.instancePath}/`)) kept.pop();
      kept.push(error);
    } else {
      kept.push(error);
    }
  }
  return kept;
}

function countKept(schemas: Schemas, errors: readonly SchemaError[], reading: Reading): number {
  return untangle(schemas, errors, reading).length;
}

function branchErrors(
  schemas: Schemas,
  error: SchemaError,
  place: { uri: string; pointer: string },
  reading: Reading,
): (readonly SchemaError[])[] {
  const list = error.schema as unknown[];
  const failed: (readonly SchemaError[])[] = [];
  let passed = 0;
  for (const [index, value] of list.entries()) {
    const branch = { uri: place.uri, pointer: `${place.pointer}/${error.keyword}/${index}`, value };
    const errors = schemas.errors(branch, error.data, reading);
    if (errors.length > 0) failed.push(errors);
    // ajv stops at the second branch of a oneOf that passes.
    else if (error.keyword === 'oneOf' && ++passed === 2) break;
  }
  return failed;
}

/** The branch whose errors lie deepest, or undefined where every branch rejects the value as a whole. */
function closest(
  schemas: Schemas,
  branches: readonly (readonly SchemaError[])[],
  error: SchemaError,
  reading: Reading,
): SchemaError[] | undefined {
  if (error.keyword === 'oneOf' && Array.isArray(error.params.passingSchemas)) return undefined;
  let best: SchemaError[] | undefined;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (const branch of branches) {
    const meant = untangle(schemas, branch, reading);
    const rejects = meant.some(
      ({ keyword, instancePath }) =>
        instancePath === '' && ['type', 'const', 'enum', 'not', 'false schema'].includes(keyword),
    );
    if (rejects) continue;
    // A wrong constant inside is the usual mark of the branch that was not meant.
    const marks = meant.filter(({ keyword }) => keyword === 'const' || keyword === 'enum').length;
    const score = -10 * marks - meant.length;
    if (score > bestScore) {
      best = meant.map(inner => ({ ...inner, instancePath: error.instancePath + inner.instancePath }));
      bestScore = score;
    }
  }
  return best;
}

function toProblem(error: SchemaError, schema: Part): Problem {
  const { params } = error;
  const place = error.place ?? schema;
  const name = String(
    params.missingProperty ??
      params.additionalProperty ??
      params.unevaluatedProperty ??
      params.propertyName ??
      '',
  );
  const own =
    error.keyword === 'false schema'
      ? ''
      : pointer(error.keyword === 'dependencies' ? 'dependentRequired' : error.keyword);
  const names = [
    'required',
    'additionalProperties',
    'unevaluatedProperties',
    'dependentRequired',
    'propertyNames',
  ];
  return {
    at:
      names.includes(error.keyword) && name !== ''
        ? `${error.instancePath}${pointer(name)}`
        : error.instancePath,
    keyword: error.keyword,
    message: sentence(error),
    place: { uri: place.uri, pointer: place.pointer + own },
  };
}

function sentence(error: SchemaError): string {
  const { keyword, params, schema, data } = error;
  switch (keyword) {
    case 'required':
      return 'is missing';
    case 'dependentRequired':
      return `is missing, and "${params.property}" requires it`;
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return 'is not a property that the schema allows';
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
    case 'uniqueItems':
      return `items ${params.j} and ${params.i} are equal, and all must differ`;
    case 'contains':
      return `must hold at least ${params.minContains} item${params.minContains === 1 ? '' : 's'} of the required kind`;
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
    case 'readOnly':
      return 'is read-only and must not be sent';
    case 'writeOnly':
      return 'is write-only and must not be sent back';
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

function cap(problems: readonly Problem[]): Problem[] {
  const groups = new Map<string, Problem[]>();
  for (const problem of problems) {
    const cause = `${problem.place.uri}#${problem.place.pointer} ${problem.at.replace(/\/\d+(?=\/|$)/g, '/*')}`;
    const group = groups.get(cause);
    if (group === undefined) groups.set(cause, [problem]);
    else group.push(problem);
  }
  return [...groups.values()].flatMap(group => {
    const shown = group.slice(0, SAMPLES);
    const last = shown.at(-1);
    if (last === undefined || group.length === shown.length) return shown;
    return [
      ...shown.slice(0, -1),
      { ...last, message: `${last.message} (and ${group.length - SAMPLES} more like it)` },
    ];
  });
}
