// Recognises keys and tokens by randomness alone, for values without a secret name or a known form.
import { ULID, UUID } from './value-formats.ts';

/**
 * Names whose values look random and are not secret. Identifiers link the exchanges of a recording; entity tags, digests and
 * trace ids are meant to be compared.
 */
export const NON_SECRET_NAME =
  /(?:^|[-_.])(?:id|ids|uuid|guid|ulid|etag|hash|md5|sha\d*|checksum|digest|fingerprint|cursor|traceparent|tracestate|b3|ray|boundary|integrity)$|[a-z\d](?:Ids?|ID|Uuid|UUID|Guid|Hash|Checksum|Digest|Fingerprint|Cursor)$|^if-(?:none-)?match$|^(?:x-)?(?:request|trace|correlation|amz|amzn|b3|cloud-trace)[-_]|^(?:user-agent|server|via|date|host|content-.*|accept.*|x-deadringer-.*|sec-(?!websocket-protocol).*)$/;

/** The characters of base64, base64url and hexadecimal digits. */
const TOKEN = /^[\w+/~.-]{20,1024}={0,2}$/;
const HEXADECIMAL = /^[0-9a-f]+$/i;
const SEPARATORS_IN_TOKEN = /[-_./+~]/;
/** A word, a number or a short code: the pieces of slugs, file names, versions, dates, paths and media types. */
const WORD = /^(?:[A-Za-z]{0,15}|[a-z]{1,15}\d{1,4}|\d{1,14}[A-Za-z]{0,4})$/;

/**
 * True for one long random token. The thresholds are those of scanners for secrets in source code: 3.0 bits of Shannon entropy
 * per character for 32 and more hexadecimal digits, 4.5 for base64. A text of 20 characters cannot have more than 4.3 bits, so
 * the threshold of a short text is 80 % of the maximum for its length. UUIDs, ULIDs, dates, words with separators and names in
 * camel case are not secret.
 */
export function looksRandom(text: string): boolean {
  if (text.length < 20 || !TOKEN.test(text)) return false;
  if (UUID.test(text) || ULID.test(text) || isWords(text)) return false;
  // Fewer hexadecimal digits are usually an id or a revision.
  if (HEXADECIMAL.test(text)) return text.length >= 32 && entropyOf(text) >= 3;
  if (!/\d/.test(text) || !/[A-Za-z]/.test(text)) return false;
  const isMixed = /[a-z]/.test(text) && /[A-Z]/.test(text);
  // A name changes its character class at the beginning of a word, a random text at every second character.
  if (countClassChanges(text) < (isMixed ? 0.4 : 0.25) * (text.length - 1)) return false;
  const maximum = Math.log2(Math.min(text.length, isMixed ? 62 : 36));
  return entropyOf(text) >= Math.min(4.5, 0.8 * maximum);
}

/** Tests each piece: one pattern for the whole text would backtrack exponentially. */
function isWords(text: string): boolean {
  return text.split(SEPARATORS_IN_TOKEN).every(piece => WORD.test(piece));
}

/** Shannon entropy in bits per character. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

function countClassChanges(text: string): number {
  let changes = 0;
  for (let at = 1; at < text.length; at++)
    if (characterClass(text, at) !== characterClass(text, at - 1)) changes++;
  return changes;
}

function characterClass(text: string, at: number): 'upper' | 'lower' | 'digit' | 'mark' {
  const code = text.charCodeAt(at);
  if (code >= 0x61 && code <= 0x7a) return 'lower';
  if (code >= 0x41 && code <= 0x5a) return 'upper';
  return code >= 0x30 && code <= 0x39 ? 'digit' : 'mark';
}
