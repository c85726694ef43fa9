// The id of a new item: in the form of the ids that the document shows, and different from those that are taken.

import type { TypeHints } from '../../schema/type-hints.ts';
import { isUuid, sameCharacters, uuidFrom } from '../respond/values/like-text.ts';
import type { Table } from './table.ts';

export interface IdContext {
  /** What the schemas of the property and of the path parameter say. */
  readonly hints: readonly TypeHints[];
  /** Whether a text has the format that the schema of the property declares. */
  readonly isFormatted: (text: string) => boolean;
  /** An id that the document shows, or one that is generated from its schema. */
  readonly sample: unknown;
  /** The number that an id with a number gets. */
  readonly next: () => number;
  readonly isTaken: (id: string) => boolean;
  /** Random numbers from 0 to 1 that depend on the seed of the session. */
  readonly random: () => number;
}

/** More tries than ids of one form can collide. */
const MAX_TRIES = 50;

/**
 * An id that the schemas of the property and of the path parameter admit, else one that the property admits.
 * @returns the id as the schema has it, a string or a number
 */
export function newId(context: IdContext): string | number {
  const { hints, random } = context;
  const [first] = hints;
  const id =
    findId(context) ?? (first && hints.length > 1 ? findId({ ...context, hints: [first] }) : undefined);
  // No form satisfies the schema: the answer says that the id was left off.
  return id ?? uuidFrom(random);
}

function findId(context: IdContext): string | number | undefined {
  const { hints, sample, isTaken, random, isFormatted } = context;
  const accepts = (value: string | number): boolean =>
    (typeof value === 'number' || isFormatted(value)) &&
    hints.every(each => each.accepts(value) || each.accepts(String(value)));
  const isNumeric = hints.some(({ types }) => types.has('integer') || types.has('number'));
  if (isNumeric || typeof sample === 'number') {
    const starts = [context.next(), ...(Number.isSafeInteger(sample) ? [sample as number] : [])];
    for (const start of starts)
      for (let value = start; value < start + MAX_TRIES; value++)
        if (!isTaken(String(value)) && accepts(value)) return value;
  }
  const forms = [
    ...(typeof sample === 'string' ? [() => sameForm(sample, random, context.next())] : []),
    () => uuidFrom(random),
    ...(typeof sample === 'string' ? [() => ofItsCharacters(sample, random)] : []),
    () => String(context.next()),
  ];
  for (const form of forms)
    for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
      const candidate = form();
      if (!isTaken(candidate) && accepts(candidate)) return candidate;
    }
  return undefined;
}

/** The largest integer that is an id, by table. Each id that clients choose is looked up as well. */
const LARGEST = new WeakMap<Table, number>();

export function nextInteger(table: Table, isTaken: IdContext['isTaken']): number {
  let largest = LARGEST.get(table) ?? 0;
  if (!LARGEST.has(table))
    for (const { id } of table.all()) if (/^\d{1,15}$/.test(id)) largest = Math.max(largest, Number(id));
  let next = largest + 1;
  while (isTaken(String(next))) next++;
  LARGEST.set(table, next);
  return next;
}

/** An id like another one: "cus_NffrFeUfNV2Hib" gives "cus_" and 14 random characters of the same kinds. */
function sameForm(sample: string, random: () => number, next: number): string {
  if (isUuid(sample)) return uuidFrom(random);
  if (/^\d+$/.test(sample)) return String(next).padStart(sample.length, '0');
  const [, prefix = '', body = ''] = /^((?:[A-Za-z]+[_:-])*)(.*)$/s.exec(sample) ?? [];
  // A word has no form: "string", or the name of a product.
  if (!/\d/.test(body)) return uuidFrom(random);
  if (/^[a-z][A-Za-z]*[_:-]?\d+$/.test(sample) && body.length < 8)
    return sample.replace(/(?<!\d)\d+$/, digits => String(next).padStart(digits.length, '0'));
  return prefix + sameCharacters(body, random);
}

/**
 * An id of the characters of another one: "RD0f3A" gives "RD3f0F". It matches a pattern that has a set of characters only,
 * such as hexadecimal digits of both cases, after its first letters.
 */
function ofItsCharacters(sample: string, random: () => number): string {
  const [prefix = ''] = /^[A-Za-z]*/.exec(sample) ?? [];
  const body = sample.slice(prefix.length);
  const letters = body.replaceAll(/[^0-9A-Za-z]/g, '');
  return prefix + body.replaceAll(/[0-9A-Za-z]/g, () => letters[Math.floor(random() * letters.length)] ?? '');
}
