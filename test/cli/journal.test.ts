// deadringer journal: filters, one exchange in full, and its exports.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Mock, startMock } from '../../src/index.ts';
import { type Ended, run } from './program.ts';

let mock: Mock;
let folder: string;
let invalid: string;
let unknown: string;
let picture: string;
beforeAll(async () => {
  mock = await startMock({
    specs: ['test/fixtures/why/shop.yaml'],
    scenarios: ['test/fixtures/why/scenarios'],
  });
  folder = mkdtempSync(path.join(tmpdir(), 'deadringer-journal-'));
  await send('/shop/items');
  invalid = await send('/shop/items?token=FAKE-query-secret', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"size":{"cm":12},"note":"\\u202egnp.exe"}',
  });
  unknown = await send('/shop/nowhere');
  picture = await send('/shop/file');
});
afterAll(async () => {
  await mock.close();
  rmSync(folder, { recursive: true });
});

/** @returns the id of the exchange */
async function send(target: string, init: RequestInit = {}): Promise<string> {
  const headers = { ...init.headers, 'x-deadringer-session': 'shopper' };
  const response = await fetch(mock.url + target, { ...init, headers });
  await response.arrayBuffer();
  return response.headers.get('x-deadringer-exchange') ?? '';
}

const journal = (...args: string[]): Promise<Ended> => run('journal', ...args, '--server', mock.url);
const list = (...args: string[]): Promise<Ended> => journal('-s', 'shopper', ...args);
const paths = ({ out }: Ended): string[] =>
  [...out.matchAll(/^\S+ \w+ (\S+) /gm)].map(([, each = '']) => each);

describe('the list is filtered', () => {
  test.each([
    [['--failed'], ['/shop/items', '/shop/nowhere']],
    [['--failed', '--limit', '1'], ['/shop/nowhere']],
    [
      ['--status', '2XX'],
      ['/shop/items', '/shop/file'],
    ],
    [
      ['--status', '404,422'],
      ['/shop/items', '/shop/nowhere'],
    ],
    [['--operation', 'getFile'], ['/shop/file']],
    [['--text', 'NOWHERE'], ['/shop/nowhere']],
  ])('by %j', async (args, expected) => {
    const ended = await list(...args);
    expect([ended.code, ended.err]).toEqual([0, '']);
    expect(paths(ended)).toEqual(expected);
  });

  test('in exports as well', async () => {
    const { out } = await list('--har', '--status', '422');
    expect(JSON.parse(out).log.entries).toHaveLength(1);
  });

  test('and a list without entries says so', async () => {
    expect(await list('--status', '503')).toEqual({
      code: 0,
      out: '',
      err: 'no exchange in the journal of shopper passes these filters\n',
    });
  });

  test('and an invalid filter is an error', async () => {
    expect((await list('--status', 'four')).err).toMatch(
      /^deadringer: status="four" is not valid: use a status/,
    );
    expect((await list('--follow', '--limit', '2')).err).toContain('cannot be combined with --limit');
  });
});

