// Parameter serialisation of OpenAPI 3.0 and 3.1: every style, exploded or not, from the text on the wire to candidate values.

import { decodePercent, hasMalformedEscape, type Pair } from '../exchange/exchange.ts';
import { isObject } from '../exchange/json.ts';
import type { Parameter } from '../openapi/model.ts';
import { candidateValues, likeliestValue, type TypeHints } from '../schema/type-hints.ts';

/** What the text of a parameter can stand for. */
export type ParameterValue =
  | { readonly kind: 'absent' }
  /** Likeliest first; the first that satisfies the schema counts. */
  | { readonly kind: 'values'; readonly values: readonly unknown[] }
  | { readonly kind: 'malformed'; readonly message: string }
  /** Nothing can be said of it, for instance because OpenAPI leaves the combination undefined. */
  | { readonly kind: 'not-checkable'; readonly message: string };

type ValueStructure = 'primitive' | 'array' | 'object';

function valueStructureOf(hints: TypeHints): ValueStructure {
  if (hints.types.has('array')) return 'array';
  return hints.types.has('object') ? 'object' : 'primitive';
}

const ABSENT: ParameterValue = { kind: 'absent' };
const notDefinedByOpenApi = (what: string): ParameterValue => ({
  kind: 'not-checkable',
  message: `OpenAPI does not define ${what}`,
});
const malformed = (why: string): ParameterValue => ({ kind: 'malformed', message: why });
const values = (...list: unknown[]): ParameterValue => ({ kind: 'values', values: list });

/** @param raw the segment's text as sent, not percent-decoded */
export function parsePathParameter(parameter: Parameter, hints: TypeHints, raw: string): ParameterValue {
  if (hasMalformedEscape(raw))
    return malformed('contains a "%" that is not followed by two hexadecimal digits');
  const structure = valueStructureOf(hints);
  switch (parameter.style) {
    case 'label': {
      if (!raw.startsWith('.')) return malformed('must begin with "."');
      const body = raw.slice(1);
      // OpenAPI 3.1.1 separates unexploded members by "," as RFC 6570 does; the table of 3.1.0 and before has ".".
      if (!parameter.explode && structure !== 'primitive' && body.includes('.') && !body.includes(',')) {
        const dotted = parseDelimited(hints, structure, body, '.', false);
        const unbracketed = parseDelimited(hints, structure, body, ',', false);
        return unbracketed.kind === 'values' && dotted.kind === 'values'
          ? values(...dotted.values, ...unbracketed.values)
          : dotted;
      }
      // RFC 6570 section 3.2.5: exploded members are separated by "." too.
      return parseDelimited(
        hints,
        structure,
        body,
        parameter.explode && structure !== 'primitive' ? '.' : ',',
        parameter.explode,
      );
    }
    case 'matrix':
      return parseMatrix(parameter, hints, structure, raw);
    default:
      return parseDelimited(hints, structure, raw, ',', parameter.explode);
  }
}

function parseMatrix(
  parameter: Parameter,
  hints: TypeHints,
  structure: ValueStructure,
  raw: string,
): ParameterValue {
  if (!raw.startsWith(';')) return malformed('must begin with ";"');
  const pairs = raw.slice(1).split(';').map(splitPair);
  if (structure === 'object' && parameter.explode) return values(objectFromPairs(hints, pairs));
  if (pairs.some(([name]) => decodePercent(name) !== parameter.name))
    return malformed(`must be written ";${parameter.name}=..."`);
  if (structure === 'array' && parameter.explode) {
    return values(pairs.map(([, value]) => likeliestValue(hints.items, decodePercent(value))));
  }
  if (pairs.length > 1) return malformed(`is sent ${pairs.length} times; one value is allowed`);
  return parseDelimited(hints, structure, pairs[0]?.[1] ?? '', ',', false);
}

/** @param raw the field's value, or undefined when the message has no such field */
export function parseHeaderParameter(
  parameter: Parameter,
  hints: TypeHints,
  raw: string | undefined,
): ParameterValue {
  if (raw === undefined) return ABSENT;
  const structure = valueStructureOf(hints);
  // Header values are not percent-encoded; list members may have blanks around them (RFC 9110 section 5.6.1).
  if (structure === 'primitive') return { kind: 'values', values: candidateValues(hints, raw.trim()) };
  const items = raw.trim() === '' ? [] : raw.split(',').map(item => item.trim());
  return parseItems(hints, structure, items, parameter.explode);
}

export function parseCookieParameter(
  parameter: Parameter,
  hints: TypeHints,
  cookies: readonly Pair[],
): ParameterValue {
  const matching = cookies.filter(({ name }) => name === parameter.name);
  const structure = valueStructureOf(hints);
  if (structure !== 'primitive' && parameter.explode) {
    const members = cookies.filter(({ name }) => hints.properties.has(name));
    return matching.length === 0 && members.length === 0
      ? ABSENT
      : notDefinedByOpenApi(`exploded ${structure} in a cookie`);
  }
  const [first] = matching;
  return first === undefined ? ABSENT : parseDelimited(hints, structure, first.raw, ',', false);
}

