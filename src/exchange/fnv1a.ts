// The FNV-1a hash: text to a number that seeds a random generator.

/** FNV-1a, 32 bits: text to a seed. */
export function fnv1a(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value ^= text.charCodeAt(index);
    value = Math.imul(value, 0x01000193);
  }
  return value >>> 0;
}
