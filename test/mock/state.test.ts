// A mock with state: what requests create, change and delete is what later requests read, list and miss.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { severityOf } from '../../src/finding/severity.ts';
import type { ServeEvent } from '../../src/mock/serve-event.ts';
import { startTestedMock, type TestedMock } from '../store/tested-mock.ts';

let mock: TestedMock;
const events: ServeEvent[] = [];

beforeAll(async () => {
  mock = await startTestedMock({ specs: ['test/fixtures/state'], stateful: true });
  mock.subscribe(event => events.push(event));
});

afterAll(async () => {
  await mock.close();
  // Whatever a test does, no response violates its document.
  const invalid = events.flatMap(({ exchange, findings }) =>
    findings
      .filter(({ at, code }) => at.startsWith('/response') && severityOf(code) !== 'note')
      .map(({ message }) => `${exchange.request.method} ${exchange.request.path}: ${message}`),
  );
  expect(invalid).toEqual([]);
});

interface Answer {
  readonly status: number;
  readonly state: string | null;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests read members of any JSON
  readonly body: any;
}

interface Options {
  readonly session?: string;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A session of its own for each test. */
const sessionOfTest = (): string =>
  (expect.getState().currentTestName?.split(' > ').at(-1) ?? 'x').replaceAll(/\W/g, '-').slice(0, 60);

/** Sends "POST /pets/pets" with a JSON value or a text. */
async function send(line: string, body?: unknown, { session, type, headers }: Options = {}): Promise<Answer> {
  const [method = '', target = ''] = line.split(' ');
  const response = await fetch(mock.url + target, {
    method,
    headers: {
      'x-deadringer-session': session ?? sessionOfTest(),
      ...(body !== undefined && { 'content-type': type ?? 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return {
    status: response.status,
    state: response.headers.get('x-deadringer-state'),
    headers: response.headers,
    body: isJson && text !== '' ? JSON.parse(text) : text,
  };
}

const lastEvent = (): ServeEvent => events.at(-1) as ServeEvent;

test('a created item is read, listed, replaced, patched, deleted and then missing', async () => {
  const created = await send('POST /pets/pets', { name: 'Rex', tag: 'dog' });
  expect(created).toMatchObject({
    status: 201,
    state: 'created',
    body: { id: 1, name: 'Rex', tag: 'dog', status: 'available' },
  });
  expect(created.headers.get('location')).toBe('/pets/pets/1');
  expect((await send('GET /pets/pets/1')).body).toEqual(created.body);
  expect((await send('GET /pets/pets')).body).toMatchObject({
    items: [created.body],
    total: 1,
    page: 1,
    next: null,
  });
  const patched = await send('PATCH /pets/pets/1', { tag: null });
  expect(patched).toMatchObject({ status: 200, state: 'updated', body: { name: 'Rex' } });
  expect(patched.body).not.toHaveProperty('tag');
  const replaced = await send('PUT /pets/pets/1', { name: 'Max' });
  expect(replaced).toMatchObject({
    status: 200,
    state: 'replaced',
    body: { id: 1, name: 'Max', createdAt: created.body.createdAt },
  });
  expect((await send('DELETE /pets/pets/1')).status).toBe(204);
  expect(await send('GET /pets/pets/1')).toMatchObject({
    status: 404,
    state: 'missing',
    body: { error: 'no such pet' },
  });
  expect((await send('GET /pets/pets')).body).toMatchObject({ items: [], total: 0 });
});

test('without a declared 404 the problem is off-contract in the journal', async () => {
  const answer = await send('DELETE /pets/pets/7');
  expect(answer).toMatchObject({ status: 404, body: { type: 'deadringer:no-such-item' } });
  expect(lastEvent()).toMatchObject({
    problem: 'no-such-item',
    offContract: expect.stringContaining('deletePet declares 204, not 404'),
  });
});

test('PUT creates only where 201 is declared', async () => {
  expect((await send('PUT /pets/pets/7', { name: 'Max' })).status).toBe(404);
  const book = '/library/shelves/4/books/0b2f6a1e-0c9b-4f0e-9d46-0d2c6f1b2a11';
  expect(await send(`PUT ${book}`, { title: 'Faust' })).toMatchObject({ status: 201, state: 'created' });
  expect(await send(`PUT ${book}`, { title: 'Faust II' })).toMatchObject({ status: 200, state: 'replaced' });
  expect((await send(`GET ${book}`)).body).toMatchObject({
    title: 'Faust II',
    id: book.split('/').at(-1),
    shelfId: 4,
  });
});

test('a JSON Patch is applied as a whole or not at all', async () => {
  await send('POST /pets/pets', { name: 'Rex', tag: 'dog' });
  const type = 'application/json-patch+json';
  const patch = (operations: unknown) => send('PATCH /pets/pets/1', operations, { type });
  expect(
    await patch([
      { op: 'replace', path: '/name', value: 'Max' },
      { op: 'remove', path: '/tag' },
    ]),
  ).toMatchObject({
    status: 200,
    body: { name: 'Max' },
  });
  for (const operations of [
    [
      { op: 'replace', path: '/name', value: 'Tom' },
      { op: 'test', path: '/name', value: 'Rex' },
    ],
    [{ op: 'remove', path: '/nothing' }],
    [{ op: 'add', path: '/__proto__/polluted', value: 1 }],
    [{ op: 'add', path: 'name', value: 1 }],
    [{ op: 'fly', path: '/name' }],
    [{ op: 'replace', path: '', value: 1 }],
    [{ op: 'move', path: '/a/b', from: '/a' }],
  ])
    expect(await patch(operations)).toMatchObject({ status: 409, state: 'patch-failed' });
  expect((await send('GET /pets/pets/1')).body.name).toBe('Max');
  expect({}).not.toHaveProperty('polluted');
});

test('pages of a list have totals, links and the items of the page only', async () => {
  for (let number = 1; number <= 5; number++) await send('POST /pets/pets', { name: `P${number}` });
  const second = await send('GET /pets/pets?limit=2&page=2');
  expect(second.body).toMatchObject({ items: [{ name: 'P3' }, { name: 'P4' }], total: 5, page: 2 });
  expect(second.headers.get('x-total-count')).toBe('5');
  const link = second.headers.get('link') ?? '';
  expect(link.match(/rel="\w+"/g)).toEqual(['rel="next"', 'rel="prev"', 'rel="first"', 'rel="last"']);
  const third = await fetch(second.body.next, { headers: { 'x-deadringer-session': lastEvent().session } });
  expect(await third.json()).toMatchObject({ items: [{ name: 'P5' }], page: 3, next: null });
  expect((await send('GET /pets/pets?limit=2&page=99999999999999999999')).body).toMatchObject({
    items: [],
    total: 5,
  });
  expect((await send('GET /pets/pets?limit=-1')).status).toBe(422);
});

test('a sorted or filtered list follows each change', async () => {
  const names = async (query: string): Promise<string[]> =>
    (await send(`GET /pets/pets?${query}`)).body.items.map(({ name }: { name: string }) => name);
  for (const name of ['b', 'c']) await send('POST /pets/pets', { name, status: 'sold' });
  expect([await names('sort=-name'), await names('status=sold')]).toEqual([
    ['c', 'b'],
    ['b', 'c'],
  ]);
  const { body } = await send('POST /pets/pets', { name: 'd', status: 'sold' });
  expect([await names('sort=-name'), await names('status=sold')]).toEqual([
    ['d', 'c', 'b'],
    ['b', 'c', 'd'],
  ]);
  await send(`PUT /pets/pets/${body.id}`, { name: 'a', status: 'available' });
  expect([await names('sort=-name'), await names('status=sold')]).toEqual([
    ['c', 'b', 'a'],
    ['b', 'c'],
  ]);
});

test('a list is filtered and sorted by declared parameters; what has no effect is named', async () => {
  for (const [name, status] of [
    ['b', 'sold'],
    ['c', 'available'],
    ['a', 'sold'],
  ])
    await send('POST /pets/pets', { name, status });
  const names = async (query: string) =>
    (await send(`GET /pets/pets?${query}`)).body.items.map(({ name }: { name: string }) => name);
  expect(await names('status=sold')).toEqual(['b', 'a']);
  expect(await names('sort=name')).toEqual(['a', 'b', 'c']);
  expect(await names('sort=-name&limit=1')).toEqual(['c']);
  expect(await names('sort=name:desc')).toEqual(['c', 'b', 'a']);
  expect((await send('GET /pets/pets?q=x&sort=color')).headers.get('x-deadringer-ignored')).toBe(
    '"sort", "q"',
  );
});

test('cursors are ids of items, and stay where they are when items are added', async () => {
  const ids: string[] = [];
  for (let number = 1; number <= 4; number++) {
    const { body } = await send('POST /shop/v1/customers', `name=C${number}`, {
      type: 'application/x-www-form-urlencoded',
    });
    ids.push(body.id);
  }
  const first = await send('GET /shop/v1/customers');
  expect(first.body.data.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 3));
  expect(first.body.has_more).toBe(true);
  const next = await send(`GET /shop/v1/customers?starting_after=${ids[2]}`);
  expect(next.body).toMatchObject({ data: [{ id: ids[3], name: 'C4' }], has_more: false });
  const before = await send(`GET /shop/v1/customers?ending_before=${ids[1]}`);
  expect(before.body.data.map(({ id }: { id: string }) => id)).toEqual([ids[0]]);
  expect(await send('GET /shop/v1/customers?starting_after=cus_none')).toMatchObject({
    status: 400,
    state: 'bad-cursor',
  });
});

test('ids have the form that the document shows, and times are numbers where the document has numbers', async () => {
  const { body } = await send('POST /shop/v1/customers', 'email=a@example.com', {
    type: 'application/x-www-form-urlencoded',
  });
  expect(body).toMatchObject({ object: 'customer', email: 'a@example.com', balance: 0 });
  expect(body.id).toMatch(/^cus_[A-Za-z0-9]{14}$/);
  expect(body.id).not.toBe('cus_NffrFeUfNV2Hib');
  expect(Math.abs(body.created - Date.now() / 1000)).toBeLessThan(3600);
  const updated = await send(`POST /shop/v1/customers/${body.id}`, 'name=Ada', {
    type: 'application/x-www-form-urlencoded',
  });
  expect(updated).toMatchObject({ status: 200, state: 'updated', body: { ...body, name: 'Ada' } });
  const deleted = await send(`DELETE /shop/v1/customers/${body.id}`);
  expect(deleted).toMatchObject({ status: 200, body: { id: body.id, object: 'customer', deleted: true } });
  expect((await send(`GET /shop/v1/customers/${body.id}`)).status).toBe(404);
});

test('an id of the client is kept, and taken only once where 409 is declared', async () => {
  const create = () =>
    send('POST /shop/v1/customers', 'id=cus_own', { type: 'application/x-www-form-urlencoded' });
  expect((await create()).body.id).toBe('cus_own');
  expect(await create()).toMatchObject({ status: 409, state: 'conflict', body: { error: {} } });
});

test('a member that the response does not admit is left off, reported, and kept', async () => {
  const name = 'A name of more than twenty characters';
  const created = await send('POST /shop/v1/customers', `name=${name}&email=b`, {
    type: 'application/x-www-form-urlencoded',
  });
  expect(created.state).toBe('created; partial="/name"');
  expect(created.body).toMatchObject({ email: 'b' });
  expect(created.body.name).not.toBe(name);
  expect((await send(`GET /shop/v1/customers/${created.body.id}`)).state).toBe('read; partial="/name"');
});

test('the examples of the document are there at first, and stay deleted', async () => {
  expect((await send('GET /library/shelves')).body).toEqual({
    data: [
      { id: 4, label: 'Poems' },
      { id: 9, label: 'Maps' },
    ],
    meta: { total_count: 2, total_pages: 1, has_next: false },
  });
  expect((await send('GET /library/shelves/9')).body.data).toEqual({ id: 9, label: 'Maps' });
  await send('DELETE /library/shelves/9');
  expect(await send('GET /library/shelves/9')).toMatchObject({ status: 404, body: { code: 'none' } });
  const { body } = await send('POST /library/shelves', { shelf: { label: 'New' } });
  expect(body.data).toEqual({ id: 5, label: 'New' });
  expect((await send('GET /library/shelves?page_size=1&offset=1')).body).toEqual({
    data: [{ id: 5, label: 'New' }],
    meta: { total_count: 2, total_pages: 2, has_next: false },
  });
});

test('nested items belong to their parent, go with it, and need it', async () => {
  const created = await send('POST /library/shelves/4/books', { title: 'Faust', isbn: '1' });
  expect(created).toMatchObject({ status: 201, body: { shelfId: 4, title: 'Faust' } });
  expect(created.body.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  expect(created.body.created_on).toMatch(/^\d{4}-\d\d-\d\d$/);
  expect((await send('GET /library/shelves/9/books')).body).toEqual([]);
  expect((await send('GET /library/shelves/4/books')).body).toEqual([created.body]);
  expect(await send('POST /library/shelves/77/books', { title: 'Lost' })).toMatchObject({
    status: 404,
    state: 'missing',
  });
  await send('DELETE /library/shelves/4');
  expect((await send(`GET /library/shelves/4/books/${created.body.id}`)).status).toBe(404);
});

test('a declared unique member is taken once', async () => {
  await send('POST /library/shelves/4/books', { title: 'Faust', isbn: '1' });
  expect(await send('POST /library/shelves/4/books', { title: 'Other', isbn: '1' })).toMatchObject({
    status: 409,
    state: 'conflict',
  });
  expect((await send('POST /library/shelves/4/books', { title: 'Other', isbn: '2' })).status).toBe(201);
});

test('a declared action sets members of the item', async () => {
  const { body } = await send('POST /library/shelves/4/books', { title: 'Faust' });
  expect(await send(`POST /library/shelves/4/books/${body.id}/lend`)).toMatchObject({
    status: 200,
    state: 'updated',
    body: { lent: true },
  });
  expect((await send(`GET /library/shelves/4/books/${body.id}`)).body).toMatchObject({
    title: 'Faust',
    lent: true,
  });
});

test('secrets that are write-only are never shown', async () => {
  const { body, headers } = await send('POST /library/shelves/4/books', { title: 'Faust', secret: 'FAKE' });
  expect(body).not.toHaveProperty('secret');
  expect(headers.get('x-deadringer-state')).toBe('created');
});

test('entity tags make conditional requests', async () => {
  const { body, headers } = await send('POST /library/shelves/4/books', { title: 'Faust' });
  const url = `/library/shelves/4/books/${body.id}`;
  const tag = headers.get('etag') ?? '';
  expect((await send(`GET ${url}`)).headers.get('etag')).toBe(tag);
  expect(await send(`GET ${url}`, undefined, { headers: { 'if-none-match': `W/${tag}` } })).toMatchObject({
    status: 304,
    state: 'unchanged',
  });
  const replaced = await send(`PUT ${url}`, { title: 'Faust II' }, { headers: { 'if-match': tag } });
  expect(replaced.status).toBe(200);
  expect(replaced.headers.get('etag')).not.toBe(tag);
  expect(await send(`PUT ${url}`, { title: 'Faust III' }, { headers: { 'if-match': tag } })).toMatchObject({
    status: 412,
    state: 'precondition-failed',
  });
  expect((await send(`GET ${url}`)).body.title).toBe('Faust II');
});

test('a resource that no request creates is answered as documented', async () => {
  const readers = await send('GET /library/readers');
  expect(readers).toMatchObject({ status: 200, state: null });
  expect(readers.body.length).toBeGreaterThan(0);
  expect(await send('GET /library/readers/7')).toMatchObject({ status: 200, state: null, body: { id: 7 } });
});

test('sessions do not see the items of each other', async () => {
  await send('POST /pets/pets', { name: 'Rex' }, { session: 'anna' });
  expect((await send('GET /pets/pets', undefined, { session: 'bert' })).body.items).toEqual([]);
  expect((await send('GET /pets/pets', undefined, { session: 'anna' })).body.items).toHaveLength(1);
});

test('parallel requests get distinct ids', async () => {
  const created = await Promise.all(
    Array.from({ length: 20 }, () => send('POST /pets/pets', { name: 'Rex' })),
  );
  expect(new Set(created.map(({ body }) => body.id)).size).toBe(20);
  expect((await send('GET /pets/pets?limit=100')).body.total).toBe(20);
});

test('what the client requests, and invalid requests, go before the state', async () => {
  await send('POST /pets/pets', { name: 'Rex' });
  expect(await send('GET /pets/pets/1?__code=404')).toMatchObject({ status: 404, state: null });
  expect(await send('POST /pets/pets', { tag: 'dog' })).toMatchObject({ status: 422, state: null });
  expect((await send('POST /pets/pets', '{')).status).toBe(422);
  expect((await send('GET /pets/pets/abc')).status).toBe(422);
  expect((await send('GET /pets/pets?__dynamic=true')).body.items).toMatchObject([{ id: 1, name: 'Rex' }]);
  expect((await send('GET /pets/pets')).body.total).toBe(1);
});

test('HEAD has the header fields of GET', async () => {
  await send('POST /pets/pets', { name: 'Rex' });
  const { status, state, body } = await send('HEAD /pets/pets/1');
  expect({ status, state, body }).toEqual({ status: 200, state: 'read', body: '' });
});

test('members with odd names are members like others', async () => {
  const { body } = await send(
    'POST /pets/pets',
    '{"name":"Rex","__proto__":{"a":1},"constructor":2,"toString":3}',
  );
  expect(body).toMatchObject({ name: 'Rex', id: 1 });
  expect((await send('GET /pets/pets?sort=constructor')).status).toBe(200);
});

test('a session turns the state off and on', async () => {
  const session = 'off-and-on';
  const control = `${mock.url}/__deadringer/sessions/${session}/scenarios`;
  await send('POST /pets/pets', { name: 'Rex' }, { session });
  await fetch(`${control}?scenario=pets/state`, { method: 'DELETE' });
  expect((await send('GET /pets/pets', undefined, { session })).state).toBeNull();
  await fetch(control, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"scenarios":["pets/state"]}',
  });
  expect(await send('GET /pets/pets', undefined, { session })).toMatchObject({
    state: 'listed',
    body: { total: 1 },
  });
});

test('a reload keeps the items, and shows them as the new document says', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'deadringer-'));
  const file = path.join(folder, 'notes.json');
  const document = (members: object) =>
    JSON.stringify({
      openapi: '3.1.0',
      info: { title: 'Notes', version: '1' },
      paths: {
        '/notes': {
          post: {
            requestBody: { content: { 'application/json': { schema: { type: 'object' } } } },
            responses: { 201: response(members) },
          },
        },
        '/notes/{id}': {
          get: {
            parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
            responses: { 200: response(members) },
          },
        },
      },
    });
  const response = (properties: object) => ({
    description: 'A note.',
    content: { 'application/json': { schema: { type: 'object', properties } } },
  });
  await writeFile(file, document({ id: { type: 'string' }, text: { type: 'string' } }));
  const notes = await startTestedMock({ specs: [file], stateful: true });
  try {
    const headers = { 'content-type': 'application/json' };
    const created = await fetch(`${notes.url}/notes/notes`, {
      method: 'POST',
      headers,
      body: '{"text":"a","done":true}',
    });
    const { id, ...others } = (await created.json()) as { id: string };
    expect(others).toEqual({ text: 'a' });
    await writeFile(
      file,
      document({ id: { type: 'string' }, text: { type: 'string' }, done: { type: 'boolean' } }),
    );
    await notes.reload();
    expect(await (await fetch(`${notes.url}/notes/notes/${id}`)).json()).toEqual({
      id,
      text: 'a',
      done: true,
    });
  } finally {
    await notes.close();
    await rm(folder, { recursive: true });
  }
});

test('of a choice of schemas the one that fits the item is taken, and only what does not fit is left off', async () => {
  const dog = await send('POST /zoo/animals', { kind: 'dog', name: 'Rex', lives: 9 });
  expect(dog).toMatchObject({ state: 'created; partial="/lives"', body: { kind: 'dog', name: 'Rex' } });
  expect(dog.body).not.toHaveProperty('lives');
  const cat = await send('POST /zoo/animals', { kind: 'cat', lives: 9, owner: 'Ada' });
  expect(cat).toMatchObject({ state: 'created; partial="/owner"', body: { kind: 'cat', lives: 9 } });
  expect((await send(`GET /zoo/animals/${cat.body.id}`)).body).toMatchObject({ kind: 'cat', lives: 9 });
});

test('an opaque cursor survives that its item is deleted', async () => {
  const ids: string[] = [];
  for (let number = 0; number < 5; number++)
    ids.push((await send('POST /zoo/animals', { kind: 'dog', name: `D${number}` })).body.id);
  const first = await send('GET /zoo/animals');
  expect(first.body.animals).toHaveLength(2);
  await send(`DELETE /zoo/animals/${ids[1]}`);
  const token = first.body.next_page_token;
  const next = await send(`GET /zoo/animals?page_token=${token}&page_size=50`);
  expect(next.body.animals.map(({ name }: { name: string }) => name)).toEqual(['D2', 'D3', 'D4']);
  expect(next.body.next_page_token).toBe('');
  expect((await send('GET /zoo/animals?page_token=nothing')).status).toBe(400);
});

test('items are read from XML and written as XML', async () => {
  const type = 'application/xml';
  const created = await send('POST /zoo/signs', '<sign><text>Do not feed</text></sign>', { type });
  expect(created).toMatchObject({ status: 201, state: 'created' });
  expect(created.body).toContain('<sign id="1"><text>Do not feed</text></sign>');
  expect((await send('GET /zoo/signs/1')).body).toBe(created.body);
  expect((await send('GET /zoo/signs')).body).toContain('Do not feed');
});

test('scenarios and switches go before the state, and the journal tells who wrote an item', async () => {
  const session = 'why';
  const control = `${mock.url}/__deadringer/sessions/${session}`;
  const json = { 'content-type': 'application/json' };
  await send('POST /pets/pets', { name: 'Rex' }, { session });
  const writer = lastEvent().exchange.id;
  await send('GET /pets/pets/1', undefined, { session });
  const { exchange } = lastEvent();
  const why = await fetch(`${mock.url}/__deadringer/journal/${exchange.id}?session=${session}`);
  expect(JSON.stringify(await why.json())).toContain(
    `the item 1 of pets, last written by the exchange ${writer}`,
  );
  await fetch(`${control}/scenarios`, {
    method: 'POST',
    headers: json,
    body: '{"scenarios":["pets.getPet.404"]}',
  });
  expect(await send('GET /pets/pets/1', undefined, { session })).toMatchObject({ status: 404, state: null });
});
