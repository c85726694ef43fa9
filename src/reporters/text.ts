// The report for a terminal: findings first, then the totals; the verdict is the last line.
import { coverageShortfalls } from '../check/fail-conditions.ts';
import type { Issue, Report } from '../check/report.ts';
import { pluralize } from '../finding/plural.ts';
import {
  type AccountingRow,
  accountingRows,
  coverageRows,
  listReasons,
  sortedCounts,
  unreadableCount,
  unseenText,
} from './accounting.ts';
import {
  causeText,
  frequencyText,
  ISSUE_SECTIONS,
  type IssueSection,
  issueSeverity,
  locationText,
  operationText,
  placeText,
  recordedTimeText,
  sectionOf,
  sortedIssues,
  timeRangeText,
} from './issues.ts';
import { ciSafeLine, shortLine, type TextStyle, withoutStyle } from './safe-text.ts';
import { verdictText } from './verdict-text.ts';

/** Findings listed per section. */
const MAX_ISSUES: Record<IssueSection['key'], number> = {
  violation: 25,
  difference: 25,
  rejected: 10,
  undocumented: 10,
  undecodable: 5,
  'not-checkable': 5,
  advice: 5,
  accepted: 5,
};
const MAX_LINES = 10;

export function renderText(report: Report, style: TextStyle = withoutStyle): string {
  const blocks = [
    heading(report, style),
    ...issueSections(report, style),
    accountingBlock(report, style),
    coverageBlock(report, style),
    baselineBlock(report, style),
    skippedBlock(report, style),
    unreadableBlock(report, style),
    verdictBlock(report, style),
  ];
  return `${blocks.filter(block => block.length > 0).join('\n\n')}\n`;
}

function heading({ tool, apis, sources, shard }: Report, style: TextStyle): string {
  const shardText = shard === undefined ? '' : `, shard ${shard.index} of ${shard.of}`;
  const lines = [`${style('bold', `${tool.name} ${shortLine(tool.version, 40)}`)}${shardText}`];
  for (const api of apis) lines.push(style('dim', `  ${ciSafeLine(api.file)}  ${ciSafeLine(api.title)}`));
  for (const source of sources.slice(0, MAX_LINES)) {
    lines.push(style('dim', `  ${ciSafeLine(source.file)}  ${pluralize(source.entries, 'entry')}`));
  }
  lines.push(...moreLine(sources.length, 'recording', style));
  return lines.join('\n');
}

function moreLine(total: number, word: string, style: TextStyle): string[] {
  return total > MAX_LINES ? [style('dim', `  and ${pluralize(total - MAX_LINES, `more ${word}`)}`)] : [];
}

function issueSections(report: Report, style: TextStyle): string[] {
  const issues = sortedIssues(report);
  return ISSUE_SECTIONS.flatMap(section => {
    const sectionIssues = issues.filter(issue => sectionOf(issue) === section.key);
    if (sectionIssues.length === 0) return [];
    const shown = sectionIssues.slice(0, MAX_ISSUES[section.key]);
    const findings = pluralize(sectionIssues.length, 'finding');
    const omitted = sectionIssues.length - shown.length;
    return [
      `${style('bold', section.title)}  ${style('dim', `${findings}; ${section.description}`)}`,
      ...shown.map(issue => issueLines(issue, report, style)),
      ...(omitted > 0 ? [style('dim', `  and ${omitted} more; see --format html or json`)] : []),
    ];
  });
}

const SEVERITY_COLOURS = { error: 'red', warning: 'yellow', note: 'dim' } as const;

