// Typed access to members of unvalidated JSON.

import { isObject, type JsonObject } from '../exchange/json.ts';

/** @returns the list's objects; none when it is no list */
export function objectsOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** @returns undefined when it is no list of nothing but strings */
export function stringsOf(value: unknown): string[] | undefined {
  return Array.isArray(value) && value.every(each => typeof each === 'string') ? value : undefined;
}

/** A count that means something: recorders write -1, null or nothing for "not known". */
export function countOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined;
}

/** The end of the year 9999: what is later is no date, and could not be written as others are. */
const MAX_TIMESTAMP = 253_402_300_799_999;

/** @returns milliseconds since the Unix epoch of a date as text, seconds or milliseconds are not guessed; 0 when it is none */
export function timestampOf(value: unknown): number {
  const at = typeof value === 'string' ? Date.parse(value) : typeof value === 'number' ? value : 0;
  return at >= 0 && at <= MAX_TIMESTAMP ? at : 0;
}
