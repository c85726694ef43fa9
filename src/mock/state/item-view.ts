// A list as clients ask for it: filtered and sorted once, and then changed with each change of an item.

import { compareValued, itemFilter, type SortKey, sortItems, type Valued } from './sort-items.ts';

/** How a list is filtered and sorted. */
export interface Arrangement {
  readonly wanted: readonly { readonly property: string; readonly values: readonly string[] }[];
  readonly keys: readonly SortKey[];
  /** True: without keys, the item that was added last comes first. */
  readonly isReversed: boolean;
}

export interface ItemView<Item extends Valued> {
  /** It changes with the list. */
  readonly items: readonly Item[];
  /**
   * @param order of the item in the list; a change of the item keeps it
   * @param before undefined: the item is added
   * @param after undefined: the item is removed
   * @returns false if the view lacks the item, and must be made again
   */
  change(order: number, before: Item | undefined, after: Item | undefined): boolean;
}

/** @param orders of the items of the list, ascending */
export function createView<Item extends Valued>(
  list: readonly Item[],
  orders: readonly number[],
  { wanted, keys, isReversed }: Arrangement,
): ItemView<Item> {
  const filters = wanted.map(({ property, values }) => itemFilter(property, values));
  const isWanted = (item: Item | undefined): item is Item =>
    item !== undefined && filters.every(filter => filter(item));
  const found = [...list.keys()].filter(index => isWanted(list[index]));
  const places = sortItems(isReversed ? found.reverse() : found, keys, index => list[index]?.value ?? {});
  const items = places.flatMap(index => list[index] ?? []);
  const itemOrders = places.flatMap(index => orders[index] ?? []);
  const sign = isReversed ? -1 : 1;

  /** The first place whose item does not come before this one. */
  const placeOf = (item: Item, order: number): number => {
    let [low, high] = [0, items.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const compared =
        compareValued(items[middle] ?? item, item, keys) || sign * ((itemOrders[middle] ?? order) - order);
      if (compared < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    items,
    change(order, before, after) {
      if (isWanted(before)) {
        const place = placeOf(before, order);
        // Numbers and texts in one property may have no order that all of them agree on.
        if (items[place] !== before) return false;
        items.splice(place, 1);
        itemOrders.splice(place, 1);
      }
      if (isWanted(after)) {
        const place = placeOf(after, order);
        items.splice(place, 0, after);
        itemOrders.splice(place, 0, order);
      }
      return true;
    },
  };
}
