// Chooses a value that a reader would expect for a member: by its name, format and description, and by what stands beside it.

import type { JsonObject } from '../../../exchange/json.ts';
import { singular } from '../../../exchange/names.ts';
import { perObject } from '../../../exchange/per-object.ts';
import type { FakerLibrary } from '../../../openapi/faker-library.ts';
import { errorFlag, errorNumber, errorText } from './error-values.ts';
import { identifierOf, isIdentifier } from './identifiers.ts';
import { type MakeText, nameOfWord, type TextRequest } from './kinds.ts';
import { dateOf, dateTimesOf, isNameOfMoment, momentOf } from './moments.ts';
import { flagOf, numberOf } from './numbers.ts';
import { counterOf, isOtherPage } from './pages.ts';
import { emailOf, phoneOf } from './people-and-places.ts';
import { PERSON_TEXTS } from './person-texts.ts';
import type { Subject } from './subject.ts';
import { anyText, THING_TEXTS, urlOf } from './thing-texts.ts';
import { findBySuffix, namesOf, nameWords } from './words.ts';

/** A member, or an item of a list that is one. */
export interface NamedValue {
  readonly name: string;
  readonly subject: Subject;
  readonly keywords: readonly JsonObject[];
  readonly random: () => number;
}

/** Whether null is what a reader expects where it is allowed: nothing is deleted, and there is no next page. */
export function isUsuallyNull({ name, subject }: Pick<NamedValue, 'name' | 'subject'>): boolean {
  const words = nameWords(name);
  return isOtherPage(subject, words) || (isNameOfMoment(words) && momentOf(subject, words).mayBeNull);
}

export function believableNumber(value: NamedValue, isInteger: boolean, most: number): number {
  const { subject, random, keywords, name } = value;
  const words = nameWords(name);
  const ofError = subject.errorStatus === undefined ? undefined : errorNumber(subject.errorStatus, words);
  if (ofError !== undefined) return ofError;
  return numberOf({
    subject,
    words,
    description: traitsOf(keywords).description,
    isInteger,
    random,
    most,
  });
}

export function believableFlag({ name, subject, random }: NamedValue): boolean {
  const words = nameWords(name);
  const ofError = subject.errorStatus === undefined ? undefined : errorFlag(words);
  return ofError ?? flagOf(subject, words, random);
}

const MAX_DESCRIPTION = 300;

const traitsOf = perObject((keywords: readonly JsonObject[]) => {
  const textOf = (name: string): string =>
    keywords.map(schema => schema[name]).find(each => typeof each === 'string') ?? '';
  const format = textOf('format');
  return {
    format,
    description: textOf('description').slice(0, MAX_DESCRIPTION),
    hasPattern: keywords.some(({ pattern }) => typeof pattern === 'string'),
    /** True: the generator of formats makes the text. */
    isOther: OTHER_FORMATS.test(format) || textOf('contentEncoding') !== '',
  };
});

/** Formats of other meanings, which the generator of formats knows. */
const OTHER_FORMATS =
  /^(?:ipv[46]|(?:idn-)?hostname|byte|binary|regex|(?:relative-)?json-pointer|duration|u?int\d+|decimal|double|float|base64(?:url)?|char|ulid)$/;

/**
 * The texts for a member, best first; a caller takes the first that its schema allows.
 * @param library undefined: it is not loaded
 * @returns "library" if the library is needed
 */
