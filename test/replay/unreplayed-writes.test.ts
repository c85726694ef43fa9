// A recorded response that depends on a write which was not replayed is not compared: its request is skipped.
import { expect, test } from 'vitest';
import type { Call } from '../check/traffic.ts';
import { describeFindings, replay, startService } from './recorded-service.ts';

const TEA = { id: 7, name: 'tea' };
const order = (path: string, more: Partial<Call> = {}): Call => ({
  url: path,
  body: '{"id":7,"name":"tea"}',
  ...more,
});
const write = (method: string, url: string, more: Partial<Call> = {}): Call => ({
  method,
  url,
  status: 204,
  ...(method !== 'DELETE' && { send: '{"name":"tea"}' }),
  ...more,
});

test.for([
  [
    'the same path, after a DELETE',
    write('DELETE', '/orders/6'),
    order('/orders/6', { status: 404, body: '' }),
  ],
  [
    'the same path, after a PUT, with another query',
    write('PUT', '/orders/6'),
    order('/orders/6?view=full', { body: '{"id":7,"name":"tea","note":"new"}' }),
  ],
  ['a path below it', write('DELETE', '/orders/6'), order('/orders/6/items', { status: 404, body: '' })],
  [
    'the resource of an action',
    write('POST', '/orders/6/close'),
    order('/orders/6', { body: '{"id":7,"name":"tea","closed":true}' }),
  ],
  [
    'the collection of a new resource',
    write('POST', '/orders', { status: 201 }),
    order('/orders', { body: '[]' }),
  ],
  [
    'the collection of a removed one',
    write('DELETE', '/orders/6'),
    order('/orders', { status: 204, body: '' }),
  ],
] as const)('%s', async ([, changed, read]) => {
  const shop = await startService(() => ({ body: TEA }));
  const report = await replay([order('/orders/5'), changed, read, order('/orders/4')], {
    targets: [shop.url],
  });
  expect(shop.requests.map(({ url }) => url)).toEqual(['/v1/orders/5', '/v1/orders/4']);
  expect(report.accounting.skipped?.reasons).toEqual({ write: 1, 'missing-dependency': 1 });
  expect(report.skipped?.at(-1)?.message).toBe(
    `its recorded response depends on the ${changed.method} of entry 2, which was not replayed`,
  );
  expect(describeFindings(report).filter(each => each.startsWith('difference'))).toEqual([]);
  expect(report.exitCode).toBe(0);
});

test('a write that the service refused changed nothing', async () => {
  const shop = await startService(() => ({ body: TEA }));
  const report = await replay([write('DELETE', '/orders/6', { status: 403 }), order('/orders/6')], {
    targets: [shop.url],
  });
  expect(report.accounting).toMatchObject({ passed: 1, skipped: { reasons: { write: 1 } } });
});

test('with --allow-writes, what depends on a write that fails now is skipped, and so is what depends on that', async () => {
  const shop = await startService(({ method }) =>
    method === 'DELETE' ? { status: 500, body: { error: 'x' } } : { body: TEA },
  );
  const report = await replay(
    [
      write('DELETE', '/orders/6'),
      write('PUT', '/orders/6/note'),
      order('/orders/6/note', { status: 404, body: '' }),
      order('/orders/7'),
    ],
    { targets: [shop.url], allowWrites: true },
  );
  expect(shop.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'DELETE /v1/orders/6',
    'GET /v1/orders/7',
  ]);
  expect(report.accounting.skipped?.reasons).toEqual({ 'missing-dependency': 2 });
});

test('with --allow-writes, what depends on a write that is replayed is compared', async () => {
  const removed = new Set<string>();
  const shop = await startService(({ method, url }) => {
    if (method === 'DELETE') removed.add(url);
    return removed.has(url) ? { status: method === 'DELETE' ? 204 : 404 } : { body: TEA };
  });
  const report = await replay(
    [order('/orders/6'), write('DELETE', '/orders/6'), order('/orders/6', { status: 404, body: '' })],
    { targets: [shop.url], allowWrites: true },
  );
  expect(describeFindings(report)).toEqual([]);
  expect(report.accounting.passed).toBe(3);
});
