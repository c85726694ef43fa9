// Counts and issues collected so far. Tallies of parts of the traffic can be merged in any order.

import { failsRun } from './fail-conditions.ts';
import type { Issue, Report } from './report.ts';
import { type ExchangeOutcome, ISSUE_KINDS } from './report-terms.ts';

type Counts = Record<string, number>;
type Settings = Report['settings'];

/** Exchanges of one operation: all, passed, and rejected. */
export interface OperationCounts {
  calls: number;
  passed: number;
  readonly statuses: Counts;
  readonly passedStatuses: Counts;
  readonly rejectedStatuses: Counts;
}

export interface Tally {
  passed: number;
  /** By status. */
  readonly rejected: Counts;
  readonly failed: Counts;
  readonly notCheckable: Counts;
  /** Empty unless this is a replay. */
  readonly skipped: Counts;
  readonly outOfScope: Counts;
  readonly unreadable: Counts;
  readonly outcomes: Partial<Record<ExchangeOutcome, number>>;
  readonly otherHosts: Map<string, number>;
  readonly issues: Map<string, Issue>;
  /** By fingerprint of a baseline entry, also an expired one, the fingerprints of the issues that it matches. */
  readonly baselineMatches: Map<string, Set<string>>;
  /** Occurrences of issues that were dropped to keep the bounds. */
  unlistedOccurrences: number;
  readonly unreadableEntries: Report['unreadable'];
  readonly skippedEntries: NonNullable<Report['skipped']>;
  /** By API and operation id. */
  readonly operations: Map<string, OperationCounts>;
}

/** Bounds of a report. Dropped occurrences are counted. */
const MAX_ISSUES = 1000;
const MAX_PLACES = 3;
/** Operations of one issue: the first in sort order, so that shards agree. */
const MAX_OPERATIONS = 100;
/** Maximum number of observed types of one issue: the first in sort order, so that shards agree. */
export const MAX_OBSERVED = 20;
/** For unreadable and for skipped entries. */
const MAX_LISTED_ENTRIES = 100;
const MAX_HOSTS = 100;

export function createTally(): Tally {
  return {
    passed: 0,
    rejected: {},
    failed: {},
    notCheckable: {},
    skipped: {},
    outOfScope: {},
    unreadable: {},
    outcomes: {},
    otherHosts: new Map(),
    issues: new Map(),
    baselineMatches: new Map(),
    unlistedOccurrences: 0,
    unreadableEntries: [],
    skippedEntries: [],
    operations: new Map(),
  };
}

export function createOperationCounts(): OperationCounts {
  return { calls: 0, passed: 0, statuses: {}, passedStatuses: {}, rejectedStatuses: {} };
}

export function increment(counts: Counts, key: string, amount = 1): void {
  counts[key] = (counts[key] ?? 0) + amount;
}

export function incrementIn(counts: Map<string, number>, key: string, amount = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + amount);
}

/** @param files in the order they were read */
export function addUnreadable(
  tally: Tally,
  { place, message }: Report['unreadable'][number],
  files: readonly string[],
  settings: Settings,
): void {
  increment(tally.unreadable, 'entry');
  tally.unreadableEntries.push({ place, message });
  if (exceedsBounds(tally, 0)) trimTally(tally, orderByFile(files), settings);
}

/** Compares two places by their order in the traffic. */
export type PlaceOrder = (left: Issue['places'][number], right: Issue['places'][number]) => number;

/** @param files in the order they were read */
export function orderByFile(files: readonly string[]): PlaceOrder {
  const index = new Map(files.map((file, at) => [file, at]));
  return (left, right) =>
    (index.get(left.file) ?? 0) - (index.get(right.file) ?? 0) || left.entry - right.entry;
}

const COUNT_MAPS = [
  'rejected',
  'failed',
  'notCheckable',
  'skipped',
  'outOfScope',
  'unreadable',
  'outcomes',
] as const;

/** Adds `part` to `whole`. The caller must not use `part` afterwards. */
export function mergeTally(whole: Tally, part: Tally, order: PlaceOrder, settings: Settings): void {
  whole.passed += part.passed;
  whole.unlistedOccurrences += part.unlistedOccurrences;
  for (const name of COUNT_MAPS) {
    for (const [key, number] of Object.entries(part[name])) increment(whole[name], key, number);
  }
  for (const [host, number] of part.otherHosts) incrementIn(whole.otherHosts, host, number);
  for (const issue of part.issues.values()) addIssue(whole, issue, order);
  for (const [entry, issues] of part.baselineMatches)
    whole.baselineMatches.set(entry, issues.union(whole.baselineMatches.get(entry) ?? new Set()));
  whole.unreadableEntries.push(...part.unreadableEntries);
  whole.skippedEntries.push(...part.skippedEntries);
  for (const [key, { calls, passed, ...counts }] of part.operations) {
    const known = whole.operations.get(key) ?? createOperationCounts();
    known.calls += calls;
    known.passed += passed;
    for (const name of ['statuses', 'passedStatuses', 'rejectedStatuses'] as const) {
      for (const [status, number] of Object.entries(counts[name])) increment(known[name], status, number);
    }
    whole.operations.set(key, known);
  }
  trimTally(whole, order, settings);
}

