// Common start and end of a check and a replay: load documents and baseline, build and verify the report.
import { readFile } from 'node:fs/promises';
import type { Finding } from '../finding/finding.ts';
import { InputError } from '../finding/input-error.ts';
import { type LoadOptions, loadDocuments } from '../openapi/load.ts';
import type { Contract } from '../openapi/model.ts';
import { parseRecordedServer } from '../routing/recorded-url.ts';
import { acceptedFingerprints, applyBaseline } from './apply-baseline.ts';
import type { Baseline } from './baseline.ts';
import { buildReport, describeApis, describeOperations, summarizeLevels } from './build-report.ts';
import type { ExamineOptions } from './collect-issues.ts';
import type { Examiner } from './examine.ts';
import type { Report } from './report.ts';
import { orderByFile, type Tally, trimTally } from './tally.ts';

/** How exchanges are checked. Can be cloned and posted to another thread. */
export interface ExamineSetup {
  /** OpenAPI documents, or folders of them. */
  readonly specs: readonly string[];
  readonly load: LoadOptions;
  /** Further servers of the traffic: "https://staging.example.com/v2", or "petstore=https://..." for one API. */
  readonly servers: readonly string[];
  readonly settings: Report['settings'];
  /** The baseline file. A missing file is an error unless `baselineMayBeMissing`. */
  readonly baseline?: string;
  readonly baselineMayBeMissing?: boolean;
  /** The date that decides which baseline entries have expired, such as "2026-11-21". */
  readonly today: string;
}

export interface TrafficRunOptions extends ExamineSetup {
  /** Files and folders; "-" stands for `stdin`. */
  readonly traffic: readonly string[];
  readonly stdin?: AsyncIterable<Uint8Array>;
  /** What the report calls `stdin`. Default "-". */
  readonly stdinName?: string;
  readonly version: string;
  readonly onProgress?: (progress: Progress) => void;
  /** Called for each file of a folder or archive that is not a recording. */
  readonly onSkippedFile?: (file: string, message: string) => void;
  /** Called if something is wrong with the documents: what depends on it is not checked. */
  readonly onDocumentFindings?: (findings: readonly Finding[]) => void;
  readonly signal?: AbortSignal;
}

export interface Progress {
  readonly entries: number;
  /** Bytes read from the files, before decompression. */
  readonly bytes: number;
}

export interface CheckResult {
  readonly report: Report;
  readonly contract: Contract;
  readonly baseline: Baseline | undefined;
  readonly baselineMatches: Tally['baselineMatches'];
}

export interface PreparedRun {
  readonly contract: Contract;
  readonly baseline: Baseline | undefined;
  readonly examine: ExamineOptions;
  readonly documentFindings: readonly Finding[];
}

/**
 * Loads documents and baseline.
 * @throws ContractError when no document can be loaded; InputError when the baseline or a server is unusable
 */
export async function prepareRun(options: ExamineSetup, showValues: boolean): Promise<PreparedRun> {
  const { contract, findings } = await loadDocuments(options.specs, { ...options.load, skipExtension: true });
  return await prepareExamination(contract, findings, options, showValues);
}

/**
 * As prepareRun, with documents that are loaded.
 * @throws InputError when the baseline or a server is unusable
 */
export async function prepareExamination(
  contract: Contract,
  documentFindings: readonly Finding[],
  options: Omit<ExamineSetup, 'specs' | 'load'>,
  showValues: boolean,
): Promise<PreparedRun> {
  const baseline = await loadBaseline(options);
  const examine: ExamineOptions = {
    servers: options.servers.map(text => parseRecordedServer(text, contract)),
    settings: options.settings,
    accepted: acceptedFingerprints(baseline, options.today),
    baselined: new Set(baseline?.entries.keys()),
    showValues,
  };
  return { contract, baseline, examine, documentFindings };
}

/**
 * Builds the report and applies the baseline.
 * @param examiner has examined all entries
 */
export function finishRun(
  options: Pick<TrafficRunOptions, 'settings' | 'today' | 'version' | 'signal' | 'onDocumentFindings'>,
  { contract, baseline, documentFindings }: PreparedRun,
  { tally, coverage }: Examiner,
  sources: Report['sources'],
  more: { readonly shard?: Report['shard']; readonly replay?: Report['replay'] },
): CheckResult {
  options.signal?.throwIfAborted();
  if (documentFindings.length > 0) options.onDocumentFindings?.(documentFindings);
  trimTally(tally, orderByFile(sources.map(({ file }) => file)), options.settings);
  let summary: Report['baseline'];
  if (baseline !== undefined) {
    const applied = applyBaseline(tally, baseline, options.today);
    for (const issue of applied.issues) tally.issues.set(issue.fingerprint, issue);
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
  return { report, contract, baseline, baselineMatches: tally.baselineMatches };
}

async function loadBaseline({
  baseline: file,
  baselineMayBeMissing,
}: Pick<ExamineSetup, 'baseline' | 'baselineMayBeMissing'>): Promise<Baseline | undefined> {
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

/** Every entry that was read must be counted exactly once. */
function assertTotals({ accounting, sources }: Report): void {
  const truncated = accounting.unreadable.reasons['cut-off'] ?? 0;
  const read = sources.reduce((sum, { entries }) => sum + entries, truncated);
  if (accounting.total !== read)
    throw new Error(`the totals do not add up: ${accounting.total} exchanges counted, ${read} read`);
}
