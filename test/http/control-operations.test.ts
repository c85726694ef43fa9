// The control API: operations, what a session tried of them, which response is in force, and sample requests.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ControlApi, type ControlResult, openControl } from './described-control.ts';

let mock: ControlApi;

beforeAll(async () => {
  mock = await openControl({
    specs: ['test/fixtures/pets.yaml'],
    scenarios: ['test/fixtures/scenarios'],
  });
});
afterAll(() => mock.close());

// biome-ignore lint/suspicious/noExplicitAny: responses are validated against the document, not by types
type Any = any;

const control = (...call: Parameters<ControlApi['control']>): Promise<ControlResult> => mock.control(...call);

const pets = (headers: Record<string, string> = {}, path = '/pets/pets'): Promise<Response> =>
  fetch(mock.url + path, { headers });

describe('operations', () => {
  type Operations = Record<string, Any>;
  const byId = (operations: Any[], key: string): Operations =>
    Object.fromEntries(operations.map(each => [each[key], each]));
  const ofSession = async (id: string): Promise<Operations> =>
    byId((await control('GET', `/sessions/${id}/operations`)).body.operations, 'operation');

  test('are listed with their place in the document, their responses and examples', async () => {
    const { apis } = (await control('GET', '/apis')).body;
    const { operations } = apis.find(({ name }: { name: string }) => name === 'pets');
    const { listPets, getPet } = byId(operations, 'id');
    expect(listPets).toEqual({
      id: 'listPets',
      method: 'GET',
      path: '/pets/v1/pets',
      tags: [],
      deprecated: false,
      location: 'test/fixtures/pets.yaml:12',
      statuses: ['200', '503'],
      responses: [
        { status: '200', sends: 200, description: 'All pets.', examples: ['two', 'none'] },
        { status: '503', sends: 503, description: 'Down for repairs.', examples: [] },
      ],
    });
    expect(getPet).toMatchObject({ deprecated: true, statuses: ['200', '4XX'] });
    expect(getPet.responses[1]).toMatchObject({ status: '4XX', sends: 400 });
  });

  test('are counted by declared status, and errors of the mock do not count', async () => {
    const session = { 'x-deadringer-session': 'counted' };
    await pets(session);
    await pets(session);
    await pets({ ...session, prefer: 'code=503' });
    await pets(session, '/pets/only/pets/x');
    await pets({ ...session, prefer: 'code=418' });
    const { listPets, getPet, addPet } = await ofSession('counted');
    expect(listPets).toMatchObject({ calls: 4, statuses: { 200: 2, 503: 1 }, otherStatuses: {} });
    expect(getPet).toMatchObject({ calls: 1, statuses: { 200: 0, '4XX': 1 } });
    expect(addPet).toMatchObject({ calls: 0, statuses: { 201: 0 } });
    const { body } = await control('GET', '/sessions/counted/coverage');
    expect(body.details.find(({ operation }: Any) => operation === 'listPets')).toMatchObject({
      calls: 4,
      statuses: { 200: 2, 503: 1 },
    });
  });

  test('are counted beyond the entries that the journal keeps, until it is cleared', async () => {
    const small = await openControl({ specs: ['test/fixtures/pets.yaml'], limits: { entries: 3 } });
    try {
      const call = (prefer: string): Promise<Response> =>
        fetch(`${small.url}/pets/pets`, { headers: { prefer } });
      const listPets = async (): Promise<Any> => {
        const { body } = await small.control('GET', '/sessions/default/operations');
        return byId(body.operations, 'operation').listPets;
      };
      await call('code=503');
      await call('code=418');
      for (let count = 0; count < 6; count++) await call('code=200');
      expect((await small.control('GET', '/sessions/default')).body.journal).toEqual({
        entries: 3,
        dropped: 5,
      });
      expect(await listPets()).toMatchObject({ calls: 8, statuses: { 200: 6, 503: 1 }, otherStatuses: {} });
      await small.control('DELETE', '/sessions/default/journal');
      expect(await listPets()).toMatchObject({ calls: 0, statuses: { 200: 0, 503: 0 } });
    } finally {
      await small.close();
    }
  });

  test('say which response is in force and why, and the mock sends it', async () => {
    await control('POST', '/sessions', { id: 'force' });
    const next = async (): Promise<[Any, number]> => {
      const { inForce } = (await ofSession('force')).listPets;
      return [inForce, (await pets({ 'x-deadringer-session': 'force' })).status];
    };
    expect(await next()).toEqual([
      {
        status: 200,
        by: 'document',
        text: 'the document, with the example "two"',
        location: 'test/fixtures/pets.yaml:17',
      },
      200,
    ]);
    await control('POST', '/sessions/force/scenarios', { scenarios: ['pets/flaky'] });
    const flaky = (status: number, reply: number): Any => ({
      status,
      by: 'scenario',
      text: `scenario pets/flaky, reply ${reply} of 3`,
      scenario: 'pets/flaky',
      location: 'test/fixtures/scenarios/pets/flaky.yaml:3',
    });
    for (const [status, reply] of [
      [503, 1],
      [503, 2],
      [200, 3],
      [200, 3],
    ] as const)
      expect(await next()).toEqual([flaky(status, reply), status]);
    await control('POST', '/sessions/force/scenarios', { scenarios: ['pets.listPets.503'] });
    expect(await next()).toEqual([
      {
        status: 503,
        by: 'scenario',
        text: 'scenario pets.listPets.503',
        scenario: 'pets.listPets.503',
        location: 'test/fixtures/pets.yaml:27',
      },
      503,
    ]);
    expect((await ofSession('force')).getPet.inForce).toMatchObject({ scenario: 'pets/tagged', status: 200 });
    await control('PATCH', '/sessions/force/switches/*', { status: 418, after: 1, times: 1 });
    await control('PATCH', '/sessions/force/switches/pets', { status: 200, example: 'none', times: 1 });
    expect(await next()).toEqual([
      {
        status: 200,
        by: 'switch',
        text: 'the switch of pets, with the example "none"',
        target: 'pets',
        location: 'test/fixtures/pets.yaml:17',
      },
      200,
    ]);
    expect(await next()).toEqual([
      {
        status: 418,
        by: 'switch',
        text: 'the switch of everything',
        target: '*',
        offContract: 'listPets declares 200, 503, not 418 (test/fixtures/pets.yaml:16)',
      },
      418,
    ]);
    expect((await next())[0]).toMatchObject({ by: 'scenario', status: 503 });
    await control('PUT', '/upstreams/pets.getPet', { url: 'http://127.0.0.1:9' });
    expect((await ofSession('force')).getPet.inForce).toEqual({
      by: 'upstream',
      text: 'the upstream service http://127.0.0.1:9',
    });
    await control('DELETE', '/upstreams/pets.getPet');
  });

  test('have a sample request that the mock accepts, and another one for a seed', async () => {
    const path = '/apis/pets/operations/addPet/sample-request';
    const sample = async (input: unknown): Promise<Any> => {
      const { status, body } = await control('POST', path, input);
      expect(status).toBe(200);
      const response = await fetch(body.url, {
        method: body.method,
        headers: body.headers.map(({ name, value }: Any): [string, string] => [name, value]),
        body: body.body,
      });
      expect(response.status).toBe(201);
      return body;
    };
    const first = await sample({});
    expect(first).toMatchObject({ method: 'POST', path: '/pets/v1/pets', query: '' });
    expect(first.curl).toContain(`curl -X POST ${mock.url}/pets/v1/pets -H 'content-type: application/json'`);
    const second = await sample({ seed: 'b', session: 'sampled' });
    expect(second.body).not.toBe(first.body);
    expect((await sample({ seed: 'b' })).body).toBe(second.body);
    expect(second.headers).toContainEqual({ name: 'x-deadringer-session', value: 'sampled' });
    expect((await ofSession('sampled')).addPet.calls).toBe(1);
  });

  test('that do not exist are reported with the most similar name', async () => {
    const detail = async (path: string): Promise<[number, string]> => {
      const { status, body } = await control('POST', `/apis/${path}/sample-request`, {});
      return [status, body.detail];
    };
    expect(await detail('pet/operations/addPet')).toEqual([
      404,
      'there is no API "pet"; did you mean "pets"?',
    ]);
    expect(await detail('pets/operations/addPets')).toEqual([
      404,
      'the API "pets" has no operation "addPets"; did you mean "addPet"?',
    ]);
  });
});
