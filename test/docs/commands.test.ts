// The commands that pages name in a sentence, a table or a workflow exist, with their options.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import type { Io } from '../../src/cli/io.ts';

const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'ARCHITECTURE.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.md') && !/^(?:decisions|reference)\//.test(name))
    .map(name => path.join('docs', name)),
];

/** Code in a sentence, and lines of blocks that are not run as they stand. */
function codeOf(page: string): readonly string[] {
  const code: string[] = [];
  const prose = readFileSync(page, 'utf8').replace(
    /^( *)(`{3,})(\S*).*\n([\s\S]*?)^\1\2$/gm,
    (_, _indent, _fence, language: string, block: string) => {
      if (!['console', 'sh', 'text'].includes(language)) code.push(...block.split('\n'));
      return '';
    },
  );
  for (const [, span] of prose.matchAll(/`([^`]+)`/g)) code.push(span as string);
  return code.map(each => each.replace(/\s+/g, ' ').trim());
}

test('pages name commands and options that exist', async () => {
  const options = new Map<string, ReadonlySet<string>>();
  for (const { usage, load } of COMMANDS) {
    const [word = ''] = usage.split(' ');
    const command = new Command(word);
    const { build } = await load();
    build(command, () => {}, { env: {} } as Io);
    const names = [command, ...command.commands].flatMap(each =>
      each.options.flatMap(({ long, short }) => [long, short].filter(name => name !== undefined)),
    );
    options.set(word, new Set([...names, '--help', '-h']));
  }
  const unknown: string[] = [];
  let seen = 0;
  for (const page of PAGES)
    for (const code of codeOf(page)) {
      const [, line] = /(?:^|\s)(?:npx )?deadringer ((?:[a-z]+)(?: .*)?)$/.exec(code) ?? [];
      const bare = options.has(code.split(' ')[0] ?? '') && code.includes(' -') ? code : undefined;
      const [own = ''] = (line ?? bare ?? '').split(/ -- | # | [>|&] /);
      const [word = '', ...words] = own.split(' ');
      if (word === '') continue;
      seen += 1;
      const known = options.get(word);
      const wrong = words
        .map(each => each.replace(/=.*/, ''))
        .filter(each => /^--?[a-z]/.test(each) && !known?.has(each));
      if (known === undefined || wrong.length > 0) unknown.push(`${page}: ${code}: ${wrong.join(' ')}`);
    }
  expect(unknown).toEqual([]);
  expect(seen).toBeGreaterThan(50);
});
