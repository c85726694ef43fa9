// What commands that read recordings share: their options, what these come to, and how a reading is interrupted.
import { InvalidArgumentError, Option } from 'commander';
import type { Gate, Level, Report } from '../check/report.ts';
import { LEVELS } from '../check/report.ts';
import type { Checked, RunOptions } from '../check/run.ts';
import { count, printable } from '../reporters/safe.ts';
import { version } from '../version.ts';
import { type ExitCode, UsageError } from './command.ts';
import type { Io } from './io.ts';
import { loadOptions, ownSpecs } from './options.ts';
import { type ReportOptions, refuseToOverwrite, resolveOutputs, type Target, writeWhole } from './reports.ts';

export interface JudgingOptions {
  specs?: string[];
  server?: string[];
  failOn: Gate[];
  minCoverage: Report['settings']['minCoverage'];
  side: Report['settings']['side'];
  baseline?: string;
  updateBaseline?: boolean;
  provenance?: string[];
  assertFormats?: boolean;
}

/** What the options come to. */
interface Judging {
  readonly run: RunOptions;
  readonly outputs: readonly Target[];
}

// Not a list in one go, as elsewhere: it would swallow the traffic that follows.
export const specsOption = new Option(
  '--specs <path>',
  'OpenAPI documents, or a folder of them; say it again for more',
)
  .argParser(collect)
  .default(undefined, './specs');

export const serverOption = new Option(
  '--server <url>',
  'the API was recorded here; name=url where several are loaded and one is meant; say it again for more',
).argParser(collect);

/** @param gates those that can come up */
export function failOnOption(gates: readonly Gate[], byDefault: readonly Gate[]): Option {
  return new Option('--fail-on <kinds>', `what ends with 1: ${gates.join(', ')}, or none`)
    .argParser(text => parseGates(text, gates))
    .default([...byDefault], byDefault.join(','));
}

export const minCoverageOption = new Option(
  '--min-coverage <percent>',
  `share that must be seen kept: "80" of the operations, or ${LEVELS.join('=, ')}=`,
)
  .argParser(parseCoverage)
  .default({}, 'none');

export const sideOption = new Option('--side <who>', 'whose breaches count')
  .choices(['both', 'client', 'provider'])
  .default('both');

export const baselineOption = new Option(
  '--baseline <file>',
  'findings that are accepted for now; only others fail',
);

export const updateBaselineOption = new Option(
  '--update-baseline',
  'write everything that is found into the baseline; what you wrote there stays',
);

/** @throws UsageError when options contradict each other, or an output would take the place of what is read */
export function readJudging(
  traffic: readonly string[],
  options: JudgingOptions & ReportOptions,
  io: Io,
): Judging {
  if (options.updateBaseline && options.baseline === undefined)
    throw new UsageError('--update-baseline needs to know which file: say --baseline <file> too');
  const specs = options.specs ?? ownSpecs('name the documents with --specs');
  const outputs = resolveOutputs(options);
  const { baseline } = options;
  refuseToOverwrite(outputs, [...traffic, ...specs, ...(baseline === undefined ? [] : [baseline])]);
  return {
    outputs,
    run: {
      specs,
      load: loadOptions(options, io),
      traffic,
      stdin: io.stdin,
      servers: options.server ?? [],
      settings: { failOn: options.failOn, minCoverage: options.minCoverage, side: options.side },
      ...(baseline !== undefined && { baseline }),
      baselineMayBeMissing: options.updateBaseline === true,
      version: version(),
      today: new Date().toISOString().slice(0, 10),
      onPassedOver: (_, why) => io.err(`deadringer: passed over: ${printable(why)}`),
    },
  };
}

/** Ctrl-C: not wrong usage, and no verdict either. */
class Interrupted extends UsageError {}

/** @returns undefined after a Ctrl-C, which is told */
export async function unlessInterrupted<Result>(
  io: Io,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result | undefined> {
  const interrupt = new AbortController();
  const stop = io.onSignal('SIGINT', () => {
    stop();
    interrupt.abort(new Interrupted('interrupted; nothing was written'));
    io.stdin.destroy();
  });
  try {
    return await work(interrupt.signal);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    io.err(`deadringer: ${error.message}`);
    return undefined;
  } finally {
    stop();
  }
}

export async function update({ report, baseline }: Checked, file: string, io: Io): Promise<ExitCode> {
  if (report.exitCode === 3) {
    for (const reason of report.reasons) io.err(`deadringer: ${reason}`);
    io.err(`${file} was left as it was: what was not checked cannot be accepted`);
    return 3;
  }
  const { updateBaseline } = await import('../check/baseline.ts');
  const { text, accepted, added, dropped } = updateBaseline(report, baseline);
  await writeWhole(file, text);
  io.out(
    `${file}: ${count(accepted, 'finding')} accepted, ${added} of them new, ${dropped} no longer found and dropped`,
  );
  if (report.unlisted > 0)
    io.out(`${count(report.unlisted, 'further occurrence')} did not fit into the report: update again`);
  for (const { line, fingerprint, expires } of report.baseline?.expired ?? [])
    io.out(
      `${fingerprint} expired on ${expires} (it was in line ${line}) and is not renewed: change its date, or mend it`,
    );
  return 0;
}

export function collect(text: string, before: string[] | undefined): string[] {
  return [...(before ?? []), text];
}

function parseGates(text: string, gates: readonly Gate[]): Gate[] {
  if (text.trim() === 'none') return [];
  return text.split(',').map(word => {
    const gate = gates.find(each => each === word.trim());
    if (gate === undefined) throw new InvalidArgumentError(`One or more of ${gates.join(', ')}; or none.`);
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
