// Schema identifiers: $id, $anchor and $dynamicAnchor, and the nodes that references to them lead to.

import { isObject, type JsonObject, textOfValue } from '../exchange/json.ts';
import { jsonPointer, valueAt } from '../exchange/json-pointer.ts';
import type { ParsedFile } from './parse.ts';
import { resolveReference, toReference } from './references.ts';

/** The address of a node in the documents. */
export interface NodeAddress {
  /** The URL of the file. */
  readonly uri: string;
  /** JSON Pointer (RFC 6901). */
  readonly pointer: string;
}

/** A schema resource (JSON Schema 2020-12 core, 4.3.5): a file, or a schema in it that has an `$id`. */
export interface SchemaResource extends NodeAddress {
  /** The base URI of its references: its resolved `$id`, else the `$self` of the document, else the URL of the file. */
  readonly id: string;
  readonly anchors: Map<string, NodeAddress>;
  /** The anchors that a `$dynamicRef` may lead to, depending on the dynamic scope. */
  readonly dynamicAnchors: Map<string, NodeAddress>;
}

/** An object of a document that may be a schema or contain one. Example values are data and are not visited. */
export interface VisitedObject {
  readonly value: JsonObject;
  /** The JSON Pointer of the object. Valid only during the visit. */
  readonly pointer: () => string;
  /** False below unknown keywords, where an `$id` is not an identifier. */
  readonly identifiersApply: boolean;
}

/** Keywords whose value is data, even if it looks like a schema. */
const DATA_KEYWORDS = /^(example|value|dataValue|default|enum|const)$/;
/** Keywords whose value maps names to schemas. Its keys are names, even if they look like keywords. */
const SCHEMA_MAP_KEYWORDS = /^(properties|patternProperties|dependentSchemas|\$defs|definitions|schemas)$/;
/** Fields of OpenAPI whose value maps names to objects. A response may be named "default", a header "x-limit". */
const NAME_MAP_FIELDS =
  /^(responses|parameters|examples|requestBodies|headers|securitySchemes|links|callbacks|pathItems|mediaTypes|additionalOperations|content|encoding)$/;
const SUBSCHEMA_KEYWORDS =
  /^(allOf|anyOf|oneOf|prefixItems|items|additionalProperties|contains|unevaluated(Items|Properties)|propertyNames|not|if|then|else)$/;
/** Keywords that name the schema that contains them. */
export const IDENTIFIER_KEYWORDS = ['$id', '$anchor', '$dynamicAnchor'];
const SCHEMA_MARKERS = ['$schema', '$id', '$defs', 'type', 'properties', 'allOf', 'anyOf', 'oneOf', '$ref'];

/** What the keys of an object are: keywords, names of schemas, or members of data. */
export type ValueRole = 'keywords' | 'names' | 'data';

/** The role of the value of a key. */
export function roleBelow(role: ValueRole, key: string, value: unknown): ValueRole {
  if (role === 'data') return 'data';
  if (role === 'names') return 'keywords';
  if (DATA_KEYWORDS.test(key) || (key === 'examples' && Array.isArray(value))) return 'data';
  const isNameMap = SCHEMA_MAP_KEYWORDS.test(key) || (NAME_MAP_FIELDS.test(key) && !Array.isArray(value));
  return isNameMap ? 'names' : 'keywords';
}

/**
 * Visits the objects of a document that may be schemas, outer ones first.
 * @param withExtensions false: not what is below "x-..." fields
 */
export function visitObjects(
  document: unknown,
  visit: (object: VisitedObject) => void,
  withExtensions = true,
): void {
  const isSchema =
    isObject(document) &&
    !('openapi' in document) &&
    SCHEMA_MARKERS.some(mark => Object.hasOwn(document, mark));
  const path: string[] = [];
  walk(document, 'keywords', isSchema, true);

  function walk(value: unknown, role: ValueRole, inSchema: boolean, identifiersApply: boolean): void {
    if (typeof value !== 'object' || value === null || role === 'data') return;
    const isList = Array.isArray(value);
    // A map of names may be a reference to one in another file.
    if (!isList && (role === 'keywords' || typeof (value as JsonObject).$ref === 'string'))
      visit({ value: value as JsonObject, identifiersApply, pointer: () => jsonPointer(...path) });
    for (const key of Object.keys(value)) {
      const inner: unknown = (value as Record<string, unknown>)[key];
      if (typeof inner !== 'object' || inner === null) continue;
      const isExtensible = role === 'keywords' || path.at(-1) === 'responses';
      if (!withExtensions && isExtensible && key.startsWith('x-')) continue;
      const childRole = isList ? role : roleBelow(role, key, inner);
      const isInSchema = inSchema || (role === 'keywords' && (key === 'schema' || key === 'schemas'));
      const isName = isList || role === 'names' || SCHEMA_MAP_KEYWORDS.test(key);
      const isUnknown = inSchema ? !SUBSCHEMA_KEYWORDS.test(key) : key.startsWith('x-');
      path.push(key);
      walk(inner, childRole, isInSchema, identifiersApply && (isName || !isUnknown));
      path.pop();
    }
  }
}

/**
 * The URI that a document gives itself with `$self` (OpenAPI 3.2); undefined for none.
 * @param uri the URL of its file, against which a relative one is resolved
 */
