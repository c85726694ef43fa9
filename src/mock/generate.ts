// Dynamic bodies: values made up from a schema, the same for the same seed, and valid, or nothing.
import type { GenerateOptions } from 'json-schema-faker';
import { bundle } from '../contract/bundle.ts';
import type { Content, Operation } from '../contract/contract.ts';
import { problemsOf } from '../contract/explain.ts';

/** Invalid values are thrown away and others made, this often. */
const TRIES = 12;

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
  for (let attempt = 0; attempt < TRIES; attempt++) {
    // Full bodies first; optional properties are what recursive schemas cannot end with.
    const optional =
      attempt < TRIES / 3
        ? { alwaysFakeOptionals: true }
        : { optionalsProbability: attempt < (2 * TRIES) / 3 ? 0.5 : 0 };
    const value = generateSync(whole, { ...FIXED, ...optional, seed: hash(`${seed} ${attempt}`) });
    const [problem] = problemsOf(schemas, schema, value, { direction: 'response', strictness: 'plain' });
    if (problem === undefined) return { value };
    last = { value, why: `${problem.at} ${problem.message}`.trim() };
  }
  return last;
}

const FIXED: GenerateOptions = {
  fillProperties: false,
  maxDefaultItems: 3,
  refDepthMax: 3,
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
