// Replicas reload documents and scenarios together, or not at all, and use the same upstreams.
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { MockServer } from '../../src/start.ts';
import type { MockOptions } from '../../src/start-options.ts';
import { type Channel, openChannel } from '../../src/store/shared/channel.ts';
import { connectStore, type StoreConnection } from '../../src/store/shared/connect.ts';
import { createKeys } from '../../src/store/shared/keys.ts';
import { parseStoreUrl } from '../../src/store/shared/store-settings.ts';
import { folderWith } from '../check/traffic.ts';
import { type RedisServer, startRedis } from './redis-server.ts';
import { control, type ReplicaProcess, startReplica, startReplicaProcess, until } from './replicas.ts';

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis({ keepsData: true });
});
afterAll(() => redis.stop());

const DOCUMENT = 'tea.yaml';
const OLD = documentOf('Old');
const NEW = documentOf('New');
const BROKEN = 'openapi: [';

function documentOf(title: string): string {
  return `openapi: 3.1.0
info: { title: ${title}, version: '1' }
paths: { /teas: { get: { operationId: listTeas, responses: { '204': { description: None. } } } } }
`;
}

interface TestedReplica extends MockServer {
  /** With its document, and its scenarios. */
  readonly folder: string;
  /** What it says about replicas. */
  readonly warnings: readonly string[];
}

async function startIn(folder: string, storeUrl: string, more: MockOptions = {}): Promise<TestedReplica> {
  const warnings: string[] = [];
  const mock = await startReplica({
    storeUrl,
    specs: [path.join(folder, DOCUMENT)],
    scenarios: [path.join(folder, 'scenarios')],
    onError: error => {
      warnings.push('message' in error ? error.message : error.kind);
    },
    ...more,
  });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= mock.close(0));
  onTestFinished(close);
  return { ...mock, close, folder, warnings };
}

function startProcessIn(folder: string, storeUrl: string): Promise<ReplicaProcess> {
  const files = ['--specs', path.join(folder, DOCUMENT), '--scenarios', path.join(folder, 'scenarios')];
  return startReplicaProcess(storeUrl, files);
}

function folderOf(text: string): string {
  return folderWith({
    [DOCUMENT]: text,
    'scenarios/tea/none.yaml': 'title: None\nrules:\n  - { on: listTeas, reply: 204 }\n',
  });
}

/** Each has a folder of its own, as on three machines. */
async function startThree(storeUrl: string): Promise<readonly [TestedReplica, TestedReplica, TestedReplica]> {
  return [
    await startIn(folderOf(OLD), storeUrl),
    await startIn(folderOf(OLD), storeUrl),
    await startIn(folderOf(OLD), storeUrl),
  ];
}

function write(text: string, ...replicas: readonly { readonly folder: string }[]): void {
  for (const { folder } of replicas) writeFileSync(path.join(folder, DOCUMENT), text);
}

async function titleOf({ url }: { readonly url: string }): Promise<string> {
  return (await control(url, 'GET', '/server')).documents[0].title;
}

function titlesOf(replicas: readonly { readonly url: string }[]): Promise<string[]> {
  return Promise.all(replicas.map(titleOf));
}

/** What a replica says about itself. */
async function selfOf({ url }: { readonly url: string }): Promise<{ id: string; documentsVersion: string }> {
  return (await control(url, 'GET', '/server')).replicas[0];
}

async function upstreamsOf({ url }: TestedReplica): Promise<string[]> {
  const { upstreams } = await control(url, 'GET', '/upstreams');
  return upstreams.map((each: { url: string }) => each.url);
}

test('when a reload resolves, all replicas serve the new files at one version', async () => {
  const replicas = await startThree(redis.url());
  const [first, second] = replicas;
  const { documentsVersion: before } = await control(first.url, 'GET', '/server');
  write(NEW, ...replicas);
  await second.reload();
  expect(await titlesOf(replicas)).toEqual(['New', 'New', 'New']);
  const server = await control(first.url, 'GET', '/server');
  expect(server).toMatchObject({ revision: 2, replicasDiffer: false });
  expect(server.documentsVersion).not.toBe(before);
  expect(server.replicas).toHaveLength(3);
  expect(new Set(server.replicas.map((each: { id: string }) => each.id)).size).toBe(3);
  expect(replicas.flatMap(({ warnings }) => warnings)).toEqual([]);
});

