// Discriminators with `defaultMapping`: generated values have the property, or are of the schema for values without it.
import { beforeAll, expect, test } from 'vitest';
import { lint, loadContract } from '../../../src/index.ts';
import { type MockServer, startServer } from '../../../src/start.ts';

const SPEC = 'test/openapi/v3-2/discriminator.yaml';
let mock: MockServer;
beforeAll(async () => {
  mock = await startServer({ specs: [SPEC], port: 0 });
  return () => mock.close();
});

const get = async (path: string) => (await (await fetch(mock.url + path)).json()) as Record<string, unknown>;

test('the document is sound', async () => {
  const { contract, findings } = await loadContract([SPEC], { relativeTo: process.cwd() });
  expect([...findings, ...lint(contract)]).toEqual([]);
});

test('a value of the default schema has no property that names another one', async () => {
  expect(await get('/other')).toEqual({ species: expect.any(String) });
  expect(await get('/parent')).toEqual({ wheels: expect.any(Number), horses: expect.any(Number) });
});

test('a value of a named schema has its name', async () => {
  const kinds = await Promise.all([1, 2, 3, 4].map(seed => get(`/either?__dynamic=true&__seed=${seed}`)));
  for (const pet of kinds)
    expect(pet).toEqual(
      pet.petType === undefined
        ? { species: expect.any(String) }
        : pet.petType === 'Cat'
          ? { petType: 'Cat', lives: expect.any(Number) }
          : { petType: 'Dog', tricks: expect.any(Number) },
    );
});

test('a request of the default schema is valid, and one without what it requires is explained by it', async () => {
  const post = (body: object) =>
    fetch(`${mock.url}/either`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  expect((await post({ species: 'newt' })).status).toBe(204);
  expect((await post({ petType: 'Newt', species: 'newt' })).status).toBe(204);
  expect((await post({ species: 7 })).headers.get('x-deadringer-reason')).toMatch(/\/species must be string/);
});
