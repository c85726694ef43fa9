// Templates over HTTP: each feature by its result, and the findings of invalid templates.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Mock, startMock } from '../../src/index.ts';
import { ContractError } from '../../src/openapi/load.ts';

const DOCUMENT = {
  openapi: '3.1.0',
  info: { title: 'Things', version: '1' },
  paths: {
    '/things/{id}': {
      post: {
        operationId: 'makeThing',
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        requestBody: { content: { 'application/json': { schema: {} } } },
        responses: {
          200: {
            description: 'Made.',
            content: {
              'application/json': {
                schema: {},
                example: { kept: 1, nested: { a: 1, b: 2 }, list: [1, 2], text: 'as it was' },
              },
            },
          },
        },
      },
    },
  },
};

const SENT = {
  name: 'Ana',
  none: null,
  count: 7,
  yes: true,
  list: [{ id: 1 }, { id: 2 }],
  words: ['b', 'a'],
  deep: { er: { est: [10, 20] } },
  first: 'a member called first',
  'with-dash': 'dash',
};

/** A reply, and the body of the response to SENT. */
const CASES: Readonly<Record<string, readonly [object, unknown]>> = {
  'a template alone keeps the type of its value': [
    {
      body: ['{{ request.body.count }}', '{{ request.body.yes }}', '{{ request.body.deep }}', ' {{- 3 -}} '],
    },
    [7, true, { er: { est: [10, 20] } }, 3],
  ],
  'a template within text becomes a string': [
    { body: ['{{ request.body.count }}!', 'a{{ request.body.list }}', '{{ nothing }}.', '{{ 1 }}{{ 2 }}'] },
    ['7!', 'a[object Object][object Object]', '.', '12'],
  ],
  'a member whose template is undefined is omitted': [
    { body: { a: '{{ request.body.missing }}', b: ['{{ nothing.at.all }}', 1], d: 1 } },
    { b: [1], d: 1 },
  ],
  'null stays null': [{ body: { a: '{{ request.body.none }}', b: null } }, { a: null, b: null }],
  'paths select members of arrays and objects': [
    {
      body: [
        '{{ request.body.list[1].id }}',
        '{{ request.body["name"] }}',
        '{{ request.body.deep.er.est.first }}',
        '{{ request.body.deep.er.est.last }}',
        '{{ request.body.list.size }}',
        '{{ request.body.deep.size }}',
        '{{ request.body.name.size }}',
        '{{ request.body.first }}',
        '{{ request.body.with-dash }}',
        '{{ request.body.list.1.id }}',
        '{{ request.body.list[-1].id }}',
        '{{ request.size }}',
      ],
    },
    [2, 'Ana', 10, 20, 2, 1, 3, 'a member called first', 'dash', 2, 2, 6],
  ],
  'inherited properties are undefined': [
    {
      body: {
        a: '{{ request.body.constructor }}',
        b: '{{ request.body.name.length }}',
        c: '{{ constructor }}',
        d: '{{ request.__proto__ }}',
        e: '{{ memory.toString }}',
        f: 1,
      },
    },
    { b: 3, f: 1 },
  ],
  'all members of the request are available': [
    {
      body: {
        method: '{{ request.method }}',
        path: '{{ request.path }}',
        query: '{{ request.query }}',
        cookies: '{{ request.cookies.flavour }}',
        header: '{{ request.headers.x-two }}',
        body: '{{ request.body.words }}',
      },
    },
    {
      method: 'POST',
      path: { id: 'a b' },
      query: { q: '2', r: 'x y' },
      cookies: 'oat',
      header: 'one, two',
      body: ['b', 'a'],
    },
  ],
  'filters work, one or several': [
    {
      body: [
        '{{ request.body.missing | default: request.path.id }}',
        "{{ request.body.none | default: 'instead' }}",
        '{{ request.body.count | plus: 1 | times: 2 }}',
        '{{ request.body.words | sort | join: "-" }}',
        '{{ request.body.name | upcase }} {{ request.body.name | slice: 0, 2 }}',
        '{{ request.body.list | map: "id" }}',
        '{{ request.body.list | where: "id", 2 }}',
      ],
    },
    ['a b', 'instead', 16, 'a-b', 'ANA An', [1, 2], [{ id: 2 }]],
  ],
  'tags work; an assigned variable is limited to its template, a counter to its reply': [
    {
      body: [
        '{% if request.body.yes %}on{% else %}off{% endif %}',
        '{% assign leak = 1 %}{% increment counted %}{% increment counted %}',
        '{{ leak }}.',
        '{% increment counted %}',
        '{% for each in request.body.words %}<{{ each }}>{% endfor %}',
      ],
    },
    ['on', '01', '.', '2', '<b><a>'],
  ],
  '$each creates one item for each item of a list': [
    {
      body: {
        full: {
          $each: '{{ request.body.list }}',
          $as: { at: '{{ index }}', is: '{{ item.id }}', for: '{{ request.path.id }}' },
        },
        plain: { $each: '{{ request.body.words }}' },
        gaps: { $each: '{{ request.body.list }}', $as: '{{ item.missing }}' },
        inner: {
          $each: [[1, 2], [3]],
          $as: { $each: '{{ item }}', $as: '{{ item | plus: 1 }}/{{ index }}' },
        },
        none: { $each: '{{ request.body.name }}', $as: 1 },
      },
    },
    {
      full: [
        { at: 0, is: 1, for: 'a b' },
        { at: 1, is: 2, for: 'a b' },
      ],
      plain: ['b', 'a'],
      gaps: [],
      inner: [['2/0', '3/1'], ['4/0']],
    },
  ],
  'a patch keeps absent members, and members whose templates are undefined': [
    {
      patch: {
        kept: '{{ request.body.missing }}',
        nested: { a: '{{ request.body.name }}', b: null, c: { d: '{{ request.body.missing }}' } },
        text: '{{ request.body.none }}',
        list: ['{{ request.body.count }}'],
        more: { $each: '{{ request.body.words }}' },
      },
    },
    {
      kept: 1,
      nested: { a: 'Ana', c: {} },
      list: [7],
      text: null,
      more: ['b', 'a'],
    },
  ],
  'a patch merges an object that is the result of a template': [
    { patch: { nested: '{{ request.body.deep }}' } },
    { kept: 1, nested: { a: 1, b: 2, er: { est: [10, 20] } }, list: [1, 2], text: 'as it was' },
  ],
  'text without a template is unchanged': [{ body: ['{ {a} }', '%}', '}}'] }, ['{ {a} }', '%}', '}}']],
  'a literal evaluates to its value': [
    { body: ['{{ true }}', '{{ "x" }}', '{{ 1.5 }}', '{{ (1..3) }}', '{{ empty }}'] },
    [true, 'x', 1.5, [1, 2, 3], {}],
  ],
};

