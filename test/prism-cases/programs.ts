// Starts Prism's CLI and deadringer with the command of a case, and the servers that they call: a receiver and an upstream.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { Message } from './compare.ts';
import { folder } from './read-cases.ts';

const root = new URL('../../', import.meta.url).pathname;
const programs = {
  prism: `${root}test/peers/node_modules/@stoplight/prism-cli/dist/index.js`,
  deadringer: `${root}bin/deadringer.js`,
};
export type Program = keyof typeof programs;

export interface Started {
  readonly url: string;
  hasEnded(): boolean;
  stop(): Promise<void>;
}

/** Starts a program that cannot choose its port itself: on a free one, or on the next if another process was faster. */
export async function startProgram(program: Program, args: readonly string[]): Promise<Started> {
  if (!existsSync(programs[program])) {
    throw new Error(`${programs[program]} is missing; run "npm --prefix test/peers ci --ignore-scripts"`);
  }
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const child = spawn(process.execPath, [programs[program], ...args, '-p', String(port)], {
      cwd: folder,
      env: { ...process.env, NODE_ENV: '', NO_COLOR: '1', FORCE_COLOR: '0' },
    });
    const started = await listening(child, `http://127.0.0.1:${port}`);
    if ('url' in started) return started;
    if (attempt === 3 || !/EADDRINUSE|in use/.test(started.output)) {
      throw new Error(`${program} ${args.join(' ')} did not start:\n${started.output}`);
    }
  }
}

async function listening(child: ChildProcess, url: string): Promise<Started | { output: string }> {
  let output = '';
  const closed = once(child, 'close');
  const stop = async () => {
    child.kill('SIGKILL');
    await closed;
  };
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const ready = new Promise<Started>(resolve => {
    const read = (chunk: unknown) => {
      output += String(chunk);
      if (output.includes(url)) resolve({ url, hasEnded, stop });
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
  });
  return Promise.race([ready, closed.then(() => ({ output }))]);
}

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Sends what the rest of a curl line says. */
export async function sendByCurl(line: string): Promise<Message> {
  const command = `curl --silent --show-error --include --globoff --max-time 60 ${line.replaceAll('\n', ' ')}`;
  const { stdout } = await promisify(execFile)('sh', ['-c', command], { cwd: folder, maxBuffer: 64e6 });
  return readAnswer(stdout);
}

function readAnswer(text: string): Message {
  const end = text.indexOf('\r\n\r\n');
  const [statusLine = '', ...fields] = text.slice(0, end).split('\r\n');
  const rest = text.slice(end + 4);
  if (/^HTTP\/1\.1 100 /.test(statusLine)) return readAnswer(rest);
  const headers = new Headers();
  for (const field of fields) {
    const colon = field.indexOf(':');
    headers.append(field.slice(0, colon), field.slice(colon + 1).trim());
  }
  return { start: /^HTTP\/1\.1 \d+/.exec(statusLine)?.[0] ?? statusLine, headers, body: rest };
}

export interface Receiver {
  readonly url: string;
  /** The next request, also one that has come already. */
  next(): Promise<Message>;
  /** Forgets what has come. */
  clear(): void;
  close(): Promise<void>;
}

/**
 * A server that keeps what it gets. It answers as fields of the request say: `x-upstream` has the status, the type and the
 * body, or is "break"; `x-upstream-fields` has an object.
 */
export async function startReceiver(): Promise<Receiver> {
  const got: Message[] = [];
  const server: Server = createServer(async (request, response) => {
    const chunks = await request.toArray();
    const message: Message = {
      start: `${request.method} ${request.url}`,
      headers: new Headers(
        Object.entries(request.headersDistinct).map(([name, all]) => [name, (all ?? []).join(', ')]),
      ),
      body: Buffer.concat(chunks).toString(),
    };
    got.push(message);
    server.emit('kept');
    const answer = message.headers.get('x-upstream') ?? '200';
    if (answer === 'break') return void request.socket.destroy();
    const [, status, type, body = ''] = /^(\d+)(?: (\S+)(?: (.*))?)?$/.exec(answer) ?? [];
    const fields: object = JSON.parse(message.headers.get('x-upstream-fields') ?? '{}');
    response.writeHead(Number(status), { ...(type !== undefined && { 'content-type': type }), ...fields });
    response.end('content-encoding' in fields ? gzipSync(body) : body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    // The limit ends a test that waits for a request that nobody sends.
    next: async () => {
      if (got.length === 0)
        await once(server, 'kept', { signal: AbortSignal.timeout(20_000) }).catch(() => undefined);
      return got.shift() ?? { start: 'no request came', headers: new Headers(), body: '' };
    },
    clear: () => {
      got.length = 0;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
