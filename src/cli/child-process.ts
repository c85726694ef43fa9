// Runs the command that is given to run and record, with the URL of the server in its environment.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { UsageError } from './command.ts';
import type { Io } from './io.ts';

/** What a command that used no server has to know. */
export const NO_REQUEST =
  'The command sent no request to the server, whose URL is in its environment as DEADRINGER_URL.';

/**
 * Resolves when the command has ended.
 * @returns its exit code, or 128 and the number of the signal that ended it, as in a shell
 * @throws UsageError if it cannot be started
 */
export async function runChild(
  [program = '', ...args]: readonly string[],
  url: string,
  io: Io,
): Promise<number> {
  const child = spawn(program, args, { stdio: 'inherit', env: { ...io.env, DEADRINGER_URL: url } });
  // Ctrl-C of a terminal goes to the child as well, and test runners take a second one for impatience. Pass on what other
  // processes send, and outlive it: the child decides how to end.
  const isTerminal = io.stdout.isTTY || io.stderr.isTTY;
  const stops = (['SIGINT', 'SIGTERM'] as const).map(signal =>
    io.onSignal(signal, () => {
      if (signal !== 'SIGINT' || !isTerminal) child.kill(signal);
    }),
  );
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      code === 'ENOENT'
        ? `command not found: ${program}`
        : `"${program}" cannot be run: ${(error as Error).message}`,
    );
  } finally {
    for (const stop of stops) stop();
  }
}
