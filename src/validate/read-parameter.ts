// Reads the value of a parameter from what was sent: in its style, or in the media type of its content.

import { decodeBody } from '../exchange/body.ts';
import { decodePercent, type Headers, hasMalformedEscape, header, type Pair } from '../exchange/exchange.ts';
import { parseMediaType } from '../exchange/media-type.ts';
import type { ApiSpec, Parameter } from '../openapi/model.ts';
import { candidateValues, typeHintsOf } from '../schema/type-hints.ts';
import { schemaValue } from './body-value.ts';
import { parseCookieParameter } from './cookie-parameter.ts';
import {
  parseHeaderParameter,
  parsePathParameter,
  parseQueryParameter,
  parseSetCookieHeader,
} from './parameter-styles.ts';
import { malformed, type ParameterValue, values } from './style-values.ts';

/** The parts of a request that have parameters. */
export interface SentParameters {
  /** As sent, not percent-decoded. */
  readonly pathValues: Readonly<Record<string, string>>;
  readonly query: readonly Pair[];
  readonly cookies: readonly Pair[];
  readonly headers: Headers;
  /** The query string without API keys. */
  readonly queryString: () => string;
}

const ABSENT: ParameterValue = { kind: 'absent' };
const MALFORMED_ESCAPE = malformed('contains a "%" that is not followed by two hexadecimal digits');

/** @param used the pairs of the query that belong to a parameter; those of this one are added */
export function readParameter(
  api: ApiSpec,
  parameter: Parameter,
  sent: SentParameters,
  used: Set<Pair>,
): ParameterValue {
  if (parameter.content !== undefined) return readContentOf(api, parameter, sent, used);
  const hints = typeHintsOf(api, parameter.schema);
  switch (parameter.in) {
    case 'path': {
      const raw = sent.pathValues[parameter.name];
      return raw === undefined ? ABSENT : parsePathParameter(parameter, hints, raw);
    }
    case 'query':
      return parseQueryParameter(parameter, hints, sent.query, used);
    case 'header':
      return parseHeaderParameter(parameter, hints, header(sent.headers, parameter.name.toLowerCase()));
    case 'cookie':
      return parseCookieParameter(parameter, hints, sent.cookies);
    case 'querystring':
      return ABSENT;
  }
}

/** Reads a parameter that is declared with `content`: its value is serialized in a media type. */
function readContentOf(
  api: ApiSpec,
  parameter: Parameter,
  sent: SentParameters,
  used: Set<Pair>,
): ParameterValue {
  const { name } = parameter;
  switch (parameter.in) {
    case 'path': {
      const raw = sent.pathValues[name];
      if (raw !== undefined && hasMalformedEscape(raw)) return MALFORMED_ESCAPE;
      return readContentParameter(api, parameter, raw && decodePercent(raw));
    }
    case 'header':
      return readContentParameter(api, parameter, header(sent.headers, name.toLowerCase()));
    case 'querystring':
      for (const pair of sent.query) used.add(pair);
      return readQueryString(api, parameter, sent.queryString());
    default: {
      const pairs = parameter.in === 'query' ? sent.query : sent.cookies;
      const matching = pairs.filter(pair => pair.name === name);
      for (const pair of matching) used.add(pair);
      return readContentParameter(api, parameter, matching[0]?.value);
    }
  }
}

/** A form is a query string already; text in another media type is percent-encoded (OpenAPI 3.2, Appendix E). */
function readQueryString(api: ApiSpec, parameter: Parameter, query: string): ParameterValue {
  if (query === '') {
    const mayBeEmpty = parameter.required && typeHintsOf(api, parameter.content?.schema).accepts({});
    return mayBeEmpty && isForm(parameter) ? values({}) : ABSENT;
  }
  if (hasMalformedEscape(query)) return MALFORMED_ESCAPE;
  return readContentParameter(api, parameter, isForm(parameter) ? query : decodePercent(query));
}

function isForm({ content }: Parameter): boolean {
  return parseMediaType(content?.mediaType ?? '')?.essence === 'application/x-www-form-urlencoded';
}

export function readResponseHeader(api: ApiSpec, parameter: Parameter, headers: Headers): ParameterValue {
  const name = parameter.name.toLowerCase();
  const fields = headers['set-cookie'];
  const isCookie = name === 'set-cookie';
  // OpenAPI 3.2, Representing the Set-Cookie Header: each cookie is a line of the text, or a member of the object.
  const isListed = isCookie && api.version === '3.2';
  const raw = isListed ? fields?.join('\n') : header(headers, name);
  if (parameter.content !== undefined) return readContentParameter(api, parameter, raw);
  const hints = typeHintsOf(api, parameter.schema);
  return isCookie
    ? parseSetCookieHeader(hints, fields, isListed && parameter.explode)
    : parseHeaderParameter(parameter, hints, raw);
}

/** Parses the text of a parameter or response header in the media type of its `content`. */
function readContentParameter(
  api: ApiSpec,
  { content }: Parameter,
  text: string | undefined,
): ParameterValue {
  if (text === undefined || content === undefined) return ABSENT;
  const { mediaType, schema } = content;
  const message = { headers: { 'content-type': [mediaType] }, body: new TextEncoder().encode(text) };
  const decoded = decodeBody(message);
  if (decoded.kind === 'malformed') return malformed(`cannot be parsed: ${decoded.reason}`);
  if (decoded.kind === 'json') return values(decoded.value);
  const hints = typeHintsOf(api, schema);
  const isText = decoded.kind === 'bytes' && (hints.types.size === 0 || hints.types.has('string'));
  if (schema === undefined || isText || /^text\/(?!xml)/.test(mediaType))
    return { kind: 'values', values: candidateValues(hints, text) };
  // JSON that is nested too deeply is not validated: its evaluation is recursive.
  const value =
    decoded.kind === 'deep-json' ? undefined : schemaValue(api, content, schema, decoded, message);
  if (value === undefined) {
    const reason = `a value of type ${mediaType} cannot be validated against a schema`;
    return { kind: 'not-checkable', message: reason };
  }
  return 'malformed' in value
    ? malformed(`cannot be parsed: ${value.malformed.message}`)
    : values(value.json);
}
