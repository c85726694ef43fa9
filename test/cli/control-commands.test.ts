// Commands that control a running server: use, sessions, journal, verify; and run, which starts a server.
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
  folder = mkdtempSync(path.join(tmpdir(), 'deadringer-control-'));
});
afterAll(async () => {
  await mock.close();
  rmSync(folder, { recursive: true });
});

const control = (...args: string[]): Promise<Ended> => run(...args, '--server', mock.url);
const pets = (session: string): Promise<Response> => fetch(`${mock.url}/~${session}/pets/pets`);
const file = (name: string, text: string): string => {
  writeFileSync(path.join(folder, name), text);
  return path.join(folder, name);
};

describe('clock', () => {
  const START = '2027-01-01T00:00:00.000Z';

  test('is set, advanced, frozen, shown and reset in one session', async () => {
    const clock = async (...args: string[]): Promise<string> => {
      const { code, out, err } = await control('clock', ...args, '-s', 'timed');
      expect({ code, err }).toEqual({ code: 0, err: '' });
      return out;
    };
    await clock('freeze');
    expect(await clock('set', '2027-01-01')).toMatch(new RegExp(`^timed: ${START}, .+ real time, frozen\n$`));
    expect(await clock('advance', '1d1h30m')).toMatch(/^timed: 2027-01-02T01:30:00.000Z, .+, frozen\n$/);
    const shown = (await clock()).replace(/, .*/, '');
    expect(shown).toBe('timed: 2027-01-02T01:30:00.000Z\n');
    expect((await control('sessions')).out).toMatch(
      /^timed {2}.*, clock 2027-01-02T01:30:00.000Z, .+, frozen$/m,
    );
    expect((await control('use', '-s', 'timed')).out).toMatch(/^ {2}clock: 2027-01-02T01:30:00.000Z/m);
    expect(await clock('run')).not.toContain('frozen');
    expect(await clock('reset')).toMatch(/^timed: \S+Z, real time\n$/);
  });

  test.each([
    [['set'], '"clock set" needs a value, such as "clock set 2027-01-01T09:30Z"'],
    [['advance', '5'], '"5" is no duration: write one such as 30s, 1h30m or 7d'],
    [['freeze', 'now'], '"clock freeze" takes no value; "clock set" and "clock advance" do'],
    [['set', 'noon'], 'deadringer: "noon" must be a time such as 2027-01-01, 2027-01-01T09:30Z'],
    [['wind'], 'Allowed choices are show, set, advance, freeze, run, reset'],
  ])('clock %j is a usage error', async (args, message) => {
    const { code, out, err } = await control('clock', ...args);
    expect([code, out, err]).toEqual([2, '', expect.stringContaining(message)]);
  });
});