/** Templates that draw random numbers in the order of the members. */
const RANDOM = {
  patch: {
    one: '{{ uuid }}',
    two: '{{ random }}',
    three: { $each: '{{ request.body.words }}', $as: { is: '{{ item }}', id: '{{ uuid | slice: 0, 8 }}' } },
    four: '{{ request.body.name }}',
    five: '{{ request.body.missing | default: uuid }}',
    six: 'a {{ random }} b {{ random }}',
  },
};

const names = Object.keys(CASES);
let mock: Mock;
let folder: string;
beforeAll(async () => {
  const files: Record<string, string> = { 'things.json': JSON.stringify(DOCUMENT) };
  const write = (name: string, ...rules: object[]): void => {
    const scenario = { title: name, rules: rules.map(rule => ({ on: 'makeThing', ...rule })) };
    files[`scenarios/things/${name}.yaml`] = JSON.stringify(scenario);
  };
  for (const [index, name] of names.entries())
    write(`case-${index}`, { reply: { status: 200, ...CASES[name]?.[0] } });
  write('random', { reply: { status: 200, ...RANDOM } });
  write('memory', {
    remember: { name: '{{ request.body.name }}', whole: '{{ request.body }}', before: '{{ memory.name }}' },
    reply: {
      status: 200,
      body: { name: '{{ memory.name }}', whole: '{{ memory.whole.list }}', before: '{{ memory.before }}' },
    },
  });
  write('endless', {
    reply: {
      status: 200,
      // The sample request of the linter has no list, so the loop is empty there.
      body: '{% for a in request.body.list %}{% for b in (1..100000) %}{% for c in (1..100000) %}{% endfor %}{% endfor %}{% endfor %}',
    },
  });
  write('headers', {
    reply: {
      status: 200,
      headers: { 'x-name': '{{ request.body.name }}', 'x-none': '{{ request.body.missing }}', 'x-n': 5 },
      'off-contract': 'A test.',
    },
  });
  folder = mkdtempSync(path.join(os.tmpdir(), 'deadringer-templates-'));
  mkdirSync(path.join(folder, 'scenarios/things'), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  mock = await startMock({ specs: [`${folder}/things.json`], scenarios: [`${folder}/scenarios`] });
});
afterAll(async () => {
  await mock.close();
  rmSync(folder, { recursive: true });
});

let sessions = 0;

/** Creates a session with one scenario. */
async function startSession(scenario: string): Promise<(body?: object) => Promise<Response>> {
  const id = `s${++sessions}`;
  const response = await fetch(`${mock.url}/__deadringer/sessions`, {
    method: 'POST',
    body: JSON.stringify({ id, scenarios: [`things/${scenario}`], seed: 'a seed' }),
  });
  expect(response.status).toBe(201);
  return (body = SENT) =>
    fetch(`${mock.url}/things/things/a%20b?q=1&q=2&r=x+y`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-deadringer-session': id,
        cookie: 'flavour=oat',
        'x-two': 'one, two',
      },
      body: JSON.stringify(body),
    });
}

