// Workflow commands for GitHub Actions, which shows ten errors, ten warnings and ten notices a step: the worst come first.
import { shortfalls } from '../check/gates.ts';
import type { Group, Report } from '../check/report.ts';
import {
  blameLine,
  documentOf,
  howOften,
  operationOf,
  ranked,
  showPlace,
  verdictOf,
  type Weight,
  weigh,
} from './rank.ts';
import { brief, count, loggable } from './safe.ts';
import { equation, levelLabel, listReasons, tally } from './tally.ts';

const SHOWN = 10;
/** Of the ten errors, at least these are left to findings. */
const RUN_ERRORS = 5;

export function renderGithub(report: Report): string {
  const groups = ranked(report);
  const weighing = (weight: Weight): Group[] =>
    groups.filter(group => weigh(group, report.settings) === weight);
  const run = runErrors(report).slice(0, RUN_ERRORS);
  const errors = weighing('error');
  const warnings = weighing('warning');
  const shownErrors = errors.slice(0, SHOWN - run.length);
  const shownWarnings = warnings.slice(0, SHOWN);
  const left = errors.length - shownErrors.length + warnings.length - shownWarnings.length;
  const notes = weighing('note').length;
  const { sentence, next } = verdictOf(report);
  const lines = [
    ...run,
    ...shownErrors.map(group => annotation('error', group, report)),
    ...shownWarnings.map(group => annotation('warning', group, report)),
    ...(left > 0
      ? [
          command(
            'notice',
            { title: 'deadringer' },
            `and ${count(left, 'more finding')}: see the job summary or the report`,
          ),
        ]
      : []),
    ...(notes > 0
      ? [
          command(
            'notice',
            { title: 'deadringer' },
            `${count(notes, 'remark')} that fail nothing (not checkable, advice, accepted): see the report`,
          ),
        ]
      : []),
    command(
      'notice',
      { title: `deadringer: ${report.verdict}` },
      `${sentence} ${next}\n${accounting(report)}`.trim(),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function accounting(report: Report): string {
  const reasons = tally(report.accounting)
    .filter(row => row.reasons.length > 0)
    .map(row => `${row.label}: ${listReasons(row.reasons)}`);
  return [equation(report.accounting), ...reasons].join('\n');
}

/** What is wrong with the run as a whole stands in no line of a document. */
function runErrors(report: Report): string[] {
  const title = `deadringer: ${report.verdict}`;
  const short = shortfalls(report).map(({ level, reached, wanted }) =>
    command(
      'error',
      { title: 'deadringer: coverage' },
      `${levelLabel(level)}: ${reached}% kept, ${wanted}% wanted`,
    ),
  );
  if (report.verdict !== 'incomplete') return short;
  return [
    ...report.reasons.slice(0, 3).map(reason => command('error', { title }, brief(reason, 500))),
    ...short,
  ];
}

function annotation(name: 'error' | 'warning', group: Group, report: Report): string {
  const { clause, sample } = group;
  const lines = [
    brief(group.message),
    `${operationOf(group)}, ${howOften(group)}`,
    ...(sample.expected === undefined ? [] : [`expected ${brief(sample.expected)}`]),
    ...(sample.actual === undefined ? [] : [`actual ${brief(sample.actual)}`]),
    blameLine(group),
    `first seen in ${showPlace(group.places[0] ?? sample.place)}`,
  ];
  const properties = {
    file: brief(documentOf(group, report)).replaceAll('\\', '/').replace(/^\.\//, ''),
    ...(clause !== undefined && { line: String(clause.line), col: String(clause.column) }),
    title: `${group.code} ${brief(group.operation.id, 100)}`,
  };
  return command(name, properties, lines.filter(Boolean).join('\n'));
}

/** As the toolkit of GitHub writes them: percent signs, line breaks and, in properties, colons and commas are escaped. */
function command(
  name: 'error' | 'warning' | 'notice',
  properties: Readonly<Record<string, string>>,
  message: string,
): string {
  const listed = Object.entries(properties)
    .map(([key, value]) => `${key}=${escapeProperty(loggable(value, 500))}`)
    .join(',');
  const safe = message
    .split('\n')
    .map(line => loggable(line, 8000))
    .join('\n');
  return `::${name} ${listed}::${escapeData(safe)}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
