// A journal entry as text for a store: readers make the same of it as of the entry itself, and it has no secrets.
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { evidencePage } from '../../src/http/control/evidence.ts';
import { toDetailedJson, toEntryJson, toHarText } from '../../src/http/control/journal-json.ts';
import { servedNow } from '../../src/mock/explain/why-step.ts';
import type { ServeEvent } from '../../src/mock/serve-event.ts';
import { toExchangeSummary } from '../../src/mock/session/exchange-summary.ts';
import { appliedRuleOf, decodeEntry, encodeEntry } from '../../src/mock/session/journal-codec.ts';
import {
  type JournalEntry,
  redactEvent,
  toJournaledEvent,
  toRecordable,
} from '../../src/mock/session/journaled-event.ts';
import { matchForOperation } from '../../src/routing/path-values.ts';
import { scenarioFromExchange } from '../../src/scenario-generator/from-exchange.ts';
import { type MockServer, startServer } from '../../src/start.ts';
import { fc } from '../random.ts';
import { amount } from '../suite.ts';

const SECRETS = `openapi: 3.1.0
info: { title: Vault, version: '1' }
security: [{ key: [] }]
components:
  securitySchemes: { key: { type: apiKey, in: query, name: vault } }
paths:
  /devices/{token}:
    parameters:
      - { name: token, in: path, required: true, schema: { type: string } }
      - { name: email, in: query, schema: { type: string } }
    put:
      operationId: putDevice
      requestBody:
        content:
          application/json: { schema: { type: object, required: [name], properties: { name: { type: string }, token: { type: string } } } }
          application/x-www-form-urlencoded: { schema: { type: object } }
      responses:
        '200': { description: '', content: { application/json: { schema: { type: object, properties: { name: { type: string }, token: { type: string } } } } } }
        '201': { description: '', content: { application/json: { schema: { type: object, properties: { name: { type: string }, token: { type: string } } } } } }
    get:
      operationId: getDevice
      responses: { '200': { description: '', content: { application/json: { schema: { type: object, properties: { name: { type: string }, token: { type: string } } } } } } }
`;

const JSON_TYPE = { 'content-type': 'application/json' };

const folder = mkdtempSync(path.join(os.tmpdir(), 'deadringer-journal-codec-'));
const events: ServeEvent[] = [];
const service = http.createServer((request, response) => {
  if (request.url?.includes('broken')) request.socket.destroy();
  else response.writeHead(200, { 'content-type': 'application/json', 'x-real': 'yes' }).end('[3]');
});
let mock: MockServer;

beforeAll(async () => {
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  const vault = path.join(folder, 'vault.yaml');
  writeFileSync(vault, SECRETS);
  const { port } = service.address() as AddressInfo;
  mock = await startServer({
    specs: [
      ...['why/shop', 'limits', 'streams'].map(name => `test/fixtures/${name}.yaml`),
      'pets=test/fixtures/state/pets.yaml',
      vault,
    ],
    scenarios: ['why/scenarios', 'sent-scenarios'].map(name => `test/fixtures/${name}`),
    upstreams: [`shop=http://127.0.0.1:${port}`],
    upstreamMode: 'on-request',
    redactPersonal: true,
  });
  mock.state.subscribe(event => events.push(event));
});
afterAll(async () => {
  service.close();
  await mock.close();
  rmSync(folder, { recursive: true });
});

