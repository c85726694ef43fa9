// The matchers of mocks and sessions: what passes, what fails, and what the messages say.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ContractViolation, contractMatchers, type Mock, startMock } from '../../src/index.ts';

const { toHaveReceived, toSatisfyContract } = contractMatchers;
let mock: Mock;

beforeAll(async () => {
  mock = await startMock({ specs: ['test/fixtures/pets.yaml'] });
});
afterAll(() => mock.close(0));
afterEach(() => mock.reset());

async function addPet(pet: object, url = mock.url): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  await fetch(`${url}/pets/pets`, { method: 'POST', headers, body: JSON.stringify(pet) });
}

async function outcome(result: ReturnType<typeof toSatisfyContract>): Promise<[boolean, string]> {
  const { pass, message } = await result;
  return [pass, message()];
}

test('valid exchanges satisfy the contract, also with declared errors and responses that are off-contract on purpose', async () => {
  await addPet({ id: 1, name: 'Rex' });
  await mock.change('pets.listPets', { status: 503, times: 1 });
  await fetch(`${mock.url}/pets/pets`);
  await mock.change('pets.listPets', { status: 500 });
  expect((await fetch(`${mock.url}/pets/pets`)).status).toBe(500);
  expect(await outcome(toSatisfyContract(mock))).toEqual([
    true,
    'no exchange of the mock violates the contract',
  ]);
  await mock.verifyContract();
});

test('invalid requests and paths that no document declares violate it: the message names rule, file and line', async () => {
  const anna = mock.session('anna');
  await addPet({ id: 'x', name: 5 }, anna.url);
  await fetch(`${anna.url}/petz`);
  expect(await outcome(toSatisfyContract(anna))).toEqual([
    false,
    `session "anna" does not satisfy the contract: 2 exchanges violate it
  POST /pets/pets -> 422 (addPet)
    request body /id must be integer; got "x" (request-body-schema, test/fixtures/pets.yaml:81)
    request body /name must be string; got 5 (request-body-schema, test/fixtures/pets.yaml:82)
  GET /petz -> 404 (no-such-path)`,
  ]);
  await expect(anna.verifyContract()).rejects.toThrow(ContractViolation);
  await expect(mock.verifyContract({ session: 'anna' })).rejects.toThrow(
    '(request-body-schema, test/fixtures/pets.yaml:81)',
  );
});

test('more than a few violations are counted', async () => {
  for (let index = 0; index < 7; index++) await fetch(`${mock.url}/nowhere/${index}`);
  const [, message] = await outcome(toSatisfyContract(mock));
  expect(message.split('\n').slice(-2)).toEqual([
    '  GET /nowhere/4 -> 404 (no-such-path)',
    '  ... and 2 more exchanges',
  ]);
});

test('without a request, nothing shows that the contract is satisfied', async () => {
  await expect(toSatisfyContract(mock.session('idle'))).rejects.toThrow(
    'session "idle" received no request, so nothing shows that the contract is satisfied: does the app use its URL?',
  );
});

test('a received call is found by operation, conditions and number', async () => {
  await addPet({ id: 1, name: 'Rex' });
  for (const call of [
    'addPet',
    'POST /pets',
    { on: 'addPet', times: 1 },
    { on: 'addPet', when: { body: { '/name': 'Rex' } } },
    { on: 'listPets', times: 0 },
  ])
    expect([call, (await toHaveReceived(mock, call)).pass]).toEqual([call, true]);
  expect((await toHaveReceived(mock, { on: 'addPet', times: 2 })).pass).toBe(false);
});

test('a missing call fails with the calls that came, and why they do not count', async () => {
  await addPet({ id: 1, name: 'Tom' });
  await fetch(`${mock.url}/nowhere`);
  expect(await outcome(toHaveReceived(mock, { on: 'addPet', when: { body: { '/name': 'Rex' } } }))).toEqual([
    false,
    `the calls of session "default" are not as expected:
  addPet: expected at least 1 call, received 0; 1 call did not count, the last because body /name does not match the condition
It received:
  POST /pets/pets -> 201 (addPet, passed)
  GET /nowhere -> 404 (no operation, problem)`,
  ]);
});

test('a misspelt operation fails with and without "not", and a value that is not a mock is an error', async () => {
  await expect(toHaveReceived(mock, 'adPet')).rejects.toThrow('did you mean "addPet"?');
  await expect(toHaveReceived(mock.url, 'addPet')).rejects.toThrow(
    'toHaveReceived() is for a mock of startMock() or connect(), or for one of its sessions',
  );
  await expect(toSatisfyContract(undefined)).rejects.toThrow(TypeError);
});
