// Applies a baseline to a run: accepted issues do not fail it; stale and expired entries are listed.
import type { Baseline, BaselineEntry } from './baseline.ts';
import type { Issue, Report } from './report.ts';
import type { Tally } from './tally.ts';

/** @param today such as "2026-11-21"; an entry still accepts on its expiry date */
export function acceptedFingerprints(baseline: Baseline | undefined, today: string): Set<string> {
  const accepted = new Set<string>();
  for (const { fingerprint, expires } of baseline?.entries.values() ?? []) {
    if (expires === undefined || expires >= today) accepted.add(fingerprint);
  }
  return accepted;
}

/** Gives accepted issues the reason of their entry, and lists stale and expired entries. */
export function applyBaseline(
  { issues, baselineMatches }: Pick<Tally, 'issues' | 'baselineMatches'>,
  baseline: Baseline,
  today: string,
): { issues: Issue[]; summary: NonNullable<Report['baseline']> } {
  const accepted = acceptedFingerprints(baseline, today);
  const toSummary = ({ fingerprint, code, operation, at, line, expires }: BaselineEntry) => ({
    fingerprint,
    code,
    operation,
    at,
    line,
    ...(expires !== undefined && { expires }),
  });
  const entries = [...baseline.entries.values()];
  const all = [...issues.values()];
  return {
    issues: all.map(issue => {
      const entry = baseline.entries.get(issue.accepted?.reason ?? '');
      if (entry === undefined) return issue;
      const { reason, owner, expires } = entry;
      const acceptedBy = { ...(owner !== undefined && { owner }), ...(expires !== undefined && { expires }) };
      return { ...issue, accepted: { reason, ...acceptedBy } };
    }),
    summary: {
      file: baseline.file,
      accepted: all.filter(issue => issue.accepted !== undefined).length,
      stale: entries.filter(({ fingerprint }) => !baselineMatches.has(fingerprint)).map(toSummary),
      expired: entries
        .filter(({ fingerprint }) => baselineMatches.has(fingerprint) && !accepted.has(fingerprint))
        .map(toSummary),
    },
  };
}
