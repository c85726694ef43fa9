// OpenAPI's own table of styles ("Style Examples"), row by row: what is written on the wire is read as exactly that value.
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

/** Values of the table's columns, what else a schema says of them, and another value of the same kind. */
const KINDS = {
  empty: { value: '', schema: { type: 'string' }, other: 'blue' },
  string: { value: 'blue', schema: { type: 'string' }, other: 'black' },
  array: { value: ARRAY, schema: { type: 'array', items: { type: 'string' } }, other: ['blue', 'black'] },
  object: { value: OBJECT, schema: { type: 'object', properties: MEMBERS }, other: { ...OBJECT, B: 151 } },
} as const;
type Kind = keyof typeof KINDS;
type Place = 'path' | 'query' | 'header' | 'cookie';

interface Row {
  readonly place: Place;
  readonly style: string;
  readonly explode: boolean;
  readonly kind: Kind;
  /** As it stands in the path's segment, in the query, in the field or in the Cookie field. */
  readonly wire: string;
  /** What the judge says of it; the value is read when nothing is given. */
  readonly says?: 'not-checkable' | 'malformed';
  readonly because?: string;
  /** Where another value than the table's is written. */
  readonly value?: unknown;
  readonly more?: Readonly<Record<string, unknown>>;
}

const row = (
  place: Place,
  style: string,
  explode: boolean,
  kind: Kind,
  wire: string,
  more: Partial<Row> = {},
): Row => ({
  place,
  style,
  explode,
  kind,
  wire,
  ...more,
});
const undefinedHere = { says: 'not-checkable' } as const;

/** The table of OpenAPI 3.1.1; where 3.1.0 writes something else, that is a row too. */
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
  row('path', 'label', false, 'array', '.blue.black.brown', { because: '3.1.0 writes it so' }),
  row('path', 'label', false, 'object', '.R,100,G,200,B,150'),
  row('path', 'label', false, 'object', '.R.100.G.200.B.150', { because: '3.1.0 writes it so' }),
  row('path', 'label', true, 'empty', '.'),
  row('path', 'label', true, 'string', '.blue'),
  row('path', 'label', true, 'array', '.blue.black.brown'),
  row('path', 'label', true, 'object', '.R=100.G=200.B=150'),
  // An empty segment is a path of its own ("a trailing slash is another path"): there is no row for it.
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
  row('cookie', 'form', true, 'array', 'color=blue; color=black', undefinedHere),
  row('cookie', 'form', true, 'object', 'R=100; G=200; B=150', undefinedHere),
  row('query', 'spaceDelimited', false, 'empty', 'color=', undefinedHere),
  row('query', 'spaceDelimited', false, 'string', 'color=blue', undefinedHere),
  row('query', 'spaceDelimited', false, 'array', 'color=blue%20black%20brown'),
  row('query', 'spaceDelimited', false, 'object', 'color=R%20100%20G%20200%20B%20150'),
  row('query', 'spaceDelimited', true, 'empty', 'color=', undefinedHere),
  row('query', 'spaceDelimited', true, 'string', 'color=blue', undefinedHere),
  row('query', 'spaceDelimited', true, 'array', 'color=blue&color=black', undefinedHere),
  row('query', 'spaceDelimited', true, 'object', 'color=R%20100', undefinedHere),
  row('query', 'pipeDelimited', false, 'empty', 'color=', undefinedHere),
  row('query', 'pipeDelimited', false, 'string', 'color=blue', undefinedHere),
  row('query', 'pipeDelimited', false, 'array', 'color=blue%7Cblack%7Cbrown'),
  row('query', 'pipeDelimited', false, 'array', 'color=blue|black|brown', { because: '3.1.0 writes it so' }),
  row('query', 'pipeDelimited', false, 'object', 'color=R%7C100%7CG%7C200%7CB%7C150'),
  row('query', 'pipeDelimited', true, 'empty', 'color=', undefinedHere),
  row('query', 'pipeDelimited', true, 'string', 'color=blue', undefinedHere),
  row('query', 'pipeDelimited', true, 'array', 'color=blue&color=black', undefinedHere),
  row('query', 'pipeDelimited', true, 'object', 'color=R%7C100', undefinedHere),
  row('query', 'deepObject', false, 'empty', 'color=', undefinedHere),
  row('query', 'deepObject', false, 'string', 'color=blue', undefinedHere),
  row('query', 'deepObject', false, 'array', 'color[]=blue', undefinedHere),
  row('query', 'deepObject', false, 'object', 'color[R]=100&color[G]=200&color[B]=150', undefinedHere),
  row('query', 'deepObject', true, 'empty', 'color=', undefinedHere),
  row('query', 'deepObject', true, 'string', 'color=blue', undefinedHere),
  row('query', 'deepObject', true, 'array', 'color[]=blue', undefinedHere),
  row('query', 'deepObject', true, 'object', 'color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150'),
  row('query', 'deepObject', true, 'object', 'color[R]=100&color[G]=200&color[B]=150', {
    because: '3.1.0 writes it so',
  }),
];

