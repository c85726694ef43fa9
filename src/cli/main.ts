// The command line: builds the commands, and maps errors to exit codes.
import { inspect } from 'node:util';
import { Command, CommanderError } from 'commander';
import type { Finding } from '../finding/finding.ts';
import { InputError } from '../finding/input-error.ts';
import { printable } from '../reporters/safe-text.ts';
import { version } from '../version.ts';
import { type ExitCode, terminal } from './command.ts';
import { COMMANDS } from './commands.ts';

export async function main(argv: readonly string[]): Promise<void> {
  let exitCode = 0;
  // Whoever reads the output may stop reading ("| head"); that is the end of it and no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // What a shell expects of a program that writes into a closed pipe: 128 and SIGPIPE.
    if (error.code === 'EPIPE') process.exit(141);
    terminal.err(`deadringer: cannot write to standard output: ${error.message}`);
    process.exit(2);
  });
  // Nobody is left who could be told.
  process.stderr.on('error', () => {});
  const program = new Command('deadringer')
    .description('A mock server and contract checker for OpenAPI documents.')
    .version(version(), '-V, --version')
    .showSuggestionAfterError()
    .addHelpText('after', helpText(COMMANDS.flatMap(({ examples }) => examples.slice(0, 2))))
    .exitOverride();
  const words = argv.filter(word => !word.startsWith('-'));
  const commandName = words[0] === 'help' ? words[1] : words[0];
  for (const { usage, summary, examples, load } of COMMANDS) {
    const [name = ''] = usage.split(' ');
    const command = program
      .command(name)
      .description(summary)
      .addHelpText('after', helpText(examples))
      .exitOverride();
    // The others are only there to be listed.
    if (name === commandName) {
      (await load()).build(command, code => {
        exitCode = code;
      });
    }
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    exitCode = await toExitCode(error);
  }
  process.exitCode = exitCode;
}

async function toExitCode(error: unknown): Promise<ExitCode> {
  // Commander has already written its help or its complaint.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof InputError) {
    // Names of files and members come from strangers.
    terminal.err(`deadringer: ${printable(error.message)}`);
    return 2;
  }
  const findings = findingsOf(error);
  if (findings !== undefined) {
    // Loaded only now: it takes longer than the help.
    const { formatFinding: printFinding, styleFor } = await import('./format-lines.ts');
    for (const finding of findings) terminal.err(printFinding(finding, styleFor(process.stderr)));
    return 2;
  }
  // Not 1, which says that a contract is broken.
  terminal.err(`deadringer: internal error: ${error instanceof Error ? inspect(error) : String(error)}`);
  return 2;
}

/** ContractError by its shape, so that --help does not have to load the contract. */
function findingsOf(error: unknown): readonly Finding[] | undefined {
  const { findings } = error as { findings?: readonly Finding[] };
  return error instanceof Error && Array.isArray(findings) ? findings : undefined;
}

function helpText(examples: readonly string[]): string {
  return `\nExamples:\n${examples.map(example => `  ${example}`).join('\n')}\n\nExit codes: 0 passed, 1 failed, 2 usage error or invalid documents, 3 incomplete (nothing checked, or input unreadable).`;
}