interface Sending {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** Sends a request by a connection of its own, and waits for the end of the response, or for a fault. */
function exchange(target: string, { method = 'GET', headers = {}, body = '' }: Sending = {}): Promise<void> {
  return new Promise(resolve => {
    const request = http.request(mock.url + target, { method, headers, agent: false }, response => {
      response.on('close', resolve).resume();
    });
    request.on('error', () => resolve()).end(body);
  });
}

const control = (method: string, target: string, body: unknown): Promise<void> =>
  exchange(`/__deadringer${target}`, { method, headers: JSON_TYPE, body: JSON.stringify(body) });

let sessions = 0;
interface Setup {
  readonly scenarios?: readonly string[];
  readonly switches?: Readonly<Record<string, object>>;
}

async function openSession({ scenarios = [], switches = {} }: Setup = {}): Promise<string> {
  const session = `s${++sessions}`;
  if (scenarios.length > 0) await control('POST', `/sessions/${session}/scenarios`, { scenarios });
  for (const [target, settings] of Object.entries(switches))
    await control('PUT', `/sessions/${session}/switches/${target}`, settings);
  return session;
}

/** Sends a request. @returns the events of its session so far */
async function send(session: string, target: string, sending: Sending = {}): Promise<ServeEvent[]> {
  const headers = { ...sending.headers, 'x-deadringer-session': session };
  await exchange(target, { ...sending, headers });
  return events.filter(event => event.session === session);
}

const ruleOf = (key: string) => appliedRuleOf(mock.state.config.scenarios, key);

/** All that the control API makes of an entry. */
function viewsOf(entry: JournalEntry): Record<string, unknown> {
  const { config } = mock.state;
  const { exchange, origin } = toRecordable(entry);
  const operation = servedNow(config.contract, entry);
  const match = operation && matchForOperation(operation, exchange.request.path);
  const place = { file: 'session,', entry: entry.sequence, origin: origin ?? 'http://localhost' };
  return {
    json: JSON.stringify(toEntryJson(entry)),
    detailed: toDetailedJson(entry, config.contract),
    har: toHarText([entry]),
    evidence: evidencePage(entry, config),
    recordable: JSON.stringify({ exchange, origin }, withHexadecimal),
    scenario: match && scenarioFromExchange(config.contract, match, exchange, place),
  };
}

/** Bytes as text, of whichever class they are. */
function withHexadecimal(this: Record<string, unknown>, name: string, value: unknown): unknown {
  const raw = this[name];
  return raw instanceof Uint8Array ? Buffer.from(raw).toString('hex') : value;
}

function expectSameViews(event: ServeEvent): void {
  const journaled = toJournaledEvent(event);
  const read = decodeEntry(encodeEntry(journaled), 7, ruleOf);
  expect(viewsOf(read)).toEqual(viewsOf({ ...redactEvent(journaled), sequence: 7 }));
  expect(toExchangeSummary(read, 7)).toEqual(toExchangeSummary(journaled, 7));
  // An entry may be written again, as it is.
  expect(encodeEntry(read)).toBe(encodeEntry(journaled));
  expect(redactEvent(read)).toBe(read);
}

const HAT = { method: 'POST', headers: JSON_TYPE, body: '{"name":"Hat"}' };

describe('an entry that was written and read is shown as before', () => {
  test.each<[string, string, Sending, Setup]>([
    ['an example', '/shop/v1/items', {}, {}],
    ['a generated body', '/shop/items/7', {}, {}],
    ['values of the request', '/shop/items', HAT, {}],
    ['a response to HEAD', '/shop/items', { method: 'HEAD' }, {}],
    ['a file', '/shop/file', {}, {}],
    ['an unknown path', '/shop/nowhere?a=1', {}, {}],
    ['a rejected request', '/shop/items?limit=x', {}, {}],
    ['a tolerated request', '/shop/items?limit=x', { headers: { prefer: 'validate=warn' } }, {}],
    ['an invalid preference', '/shop/items?__code=900', {}, {}],
    ['a preference', '/shop/items?__code=200&__example=none', { headers: { prefer: 'dynamic=false' } }, {}],
    ['a rule', '/shop/items/7', {}, { scenarios: ['shop/one'] }],
    ['a patched body', '/shop/items/8', {}, { scenarios: ['shop/one'] }],
    ['an entry of a list', '/shop/items', {}, { scenarios: ['shop/flaky'] }],
    ['a built-in scenario', '/shop/items', {}, { scenarios: ['shop.listItems.503'] }],
    ['a delivery', '/shop/whole', {}, { scenarios: ['shop/slow'] }],
    ['a fault', '/shop/whole', {}, { scenarios: ['shop/empty'] }],
    ['an off-contract reply', '/shop/whole', {}, { scenarios: ['shop/teapot'] }],
    ['an upstream', '/shop/items', {}, { scenarios: ['shop/real'] }],
    ['an upstream that fails', '/shop/items?broken', {}, { scenarios: ['shop/real'] }],
    ['a switch', '/shop/items', {}, { switches: { 'shop.listItems': { status: 503 } } }],
    ['a rate limit', '/limits/items', {}, {}],
    ['a rate limit of a switch', '/shop/items', {}, { switches: { '*': { rate: '1/1h' } } }],
    ['stored items', '/pets/pets', { ...HAT, body: '{"name":"Rex"}' }, { scenarios: ['pets/state'] }],
  ])('%s', async (_, target, init, setup) => {
    const session = await openSession(setup);
    await send(session, target, init);
    const sent = await send(session, target, init);
    expect(sent).toHaveLength(2);
    for (const event of sent) expectSameViews(event);
  });

  test('a callback, and the request that caused it', async () => {
    const session = await openSession();
    const { port } = service.address() as AddressInfo;
    const body = JSON.stringify({ callbackUrl: `http://127.0.0.1:${port}/?token=FAKE-hook-token` });
    await send(session, '/streams/streams/a%20b', { ...HAT, body });
    const ofSession = () => events.filter(event => event.session === session);
    await expect.poll(ofSession).toHaveLength(2);
    for (const event of ofSession()) {
      expectSameViews(event);
      expect(encodeEntry(toJournaledEvent(event))).not.toContain('FAKE-hook');
    }
  });

  test('any request', async () => {
    const word = fc.oneof(
      fc.constantFrom('items', '7', 'limit', 'code', 'token'),
      fc.string({ unit: 'binary' }),
    );
    const target = fc
      .tuple(
        fc.constantFrom(
          '/shop/items',
          '/shop/items/7',
          '/pets/pets',
          '/limits/drafts',
          '/vault/devices/a',
          '/',
        ),
        fc.array(word, { maxLength: 2 }),
        fc.dictionary(word, word, { maxKeys: 3 }),
      )
      .map(([start, segments, pairs]) => {
        const encode = (text: string): string => encodeURIComponent(text.toWellFormed());
        const query = Object.entries(pairs).map(pair => pair.map(encode).join('='));
        return `${[start, ...segments.map(encode)].join('/')}?${query.join('&')}`;
      });
    const body = fc.oneof(
      fc.jsonValue().map(value => JSON.stringify(value)),
      fc.dictionary(word, word).map(value => JSON.stringify(value)),
      fc.uint8Array({ maxLength: 60 }).map(bytes => Buffer.from(bytes)),
    );
    const type = fc.constantFrom(
      'application/json',
      'application/x-www-form-urlencoded',
      'text/plain',
      'a/b',
    );
    const request = fc.record({
      method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
      target,
      body,
      type,
    });
    const session = await openSession({ scenarios: ['shop/flaky', 'pets/state'] });
    const seen = new Set<ServeEvent>();
    await fc.assert(
      fc.asyncProperty(request, async ({ method, target: to, body: sent, type: content }) => {
        const init = method === 'GET' ? {} : { headers: { 'content-type': content }, body: sent };
        for (const event of await send(session, to, { method, ...init })) {
          if (!seen.has(event)) expectSameViews(event);
          seen.add(event);
        }
      }),
      { numRuns: amount(20, 1000) },
    );
    expect(seen.size).toBeGreaterThan(amount(10, 600));
  });
});

describe('what is written has no secrets', () => {
  /** The text, and the bodies in it. */
  function plainText(text: string): string {
    const bodies = [...text.matchAll(/"base64":"([^"]*)"/g)].map(([, base64 = '']) =>
      Buffer.from(base64, 'base64').toString('latin1'),
    );
    return [text, ...bodies]
      .map(each => `${each}\n${decodeURIComponent(each.replaceAll(/%(?![\da-f]{2})/gi, ''))}`)
      .join('\n');
  }

  const HEADERS = {
    authorization: 'Bearer FAKE-bearer-1',
    cookie: 'sid=FAKE-cookie-2; token=FAKE-cookie-3',
    'x-api-key': 'FAKE-header-4',
    referer: 'https://app.example.com/?access_token=FAKE-referer-5',
    'x-forwarded-for': '203.0.113.77',
  };
  const TARGET =
    '/vault/devices/FAKE-path-6?vault=FAKE-declared-7&password=FAKE-query-8&email=fake.person%40example.com&FAKE-path-6=1';

  test.each<[string, Sending, Setup]>([
    ['of a head', { headers: HEADERS }, {}],
    [
      'of a JSON body',
      {
        method: 'PUT',
        headers: { ...HEADERS, ...JSON_TYPE },
        body: JSON.stringify({
          ...{
            name: 'FAKE-bearer-1',
            token: 'FAKE-path-6',
            password: 'FAKE-body-9',
            phone: '+49 30 5550 1234',
          },
          ...{
            'FAKE-body-9': 1,
            nested: [{ client_secret: 'FAKE-nested-10', iban: 'DE89370400440532013000' }],
          },
        }),
      },
      { scenarios: ['vault/state'] },
    ],
    [
      'of a rejected JSON body',
      { method: 'PUT', headers: { ...HEADERS, ...JSON_TYPE }, body: '{"name":{"password":"FAKE-body-9"}}' },
      {},
    ],
    [
      'of a form',
      {
        method: 'PUT',
        headers: { ...HEADERS, 'content-type': 'application/x-www-form-urlencoded' },
        body: 'name=a&password=FAKE-form-11&refresh_token=FAKE-form-12&mail=fake.person%40example.com',
      },
      {},
    ],
    [
      'of a text',
      {
        method: 'PUT',
        headers: { ...HEADERS, 'content-type': 'text/plain' },
        body: 'password: FAKE-text-13\nfake.person@example.com',
      },
      {},
    ],
    ['of a preference', { headers: { ...HEADERS, prefer: 'seed=FAKE-bearer-1, example="FAKE-path-6"' } }, {}],
  ])('%s', async (_, init, setup) => {
    const session = await openSession(setup);
    await send(session, TARGET, init);
    const sent = await send(session, TARGET, init);
    expect(sent).toHaveLength(2);
    for (const event of sent) {
      expectSameViews(event);
      const text = plainText(encodeEntry(toJournaledEvent(event)));
      expect(text).toContain('devices');
      expect(text.match(/.{0,60}(?:FAKE|fake\.person|203\.0\.113|5550|DE8937).{0,20}/gi)).toBeNull();
    }
  });
});

