// Writes an object as a URL-encoded form: each field as its Encoding Object says.

import { isObject, textOfValue } from '../exchange/json.ts';
import { isJson, parseMediaType } from '../exchange/media-type.ts';
import type { ApiSpec, Content, ParameterStyle } from './model.ts';
import { encodingAt } from './part-encoding.ts';
import { encoderOf, pairsOf, type StyledParameter } from './write-style.ts';

/** @param content undefined: no field has an Encoding Object */
export function writeForm(
  api: ApiSpec,
  content: Pick<Content, 'node'> | undefined,
  value: Readonly<Record<string, unknown>>,
): string {
  return Object.entries(value)
    .flatMap(([name, member]): string[] => {
      const encoding = content && encodingAt(api, content, name)?.value;
      const field = isObject(encoding) ? styledField(name, encoding) : undefined;
      if (field !== undefined) return pairsOf(field, member, encoderOf(field)).map(pair => pair.join('='));
      const type = isObject(encoding) ? textOfValue(encoding.contentType) : '';
      const isOne = isJson(parseMediaType(type)?.essence ?? '');
      const texts = (isOne ? [JSON.stringify(member)] : [member].flat()).map(textOfValue);
      return texts.map(text => new URLSearchParams([[name, text]]).toString());
    })
    .filter(piece => piece !== '')
    .join('&');
}

/** Undefined: the field has no style, so its content type describes it (OpenAPI, Encoding Object). */
function styledField(name: string, encoding: Readonly<Record<string, unknown>>): StyledParameter | undefined {
  const { style, explode, allowReserved } = encoding;
  if ((style ?? explode ?? allowReserved) === undefined) return undefined;
  const given = typeof style === 'string' ? style : 'form';
  return {
    name,
    in: 'query',
    style: given as ParameterStyle,
    explode: typeof explode === 'boolean' ? explode : given === 'form',
    allowReserved: allowReserved === true,
  };
}
