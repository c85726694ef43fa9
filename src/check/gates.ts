// What counts against a run: which findings fail it, and which coverage is too low. One answer for verdict and reporters.
import { type Group, LEVELS, type Level, type Report } from './report.ts';

/** Whether this cause fails the run: its kind is one that fails, its side is one that counts, and nobody accepted it. */
export function failsRun(group: Group, { failOn, side }: Report['settings']): boolean {
  if (group.accepted !== undefined || !failOn.includes(group.kind)) return false;
  return side === 'both' || (side === 'client') === (group.side === 'request');
}

/** Percent with one decimal, rounded down: 79.96 is not 80. What declares nothing is covered. */
export function percent(part: number, whole: number): number {
  return whole === 0 ? 100 : Math.floor((part * 1000) / whole) / 10;
}

export interface Shortfall {
  readonly level: Level;
  readonly declared: number;
  readonly kept: number;
  /** Percent, as `wanted`. */
  readonly reached: number;
  readonly wanted: number;
}

/**
 * The levels of which too little occurred in an exchange that kept the contract. A shard sees a part of the traffic; only
 * the whole is held against a threshold.
 */
export function shortfalls({
  settings,
  coverage,
  shard,
}: Pick<Report, 'settings' | 'coverage' | 'shard'>): Shortfall[] {
  if (shard !== undefined) return [];
  return LEVELS.flatMap(level => {
    const wanted = settings.minCoverage[level];
    const { declared, kept } = coverage.levels[level];
    const reached = percent(kept, declared);
    return wanted !== undefined && reached < wanted ? [{ level, declared, kept, reached, wanted }] : [];
  });
}
