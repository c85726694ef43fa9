// The report of lint as one self-contained HTML file, with the style and the script of the report of check.
import { catalogueEntry } from '../../finding/catalogue.ts';
import { parsePageTemplate, policyHash } from '../html-engine.ts';
import { PAGE_SCRIPT } from '../html-script.ts';
import { PAGE_STYLE } from '../html-style.ts';
import { shortLine } from '../safe-text.ts';
import { LINT_TEMPLATE } from './lint-html-template.ts';
import { bySeverity, type LintReport, otherCounts } from './lint-report.ts';

/** A page with more findings takes long to lay out. */
const MAX_FINDINGS = 5000;

const renderPage = parsePageTemplate(LINT_TEMPLATE);

export function renderLintHtml(report: LintReport): string {
  const { tool, verdict, summary, documents, errors, warnings, notes } = report;
  const all = bySeverity(report);
  const findings = all.slice(0, MAX_FINDINGS).map(({ severity, code, message, location }) => ({
    severity,
    code,
    message: shortLine(message, 1000),
    file: shortLine(location?.file ?? ''),
    location: location === undefined ? '' : `${shortLine(location.file)}:${location.line}:${location.column}`,
    pointer: shortLine(location?.pointer ?? ''),
    meaning: catalogueEntry(code).meaning,
    fix: catalogueEntry(code).fix ?? '',
  }));
  return renderPage({
    style: PAGE_STYLE,
    script: PAGE_SCRIPT,
    styleHash: policyHash(PAGE_STYLE),
    scriptHash: policyHash(PAGE_SCRIPT),
    tool: `${tool.name} ${shortLine(tool.version, 40)}`,
    verdict,
    headline: verdict === 'passed' ? 'Passed' : 'Failed',
    summary: shortLine(summary, 1000),
    counts: otherCounts(report),
    documents: documents.slice(0, 100).map(({ title, file, format }) => ({
      title: shortLine(title, 120),
      file: shortLine(file),
      format,
    })),
    files: [...new Set(findings.map(({ file }) => file))].filter(file => file !== '').sort(),
    severities: [
      { key: 'error', title: 'Errors', count: errors },
      { key: 'warning', title: 'Warnings', count: warnings },
      { key: 'note', title: 'Notes', count: notes },
    ].filter(({ count }) => count > 0),
    findings,
    omitted: all.length - findings.length,
  });
}
