// serve --workers: several processes on one port, and whoever asks cannot tell them from one.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startMock } from '../../src/index.ts';
import { type Lost, startWorkers } from '../../src/workers/primary.ts';
import { type Running, run, start } from './program.ts';

const document = (name: string): string => `openapi: 3.1.0
info: { title: t, version: "1" }
paths:
  /a:
    get:
      operationId: a
      responses:
        200:
          description: d
          content:
            application/json:
              schema: { type: string }
              example: ${name}
        503: { description: down }
`;

let folder: string;
let program: Running;
let url: string;
let stderr = '';
const args = (...more: string[]): string[] => [
  ...['serve', '--port', '0', '--log', 'json', '--workers', '2', '--specs', path.join(folder, 'api.yaml')],
  ...['test/fixtures/pets.yaml', 'test/fixtures/pets-keyed.yaml'],
  ...[
    '--scenarios',
    'test/fixtures/scenarios',
    'test/fixtures/keyed-scenarios',
    path.join(folder, 'stories'),
  ],
  ...more,
];

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'deadringer-workers-'));
  mkdirSync(path.join(folder, 'stories', 'api'), { recursive: true });
  writeFileSync(path.join(folder, 'api.yaml'), document('first'));
  writeFileSync(
    path.join(folder, 'stories/api/drawn.yaml'),
    'title: Chance\nrules:\n  - on: a\n    deliver: { percent: 50, fault: empty }\n    reply: { status: 200, body: "{{ uuid }}" }\n',
  );
  program = start(args('--watch'));
  program.child.stderr?.on('data', chunk => {
    stderr += String(chunk);
  });
  url = (await program.line(/"listening":"([^"]+)"/))[1] ?? '';
});
afterAll(async () => {
  program.child.kill('SIGTERM');
  await program.ended;
  rmSync(folder, { recursive: true });
});

interface Answer {
  readonly status: number | undefined;
  readonly body: string;
  /** "ab6e6e12.2-17" */
  readonly id: string;
}