test('a replica whose file is broken keeps all on the old files, and the error names it', async () => {
  const replicas = await startThree(redis.url());
  const [first, second, third] = replicas;
  write(NEW, first, second);
  write(BROKEN, third);
  const { id } = await selfOf(third);
  await expect(first.reload()).rejects.toThrow(
    new RegExp(
      `all serve what they served before: .*replica ${id} on \\S+ cannot read its files: .*tea\\.yaml:1`,
    ),
  );
  await expect(third.reload()).rejects.toThrow(/^[^;]*tea\.yaml:1[^;]*$/);
  expect(await titlesOf(replicas)).toEqual(['Old', 'Old', 'Old']);
  write(NEW, third);
  await third.reload();
  expect(await titlesOf(replicas)).toEqual(['New', 'New', 'New']);
});

test('files that reach one machine later are served by all when they are there', async () => {
  const replicas = await startThree(redis.url());
  const [first, second, third] = replicas;
  write(NEW, first, second);
  const { id, documentsVersion } = await selfOf(third);
  await expect(second.reload()).rejects.toThrow(
    new RegExp(
      `replica ${id} on \\S+ has version ${documentsVersion}\\. Bring the same files to all machines`,
    ),
  );
  expect(await titlesOf(replicas)).toEqual(['Old', 'Old', 'Old']);
  write(NEW, third);
  await third.reload();
  expect(await titlesOf(replicas)).toEqual(['New', 'New', 'New']);
});

test('reloads at once, by all replicas, wait for each other', async () => {
  const replicas = await startThree(redis.url());
  for (const text of [NEW, OLD, NEW]) {
    write(text, ...replicas);
    await Promise.all([...replicas, ...replicas].map(replica => replica.reload()));
  }
  expect(await titlesOf(replicas)).toEqual(['New', 'New', 'New']);
});

test('a replica that is gone after it has read its files does not hold up the others', async () => {
  const url = redis.url();
  const replicas = [await startIn(folderOf(OLD), url), await startIn(folderOf(OLD), url)] as const;
  const { documentsVersion } = await selfOf(await startIn(folderOf(NEW), redis.url()));
  const gone = await joinChannel(url);
  gone.channel.answer('served-version', () => ({ host: 'gone', version: 'an-older-one' }));
  gone.channel.answer('prepare-reload', async () => {
    // The answer is sent before the connection ends.
    setImmediate(() => void gone.connection.close());
    return { host: 'gone', version: documentsVersion };
  });
  write(NEW, ...replicas);
  await replicas[0].reload();
  expect(await titlesOf(replicas)).toEqual(['New', 'New']);
});

test('a replica that was away during a reload serves the new files when it is back, or says that it has others', async () => {
  const url = redis.url();
  const folders = [folderOf(OLD), folderOf(OLD)] as const;
  const first = await startIn(folders[0], url);
  const processes = await Promise.all([startProcessIn(folders[0], url), startProcessIn(folders[1], url)]);
  let log = '';
  processes[1].child.stderr.on('data', chunk => {
    log += String(chunk);
  });
  const connections = await redis.cli('CLIENT', 'LIST');
  for (const { child } of processes) child.kill('SIGSTOP');
  write(NEW, first);
  await first.reload();
  // What was published meanwhile does not reach them.
  for (const [, id = ''] of connections.matchAll(/^id=(\d+) .* name=deadringer .*$/gm))
    await redis.cli('CLIENT', 'KILL', 'ID', id);
  for (const { child } of processes) child.kill('SIGCONT');
  await until(async () => (await titleOf(processes[0])) === 'New');
  await until(() => log.includes('replicas serve different files'));
  expect(await titleOf(processes[1])).toBe('Old');
});

/** Joins replicas like another program, which is never closed in order. */
async function joinChannel(storeUrl: string): Promise<{ channel: Channel; connection: StoreConnection }> {
  const address = parseStoreUrl(storeUrl);
  if (address.kind === 'memory') throw new Error('the store must be shared');
  const connection = await connectStore(address, 1000);
  const channel = await openChannel({
    connection,
    keys: createKeys(address.prefix),
    replica: 'gone',
    monotonicNow: () => performance.now(),
    idleMs: 60_000,
  });
  return { channel, connection };
}

test('a replica that starts with other files serves them, and says so in its log and to its clients', async () => {
  const url = redis.url();
  const old = await startIn(folderOf(OLD), url);
  const next = await startIn(folderOf(NEW), url);
  expect(await titlesOf([old, next])).toEqual(['Old', 'New']);
  const [{ id }, { id: nextId }] = [await selfOf(old), await selfOf(next)];
  expect(next.warnings).toEqual([
    expect.stringMatching(new RegExp(`^replicas serve different files .*replica ${nextId} .*replica ${id} `)),
  ]);
  for (const replica of [old, next])
    expect(await control(replica.url, 'GET', '/server')).toMatchObject({ replicasDiffer: true });
  await old.close();
  expect(await control(next.url, 'GET', '/server')).toMatchObject({ replicasDiffer: false });
  // It is the rule now.
  const last = await startIn(folderOf(NEW), url);
  expect(last.warnings).toEqual([]);
});

