// Random walks through awkward documents: every answer is valid, and a read shows what was written.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { registerSchema, type Validator, validate } from '@hyperjump/json-schema/draft-2020-12';
import { expect, onTestFinished, test } from 'vitest';
import type { JsonObject } from '../../corpus/json.ts';
import { seededRandom } from '../../corpus/random.ts';
import { type Operation, operationsOf } from '../../corpus/request.ts';
import { WalkCalls } from '../../corpus/walk-calls.ts';
import { DocumentWalk } from '../../corpus/walk-document.ts';
import type { JudgeAnswer, WalkResource } from '../../corpus/walk-model.ts';
import { describeResources } from '../../src/mock/state/describe-resources.ts';
import { loadContract } from '../../src/openapi/load.ts';
import { startServer } from '../../src/start.ts';
import { seedOr } from '../suite.ts';

const CALLS = 300;

type Part = Readonly<Record<string, unknown>>;

const text: Part = { type: 'string' };
const integer: Part = { type: 'integer' };
const object = (properties: Part, more: Part = {}): Part => ({ type: 'object', properties, ...more });
const array = (items: Part): Part => ({ type: 'array', items });
const ref = (name: string): Part => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: Part): Part => ({ content: { 'application/json': { schema } } });

function answers(
  schema: Part | undefined,
  { status = '200', ...more }: Part & { status?: string } = {},
): Part {
  const body = schema === undefined ? {} : json(schema);
  return { responses: { [status]: { description: 'Done.', ...body } }, ...more };
}

interface Crud {
  readonly path: string;
  readonly parameters: readonly string[];
  readonly item: Part;
  readonly sent: Part;
  readonly listed?: Part;
  readonly idSchema?: Part;
  readonly deleted?: Part;
}

/** All methods on a collection and its items. */
function crud({
  path: at,
  parameters,
  item,
  sent,
  listed = array(item),
  idSchema = text,
  deleted,
}: Crud): Part {
  const declared = parameters.map(name => ({ name, in: 'path', required: true, schema: idSchema }));
  const last = parameters.at(-1);
  const body = { requestBody: { required: true, ...json(sent) } };
  return {
    [at]: {
      parameters: declared.slice(0, -1),
      get: answers(listed),
      post: answers(item, { status: '201', ...body }),
    },
    [`${at}/{${last}}`]: {
      parameters: declared,
      get: answers(item),
      put: answers(item, body),
      patch: answers(item, body),
      delete: answers(deleted, { status: deleted === undefined ? '204' : '200' }),
    },
  };
}

const sent = object({ title: text, size: integer, done: { type: 'boolean' } });
const properties = { title: text, size: integer, done: { type: 'boolean' } };

const DOCUMENTS: Readonly<Record<string, { readonly paths: Part; readonly schemas?: Part }>> = {
  'wrapped items and lists, with totals': {
    paths: crud({
      path: '/v1/tasks',
      parameters: ['taskId'],
      item: object({ ok: { type: 'boolean' }, data: ref('Task') }, { required: ['ok', 'data'] }),
      listed: object(
        { items: array(ref('Task')), total: integer, page: { ...integer, minimum: 1 } },
        { required: ['items', 'total', 'page'] },
      ),
      idSchema: integer,
      sent,
    }),
    schemas: {
      Task: object({ id: { ...integer, readOnly: true }, ...properties }, { required: ['id', 'title'] }),
    },
  },
  'objects that are closed, and members that are hidden': {
    paths: crud({
      path: '/accounts',
      parameters: ['account_uuid'],
      item: ref('Account'),
      sent: object(
        { login: text, password: { ...text, writeOnly: true }, note: text },
        { required: ['login', 'password'], additionalProperties: false },
      ),
    }),
    schemas: {
      Account: object(
        {
          uuid: { ...text, format: 'uuid', readOnly: true },
          login: text,
          password: { ...text, writeOnly: true },
          created_at: { ...text, format: 'date-time', readOnly: true },
        },
        { required: ['uuid', 'login', 'created_at'], additionalProperties: false },
      ),
    },
  },
  'a choice of schemas by a discriminator': {
    paths: crud({
      path: '/animals',
      parameters: ['id'],
      item: { oneOf: [ref('Cat'), ref('Dog')], discriminator: { propertyName: 'kind' } },
      sent: object({ kind: { enum: ['Cat', 'Dog'] }, name: text, lives: integer }, { required: ['kind'] }),
    }),
    schemas: {
      Cat: object(
        { id: text, kind: { const: 'Cat' }, name: text, lives: integer },
        { required: ['id', 'kind'] },
      ),
      Dog: object({ id: text, kind: { const: 'Dog' }, name: text }, { required: ['id', 'kind'] }),
    },
  },
  'parts in allOf, and responses that are narrower than requests': {
    paths: crud({
      path: '/orders',
      parameters: ['number'],
      item: {
        allOf: [ref('Base'), object({ size: { ...integer, maximum: 20 }, title: { ...text, maxLength: 5 } })],
      },
      sent,
      deleted: object({ deleted: { type: 'boolean' }, number: text }, { required: ['deleted'] }),
    }),
    schemas: { Base: object({ number: { ...text, pattern: '^ORD-[0-9]{4}$' } }, { required: ['number'] }) },
  },
  'items below items': {
    paths: {
      ...crud({ path: '/owners', parameters: ['owner'], item: ref('Owner'), sent: object({ name: text }) }),
      ...crud({ path: '/owners/{owner}/pets', parameters: ['owner', 'pet'], item: ref('Pet'), sent }),
      ...crud({
        path: '/owners/{owner}/pets/{pet}/toys',
        parameters: ['owner', 'pet', 'toy'],
        item: ref('Toy'),
        sent: object({ name: text }, { required: ['name'] }),
      }),
    },
    schemas: {
      Owner: object({ id: text, name: text }, { required: ['id'] }),
      Pet: object({ id: text, ownerId: text, ...properties }, { required: ['id'] }),
      Toy: object({ name: text, price: { type: 'number' } }, { required: ['name'] }),
    },
  },
  'pages of a list': {
    paths: Object.fromEntries(
      Object.entries(
        crud({
          path: '/rows',
          parameters: ['rowId'],
          item: ref('Row'),
          listed: object(
            { data: { ...array(ref('Row')), maxItems: 5 }, has_more: { type: 'boolean' } },
            { required: ['data'] },
          ),
          sent,
        }),
      ).map(([at, item]) => [at, at === '/rows' ? withPaging(item as Part) : item]),
    ),
    schemas: { Row: object({ rowId: text, ...properties }, { required: ['rowId'] }) },
  },
};

