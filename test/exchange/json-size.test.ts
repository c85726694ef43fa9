// The size of JSON values, and how much one value is larger than another that shares parts with it.
import { expect, test } from 'vitest';
import { jsonGrowth, jsonSize } from '../../src/exchange/json-size.ts';
import { fc } from '../random.ts';

test('the growth is the difference of the sizes, whatever the values are', () => {
  expect([jsonSize(undefined), jsonSize({}), jsonSize({ ab: 'cde' })]).toEqual([0, 16, 37]);
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), fc.string(), (one, other, name) => {
      for (const [before, after] of [
        [one, other],
        [{ one, [name]: one }, { [name]: other }],
        [undefined, other],
      ])
        expect(jsonGrowth(before, after)).toBe(jsonSize(after) - jsonSize(before));
    }),
    { numRuns: 200 },
  );
});

test('what two values share is not visited', () => {
  const shared = Object.defineProperty({}, 'large', {
    enumerable: true,
    get: () => expect.unreachable('the shared part is visited'),
  });
  const before = { orders: { shared, a: 1 }, shared };
  expect(jsonGrowth(before, { ...before, orders: { shared, a: 1, b: 'xyz' } })).toBe(1 + 16 + 3);
});
