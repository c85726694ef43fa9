// JSON Patch: the operations of RFC 6902, on own members only, at a bounded cost.
import { expect, test } from 'vitest';
import { parseExactJson, writeExactJson } from '../../src/exchange/exact-json.ts';
import type { JsonObject } from '../../src/exchange/json.ts';
import { applyJsonPatch } from '../../src/mock/state/patch-item.ts';
import { cpuTimeOf, growsBeyond } from '../cpu-time.ts';

const patch = (value: unknown, ...operations: unknown[]) =>
  applyJsonPatch(value as JsonObject, operations as JsonObject[]);

test.each([
  ['add to an object', { a: 1 }, [{ op: 'add', path: '/b', value: { c: [] } }], { a: 1, b: { c: [] } }],
  ['add into a list', { a: [1, 3] }, [{ op: 'add', path: '/a/1', value: 2 }], { a: [1, 2, 3] }],
  [
    'add at the end',
    { a: [1] },
    [
      { op: 'add', path: '/a/-', value: 2 },
      { op: 'add', path: '/a/2', value: 3 },
    ],
    { a: [1, 2, 3] },
  ],
  ['add null', { a: 1 }, [{ op: 'add', path: '/a', value: null }], { a: null }],
  ['remove from a list', { a: [1, 2] }, [{ op: 'remove', path: '/a/0' }], { a: [2] }],
  ['replace', { a: { b: 1 } }, [{ op: 'replace', path: '/a/b', value: 2 }], { a: { b: 2 } }],
  ['move', { a: { b: 1 } }, [{ op: 'move', from: '/a/b', path: '/c' }], { a: {}, c: 1 }],
  ['move within a list', { a: [1, 2, 3] }, [{ op: 'move', from: '/a/0', path: '/a/2' }], { a: [2, 3, 1] }],
  ['copy the whole', { a: 1 }, [{ op: 'copy', from: '', path: '/b' }], { a: 1, b: { a: 1 } }],
  [
    'escaped names',
    { 'a/b': 1, 'm~n': 2 },
    [
      { op: 'test', path: '/a~1b', value: 1 },
      { op: 'remove', path: '/m~0n' },
    ],
    { 'a/b': 1 },
  ],
  [
    'test of an object',
    { a: { b: 1, c: 2 } },
    [{ op: 'test', path: '/a', value: { c: 2, b: 1 } }],
    { a: { b: 1, c: 2 } },
  ],
])('%s', (_, value, operations, expected) => {
  const before = structuredClone(value);
  expect(patch(value, ...operations)).toEqual(expected);
  expect(value).toEqual(before);
});

test.each([
  [
    'inherited members of objects',
    { op: 'add', path: '/hasOwnProperty/call', value: 1 },
    'there is no such value',
  ],
  ['the prototype', { op: 'add', path: '/__proto__/polluted', value: 1 }, 'there is no such value'],
  [
    'the constructor',
    { op: 'add', path: '/constructor/prototype/polluted', value: 1 },
    'there is no such value',
  ],
  ['methods of lists', { op: 'replace', path: '/list/push', value: 1 }, 'there is no such value'],
  [
    'the length of a list',
    { op: 'replace', path: '/list/length', value: 4294967295 },
    'there is no such value',
  ],
  ['an index beyond the end', { op: 'add', path: '/list/3', value: 1 }, 'there is no such value'],
  ['an index with a zero', { op: 'remove', path: '/list/00' }, 'there is no such value'],
  ['an inherited source', { op: 'copy', from: '/toString', path: '/a' }, 'there is no such value'],
  ['a member of a text', { op: 'add', path: '/text/0', value: 1 }, 'there is no such value'],
  ['a value into itself', { op: 'move', from: '/list', path: '/list/0' }, 'into itself'],
  ['no value', { op: 'add', path: '/a' }, '"value" is missing'],
  ['no source', { op: 'copy', path: '/a' }, '"from" is missing'],
  ['an unknown operation', { op: 'fly', path: '/text' }, 'add, remove, replace'],
])('an operation fails on %s', (_, operation, reason) => {
  expect(patch({ text: 'abc', list: [1, 2] }, operation)).toContain(reason);
  expect({}).not.toHaveProperty('polluted');
  expect(Object.hasOwn({ a: 1 }, 'a')).toBe(true);
});

test('a member named __proto__ stays a member', () => {
  const patched = patch({}, { op: 'add', path: '/__proto__', value: { a: 1 } });
  expect(JSON.stringify(patched)).toBe('{"__proto__":{"a":1}}');
  expect(patched).not.toHaveProperty('a');
});

test('long numbers keep their digits', () => {
  const operations = parseExactJson(
    '[{"op":"add","path":"/b","value":12345678901234567891},{"op":"copy","from":"/a","path":"/c"}]',
  );
  const patched = applyJsonPatch(
    parseExactJson('{"a":12345678901234567893}') as JsonObject,
    operations as JsonObject[],
  );
  expect(writeExactJson(patched)).toBe(
    '{"a":12345678901234567893,"b":12345678901234567891,"c":12345678901234567893}',
  );
});

test('copies that double a value fail before they fill the memory', () => {
  const double = { op: 'copy', from: '/a', path: '/a/-' };
  expect(patch({ a: [1] }, ...Array(100).fill(double))).toMatch(/operation \d\d .*(levels|copies and moves)/);
  const list = Array.from({ length: 100 }, (_, index) => ({ op: 'copy', from: '', path: `/b${index}` }));
  expect(patch({ a: 'text' }, ...list)).toContain('copies and moves more than');
});

test('a patch makes no value deeper than JSON may be', () => {
  const deepen = { op: 'copy', from: '/a', path: '/a/a' };
  expect(patch({ a: {} }, ...Array(10).fill({ op: 'move', from: '/a', path: '/b' }))).toContain(
    'no such value',
  );
  const wrap = [
    { op: 'move', from: '/a', path: '/b' },
    { op: 'add', path: '/a', value: {} },
    { op: 'move', from: '/b', path: '/a/b' },
  ];
  expect(patch({ a: {} }, ...Array(600).fill(wrap).flat())).toContain('more than 500 levels');
  expect(patch({ a: {} }, deepen)).toEqual({ a: { a: {} } });
});

test('a patch takes time in proportion to its operations', () => {
  const cost = (size: number) => {
    const list = Array.from({ length: size }, (_, index) => index);
    const operations = Array(size).fill({ op: 'add', path: '/list/0', value: 1 });
    return cpuTimeOf(() => {
      patch({ list }, ...operations);
      patch({ list }, { op: 'test', path: '/list', value: list.toReversed() });
    });
  };
  expect(growsBeyond(cost, { from: 5000, to: 50_000, factor: 40, noise: 500 })).toBe(false);
});
