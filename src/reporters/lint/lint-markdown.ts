// The report of lint as Markdown for a job summary, the most severe findings first, within a byte limit.
import { escapeMarkdown, MAX_SUMMARY_BYTES, markdownCode, SEVERITY_ICONS } from '../markdown-text.ts';
import { utf8Length } from '../safe-text.ts';
import { bySeverity, type LintReport, otherCounts } from './lint-report.ts';

export function renderLintMarkdown(report: LintReport): string {
  const { verdict, summary } = report;
  const head = [
    `## ${verdict === 'passed' ? '✅' : '❌'} deadringer lint: ${verdict}`,
    '',
    `**${escapeMarkdown(summary, 1000)}** ${otherCounts(report)}`.trim(),
    '',
  ];
  const findings = bySeverity(report);
  if (findings.length === 0) return head.join('\n');
  const lines = [...head, '| | finding | location |', '| :-: | :-- | :-- |'];
  let size = utf8Length(lines.join('\n')) + 200;
  let shown = 0;
  for (const { severity, code, message, location } of findings) {
    const place =
      location === undefined ? '' : markdownCode(`${location.file}:${location.line}:${location.column}`, 400);
    const line = `| ${SEVERITY_ICONS[severity]} | ${escapeMarkdown(message, 1000)}<br><sub>${markdownCode(code)}</sub> | ${place} |`;
    size += utf8Length(line) + 1;
    if (size > MAX_SUMMARY_BYTES) break;
    lines.push(line);
    shown++;
  }
  const omitted = findings.length - shown;
  if (omitted > 0) lines.push('', `and ${omitted} more; see the HTML or JSON report`);
  return `${lines.join('\n')}\n`;
}
