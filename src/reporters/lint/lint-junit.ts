// The report of lint as JUnit XML: one suite for each file; each error is a failed test case.
import { renderSuites } from '../junit.ts';
import { type TestCase, type TestSuite, testSuite } from '../junit-cases.ts';
import { shortLine } from '../safe-text.ts';
import type { LintFinding, LintReport } from './lint-report.ts';

/** Dashboards fail on larger files; the other formats list more. */
const MAX_CASES = 3000;

export function renderLintJunit(report: LintReport): string {
  const byFile = new Map<string, LintFinding[]>(report.documents.map(({ file }) => [file, []]));
  for (const finding of report.findings) {
    const file = finding.location?.file ?? '';
    byFile.set(file, [...(byFile.get(file) ?? []), finding]);
  }
  return renderSuites([...byFile].map(([file, findings]) => suiteOf(file, findings)));
}

function suiteOf(file: string, findings: readonly LintFinding[]): TestSuite {
  const name = shortLine(file === '' ? 'lint' : file);
  const errors = findings.filter(({ severity }) => severity === 'error');
  const rest = findings.filter(({ severity }) => severity !== 'error');
  const omitted = errors.length - MAX_CASES;
  const cases: TestCase[] = [
    // A file without errors has a test case that passed.
    {
      name: 'can be used',
      classname: name,
      ...(rest.length > 0 && { output: rest.slice(0, MAX_CASES).map(lineOf).join('\n') }),
    },
    ...errors.slice(0, MAX_CASES).map(errorCase(name)),
    ...(omitted > 0
      ? [
          {
            name: `and ${omitted} more`,
            classname: name,
            outcome: { kind: 'failure' as const, message: `${omitted} more errors`, type: 'unlisted' },
          },
        ]
      : []),
  ];
  return testSuite(name, errors.length > 0 && rest.length === 0 ? cases.slice(1) : cases, {
    ...(file !== '' && { file: shortLine(file) }),
  });
}

function errorCase(classname: string): (finding: LintFinding) => TestCase {
  return finding => {
    const { code, message, location } = finding;
    return {
      name: location === undefined ? code : `${code} ${location.line}:${location.column}`,
      classname,
      ...(location !== undefined && { file: shortLine(location.file), line: location.line }),
      outcome: { kind: 'failure', type: code, message: shortLine(message), text: lineOf(finding) },
    };
  };
}

function lineOf({ severity, code, message, location }: LintFinding): string {
  const place =
    location === undefined ? '' : `${shortLine(location.file)}:${location.line}:${location.column} `;
  return `${place}${severity} ${shortLine(message, 1000)} (${code})`;
}
