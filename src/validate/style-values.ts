// Splits delimited text of OpenAPI parameters into arrays and objects. Shared by parameters and form fields.

import { decodePercent, type Pair } from '../exchange/exchange.ts';
import { candidateValues, likeliestValue, type TypeHints } from '../schema/type-hints.ts';

/** The values that the text of a parameter can represent. */
export type ParameterValue =
  | { readonly kind: 'absent' }
  /** Likeliest first. The parameter is valid if one of them satisfies the schema; an empty list is always valid. */
  | { readonly kind: 'values'; readonly values: readonly unknown[] }
  | { readonly kind: 'malformed'; readonly message: string }
  /** Cannot be validated, for example because OpenAPI does not define the combination of style and type. */
  | { readonly kind: 'not-checkable'; readonly message: string };

export type ValueStructure = 'primitive' | 'array' | 'object';

export const malformed = (message: string): ParameterValue => ({ kind: 'malformed', message });

export const values = (...list: unknown[]): ParameterValue => ({ kind: 'values', values: list });

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
  if (structure === 'array') return values(pieces.map(piece => likeliestValue(hints.items, piece)));
  if (explode) return values(objectFromPairs(hints, pieces.map(splitPair)));
  if (pieces.length % 2 === 1) return malformed('must alternate names and values');
  const pairs: [string, string][] = [];
  for (let index = 0; index < pieces.length; index += 2)
    pairs.push([pieces[index] ?? '', pieces[index + 1] ?? '']);
  return values(objectFromPairs(hints, pairs, true));
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
    [...grouped].map(([name, texts]) => {
      const property = hints.properties.get(name) ?? hints.additional;
      const isArray = property?.types.has('array') === true;
      return [
        name,
        isArray || texts.length > 1
          ? texts.map(text => likeliestValue(isArray ? property.items : property, text))
          : likeliestValue(property, texts[0] ?? ''),
      ];
    }),
  );
}
