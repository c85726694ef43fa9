// Names that schemas give themselves: $id, $anchor and $dynamicAnchor, and the places that references by name lead to.

import { isObject, type JsonObject } from '../exchange/json.ts';
import { jsonPointer, valueAt } from '../exchange/json-pointer.ts';
import type { ParsedFile } from './parse.ts';
import { resolveReference, toReference } from './references.ts';

export interface NodeAddress {
  /** The file. */
  readonly uri: string;
  readonly pointer: string;
}

/** A schema with an identity of its own (2020-12 core, 4.3.5): a whole file, or what stands beside an `$id` in it. */
export interface SchemaResource extends NodeAddress {
  /** What references in it are relative to: its `$id`, resolved; else the file. */
  readonly id: string;
  readonly anchors: Map<string, NodeAddress>;
  /** Those of the anchors that a `$dynamicRef` may be led to by whoever refers here. */
  readonly dynamicAnchors: Map<string, NodeAddress>;
}

/** Every object of a document that may be a schema or hold one; what example values hold is data and left out. */
export interface VisitedObject {
  readonly value: JsonObject;
  /** To be asked while it is visited. */
  readonly pointer: () => string;
  /** False below keywords that nobody knows, where an `$id` is no identifier. */
  readonly identifiersApply: boolean;
}

/** Keywords whose value is data, whatever it looks like. */
const DATA_KEYWORDS = /^(example|value|default|enum|const)$/;
/** Keywords whose value maps names to schemas: a key in it that looks like a keyword is a name. */
const NAME_MAP_KEYWORDS = /^(properties|patternProperties|dependentSchemas|\$defs|definitions|schemas)$/;
const SUBSCHEMA_KEYWORDS =
  /^(allOf|anyOf|oneOf|prefixItems|items|additionalProperties|contains|unevaluated(Items|Properties)|propertyNames|not|if|then|else)$/;
/** By which a schema gives itself a name. */
export const IDENTIFIER_KEYWORDS = ['$id', '$anchor', '$dynamicAnchor'];
const SCHEMA_MARKERS = ['$schema', '$id', '$defs', 'type', 'properties', 'allOf', 'anyOf', 'oneOf', '$ref'];

/** What a key's value is: keywords, names of schemas, or data that only looks like either. */
export type ValueRole = 'keywords' | 'names' | 'data';

export function roleBelow(role: ValueRole, key: string, value: unknown): ValueRole {
  if (role === 'data') return 'data';
  if (role === 'names') return 'keywords';
  if (DATA_KEYWORDS.test(key) || (key === 'examples' && Array.isArray(value))) return 'data';
  return NAME_MAP_KEYWORDS.test(key) ? 'names' : 'keywords';
}

/** Visits every spot of a document, from the outside inward. */
export function visitObjects(document: unknown, visit: (object: VisitedObject) => void): void {
  const isSchema =
    isObject(document) &&
    !('openapi' in document) &&
    SCHEMA_MARKERS.some(mark => Object.hasOwn(document, mark));
  const path: string[] = [];
  walk(document, 'keywords', isSchema, true);

  function walk(value: object | unknown, role: ValueRole, inSchema: boolean, known: boolean): void {
    if (typeof value !== 'object' || value === null || role === 'data') return;
    const isList = Array.isArray(value);
    if (role === 'keywords' && !isList)
      visit({ value: value as JsonObject, identifiersApply: known, pointer: () => jsonPointer(...path) });
    for (const key of Object.keys(value)) {
      const inner: unknown = (value as Record<string, unknown>)[key];
      if (typeof inner !== 'object' || inner === null) continue;
      const childRole = isList ? role : roleBelow(role, key, inner);
      const schema = inSchema || (role === 'keywords' && (key === 'schema' || key === 'schemas'));
      const named = isList || role === 'names' || NAME_MAP_KEYWORDS.test(key);
      const foreign = inSchema ? !SUBSCHEMA_KEYWORDS.test(key) : key.startsWith('x-');
      path.push(key);
      walk(inner, childRole, schema, known && (named || !foreign));
      path.pop();
    }
  }
}

