// deadringer check: recorded traffic in, a verdict that adds up out.
import { setFlagsFromString } from 'node:v8';
import { InvalidArgumentError, Option } from 'commander';
import type { CheckOptions } from '../check/check.ts';
import { GATES, type Gate, LEVELS, type Level, type Report } from '../check/report.ts';
import type { Checked } from '../check/run.ts';
import { count, printable } from '../reporters/safe.ts';
import { version } from '../version.ts';
import { type Build, type ExitCode, terminal, UsageError } from './command.ts';
import { formatsOption, loadOptions, ownSpecs, provenanceOption } from './options.ts';
import { watchProgress } from './progress.ts';
import {
  formatOption,
  outputOption,
  type ReportOptions,
  refuseToOverwrite,
  resolveOutputs,
  writeFiles,
  writeReports,
  writeWhole,
} from './reports.ts';

interface CheckCommandOptions extends ReportOptions {
  specs?: string[];
  server?: string[];
  failOn: Gate[];
  minCoverage: Report['settings']['minCoverage'];
  side: Report['settings']['side'];
  baseline?: string;
  updateBaseline?: boolean;
  shard?: NonNullable<Report['shard']>;
  suggest?: string;
  showValues?: boolean;
  threads: number;
  provenance?: string[];
  assertFormats?: boolean;
}

export const build: Build = (command, finish) => {
  command
    .argument('<traffic...>', 'files, folders of them, or - for standard input')
    .addOption(
      // Not a list in one go, as elsewhere: it would swallow the traffic that follows.
      new Option('--specs <path>', 'OpenAPI documents, or a folder of them; say it again for more')
        .argParser(collect)
        .default(undefined, './specs'),
    )
    .addOption(
      new Option(
        '--server <url>',
        'the API was recorded here; name=url where several are loaded and one is meant; say it again for more',
      ).argParser(collect),
    )
    .addOption(
      new Option('--fail-on <kinds>', `what ends with 1: ${GATES.join(', ')}, or none`)
        .argParser(parseGates)
        .default(['violation'], 'violation'),
    )
    .addOption(
      new Option(
        '--min-coverage <percent>',
        `share that must be seen kept: "80" of the operations, or ${LEVELS.join('=, ')}=`,
      )
        .argParser(parseCoverage)
        .default({}, 'none'),
    )
    .addOption(
      new Option('--side <who>', 'whose breaches count')
        .choices(['both', 'client', 'provider'])
        .default('both'),
    )
    .option('--baseline <file>', 'findings that are accepted for now; only others fail')
    .option(
      '--update-baseline',
      'write everything that is found into the baseline; what you wrote there stays',
    )
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
      'how many judge at once; large recordings are done sooner with two, for up to 80 MB more',
      parseThreads,
      1,
    )
    .addOption(formatsOption)
    .addOption(provenanceOption)
    .action(async (traffic: string[], options: CheckCommandOptions) => finish(await run(traffic, options)));
};

async function run(traffic: string[], options: CheckCommandOptions): Promise<number> {
  if (options.updateBaseline && options.baseline === undefined)
    throw new UsageError('--update-baseline needs to know which file: say --baseline <file> too');
  if (options.updateBaseline && options.shard !== undefined)
    throw new UsageError(
      'a shard sees a part of the traffic, and would drop the rest of the baseline: update it in a whole run',
    );
  const outputs = resolveOutputs(options);
  refuseToOverwrite(outputs, [
    ...traffic,
    ...(options.specs ?? ownSpecs('name the documents with --specs')),
    ...(options.baseline === undefined ? [] : [options.baseline]),
  ]);
  if (options.showValues)
    terminal.err(
      'deadringer: --show-values: the report holds secrets as they were recorded; do not hand it on',
    );
  const checked = await check(traffic, options).catch((error: unknown) => {
    if (!(error instanceof Interrupted)) throw error;
    terminal.err(`deadringer: ${error.message}`);
  });
  if (checked === undefined) return 130;
  const { report } = checked;
  if (options.updateBaseline) return await update(checked, options.baseline ?? '');
  await writeReports(report, outputs);
  if (options.suggest !== undefined) await suggest(checked, options.suggest);
  return report.exitCode;
}

/** Ctrl-C: not wrong usage, and no verdict either. */
class Interrupted extends UsageError {}

