// Puts one server under load, holds every status against the right one, and says what came back and what it cost.
import autocannon, { type Options, type Request, type Result } from 'autocannon';
import { cpuSeconds } from './proc.ts';
import type { Server } from './processes.ts';
import { nth, type Question } from './questions.ts';

export interface Round {
  readonly requestsPerSecond: number;
  /** Milliseconds, of half and of 99 in 100 requests. */
  readonly p50: number;
  readonly p99: number;
  /** Processor time of the server's processes, in seconds; undefined where /proc does not tell. */
  readonly cpuPerThousand: number | undefined;
  /** Part of the time, from 0 to 1, that this process had no idle moment: near 1 the peer could have done more. */
  readonly generatorBusy: number;
}

export interface Load {
  readonly connections: number;
  /** Seconds, or requests in all. */
  readonly for: { readonly seconds: number } | { readonly requests: number };
  /** What comes back is not counted: on a busy machine a server may still be loading all the while, and say nothing. */
  readonly warmingUp?: boolean;
}

/** Different requests that a connection sends before it begins again. */
const DIFFERENT = 2000;

/** So that no two loads send the same. */
let sent = 1;

/**
 * @param questions asked in turn
 * @throws Error naming the server, when it ended or gave an answer of any status but the right one
 */
export async function load(server: Server, questions: readonly Question[], load: Load): Promise<Round> {
  // autocannon keeps whole milliseconds, which are too coarse here.
  const latencies: number[] = [];
  let begun = 0;
  let last = 0;
  const idle = performance.eventLoopUtilization();
  const cpu = cpuSeconds(server.pid);
  const result = await new Promise<Result>((resolve, reject) => {
    const run = autocannon(options(server, questions, load), (error, done) =>
      error === null ? resolve(done) : reject(error),
    );
    // Only now: making the requests is none of the server's time.
    begun = performance.now();
    run.on('response', (_client: unknown, _status: number, _bytes: number, milliseconds: number) => {
      last = performance.now();
      latencies.push(milliseconds);
    });
  });
  const { utilization } = performance.eventLoopUtilization(idle);
  const used = cpuSeconds(server.pid);
  server.check();
  hold(server, questions, result);
  if (latencies.length === 0 && load.warmingUp !== true) throw new Error(`${server.name}: not one answer`);
  latencies.sort((a, b) => a - b);
  const at = (part: number): number => latencies[Math.floor(part * (latencies.length - 1))] as number;
  return {
    requestsPerSecond: latencies.length / ((last - begun) / 1000),
    p50: at(0.5),
    p99: at(0.99),
    cpuPerThousand:
      cpu === undefined || used === undefined ? undefined : ((used - cpu) / latencies.length) * 1000,
    generatorBusy: utilization,
  };
}

function options(server: Server, questions: readonly Question[], load: Load): Options {
  const same = questions.every(({ request }) => typeof request !== 'function');
  const each = 'requests' in load.for ? Math.ceil(load.for.requests / load.connections) : DIFFERENT;
  const rounds = same ? 1 : Math.ceil(each / questions.length);
  return {
    url: server.origin,
    connections: load.connections,
    sampleInt: 100,
    ...('seconds' in load.for ? { duration: load.for.seconds } : { amount: load.for.requests }),
    setupClient(client) {
      const requests: Request[] = [];
      for (let round = 0; round < rounds; round++) {
        // Copies: autocannon writes into what it is given.
        for (const question of questions) requests.push({ ...nth(question, sent++) });
      }
      client.setRequests(requests);
    },
  };
}

/** Holds what was counted against the statuses that are right; several questions have to be answered about equally often. */
function hold({ name }: Server, questions: readonly Question[], result: Result): void {
  const counts = Object.entries(result.statusCodeStats).map(([status, stats]) => ({
    status: Number(status),
    count: stats?.count ?? 0,
  }));
  const all = counts.reduce((sum, { count }) => sum + count, 0);
  const right = counts.every(({ status, count }) => {
    const share = questions.filter(question => question.status === status).length / questions.length;
    return share === 1 || (share > 0 && Math.abs(count / all - share) < 0.02);
  });
  if (right && result.errors + result.timeouts === 0) return;
  const said = counts.map(({ status, count }) => `${count} x ${status}`).join(', ') || 'nothing';
  throw new Error(
    `${name}: under load it said ${said}; ${result.errors} errors, ${result.timeouts} timeouts; ` +
      `right is ${[...new Set(questions.map(({ status }) => status))].join(', ')}`,
  );
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? Number.NaN) + high) / 2;
}
