// JSON Merge Patch (RFC 7396).

import { copyDigits } from './exact-json.ts';
import { isObject } from './json.ts';

/** Levels below which a value is taken as it is, because the function is recursive. */
const MAX_LEVELS = 100;

/** A copy of the value with the changes of the patch; null removes a member. */
export function mergePatch(value: unknown, patch: unknown, levels = MAX_LEVELS): unknown {
  if (!isObject(patch) || levels === 0) return patch;
  const base = isObject(value) ? value : {};
  const members = new Map(Object.entries(base));
  for (const [name, change] of Object.entries(patch)) {
    if (change === null) members.delete(name);
    else members.set(name, mergePatch(members.get(name), change, levels - 1));
  }
  const merged = Object.fromEntries(members);
  copyDigits(base, merged);
  copyDigits(patch, merged);
  return merged;
}
