// Servers with a shared store: what they say if they cannot use it, and when it goes away and comes back.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startRedis } from '../store/redis-server.ts';
import { closedPort } from './listening.ts';
import { startProcess } from './process.ts';
import { start } from './program.ts';

const SERVE = ['serve', '--specs', 'test/fixtures/pets.yaml', '--port', '0'];
const KEY = 'FAKE-key-of-the-test';
const PASSWORD = 'FAKE-password';
const folder = mkdtempSync(path.join(tmpdir(), 'deadringer-start-'));
const socket = path.join(folder, 'store.sock');
const STORE = `unix://${socket}`;
let redis: ChildProcess;

async function startStore(): Promise<void> {
  const args = ['--port', '0', '--unixsocket', socket, '--save', '', '--dir', folder];
  redis = spawn('redis-server', [...args, '--requirepass', PASSWORD]);
  await new Promise<void>(resolve => {
    redis.stdout?.on('data', chunk => {
      if (/ready to accept/i.test(String(chunk))) resolve();
    });
  });
}
async function killStore(): Promise<void> {
  const closed = once(redis, 'exit');
  redis.kill('SIGKILL');
  await closed;
}
beforeAll(startStore);
afterAll(async () => {
  await killStore();
  rmSync(folder, { recursive: true });
});

