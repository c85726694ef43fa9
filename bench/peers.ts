// The servers under test: how each is started as a process of its own, found ready and correct, and ended.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Asked, complaint, SPEC } from './request.ts';

export type PeerName = keyof typeof COMMANDS;

/** Arguments of the same node, in the project's root. */
const COMMANDS = {
  'bare node:http': (port, answer) => ['bench/servers/bare-http.ts', port, answer],
  'bare Express': (port, answer) => ['bench/servers/bare-express.ts', port, answer],
  "Prism's CLI (log off)": port => [...PRISM, port, '--verboseLevel', 'silent'],
  "Prism's CLI (its default log)": port => [...PRISM, port],
  deadringer: port => [
    ...['bin/deadringer.js', 'serve', '--specs', 'specs'],
    ...['--port', port, '--log', 'silent'],
  ],
} satisfies Record<string, (port: string, answer: string) => string[]>;

const PRISM = [
  fileURLToPath(import.meta.resolve('@stoplight/prism-cli/dist/index.js')),
  ...['mock', SPEC, '--port'],
];

export const PEERS = Object.keys(COMMANDS) as PeerName[];

export interface Peer {
  readonly name: PeerName;
  readonly origin: string;
  /** Throws when the process has ended, telling what it wrote. */
  check(): void;
}

/** Every process started here, until it ends. */
const running = new Set<ChildProcess>();
let folder: string | undefined;

const READY_WITHIN = 60_000;

/** @throws Error naming the peer and what it said, when it does not come to answer correctly */
export async function startPeer(name: PeerName, root: string, asked: Asked): Promise<Peer> {
  const port = String(await freePort());
  folder ??= mkdtempSync(path.join(tmpdir(), 'deadringer-bench-'));
  // A file and not a pipe: reading a log would cost the process that generates the load.
  const log = path.join(folder, `${port}.log`);
  const file = openSync(log, 'w');
  // Equal terms: no environment that only some of the peers know.
  const { NODE_ENV, NODE_OPTIONS, ...env } = process.env;
  const child = spawn(process.execPath, COMMANDS[name](port, asked.answer), {
    cwd: root,
    env,
    stdio: ['ignore', file, file],
  });
  closeSync(file);
  running.add(child);
  let ended: string | undefined;
  child.once('error', error => {
    ended = error.message;
    running.delete(child);
  });
  child.once('exit', (code, signal) => {
    ended = `it ended with ${code ?? signal}`;
    running.delete(child);
  });
  const peer: Peer = {
    name,
    origin: `http://127.0.0.1:${port}`,
    check() {
      if (ended === undefined) return;
      throw new Error(`${name}: ${ended}\n${readFileSync(log, 'utf8').slice(-2000)}`);
    },
  };
  const deadline = performance.now() + READY_WITHIN;
  for (;;) {
    peer.check();
    const said = await ask(peer.origin, asked).catch((error: NodeJS.ErrnoException) => error);
    if (!(said instanceof Error)) {
      const wrong = complaint(said.status, said.body, asked.answer);
      if (wrong !== undefined) throw new Error(`${name}: ${wrong}`);
      return peer;
    }
    if (said.code !== 'ECONNREFUSED') throw new Error(`${name}: ${said.message}`);
    if (performance.now() > deadline) {
      throw new Error(
        `${name}: not ready within ${READY_WITHIN / 1000} s\n${readFileSync(log, 'utf8').slice(-2000)}`,
      );
    }
    await sleep(50);
  }
}

function ask(origin: string, { request }: Asked): Promise<{ status: number; body: string }> {
  const { method, path, headers, body } = request;
  return new Promise((resolve, reject) => {
    // Not fetch: it does not let the Host header be set.
    const sent = http.request(origin, { method, path, headers, agent: false, timeout: 20_000 }, response => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer within 20 s')));
    sent.on('error', reject);
    sent.end(body);
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** Ends what was started here, and only that: asks first, insists after two seconds. */
export async function stopPeers(): Promise<void> {
  const ending = [...running].map(child => new Promise(resolve => child.once('exit', resolve)));
  for (const child of running) child.kill('SIGTERM');
  await Promise.race([Promise.all(ending), sleep(2000, undefined, { ref: false })]);
  killPeers();
}

/** At once, for when there is no time left to wait. */
export function killPeers(): void {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  folder = undefined;
}
