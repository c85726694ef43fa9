// Plays collections in mocks-server itself and, imported, here: same statuses, fields and bodies but for what the import names.
import { cpSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { expectSameReplies, optionsNotIn, repliesOfPeers, startPeer } from './peer.ts';
import { type PlayedReply, requestsOf } from './play.ts';

const FIXTURES = path.join(import.meta.dirname, 'mocks-server');
const PROGRAM = path.resolve('test/peers/node_modules/@mocks-server/main/bin/mocks-server');

const REQUESTS = Object.fromEntries(
  ['users', 'types', 'delays', 'inherit', 'paths'].map(name => [
    name,
    requestsOf(path.join(FIXTURES, name, 'requests.json')),
  ]),
);
const repliesTo = repliesOfPeers(REQUESTS, name => {
  // It writes files into its folder.
  const folder = mkdtempSync(path.join(os.tmpdir(), 'deadringer-mocks-'));
  cpSync(path.join(FIXTURES, name), folder, { recursive: true });
  return startPeer(
    process.execPath,
    port => [
      PROGRAM,
      `--server.port=${port}`,
      '--server.host=127.0.0.1',
      '--no-plugins.inquirerCli.enabled',
      '--plugins.adminApi.port=0',
      '--plugins.adminApi.host=127.0.0.1',
      '--no-files.watch',
      '--no-config.readFile',
    ],
    /Server started/,
    folder,
  );
});

test.each(Object.entries(REQUESTS))('%s', async (name, requests) => {
  const isUnexpected = ({ status, body }: PlayedReply): boolean =>
    status === 404 && body.includes('"error":"Not Found"');
  const played = { requests, theirs: repliesTo(name), isUnexpected };
  await expectSameReplies(path.join(FIXTURES, name), name, played);
});

test('the migration page and the inputs have every member of the schemas of collections, routes and variants', () => {
  const page = readFileSync('docs/from-mocks-server.md', 'utf8');
  const core = path.resolve('test/peers/node_modules/@mocks-server/core/src');
  const sources = [
    path.join(core, 'mock/validations.js'),
    ...['Json', 'Text', 'Status', 'File', 'Static', 'Middleware'].map(name =>
      path.join(core, `variant-handlers/handlers/${name}.js`),
    ),
  ].map(file => readFileSync(file, 'utf8'));
  const names = sources.flatMap(source =>
    [...source.matchAll(/^ +(\w+): \{\n +(?:type|oneOf|enum|instanceof)/gm)].map(([, name]) => name ?? ''),
  );
  const types = sources.flatMap(source =>
    [...source.matchAll(/return "(\w+)";/g)].map(([, name]) => name ?? ''),
  );
  expect(names.length).toBeGreaterThan(20);
  expect(types.length).toBe(6);
  const notMembers = new Set(['items', 'validationSchema', 'middleware']);
  const members = [...names.filter(name => !notMembers.has(name)), ...types];
  expect(members.filter(name => !page.includes(`\`${name}\``))).toEqual([]);
  const inputs = readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.json'))
    .map(file => readFileSync(path.join(FIXTURES, file), 'utf8'))
    .join('\n');
  // A middleware is a function, which JSON does not have.
  const written = members.filter(name => name !== 'middleware');
  expect(written.filter(name => !inputs.includes(`"${name}"`))).toEqual([]);
});

test('the migration page has every option of the command line', () => {
  expect(optionsNotIn('docs/from-mocks-server.md', process.execPath, PROGRAM, '--help')).toEqual([]);
});