function addIssue(whole: Tally, issue: Issue, order: PlaceOrder): void {
  const known = whole.issues.get(issue.fingerprint);
  whole.issues.set(issue.fingerprint, known === undefined ? issue : mergeIssues(known, issue, order));
}

function mergeIssues(left: Issue, right: Issue, order: PlaceOrder): Issue {
  const [first, second] = order(left.sample.place, right.sample.place) <= 0 ? [left, right] : [right, left];
  const outcomes: Issue['outcomes'] = {};
  for (const part of [left, right]) {
    for (const [outcome, number] of Object.entries(part.outcomes))
      increment(outcomes as Counts, outcome, number);
  }
  const firstSeen = earliest(left.firstSeen, right.firstSeen);
  const lastSeen = latest(left.lastSeen, right.lastSeen);
  const { accepted, ...sampled } = first;
  const operations = [...first.operations];
  for (const operation of second.operations) insertOperation(operations, operation);
  return {
    ...sampled,
    operations: operations.slice(0, MAX_OPERATIONS),
    // An older baseline accepts operations one by one. All of them must be accepted.
    ...(accepted !== undefined && second.accepted !== undefined && { accepted }),
    exchanges: left.exchanges + right.exchanges,
    occurrences: left.occurrences + right.occurrences,
    outcomes,
    ...(firstSeen !== undefined && { firstSeen }),
    ...(lastSeen !== undefined && { lastSeen }),
    observed: [...new Set([...first.observed, ...second.observed])].sort().slice(0, MAX_OBSERVED),
    places: [...first.places, ...second.places].sort(order).slice(0, MAX_PLACES),
  };
}

/** Adds the operation of an exchange, unless the issue has it. */
export function addOperation(issue: Issue, { id, method, path }: Issue['operation']): void {
  insertOperation(issue.operations, { id, method, path });
  if (issue.operations.length > MAX_OPERATIONS) issue.operations.pop();
}

function insertOperation(operations: Issue['operations'], added: Issue['operation']): void {
  const at = operations.findIndex(known => compareOperations(added, known) <= 0);
  const next = operations[at];
  if (next === undefined) operations.push(added);
  else if (compareOperations(added, next) !== 0) operations.splice(at, 0, added);
}

function compareOperations(left: Issue['operation'], right: Issue['operation']): number {
  return (
    compareText(left.id, right.id) ||
    compareText(left.path, right.path) ||
    compareText(left.method, right.method)
  );
}

// All times are ISO 8601 in UTC with milliseconds, so comparing text compares times.
function earliest(left: string | undefined, right: string | undefined): string | undefined {
  return left === undefined || (right !== undefined && right < left) ? right : left;
}

function latest(left: string | undefined, right: string | undefined): string | undefined {
  return left === undefined || (right !== undefined && right > left) ? right : left;
}

/**
 * Limits the size of a tally. Keeps the first issues in an order that depends on the issue alone. So each issue that the
 * complete traffic would keep is kept in every part of it, with all its counts.
 */
export function trimTally(tally: Tally, order: PlaceOrder, settings: Settings): void {
  if (tally.issues.size > MAX_ISSUES) {
    // Keep accepted issues: the baseline bounds their number, and they are needed to find stale entries.
    const issues = [...tally.issues.values()]
      .filter(({ accepted }) => accepted === undefined)
      .map(issue => ({ issue, importance: importance(issue, settings) }))
      .sort(
        (left, right) =>
          left.importance - right.importance || compareText(left.issue.fingerprint, right.issue.fingerprint),
      )
      .map(({ issue }) => issue);
    for (const { fingerprint, occurrences } of issues.slice(MAX_ISSUES)) {
      tally.issues.delete(fingerprint);
      tally.unlistedOccurrences += occurrences;
    }
  }
  for (const places of [tally.unreadableEntries, tally.skippedEntries]) {
    if (places.length <= MAX_LISTED_ENTRIES) continue;
    places.sort((left, right) => order(left.place, right.place));
    places.length = MAX_LISTED_ENTRIES;
  }
  if (tally.otherHosts.size > MAX_HOSTS) {
    const hosts = [...tally.otherHosts.keys()].sort();
    for (const host of hosts.slice(MAX_HOSTS)) tally.otherHosts.delete(host);
  }
}

/**
 * Whether the tally is so far above its bounds that `trimTally` pays.
 * @param accepted number of fingerprints that the baseline accepts
 */
export function exceedsBounds(tally: Tally, accepted: number): boolean {
  return (
    tally.issues.size > 2 * MAX_ISSUES + accepted ||
    tally.unreadableEntries.length > 2 * MAX_LISTED_ENTRIES ||
    tally.skippedEntries.length > 2 * MAX_LISTED_ENTRIES ||
    tally.otherHosts.size > 2 * MAX_HOSTS
  );
}

/** Issues that fail the run and unusable schemas come first: the bounds must not drop them. */
function importance(issue: Issue, settings: Settings): number {
  const decides = failsRun(issue, settings) || /^(request|response)-not-checkable$/.test(issue.code);
  return decides ? -1 : ISSUE_KINDS.indexOf(issue.kind);
}

export function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
