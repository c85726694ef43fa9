// Redaction of hostile texts in every part of an exchange takes time in proportion to the text.
import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import type { Exchange } from '../src/exchange/exchange.ts';
import { withPersonalData } from '../src/exchange/personal-data.ts';
import { redact, redactPathForLog } from '../src/exchange/redact.ts';
import type { Operation } from '../src/openapi/model.ts';
import { Call } from '../src/scenario/call.ts';
import { parseTemplate, TemplateError } from '../src/scenario/template.ts';
import { TemplateContext, templateScope } from '../src/scenario/template-context.ts';
import { cpuTimeOf, growsBeyond } from './cpu-time.ts';

const NAMES = withPersonalData(new Set(['x-key']));

const FILLERS: readonly string[] = [
  ...' -.=:"\'<&%/\\+@1aA;',
  ...[
    '-eyJ',
    'eyJ.',
    '://',
    '://a:',
    'a b',
    'token ',
    'key: ',
    'password=',
    '"a":"',
    "'a'='",
    '\\"a\\":\\"',
    '%3d',
  ],
  ...[
    '&a=',
    '?token=',
    '<name>',
    '<a>',
    'name="a"; ',
    'name: a\n',
    '\r\n',
    '\r\n--',
    '-----BEGIN PRIVATE KEY-----',
  ],
  ...[
    'a@',
    'a.',
    'a@b.',
    '+1 ',
    '1 ',
    '4111 ',
    'GB82 ',
    '1.',
    'a:',
    '::',
    'aA1',
    '%40',
    '00-',
    'sk-',
    'Bearer ',
  ],
];

type Build = (text: string) => Exchange;

function exchangeOf(body: string, type: string, query = '', headers = {}, path = '/a'): Exchange {
  const bytes = Buffer.from(body);
  return {
    id: '1',
    startedAt: 0,
    duration: 1,
    request: { method: 'POST', path, query, headers: { 'content-type': [type], ...headers }, body: bytes },
  } as Exchange;
}

const PLACES: Readonly<Record<string, Build>> = {
  'a JSON string': text => exchangeOf(JSON.stringify({ note: text }), 'application/json'),
  'a JSON name': text => exchangeOf(JSON.stringify({ [text]: 'x' }), 'application/json'),
  'JSON strings': text => exchangeOf(JSON.stringify(text.match(/.{1,40}/gs)), 'application/json'),
  'invalid JSON': text => exchangeOf(`{"a": ${text}`, 'application/json'),
  'a form': text => exchangeOf(`a=${text}`, 'application/x-www-form-urlencoded'),
  XML: text => exchangeOf(`<a>${text}</a>`, 'application/xml'),
  'a table': text => exchangeOf(`a,b\n1,${text}`, 'text/csv'),
  events: text => exchangeOf(`data: ${text}\n\n`, 'text/event-stream'),
  text: text => exchangeOf(text, 'text/plain'),
  multipart: text =>
    exchangeOf(
      `--b\r\ncontent-disposition: form-data; name="a"\r\n\r\n${text}\r\n--b--\r\n`,
      'multipart/form-data; boundary=b',
    ),
  binary: text => exchangeOf(text, 'application/octet-stream'),
  'a header': text => exchangeOf('', 'text/plain', '', { 'x-note': [text] }),
  'an authorization': text => exchangeOf('', 'text/plain', '', { authorization: [text] }),
  'a cookie': text => exchangeOf('', 'text/plain', '', { cookie: [text] }),
  'a query': text => exchangeOf('', 'text/plain', text),
  'a path': text => exchangeOf('', 'text/plain', '', {}, `/${text}`),
};

/** Whether four times the text takes more than nine times as long. Quadratic time takes 16 times. */
function isSuperlinear(work: (text: string) => void, filler: string): boolean {
  const text = (length: number): string => filler.repeat(Math.ceil(length / filler.length));
  const costOf = (length: number): number => cpuTimeOf(() => work(text(length)));
  // Linear time is far below.
  if (costOf(100_000) < 40) return false;
  return growsBeyond(costOf, { from: 100_000, to: 400_000, factor: 9, noise: 360 });
}

describe.for(Object.entries(PLACES))('%s', ([, build]) => {
  test('is redacted in linear time', () => {
    const slow = FILLERS.filter(filler => isSuperlinear(text => redact(build(text), NAMES), filler));
    expect(slow).toEqual([]);
  });
});

test('a path is redacted for a log in linear time', () => {
  expect(FILLERS.filter(filler => isSuperlinear(text => redactPathForLog(text, NAMES), filler))).toEqual([]);
});

describe.for([
  'strip',
  'rstrip',
  'strip_html',
  'strip_newlines',
  'newline_to_br',
  'escape',
  'escape_once',
  'url_encode',
  'url_decode',
  'capitalize',
  'split: " " | size',
  'truncatewords: 3',
  'normalize_whitespace',
  'number_of_words',
  'replace: "a", "b" | size',
  'remove: "-" | size',
  'date: "%Y"',
  'plus: 1',
  'xml_escape',
  'cgi_escape',
  'slugify',
  'strip_html | strip',
])('the template filter %s', filter => {
  test('takes linear time, or ends with an error', () => {
    let evaluated = 0;
    const evaluate = parseTemplate(`{{ request.body.note | ${filter} }}`);
    const work = (note: string): void => {
      const request = exchangeOf(JSON.stringify({ note }), 'application/json').request;
      const match = { kind: 'operation', operation: {} as Operation, pathValues: {} } as const;
      const scope = templateScope(new TemplateContext(new Call(match, request, true), {}, 0, () => 0.5));
      try {
        evaluate(scope);
        evaluated++;
      } catch (error) {
        // A limit of templates is reached.
        expect(error).toBeInstanceOf(TemplateError);
      }
    };
    expect(FILLERS.filter(filler => isSuperlinear(work, filler))).toEqual([]);
    expect(evaluated).toBeGreaterThan(0);
  });
});
