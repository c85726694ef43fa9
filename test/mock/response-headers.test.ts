// Header fields of a response: every form of the Header Object, cookies, and the challenges of a 401.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServeEvent } from '../../src/mock/serve-event.ts';
import { type MockServer, startServer } from '../../src/start.ts';
import { run } from '../cli/program.ts';

const POINT = '{ type: object, required: [x], properties: { x: { type: integer }, y: { type: string } } }';

const DOCUMENT = `openapi: 3.0.3
info: { title: Forms, version: '1' }
paths:
  /forms:
    get:
      responses:
        '200':
          description: Done.
          headers:
            X-List: { schema: { type: array, items: { type: integer } }, example: [1, 2] }
            X-Object: { schema: ${POINT}, example: { x: 1, y: a } }
            X-Exploded: { explode: true, schema: ${POINT}, example: { x: 1, y: a } }
            X-Json: { content: { application/json: { schema: ${POINT}, examples: { one: { value: { x: 1, y: é } } } } } }
            X-Text: { content: { text/plain: { schema: { type: string }, example: plain } } }
            X-Named: { schema: { type: string }, examples: { one: { $ref: '#/components/examples/One' } } }
            X-Of-Schema: { schema: { $ref: '#/components/schemas/Seven' } }
            X-Serialized: { schema: { type: array, items: { type: integer } }, example: '3,4' }
            X-False: { schema: { type: boolean }, example: false }
  /odd:
    get:
      responses:
        '200':
          description: Done.
          headers:
            X-Lines: { schema: { type: string }, example: "one\\r\\ntwo\\n" }
            X-Latin: { schema: { type: string }, example: Zürich }
            X-Beyond: { schema: { type: string, example: Łódź } }
            X No Name: { schema: { type: string }, example: never }
  /generated:
    get:
      responses:
        '200':
          description: Done.
          headers:
            X-List: { required: true, schema: { type: array, minItems: 1, items: { type: integer } } }
            X-Object: { required: true, schema: ${POINT} }
            X-Exploded: { required: true, explode: true, schema: ${POINT} }
            X-Json: { required: true, content: { application/json: { schema: { type: array, minItems: 2, items: ${POINT} } } } }
            X-Pattern: { required: true, schema: { type: string, pattern: '^[A-Z]{2}[0-9]{3}$' } }
            X-Choice: { required: true, schema: { type: string, enum: [left, right] } }
            X-Time: { required: true, schema: { type: string, format: date-time } }
            Set-Cookie: { required: true, schema: { type: array, minItems: 2, items: { type: string, pattern: '^[a-z]{3}=[0-9]$' } } }
  /login:
    post:
      responses:
        '200':
          description: Done.
          headers:
            Set-Cookie: { schema: { type: array, items: { type: string } }, example: ['sid=1; Path=/; Expires=Wed, 21 Oct 2035 07:28:00 GMT', 'csrf=2'] }
        '204':
          description: Done.
          headers:
            Set-Cookie: { schema: { type: string }, example: 'sid=1; Expires=Wed, 21 Oct 2035 07:28:00 GMT' }
            "\\0Set-Cookie": { schema: { type: string }, example: csrf=2 }
  /secret: { get: { security: [{ basic: [] }, { token: [], key: [] }, { oauth: [read] }, { digest: [] }], responses: { '200': { description: Done. } } } }
  /declared: { get: { security: [{ token: [] }], responses: { '200': { description: Done. }, '401': { description: No., content: { application/json: { example: { error: no } } } } } } }
  /own: { get: { security: [{ token: [] }], responses: { '200': { description: Done. }, '401': { description: No., headers: { WWW-Authenticate: { schema: { type: string }, example: Bearer error="invalid_token" } } } } } }
  /open: { get: { responses: { '200': { description: Done. }, '401': { description: No. } } } }
components:
  examples: { One: { value: one } }
  schemas: { Seven: { type: integer, default: 7 } }
  securitySchemes:
    basic: { type: http, scheme: basic }
    token: { type: http, scheme: Bearer }
    digest: { type: http, scheme: digest }
    key: { type: apiKey, in: query, name: key }
    oauth: { type: oauth2, flows: { clientCredentials: { tokenUrl: 'https://a.example/token', scopes: { read: Read. } } } }
`;

