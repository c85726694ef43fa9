// A worker process as its command sees it: what its parent wants, and what is left to do if the parent is gone.

import cluster from 'node:cluster';
import type { Io } from './io.ts';
import { removeOwnStore } from './own-store.ts';
import { ANNOUNCE_START, STARTED, STOP, WORKER, WORKER_STORE } from './worker-environment.ts';

/** What this process is to its parent. */
export interface WorkerRole {
  /** True: it watches files, and reports what concerns all workers. */
  readonly isFirst: boolean;
  /** Tells the parent that this process serves. */
  readonly reportStart: () => void;
  /** Resolves in one worker, when all serve. */
  readonly untilAnnouncement: Promise<void>;
  /** Resolves when the parent wants this process to end. */
  readonly untilStop: Promise<void>;
}

/** @returns undefined: this process is no worker */
export function workerRole(io: Io): WorkerRole | undefined {
  const { worker } = cluster;
  if (worker === undefined) return undefined;
  // Terminals and service managers send signals to all processes of a group: the parent decides what they mean.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) io.onSignal(signal, () => {});
  const store = io.env[WORKER_STORE];
  worker.on('disconnect', () => {
    // Node ends the process after this event if the parent is gone. Nobody else ends its store then.
    if (!worker.exitedAfterDisconnect && store !== undefined) removeOwnStore(store, io);
  });
  const untilMessage = (wanted: string): Promise<void> =>
    new Promise(resolve => {
      worker.on('message', message => {
        if (message === wanted) resolve();
      });
    });
  return {
    isFirst: io.env[WORKER] === 'first',
    reportStart: () => void worker.send(STARTED),
    untilAnnouncement: untilMessage(ANNOUNCE_START),
    untilStop: untilMessage(STOP),
  };
}

/** Lets the process end: the channel to the parent would keep it alive. */
export function leaveParent(): void {
  if (cluster.worker?.isConnected()) cluster.worker.disconnect();
}
