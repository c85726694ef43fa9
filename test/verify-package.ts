// Installs the packed package as a user does, and prints its size, its time and its network calls; fails if it is large or calls anyone.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { install, pack } from './pack-and-install.ts';
import { foreignAddresses, traceNetwork } from './trace-network.ts';

const MAX_MB = 40;
const MAX_PACKAGES = 120;

const failures: string[] = [];
const home = mkdtempSync(path.join(tmpdir(), 'deadringer-package-'));
try {
  const folder = path.join(home, 'project');
  measureInstallation(pack(home), folder);
  await traceCommands(folder);
} finally {
  rmSync(home, { recursive: true, force: true });
}
for (const failure of failures) console.error(`error: ${failure}`);
if (failures.length > 0) process.exitCode = 1;

function print(name: string, value: string): void {
  console.log(`${name.padEnd(26)} ${value}`);
}

/** With a cache of npm of its own: the time includes all downloads. */
function measureInstallation(tarball: string, folder: string): void {
  const cache = path.join(home, 'cache');
  mkdirSync(folder);
  let started = performance.now();
  const log = install(tarball, folder, ['--cache', cache, '--loglevel', 'http']);
  print('npm install', `${seconds(started)}, with all downloads`);

  const registry = new URL(execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim())
    .host;
  const hosts = new Set(
    [...log.matchAll(/ https?:\/\/([^/\s]+)/g)].flatMap(([, host = '']) => host.split('@').at(-1) ?? []),
  );
  print('requests of npm', [...hosts].join(', '));
  if ([...hosts].join() !== registry) failures.push(`npm asked other hosts than the registry ${registry}`);

  const modules = path.join(folder, 'node_modules');
  const lock = JSON.parse(readFileSync(path.join(modules, '.package-lock.json'), 'utf8')) as {
    packages: Record<string, { hasInstallScript?: true }>;
  };
  const packages = Object.entries(lock.packages);
  const scripts = packages.filter(([, { hasInstallScript }]) => hasInstallScript).map(([name]) => name);
  print('install scripts', scripts.join(', ') || 'none');
  if (scripts.length > 0) failures.push(`an install must run no script: ${scripts.join(', ')}`);
  print('packages', `${packages.length} (at most ${MAX_PACKAGES})`);
  if (packages.length > MAX_PACKAGES) failures.push(`more than ${MAX_PACKAGES} packages are installed`);
  const megabytes = Number.parseInt(execFileSync('du', ['-sk', modules], { encoding: 'utf8' }), 10) / 1024;
  print('size', `${megabytes.toFixed(1)} MB (at most ${MAX_MB})`);
  if (megabytes > MAX_MB) failures.push(`more than ${MAX_MB} MB are installed`);

  const empty = path.join(home, 'empty');
  mkdirSync(empty);
  started = performance.now();
  execFileSync('npx', ['--cache', cache, '--yes', '--package', tarball, 'deadringer', '--version'], {
    cwd: empty,
  });
  print('npx deadringer --version', `${seconds(started)}, in an empty folder`);
}

/** Serves, answers, checks and lints, and lists whom the program calls meanwhile. */
async function traceCommands(folder: string): Promise<void> {
  const node = process.execPath;
  const bin = path.join(folder, 'node_modules', '.bin', 'deadringer');
  const trace = (name: string, ...args: string[]): ReturnType<typeof traceNetwork> =>
    traceNetwork(path.join(home, `${name}.log`), [node, ...args], { cwd: folder });
  const report = (name: string, calls: readonly string[]): void => {
    const foreign = [...new Set(foreignAddresses(calls))];
    print(`calls of ${name}`, foreign.length === 0 ? 'none beyond this machine' : foreign.join(', '));
    if (foreign.length > 0) failures.push(`"deadringer ${name}" calls ${foreign.join(', ')}`);
  };

  // A trace that sees nothing would pass.
  const control = "require('node:net').connect(53, '127.0.0.1').on('error', () => {})";
  if (foreignAddresses((await trace('control', '-e', control).ended).calls).length !== 1)
    throw new Error('strace does not see a call of a name server: install strace, and allow it to trace');

  const specs = ['--specs', 'node_modules/deadringer/specs'];
  const serve = trace('serve', bin, 'serve', '--port', '0', '--log', 'json', ...specs);
  for await (const line of createInterface(serve.child.stdout)) {
    const { listening: url } = JSON.parse(line) as { listening: string };
    for (const headers of [{ 'x-authorization': 'test-key' }, {}]) {
      const response = await fetch(`${url}/bunce/v1/customers/0000/devices`, { method: 'POST', headers });
      await response.body?.cancel();
    }
    for (const page of ['', 'openapi.yaml', 'operations', 'metrics'])
      await (await fetch(`${url}/__deadringer/${page}`)).body?.cancel();
    const journal = await fetch(`${url}/__deadringer/sessions/default/journal.har`);
    writeFileSync(path.join(folder, 'traffic.har'), await journal.text());
    break;
  }
  serve.child.kill();
  report('serve', (await serve.ended).calls);
  for (const [name, ...args] of [
    ['check', 'traffic.har', ...specs],
    ['lint', 'node_modules/deadringer/specs'],
    ['run', ...specs, '--', node, '-e', "fetch(process.env.DEADRINGER_URL + '/__deadringer/')"],
  ] as [string, ...string[]][]) {
    const { code, calls } = await trace(name, bin, name, ...args).ended;
    // 1: an exchange failed.
    if (code !== 0 && code !== 1) failures.push(`"deadringer ${name}" ends with ${code}`);
    report(name, calls);
  }
}

function seconds(started: number): string {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`;
}
