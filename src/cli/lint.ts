// deadringer lint: validates documents and scenarios.

import { Option } from 'commander';
import { pluralize } from '../finding/plural.ts';
import { isError } from '../finding/severity.ts';
import { scenarioPaths } from '../mock/default-sources.ts';
import { lintState } from '../mock/state/lint-state.ts';
import { loadContract } from '../openapi/load.ts';
import { formatsOf } from '../openapi/model.ts';
import { lintScenarios, usableScenarios } from '../scenario/lint.ts';
import { loadScenarios } from '../scenario/load.ts';
import { lint } from '../validate/lint.ts';
import type { BuildCommand, ExitCode } from './command.ts';
import { formatFinding } from './format-lines.ts';
import type { Io } from './io.ts';
import {
  formatsOption,
  loadOptions,
  localSpecs,
  overlayOption,
  provenanceOption,
  scenariosOption,
} from './options.ts';

interface LintOptions {
  scenarios?: string[];
  provenance?: string[];
  overlay?: string[];
  assertFormats?: boolean;
  state?: boolean;
  format: 'text' | 'json';
}

export const build: BuildCommand = (command, finish, io) => {
  command
    .argument('[spec...]', 'documents, or folders of them (default: ./specs, else ./openapi.yaml)')
    .addOption(scenariosOption)
    .addOption(provenanceOption)
    .addOption(overlayOption)
    .addOption(formatsOption)
    .option('--state', 'print the resources that "serve --stateful" remembers, and the rule that found each')
    .addOption(
      new Option('--format <format>', 'form of the output of --state')
        .choices(['text', 'json'])
        .default('text'),
    )
    .action(async (specs: string[], options: LintOptions) => finish(await run(specs, options, io)));
};

async function run(specs: string[], options: LintOptions, io: Io): Promise<ExitCode> {
  const { contract, findings: loadFindings } = await loadContract(
    specs.length > 0 ? specs : localSpecs(),
    loadOptions(options, io),
  );
  if (options.state) {
    const { printState } = await import('./lint-state.ts');
    for (const finding of loadFindings) io.err(formatFinding(finding, io.stderr.style));
    printState(contract, options.format, io);
    return loadFindings.some(isError) ? 1 : 0;
  }
  const folders = scenarioPaths(options.scenarios, specs.length > 0 ? specs : undefined);
  const { scenarios, findings: unreadable } = await loadScenarios(folders, io.cwd);
  // --provenance removes parts of the documents; scenarios that need those parts are not linted.
  const usable = options.provenance === undefined ? scenarios : usableScenarios(contract, scenarios);
  const findings = [
    ...loadFindings,
    ...lint(contract),
    ...lintState(contract),
    ...unreadable,
    ...lintScenarios(contract, usable),
  ];
  const style = io.stdout.style;
  for (const finding of findings) io.out(formatFinding(finding, style));
  const errors = findings.filter(isError).length;
  const operations = contract.apis.reduce((sum, api) => sum + api.operations.length, 0);
  const counts = `${pluralize(contract.apis.length, 'document')} (${formatsOf(contract)}), ${pluralize(operations, 'operation')}${scenarios.length === 0 ? '' : `, ${pluralize(usable.length, 'scenario')}`}`;
  const summary = `${counts}: ${errors === 0 ? 'no errors' : pluralize(errors, 'error')}`;
  const skipped = scenarios.length - usable.length;
  if (skipped > 0)
    io.out(
      style('dim', `${pluralize(skipped, 'scenario')} skipped: --provenance removed parts that they need`),
    );
  io.out(errors === 0 ? style('green', summary) : style('red', summary));
  return errors === 0 ? 0 : 1;
}
