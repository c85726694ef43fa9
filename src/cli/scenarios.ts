// deadringer scenarios from: recorded traffic in, scenario files out that answer as it did.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { shellWord } from '../exchange/curl.ts';
import { count, printable } from '../reporters/safe.ts';
import type { Harvest, HarvestOptions } from '../stories/harvest.ts';
import type { StoryFile } from '../stories/write.ts';
import { type Build, type ExitCode, UsageError } from './command.ts';
import type { Io } from './io.ts';
import { serverOption, specsOption, unlessInterrupted } from './judging.ts';
import { formatsOption, loadOptions, ownSpecs, provenanceOption } from './options.ts';
import { watchProgress } from './progress.ts';
import { writeWhole } from './reports.ts';

interface FromOptions {
  specs?: string[];
  server?: string[];
  output: string;
  prefix: string;
  on?: boolean;
  force?: boolean;
  provenance?: string[];
  assertFormats?: boolean;
}

const SCENARIOS = 'scenarios';

export const build: Build = (command, finish, io) => {
  command
    .command('from')
    .description('write scenarios that answer as a recording did')
    .argument('<traffic...>', 'files, folders of them, or - for standard input')
    .addOption(specsOption)
    .addOption(serverOption)
    .option('-o, --output <folder>', 'write <folder>/<api>/<name>.yaml', SCENARIOS)
    .option('--prefix <word>', 'what the names of the files begin with', 'recorded')
    .option('--on', 'make them active in every session from the start')
    .option('--force', 'write files anew that this command has written before')
    .addOption(formatsOption)
    .addOption(provenanceOption)
    .exitOverride()
    .action(async (traffic: string[], options: FromOptions) => finish(await run(traffic, options, io)));
};

async function run(traffic: string[], options: FromOptions, io: Io): Promise<number> {
  if (!/^[A-Za-z0-9][\w.-]{0,60}$/.test(options.prefix))
    throw new UsageError(
      `--prefix "${options.prefix}" cannot begin the name of a file: use letters, digits, "-", "_" and "."`,
    );
  const made = await unlessInterrupted(io, signal => make(traffic, options, signal, io));
  if (made === undefined) return 130;
  await write(made, options, io);
  const code = account(made, io);
  if (options.on === true) await warnOfOthers(made, options.output, io);
  if (made.files.length > 0) tellHowToPlay(made, options, io);
  return code;
}

/** Documents that are named bring no scenarios of their own, so a server has to be told of both. */
function tellHowToPlay(made: Harvest, { specs, output, on }: FromOptions, io: Io): void {
  const isUsual = specs === undefined && path.normalize(output) === SCENARIOS;
  const words = [...(specs ?? []).flatMap(each => ['--specs', each]), '--scenarios', output];
  io.out(
    `Play them  deadringer serve${isUsual ? '' : ` ${words.map(word => shellWord(printable(word))).join(' ')}`}`,
  );
  if (on !== true) io.out(`     then  deadringer use ${idsOf(made).map(shellWord).join(' ')}`);
}

async function make(traffic: string[], options: FromOptions, signal: AbortSignal, io: Io): Promise<Harvest> {
  // Loaded only now, so that help and wrong usage are told at once.
  const [{ harvest }, { inputSize }, { ContractError, loadContract }, { compileAll }] = await Promise.all([
    import('../stories/harvest.ts'),
    import('../recording/find.ts'),
    import('../contract/load.ts'),
    import('../contract/lint.ts'),
  ]);
  const specs = options.specs ?? ownSpecs('name the documents with --specs');
  const { contract, findings } = await loadContract(specs, loadOptions(options, io));
  const broken = [...findings, ...compileAll(contract)];
  if (broken.length > 0) throw new ContractError(broken);
  const progress = watchProgress(io.stderr, 'read', await inputSize(traffic));
  try {
    const given: HarvestOptions = {
      traffic,
      stdin: io.stdin,
      servers: options.server ?? [],
      prefix: options.prefix,
      onByDefault: options.on === true,
      schema: existsSync(path.join(options.output, 'scenario.schema.json'))
        ? '../scenario.schema.json'
        : undefined,
      nameOf,
      onProgress: progress.tell,
      onPassedOver: (_, why) => io.err(`deadringer: passed over: ${printable(why)}`),
      signal,
    };
    return await harvest(contract, given);
  } finally {
    progress.end();
  }
}

