// serve --upstream with a browser as the client, and with bodies of 150 MB in constant memory.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { launchChromium } from '../chromium.ts';
import { listening } from './listening.ts';
import { type RunningProcess, startProcess } from './process.ts';

const PETS = 'test/fixtures/pets.yaml';

async function serve(args: readonly string[]): Promise<{ url: string; program: RunningProcess }> {
  const program = startProcess(['serve', '--specs', PETS, '--port', '0', ...args]);
  const [, url = ''] = await program.line(/operations\) on (\S+)/);
  return { url, program };
}

test('bodies of 150 MB in both directions take as much memory as bodies of 50 MB', async () => {
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
  /** Resident memory of the server, in bytes. */
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
    // The service allows another origin only, and no credentials.
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
    const proxied = await fetchInPage(page, `${url}/pets/v1/${name}`);
    const direct = await fetch(`http://127.0.0.1:${port}/v1/${name}`);
    expect(proxied).toEqual({
      status: name === 'empty' ? 204 : 200,
      total: '7',
      bytes: [...new Uint8Array(await direct.arrayBuffer())],
    });
    expect(proxied.bytes.length > 0).toBe(body.length > 0);
  }
});

function fetchInPage(
  page: Page,
  url: string,
): Promise<{ status: number; total: string | null; bytes: number[] }> {
  return page.evaluate(async target => {
    // A custom header makes the browser send a preflight request first.
    const response = await fetch(target, { headers: { 'x-app': '1' }, credentials: 'include' });
    return {
      status: response.status,
      total: response.headers.get('x-total'),
      bytes: [...new Uint8Array(await response.arrayBuffer())],
    };
  }, url);
}

test('proxy --upstream-proxy reaches a TLS service through a tunnel', async () => {
  const service = await listening(
    https.createServer(
      {
        key: readFileSync('test/fixtures/tls/fake-key.pem'),
        cert: readFileSync('test/fixtures/tls/fake-certificate.pem'),
      },
      (_, outgoing) => outgoing.writeHead(200, { 'content-type': 'application/json' }).end('[]'),
    ),
  );
  const tunnels: unknown[] = [];
  const tunnel = http.createServer().on('connect', ({ url, headers }, client) => {
    tunnels.push([url, headers['proxy-authorization']]);
    const socket = connect(service, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(socket).pipe(client);
    });
    socket.on('error', () => client.destroy());
    client.on('error', () => socket.destroy());
  });
  const via = `http://user:FAKE-word@127.0.0.1:${await listening(tunnel)}`;
  const args = ['test/fixtures/pets.yaml', `https://localhost:${service}`, '--upstream-proxy', via];
  const program = startProcess(['proxy', ...args, '--port', '0'], {
    env: { NODE_EXTRA_CA_CERTS: 'test/fixtures/tls/fake-certificate.pem' },
  });
  const [, url = ''] = await program.line(/operations\) on (\S+)/);
  expect(await (await fetch(`${url}/pets`)).text()).toBe('[]');
  const credentials = Buffer.from('user:FAKE-word').toString('base64');
  expect(tunnels).toEqual([[`localhost:${service}`, `Basic ${credentials}`]]);
});
