// Generates one draft of a value from its schemas. What it costs depends on the size of the value, not on that of the schemas.

import { childNode, type DocumentNode } from '../../document/documents.ts';
import { copyJson, digitsOf, writeExactJson } from '../../exchange/exact-json.ts';
import { isObject, type JsonObject } from '../../exchange/json.ts';
import { isJson, parseMediaType } from '../../exchange/media-type.ts';
import { perObject } from '../../exchange/per-object.ts';
import { fakedValue, fakerKeyword } from '../../openapi/x-faker.ts';
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
import { fitsNumber, generateNumber, maximumOf } from './generate-number.ts';
import { generateObject } from './generate-object.ts';
import { generateString, maxLengthOf } from './generate-string.ts';
import { examplesOf, partialExample } from './schema-examples.ts';
import {
  believableFlag,
  believableNumber,
  believableTexts,
  isUsuallyNull,
  type NamedValue,
} from './values/believable.ts';
import { idLikeExample } from './values/identifiers.ts';
import { itemSubject, rootSubject, subjectOf } from './values/subject.ts';
import { nameWords } from './values/words.ts';

export type Draft = Generated &
  Pick<DraftContext, 'applied' | 'copied' | 'optional' | 'size' | 'needsLibrary'>;

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
    needsLibrary: false,
    generateValue: (schemas, place) => generateValue(context, schemas, place),
  };
  const place: Place = {
    ...{ at: '', depth: 0, budget: USUAL_VALUES, path: new Map(), hint: undefined, name: '' },
    ...{ subject: rootSubject(options.seed, options.errorStatus), item: undefined, lists: 0 },
  };
  return { ...context.generateValue([schema], place), ...context };
}

function generateValue(context: DraftContext, schemas: readonly DocumentNode[], place: Place): Generated {
  const { api, reader, dynamic, attempts, applied, copied } = context;
  const { at } = place;
  context.size++;
  const attempt = attempts.get(at) ?? 0;
  const random = randomFor(context, at, attempt);
  const isMinimal = place.budget <= 1 || place.depth > USUAL_DEPTH || isTooRecursive(context, place, schemas);
  // The items of a list take different branches and values.
  const shift = dynamic ? Math.floor(random() * 1000) : attempt + (place.item?.index ?? 0);
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
  const own = examplesOf(combined);
  const candidates = place.hint?.isWhole ? [place.hint, ...own] : own;
  const offered = candidates[dynamic ? attempt - GENERATED_ATTEMPTS : attempt];
  if (offered !== undefined) {
    const isOwn = place.hint === undefined && place.item === undefined && attempt === 0 && !dynamic;
    const other = isOwn ? idLikeExample(place.subject, nameWords(place.name), offered.value) : undefined;
    if (other !== undefined) return { value: other };
    copied.add(at);
    return { value: copyJson(offered.value), digits: offered.digits };
  }
  const fixed = fixedValue(combined, dynamic ? shift : attempt + indexOf(place));
  if (fixed !== undefined) return fixed;
  const isTooLarge = context.size > MAX_VALUES || place.depth > MAX_DEPTH;
  const types = combined.types ?? (combined.discriminators.size > 0 ? ['object'] : ['string']);
  if (attempt === 0 && types.length > 1 && types.includes('null') && isUsuallyNull(place))
    return { value: null };
  const faked = attempt < FAKED_ATTEMPTS ? fakedFor(context, combined, types, random) : undefined;
  if (faked !== undefined) return { value: faked[0] };
  const type = chooseType(types, { dynamic, random, attempt, isMinimal: isMinimal || isTooLarge });
  const { keywords } = combined;
  const contents = type === 'string' ? contentSchemas(combined) : [];
  if (contents.length > 0 && !isTooLarge) return generateContent(context, contents, place);
  if (type !== 'object' && type !== 'array')
    return generateScalar(context, place, keywords, type, random, attempt);
  if (isTooLarge) return { value: type === 'object' ? {} : [] };
  const path = new Map(place.path);
  for (const schema of keywords) path.set(schema, (path.get(schema) ?? 0) + 1);
  const hint = dynamic ? undefined : partialExample(place.hint, combined, candidates);
  const { name, item } = place;
  // A list is no thing of its own: its items are things beside the other members.
  const subject = type === 'array' ? place.subject : subjectOf(place.subject, at, name, combined.nodes, item);
  const container: ContainerContext = {
    context,
    place: { ...place, path, hint, subject },
    combined,
    extend: more => combine([...schemas, ...more]),
    attempt,
    random,
    isMinimal,
  };
  return { value: type === 'object' ? generateObject(container) : generateArray(container) };
}

