// What a request sends comes back in the documented success, as far as the schema of the response admits it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { ServeEvent } from '../../src/mock/serve-event.ts';
import { type MockServer, startServer } from '../../src/start.ts';

const SHOP = `openapi: 3.1.0
info: { title: Shop, version: '1' }
paths:
  /pets:
    get:
      responses:
        '200': { description: '', content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Pet' } }, example: [{ id: 1, name: Rex }] } } }
    post:
      requestBody:
        content:
          application/json: { schema: { $ref: '#/components/schemas/NewPet' } }
          application/x-www-form-urlencoded: { schema: { $ref: '#/components/schemas/NewPet' } }
          multipart/form-data: { schema: { $ref: '#/components/schemas/NewPet' } }
          application/xml: { schema: { $ref: '#/components/schemas/NewPet' } }
      responses:
        '201':
          description: ''
          headers: { Location: { schema: { type: string }, example: /pets/1 } }
          content:
            application/json:
              schema: { $ref: '#/components/schemas/Pet' }
              example: { id: 1, name: Rex, tag: dog, owner: { name: Ann, city: Rome }, colours: [black, white] }
            application/xml:
              schema: { $ref: '#/components/schemas/Pet' }
              example: <Pet><id>1</id><name>Rex</name><tag>dog</tag></Pet>
        '400': { description: '', content: { application/json: { schema: { type: object, properties: { name: { type: string } } }, example: { name: refused } } } }
  /pets/{pet_id}:
    parameters: [{ name: pet_id, in: path, required: true, schema: { type: integer } }]
    get:
      responses:
        '200':
          description: ''
          content:
            application/json:
              schema: { type: object, properties: { data: { $ref: '#/components/schemas/Pet' }, owner: { type: object, properties: { id: { type: integer } } } } }
              examples: { first: { value: { data: { id: 1, name: Rex }, owner: { id: 1 } } } }
    put:
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/NewPet' } } } }
      responses:
        '200': { description: '', content: { application/json: { schema: { type: object, properties: { pet: { $ref: '#/components/schemas/Pet' } } }, example: { pet: { id: 1, name: Rex } } } } }
    delete:
      responses: { '204': { description: '' } }
  /owners/{ownerId}/pets/{id}:
    parameters:
      - { name: ownerId, in: path, required: true, schema: { type: string } }
      - { name: id, in: path, required: true, schema: { type: string } }
    get:
      responses:
        '200': { description: '', content: { application/json: { schema: { type: object, properties: { id: { type: string }, owner_id: { type: string } } }, example: { id: a, owner_id: b } } } }
  /customers/{id}/orders:
    parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
    post:
      requestBody: { content: { application/json: { schema: { type: object, properties: { note: { type: string } } } } } }
      responses:
        '200': { description: '', content: { application/json: { schema: { type: object, properties: { id: { type: string }, customerId: { type: string }, note: { type: string } } }, example: { id: order-1, customerId: c-1, note: '' } } } }
  /issues/{issue_number}:
    parameters: [{ name: issue_number, in: path, required: true, schema: { type: integer } }]
    get:
      responses:
        '200': { description: '', content: { application/json: { schema: { type: object, properties: { id: { type: integer }, number: { type: integer } } }, example: { id: 900, number: 1 } } } }
  /devices:
    post:
      requestBody: { content: { application/json: { schema: { type: object, properties: { devices: { type: array, items: { type: object, properties: { kind: { type: string } } } } } } } } }
      responses:
        '200': { description: '', content: { application/json: { schema: { type: object, properties: { devices: { type: array, items: { type: object, required: [id], properties: { id: { type: integer }, kind: { type: string }, since: { type: string } } } } } }, example: { devices: [{ id: 1, kind: x, since: '2020' }, { id: 2, kind: y, since: '2021' }] } } } }
  /animals:
    post:
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Animal' } } } }
      responses:
        '200': { description: '', content: { application/json: { schema: { $ref: '#/components/schemas/Animal' }, example: { kind: cat, lives: 9 } } } }
  /closed:
    post:
      requestBody: { content: { application/json: { schema: { type: object } } } }
      responses:
        '200': { description: '', content: { application/json: { schema: { type: object, additionalProperties: false, minProperties: 1, maxProperties: 2, properties: { name: { type: string }, note: { type: [string, 'null'] }, size: { enum: [s, m] } } }, example: { name: Rex } } } }
  /numbers/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: integer } }]
    post:
      requestBody: { content: { application/json: { schema: { type: object, properties: { big: { type: integer } } } } } }
      responses:
        '200': { description: '', content: { application/json: { schema: { type: object, properties: { id: { type: integer }, big: { type: integer, maximum: 9007199254740995 } } }, example: { id: 1, big: 1 } } } }
  /accounts:
    post:
      requestBody: { content: { application/json: { schema: { type: object, properties: { login: { type: string }, password: { type: string }, pin: { type: string }, api_token: { type: string } } } } } }
      responses:
        '200': { description: '', content: { application/json: { schema: { type: object, properties: { login: { type: string }, password: { type: string }, pin: { type: string, writeOnly: true }, api_token: { type: string } } }, example: { login: ann } } } }
components:
  schemas:
    NewPet:
      type: object
      properties:
        name: { type: string, maxLength: 40 }
        tag: { type: [string, 'null'] }
        age: { type: integer }
        photo: { type: string, contentMediaType: image/png }
        owner: { type: object, properties: { name: { type: string }, phone: { type: string } } }
        colours: { type: array, items: { type: string } }
    Pet:
      type: object
      required: [id, name]
      properties:
        id: { type: integer, readOnly: true }
        name: { type: string, maxLength: 10 }
        tag: { type: string }
        age: { type: integer }
        photo: { type: string }
        owner: { type: object, properties: { name: { type: string }, city: { type: string } } }
        colours: { type: array, items: { type: string } }
      xml: { name: Pet }
    Animal:
      oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }]
    Cat: { type: object, required: [kind, lives], additionalProperties: false, properties: { kind: { const: cat }, lives: { type: integer } } }
    Dog: { type: object, required: [kind, bark], additionalProperties: false, properties: { kind: { const: dog }, bark: { type: string } } }
`;

