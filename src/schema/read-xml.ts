// Reads XML as the JSON value that a schema describes, as its keyword `xml` says (OpenAPI, XML Object).

import type { DocumentNode, DocumentSet } from '../document/documents.ts';
import {
  childElements,
  directText,
  parseXml,
  type XmlElement,
  type XmlNode,
  type XmlText,
} from '../exchange/xml.ts';
import { candidateValues } from './type-hints.ts';
import { itemSchemaOf, type XmlSchema, xmlNameOf, xmlSchemaOf } from './xml-schema.ts';

/** The value, or why there is none; the reason is a clause that a message can quote. */
export type XmlValue = { readonly json: unknown } | { readonly malformed: string };

export function readXml(documents: DocumentSet, schema: DocumentNode, text: string): XmlValue {
  const root = parseXml(text);
  if (typeof root === 'string') return { malformed: root };
  const described = xmlSchemaOf(documents, schema);
  const { name, nodeType } = described.xml;
  if (typeof name === 'string' && nodeType !== 'none' && localName(root.name) !== name)
    return { malformed: `the root element must be <${name}>` };
  const reader = new XmlReader(documents);
  const json = reader.value(described, root);
  return reader.problem === undefined ? { json } : { malformed: reader.problem };
}

/** Namespaces are not compared: a client may choose another prefix. */
function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

class XmlReader {
  readonly #documents: DocumentSet;
  /** The first element that is not where the schema expects it. */
  problem: string | undefined;

  constructor(documents: DocumentSet) {
    this.#documents = documents;
  }

