// The changes of stored items: reported, undone, and applied to the items of another process.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseExactJson, writeExactJson } from '../../src/exchange/exact-json.ts';
import type { JsonObject } from '../../src/exchange/json.ts';
import type { Arrangement } from '../../src/mock/state/item-view.ts';
import type { Resource } from '../../src/mock/state/resource.ts';
import type { NewItem, StoredItem } from '../../src/mock/state/table.ts';
import {
  createSessionState,
  type OrderedItem,
  type StateChange,
  StateFull,
  type StoredState,
} from '../../src/mock/state/tables.ts';
import { startServer } from '../../src/start.ts';
import { fc } from '../random.ts';

/** Tables use the names only. */
function resource(name: string, api = 'shop'): Resource {
  return { api: { name: api }, name } as unknown as Resource;
}

const RESOURCES = [resource('pets'), resource('pets', 'zoo'), resource('seeded', 'zoo')] as const;
const [PETS, , SEEDED] = RESOURCES;
const PARENTS = [[], ['7'], ['8']] as const;

function newItem(id: string, parents: readonly string[] = [], rank?: number): NewItem {
  return { id, parents, value: { id, ...(rank !== undefined && { rank }) } };
}

function item(id: string, parents: readonly string[] = [], rank?: number): StoredItem {
  return { ...newItem(id, parents, rank), createdAt: 1, updatedAt: 1, version: 1 };
}

/** In this order they are at the first access of "seeded". */
const SEEDS = [newItem('1', ['7'], 3), newItem('2', [], 1), newItem('3', ['7'], 2)];

interface Observed {
  readonly state: StoredState;
  /** The sum of the bytes that were reported. */
  reported(): number;
  /** Takes what was changed since the last call. */
  changes(): StateChange[];
}

function observedState(limits: { entries?: number; bytes?: number } = {}): Observed {
  let sum = 0;
  const changes: StateChange[] = [];
  const state = createSessionState({
    limits: { stateEntries: limits.entries ?? 1000, stateBytes: limits.bytes ?? 1_000_000 },
    seed: ({ name }) => (name === 'seeded' ? SEEDS : []),
    onBytes: bytes => {
      sum += bytes;
    },
    at: 5,
    onChange: change => changes.push(change),
  });
  return { state, reported: () => sum, changes: () => changes.splice(0) };
}

function nameOf({ api, name }: Resource) {
  return { api: api.name, resource: name };
}

/** As a store keeps it. */
function stored<Value>(value: Value): Value {
  return value === undefined ? value : (parseExactJson(writeExactJson(value)) as Value);
}

/** Delivers changes to another process: one after the other, or each changed table as it is now. */
function deliver(from: Observed, changes: readonly StateChange[], to: Observed, isWhole: boolean): void {
  for (const change of changes) {
    const { table } = change;
    if (change.kind === 'table' || isWhole)
      to.state.apply({ table, items: stored(from.state.contents(table)) });
    else to.state.apply({ table, order: change.order, item: stored(change.after) });
  }
}

const ids = (items: Iterable<StoredItem>): string[] => [...items].map(({ id }) => id);
const orders = (items: readonly OrderedItem[] | undefined) =>
  items?.map(({ order, item: { id } }) => `${order} ${id}`);

const ARRANGEMENTS: readonly Arrangement[] = [
  { wanted: [], keys: [{ property: 'rank', isDescending: true }], isReversed: false },
  { wanted: [{ property: 'rank', values: ['1', '2'] }], keys: [], isReversed: true },
  { wanted: [], keys: [], isReversed: true },
];

/** Everything that can be seen of a state, in copies. */
function seen({ state, reported }: Observed) {
  const tables = RESOURCES.map(each => {
    const table = state.table(each);
    return {
      size: table.size,
      all: [...table.all()],
      contents: state.contents(nameOf(each)),
      below: PARENTS.map(parents => ({
        count: table.count(parents),
        list: [...table.list(parents)],
        found: ids(table.list(parents)).map(id => table.get(parents, id)),
        views: ARRANGEMENTS.map(arrangement => [...table.arranged(parents, arrangement)]),
      })),
    };
  });
  return { entries: state.entries, bytes: state.bytes, reported: reported(), tables };
}

type Command = (state: StoredState) => void;

const anyResource = fc.constantFrom(...RESOURCES);
const anyParents = fc.constantFrom(...PARENTS);
const anyId = fc.constantFrom('1', '2', '3', '4');
const anyItem = fc
  .tuple(anyId, anyParents, fc.option(fc.nat(3), { nil: undefined }))
  .map(all => newItem(...all));
