// Infers the resources of a document from its paths, schemas and links. docs/state.md lists the rules.

import type { DocumentNode } from '../../document/documents.ts';
import { perObject } from '../../exchange/per-object.ts';
import type { ApiSpec, Operation } from '../../openapi/model.ts';
import { RESOURCE_ROLES } from '../../openapi/state-settings.ts';
import { assignRoles, NO_ARRAY } from './assign-roles.ts';
import {
  type FoundPlace,
  findKnownItem,
  findList,
  findReadItem,
  schemaAt,
  successSchema,
} from './body-places.ts';
import { type FoundId, findIdProperty } from './id-property.ts';
import { readPathShape } from './path-shape.ts';
import type { ApiResources, OperationRole, Resource, StateGap } from './resource.ts';
import { itemNamesOf, type ResourceDraft, settingsOf } from './resource-drafts.ts';
import { createShapeReader, type ReadShape, type SchemaShape } from './schema-shape.ts';

/** The resources of a document. They are inferred at the first call. */
export const resourcesOf = perObject(inferResources);

function inferResources(api: ApiSpec): ApiResources {
  const readShape = createShapeReader(api);
  const { drafts, gaps } = assignRoles(api, readShape);
  const completed = drafts.map(draft => completeDraft(api, draft, readShape));
  const roles = new Map(completed.flatMap(({ roles }) => roles));
  return {
    resources: completed.map(({ resource }) => resource),
    gaps: [...gaps, ...completed.flatMap(each => each.gaps)],
    roleOf: operation => roles.get(operation),
  };
}

interface CompletedDraft {
  readonly resource: Resource;
  readonly roles: readonly (readonly [Operation, OperationRole])[];
  readonly gaps: readonly StateGap[];
}

function completeDraft(api: ApiSpec, draft: ResourceDraft, readShape: ReadShape): CompletedDraft {
  const { operations, actions } = draft;
  const gaps: StateGap[] = [];
  const names = itemNamesOf(draft);
  const list = operations.get('list')?.operation;
  const ownItem = findItem(draft, readShape);
  const listPlace = list && placeOfList(list, ownItem && readShape(ownItem.schema), draft, readShape);
  if (list !== undefined && listPlace === undefined) gaps.push({ operation: list, reason: NO_ARRAY });
  const itemSchema = ownItem?.schema ?? listPlace?.schema;
  const item = itemSchema && readShape(itemSchema);
  const id = item && findId(draft, item, readShape);
  const read = operations.get('read')?.operation;
  if (read !== undefined && id === undefined)
    gaps.push({
      operation: read,
      reason:
        item === undefined
          ? 'its response declares no object, so an item has no members to remember'
          : 'no property of the item has its id; name it with x-deadringer: {state: {id: NAME}}',
    });
  const resource: Resource = {
    api,
    name: draft.name,
    collection: draft.collection,
    item: draft.item,
    parents: draft.parents,
    idParameter: draft.parameter,
    idProperty: id?.name,
    idRule: id?.rule ?? (item === undefined ? 'no response declares an item' : 'no rule found one'),
    itemSchema,
    operations: Object.fromEntries(
      RESOURCE_ROLES.flatMap(role => {
        const ruled = role === 'action' ? undefined : operations.get(role);
        return ruled === undefined ? [] : [[role, ruled.operation]];
      }),
    ),
    actions,
    listPlace: listPlace && { pointer: listPlace.pointer, rule: listPlace.rule },
    unique: settingsOf(draft).unique ?? [],
  };
  const placeIn = (operation: Operation): FoundPlace | undefined => {
    const schema = successSchema(operation);
    if (schema === undefined) return undefined;
    if (operation === ownItem?.operation) return ownItem;
    const declared = declaredItem(operation, schema, readShape);
    if (declared !== undefined || item === undefined) return declared;
    return findKnownItem(schema, item, names, readShape);
  };
  const roles = [
    ...[...operations].map(([role, ruled]) => ({ ...ruled, role })),
    ...actions.map(ruled => ({ ...ruled, role: 'action' as const })),
  ].map(({ operation, role, rule }): [Operation, OperationRole] => {
    const place = role === 'list' ? undefined : placeIn(operation);
    const itemPlace = place && { pointer: place.pointer, rule: place.rule };
    return [operation, { resource, role, rule, itemPlace, ...variablesIn(operation, resource) }];
  });
  return { resource, roles, gaps };
}

function variablesIn(
  operation: Operation,
  { parents, idParameter }: Resource,
): Pick<OperationRole, 'parents' | 'idParameter'> {
  const { item, names } = readPathShape(operation);
  const own = (name: string, index: number): string => (names.includes(name) ? name : (names[index] ?? name));
  const isNamed = idParameter !== undefined && names.includes(idParameter);
  return { parents: parents.map(own), idParameter: isNamed ? idParameter : item?.parameter };
}

/** The item in the response that reads it, else in one that creates or changes it. */
function findItem(
  draft: ResourceDraft,
  readShape: ReadShape,
): (FoundPlace & { readonly operation: Operation }) | undefined {
  for (const role of ['read', 'create', 'replace', 'update'] as const) {
    const operation = draft.operations.get(role)?.operation;
    const schema = operation && successSchema(operation);
    if (operation === undefined || schema === undefined) continue;
    const place =
      declaredItem(operation, schema, readShape) ?? findReadItem(schema, itemNamesOf(draft), readShape);
    if (place !== undefined && readShape(place.schema).properties.size > 0) return { ...place, operation };
  }
  return undefined;
}

function declaredItem(
  operation: Operation,
  body: DocumentNode,
  readShape: ReadShape,
): FoundPlace | undefined {
  const pointer = operation.state === false ? undefined : operation.state.item;
  const schema = pointer === undefined ? undefined : schemaAt(body, pointer, readShape);
  return pointer === undefined || schema === undefined
    ? undefined
    : { pointer, rule: 'x-deadringer.state', schema };
}

function placeOfList(
  list: Operation,
  item: SchemaShape | undefined,
  draft: ResourceDraft,
  readShape: ReadShape,
): FoundPlace | undefined {
  const body = successSchema(list);
  if (body === undefined) return undefined;
  const pointer = settingsOf(draft).list;
  if (pointer === undefined) return findList(body, item, itemNamesOf(draft), readShape);
  const array = schemaAt(body, pointer, readShape);
  const schema = array && readShape(array).items;
  return schema && { pointer, rule: 'x-deadringer.state', schema };
}

function findId(draft: ResourceDraft, item: SchemaShape, readShape: ReadShape): FoundId | undefined {
  const declared = settingsOf(draft).id;
  if (declared !== undefined && item.properties.has(declared))
    return { name: declared, rule: 'x-deadringer.state' };
  const linked = draft.linkedId;
  if (linked !== undefined && item.properties.has(linked)) return { name: linked, rule: 'a link' };
  return findIdProperty(item, itemNamesOf(draft), readShape);
}
