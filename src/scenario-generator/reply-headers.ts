// Selects the header fields of a recorded response that its reply has.

import { header, isWithheld, type Response } from '../exchange/exchange.ts';
import { FIELD_NAME, isCommonHeader, isHopByHop, isSignificantHeader } from '../exchange/header-names.ts';
import { parseMediaType } from '../exchange/media-type.ts';
import { secretTest } from '../exchange/secrets.ts';
import { type Operation, type ResponseSpec, redactedNames } from '../openapi/model.ts';
import { sampleValue } from '../openapi/sample-request.ts';
import { replyMediaType } from '../scenario/canned-response.ts';
import { replyCookies } from './reply-cookies.ts';

export type ReplyBody =
  | { readonly kind: 'data'; readonly value: unknown }
  | { readonly kind: 'text'; readonly text: string }
  /** Sent verbatim although the media type is JSON. */
  | { readonly kind: 'verbatim'; readonly text: string }
  | { readonly kind: 'empty' }
  /** The reply has no body; the mock sends what the document declares. */
  | { readonly kind: 'declared' };

/** Standard fields that caches and clients use to store a response. */
const CACHE_FIELDS = new Set([
  'cache-control',
  'content-language',
  'content-location',
  'etag',
  'expires',
  'last-modified',
]);

function isRelevantField(name: string): boolean {
  return isSignificantHeader(name) || CACHE_FIELDS.has(name);
}

/** Fields about one transmission of the response: encoding, length, time. */
const PER_RESPONSE_FIELDS = new Set(['content-encoding', 'content-length', 'date', 'trailer']);

export type ReplyHeaders = Readonly<Record<string, string | readonly string[] | null>>;

/** @param startedAt of the exchange; 0: unknown */
export function replyHeaders(
  { api }: Operation,
  declared: ResponseSpec | undefined,
  response: Response,
  replyBody: ReplyBody,
  startedAt: number,
): ReplyHeaders {
  const isSecret = secretTest(redactedNames(api));
  const declaredNames = new Map(declared?.headers.map(each => [each.name.toLowerCase(), each]));
  const replyFields: Record<string, string | readonly string[] | null> = {};
  for (const name of Object.keys(response.headers).sort()) {
    const value = header(response.headers, name);
    const parameter = declaredNames.get(name);
    if (value === undefined || name === 'content-type' || !FIELD_NAME.test(name)) continue;
    if (isHopByHop(name) || (PER_RESPONSE_FIELDS.has(name) && parameter?.required !== true)) continue;
    if (name === 'set-cookie') {
      const cookies = replyCookies(api, response, startedAt);
      replyFields[name] = cookies.length === 1 ? (cookies[0] ?? null) : cookies;
      continue;
    }
    if (parameter === undefined && !isRelevantField(name) && isCommonHeader(name)) continue;
    // Omit secrets. If the document requires the header, keep its placeholder.
    if (isSecret(name) && parameter?.required !== true && !isRelevantField(name)) continue;
    replyFields[name] = value;
  }
  for (const parameter of declared?.headers ?? []) {
    const name = parameter.name.toLowerCase();
    // The recording omits a required field: its value is unknown, but there was one.
    if (parameter.required && replyFields[name] === undefined && isWithheld(response, name))
      replyFields[name] = sampleValue(api, parameter);
  }
  const type = unusualMediaType(declared, response, replyBody);
  return type === undefined ? replyFields : { 'content-type': type, ...replyFields };
}

/** The Content-Type if it differs from the one that the mock sends by default; null: the response has none. */
function unusualMediaType(
  declared: ResponseSpec | undefined,
  response: Response,
  replyBody: ReplyBody,
): string | null | undefined {
  if (replyBody.kind === 'declared' || replyBody.kind === 'empty') return undefined;
  const sent = header(response.headers, 'content-type');
  if (sent === undefined) return isWithheld(response, 'content-type') ? undefined : null;
  const isText =
    replyBody.kind === 'text' || (replyBody.kind === 'data' && typeof replyBody.value === 'string');
  const usual = parseMediaType(
    replyMediaType(declared?.contents ?? [], replyBody.kind === 'data' ? replyBody.value : '') ??
      (isText ? 'text/plain' : 'application/json'),
  );
  const type = parseMediaType(sent);
  const isUsual =
    type !== undefined &&
    type.essence === usual?.essence &&
    Object.entries(type.parameters).every(
      // The mock sends data in UTF-8, independent of the recorded charset.
      ([name, value]) =>
        usual.parameters[name] === value ||
        (name === 'charset' && (replyBody.kind === 'data' || /^utf-?8$/i.test(value))),
    );
  if (isUsual) return undefined;
  return replyBody.kind === 'data' ? sent.replace(/;\s*charset=[^;]*/i, '') : sent;
}
