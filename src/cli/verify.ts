// deadringer verify: verifies that a session received the expected calls.
import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { type ControlConnection, callControl } from '../client/call-control.ts';
import { isParseFailure, parseFile } from '../document/parse.ts';
import { jsonPointer } from '../exchange/json-pointer.ts';
import { describeZodIssue } from '../finding/describe-zod-issue.ts';
import { describeFileError } from '../finding/file-error.ts';
import { printable } from '../reporters/safe-text.ts';
import { type BuildCommand, type ExitCode, UsageError } from './command.ts';
import { controlServerOption, controlTokenOption, sessionOption } from './control-options.ts';
import type { Io } from './io.ts';

interface VerifyOptions extends ControlConnection {
  session: string;
  file: string;
}

export const build: BuildCommand = (command, finish, io) => {
  command
    .requiredOption('--file <path>', 'file with expected, forbidden and ordered calls (YAML or JSON)')
    .addOption(sessionOption)
    .addOption(controlServerOption)
    .addOption(controlTokenOption)
    .action(async (options: VerifyOptions) =>
      finish(await verifySession(options, options.session, await readExpectations(options.file), io)),
    );
};

/**
 * Prints the reasons and the result.
 * @param subject what the result is about, if it is not the only line of the program: "deadringer: verification "
 */
export async function verifySession(
  connection: ControlConnection,
  session: string,
  expectations: unknown,
  io: Io,
  subject = '',
): Promise<ExitCode> {
  const path = `/sessions/${encodeURIComponent(session)}/verify`;
  const verdict = (await callControl(connection, 'POST', path, expectations)) as {
    passed: boolean;
    failures: string[];
    unused: string[];
  };
  for (const failure of verdict.failures) io.out(printable(failure));
  if (verdict.unused.length > 0)
    io.out(printable(`scenario rules that never applied: ${verdict.unused.join(', ')}`));
  io.out(`${subject}${verdict.passed ? 'passed' : 'failed'}`);
  return verdict.passed ? 0 : 1;
}

/** @throws UsageError that names the line */
export async function readExpectations(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${file} cannot be read: ${describeFileError(error)}`);
  });
  const source = parseFile(file, text);
  if (isParseFailure(source))
    throw new UsageError(`${file}:${source.location.line}:${source.location.column} ${source.message}`);
  const value = source.value ?? {};
  const { expectationsSchema, EXPECTATION_KEYS } = await import('../mock/session/verify-journal.ts');
  const read = expectationsSchema.safeParse(value, { reportInput: true });
  if (read.success) return value;
  const [issue] = read.error.issues as [z.core.$ZodIssue];
  const { path, message } = describeZodIssue(issue, EXPECTATION_KEYS);
  const { line, column } = source.locate(jsonPointer(...path));
  throw new UsageError(`${file}:${line}:${column} ${message}`);
}
