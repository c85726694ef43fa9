// Dynamic scope: a $dynamicRef leads to the outermost schema resource that has the anchor (2020-12 core, 8.2.3.2).

import type { NodeAddress, SchemaIdentifiers, SchemaResource } from '../document/identifiers.ts';
import { resolveReference } from '../document/references.ts';

type DynamicScope = ReadonlyMap<string, NodeAddress>;

/** A schema resource together with the dynamic anchors of the resources through which it was entered. */
interface ScopedResource {
  readonly file: string;
  readonly resource: SchemaResource;
  readonly scope: DynamicScope;
}

const EMPTY: DynamicScope = new Map();

/**
 * Gives each combination of a file and a dynamic scope a URI of its own, so that a compiled validator needs no scope when
 * it runs. Documents without dynamic anchors keep their own URI.
 */
export class DynamicScopes {
  readonly #identifiers: SchemaIdentifiers;
  readonly #resources = new Map<string, ScopedResource>();
  readonly #uris = new Map<string, string>();

  constructor(identifiers: SchemaIdentifiers) {
    this.#identifiers = identifiers;
  }

  /** The file that a URI stands for. */
  fileOf(uri: string): string {
    return this.#resources.get(uri)?.file ?? uri;
  }

  /** The address of a schema in a dynamic scope. */
  enter(address: NodeAddress, scope: DynamicScope = EMPTY): NodeAddress {
    if (!this.#identifiers.hasDynamicAnchors || this.#resources.has(address.uri)) return address;
    const resource = this.#identifiers.resourceAt(address);
    const inner = withDynamicAnchors(scope, resource);
    const anchors = [...inner].map(([name, { uri, pointer }]) => `${name} ${uri}#${pointer}`).sort();
    const key = JSON.stringify([address.uri, resource.pointer, ...anchors]);
    let uri = this.#uris.get(key);
    if (uri === undefined) {
      uri = `${address.uri}?scope=${this.#resources.size}`;
      this.#uris.set(key, uri);
      this.#resources.set(uri, { file: address.uri, resource, scope: inner });
    }
    return { uri, pointer: address.pointer };
  }

  /** The address that a reference in the schema at `from` leads to. */
  resolve(from: NodeAddress, ref: string, keyword: '$ref' | '$dynamicRef'): NodeAddress {
    const at = { uri: this.fileOf(from.uri), pointer: from.pointer };
    // SchemaIdentifiers has replaced each `$ref` by one to a file and a pointer.
    if (keyword === '$ref') return this.enter(resolveReference(at.uri, ref), this.#scopeAt(from));
    const target = this.#identifiers.resolve(at, ref) ?? resolveReference(at.uri, ref);
    const name = resolveReference('', ref.replace(/^[^#]*/, '')).pointer;
    const scope = this.#scopeAt(from);
    const dynamic = this.#identifiers.resourceAt(target).dynamicAnchors.get(name);
    return this.enter((dynamic && scope.get(name)) ?? target, scope);
  }

  /** The dynamic scope at an address: that of its URI, and the resources of the file around the address. */
  #scopeAt(from: NodeAddress): DynamicScope {
    const scoped = this.#resources.get(from.uri);
    if (scoped === undefined) return EMPTY;
    const enclosing = this.#identifiers.enclosingResources({ uri: scoped.file, pointer: from.pointer });
    return enclosing.slice(enclosing.indexOf(scoped.resource) + 1).reduce(withDynamicAnchors, scoped.scope);
  }
}

/** An outer resource takes precedence. */
function withDynamicAnchors(scope: DynamicScope, { dynamicAnchors }: SchemaResource): DynamicScope {
  return dynamicAnchors.size === 0 ? scope : new Map([...dynamicAnchors, ...scope]);
}
