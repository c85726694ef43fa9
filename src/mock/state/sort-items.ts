// Compares stored items with the query of a list: by the values of a filter, and by the keys of a sort order.

import type { JsonObject } from '../../exchange/json.ts';
import { plainName } from '../../exchange/names.ts';
import type { TypeHints } from '../../schema/type-hints.ts';
import type { StoredItem } from './table.ts';

/** Whether a member equals one of the texts; of a list, whether one of its items does. */
export function matchesFilter(value: JsonObject, property: string, texts: readonly string[]): boolean {
  const member = Object.hasOwn(value, property) ? value[property] : undefined;
  const members: readonly unknown[] = Array.isArray(member) ? member : [member];
  return members.some(each => {
    if (each === undefined || each === null || typeof each === 'object') return false;
    const text = String(each);
    return texts.some(
      wanted => wanted === text || (typeof each === 'number' && wanted !== '' && Number(wanted) === each),
    );
  });
}

interface SortKey {
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

/** Items without the member come last. Numbers are compared as numbers, everything else as text. */
export function itemOrder(keys: readonly SortKey[]): (left: StoredItem, right: StoredItem) => number {
  return (left, right) => {
    for (const { property, isDescending } of keys) {
      const result = compareValues(left.value[property], right.value[property], isDescending);
      if (result !== 0) return result;
    }
    return 0;
  };
}

function compareValues(left: unknown, right: unknown, isDescending: boolean): number {
  const [isLeftMissing, isRightMissing] = [left ?? undefined, right ?? undefined].map(
    each => each === undefined,
  );
  if (isLeftMissing || isRightMissing) return Number(isLeftMissing) - Number(isRightMissing);
  const [one, other] =
    typeof left === 'number' && typeof right === 'number' ? [left, right] : [textOf(left), textOf(right)];
  const result = one < other ? -1 : one > other ? 1 : 0;
  return isDescending ? -result : result;
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
