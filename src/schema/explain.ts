// Turns ajv's errors into problems: those of the closest branch only, repeats counted, and no secret in a message.

import type { DocumentNode } from '../document/documents.ts';
import type { NodeAddress } from '../document/identifiers.ts';
import { jsonPointer, splitPointer } from '../exchange/json-pointer.ts';
import { isRedactionMark } from '../exchange/redaction-marks.ts';
import type { ValidationMode } from './dialect.ts';
import { namedBranch } from './discriminated.ts';
import { errorMessage } from './error-message.ts';
import { describeUndecided } from './pattern-assertions.ts';
import { createQuoteTest, type QuoteTest } from './quoted-value.ts';
import type { CompiledSchemas, SchemaError } from './schemas.ts';
import { isMarkedSecret } from './secret-marks.ts';

export interface SchemaProblem extends ProblemLocation {
  /** True: the assertion cannot be decided, so the value is neither valid nor invalid because of it. */
  readonly isUndecided?: true;
  /** What follows the name of the value in a sentence: "must be integer; got \"x\"". */
  readonly message: string;
}

interface ProblemLocation {
  /** JSON Pointer into the validated value. */
  readonly at: string;
  readonly keyword: string;
  /** The node of the keyword in the document. */
  readonly address: NodeAddress;
}

const UNDOCUMENTED_KEYWORDS = new Set(['undocumented', 'additionalProperties', 'unevaluatedProperties']);

/** How many problems with the same cause are listed. The rest is counted. */
const LISTED = 3;

/**
 * Validates a value. Problems are in the order of ajv's errors; those with the same cause are capped with a count.
 * The problems of a pattern that cannot be decided come last. Others are listed only if they do not depend on it.
 * @param mayQuote decides by the names on the path and by the text; values that the schema marks as secret are never quoted
 * @throws UnusableSchema
 */
export function findSchemaProblems(
  schemas: CompiledSchemas,
  schema: DocumentNode,
  value: unknown,
  mode: ValidationMode,
  mayQuote: QuoteTest = QUOTE_BY_NAME_AND_TEXT,
): readonly SchemaProblem[] {
  const { result: errors, undecided } = schemas.patterns.collect(true, () =>
    schemas.errors(schema, value, mode),
  );
  const problems = errors.length === 0 ? NO_PROBLEMS : explain(schemas, schema, errors, mode, mayQuote);
  if (undecided.length === 0) return problems;
  const { result: otherwise } = schemas.patterns.collect(false, () =>
    explain(schemas, schema, schemas.errors(schema, value, mode), mode, mayQuote),
  );
  // What cannot be decided does not matter: another alternative is valid, for example.
  if (problems.length === 0 && otherwise.length === 0) return NO_PROBLEMS;
  const keyOf = ({ at, address }: ProblemLocation): string => `${at} ${address.uri}#${address.pointer}`;
  const certain = new Set(otherwise.map(keyOf));
  return [
    ...problems.filter(problem => certain.has(keyOf(problem))),
    ...listFirst(
      undecided.map(each => describeUndecided(each, of => schemas.patternAddress(of, mode) ?? schema)),
      problem => ({ ...problem, isUndecided: true as const }),
    ),
  ];
}

function explain(
  schemas: CompiledSchemas,
  schema: DocumentNode,
  errors: readonly SchemaError[],
  mode: ValidationMode,
  mayQuote: QuoteTest,
): readonly SchemaProblem[] {
  const context: Explanation = { schemas, mode, branches: new Map() };
  const located = keepClosestBranches(context, errors).map(error => locateError(schemas, error, schema));
  // Only for listed errors: whether a value is secret takes a walk through the schemas.
  return listFirst(located, ({ error, ...location }) => ({
    ...location,
    message: errorMessage(error, () => {
      const { instancePath, data } = error;
      const steps = splitPointer(instancePath);
      if (!mayQuote(data as Parameters<QuoteTest>[0], steps)) return false;
      const read = schemas.reader(schema, mode.direction);
      return !isMarkedSecret(read.reader, read.schema, steps);
    }),
  }));
}

const NO_PROBLEMS: readonly SchemaProblem[] = [];
const QUOTE_BY_NAME_AND_TEXT = createQuoteTest({});

