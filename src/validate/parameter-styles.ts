// Parses path, query, header and cookie parameters in every style of OpenAPI 3 into candidate values.

import { decodePercent, hasMalformedEscape, type Pair } from '../exchange/exchange.ts';
import { isObject, ownMember } from '../exchange/json.ts';
import type { Parameter } from '../openapi/model.ts';
import { candidateValues, isStructured, memberValue, type TypeHints } from '../schema/type-hints.ts';
import {
  isNestedProperty,
  malformed,
  nestedJson,
  notDefinedByOpenApi,
  objectFromPairs,
  type ParameterValue,
  parseDelimited,
  parseDelimitedPair,
  parseItems,
  readEachWay,
  STYLE_SEPARATORS,
  splitPair,
  type ValueStructure,
  values,
} from './style-values.ts';

const ABSENT: ParameterValue = { kind: 'absent' };

/** @param raw the text in the path as sent, not percent-decoded */
export function parsePathParameter(parameter: Parameter, hints: TypeHints, raw: string): ParameterValue {
  if (hasMalformedEscape(raw))
    return malformed('contains a "%" that is not followed by two hexadecimal digits');
  return readEachWay(hints, structure => readPathParameter(parameter, hints, structure, raw));
}

function readPathParameter(
  parameter: Parameter,
  hints: TypeHints,
  structure: ValueStructure,
  raw: string,
): ParameterValue {
  switch (parameter.style) {
    case 'label': {
      if (!raw.startsWith('.')) return malformed('must begin with "."');
      const body = raw.slice(1);
      // OpenAPI 3.1.1 separates the members with "," as RFC 6570 does; the table of 3.1.0 and earlier has ".".
      if (!parameter.explode && structure !== 'primitive' && body.includes('.') && !body.includes(',')) {
        const dotSeparated = parseDelimited(hints, structure, body, '.', false);
        const commaSeparated = parseDelimited(hints, structure, body, ',', false);
        return commaSeparated.kind === 'values' && dotSeparated.kind === 'values'
          ? values(...dotSeparated.values, ...commaSeparated.values)
          : dotSeparated;
      }
      // RFC 6570 section 3.2.5: "." separates exploded members.
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
    return values(pairs.map(([, value]) => memberValue(hints.items, decodePercent(value))));
  }
  if (pairs.length > 1) return malformed(`is sent ${pairs.length} times; one value is allowed`);
  return parseDelimited(hints, structure, pairs[0]?.[1] ?? '', ',', false);
}

/** @param raw the value of the header; undefined when the message does not have it */
export function parseHeaderParameter(
  parameter: Pick<Parameter, 'explode'>,
  hints: TypeHints,
  raw: string | undefined,
): ParameterValue {
  if (raw === undefined) return ABSENT;
  return readEachWay(hints, structure => {
    // Header values are not percent-encoded; list items may have spaces around them (RFC 9110 section 5.6.1).
    if (structure === 'primitive') return { kind: 'values', values: candidateValues(hints, raw.trim()) };
    const items = raw.trim() === '' ? [] : raw.split(',').map(item => item.trim());
    return nestedJson(hints, structure, raw) ?? parseItems(hints, structure, items, parameter.explode);
  });
}

/**
 * Set-Cookie is not a list with commas: its values contain them, and each field is one cookie (RFC 6265 section 3).
 * @param exploded each cookie is a member of an object
 */
export function parseSetCookieHeader(
  hints: TypeHints,
  fields: readonly string[] | undefined,
  exploded: boolean,
): ParameterValue {
  const [first] = fields ?? [];
  if (fields === undefined || first === undefined) return ABSENT;
  return readEachWay(hints, structure => {
    if (structure === 'array') return values(fields.map(field => memberValue(hints.items, field)));
    if (structure === 'object')
      return exploded
        ? values(objectFromPairs(hints, fields.map(splitPair), true))
        : notDefinedByOpenApi('an object in Set-Cookie');
    return values(fields.find(field => !hints.accepts(field)) ?? first);
  });
}

/** @param pairs all pairs of the query; the pairs of this parameter are added to `used` */
export function parseQueryParameter(
  parameter: Parameter,
  hints: TypeHints,
  pairs: readonly Pair[],
  used: Set<Pair>,
): ParameterValue {
  return readEachWay(hints, structure => readQueryParameter(parameter, hints, structure, pairs, used));
}

function readQueryParameter(
  parameter: Parameter,
  hints: TypeHints,
  structure: ValueStructure,
  pairs: readonly Pair[],
  used: Set<Pair>,
): ParameterValue {
  if (parameter.style === 'deepObject') return parseDeepObject(parameter, hints, structure, pairs, used);
  if (parameter.style === 'form' && parameter.explode && structure === 'object')
    return parseExplodedObject(parameter, hints, pairs, used);
  const matching = pairs.filter(({ name }) => name === parameter.name);
  for (const pair of matching) used.add(pair);
  const [first] = matching;
  if (first === undefined) {
    const isNested = structure === 'array' && isStructured(hints.items);
    return isNested && takeBracketed(parameter.name, pairs, used) ? NESTED : ABSENT;
  }
  if (parameter.style !== 'form') {
    // A single value is written as a list of one.
    if (structure === 'primitive' && !hints.types.has('array'))
      return notDefinedByOpenApi(`style ${parameter.style} for a single value`);
    if (parameter.explode) return notDefinedByOpenApi(`style ${parameter.style} exploded`);
  }
  if (matching.some(({ raw }) => hasMalformedEscape(raw)))
    return malformed('contains a "%" that is not followed by two hexadecimal digits');
  if (parameter.allowEmptyValue && matching.every(({ raw }) => raw === '')) return values();
  if (structure === 'primitive') {
    if (matching.length === 1) return { kind: 'values', values: candidateValues(hints, first.value) };
    // A schema without types allows a list.
    return hints.types.size === 0
      ? values(matching.map(({ value }) => value))
      : malformed(`is sent ${matching.length} times; one value is allowed`);
  }
  if (parameter.explode) {
    const json = matching.length === 1 ? nestedJson(hints, structure, first.value) : undefined;
    return json ?? values(matching.map(({ value }) => memberValue(hints.items, value)));
  }
  if (matching.length > 1)
    return malformed(`is sent ${matching.length} times; with explode: false all members belong in one value`);
  return parseDelimitedPair(hints, structure, first, ownMember(STYLE_SEPARATORS, parameter.style) ?? /,/);
}

function parseExplodedObject(
  { required }: Parameter,
  hints: TypeHints,
  pairs: readonly Pair[],
  used: Set<Pair>,
): ParameterValue {
  const matching = pairs.filter(({ name }) => hints.properties.has(name));
  const nested = [...hints.properties].filter(([, property]) => isNestedProperty(property));
  if (nested.map(([name]) => takeBracketed(name, pairs, used)).some(Boolean)) {
    for (const pair of matching) used.add(pair);
    return NESTED;
  }
  // An object schema without named properties describes a free-form query: all pairs belong to it.
  const matched = matching.length === 0 && hints.properties.size === 0 && hints.open ? pairs : matching;
  // RFC 6570 section 3.2.8: an object without members is written as nothing.
  if (matched.length === 0)
    return required && hints.types.size === 1 && hints.accepts({}) ? values({}) : ABSENT;
  for (const pair of matched) used.add(pair);
  return values(
    objectFromPairs(
      hints,
      matched.map(({ name, value }) => [name, value]),
      true,
    ),
  );
}

const NESTED = notDefinedByOpenApi('arrays and objects inside a parameter');

/** Takes the pairs that are called "name[...]...". @returns whether there are any */
function takeBracketed(name: string, pairs: readonly Pair[], used: Set<Pair>): boolean {
  const bracketed = pairs.filter(pair => pair.name.startsWith(`${name}[`));
  for (const pair of bracketed) used.add(pair);
  return bracketed.length > 0;
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
  // For an object, the name without brackets belongs to another parameter; otherwise it belongs to this one.
  const unbracketed = structure === 'object' ? [] : pairs.filter(({ name }) => name === parameter.name);
  for (const pair of [...matching, ...unbracketed]) used.add(pair);
  if (matching.length === 0 && unbracketed.length === 0) return ABSENT;
  if (structure === 'primitive' && hints.types.has('object')) {
    // The style has no meaning for a single value, and the name without brackets is what clients send.
    const [only] = unbracketed;
    if (only === undefined) return ABSENT;
    const { message } = notDefinedByOpenApi('style deepObject for a single value');
    return { kind: 'values', values: candidateValues(hints, only.value), unknown: message };
  }
  if (structure !== 'object')
    return notDefinedByOpenApi(
      `style deepObject for ${structure === 'array' ? 'an array' : 'a single value'}`,
    );
  // OpenAPI 3.1.1 does not define deepObject with explode: false. Documents that omit `explode` mean true, despite its
  // default of false, so only an explicit false counts.
  if (isObject(parameter.node.value) && parameter.node.value.explode === false)
    return notDefinedByOpenApi('style deepObject with explode: false');
  const members = matching.map(({ name, value }): [string, string] => [name.slice(prefix.length, -1), value]);
  if (members.some(([name]) => name.includes('[')))
    return notDefinedByOpenApi('style deepObject nested more than one level');
  return values(objectFromPairs(hints, members, true));
}