describe('use', () => {
  test('enables and disables a scenario for one session', async () => {
    expect(await control('use', 'pets/flaky', '-s', 'one')).toEqual({
      code: 0,
      out: 'one: pets/flaky\n',
      err: '',
    });
    expect([(await pets('one')).status, (await pets('two')).status]).toEqual([503, 200]);
    expect((await control('use', '--off', '-s', 'one')).out).toBe('one: no scenario enabled\n');
    expect((await pets('one')).status).toBe(200);
    expect((await control('use', '--off', 'pets/tagged', '-s', 'one')).out).toBe(
      'one: no scenario enabled; disabled: pets/tagged\n',
    );
  });

  test('limits the rate of requests, and says so', async () => {
    const limited = await control('use', '--rate', '1/1m', '--on', 'pets.listPets', '-s', 'limited');
    expect(limited.out).toBe('limited: no scenario enabled\n  pets.listPets: rate 1/1m\n');
    expect([(await pets('limited')).status, (await pets('limited')).status]).toEqual([200, 429]);
    expect((await control('journal', '-s', 'limited')).out).toMatch(
      /listPets 429 deadringer: rate-limited .*\(call 2 of the rate limit 1\/1m\) \(off contract: /,
    );
    expect((await control('use', '--rate', 'off', '--on', 'pets.listPets', '-s', 'limited')).out).toContain(
      '  pets.listPets: no rate limit\n',
    );
    expect((await control('use', '--rate', 'on', '--on', 'masivo', '-s', 'limited')).out).toContain(
      '  masivo: rate as declared\n',
    );
    expect((await control('use', '--rate', 'on', '--on', 'pets')).err).toContain(
      'the document declares no rate limit for pets: set one such as 5/1m',
    );
  });

  test('lists scenarios, and suggests the nearest for an unknown name', async () => {
    const { out } = await control('use', '--list', 'pets');
    expect(out).toMatch(/^pets\/flaky +Down twice, and then well$/m);
    expect(out).toMatch(/^pets\/tagged +Every pet is a dog \(enabled by default\)$/m);
    expect(out).toMatch(/^pets\.listPets\.503 +listPets responds with 503$/m);
    const { code, err } = await control('use', 'pets/flakey');
    expect([code, err]).toEqual([
      2,
      'deadringer: unknown scenario "pets/flakey"; did you mean "pets/flaky"? list the scenarios with "deadringer use --list" or GET /__deadringer/scenarios\n',
    ]);
  });

  test('shows the delivery of a session, and removes it with --off or --reset', async () => {
    const slow = (deliver: unknown): Promise<Response> =>
      fetch(`${mock.url}/__deadringer/sessions/slow/delivery`, {
        method: 'PUT',
        body: JSON.stringify(deliver),
      });
    const stored = async (): Promise<unknown> =>
      ((await (await fetch(`${mock.url}/__deadringer/sessions/slow`)).json()) as { deliver?: unknown })
        .deliver;
    await slow({ delay: { min: 20, max: '1s' }, percent: 50 });
    expect((await control('use', 'pets/flaky', '-s', 'slow')).out).toBe(
      'slow: pets/flaky\n  everything: delay min 20 max 1s, percent 50\n',
    );
    expect((await control('sessions')).out).toMatch(
      /^slow .*\n {2}everything: delay min 20 max 1s, percent 50$/m,
    );
    expect((await control('use', '--off', 'pets/flaky', '-s', 'slow')).out).toContain(
      '\n  everything: delay',
    );
    expect((await control('use', '--off', '-s', 'slow')).out).toBe(
      'slow: no scenario enabled\n  removed everything: delay min 20 max 1s, percent 50\n',
    );
    expect(await stored()).toBeUndefined();
    await slow({ delay: 250, fault: 'hang' });
    expect((await control('use', '--reset', '-s', 'slow')).out).toContain(
      'removed everything: delay 250ms, fault hang',
    );
    expect(await stored()).toBeUndefined();
  });

  test('sets switches, which add up over several calls', async () => {
    const use = async (...args: string[]): Promise<string> =>
      (await control('use', '-s', 'switched', ...args)).out;
    expect(await use('--delay', '3ms')).toBe('switched: no scenario enabled\n  everything: delay 3ms\n');
    expect(await use('--status', '503', 'pets/flaky')).toBe(
      'switched: pets/flaky\n  everything: status 503, delay 3ms, off-contract: 8 of 10 operations declare no response 503\n',
    );
    expect(
      await use('--on', 'pets.listPets', '--on', 'masivo', '--status=418', '--after=1', '--times=2'),
    ).toBe(
      `${[
        'switched: pets/flaky',
        '  everything: status 503, delay 3ms, off-contract: 8 of 10 operations declare no response 503',
        '  pets.listPets: status 418, after 1 call (1 to go), for 2 calls (2 left), off-contract: listPets declares 200, 503, not 418 (test/fixtures/pets.yaml:16)',
        '  masivo: status 418, after 1 call (1 to go), for 2 calls (2 left), off-contract: registerCustomerDevice declares 200, 400, 401, 404, 429, not 418 (specs/masivo.yaml:94)',
      ].join('\n')}\n`,
    );
    const statuses: number[] = [];
    for (let index = 0; index < 4; index++) statuses.push((await pets('switched')).status);
    expect(statuses).toEqual([503, 418, 418, 503]);
    expect(await use()).toMatch(/pets\.listPets: status 418, after 1 call, for 2 calls \(used up\)/);
    expect((await control('journal', '-s', 'switched')).out).toContain(
      'listPets 418 [switch pets.listPets, *] (off contract: listPets declares 200, 503, not 418',
    );
    expect(await use('--off', '--on', 'pets.listPets', '--on', 'masivo')).toBe(
      'switched: pets/flaky\n  everything: status 503, delay 3ms, off-contract: 8 of 10 operations declare no response 503\n',
    );
    expect(await use('--off')).toBe(
      'switched: no scenario enabled\n  removed everything: status 503, delay 3ms, off-contract: 8 of 10 operations declare no response 503\n',
    );
    expect((await pets('switched')).status).toBe(200);
  });

  test('interrupts a switch for some calls', async () => {
    const use = async (...args: string[]): Promise<string> =>
      (await control('use', '-s', 'next', '--on', 'pets.listPets', ...args)).out;
    await use('--status', '503', '--delay', '1ms');
    expect(await use('--status', '200', '--times', '1')).toContain(
      '  pets.listPets: status 200, delay 1ms, for 1 call (1 left), otherwise status 503 with delay 1ms\n',
    );
    expect([(await pets('next')).status, (await pets('next')).status]).toEqual([200, 503]);
    expect((await control('use', '-s', 'next')).out).toContain('  pets.listPets: status 503, delay 1ms\n');
  });

  test('breaks and slows down responses', async () => {
    const { out } = await control(
      'use',
      '-s',
      'broken',
      '--fault',
      'empty',
      '--percent',
      '100',
      '--drip',
      '1kb',
    );
    expect(out).toBe('broken: no scenario enabled\n  everything: drip 1024, fault empty, percent 100\n');
    await expect(pets('broken')).rejects.toThrow();
  });

  test('takes patterns, and lists what is enabled', async () => {
    const enabled = 'patterns: pets/flaky, pets/tagged\n';
    expect((await control('use', '*/*', '-s', 'patterns')).out).toBe(enabled);
    expect((await control('use', '-s', 'patterns')).out).toBe(enabled);
    expect((await control('use', '--list', '*/*', '-s', 'patterns')).out).toMatch(
      /^(?:\w+\/state +Answers from the items that requests create, change and delete\n){6}pets\/flaky {8}Down twice, and then well \(enabled\)\npets\/tagged {7}Every pet is a dog \(enabled\)\n$/,
    );
    await control('use', '--off', '*/tagged', '-s', 'patterns');
    expect((await control('use', '--list', 'pets/', '-s', 'patterns')).out).toMatch(
      /pets\/tagged {2}Every pet is a dog \(disabled\)\n$/,
    );
    expect((await control('use', '*/taged')).err).toContain(
      'no scenario matches "*/taged"; did you mean "*/tagged"?',
    );
  });

  test('shows what is active, also by default', async () => {
    await control('use', '--status', '503', '-s', 'asked');
    expect((await control('use', '-s', 'asked')).out).toBe(
      'asked: no scenario enabled; by default: pets/tagged\n  everything: status 503, off-contract: 8 of 10 operations declare no response 503\n',
    );
  });

  test.each([
    [['--status', '99'], /Must be a status from 200 to 599/],
    [['--status', '100'], /Must be a status from 200 to 599/],
    [['--delay', '5'], /Write a time such as 250ms, 2s or 1m/],
    [['--rate', '5'], /Write a number of requests and a time, such as 5\/1m or 1000\/1d, or on, or off/],
    [['--times', '0', '--status', '503'], /Must be a number of calls/],
    [['--percent', '101'], /Must be a number from 0 to 100/],
    [['--fault', 'rset'], /Allowed choices are reset, reset-mid-body/],
    [['--times', '2'], /the switch changes nothing; set "status"/],
    [['--off', '--status', '503'], /--off removes switches: leave out/],
    [['--on', 'pets'], /--on names what to switch: add --status/],
    [['--on', 'pets.getPets', '--status', '503'], /no operation "getPets"; did you mean "pets.getPet"\?/],
    [['--on', 'pets.getPet', '--example', 'x'], /has no example "x"; no operation of the target has a named/],
  ])('%j is refused with a remedy', async (args, message) => {
    const { code, err } = await control('use', ...args, '-s', 'refused');
    expect([code, err]).toEqual([2, expect.stringMatching(message)]);
  });

  test('a list of scenarios that would be empty is an error with the nearest name', async () => {
    expect(await control('use', '--list', 'pts')).toEqual({
      code: 2,
      out: '',
      err: 'deadringer: no scenario of an API, or with an id, like "pts"; did you mean "pets"?\n',
    });
  });

  test.each([['foo'], ['localhost:4010'], ['file:///tmp']])('%s is not the URL of a server', async server => {
    for (const command of [['use'], ['sessions'], ['journal'], ['verify', '--file', file('ok.yaml', '{}')]]) {
      const { code, err } = await run(...command, '--server', server);
      expect([code, err]).toEqual([
        2,
        `deadringer: "${server}" is not the URL of a server: write --server (or DEADRINGER_URL) such as http://127.0.0.1:4010\n`,
      ]);
    }
  });

  test('an unknown session is answered with the nearest name', async () => {
    await control('use', 'pets/flaky', '-s', 'worker-7');
    for (const command of [
      ['journal', '-s', 'worker7'],
      ['sessions', '--end', 'worker7'],
    ])
      expect((await control(...command)).err).toContain(
        'there is no session "worker7"; did you mean "worker-7"?',
      );
  });

  test('prints a remedy when no server responds', async () => {
    const server = `http://127.0.0.1:${await closedPort()}`;
    const { code, err } = await run('use', 'x', '--server', server);
    expect([code, err]).toEqual([
      2,
      `deadringer: no server responds at ${server}; start one with "deadringer serve", or use --server\n`,
    ]);
  });
});

describe('sessions and journal', () => {
  test('list sessions and their exchanges, and end a session', async () => {
    await (await pets('listed')).text();
    expect((await control('sessions')).out).toMatch(/^listed {2}1 call, last used \S+$/m);
    const credential = { credential: 'key-of-a-tester' };
    await fetch(`${mock.url}/__deadringer/sessions/listed/credentials`, {
      method: 'POST',
      body: JSON.stringify(credential),
    });
    expect((await control('sessions')).out).toMatch(/^listed {2}1 call, .*, 1 bound credential$/m);
    expect((await control('journal', '-s', 'listed')).out).toMatch(/^\S+ GET \/pets\/pets listPets 200\n$/);
    const [line = ''] = (await control('journal', '-s', 'listed', '--json')).out.split('\n');
    expect(JSON.parse(line)).toMatchObject({ session: 'listed', operation: 'listPets' });
    expect((await control('sessions', '--end', 'listed')).out).not.toMatch(/^listed /m);
    expect((await control('journal', '-s', 'listed')).err).toContain('there is no session "listed"');
  });

  test('--follow prints new exchanges', async () => {
    const program = startProcess(['journal', '--follow', '-s', 'followed', '--server', mock.url]);
    await (await pets('followed')).text();
    await program.line(/GET \/pets\/pets listPets 200\n/);
    program.child.kill();
    await program.ended;
  });
});

describe('coverage', () => {
  test('shows what a session tried, and operations with untried errors first', async () => {
    await pets('tried');
    await pets('tried');
    const { code, out, err } = await control('coverage', '-s', 'tried');
    expect([code, err]).toEqual([0, '']);
    const lines = out.split('\n');
    expect(lines[0]).toMatch(/^operation +request +calls +not tried +tried$/);
    expect(out).toMatch(/^pets\.listPets +GET \/pets\/v1\/pets +2 +503 +200 \(2\)$/m);
    expect(out).toMatch(/^tried: 1 of \d+ declared statuses tried, 1 of \d+ operations called$/m);
    const row = (id: string): number => lines.findIndex(line => line.startsWith(`${id} `));
    expect(row('pets.listPets')).toBeLessThan(row('pets.addPet'));
    await control('use', 'pets.listPets.503', '-s', 'tried');
    await pets('tried');
    expect((await control('coverage', '-s', 'tried')).out).toMatch(/ 3 +- +200 \(2\), 503 \(1\)$/m);
  });

  test('lists what was not tried, and how to make the first one happen', async () => {
    await pets('untried');
    const { out } = await control('coverage', '--untried', '-s', 'untried');
    expect(out).toMatch(/^503 +pets\.listPets +GET \/pets\/v1\/pets$/m);
    expect(out).toMatch(/^204 +pets\.removePet +DELETE \/pets\/only\/pets\/\{id\}$/m);
    expect(out.indexOf('503  pets.listPets')).toBeLessThan(out.indexOf('201  pets.addPet'));
    expect(out).toMatch(
      /happen:\n {2}deadringer use \S+ -s untried\n {2}curl .*'x-deadringer-session: untried'/,
    );
  });

  test('prints JSON', async () => {
    await pets('json');
    const { out } = await control('coverage', '--json', '-s', 'json');
    const { session, untried, details } = JSON.parse(out) as Record<string, unknown>;
    expect(session).toBe('json');
    const listPets = { api: 'pets', operation: 'listPets', method: 'GET', path: '/pets/v1/pets' };
    expect(untried).toContainEqual({ ...listPets, status: '503' });
    expect(details).toContainEqual({
      ...listPets,
      calls: 1,
      statuses: { 200: 1, 503: 0 },
      otherStatuses: {},
    });
  });
});

describe('verify', () => {
  test.each([
    ['expected:\n  - on: listPets\n    tims: 2\n', '3:5 unknown key "tims"; did you mean "times"?'],
    ['forbidden: listPets\n', '1:1 must be an array'],
    ['expected:\n  - on: listPets\n    times: -1\n', '3:5 must be at least 0'],
    ['expeced: []\n', '1:1 unknown key "expeced"; did you mean "expected"?'],
    ['ordered:\n  - { when: {} }\n', '2:5 "on" is missing'],
  ])('names file, line and mistake: %j', async (text, expected) => {
    const { code, err } = await control('verify', '--file', file('mistake.yaml', text));
    expect([code, err]).toEqual([2, `deadringer: ${file('mistake.yaml', text)}:${expected}\n`]);
  });

  test('fails for an operation that does not exist, also if it is forbidden', async () => {
    const { code, out } = await control(
      'verify',
      '--file',
      file('names.yaml', 'forbidden: [{ on: listPetz }]\n'),
    );
    expect([code, out]).toEqual([1, 'there is no operation "listPetz"; did you mean "listPets"?\nfailed\n']);
  });

  test('exits with 0 when expectations passed, 1 with reasons when they failed, 2 when they cannot be read', async () => {
    await (await pets('checked')).text();
    const passing = file('passing.yaml', 'expected:\n  - on: listPets\n    times: 1\n');
    expect(await control('verify', '-s', 'checked', '--file', passing)).toEqual({
      code: 0,
      out: 'passed\n',
      err: '',
    });
    const failing = file('failing.yaml', 'forbidden:\n  - on: listPets\n');
    expect(await control('verify', '-s', 'checked', '--file', failing)).toEqual({
      code: 1,
      out: 'listPets: expected no call, received 1\nfailed\n',
      err: '',
    });
    expect((await control('verify', '--file', file('bad.yaml', 'expected: [\n'))).err).toMatch(
      /bad\.yaml:\d+:\d+ /,
    );
    expect((await control('verify', '--file', 'nowhere.yaml')).err).toBe(
      'deadringer: nowhere.yaml cannot be read: the file does not exist\n',
    );
    const wrong = await control('verify', '--file', file('wrong.yaml', 'expcted: []\n'));
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('expcted')]);
  });
});

