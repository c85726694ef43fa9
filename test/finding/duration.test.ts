// Durations as texts are read and written.
import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../src/finding/duration.ts';

test.each([
  ['250ms', 250],
  ['1.5s', 1500],
  ['1h30m', 5_400_000],
  ['7d', 604_800_000],
  ['1d2h3m4s5ms', 93_784_005],
])('%s is %d milliseconds, and back', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
  expect(parseDuration(formatDuration(milliseconds))).toBe(milliseconds);
});

test.each(['', '5', '5 s', '-1h', '1w', 's', '1h 30m', '1e3s', 'PT1H'])('"%s" is no duration', text => {
  expect(parseDuration(text)).toBeUndefined();
});

test('zero has a unit, and fractions of a millisecond are left out', () => {
  expect([formatDuration(0), formatDuration(0.7), formatDuration(59_999.9)]).toEqual([
    '0s',
    '0s',
    '59s999ms',
  ]);
});
