// Requests a second of deadringer beside what a user would pick instead: same request, same machine, one run.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { load, type Round } from './load.ts';
import { killPeers, PEERS, type Peer, type PeerName, startPeer, stopPeers } from './peers.ts';
import { generatorNote, machine, table, targets } from './report.ts';
import { type Asked, readRequest, readSpec } from './request.ts';

const HELP = `Measures bare node:http, bare Express, Prism's CLI and deadringer with the same PUT of BonifiQ's API.

Usage: npm run bench -- [options]

  --rounds <n>       measured rounds, in alternating order (default 5)
  --seconds <n>      seconds a round and peer (default 3)
  --connections <n>  connections kept open (default 16)
  --check            exit with 1 when a target is not met
  --slack <part>     with --check: forgive falling short by this part, as 0.2 on a busy CI machine (default 0)
  --help             show this

Exit codes: 0 measured, 1 a peer failed or (with --check) a target is not met, 2 wrong usage.`;

interface Options {
  readonly rounds: number;
  readonly seconds: number;
  readonly connections: number;
  readonly check: boolean;
  readonly slack: number;
}

const WARM_UP_SECONDS = 2;

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
  process.once('exit', killPeers);
  const expected = PEERS.length * (WARM_UP_SECONDS + options.rounds * options.seconds);
  const limit = setTimeout(
    () => {
      console.error(`bench: not done in ${expected * 2 + 120} s; given up`);
      process.exit(1);
    },
    (expected * 2 + 120) * 1000,
  );
  try {
    return await measure(options);
  } catch (error) {
    console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  } finally {
    clearTimeout(limit);
    await stopPeers();
  }
}

async function measure(options: Options): Promise<number> {
  const { rounds, seconds, connections, check, slack } = options;
  const root = new URL('../', import.meta.url);
  const asked = readRequest(readSpec(root));
  const peers: Peer[] = [];
  for (const name of PEERS) peers.push(await startPeer(name, fileURLToPath(root), asked));
  const measured = await run(peers, asked, options);

  console.log(`${machine()}\n`);
  console.log(
    `${asked.request.method} ${asked.request.path}, ${Buffer.byteLength(asked.request.body)} bytes of JSON in, ` +
      `${Buffer.byteLength(asked.answer)} out; ${connections} connections, ${rounds} x ${seconds} s each in alternating ` +
      `order after ${WARM_UP_SECONDS} s of warming up\n`,
  );
  console.log(`${table(measured)}\n`);
  const note = generatorNote(measured);
  if (note !== undefined) console.log(`${note}\n`);
  const reached = targets(measured);
  for (const { line } of reached) console.log(line);
  return check && reached.some(({ ratio, target }) => !(ratio >= target * (1 - slack))) ? 1 : 0;
}

async function run(
  peers: readonly Peer[],
  { request }: Asked,
  { rounds, seconds, connections }: Options,
): Promise<Map<PeerName, Round[]>> {
  const measured = new Map<PeerName, Round[]>(peers.map(({ name }) => [name, []]));
  for (const peer of peers) {
    progress(`warming up: ${peer.name}`);
    await load(peer, request, { connections, seconds: WARM_UP_SECONDS });
  }
  for (let round = 0; round < rounds; round++) {
    for (const peer of round % 2 === 0 ? peers : peers.toReversed()) {
      progress(`round ${round + 1} of ${rounds}: ${peer.name}`);
      measured.get(peer.name)?.push(await load(peer, request, { connections, seconds }));
    }
  }
  progress('');
  return measured;
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
        rounds: { type: 'string', default: '5' },
        seconds: { type: 'string', default: '3' },
        connections: { type: 'string', default: '16' },
        check: { type: 'boolean', default: false },
        slack: { type: 'string', default: '0' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      console.log(HELP);
      return 0;
    }
    return {
      rounds: whole('rounds', values.rounds, 100),
      seconds: whole('seconds', values.seconds, 600),
      connections: whole('connections', values.connections, 10_000),
      check: values.check,
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
