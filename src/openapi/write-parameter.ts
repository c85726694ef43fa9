// Writes the value of a parameter in its style (OpenAPI, Style Values), or in the media type of its content.

import { Buffer } from 'node:buffer';
import { textOfValue } from '../exchange/json.ts';
import { parseMediaType } from '../exchange/media-type.ts';
import type { ApiSpec, Parameter } from './model.ts';
import { writeBody } from './write-body.ts';
import { encoderOf, joinedText, pairsOf, pathText } from './write-style.ts';

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
  if (location === 'header') return joinedText(parameter, value, encode);
  return pairsOf(parameter, value, encode)
    .map(pair => pair.join('='))
    .join(location === 'cookie' ? '; ' : '&');
}

/** The value in the media type of the content, which is text in a URL or a header. */
function contentText(api: ApiSpec, content: NonNullable<Parameter['content']>, value: unknown): string {
  const bytes = writeBody(api, content.schema, essenceOf(content), [value], content);
  return bytes === undefined ? textOfValue(value) : Buffer.from(bytes).toString();
}

const FORM = 'application/x-www-form-urlencoded';

function essenceOf({ mediaType }: { readonly mediaType: string }): string {
  return parseMediaType(mediaType)?.essence ?? '';
}

/** Whether the name stands before the value. */
function isNamed(location: Parameter['in']): boolean {
  return location === 'query' || location === 'cookie';
}
