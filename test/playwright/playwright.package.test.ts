// deadringer/playwright from the installed package: the files of the page as they are, eight workers on one server, failures.
import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { JSONReport } from '@playwright/test/reporter';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { connect } from '../../src/client/connect.ts';
import { findChromium } from '../chromium.ts';
import { documentedCommands, writeDocumentedFiles } from '../documented-files.ts';
import { installPackage } from '../installed-package.ts';

const PAGE = 'docs/playwright.md';
const folder = mkdtempSync(path.join(tmpdir(), 'deadringer-playwright-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const env = {
  ...process.env,
  PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`,
  // Of vitest: a process with colours or in the mode of tests writes otherwise.
  NODE_ENV: undefined,
  FORCE_COLOR: undefined,
  DEADRINGER_URL: undefined,
  CHROMIUM: findChromium(),
};

beforeAll(() => {
  writeFileSync(
    path.join(folder, 'package.json'),
    JSON.stringify({ private: true, type: 'module', scripts: { start: 'node app.ts' } }),
  );
  installPackage(folder);
  for (const name of ['@playwright/test', 'playwright', 'playwright-core'])
    cpSync(path.join('node_modules', name), path.join(folder, 'node_modules', name), { recursive: true });
  symlinkSync('../playwright/cli.js', path.join(folder, 'node_modules', '.bin', 'playwright'));
  for (const name of ['app.ts', 'openapi.yaml', 'own'])
    cpSync(path.join('test', 'playwright', name), path.join(folder, name), { recursive: true });
  rmSync(path.join(folder, 'own', 'tsconfig.json'));
  // The configuration of the page, with the browser of this machine.
  writeFileSync(
    path.join(folder, 'machine.config.ts'),
    `import { defineConfig } from '@playwright/test';
     import own from './own/playwright.config.ts';
     import documented from './playwright.config.ts';
     const { launchOptions } = own.use ?? {};
     const webServer = process.env.DEADRINGER_URL === undefined ? documented.webServer : documented.webServer.slice(1);
     export default defineConfig({ ...documented, webServer }, { testDir: 'e2e', use: { launchOptions } });`,
  );
  writeDocumentedFiles(PAGE, folder);
});

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

async function run(command: string, args: readonly string[], options: SpawnOptions = {}): Promise<Ended> {
  const child = spawn(command, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let output = '';
  child.stdout?.on('data', chunk => {
    output += chunk;
  });
  child.stderr?.on('data', chunk => {
    output += chunk;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

/** In a network of its own, where the ports of the page are free. */
function runAlone(command: string): Promise<Ended> {
  const own = process.getuid?.() === 0 ? ['--net'] : ['--net', '--map-root-user'];
  return run('unshare', [...own, 'sh', '-c', `ip link set lo up && ${command}`]);
}

test('the files of the page pass, with the mock as a webServer of Playwright', async () => {
  const { code, output } = await runAlone('npx playwright test -c machine.config.ts --reporter=line');
  expect(output).toContain('3 passed');
  expect(code).toBe(0);
});

test('the files of the page pass under deadringer run', async () => {
  const [command = ''] = documentedCommands(PAGE, 'deadringer run');
  const { code, output } = await runAlone(`${command} -c machine.config.ts --reporter=line`);
  expect(output).toContain('3 passed');
  expect(code).toBe(0);
});

test('a test says how to start the mock if none runs', async () => {
  const { code, output } = await runAlone(
    'DEADRINGER_URL=http://127.0.0.1:4010 npx playwright test -c machine.config.ts --reporter=line -g lists',
  );
  expect(output).toContain('Error: no server responds at http://127.0.0.1:4010: start one with webServer');
  expect(code).toBe(1);
});

/** The installed program and the app, each on a free port. */
async function startServers(): Promise<{ DEADRINGER_URL: string; APP_URL: string }> {
  const listening = async (
    args: readonly string[],
    more: NodeJS.ProcessEnv,
    pattern: RegExp,
  ): Promise<string> => {
    const child = spawn(process.execPath, args, {
      cwd: folder,
      env: { ...env, ...more },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const closed = once(child, 'close');
    onTestFinished(async () => {
      child.kill();
      await closed;
    });
    for await (const line of createInterface(child.stdout)) {
      const [, url] = pattern.exec(line) ?? [];
      if (url === undefined) continue;
      // A full pipe would stop the program.
      child.stdout.resume();
      return url;
    }
    throw new Error(`${args.join(' ')} did not start`);
  };
  const program = path.join('node_modules', '.bin', 'deadringer');
  const serve = [program, 'serve', '--specs', 'openapi.yaml', '--port', '0', '--log', 'json'];
  const DEADRINGER_URL = await listening(serve, {}, /"listening":"([^"]+)"/);
  const APP_URL = await listening(['app.ts'], { DEADRINGER_URL, PORT: '0' }, /^(http:\S+)/);
  return { DEADRINGER_URL, APP_URL };
}

/** Runs tests of test/playwright/own. */
async function runOwn(
  servers: { DEADRINGER_URL: string },
  file: string,
  ...args: string[]
): Promise<JSONReport> {
  const { output } = await run('npx', ['playwright', 'test', '-c', 'own', file, ...args], {
    env: { ...env, ...servers },
  });
  return JSON.parse(output) as JSONReport;
}

test('400 tests of eight workers on one server do not affect each other', async () => {
  const servers = await startServers();
  const { stats, config, suites } = await runOwn(servers, 'isolation');
  expect(stats).toMatchObject({ expected: 400, unexpected: 0, flaky: 0, skipped: 0 });
  const results = suites.flatMap(suite =>
    suite.specs.flatMap(spec => spec.tests.flatMap(each => each.results)),
  );
  expect(new Set(results.map(each => each.workerIndex)).size).toBe(8);
  expect(config.workers).toBe(8);
  console.log(`400 tests of 8 workers: ${(stats.duration / 1000).toFixed(0)} s`);
  await expectNoTrace(servers.DEADRINGER_URL);
});

/** Each test has ended its session, and none has used that of another client. */
async function expectNoTrace(url: string): Promise<void> {
  const listed = await fetch(`${url}/__deadringer/sessions`);
  const { sessions } = (await listed.json()) as { sessions: { id: string }[] };
  expect(sessions.map(each => each.id).filter(id => id !== 'default')).toEqual([]);
  expect(await connect(url).journal()).toEqual([]);
}

test('the requests of a test belong to its session, and failures show them', async () => {
  const servers = await startServers();
  const requests = await runOwn(servers, 'requests', '--workers=2');
  expect(requests.errors).toEqual([]);
  expect(requests.stats).toMatchObject({ unexpected: 0, flaky: 0, skipped: 0 });
  await expectNoTrace(servers.DEADRINGER_URL);

  const failing = await runOwn(servers, 'failing', '--workers=2');
  const seen = specsOf(failing).map(({ title, tests: [first] }) => {
    const [result] = first?.results ?? [];
    return [
      title,
      result?.status,
      result?.attachments.map(each => each.name).filter(name => !name.startsWith('error-context')),
    ];
  });
  expect(seen).toEqual([
    ['passes, because nothing looks at the contract', 'passed', []],
    ['fails, and shows the invalid request', 'failed', ['deadringer.har', 'contract']],
    ['fails as it should', 'failed', []],
    ['fails because of an invalid request', 'failed', ['deadringer.har']],
    ['fails because of a path that no document declares', 'failed', ['deadringer.har']],
    ['passes, because a forced error is no fault of the page', 'passed', []],
    ['passes, and has its exchanges attached', 'passed', ['deadringer.har']],
    ['passes, and has no exchange to attach', 'passed', ['deadringer.har']],
    ['fails without an attachment', 'failed', ['contract']],
  ]);
  const broken = specsOf(failing).find(({ title }) => title === 'fails because of an invalid request');
  expect(broken?.tests[0]?.results[0]?.error?.message).toBe(
    `Error: this test does not satisfy the contract: 1 exchange violates it
  POST /pets -> 400 (addPet)
    request body /name must be string; got 5 (request-body-schema, openapi.yaml:${lineOf('minLength: 1 } }')})`,
  );
  await expectNoTrace(servers.DEADRINGER_URL);

  const checked = await run('npx', ['deadringer', 'check', 'test-results', '--specs', 'openapi.yaml']);
  expect(checked.output).toContain('request body /name must be string; got 5 (request-body-schema)');
  expect(checked.output).toMatch(/^ {2}4 {2}total$/m);
});

function specsOf({ suites }: JSONReport): JSONReport['suites'][number]['specs'] {
  return suites.flatMap(suite => [...suite.specs, ...(suite.suites ?? []).flatMap(inner => inner.specs)]);
}

function lineOf(text: string): number {
  return (
    readFileSync(path.join(folder, 'openapi.yaml'), 'utf8')
      .split('\n')
      .findIndex(line => line.includes(text)) + 1
  );
}
