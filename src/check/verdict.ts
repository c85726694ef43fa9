// Decides the verdict of a report (passed, failed, incomplete) and gives the reasons as sentences.
import { pluralize } from '../finding/plural.ts';
import { truncate } from '../finding/truncate.ts';
import { coverageShortfalls, failsRun } from './fail-conditions.ts';
import type { Accounting, Issue, Report } from './report.ts';
import { coverageLabel } from './report-terms.ts';
import { compareText } from './tally.ts';

type ReportWithoutVerdict = Omit<Report, 'verdict' | 'exitCode' | 'reasons'>;

export function decideVerdict(
  report: ReportWithoutVerdict,
): Pick<Report, 'verdict' | 'exitCode' | 'reasons'> {
  const failures = [...failingKinds(report), ...failingCoverage(report)];
  const incomplete = incompleteReasons(report);
  if (failures.length > 0) return { verdict: 'failed', exitCode: 1, reasons: [...failures, ...incomplete] };
  if (incomplete.length > 0) return { verdict: 'incomplete', exitCode: 3, reasons: incomplete };
  // No fail condition applies. A report with violations still never says "passed".
  const { count, reasons } = report.accounting.failed;
  return count > (reasons.accepted ?? 0)
    ? {
        verdict: 'failed',
        exitCode: 0,
        reasons: ['exchanges failed, but --fail-on does not include their kind'],
      }
    : { verdict: 'passed', exitCode: 0, reasons: [] };
}

const SINGULAR_VERBS = {
  violation: 'violates the contract',
  difference: 'differs from the recording',
  rejected: 'concerns requests that were correctly rejected',
  undocumented: 'is undocumented',
  undecodable: 'is about a body that broke off or cannot be decoded',
  'not-checkable': 'cannot be checked',
  advice: 'is advice',
} as const satisfies Record<Issue['kind'], string>;

/** Exchanges on which the documents decided. */
export function checkedCount({ passed, rejected, failed }: Accounting): number {
  return passed + rejected.count + failed.count;
}

function failingKinds({ findings, settings, unlisted, baseline }: ReportWithoutVerdict): string[] {
  const reasons: string[] = [];
  for (const [kind, text] of Object.entries(SINGULAR_VERBS)) {
    const issues = findings.filter(issue => issue.kind === kind && failsRun(issue, settings));
    if (issues.length === 0) continue;
    const operations = new Set(
      issues.flatMap(({ api, operations }) => operations.map(({ id }) => `${api} ${id}`)),
    ).size;
    reasons.push(
      `${pluralize(issues.length, 'finding')} in ${pluralize(operations, 'operation')} ${issues.length === 1 ? text : PLURAL_VERBS[text]}`,
    );
  }
  if (reasons.length > 0 && unlisted > 0)
    reasons.push(
      `${pluralize(unlisted, 'further occurrence')} of other findings ${unlisted === 1 ? 'is' : 'are'} not listed`,
    );
  const expired = baseline?.expired ?? [];
  if (reasons.length > 0 && expired.length > 0)
    reasons.push(
      `${pluralize(expired.length, 'finding')} in ${short(baseline?.file ?? '')} ${expired.length === 1 ? 'has' : 'have'} expired; the first on ${expired[0]?.expires} (line ${expired[0]?.line})`,
    );
  return reasons;
}

const PLURAL_VERBS = {
  'violates the contract': 'violate the contract',
  'differs from the recording': 'differ from the recording',
  'concerns requests that were correctly rejected': 'concern requests that were correctly rejected',
  'is undocumented': 'are undocumented',
  'is about a body that broke off or cannot be decoded':
    'are about bodies that broke off or cannot be decoded',
  'cannot be checked': 'cannot be checked',
  'is advice': 'are advice',
} as const;

function failingCoverage(report: ReportWithoutVerdict): string[] {
  return coverageShortfalls(report).map(({ level, reached, required, seen, declared }) => {
    return `coverage of ${coverageLabel(level)} is ${reached}% (${seen} of ${declared} seen); ${required}% is required`;
  });
}

