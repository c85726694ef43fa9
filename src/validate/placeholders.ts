// Placeholders for secrets that still match the schema: declared literals, other characters of the same class, other numbers.
import type { DocumentSet } from '../document/documents.ts';
import { isObject } from '../exchange/json.ts';
import { valueAt } from '../exchange/json-pointer.ts';
import { maskNumber } from '../exchange/secrets.ts';
import type { Finding } from '../finding/finding.ts';

/**
 * Values that the broken clauses list: of an enum the first ones, of a const the only one; and bounds, of which one may be
 * the secret itself by chance.
 */
export function declaredLiterals(
  sources: DocumentSet,
  findings: readonly Finding[],
  secret: string,
): string[] {
  return findings.flatMap(({ location }) => {
    const uri = sources.uris().find(each => sources.file(each) === location?.file);
    if (location === undefined || uri === undefined) return [];
    const value = valueAt(sources.root(uri).value, location.pointer);
    const schema = isObject(value) ? value : {};
    const isBound = typeof value === 'number' && !location.pointer.endsWith('/const');
    const listed = [
      isBound && String(value) === secret ? undefined : value,
      schema.enum,
      schema.const,
      isObject(schema.schema) ? schema.schema.enum : undefined,
    ]
      .flatMap(each => (Array.isArray(each) ? (each as unknown[]).slice(0, 20) : [each]))
      .filter(each => typeof each === 'string' || typeof each === 'number');
    return listed.map(String);
  });
}

const NUMBER = /^-?\d+(?:\.\d+)?$/;
/** Multiples of what people count in are found among so many numbers. */
const MAX_NUMBERS = 300;

/** Texts of the same kinds of characters: dates and hours have no 0th, hexadecimal digits no x. */
export function candidatePlaceholders(secret: string): string[] {
  const variants = [
    ['a', 'A', '1'],
    ['x', 'X', '1'],
    ['a', 'A', '0'],
  ].map(([lower = '', upper = '', digit = '']) =>
    secret.replace(/[a-z]/g, lower).replace(/[A-Z]/g, upper).replace(/\d/g, digit),
  );
  if (!NUMBER.test(secret) || secret.length > 15) return variants;
  const base = maskNumber(secret);
  // Of the same size first, as a range wants them.
  const sized = [...'123456789'].map(digit => base.replace('1', digit));
  const numbers = Array.from({ length: MAX_NUMBERS }, (_, step) => String(Number(base) + step));
  return [...new Set([...variants, ...sized, ...numbers])].filter(each => each !== secret);
}

/** Trying takes a judgement each. */
const MAX_VARIED_LENGTH = 200;
const CHARACTER_CLASSES = ['xabcdefghijklmnopqrstuvwyz', 'XABCDEFGHIJKLMNOPQRSTUVWYZ', '0123456789'] as const;

/**
 * Changes one letter or digit after the other to another of its kind, as long as that is as good. A character that no
 * other can stand for is what the document says, as the "sk-" of a pattern, and stays.
 * @returns undefined when less than half of it could be changed: that might be the secret
 */
export function varyCharacters(secret: string, isGood: (placeholder: string) => boolean): string | undefined {
  if (secret.length > MAX_VARIED_LENGTH) return undefined;
  const characters = [...secret];
  let letters = 0;
  let changed = 0;
  for (const [index, own] of characters.entries()) {
    const kind = CHARACTER_CLASSES.find(each => each.includes(own));
    if (kind === undefined) continue;
    letters++;
    for (const other of kind) {
      if (other === own) continue;
      characters[index] = other;
      if (isGood(characters.join(''))) {
        changed++;
        break;
      }
      characters[index] = own;
    }
  }
  return changed > 0 && changed * 2 >= letters ? characters.join('') : undefined;
}
