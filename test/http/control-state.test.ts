// The stored items of a session through the control API: resources, pages, edits, snapshots, and what is refused.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ControlApi, type ControlResult, openControl } from './described-control.ts';

let mock: ControlApi;
beforeAll(async () => {
  mock = await openControl({
    specs: ['test/fixtures/todos.yaml', 'other=test/fixtures/todos.yaml'],
    limits: { stateEntries: 2000 },
  });
});
afterAll(async () => await mock.close());

const control = (method: string, path: string, body?: unknown): Promise<ControlResult> =>
  mock.control(method, path, body);
const todo = (id: number, more: object = {}): object => ({
  id,
  title: `to-do ${id}`,
  done: false,
  createdAt: '2026-11-28T12:00:00Z',
  ...more,
});
const COMMENT = { id: '6a1f2c9e-0000-4000-8000-000000000001', text: 'soon' };
const snapshotOf = (todos: readonly object[], comments?: readonly object[]): object => ({
  version: 1,
  apis: { todos: { todos, ...(comments !== undefined && { 'todos/comments': comments }) } },
});
/** Sends and returns text: JSON.parse loses the digits of long numbers. */
const text = async (method: string, path: string, body?: string): Promise<string> =>
  (await fetch(`${mock.url}/__deadringer${path}`, { method, ...(body !== undefined && { body }) })).text();

describe('resources', () => {
  test('are listed by API with the rules that found them', async () => {
    const { body } = await control('GET', '/apis/todos/resources');
    expect(body.resources).toMatchObject([
      {
        name: 'todos',
        collection: '/todos',
        item: '/todos/{todoId}',
        parents: [],
        idProperty: 'id',
        operations: {
          list: { operation: 'listTodos', method: 'GET', path: '/todos' },
          update: {
            operation: 'changeTodo',
            location: expect.stringMatching(/^test\/fixtures\/todos\.yaml:\d+:\d+$/),
          },
        },
      },
      { name: 'todos/comments', parents: ['todoId'], operations: { delete: { operation: 'deleteComment' } } },
    ]);
    expect((await control('GET', '/apis/todo/resources')).body.detail).toBe(
      'there is no API "todo"; did you mean "todos"?',
    );
  });

  test('have a draft of an item, which is not stored', async () => {
    const draft = async (seed: string): Promise<unknown> =>
      (await control('GET', `/apis/todos/resources/todos/draft?seed=${seed}`)).body.value;
    const [value, other] = [await draft('1'), await draft('2')];
    expect(value).toMatchObject({ title: expect.any(String), done: expect.any(Boolean) });
    expect(other).not.toEqual(value);
    expect((await control('GET', '/sessions/default/resources')).body.entries).toBe(0);
  });

  test('are counted by session', async () => {
    await control('PUT', '/sessions/counted/state', snapshotOf([todo(1), todo(2)]));
    const { body } = await control('GET', '/sessions/counted/resources');
    expect(body.resources.filter(({ items }: { items: number }) => items > 0)).toEqual([
      { api: 'todos', name: 'todos', items: 2 },
    ]);
    expect([body.entries, body.limits.stateEntries]).toEqual([2, 2000]);
    const other = (await control('GET', '/sessions/default/resources')).body;
    expect([other.entries, other.bytes]).toEqual([0, 0]);
  });
});

