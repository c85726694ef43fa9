// The HTTP client of a replay stops reading a response at its limits.
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import zlib from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { EMPTY_BODY, type Request } from '../../src/exchange/exchange.ts';
import { createReplayClient } from '../../src/http/replay-client.ts';
import type { SendResult } from '../../src/replay/send.ts';

const GET: Request = { method: 'GET', path: '/', query: '', headers: {}, body: EMPTY_BODY };
const LIMIT = 100_000;

async function requestTo(listener: http.RequestListener): Promise<SendResult> {
  const server = http.createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { send, close } = createReplayClient({ timeout: 20_000, limit: LIMIT });
  onTestFinished(() => {
    close();
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return await send(`http://127.0.0.1:${port}`, GET, new AbortController().signal);
}

test('an endless response is aborted, and its connection is closed', async () => {
  let closed: Promise<unknown> | undefined;
  const result = await requestTo((_, outgoing) => {
    closed = once(outgoing, 'close');
    outgoing.write(Buffer.alloc(LIMIT + 1));
  });
  expect(result).toMatchObject({
    response: { status: 200, body: { notRecorded: 'the response is larger than 100000 bytes' } },
  });
  await closed;
});

test('a small response that decompresses beyond the limit is not decompressed', async () => {
  const result = await requestTo((_, outgoing) =>
    outgoing.writeHead(200, { 'content-encoding': 'gzip' }).end(zlib.gzipSync(Buffer.alloc(LIMIT + 1))),
  );
  expect(result).toMatchObject({
    response: { body: { notRecorded: 'the decompressed body is larger than 100000 bytes' } },
  });
});

test('a response of exactly the limit is read', async () => {
  const result = await requestTo((_, outgoing) => outgoing.end(Buffer.alloc(LIMIT, 'a')));
  expect(result).toMatchObject({ response: { body: Buffer.alloc(LIMIT, 'a') } });
});
