// Splits delimited text of OpenAPI parameters into arrays and objects. Shared by parameters and form fields.

import { decodePercent, type Pair } from '../exchange/exchange.ts';
import {
  candidateValues,
  isStructured,
  jsonOrText,
  membersValue,
  memberValue,
  type TypeHints,
} from '../schema/type-hints.ts';

/** The values that the text of a parameter can represent. */
export type ParameterValue =
  | { readonly kind: 'absent' }
  /** Likeliest first. The parameter is valid if one of them satisfies the schema; an empty list is always valid. */
  | {
      readonly kind: 'values';
      readonly values: readonly unknown[];
      /** Why the parameter is not checkable rather than invalid if no value satisfies the schema. */
      readonly unknown?: string | undefined;
    }
  | { readonly kind: 'malformed'; readonly message: string }
  /** Cannot be validated, for example because OpenAPI does not define the combination of style and type. */
  | { readonly kind: 'not-checkable'; readonly message: string };

export type ValueStructure = 'primitive' | 'array' | 'object';

export const malformed = (message: string): ParameterValue => ({ kind: 'malformed', message });

export const values = (...list: unknown[]): ParameterValue => ({ kind: 'values', values: list });

export const notDefinedByOpenApi = (combination: string): ParameterValue & { kind: 'not-checkable' } => ({
  kind: 'not-checkable',
  message: `OpenAPI does not define ${combination}`,
});

/** The structures that a schema allows. */
function structuresOf({ types }: TypeHints): ValueStructure[] {
  const structures: ValueStructure[] = [];
  if (types.has('array')) structures.push('array');
  if (types.has('object')) structures.push('object');
  if (types.size > structures.length) structures.push('primitive');
  return structures;
}

/** Reads a parameter as every structure that its schema allows. It is invalid only if it is invalid in each of them. */
export function readEachWay(
  hints: TypeHints,
  read: (structure: ValueStructure) => ParameterValue,
): ParameterValue {
  // Most parameters are single values.
  if (!hints.types.has('array') && !hints.types.has('object')) return read('primitive');
  const readings = structuresOf(hints).map(structure => withNested(hints, read(structure)));
  if (readings.length === 1) return readings[0] as ParameterValue;
  const valued = readings.filter(each => each.kind === 'values');
  const undefinedOne = readings.find(each => each.kind === 'not-checkable');
  if (valued.length === 0)
    return undefinedOne ?? readings.find(each => each.kind === 'malformed') ?? { kind: 'absent' };
  if (valued.some(each => each.values.length === 0)) return values();
  return {
    kind: 'values',
    values: valued.flatMap(each => each.values),
    unknown: undefinedOne?.message ?? valued.find(each => each.unknown !== undefined)?.unknown,
  };
}

/** No style defines how an array or an object inside another value is written, so such a value is never invalid. */
function withNested(hints: TypeHints, reading: ParameterValue): ParameterValue {
  if (reading.kind !== 'values' || !reading.values.some(value => hasNested(hints, value))) return reading;
  return { ...reading, unknown: notDefinedByOpenApi('arrays and objects inside a parameter').message };
}

function hasNested(hints: TypeHints, value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0 && isStructured(hints.items);
  if (typeof value !== 'object' || value === null) return false;
  return Object.keys(value).some(name => {
    const property = hints.properties.get(name) ?? hints.additional;
    return property !== undefined && isNestedProperty(property);
  });
}

/** Properties that are lists of texts are written by repeating their name. */
export function isNestedProperty(hints: TypeHints): boolean {
  return isStructured(hints) && (!hints.types.has('array') || isStructured(hints.items));
}

export const STYLE_SEPARATORS: Readonly<Record<string, RegExp>> = {
  form: /,/,
  spaceDelimited: /%20|\+| /,
  pipeDelimited: /\||%7c/i,
};

/**
 * Splits the value of a name=value pair with explode: false. Splits before decoding; if that gives a single item, an
 * escaped comma is accepted as a separator, too, because some clients escape it.
 */
