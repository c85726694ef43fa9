// Bytes to text and text to bytes in the charset of a Content-Type. Node.js has no encoder for most charsets.
import { Buffer } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { LRUCache } from 'lru-cache';
import { type Body, isRecorded } from './exchange.ts';
import { mediaTypeOf } from './media-type.ts';
import type { Message } from './text-body.ts';

/** By charset: the bytes of each character beyond ASCII. False: there is no such charset. */
const CHARSET_TABLES = new LRUCache<string, ReadonlyMap<string, readonly number[]> | false>({ max: 50 });

/**
 * Encodes text in the charset of a Content-Type, so that decoding by that Content-Type gives the same text.
 * @param charset a label of the WHATWG Encoding standard; undefined: UTF-8
 * @returns undefined when the charset lacks a character: the recorder decoded the bytes in another charset
 */
export function encodeText(text: string, charset: string | undefined): Uint8Array | undefined {
  const name = (charset ?? 'utf-8').trim().toLowerCase();
  if (name === 'utf-8' || name === 'utf8') return Buffer.from(text, 'utf8');
  if (/^utf-?16(?:le)?$/.test(name)) return Buffer.from(text, 'utf16le');
  if (/^utf-?16be$/.test(name)) return Buffer.from(text, 'utf16le').swap16();
  // Almost every charset encodes ASCII as ASCII.
  if (!/[\u0080-\uffff]/.test(text)) return Buffer.from(text, 'latin1');
  const table = tableOf(name);
  // The decoder reports an unknown charset.
  if (table === undefined) return Buffer.from(text, 'utf8');
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    if (code < 0x80) bytes.push(code);
    else {
      const known = table.get(character);
      if (known === undefined) return undefined;
      bytes.push(...known);
    }
  }
  return Uint8Array.from(bytes);
}

/** Builds the table by decoding every single byte and every pair of bytes. */
function tableOf(charset: string): ReadonlyMap<string, readonly number[]> | undefined {
  const known = CHARSET_TABLES.get(charset);
  if (known !== undefined) return known || undefined;
  let table: Map<string, readonly number[]> | undefined;
  try {
    table = buildTable(new TextDecoder(charset, { fatal: true }));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  CHARSET_TABLES.set(charset, table ?? false);
  return table;
}

function buildTable(decoder: TextDecoder): Map<string, readonly number[]> {
  const table = new Map<string, readonly number[]>();
  const leads: number[] = [];
  for (let byte = 0x80; byte <= 0xff; byte++) {
    if (!addCharacter(table, decoder, [byte])) leads.push(byte);
  }
  for (const lead of leads) {
    for (let trail = 0x40; trail <= 0xfe; trail++) addCharacter(table, decoder, [lead, trail]);
  }
  return table;
}

/** @returns true when the bytes are exactly one character */
function addCharacter(table: Map<string, readonly number[]>, decoder: TextDecoder, bytes: number[]): boolean {
  let text: string;
  try {
    text = decoder.decode(Uint8Array.from(bytes));
  } catch {
    // A fatal decoder throws for bytes that are not a character.
    return false;
  }
  if ([...text].length !== 1 || text === '\uFFFD') return false;
  // Some characters have several encodings; the first is the usual one.
  if (!table.has(text)) table.set(text, bytes);
  return true;
}

/** Without a charset, the first two bytes distinguish UTF-16 from UTF-8 (RFC 4627 section 3). */
function guessCharset([first, second]: Uint8Array): string {
  if (first === 0xfe || (first === 0 && second !== 0)) return 'utf-16be';
  return first === 0xff || (second === 0 && first !== 0) ? 'utf-16le' : 'utf-8';
}

interface BodyText {
  readonly text: string;
  /** @returns the edited text as bytes of the same charset */
  readonly encode: (text: string) => Body;
}

/**
 * Decodes a body to text for editing. A byte order mark is part of the text.
 * @returns undefined when the bytes are not valid in the charset of the Content-Type, or the charset is unknown
 */
export function decodeBodyText({ headers, body }: Message): BodyText | undefined {
  if (!isRecorded(body)) return undefined;
  const charset = mediaTypeOf(headers)?.parameters.charset ?? guessCharset(body);
  let text: string;
  try {
    text = new TextDecoder(charset, { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    // An unknown charset, or bytes that are not valid in it.
    return undefined;
  }
  const encode = (edited: string): Body =>
    encodeText(edited, charset) ?? { notRecorded: 'the redacted body cannot be encoded in its charset' };
  return { text, encode };
}
