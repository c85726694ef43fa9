// Reads XML as the JSON value that a schema describes, as its keyword `xml` says (OpenAPI, XML Object).

import type { DocumentNode, DocumentSet } from '../document/documents.ts';
import { parseXml, type XmlElement } from '../exchange/xml.ts';
import { candidateValues } from './type-hints.ts';
import { type XmlSchema, xmlNameOf, xmlSchemaOf } from './xml-schema.ts';

/** The value, or why there is none; the reason is a clause that a message can quote. */
export type XmlValue = { readonly json: unknown } | { readonly malformed: string };

export function readXml(documents: DocumentSet, schema: DocumentNode, text: string): XmlValue {
  const root = parseXml(text);
  if (typeof root === 'string') return { malformed: root };
  const described = xmlSchemaOf(documents, schema);
  const { name } = described.xml;
  if (typeof name === 'string' && localName(root.name) !== name)
    return { malformed: `the root element must be <${name}>` };
  return { json: valueFrom(documents, described, root) };
}

/** Namespaces are not compared: a client may choose another prefix. */
function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function valueFrom(documents: DocumentSet, schema: XmlSchema, element: XmlElement): unknown {
  const { children, attributes, text } = element;
  if ([...attributes].some(([name, value]) => /(?:^|:)nil$/.test(name) && value === 'true')) return null;
  if (schema.types.has('array')) {
    const items = xmlSchemaOf(documents, schema.items);
    return children.map(child => valueFrom(documents, items, child));
  }
  const isEmpty = children.length === 0 && text.trim() === '';
  if (isEmpty && schema.types.has('null')) return null;
  if (schema.types.has('object') || (schema.types.size === 0 && children.length > 0))
    return objectOf(documents, schema, element);
  const isText = schema.types.size === 0 || schema.types.has('string');
  return candidateValues(schema, isText ? text : text.trim())[0];
}

function objectOf(
  documents: DocumentSet,
  schema: XmlSchema,
  { children, attributes }: XmlElement,
): Record<string, unknown> {
  const values = new Map<string, unknown>();
  const used = new Set<unknown>();
  const named = (name: string): XmlElement[] => {
    const found = children.filter(child => localName(child.name) === name);
    for (const child of found) used.add(child);
    return found;
  };
  for (const [key, node] of schema.properties) {
    const property = xmlSchemaOf(documents, node);
    const name = xmlNameOf(property, key);
    if (property.xml.attribute === true) {
      const attribute = [...attributes].find(([each]) => localName(each) === name);
      if (attribute === undefined) continue;
      used.add(attribute[0]);
      values.set(key, candidateValues(property, attribute[1])[0]);
    } else if (property.types.has('array')) {
      const items = xmlSchemaOf(documents, property.items);
      const isWrapped = property.xml.wrapped === true;
      const found = isWrapped
        ? named(name).map(({ children: inner }) => inner)
        : [named(xmlNameOf(items, key))].filter(list => list.length > 0 || schema.required.has(key));
      // An empty list without a wrapper is written as nothing.
      if (found.length > 0)
        values.set(
          key,
          found.flat().map(item => valueFrom(documents, items, item)),
        );
    } else {
      const found = named(name).map(child => valueFrom(documents, property, child));
      if (found.length > 0) values.set(key, found.length === 1 ? found[0] : found);
    }
  }
  const additional = xmlSchemaOf(documents, schema.additional);
  for (const child of children) {
    if (used.has(child)) continue;
    const name = localName(child.name);
    if (!values.has(name)) values.set(name, valueFrom(documents, additional, child));
  }
  for (const [name, value] of attributes) {
    if (!used.has(name) && !/^(?:xmlns|xsi|xml)(?::|$)/.test(name) && !values.has(localName(name)))
      values.set(localName(name), candidateValues(additional, value)[0]);
  }
  return Object.fromEntries(values);
}