export function parseDelimitedPair(
  hints: TypeHints,
  structure: ValueStructure,
  pair: Pair,
  separator: RegExp,
): ParameterValue {
  const json = nestedJson(hints, structure, pair.value);
  if (json !== undefined) return json;
  const pieces = pair.raw.split(separator).map(piece => decodePercent(piece.replaceAll('+', ' ')));
  const literal = parseItems(hints, structure, pair.raw === '' ? [] : pieces, false);
  if (pieces.length > 1 || !/%2c/i.test(pair.raw) || literal.kind !== 'values') return literal;
  const escaped = parseItems(hints, structure, pair.value.split(','), false);
  return escaped.kind === 'values' ? values(...literal.values, ...escaped.values) : literal;
}

/** @param raw as sent, not percent-decoded */
export function parseDelimited(
  hints: TypeHints,
  structure: ValueStructure,
  raw: string,
  separator: string,
  explode: boolean,
): ParameterValue {
  if (structure === 'primitive')
    return { kind: 'values', values: candidateValues(hints, decodePercent(raw)) };
  if (raw === '') return parseItems(hints, structure, [], explode);
  const json = nestedJson(hints, structure, decodePercent(raw));
  if (json !== undefined) return json;
  // In ".R=1.5.G=0" a dot is a separator only if another name follows it.
  const hasNames = separator === '.' && structure === 'object' && explode;
  const pieces = raw.split(hasNames ? /\.(?=[^.=]+=)/ : separator);
  if (structure === 'object' && explode) return values(objectFromPairs(hints, pieces.map(splitPair)));
  return parseItems(hints, structure, pieces.map(decodePercent), false);
}

/** @param pieces decoded; with explode: false, those of an object alternate names and values */
export function parseItems(
  hints: TypeHints,
  structure: ValueStructure,
  pieces: readonly string[],
  explode: boolean,
): ParameterValue {
  if (structure === 'array') return values(pieces.map(piece => memberValue(hints.items, piece)));
  if (explode) return values(objectFromPairs(hints, pieces.map(splitPair), true));
  if (pieces.length % 2 === 1) return malformed('must alternate names and values');
  const pairs: [string, string][] = [];
  for (let index = 0; index < pieces.length; index += 2)
    pairs.push([pieces[index] ?? '', pieces[index + 1] ?? '']);
  return values(objectFromPairs(hints, pairs, true));
}

/** A delimited list of objects as one JSON text, which contains the delimiter itself. */
export function nestedJson(
  hints: TypeHints,
  structure: ValueStructure,
  text: string,
): ParameterValue | undefined {
  if (structure !== 'array' || !isStructured(hints.items) || !/^\s*[[{]/.test(text)) return undefined;
  const parsed = jsonOrText(text);
  if (typeof parsed === 'string') return undefined;
  return values(Array.isArray(parsed) ? parsed : [parsed]);
}

/** Splits "name=value" at its first "=". */
export function splitPair(piece: string): [string, string] {
  const equals = piece.indexOf('=');
  return equals < 0 ? [piece, ''] : [piece.slice(0, equals), piece.slice(equals + 1)];
}

/** Makes an object of pairs. A name that occurs twice, or whose property is an array, gets an array. */
export function objectFromPairs(
  hints: TypeHints,
  pairs: readonly (readonly [string, string])[],
  decoded = false,
): Record<string, unknown> {
  const grouped = new Map<string, string[]>();
  for (const [rawName, rawValue] of pairs) {
    const name = decoded ? rawName : decodePercent(rawName);
    const value = decoded ? rawValue : decodePercent(rawValue);
    const list = grouped.get(name);
    if (list === undefined) grouped.set(name, [value]);
    else list.push(value);
  }
  return Object.fromEntries(
    [...grouped].map(([name, texts]) => [
      name,
      membersValue(hints.properties.get(name) ?? hints.additional, texts),
    ]),
  );
}
