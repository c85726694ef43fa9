// Invalid requests that are answered all the same, and advice about what no document names.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatServeEvent } from '../../src/cli/format-lines.ts';
import type { ServeEvent } from '../../src/mock/serve-event.ts';
import { type MockServer, startServer } from '../../src/start.ts';
import type { MockOptions } from '../../src/start-options.ts';

const DOCUMENT = `openapi: 3.1.0
info: { title: Shop, version: '1' }
security: [{ bearer: [] }]
paths:
  /customers:
    parameters:
      - { name: X-Tenant, in: header, schema: { type: string } }
    post:
      operationId: createCustomer
      parameters:
        - { name: notify, in: query, schema: { type: boolean } }
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [name]
              properties:
                name: { type: string }
                phone: { type: string }
                address: { type: object, properties: { street: { type: string } } }
      responses:
        '201':
          description: created
          content:
            application/json: { example: { id: 1 } }
        '400':
          description: refused
          content:
            application/json: { example: { error: refused } }
        '401': { description: who }
  /plain:
    get: { operationId: plain, security: [], responses: { '204': { description: done } } }
    post: { operationId: plainPost, security: [{ key: [] }], responses: { '204': { description: done } } }
components:
  securitySchemes:
    bearer: { type: http, scheme: bearer }
    key: { type: apiKey, in: header, name: X-Api-Key }
`;

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'deadringer-'));
  file = path.join(folder, 'shop.yaml');
  await writeFile(file, DOCUMENT);
});
afterAll(() => rm(folder, { recursive: true }));

const plainStyle = (_: string, text: string): string => text;

interface Client {
  readonly mock: MockServer;
  /** The log line of the last request. */
  log(): string;
  events: ServeEvent[];
  post(body: unknown, more?: { query?: string; headers?: Record<string, string> }): Promise<Response>;
}

