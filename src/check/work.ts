// What a thread does: it judges batches of entries and hands over its tally in the end; see crew.ts.
import { parentPort, workerData } from 'node:worker_threads';
import { loadContract } from '../contract/load.ts';
import { unpack } from './batch.ts';
import type { Assignment, FromWorker, ToWorker } from './crew.ts';
import { Examiner } from './examine.ts';
import { examineEntry } from './examine-entry.ts';

const { specs, load, pending } = workerData as Assignment;
const { contract } = await loadContract(specs, { ...load, judgingOnly: true });
let examiner: Examiner | undefined;

const say = (message: FromWorker): void => parentPort?.postMessage(message);

parentPort?.on('message', (message: ToWorker) => {
  if (message.kind === 'begin') {
    examiner = new Examiner(contract, message.examine);
    say({ kind: 'ready' });
    return;
  }
  if (examiner === undefined) throw new Error('a thread was given work before it was told how to judge');
  if (message.kind === 'batch') {
    for (const raw of unpack(message.parcel)) examineEntry(examiner, raw);
    const { buffer } = message.parcel;
    Atomics.sub(pending, 0, 1);
    parentPort?.postMessage({ kind: 'done', buffer } satisfies FromWorker, [buffer]);
  } else {
    const { tally, coverage } = examiner;
    say({ kind: 'result', part: { tally, touched: coverage.touched() } });
    parentPort?.close();
  }
});
