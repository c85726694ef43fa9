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
  readonly seen: number;
  readonly wanted: number;
}

/** The levels of which less was seen than was asked for. */
export function shortfalls({ settings, coverage }: Report): Shortfall[] {
  return LEVELS.flatMap(level => {
    const wanted = settings.minCoverage[level];
    const seen = percent(coverage.levels[level].seen, coverage.levels[level].declared);
    return wanted !== undefined && seen < wanted ? [{ level, seen, wanted }] : [];
  });
}
