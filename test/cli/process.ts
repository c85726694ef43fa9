// Runs the program as a separate process, to test signals, pipes and exit codes.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { createTranscript, type Ended } from './transcript.ts';

export interface RunningProcess {
  readonly child: ChildProcessWithoutNullStreams;
  /** Resolves with the first match in standard output; rejects if the program ends without one. */
  line(pattern: RegExp): Promise<RegExpExecArray>;
  readonly ended: Promise<Ended>;
}

const PROGRAM = new URL('../../bin/deadringer.js', import.meta.url).pathname;

interface Options {
  /** Another Node than that of the tests. */
  readonly node?: string;
  /** Another program than that of the checkout. */
  readonly program?: string;
  readonly nodeArgs?: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

export function startProcess(args: readonly string[], options: Options = {}): RunningProcess {
  const { node = process.execPath, program = PROGRAM } = options;
  const transcript = createTranscript();
  const child = spawn(node, [...(options.nodeArgs ?? []), program, ...args], {
    cwd: options.cwd ?? process.cwd(),
    env: { ...process.env, NO_COLOR: '', FORCE_COLOR: undefined, ...options.env },
  });
  child.stdout.on('data', chunk => transcript.out(String(chunk)));
  child.stderr.on('data', chunk => transcript.err(String(chunk)));
  const ended = once(child, 'close').then(([code]) => transcript.end(code as number | null));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, ended, line: pattern => transcript.line(pattern, ended) };
}

export function runProcess(...args: string[]): Promise<Ended> {
  return startProcess(args).ended;
}
