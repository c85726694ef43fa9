// The tables of a session: order, parents, hostile names, seeds, limits and loading.
import { expect, test } from 'vitest';
import type { JsonObject } from '../../src/exchange/json.ts';
import type { Arrangement } from '../../src/mock/state/item-view.ts';
import type { Resource } from '../../src/mock/state/resource.ts';
import { sortItems } from '../../src/mock/state/sort-items.ts';
import type { StoredItem } from '../../src/mock/state/table.ts';
import {
  createSessionState,
  type SeedState,
  type SessionState,
  StateFull,
} from '../../src/mock/state/tables.ts';

/** Tables use the names only. */
function resource(name: string, api = 'shop'): Resource {
  return { api: { name: api }, name } as unknown as Resource;
}

const PETS = resource('pets');
const NESTED = resource('owners/pets');

interface Counted extends SessionState {
  /** The sum of the changes that were reported. */
  reported(): number;
}

function stateWith(limits: { entries?: number; bytes?: number } = {}, seed: SeedState = () => []): Counted {
  let sum = 0;
  const state = createSessionState({
    limits: { stateEntries: limits.entries ?? 1000, stateBytes: limits.bytes ?? 1_000_000 },
    seed,
    onBytes: change => {
      sum += change;
    },
    at: 5,
  });
  return Object.defineProperties({} as Counted, {
    ...Object.getOwnPropertyDescriptors(state),
    reported: { value: () => sum },
  });
}

function item(id: string, value: JsonObject = { id }, parents: readonly string[] = []): StoredItem {
  return { id, parents, value, createdAt: 1, updatedAt: 1, version: 1 };
}

const ids = (items: Iterable<StoredItem>): string[] => [...items].map(({ id }) => id);

test('a list has the order of creation, also after a change and a removal', () => {
  const table = stateWith().table(PETS);
  for (const id of ['b', '10', 'a', '2']) table.put(item(id));
  table.put(item('10', { id: '10', name: 'changed' }));
  expect(table.remove([], 'a')).toBe(true);
  expect(table.remove([], 'a')).toBe(false);
  table.put(item('a'));
  expect(ids(table.list([]))).toEqual(['b', '10', '2', 'a']);
  expect(table.get([], '10')?.value).toEqual({ id: '10', name: 'changed' });
  expect([table.size, table.count([])]).toEqual([4, 4]);
});

test('a list is the same array until its items change, and each change counts', () => {
  const table = stateWith().table(PETS);
  table.put(item('1'));
  const [list, { revision }] = [table.list([]), table];
  table.put(item('1', {}, ['7']));
  expect(table.list([])).toBe(list);
  table.remove([], '2');
  expect(table.revision).toBe(revision + 1);
  table.put(item('2'));
  table.remove([], '1');
  expect([ids(list), ids(table.list([])), table.revision]).toEqual([['1'], ['2'], revision + 3]);
  expect(table.get([], '2')).toBe(table.list([])[0]);
});

test('changes after a list was handed out find the place of each item', () => {
  const table = stateWith().table(PETS);
  const expected = new Map<string, string>();
  for (let step = 0; step < 300; step++) {
    const id = String((step * 7) % 40);
    if (step % 3 === 2) {
      expect(table.remove([], id)).toBe(expected.delete(id));
    } else {
      table.put(item(id, { id, step }));
      expected.set(id, String(step));
    }
    if (step % 5 === 0) table.list([]);
    const listed = table.list([]).map(({ id: each, value }) => [each, String(value.step)]);
    expect(listed).toEqual([...expected]);
    expect(ids(table.all())).toEqual([...expected.keys()]);
  }
});

test('a filtered and sorted list follows each change, with equal, missing and mixed values', () => {
  const table = stateWith().table(PETS);
  const values = ['b', 2, 10, '1x', undefined, null, 'a', true, 2];
  const by = (property: string, isDescending = false) => ({ property, isDescending });
  const arrangements: Arrangement[] = [
    { wanted: [], keys: [by('rank'), by('step', true)], isReversed: false },
    { wanted: [], keys: [by('rank', true)], isReversed: false },
    { wanted: [{ property: 'odd', values: ['true'] }], keys: [by('name')], isReversed: false },
    { wanted: [{ property: 'odd', values: ['false'] }], keys: [], isReversed: true },
    { wanted: [], keys: [by('mixed')], isReversed: false },
  ];
  for (let step = 0; step < 400; step++) {
    const id = String((step * 7) % 40);
    const odd = step % 2 === 1;
    const value = { name: `n${(step * 5) % 9}`, odd, rank: values[step % 4], step, mixed: values[step % 9] };
    if (step % 5 === 2) table.remove([], id);
    else table.put(item(id, value));
    const list = table.list([]);
    for (const arrangement of arrangements.slice(0, 1 + (step % 5))) {
      const { wanted, keys, isReversed } = arrangement;
      const found = list.filter(({ value }) =>
        wanted.every(each => each.values[0] === String(value[each.property])),
      );
      const sorted = sortItems(isReversed ? found.toReversed() : found, keys, each => each.value);
      const shown = table.arranged([], arrangement);
      if (keys[0]?.property === 'mixed') expect(new Set(shown)).toEqual(new Set(sorted));
      else expect(shown).toEqual(sorted);
    }
  }
});

