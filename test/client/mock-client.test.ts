// startMock() and connect(): one API for a mock in this process and elsewhere, over the control API.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { callControl } from '../../src/client/call-control.ts';
import {
  ControlRefusal,
  connect,
  InputError,
  type Mock,
  type MockClient,
  NoServer,
  startMock,
  VerificationError,
} from '../../src/index.ts';
import { closedPort } from '../cli/listening.ts';

let mock: Mock;
let elsewhere: MockClient;

beforeAll(async () => {
  mock = await startMock({
    specs: ['test/fixtures/pets.yaml'],
    scenarios: ['test/fixtures/scenarios'],
    token: 'FAKE-token',
  });
  elsewhere = connect(`${mock.url}/`, { token: 'FAKE-token' });
});
afterAll(() => mock.close(0));
afterEach(() => mock.reset());

async function getPet(url = mock.url, headers: Record<string, string> = {}): Promise<number> {
  return (await fetch(`${url}/pets/pets/7`, { headers })).status;
}

test('a scenario is enabled and disabled, by the mock itself and by a client elsewhere', async () => {
  await mock.use('pets.getPet.4XX');
  expect(await getPet()).toBe(400);
  await elsewhere.disable('pets.getPet.4XX');
  expect(await getPet()).toBe(200);
  await elsewhere.use(['pets.getPet.4XX']);
  expect(await getPet()).toBe(400);
  await mock.disable();
  expect(await getPet()).toBe(200);
});

test('an unknown scenario, a wrong token and a wrong delay are refused with a remedy', async () => {
  const refusal = await mock.use('pets/nothing').catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(ControlRefusal);
  expect(refusal).toBeInstanceOf(InputError);
  expect(refusal).toMatchObject({
    status: 400,
    code: 'bad-control',
    detail: 'unknown scenario "pets/nothing"',
    hint: expect.stringContaining('deadringer use --list'),
  });
  await expect(connect(mock.url).coverage()).rejects.toThrow(/requires a token|token/);
  await expect(mock.delay('2 parsecs')).rejects.toThrow('/deliver/delay must be a number with a unit');
});

test('delays and other changes hold for a target and a number of calls', async () => {
  await mock.delay(1, { on: 'pets.getPet', times: 1 });
  await mock.change('pets.getPet', { status: 404, times: 1 });
  expect([await getPet(), await getPet()]).toEqual([404, 200]);
  await mock.change('*', { deliver: { fault: 'reset' } });
  await expect(getPet()).rejects.toThrow('fetch failed');
  await mock.change('*', null);
  expect(await getPet()).toBe(200);
});

describe('sessions', () => {
  test('are kept apart by URL, by header and by option', async () => {
    const [anna, ben] = [mock.session('anna'), elsewhere.session('ben')];
    expect([anna.name, anna.url, anna.headers]).toEqual([
      'anna',
      `${mock.url}/~anna`,
      { 'x-deadringer-session': 'anna' },
    ]);
    expect(mock.session('default').url).toBe(mock.url);
    await anna.use('pets.getPet.4XX');
    expect([await getPet(anna.url), await getPet(mock.url, anna.headers), await getPet(ben.url)]).toEqual([
      400, 400, 200,
    ]);
    expect([(await anna.journal()).length, (await mock.journal({ session: 'ben' })).length]).toEqual([2, 1]);
    expect(await mock.journal()).toEqual([]);
    await Promise.all([anna.end(), ben.end(), ben.end()]);
    expect(await getPet(anna.url)).toBe(200);
  });

  test('that no request has used are empty, not missing', async () => {
    const fresh = mock.session('fresh');
    expect(await fresh.journal()).toEqual([]);
    await expect(fresh.verify({})).resolves.toBeUndefined();
    expect((await mock.session('fresh-2').har()).log.entries).toEqual([]);
  });

  test.each(['', 'a b', '~x', 'ä', 'x'.repeat(65), '../default', 'a\nb'])('have no name %j', async name => {
    expect(() => mock.session(name)).toThrow(InputError);
    await expect(mock.use('pets.getPet.4XX', { session: name })).rejects.toThrow(
      `${JSON.stringify(name)} is not a valid session name: use 1 to 64 letters, digits`,
    );
  });
});

test('reset makes the session new', async () => {
  await mock.use('pets.getPet.4XX');
  await mock.change('*', { status: 503 });
  await mock.clock.set('2027-01-01');
  await mock.state.put('pets', 'pets', 7, { id: 7, name: 'Rex' });
  await getPet();
  await mock.reset();
  expect(await mock.journal()).toEqual([]);
  expect((await mock.clock.get()).offset).toBe(0);
  expect(await mock.state.item('pets', 'pets', 7)).toBeUndefined();
  expect(await getPet()).toBe(200);
});

