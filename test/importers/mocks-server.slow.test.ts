// Plays collections in mocks-server itself and, imported, here: same statuses, fields and bodies but for what the import names.
import { cpSync, mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'vitest';
import { endServers, expectSameReplies, startPeer } from './peer.ts';
import { type PlayedReply, playAll, requestsOf } from './play.ts';

const FIXTURES = path.join(import.meta.dirname, 'mocks-server');
const PROGRAM = path.resolve('test/peers/node_modules/@mocks-server/main/bin/mocks-server');

endServers();

test.each(['users', 'types', 'delays', 'inherit', 'paths'])('%s', { timeout: 120_000 }, async name => {
  // It writes files into its folder.
  const folder = mkdtempSync(path.join(os.tmpdir(), 'deadringer-mocks-'));
  cpSync(path.join(FIXTURES, name), folder, { recursive: true });
  const requests = requestsOf(path.join(folder, 'requests.json'));
  const origin = await startPeer(
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
  const theirs = await playAll(origin, requests);
  const isUnexpected = ({ status, body }: PlayedReply): boolean =>
    status === 404 && body.includes('"error":"Not Found"');
  await expectSameReplies(path.join(FIXTURES, name), name, { requests, theirs, isUnexpected });
});
