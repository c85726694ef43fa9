// Reads the accounting back out of a report of any format, to hold it against that of the run.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'test-results-parser';
import { expect } from 'vitest';
import type { Report } from '../../src/check/report.ts';
import { REPORT_FORMATS, type ReportFormat, renderReport } from '../../src/reporters/formats.ts';

const BUCKETS = ['passed', 'failed', 'notCheckable', 'skipped', 'outOfScope', 'unreadable'] as const;
type Bucket = (typeof BUCKETS)[number];

interface Read {
  total: number;
  counts: Partial<Record<Bucket, number>>;
  /** What the reasons of a class add up to. */
  reasons: Partial<Record<Bucket, number>>;
}

const LABELS: Record<string, Bucket> = {
  passed: 'passed',
  failed: 'failed',
  'not checkable': 'notCheckable',
  skipped: 'skipped',
  'out of scope': 'outOfScope',
  unreadable: 'unreadable',
};

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** "one 3, two 4": 7 */
function sumOfList(list: string): number {
  return sum([...list.matchAll(/ (\d+)(?=, |$)/g)].map(match => Number(match[1])));
}

function rows(
  found: Iterable<readonly [label: string, count: number, reasons: number]>,
  total: number,
): Read {
  const read: Read = { total, counts: {}, reasons: {} };
  for (const [label, count, reasons] of found) {
    const bucket = LABELS[label] ?? (label as Bucket);
    read.counts[bucket] = count;
    if (bucket !== 'passed') read.reasons[bucket] = reasons;
  }
  return read;
}

export const READERS: Record<ReportFormat, (text: string) => Read> = {
  text: text =>
    rows(
      [
        ...text.matchAll(
          /^ +(\d+) {2}(kept|broken|not checkable|cannot replay|out of scope|unreadable) *(.*)$/gm,
        ),
      ].map(
        ([, count, label = '', reasons = '']) => [label, Number(count), sumOfList(` ${reasons}`)] as const,
      ),
      Number(/^ +(\d+) {2}in all$/m.exec(text)?.[1]),
    ),
  json: text => fromAccounting((JSON.parse(text) as Report).accounting),
  sarif: text =>
    fromAccounting(
      (JSON.parse(text) as { runs: { properties: Pick<Report, 'accounting'> }[] }).runs[0]?.properties
        .accounting as Report['accounting'],
    ),
  junit: text => {
    const properties = Object.entries(runSuiteOf(text));
    const value = (name: string): number => Number(properties.find(([key]) => key === name)?.[1]);
    return rows(
      // A check has no row for what could not be replayed.
      BUCKETS.filter(bucket => properties.some(([key]) => key === `accounting.${bucket}`)).map(bucket => [
        bucket,
        value(`accounting.${bucket}`),
        sum(
          properties
            .filter(([key]) => key.startsWith(`accounting.${bucket}: `))
            .map(([, own]) => Number(own)),
        ),
      ]),
      value('accounting.total'),
    );
  },
  github: text => {
    const lines = (text.trimEnd().split('\n').at(-1) ?? '').split('%0A');
    const equation = lines.find(line => line.includes(' = ')) ?? '';
    const reasons = new Map(
      lines.flatMap(line => {
        const [, label, list] = /^([a-z ]+): (.*)$/.exec(line) ?? [];
        return label === undefined ? [] : [[label, sumOfList(` ${list}`)] as const];
      }),
    );
    return rows(
      [...equation.matchAll(/(\d+) (kept|broken|not checkable|cannot replay|out of scope|unreadable)/g)].map(
        ([, count, label = '']) => [label, Number(count), reasons.get(label) ?? 0] as const,
      ),
      Number(/(\d+) exchanges?/.exec(equation)?.[1]),
    );
  },
  markdown: text =>
    rows(
      [
        ...text.matchAll(
          /^\| (kept|broken|not checkable|cannot replay|out of scope|unreadable) \| (\d+) \| (.*) \|$/gm,
        ),
      ].map(([, label = '', count, reasons = '']) => [label, Number(count), sumOfList(reasons)] as const),
      Number(/^\| \*\*total\*\* \| \*\*(\d+)\*\*/m.exec(text)?.[1]),
    ),
  html: text =>
    rows(
      [...text.matchAll(/<tr data-bucket="(\w+)" data-count="(\d+)"[\s\S]*?<\/tr>/g)].map(
        ([row, bucket = '', count]) =>
          [
            bucket,
            Number(count),
            sum(
              [...row.matchAll(/<span data-reason="[^"]*" data-count="(\d+)"/g)].map(match =>
                Number(match[1]),
              ),
            ),
          ] as const,
      ),
      Number(/data-total="(\d+)"/.exec(text)?.[1]),
    ),
};

export function fromAccounting({ total, passed: kept, ...rest }: Report['accounting']): Read {
  return rows(
    [
      ['kept', kept, 0] as const,
      ...Object.entries(rest).map(
        ([bucket, each]) => [bucket, each?.count ?? 0, sum(Object.values(each?.reasons ?? {}))] as const,
      ),
    ],
    total,
  );
}

/** Read by somebody else's parser. */
function runSuiteOf(xml: string): Record<string, string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'deadringer-junit-'));
  try {
    const file = path.join(folder, 'report.xml');
    writeFileSync(file, xml);
    const { suites } = parse({ type: 'junit', files: [file] });
    return (suites.find(({ name }) => name === 'deadringer run')?.metadata ?? {}) as Record<string, string>;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Fails unless the accounting adds up and can be read back, the same, from a report in every format. */
export async function expectAccounting(report: Report): Promise<void> {
  const { total, passed: kept, ...rest } = report.accounting;
  expect(kept + sum(Object.values(rest).map(each => each?.count ?? 0))).toBe(total);
  const expected = fromAccounting(report.accounting);
  for (const format of REPORT_FORMATS) {
    expect({ format, ...READERS[format](await renderReport(report, format)) }).toEqual({
      format,
      ...expected,
    });
  }
}
