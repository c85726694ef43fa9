// Reads what a schema says about XML: types, properties and the keyword `xml`, through references and combinations.

import { childNode, childNodes, type DocumentNode, type DocumentSet } from '../document/documents.ts';
import { isObject, type JsonObject, textOfValue } from '../exchange/json.ts';

const NODE_TYPES = ['element', 'attribute', 'text', 'cdata', 'none'] as const;

export type XmlNodeType = (typeof NODE_TYPES)[number];

export function isXmlNodeType(value: unknown): value is XmlNodeType {
  return NODE_TYPES.some(each => each === value);
}

/** A schema for XML. Properties and items are nodes, so that a recursive schema is read as deep as a value goes. */
export interface XmlSchema {
  readonly types: ReadonlySet<string>;
  /** `xml` of the schema, else of the schema that it refers to. */
  readonly xml: JsonObject;
  /** What a value of the schema is in XML (OpenAPI 3.2.1, "XML Node Types"). */
  readonly nodeType: XmlNodeType;
  /** Whether null is written as `xsi:nil`. It is not where OpenAPI 3.0 has `nullable`. */
  readonly hasNil: boolean;
  /** Set if the schema is an element of its own around the element of the schema that it refers to. */
  readonly inner: DocumentNode | undefined;
  /** The name under components/schemas that the schema refers to. */
  readonly component: string | undefined;
  readonly items: DocumentNode | undefined;
  /** The first items, each of a schema of its own. */
  readonly prefixItems: readonly DocumentNode[];
  readonly properties: ReadonlyMap<string, DocumentNode>;
  readonly additional: DocumentNode | undefined;
  readonly required: ReadonlySet<string>;
}

const XML_SCHEMAS = new WeakMap<object, XmlSchema>();

export function xmlSchemaOf(documents: DocumentSet, schema: DocumentNode | undefined): XmlSchema {
  if (schema === undefined || !isObject(schema.value)) return NO_XML_SCHEMA;
  let known = XML_SCHEMAS.get(schema.value);
  if (known === undefined) {
    // A reference may lead back to the schema.
    XML_SCHEMAS.set(schema.value, NO_XML_SCHEMA);
    known = readXmlSchema(documents, schema);
    XML_SCHEMAS.set(schema.value, known);
  }
  return known;
}

const NO_XML_SCHEMA: XmlSchema = {
  types: new Set(),
  xml: {},
  nodeType: 'element',
  hasNil: false,
  inner: undefined,
  component: undefined,
  items: undefined,
  prefixItems: [],
  properties: new Map(),
  additional: undefined,
  required: new Set(),
};

function readXmlSchema(documents: DocumentSet, schema: DocumentNode): XmlSchema {
  const { xml: own, $ref } = schema.value as JsonObject;
  const target = typeof $ref === 'string' ? documents.resolve(schema, $ref) : undefined;
  const referred = target && xmlSchemaOf(documents, target);
  if (
    referred !== undefined &&
    isObject(own) &&
    own.nodeType === 'element' &&
    referred.nodeType === 'element'
  )
    return { ...NO_XML_SCHEMA, xml: own, inner: target };
  if (referred?.inner !== undefined) return referred;
  const types = new Set<string>();
  const properties = new Map<string, DocumentNode>();
  const required = new Set<string>();
  let xml: JsonObject = {};
  let hasNil = false;
  let component: string | undefined;
  let items: DocumentNode | undefined;
  let prefixItems: readonly DocumentNode[] = [];
  let additional: DocumentNode | undefined;
  const seen = new Set<unknown>();
  /** @param isSame false: one of several schemas that are combined; its name is not the name of the whole */
  const read = (node: DocumentNode | undefined, isSame: boolean): void => {
    if (node === undefined || !isObject(node.value) || seen.has(node.value)) return;
    const { value } = node;
    seen.add(value);
    if (isSame && isObject(value.xml)) xml = { ...value.xml, ...xml };
    for (const type of [value.type].flat()) if (typeof type === 'string') types.add(type);
    hasNil ||= Array.isArray(value.type) && value.type.includes('null');
    if (value.nullable === true) types.add('null');
    for (const name of Array.isArray(value.required) ? value.required : []) required.add(textOfValue(name));
    const declared = childNode(node, 'properties');
    for (const name of Object.keys(isObject(declared?.value) ? declared.value : {})) {
      const property = declared && childNode(declared, name);
      if (property !== undefined && !properties.has(name)) properties.set(name, property);
    }
    items ??= childNode(node, 'items');
    if (prefixItems.length === 0) prefixItems = membersOfList(node, 'prefixItems');
    additional ??= childNode(node, 'additionalProperties');
    if (typeof value.$ref === 'string') {
      const target = documents.resolve(node, value.$ref);
      if (isSame && target !== undefined) component ??= componentNameOf(target);
      read(target, isSame);
    }
    for (const keyword of ['allOf', 'anyOf', 'oneOf']) {
      const list = membersOfList(node, keyword);
      for (const each of list) read(each, isSame && keyword === 'allOf' && list.length === 1);
    }
  };
  read(schema, true);
  if (properties.size > 0 && types.size === 0) types.add('object');
  if ((items ?? prefixItems[0]) !== undefined && types.size === 0) types.add('array');
  const nodeType = nodeTypeOf(xml, types);
  return {
    types,
    xml,
    nodeType,
    hasNil,
    inner: undefined,
    component,
    items,
    prefixItems,
    properties,
    additional,
    required,
  };
}

/** `attribute` and `wrapped` say the same in documents of versions before 3.2. */
function nodeTypeOf({ nodeType, attribute, wrapped }: JsonObject, types: ReadonlySet<string>): XmlNodeType {
  if (isXmlNodeType(nodeType)) return nodeType;
  if (attribute === true) return 'attribute';
  return types.has('array') && wrapped !== true ? 'none' : 'element';
}

function membersOfList(node: DocumentNode, keyword: string): DocumentNode[] {
  const list = childNode(node, keyword);
  return Array.isArray(list?.value) ? childNodes(list).map(([, each]) => each) : [];
}

/** The name of a schema that is a component. */
export function componentNameOf({ pointer }: DocumentNode): string | undefined {
  return /\/(?:schemas|\$defs|definitions)\/([^/]+)$/.exec(pointer)?.[1];
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
    pending.push(...read.prefixItems);
    for (const inner of [read.items, read.additional, read.inner])
      if (inner !== undefined) pending.push(inner);
  }
  return false;
}

/** The name of the elements of a property, or of an array's items. */
export function xmlNameOf({ xml }: XmlSchema, otherwise: string): string {
  return typeof xml.name === 'string' && xml.name !== '' ? xml.name : otherwise;
}

/** The schema of an item of a list. */
export function itemSchemaOf(documents: DocumentSet, list: XmlSchema, index: number): XmlSchema {
  return xmlSchemaOf(documents, list.prefixItems[index] ?? list.items);
}