/** OpenAPI 3.0: nullable, and the same names in other spellings. */
const OLD = `openapi: 3.0.3
info: { title: Old, version: '1' }
paths:
  /user-profiles/{user-profile-id}:
    parameters: [{ name: user-profile-id, in: path, required: true, schema: { type: string } }]
    patch:
      requestBody: { content: { application/json: { schema: { type: object, properties: { nick: { type: string, nullable: true }, name: { type: string, nullable: true } } } } } }
      responses:
        '200':
          description: ''
          content:
            application/json:
              schema:
                allOf:
                  - { type: object, properties: { UserProfileId: { type: string } } }
                  - { type: object, properties: { nick: { type: string, nullable: true }, name: { type: string } } }
              example: { UserProfileId: a, nick: Nick, name: Name }
  /articles/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
    patch:
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Document' } } } }
      responses:
        '200': { description: '', content: { application/json: { schema: { $ref: '#/components/schemas/Document' }, example: { data: { id: '1', type: article, attributes: { title: Old, words: 9 } } } } } }
    put:
      requestBody: { content: { application/json: { schema: { type: object, properties: { article: { type: object, properties: { title: { type: string } } } } } } } }
      responses:
        '200': { description: '', content: { application/json: { schema: { type: object, properties: { id: { type: string }, title: { type: string }, words: { type: integer } } }, example: { id: '1', title: Old, words: 9 } } } }
  /declared/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
    put:
      x-deadringer: { state: { id: external } }
      requestBody: { content: { application/json: { schema: { type: object, properties: { external: { type: string } } } } } }
      responses:
        '200': { description: '', content: { application/json: { schema: { type: object, properties: { external: { type: string } } }, example: { external: a } } } }
components:
  schemas:
    Document:
      type: object
      properties:
        data:
          type: object
          properties:
            id: { type: string }
            type: { type: string }
            attributes: { type: object, properties: { title: { type: string }, words: { type: integer } } }
`;

const folder = mkdtempSync(path.join(os.tmpdir(), 'deadringer-'));
let mock: MockServer;
const served: ServeEvent[] = [];

beforeAll(async () => {
  writeFileSync(path.join(folder, 'shop.yaml'), SHOP);
  writeFileSync(path.join(folder, 'old.yaml'), OLD);
  mock = await startServer({ specs: [path.join(folder, 'shop.yaml'), path.join(folder, 'old.yaml')] });
  mock.state.subscribe(event => served.push(event));
});
afterAll(async () => {
  await mock.close();
  rmSync(folder, { recursive: true });
});

/** Every response must be valid. */
async function ask(method: string, target: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(`${mock.url}${target}`, { method, ...init });
  const findings = served.at(-1)?.findings.filter(({ at }) => at.startsWith('/response')) ?? [];
  expect(findings.filter(({ code }) => code !== 'response-number-imprecise')).toEqual([]);
  return response;
}

