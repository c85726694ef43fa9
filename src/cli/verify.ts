// deadringer verify: was it called, as often, in the order and with the values that were expected?
import { readFile } from 'node:fs/promises';
import { isFault, readSource } from '../finding/locate.ts';
import { callControl, type Reach, serverOption, sessionOption, tokenOption } from './client.ts';
import { type Build, type ExitCode, UsageError } from './command.ts';
import type { Io } from './io.ts';

interface VerifyOptions extends Reach {
  session: string;
  file: string;
}

export const build: Build = (command, finish, io) => {
  command
    .requiredOption('--file <path>', 'expectations: expected, forbidden and ordered calls (YAML or JSON)')
    .addOption(sessionOption)
    .addOption(serverOption)
    .addOption(tokenOption)
    .action(async (options: VerifyOptions) =>
      finish(await verifySession(options, options.session, options.file, io)),
    );
};

/** 0: kept. 1: not kept, and why. */
export async function verifySession(reach: Reach, session: string, file: string, io: Io): Promise<ExitCode> {
  const expectations = await readExpectations(file);
  const path = `/sessions/${encodeURIComponent(session)}/verify`;
  const verdict = (await callControl(reach, 'POST', path, expectations)) as {
    kept: boolean;
    failures: string[];
    unused: string[];
  };
  for (const failure of verdict.failures) io.out(failure);
  if (verdict.unused.length > 0) io.out(`never played: ${verdict.unused.join(', ')}`);
  io.out(verdict.kept ? 'kept' : 'not kept');
  return verdict.kept ? 0 : 1;
}

async function readExpectations(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      `${file} cannot be read: ${error.code === 'ENOENT' ? 'there is no such file' : error.message}`,
    );
  });
  const source = readSource(file, text);
  if (isFault(source))
    throw new UsageError(`${file}:${source.clause.line}:${source.clause.column} ${source.message}`);
  return source.value ?? {};
}
