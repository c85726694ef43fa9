// QUERY and additional operations: served, listed in Allow, checked in recordings, replayed as what they are.
import http from 'node:http';
import { beforeAll, expect, test } from 'vitest';
import { FIELD_METHODS, isReceived, recordedMethod } from '../../../src/exchange/methods.ts';
import { loadContract } from '../../../src/index.ts';
import { pathItemWith } from '../../../src/openapi/declared-methods.ts';
import type { ApiSpec } from '../../../src/openapi/model.ts';
import { isWrite } from '../../../src/replay/skip-request.ts';
import { type MockServer, startServer } from '../../../src/start.ts';

const SPEC = 'test/openapi/v3-2/methods.yaml';
let mock: MockServer;
beforeAll(async () => {
  mock = await startServer({ specs: [SPEC], port: 0 });
  return () => mock.close();
});

const send = (method: string, path: string, body?: string, headers: Record<string, string> = {}) =>
  fetch(mock.url + path, { method, headers, ...(body !== undefined && { body }) });
const JSON_TYPE = { 'content-type': 'application/json' };

test('QUERY gets a success, and an error that the document declares', async () => {
  const found = await send('QUERY', '/pets', '{"kind":"cat"}', JSON_TYPE);
  expect({ status: found.status, body: await found.json() }).toEqual({
    status: 200,
    body: expect.arrayContaining([expect.objectContaining({ id: expect.any(Number) })]),
  });
  const refused = await send('QUERY', '/pets', 'cat', { 'content-type': 'text/plain' });
  expect(refused.status).toBe(415);
  const wrong = await send('QUERY', '/pets', '{"kind":"cow"}', JSON_TYPE);
  expect(wrong.headers.get('x-deadringer-reason')).toMatch(/^request-body-schema: .*methods\.yaml:37/);
});

test('an additional operation is answered and validated', async () => {
  const copied = await send('COPY', '/pets/7', undefined, { destination: '/pets/8' });
  expect({ status: copied.status, body: await copied.json() }).toEqual({
    status: 201,
    body: expect.objectContaining({ id: expect.any(Number) }),
  });
  const invalid = await send('COPY', '/pets/7');
  expect(invalid.headers.get('x-deadringer-reason')).toMatch(/^parameter-missing: .*"Destination"/);
});

test('Allow and a CORS preflight name the methods of a path', async () => {
  const refused = await send('PUT', '/pets/7');
  expect({ status: refused.status, allow: refused.headers.get('allow') }).toEqual({
    status: 405,
    allow: 'GET, COPY, HEAD, OPTIONS',
  });
  expect((await send('OPTIONS', '/pets')).headers.get('allow')).toBe('QUERY, OPTIONS');
  const preflight = await send('OPTIONS', '/pets', undefined, {
    origin: 'https://app.example.com',
    'access-control-request-method': 'QUERY',
  });
  expect(preflight.headers.get('access-control-allow-methods')).toBe('QUERY');
});

test('the methods that a server receives are those of node:http, without CONNECT', () => {
  expect(http.METHODS.filter(method => !isReceived(method))).toEqual(['CONNECT']);
  expect(FIELD_METHODS.filter(method => !http.METHODS.includes(method))).toEqual([]);
});

test('recordings have the common methods in any case, and others as they were sent', () => {
  expect(['get', 'query', 'COPY', 'Copy'].map(recordedMethod)).toEqual(['GET', 'QUERY', 'COPY', 'Copy']);
});

test('replay sends QUERY as it sends GET, because it changes nothing', () => {
  const request = { headers: {}, query: '', path: '/pets' };
  expect(isWrite({ ...request, method: 'QUERY' } as never)).toBe(false);
  expect(isWrite({ ...request, method: 'PROPFIND' } as never)).toBe(false);
  expect(isWrite({ ...request, method: 'COPY' } as never)).toBe(true);
  expect(isWrite({ ...request, method: 'TRACE' } as never)).toBe(true);
});

test('an operation has the method that the document writes', async () => {
  const { contract } = await loadContract([SPEC], { relativeTo: process.cwd() });
  expect(contract.apis[0]?.operations.map(({ method, id }) => `${method} ${id}`)).toEqual([
    'QUERY queryPets',
    'GET getPet',
    'COPY copyPet',
  ]);
});

test('a suggested operation stands where its version of OpenAPI has a place for the method', () => {
  const operation = { responses: {} };
  const places = (version: '3.1' | '3.2') =>
    ['GET', 'QUERY', 'COPY'].map(method => pathItemWith({ version } as ApiSpec, method, operation));
  expect(places('3.2')).toEqual([
    { get: operation },
    { query: operation },
    { additionalOperations: { COPY: operation } },
  ]);
  expect(places('3.1')).toEqual([{ get: operation }, undefined, undefined]);
});
