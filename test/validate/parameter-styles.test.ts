// Every row of the table "Style Examples" of OpenAPI: the serialized text is parsed to exactly that value.
import { Buffer } from 'node:buffer';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EMPTY_BODY, splitTarget } from '../../src/exchange/exchange.ts';
import { loadContract } from '../../src/openapi/load.ts';
import { createMatcher } from '../../src/routing/match.ts';
import { validateRequest } from '../../src/validate/request.ts';

const ARRAY = ['blue', 'black', 'brown'];
const OBJECT = { R: 100, G: 200, B: 150 };
const MEMBERS = { R: { type: 'integer' }, G: { type: 'integer' }, B: { type: 'integer' } };

/** The values of the table's columns with their schemas, and another value of the same kind. */
const KINDS = {
  empty: { value: '', schema: { type: 'string' }, other: 'blue' },
  string: { value: 'blue', schema: { type: 'string' }, other: 'black' },
  array: { value: ARRAY, schema: { type: 'array', items: { type: 'string' } }, other: ['blue', 'black'] },
  object: { value: OBJECT, schema: { type: 'object', properties: MEMBERS }, other: { ...OBJECT, B: 151 } },
} as const;
type Kind = keyof typeof KINDS;
type Location = 'path' | 'query' | 'header' | 'cookie';

interface Row {
  readonly location: Location;
  readonly style: string;
  readonly explode: boolean;
  readonly kind: Kind;
  /** The text in the path segment, query, header or Cookie header. */
  readonly wire: string;
  /** The expected finding; undefined: the value is valid. */
  readonly finding?: 'not-checkable' | 'malformed';
  readonly note?: string;
  /** The expected value, if it is not that of the table. */
  readonly value?: unknown;
  readonly more?: Readonly<Record<string, unknown>>;
}

const row = (
  location: Location,
  style: string,
  explode: boolean,
  kind: Kind,
  wire: string,
  more: Partial<Row> = {},
): Row => ({
  location,
  style,
  explode,
  kind,
  wire,
  ...more,
});
const NOT_DEFINED = { finding: 'not-checkable' } as const;

