// What a schema object says, as short texts for people: its type, and each constraint with its node.

import { childNode, type DocumentNode, type DocumentSet, stringMember } from '../document/documents.ts';
import { writeExactJson } from '../exchange/exact-json.ts';
import { isObject, type JsonObject, textOfValue } from '../exchange/json.ts';
import { splitPointer } from '../exchange/json-pointer.ts';
import { pluralize } from '../finding/plural.ts';
import { truncate } from '../finding/truncate.ts';

/** A constraint: "at least" with the value "1", or a text alone, such as "read-only". */
export interface ConstraintText {
  readonly text: string;
  readonly values?: readonly string[];
  /** The keyword. */
  readonly node: DocumentNode;
}

const MAX_VALUE = 200;
/** Characters of all values of one constraint, such as an `enum`. */
const MAX_VALUES = 2000;

/** The name of a schema that documents name: the last step of "#/components/schemas/Pet". */
export function schemaName(documents: DocumentSet, { uri, pointer }: DocumentNode): string | undefined {
  const steps = splitPointer(pointer);
  if (steps.length === 0) return documents.file(uri).replace(/^.*[/\\]/, '');
  return /^(schemas|definitions|\$defs)$/.test(steps.at(-2) ?? '') ? steps.at(-1) : undefined;
}

/** "string (uuid)", "array of Pet", "integer or null". @param depth levels of items that are still named */
export function typeText(documents: DocumentSet, schema: DocumentNode, depth = 3): string {
  const { value } = schema;
  if (value === true) return 'any value';
  if (value === false) return 'no value';
  if (!isObject(value)) return 'not a schema';
  if (typeof value.$dynamicRef === 'string') return `what ${value.$dynamicRef} names`;
  const types = declaredTypes(value);
  const names = types.map(type => (type === 'array' ? arrayText(documents, schema, depth) : type));
  if (value.nullable === true && types.length > 0 && !types.includes('null')) names.push('null');
  const text = names.join(' or ') || combinedType(value);
  return typeof value.format === 'string' ? `${text} (${truncate(value.format, MAX_VALUE)})` : text;
}

function declaredTypes(schema: JsonObject): string[] {
  const { type } = schema;
  if (typeof type === 'string') return [type];
  if (Array.isArray(type)) return type.map(textOfValue);
  const literals = Array.isArray(schema.enum) ? schema.enum : 'const' in schema ? [schema.const] : [];
  if (literals.length > 0) return [...new Set(literals.map(typeOfValue))];
  if (isObject(schema.properties)) return ['object'];
  return schema.items === undefined && schema.prefixItems === undefined ? [] : ['array'];
}

