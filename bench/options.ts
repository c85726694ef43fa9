// The command line of the benchmark.
import { parseArgs } from 'node:util';
import type { Settings } from './cases.ts';

export interface Options extends Omit<Settings, 'progress'> {
  readonly only: readonly string[];
  readonly short: boolean;
  readonly check: boolean;
}

function help(cases: readonly string[]): string {
  return `Measures deadringer beside bare node:http, bare Express, Prism's CLI and redocly drift, on the same machine in
one run. Every answer is checked: its body before the load, its status under load.

Usage: npm run bench -- [options]

  --only <case,...>  ${cases.join(', ')} (default: all)
  --peers all        measure openapi-backend, Scalar's mock server and Mockoon's CLI, too
  --rounds <n>       measured rounds, in alternating order (default 5)
  --seconds <n>      seconds of one round of one row (default 2)
  --connections <n>  connections kept open (default 16)
  --megabytes <n>    size of the recordings to check (default 100; a larger one has 11 times as much)
  --check            exit with 1 if a target is missed
  --short            less than a minute: npm start beside Express and Prism, with bounds that a busy machine
                     can hold; implies --check
  --help             show this

Examples:
  npm run bench                                    # everything
  npm run bench -- --only rates --rounds 9         # the first table, with less noise
  npm run bench -- --only start,big --check        # fails unless these targets are held

Exit codes: 0 measured, 1 a case failed or (with --check) a target is missed, 2 wrong usage.`;
}

/** @returns an exit code if there is nothing to measure */
export function parse(
  args: readonly string[],
  cases: readonly string[],
  shortCases: readonly string[],
): Options | number {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: 'string' },
        peers: { type: 'string' },
        rounds: { type: 'string' },
        seconds: { type: 'string', default: '2' },
        connections: { type: 'string', default: '16' },
        megabytes: { type: 'string', default: '100' },
        short: { type: 'boolean', default: false },
        check: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      console.log(help(cases));
      return 0;
    }
    if (values.peers !== undefined && values.peers !== 'all')
      throw new Error('--peers has the one value "all"');
    const known = values.short ? shortCases : cases;
    const only = values.only?.split(',') ?? known;
    const unknown = only.find(name => !known.includes(name));
    if (unknown !== undefined) throw new Error(`--only ${unknown}: not one of ${known.join(', ')}`);
    return {
      only,
      allPeers: values.peers === 'all',
      rounds: integer('rounds', values.rounds ?? (values.short ? '3' : '5'), 100),
      seconds: integer('seconds', values.seconds, 600),
      connections: integer('connections', values.connections, 10_000),
      megabytes: integer('megabytes', values.megabytes, 10_000),
      short: values.short,
      check: values.check || values.short,
    };
  } catch (error) {
    console.error(`bench: ${(error as Error).message}\n\n${help(cases)}`);
    return 2;
  }
}

function integer(name: string, text: string, most: number): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > most)
    throw new Error(`--${name} must be an integer from 1 to ${most}`);
  return number;
}
