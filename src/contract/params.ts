// Parameter serialisation of OpenAPI 3.0 and 3.1: every style, exploded or not, from the text on the wire to candidate values.
import { decodePercent, hasBrokenEscape, type Pair } from '../exchange/exchange.ts';
import type { Parameter } from './contract.ts';
import { reading, readings, type Shape } from './shape.ts';
import { isObject } from './sources.ts';

/** What the text of a parameter can stand for. */
export type Styled =
  | { readonly kind: 'absent' }
  /** Likeliest first; the first that satisfies the schema counts. */
  | { readonly kind: 'values'; readonly values: readonly unknown[] }
  | { readonly kind: 'malformed'; readonly why: string }
  /** Nothing can be said of it, for instance because OpenAPI leaves the combination undefined. */
  | { readonly kind: 'not-checkable'; readonly why: string };

type Structure = 'primitive' | 'array' | 'object';

function structureOf(shape: Shape): Structure {
  if (shape.types.has('array')) return 'array';
  return shape.types.has('object') ? 'object' : 'primitive';
}

const ABSENT: Styled = { kind: 'absent' };
const undefinedFor = (what: string): Styled => ({ kind: 'not-checkable', why: `OpenAPI defines no ${what}` });
const malformed = (why: string): Styled => ({ kind: 'malformed', why });
const values = (...list: unknown[]): Styled => ({ kind: 'values', values: list });

/** @param raw the segment's text as sent, not percent-decoded */
export function readPathParameter(parameter: Parameter, shape: Shape, raw: string): Styled {
  if (hasBrokenEscape(raw)) return malformed('holds a "%" that begins no escape');
  const structure = structureOf(shape);
  switch (parameter.style) {
    case 'label': {
      if (!raw.startsWith('.')) return malformed('must begin with "."');
      const body = raw.slice(1);
      // OpenAPI 3.1.1 separates unexploded members by "," as RFC 6570 does; the table of 3.1.0 and before has ".".
      if (!parameter.explode && structure !== 'primitive' && body.includes('.') && !body.includes(',')) {
        const dotted = fromDelimited(shape, structure, body, '.', false);
        const whole = fromDelimited(shape, structure, body, ',', false);
        return whole.kind === 'values' && dotted.kind === 'values'
          ? values(...dotted.values, ...whole.values)
          : dotted;
      }
      // RFC 6570 section 3.2.5: exploded members are separated by "." too.
      return fromDelimited(
        shape,
        structure,
        body,
        parameter.explode && structure !== 'primitive' ? '.' : ',',
        parameter.explode,
      );
    }
    case 'matrix':
      return readMatrix(parameter, shape, structure, raw);
    default:
      return fromDelimited(shape, structure, raw, ',', parameter.explode);
  }
}

function readMatrix(parameter: Parameter, shape: Shape, structure: Structure, raw: string): Styled {
  if (!raw.startsWith(';')) return malformed('must begin with ";"');
  const pairs = raw.slice(1).split(';').map(splitPair);
  if (structure === 'object' && parameter.explode) return values(toObject(shape, pairs));
  if (pairs.some(([name]) => decodePercent(name) !== parameter.name))
    return malformed(`must be written ";${parameter.name}=..."`);
  if (structure === 'array' && parameter.explode) {
    return values(pairs.map(([, value]) => reading(shape.items, decodePercent(value))));
  }
  if (pairs.length > 1) return malformed(`is sent ${pairs.length} times and takes one value`);
  return fromDelimited(shape, structure, pairs[0]?.[1] ?? '', ',', false);
}

/** @param raw the field's value, or undefined when the message has no such field */
export function readHeaderParameter(parameter: Parameter, shape: Shape, raw: string | undefined): Styled {
  if (raw === undefined) return ABSENT;
  const structure = structureOf(shape);
  // Header values are not percent-encoded; list members may have blanks around them (RFC 9110 section 5.6.1).
  if (structure === 'primitive') return { kind: 'values', values: readings(shape, raw.trim()) };
  const items = raw.trim() === '' ? [] : raw.split(',').map(item => item.trim());
  return fromList(shape, structure, items, parameter.explode);
}

export function readCookieParameter(parameter: Parameter, shape: Shape, cookies: readonly Pair[]): Styled {
  const own = cookies.filter(({ name }) => name === parameter.name);
  const structure = structureOf(shape);
  if (structure !== 'primitive' && parameter.explode) {
    const members = cookies.filter(({ name }) => shape.properties.has(name));
    return own.length === 0 && members.length === 0
      ? ABSENT
      : undefinedFor(`exploded ${structure} in a cookie`);
  }
  const [first] = own;
  return first === undefined ? ABSENT : fromDelimited(shape, structure, first.raw, ',', false);
}

