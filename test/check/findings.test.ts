// What finds in traffic, one pitfall a test, and what it must not raise an alarm about.
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { expectAccounting } from '../reporters/parse-accounting.ts';
import { type Call, check, findingLines, GOOD } from './traffic.ts';

describe('the checker finds', () => {
  const order = '{"name":"tea"}';
  const cases: readonly [string, Call, string[]][] = [
    [
      'a missing response header',
      { url: '/orders', body: '[]' },
      ['response-header-missing /response/headers/x-total'],
    ],
    [
      'a mistyped response header',
      { url: '/orders', body: '[]', answer: { 'X-Total': 'many' } },
      ['response-header-schema /response/headers/x-total'],
    ],
    [
      'a wrong media type of a response',
      { ...GOOD, answer: { 'Content-Type': 'text/html' }, body: '<p>' },
      ['response-media-type /response/headers/content-type'],
    ],
    [
      'a method that the document does not declare',
      { method: 'PUT', url: '/orders/7', status: 200 },
      ['operation-undocumented /request/method'],
    ],
    [
      'such a method that the server refuses, as not checkable',
      { method: 'PUT', url: '/orders/7', status: 405 },
      ['response-not-checkable /request/method'],
    ],
    [
      'a method that asks about the server, as not checkable',
      { method: 'OPTIONS', url: '/orders/7', status: 204 },
      ['response-not-checkable /request/method'],
    ],
    [
      'a wrong media type of a request',
      {
        method: 'POST',
        url: '/orders',
        send: { mimeType: 'text/csv', text: 'name' },
        headers: { 'Content-Type': 'text/csv' },
        status: 201,
        body: order,
      },
      ['request-media-type /request/headers/content-type'],
    ],
    [
      'a wrong field in a form that the recording keeps as params alone',
      {
        method: 'POST',
        url: '/notes',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        send: {
          mimeType: 'application/x-www-form-urlencoded',
          params: [
            { name: 'title', value: 'a & b' },
            { name: 'stars', value: 'many' },
          ],
        },
        status: 204,
      },
      ['request-body-schema /request/body/stars'],
    ],
    [
      'a body with a 204',
      { method: 'DELETE', url: '/orders/7', status: 204, body: order },
      ['response-body-unexpected /response/body'],
    ],
    ['an undocumented status', { ...GOOD, status: 418 }, ['status-undocumented /response/status']],
    [
      'an undocumented property',
      { ...GOOD, body: '{"name":"tea","colour":"green"}' },
      ['response-property-undocumented /response/body/colour'],
    ],
    [
      'an undocumented parameter',
      { ...GOOD, url: '/orders/7?debug=1' },
      ['parameter-undocumented /request/query/debug'],
    ],
    [
      'an undocumented endpoint',
      { url: '/invoices/12', body: '{}' },
      ['operation-undocumented /request/path'],
    ],
    [
      'an undocumented method',
      { method: 'PUT', url: '/orders/7', send: order, body: order },
      ['operation-undocumented /request/method'],
    ],
    [
      'a write-only property in a response',
      { ...GOOD, body: '{"name":"tea","secret":"x"}' },
      ['response-property-write-only /response/body/secret'],
    ],
    ['a documented body that is missing', { ...GOOD, body: '' }, ['response-body-missing /response/body']],
    ['JSON that is none', { ...GOOD, body: '{"name":' }, ['response-body-malformed /response/body']],
    [
      'base64 that is none',
      {
        ...GOOD,
        answer: { 'Content-Type': 'application/json' },
        body: { size: 9, mimeType: 'application/json', text: '%%%', encoding: 'base64' },
      },
      ['response-body-not-checkable /response/body'],
    ],
    [
      'missing credentials',
      { ...GOOD, headers: { Authorization: [] as string[] } },
      ['credentials-missing /request/headers/authorization'],
    ],
  ];
  test.for(cases)('%s', async ([, call, expected]) => {
    const report = await check([call]);
    expect(findingLines(report)).toEqual(expected);
    expect(report.accounting.total).toBe(1);
    await expectAccounting(report);
  });

  test('a read-only property in a request, as advice', async () => {
    const call = { method: 'POST', url: '/orders', send: '{"id":1,"name":"tea"}', status: 201, body: order };
    const report = await check([call]);
    expect(report.findings.map(({ code }) => code)).toEqual(['request-property-read-only']);
  });

  test('an integer beyond 2^53, as advice', async () => {
    const report = await check([{ ...GOOD, body: '{"id":9007199254740993,"name":"tea"}' }]);
    expect(report.findings.map(({ code, at }) => `${code} ${at}`)).toEqual([
      'response-number-imprecise /response/body/id',
    ]);
  });
});

