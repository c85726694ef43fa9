// The command line: builds the commands, and maps errors to exit codes.
import { inspect } from 'node:util';
import { Command, CommanderError } from 'commander';
import { NoServer } from '../client/call-control.ts';
import type { Finding } from '../finding/finding.ts';
import { InputError } from '../finding/input-error.ts';
import { printable, printableLines } from '../reporters/safe-text.ts';
import { version } from '../version.ts';
import { annotateError, wantsAnnotations } from './annotate-error.ts';
import { EXIT_CODES, type ExitCode } from './command.ts';
import { COMMANDS } from './commands.ts';
import type { Io } from './io.ts';

/** Width of a help text if the output is no terminal. */
const HELP_WIDTH = 80;

/** Runs the command that the arguments name. @returns the exit code */
export async function main(args: readonly string[], io: Io): Promise<number> {
  let exitCode = 0;
  let argv = args;
  const program = new Command('deadringer')
    .description('A mock server and contract checker for OpenAPI documents.')
    .version(version(), '-V, --version')
    .showSuggestionAfterError()
    .addHelpText('after', helpText(COMMANDS.flatMap(({ examples }) => examples.slice(0, 2))))
    .exitOverride()
    .configureOutput({
      writeOut: io.stdout.write,
      // Arguments may be untrusted text, such as file names that a shell expands.
      writeErr: text => io.stderr.write(printableLines(text)),
      getOutHelpWidth: () => io.stdout.columns ?? HELP_WIDTH,
      getErrHelpWidth: () => io.stderr.columns ?? HELP_WIDTH,
    })
    .hook('preAction', async (_, command) => {
      readEnvironment(command, io.env);
      await trustOwnServer(command, io);
    });
  const words = argv.filter(word => !word.startsWith('-'));
  const commandName = words[0] === 'help' ? words[1] : words[0];
  for (const { usage, summary, examples, load } of COMMANDS) {
    const [name = ''] = usage.split(' ');
    const command = program
      .command(name)
      .description(summary)
      .addHelpText('after', helpText(examples))
      .exitOverride();
    // The other commands are only listed in the help.
    if (name === commandName) {
      const finish = (code: number): void => {
        exitCode = code;
      };
      const { build, normalizeArguments } = await load();
      if (normalizeArguments !== undefined) argv = normalizeArguments(argv);
      build(command, finish, io);
      for (const part of command.commands) part.addHelpText('after', helpText(examples));
    }
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    exitCode = await toExitCode(error, wantsAnnotations(argv) ? annotateError : undefined, io);
    if (error instanceof CommanderError && error.code === 'commander.missingArgument')
      io.err(`(For examples: deadringer ${commandName} --help)`);
  }
  return exitCode;
}

/** Sets options from their environment variables in `env`: commander reads only the environment of the process. */
function readEnvironment(command: Command, env: Io['env']): void {
  for (const option of command.options) {
    const name = option.attributeName();
    const source = command.getOptionValueSource(name);
    const isGiven = source !== undefined && source !== 'default' && source !== 'env';
    if (option.envVar === undefined || isGiven) continue;
    const value = env[option.envVar];
    command.setOptionValueWithSource(
      name,
      value ?? option.defaultValue,
      value === undefined ? 'default' : 'env',
    );
  }
}

/** A server on this machine with the local certificate of this user needs no further trust. */
async function trustOwnServer(command: Command, io: Io): Promise<void> {
  const server: unknown = command.getOptionValue('server');
  if (typeof server !== 'string' || !server.startsWith('https://')) return;
  const { trustLocalAuthority } = await import('./local-certificate-files.ts');
  trustLocalAuthority(server, io);
}

async function toExitCode(
  error: unknown,
  annotate: typeof annotateError | undefined,
  io: Io,
): Promise<ExitCode> {
  // Commander has already printed the help or the error.
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    await annotate?.(error.message.replace(/^error: /, ''), io);
    return 2;
  }
  if (error instanceof InputError) {
    // File names and member names are untrusted text.
    io.err(`deadringer: ${printable(usageMessage(error))}`);
    await annotate?.(usageMessage(error), io);
    return 2;
  }
  const findings = findingsOf(error);
  if (findings !== undefined) {
    // Load the formatting only for an error: it takes longer than printing the help.
    const { formatFinding } = await import('../reporters/finding-line.ts');
    for (const finding of findings) io.err(formatFinding(finding, io.stderr.style));
    await annotate?.(findings, io);
    return 2;
  }
  // Not 1: exit code 1 means that a check failed.
  io.err(
    `deadringer: internal error: ${printableLines(error instanceof Error ? inspect(error) : String(error))}`,
  );
  return 2;
}

/** The remedies of the command line for a server that is not there. */
function usageMessage(error: InputError): string {
  if (!(error instanceof NoServer)) return error.message;
  return error.isUrl
    ? `${error.reason}; start one with "deadringer serve", or use --server`
    : `${error.reason}: write --server (or DEADRINGER_URL) such as http://127.0.0.1:4010`;
}

/** Recognises ContractError by its members, so that --help does not load src/openapi. */
function findingsOf(error: unknown): readonly Finding[] | undefined {
  const { findings } = error as { findings?: readonly Finding[] };
  return error instanceof Error && Array.isArray(findings) ? findings : undefined;
}

function helpText(examples: readonly string[]): string {
  const codes = Object.entries(EXIT_CODES).map(([code, meaning]) => `${code} ${meaning}`);
  return `\nExamples:\n${examples.map(example => `  ${example}`).join('\n')}\n\nExit codes: ${codes.join(', ')}.`;
}
