// Sessions of credentials that are bound to none: serve --session-per-credential.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestedMock, type TestedMock } from '../store/tested-mock.ts';

let mock: TestedMock;
beforeAll(async () => {
  mock = await startTestedMock({ specs: ['test/fixtures/todos.yaml'], sessionPerCredential: true });
});
afterAll(async () => await mock.close());

/** Sends a request. @returns the session that recorded it */
async function sessionOf(headers: Record<string, string>, path = '/todos/todos'): Promise<string> {
  const response = await fetch(mock.url + path, { headers });
  const id = response.headers.get('x-deadringer-exchange');
  const entry = await (await fetch(`${mock.url}/__deadringer/journal/${id}`)).json();
  return (entry as { session: string }).session;
}
const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
const jwt = (claims: object, signature: string): string =>
  ['{"alg":"none"}', JSON.stringify(claims), signature]
    .map(each => Buffer.from(each).toString('base64url'))
    .join('.');

test('each credential has a session of its own, and requests without one have the default session', async () => {
  const [anna, ben] = [await sessionOf(bearer('FAKE-anna')), await sessionOf(bearer('FAKE-ben'))];
  expect(anna).toMatch(/^credential-\d+$/);
  expect(ben).not.toBe(anna);
  expect(await sessionOf(bearer('FAKE-anna'))).toBe(anna);
  expect(await sessionOf({})).toBe('default');
  const sessions = await (await fetch(`${mock.url}/__deadringer/sessions/${anna}`)).json();
  expect(sessions).toMatchObject({ calls: 2, bindings: { credentials: 1 }, lastBoundBy: 'credential' });
});

test('a JSON Web Token that is renewed keeps its session', async () => {
  const first = await sessionOf(bearer(jwt({ sub: 'anna', exp: 1 }, 'one')));
  expect(await sessionOf(bearer(jwt({ exp: 2, sub: 'anna' }, 'two')))).toBe(first);
  expect(await sessionOf(bearer(jwt({ iss: 'other', sub: 'anna' }, 'one')))).not.toBe(first);
  const withoutSubject = await sessionOf(bearer(jwt({ exp: 1 }, 'one')));
  expect(await sessionOf(bearer(jwt({ exp: 2 }, 'one')))).not.toBe(withoutSubject);
  expect(await sessionOf(bearer('eyJhbGciOiJub25lIn0.bm90IGpzb24.'))).toMatch(/^credential-\d+$/);
});

test('a session that the request names comes first, and so does one that has the credential', async () => {
  const token = bearer('FAKE-carla');
  expect(await sessionOf({ ...token, 'x-deadringer-session': 'named' })).toBe('named');
  expect(await sessionOf(token, '/~prefixed/todos/todos')).toBe('prefixed');
  expect(await sessionOf({ ...token, cookie: 'deadringer-session=baked' })).toBe('baked');
  await fetch(`${mock.url}/__deadringer/sessions`, {
    method: 'POST',
    body: JSON.stringify({ id: 'bound', credentials: ['FAKE-carla'] }),
  });
  expect(await sessionOf(token)).toBe('bound');
});

test('a session that ended is followed by a new one', async () => {
  const before = await sessionOf(bearer('FAKE-dora'));
  await fetch(`${mock.url}/__deadringer/sessions/${before}`, { method: 'DELETE' });
  const after = await sessionOf(bearer('FAKE-dora'));
  expect(after).toMatch(/^credential-\d+$/);
  expect(after).not.toBe(before);
});
