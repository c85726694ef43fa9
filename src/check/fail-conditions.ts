// Fail conditions: which issues fail a run and which coverage is below its threshold. Used by the verdict and by reporters.
import type { Issue, Report } from './report.ts';
import { COVERAGE_LEVELS, type CoverageLevel } from './report-terms.ts';

/** Whether the issue fails the run: `failOn` includes its kind, `side` includes its side, and the baseline does not accept it. */
export function failsRun(issue: Issue, { failOn, side }: Report['settings']): boolean {
  // What is undecodable is not checkable, too.
  const isIncluded =
    failOn.includes(issue.kind) || (issue.kind === 'undecodable' && failOn.includes('not-checkable'));
  if (issue.accepted !== undefined || !isIncluded) return false;
  return side === 'both' || (side === 'client') === (issue.side === 'request');
}

/** Percent with one decimal, rounded down, so that 79.96 is not 80. Of nothing, 100. */
export function percent(count: number, total: number): number {
  return total === 0 ? 100 : Math.floor((count * 1000) / total) / 10;
}

export interface CoverageShortfall {
  readonly level: CoverageLevel;
  readonly declared: number;
  readonly seen: number;
  /** Percent, like `required`. */
  readonly reached: number;
  readonly required: number;
}

/**
 * The levels of which less was seen than is required. What was seen counts whether its exchange passed or not: a failure
 * fails the run by itself. Empty for a shard: only the merged report covers all traffic.
 */
export function coverageShortfalls({
  settings,
  coverage,
  shard,
}: Pick<Report, 'settings' | 'coverage' | 'shard'>): CoverageShortfall[] {
  if (shard !== undefined) return [];
  return COVERAGE_LEVELS.flatMap(level => {
    const required = settings.minCoverage[level];
    const { declared, seen } = coverage.levels[level];
    const reached = percent(seen, declared);
    return required !== undefined && reached < required ? [{ level, declared, seen, reached, required }] : [];
  });
}
