// Template data of the HTML report: every text is safe to show and every list is bounded.
import { coverageShortfalls } from '../check/fail-conditions.ts';
import type { Issue, Report } from '../check/report.ts';
import { pluralize } from '../finding/plural.ts';
import { accountingRows, coverageRows, sortedCounts, unreadableCount } from './accounting.ts';
import {
  causesOf,
  frequencyText,
  ISSUE_SECTIONS,
  issueSeverity,
  locationText,
  operationText,
  otherOperations,
  placeText,
  recordedTimeText,
  sectionOf,
  sortedIssues,
  timeText,
} from './issues.ts';
import { messageViews } from './message-view.ts';
import { shortLine } from './safe-text.ts';
import { headline, verdictText } from './verdict-text.ts';

const MAX_OPERATIONS = 400;
const MAX_LIST = 100;
const MAX_UNSEEN = 40;
const MAX_STATUSES = 24;

function withThousands(number: number): string {
  return number.toLocaleString('en-US');
}

/** Template data of the page, except the findings: they are rendered one by one within a byte limit. */
export function pageData(report: Report): object {
  const { verdict, tool, apis, sources, shard, settings } = report;
  const { sentence, next, nextOnPage, suggestedSide, otherReasons } = verdictText(report);
  return {
    verdict,
    headline: headline(report),
    sentence,
    next,
    nextOnPage,
    ...(suggestedSide !== undefined && { suggestedSide }),
    reasons: limitList(otherReasons, 12),
    tool: `${tool.name} ${shortLine(tool.version, 40)}`,
    shard: shard === undefined ? '' : `shard ${shard.index} of ${shard.of}`,
    apis: limitList(
      apis.map(api => ({
        title: shortLine(api.title, 120),
        file: shortLine(api.file),
        servers: shortLine(api.servers.join(', ')),
      })),
      MAX_LIST,
    ),
    sources: limitList(
      sources.map(source => ({
        file: shortLine(source.file),
        entries: withThousands(source.entries),
        format: source.format,
        creator: shortLine(source.creator ?? '', 100),
        truncated: shortLine(source.truncated ?? ''),
      })),
      MAX_LIST,
    ),
    failOn: settings.failOn.join(', ') || 'none',
    side: settings.side,
    recordedTime: recordedTimeText(report),
    ...accountingData(report),
    levels: coverageRows(report).map(row => ({
      ...row,
      isBelowMinimum: coverageShortfalls(report).some(({ level }) => level === row.level),
      unseen: row.unseen.slice(0, MAX_UNSEEN).map(name => shortLine(name, 120)),
      more: Math.max(row.unseen.length - MAX_UNSEEN, 0),
    })),
    ...operationsData(report),
    undocumented: limitList(
      sortedIssues(report)
        .filter(issue => sectionOf(issue) === 'undocumented')
        .map(issue => ({
          id: issue.fingerprint,
          message: shortLine(issue.message),
          operation: operationText(issue),
          observed: shortLine(issue.observed.join(', '), 200),
          exchanges: withThousands(issue.exchanges),
        })),
      MAX_LIST,
    ),
    baseline: baselineData(report),
    skipped: limitList(
      (report.skipped ?? []).map(({ place, message }) => ({
        place: placeText(place),
        message: shortLine(message),
      })),
      MAX_LIST,
      report.accounting.skipped?.count,
    ),
    targets: shortLine(report.replay?.targets.join(', ') ?? ''),
    unreadable: limitList(
      report.unreadable.map(({ place, message }) => ({
        place: placeText(place),
        message: shortLine(message),
      })),
      MAX_LIST,
      unreadableCount(report),
    ),
    hosts: limitList(
      sortedCounts(report.otherHosts).map(([host, times]) => ({
        name: shortLine(host, 120),
        exchanges: withThousands(times),
      })),
      30,
    ),
  };
}

function limitList<Item>(
  items: readonly Item[],
  limit: number,
  all = items.length,
): { items: Item[]; more: number } {
  const shown = items.slice(0, limit);
  return { items: shown, more: Math.max(all - shown.length, 0) };
}

function accountingData({ accounting, unlisted }: Report): object {
  const rows = accountingRows(accounting).map(row => ({
    ...row,
    shown: withThousands(row.count),
    // In percent with two decimals, so that a small share stays visible.
    share: accounting.total === 0 ? 0 : Math.round((row.count * 10_000) / accounting.total) / 100,
    reasons: row.reasons.map(reason => ({
      name: reason.name,
      count: reason.count,
      shown: withThousands(reason.count),
    })),
  }));
  return {
    total: accounting.total,
    totalShown: withThousands(accounting.total),
    rows,
    unlisted: withThousands(unlisted),
  };
}

