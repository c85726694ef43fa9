// Rows of the accounting and the coverage, shared by all formats.
import { percent } from '../check/fail-conditions.ts';
import type { Accounting, Report } from '../check/report.ts';
import { COVERAGE_LEVELS, type CoverageLevel } from '../check/report-terms.ts';
import { compareText } from '../check/tally.ts';
import { pluralize } from '../finding/plural.ts';
import { shortLine } from './safe-text.ts';

type AccountingKey = 'passed' | 'failed' | 'notCheckable' | 'skipped' | 'outOfScope' | 'unreadable';

export interface AccountingRow {
  readonly key: AccountingKey;
  readonly label: string;
  readonly count: number;
  /** Most frequent first; together they are the count. */
  readonly reasons: readonly ReasonCount[];
}

export interface ReasonCount {
  readonly name: string;
  readonly count: number;
}

const LABELS: Record<AccountingKey, string> = {
  passed: 'passed',
  failed: 'failed',
  notCheckable: 'not checkable',
  skipped: 'skipped',
  outOfScope: 'out of scope',
  unreadable: 'unreadable',
};

const MAX_REASONS = 40;

/** @param limit reasons of one row; what is beyond them is summed up, so that the row still adds up */
export function accountingRows(accounting: Accounting, limit = MAX_REASONS): AccountingRow[] {
  return (Object.keys(LABELS) as AccountingKey[]).flatMap((key): AccountingRow[] => {
    const value = accounting[key];
    const label = LABELS[key];
    // A check asks nobody.
    if (value === undefined) return [];
    if (typeof value === 'number') return [{ key, label, count: value, reasons: [] }];
    return [{ key, label, count: value.count, reasons: reasonCounts(value.reasons, limit) }];
  });
}

/** Names that are the same once they are short enough to show are one reason. */
function reasonCounts(reasons: Readonly<Record<string, number>>, limit: number): ReasonCount[] {
  const byName: Record<string, number> = Object.create(null);
  for (const [name, times] of Object.entries(reasons)) {
    const shown = shortLine(name, 120);
    byName[shown] = (byName[shown] ?? 0) + times;
  }
  const all = sortedCounts(byName);
  const shown = all.length > limit ? all.slice(0, limit - 1) : all;
  const rest = all.slice(shown.length);
  const sum = rest.reduce((total, [, times]) => total + times, 0);
  return [
    ...shown.map(([name, times]) => ({ name, count: times })),
    ...(rest.length === 0 ? [] : [{ name: `${rest.length} other reasons`, count: sum }]),
  ];
}

/** The entries of a table of counts, highest first; equal ones by name. */
export function sortedCounts<Name extends string>(
  counts: Readonly<Partial<Record<Name, number>>>,
): [Name, number][] {
  return (Object.entries(counts) as [Name, number][]).sort(
    ([one, times], [other, otherTimes]) => otherTimes - times || compareText(one, other),
  );
}

/** "12 exchanges = 9 kept + 1 broken + 1 not checkable + 1 out of scope + 0 unreadable" */
export function accountingSum(accounting: Accounting): string {
  const terms = accountingRows(accounting).map(row => `${row.count} ${row.label}`);
  return `${pluralize(accounting.total, 'exchange')} = ${terms.join(' + ')}`;
}

/** Entries that cannot be read. The last one of a file that broke off is told with the file. */
export function unreadableCount({ accounting, unreadable }: Report): number {
  const { count: all, reasons } = accounting.unreadable;
  return Math.max(all - (reasons['cut-off'] ?? 0), unreadable.length);
}

/** "body not recorded 3, status 0 1" */
export function listReasons(reasons: readonly ReasonCount[]): string {
  return reasons.map(reason => `${reason.name} ${reason.count}`).join(', ');
}

export interface CoverageRow {
  readonly level: CoverageLevel;
  readonly label: string;
  readonly declared: number;
  readonly seen: number;
  readonly passed: number;
  readonly seenPercent: number;
  readonly passedPercent: number;
  readonly required: number | undefined;
  readonly unseen: readonly string[];
}

const COVERAGE_LABELS: Record<CoverageLevel, string> = {
  operations: 'operations',
  statuses: 'statuses',
  mediaTypes: 'media types',
  parameters: 'parameters',
  properties: 'properties',
  enums: 'enum values',
};

export function coverageLabel(level: CoverageLevel): string {
  return COVERAGE_LABELS[level];
}

export function coverageRows({ coverage, settings }: Report): CoverageRow[] {
  return COVERAGE_LEVELS.map(level => {
    const { declared, seen, passed, unseen } = coverage.levels[level];
    return {
      level,
      label: COVERAGE_LABELS[level],
      declared,
      seen,
      passed,
      seenPercent: percent(seen, declared),
      passedPercent: percent(passed, declared),
      required: settings.minCoverage[level],
      unseen,
    };
  });
}

/** "never seen: deletePet, GET /orders and 3 more" for a level that has gaps. */
export function unseenText(unseen: readonly string[], limit: number): string {
  if (unseen.length === 0) return '';
  const rest = unseen.length - limit;
  const named = unseen
    .slice(0, limit)
    .map(name => shortLine(name, 100))
    .join(', ');
  return `never seen: ${named}${rest > 0 ? ` and ${rest} more` : ''}`;
}