export function selfUri(uri: string, document: unknown): string | undefined {
  if (!isObject(document) || typeof document.$self !== 'string') return undefined;
  if (!/^3\.2(?:\.|$)/.test(textOfValue(document.openapi))) return undefined;
  return URL.parse(document.$self, uri)?.href.replace(/#.*$/s, '');
}

/** The identifiers of all documents of one API. */
export class SchemaIdentifiers {
  readonly #documents: ReadonlyMap<string, ParsedFile>;
  readonly #byId = new Map<string, SchemaResource>();
  readonly #byFile = new Map<string, SchemaResource[]>();
  /** Whether any schema has an identifier. */
  #hasIdentifiers = false;
  /** Whether any schema has a `$dynamicAnchor`. */
  readonly hasDynamicAnchors: boolean;

  constructor(documents: ReadonlyMap<string, ParsedFile>) {
    this.#documents = documents;
    for (const [uri, { value }] of documents) this.#collect(uri, value);
    this.hasDynamicAnchors = [...this.#byFile.values()]
      .flat()
      .some(({ dynamicAnchors }) => dynamicAnchors.size > 0);
  }

  #collect(uri: string, document: unknown): void {
    const self = selfUri(uri, document);
    const resources: SchemaResource[] = [newResource(uri, '', self ?? uri)];
    this.#byFile.set(uri, resources);
    // Outer objects come first, so that the resource around an object is known.
    visitObjects(document, ({ value: object, pointer: pointerOf, identifiersApply }) => {
      if (!identifiersApply || !IDENTIFIER_KEYWORDS.some(name => typeof object[name] === 'string')) return;
      const at = pointerOf();
      if (typeof object.$id === 'string') {
        const id = URL.parse(object.$id, this.resourceAt({ uri, pointer: at }).id)?.href;
        const resource = newResource(uri, at, id?.replace(/#$/, '') ?? uri);
        if (at === '') resources[0] = resource;
        else resources.push(resource);
        if (!this.#byId.has(resource.id)) this.#byId.set(resource.id, resource);
      }
      const { anchors, dynamicAnchors } = this.resourceAt({ uri, pointer: at });
      for (const name of [object.$anchor, object.$dynamicAnchor])
        if (typeof name === 'string') anchors.set(name, { uri, pointer: at });
      if (typeof object.$dynamicAnchor === 'string')
        dynamicAnchors.set(object.$dynamicAnchor, { uri, pointer: at });
      this.#hasIdentifiers = true;
    });
    if (self !== undefined) {
      this.#hasIdentifiers = true;
      if (!this.#byId.has(self)) this.#byId.set(self, resources[0] as SchemaResource);
    }
    // The URL of a file is always an identifier of the file.
    this.#byId.set(uri, resources[0] as SchemaResource);
  }

  /** The resources that contain a node, the file first. */
  enclosingResources({ uri, pointer: at }: NodeAddress): SchemaResource[] {
    return (this.#byFile.get(uri) ?? []).filter(
      resource => at === resource.pointer || at.startsWith(`${resource.pointer}/`),
    );
  }

  /** The innermost resource that contains a node. */
  resourceAt(address: NodeAddress): SchemaResource {
    return this.enclosingResources(address).at(-1) ?? newResource(address.uri, '', address.uri);
  }

  /** The node that a reference leads to by the rules of JSON Schema 2020-12 for identifiers; undefined if there is none. */
  resolve(from: NodeAddress, ref: string): NodeAddress | undefined {
    const [base = '', fragment = ''] = ref.split('#', 2) as [string, string?];
    const current = this.resourceAt(from);
    const resource = base === '' ? current : this.#byId.get(URL.parse(base, current.id)?.href ?? base);
    if (resource === undefined) return undefined;
    const name = resolveReference('', `#${fragment}`).pointer;
    if (name !== '' && !name.startsWith('/')) return resource.anchors.get(name);
    const address = { uri: resource.uri, pointer: resource.pointer + name };
    const value = valueAt(this.#documents.get(address.uri)?.value, address.pointer);
    return value === undefined ? undefined : address;
  }

  /**
   * Replaces every reference to an identifier by one to a file and a JSON Pointer, so that the other modules need no
   * identifiers. References without a target are not changed: many documents give schemas an `$id` on the web and refer to
   * local files.
   */
  rewriteReferences(): void {
    if (!this.#hasIdentifiers) return;
    for (const [uri, { value }] of this.#documents) {
      visitObjects(value, ({ value: object, pointer: pointerOf }) => {
        const rewrite = (holder: Record<string, unknown>, key: string): void => {
          const ref = holder[key];
          if (typeof ref !== 'string') return;
          const target = this.resolve({ uri, pointer: pointerOf() }, ref);
          const byFile = resolveReference(uri, ref);
          if (target === undefined || (target.uri === byFile.uri && target.pointer === byFile.pointer))
            return;
          holder[key] = toReference(target);
        };
        rewrite(object, '$ref');
        for (const { holder, key } of mappedReferences(object)) rewrite(holder, key);
      });
    }
  }
}

/** The URI references in a discriminator. A text of one segment is the name of a component (OpenAPI 3.2.1, Discriminator Object). */
export function mappedReferences({
  discriminator,
}: JsonObject): { holder: Record<string, unknown>; key: string }[] {
  if (!isObject(discriminator)) return [];
  const { mapping } = discriminator;
  const entries = [
    { holder: discriminator, key: 'defaultMapping' },
    ...(isObject(mapping) ? Object.keys(mapping).map(key => ({ holder: mapping, key })) : []),
  ];
  return entries.filter(({ holder, key }) => /[/#]/.test(textOfValue(holder[key])));
}

function newResource(uri: string, pointer: string, id: string): SchemaResource {
  return { uri, pointer, id, anchors: new Map(), dynamicAnchors: new Map() };
}
