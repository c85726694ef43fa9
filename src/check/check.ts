// Checks recorded traffic against documents: reads, shares the work among threads, counts, concludes.
import { inputSize } from '../recording/find.ts';
import type { Traffic } from '../recording/input.ts';
import { type ReadOptions, readTraffic } from '../recording/open.ts';
import { Batch, isReusable, unpack } from './batch.ts';
import { Crew } from './crew.ts';
import { type ExamineOptions, Examiner } from './examine.ts';
import { examineEntry } from './examine-entry.ts';
import type { Report } from './report.ts';
import { begin, type Checked, finish, type RunOptions } from './run.ts';
import { addTally, count, orderBy } from './tally.ts';

export interface CheckOptions extends RunOptions {
  readonly shard?: Report['shard'];
  readonly showValues: boolean;
  /** Threads that judge, this one among them. Each takes up to 80 MB; small recordings need no second. Default 1. */
  readonly threads?: number;
}

/** Bytes that are judged before help is called: a thread takes longer to start than these take to judge. */
const ALONE = 6 * 1024 * 1024;

/**
 * @throws ContractError when a document cannot be judged by; InputError when a file cannot be read or is no traffic
 */
export async function checkRecordings(options: CheckOptions): Promise<Checked> {
  const threads = options.threads ?? 1;
  const crew = new Crew(threads - 1, { specs: options.specs, load: options.load });
  // Large recordings are known by their size; the others get help when they turn out to be large.
  if (((await inputSize(options.traffic)) ?? 0) > ALONE) crew.muster();
  try {
    return await checkWith(options, crew);
  } finally {
    await crew.dismiss();
  }
}

async function checkWith(options: CheckOptions, crew: Crew): Promise<Checked> {
  const run = await begin(options, options.showValues);
  const { contract, examine } = run;
  const examiner = new Examiner(contract, examine);
  crew.begin(examine);
  const sources = await readAll(options, examiner, crew, examine);
  const order = orderBy(sources.map(({ file }) => file));
  const { tally, coverage } = examiner;
  for (const part of await crew.finish()) {
    addTally(tally, part.tally, order, options.settings);
    coverage.absorb(part.touched);
  }
  return finish(options, run, examiner, sources, { shard: options.shard });
}

async function readAll(
  options: CheckOptions,
  examiner: Examiner,
  crew: Crew,
  examine: ExamineOptions,
): Promise<Report['sources']> {
  const { shard, onProgress } = options;
  const sources: Report['sources'] = [];
  const entries = new Map<string, number>();
  let ordinal = 0;
  let bytes = 0;
  let read = 0;
  let batch = new Batch();
  const hand = (): void => {
    const parcel = batch.pack();
    if (read > ALONE) {
      crew.muster();
      crew.begin(examine);
    }
    let buffer: ArrayBuffer | undefined;
    if (!crew.take(parcel)) {
      for (const raw of unpack(parcel)) examineEntry(examiner, raw);
      if (isReusable(parcel.buffer)) buffer = parcel.buffer;
    }
    batch = new Batch(buffer ?? crew.buffer());
    onProgress?.({ entries: ordinal, bytes });
  };
  /** Every n-th entry of the whole traffic is this shard's. */
  const isOurs = (): boolean => {
    const index = ordinal++;
    return shard === undefined || index % shard.of === shard.index - 1;
  };
  const own = (file: string): void => void entries.set(file, (entries.get(file) ?? 0) + 1);
  const input: ReadOptions = {
    ...(options.stdin !== undefined && { stdin: options.stdin }),
    ...(options.signal !== undefined && { signal: options.signal }),
    onBytes: more => {
      bytes += more;
    },
  };
  const take = (next: Traffic): void => {
    if (next.kind === 'end') {
      const { file, format, creator, cutOff } = next.end;
      // What was cut off is one entry more, of which nothing can be said.
      if (cutOff !== undefined && isOurs()) count(examiner.tally.unreadable, 'cut-off');
      sources.push({
        file,
        format,
        ...(creator !== undefined && { creator }),
        entries: entries.get(file) ?? 0,
        ...(cutOff !== undefined && { cutOff }),
      });
    } else if (next.kind === 'passed-over') {
      options.onPassedOver?.(next.file, next.why);
    } else if (!isOurs()) {
      // Another shard's.
    } else if (next.kind === 'unreadable') {
      own(next.place.file);
      // In the order of the recording, of which the first are listed.
      hand();
      examiner.take(next);
    } else {
      own(next.entry.place.file);
      read += next.entry.bytes.length;
      if (!batch.add(next.entry)) {
        hand();
        batch.add(next.entry);
      }
      // Bodies that lie beside the entries are not copied, and may be large.
      if (next.entry.attachments !== undefined) hand();
    }
  };
  for await (const group of readTraffic(options.traffic, input)) for (const next of group) take(next);
  hand();
  return sources;
}
