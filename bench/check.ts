// Checking recorded traffic beside `redocly drift`: the same HAR, the same document, one run; and a HAR that no memory holds.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median } from './load.ts';
import { writeRecording } from './recording.ts';
import { machine } from './report.ts';
import { readRequest, readSpec, SPEC } from './request.ts';

const HELP = `Measures deadringer check and redocly drift on one recording of BonifiQ's API.

Usage: npm run bench:check -- [options]

  --megabytes <n>  size of the recording that both read (default 100)
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

interface Peer {
  readonly name: string;
  readonly args: (file: string) => string[];
  /** Said by a run that judged everything and found nothing. */
  readonly sound: (entries: number) => RegExp;
}

const PEERS: readonly Peer[] = [
  {
    name: 'deadringer check',
    args: file => ['bin/deadringer.js', 'check', file, '--specs', SPEC],
    sound: entries => new RegExp(`kept in ${entries} of ${entries}`),
  },
  {
    name: 'deadringer check --threads 2',
    args: file => ['bin/deadringer.js', 'check', file, '--specs', SPEC, '--threads', '2'],
    sound: entries => new RegExp(`kept in ${entries} of ${entries}`),
  },
  {
    name: 'redocly drift',
    args: file => [
      fileURLToPath(new URL('node_modules/@redocly/cli/bin/cli.js', import.meta.url)),
      ...['drift', file, '--api', SPEC],
    ],
    sound: entries => new RegExp(`total=${entries} documented=${entries}[\\s\\S]*No findings`),
  },
];

async function main(megabytes: number, rounds: number, large: number): Promise<number> {
  const root = fileURLToPath(new URL('../', import.meta.url));
  const folder = mkdtempSync(path.join(tmpdir(), 'deadringer-bench-'));
  try {
    const asked = readRequest(readSpec(new URL('../', import.meta.url)));
    const file = path.join(folder, 'traffic.har');
    const entries = await writeRecording(file, megabytes * 1e6, asked);
    const size = statSync(file).size / 1e6;
    const measured = new Map<Peer, Run[]>(PEERS.map(peer => [peer, []]));
    for (let round = 0; round < rounds; round++) {
      for (const peer of round % 2 === 0 ? PEERS : PEERS.toReversed())
        measured.get(peer)?.push(await run(peer, file, entries, root));
    }
    console.log(
      `${machine()}\n\n${size.toFixed(0)} MB, ${entries} exchanges, ${rounds} rounds in alternating order\n`,
    );
    console.log('| | s, median (min-max) | MB/s | most resident, MB |\n|---|--:|--:|--:|');
    const seconds = (peer: Peer): number[] => (measured.get(peer) ?? []).map(each => each.seconds);
    for (const [peer, runs] of measured) {
      const own = seconds(peer);
      const range = `${Math.min(...own).toFixed(2)}-${Math.max(...own).toFixed(2)}`;
      const resident = Math.max(...runs.map(each => each.resident));
      console.log(
        `| ${peer.name} | ${median(own).toFixed(2)} (${range}) | ${(size / median(own)).toFixed(0)} | ${resident.toFixed(0)} |`,
      );
    }
    const [ours, , theirs] = PEERS.map(peer => median(seconds(peer)));
    console.log(
      `\ndeadringer is ${((theirs ?? 0) / (ours ?? 1)).toFixed(2)} times as fast as redocly drift (target 2)`,
    );
    if (large > 0) {
      const many = await writeRecording(file, large * 1e6, asked);
      const bytes = statSync(file).size / 1e6;
      for (const peer of PEERS.slice(0, 2)) {
        const { seconds: took, resident } = await run(peer, file, many, root);
        console.log(
          `${peer.name}, ${bytes.toFixed(0)} MB: ${took.toFixed(1)} s, ${(bytes / took).toFixed(0)} MB/s, ${resident.toFixed(0)} MB resident (target 150)`,
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

/** @throws Error when the peer did not judge every exchange and find it sound */
async function run(peer: Peer, file: string, entries: number, cwd: string): Promise<Run> {
  const begun = performance.now();
  const child = spawn(process.execPath, peer.args(file), { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
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
  if (code !== 0 || !peer.sound(entries).test(out))
    throw new Error(`${peer.name} ended with ${code} and did not find ${entries} exchanges sound:\n${out}`);
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
