// What was asked for last, a bounded number of it: what is made for one operation may be half a large document.

/** The value of a key, made if need be; the key counts as the last that was asked for, and the first of too many goes. */
export function recent<Key, Value>(kept: Map<Key, Value>, most: number, key: Key, make: () => Value): Value {
  const value = kept.get(key) ?? make();
  kept.delete(key);
  kept.set(key, value);
  const [oldest] = kept.keys();
  if (oldest !== undefined && kept.size > most) kept.delete(oldest);
  return value;
}
