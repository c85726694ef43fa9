// From the command to its answer: the server's first, a check's report, the help; beside other servers and node alone.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Settings } from './cases.ts';
import { median } from './load.ts';
import { type PeerName, startPeer } from './peers.ts';
import { run, scratch } from './processes.ts';
import { valid } from './questions.ts';
import { writeRecording } from './recording.ts';
import { type Outcome, type Target, table } from './report.ts';
import { type Asked, SPEC } from './request.ts';

const PRISM = "Prism's CLI (log off)";
const SCALAR = "Scalar's mock server";
const ROUNDS = 7;
/** Of the peers, that take longer and are no targets. */
const PEER_ROUNDS = 3;

interface Command {
  readonly name: string;
  readonly rounds: number;
  /** @returns seconds */
  readonly once: () => Promise<number>;
}

export async function coldStart(asked: Asked, { progress }: Settings): Promise<Outcome> {
  const recording = scratch('one.har');
  await writeOne(recording, asked);
  // A folder of their own for what node keeps compiled, so that the first start is a first one.
  const environment = { TMPDIR: scratch('caches') };
  mkdirSync(environment.TMPDIR);
  const commands = {
    node: command('node -e 0', ['-e', '0'], /^$/),
    help: command('deadringer --help', ['bin/deadringer.js', '--help'], /Usage: deadringer/),
    check: command(
      'deadringer check, one exchange',
      ['bin/deadringer.js', 'check', recording, '--specs', SPEC],
      /kept in 1 of 1/,
    ),
    serve: server('deadringer', ROUNDS),
    prism: server(PRISM, PEER_ROUNDS),
    scalar: server(SCALAR, PEER_ROUNDS),
  };
  const measured = new Map<Command, number[]>();
  const first = new Map<Command, number>();
  for (const each of Object.values(commands)) {
    progress(`first start: ${each.name}`);
    first.set(each, await each.once());
    measured.set(each, []);
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const [each, times] of measured) {
      if (round >= each.rounds) continue;
      progress(`start ${round + 1} of ${each.rounds}: ${each.name}`);
      times.push(await each.once());
    }
  }
  const at = (each: Command): number => median(measured.get(each) ?? []) * 1000;
  const target = (each: Command, bound: number): Target => ({
    name: each.name,
    value: at(each),
    bound,
    is: 'at most',
    unit: ' ms',
  });
  return {
    text: [
      table(
        ['', 'ms, median (min-max)', 'the first, ms'],
        [...measured].map(([each, times]) => [
          each.name,
          `${at(each).toFixed(0)} (${(Math.min(...times) * 1000).toFixed(0)}-${(Math.max(...times) * 1000).toFixed(0)})`,
          ((first.get(each) ?? 0) * 1000).toFixed(0),
        ]),
      ),
      'Servers: from the command to the first right answer, deadringer with its five documents, the others with ' +
        'one. The first start has no compiled code of earlier ones.',
    ].join('\n\n'),
    targets: [target(commands.serve, 300), target(commands.check, 400), target(commands.help, 60)],
  };

  function server(peer: PeerName, rounds: number): Command {
    return { name: `${peer}, first answer`, rounds, once: () => firstAnswer(peer, asked, environment) };
  }

  function command(name: string, args: readonly string[], right: RegExp): Command {
    const once = async (): Promise<number> => {
      const { code, out, seconds } = await run(args, environment);
      if (code !== 0 || !right.test(out)) throw new Error(`${name} ended with ${code}:\n${out.slice(-2000)}`);
      return seconds;
    };
    return { name, rounds: ROUNDS, once };
  }
}

/** A recording of one exchange. */
async function writeOne(file: string, asked: Asked): Promise<void> {
  await writeRecording(file, 1000, asked);
  const { log } = JSON.parse(readFileSync(file, 'utf8')) as { log: { entries: unknown[] } };
  writeFileSync(file, JSON.stringify({ log: { ...log, entries: log.entries.slice(0, 1) } }));
}

/** What continuous integration can hold on any machine. */
export async function coldStartShort(asked: Asked, { progress }: Settings): Promise<Outcome> {
  const times = new Map<PeerName, number[]>([
    [PRISM, []],
    ['deadringer', []],
  ]);
  for (let round = 0; round < PEER_ROUNDS; round++) {
    for (const [peer, own] of times) {
      progress(`start ${round + 1} of ${PEER_ROUNDS}: ${peer}`);
      own.push(await firstAnswer(peer, asked));
    }
  }
  const at = (peer: PeerName): number => median(times.get(peer) ?? []);
  return {
    text: table(
      ['', 'first answer, s'],
      [...times.keys()].map(peer => [peer, at(peer).toFixed(2)]),
    ),
    targets: [
      { name: `first answer / ${PRISM}`, value: at('deadringer') / at(PRISM), bound: 1, is: 'at most' },
    ],
  };
}

async function firstAnswer(
  peer: PeerName,
  asked: Asked,
  environment: Readonly<Record<string, string>> = {},
): Promise<number> {
  const server = await startPeer(peer, asked, [valid(asked)], environment);
  // What a server leaves to the next one it writes when it has nothing else to do.
  await sleep(1000);
  await server.stop();
  return server.readyAfter;
}
