// Varies the body of a request: each has other texts and numbers, and some of the optional members.
import { isObject, type Json, type JsonObject } from './json.ts';
import type { Random } from './random.ts';
import { declaredProperties } from './walk-properties.ts';

/** Members of which the meaning is not a plain value. */
const LEFT_OUT = /^(expand|metadata|_links|links)$/;

/** Other values for the scalar members of a sampled body, and optional scalar members. */
export function variedBody(
  document: JsonObject,
  sampled: Json,
  schema: Json | undefined,
  random: Random,
): Json {
  if (!isObject(sampled)) return sampled;
  const made: Record<string, Json> = {};
  for (const [name, value] of Object.entries(sampled)) if (value !== undefined) made[name] = value;
  for (const { name, schema: property, isCertain } of declaredProperties(document, schema).values()) {
    const isSampled = Object.hasOwn(made, name);
    if (!isCertain || property.readOnly === true || LEFT_OUT.test(name) || name === '__proto__') continue;
    if (!isSampled && random.below(2) === 0) continue;
    const value = otherValue(property, random);
    if (value !== undefined) made[name] = value;
  }
  return made;
}

/** A value that the schema of a scalar accepts; undefined where that is not plain. */
function otherValue(schema: JsonObject, random: Random): Json | undefined {
  if (['allOf', 'oneOf', 'anyOf', 'not', 'const', 'pattern', '$ref'].some(name => schema[name] !== undefined))
    return undefined;
  if (Array.isArray(schema.enum)) {
    const values = (schema.enum as readonly Json[]).filter(value => value !== null && value !== '');
    return values[random.below(values.length)];
  }
  const type = Array.isArray(schema.type) ? (schema.type as Json[]).find(one => one !== 'null') : schema.type;
  if (type === 'boolean') return random.below(2) === 0;
  if (type === 'integer' || type === 'number') return otherNumber(schema, random);
  return type === 'string' ? otherText(schema, random) : undefined;
}

function otherNumber(schema: JsonObject, random: Random): number | undefined {
  if (schema.multipleOf !== undefined) return undefined;
  const lowest = Number(schema.minimum ?? 0) + (schema.exclusiveMinimum === undefined ? 0 : 1);
  const highest = Number(schema.maximum ?? lowest + 100) - (schema.exclusiveMaximum === undefined ? 0 : 1);
  if (typeof schema.exclusiveMinimum === 'number' || typeof schema.exclusiveMaximum === 'number')
    return undefined;
  const value = Math.ceil(lowest) + random.below(50);
  return value <= highest ? value : undefined;
}

function otherText(schema: JsonObject, random: Random): string | undefined {
  const day = String(1 + random.below(28)).padStart(2, '0');
  switch (schema.format) {
    case undefined:
      break;
    case 'date':
      return `2026-03-${day}`;
    case 'date-time':
      return `2026-03-${day}T04:05:06Z`;
    case 'email':
      return `w${random.below(10_000)}@example.com`;
    case 'uri':
    case 'url':
      return `https://example.com/${random.below(10_000)}`;
    case 'uuid':
      return `0f8fad5b-d9cb-469f-a165-${String(random.below(1_000_000)).padStart(12, '0')}`;
    default:
      return undefined;
  }
  const text = `w${random.below(1_000_000)}`;
  const shortest = Number(schema.minLength ?? 0);
  const longest = Number(schema.maxLength ?? Number.POSITIVE_INFINITY);
  if (text.length > longest) return undefined;
  return shortest > 200 ? undefined : text.padEnd(shortest, 'x');
}
