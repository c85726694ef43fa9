// Serves a port with several processes: starts them, replaces those that end, and ends them together (node:cluster).

import cluster, { type Worker } from 'node:cluster';
import { type Io, untilInterrupted } from './io.ts';
import { type OwnStore, startOwnStore } from './own-store.ts';
import { restartPause } from './restart-pause.ts';
import { ANNOUNCE_START, STARTED, STOP, WORKER, WORKER_STORE } from './worker-environment.ts';

export interface WorkersRun {
  readonly count: number;
  /** False: the workers get a store of their own. */
  readonly hasStore: boolean;
  /** Milliseconds after which workers that should end are killed. */
  readonly endWithin: number;
  readonly onStopping: () => void;
}

/** The exit code of a worker whose output nobody reads any more (128 + SIGPIPE). */
const CLOSED_OUTPUT = 141;

/** @returns the exit code, when the user ends the command, or if it cannot start */
export async function runWorkers(run: WorkersRun, io: Io): Promise<number> {
  const interruption = untilInterrupted(io);
  const store = run.hasStore ? undefined : await startOwnStore(run.count, io);
  const { promise: ended, resolve: end } = Promise.withResolvers<number>();
  const live = new Set<Worker>();
  const killAll = (): void => {
    for (const worker of live) worker.process.kill('SIGKILL');
  };
  try {
    const stop = superviseWorkers(run.count, live, store, end, io);
    void interruption.then(() => {
      io.onSignal('SIGINT', () => {
        killAll();
        store?.remove();
        io.exit(130);
      });
      run.onStopping();
      setTimeout(killAll, run.endWithin).unref();
      stop();
    });
    return await ended;
  } finally {
    killAll();
    store?.remove();
  }
}

/**
 * Starts one worker, and the others when it serves: what is wrong with documents or options is reported once.
 * @param live the workers that run, kept up to date
 * @param end called with the exit code when no worker is left, or if the first one cannot start
 * @returns a function that ends all workers
 */
function superviseWorkers(
  count: number,
  live: Set<Worker>,
  store: OwnStore | undefined,
  end: (code: number) => void,
  io: Io,
): () => void {
  const pauses = Array.from({ length: count }, restartPause);
  const serving = new Map<number, Worker>();
  const restarts = new Set<NodeJS.Timeout>();
  let hasServed = false;
  let isAnnounced = false;
  let isStopping = false;

  const open = (place: number): void => {
    const worker = cluster.fork({
      [WORKER]: place === 0 ? 'first' : 'other',
      ...(store !== undefined && { [WORKER_STORE]: store.url, DEADRINGER_STORE_KEY: store.key }),
    });
    live.add(worker);
    worker.on('message', message => {
      if (message === STARTED) onStarted(place, worker);
    });
    worker.on('exit', (code, signal) => onEnded(place, worker, code, signal));
    worker.on('error', error => {
      // A process that exists reports its end by "exit".
      if (worker.process.pid !== undefined) return;
      io.err(`deadringer: a worker cannot be started: ${error.message}`);
      onEnded(place, worker, 2, undefined);
    });
  };

  const onStarted = (place: number, worker: Worker): void => {
    serving.set(place, worker);
    if (!hasServed) for (let other = 1; other < count; other++) open(other);
    hasServed = true;
    if (isAnnounced || serving.size < count) return;
    isAnnounced = true;
    send(serving.get(0), ANNOUNCE_START);
  };

  const onEnded = (place: number, worker: Worker, code: number, signal: string | undefined): void => {
    live.delete(worker);
    serving.delete(place);
    if (isStopping) {
      if (live.size === 0) end(0);
      return;
    }
    if (code === CLOSED_OUTPUT || (!hasServed && !signal)) {
      isStopping = true;
      end(code);
      return;
    }
    const what = `worker ${place + 1} (process ${worker.process.pid}) ended with ${signal ?? `code ${code}`}`;
    if (!hasServed) {
      io.err(`deadringer: ${what} before it served`);
      end(2);
      return;
    }
    io.err(`deadringer: ${what}; another one takes its place`);
    const restart = setTimeout(() => {
      restarts.delete(restart);
      open(place);
    }, pauses[place]?.());
    restarts.add(restart);
  };

  open(0);
  return () => {
    isStopping = true;
    for (const restart of restarts) clearTimeout(restart);
    const started = new Set(serving.values());
    for (const worker of live) {
      if (started.has(worker)) send(worker, STOP);
      // It may not listen to messages yet.
      else worker.process.kill('SIGKILL');
    }
    if (live.size === 0) end(0);
  };
}

function send(worker: Worker | undefined, message: string): void {
  // A worker that ends meanwhile gets no message, and its end is noticed.
  worker?.send(message, () => {});
}
