// Finds where the body of a response has an item, and where it has a list of items.

import type { DocumentNode } from '../../document/documents.ts';
import { jsonPointer, splitPointer } from '../../exchange/json-pointer.ts';
import { isJson, parseMediaType } from '../../exchange/media-type.ts';
import { plainName, singular } from '../../exchange/names.ts';
import type { Content, Operation } from '../../openapi/model.ts';
import { findNamedId, type ItemNames } from './id-property.ts';
import type { BodyPlace } from './resource.ts';
import type { ReadShape, SchemaShape } from './schema-shape.ts';

/** Members of a body that are about the answer, not about the item. */
const ENVELOPE_NAMES =
  /^(_?links?|_?meta(data)?|errors?|warnings?|messages?|pagination|paging|page|status|included|_?embedded|request|cursors?|info)$/i;

/** Depth at which an item may be in a body: "/data/customer". */
const MAX_DEPTH = 2;

export interface FoundPlace extends BodyPlace {
  readonly schema: DocumentNode;
}

interface Candidate {
  readonly pointer: string;
  readonly name: string;
  readonly schema: DocumentNode;
  readonly shape: SchemaShape;
}

/** The schema of the success response of an operation, JSON if there is one. */
export function successSchema({ successResponse }: Operation): DocumentNode | undefined {
  if (successResponse === undefined || !/^(2|default)/.test(successResponse.status)) return undefined;
  return preferredSchema(successResponse.contents);
}

export function preferredSchema(contents: readonly Content[]): DocumentNode | undefined {
  const declared = contents.filter(({ schema }) => schema !== undefined);
  return (declared.find(({ mediaType }) => isJsonType(mediaType)) ?? declared[0])?.schema;
}

function isJsonType(mediaType: string): boolean {
  return isJson(parseMediaType(mediaType)?.essence ?? '');
}

/** Where the response that reads an item has it. */
export function findReadItem(
  body: DocumentNode,
  names: ItemNames,
  readShape: ReadShape,
): FoundPlace | undefined {
  const root = readShape(body);
  if (root.items !== undefined || root.properties.size === 0) return undefined;
  const hasId = ({ shape }: Candidate): boolean => findNamedId(shape, names, readShape) !== undefined;
  let level: readonly Candidate[] = [{ pointer: '', name: '', schema: body, shape: root }];
  for (let depth = 0; depth <= MAX_DEPTH && level.length > 0; depth++) {
    const found = level.filter(each => hasId(each) && (depth === 0 || isWrapped(each, root)));
    const best = found.length === 1 ? found[0] : found.find(({ name }) => isNameOfItem(name, names));
    if (best !== undefined)
      return placeOf(best, depth === 0 ? 'the body has an id' : 'the member of the body that has an id');
    level = level.flatMap(candidate => itemMembers(candidate, names, readShape));
  }
  const members = itemMembers({ pointer: '', name: '', schema: body, shape: root }, names, readShape);
  const only =
    root.properties.size === 1
      ? members[0]
      : members.find(each => isNameOfItem(each.name, names) && isWrapped(each, root));
  if (only !== undefined) return placeOf(only, 'the only object of the body, or one with a usual name');
  return { pointer: '', rule: 'the body as a whole', schema: body };
}

const WRAPPER_NAMES = ['data', 'result', 'item', 'response'];

/** The most members beside a wrapped item: a body with more of them is the item, and the object is a part of it. */
const MAX_BESIDE_ITEM = 3;

function isWrapped({ pointer, name }: Candidate, root: SchemaShape): boolean {
  if (WRAPPER_NAMES.includes(plainName(name))) return true;
  const [first] = splitPointer(pointer);
  const beside = [...root.properties.keys()].filter(each => each !== first && !ENVELOPE_NAMES.test(each));
  return beside.length <= MAX_BESIDE_ITEM;
}

/** Where another response has the item, whose shape is known. */
export function findKnownItem(
  body: DocumentNode,
  item: SchemaShape,
  names: ItemNames,
  readShape: ReadShape,
): FoundPlace | undefined {
  const root: Candidate = { pointer: '', name: '', schema: body, shape: readShape(body) };
  if (root.shape.items !== undefined) return undefined;
  let level: readonly Candidate[] = [root];
  const all: Candidate[] = [];
  for (let depth = 0; depth <= MAX_DEPTH; depth++) {
    all.push(...level);
    level = level.flatMap(candidate => itemMembers(candidate, names, readShape));
  }
  const same = all.find(({ shape }) => shape.key === item.key);
  if (same !== undefined) return placeOf(same, 'the same schema as the item');
  const alike = all
    .map(candidate => ({ candidate, share: sharedPart(item, candidate.shape) }))
    .filter(({ share }) => share >= 0.5)
    .sort((left, right) => right.share - left.share)[0];
  if (alike !== undefined) return placeOf(alike.candidate, 'at least half of the properties of the item');
  const withId = all.find(({ shape }) => findNamedId(shape, names, readShape) !== undefined);
  return withId && placeOf(withId, 'it has an id');
}

