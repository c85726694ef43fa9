// The tables of writers: what each tool leaves out of a recording or writes in its own way, and what is still known.
import zlib from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decodeBody } from '../../src/exchange/body.ts';
import type { Exchange } from '../../src/exchange/exchange.ts';
import { readRecordedEntry } from '../../src/recording/read-entry.ts';
import { entry, fields } from './temporary-folder.ts';

function convert(value: object, creator = 'Recorder') {
  const bytes = Buffer.from(JSON.stringify(value));
  return readRecordedEntry({ place: { file: 'a.har', entry: 1 }, format: 'har', bytes, creator });
}

function exchangeOf(
  value: object,
  creator?: string,
): Exchange & { response: NonNullable<Exchange['response']> } {
  const recorded = convert(value, creator);
  if (recorded.kind !== 'exchange' || recorded.exchange.response === undefined)
    throw new Error(JSON.stringify(recorded));
  return recorded.exchange as ReturnType<typeof exchangeOf>;
}

const JSON_TYPE = fields({ 'Content-Type': 'application/json' });
const BOOK = '{"isbn":"1","title":"Emma"}';
const content = (more: object = {}) => ({
  size: BOOK.length,
  mimeType: 'application/json',
  text: BOOK,
  ...more,
});

describe('a response whose rest the client did not read', () => {
  test.each([
    ['Chrome', entry({}, { headers: JSON_TYPE, content: content(), _error: 'net::ERR_ABORTED' })],
    [
      'Chrome, without any body',
      entry({}, { headers: JSON_TYPE, content: { size: 0, mimeType: '' }, _error: 'net::ERR_FAILED' }),
    ],
    ['Playwright', entry({}, { headers: JSON_TYPE, content: content(), _failureText: 'NS_BINDING_ABORTED' })],
    [
      'a member of the entry',
      entry({}, { headers: JSON_TYPE, content: content() }, { _errorText: 'cancelled' }),
    ],
  ])('has a body that was not recorded: %s', (_writer, value) => {
    expect(exchangeOf(value).response).toMatchObject({
      status: 200,
      body: { notRecorded: 'the client stopped reading before the end of the response' },
    });
  });

  test.each(['', null, undefined])('is not one whose error is %j', _error => {
    expect(
      decodeBody(exchangeOf(entry({}, { headers: JSON_TYPE, content: content(), _error })).response).kind,
    ).toBe('json');
  });

  test('has fewer bytes than its Content-Length', () => {
    const headers = fields({ 'Content-Type': 'application/json', 'Content-Length': String(BOOK.length) });
    const cut = content({ size: 9, text: BOOK.slice(0, 9) });
    expect(exchangeOf(entry({}, { headers, content: cut })).response.body).toEqual({
      notRecorded: 'the recording truncated the body',
    });
  });

  test('has a comment of Firefox in place of the body', () => {
    const commented = { size: 0, mimeType: 'application/json', comment: 'Response bodies are not included.' };
    expect(decodeBody(exchangeOf(entry({}, { headers: JSON_TYPE, content: commented })).response).kind).toBe(
      'not-recorded',
    );
  });
});

