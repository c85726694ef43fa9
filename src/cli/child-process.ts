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
 * @param caFile the authority of the server, if its certificate is the local one
 * @returns its exit code, or 128 and the number of the signal that ended it, as in a shell
 * @throws UsageError if it cannot be started
 */
export async function runChild(
  [program = '', ...args]: readonly string[],
  url: string,
  caFile: string | undefined,
  io: Io,
): Promise<number> {
  const env = { ...io.env, DEADRINGER_URL: url, ...(await trustVariables(caFile, io)) };
  const child = spawn(program, args, { stdio: 'inherit', env });
  // A terminal sends Ctrl-C to the child, too, and test runners abort at a second SIGINT. Pass on only the signals of other
  // processes, and do not end before the child.
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

/** Node trusts the local certificate without further settings; other programs read DEADRINGER_CA. */
async function trustVariables(caFile: string | undefined, { env }: Io): Promise<Record<string, string>> {
  if (caFile === undefined) return {};
  const { withAuthorities } = await import('./local-certificate-files.ts');
  const extra = env.NODE_EXTRA_CA_CERTS;
  const trusted = extra === undefined ? caFile : withAuthorities(caFile, extra);
  return { NODE_EXTRA_CA_CERTS: trusted, DEADRINGER_CA: caFile };
}
