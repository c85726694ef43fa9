// Parameters and examples of OpenAPI 3.2: the requests that the mock suggests, its answers, and its violations.
import { Buffer } from 'node:buffer';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { CoverageTracker } from '../../../src/check/coverage.ts';
import { EMPTY_BODY, isRecorded } from '../../../src/exchange/exchange.ts';
import { type Contract, createMatcher, lint, loadContract, validateRequest } from '../../../src/index.ts';
import { refusedFor, suggestRequest } from '../../../src/mock/respond/suggest-request.ts';
import { type Mock, startMock } from '../../../src/start-mock.ts';

const FILE = path.join(import.meta.dirname, 'parameters.yaml');
let contract: Contract;
let mock: Mock;
let prism: Mock;
beforeAll(async () => {
  const loaded = await loadContract([FILE], { relativeTo: import.meta.dirname });
  expect([...loaded.findings, ...lint(loaded.contract)]).toEqual([]);
  contract = loaded.contract;
  [mock, prism] = await Promise.all([
    startMock({ specs: [FILE] }),
    startMock({ specs: [FILE], dialect: 'prism' }),
  ]);
});
afterAll(() => Promise.all([mock.close(0), prism.close(0)]));

async function suggested(id: string): Promise<string> {
  const operation = contract.apis[0]?.operations.find(each => each.id === id);
  if (operation === undefined) throw new Error(`there is no ${id}`);
  const request = await suggestRequest(operation);
  expect(refusedFor(operation, request)).toBeUndefined();
  const { path: target, query, headers, body } = request;
  const fields = Object.entries(headers).map(([name, values]) => `${name}: ${values?.join()}`);
  const text = isRecorded(body) ? Buffer.from(body).toString() : body.notRecorded;
  return [target, query, ...fields, text].filter(Boolean).join(' | ');
}

test.for([
  [
    'readUser',
    '/users/di%E1%B9%85n%C4%81ga | x-token: 12345678,90099 | cookie: greeting=Hello%2C%20world%21',
  ],
  ['readCookies', '/cookies | cookie: greeting=Hello%2C%20world!; code=42; color=blue; color=black'],
  [
    'listThings',
    '/things | thing=one%20thing&thing=another%20thing&color=blue%7Cblack&url=https://a.example/x%20y?%2B&coordinates=%7B%22lat%22%3A40.6%2C%22long%22%3A-73.9%7D',
  ],
  ['listPages', '/pages | page=4&pageSize=50'],
  ['readMetadata', '/metadata | foo=a+%2B+b&bar=true'],
  ['readJson', '/json | %7B%22numbers%22%3A%5B1%2C2%5D%2C%22flag%22%3Anull%7D'],
  [
    'readEncoded',
    '/encoded | ids=1,2&words=a%20b&tags=x+y&tags=z&filter%5Bcolor%5D=red&json=%7B%22a%22%3A1%7D&url=https://a.example/?b',
  ],
  ['select', '/selector | %24.a.b%5B1%3A1%5D'],
  ['flags', '/flags | flag=true'],
] as const)('the suggested request of %s is that of its examples, and is accepted', async ([id, request]) => {
  expect(await suggested(id)).toBe(request);
});

test('a querystring parameter without an example is generated from its schema', async () => {
  expect(await suggested('generated')).toMatch(/^\/generated \| limit=\d+$/);
});

