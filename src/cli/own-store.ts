// The store of workers that were given none: a valkey-server or redis-server in a private folder, for as long as they serve.

import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UsageError } from './command.ts';
import type { Io } from './io.ts';
import { restartPause } from './restart-pause.ts';

export interface OwnStore {
  readonly url: string;
  /** Seals what workers store. */
  readonly key: string;
  /** Ends the server at once, and removes its folder. */
  readonly remove: () => void;
}

const PROGRAMS = ['valkey-server', 'redis-server'];
const READY = /ready to accept connections/i;

/** @param workers their number, for messages. @throws UsageError if there is no such program, or it does not start */
export async function startOwnStore(workers: number, io: Io): Promise<OwnStore> {
  const program = findProgram(io);
  if (program === undefined)
    throw new UsageError(
      `${workers} workers need a store that they share, and neither valkey-server nor redis-server is installed: install one of them, or name a store with --store valkey://host:6379`,
    );
  // Only this user can open the folder (mkdtemp), so the socket needs no password.
  const folder = mkdtempSync(path.join(tmpdir(), 'deadringer-store-'));
  const remove = (): void => {
    isRemoved = true;
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  const pauseOf = restartPause();
  let isRemoved = false;
  let child = startProgram(program, folder);
  const restart = (): void => {
    if (isRemoved) return;
    child = startProgram(program, folder);
    follow(child);
  };
  const name = path.basename(program);
  const follow = (started: ChildProcess): void => {
    // A program whose output nobody reads stops when the pipe is full.
    for (const output of [started.stdout, started.stderr]) output?.resume();
    started.once('exit', (code, signal) => {
      if (isRemoved) return;
      io.err(
        `deadringer: ${name} (process ${started.pid}) ended with ${signal ?? `code ${code}`}; it starts again with its data`,
      );
      setTimeout(restart, pauseOf());
    });
    started.on('error', error => {
      // A process that exists reports its end by "exit".
      if (isRemoved || started.pid !== undefined) return;
      io.err(`deadringer: ${name} cannot be started again: ${error.message}; it is tried again`);
      setTimeout(restart, pauseOf());
    });
  };
  try {
    await untilReady(child, program);
  } catch (error) {
    remove();
    throw error;
  }
  follow(child);
  const url = `unix://${folder.split('/').map(encodeURIComponent).join('/')}/${SOCKET}`;
  return { url, key: randomBytes(32).toString('base64url'), remove };
}

const SOCKET = 'store.sock';
const PID_FILE = 'store.pid';

function findProgram({ env }: Io): string | undefined {
  const folders = (env.PATH ?? '').split(path.delimiter).filter(each => path.isAbsolute(each));
  return PROGRAMS.flatMap(name => folders.map(folder => path.join(folder, name))).find(file => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      // Not in this folder.
      return false;
    }
  });
}

function startProgram(program: string, folder: string): ChildProcess {
  const settings = {
    port: '0',
    unixsocket: path.join(folder, SOCKET),
    unixsocketperm: '700',
    dir: folder,
    pidfile: path.join(folder, PID_FILE),
    // A server that is killed starts again with all that it has acknowledged.
    appendonly: 'yes',
    save: '',
  };
  // In a process group of its own: Ctrl-C in a terminal must not end it before the workers.
  return spawn(
    program,
    Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    },
  );
}

function untilReady(child: ChildProcess, program: string): Promise<void> {
  let output = '';
  return new Promise((resolve, reject) => {
    const read = (text: unknown): void => {
      output = (output + String(text)).slice(-2000);
      if (READY.test(output)) resolve();
    };
    const fail = (reason: string): void =>
      reject(
        new UsageError(
          `${program}, which would be the store of the workers, does not start (${reason}): name another store with --store valkey://host:6379`,
        ),
      );
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', error => fail(error.message));
    child.once('exit', () => fail(output.trim().split('\n').at(-1) || 'it prints nothing'));
  });
}

/** Ends the store whose parent is gone, and removes its folder. */
export function removeOwnStore(url: string, io: Io): void {
  const folder = path.dirname(decodeURIComponent(url.slice('unix://'.length)));
  try {
    const pid = Number(readFileSync(path.join(folder, PID_FILE), 'utf8'));
    if (Number.isInteger(pid) && pid > 1) io.kill(pid);
    rmSync(folder, { recursive: true, force: true });
  } catch (error) {
    // All workers do this at the same time.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
