// Converts recorded header fields to `Headers`: lower-case names, each with a list of values.
import { LRUCache } from 'lru-cache';
import type { Headers } from '../exchange/exchange.ts';
import { isObject } from '../exchange/json.ts';

/**
 * Collects fields in the order sent. Drops pseudo headers (RFC 9113, section 8.3); ":authority" becomes the host if there
 * is none. Splits values at line ends, with which recorders join fields of one name; a single value cannot contain one.
 */
export class HeaderBuilder {
  readonly #headers: Record<string, string[]> = {};
  #authority = '';

  add(recordedName: string, value: unknown): void {
    const name = normalizedName(recordedName);
    const text = typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
    if (name === '' || name.charCodeAt(0) === COLON) {
      if (name === ':authority') this.#authority = text;
      return;
    }
    const values = text.includes('\n') ? text.split(/\r?\n/).map(each => each.trim()) : [text.trim()];
    const headers = this.#headers;
    // Inherited members such as "constructor" are not lists.
    const existing: unknown = headers[name];
    if (name === '__proto__') addProtoHeader(headers, values);
    else if (Array.isArray(existing)) existing.push(...values);
    else headers[name] = values;
  }

  headers(): Headers {
    if (this.#authority !== '' && this.#headers.host === undefined) this.#headers.host = [this.#authority];
    return this.#headers;
  }
}

/** Assigning to `__proto__` would change the prototype of the object. */
function addProtoHeader(headers: Record<string, string[]>, values: string[]): void {
  const existing = Object.getOwnPropertyDescriptor(headers, '__proto__')?.value as string[] | undefined;
  if (existing !== undefined) existing.push(...values);
  else Object.defineProperty(headers, '__proto__', { value: values, enumerable: true });
}

export function headersFromPairs(fields: Iterable<readonly [name: string, value: unknown]>): Headers {
  const builder = new HeaderBuilder();
  for (const [name, value] of fields) builder.add(name, value);
  return builder.headers();
}

/** What a message withholds when its recording leaves out header fields without naming them: see `Request.withheld`. */
export const ANY_FIELD: readonly string[] = ['*'];

/** True for a recording without header fields: a response always has some (RFC 9110 sections 6.6.1 and 8.6). */
export function hasNoFields(headers: Headers): boolean {
  for (const _name in headers) return false;
  return true;
}

const COLON = 0x3a;
/** Normalized header names by the recorded name: recordings repeat few names. */
const NORMALIZED_NAMES = new LRUCache<string, string>({ max: 1000 });

function normalizedName(recordedName: string): string {
  let name = NORMALIZED_NAMES.get(recordedName);
  if (name === undefined) {
    name = recordedName.trim().toLowerCase();
    NORMALIZED_NAMES.set(recordedName, name);
  }
  return name;
}

/** Reads an object of names, each with a value or a list of values. @returns undefined when the value is not an object */
export function headersFromObject(fields: unknown): Headers | undefined {
  if (fields === undefined || fields === null) return {};
  // Languages in which an empty map is an empty list.
  if (Array.isArray(fields) && fields.length === 0) return {};
  if (!isObject(fields)) return undefined;
  const builder = new HeaderBuilder();
  for (const [name, value] of Object.entries(fields)) {
    for (const each of Array.isArray(value) ? (value as unknown[]) : [value]) builder.add(name, each);
  }
  return builder.headers();
}
