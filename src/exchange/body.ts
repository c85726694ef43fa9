// The one body decoder: content codings off, then bytes to the value their media type stands for.
import { TextDecoder } from 'node:util';
import zlib from 'node:zlib';
import { type ParseError, parse as parseLeniently } from 'jsonc-parser';
import { type Body, isRecorded, type Pair, parsePairs } from './exchange.ts';
import { isJson, type MediaType, mediaTypeOf } from './media-type.ts';
import { type Part, splitMultipart } from './multipart.ts';
import { heldText, type Message } from './text-body.ts';

export type { Message } from './text-body.ts';

export type Decoded =
  | { readonly kind: 'empty' }
  /** `imprecise`: the paths of integers beyond 2^53, which lost digits when they became a number. */
  | { readonly kind: 'json'; readonly value: unknown; readonly imprecise: readonly (readonly string[])[] }
  | { readonly kind: 'form'; readonly pairs: readonly Pair[] }
  | { readonly kind: 'multipart'; readonly parts: readonly Part[] }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'malformed'; readonly why: string }
  | { readonly kind: 'not-recorded'; readonly why: string };

/** Kept with the message itself: a table beside it costs the garbage collector more than decoding does. */
const MEMO: unique symbol = Symbol('decoded');

interface Remembering extends Message {
  [MEMO]?: { readonly of: Message; readonly decoded: Decoded };
}

/** Decodes a message's body by its own Content-Type; each message is decoded once. Never throws. */
export function decodeBody(message: Message): Decoded {
  const remembering: Remembering = message;
  const memo = remembering[MEMO];
  // A copy with another body, such as a redacted one, brings the memory of its original along.
  if (memo?.of === message) return memo.decoded;
  const decoded = decode(message);
  // Whoever hands an exchange in may have frozen it.
  if (Object.isExtensible(message)) remembering[MEMO] = { of: message, decoded };
  return decoded;
}

function decode(message: Message): Decoded {
  const mediaType = mediaTypeOf(message.headers);
  const text = heldText(message);
  const read = text === undefined ? undefined : readerOf(mediaType);
  if (text === undefined || read === undefined) return decodeBytes(message.body, mediaType);
  // As a TextDecoder does with the bytes.
  return read(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text);
}

const BYTE_ORDER_MARK = 0xfeff;

export function decodeBytes(body: Body, mediaType: MediaType | undefined): Decoded {
  if (!isRecorded(body)) return { kind: 'not-recorded', why: body.notRecorded };
  if (body.length === 0) return { kind: 'empty' };
  if (mediaType === undefined) return { kind: 'bytes', bytes: body };
  const read = readerOf(mediaType);
  if (read !== undefined) return withText(body, mediaType, read);
  if (mediaType.essence === 'multipart/form-data') {
    const boundary = mediaType.parameters.boundary;
    if (!boundary) return { kind: 'malformed', why: 'its Content-Type names no boundary' };
    const parts = splitMultipart(body, boundary);
    return typeof parts === 'string' ? { kind: 'malformed', why: parts } : { kind: 'multipart', parts };
  }
  return { kind: 'bytes', bytes: body };
}

/** What makes something of the text of such a body; undefined where a body is no text. */
function readerOf(mediaType: MediaType | undefined): ((text: string) => Decoded) | undefined {
  const essence = mediaType?.essence ?? '';
  if (isJson(essence)) return decodeJson;
  if (essence === 'application/x-www-form-urlencoded') return decodeForm;
  return /^text\/|[/+]xml$|^application\/(javascript|yaml)$/.test(essence) ? asText : undefined;
}

function decodeForm(text: string): Decoded {
  return { kind: 'form', pairs: parsePairs(text) };
}

function asText(text: string): Decoded {
  return { kind: 'text', text };
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Throws RangeError for a charset that is not known. */
function decoderFor(charset: string): TextDecoder {
  return charset === 'utf-8' ? UTF8 : new TextDecoder(charset, { fatal: true });
}

function withText(body: Uint8Array, mediaType: MediaType, use: (text: string) => Decoded): Decoded {
  const charset = mediaType.parameters.charset ?? 'utf-8';
  let text: string;
  try {
    // TextDecoder drops a byte order mark by itself.
    text = decoderFor(charset).decode(body);
  } catch (error) {
    if (error instanceof RangeError)
      return { kind: 'malformed', why: `the charset "${charset}" is not known` };
    return { kind: 'malformed', why: `its bytes are not valid ${charset}` };
  }
  return use(text);
}

function decodeJson(text: string): Decoded {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'malformed', why: `it is not JSON: ${jsonComplaint(text)}` };
  }
  // Only a long run of digits can have lost precision, so most bodies are parsed once.
  return { kind: 'json', value, imprecise: hasLongNumber(text) ? findImprecise(text) : NONE };
}

