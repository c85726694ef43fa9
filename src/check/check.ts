// Checks recorded traffic against documents: reads the entries, distributes them to threads, builds the report.
import { inputSize } from '../recording/find-inputs.ts';
import type { RawEntry, TrafficItem } from '../recording/model.ts';
import { type ReadTrafficOptions, readTraffic } from '../recording/read-traffic.ts';
import type { Examiner } from './examine.ts';
import type { Report } from './report.ts';
import type { CheckResult, PreparedRun, TrafficRunOptions } from './run.ts';
import { addUnreadable, createTally, increment, mergeTally, orderByFile, type Tally } from './tally.ts';
import { type BatchBuilder, createBatch } from './threads/batch.ts';
import { createThreadPool, type ThreadPool } from './threads/pool.ts';

export interface CheckOptions extends TrafficRunOptions {
  readonly shard?: Report['shard'];
  readonly showValues: boolean;
  /** Threads that check a large recording while the calling thread reads it. Default: 1. */
  readonly threads?: number;
}

const MIB = 2 ** 20;
/** Bytes of traffic beyond which worker threads check it: starting one takes longer than it saves on less. */
const LARGE = { forOne: 64 * MIB, forSeveral: 6 * MIB };

/** Bytes of an entry beyond which the calling thread checks it: parsed, it might not fit into the heap of a worker thread. */
const HUGE = 8 * MIB;

/**
 * Small traffic is checked by the calling thread. Worker threads check large traffic; the calling thread then reads it and
 * loads the documents only when the workers have ended, which keeps the resident memory low.
 * @throws ContractError when a document cannot be used; InputError when a file cannot be read or holds no traffic
 */
export async function checkRecordings(options: CheckOptions): Promise<CheckResult> {
  const { threads = 1 } = options;
  const large = threads > 1 ? LARGE.forSeveral : LARGE.forOne;
  const pool = createThreadPool(threads, {
    specs: options.specs,
    load: options.load,
    servers: options.servers,
    settings: options.settings,
    ...(options.baseline !== undefined && { baseline: options.baseline }),
    baselineMayBeMissing: options.baselineMayBeMissing === true,
    today: options.today,
    showValues: options.showValues,
  });
  const countEntry = createTally();
  const isLarge = ((await inputSize(options.traffic)) ?? 0) > large;
  if (isLarge) pool.start();
  try {
    let local: Promise<Local> | undefined;
    const open = (): Promise<Local> => {
      local ??= openLocally(options);
      return local;
    };
    if (isLarge) await usable(pool, open);
    const check = isLarge ? undefined : (await open()).check;
    const sources = await readAll(options, countEntry, pool, { check, open, large });
    const parts = await pool.finish();
    await pool.stop();
    const { run, examiner } = await open();
    const order = orderByFile(sources.map(({ file }) => file));
    for (const part of [{ tally: countEntry, touched: [] }, ...parts]) {
      mergeTally(examiner.tally, part.tally, order, options.settings);
      examiner.coverage.markSeen(part.touched);
    }
    const { finishRun: finish } = await import('./run.ts');
    return finish(options, run, examiner, sources, { shard: options.shard });
  } finally {
    await pool.stop();
  }
}

interface Local {
  readonly run: PreparedRun;
  readonly examiner: Examiner;
  readonly check: (entry: RawEntry) => void;
}

/** Loads the documents in this thread. */
async function openLocally(options: CheckOptions): Promise<Local> {
  const [{ prepareRun: begin }, { Examiner }, { examineEntry }] = await Promise.all([
    import('./run.ts'),
    import('./examine.ts'),
    import('./examine-entry.ts'),
  ]);
  const run = await begin(options, options.showValues);
  const examiner = new Examiner(run.contract, run.examine);
  return { run, examiner, check: entry => examineEntry(examiner, entry) };
}

/** An error loses its class on its way out of a thread: when the documents cannot be used, this thread says so itself. */
async function usable(pool: ThreadPool, open: () => Promise<Local>): Promise<void> {
  try {
    await pool.loaded();
  } catch (error) {
    await open();
    throw error;
  }
}

interface Checkers {
  /** Checks an entry in this thread, until there turn out to be many; undefined: the worker threads check from the start. */
  readonly check: Local['check'] | undefined;
  /** Loads what a check in this thread needs. */
  readonly open: () => Promise<Local>;
  /** Bytes after which the worker threads take over. */
  readonly large: number;
}

async function readAll(
  options: CheckOptions,
  tally: Tally,
  pool: ThreadPool,
  { check, open, large }: Checkers,
): Promise<Report['sources']> {
  const { shard, onProgress } = options;
  const sources: Report['sources'] = [];
  const entries = new Map<string, number>();
  let ordinal = 0;
  let bytes = 0;
  let read = 0;
  let checkHere = check;
  let batch: BatchBuilder | undefined;
  const submit = async (): Promise<void> => {
    if (batch === undefined) return;
    await pool.ready();
    pool.submit(batch.build());
    batch = undefined;
  };
  const assignEntry = async (entry: RawEntry): Promise<void> => {
    await submit();
    batch = createBatch(entry, pool.buffer());
    // Attached bodies are not copied into the batch, and may be large.
    if (entry.attachments !== undefined) await submit();
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
  /** @returns an entry that is still to be checked */
  const handle = (next: TrafficItem): RawEntry | undefined => {
    if (next.kind === 'end') {
      const { file, format, creator, truncated } = next.end;
      // What was cut off is one entry more, of which nothing can be said.
      if (truncated !== undefined && isInShard()) increment(tally.unreadable, 'cut-off');
      sources.push({
        file,
        format,
        ...(creator !== undefined && { creator }),
        entries: entries.get(file) ?? 0,
        ...(truncated !== undefined && { truncated }),
      });
    } else if (next.kind === 'skipped') {
      options.onSkippedFile?.(next.file, next.message);
    } else if (!isInShard()) {
      // Another shard's.
    } else if (next.kind === 'unreadable') {
      countEntry(next.place.file);
      addUnreadable(
        tally,
        { place: next.place, message: next.message },
        [...entries.keys()],
        options.settings,
      );
    } else {
      countEntry(next.entry.place.file);
      read += next.entry.bytes.length;
      return next.entry;
    }
    return undefined;
  };
  for await (const chunk of readTraffic(options.traffic, input)) {
    for (const next of chunk) {
      const entry = handle(next);
      if (entry === undefined) continue;
      if (checkHere !== undefined) checkHere(entry);
      else if (sizeOf(entry) > HUGE) (await open()).check(entry);
      else if (batch?.add(entry) !== true) await assignEntry(entry);
    }
    // A stream or a compressed file turns out to be large only while it is read.
    if (checkHere !== undefined && read > large) {
      checkHere = undefined;
      pool.start();
    }
    onProgress?.({ entries: ordinal, bytes });
  }
  await submit();
  return sources;
}

/** Bytes of an entry with the bodies that lie beside it. */
function sizeOf({ bytes, attachments }: RawEntry): number {
  let size = bytes.length;
  for (const attachment of attachments?.values() ?? []) size += attachment.length;
  return size;
}
