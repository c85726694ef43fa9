// Texts that stand for a value that another tool took out of a recording, and values that only look alike.
import { describe, expect, test } from 'vitest';
import { containsMark, isCredentialMark, isRedactionMark } from '../../src/exchange/redaction-marks.ts';

describe('a mark', () => {
  test.each([
    '[REDACTED]',
    '[Filtered]',
    '<redacted>',
    '(masked)',
    '{SANITIZED}',
    '__REDACTED__',
    '**REDACTED**',
    'REDACTED',
    'filtered',
    '[authorization redacted]',
    '[EMAIL_REDACTED]',
    'redacted: token',
    '--- redacted ---',
    '[removed]',
    '<hidden>',
    '***',
    '••••',
    '4111********1111',
    'j***@example.com',
    'xxxxx',
    'XXXX-XXXX-XXXX',
    '####',
    '<AUTH_TOKEN>',
    '[API_KEY]',
    '{{token}}',
    '{{ page }}',
    '<integer>',
    '<dateTime>',
    `$${'{TOKEN}'}`,
    ' [REDACTED] ',
  ])('%s', text => {
    expect([isRedactionMark(text), isCredentialMark(`Bearer ${text.trim()}`)]).toEqual([true, true]);
  });

  test.each([
    '',
    'deleted',
    'hidden',
    'secret',
    'private',
    'unfiltered',
    'filter',
    'masking',
    '[]',
    '[1,2]',
    '{id}',
    '<b>',
    '<p>text</p>',
    '**',
    'xx',
    'xxl',
    '2026-11-28',
    'a{{b',
    '#fff',
    '[a] and [b]',
    `[${'REDACTED'.repeat(40)}]`,
  ])('is not %s', text => {
    expect(isRedactionMark(text)).toBe(false);
  });

  test('in place of a credential may be any text in brackets, and words that no token is', () => {
    for (const field of [
      '<your token>',
      'Bearer [none]',
      'Bearer $TOKEN',
      'token',
      'DUMMY',
      'Basic ...',
      '*',
    ])
      expect([field, isCredentialMark(field)]).toEqual([field, true]);
    for (const field of [
      'Bearer token',
      'Bearer FAKE-token',
      'Basic dTpw',
      'abc',
      'Bearer',
      'Digest username="[a]", uri="/"',
    ])
      expect([field, isCredentialMark(field)]).toEqual([field, false]);
  });

  test('is found at any depth of a JSON value', () => {
    let deep: unknown = '[REDACTED]';
    for (let depth = 0; depth < 100_000; depth++) deep = [deep];
    expect(containsMark(deep)).toBe(true);
    expect(containsMark({ a: [1, null, { b: 'deleted' }] })).toBe(false);
  });

  test.each([
    '['.repeat(200),
    `${'[('.repeat(99)}redacted`,
    `x${'x.'.repeat(99)}!`,
    `${'a-'.repeat(50)}${'_'.repeat(90)}`,
    ' '.repeat(1e7),
  ])('search takes no longer for hostile text', text => {
    for (let round = 0; round < 1000; round++)
      expect(isRedactionMark(text) && isCredentialMark(text)).toBe(false);
  });
});