describe('a text', () => {
  test('of a rule that is no longer loaded keeps its name, and says so', async () => {
    const session = await openSession({ scenarios: ['shop/one'] });
    const [event] = await send(session, '/shop/items/7');
    const text = encodeEntry(toJournaledEvent(event as ServeEvent));
    const entry = decodeEntry(text, 1, () => undefined);
    expect(toEntryJson(entry).rules).toEqual(['shop/one 1']);
    expect(JSON.stringify(toDetailedJson(entry, mock.state.config.contract).why)).toContain(
      '"The rule shop/one 1 replies with 200.","location":"test/fixtures/why/shop.yaml:35","detail":["Its scenario is no longer loaded."',
    );
    expect(decodeEntry(text, 1, ruleOf).rules[0]).toEqual(ruleOf('shop/one 1'));
  });

  test('that is no entry is refused, with the reason and without the text', async () => {
    const session = await openSession();
    const [event] = await send(session, '/shop/items/7');
    const text = encodeEntry(toJournaledEvent(event as ServeEvent));
    const changed = (change: object): string => JSON.stringify({ ...JSON.parse(text), ...change });
    for (const [wrong, reason] of [
      ['', 'it is not JSON'],
      ['{"FAKE', 'it is not JSON'],
      ['[]', '"" is missing or invalid'],
      [changed({ format: 2 }), 'another version of deadringer wrote it'],
      [changed({ rules: 'FAKE' }), '"rules" is missing or invalid'],
      [changed({ startedAt: 'FAKE' }), '"startedAt" is missing or invalid'],
    ])
      expect(() => decodeEntry(wrong as string, 1, ruleOf)).toThrow(
        expect.objectContaining({ name: 'InvalidEntry', message: reason }),
      );
  });
});
