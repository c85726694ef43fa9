// What kind of thing an object describes, and how such things are named and titled.

import type { FakerLibrary } from '../../../openapi/faker-library.ts';
import { companyOf, personOf, placeOf } from './people-and-places.ts';
import { ADJECTIVES, NOUNS, TASKS } from './sentences.ts';
import { fact, GENERIC_WORDS, hasAny, pick, type Subject } from './subject.ts';
import { namesOf } from './words.ts';

export interface TextRequest {
  readonly subject: Subject;
  readonly words: readonly string[];
  readonly description: string;
  readonly random: () => number;
  readonly library: FakerLibrary;
  /** The most characters that the schema allows. */
  readonly most: number;
}

export type MakeText = (request: TextRequest) => string;

export const oneOf =
  (...values: readonly string[]): MakeText =>
  ({ subject, words }) =>
    pick(subject, words.join(' '), values);

const PEOPLE = namesOf(
  'user customer author owner person people employee contact member patient student driver',
  'doctor teacher agent guest artist player candidate assignee reviewer sender recipient',
  'passenger cardholder beneficiary creator manager applicant lead attendee host participant',
  'instructor subscriber buyer seller courier staff editor speaker follower friend shopper payer',
  'payee profile maintainer committer physician nurse pupil parent spouse holder rep admin operator',
);
const COMPANIES = namesOf(
  'company organization organisation org vendor supplier merchant business employer store shop',
  'tenant client partner manufacturer publisher carrier bank brand agency restaurant provider',
  'account workspace installation',
);
export const PRODUCTS = namesOf(
  'product item sku article variant line_item line good merchandise gift reward',
);
const PETS = namesOf('pet animal dog cat');
const TASK_LIKE = namesOf('todo to_do task issue ticket reminder');

/** The word that says what a thing is: "order" of "OrderResponse" or "orders". */
export function thingKindOf({ entity }: Subject): string {
  // An item of a document is no document.
  if (entity.length > 1 && /^(?:item|line)$/.test(entity.at(-1) ?? '')) return 'item';
  return entity.findLast(word => !GENERIC_WORDS.has(word)) ?? '';
}

/** The name of a thing, as its kind has them: that of the product for "productName". */
export function nameOf(request: TextRequest): string {
  const before = request.words.at(-1) === 'name' ? request.words.at(-2) : undefined;
  const own = thingKindOf(request.subject);
  if (before === undefined || before === own || OWN_NAMES.has(before))
    return nameOfKind(request, own, undefined);
  return nameOfKind(request, before, before);
}

/** A "displayName" is the name of the thing itself. */
const OWN_NAMES = namesOf('display label short friendly preferred public common official');

/** A person, a company or a product, if the word means one. */
export function nameOfWord(word: string): MakeText | undefined {
  const isKnown = [PEOPLE, COMPANIES, PRODUCTS].some(words => words.has(word)) || word === 'company';
  return isKnown ? request => nameOfKind(request, word, word) : undefined;
}

/** Members that only people have. */
const OF_PEOPLE = [
  ...['first name', 'last name', 'given name', 'family name', 'email', 'email address', 'username'],
  ...['birth date', 'date of birth', 'birthday', 'gender'],
];

/** @param other set if the name is that of another thing than the object */
function nameOfKind(request: TextRequest, kind: string, other: string | undefined): string {
  const { subject, library } = request;
  const isPerson =
    PEOPLE.has(kind) || (other === undefined && !COMPANIES.has(kind) && hasAny(subject, ...OF_PEOPLE));
  if (isPerson) return fullName(request);
  if (COMPANIES.has(kind)) return companyOf(subject, library);
  return fact(subject, `name ${other ?? ''}`, random => {
    if (PRODUCTS.has(kind) || (other === undefined && hasAny(subject, 'price', 'sku', 'unit price')))
      return library.call(random, faker => faker.commerce.productName());
    if (PETS.has(kind)) return library.call(random, faker => faker.animal.petName());
    const place = /^(?:city|town)$/.test(kind)
      ? 'city'
      : /^(?:country|nation)$/.test(kind)
        ? 'country'
        : undefined;
    if (place !== undefined) return placeOf(subject)[place];
    if (/^(?:category|department|tag|label|topic|genre|section)$/.test(kind))
      return pick(subject, 'category', CATEGORIES);
    if (/^(?:file|document|attachment|asset|image|photo)$/.test(kind)) return pick(subject, 'file', FILES);
    if (/^(?:role|group|team|permission)$/.test(kind)) return pick(subject, 'role', ROLES);
    if (TASK_LIKE.has(kind)) return pick(subject, 'task', TASKS);
    const adjective = pick(subject, `adjective ${kind}`, ADJECTIVES);
    const noun = /^[a-z]{3,14}$/.test(kind) ? kind : pick(subject, `noun ${kind}`, NOUNS);
    return `${adjective} ${noun}`;
  });
}

export const CATEGORIES = [
  'Garden',
  'Books',
  'Kitchen',
  'Outdoor',
  'Music',
  'Office',
  'Toys',
  'Sports',
  'Health',
  'Travel',
];
export const FILES = ['invoice.pdf', 'report.pdf', 'photo.jpg', 'contract.pdf', 'notes.txt', 'plan.png'];
const ROLES = ['Member', 'Editor', 'Viewer', 'Support', 'Billing'];

export function fullName({ subject, library }: TextRequest): string {
  const { first, last } = personOf(subject, library);
  return `${first} ${last}`;
}

/** A title: that of a thing to do, a product, or a headline. */
export function titleOf(request: TextRequest): string {
  const { subject, most } = request;
  const kind = thingKindOf(subject);
  if (TASK_LIKE.has(kind)) return pick(subject, 'task', TASKS);
  if (PRODUCTS.has(kind) || hasAny(subject, 'price')) return nameOf(request);
  if (PEOPLE.has(kind) || hasAny(subject, 'first name')) return most < 8 ? 'Ms' : jobOf(request);
  return pick(subject, 'title', HEADLINES);
}

export const HEADLINES = [
  ...[
    'Weekly planning',
    'Summer opening hours',
    'A guide for new members',
    'Spring release',
    'Notes from the field',
  ],
  ...[
    'Ten years in numbers',
    'How we work',
    'Moving to a new office',
    'Questions and answers',
    'The road ahead',
  ],
];

export function jobOf({ subject, library }: TextRequest): string {
  return fact(subject, 'job', random => library.call(random, faker => faker.person.jobTitle()));
}
