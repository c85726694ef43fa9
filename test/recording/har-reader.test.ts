// HAR as it is really written: one test per pitfall, each named after it.
import { Buffer } from 'node:buffer';
import zlib from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decodeBody } from '../../src/exchange/body.ts';
import { EMPTY_BODY, type Exchange } from '../../src/exchange/exchange.ts';
import { toHar } from '../../src/recording/har-writer.ts';
import type { RawEntry, RecordedEntry } from '../../src/recording/model.ts';
import { readRecordedEntry } from '../../src/recording/read-entry.ts';
import { entry, fields } from './temporary-folder.ts';

function convert(value: unknown, more: Partial<RawEntry> = {}): RecordedEntry {
  const bytes = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  return readRecordedEntry({
    place: { file: 'a.har', entry: 3 },
    format: 'har',
    bytes,
    creator: 'Recorder',
    ...more,
  });
}

function exchangeOf(value: unknown, more?: Partial<RawEntry>): Exchange {
  const recorded = convert(value, more);
  if (recorded.kind !== 'exchange') throw new Error(JSON.stringify(recorded));
  return recorded.exchange;
}

const requestOf = (request: Record<string, unknown>) => exchangeOf(entry(request)).request;
const responseOf = (response: Record<string, unknown>, more?: Partial<RawEntry>) =>
  exchangeOf(entry({}, response), more).response as NonNullable<Exchange['response']>;
const text = (body: unknown): unknown =>
  body instanceof Uint8Array ? Buffer.from(body).toString('utf8') : body;
const JSON_TYPE = { 'content-type': 'application/json' };

describe('the request body', () => {
  const post = (more: Record<string, unknown>, headers: Record<string, string> = {}) =>
    requestOf({ method: 'POST', headers: fields(headers), ...more });

  test('a urlencoded body is rebuilt from fields without text', () => {
    const mimeType = 'application/x-www-form-urlencoded';
    const params = [
      { name: 'a b', value: '1&2' },
      { name: 'ü', value: '100%' },
    ];
    const sent = post({ postData: { mimeType, params } }, { 'Content-Type': mimeType });
    expect(text(sent.body)).toBe('a%20b=1%262&%C3%BC=100%25');
    expect(decodeBody(sent)).toMatchObject({ pairs: params });
  });

  test('encoded fields are not encoded twice', () => {
    const params = [{ name: 'a%20b', value: '1%262' }];
    expect(text(post({ postData: { mimeType: '', params } }).body)).toBe('a%20b=1%262');
  });

  test('fields of a multipart form are written with the boundary of the header', () => {
    const type = 'multipart/form-data; boundary=xyz';
    const params = [{ name: 'say "hi"', value: 'hello', contentType: 'text/plain' }];
    const sent = post({ postData: { mimeType: type, params } }, { 'content-type': type });
    expect(text(sent.body)).toBe(
      '--xyz\r\nContent-Disposition: form-data; name="say %22hi%22"\r\nContent-Type: text/plain\r\n\r\nhello\r\n--xyz--\r\n',
    );
    expect(sent.headers['content-type']).toEqual([type]);
  });

  test('a missing boundary is generated and added to the header', () => {
    const params = [{ name: 'a', value: '1' }];
    const sent = post(
      { postData: { mimeType: 'multipart/form-data', params } },
      { 'content-type': 'multipart/form-data' },
    );
    expect(decodeBody(sent)).toMatchObject({ kind: 'multipart', parts: [{ name: 'a' }] });
  });

  test('a form with a file without content is a body that was not recorded', () => {
    const params = [{ name: 'a', fileName: 'cat.png', contentType: 'image/png' }];
    expect(post({ postData: { mimeType: 'multipart/form-data', params } }).body).toEqual({
      notRecorded: 'the recording does not contain the content of a file',
    });
  });

  test('text takes precedence over fields', () => {
    const postData = { mimeType: '', text: 'a=1', params: [{ name: 'a', value: '2' }] };
    expect(text(post({ postData }).body)).toBe('a=1');
  });

  test('the text can be base64', () => {
    expect(text(post({ postData: { mimeType: '', text: 'aGk=', encoding: 'base64' } }).body)).toBe('hi');
  });

  test.each([
    ['a GET without data is empty', { method: 'GET' }, {}, true],
    ['a DELETE without data is empty', { method: 'DELETE' }, {}, true],
    ['a GET that announced a length is not recorded', { method: 'GET' }, { 'content-length': '4' }, false],
    ['a POST without data or any length is not recorded', {}, {}, false],
    ['a POST of size 0 is empty', { bodySize: 0 }, {}, true],
    ['a POST of length 0 is empty', {}, { 'content-length': '0' }, true],
    ['a length beats a size of 0: uploads of files', { bodySize: 0 }, { 'content-length': '99' }, false],
    ['a POST in chunks is not recorded', { bodySize: 0 }, { 'transfer-encoding': 'chunked' }, false],
    ['a POST of some size is not recorded', { bodySize: 12 }, {}, false],
    ['an empty text is empty', { postData: { mimeType: '', text: '' } }, {}, true],
    [
      'an empty text against a length is not recorded',
      { postData: { text: '' } },
      { 'content-length': '5' },
      false,
    ],
    ['data that is null is none', { postData: null, bodySize: 0 }, {}, true],
  ])('%s', (_, more, headers, empty) => {
    expect(post(more, headers as Record<string, string>).body).toEqual(
      empty ? EMPTY_BODY : { notRecorded: 'the recording does not contain the body' },
    );
  });
});

