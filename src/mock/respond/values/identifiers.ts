// Identifiers in the style of the document: the form of an example, else a UUID, else a short code.

import type { JsonObject } from '../../../exchange/json.ts';
import { randomFrom } from '../../../exchange/seeded-random.ts';
import { isUuid, sameCharacters, uuidFrom } from './like-text.ts';
import { referredThing } from './numbers.ts';
import { ordinal, type Subject } from './subject.ts';

interface Identified {
  readonly subject: Subject;
  readonly words: readonly string[];
  readonly keywords: readonly JsonObject[];
}

const UUID_LENGTH = 36;

/** The same for the thing and for those that refer to it by name. @param format "uuid": nothing else is allowed */
export function identifierOf({ subject, words, keywords }: Identified, format: string): string {
  const thing = referredThing(subject, words);
  const random = randomFrom(`${thing.seed} ${thing.at} ${thing.at === thing.group ? '' : thing.index} id`);
  const example = keywords.flatMap(textExamples)[0];
  if (example !== undefined && example !== '') return likeExample(example, random, thing.index);
  const most = Math.min(
    ...keywords.map(({ maxLength }) => (typeof maxLength === 'number' ? maxLength : 255)),
  );
  if (format === 'uuid' || most >= UUID_LENGTH) return uuidFrom(random);
  return String(ordinal(thing)).slice(0, most);
}

/**
 * Items of a list have different ids, also if the schema has one example of an id.
 * @returns undefined if the member is not the id of an item after the first
 */
export function idLikeExample(subject: Subject, words: readonly string[], example: unknown): unknown {
  const { seed, at, index } = subject;
  if (index === 0 || !isIdentifier(words) || referredThing(subject, words) !== subject) return undefined;
  if (Number.isSafeInteger(example)) return Number(example) + index;
  if (typeof example !== 'string' || example === '') return undefined;
  return likeExample(example, randomFrom(`${seed} ${at} ${words.join(' ')}`), index - 1);
}

export function isIdentifier(words: readonly string[]): boolean {
  return /^(?:id|ids|uuid|guid|uid|sid)$/.test(words.at(-1) ?? '');
}

function textExamples({ example, examples, default: preset }: JsonObject): string[] {
  const all = [example, ...(Array.isArray(examples) ? examples : []), preset];
  return all.filter(each => typeof each === 'string');
}

/** Another text of the same form: the prefix stays, digits become digits and letters become letters. */
function likeExample(example: string, random: () => number, index: number): string {
  const prefix = /^[A-Za-z]{1,12}[-_:]/.exec(example)?.[0] ?? '';
  const rest = example.slice(prefix.length);
  if (/^\d{1,9}$/.test(rest)) return prefix + String(Number(rest) + index + 1).padStart(rest.length, '0');
  if (!/\d/.test(rest)) return `${example}-${index + 2}`;
  return prefix + (isUuid(rest) ? uuidFrom(random) : sameCharacters(rest, random));
}
