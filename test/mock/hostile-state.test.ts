// Requests that try to break a mock with state: odd ids, names of prototypes, costly lists. None of them stops the server.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { itemFilter, readSortKeys, sortItems } from '../../src/mock/state/sort-items.ts';
import type { StoredItem } from '../../src/mock/state/table.ts';
import { cpuTimeOf, growsBeyond } from '../cpu-time.ts';
import { startTestedMock, type TestedMock } from '../store/tested-mock.ts';

let mock: TestedMock;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'deadringer-hostile-'));
  const json = (schema: unknown) => ({ content: { 'application/json': { schema } } });
  const item = { $ref: '#/components/schemas/Item' };
  const ok = (schema: unknown) => ({ description: 'ok', ...json(schema) });
  const query = (name: string, type = 'string') => ({ name, in: 'query', schema: { type } });
  await writeFile(
    path.join(folder, 'shop.json'),
    JSON.stringify({
      openapi: '3.1.0',
      info: { title: 'Shop', version: '1' },
      paths: {
        '/items': {
          get: {
            operationId: 'list',
            parameters: [
              query('limit', 'integer'),
              query('offset', 'integer'),
              query('name'),
              query('wéird\n😀'),
            ],
            responses: { 200: ok({ type: 'array', items: item }) },
          },
          post: { operationId: 'create', requestBody: json(item), responses: { 201: ok(item) } },
        },
        '/items/{id}': {
          parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
          get: { operationId: 'read', responses: { 200: ok(item) } },
          put: { operationId: 'put', requestBody: json(item), responses: { 200: ok(item), 201: ok(item) } },
        },
      },
      components: { schemas: { Item: { type: 'object', properties: { id: {}, name: { type: 'string' } } } } },
    }),
  );
  mock = await startTestedMock({ specs: [path.join(folder, 'shop.json')], stateful: true });
});

afterAll(async () => {
  await mock.close();
  await rm(folder, { recursive: true });
});

function send(method: string, target: string, body?: string): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(mock.url + target, { method, ...(body !== undefined && { body, headers }) });
}

test.each([
  '"\\ud800"',
  '"a\\r\\nx-injected: 1"',
  '"__proto__"',
  '"constructor"',
  '"a/b?c#d"',
  '"\\u0000"',
  '12345678901234567890',
])('the id %s is a part of Location that leads to the item', async id => {
  const created = await send('POST', '/shop/items', `{"id":${id},"name":"odd"}`);
  expect(created.status).toBe(201);
  expect(created.headers.has('x-injected')).toBe(false);
  const read = await send('GET', created.headers.get('location') ?? '');
  expect(read.status).toBe(200);
  expect(await read.text()).toBe(await created.text());
});

test.each(['null', '""', '{}', '[1]', 'true'])('an id that is %s is replaced by one', async id => {
  const created = await send('POST', '/shop/items', `{"id":${id},"name":"odd"}`);
  const { id: given } = (await created.json()) as { id: string };
  expect(created.headers.get('location')).toBe(`/shop/items/${given}`);
});

test('members with the names of prototypes are members', async () => {
  const body =
    '{"id":"p","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":1}';
  expect((await send('POST', '/shop/items', body)).status).toBe(201);
  expect((await send('PUT', '/shop/items/p', body)).status).toBe(200);
  expect({}).not.toHaveProperty('polluted');
});

test('the names of ignored parameters are safe in a header field', async () => {
  const list = await send('GET', `/shop/items?${encodeURIComponent('wéird\n😀')}=1`);
  expect(list.headers.get('x-deadringer-ignored')).toBe('"w%C3%A9ird%0A%F0%9F%98%80"');
});

test('a page has at most 10,000 items, and leads to the next', async () => {
  const items = Array.from({ length: 10_001 }, (_, index) => ({ id: `i${index}`, name: 'n' }));
  const snapshot = { version: 1, apis: { shop: { items } } };
  const loaded = await send('PUT', '/__deadringer/sessions/default/state', JSON.stringify(snapshot));
  expect(loaded.status).toBe(200);
  const page = await send('GET', '/shop/items?limit=99999999999999999999');
  expect(await page.json()).toHaveLength(10_000);
});

test('the values of a filter and the keys of a sort order cost no time per item', () => {
  const items = Array.from(
    { length: 2000 },
    (_, index): StoredItem => ({
      id: String(index),
      parents: [],
      value: { tags: ['a', 'b'], list: Array(50).fill(1) },
      createdAt: 0,
      updatedAt: 0,
      version: 1,
    }),
  );
  const filterTime = (size: number) => {
    const keeps = itemFilter(
      'tags',
      Array.from({ length: size }, (_, index) => `z${index}`),
    );
    return cpuTimeOf(() => items.filter(keeps));
  };
  expect(growsBeyond(filterTime, { from: 10, to: 3000, factor: 10, noise: 50 })).toBe(false);
  const hints = {
    properties: new Map([
      ['list', {}],
      ['tags', {}],
    ]),
  } as unknown as Parameters<typeof readSortKeys>[2];
  const keys = readSortKeys('list,-list,tags,list:desc', undefined, hints) ?? [];
  expect(keys).toEqual([
    { property: 'list', isDescending: false },
    { property: 'tags', isDescending: false },
  ]);
  expect(sortItems(items, keys, ({ value }) => value)).toEqual(items);
});
