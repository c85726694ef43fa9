// The accounting is in every report of every format, adds up there, and is that of the run.
import { describe, expect, test } from 'vitest';
import { FORMATS, render } from '../../src/reporters/pick.ts';
import { fromAccounting, READERS, sum } from './read-back.ts';
import { SAMPLES } from './samples.ts';

describe.each(SAMPLES)('of a report that is %s', (_name, make) => {
  const report = make();
  const { total, kept, ...rest } = report.accounting;

  test('adds up to begin with', () => {
    expect(kept + sum(Object.values(rest).map(each => each?.count ?? 0))).toBe(total);
  });

  test.each(FORMATS)('the accounting can be read back from %s', async format => {
    const expected = fromAccounting(report.accounting);
    expect(READERS[format](await render(report, format))).toEqual(expected);
    expect(expected.reasons).toEqual(
      Object.fromEntries(Object.entries(rest).map(([bucket, each]) => [bucket, each?.count])),
    );
  });
});
