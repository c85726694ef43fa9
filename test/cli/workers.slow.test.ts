// serve --workers: processes that serve one port, with a store of their own.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { type RunningProcess, startProcess } from './process.ts';

const SERVE = ['serve', '--specs', 'test/fixtures/pets.yaml', '--port', '0', '--workers', '2'];

/** Where the command puts what is temporary: the folder of its store. */
let temporary: string;
beforeEach(() => {
  temporary = mkdtempSync(path.join(tmpdir(), 'deadringer-workers-'));
  onTestFinished(() => rmSync(temporary, { recursive: true }));
});

function start(...args: string[]): RunningProcess {
  const NODE_COMPILE_CACHE = path.join(tmpdir(), 'node-compile-cache');
  return startProcess([...SERVE, ...args], { env: { TMPDIR: temporary, NODE_COMPILE_CACHE } });
}

/** The processes that the command has started, by their names. */
function childrenOf({ child }: RunningProcess): { pid: number; name: string }[] {
  const pids = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').split(' ');
  return pids
    .filter(pid => pid !== '')
    .map(pid => ({ pid: Number(pid), name: readFileSync(`/proc/${pid}/comm`, 'utf8').trim() }));
}

function workersOf(running: RunningProcess): number[] {
  return childrenOf(running).flatMap(({ pid, name }) => (name.endsWith('-server') ? [] : [pid]));
}

function storeOf(running: RunningProcess): number {
  const store = childrenOf(running).find(({ name }) => name.endsWith('-server'));
  if (store === undefined) throw new Error('the command has no store');
  return store.pid;
}

/** Resolves when the condition holds; the time limit of the test ends the wait. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(20);
}

const isGone = (pid: number): boolean => !existsSync(`/proc/${pid}`);

/** The processes that answer, by the part of exchange ids that is different for each. */
async function answeringProcesses(url: string): Promise<Set<string>> {
  const responses = await Promise.all(
    Array.from({ length: 8 }, () => fetch(`${url}/pets`, { headers: { connection: 'close' } })),
  );
  return new Set(responses.map(({ headers }) => headers.get('x-deadringer-exchange')?.split('-')[0] ?? ''));
}

test('two workers share a port and sessions; one that is killed is replaced, and so is the store', async () => {
  const running = start('--log', 'json');
  const [, url = ''] = await running.line(/"listening":"(.*?)"/);
  const [first, second] = workersOf(running);
  const store = storeOf(running);
  await until(async () => (await answeringProcesses(url)).size === 2);
  const anna = `${url}/__deadringer/sessions/anna`;
  const body = JSON.stringify({ id: 'anna', seed: 'kept' });
  expect((await fetch(`${url}/__deadringer/sessions`, { method: 'POST', body })).status).toBe(201);
  process.kill(first as number, 'SIGKILL');
  await until(() => workersOf(running).some(pid => pid !== first && pid !== second));
  process.kill(store, 'SIGKILL');
  await until(async () => (await fetch(anna)).status === 200);
  expect(await (await fetch(anna)).json()).toMatchObject({ id: 'anna', seed: 'kept' });
  await until(async () => (await answeringProcesses(url)).size === 2);
  const pids = [...workersOf(running), storeOf(running)];
  expect(pids).toHaveLength(3);
  running.child.kill('SIGTERM');
  const { code, out, err } = await running.ended;
  expect(code).toBe(0);
  expect(err.trim().split('\n')).toEqual([
    `deadringer: worker 1 (process ${first}) ended with SIGKILL; another one takes its place`,
    expect.stringMatching(`-server \\(process ${store}\\) ended with SIGKILL; it starts again with its data`),
  ]);
  expect(out.match(/"listening"/g)).toHaveLength(1);
  expect(out.match(/"listPets"/g)?.length).toBeGreaterThanOrEqual(16);
  expect(pids.filter(pid => !isGone(pid))).toEqual([]);
  expect(readdirSync(temporary)).toEqual([]);
});

test('nothing is left if the command itself is killed', async () => {
  const running = start();
  await running.line(/ on (http:\S+)/);
  const pids = [...workersOf(running), storeOf(running)];
  running.child.kill('SIGKILL');
  await running.ended;
  await until(() => pids.every(isGone) && readdirSync(temporary).length === 0);
});

test('the second Ctrl-C ends all processes at once', async () => {
  const running = start();
  const [, url = ''] = await running.line(/ on (http:\S+)/);
  const pids = [...workersOf(running), storeOf(running)];
  await fetch(`${url}/__deadringer/sessions/default/delivery`, { method: 'PUT', body: '{"delay":"1m"}' });
  const cut = fetch(`${url}/pets`).then(
    () => 'answered',
    () => 'cut',
  );
  running.child.kill('SIGINT');
  await running.line(/stopping after open requests/);
  running.child.kill('SIGINT');
  expect((await running.ended).code).toBe(130);
  expect(await cut).toBe('cut');
  await until(() => pids.every(isGone) && readdirSync(temporary).length === 0);
});

test('a start that fails in all workers is reported once', async () => {
  const { code, out, err } = await start('--scenarios', 'test/fixtures/none').ended;
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err.match(/test\/fixtures\/none/g)).toHaveLength(1);
  expect(readdirSync(temporary)).toEqual([]);
});

test('a store that cannot be started again is tried again, and may print as much as it likes', async () => {
  const folder = path.join(temporary, 'programs');
  const program = path.join(folder, 'valkey-server');
  mkdirSync(folder);
  const print = `[ ! -e "$0.talks" ] || head -c 400000 /dev/zero | tr '\\0' x\nexec redis-server "$@"\n`;
  writeFileSync(program, `#!/bin/sh\n${print}`, { mode: 0o755 });
  const PATH = `${folder}${path.delimiter}${process.env.PATH}`;
  const running = startProcess(SERVE, { env: { TMPDIR: temporary, PATH } });
  const [, url = ''] = await running.line(/ on (http:\S+)/);
  const session = `${url}/__deadringer/sessions/anna`;
  await fetch(`${url}/__deadringer/sessions`, { method: 'POST', body: '{"id":"anna"}' });
  renameSync(program, `${program}.gone`);
  process.kill(storeOf(running), 'SIGKILL');
  await until(async () => (await fetch(session)).status === 503);
  writeFileSync(`${program}.talks`, '');
  renameSync(`${program}.gone`, program);
  await until(async () => (await fetch(session)).status === 200);
  running.child.kill('SIGTERM');
  const { code, err } = await running.ended;
  expect(code).toBe(0);
  expect(err).toContain('deadringer: valkey-server cannot be started again: spawn');
});