let mock: MockServer;
const events: ServeEvent[] = [];
const folder = mkdtempSync(path.join(os.tmpdir(), 'deadringer-headers-'));
beforeAll(async () => {
  writeFileSync(path.join(folder, 'forms.yaml'), DOCUMENT);
  mock = await startServer({ specs: [folder] });
  mock.state.subscribe(event => events.push(event));
});
afterAll(async () => {
  await mock.close();
  rmSync(folder, { recursive: true });
});

/** The fields of a response, each value of a repeated field on its own. */
function fieldsOf(target: string, method = 'GET'): Promise<NodeJS.Dict<string[]>> {
  return new Promise((resolve, reject) => {
    const request = http.request(`${mock.url}/forms${target}`, { method }, response => {
      response.resume();
      response.on('end', () => resolve(response.headersDistinct));
    });
    request.on('error', reject).end();
  });
}

describe('a declared header', () => {
  test('with an example is sent in its style or media type', async () => {
    expect(await fieldsOf('/forms')).toMatchObject({
      'x-list': ['1,2'],
      'x-object': ['x,1,y,a'],
      'x-exploded': ['x=1,y=a'],
      'x-json': ['{"x":1,"y":"\\u00e9"}'],
      'x-text': ['plain'],
      'x-named': ['one'],
      'x-of-schema': ['7'],
      'x-serialized': ['3,4'],
      'x-false': ['false'],
    });
    expect(events.at(-1)?.findings).toEqual([]);
  });

  test('with an example that HTTP cannot send as it is does not spoil the response', async () => {
    const fields = await fieldsOf('/odd');
    const utf8 = Buffer.from(fields['x-beyond']?.[0] ?? '', 'latin1').toString();
    expect([fields['x-lines'], fields['x-latin'], utf8]).toEqual([['one  two'], ['Zürich'], 'Łódź']);
    expect(Object.keys(fields).filter(name => name.startsWith('x-')).length).toBe(4);
    const { code, out } = await run('lint', folder);
    expect(code).toBe(1);
    expect(out).toContain(
      'error "X No Name" is not a name that HTTP allows for a header field (spec-parameter)',
    );
  });

  test('without an example is generated, and valid as it is sent', async () => {
    for (const query of ['', '?__seed=1', '?__seed=2', '?__seed=3']) {
      const fields = await fieldsOf(`/generated${query}`);
      expect(events.at(-1)?.findings).toEqual([]);
      expect(fields['x-pattern']?.[0]).toMatch(/^[A-Z]{2}[0-9]{3}$/);
      expect(fields['set-cookie']?.length).toBeGreaterThan(1);
      expect(Object.keys(fields).filter(name => name.startsWith('x-')).length).toBe(8);
    }
  });

  test('of cookies is a field for each cookie, and no comma list', async () => {
    const both = await fieldsOf('/login', 'POST');
    expect(both['set-cookie']).toEqual(['sid=1; Path=/; Expires=Wed, 21 Oct 2035 07:28:00 GMT', 'csrf=2']);
    expect(events.at(-1)?.findings).toEqual([]);
    const keys = await fieldsOf('/login?__code=204', 'POST');
    expect(keys['set-cookie']).toEqual(['sid=1; Expires=Wed, 21 Oct 2035 07:28:00 GMT', 'csrf=2']);
  });
});

describe('a 401', () => {
  test('has a challenge for each scheme of the operation', async () => {
    const { 'www-authenticate': challenges } = await fieldsOf('/secret');
    expect(challenges).toEqual([
      'Basic realm="forms"',
      'Bearer realm="forms"',
      'ApiKey realm="forms", in="query", name="key"',
      'Digest realm="forms", qop="auth", algorithm=SHA-256, nonce="deadringer"',
    ]);
  });

  test('that the document declares has one as well, or the one that it declares', async () => {
    expect((await fieldsOf('/declared'))['www-authenticate']).toEqual(['Bearer realm="forms"']);
    expect((await fieldsOf('/own'))['www-authenticate']).toEqual(['Bearer error="invalid_token"']);
    expect((await fieldsOf('/open?__code=401'))['www-authenticate']).toBeUndefined();
    await fetch(`${mock.url}/__deadringer/sessions/default/scenarios`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"scenarios":["forms.GET /declared.401"]}',
    });
    const { headers, status } = await fetch(`${mock.url}/forms/declared`, {
      headers: { authorization: 'Bearer x' },
    });
    expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="forms"']);
  });
});
