// Latency at a fixed rate: requests start on schedule whether or not earlier ones are answered, as those of real clients do.
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from './processes.ts';
import { fillRequest, type Workload } from './workloads.ts';

export const RATE = 5000;

/** Seconds that the last answers may take. */
const PATIENCE = 5;

/** Milliseconds of backlog at the end above which the rate was not kept. */
const BACKLOG = 250;

/** Not used by the closed-loop runs. */
let number = 5_000_000;

/**
 * Latency counts from the scheduled moment, so a stall of the server is charged to every request that it delays.
 * @returns the 99th percentile in milliseconds; undefined if the server or the machine did not keep the rate
 */
export async function p99AtRate(
  server: Server,
  workload: Workload,
  { connections, seconds }: { readonly connections: number; readonly seconds: number },
): Promise<number | undefined> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  const latencies: number[] = [];
  let failure: Error | undefined;
  const { hostname, port } = new URL(server.origin);
  const send = (index: number, begun: number): void => {
    const step = workload.steps[index % workload.steps.length];
    if (step === undefined) throw new Error('the workload has no step');
    const { body, ...request } = fillRequest(step.request, number++);
    const outgoing = http.request({ hostname, port, agent, ...request }, response => {
      response.resume();
      response.on('end', () => latencies.push(performance.now() - begun - (index * 1000) / RATE));
    });
    outgoing.on('error', error => {
      failure ??= error;
    });
    outgoing.setHeader('content-length', Buffer.byteLength(body));
    outgoing.end(body);
  };
  const total = RATE * seconds;
  const begun = performance.now();
  try {
    for (let sent = 0; sent < total; ) {
      const due = Math.min(total, Math.ceil(((performance.now() - begun) * RATE) / 1000));
      while (sent < due) send(sent++, begun);
      // A timer has a resolution of a millisecond, in which five requests are due.
      await new Promise(resolve => setImmediate(resolve));
      if (failure !== undefined) throw new Error(`${server.name} at a fixed rate: ${failure.message}`);
    }
    for (let waited = 0; latencies.length < total && waited < PATIENCE * 100; waited++) await sleep(10);
  } finally {
    agent.destroy();
  }
  if (latencies.length < total || performance.now() - begun > seconds * 1000 + BACKLOG) return undefined;
  latencies.sort((a, b) => a - b);
  return latencies[Math.floor(0.99 * (total - 1))];
}
