// The recipes of docs/testing-your-app.md, as they are written there, with the installed package and the real test runners.
import { execFile, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentedCommands, writeDocumentedFiles } from '../documented-files.ts';
import { installPackage } from '../installed-package.ts';

const PAGE = 'docs/testing-your-app.md';
const root = mkdtempSync(path.join(tmpdir(), 'deadringer-recipes-'));
/** For vitest and Jest on a busy machine. */
const PATIENT = '--testTimeout=120000';
const modules = path.join(root, 'node_modules');
const hasPython = spawnSync('python3', ['--version']).status === 0;
const env = {
  // Tests of a user know nothing of the run that they are part of.
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(VITEST|JEST|DEADRINGER|NODE_ENV$|TEST$|FORCE_COLOR$)/.test(name),
    ),
  ),
  NO_COLOR: '1',
  PATH: [
    path.dirname(process.execPath),
    path.join(modules, '.bin'),
    path.resolve('node_modules/.bin'),
    path.resolve('test/peers/node_modules/.bin'),
    process.env.PATH,
  ].join(path.delimiter),
};

beforeAll(() => {
  installPackage(root);
  for (const [name, home] of [
    ['vitest', 'node_modules/vitest'],
    ['jest', 'test/peers/node_modules/jest'],
    ['msw', 'test/peers/node_modules/msw'],
    ['cypress', 'test/peers/node_modules/cypress'],
  ] as const)
    symlinkSync(path.resolve(home), path.join(modules, name));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A project with the files of a recipe. */
function projectFor(section: string, type: 'module' | 'commonjs' = 'module'): string {
  const folder = mkdtempSync(path.join(root, 'project-'));
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ private: true, type }));
  cpSync('docs/guides/shop.yaml', path.join(folder, 'openapi.yaml'));
  writeDocumentedFiles(PAGE, folder, 'The client under test');
  writeDocumentedFiles(PAGE, folder, section);
  return folder;
}

function rewrite(file: string, change: (text: string) => string): void {
  const before = readFileSync(file, 'utf8');
  const after = change(before);
  expect(after).not.toBe(before);
  writeFileSync(file, after);
}

/** The command of the page that has the words, with the tools that are installed. */
function documented(words: string): string {
  const [command = ''] = documentedCommands(PAGE, words);
  expect(command).toContain(words);
  return command.replaceAll('npx ', '');
}

interface Ended {
  readonly code: number;
  readonly output: string;
}

function run(command: string, cwd: string, more: Record<string, string> = {}): Promise<Ended> {
  return new Promise(resolve => {
    execFile('sh', ['-c', command], { cwd, env: { ...env, ...more } }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), output: stdout + stderr }),
    );
  });
}

/** What the page shows between two lines "```" and below these words. */
function shown(words: string): string[] {
  const [, block = ''] = /```\n([\s\S]*?)```/.exec(readFileSync(PAGE, 'utf8').split(words)[1] ?? '') ?? [];
  return block.trimEnd().split('\n');
}

const sendCount = (text: string): string => text.replace('{ item, quantity }', '{ item, count: quantity }');
const sendCoffee = (text: string): string =>
  text.replace('{ item, quantity }', "{ item: 'coffee', quantity }");

describe('vitest', () => {
  const command = (): string => `${documented('vitest run').replace('deadringer run -- ', '')} ${PATIENT}`;

  test('passes, with types for the matchers and the fixture', async () => {
    const folder = projectFor('vitest');
    expect(await run(command(), folder)).toMatchObject({
      code: 0,
      output: expect.stringContaining('2 passed'),
    });
    const types =
      '--noEmit --allowJs --checkJs --strict --noImplicitAny false --module nodenext --target es2024';
    const files = 'tests/orders.test.js tests/mock.js vitest.config.js';
    mkdirSync(path.join(folder, 'node_modules'), { recursive: true });
    symlinkSync(path.resolve('node_modules/@types'), path.join(folder, 'node_modules/@types'));
    expect(await run(`tsc ${types} --types node ${files}`, folder)).toEqual({ code: 0, output: '' });
  });

  test('uses the server of deadringer run', async () => {
    const shared = await run(`deadringer run --fail-on violation -- ${command()}`, projectFor('vitest'));
    expect(shared).toMatchObject({
      code: 0,
      output: expect.stringContaining('Passed: 2 of 2 checked exchanges passed.'),
    });
  });

  test('shows what the app does wrong beside its error, and with a set-up of its own', async () => {
    const folder = projectFor('vitest');
    rewrite(path.join(folder, 'app/orders.js'), sendCount);
    const { code, output } = await run(command(), folder);
    expect(code).toBe(1);
    expect(output).toContain('Error: It did not work');
    for (const line of shown('`count` instead of `quantity`')) expect(output).toContain(line);

    rewrite(path.join(folder, 'vitest.config.js'), text =>
      text.replace('deadringer/vitest/setup', 'tests/mock.js'),
    );
    rewrite(path.join(folder, 'tests/orders.test.js'), text =>
      text.replace('openapi.getOrder', 'shop.getOrder'),
    );
    rewrite(path.join(folder, 'app/orders.js'), text =>
      text.replace('{ item, count: quantity }', "{ item: 'coffee', quantity }"),
    );
    const second = await run(command(), folder);
    expect(second.output).toContain('createOrder: expected 1 call, received 0; 1 call did not count');
    expect(second.output).toContain('1 failed | 1 passed');
  });
});

