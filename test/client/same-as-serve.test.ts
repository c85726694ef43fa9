// startMock() answers as `deadringer serve` with the same options: same documents, scenarios and defaults.
import { expect, onTestFinished, test } from 'vitest';
import { InputError, startMock } from '../../src/index.ts';
import { folderWith } from '../check/traffic.ts';
import { start } from '../cli/program.ts';

const DOCUMENT = `
openapi: 3.1.0
info: { title: Shop, version: '1' }
paths:
  /items/{id}:
    get:
      operationId: getItem
      parameters: [{ name: id, in: path, required: true, schema: { type: integer } }]
      responses:
        '200':
          description: an item
          content:
            application/json:
              schema: { type: object, required: [id, name, tag], properties: { id: { type: integer }, name: { type: string }, tag: { type: string } } }
        '404': { description: none, content: { application/json: { example: { error: none } } } }
`;
const SCENARIO = `
title: Sold out
on-by-default: true
rules:
  - on: getItem
    when: { path: { id: 13 } }
    reply: { status: 404, body: { error: sold out } }
`;

/** What a client sees, without what differs between any two servers. */
async function answers(url: string): Promise<unknown[]> {
  const paths = ['/items/1', '/items/13', '/shop/items/2', '/items/x', '/nowhere', '/__deadringer/scenarios'];
  return Promise.all(
    paths.map(async path => {
      const response = await fetch(url + path);
      const headers = Object.fromEntries(response.headers);
      for (const name of ['date', 'x-deadringer-exchange']) delete headers[name];
      return [response.status, headers, (await response.text()).replaceAll(new URL(url).host, '<host>')];
    }),
  );
}

test('without options, both serve the documents and the scenarios of the working folder', async () => {
  const folder = folderWith({ 'shop.openapi.yaml': DOCUMENT, 'scenarios/shop/sold-out.yaml': SCENARIO });
  const before = process.cwd();
  process.chdir(folder);
  onTestFinished(() => process.chdir(before));
  await using mock = await startMock();
  const program = start(['serve', '--port', '0']);
  const [, url = ''] = await program.line(/ on (http:\S+)/);
  const served = await answers(mock.url);
  expect(served).toEqual(await answers(url));
  expect(served[1]).toEqual([404, expect.anything(), '{"error":"sold out"}']);
  expect(served[5]).toEqual([200, expect.anything(), expect.stringContaining('"id":"shop/sold-out"')]);
});

test('an option that does not exist, and a text in place of a list, are errors', async () => {
  const wrong = (options: object) => startMock(options as Parameters<typeof startMock>[0]);
  await expect(wrong({ spec: ['openapi.yaml'] })).rejects.toThrow(
    new InputError('startMock has no option "spec"; did you mean "specs"?'),
  );
  await expect(wrong({ specs: 'openapi.yaml' })).rejects.toThrow(
    new InputError(`the option "specs" of startMock is a list: write specs: ['openapi.yaml']`),
  );
});
