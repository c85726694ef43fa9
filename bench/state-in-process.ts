// What stored items and values of the request cost without sockets: microseconds of CPU time from the head of a request to the
// call that ends its response. Off and on alternate in one process; the least of many short rounds hardly depends on other
// work of the machine. Run it: node bench/state-in-process.ts [rounds]
import { readFileSync } from 'node:fs';
import { resourcesOf } from '../src/mock/state/infer-resources.ts';
import { cpuOf, createListener, type Listener, type PlainRequest } from './in-process.ts';
import { SPEC as CALL_SPEC, readCall } from './request.ts';

const ROUNDS = Number(process.argv[2] ?? 100);
/** Of one round. */
const REQUESTS = 1000;
const PETS = { specs: ['test/fixtures/state/pets.yaml'] };
const ITEMS = 1000;
/** As many as a session may store. */
const STORED = 100_000;

interface Workload {
  readonly name: string;
  readonly request: (index: number) => PlainRequest;
  /** True: each round begins with the same items. */
  readonly changesNumber?: boolean;
}

const pet = (index: number): string => JSON.stringify({ name: `Rex ${index}`, tag: 'dog' });
const onePet = (index: number): string => `/pets/pets/${1 + (index % ITEMS)}`;
const create = (index: number): PlainRequest => ({ method: 'POST', path: '/pets/pets', body: pet(index) });
const read = (index: number): PlainRequest => ({ method: 'GET', path: onePet(index) });
const replace = (index: number): PlainRequest => ({ ...read(index), method: 'PUT', body: pet(index) });
const update = (index: number): PlainRequest => ({ ...replace(index), method: 'PATCH' });
const remove = (index: number): PlainRequest => ({ ...read(index), method: 'DELETE' });
const page = (index: number): PlainRequest => ({
  method: 'GET',
  path: `/pets/pets?limit=10&page=${1 + (index % 5)}`,
});
const sortedPage = (index: number): PlainRequest => ({
  method: 'GET',
  path: `/pets/pets?sort=-name&limit=10&page=${1 + (index % 5)}`,
});

const STATE: readonly Workload[] = [
  { name: 'create', request: create, changesNumber: true },
  { name: 'read', request: read },
  { name: 'list, 10 items a page, nothing changed', request: page },
  {
    name: 'the same, after a change of an item at each tenth request',
    request: index => (index % 10 === 0 ? replace(index / 10) : page(index)),
  },
  { name: 'replace', request: replace },
  { name: 'update', request: update },
  { name: 'delete', request: remove, changesNumber: true },
];

/** Replaces the items of a session. */
async function store({ state }: Listener, count: number): Promise<void> {
  const [api] = state.config.contract.apis;
  const [resource] = api === undefined ? [] : resourcesOf(api).resources;
  if (api === undefined || resource === undefined) throw new Error('the document has a resource');
  const items = Array.from({ length: count }, (_, index) => ({
    id: String(index + 1),
    parents: [],
    value: { id: index + 1, name: `Rex ${index + 1}`, tag: 'dog', createdAt: '2026-01-01T00:00:00Z' },
  }));
  await state.sessions.update('default', Date.now(), session =>
    session.state.load([{ api: api.name, resource: resource.name, items }], Date.now()),
  );
}

/** The least microseconds for a request, off and on. */
async function compare(
  off: Listener,
  on: Listener,
  request: Workload['request'],
  prepare?: (listener: Listener) => Promise<void>,
): Promise<readonly [number, number]> {
  const least: [number, number] = [Infinity, Infinity];
  for (let round = 0; round < ROUNDS; round++)
    for (const which of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      const listener = which === 0 ? off : on;
      await prepare?.(listener);
      const cost = await cpuOf(REQUESTS, index => listener.send(request(index)));
      least[which] = Math.min(least[which], cost);
    }
  return least;
}

function print(name: string, [off, on]: readonly [number, number]): void {
  const cells = [off.toFixed(1), on.toFixed(1), (on - off).toFixed(1)];
  console.log(`| ${[name, ...cells].join(' | ')} |`);
}

const HEAD = '| request | off | on | more |\n| --- | --: | --: | --: |';

async function stored(): Promise<void> {
  const [off, on] = [await createListener(PETS), await createListener({ ...PETS, stateful: true })];
  console.log(`Stored items (microseconds of CPU time):\n\n${HEAD}`);
  const prepare = (listener: Listener): Promise<void> => store(listener, ITEMS);
  await prepare(on);
  for (const { name, request, changesNumber } of STATE)
    print(name, await compare(off, on, request, changesNumber ? prepare : undefined));
  await longList(on);
}

async function requestValues(): Promise<void> {
  const { request } = readCall(readFileSync(CALL_SPEC, 'utf8'));
  const options = { specs: ['specs'], scenarios: ['scenarios'] };
  const [off, on] = [
    await createListener({ ...options, requestValues: false }),
    await createListener(options),
  ];
  console.log(`\nValues of the request:\n\n${HEAD}`);
  print('the documented PUT of npm start', await compare(off, on, () => request));
  const [without, having] = [
    await createListener({ ...PETS, requestValues: false }),
    await createListener(PETS),
  ];
  print('create', await compare(without, having, create));
  print('read', await compare(without, having, read));
}

/** Milliseconds for a page of 10 of a long list, and for a change and the first sorted page after it. */
async function longList(listener: Listener): Promise<void> {
  await store(listener, STORED);
  const all: [name: string, requests: (index: number) => PlainRequest[]][] = [
    ['a page', index => [page(index)]],
    ['a replace and the first page after it', index => [replace(7 * index), page(index)]],
    ['a replace and the first sorted page after it', index => [replace(7 * index), sortedPage(index)]],
    [
      'a delete, a create and the first sorted page after them',
      index => [remove(index), create(index), sortedPage(index)],
    ],
  ];
  console.log(`\nOf ${STORED.toLocaleString('en')} stored items (milliseconds of CPU time, mean of 100):\n`);
  for (const [name, requests] of all) {
    const send = async (index: number): Promise<void> => {
      for (const request of requests(index)) await listener.send(request);
    };
    // The first sorted page sorts all items.
    const first = await cpuOf(1, send);
    const next = await cpuOf(100, index => send(index + 1));
    console.log(`- ${name}: ${(next / 1000).toFixed(2)} (the first time ${(first / 1000).toFixed(0)})`);
  }
}

await stored();
await requestValues();
