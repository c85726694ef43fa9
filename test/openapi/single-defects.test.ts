// One defect in a document: everything else is served, the defect is reported once with its line, and --strict refuses.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../src/finding/finding.ts';
import { lint, loadContract } from '../../src/index.ts';
import { type MockServer, startServer } from '../../src/start.ts';

interface Defect {
  readonly title: string;
  readonly text: string;
  /** What GET /broken gets: a status, or a problem whose detail matches. */
  readonly broken: number | RegExp;
  /** The findings of lint: "line code message", each. */
  readonly findings: readonly RegExp[];
}

const GOOD =
  '  /good: { get: { responses: { "200": { description: ok, content: { application/json: { example: { ok: 1 } } } } } } }';

const defects: Defect[] = [];

/** Adds a document of seven lines before `more`. @param item the path item of /broken, on line 5 */
function defect(
  title: string,
  item: string,
  broken: Defect['broken'],
  findings: readonly RegExp[] | RegExp = [],
  { version = '3.1.0', more = '', key = '/broken', head = 'info: { title: t, version: "1" }' } = {},
): void {
  const text = [`openapi: ${version}`, head, 'paths:', GOOD, `  ${key}: ${item}`, more, ''].join('\n');
  defects.push({ title, text, broken, findings: [findings].flat() });
}

const ok = '{ description: ok, content: { application/json: { example: { ok: 1 } } } }';
const get = (members: string): string => `{ get: { ${members}, responses: { "200": ${ok} } } }`;
const withParameter = (parameter: string): string => get(`parameters: [${parameter}]`);
const withSchema = (schema: string): string =>
  `{ get: { responses: { "200": { description: ok, content: { application/json: { schema: ${schema} } } } } } }`;
const V30 = { version: '3.0.3' };

