// Compares stored items with the query of a list: by the values of a filter, and by the keys of a sort order.

import type { JsonObject } from '../../exchange/json.ts';
import { plainName } from '../../exchange/names.ts';
import type { TypeHints } from '../../schema/type-hints.ts';

/** A stored item, or another object with its value. */
export interface Valued {
  readonly value: JsonObject;
}

/** A filter: the member of an item must equal one of the texts; of a list, one of its items must. */
export function itemFilter(property: string, texts: readonly string[]): (item: Valued) => boolean {
  const wanted = new Set(texts);
  const numbers = new Set(texts.flatMap(text => (text === '' ? [] : Number(text))));
  const isWanted = (member: unknown): boolean => {
    if (typeof member === 'string') return wanted.has(member);
    if (member === undefined || member === null || typeof member === 'object') return false;
    return wanted.has(String(member)) || (typeof member === 'number' && numbers.has(member));
  };
  return ({ value }) => {
    const member = Object.hasOwn(value, property) ? value[property] : undefined;
    return Array.isArray(member) ? member.some(isWanted) : isWanted(member);
  };
}

export interface SortKey {
  readonly property: string;
  readonly isDescending: boolean;
}

/**
 * Reads "name", "-name", "name:desc", "name,desc" or "+name,-created". Of two keys with one property the first counts.
 * @returns undefined if one of the names is no property of the items
 */
export function readSortKeys(
  text: string,
  direction: string | undefined,
  item: TypeHints | undefined,
): readonly SortKey[] | undefined {
  const keys: SortKey[] = [];
  for (const piece of text.split(',')) {
    const [, sign = '', name = '', order = ''] =
      /^([+-]?)\s*([^\s:|]+)(?:[\s:|]+(\w+))?$/.exec(piece.trim()) ?? [];
    const last = keys.at(-1);
    if (last !== undefined && sign === '' && order === '' && DIRECTION.test(name)) {
      keys[keys.length - 1] = { ...last, isDescending: /^desc/i.test(name) };
      continue;
    }
    const property = propertyNamed(name, item);
    if (property === undefined) return undefined;
    keys.push({
      property,
      isDescending: sign === '-' || /^desc/i.test(order || (sign === '' ? (direction ?? '') : '')),
    });
  }
  return keys.filter(({ property }, index) => keys.findIndex(each => each.property === property) === index);
}

const DIRECTION = /^(?:asc|desc)(?:ending)?$/i;

/** "created" is also "created_at". */
function propertyNamed(name: string, item: TypeHints | undefined): string | undefined {
  const plain = plainName(name);
  if (plain === '') return undefined;
  const names = [...(item?.properties.keys() ?? [])];
  return (
    names.find(each => plainName(each) === plain) ?? names.find(each => plainName(each) === `${plain}at`)
  );
}

/** In a new array. Items without the member come last. Numbers are compared as numbers, everything else as text. */
export function sortItems<Item>(
  items: readonly Item[],
  keys: readonly SortKey[],
  read: (item: Item) => JsonObject,
): Item[] {
  // Each value is read once, and not at each comparison.
  const columns = keys.map(({ property, isDescending }) => ({
    values: items.map(item => sortableOf(read(item), property)),
    sign: isDescending ? -1 : 1,
  }));
  const order = Array.from(items.keys()).sort((left, right) => {
    for (const { values, sign } of columns) {
      const result = compareValues(values[left], values[right], sign);
      if (result !== 0) return result;
    }
    return 0;
  });
  return order.map(index => items[index] as Item);
}

/** Compares as sortItems does. */
export function compareValued(left: Valued, right: Valued, keys: readonly SortKey[]): number {
  for (const { property, isDescending } of keys) {
    const values = [sortableOf(left.value, property), sortableOf(right.value, property)] as const;
    const result = compareValues(...values, isDescending ? -1 : 1);
    if (result !== 0) return result;
  }
  return 0;
}

type Sortable = string | number | undefined;

function sortableOf(holder: JsonObject, property: string): Sortable {
  const value = Object.hasOwn(holder, property) ? holder[property] : undefined;
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number') return value;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function compareValues(left: Sortable, right: Sortable, sign: number): number {
  if (left === right) return 0;
  if (left === undefined) return 1;
  if (right === undefined) return -1;
  if (typeof left === typeof right) return left < right ? -sign : left > right ? sign : 0;
  return compareValues(String(left), String(right), sign);
}
