// The scalar values of a request's body with their places, and the body with some of them replaced.
import { Buffer } from 'node:buffer';
import { decodeBody } from '../exchange/body.ts';
import type { Request } from '../exchange/exchange.ts';
import { pointer, splitPointer } from '../finding/pointer.ts';

export type Scalar = string | number;

export interface Held {
  /** Steps from the top of the body; "0" for indexes. */
  readonly steps: readonly string[];
  readonly value: Scalar;
}

/** Strings and numbers of a JSON or form body; nothing of any other. */
export function valuesOf(request: Request): Held[] {
  const decoded = decodeBody(request);
  if (decoded.kind === 'form') return decoded.pairs.map(({ name, value }) => ({ steps: [name], value }));
  return decoded.kind === 'json' ? scalarsOf(decoded.value) : [];
}

/** Whatever is nested deeper is nobody's identifier, and writing it again would not survive. */
const DEEP = 500;

/** Not by recursion: bodies may be nested without end, and then have no values. In the order they are written. */
export function scalarsOf(value: unknown): Held[] {
  const found: Held[] = [];
  const pending: [unknown, readonly string[]][] = [[value, []]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [inner, steps] = next;
    if (steps.length > DEEP) return [];
    if (typeof inner === 'string' || typeof inner === 'number') found.push({ steps, value: inner });
    else if (typeof inner === 'object' && inner !== null)
      for (const [key, member] of Object.entries(inner).reverse()) pending.push([member, [...steps, key]]);
  }
  return found;
}

/** @param values by the place as a JSON Pointer; of form fields of one name, all */
export function withValues(request: Request, values: ReadonlyMap<string, Scalar>): Request {
  const decoded = decodeBody(request);
  if (values.size === 0) return request;
  if (decoded.kind === 'form') {
    const pairs = decoded.pairs.map(({ name, value }) => {
      const text = String(values.get(pointer(name)) ?? value);
      return `${encodeURIComponent(name.toWellFormed())}=${encodeURIComponent(text.toWellFormed())}`;
    });
    return { ...request, body: Buffer.from(pairs.join('&')) };
  }
  if (decoded.kind !== 'json') return request;
  let changed = structuredClone(decoded.value);
  for (const [place, value] of values) changed = put(changed, place, value);
  return { ...request, body: Buffer.from(JSON.stringify(changed)) };
}

function put(whole: unknown, place: string, value: Scalar): unknown {
  const steps = splitPointer(place);
  const last = steps.pop();
  if (last === undefined) return value;
  let at = whole as Record<string, unknown>;
  for (const step of steps) at = at[step] as Record<string, unknown>;
  at[last] = value;
  return whole;
}