// Paths and path items.
defect(
  'an undeclared path variable',
  get('summary: s'),
  200,
  /^5 spec-parameter \{id\} in the path is not declared/,
  { key: '/broken/{id}' },
);
defect(
  'a path parameter that the path does not contain',
  withParameter('{ name: id, in: path, required: true, schema: {} }'),
  200,
  /^5 spec-parameter the path \/broken does not contain \{id\}/,
);
defect(
  'a path parameter that is not required',
  withParameter('{ name: id, in: path, schema: { type: string } }'),
  200,
  /^5 spec-parameter path parameter "id" must have "required: true"/,
  { key: '/broken/{id}' },
);
defect(
  'a query in a path',
  get('summary: s'),
  200,
  /^5 spec-operation a path cannot have a query or fragment/,
  { key: '"/broken?kind=a"' },
);
defect(
  'a fragment in a path',
  get('summary: s'),
  200,
  /^5 spec-operation a path cannot have a query or fragment/,
  { key: '"/broken#a"' },
);
defect(
  'two operations that only a query tells apart',
  get('summary: s'),
  200,
  [/^5 spec-operation a path cannot/, /^6 spec-operation a path cannot/],
  {
    key: '"/broken?kind=a"',
    more: `  "/broken?kind=b": ${get('summary: t')}`,
  },
);
defect('a path without a slash', get('summary: s'), 200, /^5 spec-operation a path must begin with "\/"/, {
  key: 'broken',
});
defect(
  'a path item that is a list',
  '[]',
  /:5: a path item must be an object/,
  /^5 spec-operation a path item must be an object/,
);
defect(
  'a path item behind a dead reference',
  "{ $ref: 'nowhere.yaml' }",
  /:5: \$ref "nowhere\.yaml" cannot be resolved/,
  /^5 spec-reference \$ref to .*nowhere\.yaml: the file does not exist/,
);
defect(
  'two templates of one shape',
  get('parameters: [{ name: a, in: path, required: true, schema: {} }]'),
  200,
  /^6 spec-operation GET \/broken\/\{b\} matches the same requests as \/broken\/\{a\}/,
  {
    key: '/broken/{a}',
    more: `  /broken/{b}: ${get('parameters: [{ name: b, in: path, required: true, schema: {} }]')}`,
  },
);
// Operations.
defect(
  'an operation that is empty',
  '{ get: }',
  /:5: an operation must be an object/,
  /^5 spec-operation an operation must be an object/,
);
defect(
  'an operation that is a text',
  '{ get: later }',
  /:5: an operation must be an object/,
  /^5 spec-operation an operation must be an object/,
);
defect(
  'an operation behind a dead reference',
  "{ get: { $ref: '#/x' } }",
  /:5: \$ref "#\/x" cannot be resolved/,
  /^5 spec-reference \$ref "#\/x" cannot be resolved/,
);
defect(
  'an operation behind a circular reference',
  "{ get: { $ref: '#/paths/~1broken/get' } }",
  /is circular/,
  /^5 spec-reference .* is circular/,
);
defect(
  'an operation without responses in 3.0',
  '{ get: { summary: s } }',
  /:5: GET \/broken declares no response/,
  /^5 spec-operation the operation declares no response/,
  V30,
);
defect(
  'empty responses in 3.1',
  '{ get: { responses: {} } }',
  /:5: GET \/broken declares no response/,
  /^5 spec-operation the operation declares no response/,
);
defect(
  'responses that are a list',
  '{ get: { responses: [] } }',
  /declares no response/,
  /^5 spec-operation "responses" must be an object/,
);
defect(
  'an operationId that is used twice',
  get('operationId: twice'),
  200,
  /^6 spec-operation the operationId "twice" is used twice/,
  { more: `  /other: ${get('operationId: twice')}` },
);
defect(
  'a request body in a GET',
  get('requestBody: { content: { application/json: { schema: { type: object } } } }'),
  200,
);
defect('unknown keys', get('foo: bar'), 200);
// Responses.
defect(
  'a response behind a dead reference',
  "{ get: { responses: { '200': { $ref: '#/components/responses/No' } } } }",
  /:5: \$ref "#\/components\/responses\/No" cannot be resolved/,
  /^5 spec-reference \$ref "#\/components\/responses\/No"/,
);
defect(
  'another response behind a dead reference',
  `{ get: { responses: { '200': ${ok}, '404': { $ref: '#/no' } } } }`,
  200,
  /^5 spec-reference \$ref "#\/no"/,
);
defect(
  'a response that is a text',
  '{ get: { responses: { "200": fine } } }',
  /:5: a response must be an object/,
  /^5 spec-operation a response must be an object/,
);
defect(
  'an empty response',
  '{ get: { responses: { "204": } } }',
  204,
  /^5 spec-operation a response must be an object/,
);
defect(
  'a response without description',
  '{ get: { responses: { "200": { content: { application/json: { example: { ok: 1 } } } } } } }',
  200,
);
defect(
  'a range of statuses in lower case',
  `{ get: { responses: { 2xx: ${ok} } } }`,
  200,
  /^5 spec-operation "2xx" is not a valid status key/,
);
defect(
  'an invalid status key',
  `{ get: { responses: { "200": ${ok}, "20": ${ok} } } }`,
  200,
  /^5 spec-operation "20" is not a valid status key/,
);
defect(
  'a header behind a dead reference',
  `{ get: { responses: { "200": { description: ok, headers: { x-a: { $ref: '#/no' } }, content: { application/json: { example: { ok: 1 } } } } } } }`,
  200,
  /^5 spec-reference \$ref "#\/no"/,
);
defect(
  'an example behind a dead reference',
  `{ get: { responses: { "200": { description: ok, content: { application/json: { schema: { type: object }, examples: { a: { $ref: '#/no' } } } } } } } }`,
  200,
  /^5 spec-reference \$ref "#\/no"/,
);
defect(
  'an invalid example',
  '{ get: { responses: { "200": { description: ok, content: { application/json: { schema: { type: integer }, example: one } } } } } }',
  200,
  /^5 spec-example the example must be integer/,
);
// Parameters.
defect(
  'a parameter behind a dead reference',
  withParameter("{ $ref: '#/components/parameters/No' }"),
  200,
  /^5 spec-reference \$ref "#\/components\/parameters\/No"/,
);
defect(
  'a parameter without a schema',
  withParameter('{ name: a, in: query }'),
  200,
  /^5 spec-parameter parameter "a" has neither/,
);
defect(
  'a parameter in an unknown place',
  withParameter('{ name: a, in: body, schema: {} }'),
  200,
  /^5 spec-parameter a parameter needs a "name"/,
);
defect(
  'a parameter that is a text',
  withParameter('limit'),
  200,
  /^5 spec-parameter a parameter needs a "name"/,
);
defect(
  'a parameter that is declared twice',
  withParameter('{ name: a, in: query, schema: {} }, { name: a, in: query, schema: {} }'),
  200,
  /^5 spec-parameter query parameter "a" is declared twice/,
);
defect(
  'a style that does not exist',
  withParameter('{ name: a, in: query, style: matrix, schema: {} }'),
  200,
  /^5 spec-parameter style "matrix" does not exist/,
);
defect(
  'an invalid default',
  withParameter('{ name: a, in: query, schema: { type: integer, default: one } }'),
  200,
);
defect(
  'a request body behind a dead reference',
  get("requestBody: { $ref: '#/no' }"),
  200,
  /^5 spec-reference \$ref "#\/no"/,
);
// Security and servers.
defect(
  'an undeclared security scheme',
  get('security: [{ nobody: [] }]'),
  200,
  /^5 spec-security "nobody" is not declared/,
);
defect('a security requirement that is a text', get('security: [nobody]'), 200, [
  /^5 spec-security write the requirement as an object/,
  /^5 spec-security "nobody" is not declared/,
]);
defect(
  'security that is no list',
  get('security: { key: [] }'),
  401,
  /^5 spec-security "security" must be a list/,
  { more: 'components: { securitySchemes: { key: { type: apiKey, in: header, name: x-key } } }' },
);
defect(
  'a security scheme behind a dead reference',
  get('security: [{ key: [] }]'),
  200,
  /^6 spec-reference \$ref "#\/no"/,
  { more: "components: { securitySchemes: { key: { $ref: '#/no' } } }" },
);
defect(
  'a security scheme of an unknown type',
  get('security: [{ key: [] }]'),
  200,
  /^6 spec-security "basic" is not a type/,
  { more: 'components: { securitySchemes: { key: { type: basic } } }' },
);
defect(
  'an API key without a name',
  get('security: [{ key: [] }]'),
  200,
  /^6 spec-security the security scheme "key" needs a "name"/,
  { more: 'components: { securitySchemes: { key: { type: apiKey, in: header } } }' },
);
defect(
  'servers that are a text',
  get('servers: https://example.com'),
  200,
  /^5 spec-invalid "servers" must be a list/,
);
defect(
  'a server without a URL',
  get('servers: [{ description: d }]'),
  200,
  /^5 spec-invalid a server must be an object with "url"/,
);
defect(
  'an empty server',
  get('servers: [ ~ ]'),
  200,
  /^5 spec-invalid a server must be an object with "url"/,
);
// References that are not used, or are none.
defect('a dead reference in an unused component', get('summary: s'), 200, /^6 spec-reference \$ref "#\/no"/, {
  more: "components: { schemas: { Unused: { $ref: '#/no' } } }",
});
defect('a dead reference in a webhook', get('summary: s'), 200, /^6 spec-reference \$ref "#\/no"/, {
  more: "webhooks: { created: { $ref: '#/no' } }",
});
defect(
  'a dead reference in a callback',
  get("callbacks: { done: { $ref: '#/no' } }"),
  200,
  /^5 spec-reference \$ref "#\/no"/,
);
defect(
  'a dead reference in a link',
  `{ get: { responses: { "200": { description: ok, links: { next: { $ref: '#/no' } }, content: { application/json: { example: { ok: 1 } } } } } } }`,
  200,
  /^5 spec-reference \$ref "#\/no"/,
);
defect('a reference in an extension', get('x-page: { $ref: ./page.md }'), 200);
defect(
  'a reference in an example',
  '{ get: { responses: { "200": { description: ok, content: { application/json: { example: { $ref: nowhere } } } } } } }',
  200,
);
defect(
  'references in enum, const, default and examples',
  withSchema(
    '{ type: object, enum: [{ $ref: a }], const: { $ref: a }, default: { $ref: a }, examples: [{ $ref: a }] }',
  ),
  200,
);
defect(
  'a discriminator that maps to nothing',
  withSchema("{ type: object, discriminator: { propertyName: a, mapping: { b: '#/no' } } }"),
  200,
);
// Schemas.
defect(
  '"required: true" on a property',
  withSchema('{ type: object, properties: { a: { type: string, required: true } } }'),
  200,
  /^5 spec-schema "required" must be a list of property names, not true/,
);
defect(
  'an unknown type',
  withSchema('{ type: object, properties: { a: { type: date } } }'),
  200,
  /^5 spec-schema "type" must be one of .*, not "date"/,
);
defect(
  'a limit that is a text',
  withSchema('{ type: integer, minimum: "1" }'),
  200,
  /^5 spec-schema "minimum" must be a number, not "1"/,
);
defect(
  'exclusiveMinimum of 3.0 in 3.1',
  withSchema('{ type: integer, minimum: 3, exclusiveMinimum: true }'),
  200,
  /^5 spec-schema "exclusiveMinimum" must be a number in OpenAPI 3\.1, not true/,
);
defect(
  'exclusiveMinimum of 3.1 in 3.0',
  withSchema('{ type: integer, exclusiveMinimum: 3 }'),
  200,
  /^5 spec-schema "exclusiveMinimum" must be true or false in OpenAPI 3\.0, not 3/,
  V30,
);
defect('nullable in 3.1', withSchema('{ type: string, nullable: true }'), 200);
defect(
  'a list of types in 3.0',
  withSchema('{ type: [string, "null"] }'),
  200,
  /^5 spec-schema "type" must be one type in OpenAPI 3\.0/,
  V30,
);
defect(
  'an empty property',
  withSchema('{ type: object, properties: { a: } }'),
  200,
  /^5 spec-schema this schema must be an object or a boolean, not empty/,
);
defect(
  'a property that is a text',
  withSchema('{ type: object, properties: { a: string } }'),
  200,
  /^5 spec-schema this schema must be an object or a boolean, not "string"/,
);
defect(
  'an empty list of alternatives',
  withSchema('{ oneOf: [] }'),
  200,
  /^5 spec-schema "oneOf" must be a list of schemas/,
);
defect(
  'enum that is a text',
  withSchema('{ enum: a }'),
  200,
  /^5 spec-schema "enum" must be a list, not "a"/,
);
defect(
  'a negative length',
  withSchema('{ type: string, minLength: -1 }'),
  200,
  /^5 spec-schema "minLength" must be an integer of at least 0, not -1/,
);
defect(
  'an empty schema',
  withSchema(''),
  200,
  /^5 spec-schema this schema cannot be used: it is neither an object nor a boolean/,
);
defect(
  'a schema that is a text',
  withSchema('string'),
  /:5: this schema cannot be used/,
  /^5 spec-schema this schema cannot be used: it is neither an object nor a boolean/,
);
defect(
  'a schema behind a dead reference',
  withSchema("{ $ref: '#/components/schemas/No' }"),
  200,
  /^5 spec-reference \$ref "#\/components\/schemas\/No"/,
);
defect(
  'a property behind a dead reference',
  withSchema("{ type: object, properties: { a: { $ref: '#/no' } } }"),
  200,
  /^5 spec-reference \$ref "#\/no"/,
);
// The document.
defect('a version that is a number', get('summary: s'), 200, /^1 spec-invalid "openapi" must be a string/, {
  version: '3.0',
});
defect(
  'a version of 3.1 that is a number',
  get('summary: s'),
  200,
  /^1 spec-invalid "openapi" must be a string/,
  { version: '3.1' },
);
defect('an unknown patch version', get('summary: s'), 200, [], { version: '3.0.99' });
defect('no info', get('summary: s'), 200, [], { head: '' });
defect(
  'a key that occurs twice',
  get('summary: s, summary: t'),
  200,
  /^5 spec-unreadable Map keys must be unique/,
);
defect('a path that occurs twice', get('summary: s'), 200, /^6 spec-unreadable Map keys must be unique/, {
  more: `  /broken: ${get('summary: t')}`,
});
defect('a merge key', get('<<: { summary: s }'), 200);
defect('a byte order mark', get('summary: s'), 200, [], { version: '3.1.0' });
defect('another schema dialect', get('summary: s'), 200, /^2 spec-invalid the schema dialect/, {
  head: 'jsonSchemaDialect: http://json-schema.org/draft-04/schema#',
});