test('the journal shows redacted exchanges, and filters them', async () => {
  await fetch(`${mock.url}/pets/pets`, { headers: { authorization: 'Bearer FAKE-secret' } });
  await fetch(`${mock.url}/pets/pets?limit=0`);
  await fetch(`${mock.url}/pets/pets/7/nowhere`);
  const entries = await mock.journal();
  expect(entries.map(({ operation, response }) => [operation, response?.status])).toEqual([
    ['listPets', 200],
    ['listPets', 422],
    [undefined, 404],
  ]);
  expect(JSON.stringify([entries, await mock.har()])).not.toContain('FAKE-secret');
  expect((await mock.journal({ status: 422, operation: 'listPets' })).length).toBe(1);
  expect((await mock.journal({ failed: true, limit: 1 })).map(({ request }) => request.path)).toEqual([
    '/pets/pets/7/nowhere',
  ]);
  expect((await mock.har({ status: '4XX' })).log.entries.length).toBe(2);
  await expect(mock.journal({ verdict: 'fine' })).rejects.toThrow('verdict="fine" is not valid');
});

test('verify says what is missing and what was received', async () => {
  await getPet();
  await mock.verify({ expected: [{ on: 'getPet', times: 1 }], forbidden: [{ on: 'addPet' }] });
  const error = await mock.verify({ expected: [{ on: 'addPet' }] }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(VerificationError);
  expect(error).toMatchObject({
    failures: ['addPet: expected at least 1 call, received 0'],
    unmatched: [],
    message: [
      'the calls of session "default" are not as expected:',
      '  addPet: expected at least 1 call, received 0',
      'It received:',
      '  GET /pets/pets/7 -> 200 (getPet, passed)',
    ].join('\n'),
  });
  await expect(mock.verify({ expected: [{ on: 'adPet' }] })).rejects.toThrow('did you mean "addPet"?');
});

test('a name of dots is refused, because a URL has no such part: it would be the path above', async () => {
  await getPet();
  const connection = { server: mock.url, token: 'FAKE-token' };
  for (const path of [
    '/sessions/default/switches/..',
    '/sessions/default/switches/.?x=1',
    '/journal/../sessions',
  ])
    await expect(callControl(connection, 'DELETE', path)).rejects.toThrow(/no name may be "\.\.?"/);
  await expect(mock.change('..', { status: 404 })).rejects.toThrow(InputError);
  expect(await mock.journal()).toHaveLength(1);
});

test('stored items are written, read, listed, saved, loaded and removed', async () => {
  const { state } = mock;
  expect((await state.put('pets', 'pets', 7, { id: 7, name: 'Rex' })).version).toBe(1);
  expect((await state.item('pets', 'pets', '7'))?.value).toMatchObject({ id: 7, name: 'Rex' });
  await mock.use('pets/state');
  expect(await (await fetch(`${mock.url}/pets/pets/7`)).json()).toMatchObject({ id: 7, name: 'Rex' });
  const before = await state.get({ api: 'pets' });
  expect([await state.delete('pets', 'pets', 7), await state.delete('pets', 'pets', 7)]).toEqual([
    true,
    false,
  ]);
  expect((await state.load(before)).findings).toEqual([]);
  expect((await state.items('pets', 'pets', { offset: 2, limit: 1 })).items.map(({ id }) => id)).toEqual([
    '7',
  ]);
  await state.reset();
  expect((await state.items('pets', 'pets')).total).toBe(2);
  await expect(state.put('pets', 'pets', 8, { id: 8 })).rejects.toThrow('violates its schema');
  expect((await state.put('pets', 'pets', 8, { id: 8 }, { keepInvalid: true })).id).toBe('8');
  await expect(state.item('pets', 'petz', 7)).rejects.toThrow('did you mean "pets"?');
});

test('the clock is set, advanced, frozen and run', async () => {
  const { clock } = mock.session('timed');
  await clock.freeze();
  expect((await clock.set(new Date('2027-01-01T00:00:00Z'))).now).toBe('2027-01-01T00:00:00.000Z');
  expect((await clock.advance(90_000)).now).toBe('2027-01-01T00:01:30.000Z');
  expect((await clock.advance('1h')).frozen).toBe(true);
  expect((await clock.run()).frozen).toBe(false);
  expect((await clock.reset()).offset).toBe(0);
});

test('coverage counts what was called', async () => {
  await getPet();
  expect((await mock.coverage()).operations).toEqual({ declared: 5, exercised: 1 });
});

test('a closed server, one that was never started, and a text that is not a URL give an error with a remedy', async () => {
  let url: string;
  {
    await using short = await startMock({ specs: ['test/fixtures/pets.yaml'] });
    url = short.url;
    await short.close(0);
  }
  await expect(connect(url).use('pets/flaky')).rejects.toThrow(
    `no server responds at ${url}; it is closed, or was never started`,
  );
  await expect(connect(`http://127.0.0.1:${await closedPort()}`).journal()).rejects.toThrow(NoServer);
  expect(() => connect('localhost:4010')).toThrow('"localhost:4010" is not the URL of a server');
});

test('a mock that other machines reach requires a token', async () => {
  await expect(startMock({ specs: ['test/fixtures/pets.yaml'], host: '0.0.0.0' })).rejects.toThrow(
    'set the option "token"',
  );
});
