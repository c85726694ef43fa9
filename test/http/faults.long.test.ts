// Delays, limited rates and faults, as node:http, fetch and curl report them.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServeEvent } from '../../src/mock/serve-event.ts';
import { type MockServer, startServer } from '../../src/start.ts';
import { isLong } from '../suite.ts';

const FAULTS = ['reset', 'reset-mid-body', 'hang', 'empty', 'truncate', 'garbage', 'wrong-length'];
let mock: MockServer;
let folder: string;
const events: ServeEvent[] = [];

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'deadringer-faults-'));
  mkdirSync(path.join(folder, 'pets'));
  const write = (name: string, deliver: string): void =>
    writeFileSync(
      path.join(folder, 'pets', `${name}.yaml`),
      `title: ${name}\nrules:\n  - on: listPets\n    deliver: ${deliver}\n`,
    );
  for (const fault of FAULTS) write(fault, `{ fault: ${fault} }`);
  write('slow', '{ delay: 120ms }');
  write('between', '{ delay: { min: 10ms, max: 20ms } }');
  write('log-normal', '{ delay: { p50: 2s, p99: 6s } }');
  write('dripping', '{ drip: 200 }');
  write('late-hang', '{ delay: 5ms, fault: hang }');
  write('thrice', '{ fault: empty, times: 3 }');
  write('sometimes', '{ fault: empty, percent: 30 }');
  mock = await startServer({ specs: ['test/fixtures/pets.yaml'], scenarios: [folder] });
  mock.state.subscribe(event => events.push(event));
  for (const id of mock.state.config.scenarios.keys()) {
    const [api, name = ''] = id.split('/');
    if (api !== 'pets' || name === '') continue;
    await fetch(`${mock.url}/__deadringer/sessions`, {
      method: 'POST',
      body: JSON.stringify({ id: name, scenarios: [id] }),
    });
  }
});
afterAll(async () => {
  await mock.close(100);
  rmSync(folder, { recursive: true });
});

const url = (session: string): string => `${mock.url}/~${session}/pets/pets`;

/** The error code of node:http, and what it received before. */
function node(session: string): Promise<string> {
  return new Promise(resolve => {
    let body: string | undefined;
    const fail = (error: NodeJS.ErrnoException): void =>
      resolve(
        body === undefined
          ? `${error.code} ${error.message}`
          : `${error.code} after ${body === '' ? 'no' : 'some'} body`,
      );
    const request = http.get(url(session), { agent: false }, response => {
      body = '';
      response.on('data', chunk => {
        body += String(chunk);
      });
      response.on('end', () => resolve(`whole ${body?.length}`));
      response.on('error', fail);
    });
    request.on('error', fail);
  });
}

function curl(session: string, ...more: string[]): Promise<number> {
  return new Promise(resolve => {
    execFile('curl', ['--silent', '--output', '/dev/null', ...more, url(session)], error =>
      resolve(Number(error?.code ?? 0)),
    );
  });
}

describe('an injected fault', () => {
  test.each([
    ['reset', /^ECONNRESET /, [52, 56]],
    ['reset-mid-body', /^ECONNRESET after some body$/, [18, 56]],
    ['empty', /^ECONNRESET socket hang up$/, [52]],
    ['truncate', /^ECONNRESET after some body$/, [18]],
    ['garbage', /^HPE_INVALID_CONSTANT Parse Error/, [1]],
    ['wrong-length', /^ECONNRESET after some body$/, [18]],
  ] as const)('%s is reported by node:http, curl and fetch as expected', async (fault, inNode, inCurl) => {
    expect(await node(fault)).toMatch(inNode);
    if (isLong) expect(inCurl).toContain(await curl(fault));
    await expect(fetch(url(fault)).then(response => response.text())).rejects.toThrow();
  });

  test('hang sends no byte until the client gives up', async () => {
    if (isLong) expect(await curl('hang', '--max-time', '0.3')).toBe(28);
    const giveUp = new AbortController();
    const response = fetch(url('late-hang'), { signal: giveUp.signal });
    const unsubscribe = mock.state.subscribe(() => giveUp.abort());
    await expect(response).rejects.toThrow('abort');
    unsubscribe();
  });

  test('occurs only as often as "times" says', async () => {
    const results: string[] = [];
    for (let index = 0; index < 5; index++) results.push((await node('thrice')).split(' ')[0] ?? '');
    expect(results).toEqual(['ECONNRESET', 'ECONNRESET', 'ECONNRESET', 'whole', 'whole']);
  });

  test('occurs with the configured percentage, and at the same requests after a reset', async () => {
    const runHundred = async (): Promise<string> => {
      await fetch(`${mock.url}/__deadringer/sessions/sometimes/reset`, { method: 'POST' });
      let pattern = '';
      for (let index = 0; index < 100; index++)
        pattern += (await node('sometimes')).startsWith('whole') ? '.' : 'x';
      return pattern;
    };
    const first = await runHundred();
    const faultCount = first.replaceAll('.', '').length;
    expect(faultCount).toBeGreaterThan(15);
    expect(faultCount).toBeLessThan(45);
    expect(await runHundred()).toBe(first);
  });
});

