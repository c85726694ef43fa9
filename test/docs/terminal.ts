// A shell in a project folder outside the checkout: runs the commands of a page, and keeps the servers that they start.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Result {
  readonly output: string;
  /** undefined: the command still runs. */
  readonly code: number | undefined;
}

export interface Terminal {
  /** Runs a command until it ends. */
  run(command: string): Promise<Result>;
  /** Starts a command that goes on until Ctrl-C. */
  start(command: string, isReady: (output: string) => boolean): Job;
  /** Starts a server in place of an earlier one on its port, and waits until it serves. */
  serve(command: string): Promise<Job>;
  /** Writes a file of the project. */
  write(name: string, text: string): void;
  /** What the servers have written. */
  log(): string;
  close(): Promise<void>;
}

interface Job {
  /** Resolves when the output satisfies the condition, or when the command ends. */
  readonly ready: Promise<void>;
  /** So far. */
  result(): Result;
  /** Sends Ctrl-C and waits for the end. */
  interrupt(): Promise<Result>;
}

/** Folders of the repository that a reader who tries the commands has. */
const PROJECT = ['specs', 'scenarios', 'test/fixtures'];
/** The services of other people that pages name. A setup starts what stands for them, on this port. */
const ELSEWHERE = new Map([
  ['https://staging.example.com', 4020],
  ['https://api.example.com', 4021],
]);
const PORTS = 8;
/** How long a command may run. */
export const PATIENCE = 120_000;

