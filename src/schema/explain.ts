// Schema errors to sentences people can act on: the branch that was meant, one line an error, no value that could be a secret.

import type { DocumentNode } from '../document/documents.ts';
import { jsonPointer } from '../exchange/json-pointer.ts';
import type { ValidationMode } from './dialect.ts';
import { errorMessage } from './error-message.ts';
import type { CompiledSchemas, SchemaError } from './schemas.ts';

export interface SchemaProblem {
  /** JSON Pointer into the value that was judged. */
  readonly at: string;
  readonly keyword: string;
  readonly message: string;
  /** The keyword's own place in the document. */
  readonly address: { readonly uri: string; readonly pointer: string };
}

const UNDOCUMENTED_KEYWORDS = new Set(['undocumented', 'additionalProperties', 'unevaluatedProperties']);

/** More problems with the same cause than this are counted, not listed. */
const MAX_EQUAL_PROBLEMS = 3;

/** Holds a value against a schema. Problems come in the document's order, equal causes capped with a count. */
export function findSchemaProblems(
  schemas: CompiledSchemas,
  schema: DocumentNode,
  value: unknown,
  mode: ValidationMode,
): readonly SchemaProblem[] {
  const errors = schemas.errors(schema, value, mode);
  if (errors.length === 0) return NO_PROBLEMS;
  const context: ExplanationContext = { schemas, mode, branchErrors: new Map() };
  return limitRepeats(
    keepClosestBranches(context, errors).map(error => toSchemaProblem(schemas, error, schema)),
  );
}

const NO_PROBLEMS: readonly SchemaProblem[] = [];

/** What one explanation needs all the way down. */
interface ExplanationContext {
  readonly schemas: CompiledSchemas;
  readonly mode: ValidationMode;
  /** By the place of an anyOf or oneOf and by the value: recursive schemas come to the same again and again. */
  readonly branchErrors: Map<string, Map<unknown, readonly SchemaError[][]>>;
}

/**
 * ajv lists the errors of every failed branch and then the anyOf or oneOf itself. Keeps, of each, only the branch that
 * comes closest. The errors of one branch are found again by validating it alone: their number tells how many to replace.
 */
function keepClosestBranches(context: ExplanationContext, errors: readonly SchemaError[]): SchemaError[] {
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
      // The errors about the name itself come first.
      while (remaining.at(-1)?.propertyName === error.params.propertyName) remaining.pop();
      remaining.push(error);
    } else {
      remaining.push(error);
    }
  }
  return remaining;
}

/** How many errors the items of an array have against its `contains`: none of them is one of the array's own. */
function countContainsErrors(
  context: ExplanationContext,
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
  context: ExplanationContext,
  error: SchemaError,
  place: { uri: string; pointer: string },
): readonly SchemaError[][] {
  const key = `${error.keyword} ${place.uri}#${place.pointer}`;
  const byValue = context.branchErrors.get(key) ?? new Map<unknown, readonly SchemaError[][]>();
  context.branchErrors.set(key, byValue);
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

/** The branch whose errors lie deepest, or undefined where every branch rejects the value as a whole. */
function closestBranch(
  branches: readonly (readonly SchemaError[])[],
  error: SchemaError,
): SchemaError[] | undefined {
  if (error.keyword === 'oneOf' && Array.isArray(error.params.passingSchemas)) return undefined;
  let best: SchemaError[] | undefined;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (const candidate of branches) {
    const rejects = candidate.some(
      ({ keyword, instancePath }) =>
        instancePath === '' && ['type', 'const', 'enum', 'not', 'false schema'].includes(keyword),
    );
    if (rejects) continue;
    // A wrong constant inside is the usual mark of the branch that was not meant.
    const marks = candidate.filter(({ keyword }) => keyword === 'const' || keyword === 'enum').length;
    const score = -10 * marks - candidate.length;
    if (score > bestScore) {
      best = candidate.map(inner => ({ ...inner, instancePath: error.instancePath + inner.instancePath }));
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

/** Shows the first of equal causes and counts the rest. */
export function limitRepeats(problems: readonly SchemaProblem[]): SchemaProblem[] {
  const groups = new Map<string, SchemaProblem[]>();
  for (const problem of problems) {
    // Of properties that do not belong, the names do not tell one cause from another.
    const at = UNDOCUMENTED_KEYWORDS.has(problem.keyword) ? problem.at.replace(/[^/]*$/, '') : problem.at;
    const cause = `${problem.address.uri}#${problem.address.pointer} ${at.replace(/\/\d+(?=\/|$)/g, '/*')}`;
    const group = groups.get(cause);
    if (group === undefined) groups.set(cause, [problem]);
    else group.push(problem);
  }
  return [...groups.values()].flatMap(group => {
    const shown = group.slice(0, MAX_EQUAL_PROBLEMS);
    const last = shown.at(-1);
    if (last === undefined || group.length === shown.length) return shown;
    return [
      ...shown.slice(0, -1),
      { ...last, message: `${last.message} (and ${group.length - MAX_EQUAL_PROBLEMS} more like it)` },
    ];
  });
}
