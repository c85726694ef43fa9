// Finds the keywords of a schema that JSON Schema does not allow, and takes them out of its clone, so that the rest compiles.

import { isObject } from '../exchange/json.ts';
import { jsonPointer } from '../exchange/json-pointer.ts';
import type { OpenApiVersion } from './openapi-version.ts';

/** What is wrong with a schema in a document. */
export interface Flaw {
  readonly code: 'spec-schema' | 'spec-reference';
  readonly message: string;
  readonly uri: string;
  readonly pointer: string;
}

/** Reports a flaw. @param at JSON Pointer below the schema */
export type ReportFlaw = (at: string, message: string) => Flaw;

/** The keyword that stands for those that were taken out because their meaning is unknown. Its value is a list of flaws. */
export const UNKNOWN_KEYWORD = 'x-deadringer-unknown';

type MutableSchema = Record<string, unknown>;

interface Rule {
  readonly allows: (value: unknown) => boolean;
  /** What follows "must be". */
  readonly what: string;
}

const rule = (what: string, allows: Rule['allows']): Rule => ({ what, allows });
const isSchema = (value: unknown): boolean => typeof value === 'boolean' || isObject(value);
const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;
const isText = (value: unknown): boolean => typeof value === 'string';
const isTextList = (value: unknown): boolean => Array.isArray(value) && value.every(isText);

const SCHEMA = rule('an object or a boolean', isSchema);
const SCHEMA_LIST = rule(
  'a list of schemas with at least one',
  value => Array.isArray(value) && value.length > 0,
);
const SCHEMA_MAP = rule('an object with schemas', isObject);
/** The generated code tests each pattern for each name, one inside the other. */
const MAX_PATTERNS = 500;
const PATTERN_MAP = rule(
  `an object with at most ${MAX_PATTERNS} schemas`,
  value => isObject(value) && Object.keys(value).length <= MAX_PATTERNS,
);
const NUMBER = rule('a number', Number.isFinite);
const COUNT = rule('an integer of at least 0', isCount);
const FLAG = rule('true or false', value => typeof value === 'boolean');
const TEXT = rule('a string', isText);
const TYPES = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'];
const isType = (value: unknown): boolean => TYPES.includes(value as string);

const RULES = new Map<string, Rule>([
  [
    'type',
    rule(`one of ${TYPES.join(', ')}`, value =>
      Array.isArray(value) ? value.length > 0 && value.every(isType) : isType(value),
    ),
  ],
  ['enum', rule('a list', Array.isArray)],
  ['required', rule('a list of property names', isTextList)],
  ['multipleOf', rule('a number greater than 0', value => Number.isFinite(value) && (value as number) > 0)],
  [
    'dependentRequired',
    rule(
      'an object with lists of property names',
      value => isObject(value) && Object.values(value).every(isTextList),
    ),
  ],
  ['dependencies', rule('an object', isObject)],
  ...entries(
    SCHEMA,
    'items additionalProperties contains unevaluatedItems unevaluatedProperties propertyNames not if then else',
  ),
  ...entries(SCHEMA_LIST, 'allOf anyOf oneOf prefixItems'),
  ...entries(SCHEMA_MAP, 'properties dependentSchemas'),
  ['patternProperties', PATTERN_MAP],
  ...entries(NUMBER, 'minimum maximum exclusiveMinimum exclusiveMaximum'),
  ...entries(
    COUNT,
    'minLength maxLength minItems maxItems minProperties maxProperties minContains maxContains',
  ),
  ...entries(FLAG, 'uniqueItems nullable readOnly writeOnly'),
  ...entries(TEXT, 'pattern format contentEncoding $ref $dynamicRef $id $anchor $dynamicAnchor'),
]);

function entries(each: Rule, keywords: string): [string, Rule][] {
  return keywords.split(' ').map(keyword => [keyword, each]);
}

/** Keywords that assert nothing by themselves, so that nothing is unknown without them. */
const ANNOTATIONS = new Set(
  'format contentEncoding nullable readOnly writeOnly $id $anchor $dynamicAnchor'.split(' '),
);

/** Takes the keywords that are not allowed out of a cloned schema, and reports them. */
export function removeFlaws(schema: MutableSchema, version: OpenApiVersion, report: ReportFlaw): void {
  if (!MARKS.has(schema[UNKNOWN_KEYWORD] as object)) delete schema[UNKNOWN_KEYWORD];
  const unknown: Flaw[] = [];
  for (const keyword of Object.keys(schema)) {
    const allowed = RULES.get(keyword);
    const value = schema[keyword];
    if (allowed === undefined || !(keyword in schema)) continue;
    const reportValue = (what: string): Flaw =>
      report(jsonPointer(keyword), `"${keyword}" must be ${what}, not ${excerpt(value)}`);
    if (allowed.allows(value)) {
      if ([SCHEMA_LIST, SCHEMA_MAP, PATTERN_MAP].includes(allowed))
        replaceMembers(keyword, value as object, report);
      else if (version === '3.0' && Array.isArray(value) && keyword === 'type')
        reportValue('one type in OpenAPI 3.0, with "nullable: true" for null');
      else if (version === '3.0' && /^exclusive/.test(keyword)) reportValue('true or false in OpenAPI 3.0');
      continue;
    }
    if (/^exclusive/.test(keyword) && typeof value === 'boolean') {
      // The limit of OpenAPI 3.0: dialect.ts translates it.
      if (version !== '3.0') reportValue(`a number in OpenAPI ${version}`);
      continue;
    }
    const flaw = reportValue(allowed.what);
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
    if (allowed.allows(number)) {
      schema[keyword] = number;
      continue;
    }
    delete schema[keyword];
    // Which properties are additional is unknown as well.
    if (keyword === 'patternProperties')
      for (const other of ['additionalProperties', 'unevaluatedProperties']) delete schema[other];
    // An empty value asserts nothing. "required: true" on a property has no meaning for the property.
    const isMeaningless =
      value === null || ANNOTATIONS.has(keyword) || (keyword === 'required' && typeof value === 'boolean');
    if (!isMeaningless) unknown.push(flaw);
  }
  if (unknown.length > 0) markUnknown(schema, unknown);
}

/** Members that are no schemas become schemas that allow every value. */
function replaceMembers(keyword: string, members: object, report: ReportFlaw): void {
  for (const [key, member] of Object.entries(members)) {
    if (isSchema(member)) continue;
    const flaw = report(
      jsonPointer(keyword, key),
      `this schema must be an object or a boolean, not ${excerpt(member)}`,
    );
    const replacement: MutableSchema = {};
    if (member !== null) markUnknown(replacement, [flaw]);
    (members as MutableSchema)[key] = replacement;
  }
}

/** Adds flaws to those whose meaning is unknown. */
export function markUnknown(schema: MutableSchema, flaws: readonly Flaw[]): void {
  const all = [...((schema[UNKNOWN_KEYWORD] ?? []) as readonly Flaw[]), ...flaws];
  MARKS.add(all);
  schema[UNKNOWN_KEYWORD] = all;
}

/** The values of the keyword that do not come from a document. */
const MARKS = new WeakSet<object>();

/** Longer values of a document are cut. */
const MAX_EXCERPT = 40;

function excerpt(value: unknown): string {
  const json = value === null ? 'empty' : typeof value === 'number' ? String(value) : JSON.stringify(value);
  return json.length > MAX_EXCERPT ? `${json.slice(0, MAX_EXCERPT)}...` : json;
}
