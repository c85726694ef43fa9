// Start: the port opens before everything is verified, and responses are complete nevertheless.
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ContractError, startMock } from '../../src/index.ts';
import { startServer } from '../../src/start.ts';
import { folderWith } from '../check/traffic.ts';

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Sends requests until the port is open. */
async function insist(url: string): Promise<Response> {
  for (;;) {
    try {
      return await fetch(url);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      await turn();
    }
  }
}

test('the first request to the control API sees every scenario', async () => {
  const port = await freePort();
  const starting = startServer({ specs: ['specs'], scenarios: ['scenarios'], port });
  const first = insist(`http://127.0.0.1:${port}/__deadringer/scenarios`);
  const early = ((await (await first).json()) as { scenarios: { id: string }[] }).scenarios;
  const mock = await starting;
  try {
    expect(early.map(({ id }) => id).sort()).toEqual([...mock.state.config.scenarios.keys()].sort());
  } finally {
    await mock.close(0);
  }
});

test('the first response of an API equals later ones', async () => {
  const port = await freePort();
  const starting = startServer({
    specs: ['test/fixtures/pets.yaml'],
    scenarios: ['test/fixtures/scenarios'],
    port,
  });
  const url = `http://127.0.0.1:${port}/pets/pets/1`;
  const first: unknown = await (await insist(url)).json();
  const mock = await starting;
  try {
    // A scenario that is on by default applies to it.
    expect(first).toEqual(await (await fetch(url)).json());
    expect(JSON.stringify(first)).toContain('dog');
  } finally {
    await mock.close(0);
  }
});

test('an invalid document found after the port is open makes the start fail and frees the port', async () => {
  const port = await freePort();
  const scenarios = folderWith({
    'pets/lie.yaml':
      'title: A lie\nrules:\n  - on: listPets\n    reply: { status: 200, body: { no: list } }\n',
  });
  await expect(
    startServer({ specs: ['test/fixtures/pets.yaml'], scenarios: [scenarios], port }),
  ).rejects.toThrow(ContractError);
  await expect(fetch(`http://127.0.0.1:${port}/pets/v1/pets`)).rejects.toThrow(TypeError);
});

test('the public API starts a mock without access to its state', async () => {
  const mock = await startMock({ specs: ['test/fixtures/pets.yaml'] });
  try {
    expect(Object.keys(mock)).toEqual(
      expect.arrayContaining(['close', 'port', 'reload', 'url', 'use', 'journal']),
    );
    expect(mock).not.toHaveProperty('state.config');
    expect(mock.url).toBe(`http://127.0.0.1:${mock.port}`);
    await mock.reload();
    expect((await fetch(`${mock.url}/pets/pets`)).status).toBe(200);
  } finally {
    await mock.close(0);
  }
  await expect(fetch(`${mock.url}/pets/pets`)).rejects.toThrow('fetch failed');
});

test('followers of events do not hold up the end of a server', async () => {
  const mock = await startServer({ specs: ['test/fixtures/pets.yaml'] });
  const follower = await fetch(`${mock.url}/__deadringer/events`);
  const reader = follower.body?.getReader();
  await fetch(`${mock.url}/pets/pets/1`);
  expect(new TextDecoder().decode((await reader?.read())?.value)).toContain('event: exchange');
  // The test would time out before the connection is closed by force.
  await mock.close(600_000);
  expect((await reader?.read())?.done).toBe(true);
});
