// The words of a document: names of members and parameters, and values that it lists. What it says itself is no secret.
import type { ApiSpec } from './contract.ts';
import { isObject } from './sources.ts';

const WORDS = new WeakMap<ApiSpec, ReadonlySet<string>>();

export function wordsOf(api: ApiSpec): ReadonlySet<string> {
  let words = WORDS.get(api);
  if (words === undefined) {
    words = collect(api.sources.uris().map(uri => api.sources.root(uri).value));
    WORDS.set(api, words);
  }
  return words;
}

function collect(roots: readonly unknown[]): Set<string> {
  const words = new Set<string>();
  const pending = [...roots];
  const seen = new Set<unknown>();
  for (let value = pending.pop(); pending.length > 0 || value !== undefined; value = pending.pop()) {
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    for (const [key, member] of Object.entries(value)) {
      if (!Array.isArray(value)) words.add(key);
      // Examples are left out: people paste real answers there.
      if (key === 'example' || key === 'examples') continue;
      pending.push(member);
    }
    if (!isObject(value)) continue;
    for (const listed of [value.const, value.name, ...(Array.isArray(value.enum) ? value.enum : [])])
      if (typeof listed === 'string') words.add(listed);
  }
  return words;
}
