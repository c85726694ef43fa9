// deadringer run and record with commands that call the server: exit codes, reports, recordings, errors.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/check/report.ts';
import { startMock } from '../../src/start-mock.ts';
import { startProcess } from './process.ts';
import { type Ended, run, start } from './program.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'run-'));
afterAll(() => rmSync(folder, { recursive: true }));
const SPECS = ['--specs', 'test/fixtures/pets.yaml'];

/** A command that sends one request for each path, with the session if it is named, and ends with `code`. */
function calls(paths: readonly string[], code = 0, session = ''): string[] {
  const program = `
    for (const path of ${JSON.stringify(paths)})
      await fetch(process.env.DEADRINGER_URL + '/pets' + path, {
        headers: { authorization: 'Bearer FAKE-secret-of-the-app', ${session && `'x-deadringer-session': '${session}'`} },
      });
    process.exitCode = ${code};`;
  return ['--', process.execPath, '--input-type=module', '-e', program];
}

const runWith = (options: readonly string[], command: readonly string[]): Promise<Ended> =>
  run('run', ...SPECS, ...options, ...command);

describe('run', () => {
  test('fails when the command passed and one of its requests broke the contract', async () => {
    const { code, out, err } = await runWith(['--fail-on', 'violation'], calls(['/pets', '/pets?limit=x']));
    expect(code).toBe(1);
    expect(err).toContain('2 requests, 1 rejected');
    expect(out).toContain('test/fixtures/pets.yaml:15:47');
    expect(out).toContain('query parameter "limit" must be integer; got "x"');
    expect(out).toContain('first     deadringer run, entry 2');
    expect(out).toContain('cause     invalid request, and the server rejected it (1 exchange)');
  });

  test('passes when every request is valid, and leaves the check out unless an option asks for it', async () => {
    const checked = await runWith(['--fail-on', 'violation'], calls(['/pets']));
    expect(checked).toMatchObject({ code: 0, out: expect.stringContaining('Passed') });
    expect(await runWith([], calls(['/pets?limit=x']))).toMatchObject({ code: 0, out: '' });
  });

  test('the exit code of the command comes before that of the check', async () => {
    const { code, out } = await runWith(['--fail-on', 'violation'], calls(['/pets?limit=x'], 7));
    expect({ code, out }).toEqual({ code: 7, out: expect.stringContaining('must be integer') });
  });

  test('checks all sessions, also what a journal dropped or a test reset', async () => {
    const program = `
      const url = process.env.DEADRINGER_URL;
      await fetch(url + '/pets/pets?limit=x', { headers: { 'x-deadringer-session': 'worker-3' } });
      await fetch(url + '/__deadringer/sessions/worker-3/reset', { method: 'POST' });
      await fetch(url + '/~worker-4/pets/pets');`;
    const report = path.join(folder, 'sessions.json');
    const { code } = await runWith(
      ['--format', 'json', '--report', report],
      ['--', process.execPath, '--input-type=module', '-e', program],
    );
    const { accounting, findings } = JSON.parse(readFileSync(report, 'utf8')) as Report;
    expect({ code, total: accounting.total, codes: findings.map(each => each.code) }).toEqual({
      code: 1,
      total: 2,
      codes: ['parameter-schema'],
    });
  });

  test('a request of no operation is undocumented, and fails the run if --fail-on says so', async () => {
    const command = calls(['/toys/1']);
    expect(await runWith(['--fail-on', 'undocumented'], command)).toMatchObject({
      code: 1,
      out: expect.stringContaining('pets does not declare GET /toys/{}'),
      err: expect.stringContaining('1 request of no operation; first: GET /pets/toys/1'),
    });
  });

  test('a response that breaks the contract is no fault of the command, unless --side says otherwise', async () => {
    expect((await runWith(['--fail-on', 'violation'], calls(['/lies']))).code).toBe(0);
    expect((await runWith(['--fail-on', 'violation', '--side', 'both'], calls(['/lies']))).code).toBe(1);
  });

  test('is incomplete when the command sends no request', async () => {
    const { code, out, err } = await runWith(['--fail-on', 'violation'], ['--', 'true']);
    expect(code).toBe(3);
    expect(out).toContain('Nothing to check: no entries in deadringer run');
    expect(err).toContain('The command sent no request to the server');
    expect(await runWith([], ['--', 'true'])).toMatchObject({
      code: 0,
      err: expect.stringContaining('The command sent no request to the server'),
    });
  });

  test('requires the coverage of --min-coverage', async () => {
    const { code, out } = await runWith(['--min-coverage', '90'], calls(['/pets']));
    expect({ code, out }).toEqual({ code: 1, out: expect.stringContaining('90% is required') });
  });

  test('--update-baseline writes the findings, and --baseline accepts them', async () => {
    const baseline = path.join(folder, 'accepted.yaml');
    const command = calls(['/pets?limit=x']);
    const updated = await runWith(['--baseline', baseline, '--update-baseline'], command);
    expect(updated).toMatchObject({ code: 0, out: expect.stringContaining('1 finding accepted') });
    expect((await runWith(['--baseline', baseline], command)).code).toBe(0);
  });

  test('--har writes the exchanges without secrets, replaces the file of the run before, and can be checked', async () => {
    const har = path.join(folder, 'traffic.har');
    await runWith(['--har', har], calls(['/pets', '/pets', '/pets?limit=x'], 0, 'worker-1'));
    const { code, err } = await runWith(['--har', har], calls(['/pets', '/pets?limit=x']));
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('2 exchanges recorded') });
    const text = readFileSync(har, 'utf8');
    expect(text).not.toContain('FAKE-secret-of-the-app');
    expect((JSON.parse(text) as { log: { entries: unknown[] } }).log.entries).toHaveLength(2);
    const checked = await run('check', har, ...SPECS);
    expect(checked.out).toContain('2  total');
    expect(readdirSync(folder).filter(name => name.startsWith('.'))).toEqual([]);
  });

  test('a command that is not found leaves the recording as it was', async () => {
    const har = path.join(folder, 'kept.har');
    writeFileSync(har, 'kept');
    expect(await runWith(['--har', har, '--fail-on', 'violation'], ['--', 'no-such-program'])).toEqual({
      code: 2,
      out: '',
      err: 'deadringer: command not found: no-such-program\n',
    });
    expect(readFileSync(har, 'utf8')).toBe('kept');
  });

  test('files that cannot be written are named before the command starts', async () => {
    const started = path.join(folder, 'started');
    const command = ['--', 'touch', started];
    const blocked = path.join(folder, 'file');
    writeFileSync(blocked, '');
    expect(await runWith(['--har', path.join(blocked, 'traffic.har')], command)).toMatchObject({ code: 2 });
    expect(await runWith(['--har', '/dev/full'], command)).toMatchObject({
      code: 2,
      err: 'deadringer: --har /dev/full is no regular file: choose another name\n',
    });
    expect(await runWith(['--format', 'json,sarif'], command)).toMatchObject({
      code: 2,
      err: expect.stringContaining('use --report <folder>'),
    });
    expect(await runWith(['--verify', 'nowhere.yaml'], command)).toMatchObject({ code: 2 });
    expect(existsSync(started)).toBe(false);
  });

  test('a report that cannot be written is printed instead', async () => {
    const { code, err } = await runWith(
      ['--fail-on', 'violation', '--report', '/dev/full'],
      calls(['/pets?limit=x']),
    );
    expect(code).toBe(1);
    expect(err).toContain('must be integer');
    expect(err).toContain('/dev/full cannot be written: the disk is full');
    const passed = await runWith(['--fail-on', 'violation', '--report', '/dev/full'], calls(['/pets']));
    expect(passed.code).toBe(2);
  });

  test('passes on a signal, writes the report, and exits as a shell does', async () => {
    const program = `
      await fetch(process.env.DEADRINGER_URL + '/pets/pets?limit=x');
      console.log('called');
      setInterval(() => {}, 1000);`;
    const running = startProcess([
      ...['run', ...SPECS, '--fail-on', 'violation'],
      ...['--', process.execPath, '--input-type=module', '-e', program],
    ]);
    await running.line(/called/);
    running.child.kill('SIGTERM');
    const { code, out } = await running.ended;
    expect({ code, out }).toEqual({ code: 143, out: expect.stringContaining('must be integer') });
  });
});