describe('headers', () => {
  test('pseudo headers are dropped, and the authority is the host', () => {
    const headers = fields({ ':method': 'GET', ':path': '/x', ':authority': 'a.example.com', Accept: '*/*' });
    expect(requestOf({ headers }).headers).toEqual({ host: ['a.example.com'], accept: ['*/*'] });
  });

  test('without a Host header, the host is that of the URL', () => {
    expect(requestOf({ url: 'https://u:p@API.example.com:8443/x' }).headers).toEqual({
      host: ['api.example.com:8443'],
    });
  });

  test('names become lower case, repeats stay in order', () => {
    const headers = [...fields({ 'X-A': '1', 'x-b': '2' }), ...fields({ 'x-a': '3' })];
    expect(responseOf({ headers }).headers).toEqual({ 'x-a': ['1', '3'], 'x-b': ['2'] });
  });

  test('cookies are split at line ends, but not at commas', () => {
    const value = 'a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT\nb=2';
    expect(responseOf({ headers: fields({ 'Set-Cookie': value }) }).headers['set-cookie']).toEqual([
      'a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT',
      'b=2',
    ]);
  });

  test('a header may have any name', () => {
    const { headers } = responseOf({
      headers: [{ name: '__proto__', value: 'x' }, { name: 'n', value: 1 }, { name: 'e' }],
    });
    expect(Object.entries(headers)).toEqual([
      ['__proto__', ['x']],
      ['n', ['1']],
      ['e', ['']],
    ]);
  });
});