/** The table of OpenAPI 3.1.1. If 3.1.0 differs, that is a row, too. */
const TABLE: readonly Row[] = [
  row('path', 'matrix', false, 'empty', ';color'),
  row('path', 'matrix', false, 'empty', ';color='),
  row('path', 'matrix', false, 'string', ';color=blue'),
  row('path', 'matrix', false, 'array', ';color=blue,black,brown'),
  row('path', 'matrix', false, 'object', ';color=R,100,G,200,B,150'),
  row('path', 'matrix', true, 'empty', ';color'),
  row('path', 'matrix', true, 'string', ';color=blue'),
  row('path', 'matrix', true, 'array', ';color=blue;color=black;color=brown'),
  row('path', 'matrix', true, 'object', ';R=100;G=200;B=150'),
  row('path', 'label', false, 'empty', '.'),
  row('path', 'label', false, 'string', '.blue'),
  row('path', 'label', false, 'array', '.blue,black,brown'),
  row('path', 'label', false, 'array', '.blue.black.brown', { note: 'as in OpenAPI 3.1.0' }),
  row('path', 'label', false, 'object', '.R,100,G,200,B,150'),
  row('path', 'label', false, 'object', '.R.100.G.200.B.150', { note: 'as in OpenAPI 3.1.0' }),
  row('path', 'label', true, 'empty', '.'),
  row('path', 'label', true, 'string', '.blue'),
  row('path', 'label', true, 'array', '.blue.black.brown'),
  row('path', 'label', true, 'object', '.R=100.G=200.B=150'),
  // No row for an empty path segment: a path with a trailing slash is another path.
  row('path', 'simple', false, 'string', 'blue'),
  row('path', 'simple', false, 'array', 'blue,black,brown'),
  row('path', 'simple', false, 'object', 'R,100,G,200,B,150'),
  row('path', 'simple', true, 'string', 'blue'),
  row('path', 'simple', true, 'array', 'blue,black,brown'),
  row('path', 'simple', true, 'object', 'R=100,G=200,B=150'),
  row('header', 'simple', false, 'empty', ''),
  row('header', 'simple', false, 'string', 'blue'),
  row('header', 'simple', false, 'array', 'blue,black,brown'),
  row('header', 'simple', false, 'object', 'R,100,G,200,B,150'),
  row('header', 'simple', true, 'empty', ''),
  row('header', 'simple', true, 'string', 'blue'),
  row('header', 'simple', true, 'array', 'blue, black, brown'),
  row('header', 'simple', true, 'object', 'R=100,G=200,B=150'),
  row('query', 'form', false, 'empty', 'color='),
  row('query', 'form', false, 'string', 'color=blue'),
  row('query', 'form', false, 'array', 'color=blue,black,brown'),
  row('query', 'form', false, 'object', 'color=R,100,G,200,B,150'),
  row('query', 'form', true, 'empty', 'color='),
  row('query', 'form', true, 'string', 'color=blue'),
  row('query', 'form', true, 'array', 'color=blue&color=black&color=brown'),
  row('query', 'form', true, 'object', 'R=100&G=200&B=150'),
  row('cookie', 'form', false, 'empty', 'color='),
  row('cookie', 'form', false, 'string', 'color=blue'),
  row('cookie', 'form', false, 'array', 'color=blue,black,brown'),
  row('cookie', 'form', false, 'object', 'color=R,100,G,200,B,150'),
  row('cookie', 'form', true, 'empty', 'color='),
  row('cookie', 'form', true, 'string', 'color=blue'),
  row('cookie', 'form', true, 'array', 'color=blue; color=black', NOT_DEFINED),
  row('cookie', 'form', true, 'object', 'R=100; G=200; B=150', NOT_DEFINED),
  row('query', 'spaceDelimited', false, 'empty', 'color=', NOT_DEFINED),
  row('query', 'spaceDelimited', false, 'string', 'color=blue', NOT_DEFINED),
  row('query', 'spaceDelimited', false, 'array', 'color=blue%20black%20brown'),
  row('query', 'spaceDelimited', false, 'object', 'color=R%20100%20G%20200%20B%20150'),
  row('query', 'spaceDelimited', true, 'empty', 'color=', NOT_DEFINED),
  row('query', 'spaceDelimited', true, 'string', 'color=blue', NOT_DEFINED),
  row('query', 'spaceDelimited', true, 'array', 'color=blue&color=black', NOT_DEFINED),
  row('query', 'spaceDelimited', true, 'object', 'color=R%20100', NOT_DEFINED),
  row('query', 'pipeDelimited', false, 'empty', 'color=', NOT_DEFINED),
  row('query', 'pipeDelimited', false, 'string', 'color=blue', NOT_DEFINED),
  row('query', 'pipeDelimited', false, 'array', 'color=blue%7Cblack%7Cbrown'),
  row('query', 'pipeDelimited', false, 'array', 'color=blue|black|brown', { note: 'as in OpenAPI 3.1.0' }),
  row('query', 'pipeDelimited', false, 'object', 'color=R%7C100%7CG%7C200%7CB%7C150'),
  row('query', 'pipeDelimited', true, 'empty', 'color=', NOT_DEFINED),
  row('query', 'pipeDelimited', true, 'string', 'color=blue', NOT_DEFINED),
  row('query', 'pipeDelimited', true, 'array', 'color=blue&color=black', NOT_DEFINED),
  row('query', 'pipeDelimited', true, 'object', 'color=R%7C100', NOT_DEFINED),
  row('query', 'deepObject', false, 'empty', 'color=', NOT_DEFINED),
  row('query', 'deepObject', false, 'string', 'color=blue', NOT_DEFINED),
  row('query', 'deepObject', false, 'array', 'color[]=blue', NOT_DEFINED),
  row('query', 'deepObject', false, 'object', 'color[R]=100&color[G]=200&color[B]=150', NOT_DEFINED),
  row('query', 'deepObject', true, 'empty', 'color=', NOT_DEFINED),
  row('query', 'deepObject', true, 'string', 'color=blue', NOT_DEFINED),
  row('query', 'deepObject', true, 'array', 'color[]=blue', NOT_DEFINED),
  row('query', 'deepObject', true, 'object', 'color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150'),
  row('query', 'deepObject', true, 'object', 'color[R]=100&color[G]=200&color[B]=150', {
    note: 'as in OpenAPI 3.1.0',
  }),
];

