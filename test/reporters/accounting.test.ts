// The accounting is in every report of every format, adds up there, and is that of the run.
import { describe, expect, test } from 'vitest';
import { REPORT_FORMATS, renderReport } from '../../src/reporters/formats.ts';
import { fromAccounting, READERS, sum } from './parse-accounting.ts';
import { SAMPLES } from './sample-reports.ts';

describe.each(SAMPLES)('of a report that is %s', (_name, make) => {
  const report = make();
  const { total, passed: kept, ...rest } = report.accounting;

  test('adds up in the source report', () => {
    expect(kept + sum(Object.values(rest).map(each => each?.count ?? 0))).toBe(total);
  });

  test.each(REPORT_FORMATS)('the accounting can be read back from %s', async format => {
    const expected = fromAccounting(report.accounting);
    expect(READERS[format](await renderReport(report, format))).toEqual(expected);
    expect(expected.reasons).toEqual(
      Object.fromEntries(Object.entries(rest).map(([bucket, each]) => [bucket, each?.count])),
    );
  });
});
