// Placeholders for secrets that a document is particular about: its own words, other letters and digits, other numbers.
import { isObject, type Sources } from '../contract/sources.ts';
import { maskNumber } from '../exchange/secrets.ts';
import type { Finding } from '../finding/finding.ts';
import { follow } from '../finding/pointer.ts';

/**
 * Values that the broken clauses list: of an enum the first ones, of a const the only one; and bounds, of which one may be
 * the secret itself by chance.
 */
export function listedBy(sources: Sources, findings: readonly Finding[], secret: string): string[] {
  return findings.flatMap(({ clause }) => {
    const uri = sources.uris().find(each => sources.file(each) === clause?.file);
    if (clause === undefined || uri === undefined) return [];
    const value = follow(sources.root(uri).value, clause.pointer);
    const schema = isObject(value) ? value : {};
    const isBound = typeof value === 'number' && !clause.pointer.endsWith('/const');
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
const NUMBERS_TRIED = 300;

/** Texts of the same kinds of characters: dates and hours have no 0th, hexadecimal digits no x. */
export function otherPlaceholders(secret: string): string[] {
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
  const numbers = Array.from({ length: NUMBERS_TRIED }, (_, step) => String(Number(base) + step));
  return [...new Set([...variants, ...sized, ...numbers])].filter(each => each !== secret);
}

/** Trying takes a judgement each. */
const LONGEST_VARIED = 200;
const KINDS = ['xabcdefghijklmnopqrstuvwyz', 'XABCDEFGHIJKLMNOPQRSTUVWYZ', '0123456789'] as const;

/**
 * Changes one letter or digit after the other to another of its kind, as long as that is as good. A character that no
 * other can stand for is what the document says, as the "sk-" of a pattern, and stays.
 * @returns undefined when less than half of it could be changed: that might be the secret
 */
export function vary(secret: string, isGood: (placeholder: string) => boolean): string | undefined {
  if (secret.length > LONGEST_VARIED) return undefined;
  const characters = [...secret];
  let letters = 0;
  let changed = 0;
  for (const [index, own] of characters.entries()) {
    const kind = KINDS.find(each => each.includes(own));
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