/** The schemas of the JSON that a text contains. */
function contentSchemas({ nodes }: CombinedSchema): DocumentNode[] {
  return nodes.flatMap(node => {
    const { contentMediaType, contentEncoding } = node.value as JsonObject;
    const isText =
      contentEncoding === undefined && isJson(parseMediaType(String(contentMediaType))?.essence ?? '');
    return (isText ? childNode(node, 'contentSchema') : undefined) ?? [];
  });
}

function generateContent(context: DraftContext, contents: readonly DocumentNode[], place: Place): Generated {
  const { applied } = context;
  const outer = applied.get(place.at);
  const made = context.generateValue(contents, { ...place, depth: place.depth + 1 });
  // The text and the value in it are at one place.
  applied.set(place.at, new Set([...(outer ?? []), ...(applied.get(place.at) ?? [])]));
  return { value: made.digits ?? writeExactJson(made.value) };
}

/** Attempts with the method that the schema names. */
const FAKED_ATTEMPTS = 3;

/** A value by the keyword x-faker. */
function fakedFor(
  context: DraftContext,
  { keywords }: CombinedSchema,
  types: readonly string[],
  random: () => number,
): readonly [unknown] | undefined {
  if (fakerKeyword(keywords) === undefined) return undefined;
  if (context.library !== undefined) return fakedValue(keywords, context.library, types, random);
  context.needsLibrary = true;
  return [null];
}

/** Attempts with a value that a reader expects: then any value of the type is tried. */
const BELIEVABLE_ATTEMPTS = 3;

function generateScalar(
  context: DraftContext,
  place: Place,
  keywords: readonly JsonObject[],
  type: string,
  random: () => number,
  attempt: number,
): Generated {
  const subject =
    place.item === undefined ? place.subject : itemSubject(place.subject, place.at, place.item, attempt);
  const value: NamedValue = { name: place.name, subject, keywords, random };
  // An item that is not the first of its kind is generated anew.
  const isExpected = attempt < (place.item === undefined ? 1 : BELIEVABLE_ATTEMPTS);
  if (type === 'string') {
    const texts = isExpected ? believableTexts(value, context.library, maxLengthOf(keywords)) : [];
    if (texts === 'library') context.needsLibrary = true;
    return { value: generateString(context, keywords, random, attempt, texts === 'library' ? [] : texts) };
  }
  if (type === 'boolean') return { value: isExpected ? believableFlag(value) : random() < 0.5 };
  if (type === 'null') return { value: null };
  const number = isExpected ? believableNumber(value, type === 'integer', maximumOf(keywords)) : undefined;
  if (number !== undefined && fitsNumber(keywords, number)) return { value: number };
  return generateNumber(keywords, type === 'integer', random);
}

function indexOf({ item, subject }: Place): number {
  return item?.index ?? subject.index;
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
function fixedValue(combined: CombinedSchema, shift: number): Generated | undefined {
  const values = fixedValues(combined);
  const chosen = values[shift % values.length];
  return chosen && { value: copyJson(chosen.value), digits: chosen.digits };
}

const fixedValues = perObject(({ keywords }: CombinedSchema): readonly Generated[] => {
  const lists = keywords.flatMap(schema => {
    if ('const' in schema) return [[{ value: schema.const, digits: digitsOf(schema, 'const') }]];
    const { enum: values } = schema;
    return Array.isArray(values)
      ? [values.map((value: unknown, index) => ({ value, digits: digitsOf(values, index) }))]
      : [];
  });
  const [first = [], ...others] = lists;
  const texts = others.map(list => new Set(list.map(({ value }) => JSON.stringify(value))));
  const types = allowedTypes(keywords.filter(({ type }) => type !== undefined));
  return first.filter(
    ({ value }) =>
      texts.every(list => list.has(JSON.stringify(value))) &&
      (types === undefined || types.some(type => hasType(value, type))),
  );
});

function hasType(value: unknown, type: string): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value);
  return typeof value === type;
}
