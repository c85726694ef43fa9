// The load generator wrk: writes its Lua script for a workload, runs it, and reads its figures.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { runProgram, scratch } from './processes.ts';
import type { BenchRequest } from './request.ts';
import { constantRequest, requestParts, type Workload } from './workloads.ts';

export interface Figures {
  readonly requests: number;
  /** Answers with status 400 or above. */
  readonly errors: number;
  /** Connections that failed, and answers that did not come in time. */
  readonly failures: number;
  readonly seconds: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** docs/benchmark.md repeats the first row with this script. */
const PUT_SCRIPT = new URL('bonifiq-put.lua', import.meta.url);

export function isInstalled(): boolean {
  return spawnSync('wrk', ['-v']).error === undefined;
}

/** @throws Error if bench/bonifiq-put.lua no longer sends the documented request */
export function checkPutScript(request: BenchRequest): void {
  if (!readFileSync(PUT_SCRIPT, 'utf8').includes(settings(request)))
    throw new Error(
      `bench/bonifiq-put.lua does not send the documented request; put this into it:\n\n${settings(request)}`,
    );
}

export async function runWrk(
  origin: string,
  workload: Workload,
  load: { readonly connections: number; readonly seconds: number; readonly first: number },
): Promise<Figures> {
  const script = scratch('load.lua');
  writeFileSync(script, `${requests(workload)}\n${DONE}`);
  const { code, out } = await runProgram('wrk', [
    ...['-t', '1', '-c', String(load.connections), '-d', `${load.seconds}s`, '--timeout', '10s'],
    ...['-s', script, origin, '--', String(load.first)],
  ]);
  const [, line] = /^figures (.+)$/m.exec(out) ?? [];
  if (code !== 0 || line === undefined) throw new Error(`wrk ended with ${code}:\n${out.slice(-2000)}`);
  const [all = 0, errors = 0, failures = 0, microseconds = 0, p50 = 0, p99 = 0] = line.split(' ').map(Number);
  return {
    requests: all,
    errors,
    failures,
    seconds: microseconds / 1e6,
    p50: p50 / 1000,
    p99: p99 / 1000,
  };
}

function requests(workload: Workload): string {
  const constant = constantRequest(workload);
  return constant === undefined ? changing(workload) : settings(constant);
}

/** With these settings wrk builds the request once and calls no Lua under load. */
function settings({ method, path, headers, body }: BenchRequest): string {
  return [
    `wrk.method = ${quote(method)}`,
    `wrk.path = ${quote(path)}`,
    ...Object.entries(headers).map(
      ([name, value]) => `wrk.headers[${quote(titled(name))}] = ${quote(value)}`,
    ),
    ...(body === '' ? [] : [`wrk.body = ${quote(body)}`]),
  ].join('\n');
}

/** wrk looks for "Host" in this spelling, and adds its own if it is not there. */
function titled(name: string): string {
  return name.replace(/\b[a-z]/g, letter => letter.toUpperCase());
}

/** The texts are cut beforehand, so that Lua only joins them under load. */
function changing({ steps }: Workload): string {
  const lists = steps.map(({ request }) => `{ ${requestParts(request).map(quote).join(', ')} }`);
  return [
    `local steps = { ${lists.join(', ')} }`,
    'local number = 0',
    'function init(args) number = tonumber(args[1]) end',
    'function request()',
    '  number = number + 1',
    '  return table.concat(steps[number % #steps + 1], string.format("%07d", number % 10000000))',
    'end',
  ].join('\n');
}

const DONE = `function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("figures %d %d %d %d %d %d\\n", summary.requests, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout, summary.duration,
    latency:percentile(50), latency:percentile(99)))
end
`;

/** The escapes of JSON that occur here mean the same in Lua. */
function quote(text: string): string {
  return JSON.stringify(text);
}
