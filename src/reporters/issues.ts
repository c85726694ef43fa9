// Order and severity of issues, and the one-line facts that all formats share.
import { failsRun } from '../check/fail-conditions.ts';
import type { ExchangeOutcome, Issue, Report } from '../check/report.ts';
import { EXCHANGE_OUTCOMES } from '../check/report-terms.ts';
import { compareText } from '../check/tally.ts';
import { pluralize } from '../finding/plural.ts';
import { sortedCounts } from './accounting.ts';
import { shortLine } from './safe-text.ts';

export type IssueSeverity = 'error' | 'warning' | 'note';

const WARNING_KINDS: ReadonlySet<Issue['kind']> = new Set(['violation', 'difference', 'undocumented']);

/** The gates decide: what fails the run is an error, and what somebody accepted is no more than a note. */
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
  { key: 'undocumented', title: 'Undocumented', description: 'allowed, but not declared in the document' },
  { key: 'not-checkable', title: 'Not checkable', description: 'could not be validated' },
  { key: 'advice', title: 'Advice', description: 'never fails by default' },
  { key: 'accepted', title: 'Accepted', description: 'accepted by the baseline' },
];

export function sectionOf(issue: Issue): IssueSection['key'] {
  return issue.accepted === undefined ? issue.kind : 'accepted';
}

/** What fails the run first, then by section, then by how many exchanges show it. The order is total, so it is stable. */
export function sortedIssues({ findings, settings }: Report): Issue[] {
  const place = (issue: Issue): number =>
    ISSUE_SECTIONS.findIndex(section => section.key === sectionOf(issue));
  const keyed = findings.map(issue => ({
    group: issue,
    fails: failsRun(issue, settings) ? 0 : 1,
    place: place(issue),
  }));
  keyed.sort(
    (one, other) =>
      one.fails - other.fails ||
      one.place - other.place ||
      other.group.exchanges - one.group.exchanges ||
      compareText(one.group.api, other.group.api) ||
      compareText(one.group.operation.id, other.group.operation.id) ||
      compareText(one.group.fingerprint, other.group.fingerprint),
  );
  return keyed.map(({ group: issue }) => issue);
}

/** The file that a finding is about: that of its clause, or the document of its API. */
export function documentFile(issue: Issue, { apis }: Report): string {
  return issue.location?.file ?? (apis.find(api => api.name === issue.api) ?? apis[0])?.file ?? issue.api;
}

/** "specs/petstore.yaml:46:11", or the file alone for what no line forbids. */
export function locationText(issue: Issue, report: Report): string {
  const file = shortLine(documentFile(issue, report));
  return issue.location === undefined ? file : `${file}:${issue.location.line}:${issue.location.column}`;
}

/** "getPet (GET /pets/{id})"; operations without a name of their own are not said twice. */
export function operationText({ operation }: Issue): string {
  const route = `${operation.method} ${operation.path}`;
  return shortLine(operation.id === route ? route : `${operation.id} (${route})`);
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

/** Whom to ask, the most frequent outcome first. */
/** Of a broken answer the server is to be asked, whatever the question was. */
const SERVER_CAUSES: Readonly<Record<ExchangeOutcome, string>> = {
  accepted: 'server response to a valid request',
  refused: 'server response that rejects an invalid request',
  'refused-valid': 'server response that rejects a valid request',
  'accepted-invalid': 'server response that accepts an invalid request',
  failed: 'server error response (5xx)',
};

export function causesOf({ outcomes, side, kind }: Pick<Issue, 'outcomes' | 'side' | 'kind'>): Cause[] {
  const sentences =
    side === 'response' && (kind === 'violation' || kind === 'difference')
      ? SERVER_CAUSES
      : EXCHANGE_OUTCOMES;
  return sortedCounts(outcomes)
    .filter(([, times]) => times > 0)
    .map(([outcome, times]) => ({ outcome, count: times, sentence: sentences[outcome] }));
}

export function causeText(issue: Issue): string {
  return causesOf(issue)
    .map(cause => `${cause.sentence} (${cause.count}x)`)
    .join('; ');
}

/** "since 2026-01-02 10:00 UTC, last 2026-01-03 11:30 UTC" */
export function timeRangeText({ firstSeen, lastSeen }: Issue): string {
  if (firstSeen === undefined) return '';
  const last = lastSeen === undefined || lastSeen === firstSeen ? '' : `, last ${timeText(lastSeen)}`;
  return `first ${timeText(firstSeen)}${last}`;
}

/** To the minute: nobody needs the milliseconds to find a deployment. */
export function timeText(time: string): string {
  return shortLine(time.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*Z$/, '$1 $2 UTC'), 40);
}