const NONE: readonly (readonly string[])[] = [];
const LONG = 16;

/**
 * Whether sixteen digits stand in a row that may be a number: account numbers are texts as a rule, and looking closer costs
 * more than parsing. Such a row covers a sixteenth place, so only those are looked at.
 */
function hasLongNumber(text: string): boolean {
  for (let at = LONG - 1; at < text.length; at += LONG) {
    if (!isDigit(text, at)) continue;
    let from = at;
    while (from > 0 && isDigit(text, from - 1)) from--;
    let to = at + 1;
    while (to < text.length && isDigit(text, to)) to++;
    if (to - from >= LONG && followsStructure(text, from)) return true;
    at = to;
  }
  return false;
}

/** Whether a number may begin here: at the start, behind a minus, white space or one of "[,:". */
function followsStructure(text: string, at: number): boolean {
  return at === 0 || '-[,: \t\n\r'.includes(text[at - 1] as string);
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
}

/** The engine's message quotes the text around the fault, which may be a secret, and does not always name the place. */
function jsonComplaint(text: string): string {
  const faults: ParseError[] = [];
  try {
    parseLeniently(text, faults, { disallowComments: true });
  } catch {
    return 'it is broken, and nested too deeply to say where';
  }
  const offset = faults[0]?.offset ?? text.length;
  if (offset >= text.trimEnd().length) return 'it ends too early';
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  const column = before.length - before.lastIndexOf('\n');
  return `unexpected character at line ${line}, column ${column}`;
}

/** More than this many say no more, and would make findings without end. */
const IMPRECISE_SHOWN = 20;

function findImprecise(text: string): string[][] {
  try {
    return imprecise(text);
  } catch {
    // A reviver recurses where plain parsing does not: too deep to look into.
    return [];
  }
}

function imprecise(text: string): string[][] {
  const found: { holder: object; key: string }[] = [];
  const parents = new Map<object, { holder: object; key: string }>();
  JSON.parse(text, function (this: object, key, value: unknown, context?: { source?: string }) {
    const source = context?.source;
    if (typeof value === 'number' && source !== undefined && /^-?\d{16,}$/.test(source)) {
      const lost =
        !Number.isSafeInteger(value) && (!Number.isFinite(value) || BigInt(source) !== BigInt(value));
      if (lost && found.length < IMPRECISE_SHOWN) found.push({ holder: this, key });
    }
    if (typeof value === 'object' && value !== null) parents.set(value, { holder: this, key });
    return value;
  } as (this: unknown, key: string, value: unknown) => unknown);
  return found.map(({ holder, key }) => {
    const steps = key === '' && !parents.has(holder) ? [] : [key];
    for (
      let at = parents.get(holder);
      at !== undefined && parents.has(at.holder);
      at = parents.get(at.holder)
    ) {
      steps.unshift(at.key);
    }
    return steps;
  });
}

export type Uncompressed =
  | { readonly bytes: Uint8Array }
  | { readonly problem: 'unknown-coding' | 'malformed' | 'too-large'; readonly why: string };

/**
 * Takes the content codings off (RFC 9110 section 8.4), last applied first.
 * @param limit most bytes the result may have; a longer one is "too-large", so a small bomb stays small
 */
export function uncompress(
  bytes: Uint8Array,
  contentEncoding: string | undefined,
  limit: number,
): Uncompressed {
  let current = bytes;
  const codings = (contentEncoding ?? '').split(',').map(coding => coding.trim().toLowerCase());
  // Each coding may unpack to the limit again, and unpacking blocks.
  if (codings.length > MOST_CODINGS)
    return { problem: 'unknown-coding', why: `more than ${MOST_CODINGS} content codings are not undone` };
  for (const coding of codings.reverse()) {
    if (coding === '' || coding === 'identity') continue;
    const inflate = INFLATERS.get(coding);
    if (inflate === undefined)
      return { problem: 'unknown-coding', why: `content coding "${coding}" is not known` };
    try {
      current = inflate(current, { maxOutputLength: limit });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
        return { problem: 'too-large', why: `the body is larger than ${limit} bytes once unpacked` };
      }
      return { problem: 'malformed', why: `the body is not valid ${coding}` };
    }
  }
  return { bytes: current };
}

const MOST_CODINGS = 5;

const INFLATERS = new Map<string, (bytes: Uint8Array, options: { maxOutputLength: number }) => Uint8Array>([
  ['gzip', zlib.gunzipSync],
  ['x-gzip', zlib.gunzipSync],
  ['deflate', zlib.inflateSync],
  ['br', zlib.brotliDecompressSync],
  ['zstd', zlib.zstdDecompressSync],
]);
