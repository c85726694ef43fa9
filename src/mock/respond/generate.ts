// Generates values from schemas: the same for the same seed, and valid if possible.

import type { DocumentNode } from '../../document/documents.ts';
import { setDigits } from '../../exchange/exact-json.ts';
import { isObject } from '../../exchange/json.ts';
import { jsonPointer, splitPointer, valueAt } from '../../exchange/json-pointer.ts';
import { type FakerLibrary, loadFaker } from '../../openapi/faker-library.ts';
import type { ApiSpec } from '../../openapi/model.ts';
import { hiddenProperties } from '../../schema/annotations.ts';
import type { Direction } from '../../schema/dialect.ts';
import type { SchemaError } from '../../schema/schemas.ts';
import { createDraft, type Draft } from './draft.ts';
import type { DraftCorrections, DraftOptions } from './draft-context.ts';

export interface GenerateOptions {
  /** Equal seeds give equal values. */
  readonly seed: string;
  /** False: the examples and defaults of the schemas come first. */
  readonly dynamic: boolean;
  /** The message that the value is for. Default "response". */
  readonly direction?: Direction;
  /** The status of the response if it is an error. */
  readonly errorStatus?: number | undefined;
  /** True: objects have members that their schemas allow without naming them. Default false. */
  readonly fillProperties?: boolean;
}

/** A list whose one item is the value, because digits of long integers are kept by list (see src/exchange/exact-json.ts). */
export type ResponseValue = readonly [value: unknown];

export interface GeneratedBody {
  readonly body: ResponseValue;
  /** JSON Pointers of the values that are examples or defaults of schemas. */
  readonly copied: ReadonlySet<string>;
}

/** Each draft corrects values that were invalid in the one before. */
const MAX_DRAFTS = 16;
/** The number of values in all drafts of a body. */
const MAX_DRAFTED = 10_000;
/** How often a member is generated anew before it is left out, or the object around it is generated anew. */
const ATTEMPTS = 3;

let loading: Promise<typeof import('json-schema-faker')> | undefined;
let library: FakerLibrary | undefined;

/** Generates a value of a message. If no draft is valid, the value is the one with the fewest errors. */
export async function generateValue(
  api: ApiSpec,
  schema: DocumentNode,
  { seed, dynamic, direction = 'response', errorStatus, fillProperties = false }: GenerateOptions,
): Promise<GeneratedBody> {
  loading ??= import('json-schema-faker');
  const { generateSync: generate } = await loading;
  const options = { api, schema, direction, seed, dynamic, errorStatus, fillProperties, generate };
  const body = bestDraft({ ...options, library });
  if (body !== undefined) return body;
  library = await loadFaker();
  return bestDraft({ ...options, library }) ?? { body: [null], copied: new Set() };
}

/** @returns undefined if a value needs the library, and it is not loaded */
function bestDraft({
  schema,
  ...drawn
}: Omit<DraftOptions, 'reader'> & { readonly schema: DocumentNode }): GeneratedBody | undefined {
  const { api, direction } = drawn;
  const { schemas } = api;
  const read = schemas.reader(schema, direction);
  const options = { ...drawn, reader: read.reader };
  const corrections: DraftCorrections = { attempts: new Map(), omitted: new Set() };
  let best: (GeneratedBody & { readonly errors: number }) | undefined;
  for (let round = 0, size = 0; round < MAX_DRAFTS && size < MAX_DRAFTED; round++) {
    const draft = createDraft(options, read.schema, corrections);
    if (draft.needsLibrary) return undefined;
    size += draft.size;
    const body: [unknown] = [draft.value];
    if (draft.digits !== undefined) setDigits(body, 0, draft.digits);
    if (draft.copied.size > 0 && schemas.mayHideProperties(schema, direction))
      for (const { at } of hiddenProperties(read.reader, read.schema, draft.value, direction))
        remove(draft.value, at);
    const errors = relevantErrors(draft, schemas.errors(schema, draft.value, { direction, errors: 'all' }));
    if (best === undefined || errors.length < best.errors)
      best = { body, copied: draft.copied, errors: errors.length };
    if (errors.length === 0) break;
    addCorrections(corrections, draft, errors);
  }
  return best;
}

/** Removes a member of an example. */
function remove(value: unknown, at: string): void {
  const holder = valueAt(value, at.slice(0, at.lastIndexOf('/')));
  if (isObject(holder)) delete (holder as Record<string, unknown>)[splitPointer(at).at(-1) ?? ''];
}

/** The errors of the branches that the draft has taken; all if there are none. */
function relevantErrors({ applied }: Draft, errors: readonly SchemaError[]): readonly SchemaError[] {
  const relevant = errors.filter(error => applied.get(error.instancePath)?.has(error.parentSchema) ?? true);
  return relevant.length === 0 ? errors : relevant;
}

/** Notes which values to generate anew and which to leave out. The innermost error is the cause of those around it. */
function addCorrections(
  { attempts, omitted }: DraftCorrections,
  { copied, optional }: Draft,
  errors: readonly SchemaError[],
): void {
  const places = new Set(errors.map(placeOf));
  const retry = (at: string): void => {
    const attempt = (attempts.get(at) ?? 0) + 1;
    attempts.set(at, attempt);
    if (attempt < ATTEMPTS || at === '') return;
    if (optional.has(at)) omitted.add(at);
    else if (attempt % ATTEMPTS === 0) retry(parentOf(at));
  };
  const outer = new Set<string>();
  for (const place of places)
    for (let at = place; at !== ''; ) {
      at = parentOf(at);
      if (outer.has(at)) break;
      outer.add(at);
    }
  for (const place of places) {
    if (outer.has(place)) continue;
    let at = place;
    while (at !== '' && !copied.has(at)) at = parentOf(at);
    retry(copied.has(at) ? at : place);
  }
}

/** The pointer of the value that an error is about. */
function placeOf({ instancePath, params }: SchemaError): string {
  const name: unknown = params.additionalProperty ?? params.unevaluatedProperty ?? params.propertyName;
  return typeof name === 'string' ? instancePath + jsonPointer(name) : instancePath;
}

function parentOf(at: string): string {
  return at.slice(0, at.lastIndexOf('/'));
}
