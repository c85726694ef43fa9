// Dynamic bodies: values made up from a schema, the same for the same seed, and valid wherever that can be had.
import type { GenerateOptions } from 'json-schema-faker';
import { bundle } from '../contract/bundle.ts';
import type { ApiSpec, Content, Operation } from '../contract/contract.ts';
import { problemsOf } from '../contract/explain.ts';
import type { SchemaError, Schemas } from '../contract/schemas.ts';
import type { Part } from '../contract/sources.ts';
import { follow, splitPointer } from '../finding/pointer.ts';
import { recent } from './recent.ts';

export type Generated =
  | { readonly value: unknown }
  /** No try was valid; `value` is the last and `why` what is wrong with it. */
  | { readonly value: unknown; readonly why: string };

const READING = { direction: 'response', strictness: 'plain' } as const;

/** Full bodies first; a schema that cannot end with all its optional properties may do so with fewer. */
const TRIES: readonly GenerateOptions[] = [
  { alwaysFakeOptionals: true, maxDepth: 20, refDepthMax: 6 },
  { alwaysFakeOptionals: true, maxDepth: 12, refDepthMax: 4 },
  { optionalsProbability: 0.5, maxDepth: 12, refDepthMax: 4 },
  { optionalsProbability: 0.5, maxDepth: 12, refDepthMax: 4 },
  { optionalsProbability: 0, maxDepth: 20 },
  { optionalsProbability: 0, maxDepth: 20 },
];

const FIXED: GenerateOptions = {
  fillProperties: false,
  // Two items an array keep recursive schemas from growing beyond reason.
  maxDefaultItems: 2,
  // Dates do not depend on the day the mock is asked.
  minDateTime: '2020-01-01',
  maxDateTime: '2029-12-31',
};

let loading: Promise<typeof import('json-schema-faker')> | undefined;

/** Schemas with all that they refer to: those that were asked for last. */
const WHOLE = new WeakMap<ApiSpec, Map<Content, Record<string, unknown>>>();
const KEPT = 50;

function wholeOf(schemas: Schemas, schema: Part): Record<string, unknown> {
  const { value, uri, find } = schemas.translated(schema, 'response');
  return bundle(value, uri, find, '$defs');
}

/** @param seed any text; equal texts give equal values */
export async function generateBody(
  operation: Operation,
  content: Content,
  seed: string,
): Promise<Generated | undefined> {
  const { schema } = content;
  if (schema === undefined) return undefined;
  loading ??= import('json-schema-faker');
  const { generateSync } = await loading;
  const { schemas } = operation.api;
  const kept = WHOLE.get(operation.api) ?? new Map<Content, Record<string, unknown>>();
  WHOLE.set(operation.api, kept);
  const whole = recent(kept, KEPT, content, () => wholeOf(schemas, schema));
  let value: unknown;
  for (const [attempt, options] of TRIES.entries()) {
    value = generateSync(whole, { ...FIXED, ...options, seed: hash(`${seed} ${attempt}`) });
    for (let round = 0; round < 20; round++) {
      const errors = schemas.errors(schema, value, READING);
      if (errors.length === 0) return { value };
      if (!prune(value, errors)) break;
    }
  }
  const [problem] = problemsOf(schemas, schema, value, READING);
  return { value, why: `${problem?.at} ${problem?.message}`.trim() };
}

/**
 * Takes the members out that break the schema, deepest first: where JSON Schema faker cuts recursion off it leaves null,
 * whether that may stand there or not. What turns out to be required takes the object around it along, the next time.
 * @returns false when the value as a whole is at fault
 */
function prune(value: unknown, errors: readonly SchemaError[]): boolean {
  const places = [...new Set(errors.map(({ instancePath }) => instancePath))];
  const deepest = places.filter(
    place => place !== '' && !places.some(other => other.startsWith(`${place}/`)),
  );
  // Later items first, so that the places of earlier ones stay true.
  deepest.sort((left, right) => right.localeCompare(left, 'en', { numeric: true }));
  for (const place of deepest) {
    const holder = follow(value, place.slice(0, place.lastIndexOf('/')));
    const key = splitPointer(place).at(-1) ?? '';
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete (holder as Record<string, unknown>)[key];
  }
  return deepest.length > 0;
}

/** FNV-1a, 32 bits: text to a seed. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value ^= text.charCodeAt(index);
    value = Math.imul(value, 0x01000193);
  }
  return value >>> 0;
}
