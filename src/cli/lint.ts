// deadringer lint: validates documents and scenarios.

import { isError } from '../finding/severity.ts';
import { scenarioPaths } from '../mock/default-sources.ts';
import { lintState } from '../mock/state/lint-state.ts';
import { ContractError, loadContract } from '../openapi/load.ts';
import { formatFinding } from '../reporters/finding-line.ts';
import { renderLintReport } from '../reporters/lint/lint-formats.ts';
import { createLintReport, type LintedSources } from '../reporters/lint/lint-report.ts';
import { printable } from '../reporters/safe-text.ts';
import { lintScenarios, usableScenarios } from '../scenario/lint.ts';
import { loadScenarios } from '../scenario/load.ts';
import { lint } from '../validate/lint.ts';
import { version } from '../version.ts';
import { type BuildCommand, type ExitCode, UsageError } from './command.ts';
import type { Io } from './io.ts';
import {
  formatsOption,
  loadOptions,
  localSpecs,
  overlayOption,
  provenanceOption,
  scenariosOption,
} from './options.ts';
import {
  formatOption,
  namesRepositoryPaths,
  outputOption,
  type ReportOptions,
  type ReportOutput,
  refuseToOverwrite,
  resolveOutputs,
  writeRendered,
} from './report-output.ts';
import { fromRepositoryRoot } from './repository-paths.ts';

interface LintOptions extends ReportOptions {
  scenarios?: string[];
  provenance?: string[];
  overlay?: string[];
  assertFormats?: boolean;
  state?: boolean;
}

export const build: BuildCommand = (command, finish, io) => {
  command
    .argument('[spec...]', 'documents, or folders of them (default: ./specs, else ./openapi.yaml)')
    .addOption(scenariosOption)
    .addOption(provenanceOption)
    .addOption(overlayOption)
    .addOption(formatsOption)
    .option('--state', 'print the resources that "serve --stateful" remembers, and the rule that found each')
    .addOption(formatOption)
    .addOption(outputOption)
    .action(async (specs: string[], options: LintOptions) => finish(await run(specs, options, io)));
};

async function run(specs: string[], options: LintOptions, io: Io): Promise<ExitCode> {
  const sources = specs.length > 0 ? specs : localSpecs();
  if (options.state) return await runState(sources, options, io);
  const outputs = resolveOutputs(options);
  refuseToOverwrite(outputs, [...sources, ...(options.overlay ?? [])]);
  const report = createLintReport({
    version: version(),
    ...(await lintSources(sources, specs.length > 0 ? specs : undefined, outputs, options, io)),
  });
  // The files of folders and references are known only now.
  const files = report.findings.flatMap(({ location }) => location?.file ?? []);
  refuseToOverwrite(outputs, [...report.documents.map(({ file }) => file), ...files]);
  await writeRendered(outputs, [printable(report.summary)], io, (format, style) =>
    renderLintReport(namesRepositoryPaths(format) ? fromRepositoryRoot(report, io) : report, format, style),
  );
  return report.exitCode;
}

async function lintSources(
  sources: readonly string[],
  named: readonly string[] | undefined,
  outputs: readonly ReportOutput[],
  options: LintOptions,
  io: Io,
): Promise<Omit<LintedSources, 'version'>> {
  let loaded: Awaited<ReturnType<typeof loadContract>>;
  try {
    loaded = await loadContract(sources, loadOptions(options, io));
  } catch (error) {
    // A report lists what makes the documents unusable. On a terminal the error does.
    if (!(error instanceof ContractError) || outputs.every(({ format }) => format === 'text')) throw error;
    return { contract: undefined, scenarios: 0, checkedScenarios: 0, findings: error.findings };
  }
  const { contract, findings } = loaded;
  const { scenarios, findings: unreadable } = await loadScenarios(
    scenarioPaths(options.scenarios, named),
    io.cwd,
  );
  // --provenance removes parts of the documents; scenarios that need those parts are not linted.
  const usable = options.provenance === undefined ? scenarios : usableScenarios(contract, scenarios);
  return {
    contract,
    scenarios: scenarios.length,
    checkedScenarios: usable.length,
    findings: [
      ...findings,
      ...lint(contract),
      ...lintState(contract),
      ...unreadable,
      ...lintScenarios(contract, usable),
    ],
  };
}

/** Prints the resources instead of a report. */
async function runState(sources: readonly string[], options: LintOptions, io: Io): Promise<ExitCode> {
  const [format] = options.format;
  if (options.output !== undefined || options.format.length > 1 || (format !== 'text' && format !== 'json'))
    throw new UsageError('--state prints text or JSON: use --format text or --format json, without --output');
  const { contract, findings } = await loadContract(sources, loadOptions(options, io));
  const { printState } = await import('./lint-state.ts');
  for (const finding of findings) io.err(formatFinding(finding, io.stderr.style));
  printState(contract, format, io);
  return findings.some(isError) ? 1 : 0;
}