const odd = ['blue,black', 'a b', 'ü/&=;.|%'];
const escaped = odd.map(encodeURIComponent);

/** What the table does not show: escapes, reserved characters, nothing at all, and what is written wrongly. */
const BESIDE: readonly Row[] = [
  row('path', 'simple', false, 'array', escaped.join(','), { value: odd }),
  row('path', 'label', false, 'array', `.${escaped.map(text => text.replaceAll('.', '%2E')).join(',')}`, {
    value: odd,
  }),
  row('path', 'matrix', true, 'array', escaped.map(text => `;color=${text}`).join(''), { value: odd }),
  row('query', 'form', false, 'array', `color=${escaped.join(',')}`, { value: odd }),
  row('query', 'form', true, 'array', escaped.map(text => `color=${text}`).join('&'), { value: odd }),
  row('query', 'form', true, 'string', 'color=a+b', { value: 'a b', because: 'a query is a form' }),
  row('query', 'form', true, 'string', 'color=a%2Bb', { value: 'a+b' }),
  row('query', 'form', false, 'array', 'color=blue%2Cblack', {
    value: ['blue,black'],
    because: 'an escaped comma belongs to its item',
  }),
  row('query', 'form', false, 'array', 'color=blue%2Cblack', {
    value: ['blue', 'black'],
    because: 'many clients escape the comma between items as well',
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
    because: 'a reader cannot tell who escapes',
  }),
  row('query', 'form', false, 'array', 'color=', { value: [] }),
  row('query', 'form', false, 'object', 'color=', { value: {} }),
  row('path', 'label', false, 'array', '.', { value: [] }),
  row('path', 'matrix', false, 'array', ';color', { value: [] }),
  row('header', 'simple', false, 'array', '', { value: [] }),
  row('header', 'simple', false, 'string', 'a%20b', { value: 'a%20b', because: 'fields are not escaped' }),
  row('cookie', 'form', false, 'string', 'color=a%20b', { value: 'a b' }),
  row('cookie', 'form', false, 'array', 'color=a%2Cb,c', { value: ['a,b', 'c'] }),
  row('path', 'matrix', false, 'string', 'color=blue', { says: 'malformed' }),
  row('path', 'matrix', false, 'string', ';colour=blue', { says: 'malformed' }),
  row('path', 'label', false, 'string', 'blue', { says: 'malformed' }),
  row('path', 'simple', false, 'object', 'R,100,G', { says: 'malformed' }),
  row('query', 'form', false, 'object', 'color=R,100,G', { says: 'malformed' }),
  row('query', 'form', false, 'array', 'color=blue&color=black', { says: 'malformed' }),
  row('query', 'form', true, 'string', 'color=blue&color=black', { says: 'malformed' }),
  row('query', 'form', true, 'string', 'color=%', { says: 'malformed' }),
];