// What is dropped, or would make every request fail, is said.
const post = (requestBody: string): string =>
  `{ get: { responses: { "200": ${ok} } }, post: { requestBody: ${requestBody}, responses: { "200": ${ok} } } }`;
const withResponse = (response: string): string => `{ get: { responses: { "200": ${response} } } }`;

defect(
  'a method in capitals',
  `{ GET: { responses: { "200": ${ok} } } }`,
  200,
  /^5 spec-operation write the method in lower case: "get", not "GET"/,
);
defect(
  'parameters by name',
  get('parameters: { a: { name: a, in: query, schema: {} } }'),
  200,
  /^5 spec-operation "parameters" must be a list/,
);
defect(
  'a header parameter whose name HTTP does not allow',
  withParameter('{ name: "X-Key:", in: header, required: true, schema: {} }'),
  200,
  /^5 spec-parameter "X-Key:" is not a name that HTTP allows for a header field/,
);
defect(
  'a parameter whose "required" is a text',
  withParameter('{ name: a, in: query, required: "true", schema: {} }'),
  200,
  /^5 spec-parameter "required" must be true or false, not "true"/,
);
defect(
  'a response header whose name HTTP does not allow',
  withResponse('{ description: ok, headers: { "X Rate": { schema: { type: integer } }, X-Empty: } }'),
  200,
  /^5 spec-parameter "X Rate" is not a name that HTTP allows for a header field/,
);
defect(
  'a request body without content',
  post('{ required: true }'),
  200,
  /^5 spec-operation the request body has no "content"/,
);
defect(
  'a request body that is a schema',
  post("{ $ref: '#/components/schemas/A' }"),
  200,
  /^6 spec-operation the request body has no "content"/,
  { more: 'components: { schemas: { A: { type: object } } }' },
);
defect(
  'a content that is a list',
  withResponse('{ description: ok, content: [application/json] }'),
  200,
  /^5 spec-operation "content" must be an object with media types/,
);
defect(
  'a content that is a text',
  withResponse('{ description: ok, content: application/json }'),
  200,
  /^5 spec-operation "content" must be an object with media types/,
);
defect(
  'a media type without a slash',
  post('{ content: { json: { schema: { type: object } } } }'),
  200,
  /^5 spec-operation "json" is not a media type, such as application\/json/,
);
defect(
  'a schema in the place of a media type',
  withResponse('{ description: ok, content: { application/json: { type: object, properties: {} } } }'),
  200,
  /^5 spec-schema this is a schema: write it below "schema"/,
);
defect(
  'a schema beside the description of a response',
  withResponse('{ description: ok, schema: { type: object } }'),
  200,
  /^5 spec-schema write the schema below "content" and its media type/,
);
defect(
  'examples without "value"',
  withResponse('{ description: ok, content: { application/json: { examples: { one: { a: 1 } } } } }'),
  200,
  /^5 spec-example an example must be an object with "value"/,
);
defect(
  'a list of examples in the place of named ones',
  withResponse('{ description: ok, content: { application/json: { examples: [{ a: 1 }] } } }'),
  200,
  /^5 spec-example "examples" must be an object with names/,
);
defect(
  'a response key "Default"',
  `{ get: { responses: { Default: ${ok} } } }`,
  200,
  /^5 spec-operation "Default" is not a valid status key/,
);
defect('servers as texts', get('summary: s'), 200, /^2 spec-invalid a server must be an object with "url"/, {
  head: 'servers: [https://api.example.com/v1]',
});
defect('a server without a list', get('summary: s'), 200, /^2 spec-invalid "servers" must be a list/, {
  head: 'servers: { url: https://api.example.com/v1 }',
});
defect('a schema with an id', withSchema('{ id: Pet, type: string }'), 200, [], V30);
defect('a schema whose $id is a number', withSchema('{ $id: 5, $dynamicAnchor: 1, type: string }'), 200, [
  /^5 spec-schema "\$id" must be a string, not 5/,
  /^5 spec-schema "\$dynamicAnchor" must be a string, not 1/,
]);
defect('a schema with a keyword of ajv', withSchema('{ $async: true, type: string }'), 200);
defect(
  'a bound that is no number of JSON',
  withSchema('{ type: integer, minimum: 1, maximum: .inf }'),
  200,
  /^5 spec-schema "maximum" must be a number, not Infinity/,
);
defect(
  'a reference to an empty schema',
  withSchema("{ $ref: '#/components/schemas/Later' }"),
  200,
  /^5 spec-schema \$ref "#\/components\/schemas\/Later" leads to an empty value/,
  { more: 'components: { schemas: { Later: } }' },
);
defect(
  'a property that refers to an empty schema',
  withSchema(
    "{ type: object, properties: { a: { $ref: '#/components/schemas/Later' }, b: { type: integer } } }",
  ),
  200,
  /^5 spec-schema \$ref "#\/components\/schemas\/Later" leads to an empty value/,
  { ...V30, more: 'components: { schemas: { Later: } }' },
);
defect(
  'a step that is no number of JSON',
  withSchema('{ type: number, multipleOf: .inf }'),
  200,
  /^5 spec-schema "multipleOf" must be a number greater than 0, not Infinity/,
);
defect(
  'a bound beyond all numbers',
  withSchema('{ type: integer, minimum: -99999999999999999999, maximum: 1e400 }'),
  200,
  /^5 spec-schema "maximum" must be a number, not Infinity/,
);