const odd = ['blue,black', 'a b', 'ü/&=;.|%'];
const escaped = odd.map(encodeURIComponent);

/** Rows that are not in the table: escapes, reserved characters, empty values and malformed values. */
const FURTHER_ROWS: readonly Row[] = [
  row('path', 'simple', false, 'array', escaped.join(','), { value: odd }),
  row('path', 'label', false, 'array', `.${escaped.map(text => text.replaceAll('.', '%2E')).join(',')}`, {
    value: odd,
  }),
  row('path', 'matrix', true, 'array', escaped.map(text => `;color=${text}`).join(''), { value: odd }),
  row('query', 'form', false, 'array', `color=${escaped.join(',')}`, { value: odd }),
  row('query', 'form', true, 'array', escaped.map(text => `color=${text}`).join('&'), { value: odd }),
  row('query', 'form', true, 'string', 'color=a+b', { value: 'a b', note: 'a query is a form' }),
  row('query', 'form', true, 'string', 'color=a%2Bb', { value: 'a+b' }),
  row('query', 'form', false, 'array', 'color=blue%2Cblack', {
    value: ['blue,black'],
    note: 'an escaped comma belongs to its item',
  }),
  row('query', 'form', false, 'array', 'color=blue%2Cblack', {
    value: ['blue', 'black'],
    note: 'many clients escape the comma between items as well',
  }),
  row('query', 'spaceDelimited', false, 'array', 'color=blue+black', { value: ['blue', 'black'] }),
  row('query', 'pipeDelimited', false, 'array', 'color=a%2Cb|c', { value: ['a,b', 'c'] }),
  row('query', 'form', true, 'string', 'color=/a:b?c@d', {
    value: '/a:b?c@d',
    more: { allowReserved: true },
  }),
  row('query', 'form', true, 'string', 'color=%2Fa%3Ab', { value: '/a:b', more: { allowReserved: true } }),
  row('query', 'form', true, 'string', 'color=/a:b', {
    value: '/a:b',
    note: 'the parser cannot know whether the client escapes',
  }),
  row('query', 'form', false, 'array', 'color=', { value: [] }),
  row('query', 'form', false, 'object', 'color=', { value: {} }),
  row('path', 'label', false, 'array', '.', { value: [] }),
  row('path', 'matrix', false, 'array', ';color', { value: [] }),
  row('header', 'simple', false, 'array', '', { value: [] }),
  row('header', 'simple', false, 'string', 'a%20b', {
    value: 'a%20b',
    note: 'headers are not percent-encoded',
  }),
  row('cookie', 'form', false, 'string', 'color=a%20b', { value: 'a b' }),
  row('cookie', 'form', false, 'array', 'color=a%2Cb,c', { value: ['a,b', 'c'] }),
  row('path', 'matrix', false, 'string', 'color=blue', { finding: 'malformed' }),
  row('path', 'matrix', false, 'string', ';colour=blue', { finding: 'malformed' }),
  row('path', 'label', false, 'string', 'blue', { finding: 'malformed' }),
  row('path', 'simple', false, 'object', 'R,100,G', { finding: 'malformed' }),
  row('query', 'form', false, 'object', 'color=R,100,G', { finding: 'malformed' }),
  row('query', 'form', false, 'array', 'color=blue&color=black', { finding: 'malformed' }),
  row('query', 'form', true, 'string', 'color=blue&color=black', { finding: 'malformed' }),
  row('query', 'form', true, 'string', 'color=%', { finding: 'malformed' }),
];

