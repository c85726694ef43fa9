// Names that every JavaScript object inherits are plain names in documents, requests and scenarios.
import { expect, onTestFinished, test } from 'vitest';
import { startMock } from '../../src/index.ts';
import { folderWith } from '../check/traffic.ts';

const SPEC = `
openapi: 3.1.0
info: { title: Odd, version: '1' }
paths:
  /things/{constructor}:
    parameters: [{ name: constructor, in: path, required: true, schema: { type: string } }]
    post:
      operationId: toString
      parameters:
        - { name: __proto__, in: query, schema: { type: integer } }
        - { name: hasOwnProperty, in: query, schema: { type: integer } }
        - { name: valueOf, in: header, schema: { type: integer } }
        - { name: toString, in: cookie, schema: { type: integer } }
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/__proto__' } } } }
      responses:
        '200':
          description: ok
          headers:
            constructor: { schema: { type: string }, example: head }
            __proto__: { schema: { type: string }, example: proto }
          content:
            application/json:
              schema: { $ref: '#/components/schemas/constructor' }
              examples: { __proto__: { value: { constructor: p } }, constructor: { value: { constructor: c } } }
        '400': { description: bad, content: { application/json: { example: {} } } }
components:
  schemas:
    __proto__:
      type: object
      required: [constructor]
      additionalProperties: false
      properties: { __proto__: { type: integer }, constructor: { type: string }, toString: { type: string } }
    constructor: { type: object, required: [constructor], properties: { constructor: { type: string } } }
`;
const SCENARIO = `
title: Odd names
on-by-default: true
rules:
  - on: toString
    when: { query: { __proto__: 7 } }
    reply: { status: 200, body: { constructor: 'query {{ request.query.__proto__ }}' } }
  - on: toString
    when: { body: { $.constructor: match } }
    reply: { status: 200, body: { constructor: '{{ request.body.constructor }}|{{ request.body.toString }}|{{ request.query.toString }}' } }
  - on: toString
    when: { headers: { constructor: x } }
    reply: { status: 200, body: { constructor: header } }
`;

/** Sends a request, and returns the status and the reason or body. */
async function ask(query: string, body: string, headers: Record<string, string> = {}): Promise<string> {
  const folder = folderWith({ 'odd.yaml': SPEC, 'scenarios/odd/odd.yaml': SCENARIO });
  const mock = await startMock({ specs: [`${folder}/odd.yaml`], scenarios: [`${folder}/scenarios`] });
  onTestFinished(() => mock.close(0));
  const answer = await fetch(`${mock.url}/odd/things/a?${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  const reason = answer.headers.get('x-deadringer-reason')?.replace(/ \(.*/, '');
  return `${answer.status} ${reason ?? (await answer.text())} ${answer.headers.get('constructor') ?? ''}`.trim();
}

test.for([
  ['', '{"constructor":"a"}', {}, '200 {"constructor":"a"} head'],
  ['__example=__proto__', '{"constructor":"a"}', {}, '200 {"constructor":"p"} head'],
  ['__example=constructor', '{"constructor":"a"}', {}, '200 {"constructor":"c"} head'],
  ['__proto__=7', '{"constructor":"a"}', {}, '200 {"constructor":"query 7"}'],
  [
    '__proto__=x',
    '{"constructor":"a"}',
    {},
    '400 parameter-schema: query parameter "__proto__" must be integer; got "x"',
  ],
  [
    'hasOwnProperty=x',
    '{"constructor":"a"}',
    {},
    '400 parameter-schema: query parameter "hasOwnProperty" must be integer; got "x"',
  ],
  ['', '{"constructor":"match","toString":"t"}', {}, '200 {"constructor":"match|t|"}'],
  ['', '{"constructor":"a"}', { constructor: 'x' }, '200 {"constructor":"header"}'],
  ['', '{}', {}, '400 request-body-schema: request body /constructor is missing'],
  [
    '',
    '{"constructor":"a","__proto__":"x"}',
    {},
    '400 request-body-schema: request body /__proto__ must be integer; got "x"',
  ],
  [
    '',
    '{"constructor":"a","valueOf":1}',
    {},
    '400 request-body-schema: request body /valueOf is not a property that the schema allows',
  ],
] as const)('?%s with %s', async ([query, body, headers, expected]) => {
  expect(await ask(query, body, headers)).toBe(expected);
});