test('the serialized form of a request body is sent as it is', async () => {
  expect(await suggested('addBook')).toMatch(/^\/books .*\{\n {2}"author": "A\. Writer",\n/s);
});

describe('the mock answers', () => {
  async function answer(accept: string, example: string): Promise<Response> {
    const response = await fetch(`${mock.url}/books`, {
      method: 'POST',
      headers: { accept, prefer: `example=${example}`, 'content-type': 'application/json' },
      body: JSON.stringify({ author: 'A', title: 'T' }),
    });
    expect(response.status).toBe(201);
    return response;
  }

  test.for([
    ['application/json', 'noRating', '{"author":"A. Writer","title":"The Newest Book"}'],
    ['application/json', 'withRating', '{ "author": "A. Writer",  "title": "An Older Book" }'],
    [
      'application/xml',
      'data',
      '<?xml version="1.0" encoding="UTF-8"?>\n<book><author>A</author><title>T</title></book>',
    ],
    ['application/xml', 'text', '<book><author>A</author><title>S</title></book>'],
    ['application/x-www-form-urlencoded', 'both', 'author=A%20B&title=T'],
  ] as const)('%s with the example "%s"', async ([accept, example, body]) => {
    expect(await (await answer(accept, example)).text()).toBe(body);
  });

  test('a serialized form in the charset of its media type', async () => {
    const bytes = new Uint8Array(await (await answer('text/plain', 'text')).arrayBuffer());
    expect([...bytes]).toEqual([...'Löwe'].map(character => character.charCodeAt(0)));
  });

  test('headers from their data or their serialized form, and a field for each cookie', async () => {
    const { headers } = await answer('application/json', 'noRating');
    expect(headers.get('x-tags')).toBe('a,b');
    expect(headers.get('etag')).toBe('"xyzzy"');
    expect(headers.getSetCookie()).toEqual([
      'lang=en-US; Expires=Wed, 09 Jun 2021 10:18:14 GMT',
      'foo=bar; Expires=Wed, 09 Jun 2021 10:18:14 GMT',
      'urlSafeData=Hello%2C%20world%21',
    ]);
  });
});

test('the dialect of Prism names the query and the member of a querystring parameter', async () => {
  const violationsOf = async (target: string): Promise<unknown> => {
    const response = await fetch(prism.url + target);
    const { validation } = (await response.json()) as { validation: unknown };
    return { status: response.status, validation };
  };
  expect(await violationsOf('/json?%7B%22numbers%22%3A%5B%22x%22%5D%7D')).toMatchObject({
    status: 422,
    validation: [{ location: ['query', 'numbers', '0'], severity: 'Error', code: 'type' }],
  });
  expect(await violationsOf('/json')).toMatchObject({
    status: 422,
    validation: [{ location: ['query'], severity: 'Error', code: 'required' }],
  });
  expect(await violationsOf('/json?numbers=1')).toMatchObject({
    status: 422,
    validation: [{ location: ['query', 'json'], severity: 'Error' }],
  });
});

test('a stateful mock pages and filters by the fields of a query string, and takes its items from dataValue', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'deadringer-3-2-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const fields = {
    limit: { type: 'integer', default: 2 },
    page: { type: 'integer' },
    name: { type: 'string' },
  };
  const form = { 'application/x-www-form-urlencoded': { schema: { type: 'object', properties: fields } } };
  const pet = { type: 'object', properties: { id: { type: 'integer' }, name: { type: 'string' } } };
  const dataValue = ['Rex', 'Max', 'Tom', 'Rex'].map((name, index) => ({ id: index + 1, name }));
  const listed = { schema: { type: 'array', items: pet }, examples: { all: { dataValue } } };
  const id = { name: 'id', in: 'path', required: true, schema: { type: 'integer' } };
  const responsesOf = (content: object): object => ({
    200: { description: 'ok', content: { 'application/json': content } },
  });
  const file = path.join(folder, 'pets.json');
  const document = {
    openapi: '3.2.0',
    info: { title: 'Pets', version: '1' },
    paths: {
      '/pets': {
        get: {
          parameters: [{ name: 'q', in: 'querystring', content: form }],
          responses: responsesOf(listed),
        },
      },
      '/pets/{id}': { get: { parameters: [id], responses: responsesOf({ schema: pet }) } },
    },
  };
  writeFileSync(file, JSON.stringify(document));
  const stateful = await startMock({ specs: [file], stateful: true });
  onTestFinished(() => stateful.close(0));
  const idsOf = async (query: string): Promise<number[]> => {
    const items = await (await fetch(`${stateful.url}/pets${query}`)).json();
    return (items as { id: number }[]).map(item => item.id);
  };
  expect([
    await idsOf(''),
    await idsOf('?limit=3'),
    await idsOf('?page=2'),
    await idsOf('?name=Rex'),
  ]).toEqual([
    [1, 2],
    [1, 2, 3],
    [3, 4],
    [1, 4],
  ]);
});

test('the file of an example of a parameter is its serialized form', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'deadringer-3-2-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(path.join(folder, 'color.txt'), 'color=blue%20green\n');
  writeFileSync(path.join(folder, 'wrong.txt'), 'blue\n');
  const of = (name: string): object => ({ [name]: { externalValue: `${name}.txt` } });
  const color = { name: 'color', in: 'query', required: true, schema: { type: 'string' } };
  const get = (examples: object): object => ({
    get: { parameters: [{ ...color, examples }], responses: { 204: { description: 'ok' } } },
  });
  const document = {
    openapi: '3.2.0',
    info: { title: 'Colors', version: '1' },
    paths: { '/good': get(of('color')), '/bad': get(of('wrong')) },
  };
  writeFileSync(path.join(folder, 'api.json'), JSON.stringify(document));
  const loaded = await loadContract([path.join(folder, 'api.json')], { relativeTo: folder });
  expect(lint(loaded.contract)).toMatchObject([
    { code: 'spec-example', location: { file: 'wrong.txt', line: 1 } },
  ]);
  const [good] = loaded.contract.apis[0]?.operations ?? [];
  expect(good && (await suggestRequest(good)).query).toBe('color=blue%20green');
});