const ROWS = [...TABLE, ...FURTHER_ROWS];
let folder: string;
let validateRow: (index: number, expected: 'value' | 'other') => string[];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'deadringer-'));
  const file = path.join(folder, 'styles.json');
  const paths = ROWS.flatMap(({ location, style, explode, kind, value, more }, index) =>
    (['value', 'other'] as const).map(which => {
      const { schema } = KINDS[kind];
      const other = String(value) === String(KINDS[kind].other) ? ARRAY : KINDS[kind].other;
      const expected = which === 'other' ? other : (value ?? KINDS[kind].value);
      const parameter = {
        name: 'color',
        in: location,
        required: true,
        style,
        explode,
        schema: { ...schema, const: expected },
        ...more,
      };
      const operation = { parameters: [parameter], responses: { 204: { description: 'Done.' } } };
      return [`/${which}${index}${location === 'path' ? '/{color}' : ''}`, { get: operation }];
    }),
  );
  const document = {
    openapi: '3.1.1',
    info: { title: 'Styles', version: '1' },
    paths: Object.fromEntries(paths),
  };
  await writeFile(file, JSON.stringify(document));
  const { contract } = await loadContract([file], { relativeTo: folder });
  const match = createMatcher(contract);
  validateRow = (index, which) => {
    const { location, wire } = ROWS[index] as Row;
    const target = `/${which}${index}${location === 'path' ? `/${wire}` : ''}${location === 'query' ? `?${wire}` : ''}`;
    const headers =
      location === 'header' ? { color: [wire] } : location === 'cookie' ? { cookie: [wire] } : {};
    const request = { method: 'GET', ...splitTarget(target), headers, body: EMPTY_BODY };
    const matched = match({ method: 'GET', path: `/styles${request.path}`, host: undefined });
    if (matched.kind !== 'operation') throw new Error(`no operation is at ${target}`);
    return validateRequest(matched, request).map(({ code, message }) => `${code}: ${message}`);
  };
});
afterAll(() => rm(folder, { recursive: true }));

const title = ({ location, style, explode, kind, wire, value, finding, note }: Row): string =>
  [
    `${location} ${style}${explode ? ' exploded' : ''}, ${kind}: ${wire === '' ? 'an empty text' : wire}`,
    finding ?? `is ${JSON.stringify(value ?? KINDS[kind].value)}`,
    ...(note === undefined ? [] : [`(${note})`]),
  ].join(' ');

describe('parameter styles in the table of OpenAPI 3.1', () => {
  test.for(ROWS.map((each, index) => [title(each), each, index] as const))('%s', ([, each, index]) => {
    if (each.finding !== undefined) {
      const findings = validateRow(index, 'value');
      expect(findings).toHaveLength(1);
      expect(findings[0]).toMatch(
        new RegExp(`^parameter-${each.finding}: ${each.location} parameter "color" `),
      );
      return;
    }
    expect(validateRow(index, 'value')).toEqual([]);
    expect(validateRow(index, 'other')).not.toEqual([]);
    for (const line of validateRow(index, 'other')) expect(line).toMatch(/^parameter-schema: /);
  });

  test('the table has a row for every style, location, kind and explode', () => {
    const seen = new Set(
      TABLE.map(({ location, style, explode, kind }) => `${location} ${style} ${explode} ${kind}`),
    );
    const styles: readonly (readonly [Location, string])[] = [
      ['path', 'matrix'],
      ['path', 'label'],
      ['path', 'simple'],
      ['header', 'simple'],
      ['cookie', 'form'],
      ['query', 'form'],
      ['query', 'spaceDelimited'],
      ['query', 'pipeDelimited'],
      ['query', 'deepObject'],
    ];
    const all = styles.flatMap(([location, style]) =>
      [true, false].flatMap(explode =>
        Object.keys(KINDS).map(kind => `${location} ${style} ${explode} ${kind}`),
      ),
    );
    expect(all.filter(each => !seen.has(each))).toEqual([
      'path simple true empty',
      'path simple false empty',
    ]);
  });
});

