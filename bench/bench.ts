// The one run that shows every figure of the server beside what a user would pick instead, and which targets are met.
import { parseArgs } from 'node:util';
import { bigDocuments } from './big.ts';
import {
  differingPuts,
  dynamicBody,
  invalidPut,
  type Settings,
  validPut,
  validPutShort,
  WARM_UP_SECONDS,
  workers,
} from './cases.ts';
import { memory } from './memory.ts';
import { endAll, run, stop } from './processes.ts';
import { machine, met, type Outcome, type Target, targetLine } from './report.ts';
import { type Asked, readRequest, readSpec } from './request.ts';
import { coldStart, coldStartShort } from './start.ts';

interface Case {
  readonly title: string;
  readonly measure: (asked: Asked, settings: Settings) => Promise<Outcome>;
  /** Rounds are halved where the case is not what most is said about. */
  readonly aside: boolean;
}

const CASES: Readonly<Record<string, Case>> = {
  valid: { title: 'A valid PUT, answered with the documented example', measure: validPut, aside: false },
  differing: { title: 'The same, and no two requests alike', measure: differingPuts, aside: true },
  workers: { title: 'Several processes on one port', measure: workers, aside: true },
  invalid: { title: 'An invalid PUT, refused as documented', measure: invalidPut, aside: true },
  dynamic: { title: 'An answer made up from the schema', measure: dynamicBody, aside: true },
  start: { title: 'From the command to its answer', measure: coldStart, aside: false },
  big: { title: 'Big documents', measure: bigDocuments, aside: true },
  check: { title: 'Checking recorded traffic (bench/check.ts)', measure: checking, aside: false },
  memory: { title: 'Memory over a million requests', measure: memory, aside: false },
};

const SHORT: Readonly<Record<string, Case>> = {
  valid: { title: 'A valid PUT', measure: validPutShort, aside: false },
  start: { title: 'From the command to its answer', measure: coldStartShort, aside: false },
};

const HELP = `Measures deadringer beside bare node:http, bare Express, openapi-backend, Scalar's mock server,
Mockoon's CLI and Prism's CLI, on the same machine in one run. What a peer answers is held against the
document before it is measured, and every status while it is.

Usage: npm run bench -- [options]

  --only <case,...>  ${Object.keys(CASES).join(', ')} (default: all)
  --rounds <n>       measured rounds, in alternating order (default 5; half of it in the lesser cases)
  --seconds <n>      seconds a round and peer (default 2)
  --connections <n>  connections kept open (default 16)
  --check            exit with 1 when a target is not met
  --slack <part>     with --check: forgive missing a target by this part, as 0.2 on a busy machine (default 0)
  --short            less than 40 s: a valid PUT and the start, beside Express and Prism, with targets that
                     any machine can hold; implies --check
  --help             show this

Examples:
  npm run bench                                    # everything, six to eight minutes
  npm run bench -- --only valid --rounds 9         # the first table alone, with less noise
  npm run bench -- --only start,big --check        # fails unless these targets are met

Exit codes: 0 measured, 1 a case failed or (with --check) a target is not met, 2 wrong usage.`;

interface Options extends Omit<Settings, 'progress'> {
  readonly only: readonly string[];
  readonly short: boolean;
  readonly check: boolean;
  readonly slack: number;
}

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const options = parse(args);
  if (typeof options === 'number') return options;
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.once(signal, () => process.exit(code));
  }
  process.once('exit', endAll);
  // Twenty rows are measured at most; the rest does not depend on the options.
  const within = 20 * (WARM_UP_SECONDS + options.rounds * options.seconds) * 2 + 900;
  const limit = setTimeout(() => {
    console.error(`bench: not done in ${within} s; given up`);
    process.exit(1);
  }, within * 1000);
  try {
    return await measure(options);
  } finally {
    clearTimeout(limit);
    await stop();
    endAll();
  }
}

async function measure({ only, short, check, slack, ...options }: Options): Promise<number> {
  const asked = readRequest(readSpec(new URL('../', import.meta.url)));
  const { rounds, seconds, connections } = options;
  console.log(
    `${machine()}\n\n${connections} connections; ${rounds} rounds of ${seconds} s (in the lesser cases ` +
      `${half(rounds)}) in alternating order after ${WARM_UP_SECONDS} s of warming up; medians\n`,
  );
  const targets: Target[] = [];
  const said: string[] = [];
  const failed: string[] = [];
  for (const [name, { title, measure: find, aside }] of Object.entries(short ? SHORT : CASES)) {
    if (!only.includes(name)) continue;
    console.log(`## ${title}\n`);
    const settings = { ...options, rounds: aside ? half(rounds) : rounds, progress };
    try {
      const outcome = await find(asked, settings);
      progress('');
      console.log(`${outcome.text}\n`);
      targets.push(...outcome.targets);
      said.push(...(outcome.said ?? []));
    } catch (error) {
      progress('');
      const why = error instanceof Error ? error.message : String(error);
      console.error(`bench: ${name}: ${why}\n`);
      failed.push(`FAILED   ${name}: ${why.split('\n')[0]}`);
    }
  }
  console.log('## Targets\n');
  for (const target of targets) console.log(`    ${targetLine(target)}`);
  for (const line of said) console.log(`    ${line}`);
  for (const line of failed) console.log(`    ${line}`);
  const missed = targets.some(target => !met(target, slack)) || said.some(line => /not met/i.test(line));
  return failed.length > 0 || (check && missed) ? 1 : 0;
}

function half(rounds: number): number {
  return Math.ceil(rounds / 2);
}

/** The benchmark of `check` is a program of its own, with targets of its own. */
async function checking(_asked: Asked, { progress: say }: Settings): Promise<Outcome> {
  say('node bench/check.ts --rounds 3');
  const { code, out } = await run(['bench/check.ts', '--rounds', '3']);
  if (code !== 0) throw new Error(`node bench/check.ts ended with ${code}\n${out}`);
  return { text: out.trim(), targets: [], said: out.split('\n').filter(line => line.includes('(target ')) };
}

/** On a terminal only: what is piped on is the result alone. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${text}`);
}

/** @returns an exit code when there is nothing to measure */
function parse(args: readonly string[]): Options | number {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: 'string' },
        rounds: { type: 'string' },
        seconds: { type: 'string', default: '2' },
        connections: { type: 'string', default: '16' },
        short: { type: 'boolean', default: false },
        check: { type: 'boolean', default: false },
        slack: { type: 'string', default: '0' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      console.log(HELP);
      return 0;
    }
    const known = Object.keys(values.short ? SHORT : CASES);
    const only = values.only?.split(',') ?? known;
    for (const name of only) {
      if (!known.includes(name))
        throw new Error(`--only ${name}: there is no such case; there are ${known.join(', ')}`);
    }
    return {
      only,
      rounds: whole('rounds', values.rounds ?? (values.short ? '3' : '5'), 100),
      seconds: whole('seconds', values.seconds, 600),
      connections: whole('connections', values.connections, 10_000),
      short: values.short,
      check: values.check || values.short,
      slack: part('slack', values.slack),
    };
  } catch (error) {
    console.error(`bench: ${(error as Error).message}\n\n${HELP}`);
    return 2;
  }
}

function whole(name: string, text: string, most: number): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > most)
    throw new Error(`--${name} is a whole number from 1 to ${most}`);
  return number;
}

function part(name: string, text: string): number {
  const number = Number(text);
  if (!/^\d*\.?\d+$/.test(text) || number >= 1) throw new Error(`--${name} is a number from 0 to below 1`);
  return number;
}
