// What a shared store costs: servers with --store memory and with a Valkey or Redis get the same load in alternating rounds,
// and two workers beside one. Run it alone: npm run bench:store, or node bench/store.ts --rounds 9 --seconds 2 --only stateless
import { parseArgs } from 'node:util';
import { generatorName, load, median, type Round } from './load.ts';
import { cpuSeconds, ownSeconds } from './proc.ts';
import { endAll, type Server, startServer } from './processes.ts';
import { measureTwoProcesses } from './processes-alone.ts';
import { isHeld, machine, type Target, table, targetLine } from './report.ts';
import { type DocumentedCall, readCall, readSpec } from './request.ts';
import { deadringer, listScenarioFolder, UNAVAILABLE, useListScenario } from './servers.ts';
import { PET_ITEMS, PETS_SPEC, petWorkload, resetState, writePets } from './state-workloads.ts';
import { type StoreServer, startStore } from './store-server.ts';
import { generated, listScenario, valid, type Workload } from './workloads.ts';

interface Pair {
  readonly title: string;
  readonly workload: Workload;
  /** Options of `serve`. */
  readonly options: () => readonly string[];
  readonly setUp?: (origin: string) => Promise<void>;
  /** Requests to each process. Default: WARM_UP_REQUESTS. */
  readonly warmUp?: number;
  /** Called before each round. */
  readonly reset?: (server: Server) => Promise<void>;
  /** What each of the two servers adds. */
  readonly variants: readonly [Variant, Variant];
  /** The least that the second may have of the rate of the first. */
  readonly bound: number;
}

interface Variant {
  readonly name: string;
  readonly options: (store: StoreServer, prefix: string) => readonly string[];
  /** Number of processes that answer. */
  readonly processes: number;
}

/** A round, and which part of a core the load generator and the store used. */
interface SharedRound extends Round {
  readonly generatorBusy: number;
  readonly storeBusy: number;
}

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    /** A part of the titles of the pairs to measure. */
    only: { type: 'string', default: '' },
  },
});
const ROUNDS = Number(values.rounds);
const SECONDS = Number(values.seconds);
const LOAD = { connections: 16, seconds: SECONDS };
/** Until then Node compiles. */
const WARM_UP_REQUESTS = 40_000;
/** Any text: the store of the benchmark is deleted at its end. */
const STORE_KEY = 'bench-store-key';

const MEMORY: Variant = { name: 'memory', options: () => ['--store', 'memory'], processes: 1 };
const SHARED: Variant = {
  name: 'shared',
  options: (store, prefix) => ['--store', store.url(prefix)],
  processes: 1,
};
const workers = (count: number): Variant => ({
  name: count === 1 ? '1 worker' : `${count} workers`,
  options: (store, prefix) => ['--store', store.url(prefix), '--workers', String(count)],
  processes: count,
});

function pairs(call: DocumentedCall): readonly Pair[] {
  const stores = [MEMORY, SHARED] as const;
  const stateful = (): readonly string[] => ['--specs', PETS_SPEC, '--stateful', '--state-file', writePets()];
  const reset = resetState;
  return [
    {
      title: 'stateless: the documented PUT',
      workload: valid(call),
      options: () => [],
      variants: stores,
      bound: 0.9,
    },
    {
      title: 'stateful: a reply list',
      workload: listScenario(call, UNAVAILABLE),
      options: () => ['--scenarios', 'scenarios', listScenarioFolder()],
      setUp: useListScenario,
      variants: stores,
      bound: 0.5,
    },
    {
      title: 'stateful: read an item',
      workload: petWorkload('read', 'GET', PET_ITEMS, 200),
      options: stateful,
      reset,
      variants: stores,
      bound: 0.5,
    },
    {
      title: 'stateful: create an item',
      workload: petWorkload('create', 'POST', ['/pets/pets'], 201),
      options: stateful,
      reset,
      variants: stores,
      bound: 0.5,
    },
    {
      title: 'generated bodies, two workers beside one',
      workload: generated(call),
      options: () => ['--specs', 'specs', '--dynamic'],
      warmUp: 24_000,
      variants: [workers(1), workers(2)],
      bound: 1.6,
    },
  ];
}

