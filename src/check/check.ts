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
  /** Worker threads that check a large recording. The calling thread reads it, and checks what they have no room for. Default: 1. */
  readonly threads?: number;
}

const MIB = 2 ** 20;
/** Bytes of traffic above which worker threads help. For less, starting a thread takes longer than it saves. */
const THREAD_THRESHOLD = { oneThread: 64 * MIB, severalThreads: 6 * MIB };

/** Bytes of an entry above which the calling thread checks it: the parsed entry could exceed the heap limit of a worker thread. */
const MAX_WORKER_ENTRY = 8 * MIB;

/**
 * Checks recorded traffic. The calling thread checks small traffic itself. It hands the entries of large traffic to worker
 * threads, and checks entries itself while every queue is full.
 * @throws ContractError when a document cannot be used; InputError when a file cannot be read or holds no traffic
 */
export async function checkRecordings(options: CheckOptions): Promise<CheckResult> {
  const { threads = 1 } = options;
  const threshold = threads > 1 ? THREAD_THRESHOLD.severalThreads : THREAD_THRESHOLD.oneThread;
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
  const readerTally = createTally();
  const isLarge = ((await inputSize(options.traffic)) ?? 0) > threshold;
  if (isLarge) pool.start();
  try {
    let local: Promise<LocalCheck> | undefined;
    const open = (): Promise<LocalCheck> => {
      local ??= openLocally(options);
      return local;
    };
    if (isLarge) await waitUntilLoaded(pool, open);
    const check = isLarge ? undefined : (await open()).check;
    const sources = await readAll(options, readerTally, pool, { check, open, threshold });
    const results = await pool.finish();
    await pool.stop();
    const { run, examiner } = await open();
    const order = orderByFile(sources.map(({ file }) => file));
    for (const result of [{ tally: readerTally, seenItems: [] }, ...results]) {
      mergeTally(examiner.tally, result.tally, order, options.settings);
      examiner.coverage.markSeen(result.seenItems);
    }
    const { finishRun } = await import('./run.ts');
    return finishRun(options, run, examiner, sources, { shard: options.shard });
  } finally {
    await pool.stop();
  }
}

interface LocalCheck {
  readonly run: PreparedRun;
  readonly examiner: Examiner;
  readonly check: (entry: RawEntry) => void;
}

/** Loads the documents in this thread. */
async function openLocally(options: CheckOptions): Promise<LocalCheck> {
  const [{ prepareRun }, { Examiner }, { examineEntry }] = await Promise.all([
    import('./run.ts'),
    import('./examine.ts'),
    import('./examine-entry.ts'),
  ]);
  const run = await prepareRun(options, options.showValues);
  const examiner = new Examiner(run.contract, run.examine);
  return { run, examiner, check: entry => examineEntry(examiner, entry) };
}

/** An error loses its class when it leaves a thread. So load the documents here, too, which throws the original error. */
async function waitUntilLoaded(pool: ThreadPool, open: () => Promise<LocalCheck>): Promise<void> {
  try {
    await pool.loaded();
  } catch (error) {
    await open();
    throw error;
  }
}

interface Checkers {
  /** Checks an entry in this thread until the threshold is reached; undefined: entries go to worker threads first. */
  readonly check: LocalCheck['check'] | undefined;
  /** Loads the documents for checks in this thread. */
  readonly open: () => Promise<LocalCheck>;
  /** Bytes of entries after which worker threads help. */
  readonly threshold: number;
}

async function readAll(
  options: CheckOptions,
  tally: Tally,
  pool: ThreadPool,
  { check, open, threshold }: Checkers,
): Promise<Report['sources']> {
  const { shard, onProgress } = options;
  const sources: Report['sources'] = [];
  const entries = new Map<string, number>();
  let ordinal = 0;
  let bytes = 0;
  let entryBytes = 0;
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
    // Attachments are not copied into the buffer and may be large.
    if (entry.attachments !== undefined) await submit();
  };
  /** A shard has every n-th entry of the traffic. */
  const isInShard = (): boolean => {
    const index = ordinal++;
    return shard === undefined || index % shard.of === shard.index - 1;
  };
  const countEntry = (file: string): void => void entries.set(file, (entries.get(file) ?? 0) + 1);
  const input: ReadTrafficOptions = {
    ...(options.stdin !== undefined && { stdin: options.stdin }),
    ...(options.stdinName !== undefined && { stdinName: options.stdinName }),
    ...(options.signal !== undefined && { signal: options.signal }),
    onBytes: addedBytes => {
      bytes += addedBytes;
    },
  };
  /** @returns the entry if it has to be checked */
  const handle = (item: TrafficItem): RawEntry | undefined => {
    if (item.kind === 'end') {
      const { file, format, creator, truncated } = item.end;
      // A truncated file counts as one more entry, which is unreadable.
      if (truncated !== undefined && isInShard()) increment(tally.unreadable, 'cut-off');
      sources.push({
        file,
        format,
        ...(creator !== undefined && { creator }),
        entries: entries.get(file) ?? 0,
        ...(truncated !== undefined && { truncated }),
      });
    } else if (item.kind === 'skipped') {
      options.onSkippedFile?.(item.file, item.message);
    } else if (!isInShard()) {
      // The entry belongs to another shard.
    } else if (item.kind === 'unreadable') {
      countEntry(item.place.file);
      addUnreadable(
        tally,
        { place: item.place, message: item.message },
        [...entries.keys()],
        options.settings,
      );
    } else {
      countEntry(item.entry.place.file);
      entryBytes += item.entry.bytes.length;
      return item.entry;
    }
    return undefined;
  };
  for await (const items of readTraffic(options.traffic, input)) {
    for (const item of items) {
      const entry = handle(item);
      if (entry === undefined) continue;
      if (checkHere !== undefined) checkHere(entry);
      else if (sizeOf(entry) > MAX_WORKER_ENTRY) (await open()).check(entry);
      else if (batch?.add(entry) !== true) {
        // Every queue is full: check the entry here instead of waiting.
        if (batch !== undefined && pool.isBusy()) (await open()).check(entry);
        else await assignEntry(entry);
      }
    }
    // The size of a stream or of a compressed file is only known after reading it.
    if (checkHere !== undefined && entryBytes > threshold) {
      checkHere = undefined;
      pool.start();
    }
    onProgress?.({ entries: ordinal, bytes });
  }
  await submit();
  return sources;
}

/** Bytes of an entry including its attachments. */
function sizeOf({ bytes, attachments }: RawEntry): number {
  let size = bytes.length;
  for (const attachment of attachments?.values() ?? []) size += attachment.length;
  return size;
}
