// Text back into the bytes it was decoded from: the inverse of TextDecoder, which has none.
import { Buffer } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { LRUCache } from 'lru-cache';

/** By charset: the bytes of each character beyond ASCII. False: there is no such charset. */
const CHARSET_TABLES = new LRUCache<string, ReadonlyMap<string, readonly number[]> | false>({ max: 50 });

/**
 * Encodes text as a Content-Type's charset says, so that whoever decodes it by that Content-Type reads the same text.
 * @returns undefined when the charset cannot say it: the recorder decoded the bytes in another way
 */
export function encodeText(text: string, charset: string | undefined): Uint8Array | undefined {
  const name = (charset ?? 'utf-8').trim().toLowerCase();
  if (name === 'utf-8' || name === 'utf8') return Buffer.from(text, 'utf8');
  if (/^utf-?16(?:le)?$/.test(name)) return Buffer.from(text, 'utf16le');
  if (/^utf-?16be$/.test(name)) return Buffer.from(text, 'utf16le').swap16();
  // ASCII is what almost every charset agrees on.
  if (!/[\u0080-\uffff]/.test(text)) return Buffer.from(text, 'latin1');
  const table = tableOf(name);
  // Of a charset that is not known the decoder will say so itself.
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

/** Asks the decoder for every character it makes of one byte, or of two. */
function tableOf(charset: string): ReadonlyMap<string, readonly number[]> | undefined {
  const known = CHARSET_TABLES.get(charset);
  if (known !== undefined) return known || undefined;
  let table: Map<string, readonly number[]> | undefined;
  try {
    table = buildTable(new TextDecoder(charset, { fatal: true }));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  // Names come from the recording; a stranger may make up as many as there are entries.
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

/** @returns whether the bytes are one character */
function addCharacter(table: Map<string, readonly number[]>, decoder: TextDecoder, bytes: number[]): boolean {
  let text: string;
  try {
    text = decoder.decode(Uint8Array.from(bytes));
  } catch {
    // Fatal decoders throw for bytes that are no character, which is the answer.
    return false;
  }
  if ([...text].length !== 1 || text === '\uFFFD') return false;
  // Some characters have several spellings; the first is the usual one.
  if (!table.has(text)) table.set(text, bytes);
  return true;
}
