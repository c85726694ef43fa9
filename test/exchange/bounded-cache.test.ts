// The bounded cache: what it keeps, what it drops, compared with a plain list as the reference.

import { describe, expect, test } from 'vitest';
import { createCache } from '../../src/exchange/bounded-cache.ts';
import { fc } from '../random.ts';

describe('a bounded cache', () => {
  test('returns what was set, and undefined for any other key', () => {
    const cache = createCache<string, number>(2);
    cache.set('a', 1);
    expect(cache.get('a')).toBe(1);
    expect(cache.get('b')).toBeUndefined();
  });

  test('replaces the value of a key without dropping another entry', () => {
    const cache = createCache<string, number>(2);
    cache.set('a', 1);
    cache.set('b', 2);
    cache.set('a', 3);
    expect([cache.get('a'), cache.get('b')]).toEqual([3, 2]);
  });

  test('drops the entry that was set first when none was read', () => {
    const cache = createCache<string, number>(2);
    cache.set('a', 1);
    cache.set('b', 2);
    cache.set('c', 3);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([undefined, 2, 3]);
  });

  test('keeps an entry that was read, and drops the one that was not', () => {
    const cache = createCache<string, number>(2);
    cache.set('a', 1);
    cache.set('b', 2);
    cache.get('a');
    cache.set('c', 3);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3]);
  });

  test('keeps an entry that was set again', () => {
    const cache = createCache<string, number>(2);
    cache.set('a', 1);
    cache.set('b', 2);
    cache.set('a', 4);
    cache.set('c', 3);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([4, undefined, 3]);
  });

  test('goes on learning when it is full', () => {
    const cache = createCache<number, number>(3);
    for (let key = 0; key < 1000; key++) {
      cache.set(key, key);
      expect(cache.get(key)).toBe(key);
    }
    expect([996, 997, 998, 999].map(key => cache.get(key))).toEqual([undefined, 997, 998, 999]);
  });

  test('holds one entry', () => {
    const cache = createCache<string, number>(1);
    cache.set('a', 1);
    cache.set('b', 2);
    expect([cache.get('a'), cache.get('b')]).toEqual([undefined, 2]);
  });

  test('takes objects as keys, and undefined and null as values', () => {
    const key = {};
    const cache = createCache<object, null | undefined>(2);
    cache.set(key, null);
    expect(cache.get(key)).toBeNull();
    expect(cache.get({})).toBeUndefined();
  });

  test('agrees with a list that is kept in order of use', () => {
    const step = fc.record({ key: fc.integer({ min: 0, max: 7 }), value: fc.option(fc.integer()) });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.array(step, { maxLength: 200 }), (max, steps) => {
        const cache = createCache<number, number>(max);
        let expected: { readonly key: number; readonly value: number }[] = [];
        for (const { key, value } of steps) {
          const known = expected.find(each => each.key === key);
          const now = value === null ? known : { key, value };
          if (value === null) expect(cache.get(key)).toBe(known?.value);
          else cache.set(key, value);
          if (now === undefined) continue;
          expected = [...expected.filter(each => each !== known), now].slice(-max);
        }
        for (const { key, value } of expected) expect(cache.get(key)).toBe(value);
      }),
      { seed: 12 },
    );
  });
});
