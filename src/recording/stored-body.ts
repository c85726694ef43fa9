// Decodes a body as a recording stores it: base64, charset and content codings.
import { Buffer, isAscii, isUtf8 } from 'node:buffer';
import { decodeContent } from '../exchange/body.ts';
import { encodeText } from '../exchange/charset.ts';
import { type Body, EMPTY_BODY, type Headers, header } from '../exchange/exchange.ts';
import { isJson, mediaTypeOf } from '../exchange/media-type.ts';
import type { TextBody } from '../exchange/text-body.ts';
import { ENTRY_LIMIT } from './input.ts';

/** A body that the recording holds as text. Texts are decoded: their content codings are off already, as a rule. */
export function bodyFromText(text: string, headers: Headers): Body | TextBody {
  const coding = header(headers, 'content-encoding');
  if (coding !== undefined && text.startsWith('\u001f')) {
    // Compressed bytes as one character each; where any was replaced, they are lost.
    if (!/[\u0100-\uffff]/.test(text)) return bodyFromBytes(Buffer.from(text, 'latin1'), headers);
    if (text[1] === '\u008b' || text[1] === '\ufffd') {
      return { notRecorded: 'the recorder stored the compressed bytes as text and damaged them' };
    }
  }
  // "H4sI" is how base64 of gzip begins; no text that a gzip coding was taken off begins so.
  if (coding !== undefined && /gzip/i.test(coding) && text.startsWith('H4sI')) {
    const bytes = decodeBase64(text);
    if (bytes !== undefined) return bodyFromBytes(bytes, headers);
  }
  const charset = mediaTypeOf(headers)?.parameters.charset;
  if (charset === undefined || UTF8.test(charset)) return bodyFromUtf8(text);
  return (
    encodeText(text, charset) ?? {
      notRecorded: 'the recording contains characters that the charset cannot encode',
    }
  );
}

const UTF8 = /^\s*utf-?8\s*$/i;

/** Text whose bytes were UTF-8. */
export function bodyFromUtf8(text: string): Body | TextBody {
  if (text === '') return EMPTY_BODY;
  // Half a surrogate pair is no text that bytes could stand for: it is replaced.
  return { text: text.toWellFormed() };
}

/** A body that the recording says is in base64. */
export function bodyFromBase64(text: string, headers: Headers): Body {
  const bytes = decodeBase64(text);
  return bytes === undefined
    ? { notRecorded: 'the recording declares base64, but the text is not base64' }
    : bodyFromBytes(bytes, headers);
}

/** Bytes as a recorder took them: with their content codings still on, or already off while the header remained. */
function bodyFromBytes(bytes: Uint8Array, headers: Headers): Body {
  const codings = header(headers, 'content-encoding');
  const outermost = codings?.split(',').at(-1)?.trim().toLowerCase();
  if (codings === undefined || outermost === undefined || !mayBeEncoded(outermost, bytes, headers))
    return bytes;
  const plain = decodeContent(bytes, codings, ENTRY_LIMIT);
  if ('bytes' in plain) return plain.bytes;
  if (plain.problem === 'too-large') return { notRecorded: plain.reason };
  // gzip and zstd begin with bytes that nothing else begins with; for the others failing means: not compressed any more.
  return MAGIC_BYTES.has(outermost) && plain.problem === 'malformed'
    ? { notRecorded: `the recording contains damaged ${outermost} data` }
    : bytes;
}

/**
 * Bytes from a file beside the recording. Browsers hand text out decoded, and Playwright writes it as UTF-8, whatever the
 * charset was; text of another charset is hardly ever valid UTF-8 by chance.
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
  // Brotli has no mark. What is declared as JSON and begins like it is no more compressed.
  const type = mediaTypeOf(headers);
  const begin = Buffer.from(bytes.subarray(0, 64)).toString('latin1').trimStart();
  return !(type !== undefined && isJson(type.essence) && /^(?:[[{"]|-?\d|true|false|null)/.test(begin));
}

const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/** @returns undefined when it is no base64; line breaks and missing padding are forgiven */
export function decodeBase64(text: string): Uint8Array | undefined {
  const dense = /\s/.test(text) ? text.replace(/\s+/g, '') : text;
  if (!BASE64.test(dense) || dense.replace(/=+$/, '').length % 4 === 1) return undefined;
  return Buffer.from(dense, 'base64');
}

/** Types whose bodies no recorder can hold as text. */
const BINARY =
  /^(?:image\/(?!svg)|audio\/|video\/|font\/|application\/(?:octet-stream|pdf|zip|gzip|wasm|protobuf|x-protobuf|grpc|msgpack|vnd\.ms-))/i;

/**
 * Whether text is base64 although the recording does not say so: its type is binary, its form is that of base64, and
 * its size, where it is known, is that of what it decodes to.
 * @param size bytes of the body as the recording says, if it does
 */
export function isUndeclaredBase64(text: string, mediaType: string, size: number | undefined): boolean {
  if (text.length < 8 || text.length % 4 !== 0 || !BINARY.test(mediaType) || !BASE64.test(text)) return false;
  if (size === undefined || size === 0) return text.length >= 24;
  return size === (text.length / 4) * 3 - (text.match(/=+$/)?.[0].length ?? 0);
}
