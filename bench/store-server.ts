// The shared store of the benchmark: valkey-server or redis-server on a Unix socket, without persistence.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { scratch, spawnInRoot, stop } from './processes.ts';

export interface StoreServer {
  /** "valkey-server 8.1.1". */
  readonly name: string;
  readonly pid: number;
  /** For --store. @param prefix of the keys, so that servers do not share sessions */
  url(prefix: string): string;
  /** The figures of INFO, with those of each command. */
  info(): Promise<ReadonlyMap<string, string>>;
  /** Sends one command. @returns the reply as it comes, without its last line end */
  ask(...words: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

const PROGRAMS = ['valkey-server', 'redis-server'];
const READY_WITHIN = 10_000;

/** @throws Error if neither program is installed, or it does not answer */
export async function startStore(): Promise<StoreServer> {
  const program = PROGRAMS.find(each => spawnSync(each, ['--version']).error === undefined);
  if (program === undefined)
    throw new Error(
      'neither valkey-server nor redis-server is installed (Debian: apt-get install redis-server)',
    );
  const socket = scratch('store.sock');
  const child = spawnInRoot(
    [
      program,
      '--port',
      '0',
      '--unixsocket',
      socket,
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      scratch(''),
    ],
    ['ignore', 'ignore', 'ignore'],
  );
  const ask = (...words: readonly string[]): Promise<string> => askSocket(socket, words);
  await untilReady(ask);
  const info = async (): Promise<ReadonlyMap<string, string>> => {
    const lines = (await ask('INFO', 'everything')).split('\r\n');
    return new Map(lines.filter(line => line.includes(':')).map(line => splitOnce(line, ':')));
  };
  const figures = await info();
  const version = figures.get('valkey_version') ?? figures.get('redis_version') ?? '';
  return {
    name: `${program} ${version}`,
    pid: child.pid ?? 0,
    url: prefix => `unix://${socket}?prefix=${prefix}`,
    info,
    ask,
    stop: () => stop([child]),
  };
}

/** A connection of its own for each command: the benchmark asks between rounds only. */
async function askSocket(path: string, words: readonly string[]): Promise<string> {
  const socket = net.connect({ path });
  try {
    await once(socket, 'connect');
    const parts = words.map(word => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
    // The server closes the connection after the reply to QUIT.
    socket.end(`*${words.length}\r\n${parts.join('')}*1\r\n$4\r\nQUIT\r\n`);
    const text = Buffer.concat(await socket.toArray()).toString('utf8');
    if (text.startsWith('-')) throw new Error(`the store refuses ${words[0]}: ${text.trim()}`);
    return text.replace(/\+OK\r\n$/, '').replace(/\r\n$/, '');
  } finally {
    socket.destroy();
  }
}

async function untilReady(ask: (...words: readonly string[]) => Promise<string>): Promise<void> {
  const begun = performance.now();
  for (;;) {
    try {
      await ask('PING');
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const isStarting = code === 'ENOENT' || code === 'ECONNREFUSED';
      if (!isStarting || performance.now() - begun > READY_WITHIN)
        throw new Error(`the store does not answer: ${(error as Error).message}`);
    }
    await sleep(10);
  }
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + 1)];
}
