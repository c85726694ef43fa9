// The body decoder: removes content codings, and decodes bytes to a value by the media type.
import { Buffer } from 'node:buffer';
import { TextDecoder } from 'node:util';
import zlib from 'node:zlib';
import { type ParseError, parse as parseLeniently } from 'jsonc-parser';
import { parseExactJson, writeExactJson } from './exact-json.ts';
import { type Body, type Headers, isRecorded, type Pair, parsePairs } from './exchange.ts';
import { type ImpreciseNumber, impreciseNumbers } from './imprecise-numbers.ts';
import { isDeeplyNested } from './json-depth.ts';
import { isJsonValue } from './json-value.ts';
import { isJson, itemFormatOf, type MediaType, mediaTypeOf } from './media-type.ts';
import { type FormPart, splitMultipart } from './multipart.ts';
import { bodyText, type Message } from './text-body.ts';

/** The value of a body. Only `kind` is common to all. */
export type DecodedBody =
  | { readonly kind: 'empty' }
  /** `imprecise`: the numbers that lost digits in JSON.parse, such as integers beyond 2^53. */
  | { readonly kind: 'json'; readonly value: unknown; readonly imprecise: readonly ImpreciseNumber[] }
  /** JSON of more levels than recursive code may visit (json-depth.ts). */
  | { readonly kind: 'deep-json'; readonly value: unknown }
  | { readonly kind: 'form'; readonly pairs: readonly Pair[] }
  | { readonly kind: 'multipart'; readonly parts: readonly FormPart[] }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'malformed'; readonly reason: string }
  /** `undecodable`: not the recording but the message is at fault. */
  | { readonly kind: 'not-recorded'; readonly reason: string; readonly undecodable?: true };

/** The memo is a member of the message: a WeakMap costs the garbage collector more time than decoding takes. */
const MEMO: unique symbol = Symbol('decoded');

interface MemoisedMessage extends Message {
  [MEMO]?: { readonly of: Message; readonly decoded: DecodedBody };
}

/**
 * Decodes the body of a message by its Content-Type. The result is memoised: a message is decoded once. Never throws.
 * @example
 * const body = decodeBody(response);
 * if (body.kind === 'json') console.log(body.value);
 */
export function decodeBody(message: Message): DecodedBody {
  const memoised: MemoisedMessage = message;
  const memo = memoised[MEMO];
  // A copy with another body, such as a redacted one, has the memo of its original.
  if (memo?.of === message) return memo.decoded;
  const decoded = decode(message);
  // A caller of the public API may pass a frozen exchange.
  if (Object.isExtensible(message)) memoised[MEMO] = { of: message, decoded };
  return decoded;
}

/**
 * Adds the value to a message as a JSON body. The decoded body is memoised if JSON.parse returns an equal value; other values,
 * such as a Date or NaN, are parsed from the text.
 */
export function withJsonBody<Rest extends { readonly headers: Headers }>(
  message: Rest,
  value: unknown,
): Rest & Message {
  const text = writeExactJson(value);
  const result: Rest & MemoisedMessage = { ...message, body: Buffer.from(text) };
  if (isJson(mediaTypeOf(result.headers)?.essence ?? '') && isJsonValue(value))
    result[MEMO] = { of: result, decoded: jsonOf(value, text) };
  return result;
}

function decode(message: Message): DecodedBody {
  const mediaType = mediaTypeOf(message.headers);
  const text = bodyText(message);
  const decodeAs = text === undefined ? undefined : textDecoderOf(mediaType);
  if (text === undefined || decodeAs === undefined) return decodeBytes(message.body, mediaType);
  // TextDecoder also removes a byte order mark.
  return decodeAs(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text);
}

const BYTE_ORDER_MARK = 0xfeff;

/** As decodeBody, for bytes without a message: a part of a multipart body. Not memoised. Never throws. */
export function decodeBytes(body: Body, mediaType: MediaType | undefined): DecodedBody {
  if (!isRecorded(body)) {
    const { notRecorded: reason, undecodable } = body;
    return { kind: 'not-recorded', reason, ...(undecodable && { undecodable }) };
  }
  if (body.length === 0) return { kind: 'empty' };
  if (mediaType === undefined) return { kind: 'bytes', bytes: body };
  const decodeAs = textDecoderOf(mediaType);
  if (decodeAs !== undefined) return decodeCharset(body, mediaType, decodeAs);
  if (mediaType.essence.startsWith('multipart/')) {
    const boundary = mediaType.parameters.boundary;
    if (!boundary) return { kind: 'malformed', reason: 'its Content-Type has no boundary' };
    const parts = splitMultipart(body, boundary, mediaType.essence === 'multipart/form-data');
    return typeof parts === 'string' ? { kind: 'malformed', reason: parts } : { kind: 'multipart', parts };
  }
  return { kind: 'bytes', bytes: body };
}

