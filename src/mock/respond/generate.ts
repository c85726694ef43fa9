// Generates bodies from a schema: the same for the same seed, and valid if possible.

import type { GenerateOptions } from 'json-schema-faker';
import { bundle } from '../../document/bundle.ts';
import type { DocumentNode } from '../../document/documents.ts';
import { type Cache, createCache } from '../../exchange/bounded-cache.ts';
import { fnv1a } from '../../exchange/fnv1a.ts';
import { splitPointer, valueAt } from '../../exchange/json-pointer.ts';
import type { ApiSpec, Content, Operation } from '../../openapi/model.ts';
import { findSchemaProblems } from '../../schema/explain.ts';
import type { SchemaError } from '../../schema/schemas.ts';

export type GeneratedBody =
  | { readonly value: unknown }
  /** No attempt was valid: `value` is the last one, and `reason` its first violation. */
  | { readonly value: unknown; readonly reason: string };

const RESPONSE_MODE = { direction: 'response', errors: 'all' } as const;

/** Full bodies first. A recursive schema may need fewer optional properties to end. */
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
  // Limits the size of bodies of recursive schemas.
  maxDefaultItems: 2,
  // The default range depends on the current date.
  minDateTime: '2020-01-01',
  maxDateTime: '2029-12-31',
};

let loading: Promise<typeof import('json-schema-faker')> | undefined;

/** Schemas with everything that they refer to, which can be half of a large document. */
const BUNDLED_SCHEMAS = new WeakMap<ApiSpec, Cache<Content, Record<string, unknown>>>();
const MAX_BUNDLED_SCHEMAS = 50;

function bundledSchemaOf(api: ApiSpec, content: Content, schema: DocumentNode): Record<string, unknown> {
  let cache = BUNDLED_SCHEMAS.get(api);
  if (cache === undefined) {
    cache = createCache(MAX_BUNDLED_SCHEMAS);
    BUNDLED_SCHEMAS.set(api, cache);
  }
  let bundled = cache.get(content);
  if (bundled === undefined) {
    const { value, uri, find } = api.schemas.translated(schema, 'response');
    bundled = bundle(value, uri, find, '$defs');
    cache.set(content, bundled);
  }
  return bundled;
}

/** @param seed equal seeds give equal bodies. @returns undefined if the content has no schema */
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
  const bundled = bundledSchemaOf(operation.api, content, schema);
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
 * Removes the invalid members and items, deepest first. JSON Schema Faker ends a recursion with null, which is often
 * invalid. If a removed member is required, the next round removes the object around it.
 * @returns false if the value as a whole is invalid
 */
function removeInvalid(value: unknown, errors: readonly SchemaError[]): boolean {
  const locations = [...new Set(errors.map(({ instancePath }) => instancePath))];
  const deepest = locations.filter(
    location => location !== '' && !locations.some(other => other.startsWith(`${location}/`)),
  );
  // Later items first: removing an item changes the index of the items after it.
  deepest.sort((left, right) => right.localeCompare(left, 'en', { numeric: true }));
  for (const location of deepest) {
    const parent = valueAt(value, location.slice(0, location.lastIndexOf('/')));
    const key = splitPointer(location).at(-1) ?? '';
    if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else delete (parent as Record<string, unknown>)[key];
  }
  return deepest.length > 0;
}
