// The limits of the session store on what sessions remember.
import { expect, test } from 'vitest';
import type { SessionStore } from '../../src/mock/session/session-store.ts';
import type { Resource } from '../../src/mock/state/resource.ts';
import { createMemoryStore } from '../../src/store/memory-store.ts';

function storeOf(totalBytes: number): { store: SessionStore; dropped: string[] } {
  const dropped: string[] = [];
  const store = createMemoryStore({
    limits: {
      count: 100,
      idle: 1000,
      entries: 10,
      bytes: 1000,
      stateEntries: 10,
      stateBytes: 10_000,
      totalBytes,
    },
    seed: 'test',
    onDropped: (id, reason) => dropped.push(`${id} ${reason}`),
  });
  return { store, dropped };
}

const remember = (store: SessionStore, id: string, value: unknown): void => {
  void store.update(id, 1, session => {
    session.memory = { ...session.memory, values: { value } };
  });
};

test('the sessions that were not used for longest are dropped if all remember too much', () => {
  const { store, dropped } = storeOf(1100);
  remember(store, 'default', 'x'.repeat(100));
  for (const id of ['one', 'two', 'three']) remember(store, id, { text: 'x'.repeat(280) });
  expect(dropped).toEqual([]);
  remember(store, 'one', 'x'.repeat(320));
  remember(store, 'four', 'x'.repeat(200));
  expect(dropped).toEqual(['two too-large']);
});

test('what a session forgets, or a session that ends, makes room', async () => {
  const { store, dropped } = storeOf(1000);
  remember(store, 'one', 'x'.repeat(900));
  remember(store, 'one', '');
  remember(store, 'two', 'x'.repeat(900));
  await store.delete('two');
  remember(store, 'three', 'x'.repeat(900));
  expect(dropped).toEqual([]);
  expect((await store.list()).map(({ id }) => id)).toEqual(['one', 'three']);
});

test('stored items count, and a session that is dropped or reset makes room', async () => {
  const { store, dropped } = storeOf(2000);
  const pets = { api: { name: 'shop' }, name: 'pets' } as unknown as Resource;
  const put = (id: string, length: number): void => {
    const value = { text: 'x'.repeat(length) };
    void store.update(id, 1, ({ state }) =>
      state.table(pets).put({ id: '1', parents: [], value, createdAt: 1, updatedAt: 1, version: 1 }),
    );
  };
  put('one', 1000);
  put('one', 1400);
  await store.update('one', 1, ({ state }) => state.reset());
  put('two', 1400);
  expect(dropped).toEqual([]);
  put('one', 1000);
  expect(dropped).toEqual(['two too-large']);
  await store.delete('one');
  put('three', 1400);
  expect(dropped).toEqual(['two too-large']);
});