/** The context of explaining the errors of one value, at every level. */
interface Explanation {
  readonly schemas: CompiledSchemas;
  readonly mode: ValidationMode;
  /** Errors by the address of an anyOf or oneOf and by the value: recursive schemas need the same ones many times. */
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
      const named = branches[meantBranch(context, error, error.address)];
      for (const inner of closestBranch(branches, error, named) ?? [error]) remaining.push(inner);
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
function countContainsErrors(context: Explanation, error: SchemaError, address: NodeAddress): number {
  const contains = { uri: address.uri, pointer: `${address.pointer}/contains`, value: error.schema };
  let count = 0;
  for (const item of error.data as unknown[])
    count += keepClosestBranches(context, context.schemas.errors(contains, item, context.mode)).length;
  return count;
}

/** The errors of each branch, reduced to the closest branches inside; none for a branch that passes. */
function branchErrors(
  context: Explanation,
  error: SchemaError,
  address: NodeAddress,
): readonly SchemaError[][] {
  const key = `${error.keyword} ${address.uri}#${address.pointer}`;
  const byValue = context.branches.get(key) ?? new Map<unknown, readonly SchemaError[][]>();
  context.branches.set(key, byValue);
  const cached = byValue.get(error.data);
  if (cached !== undefined) return cached;
  const list = error.schema as unknown[];
  const failed: SchemaError[][] = [];
  let passed = 0;
  for (const [index, value] of list.entries()) {
    const branch = { uri: address.uri, pointer: `${address.pointer}/${error.keyword}/${index}`, value };
    const errors = context.schemas.errors(branch, error.data, context.mode);
    failed.push(errors.length > 0 ? keepClosestBranches(context, errors) : []);
    // ajv stops at the second branch of a oneOf that passes.
    if (errors.length === 0 && error.keyword === 'oneOf' && ++passed === 2) break;
  }
  byValue.set(error.data, failed);
  return failed;
}

/** The index of the branch that a discriminator names (OpenAPI, "Discriminator Object": better error messages); -1: none. */
function meantBranch(
  { schemas, mode }: Explanation,
  { keyword, data }: SchemaError,
  at: NodeAddress,
): number {
  const { reader, schema } = schemas.reader({ ...at, value: undefined }, mode.direction);
  return namedBranch(reader, schema, keyword, data);
}

/**
 * The errors of the branch that fits best; undefined if every branch rejects the value as a whole.
 * @param named the errors of the branch that is meant
 */
function closestBranch(
  branches: readonly (readonly SchemaError[])[],
  error: SchemaError,
  named: readonly SchemaError[] = [],
): SchemaError[] | undefined {
  if (error.keyword === 'oneOf' && Array.isArray(error.params.passingSchemas)) return undefined;
  let best: SchemaError[] | undefined;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (const branch of named.length > 0 ? [named] : branches) {
    if (branch.length === 0) continue;
    const rejectsWhole = branch.some(
      ({ keyword, instancePath }) =>
        instancePath === '' && ['type', 'const', 'enum', 'not', 'false schema'].includes(keyword),
    );
    if (rejectsWhole) continue;
    // A mark stands for a value that may be valid.
    const certain = branch.filter(({ data }) => typeof data !== 'string' || !isRedactionMark(data));
    // A wrong constant is often the discriminator, which selects another branch.
    const wrongConstants = certain.filter(({ keyword }) => keyword === 'const' || keyword === 'enum').length;
    const score = -10 * wrongConstants - certain.length;
    if (score > bestScore) {
      best = branch.map(inner => ({ ...inner, instancePath: error.instancePath + inner.instancePath }));
      bestScore = score;
    }
  }
  return best;
}

function locateError(
  schemas: CompiledSchemas,
  error: SchemaError,
  schema: DocumentNode,
): ProblemLocation & { readonly error: SchemaError } {
  const { params } = error;
  const address = error.address ?? schema;
  const name = String(
    params.missingProperty ??
      params.additionalProperty ??
      params.unevaluatedProperty ??
      params.unevaluatedItem ??
      params.propertyName ??
      '',
  );
  const keywordPointer =
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
    error,
    at:
      names.includes(error.keyword) && name !== ''
        ? `${error.instancePath}${jsonPointer(name)}`
        : error.instancePath,
    keyword: error.keyword,
    address: { uri: schemas.fileOf(address.uri), pointer: address.pointer + keywordPointer },
  };
}

/** Lists the first problems with the same cause and counts the rest. @param toProblem is called for listed problems only */
export function listFirst<Located extends ProblemLocation>(
  problems: readonly Located[],
  toProblem: (problem: Located) => SchemaProblem,
): SchemaProblem[] {
  const groups = Map.groupBy(problems, ({ keyword, at, address }) => {
    // Undocumented properties of one object have one cause, whatever their names are.
    const place = UNDOCUMENTED_KEYWORDS.has(keyword) ? at.replace(/[^/]*$/, '') : at;
    return `${address.uri}#${address.pointer} ${place.replace(/\/\d+(?=\/|$)/g, '/*')}`;
  });
  return [...groups.values()].flatMap(group => {
    const listed = group.slice(0, LISTED).map(toProblem);
    const last = listed.at(-1);
    if (last === undefined || group.length === listed.length) return listed;
    const message = `${last.message} (and ${group.length - LISTED} more like it)`;
    return [...listed.slice(0, -1), { ...last, message }];
  });
}