async function check(traffic: string[], options: CheckCommandOptions): Promise<Checked> {
  // Loaded only now, so that help and wrong usage are told at once.
  const [{ checkRecordings }, { inputSize }] = await Promise.all([
    import('../check/check.ts'),
    import('../recording/find.ts'),
  ]);
  // V8 lets its heap grow to many times of what is in use. A check makes much and keeps little: collected sooner, it stays
  // small whatever the size of the recording, and takes hardly longer.
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=30');
  const interrupt = new AbortController();
  const stop = (): void => {
    interrupt.abort(new Interrupted('interrupted; nothing was written'));
    process.stdin.destroy();
  };
  process.once('SIGINT', stop);
  const progress = watchProgress(process.stderr, 'checked', await inputSize(traffic));
  try {
    const given: CheckOptions = {
      specs: options.specs ?? ownSpecs('name the documents with --specs'),
      load: loadOptions(options),
      traffic,
      stdin: process.stdin,
      servers: options.server ?? [],
      settings: { failOn: options.failOn, minCoverage: options.minCoverage, side: options.side },
      ...(options.shard !== undefined && { shard: options.shard }),
      ...(options.baseline !== undefined && { baseline: options.baseline }),
      baselineMayBeMissing: options.updateBaseline === true,
      showValues: options.showValues === true,
      threads: options.threads,
      version: version(),
      today: new Date().toISOString().slice(0, 10),
      onProgress: progress.tell,
      onPassedOver: (_, why) => terminal.err(`deadringer: passed over: ${printable(why)}`),
      signal: interrupt.signal,
    };
    return await checkRecordings(given);
  } finally {
    progress.end();
    process.off('SIGINT', stop);
  }
}

async function update({ report, baseline }: Checked, file: string): Promise<ExitCode> {
  if (report.exitCode === 3) {
    for (const reason of report.reasons) terminal.err(`deadringer: ${reason}`);
    terminal.err(`${file} was left as it was: what was not checked cannot be accepted`);
    return 3;
  }
  const { updateBaseline } = await import('../check/baseline.ts');
  const { text, accepted, added, dropped } = updateBaseline(report, baseline);
  await writeWhole(file, text);
  terminal.out(
    `${file}: ${count(accepted, 'finding')} accepted, ${added} of them new, ${dropped} no longer found and dropped`,
  );
  if (report.unlisted > 0)
    terminal.out(`${count(report.unlisted, 'further occurrence')} did not fit into the report: update again`);
  for (const { line, fingerprint, expires } of report.baseline?.expired ?? [])
    terminal.out(
      `${fingerprint} expired on ${expires} (it was in line ${line}) and is not renewed: change its date, or mend it`,
    );
  return 0;
}

async function suggest({ report, contract }: Checked, folder: string): Promise<void> {
  const [{ suggestOverlays }, { toYaml }] = await Promise.all([
    import('../check/overlay.ts'),
    import('../finding/yaml.ts'),
  ]);
  const overlays = suggestOverlays(report, contract);
  const names = overlayNames([...overlays.keys()]);
  const stems = [...overlays].map(
    ([file, overlay]) => [`${names.get(file)}.overlay.yaml`, toYaml(overlay)] as const,
  );
  if (overlays.size === 0) terminal.err('nothing to suggest: the documents name everything that was seen');
  else for (const file of await writeFiles(folder, stems)) terminal.err(`suggested changes: ${file}`);
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

function collect(text: string, before: string[] | undefined): string[] {
  return [...(before ?? []), text];
}

function parseGates(text: string): Gate[] {
  if (text.trim() === 'none') return [];
  return text.split(',').map(word => {
    const gate = GATES.find(each => each === word.trim());
    if (gate === undefined) throw new InvalidArgumentError(`One or more of ${GATES.join(', ')}; or none.`);
    return gate;
  });
}

function parseCoverage(text: string): Partial<Record<Level, number>> {
  const wanted: Partial<Record<Level, number>> = {};
  for (const piece of text.split(',')) {
    const [, name = 'operations', number = ''] = /^(?:([a-zA-Z]+)=)?([\d.]+)%?$/.exec(piece.trim()) ?? [];
    const level = LEVELS.find(each => each === name);
    const percent = Number(number);
    if (level === undefined || number === '' || !(percent <= 100))
      throw new InvalidArgumentError(
        `Write it as 80, or as ${LEVELS.join('=80,')}=80; percent are 0 to 100.`,
      );
    wanted[level] = percent;
  }
  return wanted;
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
