// Starts a mock server with one document, waits until it listens, and asks it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { CorpusRequest } from './request.ts';
import type { Answer } from './response-validator.ts';

export interface MockServer {
  /** Where the paths of the document begin. */
  readonly base: string;
  stop(): Promise<void>;
}

export interface Asked extends Answer {
  readonly headers: http.IncomingHttpHeaders;
  /** Milliseconds from the request to the end of the answer. */
  readonly took: number;
  /** The code of a tool error. */
  readonly toolError: string | undefined;
}

/** Milliseconds until a server that does not listen is given up. */
const LISTENS_WITHIN = 90_000;

/** Milliseconds after which a request is given up. */
const ANSWERS_WITHIN = 20_000;

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** @throws Error with the last lines of its output if the server does not serve the document */
export async function startDeadringer(file: string, options: readonly string[] = []): Promise<MockServer> {
  const command = [`${ROOT}bin/deadringer.js`, 'serve', '--specs', file, '--port', '0', ...options];
  const { child, line } = await start(command, /on (http:\/\/127\.0\.0\.1:\d+)/);
  const origin = line[1] ?? '';
  try {
    const response = await fetch(`${origin}/__deadringer/apis`);
    const { apis } = (await response.json()) as { apis: readonly { name: string }[] };
    return { base: `${origin}/${apis[0]?.name}`, stop: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

/** What the server prints when it is ready. @throws Error as startDeadringer does */
export async function startWithBanner(file: string): Promise<{ banner: string; stop(): Promise<void> }> {
  const command = [`${ROOT}bin/deadringer.js`, 'serve', '--specs', file, '--port', '0'];
  const { child, line } = await start(command, /^[\s\S]*Press Ctrl-C/, Number.POSITIVE_INFINITY);
  return { banner: line[0], stop: () => stop(child) };
}

/** @throws Error with the last lines of its output if Prism does not serve the document */
export async function startPrism(file: string): Promise<MockServer> {
  const port = await freePort();
  const prism = fileURLToPath(new URL('node_modules/@stoplight/prism-cli/dist/index.js', import.meta.url));
  const { child } = await start([prism, 'mock', '-p', String(port), '-h', '127.0.0.1', file], /listening on/);
  return { base: `http://127.0.0.1:${port}`, stop: () => stop(child) };
}

/** Node's own client: fetch refuses the answer 407 and bodies of GET. */
export async function ask(
  server: MockServer,
  { method, target, headers, body }: CorpusRequest,
): Promise<Asked | 'no answer'> {
  const begun = performance.now();
  const sent =
    body === undefined ? headers : { ...headers, 'content-length': String(Buffer.byteLength(body)) };
  const request = http.request(`${server.base}${target}`, {
    method,
    headers: sent,
    signal: AbortSignal.timeout(ANSWERS_WITHIN),
  });
  try {
    request.end(body);
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    const received = await buffer(response);
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      contentType: response.headers['content-type'] ?? '',
      body: received,
      took: performance.now() - begun,
      toolError: response.headers['x-deadringer-error'] as string | undefined,
    };
  } catch {
    return 'no answer';
  } finally {
    request.destroy();
  }
}

async function start(
  command: readonly string[],
  listens: RegExp,
  kept = 4000,
): Promise<{ child: ChildProcess; line: RegExpExecArray }> {
  const child = spawn(process.execPath, [...command], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const line = await new Promise<RegExpExecArray | undefined>(resolve => {
    const limit = setTimeout(() => resolve(undefined), LISTENS_WITHIN);
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const match = listens.exec(output);
      // Enough for an error, and for a line that is not complete.
      output = output.slice(-kept);
      if (match === null) return;
      clearTimeout(limit);
      resolve(match);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', () => {
      clearTimeout(limit);
      resolve(undefined);
    });
  });
  if (line !== undefined) return { child, line };
  const hasEnded = child.exitCode !== null;
  await stop(child);
  throw new Error(
    hasEnded ? output.trim().slice(-600) : `it does not listen after ${LISTENS_WITHIN / 1000} s`,
  );
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const limit = setTimeout(() => child.kill('SIGKILL'), 5000);
  await ended;
  clearTimeout(limit);
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
