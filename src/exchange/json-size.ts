// About how many bytes JSON values keep in memory. Iterative, because values may be nested to any depth.

import { isObject } from './json.ts';

/** Of a member, an element, or a value that is no string. */
const VALUE_BYTES = 16;

/** @param value undefined: nothing */
export function jsonSize(value: unknown): number {
  if (value === undefined) return 0;
  let size = 0;
  const waiting: unknown[] = [value];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    size += VALUE_BYTES;
    if (typeof next === 'string') size += next.length;
    if (typeof next !== 'object' || next === null) continue;
    for (const key of Object.keys(next)) {
      if (!Array.isArray(next)) size += key.length;
      waiting.push((next as Record<string, unknown>)[key]);
    }
  }
  return size;
}

/** The size of a value without that of another one, at the cost of what differs: values that both share are not visited. */
export function jsonGrowth(before: unknown, after: unknown): number {
  let growth = 0;
  const waiting: (readonly [unknown, unknown])[] = [[before, after]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [one, other] = next;
    if (one === other) continue;
    if (!isObject(one) || !isObject(other)) {
      growth += jsonSize(other) - jsonSize(one);
      continue;
    }
    for (const key of Object.keys(other)) {
      const isKnown = Object.hasOwn(one, key);
      if (!isKnown) growth += key.length;
      waiting.push([isKnown ? one[key] : undefined, other[key]]);
    }
    for (const key of Object.keys(one))
      if (!Object.hasOwn(other, key)) growth -= key.length + jsonSize(one[key]);
  }
  return growth;
}
