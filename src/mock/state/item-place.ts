// Finds where a body has the item of a resource: the body itself, or a member that wraps it, such as "/data".

import { jsonPointer, splitPointer } from '../../exchange/json-pointer.ts';
import { perObject } from '../../exchange/per-object.ts';
import type { Content, Operation } from '../../openapi/model.ts';
import { type TypeHints, typeHintsOf } from '../../schema/type-hints.ts';
import { resourcesOf } from './infer-resources.ts';
import type { Resource } from './resource.ts';

/** Levels of members that may wrap an item: "/data/customer". */
const MAX_WRAPPERS = 2;

/** A member of that many properties is a record of its own. It bounds the search in schemas that are generated. */
const MAX_MEMBERS = 100;

const PLACES = new WeakMap<Content, string | false>();

/** JSON Pointer of the item; undefined: the body has none, such as the message "deleted". Decided by the schema. */
export function itemPlace(resource: Resource, content: Content): string | undefined {
  let place = PLACES.get(content);
  if (place === undefined) {
    const ruled = inferredPlace(resource, content);
    const found = ruled ?? findItem(resource, typeHintsOf(resource.api, content.schema));
    place = found ?? false;
    PLACES.set(content, place);
  }
  return place === false ? undefined : place;
}

/** As itemPlace, for the body of a request: the body itself, or the member that wraps an item. */
export function sentPlace(resource: Resource, content: Content): string {
  let place = PLACES.get(content);
  if (typeof place !== 'string') {
    place = findSent(resource, typeHintsOf(resource.api, content.schema));
    PLACES.set(content, place);
  }
  return place;
}

function findSent(resource: Resource, root: TypeHints): string {
  const names = itemNames(resource);
  const count = ({ properties }: TypeHints): number =>
    [...properties.keys()].filter(name => names.has(name)).length;
  if (count(root) > 0) return '';
  const wrapped = [...root.properties]
    .filter(([, member]) => mayBeObject(member) && count(member) > 0)
    .sort(([, left], [, right]) => count(right) - count(left))[0];
  return wrapped === undefined ? '' : jsonPointer(wrapped[0]);
}

/** In the success response of an operation; false: it has none. Undefined: the content is that of another message. */
function inferredPlace({ api, operations, actions }: Resource, content: Content): string | false | undefined {
  const all = [...Object.values(operations), ...actions.map(({ operation }) => operation)];
  const owner = all.find(operation => successContents(operation).includes(content));
  return owner && (resourcesOf(api).roleOf(owner)?.itemPlace?.pointer ?? false);
}

/** The hints of the value at a pointer; undefined if the schema does not name it. */
export function hintsAt(hints: TypeHints | undefined, pointer: string): TypeHints | undefined {
  let at = hints;
  for (const step of splitPointer(pointer)) at = at?.properties.get(step);
  return at;
}

/** The content of the success response of an operation that a schema describes. */
export function successContents(operation: Operation | undefined): readonly Content[] {
  return operation?.successResponse?.contents ?? [];
}

function findItem(resource: Resource, root: TypeHints): string | undefined {
  if (!mayBeObject(root)) return undefined;
  // A schema that names no property describes an object of any form.
  if (root.properties.size === 0) return '';
  const names = itemNames(resource);
  let best: { readonly pointer: string; readonly shared: number } | undefined;
  for (const { pointer, hints } of candidates(root)) {
    const own = [...hints.properties.keys()];
    const shared = own.filter(name => names.has(name)).length;
    const hasId = resource.idProperty !== undefined && hints.properties.has(resource.idProperty);
    if (shared === 0 || (!hasId && shared * 2 < own.length)) continue;
    const score = shared + (hasId ? 1 : 0);
    if (best === undefined || score > best.shared) best = { pointer, shared: score };
  }
  return best?.pointer;
}

interface Candidate {
  readonly pointer: string;
  readonly hints: TypeHints;
}

/** The objects in a body, outer ones first. */
function candidates(root: TypeHints): Candidate[] {
  let level: readonly Candidate[] = [{ pointer: '', hints: root }];
  const found = [...level];
  for (let depth = 0; depth < MAX_WRAPPERS; depth++) {
    level = level.flatMap(({ pointer, hints }) =>
      hints.properties.size > MAX_MEMBERS
        ? []
        : [...hints.properties].flatMap(([name, member]) =>
            mayBeObject(member) && member.properties.size > 0
              ? [{ pointer: pointer + jsonPointer(name), hints: member }]
              : [],
          ),
    );
    found.push(...level);
  }
  return found;
}

function mayBeObject({ types }: TypeHints): boolean {
  return types.size === 0 || types.has('object');
}

/** The names that properties of an item have anywhere in the document. */
const itemNames = perObject((resource: Resource): ReadonlySet<string> => new Set(readItemNames(resource)));

function readItemNames(resource: Resource): readonly string[] {
  const { api, idProperty, operations, listPlace } = resource;
  const { list, create, replace, update, read } = operations;
  const names = idProperty === undefined ? [] : [idProperty];
  if (listPlace !== undefined)
    for (const content of successContents(list)) {
      const items = hintsAt(typeHintsOf(api, content.schema), listPlace.pointer)?.items;
      names.push(...(items?.properties.keys() ?? []));
    }
  for (const operation of [read, create, replace, update])
    for (const content of successContents(operation))
      names.push(...idOwnerNames(typeHintsOf(api, content.schema), idProperty));
  if (names.length > 1) return names;
  // No response shows an item. The body of a request may wrap it, and is taken as a whole.
  for (const operation of [create, replace, update])
    for (const content of operation?.requestBody?.contents ?? [])
      names.push(...typeHintsOf(api, content.schema).properties.keys());
  return names;
}

/** The names beside the id: of the body itself, or of the members one level below it. */
function* idOwnerNames(root: TypeHints, idProperty: string | undefined): Generator<string> {
  if (idProperty === undefined || root.properties.has(idProperty)) {
    yield* root.properties.keys();
    return;
  }
  for (const member of root.properties.values())
    if (member.properties.has(idProperty)) yield* member.properties.keys();
}