export function believableTexts(
  value: NamedValue,
  library: FakerLibrary | undefined,
  most: number,
): readonly string[] | 'library' {
  const { subject, name, keywords, random } = value;
  const words = nameWords(name);
  const { format, description, hasPattern, isOther } = traitsOf(keywords);
  if (isOther) return [];
  const time = (): number => momentOf(subject, words).time;
  if (format === 'date') return [dateOf(time())];
  if (format === 'date-time') return dateTimesOf(time());
  if (format === 'time') return [dateTimesOf(time())[0]?.slice(11) ?? ''];
  if (/^(?:uuid|guid)$/.test(format)) return [identifierOf({ ...value, words }, 'uuid')];
  if (isOtherPage(subject, words) && format === '') return [''];
  const counter = format === '' ? counterOf(subject, words) : undefined;
  if (counter !== undefined && name !== 'total') return [String(counter)];
  const ofError =
    subject.errorStatus === undefined || format !== '' ? undefined : errorText(subject.errorStatus, words);
  if (ofError !== undefined) return alternatives(ofError, most);
  const make = makerForFormat(format) ?? makerForName(words, description, hasPattern);
  if (make === undefined) {
    if (isKey(words)) return [identifierOf({ ...value, words }, format)];
    if (isNameOfMoment(words))
      return /^(?:date|day|dob|birthday|birthdate)$/.test(words.at(-1) ?? '')
        ? [dateOf(time()), ...dateTimesOf(time())]
        : [...dateTimesOf(time()), dateOf(time())];
    if (hasPattern) return [];
    return [shortened(anyText(subject, words), most)];
  }
  if (library === undefined) return 'library';
  const request: TextRequest = { subject, words, description, random, library, most };
  const text = make(request);
  return hasPattern || text.length > most ? alternatives(text, most) : [text];
}

/** The text, its beginning if it is too long, and its letters and digits for patterns that allow no others. */
function alternatives(text: string, most: number): readonly string[] {
  const words = shortened(text, most);
  const slug = words.replace(/[^A-Za-z0-9]+/g, '-');
  return [text, words, slug, slug.toLowerCase(), slug.toUpperCase(), slug.replaceAll('-', '')];
}

/** The number of a tax payer is no key. */
function isKey(words: readonly string[]): boolean {
  return isIdentifier(words) && !(words.length > 1 && TEXTS.has(words.slice(-2).join(' ')));
}

/** Whole words of a text that is too long. */
function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const cut = text.slice(0, most);
  const end = cut.lastIndexOf(' ');
  return (end > most / 2 ? cut.slice(0, end) : cut).trim();
}

const TEXTS: ReadonlyMap<string, MakeText> = new Map([...PERSON_TEXTS, ...THING_TEXTS]);

const FORMATS: ReadonlyMap<string, MakeText> = new Map<string, MakeText>([
  ['email', ({ subject, library }) => emailOf(subject, library)],
  ['idn-email', ({ subject, library }) => emailOf(subject, library)],
  ['phone', ({ subject }) => phoneOf(subject)],
  ['uri', urlOf],
  ['url', urlOf],
  ['iri', urlOf],
  ['uri-reference', urlOf],
  ['iri-reference', urlOf],
  ['uri-template', urlOf],
]);

function makerForFormat(format: string): MakeText | undefined {
  return FORMATS.get(format) ?? (format === '' ? undefined : findBySuffix(TEXTS, nameWords(format))?.entry);
}

function makerForName(
  words: readonly string[],
  description: string,
  hasPattern: boolean,
): MakeText | undefined {
  if (isKey(words) || (isNameOfMoment(words) && words.length > 0)) return undefined;
  const last = singular((words.at(-1) ?? '').replace(/(?<!\d)\d+$/, ''));
  const made =
    findBySuffix(TEXTS, words)?.entry ??
    findBySuffix(TEXTS, [...words.slice(0, -1), last])?.entry ??
    nameOfWord(last);
  if (made !== undefined || hasPattern) return made;
  return findBySuffix(TEXTS, subjectOfSentence(description))?.entry;
}

/** Words that say little about a value in a description. */
const VAGUE = namesOf(
  'version type kind key code value number text content state status label size unit list body',
);

/** "The e-mail address of the customer" is about an "e mail address". */
function subjectOfSentence(description: string): readonly string[] {
  const [head = ''] = description
    .slice(0, 60)
    .split(/[.,;:(\n]| (?:of|for|in|to|that|which|where|when|from|by|on|with|is|used|as) /);
  const words = nameWords(head);
  return words.length <= 5 && !VAGUE.has(words.at(-1) ?? '') ? words : [];
}
