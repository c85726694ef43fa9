// Which schema the discriminator of another one names for a value (OpenAPI, "Discriminator Object").

import type { DocumentNode } from '../document/documents.ts';
import { isObject, type JsonObject } from '../exchange/json.ts';

/** Follows names and references of schemas. */
interface ComponentReader {
  component(from: DocumentNode, name: string): DocumentNode | undefined;
  resolve(from: DocumentNode, ref: string): DocumentNode | undefined;
}

/**
 * The subtype that the discriminator of a base schema names for a value, by its mapping or by the name of the schema. It
 * documents properties and asserts nothing (OpenAPI 3.2.1, "Discriminator Object").
 */
export function namedSubtype(
  reader: ComponentReader,
  node: DocumentNode,
  value: unknown,
): DocumentNode | undefined {
  const { discriminator } = node.value as JsonObject;
  if (!isObject(discriminator) || !isObject(value)) return undefined;
  const { propertyName, mapping, defaultMapping } = discriminator;
  const name = typeof propertyName === 'string' && Object.hasOwn(value, propertyName) && value[propertyName];
  const mapped =
    isObject(mapping) && Object.hasOwn(mapping, String(name)) ? mapping[String(name)] : undefined;
  const implicit =
    typeof name === 'string' && mapped === undefined ? reader.component(node, name) : undefined;
  return implicit ?? mappedSchema(reader, node, mapped ?? defaultMapping);
}

/** @param mapped the name of a component, which comes first, or a reference */
export function mappedSchema(
  reader: ComponentReader,
  node: DocumentNode,
  mapped: unknown,
): DocumentNode | undefined {
  return typeof mapped === 'string'
    ? (reader.component(node, mapped) ?? reader.resolve(node, mapped))
    : undefined;
}
