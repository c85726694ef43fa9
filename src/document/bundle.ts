// Cuts one part out of its documents with all it refers to, as a value of its own: for engines that know no other files.

import { isObject } from '../exchange/json.ts';
import { resolveReference } from './references.ts';

/**
 * Copies a value; every `$ref` in it leads to a copy under `bucket` of the same value, once each, however circular.
 * @param find the part of a document that a reference names
 * @param bucket the key that holds what was referred to: "$defs" for schemas
 */
export function bundle(
  root: unknown,
  uri: string,
  find: (uri: string, pointer: string) => unknown,
  bucket: string,
): Record<string, unknown> {
  const names = new Map<string, string>();
  const held: Record<string, unknown> = {};
  const pending: (() => void)[] = [];

  const copy = (value: unknown, base: string): unknown => {
    if (Array.isArray(value)) return value.map(item => copy(item, base));
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        key === '$ref' && typeof inner === 'string' ? rename(inner, base) : copy(inner, base),
      ]),
    );
  };
  const rename = (ref: string, base: string): string => {
    const target = resolveReference(base, ref);
    const key = `${target.uri}#${target.pointer}`;
    let name = names.get(key);
    if (name === undefined) {
      name = `part${names.size}`;
      names.set(key, name);
      const own = name;
      pending.push(() => {
        held[own] = copy(find(target.uri, target.pointer), target.uri);
      });
    }
    return `#/${bucket}/${name}`;
  };

  const copied = copy(root, uri);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) next();
  const own = isObject(copied) ? copied : { allOf: [copied] };
  return names.size === 0
    ? { ...own }
    : { ...own, [bucket]: { ...(isObject(own[bucket]) ? own[bucket] : {}), ...held } };
}
