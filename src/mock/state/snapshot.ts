// A snapshot of stored items as plain JSON, which people also write by hand to seed a mock.

import { z } from 'zod';
import { copyDigits } from '../../exchange/exact-json.ts';
import { isObject, type JsonObject } from '../../exchange/json.ts';
import { jsonPointer } from '../../exchange/json-pointer.ts';
import { describeZodIssue } from '../../finding/describe-zod-issue.ts';
import { nearestWord } from '../../finding/nearest-word.ts';
import type { ApiSpec } from '../../openapi/model.ts';
import { idIn } from './change-item.ts';
import { resourcesOf } from './infer-resources.ts';
import type { Resource } from './resource.ts';
import type { NewItem, StoredItem } from './table.ts';

/**
 * Items by API and resource, in the order of the lists. An item of a resource with an id property and without parents is its
 * value; every other one is `{"parents": ["7"], "id": "3", "value": {...}}`.
 */
export interface StateSnapshot {
  readonly version: 1;
  readonly apis: Readonly<Record<string, Readonly<Record<string, readonly JsonObject[]>>>>;
}

/** The items of a resource in a snapshot. */
export interface ResourceContents {
  readonly resource: Resource;
  readonly items: readonly (NewItem & {
    /** Where the snapshot has the value. */
    readonly pointer: string;
  })[];
}

export interface SnapshotProblem {
  /** JSON Pointer into the snapshot. */
  readonly pointer: string;
  readonly message: string;
}

/** zod leaves out members that are named "__proto__", so the values of members are read as they are. */
const snapshotSchema = z.strictObject({
  version: z.literal(1),
  apis: z.custom(isObject, 'must be an object with the items by API and resource'),
});
/** No path can have half of a surrogate pair. */
const pathText = z.string().refine(text => text.isWellFormed(), 'must be text that a URL can have');
const itemSchema = z.strictObject({
  parents: z.array(pathText).optional(),
  id: pathText.optional(),
  value: z.custom<JsonObject>(isObject, 'must be an object'),
});

/** The form of an item in a snapshot. */
function isPlainInSnapshot({ parents, idProperty }: Resource): boolean {
  return parents.length === 0 && idProperty !== undefined;
}

/** @param items of each resource, in the order of the lists */
export function writeSnapshot(
  contents: readonly { readonly resource: Resource; readonly items: Iterable<StoredItem> }[],
): StateSnapshot {
  const apis: [string, [string, JsonObject[]][]][] = [];
  for (const { resource, items } of contents) {
    const api = resource.api.name;
    if (apis.at(-1)?.[0] !== api) apis.push([api, []]);
    apis.at(-1)?.[1].push([resource.name, Array.from(items, item => itemInSnapshot(resource, item))]);
  }
  return {
    version: 1,
    apis: Object.fromEntries(apis.map(([api, resources]) => [api, Object.fromEntries(resources)])),
  };
}

function itemInSnapshot(resource: Resource, { id, parents, value }: StoredItem): JsonObject {
  const { idProperty } = resource;
  const idInValue = idIn(resource, value);
  if (idProperty === undefined || !isPlainInSnapshot(resource))
    return { ...(parents.length > 0 && { parents }), ...(idInValue !== id && { id }), value };
  if (idInValue === id) return value;
  const named = { ...value, [idProperty]: id };
  copyDigits(value, named);
  return named;
}

/** @returns what the snapshot contains, and what is wrong with it, in the order of the snapshot */
export function readSnapshot(
  snapshot: unknown,
  apis: readonly ApiSpec[],
): { readonly contents: readonly ResourceContents[]; readonly problems: readonly SnapshotProblem[] } {
  const problems: SnapshotProblem[] = [];
  const contents: ResourceContents[] = [];
  const report = (path: readonly (string | number)[], message: string): void => {
    problems.push({ pointer: jsonPointer(...path), message });
  };
  const parsed = snapshotSchema.safeParse(snapshot, { reportInput: true });
  for (const issue of parsed.error?.issues ?? []) {
    const { path, message } = describeZodIssue(issue, ['version', 'apis']);
    report(path, path.length === 0 ? `the snapshot ${message}` : `${path.join('/')} ${message}`);
  }
  if (!parsed.success) return { contents, problems };
  const names = apis.map(({ name }) => name);
  for (const [name, tables] of Object.entries(parsed.data.apis as JsonObject)) {
    const api = apis.find(each => each.name === name);
    if (api === undefined) report(['apis', name], unknown(`there is no API "${name}"`, name, names));
    else if (!isObject(tables)) report(['apis', name], 'must be an object with the items by resource');
    else readApi(api, tables);
  }
  return { contents, problems };

  function readApi(api: ApiSpec, tables: JsonObject): void {
    const { resources } = resourcesOf(api);
    for (const [name, items] of Object.entries(tables)) {
      const path = ['apis', api.name, name];
      const resource = resources.find(each => each.name === name);
      if (resource === undefined)
        report(
          path,
          unknown(
            `the API "${api.name}" has no resource "${name}"`,
            name,
            resources.map(each => each.name),
          ),
        );
      else if (!Array.isArray(items)) report(path, `"${name}" must be an array of items`);
      else contents.push({ resource, items: readItems(resource, items, path) });
    }
  }

  function readItems(
    resource: Resource,
    items: readonly unknown[],
    path: readonly string[],
  ): ResourceContents['items'] {
    const seen = new Set<string>();
    return items.flatMap((each, index) => {
      const at = [...path, index];
      const item = readItem(resource, each);
      if ('message' in item) {
        report(at, `item ${index} ${item.message}`);
        return [];
      }
      const key = JSON.stringify([...item.parents, item.id]);
      if (seen.has(key)) report(at, `another item before this one has the id "${item.id}"`);
      seen.add(key);
      return [{ ...item, pointer: jsonPointer(...at, ...(isPlainInSnapshot(resource) ? [] : ['value'])) }];
    });
  }
}

function readItem(resource: Resource, item: unknown): NewItem | { readonly message: string } {
  if (!isObject(item)) return { message: 'must be an object' };
  const { parents: parentNames, idProperty } = resource;
  if (isPlainInSnapshot(resource)) {
    const id = idIn(resource, item);
    return id === undefined
      ? { message: `must have its id in "${idProperty}"` }
      : { id, parents: [], value: item };
  }
  const parsed = itemSchema.safeParse(item, { reportInput: true });
  if (!parsed.success) {
    const [issue] = parsed.error.issues as [z.core.$ZodIssue];
    const { path, message } = describeZodIssue(issue, ['parents', 'id', 'value']);
    return { message: `must be {"parents", "id", "value"}: ${path.join('/')} ${message}` };
  }
  const { value } = item as { readonly value: JsonObject };
  const { parents = [], id = idIn(resource, value) } = parsed.data;
  if (parents.length !== parentNames.length)
    return { message: `must have in "parents" the values of ${parentNames.join(', ') || 'no parameter'}` };
  return id === undefined ? { message: 'must have an "id"' } : { id, parents, value };
}

function unknown(problem: string, name: string, known: readonly string[]): string {
  const near = nearestWord(name, known);
  if (near !== undefined) return `${problem}; did you mean "${near}"?`;
  return `${problem}; ${known.length === 0 ? 'it has none' : `known: ${known.slice(0, MAX_NAMES).join(', ')}`}`;
}

/** An API may have hundreds of resources. */
const MAX_NAMES = 10;
