// Documents resources with items, so that a stateful mock keeps them.
import type { JsonObject } from '../exchange/json.ts';
import type { ImportedResource } from './model.ts';

/** Items that the document shows. The state file has all. */
const MAX_EXAMPLES = 5;

const TYPE = 'application/json; charset=utf-8';

const LIST_PARAMETERS: Readonly<Record<string, object>> = {
  page: { type: 'integer', minimum: 1 },
  limit: { type: 'integer', minimum: 1, default: 10_000 },
  sort: { type: 'string' },
  order: { enum: ['asc', 'desc'] },
};

/** The path items of resources. */
export function resourcePaths(resources: readonly ImportedResource[]): Record<string, object> {
  return Object.fromEntries(resources.flatMap(resource => pathsOf(resource)));
}

function pathsOf({ path, idName, items }: ImportedResource): [string, object][] {
  const schema = itemSchema(items, idName);
  const item = { [TYPE]: { schema } };
  const body = { required: true, content: { 'application/json': { schema } } };
  const found = { description: 'The item.', content: item };
  const missing = { description: 'There is no such item.', content: { [TYPE]: { example: {} } } };
  const state = { 'x-deadringer': { state: { id: idName } } };
  const query = Object.entries(LIST_PARAMETERS).map(([name, each]) => ({ name, in: 'query', schema: each }));
  return [
    [
      path,
      {
        ...state,
        get: {
          parameters: query,
          responses: {
            200: {
              description: 'The items.',
              headers: { 'X-Total-Count': { schema: { type: 'integer' } } },
              content: {
                [TYPE]: { schema: { type: 'array', items: schema }, example: items.slice(0, MAX_EXAMPLES) },
              },
            },
          },
        },
        post: { requestBody: body, responses: { 201: { description: 'The new item.', content: item } } },
      },
    ],
    [
      `${path}/{id}`,
      {
        ...state,
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        get: { responses: { 200: found, 404: missing } },
        put: { requestBody: body, responses: { 200: found, 404: missing } },
        patch: { requestBody: body, responses: { 200: found, 404: missing } },
        delete: {
          responses: {
            200: {
              description: 'The item is deleted.',
              content: {
                [TYPE]: { schema: { type: 'object', additionalProperties: false }, example: {} },
              },
            },
            404: missing,
          },
        },
      },
    ],
  ];
}

/** The members of the items. Their values are not restricted, and neither are other members. */
function itemSchema(items: readonly JsonObject[], idName: string): object {
  const members = new Map<string, Set<string>>([[idName, new Set()]]);
  for (const item of items) {
    for (const [name, value] of Object.entries(item)) {
      const types = members.get(name) ?? new Set();
      members.set(name, types.add(Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value));
    }
  }
  const properties = [...members].map(([name, types]): [string, object] => [
    name,
    name === idName && types.size > 0 ? { type: [...types].length === 1 ? [...types][0] : [...types] } : {},
  ]);
  return { type: 'object', properties: Object.fromEntries(properties) };
}