describe('the result of a template', () => {
  test.each(names.map((name, index) => [name, index] as const))('%s', async (name, index) => {
    const send = await startSession(`case-${index}`);
    expect(await (await send()).json()).toEqual(CASES[name]?.[1]);
    // No state is left from the first request.
    expect(await (await send()).json()).toEqual(CASES[name]?.[1]);
  });
});

test('random numbers are drawn in the order of the text, only if a template reads one, and depend on the seed', async () => {
  for (const send of [await startSession('random'), await startSession('random')]) {
    expect(await (await send()).json()).toMatchObject({
      one: '0a3760bb-3047-412f-a3b2-6031d50705d3',
      two: 0.5526876475196332,
      three: [
        { is: 'b', id: 'c2cffd37' },
        { is: 'a', id: '8aa4988d' },
      ],
      four: 'Ana',
      five: '71b03434-8fcf-4b82-a2ee-8e4fef0f486f',
      six: 'a 0.4155625943094492 b 0.8374479711055756',
    });
    expect(await (await send()).json()).toMatchObject({
      one: 'c038772b-3122-40d8-ab36-c51bed191ea9',
      two: 0.9620159913320094,
      three: [
        { is: 'b', id: 'c14bd6d2' },
        { is: 'a', id: '250756ac' },
      ],
      five: '6629dee0-27af-429b-8447-5ab42f6fc919',
      six: 'a 0.49138983990997076 b 0.06453473609872162',
    });
  }
});

test('the reply reads the new memory, and remember reads the memory before it', async () => {
  const send = await startSession('memory');
  expect(await (await send()).json()).toEqual({ name: 'Ana', whole: SENT.list });
  expect(await (await send({ name: 'Bo' })).json()).toEqual({ name: 'Bo', before: 'Ana' });
  expect(await (await send({})).json()).toEqual({ before: 'Bo' });
});

test('a template sets a header, and an undefined result removes it', async () => {
  const send = await startSession('headers');
  const { headers } = await send({ name: 'é\u0001😀' });
  expect([headers.get('x-name'), headers.get('x-none'), headers.get('x-n')]).toEqual(['é???', null, '5']);
});

test('the cost of a template is limited, and an excess is reported as an error of the template', async () => {
  const send = await startSession('endless');
  const response = await send();
  expect(response.status).toBe(500);
  expect(await response.json()).toMatchObject({
    type: 'deadringer:bad-template',
    detail: expect.stringMatching(/limit exceeded/),
  });
});

describe('an invalid template stops the start and is reported with file and line:', () => {
  test.each([
    [
      'a filter that does not exist',
      "{ body: '{{ request.body.name | upcas }}' }",
      'undefined filter: upcas',
    ],
    [
      'a tag that is not closed',
      "{ body: { a: '{% if request.body.name %}' } }",
      'tag {% if request.body.name %} not closed',
    ],
    [
      'an output that is not closed',
      "{ patch: { a: { b: '{{ request.body.name' } } }",
      'output "{{ request.body.name" not closed',
    ],
    ['an empty output', "{ headers: { x-a: '{{ }}' } }", 'invalid value expression: ""'],
    ['one inside $as', "{ body: { $each: [1], $as: ['{{ item | | }}'] } }", ''],
  ])('%s', async (_, reply, message) => {
    const invalidFolder = path.join(folder, 'broken/things');
    mkdirSync(invalidFolder, { recursive: true });
    writeFileSync(
      path.join(invalidFolder, 'one.yaml'),
      `title: One\non-by-default: true\nrules:\n  - on: makeThing\n    reply:\n      ${reply}\n`,
    );
    const starting = startMock({
      specs: [path.join(folder, 'things.json')],
      scenarios: [path.dirname(invalidFolder)],
    });
    const error = await starting.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ContractError);
    const [finding] = (error as ContractError).findings;
    expect([finding?.code, finding?.location?.line]).toEqual(['scenario-template', 6]);
    expect(finding?.message).toContain(message);
  });
});
