// Header fields as recordings write them, as the lower-case lists of values that an exchange has.
import { LRUCache } from 'lru-cache';
import type { Headers } from '../exchange/exchange.ts';
import { isObject } from '../exchange/json.ts';

/**
 * Takes fields in the order sent. Pseudo headers are dropped; ":authority" is the host if no other is said. Values are
 * split at line ends, which no value can have: recorders join the fields of one name with them.
 */
export class HeaderBuilder {
  readonly #headers: Record<string, string[]> = {};
  #authority = '';

  add(sent: string, value: unknown): void {
    const name = normalizedName(sent);
    const text = typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
    if (name === '' || name.charCodeAt(0) === COLON) {
      if (name === ':authority') this.#authority = text;
      return;
    }
    const values = text.includes('\n') ? text.split(/\r?\n/).map(each => each.trim()) : [text.trim()];
    const headers = this.#headers;
    // What every object has of that name is no list.
    const known: unknown = headers[name];
    if (name === '__proto__') addProtoHeader(headers, values);
    else if (Array.isArray(known)) known.push(...values);
    else headers[name] = values;
  }

  headers(): Headers {
    if (this.#authority !== '' && this.#headers.host === undefined) this.#headers.host = [this.#authority];
    return this.#headers;
  }
}

/** Assigning to it would change what the object is. */
function addProtoHeader(headers: Record<string, string[]>, values: string[]): void {
  const known = Object.getOwnPropertyDescriptor(headers, '__proto__')?.value as string[] | undefined;
  if (known !== undefined) known.push(...values);
  else Object.defineProperty(headers, '__proto__', { value: values, enumerable: true });
}

export function headersFromPairs(fields: Iterable<readonly [name: string, value: unknown]>): Headers {
  const reader = new HeaderBuilder();
  for (const [name, value] of fields) reader.add(name, value);
  return reader.headers();
}

const COLON = 0x3a;
/** Normalized header names, by the name as it was sent: recordings repeat a few names. */
const NORMALIZED_NAMES = new LRUCache<string, string>({ max: 1000 });

function normalizedName(sent: string): string {
  let name = NORMALIZED_NAMES.get(sent);
  if (name === undefined) {
    name = sent.trim().toLowerCase();
    NORMALIZED_NAMES.set(sent, name);
  }
  return name;
}

/** Fields as an object of names, each with a value or a list of values. Undefined when they are none. */
export function headersFromObject(members: unknown): Headers | undefined {
  if (members === undefined || members === null) return {};
  if (!isObject(members)) return undefined;
  const reader = new HeaderBuilder();
  for (const [name, value] of Object.entries(members)) {
    for (const each of Array.isArray(value) ? (value as unknown[]) : [value]) reader.add(name, each);
  }
  return reader.headers();
}
