// Conditions of rules by their result, the findings of invalid conditions, and replies without templates.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Request } from '../../src/exchange/exchange.ts';
import { ContractError, loadContract } from '../../src/openapi/load.ts';
import { Call } from '../../src/scenario/call.ts';
import { lintScenarios } from '../../src/scenario/lint.ts';
import { loadScenarios } from '../../src/scenario/load.ts';
import { compileWhen } from '../../src/scenario/matchers.ts';
import type { When } from '../../src/scenario/when.ts';
import { type MockServer, startServer } from '../../src/start.ts';

const operation = (operationId: string): object => ({
  operationId,
  parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
  requestBody: { content: { 'application/json': { schema: {} } } },
  responses: {
    200: {
      description: 'Made.',
      content: {
        'application/json': {
          schema: {
            type: 'object',
            required: ['name'],
            properties: { name: { type: 'string' }, from: { type: 'string' }, tag: { type: 'string' } },
          },
          example: { name: operationId },
        },
      },
    },
  },
});

const DOCUMENT = {
  openapi: '3.1.0',
  info: { title: 'Things', version: '1' },
  paths: {
    '/things/{id}': { post: operation('makeThing') },
    '/parts/{id}': { post: operation('makePart') },
  },
};

let folder: string;
let mock: MockServer;
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'deadringer-conditions-'));
  writeFileSync(path.join(folder, 'things.json'), JSON.stringify(DOCUMENT));
  const cases = CONDITIONS.map(([, when], index): [string, object[]] => [
    `case-${index}`,
    [{ on: 'makeThing', when, reply: { status: 200, body: { name: 'yes' } } }],
  ]);
  write('scenarios', {
    ...Object.fromEntries(cases),
    constant: [
      {
        on: '*',
        reply: {
          status: 200,
          patch: { from: 'patch' },
          headers: { 'x-one': '1' },
          'off-contract': 'A test.',
        },
      },
    ],
  });
  mock = await startServer({
    specs: [path.join(folder, 'things.json')],
    scenarios: [path.join(folder, 'scenarios')],
  });
});
afterAll(async () => {
  await mock.close();
  rmSync(folder, { recursive: true });
});

function write(subfolder: string, scenarios: Readonly<Record<string, readonly object[]>>): void {
  const apiFolder = path.join(folder, subfolder, 'things');
  mkdirSync(apiFolder, { recursive: true });
  for (const [name, rules] of Object.entries(scenarios))
    writeFileSync(path.join(apiFolder, `${name}.yaml`), JSON.stringify({ title: name, rules }, null, 1));
}

