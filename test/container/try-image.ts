// Starts the image of the Dockerfile as a container engine would, without one: read-only root, no privileges, processes and network of its own.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { environmentOf, type Stage, settingOf, wordsOf } from './dockerfile.ts';

export interface Volume {
  readonly from: string;
  readonly to: string;
  readonly writable?: boolean;
}

export interface Container {
  /** What it has written to standard output and standard error. */
  output(): string;
  /** The exit code of a program that runs inside, as "docker exec" does. */
  exec(words: readonly string[]): Promise<number>;
  /** The exit code of the health check. */
  health(): Promise<number>;
  /** Runs curl in the network of the container. @returns the status, a space and the body; "000" if nothing listens */
  curl(...args: readonly string[]): Promise<string>;
  signal(signal: NodeJS.Signals): void;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
}

const call = promisify(execFile);

/**
 * @param image the root folder of the image, which no container changes
 * @param words the arguments after the name of the image; none: those of CMD
 */
export async function startContainer(
  image: string,
  stage: Stage,
  words: readonly string[],
  env: Readonly<Record<string, string>>,
  volumes: readonly Volume[] = [],
): Promise<Container> {
  if (settingOf(stage, 'WORKDIR') !== '/') throw new Error('chroot starts programs in / only');
  const layers = mkdtempSync(`${image}-container-`);
  const root = path.join(layers, 'root');
  for (const name of ['root', 'upper', 'work']) mkdirSync(path.join(layers, name));
  const layerOptions = `lowerdir=${image},upperdir=${layers}/upper,workdir=${layers}/work`;
  const mounts = [`mount -t overlay -o '${layerOptions}' overlay '${root}'`];
  for (const { from, to, writable = false } of volumes) {
    mounts.push(`mkdir '${root}${to}'`, `mount --bind '${from}' '${root}${to}'`);
    if (!writable) mounts.push(`mount -o remount,ro,bind '${root}${to}'`);
  }
  mounts.push(`mount --rbind /dev '${root}/dev'`, `mount -t proc proc '${root}/proc'`);
  mounts.push(`mount -o remount,ro '${root}'`, 'ip link set lo up');
  const variables = Object.entries({ PATH: process.env.PATH, ...environmentOf(stage), ...env }).map(
    ([name, value]) => `${name}=${value}`,
  );
  const inside = ['chroot', `--userspec=${settingOf(stage, 'USER')}`, root];
  const entry = [...wordsOf(stage, 'ENTRYPOINT'), ...(words.length > 0 ? words : wordsOf(stage, 'CMD'))];
  const child = spawn(
    'unshare',
    [
      ...['--mount', '--pid', '--net', '--fork', '--kill-child', 'env', '-i', ...variables],
      ...['sh', '-ec', `${mounts.join('\n')}\nexec "$@"`, 'sh', ...inside, ...entry],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  // After a failed step, too. --kill-child ends what runs inside.
  process.once('exit', () => child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (output += String(chunk)));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const first = await firstProcess(child);
  const exec = (command: readonly string[], ...namespaces: readonly string[]) =>
    call('nsenter', [`--target=${first}`, ...namespaces, ...command], { maxBuffer: 1e8 });
  const exitCode = (words: readonly string[]): Promise<number> =>
    exec(['env', '-i', ...variables, ...inside, ...words], '--mount', '--pid', '--net').then(
      () => 0,
      (error: { code: number }) => error.code,
    );
  return {
    output: () => output,
    ended,
    exec: exitCode,
    health: () => exitCode(wordsOf(stage, 'HEALTHCHECK')),
    curl: async (...args) => {
      const all = ['curl', '-s', '-w', '\n%{http_code}', ...args];
      const { stdout } = await exec(all, '--net').catch((error: { stdout: string }) => error);
      const lines = stdout.split('\n');
      const status = lines.pop();
      return `${status} ${lines.join('\n')}`;
    },
    signal: signal => process.kill(first, signal),
  };
}

/** The process that has id 1 in the container. */
async function firstProcess({ pid }: ChildProcess): Promise<number> {
  const file = `/proc/${pid}/task/${pid}/children`;
  for (let attempt = 0; attempt < 100; attempt++) {
    const [first] = existsSync(file) ? readFileSync(file, 'utf8').split(' ') : [];
    if (first) return Number(first);
    await sleep(20);
  }
  throw new Error('the container did not start');
}
