// Scalar values of a JSON or form body with their pointers, and replacing some of them.
import { Buffer } from 'node:buffer';
import { decodeBody } from '../exchange/body.ts';
import type { Request } from '../exchange/exchange.ts';
import { jsonPointer, splitPointer } from '../exchange/json-pointer.ts';

export type Scalar = string | number;

export interface BodyValue {
  /** Path from the root of the body; "0" is an index. */
  readonly steps: readonly string[];
  readonly value: Scalar;
}

/** Strings and numbers of a JSON or form body; none for other bodies. */
export function bodyValues(request: Request): BodyValue[] {
  const decoded = decodeBody(request);
  if (decoded.kind === 'form') return decoded.pairs.map(({ name, value }) => ({ steps: [name], value }));
  return decoded.kind === 'json' ? scalarsIn(decoded.value) : [];
}

/** JSON.stringify recurses: a body with deeper nesting cannot be written again, and has no values here. */
const MAX_DEPTH = 500;

/** Strings and numbers in document order. Iterative, because bodies may be nested deeply; [] beyond MAX_DEPTH. */
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

/** @param values new values by JSON Pointer; all form fields of one name get the same value */
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
  for (const [pointer, value] of values) changed = setAt(changed, pointer, value);
  return { ...request, body: Buffer.from(JSON.stringify(changed)) };
}

function setAt(root: unknown, pointer: string, value: Scalar): unknown {
  const steps = splitPointer(pointer);
  const last = steps.pop();
  if (last === undefined) return value;
  let parent = root as Record<string, unknown>;
  for (const step of steps) parent = parent[step] as Record<string, unknown>;
  parent[last] = value;
  return root;
}
