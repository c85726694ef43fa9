// Plays stub mappings in WireMock itself and, imported, here: same statuses, fields and bodies but for what the import names.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import yauzl from 'yauzl';
import { endServers, expectSameReplies, startPeer } from './peer.ts';
import { type PlayedReply, playAll, requestsOf } from './play.ts';

const FIXTURES = path.join(import.meta.dirname, 'wiremock');
const BUILD = path.resolve('test/peers/node_modules/wiremock/build');

endServers();

test.each(['shop', 'cart', 'login', 'slow', 'orders'])('%s', { timeout: 120_000 }, async name => {
  const folder = path.join(FIXTURES, name);
  const requests = requestsOf(path.join(folder, 'requests.json'));
  const theirs = await playAll(await startWireMock(folder), requests);
  const isUnexpected = ({ status, body }: PlayedReply): boolean =>
    status === 404 && body.includes('Request was not matched');
  await expectSameReplies(folder, name, { requests, theirs, isUnexpected });
});

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

function startWireMock(folder: string): Promise<string> {
  const args = [
    '-Xmx256m',
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
