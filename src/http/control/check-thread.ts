// Checks a recording that arrives as a stream, in a worker thread: requests to the mock are served meanwhile.
import module from 'node:module';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import type { ExamineSetup } from '../../check/run.ts';
import type { ReportFormat } from '../../reporters/formats.ts';

/** A format of the command, or the view: what the HTML report shows, as data for the console. */
export type CheckFormat = ReportFormat | 'view';

/** What the thread does with the recording. */
export interface CheckTask extends ExamineSetup {
  readonly version: string;
  /** What the report calls the recording. */
  readonly stdinName: string;
  readonly formats: readonly CheckFormat[];
}

export type CheckMessage = { readonly kind: 'consumed' } | CheckOutcome;

export type CheckOutcome =
  | {
      readonly kind: 'reports';
      readonly reports: readonly (readonly [CheckFormat, string])[];
      /** What the command writes to standard error: files of an archive that are no recordings, errors of documents. */
      readonly notes: readonly string[];
    }
  /** The recording, an option or a document cannot be used; the text is that of the command. */
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'too-large' };

/** Number of chunks of the recording that may wait for the thread. */
const MAX_WAITING = 16;
/** An entry that needs more memory than this ends the check, and not the server. */
const LIMITS = { maxOldGenerationSizeMb: 2048 };

/**
 * @param limit maximum size of the recording in bytes
 * @param signal ends the thread at once, and the promise rejects with its reason
 */
export async function checkInThread(
  task: CheckTask,
  recording: Readable,
  limit: number,
  signal: AbortSignal,
): Promise<CheckOutcome> {
  // Sources in a checkout, built files in a package.
  const file = import.meta.url.endsWith('.ts') ? './check-worker.ts' : './check-worker.js';
  const cache = module.getCompileCacheDir();
  const worker = new Worker(new URL(file, import.meta.url), {
    workerData: { ...task, compileCache: cache === undefined ? undefined : path.dirname(cache) },
    resourceLimits: LIMITS,
  });
  const { promise, resolve, reject } = Promise.withResolvers<CheckOutcome>();
  let size = 0;
  let waiting = 0;
  const send = (chunk: Uint8Array): void => {
    size += chunk.length;
    if (size > limit) {
      resolve({ kind: 'too-large' });
      return;
    }
    // A copy, because the chunk is a part of a buffer that other messages share.
    const bytes = new Uint8Array(chunk);
    worker.postMessage(bytes, [bytes.buffer]);
    if (++waiting >= MAX_WAITING) recording.pause();
  };
  const end = (): void => worker.postMessage('end');
  worker.on('message', (message: CheckMessage) => {
    if (message.kind !== 'consumed') resolve(message);
    else if (--waiting < MAX_WAITING) recording.resume();
  });
  worker.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ERR_WORKER_OUT_OF_MEMORY')
      resolve({
        kind: 'refused',
        reason: `${task.stdinName} has an entry that needs too much memory. Split it.`,
      });
    else reject(error);
  });
  worker.on('exit', () => reject(new Error('the thread of a check ended without a result')));
  recording.on('data', send).on('end', end);
  try {
    signal.throwIfAborted();
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    return await promise;
  } finally {
    recording.off('data', send).off('end', end);
    await worker.terminate();
  }
}
