// What a session takes in a store and in a replica, and what a million requests cost both: node bench/store-size.ts [sessions]
import http from 'node:http';
import { cpuSeconds, residentMegabytes } from './proc.ts';
import { endAll, type Server, startServer } from './processes.ts';
import { machine, table } from './report.ts';
import { deadringer } from './servers.ts';
import { PETS_SPEC, petWorkload } from './state-workloads.ts';
import { type StoreServer, startStore } from './store-server.ts';

/** Fewer than the 1,000 that a server keeps. */
const SESSIONS = Number(process.argv[2] ?? 900);
const CONNECTIONS = 16;

interface Stage {
  readonly name: string;
  /** Requests that each session sends. */
  readonly requests: number;
  readonly method: 'GET' | 'POST';
  readonly path: string;
}

const STAGES: readonly Stage[] = [
  { name: 'used once', requests: 1, method: 'GET', path: '/pets/pets' },
  { name: 'with 10 stored items', requests: 10, method: 'POST', path: '/pets/pets' },
  { name: 'with 100 exchanges in its journal', requests: 89, method: 'GET', path: '/pets/pets/1' },
];

/** What has been used so far. */
interface Usage {
  readonly replicaBytes: number;
  readonly storeBytes: number;
  readonly replicaSeconds: number;
  readonly storeSeconds: number;
  /** Scripts that the store ran. */
  readonly scripts: number;
  readonly networkBytes: number;
}

const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });

function send(origin: string, session: string, { method, path }: Stage): Promise<void> {
  const body = method === 'POST' ? '{"name":"Rex","tag":"dog"}' : '';
  const headers = {
    'x-deadringer-session': session,
    ...(body !== '' && { 'content-type': 'application/json', 'content-length': body.length }),
  };
  return new Promise((resolve, reject) => {
    const outgoing = http.request(origin + path, { agent, method, headers }, response => {
      response.resume();
      response.once('error', reject);
      response.once('end', () => {
        const { statusCode = 0 } = response;
        if (statusCode < 300) resolve();
        else reject(new Error(`${method} ${path} of ${session} is answered with ${statusCode}`));
      });
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

/** Each connection takes every 16th session, so that the requests of a session come in order. */
async function sendStage(origin: string, stage: Stage): Promise<void> {
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async (_, first) => {
      for (let request = 0; request < stage.requests; request++)
        for (let index = first; index < SESSIONS; index += CONNECTIONS)
          await send(origin, `tester-${index}`, stage);
    }),
  );
  // The list shows what was answered before it was asked: what waits for the journals is written.
  const response = await fetch(`${origin}/__deadringer/sessions`);
  if (!response.ok) throw new Error(`the list of sessions is refused with ${response.status}`);
  await response.text();
}

async function usage(server: Server, store: StoreServer | undefined): Promise<Usage> {
  const info = await store?.info();
  const figure = (name: string): number => (info === undefined ? Number.NaN : Number(info.get(name)));
  return {
    replicaBytes: residentMegabytes(server.pid) * 1e6,
    storeBytes: figure('used_memory'),
    replicaSeconds: cpuSeconds(server.pid),
    storeSeconds: figure('used_cpu_user') + figure('used_cpu_sys'),
    scripts: Number(/calls=(\d+)/.exec(info?.get('cmdstat_evalsha') ?? '')?.[1]),
    networkBytes: figure('total_net_input_bytes') + figure('total_net_output_bytes'),
  };
}

async function measureSizes(name: string, store: StoreServer | undefined): Promise<void> {
  const where = store?.url('bench-size') ?? 'memory';
  const server = await startServer(
    name,
    port => [process.execPath, ...deadringer(port, '--specs', PETS_SPEC, '--stateful', '--store', where)],
    [petWorkload('create', 'POST', ['/pets/pets'], 201)],
    { DEADRINGER_STORE_KEY: 'bench-store-key' },
  );
  const first = await usage(server, store);
  const kilobytes = (bytes: number): string =>
    Number.isNaN(bytes) ? '-' : (bytes / SESSIONS / 1000).toFixed(1);
  const sizes: string[][] = [];
  const costs: string[][] = [];
  let before = first;
  for (const stage of STAGES) {
    await sendStage(server.origin, stage);
    const after = await usage(server, store);
    const requests = stage.requests * SESSIONS;
    const each = (figure: keyof Usage, digits: number, factor = 1): string => {
      const value = ((after[figure] - before[figure]) / requests) * factor;
      return Number.isNaN(value) ? '-' : value.toFixed(digits);
    };
    sizes.push([
      stage.name,
      kilobytes(after.replicaBytes - first.replicaBytes),
      kilobytes(after.storeBytes - first.storeBytes),
    ]);
    costs.push([
      `${stage.method} ${stage.path}`,
      each('replicaSeconds', 0, 1e6),
      each('storeSeconds', 0, 1e6),
      each('scripts', 2),
      each('networkBytes', 0),
    ]);
    before = after;
  }
  await server.stop();
  console.log(`## ${name}\n`);
  console.log(table(['a session', 'replica, kB', 'store, kB'], sizes));
  console.log(
    `\nReplica without sessions: ${(first.replicaBytes / 1e6).toFixed(0)} MB. A replica grows in steps and gives little ` +
      'back, so its figures are upper bounds.\n',
  );
  const head = [
    'a request',
    'CPU of the replica, us',
    'of the store, us',
    'scripts',
    'bytes to and from the store',
  ];
  console.log(`${table(head, costs)}\n`);
}

try {
  const store = await startStore();
  console.log(`${machine()}\n\n${SESSIONS} sessions. Store: ${store.name}, without persistence.\n`);
  await measureSizes('memory', undefined);
  await measureSizes('shared', store);
  const keys = await store.ask('DBSIZE');
  console.log(`Keys in the store: ${keys.replace(/\D/g, '')}.`);
  agent.destroy();
  await store.stop();
} finally {
  endAll();
}
