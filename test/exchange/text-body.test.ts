// A body stored as text behaves and decodes like the same body stored as bytes.
import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { decodeBody } from '../../src/exchange/body.ts';
import { attachBody, hasEmptyBody, isBodyLongerThan } from '../../src/exchange/text-body.ts';

const typed = (type: string) => ({ headers: { 'content-type': [type] } });

describe('a body stored as text', () => {
  test('has the UTF-8 bytes of its text', () => {
    expect(attachBody(typed('text/plain'), { text: 'Zoë 漢' }).body).toEqual(Buffer.from('Zoë 漢'));
  });

  test('behaves like a plain body when its message is copied or compared', () => {
    const message = attachBody(typed('text/plain'), { text: 'a' });
    expect(message).toEqual({ ...typed('text/plain'), body: Buffer.from('a') });
    expect({ ...message }).toEqual(message);
  });

  test('is not carried over to a copy with another body', () => {
    const message = attachBody(typed('application/json'), { text: '{"a":1}' });
    expect(decodeBody(message)).toMatchObject({ value: { a: 1 } });
    expect(decodeBody({ ...message, body: Buffer.from('{"a":2}') })).toMatchObject({ value: { a: 2 } });
  });

  test.each([
    ['application/json', '{"a":"Zoë"}'],
    ['application/json', '\uFEFF{"a":1}'],
    ['application/json', '\uFEFF'],
    ['application/json', '{"a":'],
    ['application/json; charset=UTF-8', '[12345678901234567890]'],
    ['application/x-www-form-urlencoded', 'a=b+c&d=%C3%AB'],
    [
      'multipart/form-data; boundary=x',
      '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n',
    ],
    ['text/plain', '\uFEFFa'],
    ['application/xml', '<a/>'],
    ['application/octet-stream', 'ë'],
    ['no type', 'a'],
  ])('of %s decodes like its bytes: %j', (type, text) => {
    const bytes = { ...typed(type), body: Buffer.from(text) };
    expect(decodeBody(attachBody(typed(type), { text }))).toEqual(decodeBody(bytes));
  });

  test('is not empty and has the length of its bytes', () => {
    const message = attachBody(typed('text/plain'), { text: 'ëë' });
    expect(hasEmptyBody(message)).toBe(false);
    expect([3, 4].map(limit => isBodyLongerThan(message, limit))).toEqual([true, false]);
  });
});

test.each([
  ['an account number in a string', '{"iban":"DE02120300000000202051","code":"1234567890123456789"}', []],
  ['a number after such a string', `{"iban":"DE02${'1'.repeat(40)}","id":12345678901234567890}`, [['id']]],
  ['a negative number', '[-12345678901234567890]', [['0']]],
  ['a number alone', '12345678901234567890', [[]]],
])('lists integers that lose digits: %s', (_, text, lost) => {
  const decoded = decodeBody({ ...typed('application/json'), body: Buffer.from(text) });
  expect(decoded).toMatchObject({ kind: 'json', imprecise: lost.map(path => ({ path })) });
});
