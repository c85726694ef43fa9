// What kind of thing an object describes, and how such things are named and titled.

import type { FakerLibrary } from '../../../openapi/faker-library.ts';
import { singular } from '../../state/names.ts';
import { companyOf, personOf, placeOf } from './people-and-places.ts';
import { TASKS } from './sentences.ts';
import { fact, hasAny, pick, type Subject } from './subject.ts';
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
  'payee profile maintainer by',
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
const TASK_LIKE = namesOf('todo task issue ticket reminder card story job milestone goal');

/** The word that says what a thing is: "order" of "OrderResponse" or "orders". */
export function thingKindOf({ entity }: Subject): string {
  const words = entity.map(singular).filter(word => !GENERIC.has(word));
  return words.at(-1) ?? '';
}

const GENERIC = namesOf(
  'response request dto model schema object data result resource entity view base summary detail',
  'info ref reference simple minimal full item output input body payload record entry list',
  'attribute public private basic short v1',
);

/** The name of a thing, as its kind has them. */
export function nameOf(request: TextRequest, kind = thingKindOf(request.subject)): string {
  const { subject, library } = request;
  const isPerson =
    PEOPLE.has(kind) || hasAny(subject, 'first name', 'last name', 'given name', 'family name');
  if (isPerson) return fullName(request);
  if (COMPANIES.has(kind)) return companyOf(subject, library);
  return fact(subject, 'name', random => {
    if (PRODUCTS.has(kind) || hasAny(subject, 'price', 'sku', 'unit price'))
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
    const adjective = library.call(random, faker => faker.word.adjective({ length: { min: 4, max: 7 } }));
    const noun = /^[a-z]{3,14}$/.test(kind)
      ? kind
      : library.call(random, faker => faker.word.noun({ length: { min: 4, max: 8 } }));
    return `${capitalized(adjective)} ${noun}`;
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

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

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
