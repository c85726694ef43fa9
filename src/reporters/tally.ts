// The accounting and the coverage as rows: every format shows the same numbers, and they add up in each of them.
import { percent } from '../check/gates.ts';
import { type Accounting, LEVELS, type Level, type Report } from '../check/report.ts';
import { brief, byText, count } from './safe.ts';

type Bucket = 'kept' | 'broken' | 'notCheckable' | 'cannotReplay' | 'outOfScope' | 'unreadable';

export interface Row {
  readonly bucket: Bucket;
  readonly label: string;
  readonly count: number;
  /** Most frequent first; together they are the count. */
  readonly reasons: readonly Reason[];
}

export interface Reason {
  readonly name: string;
  readonly count: number;
}

const LABELS: Record<Bucket, string> = {
  kept: 'kept',
  broken: 'broken',
  notCheckable: 'not checkable',
  cannotReplay: 'cannot replay',
  outOfScope: 'out of scope',
  unreadable: 'unreadable',
};

const REASONS_SHOWN = 40;

/** @param most reasons of one row; what is beyond them is summed up, so that the row still adds up */
export function tally(accounting: Accounting, most = REASONS_SHOWN): Row[] {
  return (Object.keys(LABELS) as Bucket[]).flatMap((bucket): Row[] => {
    const value = accounting[bucket];
    const label = LABELS[bucket];
    // A check asks nobody.
    if (value === undefined) return [];
    if (typeof value === 'number') return [{ bucket, label, count: value, reasons: [] }];
    return [{ bucket, label, count: value.count, reasons: reasonsOf(value.reasons, most) }];
  });
}

/** Names that are the same once they are short enough to show are one reason. */
function reasonsOf(reasons: Readonly<Record<string, number>>, most: number): Reason[] {
  const byName: Record<string, number> = Object.create(null);
  for (const [name, times] of Object.entries(reasons)) {
    const shown = brief(name, 120);
    byName[shown] = (byName[shown] ?? 0) + times;
  }
  const all = ranking(byName);
  const shown = all.length > most ? all.slice(0, most - 1) : all;
  const rest = all.slice(shown.length);
  const sum = rest.reduce((total, [, times]) => total + times, 0);
  return [
    ...shown.map(([name, times]) => ({ name, count: times })),
    ...(rest.length === 0 ? [] : [{ name: `${rest.length} further reasons`, count: sum }]),
  ];
}

/** The entries of a table of counts, highest first; equal ones by name. */
export function ranking<Name extends string>(
  counts: Readonly<Partial<Record<Name, number>>>,
): [Name, number][] {
  return (Object.entries(counts) as [Name, number][]).sort(
    ([one, times], [other, otherTimes]) => otherTimes - times || byText(one, other),
  );
}

/** "12 exchanges = 9 kept + 1 broken + 1 not checkable + 1 out of scope + 0 unreadable" */
export function equation(accounting: Accounting): string {
  const terms = tally(accounting).map(row => `${row.count} ${row.label}`);
  return `${count(accounting.total, 'exchange')} = ${terms.join(' + ')}`;
}

/** Entries that cannot be read. The last one of a file that broke off is told with the file. */
export function unreadableEntries({ accounting, unreadable }: Report): number {
  const { count: all, reasons } = accounting.unreadable;
  return Math.max(all - (reasons['cut-off'] ?? 0), unreadable.length);
}

/** "body not recorded 3, status 0 1" */
export function listReasons(reasons: readonly Reason[]): string {
  return reasons.map(reason => `${reason.name} ${reason.count}`).join(', ');
}

export interface LevelRow {
  readonly level: Level;
  readonly label: string;
  readonly declared: number;
  readonly seen: number;
  readonly kept: number;
  readonly seenPercent: number;
  readonly keptPercent: number;
  readonly wanted: number | undefined;
  readonly unseen: readonly string[];
}

const LEVEL_LABELS: Record<Level, string> = {
  operations: 'operations',
  statuses: 'statuses',
  mediaTypes: 'media types',
  parameters: 'parameters',
  properties: 'properties',
  enums: 'enum values',
};

export function levelLabel(level: Level): string {
  return LEVEL_LABELS[level];
}

export function levelRows({ coverage, settings }: Report): LevelRow[] {
  return LEVELS.map(level => {
    const { declared, seen, kept, unseen } = coverage.levels[level];
    return {
      level,
      label: LEVEL_LABELS[level],
      declared,
      seen,
      kept,
      seenPercent: percent(seen, declared),
      keptPercent: percent(kept, declared),
      wanted: settings.minCoverage[level],
      unseen,
    };
  });
}

/** "never seen: deletePet, GET /orders and 3 more" for a level that has gaps. */
export function gaps(unseen: readonly string[], most: number): string {
  if (unseen.length === 0) return '';
  const rest = unseen.length - most;
  const named = unseen
    .slice(0, most)
    .map(name => brief(name, 100))
    .join(', ');
  return `never seen: ${named}${rest > 0 ? ` and ${rest} more` : ''}`;
}
