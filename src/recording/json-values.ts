// Typed access to members of unvalidated JSON.
import { isObject, type JsonObject } from '../exchange/json.ts';

/** @returns the objects of a list; nothing when the value is not a list */
export function objectsOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** @returns undefined when the value is not a list of strings */
export function stringsOf(value: unknown): string[] | undefined {
  return Array.isArray(value) && value.every(each => typeof each === 'string') ? value : undefined;
}

/** @returns a number of 0 or more; undefined otherwise, because recorders write -1, null or nothing for "unknown" */
export function countOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined;
}

/** The end of the year 9999: later dates have more digits in ISO 8601. */
const MAX_TIMESTAMP = 253_402_300_799_999;

/** @returns milliseconds since the Unix epoch, from a date as text or from milliseconds; 0 when the value is not a date */
export function timestampOf(value: unknown): number {
  const at = typeof value === 'string' ? Date.parse(value) : typeof value === 'number' ? value : 0;
  return at >= 0 && at <= MAX_TIMESTAMP ? at : 0;
}
