// Writes a JSON value as XML, as the keyword `xml` of its schema says (OpenAPI, XML Object).

import type { DocumentNode, DocumentSet } from '../document/documents.ts';
import { isObject, textOfValue } from '../exchange/json.ts';
import { writeXmlElement, type XmlElement, type XmlNode } from '../exchange/xml.ts';
import { componentNameOf, itemSchemaOf, type XmlSchema, xmlNameOf, xmlSchemaOf } from './xml-schema.ts';

/** An element that is being written. */
interface OpenElement {
  readonly attributes: Map<string, string>;
  readonly nodes: XmlNode[];
}

export function writeXml(documents: DocumentSet, schema: DocumentNode | undefined, value: unknown): string {
  const root = xmlSchemaOf(documents, schema);
  return writeXmlElement(elementOf(documents, xmlNameOf(root, root.component ?? 'root'), root, value, true));
}

/** @param isRoot true: its items are named by their component, else by the property that has the list */
function elementOf(
  documents: DocumentSet,
  name: string,
  schema: XmlSchema,
  value: unknown,
  isRoot = false,
): XmlElement {
  const element: OpenElement = { attributes: new Map(namespaceOf(schema)), nodes: [] };
  if (schema.inner !== undefined) {
    const inner = xmlSchemaOf(documents, schema.inner);
    const innerName = xmlNameOf(inner, componentNameOf(schema.inner) ?? name);
    element.nodes.push(elementOf(documents, innerName, inner, value, true));
  } else if (value === null && schema.hasNil) {
    element.attributes.set('xmlns:xsi', 'http://www.w3.org/2001/XMLSchema-instance');
    element.attributes.set('xsi:nil', 'true');
  } else if (Array.isArray(value)) {
    writeItems(documents, name, schema, value, element, isRoot);
  } else {
    writeContent(documents, schema, value, element);
  }
  return { name: prefixed(schema, name), ...element };
}

function writeItems(
  documents: DocumentSet,
  name: string,
  schema: XmlSchema,
  values: readonly unknown[],
  parent: OpenElement,
  isRoot = false,
): void {
  for (const [index, value] of values.entries()) {
    const items = itemSchemaOf(documents, schema, index);
    const itemName = xmlNameOf(items, (isRoot ? items.component : undefined) ?? name);
    // Without an element of its own, a list in a list could not be distinguished from the list around it.
    if (Array.isArray(value) && items.xml.nodeType !== 'none')
      parent.nodes.push(elementOf(documents, itemName, items, value));
    else writeNode(documents, itemName, items, value, parent);
  }
}

function writeContent(documents: DocumentSet, schema: XmlSchema, value: unknown, parent: OpenElement): void {
  if (!isObject(value)) {
    parent.nodes.push({ text: textOf(value), isCdata: false });
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    if (inner === undefined) continue;
    const property = xmlSchemaOf(documents, schema.properties.get(key) ?? schema.additional);
    writeNode(documents, propertyName(property, key), property, inner, parent);
  }
}

/** The name of a list without an element of its own does not matter: its items have the name of the property. */
function propertyName(property: XmlSchema, key: string): string {
  return property.nodeType === 'none' ? key : xmlNameOf(property, key);
}

function writeNode(
  documents: DocumentSet,
  name: string,
  schema: XmlSchema,
  value: unknown,
  parent: OpenElement,
): void {
  const { nodeType } = schema;
  if (nodeType === 'attribute' && !isObject(value)) {
    if (value === null) return;
    for (const [prefix, namespace] of namespaceOf(schema)) parent.attributes.set(prefix, namespace);
    parent.attributes.set(prefixed(schema, name), textOf(value));
  } else if ((nodeType === 'text' || nodeType === 'cdata') && !isObject(value)) {
    parent.nodes.push({ text: textOf(value), isCdata: nodeType === 'cdata' });
  } else if (Array.isArray(value) && nodeType === 'none') {
    writeItems(documents, name, schema, value, parent);
  } else if (Array.isArray(value) && !schema.types.has('array') && schema.xml.nodeType === undefined) {
    // A list that the schema does not expect is several elements.
    for (const item of value) parent.nodes.push(elementOf(documents, name, schema, item));
  } else if (nodeType === 'none') {
    writeContent(documents, schema, value, parent);
  } else {
    parent.nodes.push(elementOf(documents, name, schema, value));
  }
}

function textOf(value: unknown): string {
  return value === null || value === undefined ? '' : textOfValue(value);
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
