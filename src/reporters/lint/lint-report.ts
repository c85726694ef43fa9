// Builds the report of lint from its findings.
import type { z } from 'zod';
import { kindOf } from '../../finding/catalogue.ts';
import type { Finding } from '../../finding/finding.ts';
import { pluralize } from '../../finding/plural.ts';
import { type Severity, severityOf } from '../../finding/severity.ts';
import { type Contract, formatsOf } from '../../openapi/model.ts';
import type { lintReportSchema } from './lint-report-schema.ts';

export type LintReport = z.infer<typeof lintReportSchema>;
export type LintFinding = LintReport['findings'][number];

export interface LintedSources {
  readonly version: string;
  /** Undefined: no document can be used. */
  readonly contract: Contract | undefined;
  /** All that were loaded. */
  readonly scenarios: number;
  /** Those that were checked. */
  readonly checkedScenarios: number;
  readonly findings: readonly Finding[];
}

export function createLintReport(sources: LintedSources): LintReport {
  const { contract, scenarios, checkedScenarios } = sources;
  const findings = withoutRepetitions(sources.findings);
  const counts: Record<Severity, number> = { error: 0, warning: 0, note: 0 };
  for (const { severity } of findings) counts[severity]++;
  const documents = (contract?.apis ?? []).map(({ name, title, file, format, operations }) => ({
    ...{ name, title, file, format },
    operations: operations.length,
  }));
  const operations = documents.reduce((sum, each) => sum + each.operations, 0);
  const scenarioCount = scenarios === 0 ? '' : `, ${pluralize(checkedScenarios, 'scenario')}`;
  const errors = counts.error === 0 ? 'no errors' : pluralize(counts.error, 'error');
  return {
    version: 1,
    tool: { name: 'deadringer', version: sources.version },
    verdict: counts.error === 0 ? 'passed' : 'failed',
    exitCode: contract === undefined ? 2 : counts.error === 0 ? 0 : 1,
    summary:
      contract === undefined
        ? `no document can be used: ${errors}`
        : `${pluralize(documents.length, 'document')} (${formatsOf(contract)}), ${pluralize(operations, 'operation')}${scenarioCount}: ${errors}`,
    documents,
    scenarios: checkedScenarios,
    skippedScenarios: scenarios - checkedScenarios,
    errors: counts.error,
    warnings: counts.warning,
    notes: counts.note,
    findings,
  };
}

/** Documents that share a file have its findings in common. */
function withoutRepetitions(findings: readonly Finding[]): LintFinding[] {
  const known = new Map<string, LintFinding>();
  for (const finding of findings) {
    const { code, message, location } = finding;
    const key = JSON.stringify([code, message, location?.file, location?.pointer, location?.line]);
    if (known.has(key)) continue;
    known.set(key, {
      severity: severityOf(code),
      code,
      kind: kindOf(finding),
      message,
      ...(location !== undefined && { location }),
    });
  }
  return [...known.values()];
}

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note'];

/** The most severe first, else in the order of the report. */
export function bySeverity({ findings }: LintReport): LintFinding[] {
  return SEVERITIES.flatMap(severity => findings.filter(each => each.severity === severity));
}

/** "2 warnings, 3 notes": what the summary does not count; "" if there is none. */
export function otherCounts({ warnings, notes }: LintReport): string {
  return [
    ...(warnings > 0 ? [pluralize(warnings, 'warning')] : []),
    ...(notes > 0 ? [pluralize(notes, 'note')] : []),
  ].join(', ');
}
