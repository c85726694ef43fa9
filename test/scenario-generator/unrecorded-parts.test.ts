// Scenarios from recordings of sessions with cookies, caches and ranges, and from recordings that lack parts.
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Mock } from '../../src/index.ts';
import { type Call, folderWith, HOST, har } from '../check/traffic.ts';
import { fileOf, type GeneratedFolder, generateFrom, serveGenerated } from './generated.ts';

const DOCUMENT = `openapi: 3.0.3
info: { title: club, version: '1' }
servers: [{ url: '${HOST}' }]
paths:
  /session:
    post:
      operationId: signIn
      requestBody: { content: { application/json: { schema: { type: object } } } }
      responses:
        '201': { description: in, headers: { Set-Cookie: { required: true, schema: { type: string } } }, content: { application/json: {} } }
    delete: { operationId: signOut, responses: { '204': { description: out } } }
  /members/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: getMember
      security: [{ club: [] }]
      parameters: [{ name: tenant, in: cookie, schema: { type: integer } }]
      responses:
        '200': { description: one, headers: { ETag: { required: true, schema: { type: string } } }, content: { application/json: { schema: { $ref: '#/components/schemas/Member' } } } }
        '304': { description: same }
        '401': { description: who, content: { application/json: {} } }
    head:
      operationId: headMember
      responses: { '200': { description: one, content: { application/json: { schema: { $ref: '#/components/schemas/Member' } } } } }
  /photo:
    get:
      operationId: getPhoto
      responses:
        '200': { description: all, content: { text/plain: { schema: { type: string }, example: whole } } }
        '206': { description: part, content: { text/plain: { schema: { type: string } } } }
        '302': { description: elsewhere, headers: { Location: { required: true, schema: { type: string } } }, content: { text/html: { schema: { type: string, minLength: 3 } } } }
        '416': { description: beyond }
components:
  securitySchemes: { club: { type: apiKey, in: cookie, name: club_sid } }
  schemas: { Member: { type: object, required: [id], properties: { id: { type: string }, pass: { type: string, pattern: '^P-[1-9]{4}$' } } } }
`;

async function club(calls: readonly Call[], creator?: string) {
  const specs = [path.join(folderWith({ 'club.yaml': DOCUMENT }), 'club.yaml')];
  const generated = await generateFrom(specs, { 'traffic.har': har(calls, creator) });
  return { generated, mock: await serveGenerated(specs, generated) };
}

