// The report of lint as SARIF 2.1.0: each finding is a result at a line of a document or a scenario.

import { jsonText } from '../safe-text.ts';
import { artifactLocation, MAX_RESULTS, messageText, toolDriver } from '../sarif.ts';
import { sarifRule } from '../sarif-rules.ts';
import { bySeverity, type LintFinding, type LintReport } from './lint-report.ts';

export function renderLintSarif(report: LintReport): string {
  const findings = bySeverity(report).slice(0, MAX_RESULTS);
  const codes = [...new Set(findings.map(({ code }) => code))].sort();
  return jsonText({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: toolDriver(report.tool, codes.map(sarifRule)) },
        automationDetails: { id: 'deadringer-lint/' },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: {
          '%SRCROOT%': { description: { text: 'The working directory of deadringer.' } },
        },
        invocations: [
          {
            executionSuccessful: report.exitCode !== 2,
            exitCode: report.exitCode,
            toolExecutionNotifications: [{ level: 'note', message: { text: messageText(report.summary) } }],
          },
        ],
        results: findings.map(finding => resultOf(finding, codes)),
      },
    ],
  });
}

function resultOf(
  { severity, code, kind, message, location }: LintFinding,
  codes: readonly string[],
): object {
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: severity,
    message: { text: messageText(message) },
    ...(location !== undefined && {
      locations: [
        {
          physicalLocation: {
            artifactLocation: artifactLocation(location.file),
            region: {
              startLine: location.line,
              startColumn: location.column,
              endLine: location.line,
              endColumn: location.column + 1,
            },
          },
        },
      ],
    }),
    properties: { kind, ...(location !== undefined && { pointer: location.pointer }) },
  };
}