/** The identifiers of all documents of one API. */
export class SchemaIdentifiers {
  readonly #documents: ReadonlyMap<string, ParsedFile>;
  readonly #byId = new Map<string, SchemaResource>();
  readonly #byFile = new Map<string, SchemaResource[]>();
  /** Whether any schema gives itself a name. */
  #hasIdentifiers = false;
  /** Whether any schema has an anchor that depends on who refers to it. */
  readonly hasDynamicAnchors: boolean;

  constructor(documents: ReadonlyMap<string, ParsedFile>) {
    this.#documents = documents;
    for (const [uri, { value }] of documents) this.#read(uri, value);
    this.hasDynamicAnchors = [...this.#byFile.values()]
      .flat()
      .some(({ dynamicAnchors: dynamic }) => dynamic.size > 0);
  }

  #read(uri: string, document: unknown): void {
    const own: SchemaResource[] = [newResource(uri, '', uri)];
    this.#byFile.set(uri, own);
    // Spots come from the outside inward, so that the resource around one is known.
    visitObjects(document, ({ value: object, pointer: pointerOf, identifiersApply: known }) => {
      if (!known || !IDENTIFIER_KEYWORDS.some(name => typeof object[name] === 'string')) return;
      const at = pointerOf();
      if (typeof object.$id === 'string') {
        const id = URL.parse(object.$id, this.resourceAt({ uri, pointer: at }).id)?.href;
        const resource = newResource(uri, at, id?.replace(/#$/, '') ?? uri);
        if (at === '') own[0] = resource;
        else own.push(resource);
        if (!this.#byId.has(resource.id)) this.#byId.set(resource.id, resource);
      }
      const { anchors, dynamicAnchors: dynamic } = this.resourceAt({ uri, pointer: at });
      for (const name of [object.$anchor, object.$dynamicAnchor])
        if (typeof name === 'string') anchors.set(name, { uri, pointer: at });
      if (typeof object.$dynamicAnchor === 'string') dynamic.set(object.$dynamicAnchor, { uri, pointer: at });
      this.#hasIdentifiers = true;
    });
    // A file is known by where it lies, too.
    this.#byId.set(uri, own[0] as SchemaResource);
  }

  /** The resources around a place, from the file inward. */
  enclosingResources({ uri, pointer: at }: NodeAddress): SchemaResource[] {
    return (this.#byFile.get(uri) ?? []).filter(
      resource => at === resource.pointer || at.startsWith(`${resource.pointer}/`),
    );
  }

  resourceAt(place: NodeAddress): SchemaResource {
    return this.enclosingResources(place).at(-1) ?? newResource(place.uri, '', place.uri);
  }

  /** Where a reference leads by the names that schemas give themselves; undefined where that is nowhere. */
  resolve(from: NodeAddress, ref: string): NodeAddress | undefined {
    const [base = '', fragment = ''] = ref.split('#', 2) as [string, string?];
    const here = this.resourceAt(from);
    const resource = base === '' ? here : this.#byId.get(URL.parse(base, here.id)?.href ?? base);
    if (resource === undefined) return undefined;
    const name = resolveReference('', `#${fragment}`).pointer;
    if (name !== '' && !name.startsWith('/')) return resource.anchors.get(name);
    const place = { uri: resource.uri, pointer: resource.pointer + name };
    return valueAt(this.#documents.get(place.uri)?.value, place.pointer) === undefined ? undefined : place;
  }

  /**
   * Rewrites every `$ref` that leads somewhere by name into one that leads there by place, so that nobody after this
   * has to know names. What leads nowhere by the rules is left as it is written: many documents give schemas an `$id`
   * on the web and refer to the files beside them.
   */
  rewriteReferences(): void {
    if (!this.#hasIdentifiers) return;
    for (const [uri, { value }] of this.#documents) {
      visitObjects(value, ({ value: object, pointer: pointerOf }) => {
        if (typeof object.$ref !== 'string') return;
        const place = this.resolve({ uri, pointer: pointerOf() }, object.$ref);
        const plain = resolveReference(uri, object.$ref);
        if (place === undefined || (place.uri === plain.uri && place.pointer === plain.pointer)) return;
        (object as { $ref: string }).$ref = toReference(place);
      });
    }
  }
}

function newResource(uri: string, at: string, id: string): SchemaResource {
  return { uri, pointer: at, id, anchors: new Map(), dynamicAnchors: new Map() };
}
