// The report as Markdown for a job summary or a comment, within a byte limit, most severe issues first.
import type { Issue, Report, SampleBody } from '../check/report.ts';
import { pluralize } from '../finding/plural.ts';
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
  verdictText,
} from './issues.ts';
import { printableLines, shortLine, truncate, utf8Length } from './safe-text.ts';

/** GitHub takes 1 MiB of summary a step; a comment takes 65,536 characters. */
const MAX_SUMMARY_BYTES = 1_000_000;
const MAX_ROWS = 500;
const MAX_DETAILS = 100;
const MAX_LIST = 20;
const MAX_REASONS = 40;

export function renderMarkdown(report: Report, maxBytes = MAX_SUMMARY_BYTES): string {
  const whole = [titleSection(report), accountingSection(report, MAX_REASONS)].join('\n');
  const head =
    utf8Length(whole) < maxBytes / 2
      ? whole
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
  // The head is always whole; the tail goes before the head does.
  const remainingBytes = maxBytes - utf8Length(head) - 400;
  const ending = utf8Length(tail) < remainingBytes / 2 ? tail : '';
  const rows = issueTable(issues, report, remainingBytes - utf8Length(ending));
  const details = sampleSections(issues, remainingBytes - utf8Length(ending) - utf8Length(rows));
  return `${[head, rows, details, ending].filter(Boolean).join('\n')}`;
}