/** "in 40 exchanges" with the repeats inside them, where there are any. */
export function frequencyText({ exchanges, occurrences }: Issue): string {
  const repeats = occurrences > exchanges ? `, ${occurrences} times` : '';
  return `${pluralize(exchanges, 'exchange')}${repeats}`;
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Two words over a page. */
export function headline(report: Report): string {
  const words = { passed: 'Passed', failed: 'Failed', incomplete: 'Incomplete input' };
  return hasOnlyDifferences(report) ? 'Responses differ' : words[report.verdict];
}

/** Whether what fails a replay is that answers have changed, within the contract. */
function hasOnlyDifferences({ verdict, findings, settings }: Report): boolean {
  const failing = findings.filter(issue => failsRun(issue, settings));
  return verdict === 'failed' && failing.length > 0 && failing.every(({ kind }) => kind === 'difference');
}

/** "8 of 9 exchanges judged", and what a replay did not come to. */
function passedText({ accounting: { passed, failed, skipped } }: Report): string {
  const left = skipped?.count ?? 0;
  return `${passed} of ${pluralize(passed + failed.count, 'checked exchange')} passed${left === 0 ? '' : `; ${left} skipped`}`;
}

/** The sentence that a report is about, and what to do about it. */
export function verdictText(report: Report): { readonly sentence: string; readonly next: string } {
  const { verdict, accounting, reasons } = report;
  const judged = accounting.passed + accounting.failed.count;
  const failing = report.findings.filter(issue => failsRun(issue, report.settings));
  switch (verdict) {
    case 'passed':
      return {
        sentence: `Passed: ${accounting.failed.reasons.accepted === undefined ? passedText(report) : `0 new violations; ${pluralize(accounting.failed.reasons.accepted, 'exchange')} accepted by the baseline, ${accounting.passed} passed`}.`,
        next:
          accounting.failed.count === 0
            ? ''
            : 'The failed exchanges are accepted by the baseline, or --side or --fail-on excludes them.',
      };
    case 'failed':
      if (hasOnlyDifferences(report))
        return {
          sentence: `Failed: ${pluralize(failing.length, 'finding')} where the response differs from the recording; ${passedText(report)}.`,
          next: 'If the change is intended, record again, or use --fail-on violation.',
        };
      return failing.length === 0
        ? {
            sentence: withFullStop(reasons[0] ?? 'a fail condition was met'),
            next:
              report.exitCode === 0 ? 'Use --fail-on violation to fail the run.' : 'See the reasons above.',
          }
        : {
            sentence: `Failed: ${pluralize(failing.length, 'finding')}; ${accounting.failed.count} of ${pluralize(judged, 'checked exchange')} failed.`,
            next: failing.every(({ side }) => side === 'request')
              ? 'Fix the client or the document; if invalid requests are deliberate tests, use --side provider.'
              : 'Fix the server or the document, or accept known issues with --baseline FILE --update-baseline.',
          };
    case 'incomplete':
      return judged === 0
        ? {
            sentence: withFullStop(capitalize(reasons[0] ?? 'nothing was checked')),
            next:
              Object.keys(report.otherHosts).length === 0
                ? ''
                : 'Use --server URL if the recording was made against a host that is not in the documents.',
          }
        : {
            sentence: `Incomplete input: ${withFullStop(reasons[0] ?? 'a recording could not be read completely')}`,
            next: 'Record again, or remove the unreadable file.',
          };
  }
}

/** Reasons may come with a full stop or without one. */
function withFullStop(reason: string): string {
  return shortLine(reason).replace(/[^.!?…]$/, '$&.');
}
