// Values that a schema allows in several forms, and values that no style of OpenAPI defines: both are read generously.
import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { codes, DONE, JSON_TYPE, validatorFor } from './validator.ts';

const text = { type: 'string' };
const integer = { type: 'integer' };
const list = (items: object): object => ({ type: 'array', items });
const object = (properties: object): object => ({ type: 'object', properties });
const STAR_OR_WORDS = {
  oneOf: [{ type: 'string', enum: ['*'] }, list({ type: 'string', enum: ['a', 'b'] })],
};
const BAD = ['parameter-schema'];
const UNKNOWN = ['parameter-not-checkable'];

interface Sent {
  readonly path?: string;
  readonly query?: string;
  readonly headers?: Record<string, string>;
}

async function parameter(declared: object, sent: Sent, components: object = {}): Promise<string[]> {
  const one = { name: 'p', in: 'query', ...declared };
  const path = one.in === 'path' ? '/t/{p}' : '/t';
  const required = one.in === 'path' && { required: true };
  const validate = await validatorFor(
    { [path]: { get: { parameters: [{ ...one, ...required }], responses: DONE } } },
    components,
  );
  const line = `GET /t${sent.path === undefined ? '' : `/${sent.path}`}${sent.query === undefined ? '' : `?${sent.query}`}`;
  return codes(validate({ line, headers: sent.headers ?? {} })).map(each => each.split(' ')[0] ?? '');
}