function issueLines(issue: Issue, report: Report, style: TextStyle): string {
  const { sample } = issue;
  const severity = issueSeverity(issue, report.settings);
  const [first] = issue.places;
  const fact = (name: string, value: string, limit = 300): string[] =>
    value === '' ? [] : [`    ${style('dim', name.padEnd(9))} ${ciSafeLine(value, limit)}`];
  return [
    `  ${ciSafeLine(locationText(issue, report))} ${style(SEVERITY_COLOURS[severity], severity)} ${ciSafeLine(issue.message)} ${style('dim', `(${issue.code})`)}`,
    `    ${style('cyan', ciSafeLine(operationText(issue)))} ${style('dim', ciSafeLine(issue.at))}`,
    ...fact('expected', sample.expected ?? ''),
    ...fact('actual', sample.actual ?? ''),
    ...fact('seen', [frequencyText(issue), timeRangeText(issue)].filter(Boolean).join(', ')),
    ...fact('first', placeText(first ?? sample.place)),
    ...fact('cause', causeText(issue), 600),
    ...fact('accepted', acceptedText(issue)),
    ...fact('curl', sample.curl, 1000),
  ].join('\n');
}

function acceptedText({ accepted }: Issue): string {
  if (accepted === undefined) return '';
  const owner = accepted.owner === undefined ? '' : `, owner ${accepted.owner}`;
  return `${accepted.reason}${owner}${accepted.expires === undefined ? '' : `, until ${accepted.expires}`}`;
}

const ROW_COLOURS: Record<AccountingRow['key'], Parameters<TextStyle>[0]> = {
  passed: 'green',
  rejected: 'cyan',
  failed: 'red',
  notCheckable: 'yellow',
  skipped: 'yellow',
  outOfScope: 'dim',
  unreadable: 'red',
};

function accountingBlock(report: Report, style: TextStyle): string {
  const { total } = report.accounting;
  const rows = accountingRows(report.accounting);
  const width = String(total).length;
  const hosts = sortedCounts(report.otherHosts);
  return [
    `${style('bold', 'Exchanges')}  ${style('dim', 'each is counted in exactly one row')}`,
    `  ${style('bold', String(total).padStart(width))}  total`,
    ...rows.map(row => {
      const number = String(row.count).padStart(width);
      const shown = row.count === 0 ? style('dim', number) : style(ROW_COLOURS[row.key], number);
      const reasons = style('dim', ciSafeLine(listReasons(row.reasons), 8000));
      return `  ${shown}  ${row.reasons.length === 0 ? row.label : `${row.label.padEnd(13)}  ${reasons}`}`;
    }),
    ...(hosts.length === 0
      ? []
      : [
          style(
            'dim',
            `  other hosts: ${hosts
              .slice(0, MAX_LINES)
              .map(([host, times]) => `${ciSafeLine(host, 100)} ${times}`)
              .join(', ')}${hosts.length > MAX_LINES ? ` and ${hosts.length - MAX_LINES} more` : ''}`,
          ),
        ]),
    ...(report.unlisted === 0
      ? []
      : [style('yellow', `  not listed: ${pluralize(report.unlisted, 'occurrence')} of other findings`)]),
  ].join('\n');
}

function coverageBlock(report: Report, style: TextStyle): string {
  const below = new Set(coverageShortfalls(report).map(({ level }) => level));
  const rows = coverageRows(report).filter(row => row.declared > 0 || row.required !== undefined);
  if (rows.length === 0) return '';
  return [
    `${style('bold', 'Coverage')}  ${style('dim', 'share of declared items that were seen')}`,
    ...rows.map(row => {
      const isBelowMinimum = below.has(row.level);
      const seen = `${row.seenPercent}%`.padStart(6);
      const required = row.required === undefined ? '' : `, ${row.required}% required`;
      const numbers = `${row.seen} of ${row.declared} seen, ${row.passed} passed`;
      // The other levels have many long names; the HTML report lists them.
      const unseen = row.level === 'operations' || isBelowMinimum ? unseenText(row.unseen, 8) : '';
      return `  ${style(isBelowMinimum ? 'red' : 'green', seen)}  ${row.label.padEnd(11)}  ${numbers}${required === '' ? '' : style(isBelowMinimum ? 'red' : 'dim', required)}${unseen === '' ? '' : style('dim', `; ${ciSafeLine(unseen, 1000)}`)}`;
    }),
  ].join('\n');
}

