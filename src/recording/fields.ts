// Header fields as recordings write them, as the lower-case lists of values that an exchange has.
import type { Headers } from '../exchange/exchange.ts';
import { isObject } from './members.ts';

/**
 * @param fields names and values in the order sent. Pseudo headers are dropped; ":authority" is the host if no other is
 * said. Values are split at line ends, which no value can have: recorders join the fields of one name with them.
 */
export function toHeaders(fields: Iterable<readonly [name: string, value: unknown]>): Headers {
  const headers = new Map<string, string[]>();
  let authority: string | undefined;
  for (const [sent, value] of fields) {
    const name = sent.trim().toLowerCase();
    const text = typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
    if (name === ':authority') authority = text;
    if (name === '' || name.startsWith(':')) continue;
    const values = (text.includes('\n') ? text.split(/\r?\n/) : [text]).map(each => each.trim());
    const known = headers.get(name);
    if (known === undefined) headers.set(name, values);
    else known.push(...values);
  }
  if (authority !== undefined && authority !== '' && !headers.has('host')) headers.set('host', [authority]);
  // Unlike an assignment, this makes a field of "__proto__", too.
  return Object.fromEntries(headers);
}

/** Fields as an object of names, each with a value or a list of values. Undefined when they are none. */
export function fromMembers(members: unknown): Headers | undefined {
  if (members === undefined || members === null) return {};
  if (!isObject(members)) return undefined;
  return toHeaders(
    Object.entries(members).flatMap(([name, value]) =>
      Array.isArray(value) ? value.map(each => [name, each] as const) : [[name, value] as const],
    ),
  );
}