/** Where the body of a list has the array of items. @param item undefined: it is not known what an item has */
export function findList(
  body: DocumentNode,
  item: SchemaShape | undefined,
  names: ItemNames,
  readShape: ReadShape,
): FoundPlace | undefined {
  const root: Candidate = { pointer: '', name: '', schema: body, shape: readShape(body) };
  if (root.shape.items !== undefined)
    return { pointer: '', rule: 'the body is an array', schema: root.shape.items };
  const wrappers = objectMembers(root, readShape);
  for (const [holders, where] of [
    [[root], 'array'],
    [wrappers, 'array in a member of the body'],
  ] as const) {
    const arrays = holders.flatMap(holder => arrayMembers(holder, readShape));
    const found = chooseArray(arrays, item, names, readShape, where);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** @param arrays each with the schema of its items */
function chooseArray(
  arrays: readonly Candidate[],
  item: SchemaShape | undefined,
  names: ItemNames,
  readShape: ReadShape,
  where: string,
): FoundPlace | undefined {
  const only = (found: readonly Candidate[]): Candidate | undefined =>
    found.length === 1 ? found[0] : found.find(({ name }) => isNameOfList(name, names));
  if (item !== undefined) {
    const same = only(arrays.filter(({ shape }) => shape.key === item.key));
    if (same !== undefined) return placeOf(same, `the ${where} whose items have the schema of the item`);
    const alike = only(arrays.filter(({ shape }) => sharedPart(item, shape) >= 0.5));
    if (alike !== undefined)
      return placeOf(alike, `the ${where} whose items share at least half of the item's properties`);
  }
  const objects = arrays.filter(
    ({ name, shape }) =>
      shape.properties.size > 0 && (!ENVELOPE_NAMES.test(name) || isNameOfList(name, names)),
  );
  const withId = only(objects.filter(({ shape }) => findNamedId(shape, names, readShape) !== undefined));
  if (withId !== undefined) return placeOf(withId, `the only ${where} whose items have an id`);
  const last = only(objects);
  return last && placeOf(last, `the only ${where} of objects`);
}

/** The part of the properties of `item` that `other` has as well, from 0 to 1. */
export function sharedPart(item: SchemaShape, other: SchemaShape): number {
  if (item.properties.size === 0) return 0;
  let shared = 0;
  for (const name of other.properties.keys()) if (item.properties.has(name)) shared++;
  return shared / item.properties.size;
}

/** The objects in a body that may be the item. */
function itemMembers(candidate: Candidate, names: ItemNames, readShape: ReadShape): Candidate[] {
  return objectMembers(candidate, readShape).filter(
    ({ name }) => !ENVELOPE_NAMES.test(name) || isNameOfItem(name, names),
  );
}

function objectMembers({ pointer, shape }: Candidate, readShape: ReadShape): Candidate[] {
  return [...shape.properties].flatMap(([name, schema]): Candidate[] => {
    const inner = readShape(schema);
    if (inner.items !== undefined || inner.properties.size === 0) return [];
    return [{ pointer: pointer + jsonPointer(name), name, schema, shape: inner }];
  });
}

function arrayMembers({ pointer, shape }: Candidate, readShape: ReadShape): Candidate[] {
  return [...shape.properties].flatMap(([name, schema]): Candidate[] => {
    const { items } = readShape(schema);
    if (items === undefined) return [];
    return [{ pointer: pointer + jsonPointer(name), name, schema: items, shape: readShape(items) }];
  });
}

function isNameOfItem(name: string, { collection }: ItemNames): boolean {
  const plain = plainName(name);
  return [...WRAPPER_NAMES, singular(plainName(collection))].includes(plain);
}

function isNameOfList(name: string, { collection }: ItemNames): boolean {
  const plain = plainName(name);
  return ['data', 'results', 'items', 'values', 'records', 'entries', plainName(collection)].includes(plain);
}

function placeOf({ pointer, schema }: Candidate, rule: string): FoundPlace {
  return { pointer, rule, schema };
}

/** The schema at a JSON Pointer into a body; undefined if the schema of the body does not declare it. */
export function schemaAt(
  body: DocumentNode,
  pointer: string,
  readShape: ReadShape,
): DocumentNode | undefined {
  let schema: DocumentNode | undefined = body;
  for (const step of splitPointer(pointer)) {
    if (schema === undefined) return undefined;
    const { items, properties } = readShape(schema);
    schema = properties.get(step) ?? (/^\d+$/.test(step) ? items : undefined);
  }
  return schema;
}
