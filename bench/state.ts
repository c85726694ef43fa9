// What stored items and values of the request cost a server: requests per second and CPU time, off and on, in alternating
// rounds. Run it alone: node bench/state.ts. The same without sockets: node bench/state-in-process.ts
import { readFileSync } from 'node:fs';
import { load, median, type Round } from './load.ts';
import { endAll, type Server, startServer } from './processes.ts';
import { SPEC as CALL_SPEC, readCall } from './request.ts';
import { deadringer, OURS, OURS_BARE, start } from './servers.ts';
import { PET_ITEMS, PETS_SPEC, petWorkload, resetState, writePets } from './state-workloads.ts';
import { valid, type Workload } from './workloads.ts';

const ROUNDS = Number(process.argv[2] ?? 9);
/** A session may store 100,000 items, and each round of creates begins with few. */
const LOAD = { connections: 16, seconds: 1 };
const WARM_UP_SECONDS = 2;
/** Until then Node compiles, which takes longer for the server with more code in use. */
const WARM_UP_REQUESTS = 40_000;
const WORKLOADS: readonly Workload[] = [
  petWorkload('create', 'POST', ['/pets/pets'], 201),
  petWorkload('read', 'GET', PET_ITEMS, 200),
  petWorkload(
    'list, 10 items a page',
    'GET',
    [1, 2, 3, 4, 5].map(page => `/pets/pets?limit=10&page=${page}`),
    200,
  ),
  petWorkload('replace', 'PUT', PET_ITEMS, 200),
];

/** The medians of both servers. */
async function compare(off: Server, on: Server, workload: Workload): Promise<readonly [Round, Round]> {
  const rounds: [Round[], Round[]] = [[], []];
  for (const server of [off, on]) {
    for (let sent = 0; sent < WARM_UP_REQUESTS; await resetState(server))
      sent += (await load(server, workload, { ...LOAD, seconds: WARM_UP_SECONDS, isWarmUp: true })).requests;
  }
  for (let round = 0; round < ROUNDS; round++)
    for (const which of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      const server = which === 0 ? off : on;
      rounds[which].push(await load(server, workload, LOAD));
      await resetState(server);
    }
  const middle = (each: readonly Round[]): Round => ({
    ...(each[0] as Round),
    requestsPerSecond: median(each.map(({ requestsPerSecond }) => requestsPerSecond)),
    cpuPerRequest: median(each.map(({ cpuPerRequest }) => cpuPerRequest)),
  });
  return [middle(rounds[0]), middle(rounds[1])];
}

function print(name: string, off: Round, on: Round): void {
  const rate = (each: Round): string => each.requestsPerSecond.toFixed(0);
  const cost = (each: Round): string => each.cpuPerRequest.toFixed(0);
  const ratios = [on.requestsPerSecond / off.requestsPerSecond, on.cpuPerRequest / off.cpuPerRequest];
  const cells = [rate(off), rate(on), cost(off), cost(on), ...ratios.map(each => each.toFixed(2))];
  console.log(`| ${[name, ...cells].join(' | ')} |`);
}

function total(rounds: readonly Round[]): Round {
  const cpuPerRequest = rounds.reduce((sum, each) => sum + each.cpuPerRequest, 0) / rounds.length;
  // As many requests of each kind.
  const requestsPerSecond = rounds.length / rounds.reduce((sum, each) => sum + 1 / each.requestsPerSecond, 0);
  return { ...(rounds[0] as Round), cpuPerRequest, requestsPerSecond };
}

const HEAD = `| request | requests/s off | on | CPU us off | on | requests/s on / off | CPU on / off |
| --- | --: | --: | --: | --: | --: | --: |`;

async function stored(): Promise<void> {
  const serve = (name: string, ...options: string[]): Promise<Server> =>
    startServer(
      name,
      port => [process.execPath, ...deadringer(port, '--specs', PETS_SPEC, ...options)],
      WORKLOADS,
    );
  const [off, on] = [
    await serve('without state'),
    await serve('with state', '--stateful', '--state-file', writePets()),
  ];
  console.log(`Stored items:\n\n${HEAD}`);
  const all: [Round[], Round[]] = [[], []];
  for (const workload of WORKLOADS) {
    const [without, having] = await compare(off, on, workload);
    all[0].push(without);
    all[1].push(having);
    print(workload.name, without, having);
  }
  print('as many of each', total(all[0]), total(all[1]));
  await Promise.all([off.stop(), on.stop()]);
}

async function requestValues(): Promise<void> {
  const call = readCall(readFileSync(CALL_SPEC, 'utf8'));
  const workload = valid(call);
  const [off, on] = [await start(OURS_BARE, call, [workload]), await start(OURS, call, [workload])];
  console.log(`\nValues of the request (npm start):\n\n${HEAD}`);
  print(workload.name, ...(await compare(off, on, workload)));
  await Promise.all([off.stop(), on.stop()]);
}

try {
  await stored();
  await requestValues();
} finally {
  endAll();
}
