// Compares stored items with the query of a list: by the values of a filter, and by the keys of a sort order.

import type { JsonObject } from '../../exchange/json.ts';
import { plainName } from '../../exchange/names.ts';
import type { TypeHints } from '../../schema/type-hints.ts';
import type { StoredItem } from './table.ts';

/** Whether a member equals one of the texts; of a list, whether one of its items does. */
export function matchesFilter(value: JsonObject, property: string, texts: readonly string[]): boolean {
  const member = Object.hasOwn(value, property) ? value[property] : undefined;
  return Array.isArray(member) ? member.some(each => isOneOf(each, texts)) : isOneOf(member, texts);
}

function isOneOf(member: unknown, texts: readonly string[]): boolean {
  if (typeof member === 'string') return texts.includes(member);
  if (member === undefined || member === null || typeof member === 'object') return false;
  return (
    texts.includes(String(member)) ||
    (typeof member === 'number' && texts.some(wanted => wanted !== '' && Number(wanted) === member))
  );
}

export interface SortKey {
  readonly property: string;
  readonly isDescending: boolean;
}

/**
 * Reads "name", "-name", "name:desc", "name,desc" or "+name,-created".
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
  return keys;
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
export function sortItems(items: readonly StoredItem[], keys: readonly SortKey[]): StoredItem[] {
  // Each value is read once, and not at each comparison.
  const columns = keys.map(({ property, isDescending }) => ({
    values: items.map(({ value }) => toSortable(Object.hasOwn(value, property) ? value[property] : undefined)),
    sign: isDescending ? -1 : 1,
  }));
  const order = Array.from(items.keys()).sort((left, right) => {
    for (const { values, sign } of columns) {
      const result = compareValues(values[left], values[right], sign);
      if (result !== 0) return result;
    }
    return 0;
  });
  return order.flatMap(index => items[index] ?? []);
}

type Sortable = string | number | undefined;

function toSortable(value: unknown): Sortable {
  return value === undefined || value === null || typeof value === 'number'
    ? (value ?? undefined)
    : textOf(value);
}

function compareValues(left: Sortable, right: Sortable, sign: number): number {
  if (left === right) return 0;
  if (left === undefined) return 1;
  if (right === undefined) return -1;
  if (typeof left === typeof right) return left < right ? -sign : left > right ? sign : 0;
  return compareValues(String(left), String(right), sign);
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