describe('reports nothing', () => {
  const page: Call = { ...GOOD, url: 'https://www.shop.example/index.html' };
  const cases: readonly [string, Call, object][] = [
    [
      'for an array that is not exploded',
      { url: '/orders?ids=1,2,3', body: '[]', answer: { 'X-Total': '0' } },
      { passed: 1 },
    ],
    [
      'for another value of a server variable',
      { ...GOOD, url: 'https://us.shop.example/v1/orders/7' },
      { passed: 1 },
    ],
    ['for %2F in a segment', { ...GOOD, url: '/orders/a%2Fb' }, { passed: 1 }],
    ['for a lone % in a segment of text', { ...GOOD, url: '/orders/100%25' }, { passed: 1 }],
    [
      'for a literal path beside a template',
      { url: '/orders/latest', body: '{"latest":"tea"}' },
      { passed: 1 },
    ],
    [
      'for a preflight',
      {
        method: 'OPTIONS',
        url: '/orders/7',
        status: 204,
        headers: { 'Access-Control-Request-Method': 'DELETE' },
      },
      { outOfScope: { count: 1, reasons: { preflight: 1 } } },
    ],
    ['for a foreign host', page, { outOfScope: { count: 1, reasons: { 'other-host': 1 } } }],
    [
      'for a page of the same host',
      {
        url: '/',
        body: { size: 3, mimeType: 'text/html', text: '<p>' },
        answer: { 'Content-Type': 'text/html' },
      },
      { outOfScope: { count: 1, reasons: { asset: 1 } } },
    ],
    [
      'for what is not below the base path',
      { ...GOOD, url: 'https://eu.shop.example/login' },
      { outOfScope: { count: 1, reasons: { 'outside-servers': 1 } } },
    ],
    [
      'for a web socket',
      { url: 'wss://eu.shop.example/v1/orders', status: 101 },
      { outOfScope: { count: 1, reasons: { 'web-socket': 1 } } },
    ],
    [
      'for a data URL',
      { url: 'data:text/plain,hi' },
      { outOfScope: { count: 1, reasons: { 'not-http': 1 } } },
    ],
    [
      'for an aborted request',
      { ...GOOD, status: 0, body: '' },
      { outOfScope: { count: 1, reasons: { 'no-response': 1 } } },
    ],
    [
      'for what a mock says in its own name',
      { ...GOOD, url: '/nowhere', status: 404, answer: { 'x-deadringer-error': 'no-such-path' } },
      { outOfScope: { count: 1, reasons: { 'mock-error': 1 } } },
    ],
    [
      'for gzip left in a base64 body',
      {
        ...GOOD,
        answer: { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
        body: {
          size: 30,
          mimeType: 'application/json',
          encoding: 'base64',
          text: gzipSync('{"name":"tea"}').toString('base64'),
        },
      },
      { passed: 1 },
    ],
    [
      'for a latin-1 body',
      {
        url: '/names',
        answer: { 'Content-Type': 'text/plain; charset=ISO-8859-1' },
        body: { size: 3, mimeType: 'text/plain; charset=ISO-8859-1', text: 'Zoë' },
      },
      { passed: 1 },
    ],
  ];
  test.for(cases)('%s', async ([, call, expected]) => {
    const report = await check([call]);
    expect(findingLines(report)).toEqual([]);
    expect(report.accounting).toMatchObject(expected);
    await expectAccounting(report);
  });
});

test('missing credentials in a recording are not checkable, not violations', async () => {
  const call = { ...GOOD, headers: { Authorization: [] as string[] } };
  const report = await check([call], { creator: 'WebInspector' });
  expect(findingLines(report)).toEqual(['security-not-checkable /request/headers/authorization']);
  expect(report.accounting.notCheckable.reasons).toEqual({ 'security-not-checkable': 1 });
});

test('the checker counts for each status how many exchanges passed', async () => {
  const bad: Call = { ...GOOD, body: '{"id":"seven"}' };
  const { coverage } = await check([GOOD, bad, bad, { url: '/orders/7', status: 404, body: '' }]);
  const counted = coverage.operations.filter(({ calls }) => calls > 0);
  expect(counted.map(({ statuses, passedStatuses }) => ({ statuses, passedStatuses }))).toEqual([
    { statuses: { 200: 3, 404: 1 }, passedStatuses: { 200: 1, 404: 1 } },
  ]);
});