function incompleteReasons(report: ReportWithoutVerdict): string[] {
  const { accounting, sources, unreadable, findings } = report;
  const incomplete: string[] = [];
  // A shard without checkable exchanges is fine: the merged report decides.
  if (checkedCount(accounting) === 0 && report.shard === undefined) incomplete.push(nothingChecked(report));
  for (const { file, entries, truncated } of sources) {
    if (truncated !== undefined)
      incomplete.push(
        `${short(file)} is truncated after ${entries === 1 ? 'its first entry' : `${entries} entries`}: ${short(truncated)}; the entries before that were checked`,
      );
  }
  const entries = accounting.unreadable.reasons.entry ?? 0;
  const [first] = unreadable;
  if (entries > 0 && first !== undefined) {
    const { file, entry, line } = first.place;
    incomplete.push(
      `${pluralize(entries, 'entry')} unreadable; first: ${short(file)} ${line === undefined ? `entry ${entry}` : `line ${line}`}: ${short(first.message)}`,
    );
  }
  const unanswered = report.skipped?.find(({ reason }) => NO_RESPONSE_REASONS.has(reason));
  // When nothing was checked, the first reason already says so.
  if (unanswered !== undefined && checkedCount(accounting) > 0) {
    const times = [...NO_RESPONSE_REASONS].reduce(
      (sum, reason) => sum + (accounting.skipped?.reasons[reason] ?? 0),
      0,
    );
    incomplete.push(
      `${pluralize(times, 'exchange')} got no response from the API; first: ${short(unanswered.message)}`,
    );
  }
  const unusable = findings.find(
    ({ code }) => code === 'request-not-checkable' || code === 'response-not-checkable',
  );
  if (unusable !== undefined) {
    const place =
      unusable.location === undefined ? '' : ` (${short(unusable.location.file)}:${unusable.location.line})`;
    incomplete.push(
      `a part of a document that this traffic needs cannot be used${place}; run "deadringer lint" for details`,
    );
  }
  return incomplete;
}

function nothingChecked({
  accounting,
  sources,
  otherHosts,
  apis,
  replay,
  skipped: skippedEntries = [],
}: ReportWithoutVerdict): string {
  const { total, notCheckable, skipped = NO_COUNTS, outOfScope, unreadable } = accounting;
  const verb = replay === undefined ? 'check' : 'replay';
  const files = firstThree(sources.map(({ file }) => file));
  if (sources.length === 0) return `nothing to ${verb}: no recording found`;
  if (total === 0) return `nothing to ${verb}: no entries in ${files}`;
  const parts: string[] = [];
  for (const [text, { count, reasons }] of Object.entries({
    'out of scope': outOfScope,
    'not checkable': notCheckable,
    skipped,
    unreadable,
  })) {
    if (count > 0) parts.push(`${count} ${text} (${listReasonCounts(reasons)})`);
  }
  const [first] = skippedEntries;
  const sentence = `nothing was ${verb}ed: of ${pluralize(total, 'exchange')}, ${parts.join(', ')}${first === undefined ? '' : `; first: ${short(first.message)}`}`;
  const hosts = Object.entries(otherHosts).sort(
    ([left, many], [right, more]) => more - many || compareText(left, right),
  );
  if (hosts.length === 0) return sentence;
  const known = apis.flatMap(({ servers }) => servers).filter(url => url.includes('//'));
  const named =
    known.length === 0
      ? 'the documents have no server host'
      : `the servers in the documents are ${firstThree(known)}`;
  const seen = firstThree(hosts.map(([host, times]) => `${short(host)} (${times})`));
  const [[host] = ['']] = hosts;
  const option = host.length <= MAX_VALUE ? `--server ${host}` : '--server URL';
  return `${sentence}. The traffic went to ${seen}; ${named}. If one of these hosts is the API, add ${option} to the command`;
}

/** Values from outside are shortened, and never the whole reason: its end names the remedy. */
const MAX_VALUE = 300;

function short(value: string): string {
  return truncate(value, MAX_VALUE);
}

function firstThree(values: readonly string[]): string {
  return `${values.slice(0, 3).map(short).join(', ')}${values.length > 3 ? ` and ${values.length - 3} more` : ''}`;
}

/** Reasons that make a replay incomplete: a request was sent and got no response. The user chose the other reasons. */
const NO_RESPONSE_REASONS: ReadonlySet<string> = new Set(['no-response', 'mock-error']);

const NO_COUNTS = { count: 0, reasons: {} };

function listReasonCounts(reasons: Readonly<Record<string, number>>): string {
  return Object.entries(reasons)
    .map(([reason, count]) => `${count} ${reason}`)
    .join(', ');
}
