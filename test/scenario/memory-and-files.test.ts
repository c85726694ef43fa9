// Memory with keys, conditions on memory, statuses as templates, bodies from files, and templates where none are rendered.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lintScenarios } from '../../src/scenario/lint.ts';
import { loadScenarios } from '../../src/scenario/load.ts';
import { type MockServer, startServer } from '../../src/start.ts';

const DOCUMENT = `openapi: 3.1.0
info: { title: Shop, version: '1' }
paths:
  /orders/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
    put:
      operationId: putOrder
      requestBody: { content: { application/json: { schema: { type: object } } } }
      responses:
        '200': { description: ok, content: { application/json: { schema: { type: object } } } }
        '202': { description: later }
    get:
      operationId: getOrder
      responses:
        '200':
          description: ok
          content:
            application/json:
              schema: { type: object, required: [total], properties: { total: { type: number }, note: { type: string } } }
        '404': { description: gone, content: { application/json: { schema: { type: object } } } }
    delete: { operationId: deleteOrder, responses: { '204': { description: gone } } }
  /logo:
    get: { operationId: getLogo, responses: { '200': { description: ok, content: { image/png: {} } } } }
  /page:
    get:
      operationId: getPage
      responses:
        '200': { description: ok, content: { application/json: { schema: { type: object } } } }
        '502': { description: broken, content: { text/html: {} } }
`;

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 255, 128, 10]);

const SCENARIOS: Readonly<Record<string, string>> = {
  orders: `title: Orders are kept
rules:
  - on: putOrder
    remember: { "orders[request.path.id]": "{{ request.body }}", last: "{{ request.path.id }}" }
    reply: { status: 200, body: "{{ request.body }}" }
  - on: getOrder
    when: { memory: { "orders[request.path.id]": { exists: true } } }
    reply: { status: 200, body: "{{ memory.orders[request.path.id] }}" }
  - on: getOrder
    reply: { status: 404, body: { last: "{{ memory.last }}" } }
  - on: deleteOrder
    remember: { "orders[request.path.id]": null }
    reply: 204
`,
  lines: `title: A member of a kept value
rules:
  - on: putOrder
    remember: { "carts[request.path.id].total": "{{ request.body.total }}" }
    reply: { status: 200, body: "{{ memory.carts[request.path.id] }}" }
  - on: getOrder
    when: { memory: { "carts[request.path.id].total": { greater: 10 } } }
    reply: { status: 200, patch: { note: large } }
`,
  statuses: `title: The request says the status
rules:
  - on: putOrder
    reply: { status: "{{ request.body.status | default: 202 }}", body: null, off-contract: the client asks for it }
`,
  logo: `title: A logo
rules: [{ on: getLogo, reply: { status: 200, body-file: logo.png } }]
`,
  page: `title: A gateway fails
rules: [{ on: getPage, reply: { status: 502, body-file: ./pages/error.html } }]
`,
  patched: `title: A patch over a generated body
rules: [{ on: getOrder, reply: { status: 200, patch: { note: patched } } }]
`,
};

let folder: string;
let mock: MockServer;
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'deadringer-memory-'));
  writeFileSync(path.join(folder, 'shop.yaml'), DOCUMENT);
  mkdirSync(path.join(folder, 'scenarios/shop/pages'), { recursive: true });
  for (const [name, text] of Object.entries(SCENARIOS))
    writeFileSync(path.join(folder, `scenarios/shop/${name}.yaml`), text);
  writeFileSync(path.join(folder, 'scenarios/shop/logo.png'), PNG);
  writeFileSync(path.join(folder, 'scenarios/shop/pages/error.html'), '<h1>{{ now }} Bad gateway</h1>\n');
  writeFileSync(path.join(folder, 'secret.txt'), 'secret');
  mock = await startServer({
    specs: [path.join(folder, 'shop.yaml')],
    scenarios: [path.join(folder, 'scenarios')],
  });
});
afterAll(async () => {
  await mock.close();
  rmSync(folder, { recursive: true });
});

/** Sends requests in a session of its own, in which one scenario is active. */
async function sessionWith(scenario: string) {
  const session = `${scenario}-${Math.random().toString(36).slice(2, 8)}`;
  const used = await fetch(`${mock.url}/__deadringer/sessions/${session}/scenarios`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ scenarios: [`shop/${scenario}`] }),
  });
  expect(used.status).toBe(200);
  return (method: string, target: string, body?: unknown): Promise<Response> =>
    fetch(`${mock.url}/~${session}/shop${target}`, {
      method,
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    });
}

