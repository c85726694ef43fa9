// A report of five thousand findings in every format: bounded size, no control characters, complete accounting.
import { Buffer } from 'node:buffer';
import { beforeAll, describe, expect, test } from 'vitest';
import { REPORT_FORMATS, type ReportFormat, renderReport } from '../../src/reporters/formats.ts';
import { fromAccounting, PARSERS, sum } from './parse-accounting.ts';
import { CONTROL_CHARACTERS } from './reversed.ts';
import { huge, MOST_BYTES } from './sample-reports.ts';

describe.each(REPORT_FORMATS)('%s', (format: ReportFormat) => {
  let text: string;
  beforeAll(async () => {
    text = await renderReport(huge(), format);
  });

  test('is bounded', () => {
    expect(Buffer.byteLength(text)).toBeLessThan(MOST_BYTES[format]());
  });

  test('contains no control characters', () => {
    expect(CONTROL_CHARACTERS.exec(text)?.[0]).toBeUndefined();
  });

  test('contains the accounting', () => {
    const { accounting } = huge();
    const expected = fromAccounting(accounting);
    expect(PARSERS[format](text)).toEqual(expected);
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
