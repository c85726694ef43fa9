// A map with a bound: when it is full, it drops the entry that was used least recently.

export interface Cache<Key, Value> {
  /** Looks an entry up and marks it as used. @returns undefined when there is none */
  get(key: Key): Value | undefined;
  /** Adds or replaces an entry and marks it as used; drops the least recently used one when there are too many. */
  set(key: Key, value: Value): void;
}

/** A link of the circle that orders the entries by their last use. */
interface Link<Key, Value> {
  readonly key: Key;
  value: Value;
  newer: Link<Key, Value>;
  older: Link<Key, Value>;
}

/**
 * Creates an empty cache. A hit costs one map lookup and no allocation: the order is kept in links, because deleting an
 * entry from a Map and inserting it again on each hit makes the Map rehash.
 * @param max most entries, at least 1
 * @example
 * const mediaTypes = createCache<string, MediaType>(1000);
 * const known = mediaTypes.get(text);
 */
export function createCache<Key, Value>(max: number): Cache<Key, Value> {
  const links = new Map<Key, Link<Key, Value>>();
  let newest: Link<Key, Value> | undefined;

  /** Puts a link that is in no circle before the newest one; the newest's `newer` is the oldest. */
  const insert = (link: Link<Key, Value>): void => {
    if (newest === undefined) {
      link.newer = link;
      link.older = link;
    } else {
      link.newer = newest.newer;
      link.older = newest;
      newest.newer.older = link;
      newest.newer = link;
    }
    newest = link;
  };
  const remove = (link: Link<Key, Value>): void => {
    link.newer.older = link.older;
    link.older.newer = link.newer;
    if (newest === link) newest = link.older === link ? undefined : link.older;
  };
  const find = (key: Key): Link<Key, Value> | undefined => {
    const link = links.get(key);
    if (link !== undefined && link !== newest) {
      remove(link);
      insert(link);
    }
    return link;
  };

  return {
    get: key => find(key)?.value,
    set(key, value) {
      const known = find(key);
      if (known !== undefined) {
        known.value = value;
        return;
      }
      const oldest = newest?.newer;
      if (links.size >= max && oldest !== undefined) {
        remove(oldest);
        links.delete(oldest.key);
      }
      const link = { key, value } as Link<Key, Value>;
      insert(link);
      links.set(key, link);
    },
  };
}
