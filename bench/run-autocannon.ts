// The load generator autocannon, for machines without wrk.
import autocannon, { type Request, type Result } from 'autocannon';
import { fillRequest, requestParts, type Workload } from './workloads.ts';
import type { Figures } from './wrk.ts';

/** Different requests that a connection sends before it starts again. */
const DIFFERENT = 2000;

export async function runAutocannon(
  origin: string,
  workload: Workload,
  load: { readonly connections: number; readonly seconds: number; readonly first: number },
): Promise<Figures> {
  // autocannon itself keeps whole milliseconds, which is too coarse.
  const latencies: number[] = [];
  let next = load.first;
  let begun = 0;
  let last = 0;
  const result = await new Promise<Result>((resolve, reject) => {
    const run = autocannon(
      {
        url: origin,
        connections: load.connections,
        duration: load.seconds,
        sampleInt: 100,
        setupClient: client => {
          const requests = listRequests(workload, next);
          next += requests.length;
          client.setRequests(requests);
        },
      },
      (error, done) => (error === null ? resolve(done) : reject(error)),
    );
    // Making the requests is no time of the server.
    begun = performance.now();
    run.on('response', (_client: unknown, _status: number, _bytes: number, milliseconds: number) => {
      last = performance.now();
      latencies.push(milliseconds);
    });
  });
  latencies.sort((a, b) => a - b);
  const at = (part: number): number => latencies[Math.floor(part * (latencies.length - 1))] ?? Number.NaN;
  const counts = Object.entries(result.statusCodeStats);
  return {
    requests: latencies.length,
    errors: counts.reduce(
      (sum, [status, stats]) => sum + (Number(status) >= 400 ? (stats?.count ?? 0) : 0),
      0,
    ),
    failures: result.errors + result.timeouts,
    seconds: (last - begun) / 1000,
    p50: at(0.5),
    p99: at(0.99),
  };
}

function listRequests({ steps }: Workload, first: number): Request[] {
  const isVaried = steps.some(({ request }) => requestParts(request).length > 1);
  const count = isVaried ? DIFFERENT - (DIFFERENT % steps.length) : steps.length;
  // fillRequest makes a copy for each: autocannon writes into what it is given.
  return Array.from({ length: count }, (_, index) => {
    const step = steps[index % steps.length];
    if (step === undefined) throw new Error('the workload has no step');
    return { ...fillRequest(step.request, first + index) };
  });
}
