// The members of an item that say when it was created and last changed, in the form of its schema.

import { plainName } from '../../exchange/names.ts';
import type { TypeHints } from '../../schema/type-hints.ts';

export type TimeKind = 'created' | 'updated';

const CREATED = /^(?:date)?(?:creation|created?|inserted)(?:at|on|date|time|datetime|timestamp)?(?:utc)?$/;
const UPDATED =
  /^(?:date)?(?:last)?(?:updated?|modified|modification|changed)(?:at|on|date|time|datetime|timestamp)?(?:utc)?$/;

/** Whether a member says when an item was created or changed, by its name; undefined: neither. */
export function timeKind(name: string): TimeKind | undefined {
  const plain = plainName(name);
  // A verb alone may be a count or a switch, such as "update" or "create".
  if (CREATED.test(plain) && plain !== 'create' && plain !== 'creation') return 'created';
  return UPDATED.test(plain) && plain !== 'update' && plain !== 'modification' ? 'updated' : undefined;
}

/** The form of a time that a document shows: a number of milliseconds or seconds, a date, or a time without a fraction. */
export type TimeForm = 'milliseconds' | 'seconds' | 'date' | 'without-fraction' | undefined;

export function timeForm(sample: unknown): TimeForm {
  // 10^11 seconds are in the year 5138, 10^11 milliseconds in 1973.
  if (typeof sample === 'number') return sample > 1e11 ? 'milliseconds' : 'seconds';
  if (typeof sample !== 'string') return undefined;
  if (/^\d{4}-\d\d-\d\d$/.test(sample)) return 'date';
  return /:\d\d(?:Z|[+-]\d\d:?\d\d)$/.test(sample) ? 'without-fraction' : undefined;
}

/**
 * The time as the schema has it: a date and time, a date, or a number of seconds or milliseconds.
 * @returns undefined if the schema admits none of them
 */
export function timeValue(hints: TypeHints, form: TimeForm, at: number): string | number | undefined {
  return formsOf(hints.types, form, at).find(value => hints.accepts(value));
}

/** Best first. */
function formsOf(types: TypeHints['types'], form: TimeForm, at: number): readonly (string | number)[] {
  const seconds = Math.floor(at / 1000);
  const iso = new Date(at).toISOString();
  const plain = iso.replace(/\.\d+/, '');
  const date = iso.slice(0, 10);
  const isText = types.size === 0 || types.has('string');
  const texts =
    form === 'date'
      ? [date, iso, plain]
      : form === 'without-fraction'
        ? [plain, iso, date]
        : [iso, plain, date];
  if (form === 'milliseconds') return [at, seconds, ...(isText ? texts : [])];
  if (form === 'seconds') return [seconds, at, ...(isText ? texts : [])];
  const isNumber = types.has('integer') || types.has('number');
  return [...(isText ? texts : []), ...(isNumber ? [seconds, at] : [])];
}