  value(schema: XmlSchema, element: XmlElement): unknown {
    const children = childElements(element);
    const { attributes } = element;
    if (schema.inner !== undefined) {
      const inner = xmlSchemaOf(this.#documents, schema.inner);
      return this.value(inner, children[0] ?? { ...element, nodes: [] });
    }
    if ([...attributes].some(([name, value]) => /(?:^|:)nil$/.test(name) && value === 'true')) return null;
    if (schema.types.has('array')) return this.#items(schema, element);
    const text = directText(element);
    const isEmpty = children.length === 0 && text.trim() === '';
    // An object without members is empty as well.
    const mayBeObject = schema.hasNil && schema.types.has('object') && schema.required.size === 0;
    if (isEmpty && schema.types.has('null') && !mayBeObject) return null;
    if (schema.types.has('object') || (schema.types.size === 0 && children.length > 0))
      return this.#object(schema, element);
    return textValue(schema, text);
  }

  #items(list: XmlSchema, element: XmlElement): unknown[] {
    if (list.prefixItems.length === 0) {
      const items = xmlSchemaOf(this.#documents, list.items);
      return isText(items)
        ? [textOf(items, element)].flat()
        : childElements(element).map(child => this.value(items, child));
    }
    const nodes = element.nodes.filter(node => 'name' in node || node.isCdata || node.text.trim() !== '');
    return nodes.map((node, index) => this.#item(list, index, node));
  }

  /** An item of a list whose items have a schema each. */
  #item(list: XmlSchema, index: number, node: XmlNode): unknown {
    const items = itemSchemaOf(this.#documents, list, index);
    if (!('name' in node)) {
      if (!isText(items)) this.problem ??= `item ${index + 1} of a list must be an element, not text`;
      return textValue(items, node.text);
    }
    const { name } = items.xml;
    if (isText(items)) this.problem ??= `item ${index + 1} of a list must be text, not an element`;
    else if (typeof name === 'string' && localName(node.name) !== name)
      this.problem ??= `item ${index + 1} of a list must be <${name}>`;
    return this.value(items, node);
  }

  #object(schema: XmlSchema, element: XmlElement): Record<string, unknown> {
    const values = new Map<string, unknown>();
    const used = new Set<unknown>();
    this.#members(schema, element, values, used);
    const additional = xmlSchemaOf(this.#documents, schema.additional);
    for (const child of childElements(element)) {
      if (used.has(child)) continue;
      const name = localName(child.name);
      if (!values.has(name)) values.set(name, this.value(additional, child));
    }
    for (const [name, value] of element.attributes) {
      if (!used.has(name) && !/^(?:xmlns|xsi|xml)(?::|$)/.test(name) && !values.has(localName(name)))
        values.set(localName(name), candidateValues(additional, value)[0]);
    }
    return Object.fromEntries(values);
  }

  /** The declared members. @param used gets the elements and attributes that they are in */
  #members(schema: XmlSchema, element: XmlElement, values: Map<string, unknown>, used: Set<unknown>): void {
    const named = (name: string): XmlElement[] => {
      const found = childElements(element).filter(child => localName(child.name) === name);
      for (const child of found) used.add(child);
      return found;
    };
    for (const [key, node] of schema.properties) {
      const property = xmlSchemaOf(this.#documents, node);
      const { nodeType, types } = property;
      const name = xmlNameOf(property, key);
      if (nodeType === 'attribute') {
        const attribute = [...element.attributes].find(([each]) => localName(each) === name);
        if (attribute !== undefined) {
          used.add(attribute[0]);
          values.set(key, candidateValues(property, attribute[1])[0]);
        } else if (types.has('null')) values.set(key, null);
      } else if (isText(property)) {
        const found = textOf(property, element);
        if (found.length > 0 || (schema.required.has(key) && types.has('string')))
          values.set(key, found[0] ?? '');
      } else if (types.has('array')) {
        const lists = nodeType === 'element' ? named(name) : this.#unwrapped(property, key, element, named);
        // An empty list without a wrapper is written as nothing.
        if (
          lists.length > 0 &&
          (nodeType === 'element' || schema.required.has(key) || lists[0]?.nodes.length !== 0)
        )
          values.set(
            key,
            lists.flatMap(list => this.#items(property, list)),
          );
      } else if (nodeType === 'none') {
        const inner = new Map<string, unknown>();
        this.#members(property, element, inner, used);
        if (inner.size > 0 || schema.required.has(key)) values.set(key, Object.fromEntries(inner));
      } else {
        const found = named(name).map(child => this.value(property, child));
        if (found.length > 0) values.set(key, found.length === 1 ? found[0] : found);
      }
    }
  }

  /** The items of a list that are directly in the element of an object, as if they had an element around them. */
  #unwrapped(
    list: XmlSchema,
    key: string,
    element: XmlElement,
    named: (name: string) => XmlElement[],
  ): XmlElement[] {
    const schemas = [...list.prefixItems, list.items].map(each => xmlSchemaOf(this.#documents, each));
    const items = new Set(schemas.flatMap(each => named(xmlNameOf(each, key))));
    const nodes = element.nodes.filter(node => 'name' in node && items.has(node));
    return [{ ...element, nodes }];
  }
}

function isText({ nodeType }: XmlSchema): boolean {
  return nodeType === 'text' || nodeType === 'cdata';
}

/** The value of the text directly in an element; none if there is no text. */
function textOf(schema: XmlSchema, element: XmlElement): unknown[] {
  const nodes = element.nodes.filter((node): node is XmlText => !('name' in node));
  const marked = nodes.filter(node => node.isCdata);
  if (schema.nodeType === 'cdata' && marked.length > 0)
    return [textValue(schema, directText({ nodes: marked }))];
  const text = directText(element);
  // Blanks between elements are layout.
  if (nodes.length === 0 || (text.trim() === '' && nodes.length < element.nodes.length)) return [];
  return [textValue(schema, nodes.length < element.nodes.length ? text.trim() : text)];
}

function textValue(schema: XmlSchema, text: string): unknown {
  const isString = schema.types.size === 0 || schema.types.has('string');
  return candidateValues(schema, isString ? text : text.trim())[0];
}
