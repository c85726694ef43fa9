// The items that a resource has at first: the examples of its lists and items in the document.

import { mergeMembers } from '../../exchange/change-json.ts';
import { isObject, type JsonObject } from '../../exchange/json.ts';
import { valueAt } from '../../exchange/json-pointer.ts';
import { endsWithWords, plainName } from '../../exchange/names.ts';
import type { Operation } from '../../openapi/model.ts';
import { declaredExample } from '../../openapi/sample-request.ts';
import { idIn } from './change-item.ts';
import { resourcesOf } from './infer-resources.ts';
import { itemPlace, successContents } from './item-place.ts';
import type { Resource } from './resource.ts';
import type { NewItem } from './table.ts';

const SEEDS = new WeakMap<Resource, readonly NewItem[]>();

/** Examples of the responses only: what a schema or a generator would make is no item. */
export function exampleSeeds(resource: Resource): readonly NewItem[] {
  let seeds = SEEDS.get(resource);
  if (seeds === undefined) {
    // A resource whose parents are examples of itself has no seeds.
    SEEDS.set(resource, []);
    seeds = readSeeds(resource);
    SEEDS.set(resource, seeds);
  }
  return seeds;
}

function readSeeds(resource: Resource): readonly NewItem[] {
  const { list, read } = resource.operations;
  const byKey = new Map<string, NewItem>();
  for (const { value, operation } of [...listExamples(resource, list), ...itemExamples(resource, read)]) {
    const id = idIn(resource, value) ?? pathExample(operation, resource.idParameter);
    const parents = parentsFor(resource, value, operation);
    if (id === undefined || parents === undefined) continue;
    const key = JSON.stringify([...parents, id]);
    const known = byKey.get(key);
    // The example of an item says more than that of a list.
    byKey.set(key, { id, parents, value: known === undefined ? value : mergeMembers(known.value, value) });
  }
  return [...byKey.values()];
}

interface ExampleItem {
  readonly value: JsonObject;
  readonly operation: Operation;
}

function listExamples({ listPlace }: Resource, list: Operation | undefined): ExampleItem[] {
  if (list === undefined || listPlace === undefined) return [];
  return successContents(list)
    .flatMap(({ examples }) => examples)
    .flatMap(({ value }) => {
      const items = valueAt(value, listPlace.pointer);
      return Array.isArray(items) ? items.filter(isObject) : [];
    })
    .map(value => ({ value, operation: list }));
}

function itemExamples(resource: Resource, read: Operation | undefined): ExampleItem[] {
  if (read === undefined) return [];
  return successContents(read).flatMap(content => {
    const place = itemPlace(resource, content);
    return content.examples.flatMap(({ value }) => {
      const item = place === undefined ? undefined : valueAt(value, place);
      return isObject(item) ? [{ value: item, operation: read }] : [];
    });
  });
}

/** The example of a path parameter, as text. */
function pathExample({ api, parameters }: Operation, name: string | undefined): string | undefined {
  const parameter = parameters.find(each => each.in === 'path' && each.name === name);
  const value = parameter && declaredExample(api.documents, parameter);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** From the item, the example of the path parameter, or the first example of the parent. Undefined: none is known. */
function parentsFor(
  resource: Resource,
  value: JsonObject,
  operation: Operation,
): readonly string[] | undefined {
  const { parents } = resource;
  const known = parents.map(name => ownMember(value, name) ?? pathExample(operation, name));
  if (known.every(each => each !== undefined)) return known;
  const parent = resourcesOf(resource.api)
    .resources.filter(({ item }) => item !== undefined && resource.collection.startsWith(`${item}/`))
    .sort((left, right) => right.collection.length - left.collection.length)[0];
  const seed = parent && exampleSeeds(parent)[0];
  const values = seed && [...seed.parents, seed.id];
  return values?.length === parents.length ? values : undefined;
}

function ownMember(value: JsonObject, parameter: string): string | undefined {
  const plain = plainName(parameter);
  // "id" of a parent is not the id of the item.
  const name = Object.keys(value).find(
    each => plain !== 'id' && (plainName(each) === plain || endsWithWords(each, parameter)),
  );
  const member = name === undefined ? undefined : value[name];
  return typeof member === 'string' || typeof member === 'number' ? String(member) : undefined;
}
