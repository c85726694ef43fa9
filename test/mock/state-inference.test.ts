// Which resources are inferred from a document: paths, ids, lists, links, roles, and what x-deadringer.state corrects.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { singular } from '../../src/exchange/names.ts';
import { type ApiResourcesView, describeResources } from '../../src/mock/state/describe-resources.ts';
import { resourcesOf } from '../../src/mock/state/infer-resources.ts';
import { lintState } from '../../src/mock/state/lint-state.ts';
import { loadContract } from '../../src/openapi/load.ts';
import { run } from '../cli/program.ts';

type Schema = Readonly<Record<string, unknown>>;

const PET: Schema = {
  type: 'object',
  properties: { id: { type: 'integer' }, name: { type: 'string' }, born: { type: 'string' } },
};

const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const array = (items: Schema): Schema => ({ type: 'array', items });
const object = (properties: Schema): Schema => ({ type: 'object', properties });

/** An operation whose success response has the schema; undefined: it has no body. */
function answers(schema?: Schema, more: Schema = {}, status = schema === undefined ? '204' : '200'): Schema {
  const content = schema && { content: { 'application/json': { schema } } };
  return { responses: { [status]: { description: 'Done.', ...content } }, ...more };
}

function takes(schema: Schema): Schema {
  return { requestBody: { content: { 'application/json': { schema } } } };
}

function documentOf(
  paths: Schema,
  schemas: Schema = { Pet: PET },
  openapi = '3.1.0',
  more: Schema = {},
): string {
  return JSON.stringify({
    openapi,
    info: { title: 'A', version: '1' },
    ...more,
    paths,
    components: { schemas },
  });
}

