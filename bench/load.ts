// Puts one server under load, checks the answers, and returns its rate, its latencies and its CPU time per request.
import { cpuSeconds } from './proc.ts';
import type { Server } from './processes.ts';
import { runAutocannon } from './run-autocannon.ts';
import { errorShare, type Workload } from './workloads.ts';
import { type Figures, isInstalled, runWrk } from './wrk.ts';

export interface Round {
  readonly requests: number;
  readonly requestsPerSecond: number;
  /** Milliseconds, of half and of 99 in 100 requests. */
  readonly p50: number;
  readonly p99: number;
  /** Microseconds of CPU time that the server's processes used per request; NaN where there is no /proc. */
  readonly cpuPerRequest: number;
  /** CPU time of the server's processes per second; below 1 the load generator may be the limit. */
  readonly serverBusy: number;
}

export interface Load {
  readonly connections: number;
  readonly seconds: number;
  /** The answers of a warm-up are not checked: a server on a busy machine may still be loading. */
  readonly isWarmUp?: boolean;
}

const generator = isInstalled() ? 'wrk' : 'autocannon';

export function generatorName(): string {
  return generator === 'wrk'
    ? 'wrk, 1 thread'
    : 'autocannon, because wrk is not installed (Debian: apt-get install wrk); it takes more CPU time than wrk';
}

/** No two runs send the same number. */
let first = 1;

/** @throws Error naming the server, if it ended or gave an answer that is not the right one */
export async function load(server: Server, workload: Workload, load: Load): Promise<Round> {
  const run = generator === 'wrk' ? runWrk : runAutocannon;
  const before = cpuSeconds(server.pid);
  const figures = await run(server.origin, workload, { ...load, first });
  const used = cpuSeconds(server.pid) - before;
  first += figures.requests + 100_000;
  server.check();
  if (load.isWarmUp !== true) checkAnswers(server.name, workload, figures);
  return {
    requests: figures.requests,
    requestsPerSecond: figures.requests / figures.seconds,
    p50: figures.p50,
    p99: figures.p99,
    cpuPerRequest: (used / figures.requests) * 1e6,
    serverBusy: used / figures.seconds,
  };
}

function checkAnswers(name: string, workload: Workload, { requests, errors, failures }: Figures): void {
  const expected = errorShare(workload);
  const share = errors / requests;
  const isExact = expected === 0 || expected === 1;
  if (requests > 0 && failures === 0 && Math.abs(share - expected) <= (isExact ? 0 : 0.02)) return;
  throw new Error(
    `${name}, ${workload.name}: ${errors} of ${requests} answers are errors (expected ` +
      `${(expected * 100).toFixed(0)} %), and ${failures} connections failed or timed out`,
  );
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? Number.NaN) + high) / 2;
}