describe('an item', () => {
  test('is created, read, changed and removed', async () => {
    const path = '/sessions/edit/state/todos/todos/1';
    const created = await control('PUT', path, todo(1));
    expect([created.status, created.body.version, created.body.value]).toEqual([201, 1, todo(1)]);
    const changed = await control('PUT', path, todo(1, { done: true }));
    expect([changed.status, changed.body.version]).toEqual([200, 2]);
    expect(changed.body.createdAt).toBe(created.body.createdAt);
    expect((await control('GET', path)).body).toEqual(changed.body);
    expect((await control('DELETE', path)).status).toBe(204);
    expect((await control('DELETE', path)).status).toBe(404);
    expect((await control('GET', path)).body.detail).toBe('"todos" has no item "1" in this session');
  });

  test('of a nested resource is below its parents', async () => {
    const path = `/sessions/nested/state/todos/todos%2Fcomments/${COMMENT.id}`;
    expect((await control('PUT', `${path}?parent=7`, COMMENT)).status).toBe(201);
    await control('PUT', `${path}?parent=8`, { ...COMMENT, text: 'later' });
    const page = (await control('GET', '/sessions/nested/state/todos/todos%2Fcomments?parent=8')).body;
    expect([page.total, page.items[0].parents, page.items[0].value.text]).toEqual([1, ['8'], 'later']);
    expect((await control('GET', '/sessions/nested/state/todos/todos%2Fcomments')).body.total).toBe(2);
    expect((await control('GET', path)).body).toMatchObject({
      detail: 'items of "todos/comments" are below todoId',
      hint: 'send parent=<todoId>',
    });
    expect((await control('DELETE', `${path}?parent=7&parent=8`)).status).toBe(400);
  });

  test('that its schema rejects is refused with the lines of the document, or kept on request', async () => {
    const path = '/sessions/invalid/state/todos/todos/3';
    const invalid = todo(3, { title: '', due: 'tomorrow', unknown: 1 });
    const { status, body } = await control('PUT', path, invalid);
    expect([status, body.type]).toEqual([422, 'deadringer:state-invalid']);
    expect(body.findings).toMatchObject([
      {
        at: '/title',
        message: expect.stringContaining('the item /title'),
        location: expect.stringMatching(/^test\/fixtures\/todos\.yaml:\d+:\d+$/),
      },
    ]);
    expect((await control('GET', path)).status).toBe(404);
    expect((await control('PUT', `${path}?keep-invalid=true`, invalid)).status).toBe(201);
    expect((await control('GET', path)).body.value).toEqual(invalid);
  });

  test('must have the id of its path, and be an object of JSON', async () => {
    const path = '/sessions/refused/state/todos/todos/3';
    const details = async (body: string): Promise<unknown> =>
      JSON.parse(await text('PUT', path, body)).detail;
    expect([
      await details(JSON.stringify(todo(4))),
      await details('{"title":"x"}'),
      await details('[1]'),
      await details('{"id":3,\n  "title": }'),
      await details(''),
    ]).toEqual([
      'the "id" of the item is "4", and the path says "3"',
      'the item has no "id"',
      'the item must be an object',
      expect.stringMatching(/^the body is not usable as JSON: .*line 2/),
      'the body is not usable as JSON: it is empty',
    ]);
    expect(JSON.parse(await text('PUT', path, `${'{"a":'.repeat(600)}1${'}'.repeat(600)}`)).detail).toContain(
      'nested too deeply',
    );
    const unknown = (await control('GET', '/sessions/default/state/todos/todo')).body;
    expect(unknown.detail).toBe('the API "todos" has no resource "todo"; did you mean "todos"?');
  });

  test('keeps names of prototypes and the digits of long numbers', async () => {
    const path = '/sessions/exact/state/todos/todos/9007199254740993';
    const value =
      '{"id":9007199254740993,"title":"x","done":false,"createdAt":"2026-11-28T12:00:00Z","__proto__":{"a":1}}';
    expect(JSON.parse(await text('PUT', path, value)).id).toBe('9007199254740993');
    expect(await text('GET', path)).toContain(`"value":${value}`);
    expect(await text('GET', '/sessions/exact/state/todos/todos')).toContain(`"value":${value}`);
    const snapshot = await text('GET', '/sessions/exact/state');
    await text('PUT', '/sessions/exact2/state', snapshot);
    expect(await text('GET', '/sessions/exact2/state')).toBe(snapshot);
    expect(JSON.parse(await text('GET', '/sessions/exact2/state/todos/todos/9007199254740993')).id).toBe(
      '9007199254740993',
    );
  });
});

