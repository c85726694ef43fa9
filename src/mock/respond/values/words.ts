// Finds what a table says about the last words of a name.

import { LRUCache } from 'lru-cache';
import { wordsOf } from '../../../exchange/names.ts';
import { perObject } from '../../../exchange/per-object.ts';

/** Documents have few different names, but a map may have any. */
const known = new LRUCache<string, readonly string[]>({ max: 5000 });
const MAX_NAME = 100;

/** `wordsOf`, remembered; none for a text that is too long for a name. */
export function nameWords(name: string): readonly string[] {
  if (name.length > MAX_NAME) return [];
  let words = known.get(name);
  if (words === undefined) {
    words = wordsOf(name);
    known.set(name, words);
  }
  return words;
}

export interface Found<Entry> {
  readonly entry: Entry;
}

const foundIn = perObject(
  (_: ReadonlyMap<string, unknown>) => new WeakMap<readonly string[], object | 'none'>(),
);

/** The entry with the most words at the end of a name: "billingPostalCode" finds "postal code" before "code". */
export function findBySuffix<Entry>(
  table: ReadonlyMap<string, Entry>,
  words: readonly string[],
): Found<Entry> | undefined {
  const cache = foundIn(table);
  let found = cache.get(words) as Found<Entry> | 'none' | undefined;
  if (found === undefined) {
    found = searchBySuffix(table, words) ?? 'none';
    cache.set(words, found);
  }
  return found === 'none' ? undefined : found;
}

function searchBySuffix<Entry>(
  table: ReadonlyMap<string, Entry>,
  words: readonly string[],
): Found<Entry> | undefined {
  for (let from = Math.max(0, words.length - 4); from < words.length; from++) {
    const entry = table.get(words.slice(from).join(' '));
    if (entry !== undefined) return { entry };
  }
  return undefined;
}

/** A table from lists of names: `['city town', make]` has two entries, and "_" is a blank inside a name. */
export function tableOf<Entry>(
  rows: readonly (readonly [names: string, entry: Entry])[],
): ReadonlyMap<string, Entry> {
  return new Map(
    rows.flatMap(([names, entry]) =>
      names.split(' ').map((name): [string, Entry] => [name.replaceAll('_', ' '), entry]),
    ),
  );
}

/** A set of names, in the notation of `tableOf`. */
export function namesOf(...lists: readonly string[]): ReadonlySet<string> {
  return new Set(lists.flatMap(list => list.split(' ').map(name => name.replaceAll('_', ' '))));
}
