// Common start and end of a check and a replay: load documents and baseline, build and verify the report.
import { readFile } from 'node:fs/promises';
import { InputError } from '../finding/input-error.ts';
import { ContractError, type LoadOptions, loadDocuments } from '../openapi/load.ts';
import type { Contract } from '../openapi/model.ts';
import { parseRecordedServer } from '../routing/recorded-url.ts';
import { acceptedFingerprints, applyBaseline } from './apply-baseline.ts';
import type { Baseline } from './baseline.ts';
import { buildReport, describeApis, describeOperations, summarizeLevels } from './build-report.ts';
import type { ExamineOptions, Examiner } from './examine.ts';
import type { Report } from './report.ts';
import { orderByFile, trimTally } from './tally.ts';

/** What decides how an exchange is checked. A copy of it can be posted to another thread. */
export interface ExamineSetup {
  /** OpenAPI documents, or folders of them. */
  readonly specs: readonly string[];
  readonly load: LoadOptions;
  /** Where it was recorded: "https://staging.example.com/v2" or "petstore=https://..." */
  readonly servers: readonly string[];
  readonly settings: Report['settings'];
  /** The file of accepted findings; one that does not exist accepts nothing if `baselineMayBeMissing`. */
  readonly baseline?: string;
  readonly baselineMayBeMissing?: boolean;
  /** "2026-11-21": decides what of the baseline has expired. */
  readonly today: string;
}

export interface TrafficRunOptions extends ExamineSetup {
  /** Files and folders; "-" is `stdin`. */
  readonly traffic: readonly string[];
  readonly stdin?: AsyncIterable<Uint8Array>;
  readonly version: string;
  readonly onProgress?: (progress: Progress) => void;
  /** Told of files in folders and archives that are no recordings. */
  readonly onSkippedFile?: (file: string, message: string) => void;
  readonly signal?: AbortSignal;
}

export interface Progress {
  readonly entries: number;
  /** As they stand in the files; of compressed ones, before unpacking. */
  readonly bytes: number;
}

export interface CheckResult {
  readonly report: Report;
  readonly contract: Contract;
  readonly baseline: Baseline | undefined;
}

export interface PreparedRun {
  readonly contract: Contract;
  readonly baseline: Baseline | undefined;
  readonly examine: ExamineOptions;
}

/** @throws ContractError when a document cannot be judged by; InputError when the baseline or a server cannot be used */
export async function prepareRun(options: ExamineSetup, showValues: boolean): Promise<PreparedRun> {
  const { contract, findings } = await loadDocuments(options.specs, { ...options.load, skipRefusals: true });
  if (findings.length > 0) throw new ContractError(findings);
  const baseline = await loadBaseline(options);
  const examine: ExamineOptions = {
    servers: options.servers.map(text => parseRecordedServer(text, contract)),
    settings: options.settings,
    accepted: acceptedFingerprints(baseline, options.today),
    showValues,
  };
  return { contract, baseline, examine };
}

/** @param examiner has taken in everything */
export function finishRun(
  options: TrafficRunOptions,
  { contract, baseline }: PreparedRun,
  { tally, coverage }: Examiner,
  sources: Report['sources'],
  more: { readonly shard?: Report['shard']; readonly replay?: Report['replay'] },
): CheckResult {
  options.signal?.throwIfAborted();
  trimTally(tally, orderByFile(sources.map(({ file }) => file)), options.settings);
  let summary: Report['baseline'];
  if (baseline !== undefined) {
    const applied = applyBaseline([...tally.issues.values()], baseline, options.today);
    for (const issue of applied.groups) tally.issues.set(issue.fingerprint, issue);
    summary = applied.summary;
  }
  const report = buildReport({
    tool: { name: 'deadringer', version: options.version },
    settings: options.settings,
    replay: more.replay,
    shard: more.shard,
    apis: describeApis(contract),
    sources,
    tally,
    levels: summarizeLevels(coverage.levels()),
    operations: describeOperations(contract),
    ...(summary !== undefined && { baseline: summary }),
  });
  assertTotals(report);
  return { report, contract, baseline };
}

async function loadBaseline({
  baseline: file,
  baselineMayBeMissing,
}: ExamineSetup): Promise<Baseline | undefined> {
  if (file === undefined) return undefined;
  try {
    const [{ readBaseline }, text] = await Promise.all([import('./baseline.ts'), readFile(file, 'utf8')]);
    return readBaseline(file, text);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && baselineMayBeMissing) return undefined;
    if (code === 'ENOENT')
      throw new InputError(`baseline ${file} does not exist; --update-baseline creates it`);
    throw error;
  }
}

/** The promise of every report. It cannot fail, and nobody has to take that on trust. */
function assertTotals({ accounting, sources }: Report): void {
  const truncated = accounting.unreadable.reasons['cut-off'] ?? 0;
  const read = sources.reduce((sum, { entries }) => sum + entries, truncated);
  if (accounting.total !== read)
    throw new Error(`the totals do not add up: ${accounting.total} exchanges counted, ${read} read`);
}
