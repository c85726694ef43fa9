// Journal routes of the control API: summaries, filters, pages, single exchanges and their exports.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ControlApi, openControl } from './described-control.ts';

let api: ControlApi;
beforeAll(async () => {
  api = await openControl({
    specs: ['specs/bonifiq.yaml', 'test/fixtures/pets.yaml'],
    scenarios: ['test/fixtures/scenarios'],
  });
});
afterAll(async () => {
  await api.close();
});

/** Sends a request in a session. @returns the id of the exchange */
async function send(session: string, path: string, init: RequestInit = {}): Promise<string> {
  const headers = { ...(init.headers as Record<string, string>), 'x-deadringer-session': session };
  const response = await fetch(api.url + path, { ...init, headers });
  await response.arrayBuffer();
  // Of several replicas each writes when it is asked: without this, an entry could come before one of an earlier request.
  await api.control('GET', `/sessions/${session}/journal?limit=0`);
  return response.headers.get('x-deadringer-exchange') ?? '';
}

const summaries = async (session: string, query = ''): Promise<ReadonlyArray<Record<string, unknown>>> =>
  (await api.control('GET', `/sessions/${session}/journal?summary=true${query}`)).body.entries;

const INVALID_PET = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ nam: 'Rex' }),
};

describe('a summary', () => {
  test('says what happened, without headers and bodies', async () => {
    const id = await send('one', '/pets/pets?limit=2');
    expect(await summaries('one')).toEqual([
      {
        sequence: 1,
        id,
        session: 'one',
        startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        milliseconds: expect.any(Number),
        api: 'pets',
        operation: 'listPets',
        method: 'GET',
        path: '/pets/pets',
        query: 'limit=2',
        status: 200,
        verdict: 'passed',
        findings: 0,
        rules: [],
        switches: [],
        requestBytes: 0,
        responseBytes: expect.any(Number),
      },
    ]);
  });

  test('has a verdict: passed, failed or problem', async () => {
    await send('verdicts', '/pets/pets');
    await send('verdicts', '/pets/pets?limit=many');
    await send('verdicts', '/pets/no/nowhere');
    const found = await summaries('verdicts');
    expect(found.map(({ verdict, problem, refusedFor }) => [verdict, problem, refusedFor])).toEqual([
      ['passed', undefined, undefined],
      ['failed', 'invalid-request', 'parameter-schema'],
      ['problem', 'no-such-path', undefined],
    ]);
    const { entries } = (await api.control('GET', '/sessions/verdicts/journal')).body;
    expect(entries.map(({ verdict }: { verdict: string }) => verdict)).toEqual([
      'passed',
      'failed',
      'problem',
    ]);
  });

  test('shows path and query as the whole entry does, without secrets', async () => {
    const bearer = { authorization: 'Bearer FAKE-token-of-anna' };
    const login = { method: 'PUT', headers: { ...bearer, 'content-type': 'application/json' } };
    await send('secrets', '/bonifiq/v1/pvt/Customer/7?token=FAKE-query-secret', { headers: bearer });
    await send('secrets', '/bonifiq/v1/pvt/Customer/7?note=FAKE-token-of-anna', { headers: bearer });
    // A body has the secret, and the query shows it under a harmless name.
    await send('secrets', '/bonifiq/v1/pvt/Customer/7?note=hunter2hunter', {
      ...login,
      body: JSON.stringify({ Name: 'Ana', password: 'hunter2hunter' }),
    });
    await send('secrets', '/bonifiq/v1/pvt/Customer/hunter2hunter?page=1234567', {
      ...login,
      body: JSON.stringify({ Name: '1234567', password: 'hunter2hunter' }),
    });
    await send('secrets', '/pets/pets?limit=2');
    const found = await summaries('secrets');
    const { entries } = (await api.control('GET', '/sessions/secrets/journal')).body;
    const shown = entries.map(({ request }: { request: { path: string; query: string } }) => request);
    expect(found.map(({ path, query }) => [path, query])).toEqual(
      shown.map(({ path, query }: { path: string; query: string }) => [path, query]),
    );
    expect(JSON.stringify(found)).not.toMatch(/FAKE-|hunter2/);
    expect(JSON.stringify(found)).toContain('page=1234567');
  });
});

