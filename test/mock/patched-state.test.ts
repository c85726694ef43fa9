// A scenario that is only a patch changes what the state answers, and the request is stored as usual.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestedMock, type TestedMock } from '../store/tested-mock.ts';

let folder: string;
let mock: TestedMock;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'deadringer-patched-'));
  mkdirSync(path.join(folder, 'pets'));
  const write = (name: string, rules: string): void =>
    writeFileSync(path.join(folder, 'pets', `${name}.yaml`), `title: Patched\nrules:\n${rules}`);
  write(
    'sold',
    `  - { on: getPet, reply: { patch: { status: sold, name: "Pet {{ request.path.petId }}" } } }
  - { on: createPet, reply: { status: 201, patch: { tag: new } } }
  - { on: listPets, reply: { patch: { page: 7 } } }
`,
  );
  write('missing', '  - { on: getPet, reply: { status: 404, patch: { error: gone } } }\n');
  mock = await startTestedMock({
    specs: ['test/fixtures/state/pets.yaml'],
    scenarios: [folder],
    stateful: true,
  });
});

afterAll(async () => {
  await mock.close();
  rmSync(folder, { recursive: true });
});

async function send(session: string, line: string, body?: unknown) {
  const [method = '', target = ''] = line.split(' ');
  const response = await fetch(mock.url + target, {
    method,
    headers: {
      'x-deadringer-session': session,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: tests read members of any JSON
  const json = (await response.json()) as any;
  return { status: response.status, state: response.headers.get('x-deadringer-state'), body: json };
}

const use = (session: string, scenario: string): Promise<Response> =>
  fetch(`${mock.url}/__deadringer/sessions/${session}/scenarios`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ scenarios: [scenario] }),
  });

test('a patch is laid over the stored item, which stays as it is', async () => {
  const { body: pet } = await send('a', 'POST /pets', { name: 'Rex', status: 'available' });
  expect((await use('a', 'pets/sold')).ok).toBe(true);
  const changed = await send('a', `GET /pets/${pet.id}`);
  expect(changed).toMatchObject({ status: 200, body: { id: pet.id, name: `Pet ${pet.id}`, status: 'sold' } });
  const created = await send('a', 'POST /pets', { name: 'Tom' });
  expect(created).toMatchObject({ status: 201, state: 'created', body: { name: 'Tom', tag: 'new' } });
  const list = await send('a', 'GET /pets');
  expect(list.body.page).toBe(7);
  expect(list.body.items.map(({ name }: { name: string }) => name)).toEqual(
    expect.arrayContaining(['Rex', 'Tom']),
  );
  // The patch of the scenario is no part of the item.
  expect(list.body.items.find(({ name }: { name: string }) => name === 'Rex').status).toBe('available');
});

test('where the state answers with another status, the response of the document is changed', async () => {
  expect((await use('b', 'pets/sold')).ok).toBe(true);
  expect(await send('b', 'GET /pets/987654')).toMatchObject({ status: 200, body: { status: 'sold' } });
  expect((await use('c', 'pets/missing')).ok).toBe(true);
  const { body: pet } = await send('c', 'POST /pets', { name: 'Rex' });
  expect(await send('c', `GET /pets/${pet.id}`)).toMatchObject({ status: 404, body: { error: 'gone' } });
});
