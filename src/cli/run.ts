// deadringer run -- npm test: a server for the length of one command, its address in the environment, its verdict at the end.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Option } from 'commander';
import { DEFAULT_SESSION } from '../mock/session.ts';
import { count } from '../reporters/safe.ts';
import { startMock } from '../start.ts';
import { callControl } from './client.ts';
import { type Build, UsageError } from './command.ts';
import type { Io } from './io.ts';
import {
  loadOptions,
  parsePort,
  provenanceOption,
  scenarioPaths,
  scenariosOption,
  specPaths,
  specsOption,
} from './options.ts';
import { printServed, printTrouble } from './print.ts';
import { verifySession } from './verify.ts';

interface RunOptions {
  specs?: string[];
  scenarios?: string[];
  provenance?: string[];
  port: number;
  use?: string[];
  verify?: string;
  log: 'pretty' | 'silent';
}

export const build: Build = (command, finish, io) => {
  command
    .argument('<command...>', 'the command and its arguments, after --')
    .addOption(specsOption)
    .addOption(scenariosOption)
    .option('-p, --port <number>', 'port; 0 takes any free one', parsePort, 0)
    .option('--use <scenario...>', 'scenarios to switch on for everybody who names no session')
    .option('--verify <file>', 'expectations to hold the default session against afterwards')
    .addOption(
      new Option('--log <format>', 'how requests are logged, on stderr')
        .choices(['pretty', 'silent'])
        .default('silent'),
    )
    .addOption(provenanceOption)
    .action(async (words: string[], options: RunOptions) => finish(await run(words, options, io)));
};

async function run([program = '', ...args]: string[], options: RunOptions, io: Io): Promise<number> {
  const { style } = io.stderr;
  const mock = await startMock({
    specs: specPaths(options.specs),
    scenarios: scenarioPaths(options.scenarios, options.specs),
    port: options.port,
    onTrouble: trouble => io.err(printTrouble(trouble, style)),
    ...loadOptions(options, io),
  });
  let served = 0;
  let refused = 0;
  mock.stage.subscribe(each => {
    served++;
    if (each.refusedFor !== undefined || each.problem !== undefined) refused++;
    if (options.log === 'pretty') io.err(printServed(each, style));
  });
  try {
    const reach = { server: mock.url };
    if (options.use !== undefined) await useScenarios(reach, options.use);
    const code = await runChild(program, args, mock.url, io);
    io.err(style('dim', `deadringer: ${count(served, 'request')}, ${refused} of them refused`));
    const verdict =
      options.verify === undefined ? 0 : await verifySession(reach, DEFAULT_SESSION, options.verify, io);
    // The command's own failure comes first; a broken expectation fails a command that was content.
    return code === 0 ? verdict : code;
  } finally {
    await mock.close(500);
  }
}

async function useScenarios(reach: { server: string }, scenarios: readonly string[]): Promise<void> {
  await callControl(reach, 'POST', `/sessions/${DEFAULT_SESSION}/scenarios`, { scenarios });
}

async function runChild(program: string, args: readonly string[], url: string, io: Io): Promise<number> {
  const child = spawn(program, args, { stdio: 'inherit', env: { ...io.env, DEADRINGER_URL: url } });
  // Signals reach the child by themselves from a terminal; from elsewhere they are passed on. The child decides what they mean.
  const stops = (['SIGINT', 'SIGTERM'] as const).map(signal => io.onSignal(signal, () => child.kill(signal)));
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    return code ?? (signal === 'SIGINT' ? 130 : 143);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      code === 'ENOENT'
        ? `there is no program "${program}"`
        : `"${program}" cannot be run: ${(error as Error).message}`,
    );
  } finally {
    for (const stop of stops) stop();
  }
}