describe('a response that the browser took from a cache', () => {
  test.each([
    ['Chrome', {}, { _fromCache: 'prefetch-cache' }],
    ['Chrome', { _serviceWorkerResponseSource: 'cache-storage' }, {}],
    ['Safari', {}, { _fetchType: 'Disk Cache' }],
    ['Safari', { _fetchType: 'Inspector Override' }, {}],
  ])('is no exchange: %s %j %j', (_writer, response, more) => {
    expect(convert(entry({}, response, more))).toMatchObject({
      kind: 'not-an-exchange',
      reason: 'from-cache',
    });
  });

  test('has neither headers nor a body in Firefox', () => {
    expect(convert(entry({}, { headers: [] }), 'Firefox')).toMatchObject({ reason: 'from-cache' });
    expect(convert(entry({}, { headers: JSON_TYPE }), 'Firefox').kind).toBe('exchange');
  });

  test.each([
    [{ _serviceWorkerResponseSource: 'network' }, {}],
    [{}, { _fetchType: 'Network Load' }],
    [{}, { _fromCache: false }],
  ])('is not one from the network: %j %j', (response, more) => {
    expect(convert(entry({}, response, more)).kind).toBe('exchange');
  });

  const conditional = { headers: fields({ 'If-None-Match': 'W/"7", "8"' }) };
  const since = 'Sat, 28 Nov 2026 10:00:00 GMT';
  test.each([
    ['nothing was received for the body', conditional, { headers: fields({ ETag: '"7"' }), bodySize: 0 }],
    [
      'only a head was received',
      conditional,
      { headers: JSON_TYPE, bodySize: 0, headersSize: 200, _transferSize: 200 },
    ],
    ['without sizes, the tag is that of the condition', conditional, { headers: fields({ ETag: '"7"' }) }],
    [
      'without sizes, the date is that of the condition',
      { headers: fields({ 'If-Modified-Since': since }) },
      { headers: fields({ 'Last-Modified': since }) },
    ],
  ])('after a 304 is a 304 again: %s', (_case, request, response) => {
    const { response: read } = exchangeOf(entry(request, { content: content(), ...response }), 'Playwright');
    expect([read.status, decodeBody(read).kind]).toEqual([304, 'empty']);
  });

  test.each([
    ['no condition was sent', {}, { headers: fields({ ETag: '"7"' }), bodySize: 0 }],
    ['a body was received', conditional, { headers: fields({ ETag: '"9"' }), bodySize: 27 }],
    ['the tag is another', conditional, { headers: fields({ ETag: '"9"' }) }],
    ['the fields of the 200 are there', conditional, { headers: JSON_TYPE }],
  ])('is not one for which %s', (_case, request, response) => {
    expect(exchangeOf(entry(request, { content: content(), ...response })).response.status).toBe(200);
  });
});

describe('header fields that the entry leaves out', () => {
  test('are unknown if a response has none, and its media type is that of the content', () => {
    const { request, response } = exchangeOf(entry({}, { headers: [], content: content() }));
    expect(response).toMatchObject({ withheld: ['*'], headers: { 'content-type': ['application/json'] } });
    expect(request.withheld).toEqual(['*']);
    expect(decodeBody(response).kind).toBe('json');
  });

  test('may be null, and then no media type is made up', () => {
    const { response } = exchangeOf(
      entry({}, { headers: null, content: content({ mimeType: 'x-unknown' }) }),
    );
    expect(response).toMatchObject({ withheld: ['*'], headers: {} });
  });

  test('are not those of a request that a client lists as set by its user', () => {
    expect(exchangeOf(entry({}, { headers: JSON_TYPE })).request).not.toHaveProperty('withheld');
  });

  test('include a Set-Cookie whose cookie is listed', () => {
    const cookies = [{ name: 'sid', value: 'a' }];
    expect(exchangeOf(entry({}, { headers: JSON_TYPE, cookies })).response.withheld).toEqual(['set-cookie']);
  });

  test('of a body that has its media type beside it do not hide the type', () => {
    const postData = { mimeType: 'application/json', text: '{}' };
    const { request } = exchangeOf(entry({ method: 'POST', headers: fields({ Host: 'a' }), postData }));
    expect(request.headers['content-type']).toEqual(['application/json']);
  });
});

describe('a JSON body that chrome-har took apart', () => {
  const sent = (params: object[], length?: number, type = 'application/json') =>
    decodeBody(
      exchangeOf(
        entry({
          method: 'POST',
          headers: fields({
            'Content-Type': type,
            ...(length !== undefined && { 'Content-Length': String(length) }),
          }),
          postData: { mimeType: type, params },
        }),
        'chrome-har',
      ).request,
    );
  const params = [
    { name: 'shelf', value: 3 },
    { name: 'isbns', value: '1' },
    { name: 'isbns', value: '2' },
    { name: 'note', value: { de: 'ü' } },
  ];
  const body = { shelf: 3, isbns: ['1', '2'], note: { de: 'ü' } };

  test('is put together if it has the recorded size', () => {
    expect(sent(params, Buffer.byteLength(JSON.stringify(body)))).toMatchObject({
      kind: 'json',
      value: body,
    });
  });

  test.each([
    ['the size is another: a list of one item looks like the item', 99, 'application/json'],
    ['the size is unknown', undefined, 'application/json'],
    ['the type is not JSON', undefined, 'application/xml'],
    ['the type is text', undefined, 'text/plain'],
  ])('is not recorded if %s', (_case, length, type) => {
    expect(sent(params, length, type)).toEqual({
      kind: 'not-recorded',
      reason: 'the recorder took the body apart',
    });
  });
});