describe('run', () => {
  /** `run` with a command that calls the server, prints the status and exits with `code`. */
  const runWithCommand = (code: number, ...options: string[]): Promise<Ended> => {
    const program = `
      const { status } = await fetch(process.env.DEADRINGER_URL + '/pets/pets');
      process.stdout.write(status + '\\n');
      process.exitCode = ${code};`;
    const command = [process.execPath, '--input-type=module', '-e', program];
    return runProcess('run', '--specs', 'test/fixtures/pets.yaml', ...options, '--', ...command);
  };

  test('sets DEADRINGER_URL, keeps the exit code, and prints the number of requests', async () => {
    const { code, out, err } = await runWithCommand(7);
    expect({ code, out }).toEqual({ code: 7, out: '200\n' });
    expect(err).toBe('deadringer: 1 request, 0 rejected\n');
  });

  test('enables scenarios, and fails a successful command when expectations failed', async () => {
    const expectations = file('run.yaml', 'expected:\n  - on: listPets\n    times: 2\n');
    const { code, out } = await runWithCommand(0, '--use', 'pets.listPets.503', '--verify', expectations);
    expect({ code, out }).toEqual({
      code: 1,
      out: '503\nlistPets: expected 2 calls, received 1\ndeadringer: verification failed\n',
    });
  });

  test('fails a command that succeeded although a request broke the contract', async () => {
    const program = "await fetch(process.env.DEADRINGER_URL + '/pets/pets?limit=x')";
    const command = ['--', process.execPath, '--input-type=module', '-e', program];
    const { code, out } = await run(
      ...['run', '--specs', 'test/fixtures/pets.yaml', '--fail-on', 'violation', ...command],
    );
    expect({ code, out }).toEqual({
      code: 1,
      out: expect.stringContaining('query parameter "limit" must be integer; got "x"'),
    });
  });

  test('reports an unknown command', async () => {
    expect(await run('run', '--', 'no-such-program')).toEqual({
      code: 2,
      out: '',
      err: 'deadringer: command not found: no-such-program\n',
    });
  });
});

