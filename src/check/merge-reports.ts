// Merges the reports of shards. The result is byte for byte the report of a single run.
import { InputError } from '../finding/input-error.ts';
import { buildReport, type ReportParts, summarizeLevel } from './build-report.ts';
import type { Report } from './report.ts';
import { COVERAGE_LEVELS } from './report-terms.ts';
import { createTally, mergeTally, orderByFile, type Tally } from './tally.ts';

/**
 * Merges the reports of all shards of one run. A single report is returned unchanged.
 * @throws InputError when settings, versions or documents differ, totals do not add up, or a shard is missing or given twice
 */
export function mergeReports(reports: readonly Report[]): Report {
  const [first, ...others] = reports;
  if (first === undefined) throw new InputError('no report to merge');
  for (const other of others) {
    for (const [aspect, read] of Object.entries(MUST_MATCH)) {
      if (JSON.stringify(read(first)) !== JSON.stringify(read(other)))
        throw new InputError(
          `the reports were made with different ${aspect}; run every part with the same options`,
        );
    }
  }
  for (const report of reports) checkTotals(report);
  if (others.length === 0) return first;
  checkShards(reports);
  const sources = mergeSources(reports);
  const order = orderByFile(sources.map(({ file }) => file));
  const tally = createTally();
  for (const report of reports) mergeTally(tally, tallyOf(report), order, first.settings);
  const baseline = mergeBaselines(reports, tally);
  return buildReport({
    tool: first.tool,
    settings: first.settings,
    replay: first.replay,
    shard: undefined,
    apis: first.apis,
    sources,
    tally,
    levels: mergeLevels(reports),
    operations: first.coverage.operations.map(({ statuses, passedStatuses, rejectedStatuses, ...rest }) => ({
      ...rest,
      statuses: Object.keys(statuses).filter(status => statuses[status] === 0),
    })),
    ...(baseline !== undefined && { baseline }),
  });
}

const MUST_MATCH: Readonly<Record<string, (report: Report) => unknown>> = {
  'commands (check or replay)': ({ replay }) => replay === undefined,
  'versions of deadringer': ({ tool }) => tool,
  settings: ({ settings }) => settings,
  targets: ({ replay }) => replay,
  documents: ({ apis }) => apis,
  baselines: ({ baseline }) => baseline?.file,
};

const NO_COUNTS = { count: 0, reasons: {} };

/** Reports can be edited: check that the totals add up. */
function checkTotals({ accounting, sources, shard }: Report): void {
  const {
    total,
    passed,
    rejected,
    failed,
    notCheckable,
    skipped = NO_COUNTS,
    outOfScope,
    unreadable,
  } = accounting;
  const classes = [rejected, failed, notCheckable, skipped, outOfScope, unreadable];
  const add = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0);
  const read = add(sources.map(({ entries }) => entries)) + (unreadable.reasons['cut-off'] ?? 0);
  const isSound =
    total === passed + add(classes.map(({ count }) => count)) &&
    total === read &&
    classes.every(({ count, reasons }) => count === add(Object.values(reasons)));
  if (isSound) return;
  const which = shard === undefined ? 'a report' : `shard ${shard.index} of ${shard.of}`;
  throw new InputError(`the totals of ${which} do not add up; write the report again with --format json`);
}

function checkShards(reports: readonly Report[]): void {
  const shards = reports.flatMap(({ shard }) => shard ?? []);
  const [first] = shards;
  if (first === undefined) return;
  const recordings = new Set(
    reports.map(({ sources }) => JSON.stringify(sources.map(({ file, truncated }) => [file, truncated]))),
  );
  if (shards.length < reports.length || recordings.size > 1 || shards.some(({ of }) => of !== first.of))
    throw new InputError('some reports are shards of a different run: they did not read the same recordings');
  const indexes = shards.map(({ index }) => index);
  const duplicate = indexes.find((index, at) => indexes.indexOf(index) !== at);
  if (duplicate !== undefined) throw new InputError(`shard ${duplicate} of ${first.of} is given twice`);
  const missing = Array.from({ length: first.of }, (_, at) => at + 1).filter(
    index => !indexes.includes(index),
  );
  if (missing.length > 0)
    throw new InputError(
      `${missing.length === 1 ? 'shard' : 'shards'} ${missing.join(' and ')} of ${first.of} ${missing.length === 1 ? 'is' : 'are'} missing`,
    );
}