async function sendJson(
  method: string,
  target: string,
  value: unknown,
  init: RequestInit = {},
): Promise<unknown> {
  const body = typeof value === 'string' ? value : JSON.stringify(value);
  const headers = { 'content-type': 'application/json', ...init.headers };
  return (await ask(method, target, { ...init, headers, body })).json();
}

describe('members of the body', () => {
  test('are in the response beside those of the example', async () => {
    expect(await sendJson('POST', '/shop/pets', { name: 'Mia', age: 3 })).toEqual({
      id: 1,
      name: 'Mia',
      tag: 'dog',
      owner: { name: 'Ann', city: 'Rome' },
      colours: ['black', 'white'],
      age: 3,
    });
  });

  test('of inner objects are merged, and arrays of texts are replaced', async () => {
    const sent = { owner: { name: 'Bo', phone: '1' }, colours: ['red'] };
    expect(await sendJson('POST', '/shop/pets', sent)).toMatchObject({
      owner: { name: 'Bo', city: 'Rome' },
      colours: ['red'],
    });
  });

  test('are left off where the schema of the response does not admit them', async () => {
    const sent = { name: 'a name of more than ten', tag: null, unknown: 1, age: 4 };
    const received = await sendJson('POST', '/shop/pets', sent);
    expect(received).toMatchObject({ name: 'Rex', tag: 'dog', age: 4 });
    expect(received).not.toHaveProperty('unknown');
  });

  test('of a form have the types of the schema', async () => {
    const response = await ask('POST', '/shop/pets', { body: new URLSearchParams({ name: '7', age: '7' }) });
    expect(await response.json()).toMatchObject({ name: '7', age: 7 });
  });

  test('of a multipart form are in the response, except for files', async () => {
    const form = new FormData();
    form.set('name', 'Mia');
    form.set('photo', new Blob(['bytes'], { type: 'image/png' }), 'a.png');
    const received = await (await ask('POST', '/shop/pets', { body: form })).json();
    expect(received).toMatchObject({ name: 'Mia' });
    expect(received).not.toHaveProperty('photo');
  });

  test('are in an XML response', async () => {
    const response = await ask('POST', '/shop/pets', {
      headers: { accept: 'application/xml', 'content-type': 'application/json' },
      body: '{"name":"Mia & co"}',
    });
    expect(await response.text()).toContain('<name>Mia &amp; co</name><tag>dog</tag>');
  });

  test('replace null by null only where it is admitted, in OpenAPI 3.0', async () => {
    expect(await sendJson('PATCH', '/old/user-profiles/u7', { nick: null, name: null })).toEqual({
      UserProfileId: 'u7',
      nick: null,
      name: 'Name',
    });
  });

  test('of a list lie over its items, and further items have what the schema requires', async () => {
    const devices = [{ kind: 'a' }, { kind: 'b' }, { kind: 'c' }];
    expect(await sendJson('POST', '/shop/devices', { devices })).toEqual({
      devices: [
        { id: 1, kind: 'a', since: '2020' },
        { id: 2, kind: 'b', since: '2021' },
        { id: 1, kind: 'c' },
      ],
    });
    expect(await sendJson('POST', '/shop/devices', { devices: [] })).toEqual({ devices: [] });
  });

  test('of another branch of oneOf replace the example', async () => {
    expect(await sendJson('POST', '/shop/animals', { kind: 'dog', bark: 'loud' })).toEqual({
      kind: 'dog',
      bark: 'loud',
    });
    expect(await sendJson('POST', '/shop/animals', { kind: 'cat', lives: 7 })).toEqual({
      kind: 'cat',
      lives: 7,
    });
  });

  test('never make the body invalid as a whole', async () => {
    expect(await sendJson('POST', '/shop/closed', { name: 'Mia', size: 'm', note: null })).toEqual({
      name: 'Mia',
      size: 'm',
    });
    expect(await sendJson('POST', '/shop/closed', { size: 'xl', note: null, more: 1 })).toEqual({
      name: 'Rex',
      note: null,
    });
  });

  test('keep the digits of integers beyond 2^53, and obey their limits', async () => {
    const post = async (big: string): Promise<string> =>
      (
        await ask('POST', '/shop/numbers/9007199254740993', {
          headers: { 'content-type': 'application/json' },
          body: `{"big":${big}}`,
        })
      ).text();
    expect(await post('9007199254740993')).toBe('{"id":9007199254740993,"big":9007199254740993}');
    expect(await post('90071992547409999')).toBe('{"id":9007199254740993,"big":1}');
  });

  test('are not passwords, nor what is write-only', async () => {
    const sent = { login: 'bo', password: 'FAKE-password', pin: '1234', api_token: 'FAKE-token' };
    expect(await sendJson('POST', '/shop/accounts', sent)).toEqual({ login: 'bo', api_token: 'FAKE-token' });
  });

  test('named __proto__ change nothing', async () => {
    const sent = '{"__proto__":{"tag":"x"},"owner":{"__proto__":{"city":"x"},"name":"Bo"}}';
    expect(await sendJson('POST', '/shop/pets', sent)).toMatchObject({
      tag: 'dog',
      owner: { name: 'Bo', city: 'Rome' },
    });
  });

  test('are found in the member that wraps them', async () => {
    expect(
      await sendJson('PATCH', '/old/articles/7', { data: { type: 'article', attributes: { title: 'New' } } }),
    ).toEqual({
      data: { id: '7', type: 'article', attributes: { title: 'New', words: 9 } },
    });
    expect(await sendJson('PUT', '/old/articles/7', { article: { title: 'New' } })).toEqual({
      id: '7',
      title: 'New',
      words: 9,
    });
  });
});

