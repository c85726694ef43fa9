// deadringer scenarios from: generates scenario files from recorded traffic.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { shellWord } from '../exchange/curl.ts';
import { pluralize } from '../finding/plural.ts';
import { printable } from '../reporters/safe-text.ts';
import type { GeneratorOptions, GeneratorResult } from '../scenario-generator/generate.ts';
import type { ScenarioFile } from '../scenario-generator/write-scenarios.ts';
import { type BuildCommand, type ExitCode, UsageError } from './command.ts';
import { documentFindingLines } from './format-lines.ts';
import type { Io } from './io.ts';
import {
  documentWords,
  formatsOption,
  loadOptions,
  localSpecs,
  overlayOption,
  provenanceOption,
  redactPersonalOption,
} from './options.ts';
import { createProgressLine } from './progress.ts';
import { writeFileAtomically } from './report-output.ts';
import { recordedServerOption, repeatedSpecsOption, unlessInterrupted } from './traffic-options.ts';

interface FromOptions {
  specs?: string[];
  server?: string[];
  output: string;
  prefix: string;
  on?: boolean;
  force?: boolean;
  provenance?: string[];
  overlay?: string[];
  assertFormats?: boolean;
  redactPersonal?: boolean;
}

const DEFAULT_FOLDER = 'scenarios';

export const build: BuildCommand = (command, finish, io) => {
  command
    .command('from')
    .description('generate scenarios that reply as recorded')
    .argument('<traffic...>', 'files, folders of them, or - for standard input')
    .addOption(repeatedSpecsOption)
    .addOption(recordedServerOption)
    .option('-o, --output <folder>', 'folder for <api>/<name>.yaml', DEFAULT_FOLDER)
    .option('--prefix <word>', 'prefix of the file names', 'recorded')
    .option('--on', 'enable the scenarios in every session by default')
    .option('--force', 'overwrite files that this command generated')
    .addOption(overlayOption)
    .addOption(formatsOption)
    .addOption(redactPersonalOption)
    .addOption(provenanceOption)
    .exitOverride()
    .action(async (traffic: string[], options: FromOptions) => finish(await run(traffic, options, io)));
};

async function run(traffic: string[], options: FromOptions, io: Io): Promise<number> {
  if (!/^[A-Za-z0-9][\w.-]{0,60}$/.test(options.prefix))
    throw new UsageError(
      `--prefix "${options.prefix}" is not a valid file name prefix: use letters, digits, "-", "_" and "."`,
    );
  const generated = await unlessInterrupted(signal => generate(traffic, options, signal, io), io);
  if (generated === undefined) return 130;
  await writeScenarios(generated, options, io);
  const code = printAccounting(generated, io);
  for (const origin of generated.linkedOrigins)
    io.err(
      `deadringer: bodies of responses have links to ${printable(origin)}: a client that follows them leaves the mock`,
    );
  if (options.on === true) await warnAboutActiveScenarios(generated, options.output, io);
  if (generated.files.length > 0) printNextSteps(generated, options, io);
  return code;
}

/** With --specs, a server reads no scenario folder by default: its command has to name both. */
function printNextSteps(generated: GeneratorResult, { specs, output, on }: FromOptions, io: Io): void {
  const isDefault = specs === undefined && path.normalize(output) === DEFAULT_FOLDER;
  const words = [...(specs ?? []).flatMap(each => ['--specs', each]), '--scenarios', output];
  io.out(
    `Next: deadringer serve${isDefault ? '' : ` ${words.map(word => shellWord(printable(word))).join(' ')}`}`,
  );
  if (on !== true)
    io.out(
      `Then: deadringer use ${scenarioIds(generated)
        .map(id => shellWord(printable(id)))
        .join(' ')}`,
    );
}

