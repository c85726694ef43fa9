// Converts a recorded response to a reply: status, relevant headers, and the body as data.
import { Buffer } from 'node:buffer';
import { isDeepStrictEqual, TextDecoder } from 'node:util';
import { decodeBody } from '../exchange/body.ts';
import { header, isRecorded, type Response } from '../exchange/exchange.ts';
import { FIELD_NAME, isCommonHeader, isHopByHop, isSignificantHeader } from '../exchange/header-names.ts';
import { isJson, mediaTypeOf, parseMediaType } from '../exchange/media-type.ts';
import { secretTest } from '../exchange/secrets.ts';
import { type Operation, type ResponseSpec, responseFor, secretNames } from '../openapi/model.ts';
import { isLosslessJson } from './lossless-json.ts';

/** Why an exchange has no place in a scenario, as the accounting names it. */
export type SkipReason =
  | 'body not recorded'
  | 'binary body'
  | 'body of more than 1 MiB'
  | 'nested too deeply'
  | 'text with a charset other than UTF-8'
  | 'numbers that lost precision when secrets were redacted'
  | 'text too long for a template'
  | 'status that a scenario cannot reply with';

type ReplyBody =
  | { readonly kind: 'data'; readonly value: unknown }
  | { readonly kind: 'text'; readonly text: string }
  /** Sent exactly like this, although its media type is JSON. */
  | { readonly kind: 'verbatim'; readonly text: string }
  | { readonly kind: 'empty' }
  /** What the document says is what was said. `example`: "" for the first one, or one that is not named. */
  | { readonly kind: 'unsaid' };

export interface RecordedReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | null>>;
  readonly body: ReplyBody;
  /** Set: the body is that example of the document; "" for the one that is given when none is named. */
  readonly example: string | undefined;
}

const MAX_BODY_BYTES = 1024 * 1024;
const MAX_DEPTH = 60;

/**
 * @param response with its secrets taken out
 * @param original as it was recorded
 * @param method of the request: the answer to HEAD says nothing of the body
 */
export function toRecordedReply(
  operation: Operation,
  method: string,
  response: Response,
  original: Response,
): RecordedReply | SkipReason {
  const { status } = response;
  if (status < 200 || status > 599) return 'status that a scenario cannot reply with';
  const declared = responseFor(operation, status);
  const replyBody = readReplyBody(method, declared, response, original);
  if (typeof replyBody === 'string') return replyBody;
  const headers = replyHeaders(operation, declared, response, replyBody);
  const complete = (declared?.headers ?? []).every(
    ({ name }) => header(response.headers, name.toLowerCase()) !== undefined,
  );
  const example =
    complete && headers['content-type'] === undefined ? matchingExample(declared, original) : undefined;
  return { status, headers, body: replyBody, example };
}

function readReplyBody(
  method: string,
  declared: ResponseSpec | undefined,
  response: Response,
  original: Response,
): ReplyBody | SkipReason {
  const { body, status } = response;
  const bodiless = method === 'HEAD' || status === 204 || status === 205 || status === 304;
  // Browsers do not keep what a redirect said, and nobody acts on it.
  const nothing = bodiless || (status >= 300 && status < 400 && !isRecorded(body));
  if (method === 'HEAD' && declared !== undefined) return { kind: 'unsaid' };
  if (nothing) return declared?.contents.length === 0 ? { kind: 'unsaid' } : { kind: 'empty' };
  if (!isRecorded(body) || !isRecorded(original.body)) return 'body not recorded';
  if (body.length === 0) return declared?.contents.length === 0 ? { kind: 'unsaid' } : { kind: 'empty' };
  if (body.length > MAX_BODY_BYTES) return 'body of more than 1 MiB';
  const essence = mediaTypeOf(response.headers)?.essence;
  const decoded = decodeBody(response);
  if (decoded.kind === 'json') return jsonReplyBody(decoded.value, body, original.body);
  if (decoded.kind === 'multipart') return 'binary body';
  const text = decodeUtf8(body);
  if (decoded.kind === 'text' && text !== decoded.text) return 'text with a charset other than UTF-8';
  if (text === undefined || /\0/.test(text)) return 'binary body';
  // Without a media type the one that is declared would decide how the text is written.
  if (essence === undefined || isJson(essence)) return { kind: 'verbatim', text };
  return decoded.kind === 'bytes' ? 'binary body' : { kind: 'text', text };
}

