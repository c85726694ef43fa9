// Scalar values of a JSON or form body with their pointers, and replacing some of them.
import { Buffer } from 'node:buffer';
import { decodeBody } from '../exchange/body.ts';
import type { Request } from '../exchange/exchange.ts';
import { jsonPointer, splitPointer } from '../exchange/json-pointer.ts';

export type Scalar = string | number;

export interface BodyValue {
  /** Steps from the top of the body; "0" for indexes. */
  readonly steps: readonly string[];
  readonly value: Scalar;
}

/** Strings and numbers of a JSON or form body; nothing of any other. */
export function bodyValues(request: Request): BodyValue[] {
  const decoded = decodeBody(request);
  if (decoded.kind === 'form') return decoded.pairs.map(({ name, value }) => ({ steps: [name], value }));
  return decoded.kind === 'json' ? scalarsIn(decoded.value) : [];
}

/** Whatever is nested deeper is nobody's identifier, and writing it again would not survive. */
const MAX_DEPTH = 500;

/** Not by recursion: bodies may be nested without end, and then have no values. In the order they are written. */
export function scalarsIn(value: unknown): BodyValue[] {
  const scalars: BodyValue[] = [];
  const pending: [unknown, readonly string[]][] = [[value, []]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [inner, steps] = next;
    if (steps.length > MAX_DEPTH) return [];
    if (typeof inner === 'string' || typeof inner === 'number') scalars.push({ steps, value: inner });
    else if (typeof inner === 'object' && inner !== null)
      for (const [key, member] of Object.entries(inner).reverse()) pending.push([member, [...steps, key]]);
  }
  return scalars;
}

/** @param values by the place as a JSON Pointer; of form fields of one name, all */
export function replaceBodyValues(request: Request, values: ReadonlyMap<string, Scalar>): Request {
  const decoded = decodeBody(request);
  if (values.size === 0) return request;
  if (decoded.kind === 'form') {
    const pairs = decoded.pairs.map(({ name, value }) => {
      const text = String(values.get(jsonPointer(name)) ?? value);
      return `${encodeURIComponent(name.toWellFormed())}=${encodeURIComponent(text.toWellFormed())}`;
    });
    return { ...request, body: Buffer.from(pairs.join('&')) };
  }
  if (decoded.kind !== 'json') return request;
  let changed = structuredClone(decoded.value);
  for (const [place, value] of values) changed = setAt(changed, place, value);
  return { ...request, body: Buffer.from(JSON.stringify(changed)) };
}

function setAt(whole: unknown, place: string, value: Scalar): unknown {
  const steps = splitPointer(place);
  const last = steps.pop();
  if (last === undefined) return value;
  let at = whole as Record<string, unknown>;
  for (const step of steps) at = at[step] as Record<string, unknown>;
  at[last] = value;
  return whole;
}