const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(anyResource, anyItem, fc.nat(2)).map(
      ([where, { id, parents, value }, version]): Command =>
        state =>
          state.table(where).put({ ...item(id, parents), value, version }),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(anyResource, anyParents, anyId).map(
      ([where, parents, id]): Command =>
        state =>
          state.table(where).remove(parents, id),
    ),
  },
  fc.constantFrom(undefined, 'shop', 'zoo').map(
    (api): Command =>
      state =>
        state.reset(api),
  ),
  fc
    .uniqueArray(fc.tuple(anyResource, fc.array(anyItem, { maxLength: 5 })), { selector: ([each]) => each })
    .map(
      (tables): Command =>
        state =>
          state.load(
            tables.map(([each, items]) => ({ ...nameOf(each), items })),
            9,
          ),
    ),
);
const anyCommands = fc.array(anyCommand, { maxLength: 8 });

/** What does not fit changes nothing. */
function run(state: StoredState, commands: readonly Command[]): void {
  for (const command of commands) {
    try {
      command(state);
    } catch (error) {
      if (!(error instanceof StateFull)) throw error;
    }
  }
}

const LIMITS = { entries: 12, bytes: 3500 };

test('undone changes leave no trace, whatever they were', () => {
  fc.assert(
    fc.property(anyCommands, anyCommands, (earlier, undone) => {
      const observed = observedState(LIMITS);
      run(observed.state, earlier);
      const before = seen(observed);
      observed.changes();
      run(observed.state, undone);
      observed.state.undo(observed.changes());
      expect(seen(observed)).toEqual(before);
      expect(observed.changes()).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test('two processes that apply each other’s changes have the same items', () => {
  const anyStep = fc.record({
    side: fc.constantFrom(0, 1),
    commands: fc.array(anyCommand, { maxLength: 3 }),
    isUndone: fc.boolean(),
    isWhole: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 8 }), steps => {
      const sides = [observedState(LIMITS), observedState(LIMITS)] as const;
      for (const { side, commands, isUndone, isWhole } of steps) {
        const own = sides[side === 0 ? 0 : 1];
        const other = sides[side === 0 ? 1 : 0];
        run(own.state, commands);
        const changes = own.changes();
        if (isUndone) own.state.undo(changes);
        else deliver(own, changes, other, isWhole);
        expect(seen(other)).toEqual(seen(own));
        expect(other.changes()).toEqual([]);
      }
    }),
    { numRuns: 80 },
  );
});

test('each change is reported with its place and what was there before', () => {
  const { state, changes } = observedState();
  const table = state.table(PETS);
  const [first, second, changed] = [item('1'), item('2'), item('1', [], 4)];
  for (const each of [first, second, changed]) table.put(each);
  table.remove([], '2');
  table.remove([], '2');
  const reported = changes();
  expect(reported.shift()).toMatchObject({ kind: 'table', table: nameOf(PETS) });
  expect(
    reported.map(change => change.kind === 'item' && [change.order, change.before, change.after]),
  ).toEqual([
    [0, undefined, first],
    [1, undefined, second],
    [0, first, changed],
    [1, second, undefined],
  ]);
  const tight = observedState({ entries: 0 });
  expect(() => tight.state.table(PETS).put(first)).toThrow(StateFull);
  expect(tight.changes()).toEqual([]);
});

test('the first change of a table with seeds reports the whole table, and seeds alone are not stored', () => {
  const { state, changes } = observedState();
  expect(state.contents(nameOf(SEEDED))).toBeUndefined();
  const table = state.table(SEEDED);
  expect([state.contents(nameOf(SEEDED)), changes(), table.size]).toEqual([undefined, [], 3]);
  table.remove(['7'], '1');
  table.remove(['7'], '3');
  const first = changes();
  expect(first.map(({ kind }) => kind)).toEqual(['table', 'item', 'item']);
  expect(orders(state.contents(nameOf(SEEDED)))).toEqual(['1 2']);
  state.undo(first);
  expect(state.contents(nameOf(SEEDED))).toBeUndefined();
  expect([state.table(SEEDED), ids(table.all())]).toEqual([table, ['1', '3', '2']]);
  table.put(item('4'));
  expect(changes().map(({ kind }) => kind)).toEqual(['table', 'item']);
});

test('a reset and a load report each table that they replace', () => {
  const { state, changes } = observedState();
  state.table(PETS).put(item('1'));
  state.table(SEEDED);
  changes();
  state.load([{ ...nameOf(PETS), items: [newItem('2')] }], 1);
  state.reset();
  const kinds = changes().map(({ kind, table, before, after }) => [
    kind,
    table.resource,
    before !== undefined,
    after !== undefined,
  ]);
  expect(kinds).toEqual([
    ['table', 'pets', true, true],
    ['table', 'pets', true, false],
    ['table', 'seeded', true, false],
  ]);
});

test('an item of another process is inserted at its place, and new items follow the last one', () => {
  const { state, changes } = observedState();
  const at = (order: number, id: string | undefined): void =>
    state.apply({ table: nameOf(PETS), order, item: id === undefined ? undefined : item(id, ['7'], order) });
  at(4, 'e');
  const table = state.table(PETS);
  const [list, { revision }] = [table.list(['7']), table];
  for (const arrangement of ARRANGEMENTS) table.arranged(['7'], arrangement);
  at(1, 'b');
  at(9, 'j');
  at(2, 'c');
  expect([ids(list), ids(table.list(['7'])), table.revision > revision]).toEqual([
    ['e'],
    ['b', 'c', 'e', 'j'],
    true,
  ]);
  expect(ARRANGEMENTS.map(each => ids(table.arranged(['7'], each)))).toEqual([
    ['j', 'e', 'c', 'b'],
    ['c', 'b'],
    ['j', 'e', 'c', 'b'],
  ]);
  at(2, undefined);
  at(2, undefined);
  table.put(item('k', ['7']));
  expect(orders(state.contents(nameOf(PETS)))).toEqual(['1 b', '4 e', '9 j', '10 k']);
  expect(changes().map(({ kind }) => kind)).toEqual(['item']);
});

test('an item that another process moved or replaced is there once, in whichever order its changes come', () => {
  const { state } = observedState();
  const name = nameOf(PETS);
  const items = ['a', 'b', 'c'].map((id, order) => ({ order, item: item(id) }));
  state.apply({ table: name, items });
  state.apply({ table: name, order: 5, item: item('a', [], 1) });
  state.apply({ table: name, order: 0, item: undefined });
  state.apply({ table: name, order: 1, item: item('d', ['7']) });
  expect(orders(state.contents(name))).toEqual(['1 d', '2 c', '5 a']);
  expect(ids(state.table(PETS).all())).toEqual(['d', 'c', 'a']);
  expect([state.entries, state.table(PETS).get([], 'b')]).toEqual([3, undefined]);
});

test('changes of other processes and undone changes need not fit', () => {
  const { state, changes } = observedState({ entries: 1 });
  const table = state.table(PETS);
  table.put(item('1'));
  changes();
  table.remove([], '1');
  const removal = changes();
  table.put(item('2'));
  changes();
  state.undo(removal);
  state.apply({ table: nameOf(PETS), order: 7, item: item('3') });
  expect([ids(table.list([])), state.entries]).toEqual([['1', '2', '3'], 3]);
  expect(() => table.put(item('4'))).toThrow(StateFull);
});

test('a table that another process removed gets its seeds again', () => {
  const { state, reported } = observedState();
  state.table(SEEDED).remove([], '2');
  state.apply({ table: nameOf(SEEDED), items: undefined });
  expect([state.contents(nameOf(SEEDED)), state.entries, state.bytes, reported()]).toEqual([
    undefined,
    0,
    0,
    0,
  ]);
  expect(ids(state.table(SEEDED).all())).toEqual(['1', '3', '2']);
  state.apply({ table: nameOf(SEEDED), items: [] });
  expect([state.contents(nameOf(SEEDED)), state.table(SEEDED).size]).toEqual([[], 0]);
});

test('a long number keeps its digits through undo and apply', () => {
  const value = parseExactJson('{"id":"1","total":12345678901234567890}') as JsonObject;
  const [own, other] = [observedState(), observedState()];
  own.state.table(PETS).put({ ...item('1'), value });
  own.changes();
  own.state.table(PETS).put(item('1'));
  own.state.undo(own.changes());
  expect(own.state.table(PETS).get([], '1')?.value).toBe(value);
  other.state.apply({ table: nameOf(PETS), items: stored(own.state.contents(nameOf(PETS))) });
  expect(writeExactJson(other.state.contents(nameOf(PETS)))).toContain('"total":12345678901234567890');
});

test('a seed counts with its value when a request has changed it', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'deadringer-seeds-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const stateFile = path.join(folder, 'state.json');
  const pet = { id: 1, name: 'Rex', createdAt: '2026-11-28T12:00:00Z' };
  writeFileSync(stateFile, JSON.stringify({ version: 1, apis: { pets: { pets: [pet] } } }));
  const mock = await startServer({ specs: ['test/fixtures/state/pets.yaml'], stateful: true, stateFile });
  onTestFinished(() => mock.close());
  const bytes = async (): Promise<number> => {
    const response = await fetch(`${mock.url}/__deadringer/sessions/default/resources`);
    return ((await response.json()) as { bytes: number }).bytes;
  };
  await fetch(`${mock.url}/pets/1`);
  const before = await bytes();
  const changed = await fetch(`${mock.url}/pets/1`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'x'.repeat(500) }),
  });
  expect([changed.status, before > 0, (await bytes()) - before > 500]).toEqual([200, true, true]);
});
