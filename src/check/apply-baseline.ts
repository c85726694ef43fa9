// Applies a baseline to a run: accepted issues do not fail it; stale and expired entries are listed.
import type { Baseline, BaselineEntry } from './baseline.ts';
import type { Issue, Report } from './report.ts';

/** @param today such as "2026-11-21"; an entry still accepts on its expiry date */
export function acceptedFingerprints(baseline: Baseline | undefined, today: string): Set<string> {
  const accepted = new Set<string>();
  for (const { fingerprint, expires } of baseline?.entries.values() ?? []) {
    if (expires === undefined || expires >= today) accepted.add(fingerprint);
  }
  return accepted;
}

/** Marks accepted issues, and lists stale and expired entries. */
export function applyBaseline(
  issues: readonly Issue[],
  baseline: Baseline,
  today: string,
): { issues: Issue[]; summary: NonNullable<Report['baseline']> } {
  const accepted = acceptedFingerprints(baseline, today);
  const currentFingerprints = new Set(issues.map(({ fingerprint }) => fingerprint));
  const toSummary = ({ fingerprint, code, operation, at, line, expires }: BaselineEntry) => ({
    fingerprint,
    code,
    operation,
    at,
    line,
    ...(expires !== undefined && { expires }),
  });
  const entries = [...baseline.entries.values()];
  return {
    issues: issues.map(issue => {
      const entry = baseline.entries.get(issue.fingerprint);
      if (entry === undefined || !accepted.has(issue.fingerprint)) return issue;
      const { reason, owner, expires } = entry;
      const acceptedBy = { ...(owner !== undefined && { owner }), ...(expires !== undefined && { expires }) };
      return { ...issue, accepted: { reason, ...acceptedBy } };
    }),
    summary: {
      file: baseline.file,
      accepted: issues.filter(({ fingerprint }) => accepted.has(fingerprint)).length,
      stale: entries.filter(({ fingerprint }) => !currentFingerprints.has(fingerprint)).map(toSummary),
      expired: entries
        .filter(({ fingerprint }) => currentFingerprints.has(fingerprint) && !accepted.has(fingerprint))
        .map(toSummary),
    },
  };
}
