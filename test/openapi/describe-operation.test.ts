// What is shown of an operation: parts with their lines, schemas as trees of limited size.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { describeOperation, type OperationView } from '../../src/openapi/describe-operation.ts';
import type { SchemaView } from '../../src/openapi/describe-schema.ts';
import { loadContract } from '../../src/openapi/load.ts';

async function describeDocument(text: string, name = 'api.yaml'): Promise<OperationView[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'describe-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(path.join(folder, name), text);
  const { contract } = await loadContract([path.join(folder, name)], { relativeTo: folder });
  return contract.apis.flatMap(api => api.operations.map(describeOperation));
}

/** The tree of the schema "Root" of a document that has these schemas. */
async function describeRoot(schemas: object, openapi = '3.1.0'): Promise<SchemaView> {
  const schema = { $ref: '#/components/schemas/Root' };
  const [operation] = await describeDocument(
    JSON.stringify({
      openapi,
      info: { title: 'A', version: '1' },
      paths: {
        '/': {
          get: { responses: { 200: { description: '', content: { 'application/json': { schema } } } } },
        },
      },
      components: { schemas },
    }),
    'api.json',
  );
  return operation?.responses[0]?.contents[0]?.schema as SchemaView;
}

/** One line for each node: its place in the tree, its name and type, its constraints. */
function outline(view: SchemaView, indent = ''): string[] {
  const constraints = view.constraints
    .map(({ text, values = [] }) => `; ${[text, ...values].join(' ')}`)
    .join('');
  const flags = [
    view.recursive && ' (recursive)',
    view.more && ' (more)',
    view.omitted && ` (${view.omitted} omitted)`,
  ];
  const name = view.name === undefined ? '' : `${view.name}: `;
  return [
    `${name}${view.type}${constraints}${flags.map(flag => flag || '').join('')}`,
    ...view.children.flatMap(({ keyword, name: key, required, schema }) => {
      const [first, ...rest] = outline(schema, `${indent}  `);
      return [`${indent}  ${keyword}${key ? ` ${key}` : ''}${required ? '*' : ''} = ${first}`, ...rest];
    }),
  ];
}

describe('an operation', () => {
  test('is described with all its parts and their lines', async () => {
    const [operation] = await describeDocument(`openapi: 3.1.0
info: { title: A, version: "1" }
paths:
  /pets/{id}:
    put:
      operationId: savePet
      summary: Saves a pet
      description: Replaces what is stored.
      tags: [pets]
      deprecated: true
      security: [{ key: [] }, { oauth: [write], key: [] }]
      parameters:
        - name: id
          in: path
          required: true
          schema: { type: integer }
          example: 7
        - name: fields
          in: query
          description: Which members are returned.
          schema: { type: array, items: { type: string } }
          examples:
            all: { summary: Everything, value: [id, name] }
      requestBody:
        required: true
        content:
          application/json:
            schema: { $ref: "#/components/schemas/Pet" }
            examples:
              rex:
                summary: A dog
                x-provenance: vendor
                value: { name: Rex }
      responses:
        "200":
          description: Saved.
          headers:
            X-Rate: { schema: { type: integer } }
          content:
            text/plain: { example: saved }
        4XX: { $ref: "#/nowhere" }
components:
  securitySchemes:
    key: { type: apiKey, in: header, name: X-Key }
    oauth: { type: oauth2, flows: {} }
  schemas:
    Pet:
      type: object
      required: [name]
      properties:
        name: { type: string, x-provenance: inferred }
`);
    expect(operation).toMatchObject({
      api: 'api',
      id: 'savePet',
      method: 'PUT',
      path: '/pets/{id}',
      summary: 'Saves a pet',
      description: 'Replaces what is stored.',
      tags: ['pets'],
      deprecated: true,
      location: 'api.yaml:5:5',
    });
    expect(operation?.parameters).toMatchObject([
      {
        name: 'id',
        in: 'path',
        required: true,
        style: 'simple',
        location: 'api.yaml:13:11',
        examples: [{ name: '', value: '7' }],
      },
      {
        name: 'fields',
        style: 'form, explode',
        description: 'Which members are returned.',
        schema: { type: 'array of string' },
        examples: [{ name: 'all', summary: 'Everything', value: '[\n  "id",\n  "name"\n]' }],
      },
    ]);
    const [content] = operation?.requestBody?.contents ?? [];
    expect(content).toMatchObject({
      mediaType: 'application/json',
      schema: {
        name: 'Pet',
        type: 'object',
        location: 'api.yaml:28:13',
        definition: 'api.yaml:47:5',
        children: [
          {
            keyword: 'properties',
            name: 'name',
            required: true,
            schema: { type: 'string', provenance: 'inferred' },
          },
        ],
      },
      examples: [
        {
          name: 'rex',
          summary: 'A dog',
          provenance: 'vendor',
          value: '{\n  "name": "Rex"\n}',
          location: 'api.yaml:33:17',
        },
      ],
    });
    expect(operation?.responses).toMatchObject([
      {
        status: '200',
        description: 'Saved.',
        headers: [{ name: 'X-Rate' }],
        contents: [{ mediaType: 'text/plain', examples: [{ value: 'saved' }] }],
      },
      { status: '4XX', unusable: '$ref "#/nowhere" cannot be resolved' },
    ]);
    expect(
      operation?.security.map(alternative => alternative.map(({ name, text }) => `${name}: ${text}`)),
    ).toEqual([
      ['key: API key in header "X-Key"'],
      ['oauth: Authorization: Bearer <token>', 'key: API key in header "X-Key"'],
    ]);
  });

  test('that cannot be read says why', async () => {
    const [operation] = await describeDocument(
      '{ openapi: 3.1.0, info: { title: A, version: "1" }, paths: { /: { get: 7 } } }',
    );
    expect(operation).toMatchObject({
      id: 'GET /',
      unusable: 'an operation must be an object',
      responses: [],
    });
  });

  test('has examples of limited size', async () => {
    const value = 'x'.repeat(100_000);
    const [operation] = await describeDocument(`openapi: 3.1.0
info: { title: A, version: "1" }
paths: { /: { get: { responses: { "200": { description: "", content: { text/plain: { example: ${value} } } } } } } }
`);
    const [example] = operation?.responses[0]?.contents[0]?.examples ?? [];
    expect([example?.value.length, example?.length]).toEqual([20_000, 100_000]);
  });
});

