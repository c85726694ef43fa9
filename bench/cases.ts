// The cases under load: which servers get which workload, side by side in one run, and the targets.
import { p99AtRate, RATE } from './fixed-rate.ts';
import { load, type Round } from './load.ts';
import type { Server } from './processes.ts';
import {
  generatorNote,
  type Measured,
  type Outcome,
  type Row,
  rateTable,
  ratio,
  type Target,
} from './report.ts';
import type { DocumentedCall } from './request.ts';
import * as servers from './servers.ts';
import { EXPRESS, HTTP, OURS, PRISM, type ServerName, start } from './servers.ts';
import { different, generated, invalid, listScenario, valid, type Workload } from './workloads.ts';
import { checkPutScript } from './wrk.ts';

export interface Settings {
  readonly rounds: number;
  /** Of one round of one row. */
  readonly seconds: number;
  readonly connections: number;
  /** Whether the servers that users rarely replace are measured, too. */
  readonly allPeers: boolean;
  /** Size of the recordings that the checkers read. */
  readonly megabytes: number;
  /** Shows the current step on a terminal. */
  readonly progress: (text: string) => void;
}

interface Contender {
  readonly name: string;
  readonly server: ServerName;
  readonly workload: Workload;
}

const DIFFERENT = 'deadringer, every request different';
const REFUSED = 'deadringer, refused requests';

/** The configuration that `npm start` runs is the first row; other configurations have rows with their own names. */
export async function rates(call: DocumentedCall, settings: Settings): Promise<Outcome> {
  checkPutScript(call.request);
  const documented = valid(call);
  const constant = (server: ServerName): Contender => ({ name: server, server, workload: documented });
  const refusals = invalid(call);
  const made = generated(call);
  const contenders: Contender[] = [
    ...[OURS, HTTP, EXPRESS, PRISM, servers.OURS_MOCK].map(name => constant(name as ServerName)),
    { name: DIFFERENT, server: OURS, workload: different(call) },
    { name: REFUSED, server: OURS, workload: refusals },
    constant(servers.OURS_BARE),
    {
      name: servers.OURS_LIST,
      server: servers.OURS_LIST,
      workload: listScenario(call, servers.UNAVAILABLE),
    },
    { name: 'deadringer, every body generated', server: servers.OURS_DYNAMIC, workload: made },
    { name: "Prism's CLI, every body generated", server: servers.PRISM_DYNAMIC, workload: made },
  ];
  if (settings.allPeers) {
    const others = ['openapi-backend', "Scalar's mock server", "Mockoon's CLI"] as const;
    contenders.push(
      ...others.map(constant),
      constant("Prism's CLI (its default log)"),
      { name: 'openapi-backend, refused requests', server: 'openapi-backend', workload: refusals },
      { name: "Prism's CLI, refused requests", server: PRISM, workload: refusals },
    );
  }
  const measured = await measure(call, settings, contenders);
  const notes = [
    'Each row but those of bare node:http, bare Express and Mockoon validates the request. The bare servers parse ' +
      'the body and write the documented answer.',
    generatorNote(measured),
  ];
  return {
    text: [
      rateTable(measured, [HTTP, EXPRESS, PRISM], RATE),
      ...notes.filter(note => note !== undefined),
    ].join('\n\n'),
    targets: [
      atLeast(measured, OURS, HTTP, 0.6),
      atLeast(measured, OURS, EXPRESS, 0.85),
      atLeast(measured, OURS, PRISM, 6),
      cpuAtMost(measured, OURS, HTTP, 1.7),
      atLeast(measured, servers.OURS_MOCK, HTTP, 0.6),
      atLeast(measured, servers.OURS_MOCK, EXPRESS, 0.85),
      atLeast(measured, servers.OURS_MOCK, PRISM, 6),
      cpuAtMost(measured, servers.OURS_MOCK, HTTP, 1.7),
      atLeast(measured, DIFFERENT, OURS, 0.8),
      atLeast(measured, REFUSED, OURS, 0.33),
    ],
  };
}

/** What a busy continuous-integration machine can hold: three servers, and bounds far below the targets. */
export async function ratesShort(call: DocumentedCall, settings: Settings): Promise<Outcome> {
  const workload = valid(call);
  const contenders = ([OURS, EXPRESS, PRISM] as const).map(name => ({ name, server: name, workload }));
  const measured = await measure(call, settings, contenders, false);
  return {
    text: rateTable(measured, [EXPRESS, PRISM]),
    targets: [atLeast(measured, OURS, EXPRESS, 0.25), atLeast(measured, OURS, PRISM, 2)],
  };
}

function atLeast(measured: Measured, name: string, other: string, bound: number): Target {
  return {
    name: `requests/s: ${name} / ${other}`,
    value: ratio(measured, name, other),
    bound,
    is: 'at least',
  };
}

function cpuAtMost(measured: Measured, name: string, other: string, bound: number): Target {
  return {
    name: `CPU per request: ${name} / ${other}`,
    value: ratio(measured, name, other, 'cpuPerRequest'),
    bound,
    is: 'at most',
  };
}

async function measure(
  call: DocumentedCall,
  settings: Settings,
  contenders: readonly Contender[],
  atFixedRate = true,
): Promise<Measured> {
  const started = new Map<ServerName, Server>();
  try {
    for (const { server } of contenders) {
      if (started.has(server)) continue;
      settings.progress(`starting ${server}`);
      const workloads = contenders.filter(each => each.server === server).map(({ workload }) => workload);
      started.set(server, await start(server, call, workloads));
    }
    const running = contenders.map(({ name, server, workload }) => ({
      name,
      server: started.get(server) as Server,
      workload,
    }));
    return await sideBySide(running, settings, atFixedRate);
  } finally {
    await Promise.all([...started.values()].map(server => server.stop()));
  }
}

export interface RunningContender {
  readonly name: string;
  readonly server: Server;
  readonly workload: Workload;
}

/** Warms every server up, then measures round by round, every second round in the opposite order. */
export async function sideBySide(
  contenders: readonly RunningContender[],
  { rounds, seconds, connections, progress }: Settings,
  atFixedRate = false,
): Promise<Measured> {
  for (const { name, server, workload } of contenders) {
    progress(`warming up: ${name}`);
    await load(server, workload, { connections, seconds: WARM_UP_SECONDS, isWarmUp: true });
  }
  const measured = new Map<string, Round[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const { name, server, workload } of round % 2 === 0 ? contenders : contenders.toReversed()) {
      progress(`round ${round + 1} of ${rounds}: ${name}`);
      measured.get(name)?.push(await load(server, workload, { connections, seconds }));
    }
  }
  const rows = new Map<string, Row>();
  for (const { name, server, workload } of contenders) {
    const own = measured.get(name) ?? [];
    // A server that cannot reach the rate without pauses would only build up a backlog.
    const isFastEnough = own.every(({ requestsPerSecond }) => requestsPerSecond > RATE);
    progress(`at ${RATE} requests/s: ${name}`);
    const p99 =
      atFixedRate && isFastEnough ? await p99AtRate(server, workload, { connections, seconds }) : undefined;
    rows.set(name, { rounds: own, fixedRate: atFixedRate ? (p99 ?? 'not kept') : undefined });
  }
  return rows;
}

export const WARM_UP_SECONDS = 1;
