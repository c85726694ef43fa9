// Replicas that share a store, behind a load balancer: servers of this process, or processes of the program.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServeEvent } from '../../src/mock/serve-event.ts';
import { type MockServer, startServer } from '../../src/start.ts';
import type { MockOptions } from '../../src/start-options.ts';
import { type RunningProcess, startProcess } from '../cli/process.ts';
import { balanceLoad, type LoadBalancer } from './round-robin.ts';

/** Obviously not a secret. */
export const STORE_KEY = 'FAKE-store-key-of-the-tests';

export interface Replicas {
  /** Of the load balancer. */
  readonly url: string;
  readonly port: number;
  readonly servers: readonly MockServer[];
  readonly balancer: LoadBalancer;
  /** Calls the listener for each request, whichever replica serves it. */
  subscribe(listener: (event: ServeEvent) => void): void;
  /** Documents and scenarios are read again, by all. */
  reload(): Promise<void>;
  close(grace?: number): Promise<void>;
}

interface ReplicaOptions extends MockOptions {
  /** URL of the store. */
  readonly storeUrl: string;
  /** Milliseconds. */
  readonly storeTimeout?: number;
  readonly storeKey?: string;
  /** Chooses the replica of a request; default: each in turn. */
  readonly draw?: () => number;
}

/** Starts a replica in this process. */
export function startReplica({
  storeUrl,
  storeTimeout,
  storeKey = STORE_KEY,
  draw: _,
  ...options
}: ReplicaOptions): Promise<MockServer> {
  const store = {
    url: storeUrl,
    key: storeKey,
    ...(storeTimeout !== undefined && { timeout: storeTimeout }),
  };
  return startServer({ ...options, store });
}

/** Starts replicas in this process. */
export async function startReplicas(count: number, options: ReplicaOptions): Promise<Replicas> {
  const servers: MockServer[] = [];
  for (let index = 0; index < count; index++) servers.push(await startReplica(options));
  const balancer = await balanceLoad(
    servers.map(({ url }) => url),
    options.draw,
  );
  return {
    url: balancer.url,
    port: balancer.port,
    servers,
    balancer,
    subscribe: listener => {
      for (const { state } of servers) state.subscribe(listener);
    },
    reload: async () => await servers[0]?.reload(),
    async close(grace = 100) {
      await balancer.close();
      for (const server of servers) await server.close(grace);
    },
  };
}

export interface ReplicaProcess extends RunningProcess {
  readonly url: string;
}

/** Starts a replica as a process; resolves when it listens. */
export async function startReplicaProcess(
  storeUrl: string,
  args: readonly string[],
): Promise<ReplicaProcess> {
  const program = startProcess(['serve', '--port', '0', '--store', storeUrl, ...args], {
    env: { DEADRINGER_STORE_KEY: STORE_KEY },
  });
  const [, url = ''] = await program.line(/ on (http:\S+)/);
  return { ...program, url };
}

/** Asks the control API. @returns the JSON of the response */
// biome-ignore lint/suspicious/noExplicitAny: the JSON of many routes
export async function control(url: string, method: string, path: string, body?: unknown): Promise<any> {
  const response = await fetch(`${url}/__deadringer${path}`, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

/** Waits until it is so: for what another process does by itself, of which no event reaches the test. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(20);
}