async function startVariant(pair: Pair, variant: Variant, store: StoreServer): Promise<Server> {
  const prefix = `bench-${pair.title}-${variant.name}`.replace(/[^a-z0-9]+/g, '-');
  const options = [...pair.options(), ...variant.options(store, prefix)];
  // The answers of a list are checked in their order, so nothing else may be sent before.
  return startServer(
    `${pair.title}, ${variant.name}`,
    port => [process.execPath, ...deadringer(port, ...options)],
    [pair.workload],
    { DEADRINGER_STORE_KEY: STORE_KEY },
    pair.setUp,
  );
}

async function measureRound(pair: Pair, server: Server, store: StoreServer): Promise<SharedRound> {
  await pair.reset?.(server);
  const [own, stored] = [ownSeconds(), cpuSeconds(store.pid)];
  const round = await load(server, pair.workload, LOAD);
  const seconds = round.requests / round.requestsPerSecond;
  const generatorBusy = (ownSeconds() - own) / seconds;
  const storeBusy = (cpuSeconds(store.pid) - stored) / seconds;
  // A shared store writes what waits for the journal: that must not take time of the next server.
  await fetch(`${server.origin}/__deadringer/sessions/default`);
  return { ...round, generatorBusy, storeBusy };
}

async function warmUp(pair: Pair, server: Server, { processes }: Variant): Promise<void> {
  const requests = processes * (pair.warmUp ?? WARM_UP_REQUESTS);
  for (let sent = 0; sent < requests; ) {
    await pair.reset?.(server);
    sent += (await load(server, pair.workload, { ...LOAD, seconds: 1, isWarmUp: true })).requests;
  }
}

async function comparePair(pair: Pair, store: StoreServer): Promise<Target> {
  const servers: Server[] = [];
  for (const variant of pair.variants) servers.push(await startVariant(pair, variant, store));
  const [first, second] = servers as [Server, Server];
  await warmUp(pair, first, pair.variants[0]);
  await warmUp(pair, second, pair.variants[1]);
  const rounds = new Map<Server, SharedRound[]>([
    [first, []],
    [second, []],
  ]);
  for (let round = 0; round < ROUNDS; round++)
    for (const server of round % 2 === 0 ? [first, second] : [second, first])
      rounds.get(server)?.push(await measureRound(pair, server, store));
  await Promise.all(servers.map(server => server.stop()));
  const middle = (server: Server, figure: keyof SharedRound): number =>
    median((rounds.get(server) ?? []).map(each => each[figure]));
  const rows = servers.map((server, index) => [
    `${pair.title}: ${pair.variants[index]?.name}`,
    middle(server, 'requestsPerSecond').toFixed(0),
    middle(server, 'cpuPerRequest').toFixed(0),
    middle(server, 'p50').toFixed(2),
    middle(server, 'p99').toFixed(2),
    ...(['serverBusy', 'generatorBusy', 'storeBusy'] as const).map(figure =>
      middle(server, figure).toFixed(2),
    ),
    (middle(server, 'requestsPerSecond') / middle(first, 'requestsPerSecond')).toFixed(2),
  ]);
  for (const row of rows) console.log(`| ${row.join(' | ')} |`);
  return {
    name: `${pair.title}: ${pair.variants[1].name} / ${pair.variants[0].name}`,
    value: middle(second, 'requestsPerSecond') / middle(first, 'requestsPerSecond'),
    bound: pair.bound,
    is: 'at least',
  };
}

const HEAD = [
  '',
  'requests/s',
  'CPU us a request',
  'p50, ms',
  'p99, ms',
  'cores: servers',
  'load generator',
  'store',
  '/ first',
];

try {
  const call = readCall(readSpec(new URL('../', import.meta.url)));
  const store = await startStore();
  console.log(
    `${machine()}\n\nLoad generator: ${generatorName()}; ${LOAD.connections} connections. Store: ${store.name} on a Unix ` +
      `socket, without persistence. ${ROUNDS} rounds of ${SECONDS} s, in alternating order; medians.\n\n${table(HEAD, [])}`,
  );
  const targets: Target[] = [];
  for (const pair of pairs(call).filter(({ title }) => title.includes(values.only)))
    targets.push(await comparePair(pair, store));
  await store.stop();
  const alone = (await measureTwoProcesses(ROUNDS, SECONDS)).toFixed(2);
  console.log(`\nTwo processes that share nothing do ${alone} of the work of one on this machine.`);
  console.log(`\n${targets.map(each => `    ${targetLine(each)}`).join('\n')}`);
  if (targets.some(each => !isHeld(each))) console.log('\nTrust the ratios of an idle machine only.');
} finally {
  endAll();
}
