// Runtime expressions: which texts are valid, and what they evaluate to.
import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import type { Request, Response } from '../../src/exchange/exchange.ts';
import { evaluateExpressionText, parseExpressionText } from '../../src/openapi/runtime-expression.ts';

const request: Request = {
  method: 'POST',
  path: '/streams/a%20b',
  query: 'to=http%3A%2F%2Fapp.test%2Fcb&empty=',
  headers: {
    host: ['mock.test:4010'],
    'content-type': ['application/json'],
    'x-callback': ['http://app.test/h'],
  },
  body: Buffer.from(
    '{"url":"http://app.test/b","user":{"id":7,"e/mail":"a&b=c"},"list":["x"],"off":false,"none":null}',
  ),
};
const response: Response = {
  status: 201,
  headers: { location: ['/streams/7'], 'content-type': ['application/json'] },
  body: Buffer.from('{"key":"k?1"}'),
};
const pathValues = { id: 'a%20b' };

function evaluate(text: string, sources = { request, response, pathValues }): unknown {
  const parsed = parseExpressionText(text);
  if ('invalid' in parsed) throw new Error(`invalid: ${parsed.invalid}`);
  return evaluateExpressionText(parsed, sources);
}

test.each([
  ['{$url}', 'http://mock.test:4010/streams/a%20b?to=http%3A%2F%2Fapp.test%2Fcb&empty='],
  ['{$method}', 'POST'],
  ['{$statusCode}', '201'],
  ['{$request.query.to}', 'http://app.test/cb'],
  ['{$request.query.empty}', ''],
  ['{$request.path.id}', 'a b'],
  ['{$request.header.X-Callback}', 'http://app.test/h'],
  ['{$request.body#/url}', 'http://app.test/b'],
  ['$request.body#/url', 'http://app.test/b'],
  ['{$request.body#/user/id}', '7'],
  ['{$request.body#/user/e~1mail}', 'a&b=c'],
  ['{$request.body#/list/0}', 'x'],
  ['{$request.body#/off}', 'false'],
  ['{$response.body#/key}', 'k?1'],
  ['{$response.header.location}', '/streams/7'],
  ['http://app.test/{$request.body#/user/id}/x', 'http://app.test/7/x'],
  ['http://app.test/x?m={$request.body#/user/e~1mail}&n=1', 'http://app.test/x?m=a%26b%3Dc&n=1'],
  ['http://app.test/{$response.body#/key}/x', 'http://app.test/k%3F1/x'],
  ['http://app.test/events', 'http://app.test/events'],
  ['http://app.test/{id}', 'http://app.test/{id}'],
])('%s is %s', (text, value) => {
  expect(evaluate(text)).toBe(value);
});

test.each([
  '{$request.body#/nothing}',
  '{$request.body#/user}',
  '{$request.body#/none}',
  '{$request.body#/constructor}',
  '{$request.body}',
  '{$request.query.nothing}',
  '{$request.path.constructor}',
  '{$request.header.constructor}',
  '{$response.header.nothing}',
])('%s has no value', text => {
  expect(evaluate(text)).toEqual({ missing: text.slice(1, -1) });
});

describe('bodies', () => {
  const ofBody = (type: string, body: string): unknown =>
    evaluate('{$request.body#/url}', {
      response,
      pathValues,
      request: { ...request, headers: { 'content-type': [type] }, body: Buffer.from(body) },
    });

  test('a form has its fields', () => {
    expect(ofBody('application/x-www-form-urlencoded', 'url=http%3A%2F%2Fa.test&x=1')).toBe('http://a.test');
  });

  test('malformed JSON and bytes have no value', () => {
    const missing = { missing: '$request.body#/url' };
    expect(ofBody('application/json', '{"url":')).toEqual(missing);
    expect(ofBody('application/octet-stream', '{"url":"x"}')).toEqual(missing);
  });

  test('the whole body is a value if it is a text', () => {
    const asText = {
      ...request,
      headers: { 'content-type': ['text/plain'] },
      body: Buffer.from('http://t.test'),
    };
    expect(evaluate('{$request.body}', { request: asText, response, pathValues })).toBe('http://t.test');
  });
});

test.each([
  '{$request.bdy#/url}',
  '{$request.body.url}',
  '$request.body#url',
  '{$response.query.x}',
  '{$}',
  '$urls',
])('%s is invalid', text => {
  expect(parseExpressionText(text)).toEqual({ invalid: text.replace(/^\{(.*)\}$/, '$1') });
});
