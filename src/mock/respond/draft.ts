// Generates one draft of a value from its schemas. What it costs depends on the size of the value, not on that of the schemas.

import type { DocumentNode } from '../../document/documents.ts';
import { copyJson, digitsOf } from '../../exchange/exact-json.ts';
import { isObject } from '../../exchange/json.ts';
import { allowedTypes, type CombinedSchema, combineSchemas } from './combine-schemas.ts';
import {
  type ContainerContext,
  type DraftContext,
  type DraftCorrections,
  type DraftOptions,
  type Generated,
  isTooRecursive,
  MAX_VALUES,
  minimalSizeOfAll,
  type Place,
  randomFor,
} from './draft-context.ts';
import { generateArray } from './generate-array.ts';
import { generateNumber } from './generate-number.ts';
import { generateObject } from './generate-object.ts';
import { generateString } from './generate-string.ts';
import { examplesOf, partialExample } from './schema-examples.ts';

export type Draft = Generated & Pick<DraftContext, 'applied' | 'copied' | 'optional' | 'size'>;

/** How many values a body has, if its required members do not need more. */
const USUAL_VALUES = 400;
/** Below this depth optional members are left out. */
const USUAL_DEPTH = 10;
const MAX_DEPTH = 150;
/** Attempts before a dynamic body takes an example of the schema. */
const GENERATED_ATTEMPTS = 4;

export function createDraft(
  options: DraftOptions,
  schema: DocumentNode,
  corrections: DraftCorrections,
): Draft {
  const context: DraftContext = {
    ...options,
    ...corrections,
    applied: new Map(),
    copied: new Set(),
    optional: new Set(),
    size: 0,
    generateValue: (schemas, place) => generateValue(context, schemas, place),
  };
  const place: Place = { at: '', depth: 0, budget: USUAL_VALUES, path: new Map(), hint: undefined };
  return { ...context.generateValue([schema], place), ...context };
}

function generateValue(context: DraftContext, schemas: readonly DocumentNode[], place: Place): Generated {
  const { api, reader, dynamic, attempts, applied, copied } = context;
  const { at } = place;
  context.size++;
  const attempt = attempts.get(at) ?? 0;
  const random = randomFor(context, at, attempt);
  const isMinimal = place.budget <= 1 || place.depth > USUAL_DEPTH || isTooRecursive(context, place, schemas);
  const shift = dynamic ? Math.floor(random() * 1000) : attempt;
  const combine = (all: readonly DocumentNode[]): CombinedSchema => {
    const combined = combineSchemas(api, reader, all, branches => {
      const sizes = branches.map(branch =>
        !isMinimal && branch.some(isNull) ? Number.MAX_SAFE_INTEGER : minimalSizeOfAll(context, branch),
      );
      const smallest = sizes.indexOf(Math.min(...sizes));
      const index = shift % branches.length;
      const isUnfit = isMinimal || (sizes[index] ?? 0) >= Number.MAX_SAFE_INTEGER;
      return attempt === 0 && isUnfit ? smallest : index;
    });
    applied.set(at, new Set(combined.keywords));
    return combined;
  };
  // Without an end, or too large: the value inside is invalid whatever it is.
  if (place.depth > 0 && !Number.isFinite(minimalSizeOfAll(context, schemas))) return { value: null };
  const combined = combine(schemas);
  const candidates = [...(place.hint?.isWhole ? [place.hint] : []), ...examplesOf(combined)];
  const offered = candidates[dynamic ? attempt - GENERATED_ATTEMPTS : attempt];
  if (offered !== undefined) {
    copied.add(at);
    return { value: copyJson(offered.value), digits: offered.digits };
  }
  const fixed = fixedValue(combined, shift);
  if (fixed !== undefined) return fixed;
  const isTooLarge = context.size > MAX_VALUES || place.depth > MAX_DEPTH;
  const types =
    allowedTypes(combined.keywords) ?? (combined.discriminators.size > 0 ? ['object'] : ['string']);
  const type = chooseType(types, { dynamic, random, attempt, isMinimal: isMinimal || isTooLarge });
  const { keywords } = combined;
  if (type === 'string') return { value: generateString(context, keywords, random, attempt) };
  if (type === 'integer' || type === 'number') return generateNumber(keywords, type === 'integer', random);
  if (type === 'boolean') return { value: random() < 0.5 };
  if (type !== 'object' && type !== 'array') return { value: null };
  if (isTooLarge) return { value: type === 'object' ? {} : [] };
  const path = new Map(place.path);
  for (const schema of keywords) path.set(schema, (path.get(schema) ?? 0) + 1);
  const hint = dynamic ? undefined : partialExample(place.hint, combined, candidates);
  const container: ContainerContext = {
    context,
    place: { ...place, path, hint },
    combined,
    extend: more => combine([...schemas, ...more]),
    attempt,
    random,
    isMinimal,
  };
  return { value: type === 'object' ? generateObject(container) : generateArray(container) };
}

function isNull({ value }: DocumentNode): boolean {
  return isObject(value) && value.type === 'null';
}

function chooseType(
  types: readonly string[],
  {
    dynamic,
    random,
    attempt,
    isMinimal,
  }: Pick<ContainerContext, 'random' | 'attempt' | 'isMinimal'> & { readonly dynamic: boolean },
): string {
  const others = types.filter(type => type !== 'null');
  const scalar = types.find(type => type !== 'object' && type !== 'array');
  if (isMinimal && attempt === 0 && scalar !== undefined) return scalar;
  const canBeNull = others.length < types.length;
  if (others.length === 0 || (canBeNull && (dynamic ? random() < 0.15 : attempt > 5))) return 'null';
  const index = dynamic ? Math.floor(random() * others.length) : attempt % others.length;
  return others[index] ?? 'null';
}

/** A value of `const`, or one that all `enum`s allow. */
function fixedValue({ keywords }: CombinedSchema, shift: number): Generated | undefined {
  const lists = keywords.flatMap(schema => {
    if ('const' in schema) return [[{ value: schema.const, digits: digitsOf(schema, 'const') }]];
    const { enum: values } = schema;
    return Array.isArray(values)
      ? [values.map((value: unknown, index) => ({ value, digits: digitsOf(values, index) }))]
      : [];
  });
  const [first, ...others] = lists;
  if (first === undefined) return undefined;
  const texts = others.map(list => new Set(list.map(({ value }) => JSON.stringify(value))));
  const types = allowedTypes(keywords.filter(({ type }) => type !== undefined));
  const common = first.filter(
    ({ value }) =>
      texts.every(list => list.has(JSON.stringify(value))) &&
      (types === undefined || types.some(type => hasType(value, type))),
  );
  const chosen = common[shift % common.length];
  return chosen && { value: copyJson(chosen.value), digits: chosen.digits };
}

function hasType(value: unknown, type: string): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value);
  return typeof value === type;
}
