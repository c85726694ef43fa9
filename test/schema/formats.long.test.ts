// The formats that --assert-formats asserts: by their RFCs, and in time proportional to the text.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadContract } from '../../src/openapi/load.ts';
import { findSchemaProblems } from '../../src/schema/explain.ts';
import { cpuTimeOf, growsBeyond } from '../cpu-time.ts';
import { amount, oneOf } from '../suite.ts';

const NAMES = [
  ...[
    'date',
    'time',
    'date-time',
    'duration',
    'email',
    'idn-email',
    'hostname',
    'ipv4',
    'ipv6',
    'uri',
    'uri-reference',
  ],
  ...['uri-template', 'url', 'uuid', 'json-pointer', 'relative-json-pointer', 'regex', 'byte'],
];

const folder = mkdtempSync(path.join(tmpdir(), 'deadringer-formats-'));
const schemas = Object.fromEntries(NAMES.map(name => [name, { type: 'string', format: name }]));
writeFileSync(
  path.join(folder, 'f.json'),
  JSON.stringify({
    openapi: '3.1.0',
    info: { title: 'f', version: '1' },
    paths: {},
    components: { schemas },
  }),
);
const { contract } = await loadContract([path.join(folder, 'f.json')], {
  relativeTo: folder,
  assertFormats: true,
});
rmSync(folder, { recursive: true });
const [api] = contract.apis;
if (api === undefined) throw new Error('the document was not loaded');
const { documents, schemas: compiled, root } = api;

function isValid(format: string, text: string): boolean {
  const schema = documents.member(root, 'components', 'schemas', format);
  if (schema === undefined) throw new Error(`no schema for ${format}`);
  return findSchemaProblems(compiled, schema, text, { direction: 'response', errors: 'all' }).length === 0;
}

test.each([
  ['email', 'admin@intranet', true],
  ['email', 'a+b/c=d@x-y.example', true],
  ['email', '"much. more \\" unusual"@example.com', true],
  ['email', 'joe@[192.0.2.1]', true],
  ['email', 'joe@[IPv6:2001:db8::1]', true],
  ['email', 'joe@[999.0.2.1]', false],
  ['email', 'joe@[IPv6:zz]', false],
  ['email', 'joe', false],
  ['email', '@host', false],
  ['email', 'joe@', false],
  ['email', 'a..b@host', false],
  ['email', '.a@host', false],
  ['email', 'a.@host', false],
  ['email', 'a@-host', false],
  ['email', 'a@host-', false],
  ['email', 'a@host..com', false],
  ['email', 'a b@host', false],
  ['email', 'jörg@host', false],
  ['idn-email', 'jörg@köln.example', true],
  ['idn-email', '실례@실례.테스트', true],
  ['idn-email', '2962', false],
  ['hostname', `${'a'.repeat(63)}.com`, true],
  ['hostname', `${'a'.repeat(64)}.com`, false],
  ['hostname', 'localhost', true],
  ['hostname', 'a_b', false],
  ['hostname', 'example.com.', false],
  ['date-time', '1998-12-31T23:59:60Z', true],
  ['date-time', '1998-12-31T15:59:60.5-08:00', true],
  ['date-time', '1998-12-31T22:59:60Z', false],
  ['date-time', '1985-04-12t23:20:50.52z', true],
  ['date-time', '1985-04-12 23:20:50Z', false],
  ['date-time', '1985-04-12T23:20:50', false],
  ['date', '1900-02-29', false],
  ['time', '23:59:60Z', true],
  ['time', '24:00:00Z', false],
  ['uuid', '2EB8AA08-aa98-11ea-b4aa-73b441d16380', true],
  ['uuid', 'urn:uuid:2eb8aa08-aa98-11ea-b4aa-73b441d16380', false],
  ['duration', 'P4DT12H30M5S', true],
  ['duration', 'PT', false],
  ['uri', 'http://a.example/{id}', false],
  ['uri-template', 'http://a.example/{id}', true],
  ['url', 'https://a.example/b?c', true],
  ['url', 'a.example', false],
  ['regex', '^[\\w-\\.]+$', true],
  ['regex', '^a\\Z', false],
  ['regex', '(', false],
])('%s: %j is valid: %s', (format, text, expected) => {
  expect(isValid(format, text)).toBe(expected);
});

test.each(NAMES)('%s takes linear time for hostile texts', format => {
  const units = [
    'a',
    '-',
    '.',
    '@',
    '1',
    ':',
    '/',
    '%41',
    'a.',
    'a-',
    '{a}',
    ' ',
    '"',
    '\\',
    'ff:',
    '[',
    '~0',
    'é',
    'http://',
  ];
  const starts = ['', 'a@', '"', 'http://a/', 'P', '1985-04-12T'].filter(oneOf(amount(3, 1)));
  /** Milliseconds of processor time for all texts of this length. */
  const costOf = (length: number): number =>
    cpuTimeOf(() => {
      for (const start of starts)
        for (const unit of units)
          for (const end of ['!', '\n']) isValid(format, start + unit.repeat(length / unit.length) + end);
    });
  // Four times the text: quadratic time would be 16 times as much. Below 100 ms the difference is noise.
  expect(growsBeyond(costOf, { from: 4000, to: 16_000, factor: 9, noise: 100 })).toBe(false);
});
