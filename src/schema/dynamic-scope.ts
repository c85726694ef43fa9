// Dynamic scope: a $dynamicRef leads to whichever schema was entered first that has the anchor (2020-12 core, 8.2.3.2).

import { resolveReference } from '../document/documents.ts';
import type { NodeAddress, SchemaIdentifiers, SchemaResource } from '../document/identifiers.ts';

type DynamicScope = ReadonlyMap<string, NodeAddress>;

/** One way to read a resource: with the anchors that were settled before it was entered. */
interface ScopedResource {
  readonly file: string;
  readonly resource: SchemaResource;
  readonly scope: DynamicScope;
}

const EMPTY_SCOPE: DynamicScope = new Map();

/**
 * Tells apart the ways to read a document, and gives each a URI of its own; a document that no dynamic anchor concerns
 * has one way, and keeps its own URI. So a validator compiled for a URI and a pointer needs no scope when it runs.
 */
export class DynamicScopes {
  readonly #identifiers: SchemaIdentifiers;
  readonly #resources = new Map<string, ScopedResource>();
  readonly #uris = new Map<string, string>();

  constructor(identifiers: SchemaIdentifiers) {
    this.#identifiers = identifiers;
  }

  /** The file that a view is one of. */
  fileOf(uri: string): string {
    return this.#resources.get(uri)?.file ?? uri;
  }

  /** The view in which judging begins at a place. */
  enter(place: NodeAddress, scope: DynamicScope = EMPTY_SCOPE): NodeAddress {
    if (!this.#identifiers.hasDynamicAnchors || this.#resources.has(place.uri)) return place;
    const resource = this.#identifiers.resourceAt(place);
    const inner = withDynamicAnchors(scope, resource);
    const anchors = [...inner].map(([name, { uri, pointer }]) => `${name} ${uri}#${pointer}`).sort();
    const key = JSON.stringify([place.uri, resource.pointer, ...anchors]);
    let uri = this.#uris.get(key);
    if (uri === undefined) {
      uri = `${place.uri}?view=${this.#resources.size}`;
      this.#uris.set(key, uri);
      this.#resources.set(uri, { file: place.uri, resource, scope: inner });
    }
    return { uri, pointer: place.pointer };
  }

  /** Where a reference leads that stands in the schema at a place of a view. */
  resolve(from: NodeAddress, ref: string, keyword: '$ref' | '$dynamicRef'): NodeAddress {
    const at = { uri: this.fileOf(from.uri), pointer: from.pointer };
    // Plain references have been rewritten: they lead by place.
    if (keyword === '$ref') return this.enter(resolveReference(at.uri, ref), this.#scopeAt(from));
    const target = this.#identifiers.resolve(at, ref) ?? resolveReference(at.uri, ref);
    const name = resolveReference('', ref.replace(/^[^#]*/, '')).pointer;
    const scope = this.#scopeAt(from);
    const dynamic = this.#identifiers.resourceAt(target).dynamicAnchors.get(name);
    return this.enter((dynamic && scope.get(name)) ?? target, scope);
  }

  /** What has been settled on the way to a place: by the view, and by the resources between its own and the place. */
  #scopeAt(from: NodeAddress): DynamicScope {
    const scoped = this.#resources.get(from.uri);
    if (scoped === undefined) return EMPTY_SCOPE;
    const enclosing = this.#identifiers.enclosingResources({ uri: scoped.file, pointer: from.pointer });
    return enclosing.slice(enclosing.indexOf(scoped.resource) + 1).reduce(withDynamicAnchors, scoped.scope);
  }
}

/** The outermost settles an anchor. */
function withDynamicAnchors(scope: DynamicScope, { dynamicAnchors: dynamic }: SchemaResource): DynamicScope {
  return dynamic.size === 0 ? scope : new Map([...dynamic, ...scope]);
}