function typeOfValue(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function combinedType(schema: JsonObject): string {
  for (const [keyword, text] of COMBINATIONS) {
    const branches = schema[keyword];
    if (Array.isArray(branches)) return `${text} ${pluralize(branches.length, 'schema')}`;
  }
  return 'any value';
}

const COMBINATIONS = [
  ['oneOf', 'exactly one of'],
  ['anyOf', 'at least one of'],
  ['allOf', 'all of'],
] as const;

function arrayText(documents: DocumentSet, schema: DocumentNode, depth: number): string {
  const items = childNode(schema, 'items');
  if (items === undefined || items.value === true || depth === 0) return 'array';
  const target = referencedSchema(documents, items);
  const text = (target && schemaName(documents, target)) ?? typeText(documents, target ?? items, depth - 1);
  return `array of ${text.includes(' or ') ? `(${text})` : text}`;
}

/** The schema that a `$ref` leads to; undefined without a `$ref` or a target. */
export function referencedSchema(documents: DocumentSet, schema: DocumentNode): DocumentNode | undefined {
  const ref = stringMember(schema, '$ref');
  return ref === undefined ? undefined : documents.resolveChain(schema, ref);
}

/** The constraints and annotations of a schema object itself, in the order of this table. */
export function constraintsOf(schema: DocumentNode): ConstraintText[] {
  if (!isObject(schema.value)) return [];
  const keywords = schema.value;
  return [...READERS].flatMap(([keyword, read]): ConstraintText[] => {
    const value = keywords[keyword];
    const node = childNode(schema, keyword);
    if (value === undefined || node === undefined) return [];
    const constraint = read(value, keywords);
    return constraint === undefined ? [] : [{ ...constraint, node }];
  });
}

type ReadConstraint = (
  value: unknown,
  schema: JsonObject,
) => Pick<ConstraintText, 'text' | 'values'> | undefined;

function valued(text: string): ReadConstraint {
  return value => ({ text, values: valueTexts([value]) });
}

function counted(text: string, noun: string): ReadConstraint {
  return value => ({ text: `${text} ${pluralize(Number(value), noun)}` });
}

function flagged(text: string): ReadConstraint {
  return value => (value === true ? { text } : undefined);
}

/** In OpenAPI 3.0 the keyword "exclusive..." is true or false, beside the limit. */
function limit(text: string, exclusiveText: string, exclusive: string): ReadConstraint {
  return (value, schema) => ({
    text: schema[exclusive] === true ? exclusiveText : text,
    values: valueTexts([value]),
  });
}

const READERS: ReadonlyMap<string, ReadConstraint> = new Map<string, ReadConstraint>([
  ['const', valued('always')],
  ['enum', value => (Array.isArray(value) ? { text: 'one of', values: valueTexts(value) } : undefined)],
  ['minimum', limit('at least', 'greater than', 'exclusiveMinimum')],
  ['exclusiveMinimum', value => (typeof value === 'boolean' ? undefined : valued('greater than')(value, {}))],
  ['maximum', limit('at most', 'less than', 'exclusiveMaximum')],
  ['exclusiveMaximum', value => (typeof value === 'boolean' ? undefined : valued('less than')(value, {}))],
  ['multipleOf', valued('a multiple of')],
  ['minLength', counted('at least', 'character')],
  ['maxLength', counted('at most', 'character')],
  ['pattern', value => ({ text: 'matches', values: [truncate(textOfValue(value), MAX_VALUES)] })],
  ['minItems', counted('at least', 'item')],
  ['maxItems', counted('at most', 'item')],
  ['uniqueItems', flagged('no two equal items')],
  ['minContains', counted('contains at least', 'such item')],
  ['maxContains', counted('contains at most', 'such item')],
  ['minProperties', counted('at least', 'property')],
  ['maxProperties', counted('at most', 'property')],
  ['additionalProperties', value => (value === false ? { text: 'no other properties' } : undefined)],
  ['unevaluatedProperties', value => (value === false ? { text: 'no other properties' } : undefined)],
  ['unevaluatedItems', value => (value === false ? { text: 'no other items' } : undefined)],
  ['required', requiredElsewhere],
  ['dependentRequired', valued('properties that require others')],
  ['discriminator', discriminatorText],
  ['contentEncoding', valued('encoded as')],
  ['contentMediaType', valued('contains')],
  ['readOnly', flagged('read-only: in responses only')],
  ['writeOnly', flagged('write-only: in requests only')],
  ['default', valued('default')],
  ['example', valued('example')],
  ['examples', value => (Array.isArray(value) ? { text: 'examples', values: valueTexts(value) } : undefined)],
]);

/** Names that `required` has and `properties` does not. The others are marked at their property. */
function requiredElsewhere(value: unknown, { properties }: JsonObject): ReturnType<ReadConstraint> {
  if (!Array.isArray(value)) return undefined;
  const others = value.filter(name => !isObject(properties) || !Object.hasOwn(properties, textOfValue(name)));
  return others.length === 0 ? undefined : { text: 'requires', values: valueTexts(others) };
}

function discriminatorText(value: unknown): ReturnType<ReadConstraint> {
  if (!isObject(value)) return undefined;
  const mapping = isObject(value.mapping) ? Object.entries(value.mapping) : [];
  const values = [
    textOfValue(value.propertyName),
    ...mapping.map(([name, target]) => `${name}: ${lastStep(target)}`),
    ...(value.defaultMapping === undefined ? [] : [`otherwise: ${lastStep(value.defaultMapping)}`]),
  ];
  return { text: 'the kind is in', values: withinLimit(values) };
}

/** The name of a schema to which a mapping refers. */
function lastStep(target: unknown): string {
  return textOfValue(target).replace(/^.*\//, '');
}

function valueTexts(values: readonly unknown[]): string[] {
  return withinLimit(values.map(value => truncate(writeExactJson(value) ?? '', MAX_VALUE)));
}

function withinLimit(texts: readonly string[]): string[] {
  let rest = MAX_VALUES;
  const kept = texts.filter(text => {
    rest -= text.length;
    return rest >= 0;
  });
  const left = texts.length - kept.length;
  return left === 0 ? kept : [...kept, `and ${left} more`];
}
