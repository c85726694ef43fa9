// The message loop of a worker thread: checks batches of entries and returns its tally at the end.
import { parentPort, workerData } from 'node:worker_threads';
import { Examiner } from '../examine.ts';
import { examineEntry } from '../examine-entry.ts';
import { prepareRun } from '../run.ts';
import { entriesOf } from './batch.ts';
import type { FromWorker, ToWorker, WorkerData } from './pool.ts';

const setup = workerData as WorkerData;
const { contract, examine } = await prepareRun(setup, setup.showValues);
const examiner = new Examiner(contract, examine);

const post = (message: FromWorker, transfer: ArrayBuffer[] = []): void =>
  parentPort?.postMessage(message, transfer);

parentPort?.on('message', (message: ToWorker) => {
  if (message.kind === 'batch') {
    for (const entry of entriesOf(message.batch)) examineEntry(examiner, entry);
    const { buffer } = message.batch;
    post({ kind: 'done', buffer }, [buffer]);
  } else {
    const { tally, coverage } = examiner;
    post({ kind: 'result', result: { tally, seenItems: coverage.seenItems() } });
    parentPort?.close();
  }
});
post({ kind: 'loaded' });
