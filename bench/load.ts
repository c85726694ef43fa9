// Puts one peer under load for some seconds and says what came back.
import autocannon from 'autocannon';
import type { Peer } from './peers.ts';
import type { BenchRequest } from './request.ts';

export interface Round {
  readonly requestsPerSecond: number;
  /** Milliseconds, of half and of 99 in 100 requests. */
  readonly p50: number;
  readonly p99: number;
  /** Part of the time, from 0 to 1, that this process had no idle moment: near 1 the peer could have done more. */
  readonly generatorBusy: number;
}

/** @throws Error naming the peer, when it ended or gave any answer but a 2xx */
export async function load(
  peer: Peer,
  { method, path, headers, body }: BenchRequest,
  { connections, seconds }: { connections: number; seconds: number },
): Promise<Round> {
  // autocannon keeps whole milliseconds, which are too coarse here.
  const latencies: number[] = [];
  const begun = performance.now();
  const idle = performance.eventLoopUtilization();
  await new Promise<void>((resolve, reject) => {
    const run = autocannon(
      {
        url: peer.origin + path,
        method,
        headers,
        body,
        connections,
        duration: seconds,
        sampleInt: 100,
      },
      (error, { errors, timeouts, non2xx, statusCodeStats }) => {
        if (error !== null) reject(error);
        else if (errors + timeouts + non2xx === 0) resolve();
        else {
          const statuses = Object.entries(statusCodeStats).map(
            ([status, stats]) => `${stats?.count ?? 0} x ${status}`,
          );
          reject(
            new Error(
              `${peer.name}: under load it said ${statuses.join(', ') || 'nothing'}; ${errors} errors, ${timeouts} timeouts`,
            ),
          );
        }
      },
    );
    run.on('response', (_client: unknown, _status: number, _bytes: number, milliseconds: number) => {
      if (performance.now() - begun <= seconds * 1000) latencies.push(milliseconds);
    });
  });
  const { utilization } = performance.eventLoopUtilization(idle);
  peer.check();
  if (latencies.length === 0) throw new Error(`${peer.name}: not one answer in ${seconds} s`);
  latencies.sort((a, b) => a - b);
  const at = (part: number): number => latencies[Math.floor(part * (latencies.length - 1))] as number;
  return {
    requestsPerSecond: latencies.length / seconds,
    p50: at(0.5),
    p99: at(0.99),
    generatorBusy: utilization,
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? Number.NaN) + high) / 2;
}