test('other options make replicas differ', async () => {
  const url = redis.url();
  const folder = folderOf(OLD);
  await startIn(folder, url);
  expect((await startIn(folder, url, { dynamic: true })).warnings).toHaveLength(1);
});

test('while the store is away nothing is reloaded; when it is back, all serve the new files', async () => {
  const replicas = await startThree(redis.url());
  const [first, second] = replicas;
  await redis.kill();
  write(NEW, ...replicas);
  await expect(second.reload()).rejects.toThrow(/store.*they are read again when the store is back/);
  expect(replicas.map(({ state }) => state.config.contract.apis[0]?.title)).toEqual(['Old', 'Old', 'Old']);
  expect(await control(first.url, 'GET', '/server')).not.toHaveProperty('replicas');
  await redis.start();
  await until(async () => new Set(await titlesOf(replicas)).has('Old') === false);
  await until(async () => (await control(first.url, 'GET', '/server')).replicas?.length === 3);
  expect(await control(first.url, 'GET', '/server')).toMatchObject({ replicasDiffer: false });
});

test('a scenario that only one machine has is saved and not served, and the response says why', async () => {
  const replicas = await startThree(redis.url());
  const [first, second, third] = replicas;
  const text = 'title: Sold out\nrules:\n  - { on: listTeas, reply: 204 }\n';
  const saved = await control(first.url, 'PUT', '/scenarios/tea%2Fsold', { text });
  expect(saved).toMatchObject({ served: false, findings: [] });
  expect(saved.reason).toMatch(/replicas have read different files/);
  for (const { url } of replicas)
    expect((await control(url, 'GET', '/scenarios')).scenarios).not.toContainEqual(
      expect.objectContaining({ id: 'tea/sold' }),
    );
  for (const { folder } of [second, third]) writeFileSync(path.join(folder, 'scenarios/tea/sold.yaml'), text);
  await third.reload();
  for (const { url } of replicas)
    expect((await control(url, 'GET', '/scenarios')).scenarios).toContainEqual(
      expect.objectContaining({ id: 'tea/sold' }),
    );
  rmSync(path.join(first.folder, 'scenarios/tea/sold.yaml'));
});

test('upstreams are those of all replicas as soon as they are set, also of replicas that start later', async () => {
  const url = redis.url();
  const folder = folderOf(OLD);
  const options = { upstreams: ['tea=https://own.example.com'] };
  const replicas = [await startIn(folder, url, options), await startIn(folder, url, options)];
  const [first, second] = replicas as [TestedReplica, TestedReplica];
  const changed = { url: 'https://staging.example.com/FAKE-secret-in-a-path' };
  await control(first.url, 'PUT', '/upstreams/tea', changed);
  expect(await upstreamsOf(second)).toEqual([changed.url]);
  replicas.push(await startIn(folder, url, options));
  for (const replica of replicas) expect(await upstreamsOf(replica)).toEqual([changed.url]);
  const server = `${new URL(url).searchParams.get('prefix')}:{all}:server`;
  expect(await redis.cli('HKEYS', server)).toContain('upstreams');
  expect(await redis.cli('HVALS', server)).not.toContain('FAKE');
  await control(second.url, 'DELETE', '/upstreams/tea');
  for (const replica of replicas) expect(await upstreamsOf(replica)).toEqual([]);
  await expect(control(first.url, 'DELETE', '/upstreams/tea')).rejects.toThrow(/404/);
});

test('upstreams that are set at once by two replicas are all kept, and survive a FLUSHDB', async () => {
  const url = redis.url();
  const folder = folderOf(OLD);
  const replicas = [await startIn(folder, url), await startIn(folder, url)] as const;
  const [first, second] = replicas;
  const names = ['tea', 'tea.listTeas'];
  await Promise.all([
    control(first.url, 'PUT', '/upstreams/tea', { url: 'https://a.example.com' }),
    control(second.url, 'PUT', '/upstreams/tea.listTeas', { url: 'https://b.example.com' }),
  ]);
  for (const { state } of replicas)
    expect(
      state.upstreams
        .list()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(names);
  await redis.cli('FLUSHDB');
  const server = `${new URL(url).searchParams.get('prefix')}:{all}:server`;
  await until(async () => (await redis.cli('HGET', server, 'upstreams')) !== '');
  const third = await startIn(folder, url);
  expect((await upstreamsOf(third)).sort()).toEqual(['https://a.example.com', 'https://b.example.com']);
});