describe('ids of the path', () => {
  test('are in the item that a member wraps, and not in others', async () => {
    const response = await ask('GET', '/shop/pets/77');
    expect(await response.json()).toEqual({ data: { id: 77, name: 'Rex' }, owner: { id: 1 } });
  });

  test('go before an id in the body', async () => {
    expect(await sendJson('PUT', '/shop/pets/8', { id: 9, name: 'Mia' })).toEqual({
      pet: { id: 8, name: 'Mia' },
    });
  });

  test('are found in every spelling, for the item and for what contains it', async () => {
    expect(await (await ask('GET', '/shop/owners/ann%2F1/pets/p%207')).json()).toEqual({
      id: 'p 7',
      owner_id: 'ann/1',
    });
  });

  test('of a collection are not the id of a new item', async () => {
    expect(await sendJson('POST', '/shop/customers/c7/orders', { note: 'n' })).toEqual({
      id: 'order-1',
      customerId: 'c7',
      note: 'n',
    });
  });

  test('are numbers beside another id', async () => {
    expect(await (await ask('GET', '/shop/issues/12')).json()).toEqual({ id: 900, number: 12 });
  });

  test('are where the document declares them, unless the body says otherwise', async () => {
    expect(await sendJson('PUT', '/old/declared/x7', {})).toEqual({ external: 'x7' });
    expect(await sendJson('PUT', '/old/declared/x7', { external: 'y' })).toEqual({ external: 'y' });
  });

  test('are in the length of a response to HEAD', async () => {
    const [head, get] = [await ask('HEAD', '/shop/pets/12345'), await ask('GET', '/shop/pets/12345')];
    expect(head.headers.get('content-length')).toBe(String((await get.arrayBuffer()).byteLength));
  });
});

describe('the response is as documented', () => {
  test('if the client asks for an example or a status', async () => {
    const example = { data: { id: 1, name: 'Rex' }, owner: { id: 1 } };
    expect(await (await ask('GET', '/shop/pets/77?__example=first')).json()).toEqual(example);
    expect(await (await ask('GET', '/shop/pets/77?__code=200')).json()).toEqual(example);
  });

  test('for a list, for a refusal, and without a body', async () => {
    expect(await (await ask('GET', '/shop/pets')).json()).toEqual([{ id: 1, name: 'Rex' }]);
    expect(await sendJson('POST', '/shop/pets', { name: 7 })).toEqual({ name: 'refused' });
    expect((await ask('DELETE', '/shop/pets/7')).status).toBe(204);
  });

  test('if a scenario or a switch replies', async () => {
    const changed = await fetch(`${mock.url}/__deadringer/sessions/used/switches/shop`, {
      method: 'PATCH',
      body: JSON.stringify({ status: 201 }),
    });
    expect(changed.status).toBe(200);
    const headers = { 'x-deadringer-session': 'used' };
    expect(await sendJson('POST', '/shop/pets', { name: 'Mia' }, { headers })).toMatchObject({ name: 'Rex' });
  });

  test('if the server is started without request values', async () => {
    const plain = await startServer({ specs: [path.join(folder, 'shop.yaml')], requestValues: false });
    onTestFinished(() => plain.close());
    const response = await fetch(`${plain.url}/shop/issues/12`);
    expect(await response.json()).toEqual({ id: 900, number: 1 });
  });
});

test('a generated body gets the values as well', async () => {
  const received = await sendJson('POST', '/shop/pets?__seed=monday', { name: 'Mia' });
  expect(received).toMatchObject({ name: 'Mia', id: expect.any(Number) });
});
