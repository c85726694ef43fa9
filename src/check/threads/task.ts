// Message loop of a checker thread: checks batches and returns its tally.
import { parentPort, workerData } from 'node:worker_threads';
import { loadDocuments } from '../../openapi/load.ts';
import { Examiner } from '../examine.ts';
import { examineEntry } from '../examine-entry.ts';
import { unpackBatch } from './batch.ts';
import type { PoolMessage, ThreadData, ThreadMessage } from './pool.ts';

const { specs, load, pendingBatches: pending } = workerData as ThreadData;
const { contract } = await loadDocuments(specs, { ...load, skipRefusals: true });
let examiner: Examiner | undefined;

const post = (message: ThreadMessage): void => parentPort?.postMessage(message);

parentPort?.on('message', (message: PoolMessage) => {
  if (message.kind === 'begin') {
    examiner = new Examiner(contract, message.examine);
    post({ kind: 'ready' });
    return;
  }
  if (examiner === undefined) throw new Error('a checker thread received a batch before its options');
  if (message.kind === 'batch') {
    for (const raw of unpackBatch(message.batch)) examineEntry(examiner, raw);
    const { buffer } = message.batch;
    Atomics.sub(pending, 0, 1);
    parentPort?.postMessage({ kind: 'done', buffer } satisfies ThreadMessage, [buffer]);
  } else {
    const { tally, coverage } = examiner;
    post({ kind: 'result', result: { tally, seenItems: coverage.seenItems() } });
    parentPort?.close();
  }
});