/** @param pairs the whole query; those that belong to the parameter are added to `used` */
export function readQueryParameter(
  parameter: Parameter,
  shape: Shape,
  pairs: readonly Pair[],
  used: Set<Pair>,
): Styled {
  const structure = structureOf(shape);
  if (parameter.style === 'deepObject') return readDeepObject(parameter, shape, structure, pairs, used);
  if (parameter.style === 'form' && parameter.explode && structure === 'object')
    return readExplodedObject(shape, pairs, used);
  const own = pairs.filter(({ name }) => name === parameter.name);
  for (const pair of own) used.add(pair);
  const [first] = own;
  if (first === undefined) return ABSENT;
  if (parameter.style !== 'form') {
    if (structure === 'primitive') return undefinedFor(`style ${parameter.style} for a single value`);
    if (parameter.explode) return undefinedFor(`style ${parameter.style} exploded`);
  }
  if (own.some(({ raw }) => hasBrokenEscape(raw))) return malformed('holds a "%" that begins no escape');
  if (parameter.allowEmptyValue && own.every(({ raw }) => raw === '')) return values();
  if (structure === 'primitive') {
    return own.length > 1
      ? malformed(`is sent ${own.length} times and takes one value`)
      : { kind: 'values', values: readings(shape, first.value) };
  }
  if (parameter.explode) return values(own.map(({ value }) => reading(shape.items, value)));
  if (own.length > 1) return malformed(`is sent ${own.length} times; its members belong into one value`);
  return fromSeparated(shape, structure, first, SEPARATORS[parameter.style] ?? /,/);
}

export const SEPARATORS: Readonly<Record<string, RegExp>> = {
  form: /,/,
  spaceDelimited: /%20|\+| /,
  pipeDelimited: /\||%7c/i,
};

/** Splits before decoding; where that finds a single member, clients that escape the comma itself are understood as well. */
export function fromSeparated(shape: Shape, structure: Structure, pair: Pair, separator: RegExp): Styled {
  const pieces = pair.raw.split(separator).map(piece => decodePercent(piece.replaceAll('+', ' ')));
  const literal = fromList(shape, structure, pair.raw === '' ? [] : pieces, false);
  if (pieces.length > 1 || !/%2c/i.test(pair.raw) || literal.kind !== 'values') return literal;
  const escaped = fromList(shape, structure, pair.value.split(','), false);
  return escaped.kind === 'values' ? values(...literal.values, ...escaped.values) : literal;
}

function readExplodedObject(shape: Shape, pairs: readonly Pair[], used: Set<Pair>): Styled {
  const own = pairs.filter(({ name }) => shape.properties.has(name));
  // An open object without named properties takes whatever is there; that is how "free-form query" is written.
  const taken = own.length === 0 && shape.properties.size === 0 && shape.open ? pairs : own;
  if (taken.length === 0) return ABSENT;
  for (const pair of taken) used.add(pair);
  return values(
    toObject(
      shape,
      taken.map(({ name, value }) => [name, value]),
      true,
    ),
  );
}

function readDeepObject(
  parameter: Parameter,
  shape: Shape,
  structure: Structure,
  pairs: readonly Pair[],
  used: Set<Pair>,
): Styled {
  const prefix = `${parameter.name}[`;
  const own = pairs.filter(({ name }) => name.startsWith(prefix) && name.endsWith(']'));
  // An object's own name without brackets is another parameter's; where nothing is defined it is this one's.
  const whole = structure === 'object' ? [] : pairs.filter(({ name }) => name === parameter.name);
  for (const pair of [...own, ...whole]) used.add(pair);
  if (own.length === 0 && whole.length === 0) return ABSENT;
  if (structure !== 'object')
    return undefinedFor(`style deepObject for ${structure === 'array' ? 'an array' : 'a single value'}`);
  // `explode` is false by default, which OpenAPI 3.1.1 calls undefined here; nobody who leaves it out means that.
  if (isObject(parameter.part.value) && parameter.part.value.explode === false)
    return undefinedFor('style deepObject unexploded');
  const named = own.map(({ name, value }): [string, string] => [name.slice(prefix.length, -1), value]);
  if (named.some(([name]) => name.includes('[')))
    return undefinedFor('style deepObject nested more than one level');
  return values(toObject(shape, named, true));
}

function fromDelimited(
  shape: Shape,
  structure: Structure,
  raw: string,
  separator: string,
  explode: boolean,
): Styled {
  if (structure === 'primitive') return { kind: 'values', values: readings(shape, decodePercent(raw)) };
  if (raw === '') return fromList(shape, structure, [], explode);
  // In ".R=1.5.G=0" a dot separates only where another name follows it.
  const named = separator === '.' && structure === 'object' && explode;
  const pieces = raw.split(named ? /\.(?=[^.=]+=)/ : separator);
  if (structure === 'object' && explode) return values(toObject(shape, pieces.map(splitPair)));
  return fromList(shape, structure, pieces.map(decodePercent), false);
}

/** @param pieces decoded; an unexploded object alternates names and values */
function fromList(shape: Shape, structure: Structure, pieces: readonly string[], explode: boolean): Styled {
  if (structure === 'array') return values(pieces.map(piece => reading(shape.items, piece)));
  if (explode) return values(toObject(shape, pieces.map(splitPair)));
  if (pieces.length % 2 === 1) return malformed('must alternate names and values');
  const pairs: [string, string][] = [];
  for (let index = 0; index < pieces.length; index += 2)
    pairs.push([pieces[index] ?? '', pieces[index + 1] ?? '']);
  return values(toObject(shape, pairs, true));
}

function splitPair(piece: string): [string, string] {
  const equals = piece.indexOf('=');
  return equals < 0 ? [piece, ''] : [piece.slice(0, equals), piece.slice(equals + 1)];
}

/** A name that comes twice, or whose property is an array, becomes an array. */
export function toObject(
  shape: Shape,
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
      const property = shape.properties.get(name) ?? shape.additional;
      const isList = texts.length > 1 || property?.types.has('array') === true;
      return [
        name,
        isList
          ? texts.map(text => reading(property?.types.has('array') ? property.items : property, text))
          : reading(property, texts[0] ?? ''),
      ];
    }),
  );
}