describe('Jest', () => {
  const command = (): string => `${documented('jest')} ${PATIENT}`;
  const asCommonJs = (text: string): string =>
    `${text.replaceAll('export async', 'async')}\nmodule.exports = { createOrder, orderStatus };\n`;

  test('passes in a CommonJS project without flags; a broken contract fails it with the line of the document', async () => {
    const folder = projectFor('Jest', 'commonjs');
    rewrite(path.join(folder, 'app/orders.js'), asCommonJs);
    expect(await run(command(), folder)).toMatchObject({
      code: 0,
      output: expect.stringContaining('2 passed'),
    });
    rewrite(path.join(folder, 'app/orders.js'), sendCount);
    const broken = await run(command(), folder);
    expect(broken.code).toBe(1);
    expect(broken.output).toContain('openapi.yaml:56');
    rewrite(path.join(folder, 'app/orders.js'), text =>
      text.replace('{ item, count: quantity }', "{ item: 'coffee', quantity }"),
    );
    expect((await run(command(), folder)).output).toContain(
      'createOrder: expected 1 call, received 0; 1 call did not count',
    );
  });

  test('passes in a project of ES modules', async () => {
    const folder = projectFor('Jest');
    rewrite(path.join(folder, 'tests/orders.test.js'), text =>
      text.replace(/const (.*) = require\((.*)\);/g, 'import $1 from $2;'),
    );
    const flags = { NODE_OPTIONS: '--experimental-vm-modules' };
    expect(readFileSync(PAGE, 'utf8')).toContain(`NODE_OPTIONS=${flags.NODE_OPTIONS}`);
    expect(await run(command(), folder, flags)).toMatchObject({
      code: 0,
      output: expect.stringContaining('2 passed'),
    });
  });
});

describe('node:test', () => {
  const command = (): string => documented('node --test');

  test('passes, and says which call is missing', async () => {
    const folder = projectFor('node:test');
    expect(await run(command(), folder)).toMatchObject({
      code: 0,
      output: expect.stringContaining('pass 2'),
    });
    rewrite(path.join(folder, 'app/orders.js'), sendCoffee);
    const { code, output } = await run(command(), folder);
    expect(code).toBe(1);
    const [first = '', ...lines] = shown("`createOrder(mock.url, 'coffee', 2)`");
    for (const line of [first.replace('VerificationError: ', ''), ...lines]) expect(output).toContain(line);
  });
});

test('MSW lets requests to the API through to the mock', async () => {
  const folder = projectFor('MSW');
  const command = documented('orders.msw.test.js');
  expect(await run(command, folder)).toMatchObject({ code: 0, output: expect.stringContaining('pass 2') });
  rewrite(path.join(folder, 'app/orders.js'), sendCount);
  const broken = await run(command, folder);
  expect(broken.code).toBe(1);
  expect(broken.output).toContain('It did not work');
});

describe('Cypress', () => {
  // Cypress downloads its program when it is installed, so it does not run here. Its package has the types and defineConfig().
  test('has types for the files of the recipe', async () => {
    const folder = projectFor('Cypress');
    expect(documented('cypress run')).toBe('deadringer run --fail-on violation -- cypress run');
    const types = '--noEmit --strict --skipLibCheck --module nodenext --target es2024 --types cypress,node';
    mkdirSync(path.join(folder, 'node_modules'), { recursive: true });
    symlinkSync(path.resolve('node_modules/@types'), path.join(folder, 'node_modules/@types'));
    const files = 'cypress.config.ts cypress/support/e2e.ts cypress/e2e/order.cy.ts';
    expect(await run(`tsc ${types} ${files}`, folder)).toEqual({ code: 0, output: '' });
  });

  test('controls the mock by its tasks', async () => {
    const folder = projectFor('Cypress');
    writeFileSync(
      path.join(folder, 'tasks.ts'),
      `import config from './cypress.config.ts';
       let tasks;
       config.e2e.setupNodeEvents((_, given) => { tasks = given; });
       const status = async () => (await fetch(process.env.DEADRINGER_URL + '/v1/orders/7')).status;
       await tasks.useScenario('openapi.getOrder.404');
       const forced = await status();
       await tasks.expectCall({ on: 'getOrder', times: 1 });
       await tasks.resetMock();
       const results = [forced, await status(), await tasks.resetMock(), await tasks.expectCall({ on: 'getOrder' }).catch(error => error.name)];
       console.log(JSON.stringify(results));`,
    );
    expect((await run('deadringer run -- node tasks.ts', folder)).output).toContain(
      '[404,200,null,"VerificationError"]',
    );
  });
});

describe('any other language', () => {
  test('is a command that knows DEADRINGER_URL: a shell with curl', async () => {
    const folder = projectFor('Any other language');
    const command = documented('-- sh tests/orders.sh');
    expect(await run(command, folder)).toMatchObject({
      code: 0,
      output: expect.stringContaining('"passed":true'),
    });
    rewrite(
      path.join(folder, 'tests/orders.sh'),
      text => `${text}\ncurl -sS $DEADRINGER_URL/v1/orders -H 'content-type: application/json' -d '{}'\n`,
    );
    const broken = await run(command, folder);
    expect(broken.code).toBe(1);
    expect(broken.output).toContain('openapi.yaml');
  });

  test.runIf(hasPython)('and Python', async () => {
    const folder = projectFor('Any other language');
    expect(await run(documented('python3'), folder)).toMatchObject({
      code: 0,
      output: expect.stringContaining('OK'),
    });
  });
});

test('require() loads deadringer/client, and deadringer itself in Node', async () => {
  const script =
    "const { connect } = require('deadringer/client'); const { startMock } = require('deadringer'); startMock({ specs: ['openapi.yaml'] }).then(async mock => { await connect(mock.url).use('openapi.getOrder.404'); await mock.close(); console.log('controlled'); })";
  const folder = projectFor('node:test', 'commonjs');
  writeFileSync(path.join(folder, 'script.cjs'), script);
  expect(await run('node script.cjs', folder)).toEqual({ code: 0, output: 'controlled\n' });
});
