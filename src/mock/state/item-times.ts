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
  for (const form of formsOf(hints?.types ?? NO_TYPES, sample, at))
    if (hints === undefined || hints.accepts(form)) return form;
  return undefined;
}

/** Best first. */
function* formsOf(types: TypeHints['types'], sample: unknown, at: number): Generator<string | number> {
  const seconds = Math.floor(at / 1000);
  // 10^11 seconds are in the year 5138, 10^11 milliseconds in 1973.
  if (typeof sample === 'number') yield* sample > 1e11 ? [at, seconds] : [seconds, at];
  if (types.size === 0 || types.has('string')) {
    const iso = isoTime(at);
    if (typeof sample === 'string' && /^\d{4}-\d\d-\d\d$/.test(sample)) yield iso.slice(0, 10);
    if (typeof sample === 'string' && /:\d\d(?:Z|[+-]\d\d:?\d\d)$/.test(sample)) yield withoutFraction(iso);
    yield iso;
    yield* [withoutFraction(iso), iso.slice(0, 10)];
  }
  if (typeof sample !== 'number' && (types.has('integer') || types.has('number'))) yield* [seconds, at];
}

let latest = { at: Number.NaN, iso: '' };

/** Members of an item, and items of many requests, have the same time. */
function isoTime(at: number): string {
  if (latest.at !== at) latest = { at, iso: new Date(at).toISOString() };
  return latest.iso;
}

const NO_TYPES: ReadonlySet<string> = new Set();

function withoutFraction(iso: string): string {
  return iso.replace(/\.\d+/, '');
}
