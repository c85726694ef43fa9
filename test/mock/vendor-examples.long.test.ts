// The requests that the pages of the five vendors print, valid and invalid, sent to a running mock.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../src/finding/finding.ts';
import { type MockServer, startServer } from '../../src/start.ts';
import { validateResponse } from '../../src/validate/response.ts';
import { curl } from '../curl.ts';

let mock: MockServer;
beforeAll(async () => {
  mock = await startServer({ specs: ['specs'] });
});
afterAll(() => mock.close());

async function ask(args: readonly string[]): Promise<{ status: number; body: unknown; findings: Finding[] }> {
  const { status, headers, body } = await curl(args);
  const api = mock.state.config.contract.apis.find(({ name }) => args.some(arg => arg.includes(`/${name}/`)));
  const [operation] = api?.operations ?? [];
  if (operation === undefined) throw new Error('no API in the address');
  const response = {
    status,
    headers: { 'content-type': [headers.get('content-type') ?? ''] },
    body: Buffer.from(body),
  };
  return { status, body: JSON.parse(body), findings: validateResponse(operation, response) };
}

interface Vendor {
  readonly name: string;
  /** The curl command of the page, with `$ORIGIN` for the origin and prefix. */
  readonly page: readonly string[];
  /** The argument with the credential header. */
  readonly credential: string;
  readonly unauthorised: unknown;
  /** An invalid body, and the response of the vendor. */
  readonly invalid: { readonly body: string; readonly status: number; readonly response: unknown };
  readonly malformed: { readonly status: number; readonly response: unknown };
}

const json = 'Content-Type: application/json';
const VENDORS: readonly Vendor[] = [
  {
    name: 'masivo',
    page: [
      '--request',
      'PATCH',
      '--url',
      '$ORIGIN/masivo/api/storefront/v1/customers/{id}/devices',
      '--header',
      'Authorization: Bearer <token>',
      '--header',
      json,
      '--data',
      '{"device_token": "<string>", "device_info": {"platform": "ios", "model": "<string>", "osVersion": "<string>"}}',
    ],
    credential: 'Authorization: Bearer <token>',
    unauthorised: { error: expect.any(String), details: expect.any(String) },
    invalid: {
      body: '{"device_info": {}}',
      status: 400,
      response: { error: expect.any(String), details: expect.any(String) },
    },
    malformed: { status: 400, response: { error: expect.any(String), details: expect.any(String) } },
  },
  {
    name: 'bunce',
    page: [
      '--request',
      'POST',
      '--url',
      '$ORIGIN/bunce/v1/customers/0000/devices',
      '--header',
      'X-Authorization: sk_live_************************',
    ],
    credential: 'X-Authorization: sk_live_************************',
    unauthorised: { success: false, message: expect.any(String) },
    invalid: {
      body: '{"devices": [{"device_type": "ios"}]}',
      status: 422,
      response: { success: false, message: expect.any(String) },
    },
    malformed: { status: 400, response: { success: false, message: expect.any(String) } },
  },
  {
    name: 'bonifiq',
    page: [
      '--request',
      'PUT',
      '--url',
      '$ORIGIN/bonifiq/v1/pvt/Customer/{id}',
      '--header',
      'Authorization: Basic <encoded-value>',
      '--header',
      json,
      '--data',
      '{"OriginalId": "<string>", "Name": "<string>", "Email": "<string>", "Phone": "<string>", "BirthdayDate": "2023-11-07T05:31:56Z", "SignupDate": "2023-11-07T05:31:56Z", "Document": "<string>", "IsEnrolled": true}',
    ],
    credential: 'Authorization: Basic <encoded-value>',
    unauthorised: undefined,
    invalid: {
      body: '{"Name": null}',
      status: 400,
      response: {
        Result: null,
        HasError: true,
        ErrorMessage: expect.any(String),
        ErrorCode: expect.anything(),
      },
    },
    malformed: { status: 400, response: expect.objectContaining({ Result: null, HasError: true }) },
  },
  {
    name: 'deliverect',
    page: [
      '--request',
      'POST',
      '$ORIGIN/deliverect/loyalty/{channelLinkId}/customer',
      '--header',
      'Authorization: Bearer test-token',
      '--header',
      json,
      '--data',
      '{"email":"string","phoneNumber":"string","firstName":"string","lastName":"string","dateOfBirth":"string"}',
    ],
    credential: 'Authorization: Bearer test-token',
    unauthorised: undefined,
    invalid: {
      body: '{"email": 7}',
      status: 400,
      response: { error: expect.any(String), http_code: 400, description: expect.any(String) },
    },
    malformed: {
      status: 400,
      response: { error: expect.any(String), http_code: 400, description: expect.any(String) },
    },
  },
  {
    name: 'imfpush',
    page: [
      '--request',
      'PUT',
      '--url',
      '$ORIGIN/imfpush/imfpush/v1/apps/myapp/devices/12345-6789',
      '--header',
      'Authorization: Bearer test-token',
      '--header',
      json,
      '--data',
      '{"deviceId": "12345-6789", "phoneNumber": "123456789", "token": "xyz", "userId": "admin"}',
    ],
    credential: 'Authorization: Bearer test-token',
    unauthorised: undefined,
    invalid: {
      body: JSON.stringify({ userId: 'x'.repeat(255) }),
      status: 400,
      response: expect.objectContaining({ message: expect.any(String) }),
    },
    malformed: { status: 400, response: { code: 'FPWSE0004E', message: expect.any(String) } },
  },
];

