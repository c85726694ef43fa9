// The console and shell blocks of README, CONTRIBUTING and docs are run, and their output is as shown.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { type Block, blocksOf, type ShownCommand, scriptOf } from './docs/blocks.ts';
import { differenceOf, isInLog } from './docs/compare.ts';
import { NOT_RUN } from './docs/not-run.ts';
import { openTerminal, PATIENCE, type Result, type Terminal } from './docs/terminal.ts';

const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.md') && !name.startsWith('decisions'))
    .map(name => path.join('docs', name))
    .toSorted(),
].map(page => ({ page, blocks: blocksOf(page) }));

const SERVER =
  /^(?:\w+=\S+ )*(?:npx )?deadringer (?:serve|mock|proxy|record)\b(?!.*(?:--help| -- ))|^npm start\b| &$/;
const RECORDER = / record /;
const ENDLESS = /^curl -N| --follow\b/;

describe.each(PAGES.filter(({ blocks }) => blocks.length > 0))('$page', ({ blocks }) => {
  let terminal: Terminal | undefined;
  afterAll(() => terminal?.close());

  test.each(
    blocks.map(block => ({ ...block, title: block.commands[0]?.text ?? block.file ?? block.log[0] })),
  )('line $line: $title', async block => {
    if (terminal === undefined || block.setup?.isNew) {
      await terminal?.close();
      terminal = await openTerminal();
    }
    if (block.setup?.name !== undefined) await runScript(terminal, `test/docs/setups/${block.setup.name}.sh`);
    if (block.file !== undefined) terminal.write(block.file, block.text);
    for (const command of block.commands)
      if (notRun(block.page, command) === undefined) await runCommand(terminal, block, command);
    if (block.log.length > 0 && !isInLog(block.log, terminal.log()))
      expect(terminal.log()).toBe(block.log.join('\n'));
  });
});

test('no other block holds commands for a shell', () => {
  for (const { page, blocks } of PAGES) {
    const fences = readFileSync(page, 'utf8').match(/^\s*(?:```+|~~~+)\s*(?:console|sh|bash|shell|zsh)\b/gm);
    expect({ page, blocks: blocks.length }).toEqual({ page, blocks: fences?.length ?? 0 });
  }
});

test('each command that is not run is on its page', () => {
  const commands = PAGES.flatMap(({ page, blocks }) =>
    blocks.flatMap(block => block.commands.map(command => ({ page, command }))),
  );
  const skipped = commands.filter(({ page, command }) => notRun(page, command) !== undefined);
  console.log(`${commands.length - skipped.length} commands of pages are run, ${skipped.length} are not`);
  const gone = NOT_RUN.flatMap(entry =>
    entry.pages
      .filter(page => !skipped.some(each => each.page === page && bare(each.command.text) === entry.command))
      .map(page => `${page}: ${entry.command}`),
  );
  expect(gone).toEqual([]);
});

test('each setup is used', () => {
  const used = new Set(PAGES.flatMap(({ blocks }) => blocks.map(({ setup }) => setup?.name)));
  const unused = readdirSync('test/docs/setups').filter(
    name => !used.has(name.replace(/(\.meanwhile)?\.sh$/, '')),
  );
  expect(unused).toEqual([]);
});

function notRun(page: string, command: ShownCommand): string | undefined {
  return NOT_RUN.find(entry => entry.pages.includes(page) && entry.command === bare(command.text))?.reason;
}

function bare(text: string): string {
  return text.replace(/\s+# .*$/, '');
}

/** Runs what a reader has done before, or does in another terminal. */
async function runScript(terminal: Terminal, file: string): Promise<void> {
  for (const { text } of scriptOf(readFileSync(file, 'utf8').split('\n')))
    if (SERVER.test(text)) {
      const job = await terminal.serve(text);
      expect({ file, text, ...job.result() }).toMatchObject({ code: undefined });
    } else {
      const result = await terminal.run(text);
      expect({ file, text, ...result }).toEqual({ file, text, ...result, code: 0 });
    }
}

async function runCommand(terminal: Terminal, block: Block, command: ShownCommand): Promise<void> {
  const at = `${block.page}:${block.line}: ${command.text}`;
  const { output, code } = await resultOf(terminal, block, command);
  // In a shell block no output is shown; in a console block a failure is, but for those of the shell itself.
  const failed = block.language === 'sh' ? (code ?? 0) !== 0 : code === 126 || code === 127;
  expect({ at, output, code, failed }).toEqual({ at, output, code, failed: false });
  if (block.language === 'sh') return;
  // What still runs may write more than is shown.
  const shown = code === undefined ? [...command.output, '...'] : command.output;
  const difference = differenceOf(shown, output);
  if (difference !== undefined) expect(difference.output, at).toBe(difference.shown);
}

async function resultOf(
  terminal: Terminal,
  { setup }: Block,
  { text, output }: ShownCommand,
): Promise<Result> {
  const command = bare(text);
  const isServer = SERVER.test(command);
  if (!isServer && !ENDLESS.test(command)) return terminal.run(text);
  const shown = [...output, '...'];
  const job = isServer
    ? await terminal.serve(command)
    : terminal.start(command, soFar => soFar !== '' && differenceOf(shown, soFar) === undefined);
  const meanwhile = `test/docs/setups/${setup?.name}.meanwhile.sh`;
  if (existsSync(meanwhile)) await runScript(terminal, meanwhile);
  if (isServer && !RECORDER.test(command)) return job.result();
  if (isServer) return job.interrupt();
  await Promise.race([job.ready, setTimeout(PATIENCE)]);
  const { output: soFar } = await job.interrupt();
  return { output: soFar, code: undefined };
}