describe('record with a command', () => {
  test('records until the command ends, and exits with its code', async () => {
    await using service = await startService();
    const file = path.join(folder, 'recorded.har');
    const { code, out, err } = await run(
      ...['record', ...SPECS, '--upstream', `pets=${service.url}/pets`, '-o', file],
      ...calls(['/pets', '/pets?limit=x'], 4),
    );
    expect({ code, out }).toEqual({ code: 4, out: '' });
    expect(err).toContain('2 exchanges recorded');
    expect(readFileSync(file, 'utf8')).not.toContain('FAKE-secret-of-the-app');
  });

  test('a command that is not found leaves no file behind, and one without requests is told so', async () => {
    await using service = await startService();
    const upstream = ['--upstream', `pets=${service.url}/pets`];
    const file = path.join(folder, 'none.har');
    const args = ['record', ...SPECS, ...upstream, '-o', file, '--'];
    expect(await run(...args, 'no-such-program')).toMatchObject({
      code: 2,
      err: expect.stringContaining('command not found: no-such-program'),
    });
    expect(existsSync(file)).toBe(false);
    expect(await run(...args, 'true')).toMatchObject({
      code: 0,
      err: expect.stringContaining('The command sent no request to the server'),
    });
  });

  test('a signal ends the command, and the recording is complete', async () => {
    await using service = await startService();
    const file = path.join(folder, 'interrupted.har');
    const program = `
      await fetch(process.env.DEADRINGER_URL + '/pets/pets');
      setInterval(() => {}, 1000);`;
    const recording = start([
      ...['record', ...SPECS, '--upstream', `pets=${service.url}/pets`, '-o', file],
      ...['--', process.execPath, '--input-type=module', '-e', program],
    ]);
    await expect
      .poll(() => existsSync(file) && readFileSync(file, 'utf8').includes('"status":200'))
      .toBe(true);
    recording.signal('SIGINT');
    expect(await recording.ended).toMatchObject({
      code: 130,
      err: expect.stringContaining('1 exchange recorded'),
    });
  });
});

async function startService(): Promise<{ readonly url: string } & AsyncDisposable> {
  const { url, close } = await startMock({ specs: ['test/fixtures/pets.yaml'] });
  return { url, [Symbol.asyncDispose]: () => close(0) };
}
