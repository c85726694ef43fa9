// deadringer replay: recorded requests are asked again, and the answers of now are judged and held beside those of then.
import { InvalidArgumentError, Option } from 'commander';
import { GATES } from '../check/report.ts';
import type { Checked, RunOptions } from '../check/run.ts';
import type { Planned, ReplayOptions } from '../replay/replay.ts';
import { count, printable } from '../reporters/safe.ts';
import { type Build, type ExitCode, UsageError } from './command.ts';
import type { Io } from './io.ts';
import {
  baselineOption,
  collect,
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
import { formatsOption, parseTime, provenanceOption } from './options.ts';
import { watchProgress } from './progress.ts';
import { formatOption, outputOption, type ReportOptions, writeReports } from './reports.ts';

interface ReplayCommandOptions extends ReportOptions, JudgingOptions {
  target?: string[];
  allowHost?: string[];
  allowWrites?: boolean;
  secret?: string[];
  concurrency: number;
  rate?: number;
  timeout: number;
  strictValues?: boolean;
  dryRun?: boolean;
}

export const build: Build = (command, finish, io) => {
  command
    .argument('<traffic...>', 'files, folders of them, or - for standard input')
    .addOption(specsOption)
    .addOption(
      new Option(
        '--target <url>',
        'ask here, in place of the servers of the document: base path and all; an origin alone keeps the recorded base path; name=url for one API; say it again for more',
      ).argParser(collect),
    )
    .addOption(
      new Option(
        '--allow-host <host>',
        'without a target: ask this host where it was recorded; say it again for more',
      ).argParser(collect),
    )
    .option('--allow-writes', 'send POST, PUT, PATCH, DELETE too; without it, only GET, HEAD and OPTIONS')
    .addOption(
      new Option(
        '--secret <name=variable>',
        'the environment variable that has this credential; by default DEADRINGER_SECRET_<API>_<NAME>, else DEADRINGER_SECRET_<NAME>',
      ).argParser(collect),
    )
    .addOption(serverOption)
    .addOption(failOnOption(GATES, ['violation', 'difference']))
    .option('--strict-values', 'plain values that are not the recorded ones are differences, too')
    .addOption(minCoverageOption)
    .addOption(sideOption)
    .addOption(baselineOption)
    .addOption(updateBaselineOption)
    .addOption(formatOption)
    .addOption(outputOption)
    .option('--concurrency <number>', 'reads that may be under way at once; writes go alone', parseCount, 1)
    .option('--rate <number>', 'most requests in a second', parseRate)
    .addOption(
      new Option('--timeout <time>', 'how long an answer may take')
        .argParser(parseTime)
        .default(30_000, '30s'),
    )
    .option('--dry-run', 'say what would be sent where, and what cannot be replayed and why; send nothing')
    .addOption(formatsOption)
    .addOption(provenanceOption)
    .action(async (traffic: string[], options: ReplayCommandOptions) =>
      finish(await run(traffic, options, io)),
    );
};

async function run(traffic: string[], options: ReplayCommandOptions, io: Io): Promise<number> {
  if (options.target === undefined && options.allowHost === undefined)
    throw new UsageError(
      'nobody is asked who was not named: say --target <url>, or --allow-host <host> to ask where it was recorded',
    );
  const { run: given, outputs } = readJudging(traffic, options, io);
  const replayed = await unlessInterrupted(io, signal => replay({ ...given, signal }, options, io));
  if (replayed === undefined) return 130;
  if (options.dryRun) return tellPlan(replayed, io);
  if (options.updateBaseline) return await update(replayed, options.baseline ?? '', io);
  await writeReports(replayed.report, outputs, io);
  return replayed.report.exitCode;
}

async function replay(given: RunOptions, options: ReplayCommandOptions, io: Io): Promise<Checked> {
  const [{ planReplay, replayRecordings }, { createAsk }, { inputSize }] = await Promise.all([
    import('../replay/replay.ts'),
    import('../http/ask.ts'),
    import('../recording/find.ts'),
  ]);
  const progress = watchProgress(io.stderr, 'replayed', await inputSize(given.traffic));
  const { ask, close } = createAsk({ timeout: options.timeout });
  const asked: ReplayOptions = {
    ...given,
    targets: options.target ?? [],
    hosts: options.allowHost ?? [],
    allowWrites: options.allowWrites === true,
    environment: io.env,
    secrets: options.secret ?? [],
    concurrency: options.concurrency,
    ...(options.rate !== undefined && { rate: options.rate }),
    strictValues: options.strictValues === true,
    onProgress: progress.tell,
  };
  try {
    return await (options.dryRun
      ? planReplay(asked, planned => tell(planned, io))
      : replayRecordings(asked, ask));
  } finally {
    progress.end();
    close();
  }
}

function tell(planned: Planned, io: Io): void {
  const { file, entry } = planned.place;
  const place = `${file} entry ${entry}`;
  if (planned.kind === 'left') {
    io.out(printable(`leave  ${place}: ${planned.reason}: ${planned.why}`));
    return;
  }
  const needs = planned.awaits.map(each => `entry ${each.entry}`).join(', ');
  const after = needs === '' ? '' : `, with what ${needs} gives`;
  io.out(printable(`ask    ${planned.method} ${planned.url} (${place})${after}`));
}

function tellPlan({ report }: Checked, io: Io): ExitCode {
  const { accounting } = report;
  const asked = accounting.notCheckable.count;
  const left = accounting.cannotReplay?.count ?? 0;
  io.out(
    `${count(accounting.total, 'exchange')}: ${asked} would be asked, ${left} cannot be replayed, ${accounting.outOfScope.count} out of scope, ${accounting.unreadable.count} unreadable; nothing was sent`,
  );
  return asked === 0 ? 3 : 0;
}

function parseCount(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 256)
    throw new InvalidArgumentError('A whole number from 1 to 256.');
  return number;
}

function parseRate(text: string): number {
  const number = Number(text);
  if (!(number > 0 && number <= 10_000))
    throw new InvalidArgumentError('Requests a second, such as 5 or 0.5.');
  return number;
}