async function load(text: string) {
  const folder = await mkdtemp(path.join(tmpdir(), 'state-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(path.join(folder, 'pets.json'), text);
  return loadContract([path.join(folder, 'pets.json')], { relativeTo: folder });
}

async function infer(
  ...[paths, schemas, openapi, more]: Parameters<typeof documentOf>
): Promise<ApiResourcesView> {
  const { contract } = await load(documentOf(paths, schemas, openapi, more));
  return describeResources(contract.apis[0] as (typeof contract.apis)[0]);
}

/** "list GET /pets" for each role. */
function rolesOf({ resources }: ApiResourcesView, name?: string): string[] {
  const resource = resources.find(each => name === undefined || each.name === name);
  return Object.entries(resource?.operations ?? {}).map(
    ([role, { method, path: at }]) => `${role} ${method} ${at}`,
  );
}

/** The paths of a collection whose item has a schema, with a parameter of that name. */
function crud(item: Schema, parameter = 'petId', list: Schema = array(item), type = 'string'): Schema {
  return {
    '/pets': { get: answers(list), post: answers(item) },
    [`/pets/{${parameter}}`]: {
      parameters: [{ name: parameter, in: 'path', required: true, schema: { type } }],
      get: answers(item),
      delete: answers(),
    },
  };
}

describe('a collection and its item', () => {
  test('get a role from path and method', async () => {
    const found = await infer({
      '/pets': { get: answers(array(ref('Pet'))), post: answers(ref('Pet')) },
      '/pets/{petId}': {
        get: answers(ref('Pet')),
        put: answers(ref('Pet')),
        patch: answers(ref('Pet')),
        delete: answers(),
      },
    });
    expect(found.resources).toMatchObject([
      {
        name: 'pets',
        collection: '/pets',
        item: '/pets/{petId}',
        parents: [],
        idParameter: 'petId',
        idProperty: 'id',
      },
    ]);
    expect(rolesOf(found)).toEqual([
      'list GET /pets',
      'create POST /pets',
      'read GET /pets/{petId}',
      'replace PUT /pets/{petId}',
      'update PATCH /pets/{petId}',
      'delete DELETE /pets/{petId}',
    ]);
    expect(found.notUnderstood).toEqual([]);
  });

  test('may have a slash or ".json" at the end, other names of variables, or the form of OData', async () => {
    const item = { get: answers(ref('Pet')), delete: answers() };
    for (const [collection, one, other] of [
      ['/pets/', '/pets/{id}/', '/pets/{petId}/'],
      ['/pets.json', '/pets/{id}.json', '/pets/{petId}.json'],
      ['/Pets', "/Pets('{id}')", '/Pets({petId})'],
      ['/pet', '/pets/{id}', '/pets/{petId}'],
    ] as const) {
      const found = await infer({
        [collection]: { get: answers(array(ref('Pet'))) },
        [one]: item,
        [other]: { patch: answers(ref('Pet')) },
      });
      expect(rolesOf(found).map(text => text.split(' ')[0])).toEqual(['list', 'read', 'update', 'delete']);
    }
  });

  test('are keyed by the variables before the item', async () => {
    const paths = {
      '/v2/owners/{owner}/pets': { get: answers(array(ref('Pet'))), post: answers(ref('Pet')) },
      '/v2/owners/{owner}/pets/{pet}': { get: answers(ref('Pet')) },
    };
    expect((await infer(paths)).resources).toMatchObject([
      { name: 'owners/pets', parents: ['owner'], idParameter: 'pet' },
    ]);
    const repo = object({ id: { type: 'integer' }, name: { type: 'string' } });
    const composite = await infer({
      '/repos/{owner}/{repo}': {
        parameters: ['owner', 'repo'].map(name => ({
          name,
          in: 'path',
          required: true,
          schema: { type: 'string' },
        })),
        get: answers(repo),
        patch: answers(repo),
      },
    });
    expect(composite.resources).toMatchObject([
      { name: 'repos', parents: ['owner'], idParameter: 'repo', idProperty: 'name' },
    ]);
  });

  test('may name their variables differently in each path', async () => {
    const { contract } = await load(
      documentOf({
        '/owners/{owner}/pets': { get: answers(array(ref('Pet'))) },
        '/owners/{ownerId}/pets/{petId}': { get: answers(ref('Pet')), delete: answers() },
        '/owners/{id}/pets/{pet}': { put: answers(ref('Pet')) },
      }),
    );
    const [api] = contract.apis;
    const roles = (api?.operations ?? []).map(operation => api && resourcesOf(api).roleOf(operation));
    expect(roles.map(role => [role?.role, role?.parents, role?.idParameter])).toEqual([
      ['list', ['owner'], undefined],
      ['read', ['ownerId'], 'petId'],
      ['delete', ['ownerId'], 'petId'],
      ['replace', ['id'], 'pet'],
    ]);
  });

  test('may have no path of one item, if list and creation are about the same', async () => {
    const found = await infer({
      '/pets/{petId}/notes': { get: answers(array(ref('Pet'))), post: answers(ref('Pet')) },
      '/search': { get: answers(array(ref('Pet'))), post: answers(object({ url: { type: 'string' } })) },
    });
    expect(found.resources.map(({ name, item, parents }) => ({ name, item, parents }))).toEqual([
      { name: 'pets/notes', item: undefined, parents: ['petId'] },
    ]);
  });

  test('are no resource if there is one operation only, or the variable is a parent', async () => {
    const found = await infer({
      '/rates/{currency}': { get: answers(ref('Pet')) },
      '/tags/{objectId}': { get: answers(array({ type: 'string' })), delete: answers() },
    });
    expect(found).toMatchObject({ resources: [], notUnderstood: [] });
  });

  test('POST on an item updates it only without PUT and PATCH', async () => {
    const item = { get: answers(ref('Pet')), post: answers(ref('Pet')) };
    expect(rolesOf(await infer({ '/pets/{id}': item }))).toContain('update POST /pets/{id}');
    const found = await infer({ '/pets/{id}': { ...item, put: answers(ref('Pet')) } });
    expect(rolesOf(found)).toEqual(['read GET /pets/{id}', 'replace PUT /pets/{id}']);
    expect(found.notUnderstood).toMatchObject([
      { method: 'POST', reason: expect.stringContaining('has PUT or PATCH') },
    ]);
  });

  test('PUT on a collection replaces the item whose id is in the body', async () => {
    const item = { get: answers(ref('Pet')), delete: answers() };
    const put = (schema: Schema) =>
      infer({ '/pet': { put: answers(ref('Pet'), takes(schema)) }, '/pet/{petId}': item });
    expect(rolesOf(await put(ref('Pet')))).toContain('replace PUT /pet');
    const found = await put(object({ all: { type: 'boolean' } }));
    expect(rolesOf(found)).not.toContain('replace PUT /pet');
    expect(found.notUnderstood[0]?.reason).toContain('several items');
  });

  test('what is not understood is listed with its line and the remedy', async () => {
    const found = await infer({
      '/pets': {
        get: answers(object({ total: { type: 'integer' } })),
        post: answers(ref('Pet'), takes(array(ref('Pet')))),
        delete: answers(),
      },
      '/pets/{id}': { get: answers(ref('Pet')), delete: answers() },
      '/pets/{id}/feed': { post: answers(), get: answers() },
      '/pets/{id}:wash': { post: answers() },
    });
    expect(found.notUnderstood.map(({ method, path: at, reason }) => `${method} ${at}: ${reason}`)).toEqual([
      'POST /pets: its request body is an array, so it creates several items at once',
      'GET /pets: its response has no array of items; name one with x-deadringer: {state: {list: POINTER}}',
      'DELETE /pets: DELETE on a collection is about several items, so it is answered as documented',
      ...['/pets/{id}/feed', '/pets/{id}:wash'].map(
        at =>
          `POST ${at}: an action is never guessed; say what it sets with x-deadringer: {state: {set: {MEMBER: VALUE}}}`,
      ),
    ]);
    expect(found.notUnderstood[0]?.location).toMatch(/^pets\.json:\d+:\d+$/);
  });
});

test.each([
  ['areas', 'area'],
  ['categories', 'category'],
  ['movies', 'movie'],
  ['statuses', 'status'],
  ['aliases', 'alias'],
  ['boxes', 'box'],
  ['addresses', 'address'],
  ['analysis', 'analysis'],
  ['status', 'status'],
  ['alias', 'alias'],
  ['news', 'new'],
])('the singular of %s is %s', (word, expected) => {
  expect(singular(word)).toBe(expected);
});

describe('the id of an item', () => {
  const text = { type: 'string' };
  test.each<[parameter: string, properties: readonly string[], expected: string | undefined]>([
    ['petId', ['id', 'petId'], 'petId'],
    ['pet_id', ['id', 'PetId'], 'PetId'],
    ['petid', ['id', 'name'], 'id'],
    ['issue_number', ['id', 'number'], 'number'],
    ['petUuid', ['id', 'uuid'], 'uuid'],
    ['id', ['owner_id', 'pet_id', 'name'], 'pet_id'],
    ['pet', ['pet', 'id'], 'id'],
    ['animal', ['name', 'id'], 'id'],
    ['slug', ['name', 'pet_slug'], 'pet_slug'],
    ['username', ['name', 'login'], 'login'],
    ['deferralCodeId', ['deferralCode', 'name'], 'deferralCode'],
    ['Sid', ['sid', 'account_sid'], 'sid'],
    ['petId', ['name', 'colour'], undefined],
  ])('of /pets/{%s} with the properties %j is %s', async (parameter, properties, expected) => {
    const item = object(Object.fromEntries(properties.map(name => [name, text])));
    const found = await infer(crud(item, parameter));
    expect(found.resources[0]?.idProperty).toBe(expected);
    expect(found.notUnderstood.length).toBe(expected === undefined ? 1 : 0);
  });

  test('is no number where the path has a text', async () => {
    const item = object({ id: { type: 'integer' }, name: text });
    expect((await infer(crud(item, 'pet', undefined, 'string'))).resources[0]?.idProperty).toBe('name');
    expect((await infer(crud(item, 'pet', undefined, 'integer'))).resources[0]?.idProperty).toBe('id');
  });

  test('is no object or array', async () => {
    const item = object({ id: object({ value: text }), pet_id: text });
    expect((await infer(crud(item, 'id'))).resources[0]?.idProperty).toBe('pet_id');
  });

  test('is what a link takes from a response, which also makes a creation elsewhere part of the resource', async () => {
    const links = { get: { operationId: 'getPet', parameters: { petId: '$response.body#/reference' } } };
    const item = object({ id: text, reference: text });
    const found = await infer({
      '/registrations': {
        post: {
          responses: {
            201: { description: 'Done.', content: { 'application/json': { schema: item } }, links },
          },
        },
      },
      '/pets/{petId}': { get: answers(item, { operationId: 'getPet' }), delete: answers() },
    });
    expect(found.resources[0]).toMatchObject({ idProperty: 'reference', idRule: 'a link' });
    expect(found.resources[0]?.operations.create).toMatchObject({
      path: '/registrations',
      rule: 'a link to getPet',
    });
  });
});

describe('the item in a response', () => {
  test.each<[name: string, body: Schema, pointer: string]>([
    ['the body', ref('Pet'), ''],
    ['the member that wraps it', object({ ok: { type: 'boolean' }, pet: ref('Pet') }), '/pet'],
    ['a member of a member', object({ data: object({ pet: ref('Pet') }) }), '/data/pet'],
    ['a body with a part that has an id', object({ ...(PET.properties as Schema), owner: ref('Pet') }), ''],
    [
      'a body that has no id, with a part that has one',
      object({ reference: ref('Pet'), a: {}, b: {}, c: {}, d: { type: 'string' } }),
      '',
    ],
    ['one of oneOf', { oneOf: [ref('Pet'), { type: 'null' }] }, ''],
    ['parts in allOf', { allOf: [ref('Pet'), object({ tag: { type: 'string' } })] }, ''],
  ])('is %s', async (_, body, pointer) => {
    const found = await infer({ '/pets/{id}': { get: answers(body), delete: answers() } });
    expect(found.resources[0]?.operations.read?.itemPlace?.pointer).toBe(pointer);
  });

  test('is found in each response of the resource', async () => {
    const found = await infer({
      '/pets': { post: answers(object({ created: { type: 'boolean' }, pet: ref('Pet') })) },
      '/pets/{id}': { get: answers(object({ data: ref('Pet') })), delete: answers(object({ gone: {} })) },
    });
    const { create, read, delete: removal } = found.resources[0]?.operations ?? {};
    expect([create, read, removal].map(each => each?.itemPlace?.pointer)).toEqual([
      '/pet',
      '/data',
      undefined,
    ]);
  });
});

describe('the list', () => {
  const summary = object({ id: { type: 'integer' }, name: { type: 'string' } });
  test.each<[name: string, body: Schema, pointer: string]>([
    ['the body', array(ref('Pet')), ''],
    ['the array of the same schema', object({ pets: array(ref('Pet')), others: array(summary) }), '/pets'],
    [
      'the array that shares half of the properties',
      object({ errors: array(object({ code: {} })), pets: array(summary) }),
      '/pets',
    ],
    [
      'the only array of objects',
      object({ errors: array(object({ code: {} })), rows: array(object({ of: {} })) }),
      '/rows',
    ],
    [
      'an array below a member',
      object({ _embedded: object({ pets: array(ref('Pet')) }) }),
      '/_embedded/pets',
    ],
  ])('is %s', async (_, body, pointer) => {
    expect((await infer(crud(ref('Pet'), 'petId', body))).resources[0]?.listPlace?.pointer).toBe(pointer);
  });

  test('is read the same in OpenAPI 3.0, where only the target of a $ref counts', async () => {
    const list = { $ref: '#/components/schemas/Pets', properties: { extra: array(summary) } };
    const schemas = { Pet: PET, Pets: object({ data: array(ref('Pet')) }) };
    const found = await infer(crud(ref('Pet'), 'petId', list), schemas, '3.0.3');
    expect(found.resources[0]?.listPlace?.pointer).toBe('/data');
  });
});

describe('x-deadringer.state', () => {
  const state = (settings: unknown): Schema => ({ 'x-deadringer': { state: settings } });
  const item = (more: Schema = {}): Schema => ({ get: answers(ref('Pet'), more), delete: answers() });

  test('false at the document, a path item or an operation leaves it out', async () => {
    const paths = { '/pets/{id}': item(), '/dogs/{id}': { ...item(), ...state(false) } };
    expect((await infer(paths)).resources.map(({ name }) => name)).toEqual(['pets']);
    expect((await infer(paths, undefined, undefined, state(false))).resources).toEqual([]);
    const one = { '/pets/{id}': { ...item(), put: answers(ref('Pet'), state(false)) } };
    expect(rolesOf(await infer(one))).toEqual(['read GET /pets/{id}', 'delete DELETE /pets/{id}']);
  });

  test('names the id, the item, the list and what is unique', async () => {
    const wrapped = object({ id: {}, inner: ref('Pet') });
    const found = await infer({
      '/pets': {
        ...state({ list: '/a/b', unique: ['name'] }),
        get: answers(object({ a: object({ b: array(ref('Pet')) }) })),
      },
      '/pets/{pet}': { ...state({ id: 'born', item: '/inner' }), get: answers(wrapped) },
    });
    expect(found.resources[0]).toMatchObject({
      idProperty: 'born',
      listPlace: { pointer: '/a/b' },
      unique: ['name'],
      operations: { read: { itemPlace: { pointer: '/inner', rule: 'x-deadringer.state' } } },
    });
  });

  test('moves an operation to a resource, gives it a role, and replaces what was inferred', async () => {
    const found = await infer({
      '/pets': { get: answers(array(ref('Pet'))) },
      '/pets/{id}': item(),
      '/pets/findByName': { get: answers(array(ref('Pet')), state({ resource: 'pets', role: 'list' })) },
      '/owners/{id}/pets': { post: answers(ref('Pet'), state({ resource: 'pets' })) },
    });
    expect(rolesOf(found)).toEqual([
      'list GET /pets/findByName',
      'create POST /owners/{id}/pets',
      'read GET /pets/{id}',
      'delete DELETE /pets/{id}',
    ]);
  });

  test('names a resource of two path items', async () => {
    const found = await infer({
      '/animals': {
        ...state({ resource: 'zoo' }),
        get: answers(array(ref('Pet'))),
        post: answers(ref('Pet')),
      },
      '/beast/{id}': { ...state({ resource: 'zoo' }), ...item() },
    });
    expect(found.resources).toMatchObject([{ name: 'zoo', item: '/beast/{id}' }]);
    expect(rolesOf(found)).toHaveLength(4);
  });

  test('says what an action sets', async () => {
    const found = await infer({
      '/pets/{id}': item(),
      '/pets/{id}/rename': { post: answers(ref('Pet'), state({ set: { name: 'Rex' } })) },
    });
    expect(found.resources[0]?.actions).toMatchObject([{ path: '/pets/{id}/rename', set: { name: 'Rex' } }]);
    expect(found.notUnderstood).toEqual([]);
  });

  test('is linted: what it names must exist', async () => {
    const { contract } = await load(
      documentOf(
        {
          '/pets': {
            ...state({ unique: ['nope'] }),
            get: answers(array(ref('Pet')), state({ list: '/data' })),
          },
          '/pets/{id}': item(state({ item: '/data' })),
          '/pets/{id}/rename': { post: answers(ref('Pet'), state({ set: { nick: 'Rex' } })) },
          '/run': { post: answers(undefined, state({ set: { done: true } })) },
          '/search': { get: answers(array(ref('Pet')), state({ resource: 'petz', role: 'list' })) },
        },
        undefined,
        undefined,
        state({ id: 'sku' }),
      ),
    );
    expect(lintState(contract).map(({ message }) => message.replace('x-deadringer.state.', ''))).toEqual([
      'list: the response of GET /pets declares no array at "/data"',
      'unique: an item of pets has no property "nope"',
      'item: the response of GET /pets/{id} declares nothing at "/data"',
      'set: an item of pets has no property "nick"',
      expect.stringMatching(
        /^set: POST \/run has no role in a resource: no resource has the item of this action/,
      ),
      'role: GET /search has no role in a resource: no other operation has the resource "petz"; did you mean "pets"?',
    ]);
  });
});

describe('lint --state', () => {
  test('prints resources, rules, and what was not understood', async () => {
    const { contract } = await load(documentOf(crud(ref('Pet'))));
    const file = contract.apis[0]?.documents.uris()[0] ?? '';
    const { code, out } = await run('lint', '--state', new URL(file).pathname);
    expect(code).toBe(0);
    expect(out).toContain('1 resource\n  pets  /pets  /pets/{petId}\n');
    expect(out).toContain("    id       id (the end of the path parameter's name)\n");
    expect(out).toContain(
      '    list     GET /pets (the path of the collection; body: the body is an array)\n',
    );
    const json = await run('lint', '--state', '--format', 'json', new URL(file).pathname);
    expect(JSON.parse(json.out)).toMatchObject({ apis: [{ name: 'pets', resources: [{ name: 'pets' }] }] });
  });
});
