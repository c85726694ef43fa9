// A report of five thousand findings in every format, each rendered once: it is bounded, and what holds for others holds for it.
import { Buffer } from 'node:buffer';
import { beforeAll, describe, expect, test } from 'vitest';
import { REPORT_FORMATS, type ReportFormat, renderReport } from '../../src/reporters/formats.ts';
import { fromAccounting, READERS, sum } from './parse-accounting.ts';
import { STEERING } from './reversed.ts';
import { huge, MOST_BYTES } from './sample-reports.ts';

describe.each(REPORT_FORMATS)('%s', (format: ReportFormat) => {
  let text: string;
  beforeAll(async () => {
    text = await renderReport(huge(), format);
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
    const { total: _, passed: __, ...rest } = accounting;
    expect(expected.reasons).toEqual(
      Object.fromEntries(Object.entries(rest).map(([bucket, each]) => [bucket, each?.count])),
    );
  });
});

test('the accounting adds up', () => {
  const { total, passed, ...rest } = huge().accounting;
  expect(passed + sum(Object.values(rest).map(each => each?.count ?? 0))).toBe(total);
});
