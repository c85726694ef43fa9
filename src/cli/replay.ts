// deadringer replay: re-sends recorded requests, validates the responses and compares them with the recording.
import { InvalidArgumentError, Option } from 'commander';
import { ISSUE_KINDS } from '../check/report-terms.ts';
import type { CheckResult, TrafficRunOptions } from '../check/run.ts';
import { pluralize } from '../finding/plural.ts';
import type { PlannedReplay, ReplayOptions } from '../replay/replay.ts';
import { printable } from '../reporters/safe-text.ts';
import { type BuildCommand, type ExitCode, UsageError } from './command.ts';
import type { Io } from './io.ts';
import {
  collectValue,
  formatsOption,
  overlayOption,
  parseTime,
  provenanceOption,
  redactPersonalOption,
} from './options.ts';
import { createProgressLine } from './progress.ts';
import { formatOption, outputOption, type ReportOptions, writeReports } from './report-output.ts';
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

interface ReplayCommandOptions extends ReportOptions, TrafficOptions {
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

export const build: BuildCommand = (command, finish, io) => {
  command
    .argument('<traffic...>', 'files, folders of them, or - for standard input')
    .addOption(repeatedSpecsOption)
    .addOption(
      new Option(
        '--target <url>',
        'server to send the requests to; a URL without a path keeps the recorded base path; name=url for one API; repeatable',
      ).argParser(collectValue),
    )
    .addOption(
      new Option('--allow-host <host>', 'allow sending requests to this recorded host; repeatable').argParser(
        collectValue,
      ),
    )
    .option(
      '--allow-writes',
      'also send POST, PUT, PATCH and DELETE; the default is GET, HEAD and OPTIONS only',
    )
    .addOption(
      new Option(
        '--secret <name=variable>',
        'environment variable with this credential; default: DEADRINGER_SECRET_<API>_<NAME>, then DEADRINGER_SECRET_<NAME>',
      ).argParser(collectValue),
    )
    .addOption(recordedServerOption)
    .addOption(failOnOption(ISSUE_KINDS, ['violation', 'difference']))
    .option('--strict-values', 'report changed values as differences, not as advice')
    .addOption(minCoverageOption)
    .addOption(sideOption('both'))
    .addOption(baselineOption)
    .addOption(updateBaselineOption)
    .addOption(formatOption)
    .addOption(outputOption)
    .option(
      '--concurrency <number>',
      'maximum number of concurrent safe requests; other requests are sent one at a time',
      parseCount,
      1,
    )
    .option('--rate <number>', 'maximum requests per second', parseRate)
    .addOption(new Option('--timeout <time>', 'response timeout').argParser(parseTime).default(30_000, '30s'))
    .option('--dry-run', 'print which requests would be sent or skipped; send nothing')
    .addOption(overlayOption)
    .addOption(formatsOption)
    .addOption(redactPersonalOption)
    .addOption(provenanceOption)
    .action(async (traffic: string[], options: ReplayCommandOptions) =>
      finish(await run(traffic, options, io)),
    );
};

async function run(traffic: string[], options: ReplayCommandOptions, io: Io): Promise<number> {
  if (options.target === undefined && options.allowHost === undefined)
    throw new UsageError('--target <url> is required, or --allow-host <host> to send to the recorded host');
  const { options: runOptions, outputs } = readTrafficOptions(traffic, options, io);
  const replayed = await unlessInterrupted(
    signal => runReplayCommand({ ...runOptions, signal }, options, io),
    io,
  );
  if (replayed === undefined) return 130;
  if (options.dryRun) return printPlanSummary(replayed, io);
  if (options.updateBaseline) return await writeBaseline(replayed, options.baseline ?? '', io);
  await writeReports(replayed.report, outputs, io);
  return replayed.report.exitCode;
}

async function runReplayCommand(
  runOptions: TrafficRunOptions,
  options: ReplayCommandOptions,
  io: Io,
): Promise<CheckResult> {
  const [{ planReplay, replayRecordings }, { createReplayClient }, { inputSize }] = await Promise.all([
    import('../replay/replay.ts'),
    import('../http/replay-client.ts'),
    import('../recording/find-inputs.ts'),
  ]);
  const progress = createProgressLine(io.stderr, 'replayed', await inputSize(runOptions.traffic));
  const { send, close } = createReplayClient({ timeout: options.timeout });
  const replayOptions: ReplayOptions = {
    ...runOptions,
    targets: options.target ?? [],
    hosts: options.allowHost ?? [],
    allowWrites: options.allowWrites === true,
    environment: io.env,
    secrets: options.secret ?? [],
    concurrency: options.concurrency,
    ...(options.rate !== undefined && { rate: options.rate }),
    strictValues: options.strictValues === true,
    onProgress: progress.update,
  };
  try {
    return await (options.dryRun
      ? planReplay(replayOptions, planned => printPlanned(planned, io))
      : replayRecordings(replayOptions, send));
  } finally {
    progress.end();
    close();
  }
}

function printPlanned(planned: PlannedReplay, io: Io): void {
  const { file, entry } = planned.place;
  const place = `${file}, entry ${entry}`;
  if (planned.kind === 'skipped') {
    io.out(printable(`skip   ${place}: ${planned.reason}: ${planned.message}`));
    return;
  }
  const needs = planned.dependsOn.map(each => `entry ${each.entry}`).join(', ');
  const after = needs === '' ? '' : `, uses values from ${needs}`;
  io.out(printable(`send   ${planned.method} ${planned.url} (${place})${after}`));
}

function printPlanSummary({ report }: CheckResult, io: Io): ExitCode {
  const { accounting } = report;
  const toSend = accounting.notCheckable.count;
  const skipped = accounting.skipped?.count ?? 0;
  io.out(
    `${pluralize(accounting.total, 'exchange')}: ${toSend} would be sent, ${skipped} skipped, ${accounting.outOfScope.count} out of scope, ${accounting.unreadable.count} unreadable; nothing was sent`,
  );
  return toSend === 0 ? 3 : 0;
}

function parseCount(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 256)
    throw new InvalidArgumentError('Must be a whole number from 1 to 256.');
  return number;
}

function parseRate(text: string): number {
  const number = Number(text);
  if (!(number > 0 && number <= 10_000))
    throw new InvalidArgumentError('Must be a number of requests per second, such as 5 or 0.5.');
  return number;
}