let sessions = 0;
async function startSession(
  scenario: string,
): Promise<(to?: string, more?: Record<string, string>) => Promise<Response>> {
  const id = `s${++sessions}`;
  const body = JSON.stringify({ id, scenarios: [`things/${scenario}`] });
  const response = await fetch(`${mock.url}/__deadringer/sessions`, { method: 'POST', body });
  expect(response.status).toBe(201);
  return (to = '/things/a%20b?q=1&q=2', more = {}) =>
    fetch(`${mock.url}/things${to}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-deadringer-session': id,
        cookie: 'c=1',
        'X-Two': 'one',
        ...more,
      },
      body: JSON.stringify({ list: [{ n: 1 }, { n: 5 }], text: 'abc', none: null, number: '12' }),
    });
}

/** Whether the condition holds, and the condition. */
const CONDITIONS: readonly (readonly [boolean, object])[] = [
  [true, { path: { id: 'a b' } }],
  [false, { path: { id: 'a%20b' } }],
  [true, { query: { q: 2 } }],
  [false, { query: { q: 1 } }],
  [true, { headers: { 'x-TWO': 'one' }, cookies: { c: 1 } }],
  [true, { body: { '/list/1/n': 5 } }],
  [false, { body: { '/list/1/n': '5' } }],
  [true, { body: { '$.list[*].n': 1 } }],
  [true, { body: { '$.list[*].n': { greater: 4 } } }],
  [false, { body: { '$.list[*].n': { greater: 5 } } }],
  [true, { body: { '$..n': { 'one-of': [5, 6] } } }],
  [true, { body: { '$.nothing': { exists: false }, '/text': { exists: true, matches: '^a' } } }],
  [false, { body: { '/text': { matches: '^b' } } }],
  [true, { body: { '/text': { matches: '^b', not: true } } }],
  [false, { body: { '/nothing': { matches: '' } } }],
  [true, { body: { '/nothing': { matches: '', not: true } } }],
  [true, { body: { '/none': null, '/number': { greater: 11, less: 13 } } }],
  [true, { body: { '/list': { schema: { type: 'array', minItems: 2 } } } }],
  [false, { body: { '/list': { schema: { type: 'array', minItems: 3 } } } }],
  [true, { body: { '': { exists: true } }, valid: true, state: 'start' }],
  [false, { valid: false }],
  [false, { state: 'end' }],
  [true, { text: { matches: '^\\{"list":.*"abc"' } }],
  [false, { text: { matches: 'xyz' } }],
];

test.each(CONDITIONS.map(([holds, when], index) => [JSON.stringify(when), holds, index] as const))(
  '%s: %s',
  async (_, holds, index) => {
    const send = await startSession(`case-${index}`);
    const name = holds ? 'yes' : 'makeThing';
    expect(await (await send()).json()).toMatchObject({ name });
    expect(await (await send()).json()).toMatchObject({ name });
  },
);

describe('an invalid condition stops the start and is reported with file and line:', () => {
  test.each([
    ['a regular expression', { query: { q: { matches: '(' } } }, 9],
    ['a regular expression for the text', { text: { matches: '(' } }, 8],
    ['a JSONPath', { body: { '$.list[': 1 } }, 8],
    ['a schema', { body: { '/a': { schema: { type: 'nothing' } } } }, 9],
  ])('%s', async (_, when, line) => {
    const name = `broken-${line}-${Object.keys(when)[0]}`;
    write(name, { one: [{ on: 'makeThing', when }] });
    const error = await startServer({
      specs: [path.join(folder, 'things.json')],
      scenarios: [path.join(folder, name)],
    }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ContractError);
    const [finding] = (error as ContractError).findings;
    expect([finding?.code, finding?.location?.line]).toEqual(['scenario-unreadable', line]);
  });
});

describe('a reply without templates', () => {
  test('is validated for each operation, and every exchange has the findings', async () => {
    const send = await startSession('constant');
    const id = `s${sessions}`;
    for (const round of [1, 2]) {
      expect(await (await send('/things/1')).json(), `${round}`).toEqual({
        name: 'makeThing',
        from: 'patch',
      });
      expect(await (await send('/parts/1')).json(), `${round}`).toEqual({ name: 'makePart', from: 'patch' });
    }
    const journal = await fetch(`${mock.url}/__deadringer/sessions/${id}/journal`);
    const { entries } = (await journal.json()) as { entries: { findings: { code: string }[] }[] };
    const findings = entries.map(each => each.findings.map(({ code }) => code));
    expect(findings).toEqual(Array(4).fill(['request-header-undocumented', 'response-header-undocumented']));
  });

  test('is applied to a generated body if the client requests one', async () => {
    const send = await startSession('constant');
    const generated = { prefer: 'dynamic=true' };
    const [first, second] = [await send('/things/1', generated), await send('/things/2', generated)];
    const [one, two] = (await Promise.all([first.json(), second.json()])) as { from: string }[];
    expect([one?.from, two?.from]).toEqual(['patch', 'patch']);
    expect(one).not.toEqual(two);
    expect(await (await send('/things/1')).json()).toEqual({ name: 'makeThing', from: 'patch' });
    expect(await (await send('/things/1', generated)).json()).toEqual(one);
  });
});

describe('a body that is nested deeply', () => {
  const nest = (levels: number, inner: string): string =>
    `${'{"a":'.repeat(levels)}${inner}${'}'.repeat(levels)}`;

  test.each([
    [40, true],
    [100, true],
    [300, false],
    [5000, false],
  ])('of %d levels: a rule that looks for descendants applies: %s', async (levels, applies) => {
    const call = {
      body: JSON.parse(nest(levels, '{"secret":1}')) as unknown,
      path: {},
      query: {},
      cookies: {},
    };
    for (const condition of [{ exists: true }, 1]) {
      const mismatch = compileWhen({ body: { '$..secret': condition } })(call as never, 'start');
      expect(mismatch === undefined).toBe(applies);
    }
  });
});

test('an expression in a filter of a JSONPath is matched in bounded time', () => {
  const body = [{ t: 'a'.repeat(60) }, { t: 'aab' }, { t: 'x\ny' }];
  const holds = (location: string): boolean =>
    compileWhen({ body: { [location]: { exists: true } } })(
      { body, path: {}, query: {}, cookies: {} } as never,
      'start',
    ) === undefined;
  expect(holds('$[?match(@.t, "(a+)+b")]')).toBe(true);
  expect(holds('$[?match(@.t, "(a+)+c")]')).toBe(false);
  expect(holds('$[?search(@.t, "(a|a)*[.]")]')).toBe(false);
  expect(holds('$[?search(@.t, "^x.y")]')).toBe(false);
  expect(holds('$[?match(@.t, "(?=a).*")]')).toBe(false);
});

test('the parts of a multipart body are texts', () => {
  const part = (name: string, value: string): string =>
    `--x\r\nContent-Disposition: form-data; name="${name}"; filename="${name}.txt"\r\n\r\n${value}\r\n`;
  const request: Request = {
    ...{ method: 'POST', path: '/', query: '' },
    headers: { 'content-type': ['multipart/form-data; boundary=x'] },
    body: Buffer.from(`${part('title', 'a cat')}${part('__proto__', 'é')}--x--\r\n`),
  };
  const call = new Call({ kind: 'operation', pathValues: {} } as never, request, true);
  const holds = (when: When): boolean => compileWhen(when)(call, 'start') === undefined;
  expect(call.body).toEqual(JSON.parse('{"title":"a cat","__proto__":"é"}'));
  expect(holds({ body: { '/title': { matches: 'cat' }, '$.*': 'é' } })).toBe(true);
  expect(holds({ body: { '/title': { matches: 'dog' } } })).toBe(false);
});

describe('a template in a condition', () => {
  test.each([
    ['path: { id: "{{ memory.id }}" }', 5],
    ['query: { q: { equals: "x{{ request.query.q }}" } }', 5],
    ['headers: { x-id: { one-of: [a, "{% if a %}b{% endif %}"] } }', 5],
    ['body: { "/{{ memory.key }}": 1 }', 5],
    ['state: "{{ memory.state }}"', 5],
  ])('%s is reported with its line', async (when, line) => {
    mkdirSync(path.join(folder, 'templates', 'things'), { recursive: true });
    writeFileSync(
      path.join(folder, 'templates', 'things', 'one.yaml'),
      `title: t\nrules:\n  - on: makeThing\n    when:\n      ${when}\n    reply: { status: 200, body: { name: a } }\n`,
    );
    const { contract } = await loadContract([path.join(folder, 'things.json')], { relativeTo: folder });
    const { scenarios } = await loadScenarios([path.join(folder, 'templates')], folder);
    const findings = lintScenarios(contract, scenarios).filter(({ code }) => code === 'scenario-condition');
    expect(findings.map(({ location }) => location?.line)).toEqual([line]);
  });

  test('is not what "matches" and schemas describe', async () => {
    writeFileSync(
      path.join(folder, 'templates', 'things', 'one.yaml'),
      "title: t\nrules:\n  - on: makeThing\n    when:\n      body: { /a: { matches: '^\\{\\{.*}}$' }, /b: { schema: { const: '{{b}}' } } }\n    reply: { status: 200, body: { name: a } }\n",
    );
    const { contract } = await loadContract([path.join(folder, 'things.json')], { relativeTo: folder });
    const { scenarios } = await loadScenarios([path.join(folder, 'templates')], folder);
    expect(lintScenarios(contract, scenarios)).toEqual([]);
  });
});
