// Entries made by strangers: whatever stands in one, converting it never throws and never gives what an exchange cannot be.
import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { recordedMethod } from '../../src/exchange/methods.ts';
import type { RecordingFormat } from '../../src/recording/model.ts';
import { readRecordedEntry } from '../../src/recording/read-entry.ts';
import { fc } from '../random.ts';
import { entry, fields } from './temporary-folder.ts';

const headers = { 'content-type': ['application/json; charset=latin1'], 'content-encoding': ['br'] };
const SAMPLES: readonly (readonly [RecordingFormat, unknown])[] = [
  [
    'har',
    entry(
      { postData: { mimeType: 'multipart/form-data', params: [{ name: 'a', value: 'b', fileName: 'c' }] } },
      {
        headers: fields({ 'content-encoding': 'gzip, br' }),
        content: { text: 'aGk=', encoding: 'base64', size: 2 },
      },
    ),
  ],
  [
    'ndjson',
    {
      startedAt: 'x',
      request: { method: 'GET', path: '/', query: '', headers, body: { text: 'a' } },
      response: { status: 200, headers, body: { base64: 'aGk=' } },
    },
  ],
  [
    'wiremock',
    {
      request: {
        method: 'GET',
        absoluteUrl: 'http://a.example/',
        headers,
        bodyAsBase64: 'aGk=',
        loggedDate: 1,
      },
      responseDefinition: { status: 200, headers, jsonBody: { a: [1] }, transformers: [] },
    },
  ],
  [
    'postman',
    {
      request: {
        method: 'POST',
        url: { raw: 'http://a.example/:id', variable: [{ key: 'id', value: '1' }] },
        header: [{ key: 'a', value: '{{b}}' }],
        body: { mode: 'formdata', formdata: [{ key: 'a', value: '1' }] },
      },
      response: { code: 200, header: [], body: 'x' },
      variable: [{ key: 'b', value: '{{b}}' }],
    },
  ],
  [
    'vcr',
    {
      request: {
        method: 'get',
        uri: 'http://a.example/',
        headers,
        body: { string: { base64_string: 'aGk=' } },
      },
      response: { status: { code: 200 }, headers, body: { encoding: 'x', string: 'é' } },
    },
  ],
];

/** A copy in which the value at one place, counted in depth, is another. */
function replaced(value: unknown, place: { at: number }, by: unknown): unknown {
  if (place.at-- === 0) return by;
  if (Array.isArray(value)) return value.map(each => replaced(each, place, by));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, replaced(each, place, by)]));
}

test.each(SAMPLES)('a %s entry with any value in any place does not throw', (format, sample) => {
  const anything = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom('http://[', 'base64', '\ud800', '__proto__', 'http://a.example:99999/', 1e308, {
      toString: 1,
    }),
  );
  const spoils = fc.array(fc.tuple(fc.nat(60), anything), { minLength: 1, maxLength: 3 });
  const raw = (value: unknown) => Buffer.from(JSON.stringify(value) ?? 'null');
  const read = (value: unknown) =>
    readRecordedEntry({
      place: { file: 'a', entry: 1 },
      format,
      bytes: raw(value),
      creator: 'WebInspector',
    });
  expect(read(sample).kind).toBe('exchange');
  fc.assert(
    fc.property(spoils, changes => {
      const recorded = read(
        changes.reduce<unknown>((value, [at, by]) => replaced(value, { at }, by), sample),
      );
      if (recorded.kind !== 'exchange') return;
      const { startedAt, duration, request, response } = recorded.exchange;
      expect(Number.isFinite(startedAt) && Number.isFinite(duration)).toBe(true);
      expect(request.path.startsWith('/')).toBe(true);
      expect(request.method).toBe(recordedMethod(request.method));
      expect(response?.status).toBeGreaterThanOrEqual(100);
      for (const lists of [request.headers, response?.headers ?? {}]) {
        for (const list of Object.values(lists))
          expect(list?.every(each => typeof each === 'string')).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});
