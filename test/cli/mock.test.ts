// The commands mock and proxy: the spellings of their options, their documents, and what they refuse.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { normalizePrismArguments } from '../../src/cli/prism-options.ts';
import { run, start } from './program.ts';

test.each([
  ['mock --errors a.yaml', 'mock --errors a.yaml'],
  ['mock --errors=false a.yaml', 'mock --no-errors a.yaml'],
  ['mock --errors true a.yaml', 'mock --errors a.yaml'],
  ['mock --no-cors a.yaml', 'mock --no-cors a.yaml'],
  ['mock --no-cors=false a.yaml', 'mock --cors a.yaml'],
  ['mock -d false -m a.yaml', 'mock --no-dynamic --multiprocess a.yaml'],
  ['mock --ignore-examples --verbose-level warn', 'mock --ignoreExamples --verboseLevel warn'],
  ['mock --jsonSchemaFakerFillProperties=false', 'mock --no-json-schema-faker-fillProperties'],
  [
    'proxy --validateRequest false --upstreamProxy=http://p',
    'proxy --no-validate-request --upstream-proxy=http://p',
  ],
  ['mock -p4010 -- --errors=false', 'mock -p4010 -- --errors=false'],
])('"%s" is read as "%s"', (given, normalized) => {
  expect(normalizePrismArguments(given.split(' ')).join(' ')).toBe(normalized);
});

async function serve(
  answer: (path: string) => readonly [status: number, type: string, body: string],
): Promise<string> {
  const server = createServer((request, response) => {
    const [status, type, body] = answer(request.url ?? '');
    response.writeHead(status, { 'content-type': type }).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('mock serves a document from a URL of this machine, and its errors are those of Prism', async () => {
  const origin = await serve(() => [200, 'text/yaml', readFileSync('test/fixtures/pets.yaml', 'utf8')]);
  const program = start(['mock', `${origin}/pets.yaml`, '-p', '0', '-m']);
  const [, url = ''] = await program.line(/ on (http:\S+)/);
  await program.line(/--multiprocess has no effect/);
  const response = await fetch(`${url}/nowhere`);
  expect(await response.json()).toMatchObject({ type: expect.stringMatching(/#NO_PATH_MATCHED_ERROR$/) });
  expect((await fetch(`${url}/__deadringer/sessions`)).status).toBe(200);
});

test('a document by URL that has no end, or is none, ends with 2, and nothing of a password is shown', async () => {
  const endless = createServer((_, response) => {
    const chunk = 'x'.repeat(1 << 20);
    const send = (): boolean => response.write(chunk, error => error ?? send());
    send();
  }).listen(0, '127.0.0.1');
  await once(endless, 'listening');
  onTestFinished(() => void endless.close());
  const { port } = endless.address() as AddressInfo;
  const origin = await serve(() => [200, 'text/html', '<html>']);
  for (const [document, message] of [
    [`http://127.0.0.1:${port}/a.yaml`, /has more than 50 MB/],
    [`${origin}/%zz%E0.yaml`, /_zz_.yaml/],
    [`http://user:s3cret@127.0.0.1:${port}/a.yaml`, /has credentials, which are not sent/],
    ['https://user:s3cret@example.com/a.yaml', /curl -o a\.yaml https:\/\/example\.com\/a\.yaml,/],
  ] as const) {
    const { code, err } = await run('mock', document, '--port', '0');
    expect({ document, code, err }).toMatchObject({ code: 2, err: expect.stringMatching(message) });
    expect(err).not.toContain('s3cret');
  }
});

test('on an address that other machines may reach, the control API has a random token', async () => {
  // 127.0.0.1 in a form that is not known as an address of this machine.
  const program = start(['mock', 'test/fixtures/pets.yaml', '-p', '0', '-h', '127.1']);
  const [, url = ''] = await program.line(/ on (http:\S+)/);
  const [, token = ''] = await program.line(/random token .*: (\S{22})\n/);
  expect((await fetch(`${url}/pets`)).status).toBe(200);
  expect((await fetch(`${url}/__deadringer/sessions`)).status).toBe(401);
  const headers = { authorization: `Bearer ${token}` };
  expect((await fetch(`${url}/__deadringer/sessions`, { headers })).status).toBe(200);
});

test('mock --relaxed answers invalid requests, unless they ask for an error', async () => {
  const program = start(['mock', 'test/fixtures/pets.yaml', '-p', '0', '--relaxed']);
  const [, url = ''] = await program.line(/ on (http:\S+)/);
  const send = (headers: Record<string, string> = {}) =>
    fetch(`${url}/pets`, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json', ...headers },
    });
  const relaxed = await send();
  await program.line(/POST +\/pets addPet 201 .* would be rejected: /);
  expect(relaxed.status).toBe(201);
  expect(JSON.parse(relaxed.headers.get('sl-violations') ?? '')).toContainEqual(
    expect.objectContaining({ location: ['request', 'body'], code: 'required' }),
  );
  expect((await send({ prefer: 'strict' })).status).toBe(422);
});

test('proxy forwards to the service and reports violations of both sides', async () => {
  const origin = await serve(path => [path === '/base/nowhere' ? 418 : 200, 'application/json', '"no pets"']);
  const program = start(['proxy', 'test/fixtures/pets.yaml', `${origin}/base`, '-p', '0']);
  const [, url = ''] = await program.line(/ on (http:\S+)/);
  const unmatched = await fetch(`${url}/nowhere`);
  expect(unmatched.status).toBe(418);
  expect(JSON.parse(unmatched.headers.get('sl-violations') ?? '')).toMatchObject([
    { location: ['request'], severity: 'Warning', message: 'Selected route not found' },
  ]);
  const matched = await fetch(`${url}/pets`);
  expect(await matched.json()).toBe('no pets');
  const violations: { location: string[] }[] = JSON.parse(matched.headers.get('sl-violations') ?? '');
  expect(violations.some(({ location }) => location[0] === 'response')).toBe(true);
});

test.each([
  [['mock', 'https://example.com/a.yaml'], /is on another machine; download it: curl -o a\.yaml/],
  [['mock'], /missing required argument 'document'\n\(For examples: deadringer mock --help\)/],
  [['mock', 'test/fixtures/pets.yaml', '--verboseLevel', 'loud'], /Allowed choices are trace/],
  [['mock', 'test/fixtures/pets.yaml', '--errors=maybe'], /--errors/],
  [['proxy', 'test/fixtures/pets.yaml', 'nowhere'], /is not the URL of a service/],
  [['proxy', 'test/fixtures/pets.yaml', 'localhost:3000'], /pets\.yaml http:\/\/localhost:3000\/\n/],
  [
    ['proxy', 'test/fixtures/pets.yaml', 'api.example.com/v2'],
    /pets\.yaml https:\/\/api\.example\.com\/v2\n/,
  ],
  [['proxy', 'test/fixtures/pets.yaml', 'http://127.0.0.1:1', '--upstream-proxy', 'p:1'], /must be a URL/],
])('%j ends with 2 and says why', async (args, message) => {
  const { code, err } = await run(...args, '--port', '0');
  expect(code).toBe(2);
  expect(err).toMatch(message);
});
