// Dynamic bodies: values made up from a schema, the same for the same seed, and valid, or nothing.
import type { GenerateOptions } from 'json-schema-faker';
import { bundle } from '../contract/bundle.ts';
import type { Content, Operation } from '../contract/contract.ts';
import { problemsOf } from '../contract/explain.ts';

/**
 * Invalid values are thrown away and others made, fuller ones first. Depth is what JSON Schema faker cuts off at, with
 * values that need not be valid; two items an array keep recursive schemas from growing beyond reason.
 */
const TRIES: readonly GenerateOptions[] = [
  ...repeat(4, { alwaysFakeOptionals: true, maxDepth: 10 }),
  ...repeat(4, { optionalsProbability: 0.5, maxDepth: 12 }),
  ...repeat(4, { optionalsProbability: 0, maxDepth: 20 }),
];

function repeat(times: number, options: GenerateOptions): GenerateOptions[] {
  return Array.from({ length: times }, () => options);
}

export type Generated =
  | { readonly value: unknown }
  /** No try was valid; `value` is the last and `why` what is wrong with it. */
  | { readonly value: unknown; readonly why: string };

/** @param seed any text; equal texts give equal values */
export async function generateBody(
  operation: Operation,
  content: Content,
  seed: string,
): Promise<Generated | undefined> {
  const { schema } = content;
  if (schema === undefined) return undefined;
  const { generateSync } = await import('json-schema-faker');
  const { schemas } = operation.api;
  const translated = schemas.translated(schema, 'response');
  const whole = bundle(translated.value, translated.uri, translated.find, '$defs');
  let last: Generated | undefined;
  for (const [attempt, options] of TRIES.entries()) {
    const value = generateSync(whole, { ...FIXED, ...options, seed: hash(`${seed} ${attempt}`) });
    const [problem] = problemsOf(schemas, schema, value, { direction: 'response', strictness: 'plain' });
    if (problem === undefined) return { value };
    last = { value, why: `${problem.at} ${problem.message}`.trim() };
  }
  return last;
}

const FIXED: GenerateOptions = {
  fillProperties: false,
  maxDefaultItems: 2,
  // Dates do not depend on the day the mock is asked.
  minDateTime: '2020-01-01T00:00:00Z',
  maxDateTime: '2030-01-01T00:00:00Z',
};

/** FNV-1a, 32 bits: text to a seed. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value ^= text.charCodeAt(index);
    value = Math.imul(value, 0x01000193);
  }
  return value >>> 0;
}
