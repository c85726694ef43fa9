// Starts another mock server, and compares its replies with those of the same rules, imported here.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, expect } from 'vitest';
import { type MockServer, startServer } from '../../src/start.ts';
import { run } from '../cli/program.ts';
import { type PlayedReply, type PlayedRequest, playAll } from './play.ts';

let mock: MockServer | undefined;
const peers = new Set<ChildProcess>();

/**
 * Plays the requests of all fixtures in the other server before the first test, all at the same time: starting it takes longest.
 * @param start starts the server with the rules of a fixture, by startPeer
 * @returns the replies by fixture
 */
export function repliesOfPeers(
  requests: Readonly<Record<string, readonly PlayedRequest[]>>,
  start: (name: string) => Promise<string>,
): (name: string) => readonly PlayedReply[] {
  const replies = new Map<string, readonly PlayedReply[]>();
  const endPeers = (): void => {
    for (const peer of peers) peer.kill('SIGKILL');
    peers.clear();
  };
  beforeAll(async () => {
    const played = Object.entries(requests).map(async ([name, all]) =>
      replies.set(name, await playAll(await start(name), all)),
    );
    await Promise.all(played).finally(endPeers);
  }, 300_000);
  afterEach(async () => {
    await mock?.close();
    mock = undefined;
  });
  return name => replies.get(name) ?? [];
}

/**
 * @param ready what the server prints when it listens
 * @returns its origin
 */
export async function startPeer(
  command: string,
  argsFor: (port: number) => readonly string[],
  ready: RegExp,
  cwd?: string,
): Promise<string> {
  const port = await freePort();
  const started = spawn(command, argsFor(port), { cwd });
  peers.add(started);
  await new Promise<void>((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      if (ready.test(output)) resolve();
    };
    started.stdout.on('data', read);
    started.stderr.on('data', read);
    started.on('error', reject);
    started.on('exit', code => reject(new Error(`${command} ended with ${code}: ${output}`)));
  });
  return `http://127.0.0.1:${port}`;
}

/** The options that the help of a program has and a page does not, without "no-". */
export function optionsNotIn(page: string, command: string, ...args: string[]): string[] {
  const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  // A long name may be broken at its hyphen.
  const help = (stdout + stderr)
    .replace(/-\n {2}(?=[a-z])/g, '-')
    .replace(/- +<?[A-Z].*\n {2}(?=[a-z])/g, '-');
  const options = [...help.matchAll(/^ *(?:-\w, )?--(?:no-)?([a-z][\w.-]*)/gm)].map(([, name = '']) => name);
  expect(options.length).toBeGreaterThan(15);
  const text = readFileSync(page, 'utf8').replaceAll('`--no-', '`--');
  return options.filter(name => !text.includes(`\`--${name}\``));
}

interface Played {
  readonly requests: readonly PlayedRequest[];
  readonly theirs: readonly PlayedReply[];
  /** A reply to a request that no rule expects, without the explanation of the other server. */
  readonly isUnexpected: (reply: PlayedReply) => boolean;
}

/** Imports the rules, serves them, and plays the requests again. */
export async function expectSameReplies(
  input: string,
  name: string,
  { requests, theirs, isUnexpected }: Played,
  more: readonly string[] = [],
): Promise<void> {
  const out = mkdtempSync(path.join(os.tmpdir(), 'deadringer-import-'));
  const imported = await run('import', input, '--name', name, '--output', out, '--json', ...more);
  expect(imported).toMatchObject({ code: 0, err: '' });
  const { losses, serve } = JSON.parse(imported.out) as { losses: { construct: string }[]; serve: string };
  const constructs = new Set(losses.map(({ construct }) => construct));
  const linted = await run('lint', path.join(out, `${name}.openapi.yaml`), '--scenarios', out);
  expect(linted.out).toMatch(/no errors/);
  const stateFile = / --state-file (\S+)/.exec(serve)?.[1];
  mock = await startServer({
    specs: [`${name}=${path.join(out, `${name}.openapi.yaml`)}`],
    scenarios: [out],
    ...(stateFile !== undefined && { stateFile }),
  });
  const ours = await playAll(mock.url, requests);
  const shown = (reply: PlayedReply | undefined): unknown =>
    reply !== undefined && isUnexpected(reply) ? { status: reply.status, headers: {}, body: '' } : reply;
  for (const [index, request] of requests.entries()) {
    const label = `${request.method ?? 'GET'} ${request.path} (request ${index + 1})`;
    const { lostFields = [] } = request;
    expect(
      lostFields.filter(name => !constructs.has(name)),
      label,
    ).toEqual([]);
    if (request.differs === undefined)
      expect(shown(comparable(ours[index], request)), label).toEqual(
        shown(comparable(theirs[index], request)),
      );
    else {
      expect(shown(ours[index]), label).not.toEqual(shown(theirs[index]));
      expect(constructs, label).toContain(request.differs);
    }
  }
}

function comparable(
  reply: PlayedReply | undefined,
  { lostFields = [], sameValue = false, sameShape = false }: PlayedRequest,
): PlayedReply | undefined {
  if (reply === undefined) return undefined;
  const lost = new Set(lostFields.map(name => name.toLowerCase()));
  const kept = Object.entries(reply.headers).filter(([name]) => !lost.has(name));
  const body =
    sameValue || sameShape
      ? JSON.stringify(sorted(JSON.parse(reply.body), sameShape ? each => typeof each : each => each))
      : reply.body;
  return { ...reply, body, headers: Object.fromEntries(kept) };
}

function sorted(value: unknown, scalar: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(each => sorted(each, scalar));
  if (typeof value !== 'object' || value === null) return scalar(value);
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, inner]) => [name, sorted(inner, scalar)]),
  );
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
