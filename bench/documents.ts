// Big documents for the benchmark: GitHub's description, one path of it, and a generated one with any number of operations.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BenchRequest } from './request.ts';
import { equalsJson, type Workload } from './workloads.ts';

/** GitHub's description of its REST API as it publishes it: one JSON file of 13 MB. */
export const GITHUB = fileURLToPath(import.meta.resolve('@octokit/openapi/generated/api.github.com.json'));

interface Reference {
  readonly $ref?: string;
}

interface Parameter extends Reference {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly example?: unknown;
  readonly schema?: { readonly enum?: readonly unknown[] };
}

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly responses: Readonly<
    Record<
      string,
      {
        readonly content?: Readonly<
          Record<string, { readonly examples?: Readonly<Record<string, Reference & { value?: unknown }>> }>
        >;
      }
    >
  >;
}

export interface Document {
  readonly openapi: string;
  readonly info: unknown;
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, { readonly get?: Operation }>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export function readDocument(file: string): Document {
  return JSON.parse(readFileSync(file, 'utf8')) as Document;
}

/** The document with one path and the components that it refers to. */
export function cutDown(document: Document, path: string): Document {
  const kept: Record<string, Record<string, unknown>> = {};
  const keep = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, member] of Object.entries(value)) {
      const [, kind, name] = key === '$ref' ? (/^#\/components\/(\w+)\/([^/]+)$/.exec(member) ?? []) : [];
      if (kind === undefined || name === undefined) keep(member);
      else if (kept[kind]?.[name] === undefined) {
        const component = document.components[kind]?.[name];
        kept[kind] = { ...kept[kind], [name]: component };
        keep(component);
      }
    }
  };
  const item = document.paths[path];
  if (item === undefined) throw new Error(`the document has no path ${path}`);
  keep(item);
  const { openapi, info, servers } = document;
  return { openapi, info, servers, paths: { [path]: item }, components: kept };
}

/** GET of a path, answered with the first example of its 200. */
export function exampleOf(document: Document, path: string): Workload {
  const media = document.paths[path]?.get?.responses['200']?.content?.['application/json'];
  const [example] = Object.values(media?.examples ?? {});
  const { value } = resolve(document, example ?? {}) as { value?: unknown };
  if (value === undefined) throw new Error(`the document has no example for GET ${path}`);
  return {
    name: `GET ${path}`,
    steps: [{ request: getOf(document, path), status: 200, bodyError: equalsJson(JSON.stringify(value)) }],
  };
}

/** Each GET of the document, with its required parameters filled in from examples and enums. */
export function everyGet(document: Document): BenchRequest[] {
  return Object.entries(document.paths).flatMap(([path, { get }]) =>
    get === undefined ? [] : [getOf(document, path)],
  );
}

function getOf(document: Document, template: string): BenchRequest {
  const parameters = (document.paths[template]?.get?.parameters ?? []).map(
    each => resolve(document, each) as Parameter,
  );
  const value = ({ example, schema }: Parameter): string =>
    encodeURIComponent(String(example ?? schema?.enum?.[0] ?? '7'));
  const path = parameters
    .filter(each => each.in === 'path')
    .reduce((text, each) => text.replace(`{${each.name}}`, value(each)), template);
  const query = parameters
    .filter(each => each.in === 'query' && each.required === true)
    .map(each => `${each.name}=${value(each)}`);
  return {
    method: 'GET',
    path: query.length === 0 ? path : `${path}?${query.join('&')}`,
    headers: {
      host: new URL(document.servers[0]?.url ?? '').host,
      accept: 'application/json, */*;q=0.5',
      'user-agent': 'bench',
    },
    body: '',
  };
}

function resolve(document: Document, value: Reference): unknown {
  const [, kind = '', name = ''] = /^#\/components\/(\w+)\/([^/]+)$/.exec(value.$ref ?? '') ?? [];
  return value.$ref === undefined ? value : document.components[kind]?.[name];
}

/**
 * Collections and their items, five operations each, with schemas that refer to each other.
 * @param operations a multiple of 100
 */
export function generate(operations: number): Document {
  const error = { $ref: '#/components/schemas/Problem' };
  const json = (schema: unknown, value?: unknown): unknown => ({
    'application/json': { schema, ...(value === undefined ? {} : { examples: { one: { value } } }) },
  });
  const paths: Record<string, Record<string, unknown>> = {};
  const schemas: Record<string, unknown> = {
    Problem: { type: 'object', required: ['title'], properties: { title: { type: 'string' } } },
  };
  for (let number = 0; number < operations / 5; number++) {
    const thing = { $ref: `#/components/schemas/Thing${number}` };
    const value = { id: number, name: `thing ${number}`, tags: ['a'], other: null };
    schemas[`Thing${number}`] = {
      type: 'object',
      required: ['id', 'name'],
      properties: {
        id: { type: 'integer' },
        name: { type: 'string', minLength: 1 },
        tags: { type: 'array', items: { type: 'string' } },
        // Each twenty schemas form a cycle.
        other: {
          anyOf: [
            { $ref: `#/components/schemas/Thing${number - (number % 20) + ((number + 1) % 20)}` },
            { type: 'null' },
          ],
        },
      },
    };
    const responses = (status: string, schema: unknown, example?: unknown): unknown => ({
      [status]: {
        description: 'Done.',
        ...(schema === undefined ? {} : { content: json(schema, example) }),
      },
      '400': { description: 'Refused.', content: json(error, { title: 'refused' }) },
    });
    const operation = (verb: string, more: unknown, answers: unknown): unknown => ({
      operationId: `${verb}Thing${number}`,
      ...(more as object),
      responses: answers,
    });
    const id = { name: 'id', in: 'path', required: true, schema: { type: 'integer' }, example: 7 };
    const size = { name: 'size', in: 'query', schema: { type: 'integer', maximum: 100 } };
    const body = { requestBody: { required: true, content: json(thing) } };
    paths[`/area${number % 50}/things${number}`] = {
      get: operation(
        'list',
        { parameters: [size] },
        responses('200', { type: 'array', items: thing }, [value]),
      ),
      post: operation('create', body, responses('201', thing, value)),
    };
    paths[`/area${number % 50}/things${number}/{id}`] = {
      parameters: [id],
      get: operation('read', { parameters: [id] }, responses('200', thing, value)),
      put: operation('replace', body, responses('200', thing, value)),
      delete: operation('remove', {}, responses('204', undefined)),
    };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Generated', version: '1.0.0' },
    servers: [{ url: 'https://generated.example.com' }],
    paths,
    components: { schemas },
  } as Document;
}
