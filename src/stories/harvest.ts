// From recordings to scenarios: reads, finds the operation of each exchange, keeps what differs, and accounts for every entry.
import { readServer } from '../check/scope.ts';
import { createSubjects, type RecordedExchange } from '../check/subject.ts';
import type { Contract, Operation } from '../contract/contract.ts';
import { toRecorded } from '../recording/entry.ts';
import type { Traffic } from '../recording/input.ts';
import { type ReadOptions, readTraffic } from '../recording/open.ts';
import type { Recorded } from '../recording/recorded.ts';
import { Identifiers } from './identifiers.ts';
import { OperationStories, type Told, UNTOLD } from './operation-stories.ts';
import { finishTake, readExchange } from './take.ts';
import { entryOf, type StoryFile, type WriteOptions, writeStories } from './write.ts';

export interface HarvestOptions extends WriteOptions {
  /** Files and folders; "-" is `stdin`. */
  readonly traffic: readonly string[];
  readonly stdin?: AsyncIterable<Uint8Array>;
  /** "https://staging.example.com/v2" or "petstore=https://..." */
  readonly servers: readonly string[];
  readonly onProgress?: (progress: { readonly entries: number; readonly bytes: number }) => void;
  /** Told of files in folders and archives that are no recordings. */
  readonly onPassedOver?: (file: string, why: string) => void;
  readonly signal?: AbortSignal;
}

export interface Harvest {
  readonly files: readonly StoryFile[];
  /** `total` is the sum of the others. */
  readonly accounting: {
    readonly total: number;
    /** Exchanges that are an answer of a scenario. */
    readonly told: number;
    /** Exchanges that such an answer stands for as well. */
    readonly merged: number;
    /** How many were left out, by reason. */
    readonly leftOut: Readonly<Record<string, number>>;
  };
  /** What could not be read, as "traffic.har entry 7: it is not valid JSON". */
  readonly incomplete: readonly string[];
  /** The origins of what went to no server of the documents, most first. */
  readonly otherHosts: readonly string[];
}

/** Bytes of exchanges that are kept while the rest is read. */
const ROOM = 48 * 1024 * 1024;

/** @throws InputError when a recording cannot be used */
export async function harvest(contract: Contract, options: HarvestOptions): Promise<Harvest> {
  const gatherer = new Gatherer(contract, options);
  let bytes = 0;
  const input: ReadOptions = {
    ...(options.stdin !== undefined && { stdin: options.stdin }),
    ...(options.signal !== undefined && { signal: options.signal }),
    onBytes: more => {
      bytes += more;
    },
  };
  for await (const group of readTraffic(options.traffic, input)) {
    for (const next of group) gatherer.take(next);
    options.onProgress?.({ entries: gatherer.total, bytes });
  }
  return gatherer.finish();
}

class Gatherer {
  total = 0;
  readonly #contract: Contract;
  readonly #options: HarvestOptions;
  readonly #subjectOf: ReturnType<typeof createSubjects>;
  readonly #stories = new Map<Operation, OperationStories>();
  readonly #identifiers = new Identifiers();
  readonly #leftOut: Record<string, number> = {};
  readonly #incomplete: string[] = [];
  readonly #files = new Set<string>();
  readonly #hosts = new Map<string, number>();
  #first = Number.POSITIVE_INFINITY;
  #last = 0;
  #room = ROOM;

