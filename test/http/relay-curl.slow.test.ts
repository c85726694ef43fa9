// A real service behind the mock, asked by curl: what it gets through the mock is what it would get without it.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { startMock } from '../../src/index.ts';

const JSON_PETS = JSON.stringify([{ id: 7, name: 'Rex' }]);
const JSON_TYPE = { 'content-type': 'application/json' };
const HANDLERS: Record<string, (outgoing: http.ServerResponse) => void> = {
  gzip: outgoing =>
    outgoing.writeHead(200, { ...JSON_TYPE, 'content-encoding': 'gzip' }).end(zlib.gzipSync(JSON_PETS)),
  br: outgoing =>
    outgoing
      .writeHead(200, { ...JSON_TYPE, 'content-encoding': 'br' })
      .end(zlib.brotliCompressSync(JSON_PETS)),
  binary: outgoing =>
    outgoing
      .writeHead(200, { 'content-type': 'application/octet-stream' })
      .end(Buffer.from([0, 255, 254, 10, 13, 0, 128])),
  chunked: outgoing => {
    outgoing.writeHead(200, JSON_TYPE);
    for (const piece of JSON_PETS.match(/.{1,5}/g) ?? []) outgoing.write(piece);
    outgoing.end();
  },
};

test('curl gets it byte for byte, compressed or not', async () => {
  const service = http.createServer((incoming, outgoing) =>
    HANDLERS[incoming.url?.split('/').at(-1) ?? '']?.(outgoing),
  );
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  const origin = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  const mock = await startMock({ specs: ['test/fixtures/pets.yaml'], upstreams: [`pets=${origin}`] });
  onTestFinished(async () => {
    await mock.close(0);
    service.close();
    service.closeAllConnections();
  });
  const direct = (name: string): string => `${origin}/v1/${name}`;
  const through = (name: string): string => `${mock.url}/pets/v1/${name}`;
  const curl = async (url: string, ...more: string[]): Promise<string> =>
    (await promisify(execFile)('curl', ['-s', ...more, url], { encoding: 'latin1' })).stdout;
  for (const name of ['gzip', 'br', 'binary', 'chunked'])
    expect(await curl(through(name))).toBe(await curl(direct(name)));
  expect(await curl(through('gzip'), '--compressed')).toBe(JSON_PETS);
});