/** Each request on a connection of its own, so that it is any worker's. */
function ask(
  target: string,
  { method = 'GET', headers = {}, body = '' }: { method?: string; headers?: object; body?: string } = {},
  base = url,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      base + target,
      { agent: false, method, headers: { ...headers } },
      response => {
        let text = '';
        response.on('data', chunk => {
          text += String(chunk);
        });
        response.on('end', () => {
          const id = String(response.headers['x-deadringer-exchange'] ?? '');
          resolve({ status: response.statusCode, body: text, id });
        });
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

const control = async (method: string, target: string, body?: object, base = url): Promise<Answer> => {
  const answer = await ask(
    `/__deadringer${target}`,
    { method, body: body ? JSON.stringify(body) : '' },
    base,
  );
  if ((answer.status ?? 500) >= 300) throw new Error(`${method} ${target}: ${answer.status} ${answer.body}`);
  return answer;
};
const workerOf = ({ id }: Answer): string => id.replace(/-\d+$/, '');
/** The calls one after the other. */
async function inTurn<T>(count: number, call: (index: number) => Promise<T>): Promise<T[]> {
  const answers: T[] = [];
  for (let index = 0; index < count; index++) answers.push(await call(index));
  return answers;
}

describe('one set of sessions', () => {
  test('a list is walked once, whichever worker is asked', async () => {
    await control('POST', '/sessions', { id: 'list', scenarios: ['pets/flaky'] });
    const answers = await inTurn(5, () => ask('/~list/pets/pets'));
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 200, 200, 200]);
    expect(new Set(answers.map(workerOf)).size).toBe(2);
  });

  test('a client that has said all, and waits, gets what the list says', async () => {
    await control('POST', '/sessions', { id: 'hurry', scenarios: ['pets/flaky'] });
    const asked = 'GET /~hurry/pets/pets HTTP/1.1\r\nHost: x\r\n\r\n';
    const heard = await inTurn(2, async () => {
      const socket = net.connect(Number(new URL(url).port), '127.0.0.1');
      let answer = '';
      socket.on('data', chunk => {
        answer += chunk.toString('latin1');
      });
      socket.end(asked + asked);
      await once(socket, 'close');
      return answer.match(/HTTP\/1\.1 \d+/g);
    });
    const [down, well] = ['HTTP/1.1 503', 'HTTP/1.1 200'];
    expect(heard).toEqual([
      [down, down],
      [well, well],
    ]);
  });

  test('eight testers with a credential each, at once, and not one answer crosses over', async () => {
    const lists = [
      [200, 503],
      [503, 503, 200],
      [200, 200, 503, 404],
      [404, 200, 503, 503, 200],
    ];
    const clients = Array.from({ length: 8 }, (_, client) => client);
    const walked = await Promise.all(
      clients.map(async client => {
        const token = `token-of-client-${client}`;
        const scenarios = [`pets-keyed/client-${client % 4}`];
        await control('POST', '/sessions', { id: `client-${client}`, scenarios, credentials: [token] });
        return await inTurn(60, () =>
          ask('/pets-keyed/pets', { headers: { authorization: `Bearer ${token}` } }),
        );
      }),
    );
    for (const [client, answers] of walked.entries()) {
      const list = lists[client % 4] as number[];
      expect(answers.map(({ status }) => status)).toEqual(
        answers.map((_, index) => list[index % list.length]),
      );
      const names = answers.filter(({ status }) => status === 200).map(({ body }) => JSON.parse(body).client);
      expect(new Set(names)).toEqual(new Set([`token-of-client-${client}`]));
    }
  });

  test('who has an answer finds it in the journal, in the order of the answers', async () => {
    const ids: string[] = [];
    for (let round = 0; round < 10; round++) {
      ids.push(...(await inTurn(3, () => ask('/~read/pets/pets'))).map(({ id }) => id));
      const { entries } = JSON.parse((await control('GET', '/sessions/read/journal')).body);
      expect(entries.map((entry: { id: string }) => entry.id)).toEqual(ids);
      expect(entries.map((entry: { sequence: number }) => entry.sequence)).toEqual(
        ids.map((_, at) => at + 1),
      );
    }
    const view = JSON.parse((await control('GET', '/sessions/read')).body);
    expect([view.calls, view.journal]).toEqual([30, { entries: 30, dropped: 0 }]);
    const verdict = await control('POST', '/sessions/read/verify', {
      expected: [{ on: 'listPets', times: 30 }],
    });
    expect(JSON.parse(verdict.body).failures).toEqual([]);
    expect(new Set(ids).size).toBe(30);
  });

  test('a change that is answered is what every worker acts by', async () => {
    for (let round = 0; round < 5; round++) {
      await control('POST', '/sessions/steered/scenarios', { scenarios: ['pets.listPets.503'] });
      const on = await inTurn(4, () => ask('/~steered/pets/pets'));
      await control('DELETE', '/sessions/steered/scenarios');
      const off = await inTurn(4, () => ask('/~steered/pets/pets'));
      expect([...on, ...off].map(({ status }) => status)).toEqual([503, 503, 503, 503, 200, 200, 200, 200]);
    }
    await control('DELETE', '/sessions/steered');
    expect(JSON.parse((await control('GET', '/sessions')).body).sessions).not.toContainEqual(
      expect.objectContaining({ id: 'steered' }),
    );
  });

  test('a broken delivery happens on the connection that asked, and its budget is spent once', async () => {
    await control('POST', '/sessions', { id: 'broken' });
    await control('PUT', '/sessions/broken/delivery', { fault: 'reset', times: 3 });
    const answers = await inTurn(5, () =>
      ask('/~broken/pets/pets').then(
        ({ status }) => String(status),
        (error: NodeJS.ErrnoException) => error.code,
      ),
    );
    expect(answers).toEqual(['ECONNRESET', 'ECONNRESET', 'ECONNRESET', '200', '200']);
  });

  test('chance and made-up bodies are those of a server of one process', async () => {
    const one = await startMock({
      specs: [path.join(folder, 'api.yaml'), 'test/fixtures/pets.yaml'],
      scenarios: ['test/fixtures/scenarios', path.join(folder, 'stories')],
    });
    const walk = async (base: string): Promise<string[]> => {
      const call = (target: string): Promise<string> =>
        ask(target, {}, base).then(
          ({ body }) => body,
          (error: NodeJS.ErrnoException) => String(error.code),
        );
      // These come before chance has a part in it, and count.
      const before = await inTurn(3, () => call('/~drawn/api/a'));
      await control('POST', '/sessions/drawn/scenarios', { scenarios: ['api/drawn'] }, base);
      const drawn = await inTurn(12, index =>
        call(index % 3 === 0 ? '/~drawn/pets/pets/1' : '/~drawn/api/a'),
      );
      return [...before, ...drawn, ...(await inTurn(3, () => call('/pets/pets/1?__dynamic=true')))];
    };
    const expected = await walk(one.url);
    await one.close();
    expect(await walk(url)).toEqual(expected);
    expect(new Set(expected.slice(3, 15)).size).toBeGreaterThan(4);
  });

  test('a real service that is named while they run is asked by all', async () => {
    const service = http.createServer((_, response) => response.end('real')).listen(0, '127.0.0.1');
    await once(service, 'listening');
    const { port } = service.address() as { port: number };
    await control('PUT', '/upstreams/api', { url: `http://127.0.0.1:${port}` });
    const real = await inTurn(4, () => ask('/api/a'));
    await control('DELETE', '/upstreams/api');
    const mocked = await inTurn(4, () => ask('/api/a'));
    service.close();
    expect([...real, ...mocked].map(({ body }) => body)).toEqual([
      ...['real', 'real', 'real', 'real'],
      ...['"first"', '"first"', '"first"', '"first"'],
    ]);
  });
});

