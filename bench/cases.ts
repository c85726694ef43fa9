// The cases under load: which servers are asked what, side by side in one run, and what is aimed at.
import { load, type Round } from './load.ts';
import { demandOption, type PeerName, startPeer } from './peers.ts';
import type { Server } from './processes.ts';
import { differing, dynamic, invalid, madeUp, type Question, valid } from './questions.ts';
import { generatorNote, type Measured, type Outcome, of, rateTable, ratio, type Target } from './report.ts';
import type { Asked } from './request.ts';

export interface Settings {
  readonly rounds: number;
  /** A round and row. */
  readonly seconds: number;
  readonly connections: number;
  /** On a terminal, what is being done. */
  readonly progress: (text: string) => void;
}

interface Row {
  readonly name: string;
  readonly peer: PeerName;
  readonly question: Question;
}

interface LoadCase {
  readonly rows: readonly Row[];
  /** Rows that every row is compared with. */
  readonly against: readonly string[];
  readonly targets: (measured: Measured) => readonly Target[];
  readonly note?: string;
}

const HTTP = 'bare node:http';
const EXPRESS = 'bare Express';
const PRISM = "Prism's CLI (log off)";
const OURS = 'deadringer';

export function validPut(asked: Asked, settings: Settings): Promise<Outcome> {
  const peers: readonly PeerName[] = [
    ...([HTTP, EXPRESS, 'openapi-backend', "Scalar's mock server", "Mockoon's CLI"] as const),
    ...([PRISM, "Prism's CLI (its default log)", OURS] as const),
  ];
  return measure(asked, settings, {
    rows: same(peers, valid(asked)),
    against: [EXPRESS, PRISM],
    note: 'deadringer, openapi-backend, Scalar and Prism validate the request; Mockoon has one route with the answer in it.',
    targets: measured => [
      atLeast(measured, HTTP, 0.6),
      atLeast(measured, EXPRESS, 1),
      atLeast(measured, PRISM, 8),
      {
        name: `p99 of ${OURS} / ${EXPRESS}`,
        value: of(measured, OURS, 'p99') / of(measured, EXPRESS, 'p99'),
        bound: 2,
        is: 'at most',
      },
    ],
  });
}

/** What continuous integration can hold on any machine: the same, with three peers and generous. */
export function validPutShort(asked: Asked, settings: Settings): Promise<Outcome> {
  return measure(asked, settings, {
    rows: same([EXPRESS, PRISM, OURS], valid(asked)),
    against: [EXPRESS, PRISM],
    targets: measured => [atLeast(measured, EXPRESS, 0.35), atLeast(measured, PRISM, 2.5)],
  });
}

export function differingPuts(asked: Asked, settings: Settings): Promise<Outcome> {
  return measure(asked, settings, {
    rows: same([HTTP, EXPRESS, OURS], differing(asked)),
    against: [EXPRESS],
    note: 'Id, name and a header value differ from request to request, so that no memory of whole requests helps.',
    targets: () => [],
  });
}

export async function workers(asked: Asked, settings: Settings): Promise<Outcome> {
  await demandOption('--workers');
  const many = 'deadringer --workers 2';
  const costly = (name: string): string => `${name}, another made-up body each`;
  const rows = [OURS, many] as const;
  return measure(asked, settings, {
    rows: [
      ...same(rows, valid(asked)),
      ...rows.map(peer => ({ name: costly(peer), peer, question: madeUp(asked) })),
    ],
    against: [OURS, costly(OURS)],
    note:
      'The load generator takes a core as long as answers are cheap: with two cores, two workers have one to share. ' +
      'Where answers cost something it needs little, and what two workers gain can be seen.',
    targets: measured => [
      {
        name: 'made-up bodies, two workers / one process',
        value: ratio(measured, costly(many), costly(OURS)),
        bound: 1.6,
        is: 'at least',
      },
    ],
  });
}

export function invalidPut(asked: Asked, settings: Settings): Promise<Outcome> {
  const rows = same([OURS, 'openapi-backend', PRISM], invalid(asked));
  const right: Row = { name: 'deadringer, valid PUT', peer: OURS, question: valid(asked) };
  return measure(asked, settings, {
    rows: [right, ...rows],
    against: [right.name, PRISM],
    note: 'Each answers with the documented 400 and its body.',
    targets: measured => [atLeast(measured, right.name, 0.33, 'deadringer, refusing')],
  });
}

export function dynamicBody(asked: Asked, settings: Settings): Promise<Outcome> {
  const theirs = "Prism's CLI -d (log off)";
  const ours = 'deadringer --dynamic';
  return measure(asked, settings, {
    rows: same([theirs, ours], dynamic(asked)),
    against: [theirs],
    targets: measured => [
      { name: `${ours} / ${theirs}`, value: ratio(measured, ours, theirs), bound: 10, is: 'at least' },
    ],
  });
}

function atLeast(measured: Measured, other: string, bound: number, label = OURS): Target {
  return { name: `${label} / ${other}`, value: ratio(measured, OURS, other), bound, is: 'at least' };
}

function same(peers: readonly PeerName[], question: Question): Row[] {
  return peers.map(peer => ({ name: peer, peer, question }));
}

async function measure(asked: Asked, settings: Settings, { rows, ...rest }: LoadCase): Promise<Outcome> {
  const servers = new Map<PeerName, Server>();
  try {
    for (const { peer } of rows) {
      if (servers.has(peer)) continue;
      settings.progress(`starting ${peer}`);
      const questions = rows.filter(row => row.peer === peer).map(({ question }) => question);
      servers.set(peer, await startPeer(peer, asked, questions));
    }
    const measured = await sideBySide(
      rows.map(({ name, peer, question }) => ({ name, server: servers.get(peer) as Server, question })),
      settings,
    );
    const notes = [rest.note, generatorNote(measured)].filter(note => note !== undefined);
    return {
      text: [rateTable(measured, rest.against), ...notes].join('\n\n'),
      targets: rest.targets(measured),
    };
  } finally {
    await Promise.all([...servers.values()].map(server => server.stop()));
  }
}

export interface Contender {
  readonly name: string;
  readonly server: Server;
  readonly question: Question;
}

/** Warms all of them up, and then measures round by round, every second one in the opposite order. */
export async function sideBySide(
  contenders: readonly Contender[],
  { rounds, seconds, connections, progress }: Settings,
): Promise<Measured> {
  for (const { name, server, question } of contenders) {
    progress(`warming up: ${name}`);
    await load(server, [question], { connections, for: { seconds: WARM_UP_SECONDS }, warmingUp: true });
  }
  const measured = new Map<string, Round[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const { name, server, question } of round % 2 === 0 ? contenders : contenders.toReversed()) {
      progress(`round ${round + 1} of ${rounds}: ${name}`);
      measured.get(name)?.push(await load(server, [question], { connections, for: { seconds } }));
    }
  }
  return measured;
}

export const WARM_UP_SECONDS = 1;
