// Dates and times by the name of a member, in an order that makes sense: created before updated, start before end.

import { perObject } from '../../../exchange/per-object.ts';
import { REFERENCE_TIME } from '../../../openapi/faker-library.ts';
import { fact, type Subject } from './subject.ts';
import { findBySuffix, namesOf, tableOf } from './words.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/** When: a part of the time since the thing was created, or a distance from the reference time. */
type When =
  | { readonly life: number; readonly mayBeNull?: true }
  | {
      readonly from: 'now' | 'hour' | 'day' | 'midnight';
      readonly least: number;
      readonly most: number;
      readonly key: string;
      /** Added to a moment of the same key. */
      readonly later?: number;
    };

const past = (life: number): When => ({ life });
/** Has usually not happened. */
const ending = (life: number): When => ({ life, mayBeNull: true });
const START = { from: 'hour', least: 3 * DAY, most: 40 * DAY, key: 'start' } as const;

const MOMENTS = tableOf<When>([
  ['birth birthday birthdate dob born date_of_birth', age(22, 60, 'birth')],
  ['death died date_of_death', ending(0.95)],
  ['founded established incorporated', age(6, 40, 'founded')],
  ['hired hire joined join member_since since registered signup signed_up registration', past(0)],
  ['created create creation creation_timestamp added inserted opened submitted ordered placed', past(0)],
  ['issued issue requested uploaded first_seen order purchase purchased invoice', past(0)],
  ['invited enrolled accepted assigned begun queued', past(0.05)],
  ['started began launched activated processed', past(0.1)],
  ['date timestamp time at on datetime occurred happened logged recorded event', past(0.15)],
  ['published publish released release approved confirmed verified paid sent posted pushed', past(0.2)],
  ['payment transaction charged authorized captured', past(0.22)],
  ['packed shipped dispatched picked_up visited', past(0.3)],
  ['read viewed opened delivered received', past(0.4)],
  ['completed finished ended stopped resolved closed merged redeemed used fulfilled', past(0.5)],
  ['updated update modified modification changed edited last_modified refreshed synced', past(0.6)],
  ['last_seen last_login last_active last_used last_activity seen accessed login', past(0.8)],
  ['deleted removed archived deactivated trashed', ending(0.9)],
  ['cancelled canceled revoked refunded failed rejected suspended banned blocked disabled', ending(0.85)],
  ['locked expired withdrawn declined voided snoozed paused', ending(0.85)],
  ['start starts begin begins from valid_from effective check_in arrival departure', START],
  ['end ends finish to until till valid_to check_out stop', { ...START, later: 2 * DAY }],
  ['due deadline scheduled schedule planned next expected estimated renewal renews', ahead(5, 30, 'due')],
  ['reminder follow_up appointment available delivery eta', ahead(2, 5, 'soon')],
  ['expire expires expiry expiration valid_until exp', ahead(YEAR / DAY, (3 * YEAR) / DAY, 'expiry')],
  ['warranty', ahead((2 * YEAR) / DAY, (4 * YEAR) / DAY, 'warranty')],
]);

function age(least: number, most: number, key: string): When {
  return { from: 'midnight', least: -most * YEAR, most: -least * YEAR, key };
}

function ahead(least: number, most: number, key: string): When {
  return { from: 'day', least: least * DAY, most: most * DAY, key };
}

/** Words that say that a name is one of a moment, and nothing about which. */
const ENDINGS = namesOf('at on date time datetime timestamp utc day ts iso ms');

export interface Moment {
  readonly time: number;
  /** True: such a thing has usually not happened. */
  readonly mayBeNull: boolean;
}

/** The words that decide: without "at", "date" and "time" at the end, unless nothing else is left. */
const meaningOf = perObject((words: readonly string[]): readonly string[] => {
  let end = words.length;
  while (end > 1 && ENDINGS.has(words[end - 1] ?? '')) end--;
  const meaning = words.slice(0, end);
  return meaning.length > 1 && meaning[0] === 'date' && meaning[1] !== 'of' ? meaning.slice(1) : meaning;
});

/** Whether a name without a format is that of a moment: createdAt, due_date, but not "start" or "order". */
export const isNameOfMoment = perObject((words: readonly string[]): boolean => {
  const last = words.at(-1) ?? '';
  if (last === 'time' || last === 'on' || last === 'day' || last === 'ms')
    return words.length > 1 && findBySuffix(MOMENTS, meaningOf(words)) !== undefined;
  // date_of_birth, dateCreated
  if (
    ENDINGS.has(last) ||
    (words.length > 1 && (words[0] === 'date' || words.join(' ').includes('date of ')))
  )
    return true;
  return /^(?:created|updated|modified|deleted|birthday|birthdate|dob|deadline)$/.test(last);
});

/** The moment that a name means; some time in the life of the thing if it says nothing. */
export function momentOf(subject: Subject, words: readonly string[]): Moment {
  const meaning = meaningOf(words);
  const found =
    findBySuffix(MOMENTS, meaning) ??
    findBySuffix(MOMENTS, meaning.slice(0, 1)) ??
    findBySuffix(MOMENTS, meaning.slice(1, 2));
  const when = found?.entry ?? past(0.15);
  const now = REFERENCE_TIME - subject.index * (DAY + 37 * MINUTE);
  if ('life' in when) {
    const life = fact(subject, 'life', random => Math.floor((20 + random() * 300) * DAY));
    const time = now - Math.floor((life * (1 - when.life)) / SECOND) * SECOND;
    return { time, mayBeNull: when.mayBeNull === true };
  }
  const { from, least, most, key, later = 0 } = when;
  const distance = fact(subject, key, random => least + random() * (most - least));
  const unit = from === 'midnight' ? DAY : from === 'now' ? SECOND : HOUR;
  const base = from === 'midnight' || from === 'day' ? now - (now % DAY) : now;
  return { time: Math.floor((base + distance) / unit) * unit + later, mayBeNull: false };
}

/** RFC 3339, without and with fractions of a second. */
export function dateTimesOf(time: number): string[] {
  const text = new Date(time).toISOString();
  return [text.replace('.000Z', 'Z'), text, text.slice(0, 19), text.slice(0, 19).replace('T', ' ')];
}

export function dateOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
