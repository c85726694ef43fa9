// Writes the value of a parameter in its style (OpenAPI, Style Values), or in the media type of its content.

import { Buffer } from 'node:buffer';
import { parseMediaType } from '../exchange/media-type.ts';
import type { ApiSpec, Parameter } from './model.ts';
import { writeBody } from './write-body.ts';

type Pair = readonly [name: string, value: string];

/**
 * @returns the text in the path, the value of a header, pairs of the query or of cookies, or the whole query string;
 * percent-encoded where the place requires it
 */
export function writeParameter(api: ApiSpec, parameter: Parameter, value: unknown): string {
  const { in: location, name, content } = parameter;
  const encode = encoderOf(parameter);
  if (content !== undefined) {
    const text = contentText(api, content, value);
    if (location === 'querystring') return essenceOf(content) === FORM ? text : encode(text);
    return isNamed(location) ? `${encode(name)}=${encode(text)}` : encode(text);
  }
  if (location === 'path') return pathText(parameter, value, encode);
  if (location === 'header') return joined(parameter, value, encode);
  return pairsOf(parameter, value, encode)
    .map(pair => pair.join('='))
    .join(location === 'cookie' ? '; ' : '&');
}

/** The value in the media type of the content, which is text in a URL or a header. */
function contentText(api: ApiSpec, content: NonNullable<Parameter['content']>, value: unknown): string {
  const bytes = writeBody(api, content.schema, essenceOf(content), [value]);
  return bytes === undefined ? textOf(value) : Buffer.from(bytes).toString();
}

const FORM = 'application/x-www-form-urlencoded';

function essenceOf({ mediaType }: { readonly mediaType: string }): string {
  return parseMediaType(mediaType)?.essence ?? '';
}

/** Whether the name stands before the value. */
function isNamed(location: Parameter['in']): boolean {
  return location === 'query' || location === 'cookie';
}

/** Characters that URLs reserve, and that have no other meaning in the place (RFC 3986 section 2.2, RFC 6265 section 4.1.1). */
const RESERVED = {
  path: /[:@!$&'()*+,;=]/,
  query: /[:/?@!$'()*,;]/,
  cookie: /[:/?#[\]@!$&'()*+=]/,
} as const;

function encoderOf({ in: location, style, allowReserved }: Parameter): (text: string) => string {
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

type Encode = (text: string) => string;

function pathText({ name, style, explode }: Parameter, value: unknown, encode: Encode): string {
  const write = (each: unknown): string => encode(textOf(each));
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
function pairsOf(parameter: Parameter, value: unknown, encode: Encode): Pair[] {
  const { name, in: location, style, explode } = parameter;
  const write = (key: string, each: unknown): Pair => [encode(key), encode(textOf(each))];
  if (typeof value !== 'object' || value === null) return [write(name, value)];
  const members = Object.entries(value);
  if (style === 'deepObject') return members.map(([key, each]) => write(`${name}[${key}]`, each));
  if ((location === 'query' || style === 'cookie') && explode)
    return members.map(([key, each]) => write(Array.isArray(value) ? name : key, each));
  return [[encode(name), joined(parameter, value, encode)]];
}

/** All members in one value. */
function joined({ style, explode }: Parameter, value: unknown, encode: Encode): string {
  const write = (each: unknown): string => encode(textOf(each));
  if (typeof value !== 'object' || value === null) return write(value);
  const pieces = Object.entries(value).flatMap(([key, each]) => {
    if (Array.isArray(value)) return [write(each)];
    return explode ? [`${encode(key)}=${write(each)}`] : [encode(key), write(each)];
  });
  return pieces.join(style === 'spaceDelimited' ? '%20' : style === 'pipeDelimited' ? '%7C' : ',');
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
