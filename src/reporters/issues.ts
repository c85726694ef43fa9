// Order, severity and sections of issues, and one-line facts about an issue that all formats share.
import { failsRun } from '../check/fail-conditions.ts';
import type { Issue, Report } from '../check/report.ts';
import { EXCHANGE_OUTCOMES, type ExchangeOutcome } from '../check/report-terms.ts';
import { compareText } from '../check/tally.ts';
import { pluralize } from '../finding/plural.ts';
import { sortedCounts } from './accounting.ts';
import { shortLine } from './safe-text.ts';

export type IssueSeverity = 'error' | 'warning' | 'note';

const WARNING_KINDS: ReadonlySet<Issue['kind']> = new Set([
  'violation',
  'difference',
  'undocumented',
  'undecodable',
]);

/** An issue that fails the run is an error; one that the baseline accepts is a note. */
export function issueSeverity(issue: Issue, settings: Report['settings']): IssueSeverity {
  if (failsRun(issue, settings)) return 'error';
  if (issue.accepted !== undefined) return 'note';
  return WARNING_KINDS.has(issue.kind) ? 'warning' : 'note';
}

export interface IssueSection {
  readonly key: Issue['kind'] | 'accepted';
  readonly title: string;
  readonly description: string;
}

export const ISSUE_SECTIONS: readonly IssueSection[] = [
  { key: 'violation', title: 'Violations', description: 'the traffic does not match the document' },
  { key: 'difference', title: 'Differences', description: 'the response differs from the recorded one' },
  { key: 'rejected', title: 'Rejected', description: 'invalid requests that were correctly rejected' },
  { key: 'undocumented', title: 'Undocumented', description: 'allowed, but not declared in the document' },
  { key: 'undecodable', title: 'Undecodable', description: 'a body broke off or cannot be decoded' },
  { key: 'not-checkable', title: 'Not checkable', description: 'could not be validated' },
  { key: 'advice', title: 'Advice', description: 'does not fail the run by default' },
  { key: 'accepted', title: 'Accepted', description: 'accepted by the baseline' },
];

export function sectionOf(issue: Issue): IssueSection['key'] {
  return issue.accepted === undefined ? issue.kind : 'accepted';
}

/** Issues that fail the run first, then by section, then by number of exchanges. The order is total: equal reports have equal order. */
export function sortedIssues({ findings, settings }: Report): Issue[] {
  const sectionIndex = (issue: Issue): number =>
    ISSUE_SECTIONS.findIndex(section => section.key === sectionOf(issue));
  const keyed = findings.map(issue => ({
    issue,
    fails: failsRun(issue, settings) ? 0 : 1,
    section: sectionIndex(issue),
  }));
  keyed.sort(
    (one, other) =>
      one.fails - other.fails ||
      one.section - other.section ||
      other.issue.exchanges - one.issue.exchanges ||
      compareText(one.issue.api, other.issue.api) ||
      compareText(one.issue.operation.id, other.issue.operation.id) ||
      compareText(one.issue.fingerprint, other.issue.fingerprint),
  );
  return keyed.map(({ issue }) => issue);
}

/** The file of the issue: that of its source location, or the document of its API. */
export function documentFile(issue: Issue, { apis }: Report): string {
  return issue.location?.file ?? (apis.find(api => api.name === issue.api) ?? apis[0])?.file ?? issue.api;
}

/** "specs/petstore.yaml:46:11", or the file alone if the issue has no source location. */
export function locationText(issue: Issue, report: Report): string {
  const file = shortLine(documentFile(issue, report));
  return issue.location === undefined ? file : `${file}:${issue.location.line}:${issue.location.column}`;
}

const MAX_OPERATIONS = 3;

/**
 * "getPet (GET /pets/{id})"; an operation without an operationId is "GET /pets/{id}". The operation of the sample is the
 * first of several: "getPet (GET /pets/{id}), listPets (GET /pets) and 2 more operations".
 */