describe('the tree of a schema', () => {
  test('names types and constraints for people', async () => {
    const properties = {
      id: { type: 'string', format: 'uuid', readOnly: true },
      size: { type: ['integer', 'null'], minimum: 1, exclusiveMaximum: 10, multipleOf: 2 },
      kind: { enum: ['cat', 'dog', null], default: 'cat' },
      version: { const: 2 },
      code: { type: 'string', minLength: 1, maxLength: 9, pattern: '^\\d+$' },
      tags: { type: 'array', items: { type: ['string', 'integer'] }, minItems: 1, uniqueItems: true },
      owners: { type: 'array', items: { $ref: '#/components/schemas/Owner' } },
      any: {},
      closed: { type: 'object', additionalProperties: false, required: ['x'] },
    };
    const Root = { type: 'object', required: ['id', 'size'], properties };
    expect(outline(await describeRoot({ Root, Owner: { type: 'string' } }))).toEqual([
      'Root: object',
      '  properties id* = string (uuid); read-only: in responses only',
      '  properties size* = integer or null; at least 1; less than 10; a multiple of 2',
      '  properties kind = string or null; one of "cat" "dog" null; default "cat"',
      '  properties version = number; always 2',
      '  properties code = string; at least 1 character; at most 9 characters; matches ^\\d+$',
      '  properties tags = array of (string or integer); at least 1 item; no two equal items',
      '    items = string or integer',
      '  properties owners = array of Owner',
      '    items = Owner: string',
      '  properties any = any value',
      '  properties closed = object; no other properties; requires "x"',
    ]);
  });

  test('reads OpenAPI 3.0: nullable, exclusive limits, nothing beside a $ref', async () => {
    const Root = {
      type: 'object',
      properties: {
        size: { type: 'number', nullable: true, minimum: 0, exclusiveMinimum: true },
        other: { $ref: '#/components/schemas/Other', minLength: 5, description: 'As before.' },
      },
    };
    const root = await describeRoot({ Root, Other: { type: 'string', maxLength: 9 } }, '3.0.3');
    expect(outline(root)).toEqual([
      'Root: object',
      '  properties size = number or null; greater than 0',
      '  properties other = Other: string; at most 9 characters',
    ]);
  });

  test('shows branches, and what stands beside a $ref in OpenAPI 3.1', async () => {
    const Root = {
      oneOf: [
        { $ref: '#/components/schemas/Cat' },
        { type: 'object', properties: { bark: { type: 'boolean' } } },
      ],
      discriminator: { propertyName: 'kind', mapping: { cat: '#/components/schemas/Cat' } },
    };
    const Cat = {
      $ref: '#/components/schemas/Animal',
      minProperties: 2,
      properties: { meow: { type: 'boolean' } },
    };
    const Animal = { type: 'object', properties: { name: { type: 'string' } } };
    expect(outline(await describeRoot({ Root, Cat, Animal }))).toEqual([
      'Root: exactly one of 2 schemas; the kind is in kind cat: Cat',
      '  oneOf 1 = Cat: object; at least 2 properties',
      '    properties meow = boolean',
      '    properties name = string',
      '  oneOf 2 = object',
      '    properties bark = boolean',
    ]);
  });

  test('marks recursion and a $ref to nowhere', async () => {
    const Root = {
      type: 'object',
      properties: {
        next: { $ref: '#/components/schemas/Root' },
        lost: { $ref: '#/components/schemas/Lost' },
      },
    };
    expect(outline(await describeRoot({ Root }))).toEqual([
      'Root: object',
      '  properties next = Root: object (recursive)',
      '  properties lost = unresolved $ref',
    ]);
  });

  test('is limited: near levels come first, and the rest says where it continues', async () => {
    const width = 20;
    const level = (next: string): object => ({
      type: 'object',
      properties: Object.fromEntries(
        Array.from({ length: width }, (_, index) => [`p${index}`, { $ref: `#/components/schemas/${next}` }]),
      ),
    });
    const schemas = { Root: level('A'), A: level('B'), B: level('C'), C: level('D'), D: { type: 'string' } };
    const root = await describeRoot(schemas);
    const size = JSON.stringify(root).length;
    expect(size).toBeGreaterThan(50_000);
    expect(size).toBeLessThan(300_000);
    expect(root.children).toHaveLength(width);
    expect(root.children.map(({ schema }) => schema.children.length > 0)).not.toContain(false);
    const last = root.children.at(-1)?.schema.children.at(-1)?.schema;
    expect(last).toMatchObject({ name: 'B', children: [], more: 'api.json#/components/schemas/B' });
    expect(root.children[0]?.schema.children[0]?.schema.children.length).toBeGreaterThan(0);
  });

  test('of very many properties says how many are left out', async () => {
    const properties = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`p${index}`, {}]));
    const root = await describeRoot({ Root: { properties } });
    expect(root.children.length + (root.omitted ?? 0)).toBe(5000);
    expect(root.children.length).toBeLessThanOrEqual(1000);
  });
});