describe('a parameter that is a text or a list', () => {
  test.for<[string, object, Sent, string[]]>([
    ['the text', { schema: STAR_OR_WORDS }, { query: 'p=*' }, []],
    ['a list of one', { schema: STAR_OR_WORDS }, { query: 'p=a' }, []],
    ['a list', { schema: STAR_OR_WORDS }, { query: 'p=a&p=b' }, []],
    ['neither', { schema: STAR_OR_WORDS }, { query: 'p=c' }, BAD],
    ['neither, repeated', { schema: STAR_OR_WORDS }, { query: 'p=a&p=*' }, BAD],
    ['not exploded, the text', { schema: STAR_OR_WORDS, explode: false }, { query: 'p=*' }, []],
    ['not exploded, a list', { schema: STAR_OR_WORDS, explode: false }, { query: 'p=a,b' }, []],
    ['not exploded, neither', { schema: STAR_OR_WORDS, explode: false }, { query: 'p=a,*' }, BAD],
    [
      'a list of types',
      { schema: { type: ['array', 'integer'], items: { type: 'boolean' } } },
      { query: 'p=7' },
      [],
    ],
    ['a list or null', { schema: { type: ['array', 'null'], items: integer } }, { query: 'p=' }, []],
    [
      'through a reference',
      { schema: { anyOf: [{ $ref: '#/components/schemas/S' }] } },
      { query: 'p=*' },
      [],
    ],
    ['in a header, the text', { in: 'header', schema: STAR_OR_WORDS }, { headers: { p: '*' } }, []],
    ['in a header, a list', { in: 'header', schema: STAR_OR_WORDS }, { headers: { p: 'a, b' } }, []],
    ['in a header, neither', { in: 'header', schema: STAR_OR_WORDS }, { headers: { p: 'a, c' } }, BAD],
    ['in the path, the text', { in: 'path', schema: STAR_OR_WORDS }, { path: '*' }, []],
    ['in the path, a list', { in: 'path', schema: STAR_OR_WORDS }, { path: 'a,b' }, []],
    ['in the path, neither', { in: 'path', schema: STAR_OR_WORDS }, { path: 'c' }, BAD],
    ['as a label', { in: 'path', style: 'label', schema: STAR_OR_WORDS }, { path: '.*' }, []],
    ['as a matrix', { in: 'path', style: 'matrix', schema: STAR_OR_WORDS }, { path: ';p=a,b' }, []],
    ['in a cookie, the text', { in: 'cookie', schema: STAR_OR_WORDS }, { headers: { cookie: 'p=*' } }, []],
    [
      'in a cookie, what may be a list',
      { in: 'cookie', schema: STAR_OR_WORDS },
      { headers: { cookie: 'p=c' } },
      UNKNOWN,
    ],
    [
      'items that look like numbers',
      {
        schema: list({
          anyOf: [
            { ...integer, maximum: 9 },
            { ...text, pattern: '^1' },
          ],
        }),
      },
      { query: 'p=3&p=12' },
      [],
    ],
    [
      'items that are neither',
      {
        schema: list({
          anyOf: [
            { ...integer, maximum: 9 },
            { ...text, pattern: '^1' },
          ],
        }),
      },
      { query: 'p=3&p=22' },
      BAD,
    ],
    [
      'with pipes, the text',
      { style: 'pipeDelimited', explode: false, schema: STAR_OR_WORDS },
      { query: 'p=*' },
      [],
    ],
    [
      'with pipes, a list',
      { style: 'pipeDelimited', explode: false, schema: STAR_OR_WORDS },
      { query: 'p=a|b' },
      [],
    ],
    [
      'with pipes, neither',
      { style: 'pipeDelimited', explode: false, schema: STAR_OR_WORDS },
      { query: 'p=a|c' },
      BAD,
    ],
    ['without a type, repeated', { schema: {} }, { query: 'p=1&p=2' }, []],
    ['a text, repeated', { schema: text }, { query: 'p=1&p=2' }, ['parameter-malformed']],
    ['a fraction too long for a double', { schema: integer }, { query: 'p=12345678901234567890123.5' }, BAD],
    ['an integer too large for a double', { schema: integer }, { query: 'p=1e400' }, []],
    ['an empty value that is allowed', { schema: integer, allowEmptyValue: true }, { query: 'p=' }, []],
    ['an empty value that is not', { schema: integer }, { query: 'p=' }, BAD],
    ['a text in a media type', { content: { 'text/plain': { schema: integer } } }, { query: 'p=7' }, []],
  ])('%s', async ([, declared, sent, expected]) => {
    expect(await parameter(declared, sent, { schemas: { S: STAR_OR_WORDS } })).toEqual(expected);
  });

  test('members of an object, each on its own', async () => {
    const schema = object({ a: STAR_OR_WORDS, b: STAR_OR_WORDS });
    const deep = { style: 'deepObject', explode: true, schema };
    expect(await parameter(deep, { query: 'p[a]=*&p[b]=a' })).toEqual([]);
    expect(await parameter(deep, { query: 'p[a]=*&p[b]=c' })).toEqual(BAD);
    expect(await parameter({ schema }, { query: 'a=b&b=*' })).toEqual([]);
  });

  test('a text or a deep object', async () => {
    const schema = { anyOf: [integer, object({ gt: integer })] };
    const deep = { style: 'deepObject', explode: true, schema };
    expect(await parameter(deep, { query: 'p[gt]=1' })).toEqual([]);
    expect(await parameter(deep, { query: 'p[gt]=x' })).toEqual(BAD);
    expect(await parameter(deep, { query: 'p=1' })).toEqual([]);
    expect(await parameter(deep, { query: 'p=x' })).toEqual(UNKNOWN);
  });
});

