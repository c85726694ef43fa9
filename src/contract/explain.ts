// Schema errors to sentences people can act on: the branch that was meant, one line an error, no value that could be a secret.
import { pointer } from '../finding/pointer.ts';
import type { Reading } from './dialect.ts';
import type { SchemaError, Schemas } from './schemas.ts';
import { sentence } from './sentence.ts';
import type { Part } from './sources.ts';

export interface Problem {
  /** JSON Pointer into the value that was judged. */
  readonly at: string;
  readonly keyword: string;
  readonly message: string;
  /** The keyword's own place in the document. */
  readonly place: { readonly uri: string; readonly pointer: string };
}

const SURPLUS = new Set(['undocumented', 'additionalProperties', 'unevaluatedProperties']);

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
  const bench: Bench = { schemas, reading, branches: new Map() };
  return cap(untangle(bench, errors).map(error => toProblem(schemas, error, schema)));
}

const NONE: readonly Problem[] = [];

/** What one explanation needs all the way down. */
interface Bench {
  readonly schemas: Schemas;
  readonly reading: Reading;
  /** By the place of an anyOf or oneOf and by the value: recursive schemas come to the same again and again. */
  readonly branches: Map<string, Map<unknown, readonly SchemaError[][]>>;
}

/**
 * ajv lists the errors of every failed branch and then the anyOf or oneOf itself. Keeps, of each, only the branch that
 * comes closest. The errors of one branch are found again by validating it alone: their number tells how many to replace.
 */
function untangle(bench: Bench, errors: readonly SchemaError[]): SchemaError[] {
  const kept: SchemaError[] = [];
  for (const error of errors) {
    if (error.keyword === 'if') continue;
    if ((error.keyword === 'anyOf' || error.keyword === 'oneOf') && error.place !== undefined) {
      const branches = branchErrors(bench, error, error.place);
      kept.length = Math.max(0, kept.length - branches.reduce((sum, branch) => sum + branch.length, 0));
      for (const inner of closest(branches, error) ?? [error]) kept.push(inner);
    } else if (error.keyword === 'contains' && error.place !== undefined) {
      kept.length = Math.max(0, kept.length - countContained(bench, error, error.place));
      kept.push(error);
    } else if (error.keyword === 'propertyNames') {
      // The errors about the name itself come first.
      while (kept.at(-1)?.propertyName === error.params.propertyName) kept.pop();
      kept.push(error);
    } else {
      kept.push(error);
    }
  }
  return kept;
}

/** How many errors the items of an array have against its `contains`: none of them is one of the array's own. */
function countContained(bench: Bench, error: SchemaError, place: { uri: string; pointer: string }): number {
  const wanted = { uri: place.uri, pointer: `${place.pointer}/contains`, value: error.schema };
  let count = 0;
  for (const item of error.data as unknown[])
    count += untangle(bench, bench.schemas.errors(wanted, item, bench.reading)).length;
  return count;
}

/** The untangled errors of each branch that failed. */
function branchErrors(
  bench: Bench,
  error: SchemaError,
  place: { uri: string; pointer: string },
): readonly SchemaError[][] {
  const key = `${error.keyword} ${place.uri}#${place.pointer}`;
  const byValue = bench.branches.get(key) ?? new Map<unknown, readonly SchemaError[][]>();
  bench.branches.set(key, byValue);
  const known = byValue.get(error.data);
  if (known !== undefined) return known;
  const list = error.schema as unknown[];
  const failed: SchemaError[][] = [];
  let passed = 0;
  for (const [index, value] of list.entries()) {
    const branch = { uri: place.uri, pointer: `${place.pointer}/${error.keyword}/${index}`, value };
    const errors = bench.schemas.errors(branch, error.data, bench.reading);
    if (errors.length > 0) failed.push(untangle(bench, errors));
    // ajv stops at the second branch of a oneOf that passes.
    else if (error.keyword === 'oneOf' && ++passed === 2) break;
  }
  byValue.set(error.data, failed);
  return failed;
}

/** The branch whose errors lie deepest, or undefined where every branch rejects the value as a whole. */
function closest(
  branches: readonly (readonly SchemaError[])[],
  error: SchemaError,
): SchemaError[] | undefined {
  if (error.keyword === 'oneOf' && Array.isArray(error.params.passingSchemas)) return undefined;
  let best: SchemaError[] | undefined;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (const meant of branches) {
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

function toProblem(schemas: Schemas, error: SchemaError, schema: Part): Problem {
  const { params } = error;
  const place = error.place ?? schema;
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
      : pointer(error.keyword === 'dependencies' ? 'dependentRequired' : error.keyword);
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
        ? `${error.instancePath}${pointer(name)}`
        : error.instancePath,
    keyword: error.keyword,
    message: sentence(error),
    place: { uri: schemas.fileOf(place.uri), pointer: place.pointer + own },
  };
}

/** Shows the first of equal causes and counts the rest. */
export function cap(problems: readonly Problem[]): Problem[] {
  const groups = new Map<string, Problem[]>();
  for (const problem of problems) {
    // Of properties that do not belong, the names do not tell one cause from another.
    const at = SURPLUS.has(problem.keyword) ? problem.at.replace(/[^/]*$/, '') : problem.at;
    const cause = `${problem.place.uri}#${problem.place.pointer} ${at.replace(/\/\d+(?=\/|$)/g, '/*')}`;
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
