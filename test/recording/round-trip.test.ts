// Whatever exchange is written, as HAR or as NDJSON, is the same exchange when it is read.
import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import type { Body, Exchange, Headers } from '../../src/exchange/exchange.ts';
import { toHarEntry } from '../../src/recording/har-writer.ts';
import type { RecordedEntry } from '../../src/recording/model.ts';
import { toExchangeLine } from '../../src/recording/ndjson.ts';
import { readRecordedEntry } from '../../src/recording/read-entry.ts';
import { fc } from '../random.ts';

const ORIGIN = 'https://api.example.com:8443';
const FORMATS = ['har', 'ndjson'] as const;

function readBack(format: (typeof FORMATS)[number], exchange: Exchange, error?: string): RecordedEntry {
  const entry =
    format === 'har' ? toHarEntry(exchange, ORIGIN, error) : toExchangeLine(exchange, ORIGIN, error);
  return readRecordedEntry({
    location: { file: 'a', entry: 1 },
    format,
    bytes: Buffer.from(JSON.stringify(entry)),
    creator: 'deadringer',
  });
}

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '\ufeff{"a":1}',
    '{"a":',
    'H4sIAAAA',
    '\u001f\u008b',
    'é漢😀',
    '\r\n',
    'iVBORw0KGgoAAAANSUhEUg==',
  ),
);
const body: fc.Arbitrary<Body> = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  text.map(each => new TextEncoder().encode(each)),
  text.map(each => Buffer.from(each, 'utf16le')),
  fc.constant(Buffer.from([0x1f, 0x8b, 8, 0, 0])),
  fc.constant({ notRecorded: 'it was larger than 1 MiB' }),
);
const value = fc.string({ unit: fc.constantFrom(...'aZ0 ;,="\'\\%é') }).map(each => each.trim());
const headers: fc.Arbitrary<Headers> = fc
  .dictionary(
    fc.constantFrom(
      'x-a',
      'set-cookie',
      'cookie',
      'constructor',
      'location',
      'content-length',
      'transfer-encoding',
    ),
    fc.array(value, { minLength: 1, maxLength: 3 }),
  )
  .chain(some =>
    fc
      .record(
        {
          'content-type': fc.constantFrom(
            ['application/json'],
            ['text/plain; charset=utf-16le'],
            ['image/png'],
            ['text/html; charset=nonsense'],
            ['multipart/form-data; boundary=b'],
            ['nothing'],
          ),
          'content-encoding': fc.constantFrom(['gzip'], ['br'], ['zstd, deflate']),
        },
        { requiredKeys: [] },
      )
      .map(more => ({ ...some, ...more })),
  );
const names = fc.array(fc.constantFrom('cookie', 'authorization'), { minLength: 1, maxLength: 2 });
const message = fc.record({ headers, body, withheld: names }, { requiredKeys: ['headers', 'body'] });

const exchange: fc.Arbitrary<Exchange> = fc.record(
  {
    id: fc.string({ minLength: 1 }),
    startedAt: fc.integer({ min: 1, max: 4e12 }),
    duration: fc.integer({ min: 0, max: 1e8 }).map(each => each / 1000),
    request: fc
      .tuple(
        fc.constantFrom('GET', 'POST', 'DELETE', 'HEAD', 'REPORT'),
        fc.string({ unit: fc.constantFrom(...'/a%2F~.é ;:@"') }),
        fc.string({ unit: fc.constantFrom(...'a=&%+?/é\\') }),
        message,
      )
      .map(([method, path, query, rest]) => ({
        ...rest,
        method,
        path: `/${path}`,
        query,
        headers: { host: ['api.example.com:8443'], ...rest.headers },
      })),
    response: fc
      .tuple(fc.constantFrom(200, 201, 204, 205, 302, 304, 404, 500, 999), message)
      .map(([status, rest]) => ({ status, ...rest })),
    redacted: fc.array(fc.constantFrom('/request/path', '/request/query/a~1b', '/response/body')),
  },
  { requiredKeys: ['id', 'startedAt', 'duration', 'request', 'response'] },
);

/** Bytes are the same whatever class holds them. */
function plain({ request, response, ...rest }: Exchange): unknown {
  const bare = (each: { body: Body }): unknown => ({
    ...each,
    body: each.body instanceof Uint8Array ? Buffer.from(each.body).toString('hex') : each.body,
  });
  return { ...rest, request: bare(request), ...(response !== undefined && { response: bare(response) }) };
}

describe.for(FORMATS.map(format => [format] as const))('%s', ([format]) => {
  test('reads back as it was written', () => {
    fc.assert(
      fc.property(exchange, written => {
        const read = readBack(format, written);
        if (read.kind !== 'exchange') throw new Error(JSON.stringify(read));
        expect(read.origin).toBe(ORIGIN);
        expect(plain(read.exchange)).toEqual(plain(written));
      }),
      { numRuns: 500 },
    );
  });

  test('says that there was no response, and why', () => {
    const { response: _, ...unanswered } = fc.sample(exchange, 1)[0] as Exchange;
    expect(readBack(format, unanswered, 'the upstream refused the connection')).toMatchObject({
      kind: 'stray',
      reason: 'no-response',
    });
    const entry =
      format === 'har'
        ? toHarEntry(unanswered, ORIGIN, 'refused')
        : toExchangeLine(unanswered, ORIGIN, 'refused');
    expect(JSON.stringify(entry)).toContain('error":"refused"');
  });
});
