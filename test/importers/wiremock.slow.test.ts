// Plays stub mappings in WireMock itself and, imported, here: same statuses, fields and bodies but for what the import names.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import yauzl from 'yauzl';
import { type MockServer, startServer } from '../../src/start.ts';
import { run } from '../cli/program.ts';
import { type PlayedReply, playAll, requestsOf } from './play.ts';

const FIXTURES = path.join(import.meta.dirname, 'wiremock');
const BUILD = path.resolve('test/peers/node_modules/wiremock/build');

let peer: ChildProcess | undefined;
let mock: MockServer | undefined;
afterEach(async () => {
  peer?.kill('SIGKILL');
  await mock?.close();
  peer = undefined;
  mock = undefined;
});

test.each(['shop', 'cart', 'login', 'slow', 'orders'])('%s', { timeout: 120_000 }, async name => {
  const folder = path.join(FIXTURES, name);
  const requests = requestsOf(folder);
  const theirs = await playAll(await startWireMock(folder), requests);
  const out = mkdtempSync(path.join(os.tmpdir(), 'deadringer-import-'));
  const imported = await run('import', folder, '--out', out, '--json');
  expect(imported).toMatchObject({ code: 0, err: '' });
  const { losses } = JSON.parse(imported.out) as { losses: { construct: string }[] };
  const constructs = new Set(losses.map(({ construct }) => construct));
  mock = await startServer({
    specs: [`${name}=${path.join(out, `${name}.openapi.yaml`)}`],
    scenarios: [out],
  });
  const ours = await playAll(mock.url, requests);
  for (const [index, request] of requests.entries()) {
    const label = `${request.method ?? 'GET'} ${request.path} (request ${index + 1})`;
    if (request.differs === undefined) expect(shown(ours[index]), label).toEqual(shown(theirs[index]));
    else {
      expect(shown(ours[index]), label).not.toEqual(shown(theirs[index]));
      expect(constructs, label).toContain(request.differs);
    }
  }
});

/** WireMock explains in text what was not matched. */
function shown(reply: PlayedReply | undefined): unknown {
  return reply?.status === 404 && reply.body.includes('Request was not matched')
    ? { status: 404, headers: {}, body: '' }
    : reply;
}

/** Parts of the schema that are no stub mapping. */
const OTHER_DEFINITIONS =
  /^(?:record-spec|logged-request|health|scenario|bad-request-entity|headers|content-pattern|delay-distribution)$/;

test('the migration page has every member of the schema of stub mappings', async () => {
  const page = readFileSync('docs/from-wiremock.md', 'utf8');
  const jar = path.join(BUILD, jarName());
  const entry = await readEntry(jar, 'schemas/wiremock-stub-mapping.json');
  const { definitions } = JSON.parse(entry) as { definitions: Record<string, SchemaPart> };
  const names = Object.entries(definitions)
    .filter(([name]) => !OTHER_DEFINITIONS.test(name))
    .flatMap(([, definition]) => [definition, ...(definition.allOf ?? [])])
    .flatMap(({ properties = {} }) => Object.keys(properties));
  expect(names.length).toBeGreaterThan(60);
  expect(names.filter(name => !page.includes(`\`${name}\``))).toEqual([]);
});

interface SchemaPart {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly allOf?: readonly SchemaPart[];
}

async function readEntry(archive: string, name: string): Promise<string> {
  const zip = await yauzl.openPromise(archive);
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName !== name) continue;
    const chunks: Buffer[] = [];
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
    zip.close();
    return Buffer.concat(chunks).toString('utf8');
  }
  throw new Error(`${archive} has no ${name}`);
}

function jarName(): string {
  return readdirSync(BUILD).find(file => file.endsWith('.jar')) ?? '';
}

async function startWireMock(folder: string): Promise<string> {
  const jar = jarName();
  const port = await freePort();
  const args = [
    '-Xmx256m',
    '-jar',
    path.join(BUILD, jar),
    '--port',
    String(port),
    '--bind-address',
    '127.0.0.1',
  ];
  const started = spawn('java', [
    ...args,
    '--root-dir',
    folder,
    '--disable-banner',
    '--no-request-journal',
    '--verbose',
  ]);
  peer = started;
  const origin = `http://127.0.0.1:${port}`;
  await new Promise<void>((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      if (output.includes(String(port))) resolve();
    };
    started.stdout.on('data', read);
    started.stderr.on('data', read);
    started.on('error', reject);
    started.on('exit', code => reject(new Error(`WireMock ended with ${code}: ${output}`)));
  });
  return origin;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
