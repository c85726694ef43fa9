// withJsonBody: the memoised decoded body equals the one that is parsed from the bytes, for any value.
import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeBody, withJsonBody } from '../../src/exchange/body.ts';

const HEADERS = { 'content-type': ['application/json'] };

function decodedFromBytes(value: unknown): unknown {
  return decodeBody({ headers: HEADERS, body: Buffer.from(JSON.stringify(value)) });
}

const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);

test.each([
  ['members that JSON.stringify omits', { a: undefined, b: 1, c: () => 1, d: [undefined] }],
  ['numbers that JSON cannot represent', [Number.NaN, Number.POSITIVE_INFINITY, -0]],
  ['objects with toJSON', { at: new Date(0), own: { toJSON: () => 'own' } }],
  ['objects of a class', [new Map([[1, 2]]), new Uint8Array(2), Object.create({ inherited: 1 })]],
  ['a lone surrogate', '\ud800'],
  ['a member called __proto__', JSON.parse('{"__proto__":{"a":1}}')],
  ['integers beyond 2^53', { a: [2 ** 53 + 2, 2 ** 70] }],
  ['a string of many digits', { a: '12345678901234567890' }],
  ['500 levels of nesting', deep(500)],
  ['null', null],
])('%s', (_, value) => {
  expect(decodeBody(withJsonBody({ headers: HEADERS }, value))).toEqual(decodedFromBytes(value));
});

test('arbitrary values', () => {
  const value = fc.anything({
    withDate: true,
    withMap: true,
    withSparseArray: true,
    withNullPrototype: true,
  });
  fc.assert(
    fc.property(
      value.filter(each => JSON.stringify(each) !== undefined),
      each => {
        expect(decodeBody(withJsonBody({ headers: HEADERS }, each))).toEqual(decodedFromBytes(each));
      },
    ),
    { seed: 7, numRuns: 2000 },
  );
});

test('a body of another media type is decoded by its own media type', () => {
  const message = withJsonBody({ headers: { 'content-type': ['text/plain'] } }, { a: 1 });
  expect(decodeBody(message)).toEqual({ kind: 'text', text: '{"a":1}' });
});
