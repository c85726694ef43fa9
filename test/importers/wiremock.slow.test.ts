// Plays stub mappings in WireMock itself and, imported, here: same statuses, fields and bodies but for what the import names.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import yauzl from 'yauzl';
import { expectSameReplies, optionsNotIn, repliesOfPeers, startPeer } from './peer.ts';
import { type PlayedReply, requestsOf } from './play.ts';

const FIXTURES = path.join(import.meta.dirname, 'wiremock');
const BUILD = path.resolve('test/peers/node_modules/wiremock/build');

const REQUESTS = Object.fromEntries(
  ['shop', 'cart', 'login', 'slow', 'orders'].map(name => [
    name,
    requestsOf(path.join(FIXTURES, name, 'requests.json')),
  ]),
);
const repliesTo = repliesOfPeers(REQUESTS, name => startWireMock(path.join(FIXTURES, name)));

test.each(Object.entries(REQUESTS))('%s', async (name, requests) => {
  const isUnexpected = ({ status, body }: PlayedReply): boolean =>
    status === 404 && body.includes('Request was not matched');
  const played = { requests, theirs: repliesTo(name), isUnexpected };
  await expectSameReplies(path.join(FIXTURES, name), name, played);
});

/** Parts of the schema that are no stub mapping. */
const OTHER_DEFINITIONS = new Set([
  ...['record-spec', 'logged-request', 'health', 'scenario', 'bad-request-entity', 'headers'],
]);

/** The names of all members that a stub mapping may have, at any depth. */
async function membersOfStubs(): Promise<string[]> {
  const entry = await readEntry(path.join(BUILD, jarName()), 'schemas/wiremock-stub-mapping.json');
  const { definitions } = JSON.parse(entry) as { definitions: Record<string, unknown> };
  const names = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const { properties } = value as { properties?: object };
    if (typeof properties === 'object') for (const name of Object.keys(properties)) names.add(name);
    for (const [name, inner] of Object.entries(value)) if (name !== 'example') visit(inner);
  };
  for (const [name, definition] of Object.entries(definitions))
    if (!OTHER_DEFINITIONS.has(name)) visit(definition);
  return [...names];
}

test('the migration page and the inputs have every member of the schema of stub mappings', async () => {
  const page = readFileSync('docs/from-wiremock.md', 'utf8');
  const inputs = readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' })
    .filter(file => /mappings\/[^/]*\.json$/.test(file))
    .map(file => readFileSync(path.join(FIXTURES, file), 'utf8'))
    .join('\n');
  const names = await membersOfStubs();
  expect(names.length).toBeGreaterThan(90);
  expect(names.filter(name => !page.includes(`\`${name}\``))).toEqual([]);
  expect(names.filter(name => !inputs.includes(`"${name}"`))).toEqual([]);
});

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

function startWireMock(folder: string): Promise<string> {
  const args = [
    // A quick start: the server lives for seconds.
    ...['-Xmx256m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'],
    '-jar',
    path.join(BUILD, jarName()),
    '--bind-address',
    '127.0.0.1',
    '--root-dir',
    folder,
  ];
  const port = (free: number): string[] => [...args, '--port', String(free), '--disable-banner', '--verbose'];
  return startPeer('java', port, /port:\s+\d+/);
}

test('the migration page has every option of the command line', () => {
  expect(
    optionsNotIn('docs/from-wiremock.md', 'java', '-jar', path.join(BUILD, jarName()), '--help'),
  ).toEqual([]);
});