describe('chunks of a compressed body by Polly.JS', () => {
  const chunksOf = (bytes: Buffer, encoding: 'hex' | 'base64') =>
    JSON.stringify([bytes.subarray(0, 11).toString(encoding), bytes.subarray(11).toString(encoding)]);
  const decoded = (coding: string | undefined, text: string, more: object = {}, type = 'application/json') =>
    decodeBody(
      exchangeOf(
        entry(
          {},
          {
            headers: fields({
              'Content-Type': type,
              ...(coding !== undefined && { 'Content-Encoding': coding }),
            }),
            content: { size: 1, mimeType: type, text, ...more },
          },
        ),
        'Polly.JS',
      ).response,
    );
  const codings = {
    gzip: zlib.gzipSync,
    deflate: zlib.deflateSync,
    br: zlib.brotliCompressSync,
    zstd: zlib.zstdCompressSync,
  };

  test.each(Object.entries(codings))('are put together: %s', (coding, compress) => {
    const bytes = compress(BOOK);
    for (const value of [
      decoded(coding, chunksOf(bytes, 'hex')),
      decoded(coding, chunksOf(bytes, 'hex'), { _isBinary: true }),
      decoded(coding, chunksOf(bytes, 'base64'), { encoding: 'base64' }),
    ])
      expect(value).toMatchObject({ kind: 'json', value: JSON.parse(BOOK) });
  });

  test('of a body without a content coding are binary if the entry says so', () => {
    const image = Buffer.from([0x89, 0x50, 0xff, 0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(decoded(undefined, chunksOf(image, 'hex'), { _isBinary: true }, 'image/png')).toEqual({
      kind: 'bytes',
      bytes: image,
    });
  });

  test('that are damaged are a body that was not recorded', () => {
    const half = zlib.gzipSync(BOOK).subarray(0, 25);
    expect(decoded('gzip', chunksOf(half, 'hex'))).toEqual({
      kind: 'not-recorded',
      reason: 'the recording contains damaged gzip data',
      undecodable: true,
    });
    const bad = zlib.brotliCompressSync(BOOK).subarray(0, 12);
    expect(decoded('br', bad.toString('base64'), { encoding: 'base64' }).kind).toBe('not-recorded');
  });

  test.each(['["abcd","ef01"]', '["tea","milk"]', '[]', '["open'])(
    'are not a plain list of texts: %s',
    text => {
      expect(['json', 'malformed']).toContain(decoded('gzip', text).kind);
      expect(decoded(undefined, text).kind).toBe(decoded('gzip', text).kind);
    },
  );
});

describe('the query and the cookies that Insomnia lists apart', () => {
  const rows = [
    { name: 'q', value: 'a&b' },
    { name: 'page', value: '2' },
  ];
  test.each([
    ['https://a.example/x', 'Insomnia', 'q=a%26b&page=2'],
    ['https://a.example/x#top', 'Insomnia', 'q=a%26b&page=2'],
    ['https://a.example/x', 'Recorder', 'q=a%26b&page=2'],
    ['https://a.example/x?page=2', 'Insomnia', 'page=2&q=a%26b'],
    ['https://a.example/x?q=a%26b&page=2', 'Insomnia', 'q=a%26b&page=2'],
    // A browser writes both, in its own encoding.
    ['https://a.example/x?q=a', 'Recorder', 'q=a'],
    ['https://a.example/x?', 'Recorder', ''],
  ])('%s of %s has the query of both', (url, creator, query) => {
    expect(exchangeOf(entry({ url, queryString: rows }), creator).request.query).toBe(query);
  });

  test('are a Cookie field if there is none', () => {
    const cookies = [
      { name: 'sid', value: 'a' },
      { name: 'lang', value: 'de' },
    ];
    expect(exchangeOf(entry({ cookies })).request.headers.cookie).toEqual(['sid=a; lang=de']);
    const headers = fields({ Cookie: 'sid=b' });
    expect(exchangeOf(entry({ cookies, headers })).request.headers.cookie).toEqual(['sid=b']);
  });
});

describe('a request of a form that Firefox submitted', () => {
  const form = 'application/x-www-form-urlencoded';
  const sent = (type: string, text: string) =>
    exchangeOf(
      entry(
        { method: 'POST', headers: fields({ 'Content-Type': type }), postData: { mimeType: type, text } },
        { headers: JSON_TYPE, content: content() },
      ),
      'Firefox',
    ).request;
  test.each([
    'Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 7\r\n\r\na=1&b=2',
    'Content-Length: 7\n\na=1&b=2',
    'a=1&b=2',
  ])('has no header fields before its body: %j', text => {
    expect(decodeBody(sent(form, text))).toMatchObject({
      kind: 'form',
      pairs: [{ name: 'a' }, { name: 'b' }],
    });
  });
  test('is not a text with such lines', () => {
    const text = 'Content-Length: 1\r\n\r\na';
    expect(decodeBody(sent('text/plain', text))).toMatchObject({ kind: 'text', text });
  });
});

test('a stream of events without a text was not recorded', () => {
  const stream = (more: object): string =>
    decodeBody(
      exchangeOf(
        entry(
          {},
          {
            headers: fields({ 'Content-Type': 'text/event-stream' }),
            content: { size: 0, mimeType: 'text/event-stream', ...more },
          },
        ),
      ).response,
    ).kind;
  expect(stream({})).toBe('not-recorded');
  expect(stream({ text: '' })).toBe('empty');
});

describe('compressed bytes that a recorder wrote as text', () => {
  const long = `{"title":"${'Emma and '.repeat(20)}"}`;
  const codings = {
    gzip: zlib.gzipSync,
    br: zlib.brotliCompressSync,
    deflate: zlib.deflateSync,
    zstd: zlib.zstdCompressSync,
  };
  const bodyOf = (coding: string, text: string) =>
    decodeBody(
      exchangeOf(
        entry(
          {},
          {
            headers: fields({ 'Content-Type': 'application/json', 'Content-Encoding': coding }),
            content: { size: -1, mimeType: 'application/json', text },
          },
        ),
      ).response,
    );
  test.each(Object.entries(codings))('are decompressed, or damaged: %s', (coding, compress) => {
    const bytes = compress(Buffer.from(long));
    expect(bodyOf(coding, bytes.toString('latin1'))).toMatchObject({ kind: 'json', value: JSON.parse(long) });
    expect(bodyOf(coding, bytes.toString('utf8')).kind).toBe('not-recorded');
    expect(bodyOf(coding, '{"title":"\ufffd"}').kind).toBe('json');
  });
});

describe('the beginning of a JSON body', () => {
  const cut = '{"title":"Emma and ';
  test.each(['...', '\u2026', '... (truncated)', '[TRUNCATED]', '...[truncated 4711 bytes]'])(
    'has a mark of the recorder behind it: %s',
    mark => {
      const response = {
        headers: JSON_TYPE,
        content: { size: -1, mimeType: 'application/json', text: cut + mark },
      };
      expect(exchangeOf(entry({}, response)).response.body).toEqual({
        notRecorded: 'the recording truncated the body',
      });
    },
  );
  test.each([
    [{ 'Content-Length': '99' }, 'not-recorded'],
    [{ 'Content-Length': String(cut.length) }, 'malformed'],
    [{}, 'malformed'],
  ])('of a request with %j is %s', (more, kind) => {
    const headers = fields({ 'Content-Type': 'application/json', ...more });
    const request = { method: 'POST', headers, postData: { mimeType: 'application/json', text: cut } };
    expect(
      decodeBody(exchangeOf(entry(request, { headers: JSON_TYPE, content: content() })).request).kind,
    ).toBe(kind);
  });
});