describe('the response body', () => {
  const body = (
    content: unknown,
    headers: Record<string, string> = JSON_TYPE,
    more: Record<string, unknown> = {},
  ) => responseOf({ headers: fields(headers), content, ...more }).body;

  test('base64 is decoded', () => {
    expect(text(body({ text: 'eyJhIjox\nfQ==', encoding: 'base64' }))).toBe('{"a":1}');
  });

  test('invalid base64 is a body that was not recorded', () => {
    expect(body({ text: '{"a":1}', encoding: 'base64' })).toEqual({
      notRecorded: 'the recording declares base64, but the text is not base64',
    });
  });

  test('undeclared base64 of an image is recognized', () => {
    const png = Buffer.from('89504e470d0a1a0a0000000d49484452000000', 'hex');
    const content = { text: png.toString('base64'), size: png.length };
    expect(body(content, { 'content-type': 'image/png' })).toEqual(png);
    expect(text(body({ ...content, size: content.text.length }, { 'content-type': 'image/png' }))).toBe(
      content.text,
    );
    expect(text(body(content, { 'content-type': 'text/plain' }))).toBe(content.text);
  });

  const plain = '{"name":"Rex"}';
  test.each([
    ['gzip', zlib.gzipSync(plain)],
    ['deflate', zlib.deflateSync(plain)],
    ['br', zlib.brotliCompressSync(plain)],
    ['zstd', zlib.zstdCompressSync(plain)],
    ['br, gzip', zlib.gzipSync(zlib.brotliCompressSync(plain))],
  ])('%s is taken off where it is still on, and left where it is not', (coding, packed) => {
    const headers = { ...JSON_TYPE, 'content-encoding': coding };
    expect(text(body({ text: packed.toString('base64'), encoding: 'base64' }, headers))).toBe(plain);
    expect(text(body({ text: Buffer.from(plain).toString('base64'), encoding: 'base64' }, headers))).toBe(
      plain,
    );
    expect(text(body({ text: plain }, headers))).toBe(plain);
  });

  test('gzip stored as one character per byte is decompressed; with lost characters the body is not recorded', () => {
    const headers = { ...JSON_TYPE, 'content-encoding': 'gzip' };
    const packed = zlib.gzipSync(plain);
    expect(text(body({ text: packed.toString('latin1') }, headers))).toBe(plain);
    expect(text(body({ text: packed.toString('base64') }, headers))).toBe(plain);
    expect(body({ text: packed.toString('utf8') }, headers)).toHaveProperty('notRecorded');
    const damaged = packed.subarray(0, 20).toString('base64');
    expect(body({ text: damaged, encoding: 'base64' }, headers)).toEqual({
      notRecorded: 'the recording contains damaged gzip data',
      undecodable: true,
    });
  });

  test.each([
    ['iso-8859-1', 'Zürich', 'latin1'],
    ['windows-1252', '5 €', undefined],
    ['utf-16le', 'Zürich', 'utf16le'],
    ['utf-16be', 'Zürich', undefined],
    ['shift_jis', '犬と猫', undefined],
    ['gbk', '狗和猫', undefined],
    ['koi8-r', 'кот', undefined],
    ['euc-kr', '고양이', undefined],
    ['utf-8', '🐕', 'utf8'],
  ] as const)('text in %s is read back as it was', (charset, name, encoding) => {
    const json = JSON.stringify({ name });
    const response = responseOf({
      headers: fields({ 'content-type': `application/json; charset=${charset}` }),
      content: { text: json },
    });
    expect(decodeBody(response)).toMatchObject({ kind: 'json', value: { name } });
    if (encoding !== undefined)
      expect(Buffer.from(response.body as Uint8Array)).toEqual(Buffer.from(json, encoding));
  });

  test('a body with characters that the charset cannot encode is not recorded', () => {
    expect(body({ text: '"→"' }, { 'content-type': 'application/json; charset=iso-8859-1' })).toEqual({
      notRecorded: 'the recording contains characters that the charset cannot encode',
    });
  });

  test('a byte order mark is kept in the bytes and removed from the value', () => {
    const response = responseOf({ headers: fields(JSON_TYPE), content: { text: '\uFEFF{"a":1}' } });
    expect(decodeBody(response)).toMatchObject({ value: { a: 1 } });
  });

  const missing = { notRecorded: 'the recording does not contain the body' };
  test.each([
    ['text and size are missing', { size: -1 }, JSON_TYPE, {}, missing],
    ['content is missing', undefined, JSON_TYPE, {}, missing],
    ['the text is missing, the size is not', { size: 5 }, JSON_TYPE, {}, missing],
    ['the text is empty, the size is not', { size: 5, text: '' }, JSON_TYPE, {}, missing],
    ['the text is missing, the length is not', { size: 0 }, { 'content-length': '9' }, {}, missing],
    ['the length is 0', { size: -1 }, { 'content-length': '0' }, {}, EMPTY_BODY],
    ['the size is 0', { size: 0 }, JSON_TYPE, {}, EMPTY_BODY],
    ['the size is 0, but something was sent', { size: 0 }, JSON_TYPE, { bodySize: 7 }, missing],
    [
      'the size is 0, and gzip of nothing was sent',
      { size: 0 },
      { 'content-encoding': 'gzip' },
      { bodySize: 20 },
      EMPTY_BODY,
    ],
    ['the text is empty and nothing is against it', { size: -1, text: '' }, JSON_TYPE, {}, EMPTY_BODY],
    ['nothing was sent, and no type', { size: -1 }, {}, { bodySize: 0 }, EMPTY_BODY],
    ['nothing was sent, but a type', { size: -1 }, JSON_TYPE, { bodySize: 0 }, missing],
    [
      'it is a redirect, which browsers keep nothing of',
      { size: 0 },
      {},
      { status: 302, bodySize: 0 },
      missing,
    ],
    ['it is a redirect of length 0', { size: 0 }, { 'content-length': '0' }, { status: 302 }, EMPTY_BODY],
    ['it is a 204', { size: -1 }, {}, { status: 204 }, EMPTY_BODY],
    [
      'it is a 304 that shows what was cached',
      { size: 2, text: '{}' },
      JSON_TYPE,
      { status: 304 },
      EMPTY_BODY,
    ],
  ])('not recorded is not empty: %s', (_, content, headers, more, expected) => {
    expect(body(content, headers as Record<string, string>, more)).toEqual(expected);
  });

  test('the response to a HEAD is empty, whatever its Content-Length', () => {
    const head = entry({ method: 'HEAD' }, { headers: fields({ 'content-length': '9' }) });
    expect(exchangeOf(head).response?.body).toEqual(EMPTY_BODY);
  });

  test('JSON shorter than its size is truncated, not malformed', () => {
    expect(body({ text: '{"a":[1,2', size: 5000 })).toEqual({
      notRecorded: 'the recording truncated the body',
    });
    expect(text(body({ text: '{"a":[1,2', size: 9 }))).toBe('{"a":[1,2');
    expect(text(body({ text: '{"a":1}', size: 5000 }))).toBe('{"a":1}');
  });

  test('attachments are found by name', () => {
    const content = { size: -1, mimeType: 'application/json', _file: 'a1.json' };
    const attachments = new Map([['a1.json', Buffer.from('{"a":1}')]]);
    expect(text(responseOf({ content }, { attachments }).body)).toBe('{"a":1}');
    expect(responseOf({ content }).body).toHaveProperty('notRecorded');
    const latin = { headers: fields({ 'content-type': 'text/plain; charset=iso-8859-1' }), content };
    const written = (bytes: Buffer) =>
      decodeBody(responseOf(latin, { attachments: new Map([['a1.json', bytes]]) }));
    expect(written(Buffer.from('Zürich', 'utf8'))).toEqual({ kind: 'text', text: 'Zürich' });
    expect(written(Buffer.from('Zürich', 'latin1'))).toEqual({ kind: 'text', text: 'Zürich' });
    const request = { method: 'POST', postData: { mimeType: '', text: '', params: [], _file: 'a1.json' } };
    expect(text(exchangeOf(entry(request), { attachments }).request.body)).toBe('{"a":1}');
  });
});

