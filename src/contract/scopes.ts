// Dynamic scope: a $dynamicRef leads to whichever schema was entered first that has the anchor (2020-12 core, 8.2.3.2).
import type { Identifiers, Place, Resource } from './identifiers.ts';
import { resolveReference } from './sources.ts';

type Scope = ReadonlyMap<string, Place>;

/** One way to read a resource: with the anchors that were settled before it was entered. */
interface View {
  readonly file: string;
  readonly resource: Resource;
  readonly scope: Scope;
}

const NOTHING: Scope = new Map();

/**
 * Tells apart the ways to read a document, and gives each a URI of its own; a document that no dynamic anchor concerns
 * has one way, and keeps its own URI. So a validator compiled for a URI and a pointer needs no scope when it runs.
 */
export class Scopes {
  readonly #identifiers: Identifiers;
  readonly #views = new Map<string, View>();
  readonly #uris = new Map<string, string>();

  constructor(identifiers: Identifiers) {
    this.#identifiers = identifiers;
  }

  /** The file that a view is one of. */
  file(uri: string): string {
    return this.#views.get(uri)?.file ?? uri;
  }

  /** The view in which judging begins at a place. */
  enter(place: Place, scope: Scope = NOTHING): Place {
    if (!this.#identifiers.dynamic || this.#views.has(place.uri)) return place;
    const resource = this.#identifiers.resourceAt(place);
    const inner = extend(scope, resource);
    const settled = [...inner].map(([name, { uri, pointer }]) => `${name} ${uri}#${pointer}`).sort();
    const key = JSON.stringify([place.uri, resource.pointer, ...settled]);
    let uri = this.#uris.get(key);
    if (uri === undefined) {
      uri = `${place.uri}?view=${this.#views.size}`;
      this.#uris.set(key, uri);
      this.#views.set(uri, { file: place.uri, resource, scope: inner });
    }
    return { uri, pointer: place.pointer };
  }

  /** Where a reference leads that stands in the schema at a place of a view. */
  follow(from: Place, ref: string, keyword: '$ref' | '$dynamicRef'): Place {
    const at = { uri: this.file(from.uri), pointer: from.pointer };
    // Plain references have been rewritten: they lead by place.
    if (keyword === '$ref') return this.enter(resolveReference(at.uri, ref), this.#scopeAt(from));
    const target = this.#identifiers.resolve(at, ref) ?? resolveReference(at.uri, ref);
    const name = resolveReference('', ref.replace(/^[^#]*/, '')).pointer;
    const scope = this.#scopeAt(from);
    const dynamic = this.#identifiers.resourceAt(target).dynamic.get(name);
    return this.enter((dynamic && scope.get(name)) ?? target, scope);
  }

  /** What has been settled on the way to a place: by the view, and by the resources between its own and the place. */
  #scopeAt(from: Place): Scope {
    const view = this.#views.get(from.uri);
    if (view === undefined) return NOTHING;
    const around = this.#identifiers.around({ uri: view.file, pointer: from.pointer });
    return around.slice(around.indexOf(view.resource) + 1).reduce(extend, view.scope);
  }
}

/** The outermost settles an anchor. */
function extend(scope: Scope, { dynamic }: Resource): Scope {
  return dynamic.size === 0 ? scope : new Map([...dynamic, ...scope]);
}
