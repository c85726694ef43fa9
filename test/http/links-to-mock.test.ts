// Links in header fields of the mock's responses: they lead to the mock, with the form of address that the client uses.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MockServer, startServer } from '../../src/start.ts';

const ITEM =
  '{ parameters: [{ name: id, in: path, required: true, schema: { type: string } }], get: { responses: { "200": { description: ok } } } }';
const post = (location: string): string =>
  `{ post: { responses: { "201": { description: made, headers: { ${location} } } } } }`;
const DOCUMENT = `openapi: 3.1.0
info: { title: t, version: "1" }
servers: [{ url: "https://api.example.com/v2" }, { url: "https://eu.example.com/eu/v2" }]
paths:
  /orders: { get: { responses: { "200": { description: ok } } } }
  /orders/{id}: ${ITEM}
  /absolute: ${post('Location: { schema: { type: string }, example: "https://api.example.com/v2/orders/7?a=b" }')}
  /second: ${post('Location: { schema: { type: string }, example: "https://eu.example.com/eu/v2/orders/7" }')}
  /based: ${post('Location: { schema: { type: string }, example: /v2/orders/7 }')}
  /bare: ${post('Content-Location: { schema: { type: string }, example: /orders/7 }')}
  /link: ${post('Link: { schema: { type: string }, example: \'<https://api.example.com/v2/orders?page=2>; rel="next", </orders>; rel="up", <https://other.example/x>; rel="help"\' }')}
  /fixed: ${post('Location: { schema: { const: /v2/orders/7 }, example: /v2/orders/7 }')}
  /elsewhere: ${post('Location: { schema: { type: string }, example: "https://login.example.com/v2/orders/7" }')}
  /unknown: ${post('Location: { schema: { type: string }, example: /login }')}
  /orders/{id}/lines: ${post('Location: { schema: { type: string, format: uri } }')}
  /orders/{id}/lines/{line}: ${ITEM.replace('name: id', 'name: line')}
  /lost: ${post('Location: { schema: { type: string, pattern: "^x[0-9]{4}$" } }')}
  /made: ${post('Location: { schema: { type: string } }')}
  /made/{id}: ${ITEM}
`;

let mock: MockServer;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'deadringer-links-'));
  writeFileSync(path.join(folder, 'shop.yaml'), DOCUMENT);
  mock = await startServer({ specs: [folder] });
});
afterAll(async () => {
  await mock.close(0);
  rmSync(folder, { recursive: true });
});

async function linkOf(at: string, name = 'location'): Promise<string | undefined> {
  const response = await fetch(mock.url + at, { method: 'POST' });
  return response.headers.get(name)?.replaceAll(mock.url, '<mock>');
}

test.each([
  ['/absolute', '<mock>/orders/7?a=b'],
  ['/v2/absolute', '<mock>/v2/orders/7?a=b'],
  ['/shop/v2/absolute', '<mock>/shop/v2/orders/7?a=b'],
  ['/shop/absolute', '<mock>/shop/orders/7?a=b'],
  ['/~anna/shop/absolute', '<mock>/~anna/shop/orders/7?a=b'],
  ['/second', '<mock>/orders/7'],
  ['/shop/v2/second', '<mock>/shop/v2/orders/7'],
  ['/based', '/orders/7'],
  ['/v2/based', '/v2/orders/7'],
  ['/~anna/shop/based', '/~anna/shop/orders/7'],
  ['/shop/v2/fixed', '/v2/orders/7'],
  ['/shop/v2/elsewhere', 'https://login.example.com/v2/orders/7'],
  ['/shop/v2/unknown', '/login'],
])('Location of %s', async (at, expected) => {
  expect(await linkOf(at)).toBe(expected);
});

test('Content-Location and Link', async () => {
  expect(await linkOf('/shop/v2/bare', 'content-location')).toBe('/shop/v2/orders/7');
  expect(await linkOf('/shop/link', 'link')).toBe(
    '<<mock>/shop/orders?page=2>; rel="next", </shop/orders>; rel="up", <https://other.example/x>; rel="help"',
  );
});

test('a Location without example leads to an item', async () => {
  for (const at of [
    '/made',
    '/shop/v2/made',
    '/~anna/shop/made',
    '/orders/7/lines',
    '/shop/orders/7/lines',
  ]) {
    const response = await fetch(mock.url + at, { method: 'POST' });
    const location = response.headers.get('location') ?? '';
    expect(location).toMatch(/\/made\/[^/]+$|^http:.*\/orders\/[^/]+\/lines\/[^/]+$/);
    expect((await fetch(new URL(location, mock.url))).status).toBe(200);
  }
  expect(await linkOf('/lost')).toMatch(/^x[0-9]{4}$/);
});

test('the journal has the links that were sent', async () => {
  await linkOf('/~kept/shop/absolute');
  const entries = await fetch(`${mock.url}/__deadringer/sessions/kept/journal`);
  expect(await entries.text()).toContain('/~kept/shop/orders/7');
});

test('a Location that begins with the path of the request stays', async () => {
  const made = mkdtempSync(path.join(tmpdir(), 'deadringer-links-'));
  const item = '{ type: object, properties: { id: { type: integer }, name: { type: string } } }';
  const ok = (status: string): string =>
    `{ responses: { "${status}": { description: ok, content: { application/json: { schema: ${item} } } } } }`;
  const read = `{ parameters: [{ name: id, in: path, required: true, schema: { type: integer } }], get: ${ok('200')} }`;
  // Below the name of the document, "/pets/pets/1" is also a path of the document with the name left out.
  writeFileSync(
    path.join(made, 'pets.yaml'),
    `openapi: 3.1.0\ninfo: { title: t, version: "1" }\npaths:\n  /pets: { post: ${ok('201')} }\n  /pets/{id}: ${read}\n  /pets/pets/{id}: ${read}\n`,
  );
  const stateful = await startServer({ specs: [made], stateful: true });
  try {
    const response = await fetch(`${stateful.url}/pets/pets`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    expect(response.headers.get('location')).toBe('/pets/pets/1');
  } finally {
    await stateful.close(0);
    rmSync(made, { recursive: true });
  }
});
