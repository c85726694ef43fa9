// Compares stored items with the query of a list: by the values of a filter, and by the keys of a sort order.

import type { JsonObject } from '../../exchange/json.ts';
import { plainName } from '../../exchange/names.ts';
import type { TypeHints } from '../../schema/type-hints.ts';
import type { StoredItem } from './table.ts';

/** A filter: the member of an item must equal one of the texts; of a list, one of its items must. */
export function itemFilter(property: string, texts: readonly string[]): (item: StoredItem) => boolean {
  const wanted = new Set(texts);
  const numbers = new Set(texts.flatMap(text => (text === '' ? [] : Number(text))));
  return ({ value }) => {
    const member = Object.hasOwn(value, property) ? value[property] : undefined;
    const members: readonly unknown[] = Array.isArray(member) ? member : [member];
    return members.some(each => {
      if (each === undefined || each === null || typeof each === 'object') return false;
      return wanted.has(String(each)) || (typeof each === 'number' && numbers.has(each));
    });
  };
}

interface SortKey {
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
      /^\s*([+-]?)\s*([^\s:|]+)(?:[\s:|]+(\w+))?\s*$/.exec(piece) ?? [];
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

/** Items without the member come last. Numbers are compared as numbers, everything else as text. */
export function itemOrder(keys: readonly SortKey[]): (left: StoredItem, right: StoredItem) => number {
  const texts = new Map<object, string>();
  // Each value is compared with many others.
  const textOf = (value: unknown): string => {
    if (typeof value !== 'object' || value === null) return String(value);
    let text = texts.get(value);
    if (text === undefined) {
      text = JSON.stringify(value);
      texts.set(value, text);
    }
    return text;
  };
  return (left, right) => {
    for (const { property, isDescending } of keys) {
      const result = compareValues(
        memberOf(left.value, property),
        memberOf(right.value, property),
        isDescending,
        textOf,
      );
      if (result !== 0) return result;
    }
    return 0;
  };
}

function memberOf(value: JsonObject, property: string): unknown {
  return Object.hasOwn(value, property) ? (value[property] ?? undefined) : undefined;
}

function compareValues(
  left: unknown,
  right: unknown,
  isDescending: boolean,
  textOf: (value: unknown) => string,
): number {
  if (left === undefined || right === undefined)
    return Number(left === undefined) - Number(right === undefined);
  const [one, other] =
    typeof left === 'number' && typeof right === 'number' ? [left, right] : [textOf(left), textOf(right)];
  const result = one < other ? -1 : one > other ? 1 : 0;
  return isDescending ? -result : result;
}
