// deadringer lint: hold the documents against themselves before anybody holds anything else against them.

import { lint } from '../contract/lint.ts';
import { loadContract } from '../contract/load.ts';
import { severityOf } from '../contract/policy.ts';
import { count } from '../reporters/safe.ts';
import { lintScenarios, playableScenarios } from '../scenario/lint.ts';
import { loadScenarios } from '../scenario/load.ts';
import type { Build, ExitCode } from './command.ts';
import type { Io } from './io.ts';
import {
  formatsOption,
  loadOptions,
  ownSpecs,
  provenanceOption,
  scenarioPaths,
  scenariosOption,
} from './options.ts';
import { printFinding } from './print.ts';

interface LintOptions {
  scenarios?: string[];
  provenance?: string[];
  assertFormats?: boolean;
}

export const build: Build = (command, finish, io) => {
  command
    .argument('[spec...]', 'documents, or folders of them (default: ./specs)')
    .addOption(scenariosOption)
    .addOption(provenanceOption)
    .addOption(formatsOption)
    .action(async (specs: string[], options: LintOptions) => finish(await run(specs, options, io)));
};

async function run(specs: string[], options: LintOptions, io: Io): Promise<ExitCode> {
  const { contract, findings: loading } = await loadContract(
    specs.length > 0 ? specs : ownSpecs(),
    loadOptions(options, io),
  );
  const folders = scenarioPaths(options.scenarios, specs.length > 0 ? specs : undefined);
  const { scenarios, findings: unread } = await loadScenarios(folders, io.cwd);
  // Where parts of the documents are left out on purpose, so are the stories that need them.
  const playable = options.provenance === undefined ? scenarios : playableScenarios(contract, scenarios);
  const findings = [...loading, ...lint(contract), ...unread, ...lintScenarios(contract, playable)];
  const { style } = io.stdout;
  for (const finding of findings) io.out(printFinding(finding, style));
  const errors = findings.filter(({ code }) => severityOf(code) === 'error').length;
  const operations = contract.apis.reduce((sum, api) => sum + api.operations.length, 0);
  const read = `${count(contract.apis.length, 'document')}, ${count(operations, 'operation')}${scenarios.length === 0 ? '' : `, ${count(playable.length, 'scenario')}`}`;
  const said = `${read}: ${errors === 0 ? 'sound' : count(errors, 'error')}`;
  const left = scenarios.length - playable.length;
  if (left > 0) io.out(style('dim', `${count(left, 'scenario')} left out, with the parts that they need`));
  io.out(errors === 0 ? style('green', said) : style('red', said));
  return errors === 0 ? 0 : 1;
}