describe('a parameter with arrays or objects inside', () => {
  const points = list({ ...object({ x: integer }), required: ['x'] });
  test.for<[string, object, Sent, string[]]>([
    ['as JSON', { schema: points }, { query: `p=${encodeURIComponent('{"x":1}')}` }, []],
    ['as JSON, several', { schema: points }, { query: 'p={"x":1}&p={"x":2}' }, []],
    ['as one JSON list', { schema: points }, { query: 'p=[{"x":1},{"x":2}]' }, []],
    ['as JSON, not exploded', { schema: points, explode: false }, { query: 'p=[{"x":1,"y":2}]' }, []],
    ['as JSON that does not fit', { schema: points }, { query: 'p={"y":1}' }, UNKNOWN],
    ['in brackets', { schema: points, required: true }, { query: 'p[0][x]=1&p[1][x]=2' }, UNKNOWN],
    ['in empty brackets', { schema: points, required: true }, { query: 'p[][x]=1' }, UNKNOWN],
    ['in a header', { in: 'header', schema: points }, { headers: { p: '[{"x":1,"y":2}]' } }, []],
    [
      'an object in an exploded object',
      { schema: object({ at: object({ x: integer }) }) },
      { query: 'at={"x":1}' },
      [],
    ],
    [
      'in brackets, in an exploded object',
      { schema: object({ at: object({ x: integer }) }) },
      { query: 'at[x]=1' },
      UNKNOWN,
    ],
    ['not sent', { schema: points, required: true }, {}, ['parameter-missing']],
    [
      'a list of texts in brackets has another name',
      { schema: list(text), required: true },
      { query: 'p[]=1' },
      ['parameter-missing', 'parameter-undocumented'],
    ],
  ])('%s', async ([, declared, sent, expected]) => {
    expect(await parameter(declared, sent)).toEqual(expected);
  });
});

async function form(
  type: string,
  content: object,
  body: string | Uint8Array,
  contentType = type,
): Promise<string[]> {
  const requestBody = { content: { [type]: content } };
  const validate = await validatorFor({ '/t': { post: { requestBody, responses: DONE } } });
  return codes(validate({ line: 'POST /t', headers: { 'content-type': contentType }, body })).map(each =>
    each.replace('/request/body', ''),
  );
}

describe('arrays and objects in a deepObject field of a form', () => {
  const line = { ...object({ price: integer, tags: list(integer) }), required: ['price'] };
  const schema = object({
    ids: list(integer),
    lines: list(line),
    meta: {
      anyOf: [
        { type: 'object', additionalProperties: text },
        { ...text, enum: [''] },
      ],
    },
    tree: object({ a: object({ b: list(integer) }) }),
  });
  const deepObject = { style: 'deepObject', explode: true };
  const content = {
    schema,
    encoding: { ids: deepObject, lines: deepObject, meta: deepObject, tree: deepObject },
  };

  test.for<[string, string[]]>([
    ['ids[]=1', []],
    ['ids[]=1&ids[]=2', []],
    ['ids[0]=1&ids[1]=2', []],
    ['ids=1', []],
    ['ids[]=x', ['request-body-schema /ids/0']],
    ['ids[1]=x&ids[0]=1', ['request-body-schema /ids/1']],
    ['ids%5B%5D=1', []],
    ['lines[0][price]=1&lines[1][price]=2', []],
    ['lines[][price]=1&lines[][price]=2', []],
    ['lines[][price]=1&lines[][tags][]=2&lines[][price]=3', []],
    ['lines[0][price]=1&lines[0][tags][]=x', ['request-body-schema /lines/0/tags/0']],
    ['lines[0][tags][]=1', ['request-body-schema /lines/0/price']],
    ['meta[colour]=red&meta[0]=x', []],
    ['meta=', []],
    ['tree[a][b][]=1', []],
    ['tree[a][b][]=x', ['request-body-schema /tree/a/b/0']],
    [`tree${'[a]'.repeat(5000)}=1`, [`request-property-undocumented /tree${'[a]'.repeat(5000)}`]],
  ])('%s', async ([body, expected]) => {
    expect(await form('application/x-www-form-urlencoded', content, body)).toEqual(expected);
  });

  test('names like __proto__ are plain members', async () => {
    expect(
      await form('application/x-www-form-urlencoded', content, 'meta[__proto__]=1&meta[constructor]=2'),
    ).toEqual([]);
    expect(({} as Record<string, unknown>)['1']).toBe(undefined);
  });
});