test('cookies and query strings that were sent count as covered', () => {
  const coverage = new CoverageTracker(contract);
  const send = (target: string, cookie = ''): void => {
    const [at = '', query = ''] = target.split('?');
    const match = createMatcher(contract)({ method: 'GET', path: at, host: undefined });
    if (match.kind !== 'operation') throw new Error(`no operation for ${target}`);
    const request = { method: 'GET', path: at, query, headers: { cookie: [cookie] }, body: EMPTY_BODY };
    coverage.mark(match, { id: 'x', startedAt: 0, duration: 0, request }, true);
  };
  send('/parameters/cookies', 'code=1; color=blue');
  send('/parameters/json?%7B%7D');
  send('/parameters/metadata');
  const parameters = [...(coverage.levels().get('parameters')?.values() ?? [])];
  expect(parameters.filter(({ passed }) => passed).map(({ key }) => key)).toEqual([
    'parameters readCookies cookie cookie',
    'parameters readCookies cookie color',
    'parameters readJson querystring json',
  ]);
});

test('a mark of a recording in a query string or an exploded object is not held against the schema', () => {
  const codesOf = (target: string, cookie = ''): string[] => {
    const [at = '', query = ''] = target.split('?');
    const match = createMatcher(contract)({ method: 'GET', path: at, host: undefined });
    if (match.kind !== 'operation') throw new Error(`no operation for ${target}`);
    const headers = { cookie: [cookie] };
    const request = { method: 'GET', path: at, query, headers, body: EMPTY_BODY, mayBeMasked: true } as const;
    return validateRequest(match, request).map(({ code, at: pointer }) => `${code} ${pointer}`);
  };
  const json = encodeURIComponent('{"flag":"[REDACTED]","numbers":["x"]}');
  expect(codesOf(`/parameters/json?${json}`)).toEqual([
    'parameter-schema /request/query/numbers/0',
    'parameter-not-checkable /request/query/flag',
  ]);
  expect(codesOf('/parameters/json?[REDACTED]')).toEqual(['parameter-not-checkable /request/query']);
  expect(codesOf('/parameters/metadata?bar=[REDACTED]')).toEqual([
    'parameter-not-checkable /request/query/bar',
  ]);
  expect(codesOf('/parameters/cookies', 'code=[REDACTED]; color=blue')).toEqual([
    'parameter-not-checkable /request/cookies/cookie/code',
  ]);
});

test('the control API describes a querystring parameter with the serialized form of its example', async () => {
  const answer = await fetch(`${mock.url}/__deadringer/apis/parameters/operations/readJson`);
  expect(await answer.json()).toMatchObject({
    parameters: [
      {
        in: 'querystring',
        content: {
          mediaType: 'application/json',
          examples: [{ serialized: '{"numbers":[1,2],"flag":null}' }],
        },
        examples: [{ serialized: '%7B%22numbers%22%3A%5B1%2C2%5D%2C%22flag%22%3Anull%7D' }],
      },
    ],
  });
});

test('a webhook has the whole query string after the query of its URL, and its example as it is', async () => {
  const received: string[] = [];
  const receiver = createServer((incoming, outgoing) => {
    incoming.setEncoding('utf8').on('data', (text: string) => received.push(incoming.url ?? '', text));
    incoming.on('end', () => outgoing.writeHead(204).end());
  });
  onTestFinished(() => void receiver.close());
  await new Promise<void>(resolve => receiver.listen(0, '127.0.0.1', resolve));
  const { port } = receiver.address() as AddressInfo;
  const answer = await fetch(`${mock.url}/__deadringer/apis/parameters/webhooks/bookAdded`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ to: `http://127.0.0.1:${port}/hook?token=1`, example: 'text' }),
  });
  expect({ status: answer.status, text: await answer.text() }).toMatchObject({ status: 200 });
  expect(received).toEqual(['/hook?token=1&%7B%22a%22%3A1%7D', '{ "author": "A",   "title": "T" }']);
});

test('neither the journal nor the answer shows a secret in a query string of JSON', async () => {
  const query = encodeURIComponent('{"password":"FAKE-hunter2","flag":"FAKE-hunter2"}');
  const response = await fetch(`${mock.url}/json?${query}`);
  const har = await fetch(`${mock.url}/__deadringer/sessions/default/journal.har`);
  const texts = [await har.text(), await response.text(), JSON.stringify([...response.headers])];
  expect(texts.join().match(/json\?%7B%22password|is not declared|must be boolean/g)?.length).toBeGreaterThan(
    1,
  );
  for (const text of texts) expect(text).not.toContain('hunter2');
});