describe('entries that are not exchanges', () => {
  test.each([
    ['not-http', entry({ url: 'data:image/png;base64,c2VjcmV0' }), 'data:'],
    ['not-http', entry({ url: 'blob:https://example.com/1-2' }), 'blob:'],
    ['not-http', entry({ url: 'chrome-extension://abc/x.js' }), 'chrome-extension:'],
    ['not-http', entry({ url: 'about:blank' }), 'about:'],
    ['not-http', entry({ url: 'file:///etc/passwd' }), 'file:'],
    ['web-socket', entry({ url: 'wss://u:p@example.com/live?token=x' }), 'wss://example.com/live'],
    ['web-socket', entry({}, { status: 101 }), 'https://api.example.com/pets'],
    ['web-socket', entry({}, {}, { _webSocketMessages: [] }), 'https://api.example.com/pets'],
    ['no-response', entry({}, { status: 0 }), 'https://api.example.com/pets'],
    ['no-response', entry({}, { status: -1 }), 'https://api.example.com/pets'],
    ['connect', entry({ method: 'CONNECT', url: 'example.com:443' }), 'example.com:443'],
    ['from-cache', entry({}, {}, { _fromCache: 'disk' }), 'https://api.example.com/pets'],
    ['from-cache', entry({}, {}, { _fromCache: 'memory' }), 'https://api.example.com/pets'],
    [
      'preflight',
      entry({ method: 'OPTIONS', headers: fields({ 'Access-Control-Request-Method': 'PUT' }) }),
      'https://api.example.com/pets',
    ],
  ])('%s', (reason, value, url) => {
    expect(convert(value)).toEqual({
      kind: 'not-an-exchange',
      place: { file: 'a.har', entry: 3 },
      reason,
      url,
    });
  });

  test('responses from the cache of Firefox are recognized', () => {
    const value = entry({}, {}, { cache: { afterRequest: null } });
    expect(convert(value, { creator: 'Firefox' })).toMatchObject({ reason: 'from-cache' });
    expect(convert(value).kind).toBe('exchange');
  });

  test('a plain OPTIONS, a 304 and an entry with cache information are exchanges', () => {
    expect(convert(entry({ method: 'OPTIONS' })).kind).toBe('exchange');
    expect(convert(entry({}, { status: 304 })).kind).toBe('exchange');
    expect(convert(entry({}, {}, { cache: { beforeRequest: { hitCount: 1 } } })).kind).toBe('exchange');
  });
});

