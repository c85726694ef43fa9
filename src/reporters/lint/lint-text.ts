// The report of lint for a terminal: one line for each finding, then the summary.
import { pluralize } from '../../finding/plural.ts';
import { formatFinding } from '../finding-line.ts';
import { printable, type TextStyle, withoutStyle } from '../safe-text.ts';
import type { LintReport } from './lint-report.ts';

export function renderLintText(report: LintReport, style: TextStyle = withoutStyle): string {
  const { findings, skippedScenarios, verdict, summary } = report;
  const lines = findings.map(finding => formatFinding(finding, style));
  if (skippedScenarios > 0)
    lines.push(
      style(
        'dim',
        `${pluralize(skippedScenarios, 'scenario')} skipped: --provenance removed parts that they need`,
      ),
    );
  lines.push(style(verdict === 'passed' ? 'green' : 'red', printable(summary)));
  return `${lines.join('\n')}\n`;
}
