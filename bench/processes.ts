// The processes that the benchmark starts: each in its own process group, waited for, and ended with its descendants.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { peakMegabytes } from './proc.ts';
import type { BenchRequest } from './request.ts';
import { answerError, fillRequest, type Workload } from './workloads.ts';

export interface Server {
  readonly name: string;
  readonly pid: number;
  readonly origin: string;
  /** Seconds from its start to its first answer, which was right. */
  readonly readyAfter: number;
  /** Throws if the process has ended, with its output. */
  check(): void;
  stop(): Promise<void>;
}

export interface Ended {
  readonly code: number | null;
  readonly seconds: number;
  /** The most memory it had, in MB. */
  readonly peak: number;
  /** All that it wrote, on both streams. */
  readonly out: string;
}

export const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** Every process started here, until it ends. */
const running = new Set<ChildProcess>();
let folder: string | undefined;

/** The path of a file in this run's temporary folder, which is deleted at the end. */
export function scratch(name: string): string {
  folder ??= mkdtempSync(path.join(tmpdir(), 'deadringer-bench-'));
  return path.join(folder, name);
}

const READY_WITHIN = 120_000;

/** A program and its arguments, run in the root of the project. */
export type Command = readonly [program: string, ...args: string[]];

/**
 * @param workloads checked in order before the server counts as ready
 * @param setUp called once the port is open, before any workload is checked
 * @throws Error naming the server, with its output, if it does not give the right answers
 */
export async function startServer(
  name: string,
  commandFor: (port: string) => Command,
  workloads: readonly Workload[],
  environment: Readonly<Record<string, string>> = {},
  setUp?: (origin: string) => Promise<void>,
): Promise<Server> {
  const port = String(await freePort());
  const origin = `http://127.0.0.1:${port}`;
  const command = commandFor(port);
  // A file, not a pipe: reading a pipe would take time from the load generator.
  const log = scratch(`${port}.log`);
  const file = openSync(log, 'w');
  const begun = performance.now();
  const child = spawnInRoot(command, ['ignore', file, file], environment);
  closeSync(file);
  let ended: string | undefined;
  child.once('error', error => {
    ended = error.message;
  });
  child.once('exit', (code, signal) => {
    ended = `it ended with ${code ?? signal}`;
  });
  const output = (): string => readFileSync(log, 'utf8').slice(-2000);
  const check = (): void => {
    if (ended !== undefined) throw new Error(`${name}: ${ended}\n${output()}`);
  };
  let readyAfter = Number.NaN;
  const firstAnswer = async (request: BenchRequest): Promise<Answer> => {
    for (;;) {
      check();
      try {
        const answer = await send(origin, request);
        if (Number.isNaN(readyAfter)) readyAfter = (performance.now() - begun) / 1000;
        return answer;
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        if (code !== 'ECONNREFUSED') throw new Error(`${name}: ${message}\n${output()}`);
        if (performance.now() - begun > READY_WITHIN)
          throw new Error(`${name}: not ready within ${READY_WITHIN / 1000} s\n${output()}`);
      }
      await sleep(3);
    }
  };
  if (setUp !== undefined) {
    await firstAnswer({ method: 'GET', path: '/', headers: {}, body: '' });
    await setUp(origin);
  }
  for (const workload of workloads) {
    for (const step of workload.steps) {
      const answer = await firstAnswer(fillRequest(step.request, 0));
      const error = answerError(`${name}, ${workload.name}`, step, 0, answer);
      if (error !== undefined) throw new Error(error);
    }
  }
  return { name, pid: child.pid ?? 0, origin, readyAfter, check, stop: () => stop([child]) };
}

/** Runs a command of the same Node to its end. */
export function run(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return runProgram(process.execPath, args, environment);
}

export async function runProgram(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const begun = performance.now();
  const child = spawnInRoot([program, ...args], ['ignore', 'pipe', 'pipe'], environment);
  let out = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
  }
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, peakMegabytes(child.pid ?? 0));
  }, 50);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    return { code, seconds: (performance.now() - begun) / 1000, peak, out };
  } finally {
    clearInterval(watch);
  }
}

/** Starts a process in the root of the project, which the end of the benchmark ends with its descendants. */
export function spawnInRoot(
  [program, ...args]: Command,
  stdio: ('ignore' | 'pipe' | number)[],
  environment: Readonly<Record<string, string>> = {},
): ChildProcess {
  // Every server gets the same environment.
  const { NODE_ENV, NODE_OPTIONS, ...env } = process.env;
  const child = spawn(program, args, {
    cwd: ROOT,
    env: { ...env, ...environment },
    stdio,
    // Its own process group, so that its descendants can be ended with it.
    detached: true,
  });
  running.add(child);
  child.once('error', () => running.delete(child));
  child.once('exit', () => running.delete(child));
  return child;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

export function send(origin: string, { method, path, headers, body }: BenchRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // Not fetch: it does not allow the Host header to be set.
    const outgoing = http.request(
      origin,
      { method, path, headers, agent: false, timeout: 60_000 },
      response => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
        );
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer within 60 s')));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** Ends processes that were started here: SIGTERM, and SIGKILL after two seconds. */
export async function stop(children: readonly ChildProcess[] = [...running]): Promise<void> {
  const ending = children
    .filter(child => running.has(child))
    .map(child => new Promise(resolve => child.once('exit', resolve)));
  for (const child of children) if (running.has(child)) child.kill('SIGTERM');
  await Promise.race([Promise.all(ending), sleep(2000, undefined, { ref: false })]);
  for (const child of children) kill(child);
}

/** Ends every process that was started here at once, and deletes the temporary folder. */
export function endAll(): void {
  for (const child of running) kill(child);
  running.clear();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  folder = undefined;
}

function kill({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // The group has no process left.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