/** A port that answers the first bytes with a text, or not at all. */
async function portWith(answer: string | undefined): Promise<number> {
  const server = net.createServer(connection => {
    connection.on('error', () => {});
    connection.once('data', () => answer !== undefined && connection.write(answer));
    onTestFinished(() => void connection.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as net.AddressInfo).port;
}

async function failedStart(store: string, env: Record<string, string>): Promise<string> {
  const variables = { DEADRINGER_STORE_KEY: KEY, ...env };
  const running = start([...SERVE, '--store', store, '--store-timeout', '300ms'], { env: variables });
  const { code, out, err } = await running.ended;
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).not.toMatch(/FAKE-|hunter2/);
  // One sentence, without a stack trace.
  expect(err.trim().split('\n')).toHaveLength(1);
  return err.replace('deadringer: ', '').trim();
}

test('a store that cannot be used is named, with the reason and the remedy', async () => {
  const closed = await closedPort();
  expect(await failedStart(`valkey://127.0.0.1:${closed}`, {})).toBe(
    `the store valkey://127.0.0.1:${closed} cannot be used: the connection is refused; start the store first`,
  );
  expect(await failedStart('unix:///none/store.sock', {})).toBe(
    'the store unix:///none/store.sock cannot be used: there is no such socket; start the store first',
  );
  const refused = `the store ${STORE} cannot be used: it refuses the credentials; check the user in the URL, and DEADRINGER_STORE_PASSWORD or --store-password-file`;
  expect(await failedStart(STORE, {})).toBe(refused);
  expect(await failedStart(STORE, { DEADRINGER_STORE_PASSWORD: 'hunter2' })).toBe(refused);
  const silent = await portWith(undefined);
  expect(await failedStart(`valkey://127.0.0.1:${silent}`, {})).toBe(
    `the store valkey://127.0.0.1:${silent} cannot be used: it does not answer`,
  );
  const other = await portWith('HTTP/1.1 400 Bad Request\r\n\r\n');
  expect(await failedStart(`valkey://127.0.0.1:${other}`, {})).toBe(
    `the store valkey://127.0.0.1:${other} cannot be used: what answers there is no Valkey and no Redis server; correct the host or the port`,
  );
});

test('a database that the store does not have is refused, instead of database 0 being used', async () => {
  const env = { DEADRINGER_STORE_PASSWORD: PASSWORD };
  expect(await failedStart(`${STORE}?db=99`, env)).toBe(
    `the store ${STORE} cannot be used: it has no database 99; name a lower number, or another prefix instead, such as ?prefix=team`,
  );
});

test('a node of a cluster that is used as a single server, and the reverse, are named', async () => {
  const port = await closedPort();
  const single = await startRedis({ port });
  onTestFinished(single.stop);
  expect(await failedStart(`valkey://127.0.0.1:${port}?cluster=true`, {})).toBe(
    `the store valkey://127.0.0.1:${port} cannot be used: it is not part of a cluster; leave out "cluster=true"`,
  );
  const nodePort = await closedPort();
  const clusterPort = String(await closedPort());
  // It has no slots yet.
  const node = await startRedis({
    port: nodePort,
    more: ['--cluster-enabled', 'yes', '--cluster-port', clusterPort],
  });
  onTestFinished(node.stop);
  expect(await failedStart(`valkey://127.0.0.1:${nodePort}`, {})).toBe(
    `the store valkey://127.0.0.1:${nodePort} cannot be used: it is a node of a cluster; add "cluster=true" to the parameters of the URL`,
  );
  expect(await failedStart(`valkey://127.0.0.1:${nodePort}?cluster=true`, {})).toMatch(
    /^the store valkey:.* cannot be used: /,
  );
});

test('a user without the right to the keys, and a port that speaks TLS, get a remedy', async () => {
  const limited = await startRedis();
  onTestFinished(limited.stop);
  await limited.cli('ACL', 'SETUSER', 'team', 'on', '>FAKE-password', '~deadringer:*', '&*', '+@all');
  const store = limited.url('team').replace('unix://', 'unix://team@');
  expect(await failedStart(store, { DEADRINGER_STORE_PASSWORD: PASSWORD })).toMatch(
    /^the store unix:.* cannot be used: its user may not use .* \(.*NOPERM .*\); give the user the rights that docs\/scale\.md lists/,
  );
  const closing = net.createServer(connection => connection.resetAndDestroy());
  closing.listen(0, '127.0.0.1');
  await once(closing, 'listening');
  onTestFinished(() => void closing.close());
  const { port } = closing.address() as net.AddressInfo;
  expect(await failedStart(`valkey://127.0.0.1:${port}`, {})).toBe(
    `the store valkey://127.0.0.1:${port} cannot be used: it breaks off the connection; write valkeys:// or rediss:// if it uses TLS`,
  );
});

test('without the package ioredis, the message says how to install it', async () => {
  const hook = `import { registerHooks } from 'node:module';
registerHooks({ resolve: (name, context, next) => {
  if (name === 'ioredis') throw Object.assign(new Error('none'), { code: 'ERR_MODULE_NOT_FOUND' });
  return next(name, context);
} });`;
  const running = startProcess([...SERVE, '--store', STORE], {
    nodeArgs: ['--import', `data:text/javascript,${encodeURIComponent(hook)}`],
    env: { DEADRINGER_STORE_KEY: KEY },
  });
  expect(await running.ended).toEqual({
    code: 2,
    out: '',
    err: 'deadringer: a shared store needs the package ioredis: install it with "npm install ioredis"\n',
  });
});

test('log, health, readiness and metrics tell that the store is away, and a server with another key does not start', async () => {
  const env = { DEADRINGER_STORE_KEY: KEY, DEADRINGER_STORE_PASSWORD: PASSWORD, DEADRINGER_STORE: STORE };
  const running = start([...SERVE, '--log', 'json'], { env });
  const [, url = ''] = await running.line(/"listening":"(.*?)"/);
  expect(await failedStart(STORE, { ...env, DEADRINGER_STORE_KEY: 'FAKE-other-key' })).toContain(
    'is used with another key: give all replicas the same DEADRINGER_STORE_KEY',
  );
  const read = async (name: string): Promise<[number, string]> => {
    const response = await fetch(`${url}/__deadringer/${name}`);
    return [response.status, await response.text()];
  };
  const [, health] = await read('health');
  const { store } = JSON.parse(health) as { store: Record<string, unknown> };
  expect(store).toMatchObject({ kind: 'shared', available: true, replicas: 1, waiting: 0, lost: 0 });
  await read('metrics');

  await killStore();
  const away = await running.line(/\{.*"message":"the store unix:.* is away.*\}/);
  expect(JSON.parse(away[0])).toMatchObject({ error: { kind: 'replicas' } });
  expect((await fetch(`${url}/pets`)).status).toBe(200);
  expect(JSON.parse((await read('health'))[1])).toMatchObject({ status: 'ok', store: { available: false } });
  const [status, ready] = await read('ready');
  expect([status, JSON.parse(ready)]).toMatchObject([200, { status: 'ready', store: { available: false } }]);
  const [, metrics] = await read('metrics');
  expect(metrics).toContain(`deadringer_store_available{replica="${store.replica}"} 0`);
  expect(metrics).toMatch(/deadringer_journal_lost_total\{.*\} 0/);
  expect(metrics).toMatch(/deadringer_journal_waiting\{.*\} 1/);

  await startStore();
  await running.line(/"the store unix:.* is back"/);
  await expect
    .poll(async () => (await read('metrics'))[1])
    .toContain(`deadringer_store_available{replica="${store.replica}"} 1`);
});
