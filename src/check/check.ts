// Checks recorded traffic against documents: reads the entries, distributes them to threads, builds the report.
import { availableParallelism } from 'node:os';
import { inputSize } from '../recording/find-inputs.ts';
import type { TrafficItem } from '../recording/input.ts';
import type { RawEntry } from '../recording/model.ts';
import { type ReadTrafficOptions, readTraffic } from '../recording/read-traffic.ts';
import { Examiner } from './examine.ts';
import { examineEntry } from './examine-entry.ts';
import type { Report } from './report.ts';
import { type CheckResult, finishRun, prepareRun, type TrafficRunOptions } from './run.ts';
import { increment, mergeTally, orderByFile } from './tally.ts';
import { Batch } from './threads/batch.ts';
import { ThreadPool } from './threads/pool.ts';

export interface CheckOptions extends TrafficRunOptions {
  readonly shard?: Report['shard'];
  readonly showValues: boolean;
  /** Threads that judge, this one among them. Default: two where there are two processors and much to judge. */
  readonly threads?: number;
}

const MIB = 2 ** 20;
/** Bytes that are judged before help is called: a thread takes longer to start than these take to judge. */
const SINGLE_THREAD_BYTES = { asked: 6 * MIB, unasked: 64 * MIB };

/**
 * @throws ContractError when a document cannot be judged by; InputError when a file cannot be read or is no traffic
 */
export async function checkRecordings(options: CheckOptions): Promise<CheckResult> {
  const threads = options.threads ?? Math.min(2, availableParallelism());
  const singleThreadBytes =
    options.threads === undefined ? SINGLE_THREAD_BYTES.unasked : SINGLE_THREAD_BYTES.asked;
  const pool = new ThreadPool(threads - 1, { specs: options.specs, load: options.load });
  // Large recordings are known by their size; the others get help when they turn out to be large.
  if (((await inputSize(options.traffic)) ?? 0) > singleThreadBytes) pool.startThreads();
  try {
    return await checkWith(options, pool, singleThreadBytes);
  } finally {
    await pool.terminate();
  }
}

async function checkWith(
  options: CheckOptions,
  pool: ThreadPool,
  singleThreadBytes: number,
): Promise<CheckResult> {
  const run = await prepareRun(options, options.showValues);
  const { contract, examine } = run;
  const examiner = new Examiner(contract, examine);
  pool.configure(examine);
  const startThreads = (): void => {
    pool.startThreads();
    pool.configure(examine);
  };
  const sources = await readAll(options, examiner, pool, { alone: singleThreadBytes, help: startThreads });
  const order = orderByFile(sources.map(({ file }) => file));
  const { tally, coverage } = examiner;
  for (const part of await pool.finish()) {
    mergeTally(tally, part.tally, order, options.settings);
    coverage.markSeen(part.seenItems);
  }
  return finishRun(options, run, examiner, sources, { shard: options.shard });
}

async function readAll(
  options: CheckOptions,
  examiner: Examiner,
  pool: ThreadPool,
  { alone: singleThreadBytes, help: startThreads }: { readonly alone: number; readonly help: () => void },
): Promise<Report['sources']> {
  const { shard, onProgress } = options;
  const sources: Report['sources'] = [];
  const entries = new Map<string, number>();
  let ordinal = 0;
  let bytes = 0;
  let read = 0;
  let batch: Batch | undefined;
  const sendBatch = (): void => {
    const parcel = batch?.pack();
    if (parcel !== undefined) pool.send(parcel);
    batch = undefined;
  };
  /** Into a batch for whoever is free; judged here, where it lies, while nobody is. */
  const assignEntry = (entry: RawEntry): void => {
    if (batch?.add(entry)) return;
    sendBatch();
    if (!pool.hasCapacity()) {
      examineEntry(examiner, entry);
      return;
    }
    batch = new Batch(pool.reusableBuffer());
    batch.add(entry);
  };
  /** Every n-th entry of the whole traffic is this shard's. */
  const isInShard = (): boolean => {
    const index = ordinal++;
    return shard === undefined || index % shard.of === shard.index - 1;
  };
  const countEntry = (file: string): void => void entries.set(file, (entries.get(file) ?? 0) + 1);
  const input: ReadTrafficOptions = {
    ...(options.stdin !== undefined && { stdin: options.stdin }),
    ...(options.signal !== undefined && { signal: options.signal }),
    onBytes: addedBytes => {
      bytes += addedBytes;
    },
  };
  const handle = (next: TrafficItem): void => {
    if (next.kind === 'end') {
      const { file, format, creator, cutOff: truncated } = next.end;
      // What was cut off is one entry more, of which nothing can be said.
      if (truncated !== undefined && isInShard()) increment(examiner.tally.unreadable, 'cut-off');
      sources.push({
        file,
        format,
        ...(creator !== undefined && { creator }),
        entries: entries.get(file) ?? 0,
        ...(truncated !== undefined && { truncated }),
      });
    } else if (next.kind === 'passed-over') {
      options.onSkippedFile?.(next.file, next.why);
    } else if (!isInShard()) {
      // Another shard's.
    } else if (next.kind === 'unreadable') {
      countEntry(next.place.file);
      examiner.add(next);
    } else {
      countEntry(next.entry.location.file);
      read += next.entry.bytes.length;
      assignEntry(next.entry);
      // Bodies that lie beside the entries are not copied, and may be large.
      if (next.entry.attachments !== undefined) sendBatch();
    }
  };
  for await (const chunk of readTraffic(options.traffic, input)) {
    for (const next of chunk) handle(next);
    if (read > singleThreadBytes) startThreads();
    onProgress?.({ entries: ordinal, bytes });
  }
  sendBatch();
  return sources;
}
