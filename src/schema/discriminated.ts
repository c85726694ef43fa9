// Which schema the discriminator of another one names for a value (OpenAPI, "Discriminator Object").

import { childNode, childNodes, type DocumentNode, stringMember } from '../document/documents.ts';
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
  const isNamed = typeof propertyName === 'string' && Object.hasOwn(value, propertyName);
  const name = isNamed ? value[propertyName] : undefined;
  if (typeof name !== 'string') return mappedSchema(reader, node, defaultMapping);
  const mapped = isObject(mapping) && Object.hasOwn(mapping, name) ? mapping[name] : undefined;
  const implicit = mapped === undefined ? reader.component(node, name) : undefined;
  return implicit ?? mappedSchema(reader, node, mapped ?? defaultMapping);
}

/** The index of the branch that the discriminator beside a oneOf or anyOf names for a value; -1 for none. */
export function namedBranch(
  reader: ComponentReader,
  node: DocumentNode,
  keyword: string,
  value: unknown,
): number {
  const target = isObject(node.value) ? namedSubtype(reader, node, value) : undefined;
  const branches = childNode(node, keyword);
  return target === undefined
    ? -1
    : childNodes(branches).findIndex(([, branch]) => {
        const ref = stringMember(branch, '$ref');
        const referred = ref === undefined ? undefined : reader.resolve(branch, ref);
        return referred?.pointer === target.pointer && referred.uri === target.uri;
      });
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
