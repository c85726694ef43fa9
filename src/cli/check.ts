// deadringer check: recorded traffic in, a verdict that adds up out.
import { InvalidArgumentError } from 'commander';
import { GATES, type Report } from '../check/report.ts';
import type { Checked, RunOptions } from '../check/run.ts';
import { type Build, UsageError } from './command.ts';
import type { Io } from './io.ts';
import {
  baselineOption,
  failOnOption,
  type JudgingOptions,
  minCoverageOption,
  readJudging,
  serverOption,
  sideOption,
  specsOption,
  unlessInterrupted,
  update,
  updateBaselineOption,
} from './judging.ts';
import { formatsOption, provenanceOption } from './options.ts';
import { watchProgress } from './progress.ts';
import { formatOption, outputOption, type ReportOptions, writeFiles, writeReports } from './reports.ts';

interface CheckCommandOptions extends ReportOptions, JudgingOptions {
  shard?: NonNullable<Report['shard']>;
  suggest?: string;
  showValues?: boolean;
  threads?: number;
}

/** What only a replay finds is none of them. */
const OWN_GATES = GATES.filter(gate => gate !== 'difference');

export const build: Build = (command, finish, io) => {
  command
    .argument('<traffic...>', 'files, folders of them, or - for standard input')
    .addOption(specsOption)
    .addOption(serverOption)
    .addOption(failOnOption(OWN_GATES, ['violation']))
    .addOption(minCoverageOption)
    .addOption(sideOption)
    .addOption(baselineOption)
    .addOption(updateBaselineOption)
    .addOption(formatOption)
    .addOption(outputOption)
    .option(
      '--suggest <folder>',
      'write changes of the documents that would take in the drift, as OpenAPI Overlays',
    )
    .option(
      '--shard <i/n>',
      'check every n-th exchange, beginning with the i-th; see deadringer report merge',
      parseShard,
    )
    .option('--show-values', 'write secrets into the report as they were recorded')
    .option(
      '--threads <number>',
      'how many judge at once (default: two for more than 64 MiB where there are two processors; the second takes up to 80 MB)',
      parseThreads,
    )
    .addOption(formatsOption)
    .addOption(provenanceOption)
    .action(async (traffic: string[], options: CheckCommandOptions) =>
      finish(await run(traffic, options, io)),
    );
};

async function run(traffic: string[], options: CheckCommandOptions, io: Io): Promise<number> {
  const { run: given, outputs } = readJudging(traffic, options, io);
  if (options.updateBaseline && options.shard !== undefined)
    throw new UsageError(
      'a shard sees a part of the traffic, and would drop the rest of the baseline: update it in a whole run',
    );
  if (options.showValues)
    io.err('deadringer: --show-values: the report holds secrets as they were recorded; do not hand it on');
  const checked = await unlessInterrupted(io, signal => check({ ...given, signal }, options, io));
  if (checked === undefined) return 130;
  const { report } = checked;
  if (options.updateBaseline) return await update(checked, options.baseline ?? '', io);
  await writeReports(report, outputs, io);
  if (options.suggest !== undefined) await suggest(checked, options.suggest, io);
  return report.exitCode;
}

async function check(given: RunOptions, options: CheckCommandOptions, io: Io): Promise<Checked> {
  // Loaded only now, so that help and wrong usage are told at once.
  const [{ checkRecordings }, { inputSize }] = await Promise.all([
    import('../check/check.ts'),
    import('../recording/find.ts'),
  ]);
  const progress = watchProgress(io.stderr, 'checked', await inputSize(given.traffic));
  try {
    return await checkRecordings({
      ...given,
      ...(options.shard !== undefined && { shard: options.shard }),
      showValues: options.showValues === true,
      ...(options.threads !== undefined && { threads: options.threads }),
      onProgress: progress.tell,
    });
  } finally {
    progress.end();
  }
}

async function suggest({ report, contract }: Checked, folder: string, io: Io): Promise<void> {
  const [{ suggestOverlays }, { toYaml }] = await Promise.all([
    import('../check/overlay.ts'),
    import('../finding/yaml.ts'),
  ]);
  const overlays = suggestOverlays(report, contract);
  const names = overlayNames([...overlays.keys()]);
  const stems = [...overlays].map(
    ([file, overlay]) => [`${names.get(file)}.overlay.yaml`, toYaml(overlay)] as const,
  );
  if (overlays.size === 0) io.err('nothing to suggest: the documents name everything that was seen');
  else for (const file of await writeFiles(folder, stems)) io.err(`suggested changes: ${file}`);
}

/** "shop" for specs/shop.yaml; as much of the path before it as tells two files apart. */
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
  if (index < 1 || index > of) throw new InvalidArgumentError('A shard is written 2/4: the second of four.');
  return { index, of };
}

function parseThreads(text: string): number {
  const threads = Number(text);
  if (!Number.isInteger(threads) || threads < 1 || threads > 64)
    throw new InvalidArgumentError('A whole number from 1 to 64.');
  return threads;
}
