// Looks into JSON whose shape nobody promised.

export type Members = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @returns the list's objects; none when it is no list */
export function objects(value: unknown): Members[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function string(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** @returns undefined when it is no list of nothing but strings */
export function strings(value: unknown): string[] | undefined {
  return Array.isArray(value) && value.every(each => typeof each === 'string') ? value : undefined;
}

/** A count that means something: recorders write -1, null or nothing for "not known". */
export function count(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined;
}

/** The end of the year 9999: what is later is no date, and could not be written as others are. */
const LAST_MOMENT = 253_402_300_799_999;

/** @returns milliseconds since the Unix epoch of a date as text, seconds or milliseconds are not guessed; 0 when it is none */
export function moment(value: unknown): number {
  const at = typeof value === 'string' ? Date.parse(value) : typeof value === 'number' ? value : 0;
  return at >= 0 && at <= LAST_MOMENT ? at : 0;
}
