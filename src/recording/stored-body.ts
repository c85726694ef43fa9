// Decodes a body as a recording stores it: base64, charset and content codings.
import { Buffer, isAscii, isUtf8 } from 'node:buffer';
import { decodeContent } from '../exchange/body.ts';
import { encodeText } from '../exchange/charset.ts';
import { type Body, EMPTY_BODY, type Headers, header } from '../exchange/exchange.ts';
import type { JsonObject } from '../exchange/json.ts';
import { isJson, mediaTypeOf } from '../exchange/media-type.ts';
import type { TextBody } from '../exchange/text-body.ts';
import { stringOf } from './json-values.ts';
import { ENTRY_LIMIT } from './model.ts';

/** A body that the recording stores as text. Recorders usually remove content codings before they store text. */
export function bodyFromText(text: string, headers: Headers): Body | TextBody {
  const coding = header(headers, 'content-encoding');
  if (coding !== undefined && isBytesAsText(text, headers)) {
    // Compressed bytes, one character for each. Characters above U+00FF mean that bytes were replaced and are lost.
    if (!/[\u0100-\uffff]/.test(text)) return bodyFromBytes(Buffer.from(text, 'latin1'), headers);
    return { notRecorded: 'the recorder stored the compressed bytes as text and damaged them' };
  }
  // Base64 of gzip data begins with "H4sI".
  if (coding !== undefined && /gzip/i.test(coding) && text.startsWith('H4sI')) {
    const bytes = decodeBase64(text);
    if (bytes !== undefined) return bodyFromBytes(bytes, headers);
  }
  const type = mediaTypeOf(headers);
  // The lines of a multipart body end in CR LF, which some recorders shorten.
  if (type?.essence.startsWith('multipart/') === true && !text.includes('\r'))
    return bodyFromUtf8(text.replaceAll('\n', '\r\n'));
  const charset = type?.parameters.charset;
  if (charset === undefined || UTF8.test(charset)) return bodyFromUtf8(text);
  return (
    encodeText(text, charset) ?? {
      notRecorded: 'the recording contains characters that the charset cannot encode',
    }
  );
}

/** Control characters, and the character that replaces bytes that are not UTF-8. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: compressed bytes have them
const NOT_TEXT = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffd]/;

function isBytesAsText(text: string, headers: Headers): boolean {
  if (text.startsWith('\u001f\u008b') || text.startsWith('\u001f\ufffd')) return true;
  if (!isJson(mediaTypeOf(headers)?.essence ?? '') || !NOT_TEXT.test(text.slice(0, 1000))) return false;
  try {
    JSON.parse(text);
    return false;
  } catch {
    return true;
  }
}

const UTF8 = /^\s*utf-?8\s*$/i;

/** A body that was UTF-8 text. */
export function bodyFromUtf8(text: string): Body | TextBody {
  if (text === '') return EMPTY_BODY;
  // UTF-8 cannot encode half a surrogate pair: replace it.
  return { text: text.toWellFormed() };
}

/** A body that is missing, as the HAR writer of deadringer marks it. */
export function missingBody(stored: JsonObject | undefined): Body | undefined {
  const notRecorded = stringOf(stored?._notRecorded);
  if (notRecorded === undefined) return undefined;
  return { notRecorded, ...(stored?._undecodable === true && { undecodable: true }) };
}

/** A body that the recording declares as base64. */
export function bodyFromBase64(text: string, headers: Headers): Body {
  const bytes = decodeBase64(text);
  return bytes === undefined
    ? { notRecorded: 'the recording declares base64, but the text is not base64' }
    : bodyFromBytes(bytes, headers);
}

const HEX = /^(?:[0-9a-f]{2})*$/i;

/**
 * Polly.JS stores a compressed or binary body as a JSON list of its chunks: up to version 5 in hexadecimal, since 6 in base64.
 * @param isDeclared the recording says that the body is binary. Else only chunks that can be decompressed are accepted, because
 * the body may be a list of texts.
 * @returns undefined when the text is not a list of chunks
 */