/** @param pairs the whole query; those that belong to the parameter are added to `used` */
export function parseQueryParameter(
  parameter: Parameter,
  hints: TypeHints,
  pairs: readonly Pair[],
  used: Set<Pair>,
): ParameterValue {
  const structure = valueStructureOf(hints);
  if (parameter.style === 'deepObject') return parseDeepObject(parameter, hints, structure, pairs, used);
  if (parameter.style === 'form' && parameter.explode && structure === 'object')
    return parseExplodedObject(hints, pairs, used);
  const matching = pairs.filter(({ name }) => name === parameter.name);
  for (const pair of matching) used.add(pair);
  const [first] = matching;
  if (first === undefined) return ABSENT;
  if (parameter.style !== 'form') {
    if (structure === 'primitive') return notDefinedByOpenApi(`style ${parameter.style} for a single value`);
    if (parameter.explode) return notDefinedByOpenApi(`style ${parameter.style} exploded`);
  }
  if (matching.some(({ raw }) => hasMalformedEscape(raw)))
    return malformed('contains a "%" that is not followed by two hexadecimal digits');
  if (parameter.allowEmptyValue && matching.every(({ raw }) => raw === '')) return values();
  if (structure === 'primitive') {
    return matching.length > 1
      ? malformed(`is sent ${matching.length} times; one value is allowed`)
      : { kind: 'values', values: candidateValues(hints, first.value) };
  }
  if (parameter.explode) return values(matching.map(({ value }) => likeliestValue(hints.items, value)));
  if (matching.length > 1)
    return malformed(`is sent ${matching.length} times; with explode: false all members belong in one value`);
  return parseDelimitedPair(hints, structure, first, STYLE_SEPARATORS[parameter.style] ?? /,/);
}

export const STYLE_SEPARATORS: Readonly<Record<string, RegExp>> = {
  form: /,/,
  spaceDelimited: /%20|\+| /,
  pipeDelimited: /\||%7c/i,
};

/** Splits before decoding; where that finds a single member, clients that escape the comma itself are understood as well. */
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

function parseExplodedObject(hints: TypeHints, pairs: readonly Pair[], used: Set<Pair>): ParameterValue {
  const matching = pairs.filter(({ name }) => hints.properties.has(name));
  // An open object without named properties takes whatever is there; that is how "free-form query" is written.
  const matched = matching.length === 0 && hints.properties.size === 0 && hints.open ? pairs : matching;
  if (matched.length === 0) return ABSENT;
  for (const pair of matched) used.add(pair);
  return values(
    objectFromPairs(
      hints,
      matched.map(({ name, value }) => [name, value]),
      true,
    ),
  );
}

function parseDeepObject(
  parameter: Parameter,
  hints: TypeHints,
  structure: ValueStructure,
  pairs: readonly Pair[],
  used: Set<Pair>,
): ParameterValue {
  const prefix = `${parameter.name}[`;
  const matching = pairs.filter(({ name }) => name.startsWith(prefix) && name.endsWith(']'));
  // An object's own name without brackets is another parameter's; where nothing is defined it is this one's.
  const unbracketed = structure === 'object' ? [] : pairs.filter(({ name }) => name === parameter.name);
  for (const pair of [...matching, ...unbracketed]) used.add(pair);
  if (matching.length === 0 && unbracketed.length === 0) return ABSENT;
  if (structure !== 'object')
    return notDefinedByOpenApi(
      `style deepObject for ${structure === 'array' ? 'an array' : 'a single value'}`,
    );
  // `explode` is false by default, which OpenAPI 3.1.1 calls undefined here; nobody who leaves it out means that.
  if (isObject(parameter.node.value) && parameter.node.value.explode === false)
    return notDefinedByOpenApi('style deepObject with explode: false');
  const named = matching.map(({ name, value }): [string, string] => [name.slice(prefix.length, -1), value]);
  if (named.some(([name]) => name.includes('[')))
    return notDefinedByOpenApi('style deepObject nested more than one level');
  return values(objectFromPairs(hints, named, true));
}

function parseDelimited(
  hints: TypeHints,
  structure: ValueStructure,
  raw: string,
  separator: string,
  explode: boolean,
): ParameterValue {
  if (structure === 'primitive')
    return { kind: 'values', values: candidateValues(hints, decodePercent(raw)) };
  if (raw === '') return parseItems(hints, structure, [], explode);
  // In ".R=1.5.G=0" a dot separates only where another name follows it.
  const named = separator === '.' && structure === 'object' && explode;
  const pieces = raw.split(named ? /\.(?=[^.=]+=)/ : separator);
  if (structure === 'object' && explode) return values(objectFromPairs(hints, pieces.map(splitPair)));
  return parseItems(hints, structure, pieces.map(decodePercent), false);
}

/** @param pieces decoded; an unexploded object alternates names and values */
function parseItems(
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

function splitPair(piece: string): [string, string] {
  const equals = piece.indexOf('=');
  return equals < 0 ? [piece, ''] : [piece.slice(0, equals), piece.slice(equals + 1)];
}

/** A name that comes twice, or whose property is an array, becomes an array. */
export function objectFromPairs(
  hints: TypeHints,
  pairs: readonly (readonly [string, string])[],
  decoded = false,
): Record<string, unknown> {
  const grouped = new Map<string, string[]>();
  for (const [rawName, rawValue] of pairs) {
    const name = decoded ? rawName : decodePercent(rawName);
    const list = grouped.get(name);
    const value = decoded ? rawValue : decodePercent(rawValue);
    if (list === undefined) grouped.set(name, [value]);
    else list.push(value);
  }
  return Object.fromEntries(
    [...grouped].map(([name, texts]) => {
      const property = hints.properties.get(name) ?? hints.additional;
      const isList = texts.length > 1 || property?.types.has('array') === true;
      return [
        name,
        isList
          ? texts.map(text => likeliestValue(property?.types.has('array') ? property.items : property, text))
          : likeliestValue(property, texts[0] ?? ''),
      ];
    }),
  );
}
