// Which changes of an answer a replay names, and which it takes for the same: bodies and headers of then, beside those of now.
import { expect, test } from 'vitest';
import { type Call, folderWith } from '../check/traffic.ts';
import { found, type Reply, replay, vendor } from './recorded-service.ts';

const FREE = `openapi: 3.1.0
info: { title: Free, version: '1' }
servers: [{ url: 'https://eu.shop.example/v1' }]
paths:
  /free:
    get:
      responses:
        '200':
          description: Anything.
          content: { application/json: { schema: { additionalProperties: true } } }
`;

async function differences(
  then: Pick<Call, 'body' | 'answer'>,
  now: Reply,
  strictValues: boolean,
): Promise<string[]> {
  const shop = await vendor(() => now);
  const report = await replay([{ url: '/free', ...then }], {
    specs: [`${folderWith({ 'free.yaml': FREE })}/free.yaml`],
    targets: [shop.url],
    strictValues,
  });
  expect(report.accounting).toMatchObject({ total: 1, cannotReplay: { count: 0 } });
  return found(report).filter(each => each.includes('answer'));
}

const item = (name: string, more: object = {}): object => ({ name, ...more });

test.for<[string, unknown, unknown, string]>([
  ['a token that is null', { token: 'abc' }, { token: null }, 'advice answer-value-differs /token'],
  ['a token that is an object', { token: 'a' }, { token: {} }, 'difference answer-type-differs /token'],
  [
    'a member that was renamed in what is secret',
    { session: { user: 'ann', ttl: 4 } },
    { session: { login: 'ann', ttl: 4 } },
    'difference answer-member-renamed /session/user',
  ],
  [
    'a member that is gone from entries with other keys',
    { orders: { '10001': { sum: 1, tax: 2 } } },
    { orders: { '10002': { sum: 1 } } },
    'difference answer-member-gone /orders/*/tax',
  ],
  [
    'a type that no item of a longer list had',
    { list: ['a', 'b'] },
    { list: ['a', 'b', 3] },
    'difference answer-type-differs /list/*',
  ],
  [
    'seconds that became milliseconds',
    { expires: 1_700_000_000 },
    { expires: 1_700_000_000_000 },
    'advice answer-value-differs /expires',
  ],
])('%s is named', async ([, then, now, expected]) => {
  const [code, at] = [expected.replace(/ [^ ]*$/, ''), expected.replace(/^.* /, '')];
  expect(await differences({ body: JSON.stringify(then) }, { body: now }, false)).toEqual([
    `${code} /response/body${at}`,
  ]);
});

test.for<[string, unknown, unknown]>([
  ['items in another order', [item('a', { tag: 1 }), item('a')], [item('a'), item('a', { tag: 1 })]],
  ['a member that only some items had', [item('a', { tag: 1 }), item('a')], [item('a'), item('a')]],
  ['the same on all of them', [item('a', { tag: 1 }), item('a')], [1, 1].map(tag => item('a', { tag }))],
  ['other tokens in a list of them', { tokens: ['a', 'b'] }, { tokens: ['c', 'd'] }],
  ['entries with other keys', { orders: { '10001': item('a') } }, { orders: { '10002': item('a') } }],
])('%s is no difference', async ([, then, now]) => {
  expect(await differences({ body: JSON.stringify(then) }, { body: now }, true)).toEqual([]);
});

test('with --strict-values a changed list length is a difference, without it is not', async () => {
  const then = { body: '{"list":["a","b","c"]}' };
  const now = { body: { list: ['a', 'b'] } };
  expect(await differences(then, now, true)).toEqual(['difference answer-value-changed /response/body/list']);
  expect(await differences(then, now, false)).toEqual([]);
});

test.for([
  ['application/json', 'application/json; charset=utf-8', []],
  ['text/plain; charset=utf-8', 'text/plain;charset="UTF-8"', []],
  ['text/plain; charset=utf-8', 'text/plain; charset=iso-8859-1', ['content-type']],
  ['application/json; version=1', 'application/json; version=2', ['content-type']],
  ['multipart/mixed; boundary=a', 'multipart/mixed; boundary=b', []],
] as const)('"%s" and now "%s"', async ([then, now, expected]) => {
  const body = '{"name":"tea"}';
  const answered = { body, answer: { 'Content-Type': then } };
  expect(await differences(answered, { headers: { 'content-type': now }, body }, false)).toEqual(
    expected.map(name => `advice answer-value-differs /response/headers/${name}`),
  );
});

test.for([
  ['/back?code=abc&state=1', '/v2/back?state=2&code=def', []],
  ['/back?code=abc', '/back?error=denied', ['location']],
  ['/login', '/', ['location']],
  ['/', '/login', ['location']],
  ['https://eu.shop.example/v1/orders', '/orders', []],
] as const)('a Location "%s" and now "%s"', async ([then, now, expected]) => {
  const answered = { body: '{}', answer: { Location: then } };
  expect(await differences(answered, { headers: { location: now }, body: {} }, false)).toEqual(
    expected.map(name => `advice answer-value-differs /response/headers/${name}`),
  );
});

test('an unrecorded body is reported as not compared', async () => {
  const then = { body: { mimeType: 'application/json', size: 9 } };
  expect(await differences(then, { body: { name: 'tea' } }, false)).toEqual([
    'advice answer-not-compared /response/body',
  ]);
});