/** The findings of a scenario that consists of these rules, as "line message". */
async function findingsOf(rules: string, more = ''): Promise<string[]> {
  const { findings } = await lintText(`title: x\n${more}rules:\n${rules}`);
  return findings.map(({ location, message }) => `${location?.line} ${message}`);
}

let texts = 0;
async function lintText(text: string) {
  const root = path.join(folder, `lint-${texts++}`);
  mkdirSync(path.join(root, 'shop'), { recursive: true });
  writeFileSync(path.join(root, 'shop/x.yaml'), text);
  const loaded = await loadScenarios([root], folder);
  const findings = [...loaded.findings, ...lintScenarios(mock.state.config.contract, loaded.scenarios)];
  return { ...loaded, findings };
}

describe('memory with keys', () => {
  test('each key has its own value', async () => {
    const send = await sessionWith('orders');
    await send('PUT', '/orders/a', { total: 1 });
    await send('PUT', '/orders/b', { total: 2 });
    expect(await (await send('GET', '/orders/a')).json()).toEqual({ total: 1 });
    expect(await (await send('GET', '/orders/b')).json()).toEqual({ total: 2 });
    const missing = await send('GET', '/orders/c');
    expect(missing.status).toBe(404);
    expect(await missing.json()).toEqual({ last: 'b' });
  });

  test('null forgets the value of a key, and only that one', async () => {
    const send = await sessionWith('orders');
    await send('PUT', '/orders/a', { total: 1 });
    await send('PUT', '/orders/b', { total: 2 });
    expect((await send('DELETE', '/orders/a')).status).toBe(204);
    expect((await send('GET', '/orders/a')).status).toBe(404);
    expect((await send('GET', '/orders/b')).status).toBe(200);
  });

  test('a key can have members, and a condition can compare them', async () => {
    const send = await sessionWith('lines');
    expect(await (await send('PUT', '/orders/7', { total: 12 })).json()).toEqual({ total: 12 });
    await send('PUT', '/orders/8', { total: 3 });
    expect(await (await send('GET', '/orders/7')).json()).toMatchObject({ note: 'large' });
    expect(await (await send('GET', '/orders/8')).json()).not.toMatchObject({ note: 'large' });
  });

  test.each(['__proto__', 'constructor', 'toString', '%2F', 'a.b', '"]', "']"])(
    'the key %s is a plain key',
    async key => {
      const send = await sessionWith('orders');
      const target = `/orders/${encodeURIComponent(key)}`;
      expect((await send('GET', target)).status).toBe(404);
      await send('PUT', target, { total: 5 });
      expect(await (await send('GET', target)).json()).toEqual({ total: 5 });
      expect((await send('GET', '/orders/other')).status).toBe(404);
    },
  );

  test('long numbers keep their digits', async () => {
    const send = await sessionWith('orders');
    await send('PUT', '/orders/a', '{"total":12345678901234567890}');
    expect(await (await send('GET', '/orders/a')).text()).toBe('{"total":12345678901234567890}');
  });

  test('sessions do not share it', async () => {
    const [one, other] = [await sessionWith('orders'), await sessionWith('orders')];
    await one('PUT', '/orders/a', { total: 1 });
    expect((await other('GET', '/orders/a')).status).toBe(404);
  });

  test.each([
    ['"orders[request.path.id": "x"', 'is no key of the memory'],
    ['"orders[now]": "x"', 'only request, memory, a number or a quoted text'],
    ['"orders[]": "x"', 'is no key of the memory'],
    ['"[request.path.id]": "x"', 'is no key of the memory'],
    ['"orders[request.path.id | upcase]": "x"', 'is no key of the memory'],
  ])('%s is an error at its line', async (entry, message) => {
    const findings = await findingsOf(`  - on: putOrder\n    remember:\n      ${entry}\n    reply: 200\n`);
    expect(findings.join()).toMatch(/^5 /);
    expect(findings.join()).toContain(message);
  });

  test('a condition on a broken key is an error at its line', async () => {
    const findings = await findingsOf(
      '  - on: putOrder\n    when:\n      memory:\n        "orders[": 1\n    reply: 200\n',
    );
    expect(findings.join()).toMatch(/^6 .*is no key of the memory/);
  });
});