function ask({ url }: Mock, at: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${url}/club/v1${at}`, { redirect: 'manual', ...init });
}

function offContract({ files }: GeneratedFolder): string[] {
  return files.flatMap(file => file.offContract);
}

const signIn = (cookies: readonly string[], more: Partial<Call> = {}): Call => ({
  method: 'POST',
  url: '/session',
  send: '{"user":"ada"}',
  status: 201,
  answer: { 'Set-Cookie': cookies },
  body: '{"user":"ada"}',
  ...more,
});

describe('a cookie that a response sets', () => {
  const COOKIES = [
    'club_sid=7fe01b9a33c1d2e4; Path=/v1; Domain=shop.example; HttpOnly; Secure; SameSite=None',
    'tenant=4711; Max-Age=3600; Expires=Sat, 21 Nov 2026 05:00:00 GMT; SameSite=Lax',
    'theme=dark; Expires=Sat, 21 Nov 2026 05:00:00 GMT',
  ];

  test('is set by the mock, with a placeholder, and makes the next request succeed', async () => {
    const { mock, generated } = await club([
      signIn(COOKIES),
      {
        url: '/members/7',
        headers: { Cookie: 'club_sid=7fe01b9a33c1d2e4; tenant=4711' },
        answer: { ETag: '"1"' },
        body: '{"id":"7"}',
      },
      { url: '/members/7', status: 401, body: '{"error":"who"}' },
    ]);
    expect(offContract(generated)).toEqual([]);
    const answer = await ask(mock, '/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"user":"ada"}',
    });
    const cookies = answer.headers.getSetCookie();
    expect(cookies).toEqual([
      'club_sid=0aa00a0a00a0a0a0; Path=/; HttpOnly',
      // The placeholder "0000" is not an integer of the document.
      expect.stringMatching(/^tenant=[1-9]\d*; Max-Age=3600; SameSite=Lax$/),
      'theme=xxxx; Max-Age=3600',
    ]);
    const cookie = cookies.map(each => each.split(';')[0]).join('; ');
    const member = await ask(mock, '/members/7', { headers: { cookie } });
    expect([member.status, await member.json()]).toEqual([200, { id: '7' }]);
    expect((await ask(mock, '/members/7')).status).toBe(401);
  });

  test('stays deleted where the recording deletes it', async () => {
    const { mock } = await club([
      {
        method: 'DELETE',
        url: '/session',
        status: 204,
        answer: { 'Set-Cookie': 'club_sid=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/' },
      },
    ]);
    const answer = await ask(mock, '/session', { method: 'DELETE' });
    expect(answer.headers.getSetCookie()).toEqual(['club_sid=; Max-Age=0; Path=/']);
  });

  test('keeps "Secure" if its name demands it', async () => {
    const { generated } = await club([signIn(['__Host-club=abcdef12; Path=/; Secure; SameSite=None'])]);
    expect(fileOf(generated, 'recorded-signIn-201')).toContain('; Path=/; Secure; SameSite=None');
  });

  test('of which the recording withholds the field is no violation', async () => {
    // Chrome exports recordings without cookies.
    const { generated, mock } = await club([signIn([], { headers: { Authorization: [] } })], 'WebInspector');
    expect(offContract(generated)).toEqual([]);
    const answer = await ask(mock, '/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"user":"ada"}',
    });
    expect([answer.status, answer.headers.has('set-cookie')]).toEqual([201, true]);
  });
});

describe('a response that only some requests may get', () => {
  const ETAG = { ETag: '"a1"' };
  const member: Call = {
    url: '/members/7',
    headers: { Cookie: 'club_sid=7fe01b9a33c1d2e4' },
    answer: ETAG,
    body: '{"id":"7"}',
  };
  const unchanged = (more: Call['headers'] = {}): Call => ({
    ...member,
    headers: { ...member.headers, ...more },
    status: 304,
    body: '',
  });
  const get = async (mock: Mock, headers: Record<string, string> = {}): Promise<number> =>
    (await ask(mock, '/members/7', { headers: { cookie: 'club_sid=x', ...headers } })).status;

  test('a 304 needs the condition that it was recorded with', async () => {
    const { mock } = await club([unchanged({ 'If-None-Match': '"a1"' })]);
    expect([await get(mock), await get(mock, { 'if-none-match': '"a1"' })]).toEqual([200, 304]);
    expect(await get(mock, { 'if-none-match': '"other"' })).toBe(200);
  });

  test('a 304 whose recording omits the condition needs one all the same', async () => {
    const { mock } = await club([unchanged()]);
    expect([await get(mock), await get(mock, { 'if-none-match': '"any"' })]).toEqual([200, 304]);
  });

  test('a 200 and a 304 of one request, without its condition, do not become a list', async () => {
    const { mock } = await club([member, unchanged(), unchanged()]);
    expect([await get(mock), await get(mock), await get(mock, { 'if-none-match': '"a1"' })]).toEqual([
      200, 200, 304,
    ]);
  });

  test('a 304 by date needs the date, and requests with either condition are two rules', async () => {
    const date = 'Sat, 21 Nov 2026 03:00:00 GMT';
    const { mock } = await club([
      unchanged({ 'If-Modified-Since': date }),
      unchanged({ 'If-None-Match': '"a1"' }),
    ]);
    expect([
      await get(mock),
      await get(mock, { 'if-modified-since': date }),
      await get(mock, { 'if-none-match': '"a1"' }),
    ]).toEqual([200, 304, 304]);
  });

  test('a 206 and a 416 need the range', async () => {
    const text = { 'Content-Type': 'text/plain' };
    const { mock } = await club([
      {
        url: '/photo',
        headers: { Range: 'bytes=0-3' },
        status: 206,
        answer: { ...text, 'Content-Range': 'bytes 0-3/9' },
        body: 'abcd',
      },
      { url: '/photo', headers: { Range: 'bytes=50-' }, status: 416 },
    ]);
    const ranges = [undefined, 'bytes=0-3', 'bytes=50-', 'bytes=4-'];
    const statuses = ranges.map(
      async range => (await ask(mock, '/photo', range ? { headers: { range } } : {})).status,
    );
    expect(await Promise.all(statuses)).toEqual([200, 206, 416, 200]);
  });
});

describe('what a recording does not contain is no violation', () => {
  test('the body of a response to HEAD', async () => {
    const { generated, mock } = await club([{ method: 'HEAD', url: '/members/8' }]);
    expect(offContract(generated)).toEqual([]);
    expect((await ask(mock, '/members/8', { method: 'HEAD' })).status).toBe(200);
  });

  test('the body of a redirect that the browser followed', async () => {
    const { generated, mock } = await club([
      {
        url: '/photo',
        status: 302,
        answer: { Location: '/v1/photo2', 'Content-Type': 'text/html' },
        body: { size: 0, mimeType: 'text/html' },
      },
    ]);
    expect(offContract(generated)).toEqual([]);
    const answer = await ask(mock, '/photo');
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/v1/photo2']);
  });

  test('the original of a placeholder: the mock sends one that the document allows', async () => {
    const { generated, mock } = await club([
      {
        url: '/members/9',
        headers: { Cookie: 'club_sid=7fe01b9a33c1d2e4' },
        answer: { ETag: '"1"' },
        body: '{"id":"9","pass":"P-4711"}',
      },
    ]);
    expect(offContract(generated)).toEqual([]);
    expect(generated.accounting.inScenarios).toBe(1);
    const answer = await ask(mock, '/members/9', { headers: { cookie: 'club_sid=x' } });
    expect(await answer.json()).toEqual({ id: '9', pass: expect.stringMatching(/^P-[1-9]{4}$/) });
  });

  test('but what was recorded is one', async () => {
    const { generated } = await club([signIn([])]);
    expect(offContract(generated)).toEqual([
      expect.stringContaining('response header "Set-Cookie" is required and missing'),
    ]);
  });
});

test('links of header fields to the recorded service lead to the mock, and the command names those in bodies', async () => {
  const next = `${HOST}/members/7?page=2`;
  const { generated, mock } = await club([
    {
      url: '/photo',
      status: 302,
      answer: { Location: next, Link: `<${next}>; rel="next", <https://other.example/x>; rel="help"` },
    },
    {
      url: '/members/7',
      answer: { ETag: '"1"', Location: 'https://other.example/v1/x' },
      body: `{"id":"${next}"}`,
    },
  ]);
  expect(offContract(generated)).toEqual([]);
  const redirect = await ask(mock, '/photo');
  const here = `${mock.url}/club/members/7?page=2`;
  expect(redirect.headers.get('location')).toBe(here);
  expect(redirect.headers.get('link')).toBe(`<${here}>; rel="next", <https://other.example/x>; rel="help"`);
  const member = await fetch(here, { headers: { cookie: 'club_sid=x' } });
  expect([member.status, member.headers.get('location')]).toEqual([200, 'https://other.example/v1/x']);
  expect(generated.linkedOrigins).toEqual(['https://eu.shop.example']);
});
