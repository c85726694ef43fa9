// The worker thread of one check in the control API: reads the recording from messages and posts the reports.
import { on } from 'node:events';
import module from 'node:module';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { CheckMessage, CheckTask } from './check-thread.ts';

const { compileCache, formats, ...task } = workerData as CheckTask & { compileCache: string | undefined };
const port = parentPort as MessagePort;
const post = (message: CheckMessage): void => port.postMessage(message);

// A worker thread does not inherit the compile cache. Without it, loading the checker takes longer.
if (compileCache !== undefined) module.enableCompileCache(compileCache);
const [
  { checkRecordings },
  { renderReport },
  { renderView },
  { ContractError },
  { InputError },
  { formatLocation },
] = await Promise.all([
  import('../../check/check.ts'),
  import('../../reporters/formats.ts'),
  import('../../reporters/view.ts'),
  import('../../openapi/load.ts'),
  import('../../finding/input-error.ts'),
  import('../../finding/finding.ts'),
]);

async function* received(): AsyncGenerator<Uint8Array> {
  for await (const [bytes] of on(port, 'message') as AsyncIterable<[Uint8Array | 'end']>) {
    if (bytes === 'end') return;
    yield bytes;
    post({ kind: 'consumed' });
  }
}

const notes: string[] = [];
try {
  const { report } = await checkRecordings({
    ...task,
    traffic: ['-'],
    stdin: received(),
    showValues: false,
    onSkippedFile: (_, message) => notes.push(`skipped: ${message}`),
    onDocumentFindings: findings =>
      notes.push(
        ...findings.map(({ location, message }) =>
          location === undefined ? message : `${formatLocation(location)}: ${message}`,
        ),
      ),
  });
  const reports: [(typeof formats)[number], string][] = [];
  for (const format of formats) {
    const text = format === 'view' ? renderView(report) : await renderReport(report, format);
    reports.push([format, text]);
  }
  post({ kind: 'reports', reports, notes });
} catch (error) {
  // An error loses its class on the way to another thread.
  if (!(error instanceof InputError || error instanceof ContractError)) throw error;
  post({ kind: 'refused', reason: error.message });
}
port.close();
