// The processes that the benchmark starts: each in a group of its own, found ready, and ended with all that it started.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { complaint, nth, type Question } from './questions.ts';
import type { BenchRequest } from './request.ts';

export interface Server {
  readonly name: string;
  readonly pid: number;
  readonly origin: string;
  /** From its start to its first answer, which was right. */
  readonly readyAfter: number;
  /** Throws when the process has ended, telling what it wrote. */
  check(): void;
  stop(): Promise<void>;
}

export interface Ended {
  readonly code: number | null;
  readonly seconds: number;
  /** All that it wrote, on both streams. */
  readonly out: string;
}

export const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** Every process started here, until it ends. */
const running = new Set<ChildProcess>();
let folder: string | undefined;

/** Where files of this run go; gone with it. */
export function scratch(name: string): string {
  folder ??= mkdtempSync(path.join(tmpdir(), 'deadringer-bench-'));
  return path.join(folder, name);
}

const READY_WITHIN = 120_000;

/**
 * @param args of the same node, in the project's root
 * @throws Error naming the server and what it said, when it does not come to answer the questions correctly
 */
export async function startServer(
  name: string,
  args: (port: string) => readonly string[],
  questions: readonly Question[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Server> {
  const port = String(await freePort());
  const origin = `http://127.0.0.1:${port}`;
  const command = args(port);
  // A file and not a pipe: reading a log would cost the process that generates the load.
  const log = scratch(`${port}.log`);
  const file = openSync(log, 'w');
  const begun = performance.now();
  const child = start(command, ['ignore', file, file], environment);
  closeSync(file);
  let ended: string | undefined;
  child.once('error', error => {
    ended = error.message;
  });
  child.once('exit', (code, signal) => {
    ended = `it ended with ${code ?? signal}`;
  });
  const said = (): string => readFileSync(log, 'utf8').slice(-2000);
  const check = (): void => {
    if (ended !== undefined) throw new Error(`${name}: ${ended}\n${said()}`);
  };
  let readyAfter: number | undefined;
  for (const question of questions) {
    for (;;) {
      check();
      const answer = await ask(origin, nth(question, 0)).catch((error: NodeJS.ErrnoException) => error);
      if (!(answer instanceof Error)) {
        const wrong = complaint(question, answer.status, answer.body);
        if (wrong !== undefined) throw new Error(`${name}: ${wrong}`);
        readyAfter ??= (performance.now() - begun) / 1000;
        break;
      }
      if (answer.code !== 'ECONNREFUSED') throw new Error(`${name}: ${answer.message}\n${said()}`);
      if (performance.now() - begun > READY_WITHIN)
        throw new Error(`${name}: not ready within ${READY_WITHIN / 1000} s\n${said()}`);
      await sleep(3);
    }
  }
  return {
    name,
    pid: child.pid ?? 0,
    origin,
    readyAfter: readyAfter ?? Number.NaN,
    check,
    stop: () => stop([child]),
  };
}

/** Runs a command of the same node to its end. */
export async function run(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const begun = performance.now();
  const child = start(args, ['ignore', 'pipe', 'pipe'], environment);
  let out = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, seconds: (performance.now() - begun) / 1000, out };
}

function start(
  args: readonly string[],
  stdio: ('ignore' | 'pipe' | number)[],
  environment: Readonly<Record<string, string>>,
): ChildProcess {
  // Equal terms: no environment that only some of the peers know.
  const { NODE_ENV, NODE_OPTIONS, ...env } = process.env;
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...env, ...environment },
    stdio,
    // A group of its own, so that what it starts can be ended with it.
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

export function ask(origin: string, { method, path, headers, body }: BenchRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // Not fetch: it does not let the Host header be set.
    const sent = http.request(origin, { method, path, headers, agent: false, timeout: 60_000 }, response => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer within 60 s')));
    sent.on('error', reject);
    sent.end(body);
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

/** Ends what was started here, and only that: asks first, insists after two seconds. */
export async function stop(children: readonly ChildProcess[] = [...running]): Promise<void> {
  const ending = children
    .filter(child => running.has(child))
    .map(child => new Promise(resolve => child.once('exit', resolve)));
  for (const child of children) if (running.has(child)) child.kill('SIGTERM');
  await Promise.race([Promise.all(ending), sleep(2000, undefined, { ref: false })]);
  for (const child of children) kill(child);
}

/** At once, for when there is no time left to wait. */
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
    // Nobody is left in the group.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
