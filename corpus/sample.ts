// Makes values that a schema accepts, for the requests of the corpus. It shares no code with the generator of deadringer.
import { follow } from './documents.ts';
import { isObject, type Json, type JsonObject } from './json.ts';

/** Thrown where this sampler knows no valid value. The operation is then not asked, and counted. */
export class CannotSample extends Error {}

const DEEPEST = 12;

const BY_FORMAT: Readonly<Record<string, string>> = {
  date: '2026-02-03',
  'date-time': '2026-02-03T04:05:06Z',
  time: '04:05:06Z',
  duration: 'P1D',
  email: 'ana@example.com',
  'idn-email': 'ana@example.com',
  hostname: 'www.example.com',
  'idn-hostname': 'www.example.com',
  ipv4: '192.0.2.7',
  ipv6: '2001:db8::7',
  uri: 'https://www.example.com/a',
  url: 'https://www.example.com/a',
  iri: 'https://www.example.com/a',
  'uri-reference': '/a',
  uuid: '0f8fad5b-d9cb-469f-a165-70867728950e',
  byte: 'YWJj',
  regex: 'a+',
  'json-pointer': '/a',
};

/** Tried in order where a string has a pattern. */
const CANDIDATES: readonly string[] = [
  'abc', 'ABC', 'a', 'A', '1', '12', '123', '1234', '12345', '123456', 'AB', 'ab-cd', 'a1', 'a_b', '2026-02-03', '2026-02', '2026',
  '04:05', '04:05:06', '2026-02-03T04:05:06Z', '1.0', '1.2.3', 'v1', 'true', 'ana@example.com', 'https://example.com', '/a/b', 'arn:aws:iam::123456789012:role/a',
  '123456789012', 'a.b', '+15551234567', '192.0.2.7', '192.0.2.0/24', '#aabbcc', 'en', 'en-US', 'EUR', '*',
  '0f8fad5b-d9cb-469f-a165-70867728950e', '0123456789abcdef', '0123456789abcdef01234567', '0'.repeat(32), '0'.repeat(40), '0'.repeat(64),
  'a'.repeat(20), 'A'.repeat(20), 'a'.repeat(36), '1'.repeat(10), '1'.repeat(17),
]; // biome-ignore format: a table of short texts is easier to read in rows.

/** A value that `schema` accepts in a request: required members only. @throws CannotSample */
export function sample(document: JsonObject, schema: Json | undefined, depth = 0): Json {
  const target = follow(document, schema);
  if (depth > DEEPEST) throw new CannotSample('the schema is too deep');
  if (target === true || target === undefined) return 'abc';
  if (!isObject(target)) throw new CannotSample('the schema accepts nothing');
  if (target.const !== undefined) return target.const;
  if (Array.isArray(target.enum)) {
    const values = target.enum as readonly Json[];
    return values.find(value => value !== null && value !== '') ?? values[0] ?? null;
  }
  if (Array.isArray(target.allOf)) return sample(document, merged(document, target), depth + 1);
  for (const name of ['oneOf', 'anyOf'] as const) {
    const branches = target[name];
    if (!Array.isArray(branches)) continue;
    const { [name]: _, ...rest } = target;
    return sample(document, { ...rest, allOf: [branches[0] as Json] }, depth + 1);
  }
  return ofType(document, target, depth);
}

function ofType(document: JsonObject, schema: JsonObject, depth: number): Json {
  const type = Array.isArray(schema.type) ? (schema.type as Json[]).find(one => one !== 'null') : schema.type;
  if (type === 'object' || (type === undefined && isObject(schema.properties))) {
    return ofProperties(document, schema, depth);
  }
  if (type === 'array' || (type === undefined && schema.items !== undefined)) {
    const count = Math.max(1, Number(schema.minItems ?? 1));
    if (count > 1 && schema.uniqueItems === true) throw new CannotSample('several unique items');
    return Array.from({ length: count }, () => sample(document, schema.items, depth + 1));
  }
  if (type === 'integer' || type === 'number') return ofNumber(schema);
  if (type === 'boolean') return true;
  if (type === 'null') return null;
  return ofText(schema);
}

