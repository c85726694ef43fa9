// Copies of JSON values with other members: nothing is changed in place, names of prototypes are members, digits are kept.
import { expect, test } from 'vitest';
import { mergeMembers, withoutMember, withValueAt } from '../../src/exchange/change-json.ts';
import { exactMember, parseExactJson, writeExactJson } from '../../src/exchange/exact-json.ts';
import type { JsonObject } from '../../src/exchange/json.ts';

const LONG = '12345678901234567890';
const parse = (text: string): JsonObject => parseExactJson(text) as JsonObject;

test('a value at a pointer is replaced in a copy that shares the rest', () => {
  const value = parse(`{"data":[{"id":${LONG}},{"id":2}],"other":{}}`);
  const changed = withValueAt(value, '/data/1/id', 3) as typeof value;
  expect(writeExactJson(changed)).toBe(`{"data":[{"id":${LONG}},{"id":3}],"other":{}}`);
  expect(changed.other).toBe(value.other);
  expect(writeExactJson(value)).toContain('"id":2');
  expect(withValueAt(value, '/other/new/member', 1)).toEqual({ ...value, other: { new: undefined } });
});

test('a member that replaces a long number has no digits of it', () => {
  const merged = mergeMembers(parse(`{"id":${LONG},"kept":${LONG}}`), { id: 7 });
  expect(writeExactJson(merged)).toBe(`{"id":7,"kept":${LONG}}`);
  expect(exactMember(merged, 'id', merged.id)).toBe(7);
  expect(String(exactMember(merged, 'kept', merged.kept))).toBe(LONG);
  const changed = withValueAt(merged, '/kept', 8) as typeof merged;
  expect(exactMember(changed, 'kept', changed.kept)).toBe(8);
});

test('names of prototypes are members', () => {
  const value = parse('{"__proto__":{"a":1},"constructor":2}');
  expect(JSON.stringify(withValueAt(value, '/__proto__/a', 3))).toBe('{"__proto__":{"a":3},"constructor":2}');
  expect(JSON.stringify(mergeMembers({ b: 1 }, value))).toBe('{"b":1,"__proto__":{"a":1},"constructor":2}');
  expect(JSON.stringify(withoutMember(value, '/__proto__'))).toBe('{"constructor":2}');
  expect(JSON.stringify(withoutMember(value, '/__proto__/a'))).toBe('{"__proto__":{},"constructor":2}');
});

test('a pointer that leads nowhere removes nothing', () => {
  const value = parse('{"a":"text"}');
  expect(withoutMember(value, '/a/b')).toEqual(value);
  expect(withoutMember(value, '')).toBe(value);
});
