// The FNV-1a hash of a text, as the seed of a random generator.

/**
 * FNV-1a over the UTF-16 code units of the text.
 * @returns an unsigned 32-bit integer
 */
export function fnv1a(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value ^= text.charCodeAt(index);
    value = Math.imul(value, 0x01000193);
  }
  return value >>> 0;
}
