// The response in force: what the control API says about the next request is what the mock sends.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { activateScenarios } from '../../src/mock/session/commands.ts';
import { findResponseInForce, type ResponseInForce } from '../../src/mock/session/response-in-force.ts';
import type { Operation } from '../../src/openapi/model.ts';
import { type MockServer, startServer } from '../../src/start.ts';

let folder: string;
let mock: MockServer;

const DOCUMENT = `openapi: 3.1.0
info: { title: Shop, version: "1" }
paths:
  /range: { get: { operationId: range, responses: { 2XX: { description: ok }, 4XX: { description: no } } } }
  /default: { get: { operationId: default, responses: { default: { description: any } } } }
  /error: { get: { operationId: error, responses: { "404": { description: no } } } }
  /none: { get: { operationId: none, responses: {} } }
  /broken: { get: { operationId: broken, responses: { "200": { $ref: "#/components/responses/Missing" } } } }
  /item:
    get:
      operationId: item
      parameters: [{ name: kind, in: query, schema: { type: string } }]
      responses:
        "200":
          description: ok
          content:
            text/plain: { schema: { type: string }, examples: { plain: { value: text } } }
            application/json: { schema: { type: object } }
        "404": { description: no }
        "503": { description: down }
`;

const SCENARIOS: Readonly<Record<string, string>> = {
  conditional: `title: A kind decides
rules:
  - { on: item, when: { query: { kind: bad } }, reply: 404 }
  - { on: item, when: { valid: false }, reply: 503 }
  - { on: item, when: { query: { kind: worse } }, reply: 503 }
`,
  states: `title: Open once
rules:
  - { on: item, when: { state: closed }, reply: 503 }
  - { on: item, becomes: closed, reply: 404 }
`,
  ends: `title: Two replies
rules:
  - { on: item, reply: [503, 404], then: pass-on }
`,
  fails: `title: One reply
rules:
  - { on: item, reply: [503], then: fail }
`,
  loops: `title: Again and again
rules:
  - { on: item, reply: [503, 404], then: loop }
`,
  elsewhere: `title: Another operation
rules:
  - { on: range, reply: 404 }
  - { on: item, deliver: { delay: 1 } }
`,
};

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'deadringer-in-force-'));
  writeFileSync(path.join(folder, 'shop.yaml'), DOCUMENT);
  mkdirSync(path.join(folder, 'scenarios/shop'), { recursive: true });
  for (const [name, text] of Object.entries(SCENARIOS))
    writeFileSync(path.join(folder, `scenarios/shop/${name}.yaml`), text);
  mock = await startServer({
    specs: [path.join(folder, 'shop.yaml')],
    scenarios: [path.join(folder, 'scenarios')],
  });
});
afterAll(async () => {
  await mock.close();
  rmSync(folder, { recursive: true });
});

function operation(id: string): Operation {
  const found = mock.state.config.contract.apis[0]?.operations.find(each => each.id === id);
  if (found === undefined) throw new Error(`there is no operation ${id}`);
  return found;
}

async function inForce(session: string, id: string): Promise<ResponseInForce> {
  return mock.state.sessions.update(session, mock.state.now(), each =>
    findResponseInForce(mock.state, each, operation(id)),
  );
}

const send = (session: string, target: string): Promise<Response> =>
  fetch(`${mock.url}/shop${target}`, { headers: { 'x-deadringer-session': session } });

/** What is foretold and what is sent, call by call. */
async function calls(session: string, count: number): Promise<[ResponseInForce, number][]> {
  const seen: [ResponseInForce, number][] = [];
  for (let call = 0; call < count; call++)
    seen.push([await inForce(session, 'item'), (await send(session, '/item')).status]);
  return seen;
}

describe('without scenarios the document decides', () => {
  test.each([
    ['range', 200],
    ['default', 200],
    ['error', 404],
    ['item', 200],
  ])('%s', async (id, status) => {
    expect(await inForce('plain', id)).toMatchObject({ status, by: 'document' });
    expect((await send('plain', `/${id}`)).status).toBe(status);
  });

  test('an operation without a response, or with one that cannot be read, is an error of the mock', async () => {
    for (const [id, text] of [
      ['none', 'an error, because the document declares no response'],
      ['broken', expect.stringContaining('an error, because the document cannot be read here: ')],
    ] as const) {
      expect(await inForce('plain', id)).toEqual({
        by: 'document',
        text,
        location: expect.stringMatching(/\/shop\.yaml:\d+$/),
      });
      expect((await send('plain', `/${id}`)).headers.has('x-deadringer-error')).toBe(true);
    }
  });

  test('the body is that of the media type that is sent', async () => {
    expect((await inForce('plain', 'item')).text).toBe('the document, with the example "plain"');
    expect((await send('plain', '/item')).headers.get('content-type')).toBe('text/plain');
  });
});

describe('a scenario', () => {
  test('whose rules have conditions is named beside what is in force', async () => {
    await activateScenarios(mock.state, 'conditional', ['shop/conditional']);
    const response = await inForce('conditional', 'item');
    expect(response).toMatchObject({ status: 200, by: 'document' });
    expect(response.conditional?.map(({ status, text, location }) => [status, text, location])).toEqual([
      [
        404,
        'scenario shop/conditional, rule 1, if the request meets the conditions',
        `${folder}/scenarios/shop/conditional.yaml:3`,
      ],
      [
        503,
        'scenario shop/conditional, rule 3, if the request meets the conditions',
        `${folder}/scenarios/shop/conditional.yaml:5`,
      ],
    ]);
    expect((await send('conditional', '/item')).status).toBe(200);
    expect((await send('conditional', '/item?kind=bad')).status).toBe(404);
  });

  test('replies as its state says', async () => {
    await activateScenarios(mock.state, 'states', ['shop/states']);
    const seen = await calls('states', 3);
    expect(seen.map(([{ status }, sent]) => [status, sent])).toEqual([
      [404, 404],
      [503, 503],
      [503, 503],
    ]);
  });

  test.each([
    ['ends', [503, 404, 200, 200]],
    ['fails', [503, undefined, undefined]],
    ['loops', [503, 404, 503, 404]],
  ])('with a list of replies that %s', async (name, statuses) => {
    await activateScenarios(mock.state, name, [`shop/${name}`]);
    const seen = await calls(name, statuses.length);
    expect(seen.map(([{ status }]) => status)).toEqual(statuses);
    expect(seen.map(([, sent]) => sent)).toEqual(statuses.map(status => status ?? 501));
  });

  test('for another operation, or without a reply, changes nothing', async () => {
    await activateScenarios(mock.state, 'elsewhere', ['shop/elsewhere']);
    expect(await inForce('elsewhere', 'item')).toMatchObject({ by: 'document', status: 200 });
    expect(await inForce('elsewhere', 'range')).toMatchObject({ by: 'scenario', status: 404 });
  });

  test('that is built in sends the status of its declared response', async () => {
    const ids = [...mock.state.config.scenarios.values()].filter(
      ({ source, rules }) => source === undefined && rules.length > 0,
    );
    for (const { id, rules } of ids) {
      const target = rules[0]?.on ?? '';
      await activateScenarios(mock.state, id, [id]);
      const { status } = await inForce(id, target);
      const sent = await send(id, `/${target}`);
      if (!sent.headers.has('x-deadringer-error')) expect([id, sent.status]).toEqual([id, status]);
    }
  });
});
