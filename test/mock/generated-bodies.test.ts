// Generated bodies are valid, the same for the same seed, and different for another seed.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { basePathOf } from '../../src/mock/respond/refuse.ts';
import type { ServeEvent } from '../../src/mock/serve-event.ts';
import { sampleRequest } from '../../src/openapi/sample-request.ts';
import { type MockServer, startServer } from '../../src/start.ts';

let mock: MockServer;
const events: ServeEvent[] = [];
beforeAll(async () => {
  mock = await startServer({ specs: ['specs', 'test/fixtures/pets.yaml'], dynamic: true });
  mock.state.subscribe(event => events.push(event));
});
afterAll(() => mock.close());

async function ask(path: string, prefer?: string): Promise<string> {
  const response = await fetch(mock.url + path, prefer === undefined ? {} : { headers: { prefer } });
  expect(response.status).toBe(200);
  return response.text();
}

test('every operation with a response schema generates fifty different valid bodies', async () => {
  for (const operation of mock.state.config.contract.apis.flatMap(({ operations }) => operations)) {
    const { method, path, headers, body } = sampleRequest(operation, basePathOf(operation));
    const plain = Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, String(values)]));
    if (method === 'DELETE') continue;
    const bodies = new Set<string>();
    for (let index = 0; index < 50; index++) {
      const response = await fetch(mock.url + path, {
        method,
        headers: { ...plain, 'content-type': 'application/json', prefer: `dynamic=true, seed=${index}` },
        ...(method !== 'GET' && {
          body:
            operation.id === 'addPet' ? '{"id":1,"name":"Rex"}' : Buffer.from(body as Uint8Array).toString(),
        }),
      });
      bodies.add(await response.text());
      expect([
        operation.id,
        response.status,
        events.at(-1)?.findings.filter(({ at }) => at.startsWith('/response')),
      ]).toEqual([operation.id, operation.id === 'addPet' ? 201 : 200, []]);
    }
    expect([operation.id, bodies.size > 25]).toEqual([operation.id, true]);
  }
});

test('the same seed, operation and parameters generate the same body, also on another server', async () => {
  const first = await ask('/pets/pets?limit=3');
  expect(await ask('/pets/pets?limit=3')).toBe(first);
  expect(await ask('/pets/pets?limit=4')).not.toBe(first);
  const other = await startServer({ specs: ['test/fixtures/pets.yaml'], dynamic: true });
  expect(await (await fetch(`${other.url}/pets/pets?limit=3`)).text()).toBe(first);
  await other.close();
  const reseeded = await startServer({ specs: ['test/fixtures/pets.yaml'], dynamic: true, seed: 'monday' });
  expect(await (await fetch(`${reseeded.url}/pets/pets?limit=3`)).text()).not.toBe(first);
  await reseeded.close();
});

test('a client can request the example, and a named example is never generated', async () => {
  expect(JSON.parse(await ask('/pets/pets', 'dynamic=false'))).toEqual([
    { id: 1, name: 'Rex' },
    { id: 2, name: 'Tom' },
  ]);
  expect(JSON.parse(await ask('/pets/pets', 'example=none'))).toEqual([]);
});
