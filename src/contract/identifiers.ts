// Names that schemas give themselves: $id, $anchor and $dynamicAnchor, and the places that references by name lead to.
import type { Source } from '../finding/locate.ts';
import { follow, pointer } from '../finding/pointer.ts';
import { isObject, type Json, referenceTo, resolveReference } from './sources.ts';

export interface Place {
  /** The file. */
  readonly uri: string;
  readonly pointer: string;
}

/** A schema with an identity of its own (2020-12 core, 4.3.5): a whole file, or what stands beside an `$id` in it. */
export interface Resource extends Place {
  /** What references in it are relative to: its `$id`, resolved; else the file. */
  readonly id: string;
  readonly anchors: Map<string, Place>;
  /** Those of the anchors that a `$dynamicRef` may be led to by whoever refers here. */
  readonly dynamic: Map<string, Place>;
}

/** Every object of a document that may be a schema or hold one; what example values hold is data and left out. */
export interface Spot {
  readonly holder: Json;
  /** To be asked while it is visited. */
  readonly pointer: () => string;
  /** False below keywords that nobody knows, where an `$id` is no identifier. */
  readonly known: boolean;
}

/** Keywords whose value is data, whatever it looks like. */
const VALUES = /^(example|value|default|enum|const)$/;
/** Keywords whose value maps names to schemas: a key in it that looks like a keyword is a name. */
const MAPS = /^(properties|patternProperties|dependentSchemas|\$defs|definitions|schemas)$/;
const IN_SCHEMAS =
  /^(allOf|anyOf|oneOf|prefixItems|items|additionalProperties|contains|unevaluated(Items|Properties)|propertyNames|not|if|then|else)$/;
/** By which a schema gives itself a name. */
export const NAMES = ['$id', '$anchor', '$dynamicAnchor'];
const MARKS = ['$schema', '$id', '$defs', 'type', 'properties', 'allOf', 'anyOf', 'oneOf', '$ref'];

/** What a key's value is: keywords, names of schemas, or data that only looks like either. */
export type Kind = 'keywords' | 'names' | 'data';

export function kindBelow(kind: Kind, key: string, value: unknown): Kind {
  if (kind === 'data') return 'data';
  if (kind === 'names') return 'keywords';
  if (VALUES.test(key) || (key === 'examples' && Array.isArray(value))) return 'data';
  return MAPS.test(key) ? 'names' : 'keywords';
}

/** Visits every spot of a document, from the outside inward. */
export function eachSpot(document: unknown, visit: (spot: Spot) => void): void {
  const isSchema =
    isObject(document) && !('openapi' in document) && MARKS.some(mark => Object.hasOwn(document, mark));
  const path: string[] = [];
  walk(document, 'keywords', isSchema, true);

  function walk(value: object | unknown, kind: Kind, inSchema: boolean, known: boolean): void {
    if (typeof value !== 'object' || value === null || kind === 'data') return;
    const isList = Array.isArray(value);
    if (kind === 'keywords' && !isList)
      visit({ holder: value as Json, known, pointer: () => pointer(...path) });
    for (const key of Object.keys(value)) {
      const inner: unknown = (value as Record<string, unknown>)[key];
      if (typeof inner !== 'object' || inner === null) continue;
      const below = isList ? kind : kindBelow(kind, key, inner);
      const schema = inSchema || (kind === 'keywords' && (key === 'schema' || key === 'schemas'));
      const named = isList || kind === 'names' || MAPS.test(key);
      const foreign = inSchema ? !IN_SCHEMAS.test(key) : key.startsWith('x-');
      path.push(key);
      walk(inner, below, schema, known && (named || !foreign));
      path.pop();
    }
  }
}

/** The identifiers of all documents of one API. */
export class Identifiers {
  readonly #documents: ReadonlyMap<string, Source>;
  readonly #byId = new Map<string, Resource>();
  readonly #byFile = new Map<string, Resource[]>();
  /** Whether any schema gives itself a name. */
  #named = false;
  /** Whether any schema has an anchor that depends on who refers to it. */
  readonly dynamic: boolean;

  constructor(documents: ReadonlyMap<string, Source>) {
    this.#documents = documents;
    for (const [uri, { value }] of documents) this.#read(uri, value);
    this.dynamic = [...this.#byFile.values()].flat().some(({ dynamic }) => dynamic.size > 0);
  }

  #read(uri: string, document: unknown): void {
    const own: Resource[] = [newResource(uri, '', uri)];
    this.#byFile.set(uri, own);
    // Spots come from the outside inward, so that the resource around one is known.
    eachSpot(document, ({ holder, pointer: where, known }) => {
      if (!known || !NAMES.some(name => typeof holder[name] === 'string')) return;
      const at = where();
      if (typeof holder.$id === 'string') {
        const id = URL.parse(holder.$id, this.resourceAt({ uri, pointer: at }).id)?.href;
        const resource = newResource(uri, at, id?.replace(/#$/, '') ?? uri);
        if (at === '') own[0] = resource;
        else own.push(resource);
        if (!this.#byId.has(resource.id)) this.#byId.set(resource.id, resource);
      }
      const { anchors, dynamic } = this.resourceAt({ uri, pointer: at });
      for (const name of [holder.$anchor, holder.$dynamicAnchor])
        if (typeof name === 'string') anchors.set(name, { uri, pointer: at });
      if (typeof holder.$dynamicAnchor === 'string') dynamic.set(holder.$dynamicAnchor, { uri, pointer: at });
      this.#named = true;
    });
    // A file is known by where it lies, too.
    this.#byId.set(uri, own[0] as Resource);
  }

  /** The resources around a place, from the file inward. */
  around({ uri, pointer: at }: Place): Resource[] {
    return (this.#byFile.get(uri) ?? []).filter(
      resource => at === resource.pointer || at.startsWith(`${resource.pointer}/`),
    );
  }

  resourceAt(place: Place): Resource {
    return this.around(place).at(-1) ?? newResource(place.uri, '', place.uri);
  }

  /** Where a reference leads by the names that schemas give themselves; undefined where that is nowhere. */
  resolve(from: Place, ref: string): Place | undefined {
    const [base = '', fragment = ''] = ref.split('#', 2) as [string, string?];
    const here = this.resourceAt(from);
    const resource = base === '' ? here : this.#byId.get(URL.parse(base, here.id)?.href ?? base);
    if (resource === undefined) return undefined;
    const name = resolveReference('', `#${fragment}`).pointer;
    if (name !== '' && !name.startsWith('/')) return resource.anchors.get(name);
    const place = { uri: resource.uri, pointer: resource.pointer + name };
    return follow(this.#documents.get(place.uri)?.value, place.pointer) === undefined ? undefined : place;
  }

  /**
   * Rewrites every `$ref` that leads somewhere by name into one that leads there by place, so that nobody after this
   * has to know names. What leads nowhere by the rules is left as it is written: many documents give schemas an `$id`
   * on the web and refer to the files beside them.
   */
  rewrite(): void {
    if (!this.#named) return;
    for (const [uri, { value }] of this.#documents) {
      eachSpot(value, ({ holder, pointer: where }) => {
        if (typeof holder.$ref !== 'string') return;
        const place = this.resolve({ uri, pointer: where() }, holder.$ref);
        const plain = resolveReference(uri, holder.$ref);
        if (place === undefined || (place.uri === plain.uri && place.pointer === plain.pointer)) return;
        (holder as { $ref: string }).$ref = referenceTo(place);
      });
    }
  }
}

function newResource(uri: string, at: string, id: string): Resource {
  return { uri, pointer: at, id, anchors: new Map(), dynamic: new Map() };
}
