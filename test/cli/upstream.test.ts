// Tests of serve --upstream: log lines, usage errors, an upstream over TLS.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { expect, test } from 'vitest';
import { listening } from './listening.ts';
import { startProcess } from './process.ts';
import { type Running, run, start } from './program.ts';

const PETS = 'test/fixtures/pets.yaml';

async function serve(args: readonly string[]): Promise<{ url: string; program: Running }> {
  const program = start(['serve', '--specs', PETS, '--port', '0', ...args]);
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
  await program.line(new RegExp(`\n {2}upstream: pets -> http://127\\.0\\.0\\.1:${port} `));
  await (await fetch(`${url}/pets/v1/pets`)).text();
  await program.line(/GET +\/pets\/v1\/pets listPets 200 [\d.]+ms from http:\/\/127\.0\.0\.1:\d+\n/);
  await program.line(/ {2}test\/fixtures\/pets\.yaml:\d+:\d+ error response body \/0\/id must be integer/);
});

test('an invalid --upstream is a usage error with a remedy', async () => {
  const { code, err } = await run('serve', '--port', '0', '--specs', PETS, '--upstream', 'staging');
  expect(code).toBe(2);
  expect(err).toContain(
    '"staging" is not a valid upstream: use https://host or https://host/base/path, with petstore= before it for one API\n',
  );
});

test('a time without a unit is a usage error', async () => {
  const { code, err } = await run('serve', '--port', '0', '--specs', PETS, '--upstream-timeout', '30');
  expect(code).toBe(2);
  expect(err).toContain(
    "argument '30' is invalid. Write a time such as 30s, 500ms or 2m; the maximum is one hour.\n",
  );
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
  // Node reads the variable once, when a process starts.
  const env = { NODE_EXTRA_CA_CERTS: 'test/fixtures/tls/fake-certificate.pem' };
  const program = startProcess(['serve', '--specs', PETS, '--port', '0', ...upstream], { env });
  const [, url = ''] = await program.line(/operations\) on (\S+)/);
  expect(await (await fetch(`${url}/pets/v1/pets`)).text()).toBe('[]');
  const { url: untrusting } = await serve(upstream);
  expect((await fetch(`${untrusting}/pets/v1/pets`)).headers.get('x-deadringer-error')).toBe('upstream-tls');
});
