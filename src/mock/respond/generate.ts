// Generates bodies from a schema: the same for the same seed, and valid wherever possible.

import type { GenerateOptions } from 'json-schema-faker';
import { bundle } from '../../document/bundle.ts';
import type { DocumentNode } from '../../document/documents.ts';
import { fnv1a } from '../../exchange/fnv1a.ts';
import { splitPointer, valueAt } from '../../exchange/json-pointer.ts';
import type { ApiSpec, Content, Operation } from '../../openapi/model.ts';
import { findSchemaProblems } from '../../schema/explain.ts';
import type { CompiledSchemas, SchemaError } from '../../schema/schemas.ts';
import { recent } from '../recent.ts';

export type GeneratedBody =
  | { readonly value: unknown }
  /** No try was valid; `value` is the last and `why` what is wrong with it. */
  | { readonly value: unknown; readonly reason: string };

const RESPONSE_MODE = { direction: 'response', errors: 'all' } as const;

/** Full bodies first; a schema that cannot end with all its optional properties may do so with fewer. */
const ATTEMPTS: readonly GenerateOptions[] = [
  { alwaysFakeOptionals: true, maxDepth: 20, refDepthMax: 6 },
  { alwaysFakeOptionals: true, maxDepth: 12, refDepthMax: 4 },
  { optionalsProbability: 0.5, maxDepth: 12, refDepthMax: 4 },
  { optionalsProbability: 0.5, maxDepth: 12, refDepthMax: 4 },
  { optionalsProbability: 0, maxDepth: 20 },
  { optionalsProbability: 0, maxDepth: 20 },
];

const COMMON_OPTIONS: GenerateOptions = {
  fillProperties: false,
  // Two items an array keep recursive schemas from growing beyond reason.
  maxDefaultItems: 2,
  // Dates do not depend on the day the mock is asked.
  minDateTime: '2020-01-01',
  maxDateTime: '2029-12-31',
};

let loading: Promise<typeof import('json-schema-faker')> | undefined;

/** Schemas with all that they refer to: those that were asked for last. */
const BUNDLED_SCHEMAS = new WeakMap<ApiSpec, Map<Content, Record<string, unknown>>>();
const MAX_BUNDLED_SCHEMAS = 50;

function bundleSchema(schemas: CompiledSchemas, schema: DocumentNode): Record<string, unknown> {
  const { value, uri, find } = schemas.translated(schema, 'response');
  return bundle(value, uri, find, '$defs');
}

/** @param seed any text; equal texts give equal values */
export async function generateBody(
  operation: Operation,
  content: Content,
  seed: string,
): Promise<GeneratedBody | undefined> {
  const { schema } = content;
  if (schema === undefined) return undefined;
  loading ??= import('json-schema-faker');
  const { generateSync } = await loading;
  const { schemas } = operation.api;
  const kept = BUNDLED_SCHEMAS.get(operation.api) ?? new Map<Content, Record<string, unknown>>();
  BUNDLED_SCHEMAS.set(operation.api, kept);
  const bundled = recent(kept, MAX_BUNDLED_SCHEMAS, content, () => bundleSchema(schemas, schema));
  let value: unknown;
  for (const [attempt, options] of ATTEMPTS.entries()) {
    value = generateSync(bundled, { ...COMMON_OPTIONS, ...options, seed: fnv1a(`${seed} ${attempt}`) });
    for (let round = 0; round < 20; round++) {
      const errors = schemas.errors(schema, value, RESPONSE_MODE);
      if (errors.length === 0) return { value };
      if (!removeInvalid(value, errors)) break;
    }
  }
  const [problem] = findSchemaProblems(schemas, schema, value, RESPONSE_MODE);
  return { value, reason: `${problem?.at} ${problem?.message}`.trim() };
}

/**
 * Takes the members out that break the schema, deepest first: where JSON Schema faker cuts recursion off it leaves null,
 * whether that may stand there or not. What turns out to be required takes the object around it along, the next time.
 * @returns false when the value as a whole is at fault
 */
function removeInvalid(value: unknown, errors: readonly SchemaError[]): boolean {
  const places = [...new Set(errors.map(({ instancePath }) => instancePath))];
  const deepest = places.filter(
    place => place !== '' && !places.some(other => other.startsWith(`${place}/`)),
  );
  // Later items first, so that the places of earlier ones stay true.
  deepest.sort((left, right) => right.localeCompare(left, 'en', { numeric: true }));
  for (const place of deepest) {
    const holder = valueAt(value, place.slice(0, place.lastIndexOf('/')));
    const key = splitPointer(place).at(-1) ?? '';
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete (holder as Record<string, unknown>)[key];
  }
  return deepest.length > 0;
}
