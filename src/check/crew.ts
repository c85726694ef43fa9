// The threads that judge beside the one that reads. Each keeps its own tally; in the end they are added up.
import module from 'node:module';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { LoadOptions } from '../contract/load.ts';
import { isReusable, type Parcel } from './batch.ts';
import type { Coverage } from './coverage.ts';
import type { ExamineOptions } from './examine.ts';
import type { Tally } from './tally.ts';

/** What a worker is started with. */
export interface Assignment {
  readonly specs: readonly string[];
  readonly load: LoadOptions;
  /** The folder in which this program keeps what it has compiled, if it does. */
  readonly compiled: string | undefined;
  /** One number: the batches that are with the worker, which it counts down itself. */
  readonly pending: Int32Array<SharedArrayBuffer>;
}

export type ToWorker =
  | { readonly kind: 'begin'; readonly examine: ExamineOptions }
  | { readonly kind: 'batch'; readonly parcel: Parcel }
  | { readonly kind: 'finish' };

export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly buffer: ArrayBuffer }
  | { readonly kind: 'result'; readonly part: Part };

export interface Part {
  readonly tally: Tally;
  readonly touched: ReturnType<Coverage['touched']>;
}

interface Member {
  readonly worker: Worker;
  /** One number, the batches that are with it: known at once, and not when messages are looked at. */
  readonly pending: Int32Array<SharedArrayBuffer>;
  begun: boolean;
  ready: boolean;
  readonly result: Promise<Part>;
}

/** So many batches wait for a worker, so that it never waits for us. */
const AHEAD = 2;

export class Crew {
  readonly #size: number;
  readonly #assignment: Pick<Assignment, 'specs' | 'load'>;
  #members: Member[] = [];
  #failure: Error | undefined;
  readonly #buffers: ArrayBuffer[] = [];

  /** @param size how many; none is started before there is reason to */
  constructor(size: number, assignment: Pick<Assignment, 'specs' | 'load'>) {
    this.#size = size;
    this.#assignment = assignment;
  }

  /** Starts loading the documents in every thread, beside whatever is done meanwhile. */
  muster(): void {
    if (this.#members.length === 0) this.#members = Array.from({ length: this.#size }, () => this.#hire());
  }

  /** Says how to judge; only then there is work to take. */
  begin(examine: ExamineOptions): void {
    for (const member of this.#members) {
      if (member.begun) continue;
      member.begun = true;
      member.worker.postMessage({ kind: 'begin', examine } satisfies ToWorker);
    }
  }

  /**
   * Whether somebody could take a batch more; where nobody can, it is better judged here. Who is free stays so until a
   * batch is handed over.
   */
  isFree(): boolean {
    if (this.#failure !== undefined) throw this.#failure;
    return this.#freest() !== undefined;
  }

  /** Hands over to whoever has least to do. */
  hand(parcel: Parcel): void {
    const { worker, pending } = this.#freest() ?? (this.#members[0] as Member);
    Atomics.add(pending, 0, 1);
    worker.postMessage({ kind: 'batch', parcel } satisfies ToWorker, [parcel.buffer]);
  }

  #freest(): Member | undefined {
    let freest: Member | undefined;
    let least = AHEAD;
    for (const member of this.#members) {
      const waiting = member.ready ? Atomics.load(member.pending, 0) : AHEAD;
      if (waiting < least) {
        freest = member;
        least = waiting;
      }
    }
    return freest;
  }

  /** A buffer that came back, if there is one. */
  buffer(): ArrayBuffer | undefined {
    return this.#buffers.pop();
  }

  async finish(): Promise<Part[]> {
    const members = this.#members;
    for (const { worker } of members) worker.postMessage({ kind: 'finish' } satisfies ToWorker);
    return await Promise.all(members.map(({ result }) => result));
  }

  async dismiss(): Promise<void> {
    await Promise.all(this.#members.map(({ worker }) => worker.terminate()));
  }

  #hire(): Member {
    // Sources in a checkout, built files in a package.
    const file = import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js';
    const pending = new Int32Array(new SharedArrayBuffer(4));
    // Node names the folder of its own version, below the one that it is to be told.
    const own = module.getCompileCacheDir();
    const compiled = own === undefined ? undefined : path.dirname(own);
    const workerData: Assignment = { ...this.#assignment, compiled, pending };
    const worker = new Worker(new URL(file, import.meta.url), { workerData });
    const { promise, resolve, reject } = Promise.withResolvers<Part>();
    const member: Member = { worker, pending, begun: false, ready: false, result: promise };
    // Whoever takes or finishes next is told; until then nobody may be waiting.
    promise.catch((error: Error) => {
      this.#failure ??= error;
    });
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'ready') member.ready = true;
      else if (message.kind === 'done') {
        if (isReusable(message.buffer)) this.#buffers.push(message.buffer);
      } else resolve(message.part);
    });
    worker.on('error', reject);
    worker.on('exit', () => reject(new Error('a thread ended before its work was done')));
    return member;
  }
}
