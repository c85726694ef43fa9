// The report of lint as workflow commands for GitHub Actions: annotations at the lines, the most severe first.
import type { Finding } from '../../finding/finding.ts';
import { pluralize } from '../../finding/plural.ts';
import { severityOf } from '../../finding/severity.ts';
import { MAX_ANNOTATIONS, repositoryPath, workflowCommand } from '../github.ts';
import { shortLine } from '../safe-text.ts';
import { type LintFinding, type LintReport, otherCounts } from './lint-report.ts';

/** GitHub shows ten of each per step. */
const COMMANDS = { error: 'error', warning: 'warning', note: 'notice' } as const;

export function renderLintGithub(report: LintReport): string {
  const { findings, verdict, summary } = report;
  const lines: string[] = [];
  let omitted = 0;
  for (const severity of ['error', 'warning', 'note'] as const) {
    // The summary is a notice, too.
    const limit = severity === 'note' ? MAX_ANNOTATIONS - 1 : MAX_ANNOTATIONS;
    const all = findings.filter(each => each.severity === severity);
    lines.push(...all.slice(0, limit).map(annotateFinding));
    omitted += Math.max(all.length - limit, 0);
  }
  const more = omitted === 0 ? '' : `${pluralize(omitted, 'finding')} not shown here: see the other reports`;
  lines.push(
    workflowCommand(
      'notice',
      { title: `deadringer lint: ${verdict}` },
      [summary, otherCounts(report), more].filter(Boolean).join('\n'),
    ),
  );
  return `${lines.join('\n')}\n`;
}

export function annotateFinding({
  code,
  message,
  location,
}: Pick<LintFinding, 'message' | 'location'> & Pick<Finding, 'code'>): string {
  return workflowCommand(
    COMMANDS[severityOf(code)],
    {
      ...(location !== undefined && {
        file: repositoryPath(location.file),
        line: String(location.line),
        col: String(location.column),
      }),
      title: code,
    },
    shortLine(message, 2000),
  );
}