  constructor(contract: Contract, options: HarvestOptions) {
    this.#contract = contract;
    this.#options = options;
    this.#subjectOf = createSubjects(
      contract,
      options.servers.map(text => readServer(text, contract)),
    );
  }

  take(next: Traffic): void {
    const { nameOf, onPassedOver } = this.#options;
    switch (next.kind) {
      case 'passed-over':
        onPassedOver?.(next.file, next.why);
        return;
      case 'end':
        this.#files.add(nameOf(next.end.file));
        // What was cut off is one entry more, of which nothing can be said.
        if (next.end.cutOff !== undefined) {
          this.total++;
          this.#leave('cut off');
          this.#incomplete.push(`${nameOf(next.end.file)}: ${next.end.cutOff}`);
        }
        return;
      case 'unreadable':
        this.total++;
        this.#unreadable(next.place, next.why);
        return;
      case 'entry':
        this.total++;
        this.#recorded(toRecorded(next.entry));
    }
  }

  #leave(reason: string, times = 1): void {
    this.#leftOut[reason] = (this.#leftOut[reason] ?? 0) + times;
  }

  #unreadable(place: Recorded['place'], why: string): void {
    this.#leave('unreadable');
    if (this.#incomplete.length < 20)
      this.#incomplete.push(`${entryOf(place, this.#options.nameOf)}: ${why}`);
  }

  #recorded(recorded: Recorded): void {
    if (recorded.kind === 'unreadable') this.#unreadable(recorded.place, recorded.why);
    else if (recorded.kind === 'stray') this.#leave(`out of scope: ${recorded.reason}`);
    else this.#exchange(recorded);
  }

  #exchange(recorded: RecordedExchange): void {
    const { exchange, origin, place } = recorded;
    const { startedAt } = exchange;
    const subject = this.#subjectOf(recorded);
    if (subject.kind === 'elsewhere') {
      const isOther = subject.reason === 'other-host' || subject.reason === 'outside-servers';
      if (isOther && this.#hosts.size < 1000) this.#hosts.set(origin, (this.#hosts.get(origin) ?? 0) + 1);
      this.#leave(`out of scope: ${subject.reason}`);
    } else if (subject.kind === 'undocumented') {
      this.#leave('no operation of the document');
    } else {
      this.#identifiers.add(exchange);
      if (startedAt > 0) {
        this.#first = Math.min(this.#first, startedAt);
        this.#last = Math.max(this.#last, startedAt);
      }
      const { operation } = subject;
      const stories = this.#stories.get(operation) ?? new OperationStories(operation);
      this.#stories.set(operation, stories);
      const added = stories.add(readExchange(subject, exchange, place), this.#room);
      if (typeof added === 'number') this.#room -= added;
      else this.#leave(added);
    }
  }

  finish(): Harvest {
    const told: Told[] = [];
    for (const stories of this.#stories.values()) {
      const { operation } = stories;
      const { rules, alike } = stories.tell(take =>
        finishTake(operation, take, id => this.#identifiers.isLone(id)),
      );
      told.push(...rules);
      if (alike > 0) this.#leave(UNTOLD.alike, alike);
    }
    const answers = told.reduce((sum, { takes }) => sum + takes.length, 0);
    const exchanges = told.reduce((sum, each) => sum + each.exchanges, 0);
    const leftOut = Object.fromEntries(
      Object.entries(this.#leftOut).sort(([left], [right]) => (left < right ? -1 : 1)),
    );
    const left = Object.values(leftOut).reduce((sum, times) => sum + times, 0);
    if (exchanges + left !== this.total)
      throw new Error(`the accounting does not add up: ${exchanges} and ${left} of ${this.total} read`);
    return {
      files: writeStories(this.#contract, told, this.#recordings(), this.#options),
      accounting: { total: this.total, told: answers, merged: exchanges - answers, leftOut },
      incomplete: this.#incomplete,
      otherHosts: [...this.#hosts].sort(([, left], [, right]) => right - left).map(([host]) => host),
    };
  }

  /** "traffic.har, recorded 2026-11-21" */
  #recordings(): string {
    const files = [...this.#files];
    const named =
      files.length > 3 ? `${files.slice(0, 3).join(', ')} and ${files.length - 3} more` : files.join(', ');
    if (this.#last === 0) return named;
    const [from, to] = [this.#first, this.#last].map(time => new Date(time).toISOString().slice(0, 10));
    return `${named}, recorded ${from}${from === to ? '' : ` to ${to}`}`;
  }
}