describe('a delayed response', () => {
  test('is not sent before the delay', async () => {
    const begun = performance.now();
    expect(await node('slow')).toMatch(/^whole/);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(119);
  });

  test('with a range lies within it', async () => {
    for (let index = 0; index < 20; index++) await node('between');
    const delays = events
      .filter(({ session }) => session === 'between')
      .map(({ delivery }) => delivery.delay);
    expect(delays).toHaveLength(20);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(10);
    expect(Math.max(...delays)).toBeLessThanOrEqual(20);
    expect(new Set(delays).size).toBeGreaterThan(10);
  });

  test('with a log-normal delay has the expected median and tail over 200 requests', async () => {
    const clients = Array.from({ length: 200 }, async () => {
      const giveUp = new AbortController();
      const request = fetch(url('log-normal'), { signal: giveUp.signal }).catch(() => undefined);
      return { giveUp, request };
    });
    const all = await Promise.all(clients);
    await expect.poll(() => events.filter(({ session }) => session === 'log-normal').length).toBe(200);
    for (const { giveUp } of all) giveUp.abort();
    const delays = events
      .filter(({ session }) => session === 'log-normal')
      .map(({ delivery }) => delivery.delay)
      .sort((left, right) => left - right);
    const p50 = delays[100] as number;
    expect(p50).toBeGreaterThan(1700);
    expect(p50).toBeLessThan(2300);
    expect(delays[197]).toBeGreaterThan(4000);
  });

  test('with a limited rate arrives in parts and complete', async () => {
    const request = http.get(url('dripping'), { agent: false });
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    const pieces: number[] = [];
    response.on('data', (chunk: Buffer) => pieces.push(chunk.length));
    await once(response, 'end');
    expect(pieces.length).toBeGreaterThan(2);
    expect(pieces.reduce((sum, piece) => sum + piece, 0)).toBe(Number(response.headers['content-length']));
  });
});

describe('the duration of an exchange', () => {
  const durationOf = async (session: string): Promise<number> => {
    expect(await node(session)).toMatch(/^whole/);
    const { exchange } = events.findLast(event => event.session === session) as ServeEvent;
    return exchange.duration;
  };

  test('has the delay, in all that shows it', async () => {
    expect(await durationOf('slow')).toBeGreaterThanOrEqual(120);
    const control = async (target: string): Promise<string> =>
      (await fetch(`${mock.url}/__deadringer${target}`)).text();
    const { exchange } = events.findLast(({ session }) => session === 'slow') as ServeEvent;
    const milliseconds = Number(exchange.duration.toFixed(3));
    const { entries } = JSON.parse(await control('/sessions/slow/journal?summary=true')) as {
      entries: { milliseconds: number }[];
    };
    expect(entries.at(-1)?.milliseconds).toBe(milliseconds);
    const har = JSON.parse(await control(`/sessions/slow/journal/${exchange.id}.har`)) as {
      log: { entries: { time: number; timings: { wait: number } }[] };
    };
    expect(har.log.entries[0]).toMatchObject({
      time: exchange.duration,
      timings: { wait: exchange.duration },
    });
    expect(await control(`/sessions/slow/journal/${exchange.id}/evidence.html`)).toContain(
      `${exchange.duration.toFixed(1)} ms`,
    );
    const before = Number(/duration_seconds_sum (\S+)/.exec(await control('/metrics'))?.[1]);
    await durationOf('slow');
    const after = Number(/duration_seconds_sum (\S+)/.exec(await control('/metrics'))?.[1]);
    expect(after - before).toBeGreaterThanOrEqual(0.12);
  });

  test('has the time that a limited rate takes for the body', async () => {
    // 200 bytes per second are 10 bytes each 50 ms, the first ones at once.
    const bytes = Number(/\d+/.exec(await node('dripping'))?.[0]);
    expect(await durationOf('dripping')).toBeGreaterThanOrEqual((Math.ceil(bytes / 10) - 1) * 50);
  });

  test('without an answer ends with the fault, however long the client waits', async () => {
    const waiting = new AbortController();
    const seen = Promise.withResolvers<ServeEvent>();
    const unsubscribe = mock.state.subscribe(event => seen.resolve(event));
    const response = fetch(url('late-hang'), { signal: waiting.signal });
    const { exchange } = await seen.promise;
    unsubscribe();
    waiting.abort();
    await expect(response).rejects.toThrow();
    expect(exchange.duration).toBeGreaterThanOrEqual(5);
  });
});
