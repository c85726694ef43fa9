// deadringer check: validates recorded traffic and writes reports.
import path from 'node:path';
import { InvalidArgumentError } from 'commander';
import type { Report } from '../check/report.ts';
import { ISSUE_KINDS } from '../check/report-terms.ts';
import type { CheckResult, TrafficRunOptions } from '../check/run.ts';
import { printable } from '../reporters/safe-text.ts';
import { type BuildCommand, UsageError } from './command.ts';
import type { Io } from './io.ts';
import { formatsOption, overlayOption, provenanceOption, redactPersonalOption } from './options.ts';
import { createProgressLine } from './progress.ts';
import { formatOption, outputOption, type ReportOptions, writeFiles, writeReports } from './report-output.ts';
import {
  baselineOption,
  failOnOption,
  minCoverageOption,
  readTrafficOptions,
  recordedServerOption,
  repeatedSpecsOption,
  sideOption,
  type TrafficOptions,
  unlessInterrupted,
  updateBaselineOption,
  writeBaseline,
} from './traffic-options.ts';

interface CheckCommandOptions extends ReportOptions, TrafficOptions {
  shard?: NonNullable<Report['shard']>;
  suggest?: string;
  showValues?: boolean;
  threads?: number;
}

/** The finding kinds of a check: a difference is found by a replay only. */
export const CHECK_KINDS = ISSUE_KINDS.filter(kind => kind !== 'difference');

export const build: BuildCommand = (command, finish, io) => {
  command
    .argument('<traffic...>', 'files, folders of them, or - for standard input')
    .addOption(repeatedSpecsOption)
    .addOption(recordedServerOption)
    .addOption(failOnOption(CHECK_KINDS, ['violation']))
    .addOption(minCoverageOption)
    .addOption(sideOption('both'))
    .addOption(baselineOption)
    .addOption(updateBaselineOption)
    .addOption(formatOption)
    .addOption(outputOption)
    .option('--suggest <folder>', 'write OpenAPI Overlays that add the undocumented parts to the documents')
    .option(
      '--shard <i/n>',
      'check only part i of n of the exchanges; combine the parts with deadringer report merge',
      parseShard,
    )
    .option('--show-values', 'do not redact secrets in the report')
    .option(
      '--threads <number>',
      'worker threads that help to check a large recording; each takes about 45 MB (default: 1)',
      parseThreads,
    )
    .addOption(overlayOption)
    .addOption(formatsOption)
    .addOption(redactPersonalOption)
    .addOption(provenanceOption)
    .action(async (traffic: string[], options: CheckCommandOptions) =>
      finish(await run(traffic, options, io)),
    );
};

async function run(traffic: string[], options: CheckCommandOptions, io: Io): Promise<number> {
  const { options: runOptions, outputs } = readTrafficOptions(traffic, options, io);
  if (options.updateBaseline && options.shard !== undefined)
    throw new UsageError(
      '--update-baseline cannot be used with --shard: a shard sees only part of the traffic and would drop the other entries',
    );
  if (options.showValues && options.redactPersonal)
    throw new UsageError('--show-values and --redact-personal contradict each other');
  if (options.showValues) io.err('deadringer: --show-values: the report contains secrets; do not share it');
  const checked = await unlessInterrupted(signal => runCheck({ ...runOptions, signal }, options, io), io);
  if (checked === undefined) return 130;
  const { report } = checked;
  if (options.updateBaseline) return await writeBaseline(checked, options.baseline ?? '', io);
  await writeReports(report, outputs, io);
  if (options.suggest !== undefined) await writeOverlays(checked, options.suggest, io);
  return report.exitCode;
}

async function runCheck(
  runOptions: TrafficRunOptions,
  options: CheckCommandOptions,
  io: Io,
): Promise<CheckResult> {
  // Load the checker only now, so that help and usage errors print at once.
  const [{ checkRecordings }, { inputSize }] = await Promise.all([
    import('../check/check.ts'),
    import('../recording/find-inputs.ts'),
  ]);
  const progress = createProgressLine(io.stderr, 'checked', await inputSize(runOptions.traffic));
  try {
    return await checkRecordings({
      ...runOptions,
      ...(options.shard !== undefined && { shard: options.shard }),
      showValues: options.showValues === true,
      ...(options.threads !== undefined && { threads: options.threads }),
      onProgress: progress.update,
    });
  } finally {
    progress.end();
  }
}

async function writeOverlays({ report, contract }: CheckResult, folder: string, io: Io): Promise<void> {
  const [{ mayHaveOverlay, suggestOverlays }, { toYaml }] = await Promise.all([
    import('../check/overlay.ts'),
    import('../document/write-yaml.ts'),
  ]);
  const overlays = suggestOverlays(report, contract);
  const names = overlayNames([...overlays.keys()]);
  const files = [...overlays].map(([file, overlay]) => {
    // The name of a document is relative to the overlay that extends it.
    const extended = path.relative(path.resolve(io.cwd, folder), path.resolve(io.cwd, file));
    const written = { ...overlay, extends: extended.split(path.sep).join('/') };
    return [`${names.get(file)}.overlay.yaml`, toYaml(written)] as const;
  });
  for (const { file, format } of contract.apis.filter(api => !mayHaveOverlay(api)))
    io.err(`no overlay for ${printable(file)}: it is a ${format}, and overlays are written for OpenAPI`);
  if (overlays.size > 0)
    for (const file of await writeFiles(folder, files)) io.err(`overlay: ${printable(file)}`);
  else if (contract.apis.some(mayHaveOverlay)) io.err('no overlay written: nothing undocumented was seen');
}

/** "shop" for specs/shop.yaml, with as many parent folders as make the names distinct. */
function overlayNames(files: readonly string[]): Map<string, string> {
  const stemOf = (file: string, steps: number): string =>
    file
      .replace(/\.[^./\\]*$/, '')
      .split(/[\\/]/)
      .slice(-steps)
      .join('-');
  return new Map(
    files.map(file => {
      let steps = 1;
      const isTaken = (): boolean =>
        files.some(other => other !== file && stemOf(other, steps) === stemOf(file, steps));
      while (steps < 20 && isTaken()) steps++;
      return [file, stemOf(file, steps)];
    }),
  );
}

function parseShard(text: string): { index: number; of: number } {
  const [, index = 0, of = 0] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (index < 1 || index > of) throw new InvalidArgumentError('Write a shard as 2/4, the second of four.');
  return { index, of };
}

function parseThreads(text: string): number {
  const threads = Number(text);
  if (!Number.isInteger(threads) || threads < 1 || threads > 64)
    throw new InvalidArgumentError('Must be a whole number from 1 to 64.');
  return threads;
}
