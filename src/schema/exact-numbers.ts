// Validates numbers of a JSON text that a double cannot hold, by their digits, against the keywords about numbers.

import { childNode, type DocumentNode } from '../document/documents.ts';
import { compareDecimals, type Decimal, decimalOf, isMultipleOf } from '../exchange/decimal.ts';
import { digitsOf } from '../exchange/exact-json.ts';
import { type ImpreciseNumber, MAX_IMPRECISE } from '../exchange/imprecise-numbers.ts';
import { isObject, type JsonObject } from '../exchange/json.ts';
import { jsonPointer, valueAt } from '../exchange/json-pointer.ts';
import { itemSchemas, propertySchemas, type SchemaReader, subschemaList } from './annotations.ts';
import type { ValidationMode } from './dialect.ts';
import { findSchemaProblems, type SchemaProblem } from './explain.ts';
import type { QuoteTest } from './quoted-value.ts';
import type { CompiledSchemas } from './schemas.ts';

/**
 * As findSchemaProblems. Numbers beyond the range of a double are numbers, and those that JSON.parse rounded are compared as
 * they were sent.
 * @param imprecise the numbers of the value that JSON.parse rounded
 * @throws UnusableSchema
 */
export function findNumberProblems(
  schemas: CompiledSchemas,
  schema: DocumentNode,
  value: unknown,
  imprecise: readonly ImpreciseNumber[],
  mode: ValidationMode,
  mayQuote: QuoteTest,
): readonly SchemaProblem[] {
  let problems = findSchemaProblems(schemas, schema, value, mode, mayQuote);
  // JSON.parse reads 1e400 as Infinity, which ajv does not take for a number.
  if (problems.some(({ at }) => isInfinite(valueAt(value, at))))
    problems = findSchemaProblems(schemas, schema, withFiniteNumbers(value), mode, mayQuote);
  if (imprecise.length === 0) return problems;
  const places = new Map(imprecise.map(each => [jsonPointer(...each.path), each]));
  const certain = problems.filter(({ at, keyword }) =>
    keyword === 'uniqueItems'
      ? imprecise.length < MAX_IMPRECISE && ![...places.keys()].some(place => place.startsWith(`${at}/`))
      : !(COMPARISONS.has(keyword) && places.has(at)),
  );
  const { reader, schema: start } = schemas.reader(schema, mode.direction);
  const exact = [...places].flatMap(([at, { path, source }]) => {
    const decimal = decimalOf(source);
    return decimal === undefined
      ? []
      : problemsAt({ reader, number: decimal, known: new Map() }, start, value, path).map(each => ({
          ...each,
          at,
        }));
  });
  return [
    ...certain,
    ...exact.map(each => ({ ...each, address: { ...each.address, uri: schemas.fileOf(each.address.uri) } })),
  ];
}

const COMPARISONS = new Set(['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']);

function isInfinite(value: unknown): boolean {
  return value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY;
}

function withFiniteNumbers(value: unknown): unknown {
  if (typeof value === 'number') return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));
  if (Array.isArray(value)) return value.map(withFiniteNumbers);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withFiniteNumbers(inner)]));
}

type ExactProblem = Omit<SchemaProblem, 'at'>;

interface NumberContext {
  readonly reader: SchemaReader;
  readonly number: Decimal;
  /** Problems by schema and depth: schemas may share others, and refer to themselves. */
  readonly known: Map<string, readonly ExactProblem[]>;
}

