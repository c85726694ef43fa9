// A thread that judges batches of entries and hands over its tally in the end; see crew.ts.
import { parentPort, workerData } from 'node:worker_threads';
import { loadContract } from '../contract/load.ts';
import { unpack } from './batch.ts';
import type { Assignment, FromWorker, ToWorker } from './crew.ts';
import { Examiner } from './examine.ts';
import { examineEntry } from './examine-entry.ts';

const { specs, load, examine } = workerData as Assignment;
const { contract } = await loadContract(specs, load);
const examiner = new Examiner(contract, examine);

const say = (message: FromWorker): void => parentPort?.postMessage(message);

parentPort?.on('message', (message: ToWorker) => {
  if (message.kind === 'batch') {
    for (const raw of unpack(message.parcel)) examineEntry(examiner, raw);
    say({ kind: 'done' });
  } else {
    const { tally, coverage } = examiner;
    say({ kind: 'result', part: { tally, touched: coverage.touched() } });
    parentPort?.close();
  }
});
say({ kind: 'ready' });
