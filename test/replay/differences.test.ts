// Which changes of a response a replay reports as differences, and which it does not.
import { expect, test } from 'vitest';
import { type Call, folderWith } from '../check/traffic.ts';
import { describeFindings, type Reply, replay, startService } from './recorded-service.ts';

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
  recorded: Pick<Call, 'body' | 'answer'>,
  current: Reply,
  strictValues: boolean,
): Promise<string[]> {
  const shop = await startService(() => current);
  const report = await replay([{ url: '/free', ...recorded }], {
    specs: [`${folderWith({ 'free.yaml': FREE })}/free.yaml`],
    targets: [shop.url],
    strictValues,
  });
  expect(report.accounting).toMatchObject({ total: 1, skipped: { count: 0 } });
  return describeFindings(report).filter(finding => finding.includes('answer'));
}

const item = (name: string, more: object = {}): object => ({ name, ...more });

test.for<[string, unknown, unknown, string]>([
  ['a token that is null', { token: 'abc' }, { token: null }, 'advice answer-value-differs /token'],
  ['a token that is an object', { token: 'a' }, { token: {} }, 'difference answer-type-differs /token'],
  [
    'a renamed member below a secret name',
    { session: { user: 'ann', ttl: 4 } },
    { session: { login: 'ann', ttl: 4 } },
    'difference answer-member-renamed /session/user',
  ],
  [
    'a member missing in entries with other keys',
    { orders: { '10001': { sum: 1, tax: 2 } } },
    { orders: { '10002': { sum: 1 } } },
    'difference answer-member-gone /orders/*/tax',
  ],
  [
    'a new item type in a longer list',
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
])('%s is reported', async ([, recorded, current, expected]) => {
  const [code, at] = [expected.replace(/ [^ ]*$/, ''), expected.replace(/^.* /, '')];
  expect(await differences({ body: JSON.stringify(recorded) }, { body: current }, false)).toEqual([
    `${code} /response/body${at}`,
  ]);
});

test.for<[string, unknown, unknown]>([
  ['items in another order', [item('a', { tag: 1 }), item('a')], [item('a'), item('a', { tag: 1 })]],
  ['a member that only some items had', [item('a', { tag: 1 }), item('a')], [item('a'), item('a')]],
  [
    'an optional member that all items have now',
    [item('a', { tag: 1 }), item('a')],
    [1, 1].map(tag => item('a', { tag })),
  ],
  ['other tokens in a list', { tokens: ['a', 'b'] }, { tokens: ['c', 'd'] }],
  ['entries with other keys', { orders: { '10001': item('a') } }, { orders: { '10002': item('a') } }],
])('%s is not a difference', async ([, recorded, current]) => {
  expect(await differences({ body: JSON.stringify(recorded) }, { body: current }, true)).toEqual([]);
});

test('with --strict-values a changed list length is a difference, without it is not', async () => {
  const recorded = { body: '{"list":["a","b","c"]}' };
  const current = { body: { list: ['a', 'b'] } };
  expect(await differences(recorded, current, true)).toEqual([
    'difference answer-value-changed /response/body/list',
  ]);
  expect(await differences(recorded, current, false)).toEqual([]);
});

test.for([
  ['application/json', 'application/json; charset=utf-8', []],
  ['text/plain; charset=utf-8', 'text/plain;charset="UTF-8"', []],
  ['text/plain; charset=utf-8', 'text/plain; charset=iso-8859-1', ['content-type']],
  ['application/json; version=1', 'application/json; version=2', ['content-type']],
  ['multipart/mixed; boundary=a', 'multipart/mixed; boundary=b', []],
] as const)('media type "%s", now "%s"', async ([recorded, current, expected]) => {
  const body = '{"name":"tea"}';
  const call = { body, answer: { 'Content-Type': recorded } };
  expect(await differences(call, { headers: { 'content-type': current }, body }, false)).toEqual(
    expected.map(name => `advice answer-value-differs /response/headers/${name}`),
  );
});

test.for([
  ['/back?code=abc&state=1', '/v2/back?state=2&code=def', []],
  ['/back?code=abc', '/back?error=denied', ['location']],
  ['/login', '/', ['location']],
  ['/', '/login', ['location']],
  ['https://eu.shop.example/v1/orders', '/orders', []],
] as const)('Location "%s", now "%s"', async ([recorded, current, expected]) => {
  const call = { body: '{}', answer: { Location: recorded } };
  expect(await differences(call, { headers: { location: current }, body: {} }, false)).toEqual(
    expected.map(name => `advice answer-value-differs /response/headers/${name}`),
  );
});

test('an unrecorded body is reported as not compared', async () => {
  const recorded = { body: { mimeType: 'application/json', size: 9 } };
  expect(await differences(recorded, { body: { name: 'tea' } }, false)).toEqual([
    'advice answer-not-compared /response/body',
  ]);
});

test.for<[string, string, unknown, string[]]>([
  ['of another type', '{"id":"[REDACTED]","name":"tea"}', { id: 7, name: 'tea' }, []],
  ['of an object', '{"owner":"<redacted>"}', { owner: { name: 'ann' } }, []],
  ['in part of a text', '{"mail":"a***@b.example"}', { mail: 'ann@b.example' }, []],
  ['in a longer list', '[{"id":"***"}]', [{ id: 1 }, { id: 2 }], []],
  [
    'beside a change',
    '{"id":"***","name":"tea"}',
    { id: 7 },
    ['difference answer-member-gone /response/body/name'],
  ],
  ['of the body', '[REDACTED]', { id: 7 }, ['advice answer-not-compared']],
])('a mark of another tool is equal to any value: %s', async ([, recorded, current, expected]) => {
  const found = await differences({ body: recorded }, { body: current } as Reply, false);
  expect(found.map(each => each.replace(/ \/response\/body$/, ''))).toEqual(expected);
});

test.each(['/free?page=[REDACTED]', '/free?page=%5BREDACTED%5D', '/free?page={{page}}'])(
  'a request with a mark in place of a value is not sent: %s',
  async url => {
    const shop = await startService(() => ({ body: {} }));
    const report = await replay([{ url, body: '{}' }], {
      specs: [`${folderWith({ 'free.yaml': FREE })}/free.yaml`],
      targets: [shop.url],
    });
    expect(shop.requests).toEqual([]);
    expect(report.accounting.skipped?.reasons).toEqual({ 'missing-secret': 1 });
  },
);
