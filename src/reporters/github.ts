// Workflow commands for GitHub Actions. GitHub shows ten errors, warnings and notices per step: the most severe come first.

import { coverageShortfalls } from '../check/fail-conditions.ts';
import type { Issue, Report } from '../check/report.ts';
import { coverageLabel } from '../check/report-terms.ts';
import { pluralize } from '../finding/plural.ts';
import { accountingRows, accountingSum, listReasons } from './accounting.ts';
import {
  causeText,
  documentFile,
  frequencyText,
  type IssueSeverity,
  issueSeverity,
  operationText,
  placeText,
  sortedIssues,
} from './issues.ts';
import { ciSafeLine, shortLine } from './safe-text.ts';
import { verdictText } from './verdict-text.ts';

export const MAX_ANNOTATIONS = 10;
/** At most this many of the ten errors are about the run itself; the others are findings. */
const MAX_RUN_ERRORS = 5;

export function renderGithub(report: Report): string {
  const issues = sortedIssues(report);
  const withSeverity = (severity: IssueSeverity): Issue[] =>
    issues.filter(issue => issueSeverity(issue, report.settings) === severity);
  const run = runErrors(report).slice(0, MAX_RUN_ERRORS);
  const errors = withSeverity('error');
  const warnings = withSeverity('warning');
  const shownErrors = errors.slice(0, MAX_ANNOTATIONS - run.length);
  const shownWarnings = warnings.slice(0, MAX_ANNOTATIONS);
  const omitted = errors.length - shownErrors.length + warnings.length - shownWarnings.length;
  const notes = withSeverity('note').length;
  const { sentence, next } = verdictText(report);
  const lines = [
    ...run,
    ...shownErrors.map(issue => annotation('error', issue, report)),
    ...shownWarnings.map(issue => annotation('warning', issue, report)),
    ...(omitted > 0
      ? [
          workflowCommand(
            'notice',
            { title: 'deadringer' },
            `and ${pluralize(omitted, 'more finding')}: see the job summary or the report`,
          ),
        ]
      : []),
    ...(notes > 0
      ? [
          workflowCommand(
            'notice',
            { title: 'deadringer' },
            `${pluralize(notes, 'more finding')} that cannot fail the run (rejected, not checkable, advice, accepted): see the report`,
          ),
        ]
      : []),
    workflowCommand(
      'notice',
      { title: `deadringer: ${report.verdict}` },
      `${sentence} ${next}\n${accounting(report)}`.trim(),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function accounting(report: Report): string {
  const reasons = accountingRows(report.accounting)
    .filter(row => row.reasons.length > 0)
    .map(row => `${row.label}: ${listReasons(row.reasons)}`);
  return [accountingSum(report.accounting), ...reasons].join('\n');
}

/** Errors of the run itself; they have no file and line. */
function runErrors(report: Report): string[] {
  const title = `deadringer: ${report.verdict}`;
  const coverageErrors = coverageShortfalls(report).map(({ level, reached, required }) =>
    workflowCommand(
      'error',
      { title: 'deadringer: coverage' },
      `${coverageLabel(level)}: ${reached}% seen, ${required}% required`,
    ),
  );
  if (report.verdict !== 'incomplete') return coverageErrors;
  return [
    ...report.reasons
      .slice(0, 3)
      .map(reason => workflowCommand('error', { title }, shortLine(reason, reason.length))),
    ...coverageErrors,
  ];
}

function annotation(name: 'error' | 'warning', issue: Issue, report: Report): string {
  const { location, sample } = issue;
  const lines = [
    shortLine(issue.message),
    `${operationText(issue)}, ${frequencyText(issue)}`,
    ...(sample.expected === undefined ? [] : [`expected: ${shortLine(sample.expected)}`]),
    ...(sample.actual === undefined ? [] : [`actual: ${shortLine(sample.actual)}`]),
    causeText(issue) && `cause: ${causeText(issue)}`,
    `first: ${placeText(issue.places[0] ?? sample.place)}`,
  ];
  const properties = {
    file: repositoryPath(documentFile(issue, report)),
    ...(location !== undefined && { line: String(location.line), col: String(location.column) }),
    title: `${issue.code} ${shortLine(issue.operation.id, 100)}`,
  };
  return workflowCommand(name, properties, lines.filter(Boolean).join('\n'));
}

/** The path as GitHub names a file of the repository. */
export function repositoryPath(file: string): string {
  return shortLine(file).replaceAll('\\', '/').replace(/^\.\//, '');
}

/** A workflow command, escaped as by @actions/core: percent signs, line breaks and, in properties, colons and commas. */
export function workflowCommand(
  name: 'error' | 'warning' | 'notice',
  properties: Readonly<Record<string, string>>,
  message: string,
): string {
  const propertyList = Object.entries(properties)
    .map(([key, value]) => `${key}=${escapeProperty(ciSafeLine(value, 500))}`)
    .join(',');
  const safe = message
    .split('\n')
    .map(line => ciSafeLine(line, 8000))
    .join('\n');
  return `::${name} ${propertyList}::${escapeData(safe)}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
