// The switches of a session through the control API: what they reply, how they combine, and what is refused.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { latestOf } from '../store/tested-mock.ts';
import { type ControlApi, type ControlResult, openControl } from './described-control.ts';

let mock: ControlApi;
beforeAll(async () => {
  mock = await openControl({
    specs: ['specs', 'test/fixtures/pets.yaml'],
    scenarios: ['test/fixtures/scenarios'],
  });
});
afterAll(async () => await mock.close());

const control = (method: string, path: string, body?: unknown): Promise<ControlResult> =>
  mock.control(method, path, body);

// biome-ignore lint/suspicious/noExplicitAny: the JSON of many routes
type Json = any;

const patch = async (session: string, target: string, settings: unknown): Promise<Json> => {
  const { status, body } = await control(
    'PATCH',
    `/sessions/${session}/switches/${encodeURIComponent(target)}`,
    settings,
  );
  expect([status, body.detail]).toEqual([200, undefined]);
  return body.switches;
};
const refused = async (target: string, settings: unknown): Promise<readonly [number, string]> => {
  const { status, body } = await control('PATCH', `/sessions/refused/switches/${target}`, settings);
  expect((await control('GET', '/sessions/refused')).body.switches ?? []).toEqual([]);
  return [status, body.detail];
};
const call = (session: string, path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${mock.url}/~${session}/pets${path}`, init);
const statuses = async (session: string, path: string, count: number): Promise<number[]> => {
  const seen: number[] = [];
  for (let index = 0; index < count; index++) seen.push((await call(session, path)).status);
  return seen;
};
const lastEntry = async (session: string): Promise<Json> =>
  latestOf<Json>((await control('GET', `/sessions/${session}/journal`)).body.entries);

describe('the status of a switch', () => {
  test('replies with the declared response, for this session only', async () => {
    expect(await patch('declared', 'pets.listPets', { status: 503 })).toEqual([
      { target: 'pets.listPets', status: 503, calls: 0, state: 'on' },
    ]);
    const response = await call('declared', '/pets');
    expect([response.status, await response.text()]).toEqual([503, '']);
    expect([(await call('other', '/pets')).status, (await call('declared', '/only/pets/1')).status]).toEqual([
      200, 200,
    ]);
    expect(await lastEntry('declared')).toMatchObject({ switches: [] });
    const first = (await control('GET', '/sessions/declared/journal')).body.entries[0];
    expect(first).toMatchObject({ switches: ['pets.listPets'], findings: [] });
    expect(first).not.toHaveProperty('offContract');
  });

  test('may be undeclared: the body is generic, and the journal says that it is off-contract', async () => {
    const reason = 'listPets declares 200, 503, not 500 (test/fixtures/pets.yaml:16)';
    expect(await patch('undeclared', 'pets.listPets', { status: 500 })).toEqual([
      { target: 'pets.listPets', status: 500, calls: 0, state: 'on', offContract: reason },
    ]);
    const response = await call('undeclared', '/pets');
    expect([response.status, response.headers.get('content-type'), await response.json()]).toEqual([
      500,
      'application/json',
      { status: 500, message: 'Internal Server Error' },
    ]);
    expect(await lastEntry('undeclared')).toMatchObject({
      offContract: reason,
      findings: [{ code: 'status-undocumented' }],
      switches: ['pets.listPets'],
    });
  });

  test('a generic response has the fields that its status needs', async () => {
    const fields = async (api: string, status: number, path: string, init: RequestInit): Promise<Headers> => {
      await patch('fields', api, { status });
      const response = await fetch(`${mock.url}/~fields${path}`, init);
      expect(response.status).toBe(status);
      return response.headers;
    };
    const pets = (status: number): Promise<Headers> => fields('pets', status, '/pets/pets', {});
    expect((await pets(401)).get('www-authenticate')).toBe('Bearer realm="pets"');
    expect((await pets(429)).get('retry-after')).toBe('1');
    const put = { method: 'PUT', body: '{}', headers: { 'content-type': 'application/json' } };
    const challenge = await fields('bonifiq', 401, '/bonifiq/v1/pvt/Customer/7', put);
    expect(challenge.get('www-authenticate')).toMatch(/^Basic realm="BonifiQ"/);
  });

  test.each([204, 205, 304])('%i and HEAD have no body', async status => {
    await patch('empty', 'pets.listPets', { status });
    const response = await call('empty', '/pets');
    expect([response.status, await response.text(), response.headers.get('content-type')]).toEqual([
      status,
      '',
      null,
    ]);
    await patch('empty', 'pets.listPets', { status: 500 });
    const head = await call('empty', '/pets', { method: 'HEAD' });
    expect([head.status, await head.text(), head.headers.get('content-length')]).toEqual([500, '', '48']);
  });

  test('a success is not sent to an invalid request, and an error is', async () => {
    await patch('invalid', 'pets.getPet', { status: 202 });
    expect((await call('invalid', '/only/pets/1')).status).toBe(202);
    expect((await call('invalid', '/only/pets/one')).status).toBe(422);
    await patch('invalid', 'pets.getPet', { status: 418 });
    expect((await call('invalid', '/only/pets/one')).status).toBe(418);
  });

  test('a named example replaces the first', async () => {
    await patch('example', 'pets.listPets', { example: 'none' });
    expect(await (await call('example', '/pets')).json()).toEqual([]);
    await patch('example', 'pets.listPets', { example: 'two', status: 200 });
    expect(await (await call('example', '/pets')).json()).toHaveLength(2);
    // The other operations of the API have no such example.
    await patch('example-of-api', 'pets', { example: 'none' });
    expect((await call('example-of-api', '/only/pets/1')).status).toBe(200);
    expect(await (await call('example-of-api', '/pets')).json()).toEqual([]);
  });

  test('Accept that excludes all is disregarded', async () => {
    await patch('accept', 'pets.getPet', { status: 404 });
    const response = await call('accept', '/only/pets/1', { headers: { accept: 'application/json' } });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      404,
      'application/problem+json',
    ]);
  });
});

describe('calls', () => {
  test('the first are normal, then so many are changed, then all are normal', async () => {
    await patch('counted', 'pets.listPets', { status: 503, after: 2, times: 1 });
    expect((await control('GET', '/sessions/counted/switches')).body.switches[0]).toMatchObject({
      calls: 0,
      state: 'waiting',
    });
    expect(await statuses('counted', '/pets', 5)).toEqual([200, 200, 503, 200, 200]);
    expect((await control('GET', '/sessions/counted/switches')).body.switches).toEqual([
      { target: 'pets.listPets', status: 503, after: 2, times: 1, calls: 5, state: 'used-up' },
    ]);
  });

  test('are counted anew after a reset, and after a change', async () => {
    await patch('again', 'pets.listPets', { status: 503, times: 1 });
    expect(await statuses('again', '/pets', 2)).toEqual([503, 200]);
    await control('POST', '/sessions/again/reset');
    expect(await statuses('again', '/pets', 2)).toEqual([503, 200]);
    await patch('again', 'pets.listPets', { status: 503, times: 2 });
    expect(await statuses('again', '/pets', 3)).toEqual([503, 503, 200]);
  });

  test('a change starts without the settings of a switch that is used up', async () => {
    await patch('used', 'pets.listPets', { status: 503, times: 1 });
    await call('used', '/pets');
    expect(await patch('used', 'pets.listPets', { deliver: { delay: 1 } })).toEqual([
      { target: 'pets.listPets', deliver: { delay: 1 }, calls: 0, state: 'on' },
    ]);
  });
});

describe('a change for some calls', () => {
  test('interrupts a lasting switch, which returns with all its settings', async () => {
    await patch('next', 'pets.listPets', { status: 404, deliver: { delay: 1 } });
    expect(await patch('next', 'pets.listPets', { status: 500, times: 1, after: null })).toEqual([
      expect.objectContaining({
        status: 500,
        times: 1,
        deliver: { delay: 1 },
        state: 'on',
        otherwise: { status: 404, deliver: { delay: 1 } },
      }),
    ]);
    expect(await statuses('next', '/pets', 3)).toEqual([500, 404, 404]);
    const { switches } = (await control('GET', '/sessions/next/switches')).body;
    expect(switches).toEqual([
      expect.objectContaining({ status: 404, deliver: { delay: 1 }, calls: 2, state: 'on' }),
    ]);
    expect(switches[0]).not.toHaveProperty('otherwise');
    await control('POST', '/sessions/next/reset');
    expect(await statuses('next', '/pets', 1)).toEqual([404]);
  });

  test('leaves the calls before it to the lasting switch, and another one takes its place', async () => {
    await patch('later', 'pets.listPets', { status: 404 });
    await patch('later', 'pets.listPets', { status: 500, times: 5 });
    await patch('later', 'pets.listPets', { status: 503, times: 1, after: 1 });
    expect(await statuses('later', '/pets', 3)).toEqual([404, 503, 404]);
  });

  test('is also what the lasting switch does', async () => {
    await patch('same', 'pets.listPets', { status: 404 });
    await patch('same', 'pets.listPets', { status: 404, times: 1 });
    expect(await statuses('same', '/pets', 2)).toEqual([404, 404]);
  });

  test('does not leave the settings behind that it adds to: they may last, or end', async () => {
    await patch('kept', 'pets.listPets', { status: 404 });
    await patch('kept', 'pets.listPets', { status: 500, times: 1 });
    expect((await patch('kept', 'pets.listPets', { times: null }))[0]).not.toHaveProperty('otherwise');
    expect(await statuses('kept', '/pets', 2)).toEqual([500, 500]);
    // The number of calls alone limits the switch.
    await patch('kept', 'pets.listPets', { times: 1 });
    expect(await statuses('kept', '/pets', 2)).toEqual([500, 200]);
    expect(await patch('kept', 'pets.listPets', { status: 500, times: 1 })).toHaveLength(1);
    expect(await statuses('kept', '/pets', 2)).toEqual([500, 200]);
  });
});

describe('several switches', () => {
  test('the reply is the one of the most specific switch', async () => {
    await patch('specific', '*', { status: 500 });
    await patch('specific', 'pets', { status: 501 });
    await patch('specific', 'pets.listPets', { status: 503 });
    expect([
      (await call('specific', '/pets')).status,
      (await call('specific', '/only/pets/1')).status,
      (await fetch(`${mock.url}/~specific/masivo/customers/7/devices`, { method: 'PATCH' })).status,
    ]).toEqual([503, 501, 500]);
    await control('DELETE', '/sessions/specific/switches/pets.listPets');
    expect((await call('specific', '/pets')).status).toBe(501);
  });

  test('each aspect of the delivery is the one of the most specific switch that sets it', async () => {
    await patch('aspects', '*', { deliver: { fault: 'hang', delay: '1m' } });
    await patch('aspects', 'pets', { deliver: { delay: 1 } });
    await patch('aspects', 'pets.listPets', { deliver: { fault: 'empty' } });
    await expect(call('aspects', '/pets')).rejects.toThrow();
    expect((await lastEntry('aspects')).switches).toEqual(['pets.listPets', 'pets', '*']);
  });

  test('a patch changes what it names, and removes what is null', async () => {
    await patch('merged', '*', { deliver: { delay: '1ms' }, times: 3 });
    expect(await patch('merged', '*', { status: 503 })).toMatchObject([
      { status: 503, times: 3, deliver: { delay: '1ms' } },
    ]);
    expect(await patch('merged', '*', { deliver: { delay: null }, times: null })).toEqual([
      expect.not.objectContaining({ deliver: expect.anything(), times: expect.anything() }),
    ]);
    expect(await patch('merged', '*', { status: null })).toEqual([]);
  });

  test('are removed one by one, or all', async () => {
    await patch('removed', '*', { status: 500 });
    await patch('removed', 'pets', { status: 501 });
    await patch('removed', 'masivo', { status: 502 });
    const left = await control('DELETE', '/sessions/removed/switches/masivo');
    expect(left.body.switches.map(({ target }: Json) => target)).toEqual(['*', 'pets']);
    expect((await control('DELETE', '/sessions/removed/switches')).body.switches).toEqual([]);
    expect((await call('removed', '/pets')).status).toBe(200);
  });

  test('the delivery of a session is the one of the switch of everything', async () => {
    await patch('delivery', '*', { status: 503, deliver: { delay: '1m' } });
    const { body } = await control('PUT', '/sessions/delivery/delivery', { delay: '2ms' });
    expect([body.deliver, body.switches]).toEqual([
      { delay: '2ms' },
      [expect.objectContaining({ target: '*', status: 503, deliver: { delay: '2ms' } })],
    ]);
    const without = await control('PUT', '/sessions/delivery/delivery', null);
    expect(without.body.switches).toEqual([expect.not.objectContaining({ deliver: expect.anything() })]);
  });
});

describe('precedence', () => {
  test('a switch comes before scenarios, and their lists do not advance', async () => {
    await control('POST', '/sessions/before/scenarios', { scenarios: ['pets/flaky'] });
    await patch('before', 'pets.listPets', { status: 500, times: 2 });
    expect(await statuses('before', '/pets', 5)).toEqual([500, 500, 503, 503, 200]);
  });

  test('what a request prefers comes before a switch', async () => {
    await patch('preferred', 'pets.listPets', { status: 500 });
    expect((await call('preferred', '/pets', { headers: { prefer: 'code=503' } })).status).toBe(503);
    expect((await call('preferred', '/pets', { headers: { prefer: 'example=none' } })).status).toBe(200);
    expect((await call('preferred', '/pets', { headers: { prefer: 'dynamic=true' } })).status).toBe(500);
  });
});

describe('is refused', () => {
  test.each([
    ['pets.listPetz', { status: 503 }, 'pets has no operation "listPetz"; did you mean "pets.listPets"?'],
    ['listPets', { status: 503 }, 'there is no API "listPets"; did you mean "pets.listPets"?'],
    ['pets.listPets', { status: 101 }, '/status must be at least 200'],
    ['pets.listPets', { status: 600 }, '/status must be at most 599'],
    ['pets.listPets', { exmple: 'two' }, '/exmple unknown key "exmple"; did you mean "example"?'],
    ['pets.listPets', { times: 0, status: 500 }, '/times must be at least 1'],
    ['pets.listPets', { times: 2 }, 'the switch changes nothing'],
    [
      'pets.listPets',
      { status: 503, example: 'two' },
      'response 503 of pets.listPets has no example "two"; it belongs to response 200 of listPets; set the status as well',
    ],
    [
      'pets',
      { example: 'tow' },
      'the success response of pets has no example "tow"; known examples: "two", "none"',
    ],
    [
      'pets.getPet',
      { example: 'x' },
      'the success response of pets.getPet has no example "x"; no operation of the target has a named example',
    ],
  ])('%s %j', async (target, settings, detail) => {
    expect(await refused(target, settings)).toEqual([400, detail]);
  });

  test('what is no object, and an unknown delay', async () => {
    expect((await refused('pets', [1]))[1]).toContain('the body must be an object');
    expect((await refused('pets', { deliver: { delay: 'long' } }))[0]).toBe(400);
    expect((await refused('pets', { deliver: { fault: 'rset' } }))[1]).toContain('did you mean "reset"?');
  });

  test('a body that is nested beyond the stack', async () => {
    const response = await fetch(`${mock.url}/__deadringer/sessions/refused/switches/pets`, {
      method: 'PATCH',
      body: `{"deliver":${'{"a":'.repeat(150_000)}1${'}'.repeat(150_001)}`,
    });
    expect(response.status).toBe(400);
  });
});

describe('scenarios', () => {
  test('are enabled and disabled by patterns', async () => {
    const enable = (...scenarios: string[]): Promise<ControlResult> =>
      control('POST', '/sessions/pattern/scenarios', { scenarios });
    expect((await enable('pets/*', '*Pets.503')).body.scenarios).toEqual([
      'pets/flaky',
      'pets/tagged',
      'pets.listPets.503',
    ]);
    expect((await control('DELETE', '/sessions/pattern/scenarios?scenario=pets/*')).body).toMatchObject({
      scenarios: ['pets.listPets.503'],
      disabledScenarios: ['pets/tagged'],
    });
    expect((await enable('*/flakey')).body.detail).toBe(
      'no scenario matches "*/flakey"; did you mean "*/flaky"?',
    );
  });
});
