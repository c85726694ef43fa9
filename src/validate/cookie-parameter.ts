// Parses a parameter in cookies, in the styles "form" and "cookie", into candidate values.

import { type Pair, withoutQuotes } from '../exchange/exchange.ts';
import type { Parameter } from '../openapi/model.ts';
import { candidateValues, memberValue, type TypeHints } from '../schema/type-hints.ts';
import {
  notDefinedByOpenApi,
  objectFromPairs,
  type ParameterValue,
  parseDelimited,
  readEachWay,
  type ValueStructure,
  values,
} from './style-values.ts';

const ABSENT: ParameterValue = { kind: 'absent' };

export function parseCookieParameter(
  parameter: Parameter,
  hints: TypeHints,
  cookies: readonly Pair[],
): ParameterValue {
  return readEachWay(hints, structure => readCookieParameter(parameter, hints, structure, cookies));
}

function readCookieParameter(
  parameter: Parameter,
  hints: TypeHints,
  structure: ValueStructure,
  cookies: readonly Pair[],
): ParameterValue {
  const matching = cookies.filter(({ name }) => name === parameter.name);
  if (parameter.style === 'cookie') return readCookies(parameter, hints, structure, cookies, matching);
  if (structure !== 'primitive' && parameter.explode) {
    const members = structure === 'array' ? [] : cookies.filter(({ name }) => hints.properties.has(name));
    return matching.length === 0 && members.length === 0
      ? ABSENT
      : notDefinedByOpenApi(`exploded ${structure} in a cookie`);
  }
  const [first] = matching;
  return first === undefined
    ? ABSENT
    : parseDelimited(hints, structure, withoutQuotes(first.raw), ',', false);
}

/** Style "cookie": values are as sent, and each member of an array or an object is a cookie of its own (OpenAPI 3.2). */
function readCookies(
  { explode }: Parameter,
  hints: TypeHints,
  structure: ValueStructure,
  cookies: readonly Pair[],
  matching: readonly Pair[],
): ParameterValue {
  const isObject = structure === 'object';
  const isFreeForm = hints.properties.size === 0 && hints.open;
  const members = isObject ? cookies.filter(({ name }) => isFreeForm || hints.properties.has(name)) : [];
  const [first, ...others] = isObject && explode ? members : matching;
  if (first === undefined) return ABSENT;
  if (structure !== 'primitive' && !explode)
    return notDefinedByOpenApi(`an ${structure} in a cookie without explode`);
  if (isObject) {
    const pairs = members.map(({ name, raw }): [string, string] => [name, raw]);
    return values(objectFromPairs(hints, pairs, true));
  }
  if (structure === 'array')
    return values([first, ...others].map(({ raw }) => memberValue(hints.items, raw)));
  const bare = withoutQuotes(first.raw);
  // Whether quotes belong to the value is left to the client and the server.
  const readings = bare === first.raw ? [first.raw] : [first.raw, bare];
  return { kind: 'values', values: readings.flatMap(each => candidateValues(hints, each)) };
}
