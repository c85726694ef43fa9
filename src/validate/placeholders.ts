// Placeholders for secrets that still match the schema: declared literals, other characters of the same class, other numbers.

import type { DocumentSet } from '../document/documents.ts';
import { isObject } from '../exchange/json.ts';
import { valueAt } from '../exchange/json-pointer.ts';
import { maskNumber } from '../exchange/secrets.ts';
import type { Finding } from '../finding/finding.ts';

/**
 * The values that the schema keywords of the findings list: the first 20 of an enum, the value of a const, and the value of
 * a bound unless it equals the secret.
 */
export function declaredLiterals(
  documents: DocumentSet,
  findings: readonly Finding[],
  secret: string,
): string[] {
  return findings.flatMap(({ location }) => {
    const uri = location && documents.uriOf(location.file);
    if (location === undefined || uri === undefined) return [];
    const value = valueAt(documents.root(uri).value, location.pointer);
    const schema = isObject(value) ? value : {};
    const isBound = typeof value === 'number' && !location.pointer.endsWith('/const');
    const literals = [
      isBound && String(value) === secret ? undefined : value,
      schema.enum,
      schema.const,
      isObject(schema.schema) ? schema.schema.enum : undefined,
    ]
      .flatMap(each => (Array.isArray(each) ? (each as unknown[]).slice(0, 20) : [each]))
      .filter(each => typeof each === 'string' || typeof each === 'number');
    return literals.map(String);
  });
}

const NUMBER = /^-?\d+(?:\.\d+)?$/;
/** Enough to include a multiple of a typical `multipleOf`. */
const MAX_NUMBERS = 300;

/** Texts with characters of the same classes. Several variants: a date has no month 00, and x is not a hexadecimal digit. */
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
  // Numbers of the same magnitude first: a range may require one.
  const sameMagnitude = [...'123456789'].map(digit => base.replace('1', digit));
  const numbers = Array.from({ length: MAX_NUMBERS }, (_, step) => String(Number(base) + step));
  return [...new Set([...variants, ...sameMagnitude, ...numbers])].filter(each => each !== secret);
}

/** Characters. Each character costs one or more validations. */
const MAX_VARIED_LENGTH = 200;
const CHARACTER_CLASSES = ['xabcdefghijklmnopqrstuvwyz', 'XABCDEFGHIJKLMNOPQRSTUVWYZ', '0123456789'] as const;

/**
 * Replaces each letter and digit by another of its class if `isGood` accepts the result. A character without an accepted
 * replacement stays: the document requires it, as the "sk-" of a pattern.
 * @returns undefined when less than half of the characters could be replaced: the rest may reveal the secret
 */
export function varyCharacters(secret: string, isGood: (placeholder: string) => boolean): string | undefined {
  if (secret.length > MAX_VARIED_LENGTH) return undefined;
  const characters = [...secret];
  let replaceable = 0;
  let changed = 0;
  for (const [index, original] of characters.entries()) {
    const kind = CHARACTER_CLASSES.find(each => each.includes(original));
    if (kind === undefined) continue;
    replaceable++;
    for (const other of kind) {
      if (other === original) continue;
      characters[index] = other;
      if (isGood(characters.join(''))) {
        changed++;
        break;
      }
      characters[index] = original;
    }
  }
  return changed > 0 && changed * 2 >= replaceable ? characters.join('') : undefined;
}
