// Plays environments in Mockoon itself and, imported, here: same statuses, fields and bodies but for what the import names.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { expectSameReplies, optionsNotIn, repliesOfPeers, startPeer } from './peer.ts';
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

test('the migration page and the inputs have every member and value of the schema of environments', () => {
  const page = readFileSync('docs/from-mockoon.md', 'utf8');
  const inputs = readdirSync(FIXTURES)
    .filter(file => file.endsWith('.json'))
    .map(file => readFileSync(path.join(FIXTURES, file), 'utf8'))
    .join('\n');
  const source = readFileSync(
    path.resolve(
      'test/peers/node_modules/@mockoon/commons/dist/cjs/constants/environment-schema.constants.js',
    ),
    'utf8',
  );
  const names = [...source.matchAll(/^ +(?:get )?(\w+)(?::|\(\))/gm)].flatMap(([, name = '']) => name);
  // A text, or a member of an enumeration whose value is its name.
  const values = [...source.matchAll(/\.valid\(([^)]*)\)/g)].flatMap(([, list = '']) =>
    list.split(', ').map(each => each.replace(/^'|'$|^.*\./g, '')),
  );
  expect([names.length, values.length].every(count => count > 50)).toBe(true);
  // A type of Joi and an option of its arrays.
  const members = names.filter(name => !['uri', 'stripUnknown'].includes(name));
  const isMissing = (text: string, mark: string) => (name: string) =>
    ![name, name.toLowerCase()].some(each => text.includes(mark + each + mark));
  expect([...members, ...values].filter(isMissing(page, '`'))).toEqual([]);
  expect([...members, ...values].filter(isMissing(inputs, '"'))).toEqual([]);
});

test('the migration page has every option of the command line', () => {
  expect(optionsNotIn('docs/from-mockoon.md', process.execPath, PROGRAM, 'start', '--help')).toEqual([]);
});
