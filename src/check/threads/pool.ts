// A pool of worker threads that check entries. Each thread has its own tally; the tallies are merged at the end.
import module from 'node:module';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { LoadOptions } from '../../openapi/load.ts';
import type { CoverageTracker } from '../coverage.ts';
import type { ExamineOptions } from '../examine.ts';
import type { Tally } from '../tally.ts';
import { isReusableBuffer, type PackedBatch } from './batch.ts';

/** What a worker is started with. */
export interface ThreadData {
  readonly specs: readonly string[];
  readonly load: LoadOptions;
  /** The folder in which this program keeps what it has compiled, if it does. */
  readonly compileCacheFolder: string | undefined;
  /** One number: the batches that are with the worker, which it counts down itself. */
  readonly pendingBatches: Int32Array<SharedArrayBuffer>;
}

export type PoolMessage =
  | { readonly kind: 'begin'; readonly examine: ExamineOptions }
  | { readonly kind: 'batch'; readonly batch: PackedBatch }
  | { readonly kind: 'finish' };

export type ThreadMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly buffer: ArrayBuffer }
  | { readonly kind: 'result'; readonly result: ThreadResult };

export interface ThreadResult {
  readonly tally: Tally;
  readonly seenItems: ReturnType<CoverageTracker['seenItems']>;
}

interface PoolThread {
  readonly worker: Worker;
  /** One number, the batches that are with it: known at once, and not when messages are looked at. */
  readonly pending: Int32Array<SharedArrayBuffer>;
  configured: boolean;
  ready: boolean;
  readonly result: Promise<ThreadResult>;
}

/** So many batches wait for a worker, so that it never waits for us. */
const MAX_PENDING_BATCHES = 2;

export class ThreadPool {
  readonly #size: number;
  readonly #threadData: Pick<ThreadData, 'specs' | 'load'>;
  #threads: PoolThread[] = [];
  #failure: Error | undefined;
  readonly #buffers: ArrayBuffer[] = [];

  /** @param size how many; none is started before there is reason to */
  constructor(size: number, assignment: Pick<ThreadData, 'specs' | 'load'>) {
    this.#size = size;
    this.#threadData = assignment;
  }

  /** Starts loading the documents in every thread, beside whatever is done meanwhile. */
  startThreads(): void {
    if (this.#threads.length === 0)
      this.#threads = Array.from({ length: this.#size }, () => this.#startThread());
  }

  /** Says how to judge; only then there is work to take. */
  configure(examine: ExamineOptions): void {
    for (const thread of this.#threads) {
      if (thread.configured) continue;
      thread.configured = true;
      thread.worker.postMessage({ kind: 'begin', examine } satisfies PoolMessage);
    }
  }

  /**
   * Whether somebody could take a batch more; where nobody can, it is better judged here. Who is free stays so until a
   * batch is handed over.
   */
  hasCapacity(): boolean {
    if (this.#failure !== undefined) throw this.#failure;
    return this.#leastBusy() !== undefined;
  }

  /** Hands over to whoever has least to do. */
  send(parcel: PackedBatch): void {
    const { worker, pending } = this.#leastBusy() ?? (this.#threads[0] as PoolThread);
    Atomics.add(pending, 0, 1);
    worker.postMessage({ kind: 'batch', batch: parcel } satisfies PoolMessage, [parcel.buffer]);
  }

  #leastBusy(): PoolThread | undefined {
    let leastBusy: PoolThread | undefined;
    let leastPending = MAX_PENDING_BATCHES;
    for (const thread of this.#threads) {
      const pendingBatches = thread.ready ? Atomics.load(thread.pending, 0) : MAX_PENDING_BATCHES;
      if (pendingBatches < leastPending) {
        leastBusy = thread;
        leastPending = pendingBatches;
      }
    }
    return leastBusy;
  }

  /** A buffer that came back, if there is one. */
  reusableBuffer(): ArrayBuffer | undefined {
    return this.#buffers.pop();
  }

  async finish(): Promise<ThreadResult[]> {
    const threads = this.#threads;
    for (const { worker } of threads) worker.postMessage({ kind: 'finish' } satisfies PoolMessage);
    return await Promise.all(threads.map(({ result }) => result));
  }

  async terminate(): Promise<void> {
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  #startThread(): PoolThread {
    // Sources in a checkout, built files in a package.
    const file = import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js';
    const pending = new Int32Array(new SharedArrayBuffer(4));
    // Node names the folder of its own version, below the one that it is to be told.
    const cacheFolder = module.getCompileCacheDir();
    const compiled = cacheFolder === undefined ? undefined : path.dirname(cacheFolder);
    const workerData: ThreadData = {
      ...this.#threadData,
      compileCacheFolder: compiled,
      pendingBatches: pending,
    };
    const worker = new Worker(new URL(file, import.meta.url), { workerData });
    const { promise, resolve, reject } = Promise.withResolvers<ThreadResult>();
    const thread: PoolThread = { worker, pending, configured: false, ready: false, result: promise };
    // Whoever takes or finishes next is told; until then nobody may be waiting.
    promise.catch((error: Error) => {
      this.#failure ??= error;
    });
    worker.on('message', (message: ThreadMessage) => {
      if (message.kind === 'ready') thread.ready = true;
      else if (message.kind === 'done') {
        if (isReusableBuffer(message.buffer)) this.#buffers.push(message.buffer);
      } else resolve(message.result);
    });
    worker.on('error', reject);
    worker.on('exit', () => reject(new Error('a checker thread ended before it finished')));
    return thread;
  }
}