/** @returns the function that decodes text of this media type; undefined for binary media types */
function textDecoderOf(mediaType: MediaType | undefined): ((text: string) => DecodedBody) | undefined {
  const essence = mediaType?.essence ?? '';
  // What the items are, is for the schema to say (schema/read-items.ts).
  if (itemFormatOf(essence) !== undefined) return decodeText;
  if (isJson(essence)) return decodeJson;
  if (essence === 'application/x-www-form-urlencoded') return decodeForm;
  return /^text\/|[/+]xml$|^application\/(javascript|yaml)$/.test(essence) ? decodeText : undefined;
}

function decodeForm(text: string): DecodedBody {
  return { kind: 'form', pairs: parsePairs(text) };
}

function decodeText(text: string): DecodedBody {
  return { kind: 'text', text };
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** @throws RangeError for an unknown charset */
function decoderFor(charset: string): TextDecoder {
  return charset === 'utf-8' ? UTF8 : new TextDecoder(charset, { fatal: true });
}

function decodeCharset(
  body: Uint8Array,
  mediaType: MediaType,
  use: (text: string) => DecodedBody,
): DecodedBody {
  const charset = mediaType.parameters.charset ?? 'utf-8';
  let text: string;
  try {
    // TextDecoder removes a byte order mark.
    text = decoderFor(charset).decode(body);
  } catch (error) {
    if (error instanceof RangeError)
      return { kind: 'malformed', reason: `the charset "${charset}" is unknown` };
    return { kind: 'malformed', reason: `its bytes are not valid ${charset}` };
  }
  return use(text);
}

function decodeJson(text: string): DecodedBody {
  let value: unknown;
  try {
    value = parseExactJson(text);
  } catch {
    return { kind: 'malformed', reason: `it is not JSON: ${describeJsonError(text)}` };
  }
  return isDeeplyNested(text) ? { kind: 'deep-json', value } : jsonOf(value, text);
}

function jsonOf(value: unknown, text: string): DecodedBody {
  return { kind: 'json', value, imprecise: impreciseNumbers(text) };
}

/** Not the message of JSON.parse: it quotes the text around the error, which may be a secret, and may lack the position. */
export function describeJsonError(text: string): string {
  const errors: ParseError[] = [];
  try {
    parseLeniently(text, errors, { disallowComments: true });
  } catch {
    return 'the syntax is invalid, and the text is nested too deeply to locate the error';
  }
  const offset = errors[0]?.offset ?? text.length;
  if (offset >= text.trimEnd().length) return 'unexpected end';
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  const column = before.length - before.lastIndexOf('\n');
  return `unexpected character at line ${line}, column ${column}`;
}

/** The decoded bytes, or why there are none: `reason` is a clause that a message can quote. */
export type ContentDecoding =
  | { readonly bytes: Uint8Array }
  | { readonly problem: 'unknown-coding' | 'malformed' | 'too-large'; readonly reason: string };

/**
 * Removes the content codings (RFC 9110 section 8.4) in reverse order.
 * @param contentEncoding the Content-Encoding field, such as "gzip, br"
 * @param limit maximum size of the result in bytes: protects against decompression bombs
 */
export function decodeContent(
  bytes: Uint8Array,
  contentEncoding: string | undefined,
  limit: number,
): ContentDecoding {
  let current = bytes;
  const codings = (contentEncoding ?? '').split(',').map(coding => coding.trim().toLowerCase());
  // Each coding may expand the body to the limit again, and zlib blocks the event loop.
  if (codings.length > MAX_CODINGS)
    return {
      problem: 'unknown-coding',
      reason: `more than ${MAX_CODINGS} content codings are not supported`,
    };
  for (const coding of codings.reverse()) {
    if (coding === '' || coding === 'identity') continue;
    const decompress = CONTENT_DECODERS.get(coding);
    if (decompress === undefined)
      return { problem: 'unknown-coding', reason: `content coding "${coding}" is unknown` };
    try {
      current = decompress(current, { maxOutputLength: limit });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
        return { problem: 'too-large', reason: `the decompressed body is larger than ${limit} bytes` };
      }
      return { problem: 'malformed', reason: `the body is not valid ${coding}` };
    }
  }
  return { bytes: current };
}

const MAX_CODINGS = 5;

const CONTENT_DECODERS = new Map<
  string,
  (bytes: Uint8Array, options: { maxOutputLength: number }) => Uint8Array
>([
  ['gzip', zlib.gunzipSync],
  ['x-gzip', zlib.gunzipSync],
  ['deflate', zlib.inflateSync],
  ['br', zlib.brotliDecompressSync],
  ['zstd', zlib.zstdDecompressSync],
]);

export const SUPPORTED_CODINGS: readonly string[] = [...CONTENT_DECODERS.keys()];