async function start(options: Partial<MockOptions> = {}): Promise<Client> {
  const mock = await startServer({ specs: [file], ...options });
  const events: ServeEvent[] = [];
  mock.state.subscribe(event => events.push(event));
  return {
    mock,
    events,
    log: () => formatServeEvent(events.at(-1) as ServeEvent, plainStyle),
    post: (body, { query = '', headers = {} } = {}) =>
      fetch(`${mock.url}/shop/customers${query}`, {
        method: 'POST',
        headers: { authorization: 'Bearer x', 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
  };
}

describe('validation of requests is on by default', () => {
  let client: Client;
  beforeAll(async () => {
    client = await start();
  });
  afterAll(() => client.mock.close());

  test('an invalid request is rejected', async () => {
    const response = await client.post({});
    expect(response.status).toBe(400);
    expect(response.headers.get('x-deadringer-would-reject')).toBeNull();
  });

  test.each([['header'], ['query']] as const)(
    'Prefer in the %s asks for the answer to an invalid request, which says that it would be rejected',
    async place => {
      const response = await client.post(
        {},
        place === 'query' ? { query: '?__validate=off' } : { headers: { prefer: 'validate=off' } },
      );
      expect(response.status).toBe(201);
      expect(await response.json()).toMatchObject({ id: 1 });
      expect(response.headers.get('x-deadringer-reason')).toBeNull();
      expect(response.headers.get('x-deadringer-would-reject')).toMatch(
        /^request-body-schema: request body \/name is missing \(.*shop\.yaml:18\)$/,
      );
    },
  );

  test.each([
    ['no credentials', { headers: { authorization: '', prefer: 'validate=off' } }, 'credentials-missing'],
    [
      'another media type',
      { headers: { 'content-type': 'text/plain', prefer: 'validate=off' } },
      'request-media-type',
    ],
    [
      'an Accept that excludes all',
      { headers: { accept: 'image/png', prefer: 'validate=off' } },
      'accept-unsatisfiable',
    ],
    [
      'an invalid parameter',
      { query: '?notify=perhaps', headers: { prefer: 'validate=off' } },
      'parameter-schema',
    ],
  ])('a request with %s is answered', async (_, more, code) => {
    const response = await client.post({ name: 'Ana' }, more);
    expect(response.status).toBe(201);
    expect(response.headers.get('x-deadringer-would-reject')).toContain(code);
  });

  test('a body that is not JSON is answered', async () => {
    const response = await client.post('{', { headers: { prefer: 'validate=off' } });
    expect(response.status).toBe(201);
    expect(response.headers.get('x-deadringer-would-reject')).toContain('request-body-malformed');
  });

  test('a forced status is sent for an invalid request', async () => {
    const response = await client.post({}, { headers: { prefer: 'code=201, validate=off' } });
    expect(response.status).toBe(201);
  });

  test('a valid request has no such header', async () => {
    const response = await client.post({ name: 'Ana' }, { headers: { prefer: 'validate=off' } });
    expect(response.headers.get('x-deadringer-would-reject')).toBeNull();
  });

  test('another value is an error that names the values', async () => {
    const response = await client.post({}, { query: '?__validate=no' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      type: 'deadringer:bad-preference',
      detail: 'validate must be on, warn or off',
    });
  });
});

describe('warn', () => {
  let client: Client;
  beforeAll(async () => {
    client = await start({ validateRequest: 'warn' });
  });
  afterAll(() => client.mock.close());

  test('answers an invalid request, and header, log and journal say what is wrong', async () => {
    const response = await client.post({});
    expect(response.status).toBe(201);
    expect(response.headers.get('x-deadringer-would-reject')).toContain('/name is missing');
    expect(client.log()).toMatch(/ 201 .*would be rejected: request body \/name is missing \(.*:18\)/);
    const id = response.headers.get('x-deadringer-exchange');
    const entry = await fetch(`${client.mock.url}/__deadringer/sessions/default/journal/${id}`);
    expect(await entry.json()).toMatchObject({
      verdict: 'failed',
      wouldReject: { code: 'request-body-schema' },
    });
    const why = await fetch(`${client.mock.url}/__deadringer/sessions/default/journal/${id}`);
    expect(JSON.stringify(await why.json())).toContain('The request would be rejected');
  });

  test('Prefer turns rejection on again for one request', async () => {
    expect((await client.post({}, { headers: { prefer: 'validate=on' } })).status).toBe(400);
  });

  test('a request to a path that no document declares is still an error', async () => {
    const response = await fetch(`${client.mock.url}/shop/customer`);
    expect(response.headers.get('x-deadringer-error')).toBe('no-such-path');
  });
});

test('off says so in the response only', async () => {
  const client = await start({ validateRequest: 'off' });
  const response = await client.post({});
  expect(response.status).toBe(201);
  expect(response.headers.get('x-deadringer-would-reject')).toContain('/name is missing');
  expect(client.log()).not.toContain('rejected');
  await client.mock.close();
});

describe('advice', () => {
  let client: Client;
  beforeAll(async () => {
    client = await start();
  });
  afterAll(() => client.mock.close());

  test('a misspelt member is named in the header and in the log, with the member that is meant', async () => {
    const response = await client.post({ name: 'Ana', phne: '1' });
    expect(response.status).toBe(201);
    const advice =
      /request body \/phne is not declared by the schema; did you mean "phone"\? \(.*shop\.yaml:16\)/;
    expect(response.headers.get('x-deadringer-advice')).toMatch(advice);
    expect(client.log()).toMatch(new RegExp(`\\n  advice: ${advice.source}`));
  });

  test('a member without a similar one gets no suggestion', async () => {
    const response = await client.post({ name: 'Ana', colour: '1' });
    expect(response.headers.get('x-deadringer-advice')).toMatch(/\/colour is not declared by the schema \(/);
  });

  test('a member of a member is compared with its neighbours', async () => {
    const response = await client.post({ name: 'Ana', address: { stret: 'A' } });
    expect(response.headers.get('x-deadringer-advice')).toContain(
      '/address/stret is not declared by the schema; did you mean "street"?',
    );
  });

  test('a query parameter that no document names gets the nearest one as suggestion', async () => {
    const response = await client.post({ name: 'Ana' }, { query: '?notfy=true' });
    expect(response.headers.get('x-deadringer-advice')).toContain(
      'query parameter "notfy" is not declared by createCustomer; did you mean "notify"?',
    );
  });

  test.each([
    ['x-tennant', 'X-Tenant'],
    ['x-api-kye', 'X-Api-Key'],
  ])('the header %s, which no document names, gets the suggestion %s', async (name, meant) => {
    const response = await client.post({ name: 'Ana' }, { headers: { [name]: '1' } });
    expect(response.headers.get('x-deadringer-advice')).toContain(
      `header "${name}" is not declared by shop; did you mean "${meant}"?`,
    );
  });

  test('a rejected request gets its advice, too', async () => {
    const response = await client.post({ nam: 'Ana' });
    expect(response.status).toBe(400);
    expect(response.headers.get('x-deadringer-advice')).toContain('did you mean "name"?');
    expect(client.log()).toContain('advice: request body /nam');
  });

  test('what browsers, proxies, tracers and the mock itself add is not the mistake of the app', async () => {
    const response = await client.post(
      { name: 'Ana' },
      {
        query: '?__seed=1&__validate=on&__dynamic=false',
        headers: {
          'user-agent': 'x',
          referer: 'http://localhost/',
          dnt: '1',
          'x-requested-with': 'XMLHttpRequest',
          'x-forwarded-proto': 'https',
          'x-real-ip': '127.0.0.1',
          traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
          'sentry-trace': '1',
          'x-request-id': '1',
          'idempotency-key': '1',
          'x-deadringer-session': 'default',
          'if-none-match': '"1"',
          forwarded: 'for=127.0.0.1',
          prefer: 'return=minimal',
          cookie: 'deadringer-session=default',
        },
      },
    );
    expect(response.headers.get('x-deadringer-advice')).toBeNull();
    expect(client.log()).not.toContain('advice');
  });

  test('a header that another operation declares is known to the app', async () => {
    const response = await fetch(`${client.mock.url}/shop/plain`, { headers: { 'x-tenant': '1' } });
    expect(response.headers.get('x-deadringer-advice')).toBeNull();
  });

  test('many unknown members of one object become three and a count', async () => {
    const members = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`m${index}x`, index]));
    const response = await client.post({ name: 'Ana', ...members });
    const advice = response.headers.get('x-deadringer-advice') ?? '';
    expect(advice.match(/is not declared/g)).toHaveLength(3);
    expect(advice).toContain('(and 9 more like it)');
  });

  test('at most five pieces of advice are sent and logged, and the others are counted', async () => {
    const query = `?${Array.from({ length: 12 }, (_, index) => `q${index}x=1`).join('&')}`;
    const response = await client.post({ name: 'Ana' }, { query });
    const advice = response.headers.get('x-deadringer-advice') ?? '';
    expect(advice.match(/is not declared/g)).toHaveLength(5);
    expect(advice).toContain('and 7 more');
    expect(client.log().match(/advice:/g)).toHaveLength(6);
  });

  test('a token that is sent as a name is not in the log', async () => {
    const token = 'sk_live_51H8abcdEFGHijklMNOPqrst';
    await client.post({ name: 'Ana', [token]: 1 }, { query: `?${token}` });
    expect(client.log()).toMatch(/query parameter "sk_live_\w+" is not declared by createCustomer/);
    expect(client.log()).toMatch(/request body \/sk_live_\w+ is not declared by the schema/);
    expect(client.log()).not.toContain('51H8abcd');
  });

  test('the advice never quotes the value that was sent', async () => {
    const response = await client.post({ name: 'Ana', passwrod: 'hunter2hunter2' });
    expect(response.headers.get('x-deadringer-advice')).not.toContain('hunter2');
  });

  test('a page may read the advice', async () => {
    const response = await client.post(
      { name: 'Ana', phne: '1' },
      { headers: { origin: 'http://page.example' } },
    );
    expect(response.headers.get('access-control-expose-headers')).toContain('x-deadringer-advice');
  });
});
