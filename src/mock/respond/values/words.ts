// Splits names such as "firstName" and "created_at" into words, and finds what a table says about their last words.

import { LRUCache } from 'lru-cache';

/** Documents have few different names, but a map may have any. */
const known = new LRUCache<string, readonly string[]>({ max: 5000 });
const MAX_NAME = 100;

/** The words in lower case: "shippingAddress_line1" is shipping, address, line1. */
export function wordsOf(name: string): readonly string[] {
  if (name.length > MAX_NAME) return [];
  let words = known.get(name);
  if (words === undefined) {
    words = name
      .replace(/([a-z\d])([A-Z])/g, '$1 $2')
      .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
      .toLowerCase()
      .split(/[^a-z\d]+/)
      .filter(word => word !== '');
    known.set(name, words);
  }
  return words;
}

/** "orders" is order, "categories" is category, "address" stays. */
export function singular(word: string): string {
  if (/(?:ss|us|is|news|series)$/.test(word) || word.length < 4) return word;
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (/(?:sses|xes|ches|shes)$/.test(word)) return word.slice(0, -2);
  return word.endsWith('s') ? word.slice(0, -1) : word;
}

export interface Found<Entry> {
  readonly entry: Entry;
  /** The words before those of the table. */
  readonly before: readonly string[];
}

/** The entry with the most words at the end of a name: "billingPostalCode" finds "postal code" before "code". */
export function findBySuffix<Entry>(
  table: ReadonlyMap<string, Entry>,
  words: readonly string[],
): Found<Entry> | undefined {
  for (let from = Math.max(0, words.length - 4); from < words.length; from++) {
    const entry = table.get(words.slice(from).join(' '));
    if (entry !== undefined) return { entry, before: words.slice(0, from) };
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
