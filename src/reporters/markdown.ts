// The report as Markdown for a job summary or a comment, within a byte limit, most severe issues first.

import type { Issue, Report, SampleBody } from '../check/report.ts';
import { pluralize } from '../finding/plural.ts';
import { truncate } from '../finding/truncate.ts';
import { accountingRows, coverageRows, unreadableCount, unseenText } from './accounting.ts';
import {
  causeText,
  frequencyText,
  ISSUE_SECTIONS,
  issueSeverity,
  locationText,
  operationText,
  placeText,
  sectionOf,
  sortedIssues,
  timeRangeText,
} from './issues.ts';
import { escapeMarkdown, MAX_SUMMARY_BYTES, markdownCode, SEVERITY_ICONS } from './markdown-text.ts';
import { printableLines, utf8Length } from './safe-text.ts';
import { verdictText } from './verdict-text.ts';

const MAX_ROWS = 500;
const MAX_DETAILS = 100;
const MAX_LIST = 20;
const MAX_REASONS = 40;

export function renderMarkdown(report: Report, maxBytes = MAX_SUMMARY_BYTES): string {
  const fullHead = [titleSection(report), accountingSection(report, MAX_REASONS)].join('\n');
  const head =
    utf8Length(fullHead) < maxBytes / 2
      ? fullHead
      : [titleSection(report, 3), accountingSection(report, 3)].join('\n');
  const tail = [
    coverageSection(report),
    baselineSection(report),
    skippedSection(report),
    unreadableSection(report),
  ]
    .filter(Boolean)
    .join('\n');
  const issues = sortedIssues(report);
  // The head is never omitted; the tail is omitted if it needs more than half of the remaining bytes.
  const remainingBytes = maxBytes - utf8Length(head) - 400;
  const ending = utf8Length(tail) < remainingBytes / 2 ? tail : '';
  const rows = issueTable(issues, report, remainingBytes - utf8Length(ending));
  const details = sampleSections(issues, remainingBytes - utf8Length(ending) - utf8Length(rows));
  return `${[head, rows, details, ending].filter(Boolean).join('\n')}`;
}

