// What state costs: CPU time of the server for each kind of request, with and without --stateful, and for a page of a long
// list. Run it alone: node bench/state.ts
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSeconds } from './proc.ts';

const SPEC = 'test/fixtures/state/pets.yaml';
const REQUESTS = Number(process.argv[2] ?? 10_000);
const WARM_UP = REQUESTS / 2;
const ROUNDS = 3;
/** The items that reads and changes are about. */
const ITEMS = 50;

interface Workload {
  readonly name: string;
  readonly method: string;
  path(number: number): string;
  body?(number: number): string;
}

const body = (number: number): string => JSON.stringify({ name: `Rex ${number}`, tag: 'dog' });
const item = (number: number): string => `/pets/pets/${1 + (number % ITEMS)}`;
const WORKLOADS: readonly Workload[] = [
  { name: 'create', method: 'POST', path: () => '/pets/pets', body },
  { name: 'read', method: 'GET', path: item },
  {
    name: 'list, 10 items a page',
    method: 'GET',
    path: number => `/pets/pets?limit=10&page=${1 + (number % 5)}`,
  },
  { name: 'replace', method: 'PUT', path: item, body },
];

async function freePort(): Promise<string> {
  const server = http.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return String(typeof address === 'object' ? address?.port : address);
}

/** Microseconds of CPU time for a request of each workload. */
async function measure(workloads: readonly Workload[], options: readonly string[]): Promise<number[]> {
  const port = await freePort();
  const child = spawn(
    process.execPath,
    ['bin/deadringer.js', 'serve', '--specs', SPEC, '--port', port, ...options],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
  try {
    const origin = `http://127.0.0.1:${port}`;
    while ((await fetch(origin).catch(() => undefined)) === undefined) {
      if (child.exitCode !== null) throw new Error('the server has ended');
      await sleep(50);
    }
    const run = async (workload: Workload, count: number): Promise<void> => {
      let next = 0;
      const client = async (): Promise<void> => {
        while (next < count) await send(agent, origin, workload, next++);
      };
      await Promise.all(Array.from({ length: 8 }, client));
    };
    for (const workload of workloads) await run(workload, WARM_UP);
    const costs: number[] = [];
    for (const workload of workloads) {
      const before = cpuSeconds(child.pid ?? 0);
      await run(workload, REQUESTS);
      costs.push(((cpuSeconds(child.pid ?? 0) - before) * 1e6) / REQUESTS);
    }
    return costs;
  } finally {
    agent.destroy();
    child.kill();
    if (child.exitCode === null) await once(child, 'exit');
  }
}

async function send(
  agent: http.Agent,
  origin: string,
  { method, path, body: write }: Workload,
  number: number,
): Promise<void> {
  const text = write?.(number);
  const headers =
    text === undefined ? {} : { 'content-type': 'application/json', 'content-length': text.length };
  const request = http.request(origin + path(number), { method, agent, headers });
  request.end(text);
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  response.resume();
  await once(response, 'end');
  if ((response.statusCode ?? 500) >= 300)
    throw new Error(`${method} ${path(number)} is ${response.statusCode}`);
}

/** As many as a session may store. */
const STORED = 100_000;
const PAGES: readonly Workload[] = [
  { name: 'page', method: 'GET', path: number => `/pets/pets?limit=10&page=${1 + (number % (STORED / 10))}` },
];

/** Microseconds of CPU time for a page of a list of so many items. */
async function measurePages(): Promise<number> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'deadringer-bench-'));
  try {
    const file = path.join(folder, 'state.json');
    const createdAt = '2026-01-01T00:00:00Z';
    const pets = Array.from({ length: STORED }, (_, index) => ({
      id: index + 1,
      name: `Rex ${index}`,
      createdAt,
    }));
    await writeFile(file, JSON.stringify({ version: 1, apis: { pets: { pets } } }));
    const [cost = Number.NaN] = await measure(PAGES, ['--log', 'silent', '--state-file', file]);
    return cost;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const off: number[][] = [];
const on: number[][] = [];
for (let round = 0; round < ROUNDS; round++) {
  off.push(await measure(WORKLOADS, ['--log', 'silent']));
  on.push(await measure(WORKLOADS, ['--log', 'silent', '--stateful']));
}
const least = (rounds: readonly (readonly number[])[], index: number): number =>
  Math.min(...rounds.map(round => round[index] ?? Number.NaN));
console.log('| request | off, us of CPU | on, us of CPU | on / off |\n| --- | --: | --: | --: |');
const sums = [0, 0];
for (const [index, { name }] of WORKLOADS.entries()) {
  const [without, having] = [least(off, index), least(on, index)];
  sums[0] = (sums[0] ?? 0) + without;
  sums[1] = (sums[1] ?? 0) + having;
  console.log(
    `| ${name} | ${without.toFixed(0)} | ${having.toFixed(0)} | ${(having / without).toFixed(2)} |`,
  );
}
console.log(
  `| all four | ${sums[0]?.toFixed(0)} | ${sums[1]?.toFixed(0)} | ${((sums[1] ?? 0) / (sums[0] ?? 1)).toFixed(2)} |`,
);
console.log(
  `\nA page of 10 of ${STORED.toLocaleString('en')} stored items takes ${((await measurePages()) / 1000).toFixed(2)} ms of CPU time.`,
);
