// Fail conditions: which issues fail a run and which coverage is below its threshold. Used by the verdict and by reporters.
import type { Issue, Report } from './report.ts';
import { COVERAGE_LEVELS, type CoverageLevel } from './report-terms.ts';

/** Whether this cause fails the run: its kind is one that fails, its side is one that counts, and nobody accepted it. */
export function failsRun(issue: Issue, { failOn, side }: Report['settings']): boolean {
  if (issue.accepted !== undefined || !failOn.includes(issue.kind)) return false;
  return side === 'both' || (side === 'client') === (issue.side === 'request');
}

/** Percent with one decimal, rounded down: 79.96 is not 80. What declares nothing is covered. */
export function percent(part: number, whole: number): number {
  return whole === 0 ? 100 : Math.floor((part * 1000) / whole) / 10;
}

export interface CoverageShortfall {
  readonly level: CoverageLevel;
  readonly declared: number;
  readonly passed: number;
  /** Percent, as `wanted`. */
  readonly reached: number;
  readonly required: number;
}

/**
 * The levels of which too little occurred in an exchange that kept the contract. A shard sees a part of the traffic; only
 * the whole is held against a threshold.
 */
export function coverageShortfalls({
  settings,
  coverage,
  shard,
}: Pick<Report, 'settings' | 'coverage' | 'shard'>): CoverageShortfall[] {
  if (shard !== undefined) return [];
  return COVERAGE_LEVELS.flatMap(level => {
    const required = settings.minCoverage[level];
    const { declared, passed } = coverage.levels[level];
    const reached = percent(passed, declared);
    return required !== undefined && reached < required
      ? [{ level, declared, passed, reached, required }]
      : [];
  });
}