/** The problems of the number at a path below a value, from every schema that applies to it. */
function problemsAt(
  context: NumberContext,
  node: DocumentNode,
  value: unknown,
  path: readonly string[],
): readonly ExactProblem[] {
  const { reader, number, known } = context;
  const { value: keywords } = node;
  if (!isObject(keywords)) return [];
  const key = `${path.length} ${node.uri}#${node.pointer}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  known.set(key, []);
  const inSame = (inner: DocumentNode | undefined): readonly ExactProblem[] =>
    inner === undefined ? [] : problemsAt(context, inner, value, path);
  const problems = [
    ...(path.length === 0 ? keywordProblems(node, keywords, number) : inChild()),
    ...(typeof keywords.$ref === 'string' ? inSame(reader.resolve(node, keywords.$ref)) : []),
    ...subschemaList(node, 'allOf').flatMap(inSame),
  ];
  for (const keyword of ['anyOf', 'oneOf']) {
    const branches = subschemaList(node, keyword).filter(branch => reader.isValid(branch, value));
    const byBranch = branches.map(inSame);
    if (byBranch.every(each => each.length > 0)) problems.push(...(byBranch[0] ?? []));
  }
  const condition = childNode(node, 'if');
  if (condition !== undefined)
    problems.push(...inSame(childNode(node, reader.isValid(condition, value) ? 'then' : 'else')));
  known.set(key, problems);
  return problems;

  function inChild(): ExactProblem[] {
    const [step = '', ...rest] = path;
    if (typeof value !== 'object' || value === null) return [];
    const inner = (value as JsonObject)[step];
    const schemas = Array.isArray(value)
      ? itemSchemas(reader, node, Number(step), inner, true)
      : propertySchemas(reader, node, step, true);
    return schemas.flatMap(each => problemsAt(context, each, inner, rest));
  }
}

function keywordProblems(node: DocumentNode, keywords: JsonObject, number: Decimal): ExactProblem[] {
  const problems: ExactProblem[] = [];
  const add = (keyword: string, message: string): void => {
    const address = { uri: node.uri, pointer: `${node.pointer}/${keyword}` };
    problems.push({ keyword, address, message: `must be ${message}; its digits are more than a double has` });
  };
  const types = [keywords.type].flat();
  if (types.includes('integer') && !types.includes('number') && !number.isInteger) add('type', 'integer');
  for (const [keyword, isBroken, comparison] of BOUNDS) {
    const limit = exactLiteral(keywords, keyword);
    if (limit !== undefined && isBroken(compareDecimals(number, limit)))
      add(keyword, `${comparison} ${digitsOf(keywords, keyword) ?? String(keywords[keyword])}`);
  }
  const divisor = exactLiteral(keywords, 'multipleOf');
  if (divisor !== undefined && isMultipleOf(number, divisor) === false)
    add('multipleOf', `a multiple of ${digitsOf(keywords, 'multipleOf') ?? String(keywords.multipleOf)}`);
  for (const keyword of ['enum', 'const'] as const) {
    const holder = keyword === 'enum' ? keywords.enum : keywords;
    if (!isObject(holder) && !Array.isArray(holder)) continue;
    const keys = keyword === 'enum' ? Object.keys(holder) : ['const'];
    const equal = keys.filter(key => (holder as JsonObject)[key] === number.nearest);
    const mayEqual = (key: string): boolean => {
      const exact = exactLiteral(holder as JsonObject, key);
      return exact === undefined || compareDecimals(exact, number) === 0;
    };
    if (equal.length > 0 && !equal.some(mayEqual))
      add(keyword, keyword === 'enum' ? 'one of the listed values' : 'the declared value');
  }
  return problems;
}

const BOUNDS: readonly (readonly [string, (comparison: number) => boolean, string])[] = [
  ['minimum', comparison => comparison < 0, '>='],
  ['maximum', comparison => comparison > 0, '<='],
  ['exclusiveMinimum', comparison => comparison <= 0, '>'],
  ['exclusiveMaximum', comparison => comparison >= 0, '<'],
];

/** A number of the document; undefined if its digits may be lost. */
function exactLiteral(holder: JsonObject, key: string): Decimal | undefined {
  const value = holder[key];
  const digits = digitsOf(holder, key);
  if (digits !== undefined) return decimalOf(digits);
  return typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER
    ? decimalOf(String(value))
    : undefined;
}
