// Every report format contains the whole accounting of the run.
import { describe, expect, test } from 'vitest';
import { REPORT_FORMATS, renderReport } from '../../src/reporters/formats.ts';
import { fromAccounting, PARSERS, sum } from './parse-accounting.ts';
import { SAMPLES } from './sample-reports.ts';

describe.each(SAMPLES)('a report that is %s', (_name, make) => {
  const report = make();
  const { total, passed, ...rest } = report.accounting;

  test('has an accounting that adds up', () => {
    expect(passed + sum(Object.values(rest).map(each => each?.count ?? 0))).toBe(total);
  });

  test.each(REPORT_FORMATS)('contains its accounting in %s', async format => {
    const expected = fromAccounting(report.accounting);
    expect(PARSERS[format](await renderReport(report, format))).toEqual(expected);
    expect(expected.reasons).toEqual(
      Object.fromEntries(
        Object.entries(rest).map(([accountingClass, each]) => [accountingClass, each?.count]),
      ),
    );
  });
});