describe('the journal is filtered', () => {
  beforeAll(async () => {
    await send('many', '/pets/pets');
    await send('many', '/pets/pets?limit=2');
    await send('many', '/pets/pets?limit=many');
    await send('many', '/pets/pets', INVALID_PET);
    await send('many', '/pets/only/pets/1?__code=404');
    await send('many', '/pets/no/nowhere');
    await send('many', '/bonifiq/v1/pvt/Customer/7', { method: 'PUT' });
  });

  test.each([
    ['&status=200', [1, 2]],
    ['&status=4xx', [3, 4, 5, 6, 7]],
    ['&status=200,404', [1, 2, 5, 6]],
    ['&operation=getPet', [5]],
    ['&api=bonifiq', [7]],
    ['&verdict=problem', [6]],
    ['&verdict=failed', [3, 4, 7]],
    ['&verdict=failed,problem', [3, 4, 6, 7]],
    ['&failed=true', [3, 4, 6, 7]],
    ['&failed=false', [1, 2, 3, 4, 5, 6, 7]],
    ['&text=NOWHERE', [6]],
    ['&text=limit%3D2', [2]],
    ['&text=get%20/pets/pets', [1, 2, 3]],
    ['&text=addpet', [4]],
    ['&limit=2', [6, 7]],
    ['&limit=0', []],
    ['&before=3', [1, 2]],
    ['&before=7&limit=2', [5, 6]],
    ['&after=4&failed=true&limit=1', [7]],
  ])('by %s', async (query, expected) => {
    expect((await summaries('many', query)).map(({ sequence }) => sequence)).toEqual(expected);
    const { entries } = (await api.control('GET', `/sessions/many/journal?${query.slice(1)}`)).body;
    expect(entries.map(({ sequence }: { sequence: number }) => sequence)).toEqual(expected);
  });

  test('in exports as well', async () => {
    const lines = (await api.control('GET', '/sessions/many/journal.ndjson?failed=true')).body;
    expect(lines.trim().split('\n')).toHaveLength(4);
    const { log } = (await api.control('GET', '/sessions/many/journal.har?status=2XX')).body;
    expect(log.entries).toHaveLength(2);
  });

  test('in the stream of events as well', async () => {
    const ids = (await summaries('many', '&failed=true')).map(({ id }) => id);
    const abort = new AbortController();
    const url = `${api.url}/__deadringer/events?session=many&failed=true&summary=true`;
    const { body } = await fetch(url, { signal: abort.signal });
    let text = '';
    for await (const chunk of (body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream())) {
      text += chunk;
      if (ids.every(id => text.includes(`id: ${id}\n`))) break;
    }
    abort.abort();
    expect([...text.matchAll(/^id: (.*)$/gm)].map(([, id]) => id)).toEqual(ids);
    const invalid = await fetch(`${api.url}/__deadringer/events?status=4`);
    expect([invalid.status, invalid.headers.get('x-deadringer-error')]).toEqual([400, 'bad-control']);
  });

  test.each([
    [
      'status=4',
      'status="4" is not valid: use a status such as 404, a range such as 4XX, or several such as 404,5XX',
    ],
    ['verdict=fialed', 'verdict="fialed" is not valid: use failed; all are passed, failed, problem'],
    ['limit=-1', 'limit="-1" is not valid: use a number such as 100'],
    ['before=x', 'before="x" is not valid: use a number such as 100'],
    ['summary=yes', 'summary="yes" is not valid: use true or false'],
  ])('and %s is rejected', async (query, detail) => {
    const { status, body } = await api.control('GET', `/sessions/many/journal?${query}`);
    expect([status, body.detail]).toEqual([400, detail]);
  });

  test('after old entries were dropped, newest entries are still found', async () => {
    const small = await openControl({ specs: ['test/fixtures/pets.yaml'], limits: { entries: 3 } });
    try {
      for (let count = 0; count < 5; count++) {
        await fetch(`${small.url}/pets/pets?limit=${count + 1}`);
        await small.control('GET', '/sessions/default/journal?limit=0');
      }
      const { body } = await small.control('GET', '/sessions/default/journal?summary=true&limit=2');
      expect(body.dropped).toBe(2);
      expect(body.entries.map(({ query }: { query: string }) => query)).toEqual(['limit=4', 'limit=5']);
      const rest = await small.control('GET', '/sessions/default/journal?summary=true&before=4');
      expect(rest.body.entries.map(({ sequence }: { sequence: number }) => sequence)).toEqual([3]);
    } finally {
      await small.close();
    }
  });
});

