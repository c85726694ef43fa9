// Redaction of bodies with an item after the other: secrets by the names of columns and members, all else byte by byte.
import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { isRecorded } from '../../src/exchange/exchange.ts';
import { redact } from '../../src/exchange/redact.ts';

function redacted(type: string, text: string): { body: string; places: string[] } {
  const message = { headers: { 'content-type': [type] }, body: Buffer.from(text) };
  const { request, redacted: places = [] } = redact(
    {
      ...{ id: 'x', startedAt: 1, duration: 1 },
      request: { method: 'POST', path: '/', query: '', ...message },
    },
    new Set(),
  );
  return {
    body: isRecorded(request.body) ? Buffer.from(request.body).toString() : '',
    places: places.map(place => (typeof place === 'string' ? place : JSON.stringify(place))),
  };
}

test.each([
  [
    'a column of CSV',
    'text/csv',
    'id,password\r\n1,hunter-two\r\n2,"hunter, ""three"""\r\n3,\r\n',
    /^id,password\r\n1,(?!hunter)[^,\r\n]+\r\n2,"(?!hunter)[^\r\n]+"\r\n3,\r\n$/,
  ],
  [
    'a column of tabs',
    'text/tab-separated-values',
    'client_secret\tnote\nhunter-two\t"say, hi"\n',
    /^client_secret\tnote\n(?!hunter)[^\t]+\t"say, hi"\n$/,
  ],
  [
    'a member of a line',
    'application/jsonl',
    '{"id":1}\n{"password": "hunter-two", "id": 2}\n',
    /^{"id":1}\n{"password": "(?!hunter)[^"]+", "id": 2}\n$/,
  ],
  [
    'a member in a list of a sequence',
    'application/json-seq',
    '\x1e{"password":["hunter-two"]}\n\x1e{"id":1}\n',
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the mark of the format
    /^\x1e{"password":\["(?!hunter)[^"]+"\]}\n\x1e{"id":1}\n$/,
  ],
  [
    'a member in the data of an event',
    'text/event-stream',
    'event: login\ndata: {"password":["hunter-two"]}\nid: 7\n\ndata: done\n\n',
    /^event: login\ndata: {"password":\["(?!hunter)[^"]+"\]}\nid: 7\n\ndata: done\n\n$/,
  ],
])('%s is redacted', (_, type, text, expected) => {
  const { body } = redacted(type, text);
  expect(body).toMatch(expected);
  expect(body).not.toContain('hunter');
});

test.each([
  ['text/csv', 'id,name\n1,"a ""b"""\n\n2,c'],
  ['text/csv', 'id,"open\n1,2'],
  ['application/x-ndjson', '{"id":1}\n\n{broken\r\n12\n'],
  ['text/event-stream', ': hi\n\ndata: {"a":\ndata: 1}\n\nretry: 5\n'],
  ['application/json-seq', '\x1e\x1e{"id":1}'],
])('%s without secrets is unchanged', (type, text) => {
  expect(redacted(type, text)).toEqual({ body: text, places: [] });
});
