// The verdict of a report: its title, its sentence and the next step for the user.
import { failsRun } from '../check/fail-conditions.ts';
import type { Issue, Report } from '../check/report.ts';
import { checkedCount } from '../check/verdict.ts';
import { pluralize } from '../finding/plural.ts';
import { shortLine } from './safe-text.ts';

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Title of the report: one to three words. */
export function headline(report: Report): string {
  const words = { passed: 'Passed', failed: 'Failed', incomplete: 'Incomplete input' };
  return hasOnlyDifferences(report) ? 'Responses differ' : words[report.verdict];
}

/** Whether every failing issue is a difference: the responses changed but match the documents. */
function hasOnlyDifferences({ verdict, findings, settings }: Report): boolean {
  const failing = findings.filter(issue => failsRun(issue, settings));
  return verdict === 'failed' && failing.length > 0 && failing.every(({ kind }) => kind === 'difference');
}

/**
 * "8 of 9 checked exchanges passed, 1 rejected; 2 skipped"; with a baseline, "0 new violations; 11 exchanges accepted by the
 * baseline, 8 passed"
 */
function passedText({ verdict, accounting }: Report): string {
  if (checkedCount(accounting) === 0) return 'no exchange could be validated';
  const { passed, rejected, failed, skipped } = accounting;
  const { accepted } = failed.reasons;
  const passes =
    accepted === undefined || verdict !== 'passed'
      ? `${passed} of ${pluralize(checkedCount(accounting), 'checked exchange')} passed`
      : `0 new violations; ${pluralize(accepted, 'exchange')} accepted by the baseline, ${passed} passed`;
  const counts = rejected.count === 0 ? passes : `${passes}, ${rejected.count} rejected`;
  return skipped === undefined || skipped.count === 0 ? counts : `${counts}; ${skipped.count} skipped`;
}

/** The longest reason: its advice is never cut, and the values that it names are short. */
const MAX_REASON = 4000;

/** The verdict of the report in one sentence, the next step for the user, or "", and the reasons that the sentence does not give. */
export interface VerdictText {
  readonly sentence: string;
  readonly next: string;
  /** The same for a page of the console, which has no command line. */
  readonly nextOnPage: string;
  /** With this side, the findings do not fail the check. */
  readonly suggestedSide: 'provider' | undefined;
  readonly otherReasons: readonly string[];
}

export function verdictText(report: Report): VerdictText {
  const reasons = report.reasons.map(reason => shortLine(reason, MAX_REASON));
  const { isFirstReason = false, ...text } = verdictSentence(report, reasons);
  return {
    nextOnPage: text.next,
    suggestedSide: undefined,
    ...text,
    otherReasons: isFirstReason ? reasons.slice(1) : reasons,
  };
}

type VerdictSentence = Pick<VerdictText, 'sentence' | 'next'> &
  Partial<Pick<VerdictText, 'nextOnPage' | 'suggestedSide'>> & { readonly isFirstReason?: boolean };

function verdictSentence(report: Report, reasons: readonly string[]): VerdictSentence {
  const { verdict, accounting } = report;
  const checked = checkedCount(accounting);
  const failing = report.findings.filter(issue => failsRun(issue, report.settings));
  switch (verdict) {
    case 'passed':
      return {
        sentence: `Passed: ${passedText(report)}.`,
        ...passedAdvice(report),
      };
    case 'failed':
      if (hasOnlyDifferences(report))
        return {
          sentence: `Failed: ${pluralize(failing.length, 'finding')} where the response differs from the recording; ${passedText(report)}.`,
          next: 'If the change is intended, record again, or use --fail-on violation.',
        };
      return failing.length === 0
        ? {
            sentence: `Failed: ${withFullStop(reasons[0] ?? 'a fail condition was met')}`,
            next: report.exitCode === 0 ? 'Use --fail-on violation to fail the run.' : '',
            isFirstReason: true,
          }
        : {
            sentence: `Failed: ${pluralize(failing.length, 'finding')}; ${accounting.failed.count === 0 ? passedText(report) : `${accounting.failed.count} of ${pluralize(checked, 'checked exchange')} failed`}.`,
            ...failedAdvice(failing, report.settings),
          };
    case 'incomplete':
      return checked === 0
        ? {
            sentence: withFullStop(capitalize(reasons[0] ?? 'nothing was checked')),
            next: '',
            isFirstReason: true,
          }
        : {
            sentence: `Incomplete input: ${withFullStop(reasons[0] ?? 'a recording could not be read completely')}`,
            next: 'Record again, or remove the unreadable file.',
            isFirstReason: true,
          };
  }
}

function failedAdvice(
  failing: readonly Issue[],
  { side }: Report['settings'],
): Pick<VerdictSentence, 'next' | 'nextOnPage' | 'suggestedSide'> {
  const fix = 'Fix the client or the document';
  if (failing.every(({ kind }) => kind === 'rejected'))
    return { next: `${fix}; if invalid requests are deliberate tests, leave "rejected" out of --fail-on.` };
  const known = 'or accept known findings with --baseline FILE --update-baseline.';
  if (side === 'client') return { next: `Fix the client or the document, ${known}`, nextOnPage: `${fix}.` };
  return failing.every(issue => issue.side === 'request')
    ? {
        next: `${fix}; if invalid requests are deliberate tests, use --side provider.`,
        nextOnPage: `${fix}. If the invalid requests are deliberate tests, check only the responses.`,
        suggestedSide: 'provider',
      }
    : {
        next: `Fix the server or the document, ${known}`,
        nextOnPage: 'Fix the server or the document.',
      };
}

/** What the exchanges are that did not pass although the run passed. */
function passedAdvice({
  accounting,
  findings,
  settings,
}: Report): Pick<VerdictSentence, 'next' | 'nextOnPage'> {
  const isFailed = accounting.failed.count > 0;
  const isRejected =
    accounting.rejected.count > 0 &&
    findings.some(issue => issue.kind === 'rejected' && issue.accepted === undefined) &&
    !settings.failOn.includes('rejected');
  const failed = 'The failed exchanges are accepted by the baseline, or --side or --fail-on excludes them.';
  const rejected =
    'Rejected requests violate the document; --fail-on violation,rejected fails the run for them.';
  const page = {
    failed: 'The failed exchanges have findings that do not fail this check.',
    rejected: 'The rejected requests violate the document.',
  };
  return {
    next: [isFailed && failed, isRejected && rejected].filter(Boolean).join(' '),
    nextOnPage: [isFailed && page.failed, isRejected && page.rejected].filter(Boolean).join(' '),
  };
}

/** The reason on one line, with a full stop if it has no final punctuation. */
function withFullStop(reason: string): string {
  return reason.replace(/[^.!?…]$/, '$&.');
}
