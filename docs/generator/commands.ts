// docs/reference/commands.md: arguments, options and examples of every command, from the program itself.
import { Command } from 'commander';
import { COMMANDS } from '../../src/cli/commands.ts';
import type { Io } from '../../src/cli/io.ts';
import { cell, code, origin, table } from './markdown.ts';

/** Commands are only described here, so that they neither print nor read anything. */
const NO_IO = { env: {} } as Io;

function describeCommand(command: Command, name: string, examples: readonly string[], level: string): string {
  const help = command.createHelp();
  const args = help.visibleArguments(command);
  const options = help.visibleOptions(command).filter(({ long }) => long !== '--help');
  const usage = help.commandUsage(command).replace(/^\S+/, name);
  return [
    `${level} ${name.replace('deadringer ', '')}`,
    `${sentence(command.description())}`,
    `\`\`\`text\n${usage}\n\`\`\``,
    ...(args.length === 0
      ? []
      : [
          table(
            ['argument', 'meaning'],
            args.map(each => [code(help.argumentTerm(each)), cell(help.argumentDescription(each))]),
          ),
        ]),
    ...(options.length === 0
      ? []
      : [
          table(
            ['option', 'meaning'],
            options.map(each => [code(help.optionTerm(each)), cell(help.optionDescription(each))]),
          ),
        ]),
    ...(examples.length === 0 ? [] : [`\`\`\`text\n${examples.join('\n')}\n\`\`\``]),
  ].join('\n\n');
}

function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return cell(first.endsWith('.') ? first : `${first}.`);
}

/** @returns the text of the page */
export async function commandsPage(): Promise<string> {
  const sections: string[] = [];
  for (const { usage, summary, examples, load } of COMMANDS) {
    const [word = ''] = usage.split(' ');
    const command = new Command(word).description(summary);
    const { build } = await load();
    build(command, () => {}, NO_IO);
    const parts = command.commands;
    sections.push(describeCommand(command, `deadringer ${word}`, examples, '##'));
    for (const part of parts)
      sections.push(describeCommand(part, `deadringer ${word} ${part.name()}`, [], '###'));
  }
  return `# Commands

${origin('the table of commands in src/cli')}

\`npx deadringer <command> --help\` prints the same. Each option in the form \`--name <value>\` may also be written as
\`--name=value\`. [Exit codes](../codes.md#exit-codes) are the same for all commands.

${sections.join('\n\n')}
`;
}
