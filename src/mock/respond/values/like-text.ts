// Texts that look like others: UUIDs, and random characters of the same kinds.

const DIGITS = '0123456789';
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const CAPITALS = LETTERS.toUpperCase();

/** A UUID of version 4 (RFC 9562 section 5.4). @param random numbers from 0 to 1 */
export function uuidFrom(random: () => number): string {
  return 'xxxxxxxx-xxxx-4xxx-vxxx-xxxxxxxxxxxx'.replaceAll(/[xv]/g, place =>
    Math.floor(place === 'x' ? random() * 16 : 8 + random() * 4).toString(16),
  );
}

export function isUuid(text: string): boolean {
  return /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);
}

/** Digits become digits and letters letters, or hexadecimal digits if all are; other characters stay. */
export function sameCharacters(text: string, random: () => number): string {
  const kinds =
    /^[\da-f-]+$/.test(text) && /\d/.test(text) ? ['0123456789abcdef'] : [DIGITS, LETTERS, CAPITALS];
  return text.replaceAll(/[\da-zA-Z]/g, character => {
    const kind = kinds.find(each => each.includes(character)) ?? '';
    return kind[Math.floor(random() * kind.length)] ?? character;
  });
}