/** Whatever means something in Markdown, HTML or to GitHub itself (mentions, issues, links) is taken out of text. */
function escapeInline(text: string, limit = 300): string {
  return shortLine(text, limit)
    .replace(/[&<>"'`*_[\]\\|~!:{}$]/g, character => `&#${character.charCodeAt(0)};`)
    .replace(/^(\s*)([-+#=]|\d+[.)])/, '$1&#8203;$2')
    .replace(/(?<!&)[@#](?=[\p{L}\p{N}_-])/gu, '$&&#8203;')
    .replace(/www\./gi, dotted => `${dotted.slice(0, 3)}&#46;`);
}

function code(text: string, limit = 300): string {
  return `<code>${escapeInline(text, limit)}</code>`;
}

/** Inside <pre> only HTML counts; no line may begin like an order to the CI server that prints this. */
function preBlock(text: string, limit = 2000): string {
  const safe = printableLines(truncate(text, limit))
    .replace(/[&<>]/g, character => `&#${character.charCodeAt(0)};`)
    .replace(/^(\s*):/gm, '$1&#58;')
    .replace(/##(?=\[|vso\[|teamcity\[)/gi, '&#35;#');
  return `<pre>${safe}</pre>`;
}

const VERDICT_ICONS = { passed: '✅', failed: '❌', incomplete: '⚠️' } as const;

function titleSection(report: Report, limit = MAX_LIST): string {
  const { sentence, next } = verdictText(report);
  const reasons = report.reasons.slice(0, limit).map(reason => `- ${escapeInline(reason, 500)}`);
  const left = report.reasons.length - reasons.length;
  return [
    `## ${VERDICT_ICONS[report.verdict]} deadringer: ${report.verdict}`,
    '',
    `**${escapeInline(sentence, 600)}** ${escapeInline(next)}`.trim(),
    '',
    ...reasons,
    ...(left > 0 ? [`- and ${left} more`] : []),
    ...(report.reasons.length > 0 ? [''] : []),
  ].join('\n');
}

function accountingSection(report: Report, limit: number): string {
  const rows = accountingRows(report.accounting, limit).map(row => {
    const reasons = row.reasons.map(reason => `${escapeInline(reason.name, 120)} ${reason.count}`);
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

const SEVERITY_ICONS = { error: '🔴', warning: '🟡', note: '⚪' } as const;

function issueTable(issues: readonly Issue[], report: Report, remainingBytes: number): string {
  if (issues.length === 0) return '';
  const titles = new Map(ISSUE_SECTIONS.map(section => [section.key, section.title]));
  const lines = [
    '### Findings',
    '',
    '| | issue | location in the document | operation | seen |',
    '| :-: | :-- | :-- | :-- | :-- |',
  ];
  let size = utf8Length(lines.join('\n')) + 200;
  let shown = 0;
  for (const issue of issues.slice(0, MAX_ROWS)) {
    const section = titles.get(sectionOf(issue));
    const line = `| ${SEVERITY_ICONS[issueSeverity(issue, report.settings)]} | ${escapeInline(issue.message)}<br><sub>${section}, ${code(issue.code)}</sub> | ${code(locationText(issue, report))} | ${code(operationText(issue))} | ${frequencyText(issue)} |`;
    size += utf8Length(line) + 1;
    if (size > remainingBytes) break;
    lines.push(line);
    shown += 1;
  }
  const left = issues.length - shown;
  if (left > 0) lines.push('', `and ${left} more; see the HTML or JSON report`);
  if (report.unlisted > 0)
    lines.push('', `${pluralize(report.unlisted, 'occurrence')} of more findings are not listed`);
  return [...lines, ''].join('\n');
}

function sampleSections(issues: readonly Issue[], remainingBytes: number): string {
  const withSample = issues.filter(issue => issue.accepted === undefined && issue.kind !== 'advice');
  const parts: string[] = [];
  let size = 0;
  for (const issue of withSample.slice(0, MAX_DETAILS)) {
    const part = sampleSection(issue);
    size += utf8Length(part) + 1;
    if (size > remainingBytes) break;
    parts.push(part);
  }
  return parts.length === 0 ? '' : ['### Samples', '', ...parts].join('\n');
}

function sampleSection(issue: Issue): string {
  const { sample: shown } = issue;
  const fact = (name: string, value: string, limit = 300): string[] =>
    value === '' ? [] : [`- ${name}: ${escapeInline(value, limit)}`];
  const half = (first: string, headers: readonly [string, string][], body: SampleBody): string =>
    preBlock(
      [
        truncate(first, 500),
        ...headers.slice(0, 40).map(([name, value]) => truncate(`${name}: ${value}`, 300)),
        '',
        showBody(body),
      ].join('\n'),
      4000,
    );
  return [
    `<details><summary>${escapeInline(issue.message)} (${escapeInline(issue.operation.id, 100)})</summary>`,
    '',
    ...fact('expected', shown.expected ?? ''),
    ...fact('actual', shown.actual ?? ''),
    ...fact('cause', causeText(issue), 600),
    ...fact('time', timeRangeText(issue)),
    ...fact('first', placeText(issue.places[0] ?? shown.place)),
    '',
    half(`${shown.request.method} ${shown.request.url}`, shown.request.headers, shown.request.body),
    '',
    shown.response === undefined
      ? 'No response was recorded.'
      : half(`HTTP ${shown.response.status}`, shown.response.headers, shown.response.body),
    '',
    preBlock(shown.curl),
    '',
    '</details>',
    '',
  ].join('\n');
}

function showBody(body: SampleBody): string {
  if ('notRecorded' in body) return `(not recorded: ${truncate(body.notRecorded, 200)})`;
  const whole =
    body.truncatedFrom === undefined ? '' : `\n(truncated; the whole body has ${body.truncatedFrom} bytes)`;
  return `${truncate('text' in body ? body.text : `base64: ${body.base64}`, 2000)}${whole}`;
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
        `| ${row.label} | ${row.declared} | ${row.seen} (${row.seenPercent}%) | ${row.passed} (${row.passedPercent}%) | ${row.required === undefined ? '' : `${row.required}%`} | ${escapeInline(unseenText(row.unseen, 5), 600)} |`,
    ),
    '',
  ].join('\n');
}

function baselineSection({ baseline: file }: Report): string {
  if (file === undefined) return '';
  const entries = [
    ...file.expired.map(entry => ({ entry, why: 'expired, still found' })),
    ...file.stale.map(entry => ({ entry, why: 'no longer found' })),
  ];
  const left = entries.length - MAX_LIST;
  return [
    '### Baseline',
    '',
    `${code(file.file)} accepts ${pluralize(file.accepted, 'finding')}.`,
    '',
    ...entries
      .slice(0, MAX_LIST)
      .map(
        ({ entry, why: message }) =>
          `- ${code(`${file.file}:${entry.line}`)} ${code(entry.code)} ${code(entry.operation)}: ${message}`,
      ),
    ...(left > 0 ? [`- and ${left} more`] : []),
    '',
  ].join('\n');
}

function skippedSection({ skipped: entries = [], accounting }: Report): string {
  if (entries.length === 0) return '';
  const lines = entries
    .slice(0, MAX_LIST)
    .map(({ place, message }) => `- ${code(placeText(place))}: ${escapeInline(message)}`);
  const left = (accounting.skipped?.count ?? 0) - lines.length;
  return ['### Skipped', '', ...lines, ...(left > 0 ? [`- and ${left} more`] : []), ''].join('\n');
}

function unreadableSection(report: Report): string {
  const { unreadable: entries, sources } = report;
  const truncatedSources = sources.flatMap(({ file, truncated }) =>
    truncated === undefined ? [] : [{ file, cutOff: truncated }],
  );
  const lines = [
    ...truncatedSources
      .slice(0, MAX_LIST)
      .map(({ file, cutOff: truncated }) => `- ${code(file)} is truncated: ${escapeInline(truncated)}`),
    ...entries
      .slice(0, MAX_LIST)
      .map(({ place, message }) => `- ${code(placeText(place))}: ${escapeInline(message)}`),
  ];
  const left = unreadableCount(report) - Math.min(entries.length, MAX_LIST);
  if (lines.length === 0) return '';
  return ['### Unreadable', '', ...lines, ...(left > 0 ? [`- and ${left} more`] : []), ''].join('\n');
}
