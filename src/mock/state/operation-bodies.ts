// Tells from its bodies what an operation does: whether it lists items, returns an array, or creates several items at once.

import type { Operation } from '../../openapi/model.ts';
import { findList, findReadItem, preferredSchema, sharedPart, successSchema } from './body-places.ts';
import type { ItemNames } from './id-property.ts';
import { lastText } from './path-shape.ts';
import type { ReadShape } from './schema-shape.ts';

/** Whether GET and POST of one path are about the same items. */
export function listsWhatIsCreated(list: Operation, create: Operation, readShape: ReadShape): boolean {
  const listBody = successSchema(list);
  const created = successSchema(create) ?? preferredSchema(create.requestBody?.contents ?? []);
  if (listBody === undefined || created === undefined) return false;
  const names = { parameter: undefined, parameterSchema: undefined, collection: lastText(list.path) };
  const item = findReadItem(created, names, readShape);
  const shape = item && readShape(item.schema);
  const listed = findList(listBody, shape, names, readShape);
  if (shape === undefined || listed === undefined) return false;
  const listedShape = readShape(listed.schema);
  return listedShape.key === shape.key || sharedPart(shape, listedShape) >= 0.5;
}

/** Whether the response has an array of items, or the document says where. */
export function returnsItems(operation: Operation, names: ItemNames, readShape: ReadShape): boolean {
  if (operation.state !== false && operation.state.list !== undefined) return true;
  const body = successSchema(operation);
  return body !== undefined && findList(body, undefined, names, readShape) !== undefined;
}

export function returnsArray(operation: Operation, readShape: ReadShape): boolean {
  const schema = successSchema(operation);
  return schema !== undefined && readShape(schema).items !== undefined;
}

export function createsSeveral({ requestBody }: Operation, readShape: ReadShape): boolean {
  const schema = preferredSchema(requestBody?.contents ?? []);
  if (schema === undefined) return false;
  const { items, properties } = readShape(schema);
  return items !== undefined && properties.size === 0;
}
