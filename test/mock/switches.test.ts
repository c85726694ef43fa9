// Deliveries of scenarios and switches combine in any order; switches in front of a real service; patterns of names.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { mergePatch } from '../../src/exchange/merge-patch.ts';
import { matchesWildcards } from '../../src/finding/wildcards.ts';
import type { ServeEvent } from '../../src/mock/serve-event.ts';
import { activateScenarios, changeSwitch } from '../../src/mock/session/commands.ts';
import type { Rule, Scenario } from '../../src/scenario/scenario.ts';
import { type MockServer, startServer } from '../../src/start.ts';

let mock: MockServer;
beforeAll(async () => {
  mock = await startServer({ specs: ['test/fixtures/pets.yaml'] });
  const scenarios = new Map(mock.state.config.scenarios);
  const add = (name: string, ...rules: Rule[]): void => {
    const id = `pets/${name}`;
    const scenario: Scenario = {
      id,
      api: 'pets',
      title: name,
      description: undefined,
      onByDefault: false,
      rules,
      source: undefined,
    };
    scenarios.set(id, scenario);
  };
  add('slow', { on: '*', deliver: { delay: 3 } });
  add('dripping', { on: '*', deliver: { drip: 100_000, delay: 7 } });
  add('down', { on: '*', reply: 503 });
  add('down-at-once', { on: '*', reply: { status: 503, deliver: { delay: 1 } } });
  add('down-or-slow', { on: 'listPets', reply: 503 }, { on: '*', deliver: { delay: 9 } });
  add('remembering', { on: '*', deliver: { delay: 5 }, becomes: 'seen' });
  mock.state.replaceConfig({ ...mock.state.config, scenarios });
});
afterAll(async () => await mock.close());

async function serve(session: string, path = '/pets', server = mock): Promise<ServeEvent> {
  const { promise, resolve } = Promise.withResolvers<ServeEvent>();
  const unsubscribe = server.state.subscribe(resolve);
  await (await fetch(`${server.url}/~${session}/pets${path}`)).text();
  const event = await promise;
  unsubscribe();
  return event;
}

describe('a scenario that only delivers', () => {
  test.each([
    [['slow', 'down'], ['pets/slow 1', 'pets/down 1'], 3],
    [['down', 'slow'], ['pets/slow 1', 'pets/down 1'], 3],
    [['down-at-once', 'slow'], ['pets/slow 1', 'pets/down-at-once 1'], 3],
    [['slow', 'down-at-once'], ['pets/slow 1', 'pets/down-at-once 1'], 1],
    // The rule after the one that replies is for other requests.
    [['down-or-slow'], ['pets/down-or-slow 1'], 0],
    [['down-or-slow', 'down'], ['pets/down 1'], 0],
    // A rule that changes the state applies only if no rule before it replies.
    [['remembering', 'down'], ['pets/down 1'], 0],
    [['down', 'remembering'], ['pets/remembering 1', 'pets/down 1'], 5],
  ])('%j', async (names, rules, delay) => {
    const session = names.join('.');
    await activateScenarios(
      mock.state,
      session,
      names.map(name => `pets/${name}`),
    );
    const event = await serve(session);
    expect([
      event.exchange.response?.status,
      event.rules.map(({ key }) => key),
      event.delivery.delay,
    ]).toEqual([503, rules, delay]);
  });

  test('gives each of delay, rate and fault that nothing before it gives', async () => {
    await activateScenarios(mock.state, 'aspects', ['pets/dripping', 'pets/slow']);
    expect((await serve('aspects')).delivery).toEqual({
      delay: 3,
      bytesPerSecond: 100_000,
      fault: undefined,
    });
  });

  test('combines with the status and the delivery of switches, which come first', async () => {
    await activateScenarios(mock.state, 'switched', ['pets/down', 'pets/dripping']);
    await changeSwitch(mock.state, 'switched', 'pets', () => ({ status: 500, deliver: { delay: 2 } }));
    const { exchange, rules, switches, delivery } = await serve('switched');
    expect([
      exchange.response?.status,
      rules.map(({ key }) => key),
      switches,
      delivery.delay,
      delivery.bytesPerSecond,
    ]).toEqual([500, ['pets/dripping 1'], ['pets'], 2, 100_000]);
  });
});

describe('in front of a real service', () => {
  async function proxying(
    upstreamMode: 'always' | 'first',
  ): Promise<{ server: MockServer; calls: string[] }> {
    const calls: string[] = [];
    const service = createServer((request, response) => {
      calls.push(`${request.method} ${request.url}`);
      response.writeHead(upstreamMode === 'first' ? 501 : 200, { 'content-type': 'application/json' });
      response.end('[]');
    });
    await new Promise<void>(resolve => service.listen(0, '127.0.0.1', resolve));
    const { port } = service.address() as AddressInfo;
    const server = await startServer({
      specs: ['test/fixtures/pets.yaml'],
      upstreams: [`http://127.0.0.1:${port}`],
      upstreamMode,
    });
    onTestFinished(async () => {
      await server.close(0);
      service.closeAllConnections();
      service.close();
    });
    return { server, calls };
  }

  test('a status replaces the response of the service, and a delivery applies to it', async () => {
    const { server, calls } = await proxying('always');
    await changeSwitch(server.state, 'default', 'pets.listPets', () => ({ status: 503, times: 1 }));
    await changeSwitch(server.state, 'default', '*', () => ({ deliver: { delay: 2 } }));
    const forced = await serve('default', '/pets', server);
    expect([forced.exchange.response?.status, forced.upstream, calls]).toEqual([503, undefined, []]);
    const proxied = await serve('default', '/pets', server);
    expect([
      proxied.exchange.response?.status,
      proxied.switches,
      proxied.delivery.delay,
      calls.length,
    ]).toEqual([200, ['*'], 2, 1]);
  });

  test('a call is counted once if the service fails and the mock responds', async () => {
    const { server, calls } = await proxying('first');
    await changeSwitch(server.state, 'default', '*', () => ({ deliver: { delay: 1 }, after: 1 }));
    const delays: number[] = [];
    for (let index = 0; index < 3; index++)
      delays.push((await serve('default', '/pets', server)).delivery.delay);
    expect([delays, calls.length]).toEqual([[0, 1, 1], 3]);
  });
});

test.each([
  ['*/server-error', 'petstore/server-error', true],
  ['*/server-error', 'petstore/server-errors', false],
  ['*', '', true],
  ['a*b*c', 'a-b-b-c', true],
  ['a*bc*c', 'abc', false],
  ['ab*ba', 'aba', false],
  ['pet', 'pet', true],
  ['pet', 'pets', false],
])('the pattern %s and the name %s: %s', (pattern, name, matches) => {
  expect(matchesWildcards(pattern, name)).toBe(matches);
});

// RFC 7396, appendix A.
test.each([
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: 'foo' }, 'bar', 'bar'],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
])('the merge patch of %j with %j', (base, patch, merged) => {
  expect(mergePatch(base, patch)).toEqual(merged);
});
