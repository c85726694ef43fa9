// Rows of the accounting and the coverage, shared by all formats.
import { percent } from '../check/fail-conditions.ts';
import type { Accounting, Report } from '../check/report.ts';
import { COVERAGE_LEVELS, type CoverageLevel, coverageLabel } from '../check/report-terms.ts';
import { compareText } from '../check/tally.ts';
import { pluralize } from '../finding/plural.ts';
import { shortLine } from './safe-text.ts';

type AccountingKey =
  | 'passed'
  | 'rejected'
  | 'failed'
  | 'notCheckable'
  | 'skipped'
  | 'outOfScope'
  | 'unreadable';

export interface AccountingRow {
  readonly key: AccountingKey;
  readonly label: string;
  readonly count: number;
  /** Most frequent first; they add up to the count. */
  readonly reasons: readonly ReasonCount[];
}

export interface ReasonCount {
  readonly name: string;
  readonly count: number;
}

const LABELS: Record<AccountingKey, string> = {
  passed: 'passed',
  rejected: 'rejected',
  failed: 'failed',
  notCheckable: 'not checkable',
  skipped: 'skipped',
  outOfScope: 'out of scope',
  unreadable: 'unreadable',
};

const MAX_REASONS = 40;

/** @param limit reasons per row; further ones become one entry, so that the row still adds up */
export function accountingRows(accounting: Accounting, limit = MAX_REASONS): AccountingRow[] {
  return (Object.keys(LABELS) as AccountingKey[]).flatMap((key): AccountingRow[] => {
    const value = accounting[key];
    const label = LABELS[key];
    // Only a replay has a row for skipped exchanges.
    if (value === undefined) return [];
    if (typeof value === 'number') return [{ key, label, count: value, reasons: [] }];
    return [{ key, label, count: value.count, reasons: reasonCounts(value.reasons, limit) }];
  });
}

/** Reasons whose shortened names are equal become one reason. */
function reasonCounts(reasons: Readonly<Record<string, number>>, limit: number): ReasonCount[] {
  const byName: Record<string, number> = Object.create(null);
  for (const [name, count] of Object.entries(reasons)) {
    const shortName = shortLine(name, 120);
    byName[shortName] = (byName[shortName] ?? 0) + count;
  }
  const all = sortedCounts(byName);
  const shown = all.length > limit ? all.slice(0, limit - 1) : all;
  const rest = all.slice(shown.length);
  const sum = rest.reduce((total, [, count]) => total + count, 0);
  return [
    ...shown.map(([name, count]) => ({ name, count })),
    ...(rest.length === 0 ? [] : [{ name: `${rest.length} other reasons`, count: sum }]),
  ];
}

/** The entries of a table of counts, highest first; equal ones by name. */
export function sortedCounts<Name extends string>(
  counts: Readonly<Partial<Record<Name, number>>>,
): [Name, number][] {
  return (Object.entries(counts) as [Name, number][]).sort(
    ([one, count], [other, otherCount]) => otherCount - count || compareText(one, other),
  );
}

/** "12 exchanges = 9 passed + 1 failed + 1 not checkable + 1 out of scope + 0 unreadable" */
export function accountingSum(accounting: Accounting): string {
  const terms = accountingRows(accounting).map(row => `${row.count} ${row.label}`);
  return `${pluralize(accounting.total, 'exchange')} = ${terms.join(' + ')}`;
}

/** Number of unreadable entries, without the last entry of truncated files: reports list those files separately. */
export function unreadableCount({ accounting, unreadable }: Report): number {
  const { count, reasons } = accounting.unreadable;
  return Math.max(count - (reasons['cut-off'] ?? 0), unreadable.length);
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

export function coverageRows({ coverage, settings }: Report): CoverageRow[] {
  return COVERAGE_LEVELS.map(level => {
    const { declared, seen, passed, unseen } = coverage.levels[level];
    return {
      level,
      label: coverageLabel(level),
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
  const omitted = unseen.length - limit;
  const names = unseen
    .slice(0, limit)
    .map(name => shortLine(name, 100))
    .join(', ');
  return `never seen: ${names}${omitted > 0 ? ` and ${omitted} more` : ''}`;
}