describe('secrets', () => {
  const secret = 'FAKE-share-8Gk2';
  const path = '/sessions/secret/state/todos/todos/1';

  test('are placeholders wherever items are shown, unless a snapshot keeps them', async () => {
    await control('PUT', path, todo(1, { shareToken: secret }));
    const shown = [path, '/sessions/secret/state/todos/todos', '/sessions/secret/state'];
    for (const each of shown) {
      const body = await text('GET', each);
      expect([each, body.includes(secret), body.includes('XXXX-xxxxx-0Xx0')]).toEqual([each, false, true]);
    }
    expect(await text('GET', '/sessions/secret/state?keep-secrets=true')).toContain(secret);
    expect((await control('GET', '/sessions/secret/state?keep-secrets=1')).status).toBe(400);
  });

  test('stay as they are when an edited item has their placeholders', async () => {
    const { value } = (await control('GET', path)).body;
    await control('PUT', path, { ...value, title: 'edited' });
    const kept = (await control('GET', '/sessions/secret/state?keep-secrets=true')).body.apis.todos.todos;
    expect(kept).toEqual([todo(1, { shareToken: secret, title: 'edited' })]);
    await control('PUT', path, { ...value, shareToken: 'FAKE-other-12' });
    expect(await text('GET', '/sessions/secret/state?keep-secrets=true')).toContain('FAKE-other-12');
  });
});

describe('a page', () => {
  test('has an offset and a limit, in the order of creation', async () => {
    const ids = Array.from({ length: 1500 }, (_, index) => 1500 - index);
    await control('PUT', '/sessions/pages/state', snapshotOf(ids.map(id => todo(id))));
    const list = async (query: string): Promise<[number, string[]]> => {
      const { body } = await control('GET', `/sessions/pages/state/todos/todos${query}`);
      return [body.total, body.items.map(({ id }: { id: string }) => id)];
    };
    expect((await list(''))[1]).toHaveLength(100);
    expect((await list('?limit=100000'))[1]).toHaveLength(1000);
    expect(await list('?offset=1498&limit=5')).toEqual([1500, ['2', '1']]);
    expect(await list('?offset=9000')).toEqual([1500, []]);
    expect(await list('?limit=0')).toEqual([1500, []]);
    const bad = await control('GET', '/sessions/pages/state/todos/todos?offset=-1');
    expect(bad.body.detail).toBe('"offset" must be a number from 0, not "-1"');
  });
});

