// Turns ajv's errors into problems to show: of the likely branch only, equal ones counted, and without values from bodies.

import type { DocumentNode } from '../document/documents.ts';
import { jsonPointer } from '../exchange/json-pointer.ts';
import type { ValidationMode } from './dialect.ts';
import { errorMessage } from './error-message.ts';
import type { CompiledSchemas, SchemaError } from './schemas.ts';

export interface SchemaProblem {
  /** JSON Pointer into the validated value. */
  readonly at: string;
  readonly keyword: string;
  readonly message: string;
  /** The keyword's own place in the document. */
  readonly address: { readonly uri: string; readonly pointer: string };
}

const UNDOCUMENTED_KEYWORDS = new Set(['undocumented', 'additionalProperties', 'unevaluatedProperties']);

/** Of problems with the same cause, this many are listed. The rest is counted. */
const LISTED = 3;

/** Validates a value. Problems are in the order of ajv's errors; those with the same cause are capped with a count. */
export function findSchemaProblems(
  schemas: CompiledSchemas,
  schema: DocumentNode,
  value: unknown,
  mode: ValidationMode,
): readonly SchemaProblem[] {
  const errors = schemas.errors(schema, value, mode);
  if (errors.length === 0) return NO_PROBLEMS;
  const context: Explanation = { schemas, mode, branches: new Map() };
  return limitRepeats(
    keepClosestBranches(context, errors).map(error => toSchemaProblem(schemas, error, schema)),
  );
}

const NO_PROBLEMS: readonly SchemaProblem[] = [];

/** What explaining one value's errors needs at every level. */
interface Explanation {
  readonly schemas: CompiledSchemas;
  readonly mode: ValidationMode;
  /** Errors by the place of an anyOf or oneOf and by the value: recursive schemas need the same ones many times. */
  readonly branches: Map<string, Map<unknown, readonly SchemaError[][]>>;
}

/**
 * ajv lists the errors of every failed branch before the error of the anyOf or oneOf itself. Keeps the errors of the
 * closest branch only. Validates each branch alone to find out how many of the errors before are from branches.
 */
function keepClosestBranches(context: Explanation, errors: readonly SchemaError[]): SchemaError[] {
  const remaining: SchemaError[] = [];
  for (const error of errors) {
    if (error.keyword === 'if') continue;
    if ((error.keyword === 'anyOf' || error.keyword === 'oneOf') && error.address !== undefined) {
      const branches = branchErrors(context, error, error.address);
      remaining.length = Math.max(
        0,
        remaining.length - branches.reduce((sum, branch) => sum + branch.length, 0),
      );
      for (const inner of closestBranch(branches, error) ?? [error]) remaining.push(inner);
    } else if (error.keyword === 'contains' && error.address !== undefined) {
      remaining.length = Math.max(0, remaining.length - countContainsErrors(context, error, error.address));
      remaining.push(error);
    } else if (error.keyword === 'propertyNames') {
      // Drop the errors about the name: ajv lists them before this one.
      while (remaining.at(-1)?.propertyName === error.params.propertyName) remaining.pop();
      remaining.push(error);
    } else {
      remaining.push(error);
    }
  }
  return remaining;
}

/** How many errors ajv listed for items that do not match `contains`. They are not errors of the array. */
function countContainsErrors(
  context: Explanation,
  error: SchemaError,
  place: { uri: string; pointer: string },
): number {
  const wanted = { uri: place.uri, pointer: `${place.pointer}/contains`, value: error.schema };
  let count = 0;
  for (const item of error.data as unknown[])
    count += keepClosestBranches(context, context.schemas.errors(wanted, item, context.mode)).length;
  return count;
}

