// What a baseline means for a run: findings that it accepts do not fail it, and entries that no longer fit are named.
import type { Baseline, Entry } from './baseline.ts';
import type { Group, Report } from './report.ts';

/** @param today "2026-11-21"; an entry is accepted on the day that it expires, and not after */
export function acceptedOn(baseline: Baseline | undefined, today: string): Set<string> {
  const accepted = new Set<string>();
  for (const { fingerprint, expires } of baseline?.entries.values() ?? []) {
    if (expires === undefined || expires >= today) accepted.add(fingerprint);
  }
  return accepted;
}

/** Marks the groups that are accepted, and names the entries that no longer are. */
export function applyBaseline(
  groups: readonly Group[],
  baseline: Baseline,
  today: string,
): { groups: Group[]; summary: NonNullable<Report['baseline']> } {
  const accepted = acceptedOn(baseline, today);
  const found = new Set(groups.map(({ fingerprint }) => fingerprint));
  const shown = ({ fingerprint, code, operation, at, line, expires }: Entry) => ({
    fingerprint,
    code,
    operation,
    at,
    line,
    ...(expires !== undefined && { expires }),
  });
  const entries = [...baseline.entries.values()];
  return {
    groups: groups.map(group => {
      const entry = baseline.entries.get(group.fingerprint);
      if (entry === undefined || !accepted.has(group.fingerprint)) return group;
      const { reason, owner, expires } = entry;
      const by = { ...(owner !== undefined && { owner }), ...(expires !== undefined && { expires }) };
      return { ...group, accepted: { reason, ...by } };
    }),
    summary: {
      file: baseline.file,
      accepted: groups.filter(({ fingerprint }) => accepted.has(fingerprint)).length,
      stale: entries.filter(({ fingerprint }) => !found.has(fingerprint)).map(shown),
      expired: entries
        .filter(({ fingerprint }) => found.has(fingerprint) && !accepted.has(fingerprint))
        .map(shown),
    },
  };
}