function tallyOf(report: Report): Tally {
  const {
    accounting,
    outcomes,
    otherHosts,
    findings,
    unlisted,
    unreadable,
    skipped: skippedEntries,
    coverage,
  } = report;
  return {
    passed: accounting.passed,
    rejected: accounting.rejected.reasons,
    failed: accounting.failed.reasons,
    notCheckable: accounting.notCheckable.reasons,
    skipped: accounting.skipped?.reasons ?? {},
    outOfScope: accounting.outOfScope.reasons,
    unreadable: accounting.unreadable.reasons,
    outcomes,
    otherHosts: new Map(Object.entries(otherHosts)),
    issues: new Map(findings.map(issue => [issue.fingerprint, issue])),
    // mergeBaselines reads the summaries instead.
    baselineMatches: new Map(),
    unlistedOccurrences: unlisted,
    unreadableEntries: [...unreadable],
    skippedEntries: [...(skippedEntries ?? [])],
    operations: new Map(
      coverage.operations.map(({ api, id, calls, passed, statuses, passedStatuses, rejectedStatuses }) => [
        `${api} ${id}`,
        { calls, passed, statuses, passedStatuses, rejectedStatuses },
      ]),
    ),
  };
}

function mergeSources(reports: readonly Report[]): Report['sources'] {
  const merged = new Map<string, Report['sources'][number]>();
  for (const source of reports.flatMap(({ sources }) => sources)) {
    const known = merged.get(source.file);
    merged.set(
      source.file,
      known === undefined ? source : { ...source, ...known, entries: known.entries + source.entries },
    );
  }
  return [...merged.values()];
}

/** An item is unseen when it is unseen in every report. */
function mergeLevels(reports: readonly Report[]): ReportParts['levels'] {
  const levels = COVERAGE_LEVELS.map(level => {
    const parts = reports.map(({ coverage }) => coverage.levels[level]);
    const [first] = parts;
    const unseen = intersect(parts.map(part => part.unseen));
    const notPassed = intersect(parts.map(part => [...part.unseen, ...part.notPassed]));
    const unseenKeys = new Set(unseen);
    return [
      level,
      summarizeLevel(
        first?.declared ?? 0,
        unseen,
        notPassed.filter(key => !unseenKeys.has(key)),
      ),
    ] as const;
  });
  return Object.fromEntries(levels) as ReportParts['levels'];
}

function intersect(lists: readonly (readonly string[])[]): string[] {
  const [first = [], ...others] = lists;
  const sets = others.map(list => new Set(list));
  return first.filter(key => sets.every(set => set.has(key)));
}

function mergeBaselines(reports: readonly Report[], tally: Tally): Report['baseline'] {
  const [first] = reports;
  if (first?.baseline === undefined) return undefined;
  const all = reports.flatMap(({ baseline }) => baseline ?? []);
  const stale = new Set(intersect(all.map(each => each.stale.map(({ fingerprint }) => fingerprint))));
  const expired = new Map(
    all.flatMap(each => each.expired.map(entry => [entry.fingerprint, entry] as const)),
  );
  return {
    file: first.baseline.file,
    accepted: [...tally.issues.values()].filter(({ accepted }) => accepted !== undefined).length,
    stale: first.baseline.stale.filter(({ fingerprint }) => stale.has(fingerprint)),
    expired: [...expired.values()].sort((left, right) => left.line - right.line),
  };
}