let folder: string;
let mock: MockServer;
const fileOf = (index: number): string => path.join(folder, `d${index}.yaml`);

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'deadringer-defects-'));
  for (const [index, { title, text }] of defects.entries())
    writeFileSync(fileOf(index), title === 'a byte order mark' ? `\ufeff${text}` : text);
  writeFileSync(path.join(folder, 'unreadable.yaml'), 'openapi: 3.1.0\npaths: [');
  writeFileSync(path.join(folder, 'old.json'), '{ "swagger": "1.2", "info": {}, "paths": {} }');
  mock = await startServer({ specs: [folder] });
});
afterAll(async () => {
  await mock.close(0);
  rmSync(folder, { recursive: true });
});

const show = ({ code, message, location }: Finding): string => `${location?.line} ${code} ${message}`;

describe.each(defects.map((each, index) => [each.title, index, each] as const))('%s', (_, index, each) => {
  const base = (): string => `${mock.url}/d${index}`;

  test('stops no other operation', async () => {
    const response = await fetch(`${base()}/good`);
    expect({ status: response.status, body: await response.json() }).toEqual({
      status: 200,
      body: { ok: 1 },
    });
  });

  test('is served if that is possible, else named in a problem', async () => {
    const isTemplate = /^ {2}\/broken\/\{/m.test(each.text);
    const response = await fetch(`${base()}/broken${isTemplate ? '/1' : ''}`);
    const text = await response.text();
    if (typeof each.broken === 'number') {
      expect({ status: response.status, text }).toMatchObject({ status: each.broken });
      return;
    }
    expect({ status: response.status, text }).toMatchObject({ status: 501 });
    const problem = JSON.parse(text) as { detail: string; hint: string };
    expect(problem.detail).toMatch(each.broken);
    expect(problem.detail).toContain(`d${index}.yaml:`);
    expect(problem.hint).toBeTruthy();
  });

  test('is reported once by lint, with its line', async () => {
    const { contract, findings } = await loadContract([fileOf(index)], { relativeTo: folder });
    const lines = [...findings, ...lint(contract)].map(show);
    expect(lines).toEqual(each.findings.map(expected => expect.stringMatching(expected)));
  });
});

test('there are at least sixty defects', () => expect(defects.length).toBeGreaterThanOrEqual(60));

test('files that cannot be served are named at the start', () => {
  const ofFile = (name: string): string[] =>
    mock.state.config.documentFindings.filter(({ location }) => location?.file.endsWith(name)).map(show);
  expect(ofFile('unreadable.yaml')).toEqual([expect.stringMatching(/^2 spec-unreadable /)]);
  expect(ofFile('old.json')).toEqual([expect.stringMatching(/^1 spec-invalid this is Swagger 1\.2; /)]);
});

test('a strict server refuses a document with a defect that it would serve else', async () => {
  const index = defects.findIndex(({ title }) => title === 'an unknown type');
  await expect(startServer({ specs: [fileOf(index)], strict: true })).rejects.toThrow(
    /"type" must be one of/,
  );
});