test('a field of a form that is a text or a list, or an object as JSON', async () => {
  const schema = object({
    words: STAR_OR_WORDS,
    filter: { oneOf: [{ ...text, enum: ['none'] }, object({ x: integer })] },
  });
  const urlencoded = (body: string): Promise<string[]> =>
    form('application/x-www-form-urlencoded', { schema }, body);
  expect(await urlencoded('words=*&filter=none')).toEqual([]);
  expect(await urlencoded('words=a&words=b&filter={"x":1}')).toEqual([]);
  expect(await urlencoded('words=c')).toHaveLength(1);
});

const BOUNDARY = 'multipart/form-data; boundary=b';
function parts(...list: readonly [fields: Record<string, string>, content: string][]): string {
  const one = ([fields, content]: (typeof list)[number]): string =>
    `--b\r\n${Object.entries(fields)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}\r\n${content}\r\n`;
  return `${list.map(one).join('')}--b--\r\n`;
}
const named = (name: string, fields: Record<string, string> = {}): Record<string, string> => ({
  'Content-Disposition': `form-data; name="${name}"`,
  ...fields,
});
const multipart = (content: object, body: string): Promise<string[]> =>
  form('multipart/form-data', content, body, BOUNDARY);

describe('a multipart body', () => {
  test('that is one binary is described as a whole', async () => {
    const schema = { type: 'string', format: 'binary', minLength: 10 };
    expect(await multipart({ schema }, parts([named('anything'), 'x']))).toEqual([]);
    expect(await multipart({ schema: { ...schema, minLength: 1000 } }, parts([named('x'), 'x']))).toEqual([
      'request-body-schema ',
    ]);
    expect(
      await form(
        'application/x-www-form-urlencoded',
        { schema: { type: 'string', pattern: '^a=1' } },
        'a=1&b=2',
      ),
    ).toEqual([]);
  });

  const binary = { type: 'string', format: 'binary' };
  const png = {
    schema: object({ file: binary, files: list(binary) }),
    encoding: {
      file: { contentType: 'image/png, image/*;q=1, text/csv' },
      files: { contentType: 'image/png' },
    },
  };
  test.for<[string, Record<string, string>, string[]]>([
    ['a declared type', named('file', { 'Content-Type': 'text/csv; charset=utf-8' }), []],
    ['a type of a range', named('file', { 'Content-Type': 'image/webp' }), []],
    ['another type', named('file', { 'Content-Type': 'text/plain' }), ['request-media-type /file']],
    [
      'another type of one of several files',
      named('files', { 'Content-Type': 'image/gif' }),
      ['request-media-type /files'],
    ],
    ['no type', named('file'), []],
    ['no media type', named('file', { 'Content-Type': 'png' }), ['request-media-type /file']],
  ])('has a part with %s', async ([, fields, expected]) => {
    expect(await multipart(png, parts([fields, 'x']))).toEqual(expected);
  });

  test('has a file that was not chosen', async () => {
    const fields = {
      'Content-Disposition': 'form-data; name="file"; filename=""',
      'Content-Type': 'application/octet-stream',
    };
    expect(await multipart(png, parts([fields, '']))).toEqual([]);
  });

  test('has the header fields that the encoding of a part requires', async () => {
    const headers = {
      'X-Size': { required: true, schema: integer },
      'Content-Type': { required: true, schema: text },
    };
    const content = { schema: object({ file: binary }), encoding: { file: { headers } } };
    expect(await multipart(content, parts([named('file', { 'x-size': '3' }), 'x']))).toEqual([]);
    expect(await multipart(content, parts([named('file'), 'x']))).toEqual(['request-body-schema /file']);
    expect(await multipart(content, parts([named('file', { 'X-Size': 'big' }), 'x']))).toEqual([
      'request-body-schema /file',
    ]);
  });

  test('has parts that are a text, a list, or JSON', async () => {
    const schema = object({
      words: STAR_OR_WORDS,
      at: { oneOf: [text, object({ x: integer })] },
      ids: list(integer),
    });
    expect(await multipart({ schema }, parts([named('words'), '*'], [named('at'), 'here']))).toEqual([]);
    expect(await multipart({ schema }, parts([named('words'), 'a'], [named('at'), '{"x":1}']))).toEqual([]);
    expect(await multipart({ schema }, parts([named('ids', JSON_PART), '[1,2]']))).toEqual([]);
    expect(await multipart({ schema }, parts([named('ids'), '1'], [named('ids'), 'x']))).toEqual([
      'request-body-schema /ids/1',
    ]);
  });
});
const JSON_PART = { 'Content-Type': JSON_TYPE['content-type'] };