function withPaging(item: Part): Part {
  const parameters = ['limit', 'offset'].map(name => ({
    name,
    in: 'query',
    schema: { ...integer, minimum: 0 },
  }));
  return { ...item, get: { ...(item.get as Part), parameters } };
}

/** Validates bodies by @hyperjump/json-schema, which shares no code with the mock. */
async function createJudge(document: JsonObject, name: string): Promise<JudgeAnswer> {
  const inDefs = JSON.parse(
    JSON.stringify(document).replaceAll('#/components/schemas/', '#/$defs/'),
  ) as JsonObject;
  const schemas = (inDefs.components as JsonObject).schemas;
  const validators = new Map<string, Validator | undefined>();
  for (const [index, operation] of operationsOf(inDefs).entries())
    for (const [status, response] of Object.entries(operation.node.responses as Record<string, JsonObject>)) {
      const media = (response.content as Record<string, JsonObject> | undefined)?.['application/json'];
      const uri = `https://walk.example/${encodeURIComponent(name)}/${index}/${status}`;
      if (media !== undefined)
        registerSchema(
          { allOf: [media.schema], $defs: schemas } as never,
          uri,
          'https://json-schema.org/draft/2020-12/schema',
        );
      validators.set(keyOf(operation, status), media === undefined ? undefined : await validate(uri));
    }
  return (operation, { status, body }) => {
    const key = keyOf(operation, String(status));
    if (!validators.has(key)) return { kind: 'invalid', cause: `status ${status} is not declared` };
    const validator = validators.get(key);
    const isValid =
      validator === undefined ? body.length === 0 : validator(JSON.parse(body.toString()) as never).valid;
    return isValid ? { kind: 'valid' } : { kind: 'invalid', cause: 'the schema rejects the body' };
  };
}

function keyOf({ method, path: at }: Operation, status: string): string {
  return `${method} ${at} ${status}`;
}

test.each(Object.entries(DOCUMENTS))('%s', async (name, { paths, schemas = {} }) => {
  const document = {
    openapi: '3.1.0',
    info: { title: name, version: '1' },
    paths,
    components: { schemas },
  } as unknown as JsonObject;
  const folder = await mkdtemp(path.join(tmpdir(), 'walk-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'walk.json');
  await writeFile(file, JSON.stringify(document));
  const { contract } = await loadContract([file], { relativeTo: folder });
  const [api] = contract.apis;
  const resources: readonly WalkResource[] = api === undefined ? [] : describeResources(api).resources;
  const server = await startServer({ specs: [file], port: 0, stateful: true });
  onTestFinished(() => server.close());
  const seed = seedOr(15);
  const judge = await createJudge(document, name);
  const walked = { base: `${server.url}/walk`, stop: async () => {} };
  const random = seededRandom(seed);
  const calls = new WalkCalls(document, walked, random, judge);
  const { counts, faults } = await new DocumentWalk(calls, resources, random).walk(CALLS);
  expect(faults.slice(0, 3), `seed ${seed}`).toEqual([]);
  // The walk is one: items were created, and compared with what was read.
  expect(counts.get('calls')).toBeGreaterThanOrEqual(CALLS);
  expect(counts.get('compared')).toBeGreaterThan(CALLS / 4);
});
