// A pool of worker threads that check entries for the thread that reads them. Each has its own tally; the caller merges them.
import module from 'node:module';
import path from 'node:path';
import { type ResourceLimits, Worker } from 'node:worker_threads';
import type { CoverageTracker } from '../coverage.ts';
import type { ExamineSetup } from '../run.ts';
import type { Tally } from '../tally.ts';
import { type Batch, isReusable } from './batch.ts';

/** The documents and options of every worker thread. */
export interface ThreadSetup extends ExamineSetup {
  readonly showValues: boolean;
}

export interface WorkerData extends ThreadSetup {
  /** The folder of the compile cache; undefined when the program runs without one. */
  readonly compileCache: string | undefined;
}

export type ToWorker = { readonly kind: 'batch'; readonly batch: Batch } | { readonly kind: 'finish' };

export type FromWorker =
  | { readonly kind: 'loaded' }
  | { readonly kind: 'done'; readonly buffer: ArrayBuffer }
  | { readonly kind: 'result'; readonly result: ThreadResult };

/** The result of one thread. */
interface ThreadResult {
  readonly tally: Tally;
  readonly seenItems: ReturnType<CoverageTracker['seenItems']>;
}

export interface ThreadPool {
  /** Starts the threads, which load the documents. Does nothing when they are running. */
  start(): void;
  /** Waits until every thread has loaded the documents. Rejects when a thread fails to. */
  loaded(): Promise<void>;
  /** Waits until a thread has room in its queue. Rejects when a thread has failed. */
  ready(): Promise<void>;
  /** Whether no thread has room in its queue. */
  isBusy(): boolean;
  /** Posts a batch to the thread with the shortest queue. */
  submit(batch: Batch): void;
  /** A buffer that a thread has returned, if there is one. */
  buffer(): ArrayBuffer | undefined;
  /** Waits until all batches are checked. Rejects when a thread has failed. */
  finish(): Promise<ThreadResult[]>;
  /** Terminates the threads at once. */
  stop(): Promise<void>;
}

interface Thread {
  readonly worker: Worker;
  /** Number of batches that the thread has not returned yet. */
  pending: number;
  readonly loaded: Promise<void>;
  readonly result: Promise<ThreadResult>;
}

/** Maximum number of batches in the queue of a thread: enough that it never waits for the reader. */
const MAX_PENDING = 2;

/**
 * Entries are garbage as soon as they are checked. A small young generation keeps the resident memory low, and the heap
 * limit makes V8 grow the old generation in smaller steps. The caller checks entries itself that could exceed the limit.
 */
const LIMITS: ResourceLimits = { maxYoungGenerationSizeMb: 6, maxOldGenerationSizeMb: 1024 };

/** @param size number of threads */
export function createThreadPool(size: number, setup: ThreadSetup): ThreadPool {
  const threads: Thread[] = [];
  const buffers: ArrayBuffer[] = [];
  let failure: Error | undefined;
  let wake: (() => void) | undefined;

  const startThread = (): Thread => {
    // Sources in a checkout, built files in a package.
    const file = import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js';
    // getCompileCacheDir() names a folder for this version of Node, inside the one that enableCompileCache() takes.
    const cache = module.getCompileCacheDir();
    const workerData: WorkerData = {
      ...setup,
      compileCache: cache === undefined ? undefined : path.dirname(cache),
    };
    const worker = new Worker(new URL(file, import.meta.url), { workerData, resourceLimits: LIMITS });
    const loaded = Promise.withResolvers<void>();
    const result = Promise.withResolvers<ThreadResult>();
    const thread: Thread = { worker, pending: 0, loaded: loaded.promise, result: result.promise };
    const fail = (error: Error): void => {
      failure ??= error;
      loaded.reject(error);
      result.reject(error);
      wake?.();
    };
    // The next call that waits reports a failure; until then nothing may be waiting.
    loaded.promise.catch(() => {});
    result.promise.catch(() => {});
    worker.on('message', (message: FromWorker) => {
      switch (message.kind) {
        case 'loaded':
          loaded.resolve();
          break;
        case 'result':
          result.resolve(message.result);
          break;
        case 'done':
          thread.pending--;
          if (isReusable(message.buffer)) buffers.push(message.buffer);
          wake?.();
      }
    });
    worker.on('error', fail);
    worker.on('exit', () => fail(new Error('a worker thread ended before its work was done')));
    return thread;
  };
  const leastBusy = (): Thread | undefined =>
    threads.reduce<Thread | undefined>(
      (best, each) => (best === undefined || each.pending < best.pending ? each : best),
      undefined,
    );
  const post = (thread: Thread, message: ToWorker, transfer: ArrayBuffer[] = []): void =>
    thread.worker.postMessage(message, transfer);

  return {
    start() {
      while (threads.length < size) threads.push(startThread());
    },
    async loaded() {
      await Promise.all(threads.map(({ loaded }) => loaded));
    },
    async ready() {
      for (;;) {
        if (failure !== undefined) throw failure;
        if ((leastBusy()?.pending ?? 0) < MAX_PENDING) return;
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      }
    },
    isBusy: () => failure === undefined && (leastBusy()?.pending ?? 0) >= MAX_PENDING,
    submit(batch) {
      const thread = leastBusy();
      if (thread === undefined) throw new Error('a batch was submitted before the threads were started');
      thread.pending++;
      post(thread, { kind: 'batch', batch }, [batch.buffer]);
    },
    buffer: () => buffers.pop(),
    async finish() {
      for (const thread of threads) post(thread, { kind: 'finish' });
      return await Promise.all(threads.map(({ result }) => result));
    },
    async stop() {
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
    },
  };
}
