// What a check and a replay begin and end with: documents and baseline, and a report that adds up.
import { readFile } from 'node:fs/promises';
import type { Contract } from '../contract/contract.ts';
import { ContractError, type LoadOptions, loadContract } from '../contract/load.ts';
import { InputError } from '../finding/input-error.ts';
import { acceptedOn, applyBaseline } from './acceptance.ts';
import type { Baseline } from './baseline.ts';
import { conclude, describeApis, describeLevels, describeOperations } from './conclude.ts';
import type { ExamineOptions, Examiner } from './examine.ts';
import type { Report } from './report.ts';
import { readServer } from './scope.ts';
import { bound, orderBy } from './tally.ts';

export interface RunOptions {
  /** OpenAPI documents, or folders of them. */
  readonly specs: readonly string[];
  readonly load: LoadOptions;
  /** Files and folders; "-" is `stdin`. */
  readonly traffic: readonly string[];
  readonly stdin?: AsyncIterable<Uint8Array>;
  /** Where it was recorded: "https://staging.example.com/v2" or "petstore=https://..." */
  readonly servers: readonly string[];
  readonly settings: Report['settings'];
  /** The file of accepted findings; one that does not exist accepts nothing if `baselineMayBeMissing`. */
  readonly baseline?: string;
  readonly baselineMayBeMissing?: boolean;
  readonly version: string;
  /** "2026-11-21": decides what of the baseline has expired. */
  readonly today: string;
  readonly onProgress?: (progress: Progress) => void;
  /** Told of files in folders and archives that are no recordings. */
  readonly onPassedOver?: (file: string, why: string) => void;
  readonly signal?: AbortSignal;
}

export interface Progress {
  readonly entries: number;
  /** As they stand in the files; of compressed ones, before unpacking. */
  readonly bytes: number;
}

export interface Checked {
  readonly report: Report;
  readonly contract: Contract;
  readonly baseline: Baseline | undefined;
}

export interface Run {
  readonly contract: Contract;
  readonly baseline: Baseline | undefined;
  readonly examine: ExamineOptions;
}

/** @throws ContractError when a document cannot be judged by; InputError when the baseline or a server cannot be used */
export async function begin(options: RunOptions, showValues: boolean): Promise<Run> {
  const { contract, findings } = await loadContract(options.specs, { ...options.load, judgingOnly: true });
  if (findings.length > 0) throw new ContractError(findings);
  const baseline = await openBaseline(options);
  const examine: ExamineOptions = {
    servers: options.servers.map(text => readServer(text, contract)),
    settings: options.settings,
    accepted: acceptedOn(baseline, options.today),
    showValues,
  };
  return { contract, baseline, examine };
}

/** @param examiner has taken in everything */
export function finish(
  options: RunOptions,
  { contract, baseline }: Run,
  { tally, coverage }: Examiner,
  sources: Report['sources'],
  more: { readonly shard?: Report['shard']; readonly replay?: Report['replay'] },
): Checked {
  options.signal?.throwIfAborted();
  bound(tally, orderBy(sources.map(({ file }) => file)), options.settings);
  let summary: Report['baseline'];
  if (baseline !== undefined) {
    const applied = applyBaseline([...tally.groups.values()], baseline, options.today);
    for (const group of applied.groups) tally.groups.set(group.fingerprint, group);
    summary = applied.summary;
  }
  const report = conclude({
    tool: { name: 'deadringer', version: options.version },
    settings: options.settings,
    replay: more.replay,
    shard: more.shard,
    apis: describeApis(contract),
    sources,
    tally,
    levels: describeLevels(coverage.levels()),
    operations: describeOperations(contract),
    ...(summary !== undefined && { baseline: summary }),
  });
  addsUp(report);
  return { report, contract, baseline };
}

async function openBaseline({
  baseline: file,
  baselineMayBeMissing,
}: RunOptions): Promise<Baseline | undefined> {
  if (file === undefined) return undefined;
  try {
    const [{ readBaseline }, text] = await Promise.all([import('./baseline.ts'), readFile(file, 'utf8')]);
    return readBaseline(file, text);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && baselineMayBeMissing) return undefined;
    if (code === 'ENOENT') throw new InputError(`there is no baseline ${file}; --update-baseline writes one`);
    throw error;
  }
}

/** The promise of every report. It cannot fail, and nobody has to take that on trust. */
function addsUp({ accounting, sources }: Report): void {
  const cutOff = accounting.unreadable.reasons['cut-off'] ?? 0;
  const read = sources.reduce((sum, { entries }) => sum + entries, cutOff);
  if (accounting.total !== read)
    throw new Error(`the accounting does not add up: ${accounting.total} were counted of ${read} read`);
}