describe('a status can be a template', () => {
  test('that the request decides', async () => {
    const send = await sessionWith('statuses');
    expect((await send('PUT', '/orders/1', { status: 418 })).status).toBe(418);
    expect((await send('PUT', '/orders/1', { status: '503' })).status).toBe(503);
    expect((await send('PUT', '/orders/1', {})).status).toBe(202);
  });

  test.each([99, 600, 'x', true, { a: 1 }, 200.5, 101])(
    '%j is an error that says what a status is',
    async status => {
      const send = await sessionWith('statuses');
      const response = await send('PUT', '/orders/1', { status });
      expect(response.headers.get('x-deadringer-error')).toBe('bad-template');
      expect(await response.json()).toMatchObject({
        detail: expect.stringContaining('a status is a whole number from 200 to 599'),
        hint: expect.stringMatching(
          /^correct the template of the rule .*\/statuses 1 \(.*statuses\.yaml:\d+\)$/,
        ),
      });
    },
  );

  test('lint checks what a sample request gives', async () => {
    const findings = await findingsOf('  - on: getOrder\n    reply: { status: "{{ 999 }}", body: {} }\n');
    expect(findings.join()).toMatch(/^4 .*a status is a whole number from 200 to 599/);
  });
});

describe('a body can come from a file', () => {
  test('which is sent byte by byte in the declared type', async () => {
    const send = await sessionWith('logo');
    const response = await send('GET', '/logo');
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(Buffer.from(await response.arrayBuffer())).toEqual(PNG);
  });

  test('whose templates are not rendered', async () => {
    const send = await sessionWith('page');
    const response = await send('GET', '/page');
    expect(response.status).toBe(502);
    expect(response.headers.get('content-type')).toBe('text/html');
    expect(await response.text()).toBe('<h1>{{ now }} Bad gateway</h1>\n');
  });

  test('a missing file is an error at its line, and names the file', async () => {
    const findings = await findingsOf(
      '  - on: getLogo\n    reply:\n      status: 200\n      body-file: none.png\n',
    );
    expect(findings.join()).toMatch(/^6 none\.png cannot be read: /);
  });

  test.each(['../../secret.txt', '/etc/hostname', 'link.txt'])(
    '%s, which is outside of the folder of scenarios, is an error',
    async file => {
      const root = path.join(folder, `lint-${texts}`);
      mkdirSync(path.join(root, 'shop'), { recursive: true });
      symlinkSync(path.join(folder, 'secret.txt'), path.join(root, 'shop/link.txt'));
      const findings = await findingsOf(`  - on: getLogo\n    reply: { status: 200, body-file: ${file} }\n`);
      expect(findings.join()).toContain('is not in the folder of the scenarios');
    },
  );

  test('it cannot be combined with a body, a patch or an example', async () => {
    const findings = await findingsOf(
      '  - on: getLogo\n    reply: { status: 200, body-file: a.png, body: x }\n',
    );
    expect(findings.join()).toContain('"body-file" cannot be combined with');
  });

  test('a file that violates the document is reported as other replies are', async () => {
    const root = path.join(folder, `lint-${texts}`);
    mkdirSync(path.join(root, 'shop'), { recursive: true });
    writeFileSync(path.join(root, 'shop/list.json'), '[]');
    const findings = await findingsOf('  - on: getOrder\n    reply: { status: 200, body-file: list.json }\n');
    expect(findings.join()).toContain('must be object');
  });
});

test('a patch changes a generated body, where the document has no example', async () => {
  const send = await sessionWith('patched');
  const body = await (await send('GET', '/orders/1')).json();
  expect(body).toMatchObject({ note: 'patched', total: expect.any(Number) });
});

describe('a template where plain text is expected is reported', () => {
  test.each([
    ['title', '"{{ now }}"', '', 2],
    ['example', '', '  - on: getOrder\n    reply: { status: 200, example: "{{ request.query.e }}" }\n', 4],
    ['becomes', '', '  - on: getOrder\n    becomes: "{{ request.body.state }}"\n    reply: 404\n', 4],
    ['off-contract', '', '  - on: getOrder\n    reply: { status: 404, off-contract: "{{ now }}" }\n', 4],
    ['headers', '', '  - on: getOrder\n    reply: { status: 404, headers: { "x-{{ now }}": a } }\n', 4],
  ])('in %s', async (place, title, rules) => {
    const text = title === '' ? 'title: x\n' : `title: ${title}\n`;
    const { findings } = await lintText(`${text}rules:\n${rules || '  - { on: getOrder, reply: 404 }\n'}`);
    expect(findings.map(({ message }) => message).join('\n')).toMatch(
      /plain text.*not rendered|has no example/,
    );
    expect(findings.map(({ location }) => location?.pointer).join()).toContain(place);
  });

  test('a text that only resembles one is none', async () => {
    expect(await findingsOf('  - { on: getOrder, becomes: "{ a }", reply: 404 }\n')).toEqual([]);
  });
});
