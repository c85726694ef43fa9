// The verdict of a report: its title, its sentence and the next step for the user.
import { failsRun } from '../check/fail-conditions.ts';
import type { Report } from '../check/report.ts';
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

/** "8 of 9 checked exchanges passed; 2 skipped"; with a baseline, "0 new violations; 11 exchanges accepted by the baseline, 8 passed" */
function passedText({ verdict, accounting: { passed, failed, skipped } }: Report): string {
  const { accepted } = failed.reasons;
  const counts =
    accepted === undefined || verdict !== 'passed'
      ? `${passed} of ${pluralize(passed + failed.count, 'checked exchange')} passed`
      : `0 new violations; ${pluralize(accepted, 'exchange')} accepted by the baseline, ${passed} passed`;
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
  const checked = accounting.passed + accounting.failed.count;
  const failing = report.findings.filter(issue => failsRun(issue, report.settings));
  switch (verdict) {
    case 'passed':
      return {
        sentence: `Passed: ${passedText(report)}.`,
        next:
          accounting.failed.count === 0
            ? ''
            : 'The failed exchanges are accepted by the baseline, or --side or --fail-on excludes them.',
        ...(accounting.failed.count > 0 && {
          nextOnPage: 'The failed exchanges have findings that do not fail this check.',
        }),
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
            sentence: `Failed: ${pluralize(failing.length, 'finding')}; ${accounting.failed.count} of ${pluralize(checked, 'checked exchange')} failed.`,
            ...(failing.every(({ side }) => side === 'request')
              ? {
                  next: 'Fix the client or the document; if invalid requests are deliberate tests, use --side provider.',
                  nextOnPage:
                    'Fix the client or the document. If the invalid requests are deliberate tests, check only the responses.',
                  suggestedSide: 'provider' as const,
                }
              : {
                  next: 'Fix the server or the document, or accept known findings with --baseline FILE --update-baseline.',
                  nextOnPage: 'Fix the server or the document.',
                }),
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

/** The reason on one line, with a full stop if it has no final punctuation. */
function withFullStop(reason: string): string {
  return reason.replace(/[^.!?…]$/, '$&.');
}
