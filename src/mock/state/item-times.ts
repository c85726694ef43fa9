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

/**
 * The time as the schema has it: a date and time, a date, or a number of seconds or milliseconds.
 * @param sample a value that the document shows
 * @returns undefined if the schema admits none of them
 */
export function timeValue(
  hints: TypeHints | undefined,
  sample: unknown,
  at: number,
): string | number | undefined {
  const iso = new Date(at).toISOString();
  const seconds = Math.floor(at / 1000);
  const { types = NO_TYPES } = hints ?? {};
  const mayBe = (type: string): boolean => types.size === 0 || types.has(type);
  const forms: (string | number)[] = [];
  if (mayBe('string')) {
    if (typeof sample === 'string' && /^\d{4}-\d\d-\d\d$/.test(sample)) forms.push(iso.slice(0, 10));
    if (typeof sample === 'string' && /:\d\d(?:Z|[+-]\d\d:?\d\d)$/.test(sample))
      forms.push(withoutFraction(iso));
    forms.push(iso, withoutFraction(iso), iso.slice(0, 10));
  }
  if (types.has('integer') || types.has('number') || typeof sample === 'number') {
    // 10^11 seconds are in the year 5138, 10^11 milliseconds in 1973.
    const numbers = typeof sample === 'number' && sample > 1e11 ? [at, seconds] : [seconds, at];
    if (typeof sample === 'number') forms.unshift(...numbers);
    else forms.push(...numbers);
  }
  return forms.find(form => hints === undefined || hints.accepts(form));
}

const NO_TYPES: ReadonlySet<string> = new Set();

function withoutFraction(iso: string): string {
  return iso.replace(/\.\d+/, '');
}
