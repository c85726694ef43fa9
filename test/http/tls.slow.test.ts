// A server with a certificate, as curl, undici and a page in Chromium see it over HTTP/2.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import undici from 'undici';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createLocalCertificate } from '../../src/http/local-certificate.ts';
import type { ServeEvent } from '../../src/mock/serve-event.ts';
import { type MockServer, startServer } from '../../src/start.ts';
import { launchChromium } from '../chromium.ts';
import { startProcess } from '../cli/process.ts';

const { ca, cert, key } = createLocalCertificate(['localhost', '127.0.0.1', '::1'], Date.now());
const events: ServeEvent[] = [];
let mock: MockServer;
let folder: string;
const HTTP2 = { scheme: 'https', httpVersion: 'HTTP/2' };

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'deadringer-tls-'));
  writeFileSync(path.join(folder, 'ca.pem'), ca);
  mock = await startServer({ specs: ['test/fixtures/pets.yaml'], tls: { cert, key } });
  mock.state.subscribe(event => events.push(event));
});
afterAll(async () => {
  await mock.close(100);
  rmSync(folder, { recursive: true });
});

async function curl(...args: string[]): Promise<{ stdout: string; code: number }> {
  const all = ['-sS', '--cacert', path.join(folder, 'ca.pem'), ...args];
  return await promisify(execFile)('curl', all).then(
    ({ stdout }) => ({ stdout, code: 0 }),
    ({ stdout, code }: { stdout: string; code: number }) => ({ stdout, code }),
  );
}

test('OpenSSL verifies the local certificate strictly', async () => {
  writeFileSync(path.join(folder, 'cert.pem'), cert);
  const args = ['verify', '-x509_strict', '-purpose', 'sslserver', '-verify_hostname', 'localhost'];
  const files = ['-CAfile', path.join(folder, 'ca.pem'), path.join(folder, 'cert.pem')];
  const { stdout } = await promisify(execFile)('openssl', [...args, ...files]);
  expect(stdout).toContain('cert.pem: OK');
});

test('curl trusts the certificate and speaks HTTP/2, and HTTP/1.1 if asked', async () => {
  const shown = ['-w', '\n%{http_version} %{response_code}'];
  expect((await curl(...shown, `${mock.url}/pets/7`)).stdout).toBe('{"id":7,"name":"Rex"}\n2 200');
  expect((await curl(...shown, '--http1.1', `${mock.url}/pets/7`)).stdout).toBe(
    '{"id":7,"name":"Rex"}\n1.1 200',
  );
  const large = path.join(folder, 'large.json');
  writeFileSync(large, `{"id":7,"name":"Tom"${' '.repeat(3_000_000)}}`);
  const sent = ['-X', 'POST', '-H', 'content-type: application/json', '-H', 'transfer-encoding: chunked'];
  const { stdout } = await curl(
    ...shown,
    '-o',
    path.join(folder, 'out'),
    ...sent,
    '--data-binary',
    `@${large}`,
    `${mock.url}/pets`,
  );
  expect(stdout).toBe('\n2 201');
});

test('curl reports a fault as an error of the stream', async () => {
  await curl('-X', 'PUT', '-d', '{"fault":"reset"}', `${mock.url}/__deadringer/sessions/reset/delivery`);
  // CURLE_HTTP2_STREAM.
  expect(await curl(`${mock.url}/~reset/pets/7`)).toEqual({ stdout: '', code: 92 });
});

test('undici sends many requests at once on one connection', async () => {
  const dispatcher = new undici.Agent({ allowH2: true, connections: 1, connect: { ca } });
  onTestFinished(() => dispatcher.close());
  const ids = Array.from({ length: 200 }, (_, index) => index + 1);
  const bodies = await Promise.all(
    ids.map(
      async id =>
        (await (await undici.fetch(`${mock.url}/pets/${id}`, { dispatcher })).json()) as { id: number },
    ),
  );
  expect(bodies.map(({ id }) => id)).toEqual(ids);
  expect(events.at(-1)?.exchange.request.transport).toEqual(HTTP2);
});

test('a page in Chromium reads answers, streams and the console over HTTP/2', async () => {
  const browser = await launchChromium();
  onTestFinished(() => browser.close());
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  await page.goto(`${mock.url}/`);
  await page.getByRole('heading').first().waitFor();
  expect(page.url()).toContain('/__deadringer/');
  const seen = await page.evaluate(async url => {
    const read = async (path: string): Promise<unknown> => (await fetch(`${url}${path}`)).json();
    const posted = await fetch(`${url}/pets`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: 9, name: 'Tom' }),
    });
    // The first entry is that of the navigation.
    const entry = performance.getEntries()[0] as unknown as { nextHopProtocol: string };
    return { pet: await read('/pets/7'), status: posted.status, protocol: entry.nextHopProtocol };
  }, mock.url);
  expect(seen).toEqual({ pet: { id: 7, name: 'Rex' }, status: 201, protocol: 'h2' });
  // The console follows the events over the same connection.
  await page.goto(`${mock.url}/__deadringer/#/traffic`);
  await page.getByText('/pets/7').first().waitFor();
});

test('a command under "run --tls" trusts the server, and what it trusted before', async () => {
  const extra = path.join(folder, 'extra.pem');
  writeFileSync(extra, ca);
  const script = `
    const { getCACertificates } = require('node:tls');
    fetch(process.env.DEADRINGER_URL + '/pets/7').then(async answer => {
      const trusted = getCACertificates('extra').length;
      console.log(await answer.text(), trusted, process.env.DEADRINGER_CA);
    });`;
  const specs = ['--specs', 'test/fixtures/pets.yaml'];
  const program = startProcess(['run', '--tls', ...specs, '--', process.execPath, '-e', script], {
    env: { XDG_CACHE_HOME: folder, NODE_EXTRA_CA_CERTS: extra },
  });
  const { code, out } = await program.ended;
  const kept = path.join(folder, 'deadringer', 'tls', 'localhost', 'ca.pem');
  expect({ code, out }).toEqual({ code: 0, out: `{"id":7,"name":"Rex"} 2 ${kept}\n` });
});