export function operationText({ operation, operations }: Issue): string {
  const shown = [operation, ...otherOperations({ operation, operations })].slice(0, MAX_OPERATIONS);
  const texts = shown.map(({ id, method, path }) => {
    const route = `${method} ${path}`;
    return shortLine(id === route ? route : `${id} (${route})`);
  });
  const omitted = operations.length - shown.length;
  return `${texts.join(', ')}${omitted > 0 ? ` and ${pluralize(omitted, 'more operation')}` : ''}`;
}

/** The operations of an issue without that of its sample. */
export function otherOperations({
  operation: { id, method, path },
  operations,
}: Pick<Issue, 'operation' | 'operations'>): Issue['operations'] {
  return operations.filter(each => each.id !== id || each.path !== path || each.method !== method);
}

/** "traffic.har, entry 12" */
export function placeText({ file, entry, line }: Issue['places'][number]): string {
  const name = file === '-' ? 'standard input' : shortLine(file);
  return line === undefined ? `${name}, entry ${entry}` : `${name}:${line}, entry ${entry}`;
}

export interface Cause {
  readonly outcome: ExchangeOutcome;
  readonly count: number;
  readonly sentence: string;
}

/** An invalid response is a fault of the server, whether the request was valid or not. */
const SERVER_CAUSES: Readonly<Record<ExchangeOutcome, string>> = {
  accepted: 'server response to a valid request',
  refused: 'server response that rejects an invalid request',
  'refused-valid': 'server response that rejects a valid request',
  'accepted-invalid': 'server response that accepts an invalid request',
  failed: 'server error response (5xx)',
};

/** A violation that fails although the request was rejected, as in tests against a mock. */
const CLIENT_CAUSES: Readonly<Record<ExchangeOutcome, string>> = {
  ...EXCHANGE_OUTCOMES,
  refused: 'invalid request, and the server rejected it',
};

/** Causes of an issue, the most frequent first. */
export function causesOf({ outcomes, side, kind }: Pick<Issue, 'outcomes' | 'side' | 'kind'>): Cause[] {
  const isServer = side === 'response' && (kind === 'violation' || kind === 'difference');
  const sentences = isServer ? SERVER_CAUSES : kind === 'violation' ? CLIENT_CAUSES : EXCHANGE_OUTCOMES;
  return sortedCounts(outcomes)
    .filter(([, count]) => count > 0)
    .map(([outcome, count]) => ({ outcome, count, sentence: sentences[outcome] }));
}

export function causeText(issue: Issue): string {
  return causesOf(issue)
    .map(cause => `${cause.sentence} (${pluralize(cause.count, 'exchange')})`)
    .join('; ');
}

/** "first 2026-01-02 10:00 UTC, last 2026-01-03 11:30 UTC" */
export function timeRangeText({ firstSeen, lastSeen }: Issue): string {
  if (firstSeen === undefined) return '';
  const last = lastSeen === undefined || lastSeen === firstSeen ? '' : `, last ${timeText(lastSeen)}`;
  return `first ${timeText(firstSeen)}${last}`;
}

/** "2026-01-02 10:00 UTC to 2026-01-03 11:30 UTC": the first and the last finding; "" if the recordings have no times. */
export function recordedTimeText({ findings }: Report): string {
  const times = findings.flatMap(issue => [issue.firstSeen ?? [], issue.lastSeen ?? []].flat()).sort();
  const [first] = times;
  const last = times.at(-1);
  if (first === undefined || last === undefined) return '';
  return first === last ? timeText(first) : `${timeText(first)} to ${timeText(last)}`;
}

/** "2026-01-02 10:00 UTC": a time to the minute. */
export function timeText(time: string): string {
  return shortLine(time.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*Z$/, '$1 $2 UTC'), 40);
}

/** "40 exchanges, 52 times"; the second number only if an exchange has the issue more than once. */
export function frequencyText({ exchanges, occurrences }: Issue): string {
  const repeats = occurrences > exchanges ? `, ${occurrences} times` : '';
  return `${pluralize(exchanges, 'exchange')}${repeats}`;
}
