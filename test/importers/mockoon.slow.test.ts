// Plays environments in Mockoon itself and, imported, here: same statuses, fields and bodies but for what the import names.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { expectSameReplies, repliesOfPeers, startPeer } from './peer.ts';
import { type PlayedReply, requestsOf } from './play.ts';

const FIXTURES = path.join(import.meta.dirname, 'mockoon');
const PROGRAM = path.resolve('test/peers/node_modules/@mockoon/cli/bin/run.js');

const REQUESTS = Object.fromEntries(
  ['rules', 'modes', 'templates', 'crud', 'files'].map(name => [
    name,
    requestsOf(path.join(FIXTURES, `${name}.requests.json`)),
  ]),
);
const repliesTo = repliesOfPeers(REQUESTS, name => {
  const args = ['start', '--data', path.join(FIXTURES, `${name}.json`), '--disable-log-to-file'];
  return startPeer(
    process.execPath,
    port => [PROGRAM, ...args, '--disable-admin-api', '--port', String(port)],
    /Server started/,
  );
});

test.each(Object.entries(REQUESTS))('%s', async (name, requests) => {
  const isUnexpected = ({ status, body }: PlayedReply): boolean =>
    status === 404 && body.includes('<pre>Cannot ');
  const played = { requests, theirs: repliesTo(name), isUnexpected };
  await expectSameReplies(path.join(FIXTURES, `${name}.json`), name, played);
});

test('the migration page has every member of the schema of environments', async () => {
  const page = readFileSync('docs/from-mockoon.md', 'utf8');
  const source = path.resolve(
    'test/peers/node_modules/@mockoon/commons/dist/cjs/constants/environment-schema.constants.js',
  );
  const names = [...readFileSync(source, 'utf8').matchAll(/^ {4}(?:get )?(\w+)(?::|\(\))/gm)].map(
    ([, name]) => name,
  );
  const operators = [...readFileSync(source, 'utf8').matchAll(/\.valid\(('body'|'equals')(.*?)\)/g)].flatMap(
    ([all]) => [...all.matchAll(/'(\w+)'/g)].map(([, name]) => name),
  );
  expect(names.length).toBeGreaterThan(50);
  expect(operators.length).toBeGreaterThan(15);
  const other = new Set(['id', 'uri', 'stripUnknown']);
  expect(
    [...names, ...operators].filter(name => !other.has(name ?? '') && !page.includes(`\`${name}\``)),
  ).toEqual([]);
});