describe('a parameter with allowEmptyValue', () => {
  const validate = async (more: object, wire: string): Promise<string[]> => {
    const file = path.join(folder, 'empty.json');
    const parameter = { name: 'n', in: 'query', schema: { type: 'integer' }, ...more };
    const paths = {
      '/n': { get: { parameters: [parameter], responses: { 204: { description: 'Done.' } } } },
    };
    await writeFile(file, JSON.stringify({ openapi: '3.1.1', info: { title: 'N', version: '1' }, paths }));
    const { contract } = await loadContract([file], { relativeTo: folder });
    const matched = createMatcher(contract)({ method: 'GET', path: '/empty/n', host: undefined });
    if (matched.kind !== 'operation') throw new Error('no operation');
    const request = { method: 'GET', path: '/n', query: wire, headers: {}, body: EMPTY_BODY };
    return validateRequest(matched, request).map(({ code }) => code);
  };

  test.for([
    [{ allowEmptyValue: true }, 'n=', []],
    [{ allowEmptyValue: true }, 'n', []],
    [{ allowEmptyValue: true }, 'n=1', []],
    [{ allowEmptyValue: true }, 'n=x', ['parameter-schema']],
    [{}, 'n=', ['parameter-schema']],
    [{}, 'n', ['parameter-schema']],
    [{ allowEmptyValue: true, required: true }, '', ['parameter-missing']],
  ] as const)('%j, sent "%s": %j', async ([more, wire, codes]) => {
    expect(await validate(more, wire)).toEqual(codes);
  });
});

interface Field {
  readonly encoding?: object;
  readonly kind: Kind | 'json';
  readonly wire: string;
  readonly type?: string;
  readonly value?: unknown;
}

const JSON_KIND = { value: OBJECT, schema: { type: 'object', properties: MEMBERS }, other: { R: 1 } };
const part = (text: string, type?: string, name = 'color'): string =>
  `--b\r\nContent-Disposition: form-data; name="${name}"\r\n${type === undefined ? '' : `Content-Type: ${type}\r\n`}\r\n${text}\r\n`;

const FIELDS: readonly (readonly ['urlencoded' | 'multipart', Field])[] = [
  ['urlencoded', { kind: 'string', wire: 'color=blue' }],
  ['urlencoded', { kind: 'empty', wire: 'color=' }],
  ['urlencoded', { kind: 'array', wire: 'color=blue&color=black&color=brown' }],
  ['urlencoded', { kind: 'object', wire: `color=${encodeURIComponent(JSON.stringify(OBJECT))}` }],
  ['urlencoded', { encoding: { explode: false }, kind: 'array', wire: 'color=blue,black,brown' }],
  ['urlencoded', { encoding: { explode: false }, kind: 'object', wire: 'color=R,100,G,200,B,150' }],
  ['urlencoded', { encoding: { style: 'form', explode: true }, kind: 'object', wire: 'R=100&G=200&B=150' }],
  [
    'urlencoded',
    { encoding: { style: 'spaceDelimited' }, kind: 'array', wire: 'color=blue%20black%20brown' },
  ],
  ['urlencoded', { encoding: { style: 'spaceDelimited' }, kind: 'array', wire: 'color=blue+black+brown' }],
  [
    'urlencoded',
    { encoding: { style: 'spaceDelimited' }, kind: 'object', wire: 'color=R%20100%20G%20200%20B%20150' },
  ],
  ['urlencoded', { encoding: { style: 'pipeDelimited' }, kind: 'array', wire: 'color=blue%7Cblack%7Cbrown' }],
  ['urlencoded', { encoding: { style: 'pipeDelimited' }, kind: 'object', wire: 'color=R|100|G|200|B|150' }],
  [
    'urlencoded',
    {
      encoding: { style: 'deepObject', explode: true },
      kind: 'object',
      wire: 'color%5BR%5D=100&color[G]=200&color[B]=150',
    },
  ],
  [
    'urlencoded',
    {
      encoding: { contentType: 'application/json' },
      kind: 'array',
      wire: `color=${encodeURIComponent(JSON.stringify(ARRAY))}`,
    },
  ],
  ['urlencoded', { encoding: { allowReserved: true }, kind: 'string', wire: 'color=/a:b', value: '/a:b' }],
  ['multipart', { kind: 'string', wire: part('blue') }],
  ['multipart', { kind: 'empty', wire: part('') }],
  ['multipart', { kind: 'array', wire: ARRAY.map(text => part(text)).join('') }],
  ['multipart', { kind: 'object', wire: part(JSON.stringify(OBJECT)) }],
  ['multipart', { kind: 'object', wire: part(JSON.stringify(OBJECT), 'application/json') }],
  ['multipart', { kind: 'array', wire: part(JSON.stringify(ARRAY), 'application/json') }],
  [
    'multipart',
    { encoding: { contentType: 'application/json' }, kind: 'array', wire: part(JSON.stringify(ARRAY)) },
  ],
  [
    'multipart',
    {
      encoding: { contentType: 'application/vnd.a+json, application/json' },
      kind: 'object',
      wire: part(JSON.stringify(OBJECT)),
    },
  ],
  ['multipart', { encoding: { contentType: 'text/plain' }, kind: 'string', wire: part('blue') }],
  ['multipart', { encoding: { explode: false }, kind: 'array', wire: part('blue,black,brown') }],
  ['multipart', { encoding: { style: 'pipeDelimited' }, kind: 'array', wire: part('blue|black|brown') }],
  ['multipart', { encoding: { style: 'spaceDelimited' }, kind: 'array', wire: part('blue black brown') }],
  ['multipart', { encoding: { explode: false }, kind: 'object', wire: part('R,100,G,200,B,150') }],
  [
    'multipart',
    {
      encoding: { style: 'form', explode: true },
      kind: 'array',
      wire: ARRAY.map(text => part(text)).join(''),
    },
  ],
  [
    'multipart',
    {
      encoding: { style: 'form', explode: true },
      kind: 'object',
      wire: Object.entries(OBJECT)
        .map(([name, n]) => part(String(n), undefined, name))
        .join(''),
    },
  ],
  [
    'multipart',
    {
      encoding: { style: 'deepObject', explode: true },
      kind: 'object',
      wire: Object.entries(OBJECT)
        .map(([name, n]) => part(String(n), undefined, `color[${name}]`))
        .join(''),
    },
  ],
];

