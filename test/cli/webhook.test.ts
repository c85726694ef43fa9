// deadringer webhook: the list, what is sent, and the exit code for the answer; and callbacks in the log of serve.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Mock, startMock } from '../../src/index.ts';
import { type Ended, run, start } from './program.ts';

let mock: Mock;
let receiver: Server;
let to: string;
const bodies: string[] = [];
beforeAll(async () => {
  mock = await startMock({ specs: ['test/fixtures/streams.yaml', 'test/fixtures/pets.yaml'] });
  receiver = createServer(async (incoming, outgoing) => {
    let body = '';
    for await (const chunk of incoming) body += chunk;
    bodies.push(body);
    const isTaken = incoming.url?.startsWith('/ok') === true;
    outgoing.writeHead(isTaken ? 200 : 500, { 'content-type': 'application/json' }).end('{"ok":true}');
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  to = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await mock.close();
  receiver.closeAllConnections();
  receiver.close();
});

const webhook = (...args: string[]): Promise<Ended> => run('webhook', ...args, '--server', mock.url);

test('without a name lists the webhooks', async () => {
  const { code, out } = await webhook();
  expect(code).toBe(0);
  expect(out).toMatch(
    /^streams {2}newStream {2}POST {2}A stream was created {2}examples first, second {2}\(test\/fixtures\/streams\.yaml:\d+\)\npets {2}newPet {5}POST {2}\(test/,
  );
  expect((await webhook('--api', 'pets')).out).not.toContain('streams');
  expect((await webhook('--api', 'none')).out).toBe('no webhook is declared by none\n');
});

test('exits with 0 if the answer is valid, else with 1 and what is wrong', async () => {
  const passed = await webhook('newStream', '--to', `${to}/ok`);
  expect(passed).toMatchObject({ code: 0, err: '' });
  expect(passed.out).toMatch(/^POST http:\/\/127\.0\.0\.1:\d+\/ok newStream 200 [\d.]+ms passed \S+\n$/);
  const failed = await webhook('newStream', '--to', `${to}/bad`);
  expect(failed.code).toBe(1);
  expect(failed.out).toMatch(
    / 500 .* failed .*\n {2}test\/fixtures\/streams\.yaml:\d+ warning status 500 is not declared/,
  );
  const refused = await webhook('newStream', '--to', 'http://10.1.2.3/');
  expect(refused.code).toBe(1);
  expect(refused.out).toContain('no response');
  expect(refused.out).toContain('start the server with --callback-host 10.1.2.3');
});

test('sends an example, or a body exactly as it is', async () => {
  bodies.length = 0;
  await webhook('newStream', '--to', `${to}/ok`, '--example', 'second');
  const args = ['webhook', 'newStream', '--to', `${to}/ok`, '--body', '-', '--server', mock.url];
  const fromInput = start(args);
  fromInput.stdin.end('{"n": 3 ');
  expect((await fromInput.ended).code).toBe(1);
  expect(bodies).toEqual(['{"n":2,"at":"2026-01-02T03:04:06Z"}', '{"n": 3 ']);
});

test.each([
  [['newStrem', '--to', 'http://127.0.0.1:1'], 'did you mean "newStream"?'],
  [['newStream'], 'add the URL of the receiver'],
  [['--to', 'http://127.0.0.1:1'], '--to needs the name of a webhook'],
  [['newStream', '--to', 'x', '--body', 'a', '--seed', 'b'], 'use one of --body, --seed'],
  [['newStream', '--to', 'x', '--body', '/nowhere'], '/nowhere cannot be read'],
  [['newStream', '--to', 'x'], '"to" is no absolute http or https URL'],
  [
    ['newStream', '--to', 'http://127.0.0.1:1', '--example', 'no'],
    'has no example "no"; its examples are first, second',
  ],
])('%j is a usage error', async (args, message) => {
  const { code, err } = await webhook(...args);
  expect(code).toBe(2);
  expect(err).toContain(message);
});

test('serve logs callbacks, and refuses a host that is none', async () => {
  const program = start(['serve', '--specs', 'test/fixtures/streams.yaml', '--port', '0']);
  const [, url = ''] = await program.line(/ on (http:\S+)/);
  const subscribe = (callbackUrl: string): Promise<Response> =>
    fetch(`${url}/streams/streams/1`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ callbackUrl }),
    });
  await subscribe(`${to}/bad`);
  await program.line(/^POST +http:\S+\/bad onData 500 [\d.]+ms callback of \S+$/m);
  await program.line(/warning status 500 is not declared by onData/);
  await subscribe('http://10.1.2.3/');
  await program.line(
    / no response .* callback of \S+ deadringer: callback-failed: 10\.1\.2\.3 is not on this machine/,
  );
  program.signal('SIGINT');
  expect((await program.ended).code).toBe(0);
  const refused = await run(
    'serve',
    '--specs',
    'test/fixtures/streams.yaml',
    '--port',
    '0',
    '--callback-host',
    'http://app.test/',
  );
  expect(refused).toMatchObject({
    code: 2,
    err: expect.stringContaining('is not a host to which callbacks may be sent'),
  });
});
