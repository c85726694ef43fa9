// Converts a recorded response to a reply: status, relevant headers and body.
import { Buffer } from 'node:buffer';
import { isDeepStrictEqual, TextDecoder } from 'node:util';
import { decodeBody } from '../exchange/body.ts';
import { header, isRecorded, type Response } from '../exchange/exchange.ts';
import { isJson, mediaTypeOf, parseMediaType } from '../exchange/media-type.ts';
import { type Operation, type ResponseSpec, responseFor } from '../openapi/model.ts';
import { isLosslessJson } from './lossless-json.ts';
import { type ReplyBody, type ReplyHeaders, replyHeaders } from './reply-headers.ts';

/** Why an exchange cannot become a reply; printed by "deadringer scenarios from". */
export type SkipReason =
  | 'body not recorded'
  | 'binary body'
  | 'body of more than 1 MiB'
  | 'nested too deeply'
  | 'text with a charset other than UTF-8'
  | 'a part that the document requires was not recorded'
  | 'numbers that lost precision when secrets were redacted'
  | 'status that a scenario cannot reply with';

export interface RecordedReply {
  readonly status: number;
  readonly headers: ReplyHeaders;
  readonly body: ReplyBody;
  /** Name of the declared example that equals the body; "" for the first example, which a reply does not name. */
  readonly example: string | undefined;
}

const MAX_BODY_BYTES = 1024 * 1024;
const MAX_DEPTH = 60;

/**
 * @param response the recorded response with redacted secrets
 * @param original the recorded response
 * @param method of the request: a response to HEAD has no body
 * @param startedAt of the exchange; 0: unknown
 */
export function toRecordedReply(
  operation: Operation,
  method: string,
  response: Response,
  original: Response,
  startedAt: number,
): RecordedReply | SkipReason {
  const { status } = response;
  if (status < 200 || status > 599) return 'status that a scenario cannot reply with';
  const declared = responseFor(operation, status);
  const replyBody = readReplyBody(method, declared, response, original);
  if (typeof replyBody === 'string') return replyBody;
  const headers = replyHeaders(operation, declared, response, replyBody, startedAt);
  const hasDeclaredHeaders = (declared?.headers ?? []).every(
    ({ name }) => header(response.headers, name.toLowerCase()) !== undefined,
  );
  const example =
    hasDeclaredHeaders && headers['content-type'] === undefined
      ? matchingExample(declared, original)
      : undefined;
  return { status, headers, body: replyBody, example };
}

function readReplyBody(
  method: string,
  declared: ResponseSpec | undefined,
  response: Response,
  original: Response,
): ReplyBody | SkipReason {
  const { body, status } = response;
  const isBodiless = status === 204 || status === 205 || status === 304;
  // Browsers do not record the body of a redirect, and clients ignore it.
  const isUnknown = method === 'HEAD' || (status >= 300 && status < 400 && !isRecorded(body));
  if (isUnknown && !isBodiless && declared !== undefined) return { kind: 'declared' };
  const empty: ReplyBody = { kind: declared?.contents.length === 0 ? 'declared' : 'empty' };
  if (isBodiless || isUnknown) return empty;
  if (!isRecorded(body) || !isRecorded(original.body)) return 'body not recorded';
  if (body.length === 0) return empty;
  if (body.length > MAX_BODY_BYTES) return 'body of more than 1 MiB';
  const essence = mediaTypeOf(response.headers)?.essence;
  const decoded = decodeBody(response);
  if (decoded.kind === 'json') return jsonReplyBody(decoded.value, body, original.body);
  if (decoded.kind === 'multipart') return 'binary body';
  const text = decodeUtf8(body);
  if (decoded.kind === 'text' && text?.replace(/^\ufeff/, '') !== decoded.text)
    return 'text with a charset other than UTF-8';
  if (text === undefined || (decoded.kind !== 'text' && text.includes('\0'))) return 'binary body';
  // Without a recorded media type, the declared one would decide how the text is serialized.
  if (essence === undefined || isJson(essence)) return { kind: 'verbatim', text };
  return decoded.kind === 'bytes' ? 'binary body' : { kind: 'text', text };
}

function jsonReplyBody(value: unknown, body: Uint8Array, original: Uint8Array): ReplyBody | SkipReason {
  const { isDeep, isSpecial } = scanJson(value);
  const isLossless = isLosslessJson(Buffer.from(original).toString('utf8'));
  if (isLossless && !isDeep && !isSpecial) return { kind: 'data', value };
  // Redaction may have serialized the numbers with lost precision: then the original text is not available.
  if (isLossless || Buffer.from(body).equals(original))
    return { kind: 'verbatim', text: Buffer.from(body).toString('utf8') };
  return isDeep ? 'nested too deeply' : 'numbers that lost precision when secrets were redacted';
}

/** Tests for nesting too deep for a scenario, and for values with a meaning in scenarios. Iterative, because nesting is unbounded. */
function scanJson(value: unknown): { isDeep: boolean; isSpecial: boolean } {
  let isDeep = false;
  let isSpecial = value === null;
  const pending: [unknown, number][] = [[value, 0]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [inner, depth] = next;
    isDeep ||= depth > MAX_DEPTH;
    if (typeof inner !== 'object' || inner === null) continue;
    isSpecial ||= Object.hasOwn(inner, '$each') || Object.hasOwn(inner, '$text');
    for (const member of Object.values(inner)) pending.push([member, depth + 1]);
  }
  return { isDeep, isSpecial };
}

function decodeUtf8(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return undefined;
  }
}

/** The name of the declared example that equals the body and that a mock would send again. */
function matchingExample(declared: ResponseSpec | undefined, original: Response): string | undefined {
  const content = declared?.contents[0];
  const decoded = decodeBody(original);
  if (content === undefined || !isJson(parseMediaType(content.mediaType)?.essence ?? '')) return undefined;
  if (decoded.kind !== 'json' || decoded.imprecise.length > 0) return undefined;
  const index = content.examples.findIndex(({ value }) => isDeepStrictEqual(value, decoded.value));
  return index === 0 ? '' : content.examples[index]?.name;
}
