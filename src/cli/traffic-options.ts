// Options that check and replay share, how they are read, and how a run is interrupted.
import { InvalidArgumentError, Option } from 'commander';
import type { Report } from '../check/report.ts';
import type { CoverageLevel, IssueKind } from '../check/report-terms.ts';
import { COVERAGE_LEVELS } from '../check/report-terms.ts';
import type { CheckResult, TrafficRunOptions } from '../check/run.ts';
import { pluralize } from '../finding/plural.ts';
import { printable } from '../reporters/safe-text.ts';
import { version } from '../version.ts';
import { type ExitCode, UsageError } from './command.ts';
import { documentFindingLines } from './format-lines.ts';
import type { Io } from './io.ts';
import { collectValue, documentWords, loadOptions, localSpecs } from './options.ts';
import {
  type ReportOptions,
  type ReportOutput,
  refuseToOverwrite,
  resolveOutputs,
  writeFileAtomically,
} from './report-output.ts';

export interface TrafficOptions {
  specs?: string[];
  server?: string[];
  failOn: IssueKind[];
  minCoverage: Report['settings']['minCoverage'];
  side: Report['settings']['side'];
  baseline?: string;
  updateBaseline?: boolean;
  provenance?: string[];
  overlay?: string[];
  assertFormats?: boolean;
  redactPersonal?: boolean;
}

/** The parsed options. */
interface TrafficCommand {
  readonly options: TrafficRunOptions;
  readonly outputs: readonly ReportOutput[];
}

// One value per option: a variadic option would swallow the traffic arguments that follow.
export const repeatedSpecsOption = new Option(
  '--specs <path>',
  'OpenAPI document, or folder of documents; name=file names the API; repeatable (default: ./specs, else ./openapi.yaml)',
).argParser(collectValue);

export const recordedServerOption = new Option(
  '--server <url>',
  'URL where the API was recorded; name=url for one of several APIs; repeatable',
).argParser(collectValue);

/**
 * @param kinds those that the command can report
 * @param note what else the help says about the option
 */
export function failOnOption(
  kinds: readonly IssueKind[],
  byDefault: readonly IssueKind[],
  note = '',
): Option {
  return new Option(
    '--fail-on <kinds>',
    `kinds of findings that fail the run: ${kinds.join(', ')}, or none${note}`,
  )
    .argParser(text => parseFindingKinds(text, kinds))
    .default([...byDefault], byDefault.join(','));
}

export const minCoverageOption = new Option(
  '--min-coverage <percent>',
  `required coverage in percent: 80 (operations only), or a list such as operations=80,statuses=50; levels: ${COVERAGE_LEVELS.join(', ')}`,
)
  .argParser(parseCoverage)
  .default({}, 'none');

export function sideOption(byDefault: Report['settings']['side']): Option {
  return new Option('--side <who>', "which side's findings can fail the run")
    .choices(['both', 'client', 'provider'])
    .default(byDefault);
}

export const baselineOption = new Option(
  '--baseline <file>',
  'file of accepted findings; only other findings fail',
);

export const updateBaselineOption = new Option(
  '--update-baseline',
  'write all current findings to the baseline file; existing reasons, owners and dates are kept',
);

/** @throws UsageError when options contradict each other, or an output would overwrite an input */
export function readTrafficOptions(
  traffic: readonly string[],
  options: TrafficOptions & ReportOptions,
  io: Io,
): TrafficCommand {
  if (options.updateBaseline && options.baseline === undefined)
    throw new UsageError('--update-baseline requires --baseline <file>');
  const specs = options.specs ?? localSpecs('name the documents with --specs');
  const outputs = resolveOutputs(options);
  const { baseline } = options;
  refuseToOverwrite(outputs, [
    ...traffic,
    ...specs,
    ...(options.overlay ?? []),
    ...(baseline === undefined ? [] : [baseline]),
  ]);
  return {
    outputs,
    options: {
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
      onDocumentFindings: findings => {
        for (const line of documentFindingLines(
          findings,
          documentWords(specs, options.overlay),
          io.stderr.style,
        ))
          io.err(line);
      },
      onSkippedFile: (_, detail) => io.err(`deadringer: skipped: ${printable(detail)}`),
    },
  };
}

/** The reason of the abort after a Ctrl-C. */
class InterruptedError extends UsageError {}

/** @returns undefined after a Ctrl-C, which is reported */
export async function unlessInterrupted<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
  io: Io,
): Promise<Result | undefined> {
  const interrupt = new AbortController();
  const stop = io.onSignal('SIGINT', () => {
    stop();
    interrupt.abort(new InterruptedError('interrupted; no report was written'));
    io.stdin.destroy();
  });
  try {
    return await work(interrupt.signal);
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error;
    io.err(`deadringer: ${error.message}`);
    return undefined;
  } finally {
    stop();
  }
}

export async function writeBaseline(
  { report, baseline, baselineMatches }: CheckResult,
  file: string,
  io: Io,
): Promise<ExitCode> {
  if (report.exitCode === 3) {
    for (const reason of report.reasons) io.err(`deadringer: ${printable(reason)}`);
    io.err(`${printable(file)} is unchanged: the run is incomplete`);
    return 3;
  }
  const { updateBaseline } = await import('../check/baseline.ts');
  const { text, accepted, added, replaced, dropped } = updateBaseline(report, baseline, baselineMatches);
  await writeFileAtomically(file, text);
  io.out(`${printable(file)}: ${pluralize(accepted, 'finding')} accepted (${added} new), ${dropped} removed`);
  if (replaced > 0)
    io.out(
      `${pluralize(replaced, 'entry')} of an earlier version replaced: a rule that operations share has one fingerprint now`,
    );
  if (report.unlisted > 0)
    io.out(
      `${pluralize(report.unlisted, 'further occurrence')} did not fit into the report: run --update-baseline again`,
    );
  for (const { line, fingerprint, expires } of report.baseline?.expired ?? [])
    io.out(`${fingerprint} (line ${line}) expired on ${expires}: resolve the finding or change the date`);
  return 0;
}

function parseFindingKinds(text: string, kinds: readonly IssueKind[]): IssueKind[] {
  if (text.trim() === 'none') return [];
  return text.split(',').map(word => {
    const kind = kinds.find(each => each === word.trim());
    if (kind === undefined)
      throw new InvalidArgumentError(`Use one or more of ${kinds.join(', ')}, separated by commas, or none.`);
    return kind;
  });
}

function parseCoverage(text: string): Partial<Record<CoverageLevel, number>> {
  const levels: Partial<Record<CoverageLevel, number>> = {};
  for (const piece of text.split(',')) {
    const [, name = 'operations', number = ''] = /^(?:([a-zA-Z]+)=)?([\d.]+)%?$/.exec(piece.trim()) ?? [];
    const level = COVERAGE_LEVELS.find(each => each === name);
    const percent = Number(number);
    if (level === undefined || number === '' || !(percent <= 100))
      throw new InvalidArgumentError(
        `Write 80, or ${COVERAGE_LEVELS.join('=80,')}=80, with numbers from 0 to 100.`,
      );
    levels[level] = percent;
  }
  return levels;
}