test('bytes of any kind are one binary', async () => {
  const body = Buffer.concat([Buffer.from('--b\r\n'), Buffer.from([0, 255]), Buffer.from('\r\n--b--\r\n')]);
  expect(await form('multipart/mixed', { schema: { type: 'string', format: 'binary' } }, body)).toEqual([]);
});

describe('a value of which a part of the schema cannot be decided', () => {
  const code = { type: 'string', pattern: '(?i)^abc$' };
  test.for<[string, object, Sent, string[]]>([
    ['a text that cannot be matched', { anyOf: [code, list(integer)] }, { query: 'p=abc' }, UNKNOWN],
    ['a list beside such a text', { anyOf: [code, list(integer)] }, { query: 'p=1&p=2' }, []],
    ['neither', { anyOf: [{ ...code, maxLength: 2 }, list(integer)] }, { query: 'p=abc' }, BAD],
    [
      'a text beside items that cannot be decided',
      { type: ['string', 'array'], items: { $ref: '#/components/schemas/None' } },
      { query: 'p=a' },
      [],
    ],
    [
      'a schema that cannot be used',
      { type: ['string', 'array'], $ref: '#/components/schemas/Loop' },
      { query: 'p=a' },
      UNKNOWN,
    ],
  ])('%s', async ([, schema, sent, expected]) => {
    expect(
      await parameter({ schema }, sent, { schemas: { Loop: { $ref: '#/components/schemas/Loop' } } }),
    ).toEqual(expected);
  });
});

describe('an exploded object is written as its members alone', () => {
  const page = object({ page: integer, size: integer });
  const user = { type: 'object', required: ['age'], properties: { age: integer } };
  test.for<[string, object, Sent, string[]]>([
    ['with a member', { required: true, schema: page }, { query: 'page=1' }, []],
    ['with a wrong member', { required: true, schema: page }, { query: 'page=one' }, BAD],
    ['without members', { required: true, schema: page }, {}, []],
    ['without members that it needs', { required: true, schema: user }, {}, ['parameter-missing']],
    ['as deepObject', { required: true, style: 'deepObject', schema: page }, {}, ['parameter-missing']],
    ['or a text', { required: true, schema: { oneOf: [page, text] } }, {}, ['parameter-missing']],
  ])('%s', async ([, declared, sent, expected]) => {
    expect(await parameter(declared, sent)).toEqual(expected);
  });
});

describe('form fields that are objects and lists, without an encoding', () => {
  const schema = {
    type: 'object',
    additionalProperties: false,
    properties: {
      user: object({ name: text, age: integer }),
      items: list(object({ price: integer })),
      plain: text,
    },
  };
  test.for<[string, string[]]>([
    ['user[name]=a&user[age]=3', []],
    ['user[age]=three', ['request-body-schema']],
    ['items[0][price]=3&items[1][price]=4', []],
    ['items[][price]=x', ['request-body-schema']],
    ['user={"name":"a","age":3}', []],
    ['plain[x]=1', ['request-body-schema']],
  ])('%s', async ([body, expected]) => {
    const content = { 'application/x-www-form-urlencoded': { schema } };
    const validate = await validatorFor({ '/t': { post: { requestBody: { content }, responses: DONE } } });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const found = codes(validate({ line: 'POST /t', headers, body }));
    expect(found.map(each => each.split(' ')[0])).toEqual(expected);
  });
});
