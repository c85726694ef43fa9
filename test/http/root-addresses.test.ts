// Addresses without the name of an API: what a client gets, the console at "/", and a check of what was recorded.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type MockServer, startServer } from '../../src/start.ts';
import { checkTraffic } from '../../src/traffic.ts';

let mock: MockServer;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'deadringer-root-'));
  const ok = '{ get: { responses: { "200": { description: ok } } } }';
  for (const [name, paths] of [
    ['rewards', `{ /rewards: ${ok}, "/rewards/{id}": ${ok}, /status: ${ok} }`],
    ['orders', `{ /orders: ${ok}, /status: ${ok} }`],
  ])
    writeFileSync(
      path.join(folder, `${name}.yaml`),
      `openapi: 3.1.0\ninfo: { title: t, version: "1" }\nservers: [{ url: "https://${name}.example.com/v2" }]\npaths: ${paths?.replace(
        '"/rewards/{id}": {',
        '"/rewards/{id}": { parameters: [{ name: id, in: path, required: true, schema: { type: string } }],',
      )}\n`,
    );
  mock = await startServer({ specs: [folder] });
});
afterAll(async () => {
  await mock.close(0);
  rmSync(folder, { recursive: true });
});

test.each([
  ['/v2/rewards', 200],
  ['/rewards', 200],
  ['/rewards/7', 200],
  ['/~anna/v2/rewards/7', 200],
  ['/v2/orders', 200],
  ['/orders/v2/orders', 200],
  ['/v3/rewards', 404],
])('%s gets %i', async (at, status) => {
  expect((await fetch(mock.url + at)).status).toBe(status);
});

test('a path of two documents is a problem that lists the URLs that work', async () => {
  for (const at of ['/status', '/v2/status']) {
    const response = await fetch(mock.url + at);
    const { detail, urls } = (await response.json()) as { detail: string; urls: string[] };
    expect([response.status, response.headers.get('x-deadringer-error')]).toEqual([404, 'ambiguous-path']);
    expect(detail).toBe(`GET ${at} matches /status of the API "orders" and /status of the API "rewards"`);
    expect(urls).toEqual([`${mock.url}/orders${at}`, `${mock.url}/rewards${at}`]);
    for (const url of urls) expect((await fetch(url)).status).toBe(200);
  }
});

test('a wrong method and OPTIONS list the methods of the path', async () => {
  for (const [method, status] of [
    ['PUT', 405],
    ['OPTIONS', 204],
  ] as const) {
    const response = await fetch(`${mock.url}/v2/rewards`, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([status, 'GET, HEAD, OPTIONS']);
  }
});

test('a browser at / is led to the console', async () => {
  const response = await fetch(mock.url, { headers: { accept: 'text/html' }, redirect: 'manual' });
  expect([response.status, response.headers.get('location')]).toEqual([302, '/__deadringer/']);
});

/** As Chromium asks for it, after each page of an origin. */
const ICON_OF_BROWSER = {
  accept: 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8',
  'x-deadringer-session': 'visited',
};

test('the icon that a browser asks for by itself belongs to no session', async () => {
  await (await fetch(`${mock.url}/rewards`, { headers: { 'x-deadringer-session': 'visited' } })).text();
  await fetch(`${mock.url}/__deadringer/sessions/visited`, { method: 'DELETE' });
  const icon = await fetch(`${mock.url}/favicon.ico`, { headers: ICON_OF_BROWSER });
  expect([icon.status, icon.headers.get('cache-control'), icon.headers.get('x-deadringer-exchange')]).toEqual(
    [204, 'max-age=86400', null],
  );
  expect((await fetch(`${mock.url}/__deadringer/sessions/visited`)).status).toBe(404);
});

test.each([
  ['another client asks for it', { accept: '*/*' }, '/favicon.ico'],
  ['a page asks for another image', ICON_OF_BROWSER, '/logo.png'],
])('no document declares it, and %s: a problem', async (_, headers, at) => {
  const response = await fetch(mock.url + at, { headers });
  expect([response.status, response.headers.get('x-deadringer-error')]).toEqual([404, 'no-such-path']);
});

test('a document may declare the icon', async () => {
  const icons = path.join(folder, 'icons');
  mkdirSync(icons);
  writeFileSync(
    path.join(icons, 'icons.yaml'),
    'openapi: 3.1.0\ninfo: { title: t, version: "1" }\npaths: { /favicon.ico: { get: { responses: { "200": { description: ok } } } } }\n',
  );
  const server = await startServer({ specs: [icons] });
  onTestFinished(async () => await server.close());
  const icon = await fetch(`${server.url}/favicon.ico`, { headers: ICON_OF_BROWSER });
  expect(icon.status).toBe(200);
  expect(icon.headers.get('x-deadringer-exchange')).not.toBeNull();
});

test('a check finds the operations of a recorded journal', async () => {
  for (const at of ['/rewards', '/v2/rewards/7', '/v2/orders', '/status'])
    await (await fetch(mock.url + at, { headers: { 'x-deadringer-session': 'kept' } })).text();
  const har = path.join(folder, 'journal.har');
  const journal = await fetch(`${mock.url}/__deadringer/sessions/kept/journal.har`);
  writeFileSync(har, await journal.text());
  const report = await checkTraffic({ specs: [folder], traffic: [har] });
  expect(report.accounting).toMatchObject({ total: 4, passed: 3, outOfScope: { count: 1 } });
});
