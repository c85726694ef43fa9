// Runs the built program as a user does: a process of its own, its output, its exit code.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly child: ChildProcess;
  /** Resolves with the first line of standard output that the pattern matches; rejects when the program ends before. */
  line(pattern: RegExp): Promise<RegExpExecArray>;
  ended: Promise<Ended>;
}

export function start(
  args: readonly string[],
  options: { nodeArgs?: readonly string[]; cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Running {
  const bin = new URL('../../bin/deadringer.js', import.meta.url).pathname;
  const child = spawn(process.execPath, [...(options.nodeArgs ?? []), bin, ...args], {
    cwd: options.cwd ?? process.cwd(),
    env: { ...process.env, NO_COLOR: '', FORCE_COLOR: undefined, ...options.env },
  });
  let out = '';
  let err = '';
  const watchers = new Set<() => void>();
  child.stdout.on('data', chunk => {
    out += String(chunk);
    for (const watch of watchers) watch();
  });
  child.stderr.on('data', chunk => {
    err += String(chunk);
  });
  const ended = once(child, 'close').then(([code]): Ended => ({ code: code as number | null, out, err }));
  return {
    child,
    ended,
    line: pattern =>
      new Promise((resolve, reject) => {
        const watch = (): void => {
          const match = pattern.exec(out);
          if (match === null) return;
          watchers.delete(watch);
          resolve(match);
        };
        watchers.add(watch);
        watch();
        void ended.then(() => reject(new Error(`the program ended without ${pattern}\n${out}\n${err}`)));
      }),
  };
}

export function run(...args: string[]): Promise<Ended> {
  return start(args).ended;
}
