// The page about Prism lists each option of Prism's own help, and the commands have them: names, letters, defaults, choices.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { run } from './program.ts';

const PRISM = 'test/peers/node_modules/@stoplight/prism-cli/dist/index.js';

interface HelpOption {
  readonly name: string;
  readonly letter: string | undefined;
  readonly initial: string | undefined;
  readonly choices: string | undefined;
}

/** Both programs write `default: x` and `choices: "x", "y"`, in different brackets. */
function optionsOf(help: string): HelpOption[] {
  const text = help.slice(help.indexOf('Options:')).replace(/\nExamples:.*/s, '');
  return text
    .split(/\n(?= {2,8}(?:-\w, )?--)/)
    .slice(1)
    .map(part => {
      const line = part.replace(/\s+/g, ' ');
      const [, letter, name = ''] = /^ (?:-(\w), )?--([\w-]+)/.exec(line) ?? [];
      const initial = /default: (?:"([^"]*)"|([^\s\])]+))/.exec(line);
      const choices = /choices: ((?:"\w+"(?:, )?)+)/.exec(line)?.[1]?.replace(/, $/, '');
      return { name, letter, initial: initial?.[1] ?? initial?.[2], choices };
    })
    .toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

const rows = [...readFileSync('docs/prism.md', 'utf8').matchAll(/^\| (`--[^|]+) \| ([^|]+) \|/gm)].map(
  ([, spellings = '', commands = '']) => ({
    names: [...spellings.matchAll(/--([\w-]+)/g)].map(([, name]) => name as string),
    letter: /`-(\w)`/.exec(spellings)?.[1],
    commands: commands.split(', '),
  }),
);

test.each(['mock', 'proxy'])(
  'the page and the command have the options of "prism %s --help"',
  async command => {
    const help = execFileSync(process.execPath, [PRISM, command, '--help'], { encoding: 'utf8' });
    const theirs = optionsOf(help);
    const listed = rows
      .filter(({ commands }) => commands.includes(command))
      .flatMap(({ names, letter }) => names.map(name => [name, letter]));
    expect(listed.toSorted()).toEqual(theirs.map(({ name, letter }) => [name, letter]));
    const own = new Map(optionsOf((await run(command, '--help')).out).map(option => [option.name, option]));
    // Prism's default of --seed is null, and that of --json-schema-faker-fillProperties is not shown.
    const withoutNone = ({ name, initial, ...others }: HelpOption) => ({
      ...{ name, ...others },
      initial: initial === 'null' || name === 'json-schema-faker-fillProperties' ? undefined : initial,
    });
    expect(theirs.map(({ name }) => own.get(name)).map(each => each && withoutNone(each))).toEqual(
      theirs.map(withoutNone),
    );
  },
);