/** The untangled errors of each branch that failed. */
function branchErrors(
  context: Explanation,
  error: SchemaError,
  place: { uri: string; pointer: string },
): readonly SchemaError[][] {
  const key = `${error.keyword} ${place.uri}#${place.pointer}`;
  const byValue = context.branches.get(key) ?? new Map<unknown, readonly SchemaError[][]>();
  context.branches.set(key, byValue);
  const cached = byValue.get(error.data);
  if (cached !== undefined) return cached;
  const list = error.schema as unknown[];
  const failed: SchemaError[][] = [];
  let passed = 0;
  for (const [index, value] of list.entries()) {
    const branch = { uri: place.uri, pointer: `${place.pointer}/${error.keyword}/${index}`, value };
    const errors = context.schemas.errors(branch, error.data, context.mode);
    if (errors.length > 0) failed.push(keepClosestBranches(context, errors));
    // ajv stops at the second branch of a oneOf that passes.
    else if (error.keyword === 'oneOf' && ++passed === 2) break;
  }
  byValue.set(error.data, failed);
  return failed;
}

/** The errors of the branch that was probably meant; undefined if every branch rejects the value as a whole. */
function closestBranch(
  branches: readonly (readonly SchemaError[])[],
  error: SchemaError,
): SchemaError[] | undefined {
  if (error.keyword === 'oneOf' && Array.isArray(error.params.passingSchemas)) return undefined;
  let best: SchemaError[] | undefined;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (const branch of branches) {
    const rejects = branch.some(
      ({ keyword, instancePath }) =>
        instancePath === '' && ['type', 'const', 'enum', 'not', 'false schema'].includes(keyword),
    );
    if (rejects) continue;
    // A wrong constant is a sign that another branch was meant: it often is the discriminator.
    const marks = branch.filter(({ keyword }) => keyword === 'const' || keyword === 'enum').length;
    const score = -10 * marks - branch.length;
    if (score > bestScore) {
      best = branch.map(inner => ({ ...inner, instancePath: error.instancePath + inner.instancePath }));
      bestScore = score;
    }
  }
  return best;
}

function toSchemaProblem(schemas: CompiledSchemas, error: SchemaError, schema: DocumentNode): SchemaProblem {
  const { params } = error;
  const place = error.address ?? schema;
  const name = String(
    params.missingProperty ??
      params.additionalProperty ??
      params.unevaluatedProperty ??
      params.unevaluatedItem ??
      params.propertyName ??
      '',
  );
  const own =
    error.keyword === 'false schema'
      ? ''
      : jsonPointer(error.keyword === 'dependencies' ? 'dependentRequired' : error.keyword);
  const names = [
    'required',
    'additionalProperties',
    'unevaluatedProperties',
    'unevaluatedItems',
    'dependentRequired',
    'propertyNames',
  ];
  return {
    at:
      names.includes(error.keyword) && name !== ''
        ? `${error.instancePath}${jsonPointer(name)}`
        : error.instancePath,
    keyword: error.keyword,
    message: errorMessage(error),
    address: { uri: schemas.fileOf(place.uri), pointer: place.pointer + own },
  };
}

/** Lists the first problems with the same cause and counts the rest. */
export function limitRepeats(problems: readonly SchemaProblem[]): SchemaProblem[] {
  const groups = new Map<string, SchemaProblem[]>();
  for (const problem of problems) {
    // Surplus properties of one object have one cause, whatever their names are.
    const at = UNDOCUMENTED_KEYWORDS.has(problem.keyword) ? problem.at.replace(/[^/]*$/, '') : problem.at;
    const cause = `${problem.address.uri}#${problem.address.pointer} ${at.replace(/\/\d+(?=\/|$)/g, '/*')}`;
    const group = groups.get(cause);
    if (group === undefined) groups.set(cause, [problem]);
    else group.push(problem);
  }
  return [...groups.values()].flatMap(group => {
    const shown = group.slice(0, LISTED);
    const last = shown.at(-1);
    if (last === undefined || group.length === shown.length) return shown;
    return [
      ...shown.slice(0, -1),
      { ...last, message: `${last.message} (and ${group.length - LISTED} more like it)` },
    ];
  });
}