test('equal ids below different parents are different items', () => {
  const table = stateWith().table(NESTED);
  const parents = [['7'], ['8'], ['7', ''], ['["7"]'], [''], ['7\u0000']];
  for (const each of parents) table.put(item('1', { of: each.join('/') }, each));
  expect(parents.map(each => table.get(each, '1')?.value.of)).toEqual(parents.map(each => each.join('/')));
  expect([table.size, table.count(['7']), [...table.all()].length]).toEqual([6, 1, 6]);
  table.remove(['7'], '1');
  expect([table.get(['7'], '1'), table.count(['7']), table.size]).toEqual([undefined, 0, 5]);
});

test('names of prototypes are ordinary ids, parents, members, APIs and resources', () => {
  const state = stateWith();
  const value = JSON.parse('{"__proto__":{"polluted":1},"constructor":1}') as JsonObject;
  for (const name of ['__proto__', 'constructor', 'toString']) {
    const table = state.table(resource(name, name));
    expect([table.get([], name), table.get([name], name)]).toEqual([undefined, undefined]);
    table.put(item(name, value, [name]));
    expect(table.get([name], name)?.value).toBe(value);
  }
  expect(({} as JsonObject).polluted).toBeUndefined();
  expect(state.entries).toBe(3);
});

test('a table gets its seeds at the first access, and again after a reset', () => {
  const seeded: string[] = [];
  const state = stateWith({}, ({ api, name }) => {
    seeded.push(`${api.name}/${name}`);
    return ['1', '2', '1'].map(id => ({ id, parents: [], value: { id } }));
  });
  expect([state.entries, seeded]).toEqual([0, []]);
  expect(state.table(PETS).get([], '2')).toMatchObject({ createdAt: 5, updatedAt: 5, version: 1 });
  expect([state.entries, seeded]).toEqual([2, ['shop/pets']]);
  state.table(resource('pets', 'other')).remove([], '1');
  state.table(PETS).remove([], '1');
  state.reset('shop');
  expect([state.table(PETS).size, state.table(resource('pets', 'other')).size]).toEqual([2, 1]);
  state.reset();
  expect([state.entries, state.bytes, state.reported()]).toEqual([0, 0, 0]);
});

test('entries and bytes are bounded, and what does not fit changes nothing', () => {
  const few = stateWith({ entries: 2 }).table(PETS);
  few.put(item('1'));
  few.put(item('2'));
  expect(() => few.put(item('3'))).toThrow(StateFull);
  few.put(item('2', { id: '2', name: 'a change needs no entry' }));
  expect(ids(few.list([]))).toEqual(['1', '2']);

  const state = stateWith({ bytes: 2000 });
  const small = state.table(PETS);
  small.put(item('1', { text: 'x'.repeat(1000) }));
  const { bytes } = state;
  expect(() => small.put(item('1', { text: 'x'.repeat(2000) }))).toThrow('stores as much as it may');
  expect(() => small.put(item('2', { list: Array(200).fill(1) }))).toThrow(StateFull);
  expect([state.bytes, state.entries, state.reported()]).toEqual([bytes, 1, bytes]);
  small.remove([], '1');
  expect([state.bytes, state.entries, state.reported()]).toEqual([0, 0, 0]);
});

test('seeds are shared between sessions, so their values do not count and always fit', () => {
  const value = { text: 'x'.repeat(10_000) };
  const state = stateWith({ entries: 1, bytes: 1000 }, () =>
    ['1', '2'].map(id => ({ id, parents: [], value })),
  );
  const table = state.table(PETS);
  expect([table.size, state.bytes < 1000]).toEqual([2, true]);
  expect(table.get([], '1')?.value).toBe(value);
  expect(() => table.put(item('3'))).toThrow(StateFull);
  table.remove([], '1');
  table.remove([], '2');
  expect([state.bytes, state.reported()]).toEqual([0, 0]);
});

test('a value of any depth is counted', () => {
  const state = stateWith();
  const deep = JSON.parse(`${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`) as JsonObject;
  state.table(PETS).put(item('1', deep));
  expect(state.bytes).toBeGreaterThan(20_000);
});

test('a load replaces the named resources and no others', () => {
  const state = stateWith();
  state.table(PETS).put(item('1'));
  state.table(NESTED).put(item('1', {}, ['7']));
  const items = [{ id: '9', parents: [], value: { id: 9 } }];
  state.load([{ api: 'shop', resource: 'pets', items }], 77);
  expect([...state.table(PETS).all()]).toEqual([{ ...items[0], createdAt: 77, updatedAt: 77, version: 1 }]);
  expect([state.entries, state.table(NESTED).size]).toEqual([2, 1]);
  state.table(PETS).put(item('10'));
  state.table(PETS).remove([], '9');
  state.reset();
  expect([state.entries, state.bytes, state.reported()]).toEqual([0, 0, 0]);
});

test('a load that does not fit changes nothing', () => {
  const state = stateWith({ entries: 3 });
  state.table(PETS).put(item('1'));
  state.table(NESTED).put(item('1', {}, ['7']));
  const { bytes } = state;
  const four = ['2', '3', '4'].map(id => ({ id, parents: [], value: {} }));
  const load = (items: typeof four): void => state.load([{ api: 'shop', resource: 'pets', items }], 1);
  expect(() => load(four)).toThrow(StateFull);
  expect([ids(state.table(PETS).all()), state.entries, state.bytes]).toEqual([['1'], 2, bytes]);
  load(four.slice(1));
  expect(state.entries).toBe(3);
});