for (const vendor of VENDORS) {
  describe(vendor.name, () => {
    const page = (change: (args: string[]) => string[] = args => args): string[] =>
      change([...vendor.page]).map(arg => arg.replace('$ORIGIN', mock.url));
    const withBody = (body: string) => (args: string[]) => {
      const data = args.indexOf('--data');
      return [...(data < 0 ? [...args, '--header', json] : args.slice(0, data)), '--data', body];
    };

    test('responds to the curl of its page with 200 and a valid body', async () => {
      const { status, findings } = await ask(page());
      expect({ status, findings }).toEqual({ status: 200, findings: [] });
    });

    test('responds with 401 without credentials', async () => {
      const args = page(all =>
        all.filter((arg, index) => arg !== vendor.credential && all[index + 1] !== vendor.credential),
      );
      const { status, headers, body } = await curl(args);
      expect(status).toBe(401);
      expect([...headers.keys()]).not.toContain('x-deadringer-error');
      expect(body).not.toContain('x-deadringer-error');
      if (vendor.unauthorised !== undefined) expect(JSON.parse(body)).toEqual(vendor.unauthorised);
    });

    test('responds to an invalid body with the error format of the vendor', async () => {
      const { status, body, findings } = await ask(page(withBody(vendor.invalid.body)));
      expect({ status, body, findings }).toEqual({
        status: vendor.invalid.status,
        body: vendor.invalid.response,
        findings: [],
      });
    });

    test('responds to malformed JSON with the error format of the vendor', async () => {
      const { status, body, findings } = await ask(page(withBody('{"a": 1,}')));
      expect({ status, body, findings }).toEqual({
        status: vendor.malformed.status,
        body: vendor.malformed.response,
        findings: [],
      });
    });
  });
}

describe('imfpush', () => {
  const device = (): string => `${mock.url}/imfpush/imfpush/v1/apps/myapp/devices/12345-6789`;
  const put = (body: string, headers: Record<string, string>): Promise<Response> =>
    fetch(device(), {
      method: 'PUT',
      body,
      headers: { authorization: 'Bearer test-token', 'content-type': 'application/json', ...headers },
    });

  test('accepts a user id of 254 characters and rejects one of 255', async () => {
    expect((await put(JSON.stringify({ userId: 'x'.repeat(254) }), {})).status).toBe(200);
    expect((await put(JSON.stringify({ userId: 'x'.repeat(255) }), {})).status).toBe(400);
  });

  test('responds with 405 to another content type, without Allow', async () => {
    const response = await put('{}', { 'content-type': 'text/plain' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, null]);
    expect(await response.json()).toEqual({ message: 'Unsupported Content type' });
  });

  test('responds with 405 to another method, with Allow', async () => {
    const response = await fetch(device(), { method: 'POST' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'PUT, OPTIONS']);
    expect(response.headers.get('x-deadringer-error')).toBe('no-such-method');
  });

  test('responds with 406 only if Accept excludes JSON', async () => {
    for (const accept of ['text/html', 'application/json;q=0', 'image/*']) {
      expect([accept, (await put('{}', { accept })).status]).toEqual([accept, 406]);
    }
    for (const accept of ['*/*', 'application/*', 'text/html, application/json;q=0.1']) {
      expect([accept, (await put('{}', { accept })).status]).toEqual([accept, 200]);
    }
  });

  test('accepts the malformed charset parameter that its SDK sends', async () => {
    expect((await put('{}', { 'content-type': 'application/json; charset = UTF-8' })).status).toBe(200);
  });

  test('checks credentials, then the content type, then Accept, then the body', async () => {
    const invalid = { 'content-type': 'text/plain', accept: 'text/html' };
    expect((await put('{', { ...invalid, authorization: '' })).status).toBe(401);
    expect((await put('{', invalid)).status).toBe(405);
    expect((await put('{', { accept: 'text/html' })).status).toBe(406);
    expect((await put('{', {})).status).toBe(400);
  });
});

describe('deliverect', () => {
  const create = (headers: Record<string, string>): Promise<Response> =>
    fetch(`${mock.url}/deliverect/loyalty/65f0c0ffee65f0c0ffee65f0/customer`, {
      method: 'POST',
      body: '{}',
      headers: { authorization: 'Bearer test-token', 'content-type': 'application/json', ...headers },
    });

  test('responds with the 400 of its page if the client prefers it', async () => {
    const response = await create({ prefer: 'code=400' });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: 'no active loyalty profile found',
      http_code: 400,
      description: 'no active loyalty profile found',
    });
  });

  test('responds with each of its two success examples by name', async () => {
    expect(await (await create({ prefer: 'example=withoutTier' })).json()).toMatchObject({ tier: null });
    expect(await (await create({ prefer: 'example=withTier' })).json()).toMatchObject({
      tier: { name: 'Bronze' },
      status: 'active',
    });
  });
});
