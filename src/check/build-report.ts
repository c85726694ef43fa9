// Builds a report from a tally: sorts, limits, totals, and adds the verdict.

import type { Contract } from '../openapi/model.ts';
import { serverUrls } from '../openapi/servers.ts';
import type { CoverageItem } from './property-coverage.ts';
import type { Accounting, Issue, Report } from './report.ts';
import { COVERAGE_LEVELS, type CoverageLevel, ISSUE_KINDS } from './report-terms.ts';
import { compareText, createOperationCounts, orderByFile, type Tally, trimTally } from './tally.ts';
import { decideVerdict } from './verdict.ts';

/** The parts of a report before sorting and limiting. */
export interface ReportParts
  extends Pick<Report, 'tool' | 'settings' | 'replay' | 'shard' | 'apis' | 'sources' | 'baseline'> {
  readonly tally: Tally;
  readonly levels: Report['coverage']['levels'];
  /** All operations of the documents, in document order. */
  readonly operations: readonly (Pick<OperationCoverage, 'api' | 'id' | 'method' | 'path'> & {
    /** As declared: "200", "4XX", "default". */
    readonly statuses: readonly string[];
  })[];
}

type OperationCoverage = Report['coverage']['operations'][number];
type LevelSummary = Report['coverage']['levels'][CoverageLevel];

export function buildReport(parts: ReportParts): Report {
  const { tool, settings, replay, shard, apis, sources, tally, levels, operations, baseline } = parts;
  const order = orderByFile(sources.map(({ file }) => file));
  trimTally(tally, order, settings);
  const classes = {
    rejected: countReasons(tally.rejected),
    failed: countReasons(tally.failed),
    notCheckable: countReasons(tally.notCheckable),
    ...(replay !== undefined && { skipped: countReasons(tally.skipped) }),
    outOfScope: countReasons(tally.outOfScope),
    unreadable: countReasons(tally.unreadable),
  };
  const unseen = new Set(levels.statuses.unseen);
  const total = Object.values(classes).reduce((sum, each) => sum + each.count, tally.passed);
  const withoutVerdict: Omit<Report, 'verdict' | 'exitCode' | 'reasons'> = {
    version: 3,
    tool,
    settings,
    ...(replay !== undefined && { replay }),
    ...(shard !== undefined && { shard }),
    apis,
    sources,
    accounting: { total, passed: tally.passed, ...classes },
    unreadable: tally.unreadableEntries.sort((left, right) => order(left.place, right.place)),
    ...(replay !== undefined && {
      skipped: tally.skippedEntries.sort((left, right) => order(left.place, right.place)),
    }),
    otherHosts: sortKeys(Object.fromEntries(tally.otherHosts)),
    outcomes: sortKeys(tally.outcomes),
    findings: [...tally.issues.values()].sort(compareIssues).map(withOrderedMembers),
    unlisted: tally.unlistedOccurrences,
    coverage: {
      levels,
      operations: operations.map(({ api, id, method, path, statuses }) => {
        const counts = tally.operations.get(`${api} ${id}`) ?? createOperationCounts();
        const { calls, passed } = counts;
        // What is declared and did not occur gets the count 0. A status of a declared range is counted as itself.
        const declared = Object.fromEntries(
          statuses.filter(status => unseen.has(`${api} ${id} ${status}`)).map(status => [status, 0]),
        );
        return {
          api,
          id,
          method,
          path,
          calls,
          passed,
          statuses: sortKeys({ ...declared, ...counts.statuses }),
          passedStatuses: sortKeys(counts.passedStatuses),
          rejectedStatuses: sortKeys(counts.rejectedStatuses),
        };
      }),
    },
    ...(baseline !== undefined && { baseline }),
  };
  const { version, ...rest } = withoutVerdict;
  return { version, ...decideVerdict(withoutVerdict), ...rest };
}

export function describeApis(contract: Contract): Report['apis'] {
  return contract.apis.map(api => ({
    name: api.name,
    title: api.title,
    file: api.file,
    servers: serverUrls(api),
  }));
}

export function describeOperations(contract: Contract): ReportParts['operations'] {
  return contract.apis.flatMap(api =>
    api.operations.map(({ id, method, path, responses }) => ({
      api: api.name,
      id,
      method,
      path,
      statuses: responses.map(({ status }) => status),
    })),
  );
}

export function summarizeLevels(
  itemsByLevel: ReadonlyMap<CoverageLevel, ReadonlyMap<string, CoverageItem>>,
): ReportParts['levels'] {
  const levels = {} as Record<CoverageLevel, LevelSummary>;
  for (const level of COVERAGE_LEVELS) {
    const items = [...(itemsByLevel.get(level)?.values() ?? [])];
    const unseen = items.filter(({ seen }) => !seen).map(({ key }) => key);
    const notPassed = items.filter(({ seen, passed }) => seen && !passed).map(({ key }) => key);
    levels[level] = summarizeLevel(items.length, unseen, notPassed);
  }
  return levels;
}

export function summarizeLevel(
  declared: number,
  unseen: readonly string[],
  notPassed: readonly string[],
): LevelSummary {
  return {
    declared,
    seen: declared - unseen.length,
    passed: declared - unseen.length - notPassed.length,
    unseen: [...unseen].sort(compareText),
    notPassed: [...notPassed].sort(compareText),
  };
}

function countReasons(reasons: Readonly<Record<string, number>>): Accounting['failed'] {
  return { count: Object.values(reasons).reduce((sum, each) => sum + each, 0), reasons: sortKeys(reasons) };
}

function sortKeys<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([left], [right]) => compareText(left, right)));
}

function compareIssues(left: Issue, right: Issue): number {
  return (
    ISSUE_KINDS.indexOf(left.kind) - ISSUE_KINDS.indexOf(right.kind) ||
    compareText(left.api, right.api) ||
    compareText(left.operation.id, right.operation.id) ||
    compareText(left.at, right.at) ||
    compareText(left.code, right.code) ||
    compareText(left.fingerprint, right.fingerprint)
  );
}

/** Sorts the members, so that equal issues give equal bytes. */
function withOrderedMembers(issue: Issue): Issue {
  const { fingerprint, code, kind, side, api, operation, operations } = issue;
  const { at, message, location } = issue;
  const { exchanges, occurrences, outcomes, firstSeen, lastSeen, accepted, observed, sample, places } = issue;
  return {
    fingerprint,
    code,
    kind,
    side,
    api,
    operation,
    operations,
    at,
    message,
    ...(location !== undefined && { location }),
    exchanges,
    occurrences,
    outcomes: sortKeys(outcomes),
    ...(firstSeen !== undefined && { firstSeen }),
    ...(lastSeen !== undefined && { lastSeen }),
    ...(accepted !== undefined && { accepted }),
    observed,
    sample,
    places,
  };
}