describe('the URL', () => {
  test.each([
    ['https://example.com/a%2Fb/%zz/ü?x=%20&y#z', 'https://example.com', '/a%2Fb/%zz/ü', 'x=%20&y'],
    ['HTTPS://user:se@cret@Example.com:443/a/../b//c?', 'https://example.com', '/a/../b//c', ''],
    ['http://[::1]:8080?q=a?b', 'http://[::1]:8080', '/', 'q=a?b'],
    ['http://example.com?#f?g', 'http://example.com', '/', ''],
  ])('%s is split without changing path and query', (url, origin, path, query) => {
    expect(convert(entry({ url, queryString: [{ name: 'other', value: '1' }] }))).toMatchObject({
      origin,
      exchange: { request: { path, query } },
    });
  });
});

describe('what cannot be read', () => {
  test.each([
    ['{"a":', 'it is not valid JSON'],
    ['[]', 'it is not a JSON object'],
    [{}, 'it has no "request" object'],
    [entry({ method: 7 }), 'its request has no "method"'],
    [entry({ url: undefined }), 'its request has no "url"'],
    [entry({ url: '/pets' }), 'its URL is not absolute'],
    [entry({ url: 'https://exa mple/' }), 'its URL is not absolute'],
    [entry({ headers: {} }), 'its request has no list of "headers"'],
    [entry({ headers: ['x'] }), 'its request has no list of "headers"'],
    [entry({ postData: 'x' }), 'its "postData" is not an object'],
    [{ ...entry(), response: undefined }, 'it has no "response" object'],
    [entry({}, { status: '200' }), 'its response has no "status" number'],
    [entry({}, { status: 42 }), 'its status is not an HTTP status code'],
    [entry({}, { headers: undefined }), 'its response has no list of "headers"'],
    [entry({}, { content: [] }), 'its "content" is not an object'],
  ])('%j is unreadable: %s', (value, message) => {
    expect(convert(value)).toEqual({ kind: 'unreadable', place: { file: 'a.har', entry: 3 }, message });
  });

  test('bytes that are not UTF-8 are reported', () => {
    const bytes = Buffer.from('{"a":"\xff"}', 'latin1');
    expect(convert(entry(), { bytes })).toMatchObject({ message: 'its bytes are not valid UTF-8' });
  });

  test('very deep nesting does not crash', () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    expect(convert(`{"request":${deep}}`).kind).toBe('unreadable');
  });
});

describe('the rest of an entry', () => {
  test('missing or invalid times are 0, never NaN', () => {
    expect(exchangeOf(entry({}, {}, { startedDateTime: 'yesterday', time: null }))).toMatchObject({
      startedAt: 0,
      duration: 0,
    });
    expect(exchangeOf(entry())).toMatchObject({
      startedAt: Date.UTC(2026, 2, 1, 10),
      duration: 12.5,
      id: 'a.har#3',
    });
  });

  test('a sanitized export of Chrome lists the headers that it omits', () => {
    const chrome = { creator: 'WebInspector' };
    const headers = fields({ Date: 'Sat, 28 Nov 2026 10:00:00 GMT' });
    expect(exchangeOf(entry({}, { headers }), chrome)).toMatchObject({
      request: { withheld: ['authorization', 'cookie'] },
      response: { withheld: ['set-cookie'] },
    });
    const whole = exchangeOf(entry({ headers: fields({ cookie: '[REDACTED]' }) }, { headers }), chrome);
    expect(whole.request).not.toHaveProperty('withheld');
    expect(whole.response).not.toHaveProperty('withheld');
    expect(exchangeOf(entry({}, { headers })).request).not.toHaveProperty('withheld');
  });

  test('an exchange is unchanged after writing and reading a HAR', () => {
    const exchange: Exchange = {
      id: 'x1',
      startedAt: 1000,
      duration: 2.5,
      request: {
        method: 'POST',
        path: '/a%2Fb',
        query: 'q=1',
        headers: { host: ['localhost:4010'], 'content-type': ['application/octet-stream'] },
        body: Uint8Array.from([0xff, 0]),
      },
      response: { status: 201, headers: { 'set-cookie': ['a=1', 'b=2'] }, body: Buffer.from('hé') },
    };
    const { log } = toHar([exchange], { name: 'deadringer', version: '1' }) as {
      log: { entries: unknown[] };
    };
    const read = exchangeOf(log.entries[0]);
    expect(read).toEqual({
      ...exchange,
      request: { ...exchange.request, body: Buffer.from([0xff, 0]) },
    });
  });
});
