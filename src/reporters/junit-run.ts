// JUnit test suite of the run itself: input, coverage thresholds, baseline.

import { coverageShortfalls } from '../check/fail-conditions.ts';
import type { Report } from '../check/report.ts';
import { coverageLabel } from '../check/report-terms.ts';
import { pluralize } from '../finding/plural.ts';
import { accountingRows, accountingSum, coverageRows, listReasons } from './accounting.ts';
import { placeText } from './issues.ts';
import { apiSuites, isFailing, type TestCase, type TestSuite, testSuite } from './junit-cases.ts';
import { shortLine } from './safe-text.ts';
import { verdictText } from './verdict-text.ts';

/** Class name of the test cases about the run itself. */
export const RUN_CLASSNAME = 'deadringer';

const MAX_OUTPUT_LINES = 20;

export function testSuites(report: Report): TestSuite[] {
  const suites = [...apiSuites(report), runSuite(report)];
  // A failed run has a failed case, even if its reason has no case of its own.
  const failing = suites.some(({ cases }) => cases.some(({ outcome }) => isFailing(outcome)));
  return report.exitCode === 0 || failing
    ? suites
    : [...suites, testSuite('deadringer verdict', [verdictCase(report)])];
}

function runSuite(report: Report): TestSuite {
  const { accounting, settings, coverage } = report;
  const classname = RUN_CLASSNAME;
  const incomplete = report.verdict === 'incomplete';
  const rows = accountingRows(accounting);
  const belowMinimum = new Set(coverageShortfalls(report).map(({ level }) => level));
  const cases: TestCase[] = [
    {
      name: 'all recordings were read and at least one exchange was checked',
      classname,
      ...(incomplete && {
        outcome: {
          kind: 'error',
          type: 'incomplete',
          message: verdictText(report).sentence,
          text: limitedLines([
            ...verdictText(report).otherReasons,
            ...skippedLines(report),
            ...unreadableLines(report),
          ]),
        },
      }),
      output: limitedLines([
        accountingSum(accounting),
        ...rows.filter(row => row.reasons.length > 0).map(row => `${row.label}: ${listReasons(row.reasons)}`),
        ...skippedLines(report),
      ]),
    },
    ...coverageRows(report)
      .filter(row => settings.minCoverage[row.level] !== undefined)
      .map((row): TestCase => {
        const message = `${row.seen} of ${row.declared} ${coverageLabel(row.level)} seen (${row.seenPercent}%); ${row.required}% required`;
        const unseen = coverage.levels[row.level].unseen.map(name => `never seen: ${shortLine(name)}`);
        return {
          name: `coverage of ${row.label} is at least ${row.required}%`,
          classname,
          ...(belowMinimum.has(row.level)
            ? { outcome: { kind: 'failure', type: 'coverage', message, text: limitedLines(unseen) } }
            : { output: message }),
        };
      }),
    ...baselineCase(report, classname),
  ];
  const properties = [
    ['verdict', report.verdict],
    ['accounting.total', String(accounting.total)],
    ...rows.flatMap(row => [
      [`accounting.${row.key}`, String(row.count)] as const,
      ...row.reasons.map(reason => [`accounting.${row.key}: ${reason.name}`, String(reason.count)] as const),
    ]),
    ['unlisted', String(report.unlisted)],
  ] as const;
  return testSuite('deadringer run', cases, {
    properties: properties.map(([name, value]) => [name ?? '', value ?? '']),
  });
}

/** Lists expired and stale entries. It never fails: an expired entry fails the run by its finding. */
function baselineCase({ baseline }: Report, classname: string): TestCase[] {
  if (baseline === undefined) return [];
  const entryLines = (entries: typeof baseline.stale, message: string): string[] =>
    entries.map(
      entry =>
        `${shortLine(baseline.file)}:${entry.line} ${message}: ${shortLine(entry.code)} ${shortLine(entry.operation)}`,
    );
  const output = [
    `${pluralize(baseline.accepted, 'finding')} accepted`,
    ...entryLines(baseline.expired, 'expired'),
    ...entryLines(baseline.stale, 'stale'),
  ];
  return [{ name: 'baseline entries', classname, output: limitedLines(output) }];
}

function skippedLines({ skipped: entries = [] }: Report): string[] {
  return entries.map(({ place, message }) => `skipped: ${placeText(place)}: ${shortLine(message)}`);
}

function unreadableLines({ unreadable, sources }: Report): string[] {
  return [
    ...sources.flatMap(({ file, truncated }) =>
      truncated === undefined ? [] : [`${shortLine(file)}: ${shortLine(truncated)}`],
    ),
    ...unreadable.map(({ place, message }) => `${placeText(place)}: ${shortLine(message)}`),
  ];
}

function limitedLines(all: readonly string[]): string {
  const omitted = all.length - MAX_OUTPUT_LINES;
  return [...all.slice(0, MAX_OUTPUT_LINES), ...(omitted > 0 ? [`and ${omitted} more`] : [])].join('\n');
}

function verdictCase(report: Report): TestCase {
  const { sentence: message, otherReasons } = verdictText(report);
  const text = limitedLines(otherReasons);
  return {
    name: 'verdict of the run',
    classname: RUN_CLASSNAME,
    outcome: { kind: 'failure', type: 'verdict', message, text },
  };
}