function operationsData({ coverage }: Report): object {
  const shown = [...coverage.operations.slice(0, MAX_OPERATIONS)];
  const statuses = [...new Set(shown.flatMap(operation => Object.keys(operation.statuses)))]
    .sort()
    .slice(0, MAX_STATUSES);
  return {
    statuses: statuses.map(status => shortLine(status, 20)),
    operations: shown.map(operation => ({
      id: shortLine(operation.id, 120),
      method: shortLine(operation.method, 20),
      path: shortLine(operation.path),
      api: shortLine(operation.api, 60),
      calls: withThousands(operation.calls),
      ...callCounts(operation.calls, operation.passed, sum(operation.rejectedStatuses)),
      cells: statuses.map(status => statusCell(status, operation)),
    })),
    moreOperations: coverage.operations.length - shown.length,
    severalApis: new Set(shown.map(operation => operation.api)).size > 1,
  };
}

/** The cell of an operation and a status: how often it occurred, passed, and correctly rejected an invalid request. */
function statusCell(status: string, operation: Report['coverage']['operations'][number]): object {
  const times = operation.statuses[status];
  const label = shortLine(status, 20);
  if (times === undefined) return { status: label, state: 'none' };
  const passed = operation.passedStatuses[status] ?? 0;
  const rejected = operation.rejectedStatuses[status] ?? 0;
  return { status: label, times: withThousands(times), ...callCounts(times, passed, rejected) };
}

function callCounts(times: number, passed: number, rejected: number): object {
  return {
    state: cellState(times, passed, rejected),
    passed: withThousands(passed),
    rejected: withThousands(rejected),
  };
}

function cellState(
  times: number,
  passed: number,
  rejected: number,
): 'unseen' | 'passed' | 'rejected' | 'partial' | 'not-passed' {
  if (times === 0) return 'unseen';
  if (passed === times) return 'passed';
  if (passed + rejected === times) return 'rejected';
  return passed === 0 ? 'not-passed' : 'partial';
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, each) => total + each, 0);
}

function baselineData({ baseline }: Report): object | undefined {
  if (baseline === undefined) return undefined;
  const entries = [
    ...baseline.expired.map(entry => ({
      entry,
      state: 'expired',
      message: `since ${entry.expires ?? 'its expiry date'}, still found`,
    })),
    ...baseline.stale.map(entry => ({ entry, state: 'stale', message: 'no longer found' })),
  ];
  return {
    file: shortLine(baseline.file),
    accepted: baseline.accepted,
    entries: limitList(
      entries.map(({ entry, state, message }) => ({
        line: entry.line,
        code: shortLine(entry.code, 100),
        operation: shortLine(entry.operation, 120),
        at: shortLine(entry.at),
        state,
        message: shortLine(message, 100),
      })),
      MAX_LIST,
    ),
  };
}

/** Template data of one finding, with or without its sample. */
export function issueData(issue: Issue, report: Report, withSample: boolean): object {
  const { sample, accepted, location } = issue;
  const section = ISSUE_SECTIONS.find(({ key }) => key === sectionOf(issue));
  return {
    id: issue.fingerprint,
    kind: sectionOf(issue),
    kindTitle: section?.title,
    severity: issueSeverity(issue, report.settings),
    message: shortLine(issue.message),
    code: issue.code,
    side: issue.side,
    operation: operationText(issue),
    operationIds: issue.operations.map(({ id }) => shortLine(id, 120)),
    moreOperations: otherOperations(issue).length,
    method: shortLine(issue.operation.method, 20),
    path: shortLine(issue.operation.path),
    api: issue.api,
    at: shortLine(issue.at),
    location: locationText(issue, report),
    file: location?.file,
    line: location?.line,
    pointer: shortLine(location?.pointer ?? ''),
    frequency: frequencyText(issue),
    exchanges: withThousands(issue.exchanges),
    first: issue.firstSeen === undefined ? '' : timeText(issue.firstSeen),
    last: issue.lastSeen === undefined ? '' : timeText(issue.lastSeen),
    causes: causesOf(issue).map(({ sentence, count }) => ({
      sentence,
      frequency: pluralize(count, 'exchange'),
    })),
    accepted: accepted && {
      reason: shortLine(accepted.reason),
      owner: shortLine(accepted.owner ?? '', 100),
      expires: shortLine(accepted.expires ?? '', 20),
    },
    observed: shortLine(issue.observed.join(', '), 200),
    expected: shortLine(sample.expected ?? ''),
    actual: shortLine(sample.actual ?? ''),
    places: (issue.places.length === 0 ? [sample.place] : issue.places.slice(0, 3)).map(placeText),
    ...(withSample && { messages: messageViews(issue), curl: shortLine(sample.curl, 4000) }),
  };
}
