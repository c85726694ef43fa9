// A report of lint with two errors and a warning, one of them found twice.
import type { Finding } from '../../src/finding/finding.ts';
import { createLintReport, type LintReport } from '../../src/reporters/lint/lint-report.ts';

const FINDINGS: readonly Finding[] = [
  {
    code: 'spec-pattern-advice',
    message: 'cannot be matched in linear time',
    at: '',
    location: { file: './specs/pets.yaml', line: 4, column: 5, pointer: '/paths' },
  },
  ...[1, 2].map(
    (): Finding => ({
      code: 'spec-example',
      message: 'the example must be integer',
      at: '',
      location: { file: './specs/pets.yaml', line: 12, column: 3, pointer: '/components' },
    }),
  ),
  {
    code: 'scenario-unreadable',
    message: 'this is not YAML',
    at: '',
    location: { file: 'scenarios/a,b.yaml', line: 1, column: 1, pointer: '' },
  },
];

/** No document can be used. */
export function lintReport(findings: readonly Finding[] = FINDINGS): LintReport {
  return createLintReport({
    version: '1.2.3',
    contract: undefined,
    scenarios: 0,
    checkedScenarios: 0,
    findings,
  });
}