function jsonReplyBody(value: unknown, body: Uint8Array, original: Uint8Array): ReplyBody | SkipReason {
  const { isDeep, isSpecial } = scanJson(value);
  const isLossless = isLosslessJson(Buffer.from(original).toString('utf8'));
  if (isLossless && !isDeep && !isSpecial) return { kind: 'data', value };
  // Taking secrets out may have written the numbers anew.
  if (isLossless || Buffer.from(body).equals(original))
    return { kind: 'verbatim', text: Buffer.from(body).toString('utf8') };
  return isDeep ? 'nested too deeply' : 'numbers that lost precision when secrets were redacted';
}

/** Whether it is nested too deeply for a scenario, or says what means something else there. Not by recursion, therefore. */
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
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}

/** The name of the example that was answered with, if it was one and would be given again. */
function matchingExample(declared: ResponseSpec | undefined, original: Response): string | undefined {
  const content = declared?.contents[0];
  const decoded = decodeBody(original);
  if (content === undefined || !isJson(parseMediaType(content.mediaType)?.essence ?? '')) return undefined;
  if (decoded.kind !== 'json' || decoded.imprecise.length > 0) return undefined;
  const index = content.examples.findIndex(({ value }) => isDeepStrictEqual(value, decoded.value));
  return index === 0 ? '' : content.examples[index]?.name;
}

/** Of HTTP's own fields, those that clients go by when they keep an answer. */
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

/** Of how that one answer was sent, when, and to whom. */
const PER_RESPONSE_FIELDS = new Set(['content-encoding', 'content-length', 'date', 'set-cookie', 'trailer']);

function replyHeaders(
  { api }: Operation,
  declared: ResponseSpec | undefined,
  response: Response,
  replyBody: ReplyBody,
): Record<string, string | null> {
  const isSecret = secretTest(secretNames(api));
  const declaredNames = new Map(declared?.headers.map(each => [each.name.toLowerCase(), each]));
  const isLossless: Record<string, string | null> = {};
  for (const name of Object.keys(response.headers).sort()) {
    const value = header(response.headers, name);
    const parameter = declaredNames.get(name);
    if (value === undefined || name === 'content-type' || !FIELD_NAME.test(name)) continue;
    if (isHopByHop(name) || PER_RESPONSE_FIELDS.has(name)) continue;
    if (parameter === undefined && !isRelevantField(name) && isCommonHeader(name)) continue;
    // A secret is not kept, and where the document demands that there be one its placeholder is.
    if (isSecret(name) && parameter?.required !== true && !isRelevantField(name)) continue;
    isLossless[name] = value;
  }
  const type = unusualMediaType(declared, response, replyBody);
  return type === undefined ? isLossless : { 'content-type': type, ...isLossless };
}

/** The Content-Type where it is not the one that a scenario gives by itself; null: there was none. */
function unusualMediaType(
  declared: ResponseSpec | undefined,
  response: Response,
  replyBody: ReplyBody,
): string | null | undefined {
  if (replyBody.kind === 'unsaid' || replyBody.kind === 'empty') return undefined;
  const sent = header(response.headers, 'content-type');
  if (sent === undefined) return null;
  const isText =
    replyBody.kind === 'text' || (replyBody.kind === 'data' && typeof replyBody.value === 'string');
  const usual = parseMediaType(
    declared?.contents[0]?.mediaType ?? (isText ? 'text/plain' : 'application/json'),
  );
  const type = parseMediaType(sent);
  const isUsual =
    type !== undefined &&
    type.essence === usual?.essence &&
    Object.entries(type.parameters).every(
      // Data is written in UTF-8, whatever it was recorded in.
      ([name, value]) =>
        usual.parameters[name] === value ||
        (name === 'charset' && (replyBody.kind === 'data' || /^utf-?8$/i.test(value))),
    );
  if (isUsual) return undefined;
  return replyBody.kind === 'data' ? sent.replace(/;\s*charset=[^;]*/i, '') : sent;
}