function ofProperties(document: JsonObject, schema: JsonObject, depth: number): Json {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? (schema.required as string[]) : [];
  const made: Record<string, Json> = {};
  for (const name of required) {
    const property = follow(document, properties[name]);
    if (isObject(property) && property.readOnly === true) continue;
    made[name] =
      property === undefined ? additional(document, schema, depth) : sample(document, property, depth + 1);
  }
  if (Number(schema.minProperties ?? 0) > Object.keys(made).length) throw new CannotSample('minProperties');
  return made;
}

function additional(document: JsonObject, schema: JsonObject, depth: number): Json {
  return isObject(schema.additionalProperties)
    ? sample(document, schema.additionalProperties, depth + 1)
    : 'abc';
}

function ofNumber(schema: JsonObject): number {
  const lowest =
    typeof schema.exclusiveMinimum === 'number'
      ? schema.exclusiveMinimum + 1
      : Number(schema.minimum ?? Number.NEGATIVE_INFINITY) + (schema.exclusiveMinimum === true ? 1 : 0);
  const highest = typeof schema.maximum === 'number' ? schema.maximum : Number.POSITIVE_INFINITY;
  const step = typeof schema.multipleOf === 'number' ? schema.multipleOf : 1;
  const wanted = Math.min(Math.max(1, lowest), highest);
  const value =
    step === 1 ? (wanted === highest ? wanted : Math.ceil(wanted)) : Math.ceil(wanted / step) * step;
  if (value > highest || value < lowest) throw new CannotSample('the bounds of a number');
  return value;
}

function ofText(schema: JsonObject): string {
  const shortest = Number(schema.minLength ?? 0);
  const longest = Number(schema.maxLength ?? Number.POSITIVE_INFINITY);
  const fits = (text: string): boolean => text.length >= shortest && text.length <= longest;
  const format = typeof schema.format === 'string' ? BY_FORMAT[schema.format] : undefined;
  if (typeof schema.pattern !== 'string') {
    const text = format ?? 'abc'.padEnd(Math.min(shortest, 10_000), 'abc').slice(0, longest);
    if (fits(text)) return text;
    throw new CannotSample('the length of a formatted text');
  }
  let pattern: RegExp;
  try {
    pattern = new RegExp(schema.pattern);
  } catch {
    throw new CannotSample('a pattern that JavaScript does not read');
  }
  const known = [schema.example, schema.default, format, ...CANDIDATES];
  const text = known.find(one => typeof one === 'string' && fits(one) && pattern.test(one));
  if (typeof text !== 'string') throw new CannotSample('a pattern');
  return text;
}

/** One schema instead of `allOf`: properties and required members of all, other keywords of the last that has them. */
function merged(document: JsonObject, schema: JsonObject): JsonObject {
  const { allOf, ...rest } = schema;
  const parts = [...(allOf as readonly Json[]).map(part => follow(document, part)), rest].filter(isObject);
  let properties: JsonObject = {};
  const required: Json[] = [];
  const further: Json[] = [];
  let all: JsonObject = {};
  for (const part of parts) {
    if (isObject(part.properties)) properties = { ...properties, ...part.properties };
    if (Array.isArray(part.required)) required.push(...(part.required as Json[]));
    if (Array.isArray(part.allOf)) further.push(...(part.allOf as Json[]));
    all = { ...all, ...part };
  }
  const { allOf: _, ...result } = all;
  return {
    ...result,
    ...(Object.keys(properties).length > 0 ? { properties } : {}),
    ...(required.length > 0 ? { required: [...new Set(required)] } : {}),
    ...(further.length > 0 ? { allOf: further } : {}),
  };
}
