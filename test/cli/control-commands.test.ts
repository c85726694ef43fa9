// Steering a running server from the command line: use, sessions, journal, verify, and run with a server of its own.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Mock, startMock } from '../../src/index.ts';
import { closedPort } from './listening.ts';
import { runProcess, startProcess } from './process.ts';
import { type Ended, run, start } from './program.ts';

let mock: Mock;
let folder: string;
beforeAll(async () => {
  mock = await startMock({
    specs: ['specs', 'test/fixtures/pets.yaml'],
    scenarios: ['test/fixtures/scenarios'],
  });
  folder = mkdtempSync(path.join(tmpdir(), 'deadringer-steer-'));
});
afterAll(async () => {
  await mock.close();
  rmSync(folder, { recursive: true });
});

const steer = (...args: string[]): Promise<Ended> => run(...args, '--server', mock.url);
const pets = (session: string): Promise<Response> => fetch(`${mock.url}/~${session}/pets/pets`);
const file = (name: string, text: string): string => {
  writeFileSync(path.join(folder, name), text);
  return path.join(folder, name);
};

describe('use', () => {
  test('enables and disables a scenario for one session', async () => {
    expect(await steer('use', 'pets/flaky', '-s', 'one')).toEqual({
      code: 0,
      out: 'one: pets/flaky\n',
      err: '',
    });
    expect([(await pets('one')).status, (await pets('two')).status]).toEqual([503, 200]);
    expect((await steer('use', '--off', '-s', 'one')).out).toBe('one: no scenario enabled\n');
    expect((await pets('one')).status).toBe(200);
    expect((await steer('use', '--off', 'pets/tagged', '-s', 'one')).out).toBe(
      'one: no scenario enabled; off: pets/tagged\n',
    );
  });

  test('lists scenarios, and suggests the nearest for an unknown name', async () => {
    const { out } = await steer('use', '--list', 'pets');
    expect(out).toMatch(/^pets\/flaky +Down twice, and then well$/m);
    expect(out).toMatch(/^pets\/tagged +Every pet is a dog \(on by default\)$/m);
    expect(out).toMatch(/^pets\.listPets\.503 +listPets answers 503$/m);
    const { code, err } = await steer('use', 'pets/flakey');
    expect([code, err]).toEqual([
      2,
      'deadringer: there is no scenario "pets/flakey"; did you mean "pets/flaky"?; GET /__deadringer/scenarios lists them all\n',
    ]);
  });

  test('prints a remedy when no server responds', async () => {
    const server = `http://127.0.0.1:${await closedPort()}`;
    const { code, err } = await run('use', 'x', '--server', server);
    expect([code, err]).toEqual([
      2,
      `deadringer: nothing answers at ${server}; start it with "deadringer serve", or name another with --server\n`,
    ]);
  });
});

describe('sessions and journal', () => {
  test('list sessions and their exchanges, and end a session', async () => {
    await (await pets('told')).text();
    expect((await steer('sessions')).out).toMatch(/^told {2}1 call, last \S+$/m);
    expect((await steer('journal', '-s', 'told')).out).toMatch(/^\S+ GET \/pets\/pets listPets 200\n$/);
    const [line = ''] = (await steer('journal', '-s', 'told', '--json')).out.split('\n');
    expect(JSON.parse(line)).toMatchObject({ session: 'told', operation: 'listPets' });
    expect((await steer('sessions', '--end', 'told')).out).not.toMatch(/^told /m);
    expect((await steer('journal', '-s', 'told')).err).toContain('there is no session "told"');
  });

  test('--follow prints new exchanges', async () => {
    const program = startProcess(['journal', '--follow', '-s', 'followed', '--server', mock.url]);
    await (await pets('followed')).text();
    await program.line(/GET \/pets\/pets listPets 200\n/);
    program.child.kill();
    await program.ended;
  });
});