/** Files are handed on, and where they lay on this machine is nobody's business. */
function nameOf(file: string): string {
  if (file === '-') return 'standard input';
  return printable(path.isAbsolute(file) || file.startsWith('..') ? path.basename(file) : file);
}

async function write({ files }: Harvest, { output, force }: FromOptions, io: Io): Promise<void> {
  const { MARK } = await import('../stories/write.ts');
  const waiting: [string, StoryFile][] = [];
  // All of them are looked at before one is written.
  for (const each of files) {
    const file = path.join(output, each.api, `${each.name}.yaml`);
    const before = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw new UsageError(`${file} cannot be written: ${error.message}`);
    });
    if (before !== undefined && !before.startsWith(MARK))
      throw new UsageError(
        `${file} was not made by this command and is left as it is: choose another --prefix or --output`,
      );
    if (before !== undefined && before !== each.text && force !== true)
      throw new UsageError(
        `${file} is there already: --force writes it anew, and what was changed in it is lost`,
      );
    waiting.push([file, each]);
  }
  for (const [file, { text, rules, offContract }] of waiting) {
    await writeWhole(file, text);
    io.out(`${file}: ${count(rules, 'rule')}`);
    for (const reason of offContract) io.out(`  off contract: ${printable(reason)}`);
  }
}

function idsOf({ files }: Harvest): string[] {
  return files.map(({ api, name }) => `${api}/${name}`);
}

/** Of the stories that are on by default the first by name is asked first, and may answer before the recorded ones. */
async function warnOfOthers(made: Harvest, output: string, io: Io): Promise<void> {
  const { loadScenarios } = await import('../scenario/load.ts');
  const { scenarios } = await loadScenarios([output], io.cwd);
  const ours = new Set(idsOf(made));
  for (const [index, { id, api, onByDefault, rules }] of scenarios.entries()) {
    if (!onByDefault || ours.has(id)) continue;
    const names = new Set(rules.map(({ on }) => on));
    const hidden = scenarios
      .slice(index)
      .some(each => each.api === api && ours.has(each.id) && each.rules.some(({ on }) => names.has(on)));
    if (hidden)
      io.err(
        `deadringer: ${id} is on by default as well, and is asked first: "deadringer use --off ${id}" lets the recorded answers through`,
      );
  }
}

function account({ accounting, incomplete, otherHosts, files }: Harvest, io: Io): ExitCode {
  const { total, told, merged, leftOut } = accounting;
  const rows: [number, string][] = [
    [total, 'in all'],
    [told, 'in scenarios'],
    [merged, 'the same as one of these'],
    ...Object.entries(leftOut).map(([reason, times]): [number, string] => [times, `left out: ${reason}`]),
  ];
  const width = String(total).length;
  io.out('Exchanges  each of them is in exactly one row');
  for (const [times, what] of rows) io.out(`  ${String(times).padStart(width)}  ${what}`);
  for (const what of incomplete) io.err(`deadringer: ${printable(what)}`);
  if (files.length === 0) {
    const [host] = otherHosts;
    const hint =
      total === 0
        ? ': there is no exchange in what was read'
        : host === undefined
          ? ''
          : `; if the API was recorded at ${printable(host)}, say --server ${printable(host)}`;
    io.err(`deadringer: no scenario could be made${hint}`);
    return 3;
  }
  return incomplete.length > 0 ? 3 : 0;
}
