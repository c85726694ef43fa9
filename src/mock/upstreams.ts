// Which request goes to which of the real services that a mock may ask instead of answering itself.
import { basesOf, createScope, type Scope, type Scoped } from '../check/scope.ts';
import type { ApiSpec, Base, Contract, Operation } from '../contract/contract.ts';
import type { Matched } from '../contract/match.ts';
import { isBelow } from '../contract/template.ts';
import { decodePercent } from '../exchange/exchange.ts';
import { isHostOf, type Upstream } from './upstream.ts';
import type { World } from './world.ts';

/** Where one request goes. */
export interface Way {
  readonly upstream: Upstream;
  readonly origin: string;
  /** As it is asked there. */
  readonly path: string;
}

/** The table of a running mock. It changes while the mock runs. */
export class Upstreams {
  #list: readonly Upstream[] = [];
  #scopes = new WeakMap<World, Scope>();

  constructor(list: readonly Upstream[]) {
    for (const upstream of list) this.set(upstream);
  }

  get isEmpty(): boolean {
    return this.#list.length === 0;
  }

  list(): readonly Upstream[] {
    return this.#list;
  }

  /** One under each name: a later one takes the place of an earlier. */
  set(upstream: Upstream): void {
    this.#change([...this.#list.filter(({ name }) => name !== upstream.name), upstream]);
  }

  /** @returns whether there was one */
  delete(name: string): boolean {
    const left = this.#list.filter(each => each.name !== name);
    const found = left.length < this.#list.length;
    this.#change(left);
    return found;
  }

  #change(list: readonly Upstream[]): void {
    this.#list = list;
    this.#scopes = new WeakMap();
  }

  /** Where a request goes; undefined: the mock answers. One operation's upstream comes before its API's. */
  find(world: World, matched: Matched, path: string, host: string | undefined): Way | undefined {
    const owner = ownerOf(world.contract, matched, path, host, this.#sole());
    if (owner === undefined) return undefined;
    const operation = matched.kind === 'operation' ? matched.operation.id : undefined;
    const own = this.#list.filter(({ api }) => api === owner.api.name);
    const upstream =
      own.find(each => each.operation !== undefined && each.operation === operation) ??
      own.find(each => each.operation === undefined);
    if (upstream === undefined) return undefined;
    const base = upstream.path ?? owner.base;
    return { upstream, origin: upstream.origin, path: `${base}${owner.below}` || '/' };
  }

  /** A path as it is with the name of its API, where only its being the only one to have an upstream says whose it is. */
  named({ contract }: World, matched: Matched, path: string, host: string | undefined): string | undefined {
    const sole = this.#sole();
    const isClaimed = ownerOf(contract, matched, path, host, undefined) !== undefined;
    return sole === undefined || isClaimed ? undefined : `/${encodeURIComponent(sole)}${path}`;
  }

  #sole(): string | undefined {
    const [first, ...others] = new Set(this.#list.map(({ api }) => api));
    return others.length === 0 ? first : undefined;
  }

  /** What a request that was asked at `way` is an instance of: by the URL there, as a check of the recording will see it. */
  scopeOf(world: World, way: Way, method: string): Scoped {
    // It may have been changed while the answer was under way.
    if (!this.#list.includes(way.upstream))
      return scopeAt(world, [way.upstream])(way.origin, method, way.path);
    let scope = this.#scopes.get(world);
    if (scope === undefined) {
      scope = scopeAt(world, this.#list);
      this.#scopes.set(world, scope);
    }
    return scope(way.origin, method, way.path);
  }
}

function scopeAt({ contract }: World, list: readonly Upstream[]): Scope {
  return createScope(
    contract,
    list.map(({ api, origin, path = '' }) => ({ api, origin, path })),
  );
}

interface Owner {
  readonly api: ApiSpec;
  /** The base path as the client knows it, or would have to. */
  readonly base: string;
  /** The path below it, as sent: "/pets/7". */
  readonly below: string;
}

/**
 * Whose request is it? That of the API that it matches, whose name is its prefix or whose host it names; and what nobody
 * claims is for the only API that has an upstream, so that a client may know nothing but the proxy's origin.
 */
function ownerOf(
  { apis }: Contract,
  matched: Matched,
  path: string,
  host: string | undefined,
  sole: string | undefined,
): Owner | undefined {
  const pieces = path.split('/').slice(1);
  const prefix = decodePercent(pieces[0] ?? '');
  const byPrefix = apis.find(({ name }) => name === prefix);
  const api =
    apiOf(matched) ??
    byPrefix ??
    apis.find(each => host !== undefined && isHostOf(each, host)) ??
    apis.find(({ name }) => name === sole);
  if (api === undefined) return undefined;
  const operation = matched.kind === 'operation' ? matched.operation : undefined;
  const [base] = operation?.bases ?? basesOf(api);
  const isNamed = api === byPrefix;
  const inside = isNamed ? divide(api, operation, pieces.slice(1)) : undefined;
  if (inside !== undefined) return { api, ...inside };
  const bare = { api, base: base?.path ?? '', below: joined(pieces.slice(1)) };
  if (isNamed && operation?.segments.length === pieces.length - 1) return bare;
  const knowsOrigin = !isNamed || (host !== undefined && isHostOf(api, host)) || api.name === sole;
  const outside = knowsOrigin ? divide(api, operation, pieces) : undefined;
  if (outside !== undefined) return { api, ...outside };
  return isNamed ? bare : { api, base: '', below: path };
}

function apiOf(matched: Matched): ApiSpec | undefined {
  if (matched.kind === 'operation') return matched.operation.api;
  return matched.kind === 'method' ? matched.api : undefined;
}

/** Cuts a path into the base path of a server and what lies below it. */
function divide(
  api: ApiSpec,
  operation: Operation | undefined,
  pieces: readonly string[],
): { base: string; below: string } | undefined {
  const bases = operation?.bases ?? basesOf(api);
  const cut = (at: number): { base: string; below: string } => ({
    base: joined(pieces.slice(0, at)),
    below: joined(pieces.slice(at)),
  });
  if (operation !== undefined) {
    // How long its own path is, the operation tells; what comes before must be a base.
    const at = pieces.length - Math.max(operation.segments.length, pieces.at(-1) === '' ? 1 : 0);
    const before = pieces.slice(0, at);
    return bases.some(({ segments }) => segments.length === at && isBelow(segments, before))
      ? cut(at)
      : undefined;
  }
  // Of a path that no document names: concrete bases before those with variables, which are anything.
  const base = [...bases]
    .sort((left, right) => fixed(right) - fixed(left) || right.segments.length - left.segments.length)
    .find(({ segments }) => isBelow(segments, pieces));
  return base && cut(base.segments.length);
}

function fixed({ segments }: Base): number {
  return segments.filter(({ kind }) => kind === 'literal').length;
}

function joined(pieces: readonly string[]): string {
  return pieces.length === 0 ? '' : `/${pieces.join('/')}`;
}
