// The GitHub Action: its shell steps run as written, with the packed package, in a repository of their own.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { har } from '../check/traffic.ts';
import { installPackage, packedTarball } from '../installed-package.ts';
import { ACTION, runAction } from './runner.ts';

const DOCUMENT = `openapi: 3.1.0
info: { title: Pets, version: '1' }
servers: [{ url: https://pets.example.com }]
paths:
  /pets/{id}:
    get:
      operationId: getPet
      parameters:
        - { name: id, in: path, required: true, schema: { type: integer } }
      responses:
        '200':
          description: a pet
          content:
            application/json:
              schema: { type: object, required: [name], properties: { name: { type: string } } }
              example: { name: Rex }
`;
const PET = { url: 'https://pets.example.com/pets/7', body: '{"name":"Rex"}' };
const WRONG_PET = { ...PET, body: '{"name":7}' };
const LINE = 'line=15,col=';

let home: string;
let workspace: string;
beforeAll(() => {
  home = mkdtempSync(path.join(tmpdir(), 'deadringer-action-'));
  workspace = path.join(home, 'repository');
  installPackage(workspace);
  const write = (file: string, text: string): void => {
    mkdirSync(path.dirname(path.join(workspace, file)), { recursive: true });
    writeFileSync(path.join(workspace, file), text);
  };
  write('openapi.yaml', DOCUMENT);
  write('recordings/good.har', har([PET, PET]));
  write('recordings/a "quoted" name; $(touch injected).har', har([WRONG_PET]));
  write('packages/app/openapi.yaml', DOCUMENT);
  write('packages/app/traffic.har', har([PET, WRONG_PET]));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const injected = (): string[] =>
  readdirSync(workspace, { recursive: true, encoding: 'utf8' }).filter(
    name => path.basename(name) === 'injected',
  );

test('a recording that passes: outputs, summary, all reports, an artifact', async () => {
  const { failed, log, summary, outputs, uses } = await runAction(workspace, {
    check: 'recordings/good.har',
  });
  expect(failed, log).toBe(false);
  const reports = path.join(workspace, 'deadringer-reports');
  expect(outputs).toEqual({ 'exit-code': '0', reports });
  expect(readdirSync(reports).toSorted()).toEqual(
    ['html', 'json', 'md', 'sarif', 'xml'].map(extension => `deadringer.${extension}`),
  );
  expect(log).toContain('::notice title=deadringer%3A passed::Passed: 2 of 2');
  expect(summary).toContain('2 of 2 checked exchanges passed.');
  expect(uses).toEqual({
    'actions/upload-artifact@v7': {
      name: 'deadringer-reports',
      path: reports,
      'if-no-files-found': 'ignore',
    },
  });
});

test('a recording that fails, in a folder below the root: the error is on the line of the document, and reports are uploaded', async () => {
  const { failed, log, summary, outputs, uses } = await runAction(workspace, {
    check: 'traffic.har',
    'working-directory': 'packages/app',
    artifact: '',
    sarif: 'true',
  });
  expect(failed).toBe(true);
  expect(outputs['exit-code']).toBe('1');
  expect(log).toContain(`::error file=packages/app/openapi.yaml,${LINE}`);
  expect(summary).toContain('1 of 2');
  const sarif = path.join(workspace, 'packages/app/deadringer-reports/deadringer.sarif');
  expect(uses).toEqual({
    'github/codeql-action/upload-sarif@v4': { sarif_file: sarif },
  });
  expect(readFileSync(sarif, 'utf8')).toContain('"uri": "packages/app/openapi.yaml"');
});

test('names with spaces, quotes and shell syntax are not evaluated; patterns and further options work', async () => {
  const { failed, log, outputs } = await runAction(workspace, {
    check: 'recordings/*.har\r\n\nrecordings/a "quoted" name; $(touch injected).har\n',
    specs: 'openapi.yaml',
    'fail-on': 'none',
    'min-coverage': 'operations=100',
    baseline: '',
    arguments: '--side=provider\n',
    reports: 'out/a "b" `touch injected`',
    summary: 'false',
  });
  expect(failed, log).toBe(false);
  expect(outputs.reports).toBe(path.join(workspace, 'out/a "b" `touch injected`'));
  expect(log).toContain('3 exchanges = 2 passed + 0 rejected + 1 failed');
  expect(injected()).toEqual([]);
});

test('shards never fail, and the job that merges their reports does', async () => {
  const reports = 'parts';
  for (const shard of ['1/2', '2/2']) {
    const { failed, log, uses } = await runAction(workspace, { check: 'recordings', shard, reports });
    expect(failed, log).toBe(false);
    expect(uses['actions/upload-artifact@v7']?.name).toBe(`deadringer-reports-${shard.replace('/', '-of-')}`);
  }
  const merged = await runAction(workspace, { merge: 'parts/deadringer-*.json' });
  expect(merged.failed).toBe(true);
  expect(merged.outputs['exit-code']).toBe('1');
  expect(merged.log).toContain(`::error file=openapi.yaml,${LINE}`);
  expect(merged.log).toContain('1 of 3 checked exchanges failed');
});

describe('a command', () => {
  const request = (path: string): string =>
    `node -e 'fetch(process.env.DEADRINGER_URL + "${path}").then(({ status }) => console.log("status", status))'`;

  test('that keeps the contract passes, and does not see the inputs of the action', async () => {
    const { failed, log, outputs } = await runAction(workspace, {
      run: `${request('/pets/7')}\necho "specs: \${SPECS-unset} reports: \${REPORTS-unset}"`,
    });
    expect(failed, log).toBe(false);
    expect(log).toContain('status 200');
    expect(log).toContain('specs: unset reports: unset');
    expect(outputs['exit-code']).toBe('0');
  });

  test('that passes and broke the contract fails, with the line', async () => {
    const { failed, log, outputs } = await runAction(workspace, { run: request('/pets/x') });
    expect(failed, log).toBe(true);
    expect(log).toContain('status 422');
    expect(log).toContain('::error file=openapi.yaml,line=9,');
    expect(outputs['exit-code']).toBe('1');
  });

  test('that fails decides the exit code', async () => {
    const { failed, outputs } = await runAction(workspace, {
      run: `${request('/pets/7')} | cat; false; echo`,
    });
    expect([failed, outputs['exit-code']]).toEqual([true, '1']);
  });
});

describe('bad inputs fail with a message', () => {
  test.for([
    ['no input', {}, /::error title=deadringer::one of the inputs "check", "run" and "merge" must be given/],
    ['two of them', { check: 'recordings', run: 'true' }, /must be given, and only one/],
    ['a missing file', { check: 'no where.har' }, /^::error title=deadringer::no where\.har does not exist/m],
    ['a shard that is none', { check: 'recordings', shard: '3' }, /"shard" must be written as 2\/3/],
    ['a shard of a command', { run: 'true', shard: '1/2' }, /"shard" needs the input "check"/],
    [
      'an unknown kind',
      { check: 'recordings', 'fail-on': '$(touch injected)' },
      /^::error title=deadringer::option '--fail-on/m,
    ],
    ['two lines in a name', { check: 'recordings', artifact: 'a\nexit-code=0' }, /must be one line each/],
    [
      'an unknown option',
      { check: 'recordings', arguments: '--nothing' },
      /^::error title=deadringer::unknown option '--nothing'/m,
    ],
  ] as const)('%s', async ([, inputs, message]) => {
    const { failed, log, summary, uses } = await runAction(workspace, inputs);
    expect(failed).toBe(true);
    expect(log).toMatch(message);
    expect({ summary, uses: Object.keys(uses).filter(name => name.includes('sarif')) }).toEqual({
      summary: '',
      uses: [],
    });
    expect(injected()).toEqual([]);
  });
});

describe('a step on its own', () => {
  /** @returns its outputs */
  const runStep = (id: string, env: NodeJS.ProcessEnv): string => {
    const folder = mkdtempSync(path.join(home, 'step-'));
    const output = path.join(folder, 'output');
    const script = ACTION.runs.steps.find(step => step.id === id)?.run ?? '';
    execFileSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
      cwd: folder,
      env: { ...process.env, ...env, GITHUB_OUTPUT: output },
    });
    return readFileSync(output, 'utf8');
  };

  test.for([
    ['>=999.0.0', 'true'],
    ['^22.22.2 || >=24.15.0', 'false'],
    ['^1.2.3 || >=999.0.0', 'true'],
    ['>=24.0.0', 'false'],
  ])('with engines %s, it is %s that Node is missing', ([node, isMissing]) => {
    const folder = mkdtempSync(path.join(home, 'engines-'));
    writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ engines: { node } }));
    expect(runStep('node', { GITHUB_ACTION_PATH: folder })).toBe(`is-missing=${isMissing}\n`);
  });

  const { version: own } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string };
  test.for([
    ['1.2.3', '1.2.3', 'true'],
    ['1.2.3-beta.1', '1.2.3-beta.1', 'true'],
    ['1.2', '1.2', 'false'],
    ['latest', 'latest', 'false'],
    ['1.2.3\nprogram=/tmp/x', '1.2.3program=/tmp/x', 'false'],
    ['', own, 'true'],
  ])('of the version %j, %s is installed, and it is %s that it is cached', ([VERSION, version, isExact]) => {
    const outputs = runStep('find', { VERSION, GITHUB_ACTION_PATH: process.cwd() });
    expect(outputs).toBe(`program=\nversion=${version}\nis-exact=${isExact}\n`);
  });
});

test('without the program in the project, the version is installed', async () => {
  const empty = path.join(home, 'empty');
  mkdirSync(empty);
  writeFileSync(path.join(empty, 'openapi.yaml'), DOCUMENT);
  writeFileSync(path.join(empty, 'traffic.har'), har([PET]));
  const version = `file:${packedTarball()}`;
  const { failed, log, uses } = await runAction(
    empty,
    { check: 'traffic.har', version },
    { npm_config_prefer_offline: 'true' },
  );
  expect(failed, log).toBe(false);
  expect(log).toContain('Passed: 1 of 1');
  expect(Object.keys(uses)).toEqual(['actions/upload-artifact@v7']);
});