describe('form fields with every encoding', () => {
  const media = {
    urlencoded: 'application/x-www-form-urlencoded',
    multipart: 'multipart/form-data',
  } as const;

  const validate = async (
    form: keyof typeof media,
    { encoding, kind, wire }: Field,
    expected: unknown,
  ): Promise<string[]> => {
    const { schema } = kind === 'json' ? JSON_KIND : KINDS[kind];
    const file = path.join(folder, 'form.json');
    const content = {
      [media[form]]: {
        schema: {
          type: 'object',
          required: ['color'],
          properties: { color: { ...schema, const: expected } },
        },
        ...(encoding === undefined ? {} : { encoding: { color: encoding } }),
      },
    };
    const paths = {
      '/f': { post: { requestBody: { content }, responses: { 204: { description: 'Done.' } } } },
    };
    await writeFile(file, JSON.stringify({ openapi: '3.1.1', info: { title: 'F', version: '1' }, paths }));
    const { contract } = await loadContract([file], { relativeTo: folder });
    const matched = createMatcher(contract)({ method: 'POST', path: '/form/f', host: undefined });
    if (matched.kind !== 'operation') throw new Error('no operation');
    const type = form === 'multipart' ? `${media[form]}; boundary=b` : media[form];
    const body = Buffer.from(form === 'multipart' ? `${wire}--b--\r\n` : wire);
    const request = { method: 'POST', path: '/f', query: '', headers: { 'content-type': [type] }, body };
    return validateRequest(matched, request).map(({ code, message }) => `${code}: ${message}`);
  };

  test.for(
    FIELDS.map(
      ([form, field]) =>
        [
          `${form}, ${JSON.stringify(field.encoding ?? {})}, ${field.kind}: ${JSON.stringify(field.wire)}`,
          form,
          field,
        ] as const,
    ),
  )('%s', async ([, form, field]) => {
    const { value, other } = field.kind === 'json' ? JSON_KIND : KINDS[field.kind];
    expect(await validate(form, field, field.value ?? value)).toEqual([]);
    const findings = await validate(form, field, other);
    expect(findings).not.toEqual([]);
    for (const line of findings) expect(line).toMatch(/^request-body-schema: /);
  });
});