describe('one exchange', () => {
  test('is shown with its time, findings, lines of the document, reasons and formatted bodies', async () => {
    const { code, out, err } = await journal(invalid);
    expect([code, err]).toEqual([0, '']);
    expect(
      out
        .replaceAll(mock.url.replace('http://', ''), 'HOST')
        .replace(/time .*/, 'time')
        .replaceAll(invalid, 'ID'),
    ).toMatchInlineSnapshot(`
      "POST /shop/items?token=XXXX-xxxxx-xxxxxx 422 failed
        operation  addItem of shop
        session    shopper
        time
        exchange   ID

      Findings
        test/fixtures/why/shop.yaml:23 warning query parameter "token" is not declared by addItem (parameter-undocumented)
            21 |         '422': { description: Invalid., content: { application/json: { example: { error: invalid } } } }
            22 |         '503': { description: Down. }
          > 23 |     post:
            24 |       operationId: addItem
            25 |       requestBody: { required: true, content: { application/json: { schema: { type: object, required: [name] } } } }
        test/fixtures/why/shop.yaml:25 error request body /name is missing (request-body-schema)
            23 |     post:
            24 |       operationId: addItem
          > 25 |       requestBody: { required: true, content: { application/json: { schema: { type: object, required: [name] } } } }
            26 |       responses:
            27 |         '201':

      Why
        match      POST /shop/items is a request to addItem (POST /items) of the API "shop". (test/fixtures/why/shop.yaml:23)
                   The path begins with the name of the API, /shop, without a base path.
        validation The request is rejected: request body /name is missing. (test/fixtures/why/shop.yaml:25)
                   query parameter "token" is not declared by addItem (test/fixtures/why/shop.yaml:23, parameter-undocumented)
        session    The session is shopper: the header X-Deadringer-Session names it.
        selection  The document declares no response for this case, so the mock responds with an error of its own.
                   Remedy: declare a 422 or 400 response for addItem; the mock then sends it instead of this problem
        body       The body describes the error, and how to correct it.
        delivery   The response is sent at once.

      Request
        POST /shop/items?token=XXXX-xxxxx-xxxxxx
        host: HOST
        connection: keep-alive
        content-type: application/json
        x-deadringer-session: xxxxxxx
        accept: */*
        accept-language: *
        sec-fetch-mode: cors
        user-agent: node
        accept-encoding: gzip, deflate
        content-length: 41

      > {
          "size": {
            "cm": 12
          },
          "note": "\\u202egnp.exe"
        }

      Response
        HTTP 422
        content-type: application/problem+json
        x-deadringer-error: invalid-request
        x-deadringer-exchange: ID

        {
          "type": "deadringer:invalid-request",
          "title": "The request is invalid, and the document declares no response for that case",
          "status": 422,
          "detail": "request body /name is missing",
          "hint": "declare a 422 or 400 response for addItem; the mock then sends it instead of this problem",
          "findings": [
            {
              "code": "parameter-undocumented",
              "message": "query parameter \\"token\\" is not declared by addItem",
              "at": "/request/query/token",
              "location": "test/fixtures/why/shop.yaml:23"
            },
            {
              "code": "request-body-schema",
              "message": "request body /name is missing",
              "at": "/request/body/name",
              "location": "test/fixtures/why/shop.yaml:25"
            }
          ]
        }
      "
    `);
  });

  test('without an operation, and with a binary body', async () => {
    expect((await journal(unknown)).out).toContain('  operation  none\n');
    expect((await journal(picture)).out).toMatch(/\(\d+ bytes that are no text; --json has them as base64\)/);
  });

  test('is printed as JSON, and as a curl command', async () => {
    expect(JSON.parse((await journal(unknown, '--json')).out)).toMatchObject({
      id: unknown,
      verdict: 'problem',
    });
    const { out } = await journal(invalid, '--curl');
    expect(out).toMatch(
      /^curl -X POST 'http:\S+\/shop\/items\?token=XXXX-xxxxx-xxxxxx' .*--data-raw '.*'\n$/,
    );
    expect(out).toContain("-H 'x-deadringer-session: shopper'");
  });

  test('that a scenario answered has a hint beside its curl command and in its evidence', async () => {
    const control = `${mock.url}/__deadringer/sessions/shopper`;
    await fetch(`${control}/scenarios`, { method: 'POST', body: '{"scenarios":["shop/flaky"]}' });
    const flaky = await send('/shop/items');
    await fetch(`${control}/scenarios`, { method: 'DELETE' });
    const { out, err } = await journal(flaky, '--curl');
    expect(out).toMatch(/^curl http:\S+\/shop\/items .*\n$/);
    expect(err).toBe(
      `The rule shop/flaky 1 replied with 503, with entry 1 of the 2 in its list. To get it again after the scenario is off, run: deadringer use shop/flaky --session shopper --server ${mock.url}\n`,
    );
    const page = path.join(folder, 'flaky.html');
    await journal(flaky, '--evidence', page);
    expect(readFileSync(page, 'utf8')).toContain(`<p class="hint">${err.trim()}</p>`);
  });

  test('is written as evidence, and as HAR', async () => {
    const page = path.join(folder, 'bug.html');
    expect(await journal(invalid, '--evidence', page)).toEqual({
      code: 0,
      out: `evidence of ${invalid}: ${page}\n`,
      err: '',
    });
    const html = readFileSync(page, 'utf8');
    expect(html).toContain('request body /name is missing');
    // The line of the document, beside the finding.
    expect(html).toContain('requestBody: { required: true');
    expect(html).not.toMatch(/FAKE-|\u202e|<script/);
    const har = path.join(folder, 'one.har');
    expect((await journal(invalid, '--har', '-o', har)).err).toBe(`exchange ${invalid}: ${har}\n`);
    expect(JSON.parse(readFileSync(har, 'utf8')).log.entries).toHaveLength(1);
  });

  test('that does not exist is an error with a remedy', async () => {
    expect(await journal('nothing')).toEqual({
      code: 2,
      out: '',
      err: 'deadringer: no journal contains the exchange "nothing"; it may have been dropped, or cleared with its session; "deadringer journal" lists the exchanges\n',
    });
  });

  test.each([
    [['--curl'], '--curl requires the id of an exchange'],
    [['--evidence', 'bug.html'], '--evidence requires the id of an exchange'],
    [['some-id', '--failed'], '--failed selects from the whole journal; leave out the id "some-id"'],
    [['some-id', '--follow'], '--follow selects from the whole journal'],
  ])('%j is a usage error', async (args, message) => {
    const { code, err } = await journal(...args);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });
});
