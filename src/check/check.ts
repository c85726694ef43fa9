// Checks recorded traffic against documents: reads, shares the work among threads, counts, concludes.
import { availableParallelism } from 'node:os';
import { inputSize } from '../recording/find.ts';
import type { Traffic } from '../recording/input.ts';
import { type ReadOptions, readTraffic } from '../recording/open.ts';
import type { RawEntry } from '../recording/recorded.ts';
import { Batch } from './batch.ts';
import { Crew } from './crew.ts';
import { Examiner } from './examine.ts';
import { examineEntry } from './examine-entry.ts';
import type { Report } from './report.ts';
import { begin, type Checked, finish, type RunOptions } from './run.ts';
import { addTally, count, orderBy } from './tally.ts';

export interface CheckOptions extends RunOptions {
  readonly shard?: Report['shard'];
  readonly showValues: boolean;
  /** Threads that judge, this one among them. Default: two where there are two processors and much to judge. */
  readonly threads?: number;
}

const MIB = 2 ** 20;
/** Bytes that are judged before help is called: a thread takes longer to start than these take to judge. */
const ALONE = { asked: 6 * MIB, unasked: 64 * MIB };

/**
 * @throws ContractError when a document cannot be judged by; InputError when a file cannot be read or is no traffic
 */
export async function checkRecordings(options: CheckOptions): Promise<Checked> {
  const threads = options.threads ?? Math.min(2, availableParallelism());
  const alone = options.threads === undefined ? ALONE.unasked : ALONE.asked;
  const crew = new Crew(threads - 1, { specs: options.specs, load: options.load });
  // Large recordings are known by their size; the others get help when they turn out to be large.
  if (((await inputSize(options.traffic)) ?? 0) > alone) crew.muster();
  try {
    return await checkWith(options, crew, alone);
  } finally {
    await crew.dismiss();
  }
}

async function checkWith(options: CheckOptions, crew: Crew, alone: number): Promise<Checked> {
  const run = await begin(options, options.showValues);
  const { contract, examine } = run;
  const examiner = new Examiner(contract, examine);
  crew.begin(examine);
  const help = (): void => {
    crew.muster();
    crew.begin(examine);
  };
  const sources = await readAll(options, examiner, crew, { alone, help });
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
  { alone, help }: { readonly alone: number; readonly help: () => void },
): Promise<Report['sources']> {
  const { shard, onProgress } = options;
  const sources: Report['sources'] = [];
  const entries = new Map<string, number>();
  let ordinal = 0;
  let bytes = 0;
  let read = 0;
  let batch: Batch | undefined;
  const hand = (): void => {
    const parcel = batch?.pack();
    if (parcel !== undefined) crew.hand(parcel);
    batch = undefined;
  };
  /** Into a batch for whoever is free; judged here, where it lies, while nobody is. */
  const share = (entry: RawEntry): void => {
    if (batch?.add(entry)) return;
    hand();
    if (!crew.isFree()) {
      examineEntry(examiner, entry);
      return;
    }
    batch = new Batch(crew.buffer());
    batch.add(entry);
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
      examiner.take(next);
    } else {
      own(next.entry.place.file);
      read += next.entry.bytes.length;
      share(next.entry);
      // Bodies that lie beside the entries are not copied, and may be large.
      if (next.entry.attachments !== undefined) hand();
    }
  };
  for await (const group of readTraffic(options.traffic, input)) {
    for (const next of group) take(next);
    if (read > alone) help();
    onProgress?.({ entries: ordinal, bytes });
  }
  hand();
  return sources;
}
