// Writes a JSON value as XML, as the keyword `xml` of its schema says (OpenAPI, XML Object).

import type { DocumentNode, DocumentSet } from '../document/documents.ts';
import { isObject } from '../exchange/json.ts';
import { writeXmlElement, type XmlElement } from '../exchange/xml.ts';
import { type XmlSchema, xmlNameOf, xmlSchemaOf } from './xml-schema.ts';

export function writeXml(documents: DocumentSet, schema: DocumentNode | undefined, value: unknown): string {
  const root = xmlSchemaOf(documents, schema);
  return writeXmlElement(elementOf(documents, xmlNameOf(root, root.component ?? 'root'), root, value));
}

function elementOf(documents: DocumentSet, name: string, schema: XmlSchema, value: unknown): XmlElement {
  const attributes = new Map(namespaceOf(schema));
  const children: XmlElement[] = [];
  const element = { name: prefixed(schema, name), attributes, children };
  if (Array.isArray(value)) {
    const items = xmlSchemaOf(documents, schema.items);
    const itemName = xmlNameOf(items, items.component ?? name);
    for (const item of value) children.push(elementOf(documents, itemName, items, item));
    return { ...element, text: '' };
  }
  if (!isObject(value))
    return { ...element, text: value === null || value === undefined ? '' : String(value) };
  for (const [key, inner] of Object.entries(value)) {
    if (inner === undefined) continue;
    const property = xmlSchemaOf(documents, schema.properties.get(key) ?? schema.additional);
    const propertyName = xmlNameOf(property, key);
    if (property.xml.attribute === true && !isObject(inner)) {
      for (const [prefix, namespace] of namespaceOf(property)) attributes.set(prefix, namespace);
      attributes.set(prefixed(property, propertyName), inner === null ? '' : String(inner));
    } else if (Array.isArray(inner)) {
      children.push(...listOf(documents, key, property, inner));
    } else {
      children.push(elementOf(documents, propertyName, property, inner));
    }
  }
  return { ...element, text: '' };
}

/** The elements of an array property. Without `wrapped` its own name does not matter. */
function listOf(
  documents: DocumentSet,
  key: string,
  list: XmlSchema,
  values: readonly unknown[],
): XmlElement[] {
  const items = xmlSchemaOf(documents, list.items);
  const isWrapped = list.xml.wrapped === true;
  const outerName = isWrapped ? xmlNameOf(list, key) : key;
  const elements = values.map(value => elementOf(documents, xmlNameOf(items, outerName), items, value));
  return isWrapped
    ? [
        {
          name: prefixed(list, outerName),
          attributes: new Map(namespaceOf(list)),
          children: elements,
          text: '',
        },
      ]
    : elements;
}

function prefixed({ xml }: XmlSchema, name: string): string {
  return typeof xml.prefix === 'string' && xml.prefix !== '' ? `${xml.prefix}:${name}` : name;
}

/** The declaration of the namespace. */
function namespaceOf({ xml }: XmlSchema): [string, string][] {
  if (typeof xml.namespace !== 'string') return [];
  const { prefix } = xml;
  return [[typeof prefix === 'string' && prefix !== '' ? `xmlns:${prefix}` : 'xmlns', xml.namespace]];
}