test('serve requires a token on other addresses than loopback', async () => {
  const { code, out, err } = await run('serve', '--host', '0.0.0.0', '--port', '0');
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain('set --token (or DEADRINGER_TOKEN), or use --host 127.0.0.1');
  const byVariable = start(['serve', '--port', '0'], { env: { DEADRINGER_HOST: '0.0.0.0' } });
  expect(await byVariable.ended).toEqual({ code, out, err });
});

test('the log of serve says why a response is off-contract', async () => {
  const server = start(['serve', '--specs', 'test/fixtures/pets.yaml', '--port', '0']);
  const [, url = ''] = await server.line(/ on (http:\S+)/);
  await run('use', '--status', '500', '--on', 'pets.listPets', '--server', url);
  await fetch(`${url}/pets/pets`);
  await server.line(
    /listPets 500 .*\n {2}off-contract: listPets declares 200, 503, not 500 \(test\/fixtures\/pets.yaml:16\)\n/,
  );
  server.signal('SIGTERM');
  expect((await server.ended).out).not.toContain('mock response');
});

test('serve and lint reject a scenario that violates the contract, with the lines of both files', async () => {
  const scenarios = mkdtempSync(path.join(folder, 'scenarios-'));
  const { mkdirSync } = await import('node:fs');
  mkdirSync(path.join(scenarios, 'pets'));
  const scenario = path.join(scenarios, 'pets', 'lie.yaml');
  writeFileSync(
    scenario,
    'title: A lie\nrules:\n  - on: getPet\n    reply:\n      status: 200\n      body: { id: 1 }\n',
  );
  const args = ['--specs', 'test/fixtures/pets.yaml', '--scenarios', scenarios];
  const expected = `${scenario}:6:7 error response body /name is missing (test/fixtures/pets.yaml:79); fix it, or give the reason as "off-contract" (scenario-off-contract)\n`;
  expect(await run('serve', '--port', '0', ...args)).toEqual({ code: 2, out: '', err: expected });
  const linted = await run('lint', 'test/fixtures/pets.yaml', '--scenarios', scenarios);
  expect(linted.code).toBe(1);
  expect(linted.out).toContain(expected);
  writeFileSync(
    scenario,
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
