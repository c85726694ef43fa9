// Checking recorded traffic beside `redocly drift`: one call many times, what browsers record, and a HAR that no memory holds.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { browserEntry } from './browser.ts';
import { median } from './load.ts';
import { writeEntries, writeRecording } from './recording.ts';
import { machine } from './report.ts';
import { readRequest, readSpec, SPEC } from './request.ts';

const HELP = `Measures deadringer check and redocly drift on a recording of BonifiQ's API and on a mixed one.

Usage: npm run bench:check -- [options]

  --megabytes <n>  size of the recordings that both read (default 100)
  --rounds <n>     measured rounds, in alternating order (default 5)
  --large <n>      megabytes of a recording for deadringer alone, to see its memory (default 1250; 0: none)
  --help           show this

Exit codes: 0 measured, 1 a peer failed.`;

interface Run {
  readonly seconds: number;
  /** Most that was resident, in MB. */
  readonly resident: number;
  readonly out: string;
}

interface Recording {
  readonly name: string;
  readonly file: string;
  readonly spec: string;
  readonly entries: number;
  /** Whether it keeps the contract throughout. */
  readonly sound: boolean;
}

interface Peer {
  readonly name: string;
  readonly args: (recording: Recording) => string[];
  /** Said by a run that judged everything, and found nothing where nothing is to be found. */
  readonly said: (recording: Recording) => RegExp;
}

const own = (...options: string[]): Omit<Peer, 'name'> => ({
  args: ({ file, spec }) => ['bin/deadringer.js', 'check', file, '--specs', spec, ...options],
  said: ({ entries, sound }) =>
    sound ? new RegExp(`kept in ${entries} of ${entries}`) : new RegExp(`^ *${entries} +in all$`, 'm'),
});

const PEERS: readonly Peer[] = [
  { name: 'deadringer check', ...own() },
  { name: 'deadringer check --threads 1', ...own('--threads', '1') },
  {
    name: 'redocly drift',
    args: ({ file, spec }) => [
      fileURLToPath(new URL('node_modules/@redocly/cli/bin/cli.js', import.meta.url)),
      ...['drift', file, '--api', spec],
    ],
    said: ({ entries, sound }) =>
      new RegExp(sound ? `total=${entries} documented=${entries}[\\s\\S]*No findings` : `total=${entries} `),
  },
];

async function main(megabytes: number, rounds: number, large: number): Promise<number> {
  const root = fileURLToPath(new URL('../', import.meta.url));
  const folder = mkdtempSync(path.join(tmpdir(), 'deadringer-bench-'));
  try {
    const asked = readRequest(readSpec(new URL('../', import.meta.url)));
    const bytes = megabytes * 1e6;
    const [same, mixed] = ['same.har', 'mixed.har'].map(name => path.join(folder, name)) as [string, string];
    const recordings: Recording[] = [
      {
        name: 'one call many times',
        file: same,
        spec: SPEC,
        entries: await writeRecording(same, bytes, asked),
        sound: true,
      },
      {
        name: 'many calls, as a browser records them, one in 25 broken',
        file: mixed,
        spec: 'bench/mixed.yaml',
        entries: await writeEntries(mixed, bytes, 'WebInspector', browserEntry),
        sound: false,
      },
    ];
    console.log(`${machine()}\n\n${rounds} rounds in alternating order`);
    for (const recording of recordings) await compare(recording, rounds, root);
    if (large > 0) {
      const [first] = recordings as [Recording];
      const whole = { ...first, entries: await writeRecording(same, large * 1e6, asked) };
      const size = statSync(same).size / 1e6;
      console.log('');
      for (const peer of PEERS.slice(0, 2)) {
        const { seconds, resident } = await run(peer, whole, root);
        console.log(
          `${peer.name}, ${size.toFixed(0)} MB: ${seconds.toFixed(1)} s, ${(size / seconds).toFixed(0)} MB/s (target 150, ${size / seconds >= 150 ? 'met' : 'not met'}), ${resident.toFixed(0)} MB resident`,
        );
      }
    }
    return 0;
  } catch (error) {
    console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compare(recording: Recording, rounds: number, root: string): Promise<void> {
  const size = statSync(recording.file).size / 1e6;
  const measured = new Map<Peer, Run[]>(PEERS.map(peer => [peer, []]));
  for (let round = 0; round < rounds; round++) {
    for (const peer of round % 2 === 0 ? PEERS : PEERS.toReversed())
      measured.get(peer)?.push(await run(peer, recording, root));
  }
  console.log(`\n${recording.name}: ${size.toFixed(0)} MB, ${recording.entries} exchanges\n`);
  console.log('| | s, median (min-max) | MB/s | most resident, MB |\n|---|--:|--:|--:|');
  const seconds = (peer: Peer): number[] => (measured.get(peer) ?? []).map(each => each.seconds);
  for (const [peer, runs] of measured) {
    const took = seconds(peer);
    const range = `${Math.min(...took).toFixed(2)}-${Math.max(...took).toFixed(2)}`;
    const resident = Math.max(...runs.map(each => each.resident));
    console.log(
      `| ${peer.name} | ${median(took).toFixed(2)} (${range}) | ${(size / median(took)).toFixed(0)} | ${resident.toFixed(0)} |`,
    );
  }
  const [ours, , theirs] = PEERS.map(peer => median(seconds(peer)));
  const ratio = (theirs ?? 0) / (ours ?? 1);
  console.log(
    `\ndeadringer is ${ratio.toFixed(2)} times as fast as redocly drift (target 3, ${ratio >= 3 ? 'met' : 'not met'})`,
  );
}

/** @throws Error when the peer did not judge every exchange and find it sound */
async function run(peer: Peer, recording: Recording, cwd: string): Promise<Run> {
  const begun = performance.now();
  const child = spawn(process.execPath, peer.args(recording), { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  child.stdout.on('data', chunk => {
    out += String(chunk);
  });
  child.stderr.on('data', chunk => {
    out += String(chunk);
  });
  let resident = 0;
  const watch = setInterval(() => {
    resident = Math.max(resident, residentOf(child.pid));
  }, 20);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  clearInterval(watch);
  const seconds = (performance.now() - begun) / 1000;
  if (code !== (recording.sound ? 0 : 1) || !peer.said(recording).test(out))
    throw new Error(`${peer.name} ended with ${code} and did not judge all of ${recording.file}:\n${out}`);
  return { seconds, resident, out };
}

/** The high-water mark that Linux keeps, in MB; 0 where there is none. */
function residentOf(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return (Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024) / 1e6;
  } catch {
    // It has just ended, or this is no Linux.
    return 0;
  }
}

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '5' },
    large: { type: 'string', default: '1250' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) console.log(HELP);
else process.exitCode = await main(Number(values.megabytes), Number(values.rounds), Number(values.large));