describe('a snapshot', () => {
  test('that is loaded and saved is the same, and other resources and sessions keep their items', async () => {
    const comments = [{ parents: ['7'], value: COMMENT }];
    const snapshot = snapshotOf([todo(2), todo(1)], comments);
    const loaded = await control('PUT', '/sessions/snapshot/state', snapshot);
    expect(loaded.body).toMatchObject({ loaded: 3, entries: 3, findings: [] });
    expect((await control('GET', '/sessions/snapshot/state?api=todos')).body).toEqual(snapshot);
    await control('PUT', '/sessions/snapshot/state', snapshotOf([todo(5)]));
    expect((await control('GET', '/sessions/snapshot/state?api=todos')).body).toEqual(
      snapshotOf([todo(5)], comments),
    );
    expect((await control('GET', '/sessions/default/state')).body.apis.todos.todos).toEqual([]);
  });

  test('reports what schemas reject, and keeps it', async () => {
    const { body } = await control(
      'PUT',
      '/sessions/rejects/state',
      snapshotOf([todo(1), { id: 2, done: 'no' }]),
    );
    expect(body.findings.map(({ at, message }: Record<string, string>) => [at, message])).toEqual([
      ['/apis/todos/todos/1/title', expect.stringContaining('missing')],
      ['/apis/todos/todos/1/createdAt', expect.stringContaining('missing')],
      ['/apis/todos/todos/1/done', expect.stringContaining('boolean')],
    ]);
    expect(body.loaded).toBe(2);
  });

  test('with mistakes changes nothing, and each mistake has its place', async () => {
    await control('PUT', '/sessions/mistakes/state', snapshotOf([todo(1)]));
    const problems = async (snapshot: unknown): Promise<[string, string][]> => {
      const { status, body } = await control('PUT', '/sessions/mistakes/state', snapshot);
      expect(status).toBe(400);
      return body.findings.map(({ at, message }: Record<string, string>) => [at, message]);
    };
    expect(await problems({ version: 2, api: {} })).toEqual([
      ['/version', 'version must be 1'],
      ['/apis', expect.stringContaining('must be an object')],
      ['/api', 'api unknown key "api"; did you mean "apis"?'],
    ]);
    expect(
      await problems({
        version: 1,
        apis: {
          todo: {},
          other: [],
          todos: {
            todo: [],
            todos: [1, { title: 'x' }, todo(3), todo(3)],
            'todos/comments': [COMMENT, { value: COMMENT }, { parents: ['7'], value: { text: 'x' } }],
          },
        },
      }),
    ).toEqual([
      ['/apis/todo', 'there is no API "todo"; did you mean "todos"?'],
      ['/apis/other', 'must be an object with the items by resource'],
      ['/apis/todos/todo', 'the API "todos" has no resource "todo"; did you mean "todos"?'],
      ['/apis/todos/todos/0', 'item 0 must be an object'],
      ['/apis/todos/todos/1', 'item 1 must have its id in "id"'],
      ['/apis/todos/todos/3', 'another item before this one has the id "3"'],
      ['/apis/todos/todos~1comments/0', expect.stringContaining('must be {"parents", "id", "value"}')],
      ['/apis/todos/todos~1comments/1', 'item 1 must have in "parents" the values of todoId'],
      ['/apis/todos/todos~1comments/2', 'item 2 must have an "id"'],
    ]);
    expect((await control('GET', '/sessions/mistakes/state?api=todos')).body.apis.todos.todos).toEqual([
      todo(1),
    ]);
  });

  test('that does not fit is refused, and nothing is lost', async () => {
    await control('PUT', '/sessions/full/state', snapshotOf([todo(1)]));
    const many = Array.from({ length: 2001 }, (_, index) => todo(index + 1));
    const { status, body } = await control('PUT', '/sessions/full/state', snapshotOf(many));
    expect([status, body.type]).toEqual([507, 'deadringer:state-full']);
    expect((await control('GET', '/sessions/full/resources')).body.entries).toBe(1);
    await control('PUT', '/sessions/full/state', snapshotOf(many.slice(1)));
    expect((await control('PUT', '/sessions/full/state/todos/todos/1', todo(1))).status).toBe(507);
  });

  test('is gone after a reset of the state or of the session', async () => {
    await control('PUT', '/sessions/reset/state', snapshotOf([todo(1)]));
    expect((await control('DELETE', '/sessions/reset/state?api=other')).status).toBe(204);
    expect((await control('GET', '/sessions/reset/resources')).body.entries).toBe(1);
    expect((await control('DELETE', '/sessions/reset/state?api=nowhere')).status).toBe(404);
    await control('DELETE', '/sessions/reset/state');
    expect((await control('GET', '/sessions/reset/resources')).body.entries).toBe(0);
    await control('PUT', '/sessions/reset/state', snapshotOf([todo(1)]));
    await control('POST', '/sessions/reset/reset');
    expect((await control('GET', '/sessions/reset/resources')).body.entries).toBe(0);
  });
});

test('a change of the state is an event of the session', async () => {
  const stop = new AbortController();
  const events = await fetch(`${mock.url}/__deadringer/events?from=now`, { signal: stop.signal });
  await control('PUT', '/sessions/followed/state', snapshotOf([todo(1)]));
  let seen = '';
  for await (const chunk of events.body as ReadableStream<Uint8Array>) {
    seen += Buffer.from(chunk).toString();
    if (seen.includes('{"id":"followed","ended":false}')) break;
  }
  stop.abort();
  expect(seen).toContain('event: session');
});

test('an entry of the journal says what the request did to the state', async () => {
  await control('POST', '/sessions/seen/scenarios', { scenarios: ['todos/state'] });
  const created = await fetch(`${mock.url}/~seen/todos/todos`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer test-token' },
    body: JSON.stringify({ title: 'buy milk' }),
  });
  expect(created.status).toBe(201);
  const id = created.headers.get('x-deadringer-exchange');
  const { body } = await control('GET', `/sessions/seen/journal/${id}`);
  expect(body.state).toEqual({ effect: 'created', resource: 'todos', leftOff: [], ignored: [] });
});