describe('what is told', () => {
  test('is told once: in the log, as events, and as metrics', async () => {
    await control('GET', '/metrics');
    const events = http.get(`${url}/__deadringer/events?session=told`, { agent: false });
    const [stream] = (await once(events, 'response')) as [http.IncomingMessage];
    let seen = '';
    stream.on('data', chunk => {
      seen += String(chunk);
    });
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask('/~told/pets/pets')));
    const ids = answers.map(({ id }) => id).sort();
    while ([...seen.matchAll(/^id: /gm)].length < 20) await once(stream, 'data');
    events.destroy();
    expect([...seen.matchAll(/^id: (.*)$/gm)].map(([, id]) => id).sort()).toEqual(ids);
    for (const id of ids) await program.line(new RegExp(`"id":"${id}"`));
    const metrics = (await control('GET', '/metrics')).body;
    expect(metrics).toMatch(
      /exchanges_total\{api="pets",operation="listPets",status="200",problem=""\} 20$/m,
    );
    const [out] = await program.line(/.*/s);
    for (const id of ids) expect(out.split(`"id":"${id}"`).length).toBe(2);
  });
});

describe('what happens to the workers', () => {
  const workers = (of = program.child.pid): number[] =>
    execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
      .split('\n')
      .map(line => line.trim().split(/\s+/))
      .flatMap(([pid, parent, ...args]) =>
        Number(parent) === of && args.join(' ').includes('worker.ts') ? [Number(pid)] : [],
      );

  test('one that is killed is replaced and named, and others go on', async () => {
    await control('POST', '/sessions', { id: 'kept', scenarios: ['pets/flaky'] });
    expect((await ask('/~kept/pets/pets')).status).toBe(503);
    const before = new Set((await inTurn(4, () => ask('/pets/pets'))).map(workerOf));
    const [pid = 0] = workers();
    process.kill(pid, 'SIGKILL');
    const replaced = async (): Promise<boolean> => !before.has(workerOf(await ask('/pets/pets')));
    while (
      !(await replaced().catch(
        (error: NodeJS.ErrnoException) => error.code !== 'ECONNRESET' && Promise.reject(error),
      ))
    );
    expect(stderr).toContain(`worker ${pid} has ended (SIGKILL), and another takes its place`);
    expect(workers().length).toBe(2);
    const answers = await inTurn(4, () => ask('/~kept/pets/pets'));
    expect(answers.map(({ status }) => status)).toEqual([503, 200, 200, 200]);
    expect(new Set(answers.map(workerOf)).size).toBe(2);
  });

  test('what one had not told when it was killed is missing, and the journals of those sessions say so', async () => {
    const lost: Lost[] = [];
    const mock = await startWorkers({ specs: ['test/fixtures/pets.yaml'] }, 2, each => lost.push(each));
    await inTurn(2, () => ask('/~told/pets/pets', {}, mock.url));
    await control('GET', '/health', undefined, mock.url);
    await inTurn(2, () => ask('/~untold/pets/pets', {}, mock.url));
    const [pid = 0] = workers(process.pid);
    process.kill(pid, 'SIGKILL');
    while (lost.length === 0) await ask('/pets/pets', {}, mock.url).catch(() => undefined);
    expect(lost).toEqual([{ pid, how: 'SIGKILL', sessions: expect.arrayContaining(['untold']) }]);
    expect(lost[0]?.sessions).not.toContain('told');
    const failures = async (id: string): Promise<string[]> =>
      JSON.parse((await control('POST', `/sessions/${id}/verify`, {}, mock.url)).body).failures;
    expect(await failures('untold')).toEqual([
      'the journal had to drop 1 exchanges, so nothing certain can be said',
    ]);
    expect(await failures('told')).toEqual([]);
    await mock.close();
  });

  test('an edit is served by all of them at once, and no request fails meanwhile', async () => {
    let isRunning = true;
    const answers = new Set<string>();
    const load = Promise.all(
      Array.from({ length: 4 }, async () => {
        while (isRunning) {
          const { status, body } = await ask('/api/a');
          answers.add(`${status} ${body}`);
        }
      }),
    );
    writeFileSync(path.join(folder, 'api.yaml'), document('second'));
    await program.line(/"reloaded":true/);
    const after = await inTurn(4, () => ask('/api/a'));
    writeFileSync(path.join(folder, 'api.yaml'), document('third').replace('paths:', 'paths: ['));
    await program.line(/"reloaded":false/);
    after.push(...(await inTurn(4, () => ask('/api/a'))));
    isRunning = false;
    await load;
    expect(new Set(after.map(({ body }) => body))).toEqual(new Set(['"second"']));
    expect([...answers].sort()).toEqual(['200 "first"', '200 "second"']);
  });

  test('one that takes the place of another serves what the others do, whatever the files say now', async () => {
    const before = new Set((await inTurn(4, () => ask('/pets/pets'))).map(workerOf));
    process.kill(workers()[0] as number, 'SIGKILL');
    for (;;) {
      const answer = await ask('/api/a').catch(() => undefined);
      if (answer === undefined) continue;
      expect(answer.body).toBe('"second"');
      if (!before.has(workerOf(answer))) break;
    }
  });

  test('when the server is to stop, requests under way are answered, and all is told before it ends', async () => {
    await control('POST', '/sessions', { id: 'slow' });
    await control('PUT', '/sessions/slow/delivery', { delay: '300ms' });
    const slow = Promise.all(Array.from({ length: 4 }, () => ask('/~slow/pets/v1/pets')));
    // Each of them is told as soon as its answer is ready, and then waits.
    await program.line(/(?:"path":"\/pets\/v1\/pets".*?){4}/s);
    program.child.kill('SIGTERM');
    const answers = await slow;
    const { code, out, err } = await program.ended;
    expect([answers.map(({ status }) => status), code]).toEqual([[200, 200, 200, 200], 0]);
    for (const { id } of answers) expect(out).toContain(id);
    expect(
      err.split('\n').filter(line => line !== '' && !/has ended|api\.yaml|not reloaded/.test(line)),
    ).toEqual([]);
    await expect(ask('/pets/pets')).rejects.toThrow('ECONNREFUSED');
  });
});

describe('what cannot be served', () => {
  test.each(['0', 'x', '2.5', '1000'])('--workers %s', async number => {
    const { code, err } = await run('serve', '--workers', number);
    expect(code).toBe(2);
    expect(err).toContain('The number of workers is from 1 to 128, or auto for one for each core');
  });

  test('a port that is taken, and a document that is broken, are told once', async () => {
    const taken = http.createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const document = path.join(folder, 'broken.yaml');
    writeFileSync(document, 'openapi: 3.1.0\npaths: [\n');
    const [busy, broken] = await Promise.all([
      run('serve', '--workers', '2', '--specs', 'test/fixtures/pets.yaml', '--port', String(port)),
      run('serve', '--workers', '2', '--specs', document, '--port', '0'),
    ]);
    taken.close();
    expect([busy.code, busy.out, busy.err]).toEqual([
      2,
      '',
      `deadringer: 127.0.0.1:${port} is already in use; stop what runs there, or choose another with --port (0 takes any free one)\n`,
    ]);
    expect([broken.code, broken.out, broken.err.match(/broken\.yaml/g)?.length]).toEqual([2, '', 1]);
  });
});
