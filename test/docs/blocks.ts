// Reads the console and shell blocks of a Markdown page: their commands, and the output that is shown for each.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface ShownCommand {
  /** As a shell takes it: lines that a backslash, a pipe or a quote continues are one command. */
  readonly text: string;
  /** The lines below it. */
  readonly output: readonly string[];
}

/** What comes before a block, where readers do not see it. */
interface Setup {
  /** A new folder without servers; otherwise the story of the page goes on. */
  readonly isNew: boolean;
  /** The script test/docs/setups/<name>.sh, and <name>.meanwhile.sh while a server of the block runs. */
  readonly name: string | undefined;
}

export interface Block {
  readonly page: string;
  /** The line of its fence, from 1. */
  readonly line: number;
  readonly language: 'console' | 'sh';
  /** From a comment such as `<!-- console: new two-servers -->` above the block. */
  readonly setup: Setup | undefined;
  /** The name in a comment such as `# tests/orders.sh` in the first line: the block is that file, and is not run. */
  readonly file: string | undefined;
  /** Its lines. */
  readonly text: string;
  /** Lines before the first command: what the running server has written. */
  readonly log: readonly string[];
  readonly commands: readonly ShownCommand[];
}

const FENCE = /^ *```+ *(\S*)/;
const SHELLS = new Set(['sh', 'bash', 'shell', 'zsh']);

/** The blocks of a page in order. Throws if a block with a prompt has another language, or a setup has no block. */
export function blocksOf(page: string): readonly Block[] {
  const lines = readFileSync(page, 'utf8').split('\n');
  const blocks: Block[] = [];
  let setup: Setup | undefined;
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] as string;
    if (line.startsWith('<!-- console')) {
      setup = setupOf(line);
      if (setup === undefined || !FENCE.test(lines[index + 1] ?? ''))
        throw new Error(`${page}:${index + 1}: write "<!-- console: new NAME -->" (or also) above a block`);
      continue;
    }
    const fence = FENCE.exec(line);
    if (fence === null) continue;
    const end = lines.findIndex((other, at) => at > index && /^ *```+ *$/.test(other));
    if (end < 0) throw new Error(`${page}:${index + 1}: the block has no end`);
    const indent = line.search(/\S/);
    const content = lines.slice(index + 1, end).map(text => text.slice(indent));
    const [, language = ''] = fence;
    const [, file] = /^# (\S+\.sh)$/.exec(content[0] ?? '') ?? [];
    const at = { page, line: index + 1, setup, file, text: `${content.join('\n')}\n` };
    if (language === 'console') blocks.push({ ...at, language, ...sessionOf(content) });
    else if (SHELLS.has(language))
      blocks.push({ ...at, language: 'sh', log: [], commands: file === undefined ? scriptOf(content) : [] });
    else if (content.some(text => text.startsWith('$ ')))
      throw new Error(`${page}:${index + 1}: a block with a prompt is a block "console"`);
    setup = undefined;
    index = end;
  }
  return blocks;
}

function setupOf(comment: string): Setup | undefined {
  const [, mode, name] = /^<!-- console: (new|also)(?: ([\w-]+))? -->$/.exec(comment) ?? [];
  return mode === undefined ? undefined : { isNew: mode === 'new', name };
}

function sessionOf(lines: readonly string[]): Pick<Block, 'log' | 'commands'> {
  const first = lines.findIndex(line => line.startsWith('$ '));
  if (first < 0) return { log: lines, commands: [] };
  const commands: ShownCommand[] = [];
  const rest = lines.slice(first);
  while (rest.length > 0) {
    const text = takeCommand(rest).replace(/^\$ /, '');
    const next = rest.findIndex(line => line.startsWith('$ '));
    commands.push({ text, output: rest.splice(0, next < 0 ? rest.length : next) });
  }
  return { log: lines.slice(0, first), commands };
}

/** The commands of a shell script. */
export function scriptOf(lines: readonly string[]): readonly ShownCommand[] {
  const rest = lines.filter(line => !/^\s*(#|$)/.test(line));
  const commands: ShownCommand[] = [];
  while (rest.length > 0) commands.push({ text: takeCommand(rest), output: [] });
  return commands;
}

function takeCommand(lines: string[]): string {
  let text = lines.shift() ?? '';
  while (lines.length > 0 && isContinued(text)) text += `\n${lines.shift()}`;
  return text;
}

function isContinued(text: string): boolean {
  if (/[\\|]$|&&$/.test(text)) return true;
  if (!/['"]/.test(text)) return false;
  const { stderr } = spawnSync('bash', ['-n', '-c', text], { encoding: 'utf8' });
  return stderr.includes('unexpected EOF while looking for matching');
}
