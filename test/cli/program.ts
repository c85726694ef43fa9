// Runs commands in this process through main(argv, io), with their own output, exit code and signals.
import { PassThrough } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { Io, Output, Signal } from '../../src/cli/io.ts';
import { main } from '../../src/cli/main.ts';
import { withoutStyle } from '../../src/reporters/safe-text.ts';
import { createTranscript, type Ended } from './transcript.ts';

export type { Ended } from './transcript.ts';

export interface Running {
  readonly stdin: PassThrough;
  /** Sends a signal to this command alone. */
  signal(signal: Signal): void;
  /** Resolves with the first match in standard output; rejects if the command ends without one. */
  line(pattern: RegExp): Promise<RegExpExecArray>;
  readonly ended: Promise<Ended>;
}

interface Options {
  readonly env?: Io['env'];
  /** true: the command keeps running after the test; the caller ends it. */
  readonly outlivesTest?: boolean;
}

export function start(args: readonly string[], { env = {}, outlivesTest = false }: Options = {}): Running {
  const transcript = createTranscript();
  const stdin = new PassThrough();
  const listeners: Record<Signal, Set<() => void>> = { SIGINT: new Set(), SIGTERM: new Set() };
  const io: Io = {
    stdin,
    stdout: outputTo(transcript.out),
    stderr: outputTo(transcript.err),
    out: line => transcript.out(`${line}\n`),
    err: line => transcript.err(`${line}\n`),
    env,
    cwd: process.cwd(),
    isOwnOutput: () => false,
    pid: process.pid,
    isRunning: pid => pid === process.pid,
    kill: () => false,
    onSignal: (signal, listener) => {
      listeners[signal].add(listener);
      return () => void listeners[signal].delete(listener);
    },
    exit: code => transcript.err(`exit ${code}\n`),
  };
  const ended = main(args, io).then(code => transcript.end(code));
  const signal = (name: Signal): void => {
    for (const listener of [...listeners[name]]) listener();
  };
  if (!outlivesTest)
    onTestFinished(async () => {
      signal('SIGINT');
      stdin.destroy();
      await ended.catch(() => undefined);
    });
  return { stdin, signal, ended, line: pattern => transcript.line(pattern, ended) };
}

/** Runs a command until it ends, with empty standard input. */
export function run(...args: string[]): Promise<Ended> {
  const running = start(args);
  running.stdin.end();
  return running.ended;
}

function outputTo(write: (text: string) => void): Output {
  return { write, isTTY: false, columns: undefined, style: withoutStyle };
}