/** Escapes HTML, and line starts that a CI server reads as a command. Markdown has no meaning inside <pre>. */
function preBlock(text: string, limit = 2000): string {
  const safe = printableLines(truncate(text, limit))
    .replace(/[&<>]/g, character => `&#${character.charCodeAt(0)};`)
    .replace(/^([^\S\n\r\u2028\u2029]*):/gm, '$1&#58;')
    .replace(/##(?=\[|vso\[|teamcity\[)/gi, '&#35;#');
  return `<pre>${safe}</pre>`;
}

const VERDICT_ICONS = { passed: '✅', failed: '❌', incomplete: '⚠️' } as const;

function titleSection(report: Report, limit = MAX_LIST): string {
  const { sentence, next, otherReasons } = verdictText(report);
  const reasons = otherReasons.slice(0, limit).map(reason => `- ${escapeMarkdown(reason, reason.length)}`);
  const omitted = otherReasons.length - reasons.length;
  return [
    `## ${VERDICT_ICONS[report.verdict]} deadringer: ${report.verdict}`,
    '',
    `**${escapeMarkdown(sentence, sentence.length)}** ${escapeMarkdown(next)}`.trim(),
    '',
    ...reasons,
    ...(omitted > 0 ? [`- and ${omitted} more`] : []),
    ...(reasons.length > 0 ? [''] : []),
  ].join('\n');
}

function accountingSection(report: Report, limit: number): string {
  const rows = accountingRows(report.accounting, limit).map(row => {
    const reasons = row.reasons.map(reason => `${escapeMarkdown(reason.name, 120)} ${reason.count}`);
    return `| ${row.label} | ${row.count} | ${reasons.join(', ')} |`;
  });
  return [
    '| exchanges | count | reasons |',
    '| :-- | --: | :-- |',
    ...rows,
    `| **total** | **${report.accounting.total}** | |`,
    '',
  ].join('\n');
}

function issueTable(issues: readonly Issue[], report: Report, remainingBytes: number): string {
  if (issues.length === 0) return '';
  const titles = new Map(ISSUE_SECTIONS.map(section => [section.key, section.title]));
  const lines = [
    '### Findings',
    '',
    '| | finding | location in the document | operation | seen |',
    '| :-: | :-- | :-- | :-- | :-- |',
  ];
  let size = utf8Length(lines.join('\n')) + 200;
  let shown = 0;
  for (const issue of issues.slice(0, MAX_ROWS)) {
    const section = titles.get(sectionOf(issue));
    const line = `| ${SEVERITY_ICONS[issueSeverity(issue, report.settings)]} | ${escapeMarkdown(issue.message)}<br><sub>${section}, ${markdownCode(issue.code)}</sub> | ${markdownCode(locationText(issue, report))} | ${markdownCode(operationText(issue))} | ${frequencyText(issue)} |`;
    size += utf8Length(line) + 1;
    if (size > remainingBytes) break;
    lines.push(line);
    shown += 1;
  }
  const omitted = issues.length - shown;
  if (omitted > 0) lines.push('', `and ${omitted} more; see the HTML or JSON report`);
  if (report.unlisted > 0)
    lines.push('', `${pluralize(report.unlisted, 'occurrence')} of more findings are not listed`);
  return [...lines, ''].join('\n');
}

function sampleSections(issues: readonly Issue[], remainingBytes: number): string {
  const withSample = issues.filter(issue => issue.accepted === undefined && issue.kind !== 'advice');
  const sections: string[] = [];
  let size = 0;
  for (const issue of withSample.slice(0, MAX_DETAILS)) {
    const section = sampleSection(issue);
    size += utf8Length(section) + 1;
    if (size > remainingBytes) break;
    sections.push(section);
  }
  return sections.length === 0 ? '' : ['### Samples', '', ...sections].join('\n');
}

function sampleSection(issue: Issue): string {
  const { sample } = issue;
  const fact = (name: string, value: string, limit = 300): string[] =>
    value === '' ? [] : [`- ${name}: ${escapeMarkdown(value, limit)}`];
  const messageBlock = (startLine: string, headers: readonly [string, string][], body: SampleBody): string =>
    preBlock(
      [
        truncate(startLine, 500),
        ...headers.slice(0, 40).map(([name, value]) => truncate(`${name}: ${value}`, 300)),
        '',
        bodyText(body),
      ].join('\n'),
      4000,
    );
  return [
    `<details><summary>${escapeMarkdown(issue.message)} (${escapeMarkdown(issue.operation.id, 100)})</summary>`,
    '',
    ...fact('expected', sample.expected ?? ''),
    ...fact('actual', sample.actual ?? ''),
    ...fact('cause', causeText(issue), 600),
    ...fact('time', timeRangeText(issue)),
    ...fact('first exchange', placeText(issue.places[0] ?? sample.place)),
    '',
    messageBlock(
      `${sample.request.method} ${sample.request.url}`,
      sample.request.headers,
      sample.request.body,
    ),
    '',
    sample.response === undefined
      ? 'No response was recorded.'
      : messageBlock(`HTTP ${sample.response.status}`, sample.response.headers, sample.response.body),
    '',
    preBlock(sample.curl),
    '',
    '</details>',
    '',
  ].join('\n');
}

function bodyText(body: SampleBody): string {
  if ('notRecorded' in body) return `(not recorded: ${truncate(body.notRecorded, 200)})`;
  const suffix =
    body.truncatedFrom === undefined ? '' : `\n(truncated; the whole body has ${body.truncatedFrom} bytes)`;
  return `${truncate('text' in body ? body.text : `base64: ${body.base64}`, 2000)}${suffix}`;
}

function coverageSection(report: Report): string {
  const rows = coverageRows(report).filter(row => row.declared > 0 || row.required !== undefined);
  if (rows.length === 0) return '';
  return [
    '### Coverage',
    '',
    '| | declared | seen | passed | required | never seen |',
    '| :-- | --: | --: | --: | --: | :-- |',
    ...rows.map(
      row =>
        `| ${row.label} | ${row.declared} | ${row.seen} (${row.seenPercent}%) | ${row.passed} (${row.passedPercent}%) | ${row.required === undefined ? '' : `${row.required}%`} | ${escapeMarkdown(unseenText(row.unseen, 5), 600)} |`,
    ),
    '',
  ].join('\n');
}

function baselineSection({ baseline }: Report): string {
  if (baseline === undefined) return '';
  const entries = [
    ...baseline.expired.map(entry => ({ entry, message: 'expired, still found' })),
    ...baseline.stale.map(entry => ({ entry, message: 'no longer found' })),
  ];
  const omitted = entries.length - MAX_LIST;
  return [
    '### Baseline',
    '',
    `${markdownCode(baseline.file)} accepts ${pluralize(baseline.accepted, 'finding')}.`,
    '',
    ...entries
      .slice(0, MAX_LIST)
      .map(
        ({ entry, message }) =>
          `- ${markdownCode(`${baseline.file}:${entry.line}`)} ${markdownCode(entry.code)} ${markdownCode(entry.operation)}: ${message}`,
      ),
    ...(omitted > 0 ? [`- and ${omitted} more`] : []),
    '',
  ].join('\n');
}

function skippedSection({ skipped: entries = [], accounting }: Report): string {
  if (entries.length === 0) return '';
  const lines = entries
    .slice(0, MAX_LIST)
    .map(({ place, message }) => `- ${markdownCode(placeText(place))}: ${escapeMarkdown(message)}`);
  const omitted = (accounting.skipped?.count ?? 0) - lines.length;
  return ['### Skipped', '', ...lines, ...(omitted > 0 ? [`- and ${omitted} more`] : []), ''].join('\n');
}

function unreadableSection(report: Report): string {
  const { unreadable: entries, sources } = report;
  const truncatedSources = sources.flatMap(({ file, truncated }) =>
    truncated === undefined ? [] : [{ file, truncated }],
  );
  const lines = [
    ...truncatedSources
      .slice(0, MAX_LIST)
      .map(({ file, truncated }) => `- ${markdownCode(file)} is truncated: ${escapeMarkdown(truncated)}`),
    ...entries
      .slice(0, MAX_LIST)
      .map(({ place, message }) => `- ${markdownCode(placeText(place))}: ${escapeMarkdown(message)}`),
  ];
  const omitted = unreadableCount(report) - Math.min(entries.length, MAX_LIST);
  if (lines.length === 0) return '';
  return ['### Unreadable', '', ...lines, ...(omitted > 0 ? [`- and ${omitted} more`] : []), ''].join('\n');
}