describe('verify', () => {
  test('exits with 0 when expectations passed, 1 with reasons when they failed, 2 when they cannot be read', async () => {
    await (await pets('checked')).text();
    const kept = file('kept.yaml', 'expected:\n  - on: listPets\n    times: 1\n');
    expect(await steer('verify', '-s', 'checked', '--file', kept)).toEqual({
      code: 0,
      out: 'kept\n',
      err: '',
    });
    const broken = file('broken.yaml', 'forbidden:\n  - on: listPets\n');
    expect(await steer('verify', '-s', 'checked', '--file', broken)).toEqual({
      code: 1,
      out: 'listPets was not to be called and was called 1 times\nnot kept\n',
      err: '',
    });
    expect((await steer('verify', '--file', file('bad.yaml', 'expected: [\n'))).err).toMatch(
      /bad\.yaml:\d+:\d+ /,
    );
    expect((await steer('verify', '--file', 'nowhere.yaml')).err).toBe(
      'deadringer: nowhere.yaml cannot be read: the file does not exist\n',
    );
    const wrong = await steer('verify', '--file', file('wrong.yaml', 'expcted: []\n'));
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('expcted')]);
  });
});

describe('run', () => {
  /** Runs it around a program that calls the server, prints the status and ends with `code`. */
  const around = (code: number, ...options: string[]): Promise<Ended> => {
    const program = `
      const { status } = await fetch(process.env.DEADRINGER_URL + '/pets/pets');
      process.stdout.write(status + '\\n');
      process.exitCode = ${code};`;
    const command = [process.execPath, '--input-type=module', '-e', program];
    return runProcess('run', '--specs', 'test/fixtures/pets.yaml', ...options, '--', ...command);
  };

  test('sets DEADRINGER_URL, keeps the exit code, and prints the number of requests', async () => {
    const { code, out, err } = await around(7);
    expect({ code, out }).toEqual({ code: 7, out: '200\n' });
    expect(err).toBe('deadringer: 1 request, 0 of them refused\n');
  });

  test('enables scenarios, and fails a successful command when expectations failed', async () => {
    const expectations = file('run.yaml', 'expected:\n  - on: listPets\n    times: 2\n');
    const { code, out } = await around(0, '--use', 'pets.listPets.503', '--verify', expectations);
    expect({ code, out }).toEqual({
      code: 1,
      out: '503\nlistPets was to be called 2 times and was called 1 times\nnot kept\n',
    });
  });

  test('reports an unknown command', async () => {
    expect(await run('run', '--', 'no-such-program')).toEqual({
      code: 2,
      out: '',
      err: 'deadringer: there is no program "no-such-program"\n',
    });
  });
});

test('serve requires a token on other addresses than loopback', async () => {
  const { code, out, err } = await run('serve', '--host', '0.0.0.0', '--port', '0');
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain('give a token with --token (or DEADRINGER_TOKEN)');
});

test('serve and lint reject a scenario that violates the contract, with the lines of both files', async () => {
  const stories = mkdtempSync(path.join(folder, 'stories-'));
  const { mkdirSync } = await import('node:fs');
  mkdirSync(path.join(stories, 'pets'));
  const story = path.join(stories, 'pets', 'lie.yaml');
  writeFileSync(
    story,
    'title: A lie\nrules:\n  - on: getPet\n    reply:\n      status: 200\n      body: { id: 1 }\n',
  );
  const args = ['--specs', 'test/fixtures/pets.yaml', '--scenarios', stories];
  const complaint = `${story}:6:7 error response body /name is missing (test/fixtures/pets.yaml:79); fix it, or give the reason as "off-contract" (scenario-off-contract)\n`;
  expect(await run('serve', '--port', '0', ...args)).toEqual({ code: 2, out: '', err: complaint });
  const linted = await run('lint', 'test/fixtures/pets.yaml', '--scenarios', stories);
  expect(linted.code).toBe(1);
  expect(linted.out).toContain(complaint);
  writeFileSync(
    story,
    'title: A lie\nrules:\n  - on: getPet\n    reply:\n      status: 200\n      body: { id: 1 }\n      off-contract: to see what the app does\n',
  );
  const server = start(['serve', '--port', '0', '--log', 'json', ...args]);
  const [, url = ''] = await server.line(/"listening":"([^"]+)"/);
  await run('use', 'pets/lie', '--server', url);
  expect(await (await fetch(`${url}/pets/only/pets/1`)).json()).toEqual({ id: 1 });
  expect((await run('journal', '--server', url)).out).toContain('(off contract: to see what the app does)');
  server.signal('SIGTERM');
  await server.ended;
});