export async function openTerminal(): Promise<Terminal> {
  const home = mkdtempSync(path.join(tmpdir(), 'deadringer-docs-'));
  const folder = path.join(home, 'project');
  for (const name of PROJECT) cpSync(name, path.join(folder, name), { recursive: true });
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { start: string } };
  const start = scripts.start.replace('node bin/deadringer.js', 'deadringer');
  writeFileSync(
    path.join(folder, 'package.json'),
    JSON.stringify({ scripts: { start, test: 'node app.test.js' } }),
  );
  const ports = await portMap();
  const programs = path.join(home, 'bin');
  writePrograms(programs);
  writeFileSync(path.join(home, '.curlrc'), 'no-progress-meter\n');
  const { PATH } = process.env;
  const env = {
    PATH: `${programs}:${path.dirname(process.execPath)}:${PATH}`,
    HOME: home,
    CURL_HOME: home,
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    TMPDIR: tmpdir(),
    REPOSITORY: process.cwd(),
    DEADRINGER_URL: ports.toActual('http://127.0.0.1:4010'),
    DEFAULT_PORT: ports.toActual('127.0.0.1:4010').replace(/.*:/, ''),
    npm_config_loglevel: 'silent',
    npm_config_offline: 'true',
  };
  const ids = idMap();
  const jobs: Job[] = [];
  const servers = new Map<string, Job>();

  const launch = (command: string, onOutput: (output: string) => void) => {
    // One pipe for both streams keeps their order.
    const child = spawn('bash', ['-c', `exec 2>&1\n${ids.toActual(ports.toActual(command))}`], {
      cwd: folder,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += ports.toShown(text);
      ids.learn(text);
      onOutput(output);
    });
    const ended = once(child, 'close').then(([code]) => ({ output, code: (code as number | null) ?? 130 }));
    return { child, ended, output: () => output };
  };

  const startJob = (command: string, isReady: (output: string) => boolean): Job => {
    const ready = Promise.withResolvers<void>();
    const { child, ended, output } = launch(command.replace(/ &$/, ''), text => {
      if (isReady(text)) ready.resolve();
    });
    const interrupt = async (): Promise<Result> => {
      if (child.exitCode === null && child.signalCode === null) signalGroup(child, 'SIGINT');
      return ended;
    };
    let code: number | undefined;
    const job = {
      ready: Promise.race([
        ready.promise,
        ended.then(result => {
          code = result.code;
        }),
      ]),
      result: () => ({ output: output(), code }),
      interrupt,
    };
    jobs.push(job);
    return job;
  };

  return {
    async run(command) {
      const { child, ended, output } = launch(command, () => {});
      const limit = setTimeout(() => signalGroup(child, 'SIGKILL'), PATIENCE);
      const { code } = await ended;
      clearTimeout(limit);
      return { output: output(), code };
    },
    start: startJob,
    async serve(command) {
      const port = /(?:--port|-p)[ =](\d+)/.exec(command)?.[1] ?? '4010';
      await servers.get(port)?.interrupt();
      const job = startJob(command, output => output.includes('Press Ctrl-C'));
      servers.set(port, job);
      // A server with another log prints no banner.
      await (/ --log /.test(command)
        ? accepts(Number(ports.toActual(`--port ${port}`).slice(7)))
        : job.ready);
      return job;
    },
    write(name, text) {
      const file = path.join(folder, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    },
    log: () => jobs.map(job => job.result().output).join(''),
    async close() {
      for (const job of jobs) await job.interrupt();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** To the command and what it has started: the job is a process group. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-(child.pid as number), signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function writePrograms(folder: string): void {
  mkdirSync(folder);
  const write = (name: string, lines: readonly string[]): void => {
    writeFileSync(path.join(folder, name), ['#!/bin/sh', ...lines, ''].join('\n'));
    chmodSync(path.join(folder, name), 0o755);
  };
  const npx = execFileSync('sh', ['-c', 'command -v npx'], { encoding: 'utf8' }).trim();
  write('npx', [`[ "$1" = deadringer ] || exec ${npx} "$@"`, 'shift', 'exec deadringer "$@"']);
  write('deadringer', [
    'case "$1 $*" in',
    '  *--help* | *" --port"* | *" -p "*) ;;',
    '  "serve "* | "mock "* | "proxy "* | "record "*) set -- "$@" --port "$DEFAULT_PORT" ;;',
    'esac',
    `exec ${process.execPath} ${path.resolve('bin/deadringer.js')} "$@"`,
  ]);
}

interface PortMap {
  readonly toActual: (text: string) => string;
  readonly toShown: (text: string) => string;
}

/** Pages say 4010 and 3000. The test uses free ports, and shows the ports of the page. */
async function portMap(): Promise<PortMap> {
  const free = await freePorts(PORTS);
  const actual = new Map<number, number>();
  const portOf = (shown: number): number => {
    const port = actual.get(shown) ?? free[actual.size];
    if (port === undefined) throw new Error(`a page uses more than ${PORTS} ports`);
    actual.set(shown, port);
    return port;
  };
  const elsewhere = [...ELSEWHERE].map(([url, port]) => [url, `http://127.0.0.1:${portOf(port)}`] as const);
  return {
    toActual: text =>
      elsewhere
        .reduce((rest, [url, local]) => rest.replaceAll(url, local), text)
        .replace(
          /((?:127\.0\.0\.1|localhost):|(?:--port|-p)[ =])(\d{4})\b/g,
          (_, before: string, port: string) => before + portOf(Number(port)),
        ),
    toShown: text =>
      [...actual].reduce(
        (rest, [shown, port]) => rest.replaceAll(`:${port}`, `:${shown}`),
        elsewhere.reduce((rest, [url, local]) => rest.replaceAll(local, url), text),
      ),
  };
}

interface IdMap {
  readonly learn: (output: string) => void;
  readonly toActual: (command: string) => string;
}

const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g;
const EXCHANGE_ID = /(?<![-\w])([0-9a-f]{8})-(\d{1,4})(?![-\w])/g;

/** A command that names an exchange or an item means the one of the last output. */
function idMap(): IdMap {
  let run: string | undefined;
  let uuid: string | undefined;
  return {
    learn: output => {
      run = [...output.matchAll(EXCHANGE_ID)].at(-1)?.[1] ?? run;
      uuid = output.match(UUID)?.at(-1) ?? uuid;
    },
    toActual: command =>
      command
        .replace(UUID, text => uuid ?? text)
        .replace(EXCHANGE_ID, (_, id: string, count: string) => `${run ?? id}-${count}`),
  };
}

/** Resolves when something listens on the port. */
async function accepts(port: number): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  while (Date.now() < deadline) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await sleep(50);
  }
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map(server => once(server, 'listening')));
  const ports = servers.map(server => (server.address() as { port: number }).port);
  await Promise.all(servers.map(server => once(server.close(), 'close')));
  return ports;
}
