// serve --upstream as a user starts it: a page in a browser, a service over TLS, bodies of any size in flat memory.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { launchChromium } from '../chromium.ts';
import { type Running, run, start } from './program.ts';

const PETS = 'test/fixtures/pets.yaml';

async function listening(server: http.Server | https.Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

async function serve(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ url: string; program: Running }> {
  const program = start(['serve', '--specs', PETS, '--port', '0', ...args], { env });
  onTestFinished(async () => {
    program.child.kill('SIGTERM');
    await program.ended;
  });
  const [, url = ''] = await program.line(/operations\) on (\S+)/);
  return { url, program };
}

test('the log names the upstream, the finding, and the line of the document', async () => {
  const port = await listening(
    http.createServer((_, outgoing) =>
      outgoing.writeHead(200, { 'content-type': 'application/json' }).end('[{"id":"7","name":"Rex"}]'),
    ),
  );
  const { url, program } = await serve(['--upstream', `http://127.0.0.1:${port}`]);
  await program.line(new RegExp(`real: pets is answered by http://127.0.0.1:${port}`));
  await (await fetch(`${url}/pets/v1/pets`)).text();
  await program.line(/GET +\/pets\/v1\/pets listPets 200 [\d.]+ms by http:\/\/127\.0\.0\.1:\d+\n/);
  await program.line(/ {2}test\/fixtures\/pets\.yaml:\d+:\d+ error response body \/0\/id must be integer/);
});

test('an invalid --upstream is a usage error with a remedy', async () => {
  const { code, err } = await run('serve', '--specs', PETS, '--upstream', 'staging');
  expect(code).toBe(2);
  expect(err).toContain('"staging" is no upstream: write it as https://host or https://host/base/path');
});

test('a time without a unit is a usage error', async () => {
  const { code, err } = await run('serve', '--specs', PETS, '--upstream-timeout', '30');
  expect(code).toBe(2);
  expect(err).toContain('A time is written like 30s, 500ms or 2m');
});

test('a TLS service gets requests for its authority', async () => {
  const port = await listening(
    https.createServer(
      {
        key: readFileSync('test/fixtures/tls/fake-key.pem'),
        cert: readFileSync('test/fixtures/tls/fake-certificate.pem'),
      },
      (_, outgoing) => outgoing.writeHead(200, { 'content-type': 'application/json' }).end('[]'),
    ),
  );
  const upstream = ['--upstream', `https://localhost:${port}`];
  const { url } = await serve(upstream, { NODE_EXTRA_CA_CERTS: 'test/fixtures/tls/fake-certificate.pem' });
  expect(await (await fetch(`${url}/pets/v1/pets`)).text()).toBe('[]');
  const { url: wary } = await serve(upstream);
  expect((await fetch(`${wary}/pets/v1/pets`)).headers.get('x-deadringer-error')).toBe('upstream-tls');
});

test('150 megabytes up and down take as much memory as 50', async () => {
  const piece = Buffer.alloc(64 * 1024, 'x');
  function* pieces(megabytes: number): Generator<Buffer> {
    for (let sent = 0; sent < megabytes * 16; sent++) yield piece;
  }
  const port = await listening(
    http.createServer((incoming, outgoing) => {
      incoming.resume();
      incoming.on('end', () => Readable.from(pieces(Number(incoming.headers['x-size']))).pipe(outgoing));
    }),
  );
  const { url, program } = await serve(['--upstream', `http://127.0.0.1:${port}`]);
  /** Bytes that the server holds. */
  const resident = async (): Promise<number> =>
    1024 * Number((await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(program.child.pid)])).stdout);
  const exchange = async (megabytes: number): Promise<number> => {
    const request = http.request(`${url}/pets/v1/big`, { method: 'POST', headers: { 'x-size': megabytes } });
    Readable.from(pieces(megabytes)).pipe(request);
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    let most = 0;
    let size = 0;
    for await (const chunk of response) {
      size += (chunk as Buffer).length;
      if (size % (16 * 1024 * 1024) < (chunk as Buffer).length) most = Math.max(most, await resident());
    }
    expect(size).toBe(megabytes * 1024 * 1024);
    return most;
  };
  await exchange(20);
  const small = await exchange(50);
  const large = await exchange(150);
  expect(large - small).toBeLessThan(50 * 1024 * 1024);
});

test('a page in a browser behaves the same with and without the proxy', async () => {
  const bodies: Record<string, [http.OutgoingHttpHeaders, Buffer]> = {
    plain: [{ 'content-type': 'application/json' }, Buffer.from('[{"id":7,"name":"Rex"}]')],
    gzip: [{ 'content-type': 'application/json', 'content-encoding': 'gzip' }, zlib.gzipSync('[{"id":7}]')],
    br: [{ 'content-type': 'text/plain', 'content-encoding': 'br' }, zlib.brotliCompressSync('b\u00e4r')],
    binary: [{ 'content-type': 'application/octet-stream' }, Buffer.from([0, 255, 1, 254, 128])],
    empty: [{}, Buffer.alloc(0)],
  };
  const service = http.createServer((incoming, outgoing) => {
    const name = incoming.url?.split('/').at(-1) ?? '';
    const [headers, body] = bodies[name] ?? [{}, Buffer.from('?')];
    // The service lets in pages of its own alone, and asks nobody's leave for cookies.
    outgoing.writeHead(name === 'empty' ? 204 : 200, {
      ...headers,
      'access-control-allow-origin': 'https://app.example',
      'x-total': '7',
    });
    outgoing.end(body);
  });
  const port = await listening(service);
  const site = await listening(
    http.createServer((_, outgoing) =>
      outgoing.setHeader('content-type', 'text/html').end('<title>App</title>'),
    ),
  );
  const { url } = await serve(['--upstream', `http://127.0.0.1:${port}`]);
  const browser = await launchChromium();
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${site}/`);
  for (const [name, [, body]] of Object.entries(bodies)) {
    const got = await fetchInPage(page, `${url}/pets/v1/${name}`);
    const there = await fetch(`http://127.0.0.1:${port}/v1/${name}`);
    expect(got).toEqual({
      status: name === 'empty' ? 204 : 200,
      total: '7',
      bytes: [...new Uint8Array(await there.arrayBuffer())],
    });
    expect(got.bytes.length > 0).toBe(body.length > 0);
  }
});

function fetchInPage(
  page: Page,
  url: string,
): Promise<{ status: number; total: string | null; bytes: number[] }> {
  return page.evaluate(async target => {
    // A header of one's own makes the browser ask for leave first.
    const response = await fetch(target, { headers: { 'x-app': '1' }, credentials: 'include' });
    return {
      status: response.status,
      total: response.headers.get('x-total'),
      bytes: [...new Uint8Array(await response.arrayBuffer())],
    };
  }, url);
}
