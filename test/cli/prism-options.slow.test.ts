// The page about Prism lists each option of Prism's own help, and the commands accept them.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { run } from './program.ts';

const PRISM = 'test/peers/node_modules/@stoplight/prism-cli/dist/index.js';

function optionsOf(help: string): string[] {
  return [...help.matchAll(/^ +(?:-\w, )?--([\w-]+)/gm)].map(([, name]) => name as string).toSorted();
}

const rows = [...readFileSync('docs/prism.md', 'utf8').matchAll(/^\| (`--[^|]+) \| ([^|]+) \|/gm)].map(
  ([, names = '', commands = '']) => ({
    names: [...names.matchAll(/--([\w-]+)/g)].map(([, name]) => name as string),
    commands: commands.split(', '),
  }),
);

test.each(['mock', 'proxy'])(
  'the page has the options of "prism %s --help", and no others',
  async command => {
    const help = execFileSync(process.execPath, [PRISM, command, '--help'], { encoding: 'utf8' });
    const listed = rows.filter(({ commands }) => commands.includes(command)).flatMap(({ names }) => names);
    expect(listed.toSorted()).toEqual(optionsOf(help));
    const own = optionsOf((await run(command, '--help')).out);
    expect(listed.filter(name => !own.includes(name))).toEqual([]);
  },
);
