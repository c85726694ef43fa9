// Writes values in the styles of parameters and of form fields (OpenAPI, Style Values).

import { textOfValue } from '../exchange/json.ts';
import type { Parameter } from './model.ts';

/** What the style of a parameter consists of. */
export type StyledParameter = Pick<Parameter, 'name' | 'in' | 'style' | 'explode' | 'allowReserved'>;

type Pair = readonly [name: string, value: string];

/** Characters that URLs reserve, and that have no other meaning in the place (RFC 3986 section 2.2, RFC 6265 section 4.1.1). */
const RESERVED = {
  path: /[:@!$&'()*+,;=]/,
  query: /[:/?@!$'()*,;]/,
  cookie: /[:/?#[\]@!$&'()*+=]/,
} as const;

export function encoderOf({ in: location, style, allowReserved }: StyledParameter): Encode {
  // Values of headers, and of cookies in this style, are passed through unchanged (OpenAPI 3.2, Parameter Object).
  if (location === 'header' || style === 'cookie') return text => text;
  if (!allowReserved) return text => encodeURIComponent(text.toWellFormed());
  const kept = RESERVED[location === 'querystring' ? 'query' : location];
  return text =>
    text
      .toWellFormed()
      .replace(/%[\da-f]{2}|[\s\S]/giu, piece =>
        piece.length === 3 || kept.test(piece) ? piece : encodeURIComponent(piece),
      );
}

export type Encode = (text: string) => string;

export function pathText({ name, style, explode }: StyledParameter, value: unknown, encode: Encode): string {
  const write = (each: unknown): string => encode(textOfValue(each));
  const before = style === 'label' ? '.' : style === 'matrix' ? `;${name}=` : '';
  if (typeof value !== 'object' || value === null) return before + write(value);
  const members = Object.entries(value);
  const isList = Array.isArray(value);
  if (!explode || (isList && style === 'simple'))
    return before + members.flatMap(([key, each]) => (isList ? [write(each)] : [key, write(each)])).join(',');
  const [first, separator] = style === 'label' ? ['.', '.'] : style === 'matrix' ? [';', ';'] : ['', ','];
  const pieces = members.map(([key, each]) =>
    isList ? (style === 'matrix' ? `${name}=${write(each)}` : write(each)) : `${key}=${write(each)}`,
  );
  return first + pieces.join(separator);
}

/** One pair, or several, each encoded. */
export function pairsOf(parameter: StyledParameter, value: unknown, encode: Encode): Pair[] {
  const { name, in: location, style, explode } = parameter;
  const write = (key: string, each: unknown): Pair => [encode(key), encode(textOfValue(each))];
  if (typeof value !== 'object' || value === null) return [write(name, value)];
  const members = Object.entries(value);
  if (style === 'deepObject') return members.map(([key, each]) => write(`${name}[${key}]`, each));
  if ((location === 'query' || style === 'cookie') && explode)
    return members.map(([key, each]) => write(Array.isArray(value) ? name : key, each));
  return [[encode(name), joinedText(parameter, value, encode)]];
}

/** All members in one value. */
export function joinedText({ style, explode }: StyledParameter, value: unknown, encode: Encode): string {
  const write = (each: unknown): string => encode(textOfValue(each));
  if (typeof value !== 'object' || value === null) return write(value);
  const pieces = Object.entries(value).flatMap(([key, each]) => {
    if (Array.isArray(value)) return [write(each)];
    return explode ? [`${encode(key)}=${write(each)}`] : [encode(key), write(each)];
  });
  return pieces.join(style === 'spaceDelimited' ? '%20' : style === 'pipeDelimited' ? '%7C' : ',');
}
