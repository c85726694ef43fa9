// Start-up time: from a command to the first answer, the report or the help text; beside Prism, Node alone and npx alone.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Settings } from './cases.ts';
import { median } from './load.ts';
import { npxInCheckout, npxInProject } from './npx.ts';
import { type Command, runProgram, scratch } from './processes.ts';
import { writeRecording } from './recording.ts';
import { type Outcome, type Target, table } from './report.ts';
import { type DocumentedCall, SPEC } from './request.ts';
import { OURS, PRISM, type ServerName, start } from './servers.ts';
import { valid } from './workloads.ts';

const ROUNDS = 5;

interface Start {
  readonly name: string;
  readonly rounds: number;
  /** @returns seconds */
  readonly measure: () => Promise<number>;
}

export async function coldStart(call: DocumentedCall, { progress }: Settings): Promise<Outcome> {
  const recording = scratch('one.har');
  await writeOneExchange(recording, call);
  // Node's compile cache is in this folder, so that the first start has none.
  const environment = { TMPDIR: scratch('caches') };
  mkdirSync(environment.TMPDIR);
  const node = (...args: string[]): Command => [process.execPath, ...args];
  const starts = {
    node: command('node -e 0', node('-e', '0'), /^$/),
    help: command('deadringer --help', node('bin/deadringer.js', '--help'), /Usage: deadringer/),
    check: command(
      'deadringer check, one exchange',
      node('bin/deadringer.js', 'check', recording, '--specs', SPEC),
      /\b1\b/,
    ),
    npx: command('npx, a package that does nothing', npxInProject('empty'), /^$/),
    version: command(
      'npx deadringer --version, in a project',
      npxInProject('deadringer', '--version'),
      /^\d/,
    ),
    checkout: command('npx deadringer --version, in this checkout', npxInCheckout('--version'), /^\d/),
    serve: server(OURS, ROUNDS),
    prism: server(PRISM, 2),
  };
  const measured = new Map<Start, number[]>();
  const first = new Map<Start, number>();
  for (const each of Object.values(starts)) {
    progress(`first start: ${each.name}`);
    first.set(each, await each.measure());
    measured.set(each, []);
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const [each, times] of measured) {
      if (round >= each.rounds) continue;
      progress(`start ${round + 1} of ${each.rounds}: ${each.name}`);
      times.push(await each.measure());
    }
  }
  const milliseconds = (seconds: number): string => (seconds * 1000).toFixed(0);
  const target = (each: Start, bound: number): Target => ({
    name: each.name,
    value: median(measured.get(each) ?? []) * 1000,
    bound,
    is: 'at most',
    unit: ' ms',
  });
  return {
    text: [
      table(
        ['', 'ms, median (min-max)', 'first start, ms'],
        [...measured].map(([each, times]) => [
          each.name,
          `${milliseconds(median(times))} (${milliseconds(Math.min(...times))}-${milliseconds(Math.max(...times))})`,
          milliseconds(first.get(each) ?? Number.NaN),
        ]),
      ),
      'Servers: from the command to the first right answer, deadringer with its five documents, Prism with one. ' +
        'The first start has no compile cache.',
    ].join('\n\n'),
    targets: [target(starts.serve, 300), target(starts.check, 400), target(starts.help, 60)],
  };

  function server(name: ServerName, rounds: number): Start {
    return { name: `${name}, first answer`, rounds, measure: () => firstAnswer(name, call, environment) };
  }

  function command(name: string, [program, ...args]: Command, output: RegExp): Start {
    const measure = async (): Promise<number> => {
      const { code, out, seconds } = await runProgram(program, args, environment);
      if (code !== 0 || !output.test(out))
        throw new Error(`${name} ended with ${code}:\n${out.slice(-2000)}`);
      return seconds;
    };
    return { name, rounds: ROUNDS, measure };
  }
}

async function writeOneExchange(file: string, call: DocumentedCall): Promise<void> {
  await writeRecording(file, 1000, call);
  const { log } = JSON.parse(readFileSync(file, 'utf8')) as { log: { entries: unknown[] } };
  writeFileSync(file, JSON.stringify({ log: { ...log, entries: log.entries.slice(0, 1) } }));
}

/** What a busy continuous-integration machine can hold. */
export async function coldStartShort(call: DocumentedCall, { progress }: Settings): Promise<Outcome> {
  const times = { [PRISM]: [] as number[], [OURS]: [] as number[] };
  for (let round = 0; round < 3; round++) {
    for (const name of [PRISM, OURS] as const) {
      progress(`start ${round + 1} of 3: ${name}`);
      times[name].push(await firstAnswer(name, call));
    }
  }
  const value = median(times[OURS]) / median(times[PRISM]);
  return {
    text: table(
      ['', 'first answer, s'],
      ([PRISM, OURS] as const).map(name => [name, median(times[name]).toFixed(2)]),
    ),
    targets: [{ name: `first answer: ${OURS} / ${PRISM}`, value, bound: 1, is: 'at most' }],
  };
}

async function firstAnswer(
  name: ServerName,
  call: DocumentedCall,
  environment: Readonly<Record<string, string>> = {},
): Promise<number> {
  const server = await start(name, call, [valid(call)], environment);
  // The server writes its caches for the next start once it is idle.
  await sleep(1000);
  await server.stop();
  return server.readyAfter;
}
