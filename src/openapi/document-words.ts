// The names and enum values of a document. Redaction leaves them as they are, because the document itself is not secret.

import { isObject } from '../exchange/json.ts';
import { perObject } from '../exchange/per-object.ts';
import type { ApiSpec } from './model.ts';

/** @returns member names, parameter names, and string values of `enum` and `const` in the documents of an API */
export const documentWordsOf = perObject(
  (api: ApiSpec): ReadonlySet<string> =>
    collectWords(api.documents.uris().map(uri => api.documents.root(uri).value)),
);

function collectWords(roots: readonly unknown[]): Set<string> {
  const words = new Set<string>();
  const pending = [...roots];
  const seen = new Set<unknown>();
  for (let value = pending.pop(); pending.length > 0 || value !== undefined; value = pending.pop()) {
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    for (const [key, member] of Object.entries(value)) {
      if (!Array.isArray(value)) words.add(key);
      // Examples may contain copies of real responses.
      if (key === 'example' || key === 'examples') continue;
      pending.push(member);
    }
    if (!isObject(value)) continue;
    for (const literal of [value.const, value.name, ...(Array.isArray(value.enum) ? value.enum : [])])
      if (typeof literal === 'string') words.add(literal);
  }
  return words;
}
