// Whether the server grows: its resident memory after the first requests, and after a million of mixed kinds.
import type { Settings } from './cases.ts';
import { load } from './load.ts';
import { startPeer } from './peers.ts';
import { residentMegabytes } from './proc.ts';
import { differing, invalid, unknown, valid } from './questions.ts';
import { type Outcome, table } from './report.ts';
import type { Asked } from './request.ts';

const FIRST = 10_000;
const ALL = 1_000_000;
/** Made and sent at a time; no two of those that differ are alike over the whole run. */
const AT_ONCE = 55_000;

export async function memory(asked: Asked, { connections, progress }: Settings): Promise<Outcome> {
  const questions = [valid(asked), invalid(asked), unknown(asked), differing(asked)];
  const server = await startPeer('deadringer', asked, questions);
  const resident: { requests: number; megabytes: number }[] = [];
  for (let done = 0; done < ALL; ) {
    const requests = Math.min(done === 0 ? FIRST : AT_ONCE, ALL - done);
    await load(server, questions, { connections, for: { requests } });
    done += requests;
    resident.push({ requests: done, megabytes: residentMegabytes(server.pid) ?? Number.NaN });
    progress(`${done} of ${ALL} requests`);
  }
  await server.stop();
  const grown = (resident.at(-1)?.megabytes ?? Number.NaN) - (resident[0]?.megabytes ?? Number.NaN);
  const shown = resident.filter((_, index) => index < 3 || index % 6 === 0 || index === resident.length - 1);
  return {
    text: [
      table(
        ['requests', ...shown.map(({ requests }) => requests.toLocaleString('en'))],
        [['resident, MB', ...shown.map(({ megabytes }) => megabytes.toFixed(0))]],
      ),
      'In turn: valid, invalid, to an unknown path, valid with another id; the last two never the same again.',
    ].join('\n\n'),
    targets: [
      {
        name: `memory after ${ALL.toLocaleString('en')} requests less that after ${FIRST.toLocaleString('en')}`,
        value: grown,
        bound: 20,
        is: 'at most',
        unit: ' MB',
      },
    ],
  };
}