function baselineBlock({ baseline }: Report, style: TextStyle): string {
  if (baseline === undefined) return '';
  const entries = [
    ...baseline.expired.map(entry => ({
      entry,
      colour: 'red' as const,
      message: `expired${entry.expires === undefined ? '' : ` on ${entry.expires}`}, still found`,
    })),
    ...baseline.stale.map(entry => ({
      entry,
      colour: 'yellow' as const,
      message: 'no longer found; --update-baseline removes it',
    })),
  ];
  return [
    `${style('bold', 'Baseline')}  ${style('dim', `${ciSafeLine(baseline.file)} accepts ${pluralize(baseline.accepted, 'finding')}; ${baseline.expired.length} expired, ${baseline.stale.length} stale`)}`,
    ...entries
      .slice(0, 2 * MAX_LINES)
      .map(
        ({ entry, colour, message }) =>
          `  ${ciSafeLine(baseline.file)}:${entry.line} ${style(colour, `${ciSafeLine(entry.code)} ${ciSafeLine(entry.operation)}`)} ${ciSafeLine(entry.at)} ${message}`,
      ),
    ...(entries.length > 2 * MAX_LINES
      ? [style('dim', `  and ${entries.length - 2 * MAX_LINES} more; see --format html or json`)]
      : []),
  ].join('\n');
}

function skippedBlock({ skipped: entries = [], accounting }: Report, style: TextStyle): string {
  if (entries.length === 0) return '';
  const shown = entries.slice(0, MAX_LINES);
  const omitted = (accounting.skipped?.count ?? 0) - shown.length;
  return [
    `${style('bold', 'Skipped')}  ${style('dim', 'not sent, or no response')}`,
    ...shown.map(({ place, message }) => `  ${ciSafeLine(placeText(place))}: ${ciSafeLine(message, 500)}`),
    ...(omitted > 0 ? [style('dim', `  and ${omitted} more`)] : []),
  ].join('\n');
}

function unreadableBlock(report: Report, style: TextStyle): string {
  const { unreadable: entries, sources } = report;
  const truncatedSources = sources.filter(source => source.truncated !== undefined);
  const shown = entries.slice(0, MAX_LINES);
  const omitted = unreadableCount(report) - shown.length;
  const lines = [
    ...truncatedSources
      .slice(0, MAX_LINES)
      .map(
        ({ file, entries: read, truncated = '' }) =>
          `  ${ciSafeLine(file)} ${style('red', 'is truncated')} after entry ${read}: ${ciSafeLine(truncated)}`,
      ),
    ...moreLine(truncatedSources.length, 'file', style),
    ...shown.map(({ place, message }) => `  ${ciSafeLine(placeText(place))}: ${ciSafeLine(message)}`),
    ...(omitted > 0 ? [style('dim', `  and ${omitted} more`)] : []),
  ];
  return lines.length === 0 ? '' : [style('bold', 'Unreadable'), ...lines].join('\n');
}

function verdictBlock(report: Report, style: TextStyle): string {
  const { sentence, next, otherReasons } = verdictText(report);
  const colour = report.verdict === 'passed' ? 'green' : report.verdict === 'failed' ? 'red' : 'yellow';
  const reasons = otherReasons
    .slice(0, MAX_LINES)
    .map(reason => `  ${style(colour, '-')} ${ciSafeLine(reason, reason.length)}`);
  const omitted = otherReasons.length - reasons.length;
  if (omitted > 0) reasons.push(style('dim', `  and ${omitted} more`));
  const recordedTime = report.sources.length === 0 ? '' : recordedTimeText(report);
  if (recordedTime !== '') reasons.unshift(style('dim', `  time of the findings: ${recordedTime}`));
  return [
    ...reasons,
    `${style('bold', style(colour, ciSafeLine(sentence, sentence.length)))}${next === '' ? '' : ` ${next}`}`,
  ].join('\n');
}