describe('one exchange', () => {
  test('is found in any session', async () => {
    const id = await send('somewhere', '/pets/pets');
    const { body } = await api.control('GET', `/journal/${id}`);
    expect(body).toMatchObject({ id, session: 'somewhere', verdict: 'passed' });
    expect((await api.control('GET', `/sessions/one/journal/${id}`)).status).toBe(404);
    const unknown = await api.control('GET', '/journal/nothing');
    expect([unknown.status, unknown.body.detail]).toEqual([
      404,
      'no journal contains the exchange "nothing"',
    ]);
  });
});

describe('one exchange is exported', () => {
  test('as HAR', async () => {
    await send('export', '/pets/pets');
    const id = await send('export', '/pets/pets?limit=2');
    const { body, headers } = await api.control('GET', `/sessions/export/journal/${id}.har`);
    expect(headers.get('content-disposition')).toBe(`attachment; filename=${id}.har`);
    expect(body.log.entries.map(({ request }: { request: { url: string } }) => request.url)).toEqual([
      `${api.url}/pets/pets?limit=2`,
    ]);
    expect((await api.control('GET', '/sessions/export/journal/nothing.har')).status).toBe(404);
  });

  test('as a scenario that replies as it did', async () => {
    const id = await send('scenario', '/pets/only/pets/7?__code=404');
    const { body } = await api.control('POST', `/sessions/scenario/journal/${id}/scenario`);
    expect(body.suggestedId).toBe('pets/recorded-getPet-404');
    expect(body.text).toMatch(
      /^title: GET \/pets\/\{id\} responds with 404, as recorded\nrules:\n {2}# session scenario, entry 1, .* UTC\n {2}- on: getPet\n {4}reply:\n {6}status: 404\n/,
    );
    const unknown = await send('scenario', '/pets/no/nowhere');
    const refused = await api.control('POST', `/sessions/scenario/journal/${unknown}/scenario`);
    expect([refused.status, refused.body.detail]).toEqual([
      400,
      `the exchange ${unknown} cannot become a scenario: the response is an error of the mock, or no operation matches the request`,
    ]);
  });

  test('as a page of evidence', async () => {
    const id = await send('evidence', '/bonifiq/v1/pvt/Customer/7?token=FAKE-query-secret', {
      method: 'PUT',
      headers: { authorization: 'Bearer FAKE-token-of-anna', 'content-type': 'application/json' },
      body: JSON.stringify({ Name: '<script>alert(1)</script>', rtl: '\u202egnp.exe', bell: '\u0007' }),
    });
    const { body: page, headers } = await api.control(
      'GET',
      `/sessions/evidence/journal/${id}/evidence.html`,
    );
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('content-disposition')).toBe(`attachment; filename=evidence-${id}.html`);
    expect(page).not.toMatch(/<script|FAKE-|\u202e|\ssrc=|\shref=|url\(/);
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).not.toContain('\u0007');
    expect(page).toContain('\\u202egnp.exe');
    for (const text of [
      'updateCustomer of bonifiq',
      'evidence',
      id,
      'Why this response',
      'PUT /bonifiq/v1/pvt/Customer/7',
    ])
      expect(page).toContain(text);
  });
});
