// A redis-server of the test: on a Unix socket or a port, killed and started again with the same data, or three as a cluster.
import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { closedPort } from '../cli/listening.ts';

const run = promisify(execFile);

export interface RedisServer {
  /** For the option `store`. Each call has another prefix of keys, unless one is given. */
  url(prefix?: string): string;
  /** The process of the server, until it is started again. */
  readonly pid: number;
  /** Runs a command. @returns its reply as text, an item a line */
  cli(...command: readonly string[]): Promise<string>;
  /** Runs many commands over one connection. @returns their replies, one after the other */
  cliAll(commands: readonly (readonly string[])[]): Promise<string>;
  /** Everything that clients send from now on, as MONITOR shows it. */
  monitor(): Promise<{ text(): string; stop(): Promise<void> }>;
  /** Ends the process at once, as `kill -9` does. */
  kill(): Promise<void>;
  /** Starts a process on the same address, with the data that the last one wrote. */
  start(): Promise<void>;
  /** Ends the process, and removes its files. */
  stop(): Promise<void>;
}

interface Options {
  /** True: writes are on the disk when they are acknowledged, and start() reads them. Default false. */
  readonly keepsData?: boolean;
  /** Listens on a port of the loopback interface. Default: on a Unix socket. */
  readonly port?: number;
  readonly more?: readonly string[];
}

/** Starts redis-server in a folder of its own; resolves when it accepts connections. */
export async function startRedis({ keepsData = false, port, more = [] }: Options = {}): Promise<RedisServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'deadringer-redis-'));
  const socket = path.join(folder, 'redis.sock');
  const address =
    port === undefined
      ? ['--port', '0', '--unixsocket', socket]
      : ['--port', String(port), '--bind', '127.0.0.1'];
  const data = keepsData ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no'];
  const args = [...address, '--dir', folder, '--save', '', ...data, ...more];
  const client = port === undefined ? ['-s', socket] : ['-p', String(port)];
  let prefixes = 0;
  let child = await launch(args);

  const cliAll: RedisServer['cliAll'] = async commands => {
    const cli = spawn('redis-cli', [...client, '--raw']);
    let out = '';
    cli.stdout.on('data', chunk => {
      out += String(chunk);
    });
    cli.stdin.end(commands.map(command => `${command.map(quoted).join(' ')}\n`).join(''));
    await once(cli, 'close');
    return out;
  };
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
  };
  return {
    url: (prefix = `test-${++prefixes}`) =>
      `${port === undefined ? `unix://${socket}` : `redis://127.0.0.1:${port}/0`}?prefix=${prefix}`,
    get pid() {
      return child.pid as number;
    },
    cli: async (...command) =>
      (await run('redis-cli', [...client, ...command], { maxBuffer: 2 ** 28 })).stdout.replace(/\n$/, ''),
    cliAll,
    async monitor() {
      const cli = spawn('redis-cli', [...client, 'MONITOR']);
      let text = '';
      cli.stdout.on('data', chunk => {
        text += String(chunk);
      });
      await once(cli.stdout, 'data'); // "OK": from now on it sees everything
      return {
        text: () => text,
        async stop() {
          const closed = once(cli, 'close');
          cli.kill();
          await closed;
        },
      };
    },
    kill,
    async start() {
      child = await launch(args);
    },
    async stop() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export interface RedisCluster {
  /** For the option `store`: names the first two nodes. */
  readonly url: string;
  readonly nodes: readonly RedisServer[];
  stop(): Promise<void>;
}

/** Starts three nodes that share the slots. */
export async function startRedisCluster(prefix = 'test'): Promise<RedisCluster> {
  const ports: number[] = [];
  // The nodes speak to each other on a port of their own, which is 10,000 higher unless it is set.
  for (let index = 0; index < 6; index++) ports.push(await closedPort());
  const nodes = await Promise.all(
    [0, 1, 2].map(index =>
      startRedis({
        port: ports[index] as number,
        more: ['--cluster-enabled', 'yes', '--cluster-port', String(ports[index + 3])],
      }),
    ),
  );
  const addresses = ports.slice(0, 3).map(port => `127.0.0.1:${port}`);
  await run('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-yes']);
  const isWhole = async (): Promise<boolean> =>
    (await Promise.all(nodes.map(node => node.cli('CLUSTER', 'INFO')))).every(info =>
      info.includes('cluster_state:ok'),
    );
  // Gossip takes the slots to all nodes. No event tells when it did.
  while (!(await isWhole())) await new Promise(resolve => setTimeout(resolve, 50));
  return {
    url: `redis://${addresses.slice(0, 2).join(',')}/?cluster=true&prefix=${prefix}`,
    nodes,
    async stop() {
      for (const node of nodes) await node.stop();
    },
  };
}

async function launch(args: readonly string[]): Promise<ChildProcessWithoutNullStreams> {
  const child = spawn('redis-server', args);
  let out = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', chunk => {
      out += String(chunk);
      if (/(ready to accept connections|server is now ready)/i.test(out)) resolve();
    });
    child.once('error', error =>
      reject(new Error('redis-server cannot be run: apt-get install redis-server', { cause: error })),
    );
    child.once('close', code => reject(new Error(`redis-server ended with ${code}:\n${out}`)));
  });
  return child;
}

/** In the syntax of redis-cli. */
function quoted(word: string): string {
  return `"${word.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}
