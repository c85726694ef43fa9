// Many sessions on one server: no client gets a response of another session.
import http from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomFrom } from '../../src/exchange/seeded-random.ts';
import { startTestedMock, type TestedMock } from '../store/tested-mock.ts';
import { amount, seedOr } from '../suite.ts';

const CLIENTS = 32;
const REQUESTS = amount(2_000, 10_000);

let mock: TestedMock;
const agent = new http.Agent({ keepAlive: true, maxSockets: 16 });
beforeAll(async () => {
  mock = await startTestedMock({
    specs: ['test/fixtures/pets-keyed.yaml'],
    scenarios: ['test/fixtures/keyed-scenarios'],
    limits: { entries: 20 },
  });
});
afterAll(async () => {
  agent.destroy();
  await mock.close(100);
});

function ask(client: number): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const request = http.get(
      `${mock.url}/pets-keyed/pets`,
      { agent, headers: { authorization: `Bearer token-of-client-${client}` } },
      response => {
        let body = '';
        response.on('data', chunk => {
          body += String(chunk);
        });
        response.on('end', () => resolve({ status: response.statusCode, body }));
      },
    );
    request.on('error', reject);
  });
}

test(`${CLIENTS} clients with a bearer token each, ${REQUESTS} requests in random order, no response reaches another session`, async () => {
  // Each session has a reply list of a different length, so a position identifies the session.
  for (let client = 0; client < CLIENTS; client++) {
    const response = await fetch(`${mock.url}/__deadringer/sessions`, {
      method: 'POST',
      body: JSON.stringify({
        id: `client-${client}`,
        scenarios: [`pets-keyed/client-${client % 4}`],
        credentials: [`token-of-client-${client}`],
      }),
    });
    expect(response.status).toBe(201);
  }
  const lists: readonly (readonly number[])[] = [
    [200, 503],
    [503, 503, 200],
    [200, 200, 503, 404],
    [404, 200, 503, 503, 200],
  ];
  const draw = randomFrom(String(seedOr(7)));
  const sent = Array.from({ length: CLIENTS }, () => 0);
  let crossed = 0;
  // A client sends one request at a time; the clients run concurrently.
  const turns = Array.from({ length: REQUESTS }, () => Math.floor(draw() * CLIENTS));
  const queues = Array.from({ length: CLIENTS }, (_, client) => turns.filter(each => each === client).length);
  await Promise.all(
    queues.map(async (count, client) => {
      const list = lists[client % 4] as readonly number[];
      for (let index = 0; index < count; index++) {
        const { status, body } = await ask(client);
        const expected = list[(sent[client] as number) % list.length];
        if (
          status !== expected ||
          (status === 200 && JSON.parse(body).client !== `token-of-client-${client}`)
        )
          crossed++;
        sent[client] = (sent[client] as number) + 1;
      }
    }),
  );
  expect(sent.reduce((sum, count) => sum + count, 0)).toBe(REQUESTS);
  expect(crossed).toBe(0);
});
