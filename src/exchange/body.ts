// The one body decoder: content codings off, then bytes to the value their media type stands for.
import { Buffer } from 'node:buffer';
import { TextDecoder } from 'node:util';
import zlib from 'node:zlib';
import { type ParseError, parse as parseLeniently } from 'jsonc-parser';
import { type Body, type Headers, isRecorded, type Pair, parsePairs } from './exchange.ts';
import { impreciseIntegers } from './imprecise-integers.ts';
import { isJsonValue } from './json-value.ts';
import { isJson, type MediaType, mediaTypeOf } from './media-type.ts';
import { type FormPart, splitMultipart } from './multipart.ts';
import { bodyText, type Message } from './text-body.ts';

export type DecodedBody =
  | { readonly kind: 'empty' }
  /** `imprecise`: the paths of integers beyond 2^53, which lost digits when they became a number. */
  | { readonly kind: 'json'; readonly value: unknown; readonly imprecise: readonly (readonly string[])[] }
  | { readonly kind: 'form'; readonly pairs: readonly Pair[] }
  | { readonly kind: 'multipart'; readonly parts: readonly FormPart[] }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'malformed'; readonly why: string }
  | { readonly kind: 'not-recorded'; readonly why: string };

/** Kept with the message itself: a table beside it costs the garbage collector more than decoding does. */
const MEMO: unique symbol = Symbol('decoded');

interface MemoisedMessage extends Message {
  [MEMO]?: { readonly of: Message; readonly decoded: DecodedBody };
}

/** Decodes a message's body by its own Content-Type; each message is decoded once. Never throws. */
export function decodeBody(message: Message): DecodedBody {
  const memoised: MemoisedMessage = message;
  const memo = memoised[MEMO];
  // A copy with another body, such as a redacted one, brings the memory of its original along.
  if (memo?.of === message) return memo.decoded;
  const decoded = decode(message);
  // Whoever hands an exchange in may have frozen it.
  if (Object.isExtensible(message)) memoised[MEMO] = { of: message, decoded };
  return decoded;
}

/**
 * A message whose body is the value as JSON. Nobody has to parse again what was written here, as long as the value is one
 * that JSON gives back as it was; what was a Date or NaN is read back from the text.
 */
export function withJsonBody<Rest extends { readonly headers: Headers }>(
  message: Rest,
  value: unknown,
): Rest & Message {
  const text = JSON.stringify(value);
  const whole: Rest & MemoisedMessage = { ...message, body: Buffer.from(text) };
  if (isJson(mediaTypeOf(whole.headers)?.essence ?? '') && isJsonValue(value))
    whole[MEMO] = { of: whole, decoded: jsonOf(value, text) };
  return whole;
}

function decode(message: Message): DecodedBody {
  const mediaType = mediaTypeOf(message.headers);
  const text = bodyText(message);
  const decodeAs = text === undefined ? undefined : textDecoderOf(mediaType);
  if (text === undefined || decodeAs === undefined) return decodeBytes(message.body, mediaType);
  // As a TextDecoder does with the bytes.
  return decodeAs(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text);
}

const BYTE_ORDER_MARK = 0xfeff;

export function decodeBytes(body: Body, mediaType: MediaType | undefined): DecodedBody {
  if (!isRecorded(body)) return { kind: 'not-recorded', why: body.notRecorded };
  if (body.length === 0) return { kind: 'empty' };
  if (mediaType === undefined) return { kind: 'bytes', bytes: body };
  const decodeAs = textDecoderOf(mediaType);
  if (decodeAs !== undefined) return decodeCharset(body, mediaType, decodeAs);
  if (mediaType.essence === 'multipart/form-data') {
    const boundary = mediaType.parameters.boundary;
    if (!boundary) return { kind: 'malformed', why: 'its Content-Type has no boundary' };
    const parts = splitMultipart(body, boundary);
    return typeof parts === 'string' ? { kind: 'malformed', why: parts } : { kind: 'multipart', parts };
  }
  return { kind: 'bytes', bytes: body };
}

/** What makes something of the text of such a body; undefined where a body is no text. */
function textDecoderOf(mediaType: MediaType | undefined): ((text: string) => DecodedBody) | undefined {
  const essence = mediaType?.essence ?? '';
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

/** Throws RangeError for a charset that is not known. */
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
    // TextDecoder drops a byte order mark by itself.
    text = decoderFor(charset).decode(body);
  } catch (error) {
    if (error instanceof RangeError) return { kind: 'malformed', why: `the charset "${charset}" is unknown` };
    return { kind: 'malformed', why: `its bytes are not valid ${charset}` };
  }
  return use(text);
}

function decodeJson(text: string): DecodedBody {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'malformed', why: `it is not JSON: ${describeJsonFault(text)}` };
  }
  return jsonOf(value, text);
}

function jsonOf(value: unknown, text: string): DecodedBody {
  return { kind: 'json', value, imprecise: impreciseIntegers(text) };
}

/** The engine's message quotes the text around the fault, which may be a secret, and does not always name the place. */
function describeJsonFault(text: string): string {
  const faults: ParseError[] = [];
  try {
    parseLeniently(text, faults, { disallowComments: true });
  } catch {
    return 'the syntax is invalid, and the text is nested too deeply to locate the error';
  }
  const offset = faults[0]?.offset ?? text.length;
  if (offset >= text.trimEnd().length) return 'unexpected end';
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  const column = before.length - before.lastIndexOf('\n');
  return `unexpected character at line ${line}, column ${column}`;
}

export type ContentDecoding =
  | { readonly bytes: Uint8Array }
  | { readonly problem: 'unknown-coding' | 'malformed' | 'too-large'; readonly why: string };

/**
 * Takes the content codings off (RFC 9110 section 8.4), last applied first.
 * @param limit most bytes the result may have; a longer one is "too-large", so a small bomb stays small
 */
export function decodeContent(
  bytes: Uint8Array,
  contentEncoding: string | undefined,
  limit: number,
): ContentDecoding {
  let current = bytes;
  const codings = (contentEncoding ?? '').split(',').map(coding => coding.trim().toLowerCase());
  // Each coding may unpack to the limit again, and unpacking blocks.
  if (codings.length > MAX_CODINGS)
    return { problem: 'unknown-coding', why: `more than ${MAX_CODINGS} content codings are not supported` };
  for (const coding of codings.reverse()) {
    if (coding === '' || coding === 'identity') continue;
    const inflate = CONTENT_DECODERS.get(coding);
    if (inflate === undefined)
      return { problem: 'unknown-coding', why: `content coding "${coding}" is unknown` };
    try {
      current = inflate(current, { maxOutputLength: limit });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
        return { problem: 'too-large', why: `the decompressed body is larger than ${limit} bytes` };
      }
      return { problem: 'malformed', why: `the body is not valid ${coding}` };
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
