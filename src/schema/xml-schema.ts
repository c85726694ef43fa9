// Reads what a schema says about XML: types, properties and the keyword `xml`, through references and combinations.

import { childNode, type DocumentNode, type DocumentSet } from '../document/documents.ts';
import { isObject, type JsonObject } from '../exchange/json.ts';

/** A schema for XML. Properties and items are nodes, so that a recursive schema is read as deep as a value goes. */
export interface XmlSchema {
  readonly types: ReadonlySet<string>;
  /** `xml` of the schema, else of the schema that it refers to. */
  readonly xml: JsonObject;
  /** The name under components/schemas that the schema refers to. */
  readonly component: string | undefined;
  readonly items: DocumentNode | undefined;
  readonly properties: ReadonlyMap<string, DocumentNode>;
  readonly additional: DocumentNode | undefined;
  readonly required: ReadonlySet<string>;
}

const XML_SCHEMAS = new WeakMap<object, XmlSchema>();

export function xmlSchemaOf(documents: DocumentSet, schema: DocumentNode | undefined): XmlSchema {
  if (schema === undefined || !isObject(schema.value)) return NO_XML_SCHEMA;
  let known = XML_SCHEMAS.get(schema.value);
  if (known === undefined) {
    known = readXmlSchema(documents, schema);
    XML_SCHEMAS.set(schema.value, known);
  }
  return known;
}

const NO_XML_SCHEMA: XmlSchema = {
  types: new Set(),
  xml: {},
  component: undefined,
  items: undefined,
  properties: new Map(),
  additional: undefined,
  required: new Set(),
};

function readXmlSchema(documents: DocumentSet, schema: DocumentNode): XmlSchema {
  const types = new Set<string>();
  const properties = new Map<string, DocumentNode>();
  const required = new Set<string>();
  let xml: JsonObject = {};
  let component: string | undefined;
  let items: DocumentNode | undefined;
  let additional: DocumentNode | undefined;
  const seen = new Set<unknown>();
  /** @param isSame false: one of several schemas that are combined; its name is not the name of the whole */
  const read = (node: DocumentNode | undefined, isSame: boolean): void => {
    if (node === undefined || !isObject(node.value) || seen.has(node.value)) return;
    const { value } = node;
    seen.add(value);
    if (isSame && isObject(value.xml)) xml = { ...value.xml, ...xml };
    for (const type of [value.type].flat()) if (typeof type === 'string') types.add(type);
    if (value.nullable === true) types.add('null');
    for (const name of Array.isArray(value.required) ? value.required : []) required.add(String(name));
    const declared = childNode(node, 'properties');
    for (const name of Object.keys(isObject(declared?.value) ? declared.value : {})) {
      const property = declared && childNode(declared, name);
      if (property !== undefined && !properties.has(name)) properties.set(name, property);
    }
    items ??= childNode(node, 'items');
    additional ??= childNode(node, 'additionalProperties');
    if (typeof value.$ref === 'string') {
      const target = documents.resolve(node, value.$ref);
      if (isSame) component ??= /\/(?:schemas|\$defs|definitions)\/([^/]+)$/.exec(target?.pointer ?? '')?.[1];
      read(target, isSame);
    }
    for (const keyword of ['allOf', 'anyOf', 'oneOf']) {
      const list = childNode(node, keyword);
      const count = Array.isArray(list?.value) ? list.value.length : 0;
      for (let index = 0; index < count; index++)
        read(list && childNode(list, index), isSame && keyword === 'allOf' && count === 1);
    }
  };
  read(schema, true);
  if (properties.size > 0 && types.size === 0) types.add('object');
  if (items !== undefined && types.size === 0) types.add('array');
  return { types, xml, component, items, properties, additional, required };
}

const MARKED = new WeakMap<object, boolean>();

/** True if the schema, or one inside it, has the keyword `xml`: then it says how its values are written in XML. */
export function describesXml(documents: DocumentSet, schema: DocumentNode): boolean {
  if (!isObject(schema.value)) return false;
  let known = MARKED.get(schema.value);
  if (known === undefined) {
    known = isMarked(documents, schema);
    MARKED.set(schema.value, known);
  }
  return known;
}

function isMarked(documents: DocumentSet, schema: DocumentNode): boolean {
  const seen = new Set<XmlSchema>();
  const pending = [schema];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const read = xmlSchemaOf(documents, node);
    if (seen.has(read)) continue;
    seen.add(read);
    if (Object.keys(read.xml).length > 0) return true;
    pending.push(...read.properties.values());
    for (const inner of [read.items, read.additional]) if (inner !== undefined) pending.push(inner);
  }
  return false;
}

/** The name of the elements of a property, or of an array's items. */
export function xmlNameOf({ xml }: XmlSchema, otherwise: string): string {
  return typeof xml.name === 'string' && xml.name !== '' ? xml.name : otherwise;
}