async function generate(
  traffic: string[],
  options: FromOptions,
  signal: AbortSignal,
  io: Io,
): Promise<GeneratorResult> {
  // Load the generator only now, so that help and usage errors print at once.
  const [{ generateScenarios }, { inputSize }, { loadContract }] = await Promise.all([
    import('../scenario-generator/generate.ts'),
    import('../recording/find-inputs.ts'),
    import('../openapi/load.ts'),
  ]);
  const specs = options.specs ?? localSpecs('name the documents with --specs');
  const { contract, findings } = await loadContract(specs, loadOptions(options, io));
  for (const line of documentFindingLines(findings, documentWords(specs, options.overlay), io.stderr.style))
    io.err(line);
  const progress = createProgressLine(io.stderr, 'read', await inputSize(traffic));
  try {
    const generateOptions: GeneratorOptions = {
      traffic,
      stdin: io.stdin,
      servers: options.server ?? [],
      prefix: options.prefix,
      onByDefault: options.on === true,
      schema: existsSync(path.join(options.output, 'scenario.schema.json'))
        ? '../scenario.schema.json'
        : undefined,
      nameOf: displayName,
      onProgress: progress.update,
      onSkippedFile: (_, detail) => io.err(`deadringer: skipped: ${printable(detail)}`),
      signal,
    };
    return await generateScenarios(contract, generateOptions);
  } finally {
    progress.end();
  }
}

/** Generated files are shared: they name recordings without the folders of this machine. */
function displayName(file: string): string {
  if (file === '-') return 'standard input';
  return printable(path.isAbsolute(file) || file.startsWith('..') ? path.basename(file) : file);
}

async function writeScenarios(
  { files }: GeneratorResult,
  { output, force }: FromOptions,
  io: Io,
): Promise<void> {
  const { GENERATED_MARK } = await import('../scenario-generator/write-scenarios.ts');
  const toWrite: [string, ScenarioFile][] = [];
  // Check all files before writing the first.
  for (const each of files) {
    const file = path.join(output, each.api, `${each.name}.yaml`);
    const before = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw new UsageError(`${file} cannot be written: ${error.message}`);
    });
    if (before !== undefined && !before.startsWith(GENERATED_MARK))
      throw new UsageError(
        `${file} was not generated by this command and is not overwritten: choose another --prefix or --output`,
      );
    if (before !== undefined && before !== each.text && force !== true)
      throw new UsageError(`${file} already exists: --force overwrites it, including your changes`);
    toWrite.push([file, each]);
  }
  for (const [file, { text, rules, offContract }] of toWrite) {
    await writeFileAtomically(file, text);
    io.out(`${printable(file)}: ${pluralize(rules, 'rule')}`);
    for (const reason of offContract) io.out(`  off contract: ${printable(reason)}`);
  }
}

function scenarioIds({ files }: GeneratorResult): string[] {
  return files.map(({ api, name }) => `${api}/${name}`);
}

/** Scenarios that are enabled by default apply in the order of their names, so another one may apply before the recorded ones. */
async function warnAboutActiveScenarios(generated: GeneratorResult, output: string, io: Io): Promise<void> {
  const { loadScenarios } = await import('../scenario/load.ts');
  const { scenarios } = await loadScenarios([output], io.cwd);
  const generatedIds = new Set(scenarioIds(generated));
  for (const [index, { id, api, onByDefault, rules }] of scenarios.entries()) {
    if (!onByDefault || generatedIds.has(id)) continue;
    const operations = new Set(rules.map(({ on }) => on));
    const hidden = scenarios
      .slice(index)
      .some(
        each =>
          each.api === api && generatedIds.has(each.id) && each.rules.some(({ on }) => operations.has(on)),
      );
    if (hidden)
      io.err(
        printable(
          `deadringer: ${id} is also enabled by default and takes precedence: run "deadringer use --off ${id}" to use the recorded replies`,
        ),
      );
  }
}

function printAccounting({ accounting, incomplete, otherOrigins, files }: GeneratorResult, io: Io): ExitCode {
  const { total, inScenarios, merged, skipped } = accounting;
  const rows: [number, string][] = [
    [total, 'total'],
    [inScenarios, 'in scenarios'],
    [merged, 'duplicates of exchanges in scenarios'],
    ...Object.entries(skipped).map(([reason, count]): [number, string] => [count, `skipped: ${reason}`]),
  ];
  const width = String(total).length;
  io.out('Exchanges  each is counted in exactly one row');
  for (const [count, label] of rows) io.out(`  ${String(count).padStart(width)}  ${label}`);
  for (const message of incomplete) io.err(`deadringer: ${printable(message)}`);
  if (files.length === 0) {
    const [origin] = otherOrigins;
    const hint =
      total === 0
        ? ': the input contains no exchange'
        : origin === undefined
          ? ''
          : `; if the API was recorded at ${printable(origin)}, add --server ${printable(origin)}`;
    io.err(`deadringer: no scenario was generated${hint}`);
    return 3;
  }
  return incomplete.length > 0 ? 3 : 0;
}
