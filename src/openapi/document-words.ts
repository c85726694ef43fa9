// The names and enum values of a document. Redaction leaves them as they are, because the document itself is not secret.

import { isObject } from '../exchange/json.ts';
import type { ApiSpec } from './model.ts';

const DOCUMENT_WORDS = new WeakMap<ApiSpec, ReadonlySet<string>>();

/** @returns member names, parameter names, and string values of `enum` and `const` in the documents of an API */
export function documentWordsOf(api: ApiSpec): ReadonlySet<string> {
  let words = DOCUMENT_WORDS.get(api);
  if (words === undefined) {
    words = collectWords(api.documents.uris().map(uri => api.documents.root(uri).value));
    DOCUMENT_WORDS.set(api, words);
  }
  return words;
}

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
