// Parses the accounting from a report of any format, to compare it with that of the run.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'test-results-parser';
import { expect } from 'vitest';
import type { Report } from '../../src/check/report.ts';
import { REPORT_FORMATS, type ReportFormat, renderReport } from '../../src/reporters/formats.ts';

const CLASSES = [
  'passed',
  'rejected',
  'failed',
  'notCheckable',
  'skipped',
  'outOfScope',
  'unreadable',
] as const;
type AccountingClass = (typeof CLASSES)[number];

interface ParsedAccounting {
  total: number;
  counts: Partial<Record<AccountingClass, number>>;
  /** Sum of the reasons of a class. */
  reasons: Partial<Record<AccountingClass, number>>;
}

const LABELS: Record<string, AccountingClass> = {
  passed: 'passed',
  rejected: 'rejected',
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

function parsedAccounting(
  rows: Iterable<readonly [label: string, count: number, reasons: number]>,
  total: number,
): ParsedAccounting {
  const parsed: ParsedAccounting = { total, counts: {}, reasons: {} };
  for (const [label, count, reasons] of rows) {
    const accountingClass = LABELS[label] ?? (label as AccountingClass);
    parsed.counts[accountingClass] = count;
    if (accountingClass !== 'passed') parsed.reasons[accountingClass] = reasons;
  }
  return parsed;
}

export const PARSERS: Record<ReportFormat, (text: string) => ParsedAccounting> = {
  text: text =>
    parsedAccounting(
      [
        ...text.matchAll(
          /^ +(\d+) {2}(passed|rejected|failed|not checkable|skipped|out of scope|unreadable) *(.*)$/gm,
        ),
      ].map(
        ([, count, label = '', reasons = '']) => [label, Number(count), sumOfList(` ${reasons}`)] as const,
      ),
      Number(/^ +(\d+) {2}total$/m.exec(text)?.[1]),
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
    return parsedAccounting(
      // Only a replay has a row for skipped exchanges.
      CLASSES.filter(accountingClass =>
        properties.some(([key]) => key === `accounting.${accountingClass}`),
      ).map(accountingClass => [
        accountingClass,
        value(`accounting.${accountingClass}`),
        sum(
          properties
            .filter(([key]) => key.startsWith(`accounting.${accountingClass}: `))
            .map(([, count]) => Number(count)),
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
    return parsedAccounting(
      [
        ...equation.matchAll(/(\d+) (passed|rejected|failed|not checkable|skipped|out of scope|unreadable)/g),
      ].map(([, count, label = '']) => [label, Number(count), reasons.get(label) ?? 0] as const),
      Number(/(\d+) exchanges?/.exec(equation)?.[1]),
    );
  },
  markdown: text =>
    parsedAccounting(
      [
        ...text.matchAll(
          /^\| (passed|rejected|failed|not checkable|skipped|out of scope|unreadable) \| (\d+) \| (.*) \|$/gm,
        ),
      ].map(([, label = '', count, reasons = '']) => [label, Number(count), sumOfList(reasons)] as const),
      Number(/^\| \*\*total\*\* \| \*\*(\d+)\*\*/m.exec(text)?.[1]),
    ),
  html: text =>
    parsedAccounting(
      [...text.matchAll(/<tr data-class="(\w+)" data-count="(\d+)"[\s\S]*?<\/tr>/g)].map(
        ([row, accountingClass = '', count]) =>
          [
            accountingClass,
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

export function fromAccounting({ total, passed, ...rest }: Report['accounting']): ParsedAccounting {
  return parsedAccounting(
    [
      ['passed', passed, 0] as const,
      ...Object.entries(rest).map(
        ([accountingClass, each]) =>
          [accountingClass, each?.count ?? 0, sum(Object.values(each?.reasons ?? {}))] as const,
      ),
    ],
    total,
  );
}

/** Parsed by a third-party package. */
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

/** Fails unless the accounting adds up and every report format contains the same accounting. */
export async function expectAccounting(report: Report): Promise<void> {
  const { total, passed, ...rest } = report.accounting;
  expect(passed + sum(Object.values(rest).map(each => each?.count ?? 0))).toBe(total);
  const expected = fromAccounting(report.accounting);
  for (const format of REPORT_FORMATS) {
    expect({ format, ...PARSERS[format](await renderReport(report, format)) }).toEqual({
      format,
      ...expected,
    });
  }
}