const ROWS = [...TABLE, ...BESIDE];
let folder: string;
let ask: (index: number, wanted: 'value' | 'other') => string[];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'deadringer-'));
  const file = path.join(folder, 'styles.json');
  const paths = ROWS.flatMap(({ place, style, explode, kind, value, more }, index) =>
    (['value', 'other'] as const).map(which => {
      const { schema } = KINDS[kind];
      const other = String(value) === String(KINDS[kind].other) ? ARRAY : KINDS[kind].other;
      const wanted = which === 'other' ? other : (value ?? KINDS[kind].value);
      const parameter = {
        name: 'color',
        in: place,
        required: true,
        style,
        explode,
        schema: { ...schema, const: wanted },
        ...more,
      };
      const operation = { parameters: [parameter], responses: { 204: { description: 'Done.' } } };
      return [`/${which}${index}${place === 'path' ? '/{color}' : ''}`, { get: operation }];
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
  ask = (index, which) => {
    const { place, wire } = ROWS[index] as Row;
    const target = `/${which}${index}${place === 'path' ? `/${wire}` : ''}${place === 'query' ? `?${wire}` : ''}`;
    const headers = place === 'header' ? { color: [wire] } : place === 'cookie' ? { cookie: [wire] } : {};
    const request = { method: 'GET', ...splitTarget(target), headers, body: EMPTY_BODY };
    const matched = match({ method: 'GET', path: `/styles${request.path}`, host: undefined });
    if (matched.kind !== 'operation') throw new Error(`no operation is at ${target}`);
    return validateRequest(matched, request).map(({ code, message }) => `${code}: ${message}`);
  };
});
afterAll(() => rm(folder, { recursive: true }));

const title = ({ place, style, explode, kind, wire, value, says, because }: Row): string =>
  [
    `${place} ${style}${explode ? ' exploded' : ''}, ${kind}: ${wire === '' ? 'nothing' : wire}`,
    says ?? `is ${JSON.stringify(value ?? KINDS[kind].value)}`,
    ...(because === undefined ? [] : [`(${because})`]),
  ].join(' ');

describe('Every style, exploded or not, by the table of OpenAPI 3.1', () => {
  test.for(ROWS.map((each, index) => [title(each), each, index] as const))('%s', ([, each, index]) => {
    if (each.says !== undefined) {
      const said = ask(index, 'value');
      expect(said).toHaveLength(1);
      expect(said[0]).toMatch(new RegExp(`^parameter-${each.says}: ${each.place} parameter "color" `));
      return;
    }
    expect(ask(index, 'value')).toEqual([]);
    expect(ask(index, 'other')).not.toEqual([]);
    for (const line of ask(index, 'other')) expect(line).toMatch(/^parameter-schema: /);
  });

  test('The table has a row for every style, place, kind and explosion', () => {
    const seen = new Set(
      TABLE.map(({ place, style, explode, kind }) => `${place} ${style} ${explode} ${kind}`),
    );
    const styles: readonly (readonly [Place, string])[] = [
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
    const all = styles.flatMap(([place, style]) =>
      [true, false].flatMap(explode =>
        Object.keys(KINDS).map(kind => `${place} ${style} ${explode} ${kind}`),
      ),
    );
    expect(all.filter(each => !seen.has(each))).toEqual([
      'path simple true empty',
      'path simple false empty',
    ]);
  });
});

describe('A parameter that may come without a value', () => {
  const judge = async (more: object, wire: string): Promise<string[]> => {
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
    expect(await judge(more, wire)).toEqual(codes);
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

describe('Every field of a form body, by its encoding', () => {
  const media = {
    urlencoded: 'application/x-www-form-urlencoded',
    multipart: 'multipart/form-data',
  } as const;

  const judge = async (
    form: keyof typeof media,
    { encoding, kind, wire }: Field,
    wanted: unknown,
  ): Promise<string[]> => {
    const { schema } = kind === 'json' ? JSON_KIND : KINDS[kind];
    const file = path.join(folder, 'form.json');
    const content = {
      [media[form]]: {
        schema: { type: 'object', required: ['color'], properties: { color: { ...schema, const: wanted } } },
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
    expect(await judge(form, field, field.value ?? value)).toEqual([]);
    const said = await judge(form, field, other);
    expect(said).not.toEqual([]);
    for (const line of said) expect(line).toMatch(/^request-body-schema: /);
  });
});
