// What a server holds in memory: sessions, followers that do not read, documents of earlier reloads.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startServer } from '../../src/start.ts';

const MIB = 1024 * 1024;

async function start(limits: object = {}): Promise<Awaited<ReturnType<typeof startServer>>> {
  const mock = await startServer({ specs: ['test/fixtures/pets.yaml'], limits });
  onTestFinished(() => mock.close(0));
  return mock;
}

const post = (
  url: string,
  session: string,
  size: number,
  fields: Record<string, string> = {},
): Promise<unknown> =>
  fetch(`${url}/pets/pets`, {
    method: 'POST',
    body: Buffer.alloc(size, 97),
    headers: { 'content-type': 'text/plain', 'x-deadringer-session': session, ...fields },
  }).then(response => response.arrayBuffer());

test('the journals of all sessions together stay within their limit, the least recently used lose first', async () => {
  const { url, state } = await start({ totalBytes: 10 * MIB });
  for (let index = 0; index < 30; index++) await post(url, `test-${index}`, MIB);
  const sessions = await state.sessions.list();
  const kept = sessions.filter(({ journal }) => journal.length > 0).map(({ id }) => id);
  expect(kept).toEqual(Array.from({ length: 9 }, (_, index) => `test-${index + 21}`));
  // Each session counts what it lost.
  for (const { journal } of sessions) expect(journal.length + journal.dropped).toBe(1);
  await fetch(`${url}/__deadringer/sessions/test-29`, { method: 'DELETE' });
  await fetch(`${url}/__deadringer/sessions/test-28/reset`, { method: 'POST' });
  for (let index = 30; index < 32; index++) await post(url, `test-${index}`, MIB);
  expect((await state.sessions.get('test-21'))?.journal.length).toBe(1);
});

test('header fields count as well', async () => {
  const { url, state } = await start({ bytes: MIB });
  for (let index = 0; index < 200; index++)
    await post(url, 'heads', 10, { 'x-long': `${index}`.padEnd(10_000, 'x') });
  expect((await state.sessions.get('heads'))?.journal.length).toBeLessThan(110);
});

test('followers that do not read cost no memory, and hear what they missed', async () => {
  const { url, port } = await start({ entries: 30 });
  for (let index = 0; index < 30; index++) await post(url, 'default', MIB / 2);
  const sockets = Array.from({ length: 8 }, () => {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.pause();
    socket.write('GET /__deadringer/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
    return socket;
  });
  await post(url, 'default', MIB / 2);
  const before = process.memoryUsage.rss();
  for (let index = 0; index < 60; index++) await post(url, 'default', MIB / 2);
  expect(process.memoryUsage.rss() - before).toBeLessThan(150 * MIB);
  const [reader, ...others] = sockets;
  for (const socket of others) socket.destroy();
  let received = '';
  reader?.setEncoding('latin1').on('data', (chunk: string) => {
    received += chunk.replace(/a{1000,}/g, '');
  });
  reader?.resume();
  const ids = (): string[] => Array.from(received.matchAll(/^id: (\S+)/gm), ([, id = '']) => id);
  const last = await fetch(`${url}/pets/pets`);
  await expect.poll(() => ids().at(-1), { timeout: 30_000 }).toBe(last.headers.get('x-deadringer-exchange'));
  const skipped = Array.from(received.matchAll(/^event: skipped\ndata: \{"count":(\d+)\}$/gm), ([, count]) =>
    Number(count),
  );
  // 30 stored, 60 new and the last, and perhaps the one that was sent while it connected: what was not sent was counted.
  expect([91, 92]).toContain(ids().length + skipped.reduce((sum, count) => sum + count, 0));
  expect(new Set(ids()).size).toBe(ids().length);
  reader?.destroy();
  if (reader !== undefined && !reader.closed) await once(reader, 'close');
});

const RELOADS = `
import { startServer } from './src/start.ts';
const mock = await startServer({ specs: ['test/fixtures/pets.yaml'], scenarios: ['test/fixtures/scenarios'] });
const documents = [];
for (let edition = 0; edition < 6; edition++) {
  for (const path of ['/pets/pets', '/pets/pets?limit=0', '/pets/pets/7', '/nowhere']) await (await fetch(mock.url + path)).text();
  await (await fetch(mock.url + '/pets/pets', { method: 'POST', body: '{"id":"x"}', headers: { 'content-type': 'application/json' } })).text();
  await (await fetch(mock.url + '/__deadringer/sessions/default/journal')).text();
  await (await fetch(mock.url + '/__deadringer/sessions/default/coverage')).text();
  documents.push(new WeakRef(mock.state.config.contract));
  await mock.reload();
}
for (let round = 0; round < 5; round++) {
  await new Promise(resolve => setTimeout(resolve, 20));
  gc();
}
console.log(documents.filter(document => document.deref() !== undefined).length, (await mock.state.sessions.get('default')).journal.length);
await mock.close(0);
`;

test('a reload gives back the documents before it, although the journal has their requests', () => {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--expose-gc', '--input-type=module', '--eval', RELOADS],
    { encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  expect(stdout).toBe('0 30\n');
});
