// What is written for a parameter is read as the same value, in every style and place.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseCookies, parsePairs } from '../../src/exchange/exchange.ts';
import { loadContract } from '../../src/index.ts';
import type { Operation, Parameter } from '../../src/openapi/model.ts';
import { writeParameter } from '../../src/openapi/write-parameter.ts';
import { readParameter } from '../../src/validate/read-parameter.ts';
import { fc } from '../random.ts';

const TEXT = { type: 'string' };
const LIST = { type: 'array', items: TEXT };
const MAP = { type: 'object', properties: { a: TEXT, b: TEXT } };
const FORM = 'application/x-www-form-urlencoded';
type Kind = 'text' | 'list' | 'map';
const SCHEMAS = { text: TEXT, list: LIST, map: MAP };

/** Place, fields of the parameter, kinds of values, and characters that have a meaning in the style. */
const ROWS: readonly [place: string, fields: object, kinds: readonly Kind[], reserved?: RegExp][] = [
  ['path', {}, ['text', 'list', 'map']],
  ['path', { explode: true }, ['text', 'list', 'map']],
  ['path', { style: 'label' }, ['text', 'list', 'map'], /[.,]/],
  ['path', { style: 'label', explode: true }, ['text', 'list', 'map'], /[.]/],
  ['path', { style: 'matrix' }, ['text', 'list', 'map']],
  ['path', { style: 'matrix', explode: true }, ['text', 'list', 'map']],
  ['path', { allowReserved: true }, ['text'], /%/],
  ['query', {}, ['text', 'list', 'map']],
  ['query', { explode: false }, ['text', 'list', 'map'], /,/],
  ['query', { style: 'spaceDelimited', explode: false }, ['list', 'map'], /[ +,]/],
  ['query', { style: 'pipeDelimited', explode: false }, ['list', 'map'], /[|,]/],
  ['query', { style: 'deepObject' }, ['map']],
  ['query', { allowReserved: true }, ['text', 'list', 'map'], /%/],
  ['header', {}, ['text', 'list', 'map'], /[,\s]/],
  ['header', { explode: true }, ['text', 'list', 'map'], /[,=\s]/],
  ['cookie', {}, ['text']],
  ['cookie', { allowReserved: true }, ['text'], /%/],
  ['cookie', { style: 'cookie' }, ['text', 'list', 'map'], /[";\s]/],
];
const CONTENTS: readonly [place: string, mediaType: string, kinds: readonly Kind[]][] = [
  ['querystring', FORM, ['map']],
  ['querystring', 'application/json', ['text', 'list', 'map']],
  ['querystring', 'text/plain', ['text']],
  ['querystring', 'application/jsonpath', ['text']],
  ['query', 'application/json', ['text', 'list', 'map']],
  ['path', 'application/json', ['text', 'list', 'map']],
  ['cookie', 'application/json', ['text', 'list', 'map']],
];

interface Row {
  readonly title: string;
  readonly fields: object;
  readonly kind: Kind;
  readonly reserved: RegExp | undefined;
}
const CASES: readonly Row[] = [
  ...ROWS.flatMap(([place, fields, kinds, reserved]) =>
    kinds.map(kind => ({
      title: `${place} ${JSON.stringify(fields)} ${kind}`,
      fields: { in: place, schema: SCHEMAS[kind], ...fields },
      kind,
      reserved,
    })),
  ),
  ...CONTENTS.flatMap(([place, mediaType, kinds]) =>
    kinds.map(kind => ({
      title: `${place} ${mediaType} ${kind}`,
      fields: { in: place, content: { [mediaType]: { schema: SCHEMAS[kind] } } },
      kind,
      reserved: undefined,
    })),
  ),
];

let folder: string;
const operations = new Map<string, Operation>();
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'round-trip-'));
  const paths = Object.fromEntries(
    CASES.map(({ fields }, index) => [
      'in' in fields && fields.in === 'path' ? `/${index}/{x}` : `/${index}`,
      {
        get: {
          operationId: `o${index}`,
          parameters: [{ name: 'x', required: true, ...fields }],
          responses: { 204: { description: '' } },
        },
      },
    ]),
  );
  const file = path.join(folder, 'api.json');
  writeFileSync(file, JSON.stringify({ openapi: '3.2.0', info: { title: 'T', version: '1' }, paths }));
  const { contract, findings } = await loadContract([file], { relativeTo: folder });
  expect(findings).toEqual([]);
  for (const operation of contract.apis[0]?.operations ?? []) operations.set(operation.id, operation);
});
afterAll(() => rmSync(folder, { recursive: true }));

function arbitraryOf(kind: Kind, reserved: RegExp | undefined): fc.Arbitrary<unknown> {
  const text = fc
    .string({ unit: 'grapheme', minLength: 1 })
    .filter(each => each.isWellFormed() && reserved?.test(each) !== true && each.trim() === each);
  if (kind === 'text') return text;
  return kind === 'list' ? fc.array(text, { minLength: 1 }) : fc.record({ a: text, b: text });
}

function read(operation: Operation, parameter: Parameter, written: string): unknown {
  const isQuery = parameter.in.startsWith('query');
  return readParameter(
    operation.api,
    parameter,
    {
      pathValues: { x: written },
      query: isQuery ? parsePairs(written) : [],
      cookies: parameter.in === 'cookie' ? parseCookies(written) : [],
      headers: { x: [written] },
      queryString: () => written,
    },
    new Set(),
  );
}

test.for(CASES.map((row, index) => [row.title, row, index] as const))(
  '%s',
  ([, { kind, reserved }, index]) => {
    const operation = operations.get(`o${index}`);
    const [parameter] = operation?.parameters ?? [];
    if (operation === undefined || parameter === undefined) throw new Error('there is no parameter');
    fc.assert(
      fc.property(arbitraryOf(kind, reserved), value => {
        const written = writeParameter(operation.api, parameter, value);
        if (parameter.in !== 'header' && parameter.style !== 'cookie')
          expect(written).toMatch(/^[\x21-\x7e]*$/);
        const { values } = read(operation, parameter, written) as { values?: readonly unknown[] };
        expect(values).toContainEqual(value);
      }),
      { numRuns: 20 },
    );
  },
);
