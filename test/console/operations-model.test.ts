// What the screen "Operations" computes: rows that are found, coverage, the request that is sent. Without a browser.
import { describe, expect, test } from 'vitest';
import { curlCommand } from '../../src/console/curl.ts';
import { declaredStatus } from '../../src/console/declared-status.ts';
import { formatJson } from '../../src/console/screens/operations/format-json.ts';
import {
  columnsOf,
  countCoverage,
  findRows,
  type Operation,
  type SessionOperation,
  toRows,
  untriedFirst,
} from '../../src/console/screens/operations/operation-rows.ts';

function operation(id: string, statuses: readonly string[], more: Partial<Operation> = {}): Operation {
  return {
    id,
    method: 'GET',
    path: `/shop/${id}`,
    tags: [],
    deprecated: false,
    location: 'shop.yaml:1',
    statuses: [...statuses],
    responses: statuses.map(status => ({ status, sends: Number(status), examples: [] })),
    ...more,
  };
}

function calls(statuses: Readonly<Record<string, number>>, by: 'document' | 'switch' = 'document') {
  return { calls: 1, statuses, otherStatuses: {}, inForce: { by, text: '' } } as unknown as SessionOperation;
}

const rows = toRows([
  {
    name: 'shop',
    operations: [
      operation('done', ['200', '404']),
      operation('halfDone', ['200', '201', '500'], { method: 'POST', summary: 'Adds an Item' }),
      operation('open', ['200', '4XX', 'default'], { tags: ['admin'] }),
    ],
  },
]);
const tried = new Map([
  ['shop.done', calls({ 200: 1, 404: 2 }, 'switch')],
  ['shop.halfDone', calls({ 200: 1, 201: 0, 500: 1 })],
  ['shop.open', calls({ 200: 1, '4XX': 0, default: 0 })],
]);
const targets = (found: readonly { target: string }[]): string[] => found.map(({ target }) => target);

describe('rows', () => {
  test('are found by words in path, method, name, summary and tags', () => {
    const find = (search: string): string[] => targets(findRows(rows, search, 'all', tried));
    expect(find('')).toHaveLength(3);
    expect(find('post  ITEM')).toEqual(['shop.halfDone']);
    expect(find('admin')).toEqual(['shop.open']);
    expect(find('/shop/done')).toEqual(['shop.done']);
    expect(find('post admin')).toEqual([]);
  });

  test('are those with untried statuses, or with another answer than that of the document', () => {
    expect(targets(findRows(rows, '', 'untried', tried))).toEqual(['shop.halfDone', 'shop.open']);
    expect(targets(findRows(rows, '', 'changed', tried))).toEqual(['shop.done']);
    expect(findRows(rows, '', 'untried', new Map())).toHaveLength(3);
  });

  test('with untried errors come first', () => {
    expect(targets(untriedFirst(rows, tried))).toEqual(['shop.open', 'shop.halfDone', 'shop.done']);
  });

  test('have figures and columns', () => {
    expect(countCoverage(rows, tried)).toEqual({ declared: 8, tried: 5, declaredErrors: 4, triedErrors: 2 });
    expect(columnsOf(rows)).toEqual(['200', '201', '404', '4XX', '500', 'default']);
  });
});

test('a status belongs to its own response, to its range, or to the default', () => {
  expect(declaredStatus(['404', '4XX', 'default'], 404)).toBe('404');
  expect(declaredStatus(['404', '4XX', 'default'], 409)).toBe('4XX');
  expect(declaredStatus(['404', '4XX', 'default'], 503)).toBe('default');
  expect(declaredStatus(['404'], 503)).toBeUndefined();
});

describe('formatted JSON', () => {
  test('keeps every digit and character', () => {
    const text = '{"id":12345678901234567890.10,"a":[],"b":{},"c":[1,{"d":"x: {, \\"y\\""}]}';
    expect(formatJson(text)).toBe(
      [
        '{',
        '  "id": 12345678901234567890.10,',
        '  "a": [],',
        '  "b": {},',
        '  "c": [',
        '    1,',
        '    {',
        '      "d": "x: {, \\"y\\""',
        '    }',
        '  ]',
        '}',
      ].join('\n'),
    );
    expect(formatJson(formatJson(text) ?? '')).toBe(formatJson(text));
  });

  test('is none for another text', () => {
    expect(formatJson('{"a":')).toBeUndefined();
    expect(formatJson('')).toBeUndefined();
    expect(formatJson('true')).toBe('true');
  });
});

test('a curl command quotes what a shell would change', () => {
  expect(
    curlCommand({
      method: 'POST',
      url: 'http://127.0.0.1:4010/pets?a=1&b=2',
      headers: [['content-type', 'application/json']],
      body: `{"name":"O'Neil"}`,
    }),
  ).toBe(
    `curl -X POST 'http://127.0.0.1:4010/pets?a=1&b=2' -H 'content-type: application/json' --data-raw '{"name":"O'\\''Neil"}'`,
  );
  expect(curlCommand({ method: 'HEAD', url: 'http://x/', headers: [], body: '' })).toBe(
    'curl --head http://x/',
  );
});
