// The items of a table below the same parents: by id, in their order, and in the views that clients ask for.

import { LRUCache } from 'lru-cache';
import { type Arrangement, createView, type ItemView } from './item-view.ts';
import type { Valued } from './sort-items.ts';

export interface SizedItem<Item> {
  readonly item: Item;
  readonly size: number;
  /** Grows with each item that is added. A change of the item keeps it. */
  readonly order: number;
}

export class ItemGroup<Item extends Valued & { readonly id: string }> {
  readonly #byId = new Map<string, SizedItem<Item>>();
  /** By their order. */
  #list: Item[] = [];
  /** True: a caller has the list, so that a change is made to a copy. */
  #isShared = false;
  /** The orders of the items, at the same places. */
  readonly #orders: number[] = [];
  /** By arrangement: clients read one page after the other. */
  readonly #views = new LRUCache<string, ItemView<Item>>({ max: MAX_VIEWS });

  get size(): number {
    return this.#list.length;
  }

  /** Of the first item; Infinity: there is none. */
  get firstOrder(): number {
    return this.#orders[0] ?? Infinity;
  }

  /** In their order. The array changes with the items. */
  get items(): readonly Item[] {
    return this.#list;
  }

  get(id: string): SizedItem<Item> | undefined {
    return this.#byId.get(id);
  }

  sized(): Iterable<SizedItem<Item>> {
    return this.#byId.values();
  }

  /** The same array until the items change. */
  share(): readonly Item[] {
    this.#isShared = true;
    return this.#list;
  }

  /** The items, filtered and sorted. The array changes with the items. */
  arranged(arrangement: Arrangement): readonly Item[] {
    const { wanted, keys, isReversed } = arrangement;
    if (wanted.length === 0 && keys.length === 0 && !isReversed) return this.#list;
    const key = JSON.stringify(arrangement);
    let view = this.#views.get(key);
    if (view === undefined) {
      view = createView(this.#list, this.#orders, arrangement);
      this.#views.set(key, view);
    }
    return view.items;
  }

  /** Adds an item at its place, or replaces the one with its id, which has the same order. */
  set(sized: SizedItem<Item>): void {
    const { item, order } = sized;
    const previous = this.#byId.get(item.id);
    this.#byId.set(item.id, sized);
    const place = this.#placeOf(order);
    this.#ownList().splice(place, previous === undefined ? 0 : 1, item);
    if (previous === undefined) this.#orders.splice(place, 0, order);
    this.#changeViews(order, previous?.item, item);
  }

  remove({ item, order }: SizedItem<Item>): void {
    this.#byId.delete(item.id);
    const place = this.#placeOf(order);
    this.#ownList().splice(place, 1);
    this.#orders.splice(place, 1);
    this.#changeViews(order, item, undefined);
  }

  #changeViews(order: number, before: Item | undefined, after: Item | undefined): void {
    if (this.#views.size === 0) return;
    for (const [key, view] of [...this.#views.entries()])
      if (!view.change(order, before, after)) this.#views.delete(key);
  }

  #ownList(): Item[] {
    if (this.#isShared) this.#list = this.#list.slice();
    this.#isShared = false;
    return this.#list;
  }

  /** Of the first item that does not come before the order. */
  #placeOf(order: number): number {
    const orders = this.#orders;
    // Most items are added at the end.
    if (order > (orders.at(-1) ?? -1)) return orders.length;
    let [low, high] = [0, orders.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((orders[middle] ?? order) < order) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const MAX_VIEWS = 4;
