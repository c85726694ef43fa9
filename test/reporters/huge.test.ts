// A report of five thousand findings in every format, each rendered once: it is bounded, and what holds for others holds for it.
import { Buffer } from 'node:buffer';
import { beforeAll, describe, expect, test } from 'vitest';
import { FORMATS, type Format, render } from '../../src/reporters/pick.ts';
import { fromAccounting, READERS, sum } from './read-back.ts';
import { STEERING } from './reversed.ts';
import { huge, MOST_BYTES } from './samples.ts';

describe.each(FORMATS)('%s', (format: Format) => {
  let text: string;
  beforeAll(async () => {
    text = await render(huge(), format);
  });

  test('is bounded', () => {
    expect(Buffer.byteLength(text)).toBeLessThan(MOST_BYTES[format]());
  });

  test('holds no character that steers', () => {
    expect(STEERING.exec(text)?.[0]).toBeUndefined();
  });

  test('gives back the accounting', () => {
    const { accounting } = huge();
    const expected = fromAccounting(accounting);
    expect(READERS[format](text)).toEqual(expected);
    const { total: _, kept: __, ...rest } = accounting;
    expect(expected.reasons).toEqual(
      Object.fromEntries(Object.entries(rest).map(([bucket, each]) => [bucket, each?.count])),
    );
  });
});

test('the accounting adds up', () => {
  const { total, kept, ...rest } = huge().accounting;
  expect(kept + sum(Object.values(rest).map(each => each?.count ?? 0))).toBe(total);
});
