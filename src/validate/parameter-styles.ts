// Parses path, query, header and cookie parameters in every style of OpenAPI 3.0 and 3.1 into candidate values.

import { decodePercent, hasMalformedEscape, type Pair } from '../exchange/exchange.ts';
import { isObject } from '../exchange/json.ts';
import type { Parameter } from '../openapi/model.ts';
import { candidateValues, likeliestValue, type TypeHints } from '../schema/type-hints.ts';
import {
  malformed,
  objectFromPairs,
  type ParameterValue,
  parseDelimited,
  parseDelimitedPair,
  parseItems,
  STYLE_SEPARATORS,
  splitPair,
  type ValueStructure,
  values,
} from './style-values.ts';

const ABSENT: ParameterValue = { kind: 'absent' };

const notDefinedByOpenApi = (combination: string): ParameterValue => ({
  kind: 'not-checkable',
  message: `OpenAPI does not define ${combination}`,
});

function valueStructureOf(hints: TypeHints): ValueStructure {
  if (hints.types.has('array')) return 'array';
  return hints.types.has('object') ? 'object' : 'primitive';
}

/** @param raw the text in the path as sent, not percent-decoded */
export function parsePathParameter(parameter: Parameter, hints: TypeHints, raw: string): ParameterValue {
  if (hasMalformedEscape(raw))
    return malformed('contains a "%" that is not followed by two hexadecimal digits');
  const structure = valueStructureOf(hints);
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
    return values(pairs.map(([, value]) => likeliestValue(hints.items, decodePercent(value))));
  }
  if (pairs.length > 1) return malformed(`is sent ${pairs.length} times; one value is allowed`);
  return parseDelimited(hints, structure, pairs[0]?.[1] ?? '', ',', false);
}

/** @param raw the value of the header; undefined when the message does not have it */
export function parseHeaderParameter(
  parameter: Parameter,
  hints: TypeHints,
  raw: string | undefined,
): ParameterValue {
  if (raw === undefined) return ABSENT;
  const structure = valueStructureOf(hints);
  // Header values are not percent-encoded; list items may have spaces around them (RFC 9110 section 5.6.1).
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

/** @param pairs all pairs of the query; the pairs of this parameter are added to `used` */
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

function parseExplodedObject(hints: TypeHints, pairs: readonly Pair[], used: Set<Pair>): ParameterValue {
  const matching = pairs.filter(({ name }) => hints.properties.has(name));
  // An object schema without named properties describes a free-form query: all pairs belong to it.
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
  // For an object, the name without brackets belongs to another parameter; otherwise it belongs to this one.
  const unbracketed = structure === 'object' ? [] : pairs.filter(({ name }) => name === parameter.name);
  for (const pair of [...matching, ...unbracketed]) used.add(pair);
  if (matching.length === 0 && unbracketed.length === 0) return ABSENT;
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