export function bodyFromChunks(text: string, headers: Headers, isDeclared: boolean): Body | undefined {
  if (!isDeclared && header(headers, 'content-encoding') === undefined) return undefined;
  if (!/^\[\s*"/.test(text)) return undefined;
  let chunks: unknown;
  try {
    chunks = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(chunks) || !chunks.every(chunk => typeof chunk === 'string')) return undefined;
  const isHex = chunks.every(chunk => HEX.test(chunk));
  const parts = chunks.map(chunk => (isHex ? Buffer.from(chunk, 'hex') : decodeBase64(chunk)));
  if (!parts.every(part => part !== undefined)) return undefined;
  const bytes = Buffer.concat(parts);
  const body = bodyFromBytes(bytes, headers);
  return isDeclared || body !== bytes ? body : undefined;
}

/** Bytes with or without their content codings: some recorders decode the body and keep the Content-Encoding header. */
function bodyFromBytes(bytes: Uint8Array, headers: Headers): Body {
  const codings = header(headers, 'content-encoding');
  const outermost = codings?.split(',').at(-1)?.trim().toLowerCase();
  if (codings === undefined || outermost === undefined || !mayBeEncoded(outermost, bytes, headers))
    return bytes;
  const plain = decodeContent(bytes, codings, ENTRY_LIMIT);
  if ('bytes' in plain) return plain.bytes;
  if (plain.problem === 'too-large') return { notRecorded: plain.reason };
  // Data with the magic bytes of gzip or zstd is compressed. For the other codings an error means that it is already decoded,
  // unless the bytes cannot be text of the declared type.
  const isText = isJson(mediaTypeOf(headers)?.essence ?? '');
  return plain.problem === 'malformed' && (MAGIC_BYTES.has(outermost) || (isText && !isUtf8(bytes)))
    ? { notRecorded: `the recording contains damaged ${outermost} data`, undecodable: true }
    : bytes;
}

/**
 * A body from an attachment. Playwright writes text as UTF-8, whatever the charset was; text in another charset is
 * almost never valid UTF-8 by chance.
 */
export function bodyFromFile(bytes: Uint8Array, headers: Headers): Body | TextBody {
  const type = mediaTypeOf(headers);
  const charset = type?.parameters.charset ?? 'utf-8';
  const isText = !/^utf-?8$/i.test(charset) && isUtf8(bytes) && !isAscii(bytes);
  return isText ? bodyFromText(Buffer.from(bytes).toString('utf8'), headers) : bodyFromBytes(bytes, headers);
}

const MAGIC_BYTES = new Map<string, readonly number[]>([
  ['gzip', [0x1f, 0x8b]],
  ['x-gzip', [0x1f, 0x8b]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
]);

function mayBeEncoded(coding: string, bytes: Uint8Array, headers: Headers): boolean {
  if (bytes.length === 0) return false;
  const magic = MAGIC_BYTES.get(coding);
  if (magic !== undefined) return magic.every((byte, index) => bytes[index] === byte);
  if (coding === 'deflate') {
    // RFC 1950: method 8, and the first two bytes as a number are a multiple of 31.
    const [first = 0, second = 0] = bytes;
    return first % 16 === 8 && (first * 256 + second) % 31 === 0;
  }
  if (coding !== 'br') return false;
  // Brotli has no magic bytes. A body that is declared as JSON and begins like JSON is already decoded.
  const type = mediaTypeOf(headers);
  const begin = Buffer.from(bytes.subarray(0, 64)).toString('latin1').trimStart();
  return !(type !== undefined && isJson(type.essence) && /^(?:[[{"]|-?\d|true|false|null)/.test(begin));
}

const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/** @returns undefined when the text is not base64; accepts line breaks and missing padding */
export function decodeBase64(text: string): Uint8Array | undefined {
  const compact = /\s/.test(text) ? text.replace(/\s+/g, '') : text;
  if (!BASE64.test(compact) || compact.replace(/(?<!=)=+$/, '').length % 4 === 1) return undefined;
  return Buffer.from(compact, 'base64');
}

/** Media types whose bodies cannot be stored as text. */
const BINARY =
  /^(?:image\/(?!svg)|audio\/|video\/|font\/|application\/(?:octet-stream|pdf|zip|gzip|wasm|protobuf|x-protobuf|grpc|msgpack|vnd\.ms-))/i;

/**
 * Whether text is base64 although the recording does not declare it: its media type is binary, it matches the base64
 * alphabet, and the recorded size equals the decoded size.
 * @param size size of the body in bytes according to the recording; undefined when unknown
 */
export function isUndeclaredBase64(text: string, mediaType: string, size: number | undefined): boolean {
  if (text.length < 8 || text.length % 4 !== 0 || !BINARY.test(mediaType) || !BASE64.test(text)) return false;
  if (size === undefined || size === 0) return text.length >= 24;
  return size === (text.length / 4) * 3 - (text.match(/(?<!=)=+$/)?.[0].length ?? 0);
}
