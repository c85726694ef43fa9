// Whether the server's memory grows: resident after the first seconds, and after a million mixed requests.
import type { Settings } from './cases.ts';
import { load } from './load.ts';
import { residentMegabytes } from './proc.ts';
import { type Outcome, table } from './report.ts';
import type { DocumentedCall } from './request.ts';
import { OURS, start } from './servers.ts';
import { mixed } from './workloads.ts';

const ALL = 1_000_000;
/** Seconds between two looks at the memory. */
const INTERVAL = 5;

export async function memory(call: DocumentedCall, { connections, progress }: Settings): Promise<Outcome> {
  const workload = mixed(call);
  const server = await start(OURS, call, [workload]);
  const resident: { requests: number; megabytes: number }[] = [];
  try {
    for (let done = 0; done < ALL; ) {
      // The first measurement comes early, when a server that leaks has leaked little.
      const { requests } = await load(server, workload, { connections, seconds: done === 0 ? 1 : INTERVAL });
      done += requests;
      resident.push({ requests: done, megabytes: residentMegabytes(server.pid) });
      progress(`${done} of ${ALL} requests`);
    }
  } finally {
    await server.stop();
  }
  const first = resident[0];
  const last = resident.at(-1);
  const every = Math.ceil(resident.length / 6);
  const shown = resident.filter((each, index) => index < 2 || index % every === 0 || each === last);
  return {
    text: [
      table(
        ['requests', ...shown.map(({ requests }) => requests.toLocaleString('en'))],
        [['resident, MB', ...shown.map(({ megabytes }) => megabytes.toFixed(0))]],
      ),
      'Requests in turn: valid, invalid, to an unknown path, valid with other values.',
    ].join('\n\n'),
    targets: [
      {
        name: `memory after a million requests, less that after ${first?.requests.toLocaleString('en')}`,
        value: (last?.megabytes ?? Number.NaN) - (first?.megabytes ?? Number.NaN),
        bound: 20,
        is: 'at most',
        unit: ' MB',
      },
    ],
  };
}
